import type { HttpRequest, StreamedResponse } from '../http/http-client.ts'
import { afterTries, withTries } from '../http/retry.ts'
import type { ApiError, ErrorKind, Failure, Result } from '../util/api-error.ts'
import { groupBy } from '../util/group.ts'
import { joined, message, quote, rawText, type Message } from '../util/message.ts'
import {
  FIRST_ZONE,
  readBuildList,
  readLastBuildNo,
  type ListedBuild,
  type ListWindow,
} from './build-list.ts'
import { NO_RECORD_YET } from './error-codes.ts'
import { isJsonObject } from './json.ts'
import { parseRecord, type BuildRecord } from './record.ts'
import {
  urlOf,
  type ApiDownload,
  type ApiGet,
  type RequestOptions,
  type RequestTools,
} from './request-tools.ts'
import { invalid, type AnswerWords, type ApiResponse } from './response.ts'

/** The versions of the API for a record, as the input `api_version` names them. */
export type ApiVersion = 'v3' | 'v1' | 'v4'

/** Which build: the ID of its build task and its number within that. */
export interface BuildId {
  readonly jobId: string
  readonly buildNo: number
}

export type RecordResponse = ReadRecord | Failure

export interface ReadRecord {
  readonly ok: true
  readonly record: BuildRecord
  readonly answer: AnswerWords
  readonly apiVersion: ApiVersion
  /** The service's own time, milliseconds since 1970. */
  readonly dateMs: number
}

/** What a run knows of the service. The client enters what comes, and asks which versions of the API are left. */
export interface ServiceAccount {
  /** @returns the versions to ask for a record of this build task, in this order: at least one. */
  versionsFor(jobId: string): readonly ApiVersion[]
  /** @returns whether the gateway does not have this version of the API. */
  isMissing(apiVersion: ApiVersion): boolean
  enterMissing(apiVersion: ApiVersion): void
  /** Takes note that the service has answered for this build task, if only that there is no such build. */
  enterAnswer(jobId: string): void
  /** Takes note of a record, through this version of the API, or of a list of this build task. */
  enterGiven(jobId: string, apiVersion?: ApiVersion): void
  /** @returns whether the service has given a record or a list of this build task. */
  isGiven(jobId: string): boolean
}

/** The service, as far as the gate needs it. Nothing here rejects for what the network or the service does. */
export interface CodeArtsBuild {
  /** Reads a build's record, through the versions of the API that the account gives, until one knows the build. */
  readRecord(build: BuildId, options: RequestOptions): Promise<RecordResponse>
  /** Reads the number of the build task's newest build; undefined for one that was never built. */
  readLastBuildNo(jobId: string, options: RequestOptions): Promise<Result<number | undefined>>
  /** Reads the builds of a build task; each once. */
  readBuilds(
    jobId: string,
    window: ListWindow,
    options: RequestOptions,
  ): Promise<Result<readonly ListedBuild[]>>
  /** Reads anything else: what is shown, and decides nothing. */
  readonly get: ApiGet
  /** Reads something once, with the body of the answer going to the sink if that accepts it. */
  readonly download: ApiDownload
}

export interface ClientOptions extends RequestTools {
  /** The base URL of the service, with or without a path prefix. */
  readonly endpoint: URL
  readonly account: ServiceAccount
}

/** Source: API reference, sections 1 and 2. All three versions answer with the same 33 fields. */
function recordPath(apiVersion: ApiVersion, { jobId, buildNo }: BuildId): string {
  return `/${apiVersion}/${apiVersion === 'v1' ? 'record' : 'jobs'}/${jobId}/${buildNo}/record-info`
}

/** @returns the service behind an endpoint. */
export function createCodeArtsBuild(options: ClientOptions): CodeArtsBuild {
  const { account, nowMs } = options
  const shared = { zone: FIRST_ZONE }
  const getFor =
    (jobId: string): ApiGet =>
    async (path, requestOptions) => {
      const response = await getWithTries(options, path, requestOptions)
      // A gateway that throttles proves that the endpoint is right.
      if (response.ok || isAnswer(response.error)) account.enterAnswer(jobId)
      return response
    }
  /** After a first record or list, an API that has disappeared is a fault like any other (contract section 5). */
  const failure = (jobId: string, error: ApiError): Failure => {
    const isFault = account.isGiven(jobId) && GONE.includes(error.kind)
    return { ok: false, error: isFault ? { ...error, kind: 'fault', retryable: true } : error }
  }
  const getListOf =
    (jobId: string): ApiGet =>
    async (path, requestOptions) => {
      // A service that throttles the very first request is an error like any other.
      const outlastsThrottling = requestOptions.outlastsThrottling === true && account.isGiven(jobId)
      const response = await getFor(jobId)(path, { ...requestOptions, outlastsThrottling })
      if (!response.ok) return failure(jobId, response.error)
      account.enterGiven(jobId)
      return response
    }
  const readRecord = async (build: BuildId, requestOptions: RequestOptions): Promise<RecordResponse> => {
    const { jobId } = build
    const errors = new Map<ApiVersion, ApiError>()
    const versions = account.versionsFor(jobId)
    const before = versions.filter(version => account.isMissing(version))
    for (const apiVersion of versions) {
      // Another build may learn that meanwhile, also while this request waits for its turn.
      const isNeedless = (): boolean => account.isMissing(apiVersion) && !before.includes(apiVersion)
      const path = recordPath(apiVersion, build)
      const response = await getFor(jobId)(path, { ...requestOptions, isNeedless })
      const read = response.ok ? recordOf(response, apiVersion, nowMs) : response
      if (read.ok) {
        for (const [other, { kind }] of errors) if (kind === 'api_unknown') account.enterMissing(other)
        account.enterGiven(jobId, apiVersion)
        return read
      }
      if (isNeedless()) continue
      errors.set(apiVersion, read.error)
      if (read.error.kind === 'api_missing') account.enterMissing(apiVersion)
      if (read.error.reason !== 'not_found' && read.error.kind !== 'record_missing') break
    }
    const last = [...errors.values()].at(-1)
    return last === undefined ? readRecord(build, requestOptions) : failure(jobId, combined(errors, last))
  }

  return {
    readRecord,
    readLastBuildNo: (jobId, requestOptions) => readLastBuildNo(getFor(jobId), jobId, requestOptions),
    readBuilds: (jobId, ...rest) => readBuildList({ get: getListOf(jobId), jobId, nowMs, shared }, ...rest),
    get: (path, requestOptions) => getWithTries(options, path, requestOptions),
    download: (path, sink, signal) =>
      options.queue.sender({ signal })<StreamedResponse>(
        { ...getOf(options.endpoint, path, '*/*'), isOptional: true },
        request => options.http.pipeTo(request, sink, signal),
      ),
  }
}

