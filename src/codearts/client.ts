import type { HttpRequest, HttpResult, StreamedResponse } from '../http/http-client.ts'
import { afterTries, withTries } from '../http/retry.ts'
import type { ApiError, Failure, Result } from '../util/api-error.ts'
import { joined, message, rawText, type Message } from '../util/message.ts'
import { BuildList, readLastBuildNo } from './build-list.ts'
import { parseRecord, type BuildRecord } from './record.ts'
import type { RateLimits } from './rate-limits.ts'
import {
  authorize,
  type ApiDownload,
  type ApiGet,
  type RequestOptions,
  type RequestTools,
} from './request-tools.ts'
import { invalid, readApiResponse, type ApiResponse } from './response.ts'

/** The versions of the API for a record, as the input `api_version` names them. */
export type ApiVersion = 'v3' | 'v1' | 'v4'

/** Which build: the ID of the job and the number of the build within the job. */
export interface BuildId {
  readonly jobId: string
  readonly buildNo: number
}

/** A build's record, or why there is none. */
export type RecordResponse = ReadRecord | Failure

/** A record that was read. */
export interface ReadRecord {
  readonly ok: true
  readonly record: BuildRecord
  /** The answer as a clause, with its request ID. */
  readonly answer: Message
  readonly apiVersion: ApiVersion
  /** The service's own time, milliseconds since 1970. */
  readonly dateMs: number
}

/** The service, as far as the gate needs it. Nothing here rejects for what the network or the service does. */
export interface CodeArtsBuild {
  /** Whether the service has answered at all, also that there is no such build. */
  readonly hasAnswered: boolean
  /** Reads a build's record, through the version of the API that gave one of its job before, if any did. */
  readRecord(build: BuildId, options: RequestOptions): Promise<RecordResponse>
  /** Reads the number of the job's newest build; undefined for a job that was never built. */
  readLastBuildNo(jobId: string, options: RequestOptions): Promise<Result<number | undefined>>
  /** @returns the list of the job's builds, of which nothing is read yet. */
  buildList(jobId: string): BuildList
  /** Reads anything else: what is shown, and decides nothing. */
  readonly get: ApiGet
  /** Reads something once, with the body of the answer going to the sink if that accepts it. */
  readonly download: ApiDownload
}

/** What a client is made of. */
export interface ClientOptions extends RequestTools {
  /** The base URL of the service, with or without a path prefix. */
  readonly endpoint: URL
  /** The versions to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  /** Keeps the requests of several builds apart; one build alone needs none. */
  readonly rateLimits?: RateLimits | undefined
}

/** Source: API reference, sections 1 and 2. All three versions answer with the same 33 fields. */
function recordPath(apiVersion: ApiVersion, { jobId, buildNo }: BuildId): string {
  return `/${apiVersion}/${apiVersion === 'v1' ? 'record' : 'jobs'}/${jobId}/${buildNo}/record-info`
}

/** @returns the service behind an endpoint. */
export function createCodeArtsBuild(options: ClientOptions): CodeArtsBuild {
  // Of each job: the versions that may still be asked.
  const apiVersions = new Map<string, readonly ApiVersion[]>()
  let hasAnswered = false
  // The jobs of which the service has given this run a record or a list.
  const givenJobs = new Set<string>()

  const get: ApiGet = async (path, requestOptions) => {
    const response = await getWithTries(options, path, requestOptions)
    // A gateway that throttles proves that the endpoint is right.
    hasAnswered ||= response.ok || response.error.missing === 'build' || response.error.reason === 'throttled'
    return response
  }
  /** An API that has disappeared is a fault like any other (contract section 5). */
  const failure = (jobId: string, error: ApiError) => {
    const isFault = givenJobs.has(jobId) && (error.missing === 'api' || error.missing === 'unknown')
    return { ok: false, error: isFault ? { ...error, missing: undefined, retryable: true } : error } as const
  }
  const getListOf =
    (jobId: string): ApiGet =>
    async (path, requestOptions) => {
      const response = await get(path, requestOptions)
      if (!response.ok) return failure(jobId, response.error)
      givenJobs.add(jobId)
      return response
    }

  return {
    get hasAnswered() {
      return hasAnswered
    },
    async readRecord(build, requestOptions) {
      const errors: VersionError[] = []
      for (const apiVersion of apiVersions.get(build.jobId) ?? options.apiVersions) {
        const response = await get(recordPath(apiVersion, build), requestOptions)
        if (response.ok) {
          const parsed = parseRecord(response.result)
          if (!parsed.ok) return invalid(response.answer, [parsed.why])
          apiVersions.set(build.jobId, [apiVersion])
          givenJobs.add(build.jobId)
          const { answer, dateMs = options.nowMs() } = response
          return { ok: true, record: parsed.record, answer, apiVersion, dateMs }
        }
        errors.push({ apiVersion, error: response.error })
        if (response.error.reason !== 'not_found') break
      }
      return failure(build.jobId, combined(errors))
    },
    readLastBuildNo: (jobId, requestOptions) => readLastBuildNo(get, jobId, requestOptions),
    buildList: jobId => new BuildList(getListOf(jobId), jobId, options.nowMs),
    get,
    download: (path, sink, signal) =>
      sendOnce<StreamedResponse>(options, path, '*/*', signal, request =>
        options.http.pipeTo(request, sink, signal),
      ),
  }
}

