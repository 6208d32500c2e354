import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import type { ApiError, ApiErrorReason } from '../util/api-error.ts'
import { beginning, message, type Message } from '../util/message.ts'
import { NOT_THE_SERVICE, REMEDIES_OF_READING } from './error-codes.ts'
import { buildNoOf, isJsonObject, parseJson, scalarText, valuesIn } from './json.ts'
import { namedError, readApiResponse } from './response.ts'

/** A parameter of one build. */
export interface Parameter {
  readonly name: string
  readonly value: string
}

/** What is to be built. Of commit, branch and tag at most one is there; without any, the build task decides. */
export interface BuildOrder {
  readonly jobId: string
  readonly commit: string | undefined
  readonly branch: string | undefined
  readonly tag: string | undefined
  readonly parameters: readonly Parameter[]
}

/** A build that the service says it has started. */
export interface StartedBuild {
  readonly buildNo: number
  /** The day and the number within it (`20200612.20`); empty where the service gives none, as `executionId`. */
  readonly dailyBuildNumber: string
  readonly executionId: string
}

/** What an answer to ExecuteJob means. `unknown`: a build may have started. */
export type StartResponse =
  | { readonly kind: 'started'; readonly build: StartedBuild }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'unknown'; readonly message: Message }

/** The parameter that says which branch is built. Source: the service's example of ExecuteJob (API reference, section 3.1). */
export const BRANCH_PARAMETER = 'codeBranch'

/** @returns the request of ExecuteJob. Source: API reference, section 3.1. */
export function executeJobRequest(endpoint: URL, order: BuildOrder): HttpRequest {
  const { jobId, commit, branch, tag } = order
  const source = branch === undefined ? [] : [{ name: BRANCH_PARAMETER, value: branch }]
  const parameter = [...source, ...order.parameters]
  const scm = commit === undefined ? { build_tag: tag } : { build_commit_id: commit }
  return {
    method: 'POST',
    url: new URL(`${endpoint.href.replace(/\/$/, '')}/v1/job/execute`),
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      job_id: jobId,
      ...(parameter.length === 0 ? {} : { parameter }),
      ...(commit === undefined && tag === undefined ? {} : { scm }),
    }),
  }
}

/** The statuses that refuse a request whatever the body says (contract section 7). */
const REFUSING_STATUSES: readonly number[] = [400, 401, 403, 404, 422]

/** The one code after which the request is sent again. */
const RATE_LIMIT = /^API(GW|G)\.0308$/

/**
 * Judges a complete answer to ExecuteJob, by contract section 7: whatever neither names a build nor refuses one is unknown.
 * @param nowMs this machine's time, milliseconds since 1970.
 */
export function readStartResponse(response: HttpResponse, nowMs: number): StartResponse {
  const { status, body } = response
  const json = 'text' in body ? parseJson(body.text) : undefined
  const isJson = json?.ok === true
  const value = isJson ? json.value : undefined
  const named = buildIn(value)
  const is2xx = status >= 200 && status <= 299
  if (is2xx && isJson && json.repeatedKey === undefined && typeof named === 'object')
    return { kind: 'started', build: named }

  const { code = '', meaning } = namedError(value, status) ?? {}
  const isNamed4xx = code !== '' && status >= 400 && status <= 499 && status !== 408
  const isThrottled = RATE_LIMIT.test(code) || code === 'CB.00060211'
  const isRefused = isThrottled || isNamed4xx || REFUSING_STATUSES.includes(status)
  const read = readApiResponse(response, nowMs)
  // A refusal that names a build contradicts itself, and a body that was not read may say anything.
  if (isRefused && 'text' in body && named === 'none' && !read.ok) {
    const isOfReading = meaning === undefined || REMEDIES_OF_READING.includes(meaning.remedy)
    const ownOfJson = isOfReading ? REMEDIES[read.error.reason] : undefined
    const own = isJson ? ownOfJson : NOT_THE_SERVICE.remedy
    const remedy = own === undefined ? read.error.remedy : [own]
    return { kind: 'refused', error: { ...read.error, remedy, retryable: RATE_LIMIT.test(code) } }
  }
  if (read.ok || (is2xx && isJson && code === '')) {
    const start = 'text' in body ? body.text : ''
    const words = message`the service answered HTTP ${status} without a usable number of the build ("${beginning(start, 200)}")`
    return { kind: 'unknown', message: words }
  }
  return { kind: 'unknown', message: read.error.message }
}

/** What to do about a refusal, where this request is another one than those that the codes' own remedies are for. */
const REMEDIES: Partial<Record<ApiErrorReason, string>> = {
  not_found: 'Check job_id and region: job_id may be given as the address of the page of the build task',
  forbidden: 'Add the user to the CodeArts project of the build task, with a role that may execute it',
  service_error: 'Check job_id, parameters, and commit, branch or tag against the build task',
}

/**
 * Finds the build in the flat answer of the documents and in the envelope that others have seen (`result`), in either casing.
 * @returns `none` where no number is named, `unusable` where it is no number of a build or two places differ.
 */
function buildIn(value: unknown): StartedBuild | 'none' | 'unusable' {
  const envelope = isJsonObject(value) ? value : {}
  const places = [envelope, ...(isJsonObject(envelope['result']) ? [envelope['result']] : [])]
  const numbers = new Set(valuesIn(places, 'actual_build_number').map(buildNoOf))
  const texts = ['daily_build_number', 'octopus_job_name'].map(
    name => new Set(valuesIn(places, name).map(scalarText)),
  )
  if (numbers.size === 0) return 'none'
  const [buildNo] = numbers
  if (buildNo === undefined || [numbers, ...texts].some(({ size }) => size > 1)) return 'unusable'
  const [dailyBuildNumber = '', executionId = ''] = texts.map(([text]) => text)
  return { buildNo, dailyBuildNumber, executionId }
}
