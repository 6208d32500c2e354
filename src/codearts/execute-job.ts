import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import { detailsOf, type ApiError, type ApiErrorReason } from '../util/api-error.ts'
import { beginning, inQuotes, message, type Message } from '../util/message.ts'
import { REMEDIES_OF_READING } from './error-codes.ts'
import { fieldsOf, type JsonField } from './json-fields.ts'
import { buildNoOf, parseJson, scalarText } from './json.ts'
import { urlOf } from './request-tools.ts'
import { namedError, readApiResponse } from './response.ts'

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
  /** Sent beside the others; neither their values nor their names are shown. */
  readonly secretParameters: readonly Parameter[]
}

/** A build that the service says it has started. */
export interface StartedBuild {
  readonly buildNo: number
  /** The day and the number within it (`20200612.20`); empty where the service gives none, as `executionId`. */
  readonly dailyBuildNumber: string
  readonly executionId: string
}

/**
 * Proof that a request has started no build, and why it has not (contract section 7). Whatever sends the request again, or says
 * that nothing has started, takes this value.
 */
export class NothingStarted {
  readonly #error: ApiError

  private constructor(error: ApiError) {
    this.#error = error
  }

  /**
   * The only way to make one.
   * @param sent the answer; `unsent` where no byte of the request could go out.
   * @param error why the request has no result.
   * @returns undefined for an answer that proves nothing: one that is cut, is no JSON, or may name a build.
   */
  static provenBy(sent: 'unsent', error: ApiError): NothingStarted
  static provenBy(sent: HttpResponse, error: ApiError): NothingStarted | undefined
  static provenBy(sent: HttpResponse | 'unsent', error: ApiError): NothingStarted | undefined {
    return sent === 'unsent' || refuses(sent) ? new NothingStarted(error) : undefined
  }

  get error(): ApiError {
    return this.#error
  }
}

/** What an answer to ExecuteJob means. `unknown`: a build may have started. */
export type StartResponse =
  | { readonly kind: 'started'; readonly build: StartedBuild }
  | { readonly kind: 'refused'; readonly proof: NothingStarted }
  | { readonly kind: 'unknown'; readonly details: readonly Message[] }

/** The least that says what came back; the two texts are empty where there is none. */
interface BriefAnswer {
  readonly status: number
  readonly code: string
  readonly requestId: string
}

type Said = Pick<ApiError, 'message' | 'requestId'>

/** @returns what may be shown of an answer, from what would be said of it. */
export type ShowAnswer = (said: Said, brief: BriefAnswer) => Said

/** The parameter that says which branch is built. Source: the service's example of ExecuteJob (API reference, section 3.1). */
export const BRANCH_PARAMETER = 'codeBranch'

/** @returns the request of ExecuteJob. Source: API reference, section 3.1. */
export function executeJobRequest(endpoint: URL, order: BuildOrder): HttpRequest {
  const { jobId, commit, branch, tag } = order
  const source = branch === undefined ? [] : [{ name: BRANCH_PARAMETER, value: branch }]
  const parameter = [...source, ...order.parameters, ...order.secretParameters]
  const scm = commit === undefined ? { build_tag: tag } : { build_commit_id: commit }
  return postOf(endpoint, '/v1/job/execute', {
    job_id: jobId,
    ...(parameter.length === 0 ? {} : { parameter }),
    ...(commit === undefined && tag === undefined ? {} : { scm }),
  })
}

/** @returns a request that changes something in the service. */
export function postOf(endpoint: URL, path: string, body: object): HttpRequest {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json' }
  return { method: 'POST', url: urlOf(endpoint, path), headers, body: JSON.stringify(body) }
}

/** The statuses that refuse a request without a code, too (contract section 7). */
const REFUSING_STATUSES: readonly number[] = [400, 401, 403, 404, 422]

/** The 4xx that a server may send although it has taken the request: a time-out, and one that the client has closed. */
const UNSETTLED_STATUSES: readonly number[] = [408, 499]

/** The one code after which the request is sent again. */
const RATE_LIMIT = /^API(GW|G)\.0308$/

/** What names a build, in either casing. */
const BUILD_NAMES = /actual_?build_?number|daily_?build_?number|octopus_?job_?name/i
const BUILD_NUMBER = /^actual_?build_?number$/i

/** @returns whether a complete answer refuses the request for sure, and names no build at any place. */
function refuses({ status, body }: HttpResponse): boolean {
  const text = 'text' in body ? body.text : ''
  const json = parseJson(text)
  if (!json.ok) return false
  const isNamed4xx = status >= 400 && status <= 499 && (namedError(json.value, status)?.code ?? '') !== ''
  if (UNSETTLED_STATUSES.includes(status) || !(isNamed4xx || REFUSING_STATUSES.includes(status))) return false
  return !BUILD_NAMES.test(unescaped(text)) && !fieldsOf(text).some(field => field.object.isRepeated)
}