/** Sends one GET with its tries. */
async function getWithTries(
  client: ClientOptions,
  path: string,
  options: RequestOptions,
): Promise<ApiResponse> {
  const { http, retry } = client
  const { maxTries, signal, outlastsThrottling = false, onRetry = client.onRetry, maxBodyBytes } = options
  const isOutlasted = ({ reason }: ApiError): boolean => outlastsThrottling && reason === 'throttled'
  const { result, tries } = await withTries<ApiResponse>(
    () =>
      sendOnce<never>(client, path, 'application/json', signal, request =>
        http.send({ ...request, maxBodyBytes }, signal),
      ),
    response => (response.ok ? undefined : response.error),
    { ...retry, onRetry, maxTries, signal, isOutlasted },
  )
  return result.ok ? result : { ok: false, error: afterTries(result.error, tries) }
}

/**
 * Sends one GET, once. A refusal of credentials that had expired, and could be renewed, is the one 401 that is followed by
 * another request; every other is final, because six in a row lock an access key.
 */
async function sendOnce<S extends StreamedResponse>(
  client: ClientOptions,
  path: string,
  accept: string,
  signal: AbortSignal,
  send: (request: HttpRequest) => Promise<HttpResult | S>,
  isRenewed = false,
): Promise<ApiResponse | S> {
  const { endpoint, credentials, nowMs, rateLimits } = client
  await rateLimits?.turn(path, signal)
  const url = new URL(endpoint.href.replace(/\/$/, '') + path)
  const authorized = await authorize({ method: 'GET', url, headers: { Accept: accept } }, credentials, signal)
  if (!authorized.ok) return authorized
  const answer = await send(authorized.value)
  if ('streamed' in answer) return answer
  const response = readApiResponse(answer, nowMs())
  if (!response.ok && response.error.reason === 'throttled') rateLimits?.slowDown(response.error)
  if (response.ok || !answer.ok || (answer.status !== 401 && answer.status !== 403)) return response
  const { isRenewable, remedy } = credentials.refused(answer, authorized.value)
  if (isRenewable && !isRenewed) return sendOnce(client, path, accept, signal, send, true)
  if (remedy === undefined || response.error.isAboutCredentials !== true) return response
  return { ok: false, error: { ...response.error, remedy } }
}

/** The error of one version of the API. */
interface VersionError {
  readonly apiVersion: ApiVersion
  readonly error: ApiError
}

/** The last error decides; the message has the errors of all versions that were asked. */
function combined(errors: readonly VersionError[]): ApiError {
  const last = errors.at(-1)?.error
  if (last === undefined) throw new Error('there is no version of the API to ask')
  if (errors.length === 1) return last
  const kinds = errors.map(({ error }) => error.missing)
  // What is missing is known when every version says that something is: a build as soon as one says so.
  const missing = kinds.includes(undefined)
    ? undefined
    : (['build', 'unknown', 'api'] as const).find(kind => kinds.includes(kind))
  return { ...last, missing, message: joined(describeVersions(errors), '; ') }
}

/** @returns the errors of the versions; those with the same error are named together: `through API v3, v1 the service answered …`. */
function describeVersions(errors: readonly VersionError[]): Message[] {
  const isSame = (one: VersionError, other: VersionError): boolean =>
    rawText(one.error.message) === rawText(other.error.message)
  return errors
    .filter((one, at) => errors.findIndex(other => isSame(one, other)) === at)
    .map(one => {
      const versions = errors.filter(other => isSame(one, other)).map(({ apiVersion }) => apiVersion)
      return message`through API ${versions.join(', ')} ${one.error.message}`
    })
}
