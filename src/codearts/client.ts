import type { Credentials } from '../credentials/credentials.ts'
import type { BodySink, Http, HttpRequest, HttpResult, StreamedResponse } from '../http/http-client.ts'
import { afterTries, withTries, type OnRetry, type RetryTools } from '../http/retry.ts'
import type { ApiError, Result } from '../util/api-error.ts'
import { unlessAborted } from '../util/clock.ts'
import { joined, message, rawText, type Message } from '../util/message.ts'
import { BuildList, readLastBuildNo } from './build-list.ts'
import { parseRecord, type BuildRecord } from './record.ts'
import type { RateLimits } from './rate-limits.ts'
import { GIVEN_UP, invalid, readApiResponse, type ApiResponse } from './response.ts'

/** The versions of the API for a record, as the input `api_version` names them. */
export type ApiVersion = 'v3' | 'v1' | 'v4'

/** Which build: the ID of the job and the number of the build within the job. */
export interface BuildId {
  readonly jobId: string
  readonly buildNo: number
}

/** The options of a request. */
export interface RequestOptions {
  /** The number of tries in total. */
  readonly maxTries: number
  /** Fires when the answer is no longer needed. */
  readonly signal: AbortSignal
  /** Whether a request that the service throttles is tried until the signal fires, however many tries that takes. */
  readonly outlastsThrottling?: boolean
  /** Told of a failed try in place of the client's own `onRetry`. */
  readonly onRetry?: OnRetry | undefined
}

/** Sends a GET to a path of the service (with its query), with retries. Never rejects because of the network. */
export type ApiGet = (path: string, options: RequestOptions) => Promise<ApiResponse>

/** Sends a GET once, with the body of the answer going to the sink if that accepts it. Never rejects either. */
export type ApiDownload = (
  path: string,
  sink: BodySink,
  signal: AbortSignal,
) => Promise<StreamedResponse | ApiResponse>

/** A build's record, or why there is none. */
export type RecordResponse = ReadRecord | { readonly ok: false; readonly error: ApiError }

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

export interface ClientOptions {
  /** The base URL of the service, with or without a path prefix. */
  readonly endpoint: URL
  /** The versions to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  readonly credentials: Credentials
  readonly http: Http
  readonly retry: RetryTools
  readonly onRetry: OnRetry
  /** The time now, milliseconds since 1970. */
  readonly nowMs: () => number
  /** Keeps the requests of several builds apart; one build alone needs none. */
  readonly rateLimits?: RateLimits | undefined
}

/** Source: API reference, sections 1 and 2. All three answer with the same 33 fields. */
const RECORD_PATHS: Readonly<Record<ApiVersion, (build: BuildId) => string>> = {
  v3: ({ jobId, buildNo }) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
  v1: ({ jobId, buildNo }) => `/v1/record/${jobId}/${buildNo}/record-info`,
  v4: ({ jobId, buildNo }) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
}

/** @returns the service behind an endpoint. */
export function createCodeArtsBuild(options: ClientOptions): CodeArtsBuild {
  const connection = new Connection(options)
  // Of each job: the versions that may still be asked.
  const apiVersions = new Map<string, readonly ApiVersion[]>()
  let hasAnswered = false
  // The jobs of which the service has given this run a record or a list.
  const givenJobs = new Set<string>()

  const get: ApiGet = async (path, requestOptions) => {
    const response = await connection.get(path, requestOptions)
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
        const response = await get(RECORD_PATHS[apiVersion](build), requestOptions)
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
    download: (path, sink, signal) => connection.download(path, sink, signal),
  }
}

/** Sends requests; each try gets its own headers from the credentials. */
class Connection {
  readonly #options: ClientOptions

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** Sends one GET with its tries. */
  async get(path: string, options: RequestOptions): Promise<ApiResponse> {
    const { http, retry } = this.#options
    const { maxTries, signal, outlastsThrottling = false, onRetry = this.#options.onRetry } = options
    const isOutlasted = ({ reason }: ApiError): boolean => outlastsThrottling && reason === 'throttled'
    const { result, tries } = await withTries<ApiResponse>(
      () => this.#request<never>(path, 'application/json', signal, request => http.send(request, signal)),
      response => (response.ok || response.error.isTried === true ? undefined : response.error),
      { ...retry, onRetry, maxTries, signal, isOutlasted },
    )
    return result.ok ? result : { ok: false, error: afterTries(result.error, tries) }
  }

  /** Sends one GET, once, with the body of the answer going to the sink. */
  download(path: string, sink: BodySink, signal: AbortSignal): Promise<StreamedResponse | ApiResponse> {
    return this.#request<StreamedResponse>(path, '*/*', signal, request =>
      this.#options.http.pipeTo(request, sink, signal),
    )
  }

  /**
   * Makes one try. A refusal of credentials that had expired, and could be renewed, is the one 401 that is followed by
   * another request; every other is final, because six in a row lock an access key.
   */
  async #request<S extends StreamedResponse>(
    path: string,
    accept: string,
    signal: AbortSignal,
    send: (request: HttpRequest) => Promise<HttpResult | S>,
    isRenewed = false,
  ): Promise<ApiResponse | S> {
    const { endpoint, credentials, nowMs, rateLimits } = this.#options
    await rateLimits?.turn(path, signal)
    const url = new URL(endpoint.href.replace(/\/$/, '') + path)
    const request: HttpRequest = { method: 'GET', url, headers: { Accept: accept } }
    const authorization = await unlessAborted(credentials.authorize(request, signal), signal)
    if (authorization === undefined) return { ok: false, error: GIVEN_UP }
    // The exchange has already had its own tries.
    if (!authorization.ok) return { ok: false, error: { ...authorization.error, isTried: true } }
    const answer = await send({ ...request, headers: { ...request.headers, ...authorization.headers } })
    if ('streamed' in answer) return answer
    const response = readApiResponse(answer, nowMs())
    if (!response.ok && response.error.reason === 'throttled') rateLimits?.slowDown(response.error)
    if (response.ok || !answer.ok || (answer.status !== 401 && answer.status !== 403)) return response
    const { isRenewable, remedy } = credentials.refused(answer)
    if (isRenewable && !isRenewed) return this.#request(path, accept, signal, send, true)
    if (remedy === undefined || response.error.isAboutCredentials !== true) return response
    return { ok: false, error: { ...response.error, remedy } }
  }
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