function isAnswer({ kind, reason }: ApiError): boolean {
  return kind === 'build_missing' || reason === 'throttled'
}

/** The kinds of errors that speak of the API, not of a build. */
const GONE: readonly ErrorKind[] = ['api_missing', 'api_unknown', 'address_unknown']

/** @returns the record in a successful answer, or what is wrong with it. */
function recordOf(
  { result, answer, dateMs }: Extract<ApiResponse, { ok: true }>,
  apiVersion: ApiVersion,
  nowMs: () => number,
): RecordResponse {
  if (isNothing(result)) {
    const { error } = invalid(answer, message`its result is empty`)
    const words = { problem: [NO_RECORD_YET.problem], remedy: [NO_RECORD_YET.remedy] }
    return { ok: false, error: { ...error, ...words, kind: 'record_missing' } }
  }
  const parsed = parseRecord(result)
  if (!parsed.ok) return invalid(answer, [parsed.why])
  return { ok: true, record: parsed.record, answer, apiVersion, dateMs: dateMs ?? nowMs() }
}

/** What a successful envelope has in place of a record that is not there yet (contract section 2). */
function isNothing(result: unknown): boolean {
  return (result ?? '') === '' || (isJsonObject(result) && Object.keys(result).length === 0)
}

async function getWithTries(
  { endpoint, http, queue, retry, ...client }: ClientOptions,
  path: string,
  options: RequestOptions,
): Promise<ApiResponse> {
  const { signal, isOptional = false, maxBodyBytes, onRetry = client.onRetry } = options
  const request = { ...getOf(endpoint, path, 'application/json'), isOptional, maxBodyBytes }
  const send = queue.sender(options)
  const { result, ...tried } = await withTries<ApiResponse>(
    () => send<never>(request, authorized => http.send(authorized, signal)),
    response => (response.ok ? undefined : response.error),
    { ...options, ...retry, onRetry },
  )
  return result.ok ? result : { ok: false, error: afterTries(result.error, tried) }
}

function getOf(endpoint: URL, path: string, accept: string): HttpRequest {
  return { method: 'GET', url: urlOf(endpoint, path), headers: { Accept: accept } }
}

/** What is missing is known when every version says that something is, and this by the first of these that one says. */
const MISSING: readonly ErrorKind[] = [
  'record_missing',
  'build_missing',
  'address_unknown',
  'api_unknown',
  'api_missing',
]

/** The last error decides; what came back is that of all versions that were asked. */
function combined(errors: ReadonlyMap<ApiVersion, ApiError>, last: ApiError): ApiError {
  if (errors.size === 1) return last
  const all = [...errors.values()]
  const kind = MISSING.includes(last.kind)
    ? MISSING.find(one => all.some(({ kind }) => kind === one))
    : last.kind
  const deciding = all.find(error => error.kind === kind) ?? last
  return { ...deciding, message: joined(describeVersions(errors), '; '), requestId: undefined }
}

/** @returns what the versions answered; what they answered alike once, with each one's request ID: `API v3, v1: HTTP 404 …`. */
function describeVersions(errors: ReadonlyMap<ApiVersion, ApiError>): Message[] {
  return groupBy([...errors], ([, { message: said }]) => rawText(said)).map(group => {
    const versions = group.map(([apiVersion]) => apiVersion).join(', ')
    const ids = group.map(([, { requestId = '' }]) => requestId).filter(id => id !== '')
    const quoted = ids.map(id => [quote(id, 80)])
    const end =
      ids.length === 0 ? [] : message`, request ${ids.length === 1 ? 'ID' : 'IDs'} ${joined(quoted, ', ')}`
    return message`API ${versions}: ${group[0]?.[1].message ?? []}${end}`
  })
}