/**
 * @returns the text without `\\`, `\"` and `\uXXXX`, undone until nothing changes, because JSON may stand in JSON. One pass, so
 * that the time is linear.
 */
function unescaped(text: string): string {
  const out: string[] = []
  for (const character of text) {
    let next: string | undefined = character
    while (next !== undefined) {
      out.push(next)
      const isShort: boolean = out.at(-2) === '\\' && (next === '\\' || next === '"')
      next = undefined
      if (isShort) out.splice(-2, 1)
      else if (out.at(-6) === '\\' && out.at(-5) === 'u') {
        const code = out.slice(-4).join('')
        if (!/^[0-9a-f]{4}$/i.test(code)) continue
        out.splice(-6)
        next = String.fromCharCode(Number.parseInt(code, 16))
      }
    }
  }
  return out.join('')
}

/**
 * Judges an answer to ExecuteJob, by contract section 7: whatever neither names a build nor proves that none has started is
 * unknown.
 * @param nowMs this machine's time, milliseconds since 1970.
 * @param show frees what is said of the answer from what must not be shown.
 */
export function readStartResponse(
  response: HttpResponse,
  nowMs: number,
  show: ShowAnswer = said => said,
): StartResponse {
  const { status, headers, body } = response
  const text = 'text' in body ? body.text : ''
  const json = parseJson(text)
  const is2xx = status >= 200 && status <= 299
  const build = is2xx && json.ok ? buildIn(fieldsOf(text)) : undefined
  if (build !== undefined) return { kind: 'started', build }

  const { code = '', requestId = '', meaning } = namedError(json.ok ? json.value : undefined, status) ?? {}
  const brief = { status, code, requestId: requestId || scalarText(headers['x-request-id']) }
  const read = readApiResponse(response, nowMs)
  if (read.ok || (is2xx && json.ok && code === '')) {
    const words = message`HTTP ${status} without a usable number of the build (${inQuotes(beginning(text, 200))})`
    const said = show({ message: words, requestId: brief.requestId }, brief)
    return { kind: 'unknown', details: detailsOf(said) }
  }
  const isOfReading = meaning === undefined || REMEDIES_OF_READING.includes(meaning.remedy)
  const own = isOfReading
    ? WORDS[read.error.reason]
    : meaning.missingApi !== undefined && { remedy: ['Check region, or endpoint where it is given'] }
  const error = {
    ...read.error,
    ...own,
    ...show(read.error, brief),
    retryable: RATE_LIMIT.test(code) && (status === 429 || status === 400),
  }
  const proof = NothingStarted.provenBy(response, error)
  return proof === undefined ? { kind: 'unknown', details: detailsOf(error) } : { kind: 'refused', proof }
}

/** The words of a refusal, where this request is another one than those that the codes' own words are for. */
const WORDS: Partial<Record<ApiErrorReason, Pick<ApiError, 'problem' | 'remedy'>>> = {
  not_found: {
    problem: ['There is no such build task'],
    remedy: ['Check job_id and region: job_id may be given as the address of the page of the build task'],
  },
  forbidden: {
    problem: ['The credentials may not start builds of this task'],
    remedy: ['Add the user to the CodeArts project of the build task, with a role that may execute it'],
  },
  service_error: {
    problem: ['The service refused the request'],
    remedy: ['Check job_id, parameters, and commit, branch or tag against the build task'],
  },
}

/**
 * Finds the build in the flat answer of the documents and in the envelope that others have seen (`result`), in either casing.
 * @returns undefined where no usable number stands in either, where numbers differ at any place of the answer, or where the
 * object of the number has a key twice.
 */
function buildIn(fields: readonly JsonField[]): StartedBuild | undefined {
  const filled = fields.filter(({ value }) => value !== null && value !== '')
  const numbers = filled.filter(({ name }) => BUILD_NUMBER.test(name))
  const [buildNo, ...others] = new Set(numbers.map(({ value }) => buildNoOf(value)))
  const read = filled.filter(({ object: { place } }) => place !== 'elsewhere')
  const given = read.filter(({ name }) => ['actual_build_number', 'actualBuildNumber'].includes(name))
  const [first] = given
  if (first === undefined || buildNo === undefined || others.length > 0) return undefined
  if (given.some(({ object }) => object.isRepeated)) return undefined
  const textOf = (...names: string[]): string => {
    const found = read.filter(({ name }) => names.includes(name))
    return (found.find(({ object }) => object === first.object) ?? found[0])?.value ?? ''
  }
  const dailyBuildNumber = textOf('daily_build_number', 'dailyBuildNumber')
  return { buildNo, dailyBuildNumber, executionId: textOf('octopus_job_name', 'octopusJobName') }
}
