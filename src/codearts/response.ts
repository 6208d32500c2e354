import type { IncomingHttpHeaders } from 'node:http'
import type { HttpResponse, HttpResult } from '../http/http-client.ts'
import type { NetworkError } from '../http/network-errors.ts'
import type { SecretService } from '../credentials/oidc.ts'
import { isRetryableStatus, MAX_RETRY_AFTER_MS, retryAfterMs } from '../http/retry.ts'
import type { ApiError, ApiErrorReason, ErrorKind, Failure } from '../util/api-error.ts'
import type { AddSecret } from '../util/logging.ts'
import { formatDuration } from '../util/duration.ts'
import { beginning, inQuotes, joined, message, quote, type Message } from '../util/message.ts'
import {
  CHECK_REQUEST,
  FAILED_INSIDE,
  LOCKED_KEY,
  meaningOf,
  NETWORK_WORDS,
  NOT_THE_SERVICE,
  REPORT,
  WORDS,
  type CodeMeaning,
} from './error-codes.ts'
import {
  isJsonObject,
  isNumber,
  parseJson,
  scalarText,
  textOf,
  type JsonObject,
  type JsonResult,
  type KeysOfMaps,
} from './json.ts'

export interface AnswerWords {
  /** Its status, and the service's own code and words, a clause: `HTTP 404, APIGW.0101 "…"`. */
  readonly said: Message
  /** Empty for none. */
  readonly requestId: string
}

/** An answer of the service: the `result` of a successful envelope, unchanged, or an error. */
export type ApiResponse =
  | {
      readonly ok: true
      readonly result: unknown
      readonly answer: AnswerWords
      /** When the service answered, by its own clock; undefined where it does not say. Milliseconds since 1970. */
      readonly dateMs: number | undefined
      /** The keys of maps in `result`, as they came. */
      readonly keysOf?: KeysOfMaps | undefined
    }
  | Failure

/**
 * Judges an answer of any of the service's APIs: the HTTP status, the codes in the body, the envelope, in the order of
 * contract sections 2 and 5.
 * @param nowMs this machine's time, milliseconds since 1970: for a `Retry-After` that is a date.
 */
export function readApiResponse(response: HttpResult, nowMs: number): ApiResponse {
  if (!response.ok) return { ok: false, error: ofNetwork(response.error) }
  const read = readJson(response, nowMs, undefined)
  if (!read.ok) return read
  const { result: envelope, answer } = read
  if (response.status !== 200) return invalid(answer, message`only HTTP 200 carries a result`)
  if (!isJsonObject(envelope)) return invalid(answer, message`its JSON is not an object`)
  const objection = objectionTo(envelope)
  if (objection !== undefined) return invalid(answer, objection)
  return { ...read, result: envelope['result'] }
}

/**
 * Judges an answer of a service that gives out secrets and has no envelope: the body itself is the result. Whatever it
 * calls a key, secret or token is hidden first, whether or not the answer is of use. Of the body nothing is shown but the
 * error that it names, and less of that than elsewhere (contract section 4).
 */
export function readSecretResponse(response: HttpResult, nowMs: number, from: SecretService): ApiResponse {
  return response.ok ? readJson(response, nowMs, from) : { ok: false, error: ofNetwork(response.error) }
}

function addSecretsIn(value: unknown, addSecret: AddSecret, isSecret = false): void {
  if (typeof value === 'string' && isSecret) addSecret(value, 'password')
  if (typeof value !== 'object' || value === null) return
  for (const [name, item] of Object.entries(value))
    addSecretsIn(item, addSecret, isSecret || (/key|secret|token/i.test(name) && !NO_SECRETS.includes(name)))
}

/**
 * Fields whose names speak of a token or a key, and which are no secrets: the claim `sub` in AssumeAgencyWithOIDC, which names
 * the repository, and the type of an error of GitHub's own service.
 */
const NO_SECRETS: readonly string[] = ['subject_from_id_token', 'typeKey']

/**
 * @param from the service that answers; undefined for CodeArts Build.
 * @returns the whole JSON of an answer that has no error in its status or its body.
 */
function readJson(response: HttpResponse, nowMs: number, from: SecretService | undefined): ApiResponse {
  const { status, headers, body } = response
  const json = 'text' in body ? parseJson(body.text) : undefined
  const isJson = json?.ok === true
  if (isJson && from !== undefined) addSecretsIn(json.value, from.addSecret)
  const named = isJson ? namedError(json.value, status) : undefined
  const answer = describeAnswer(response, json, named, from)
  const statusReason = reasonOfStatus(status)
  if (isJson && json.repeatedKey !== undefined && from === undefined && statusReason === undefined)
    return invalid(answer, message`its JSON has the key ${inQuotes(json.repeatedKey, 80)} twice`)

  const meaning = named?.meaning
  // The next try may bring a whole answer.
  const isBroken = statusReason === undefined && json?.ok === false && json.why === 'syntax'
  const bodyReason = named === undefined ? undefined : 'service_error'
  const reason = meaning?.reason ?? statusReason ?? (isBroken ? 'invalid_response' : bodyReason)
  if (reason !== undefined) {
    const byStatus = isBroken || isRetryableStatus(status)
    const retryable = meaning?.reason === undefined ? byStatus : meaning.reason === 'throttled'
    const pauseMs = retryable ? retryAfterMs(headers, nowMs) : undefined
    const { problem, remedy } = meaning ?? wordsFor(reason, status, isJson)
    const error: ApiError = {
      kind: kindOf(reason, meaning, isJson),
      reason,
      problem: [meaning?.problem ?? from?.problem ?? problem],
      remedy: [remedy],
      message: withPause(answer.said, pauseMs),
      requestId: answer.requestId,
      retryable,
    }
    return { ok: false, error: retryable ? { ...error, retryAfterMs: pauseMs } : error }
  }

  if ('refused' in body) return invalid(answer, message`its body was not read: ${quote(body.refused, 200)}`)
  if (!isJson) return invalid(answer, message`its JSON is nested too deeply or has too many values`)
  const { value: result, keysOf } = json
  return { ok: true, result, answer, dateMs: dateMsOf(headers), keysOf }
}

/** An answer that does not have the documented form: all but what came. It is not retried. */
export const INVALID = {
  kind: 'fault',
  reason: 'invalid_response',
  problem: [WORDS.invalid_response.problem],
  remedy: [WORDS.invalid_response.remedy],
  retryable: false,
} as const satisfies Omit<ApiError, 'message'>

/** @param why the answer does not have the documented form, a clause. */
export function invalid({ said, requestId }: AnswerWords, why: Message): Failure {
  return { ok: false, error: { ...INVALID, message: message`${said}, but ${why}`, requestId } }
}

/** @returns the error of a request that got no answer. */
export function ofNetwork({ kind, message: said, retryable }: NetworkError): ApiError {
  const reason = kind === 'malformed' ? 'invalid_response' : 'unreachable'
  const { problem, remedy } = NETWORK_WORDS[kind]
  return {
    kind: kind === 'cancelled' ? 'given_up' : 'fault',
    reason,
    problem: [problem],
    remedy: [remedy],
    message: said,
    retryable,
  }
}

function kindOf(reason: ApiErrorReason, meaning: CodeMeaning | undefined, isJson: boolean): ErrorKind {
  if (reason === 'not_found') return meaning?.missingApi ?? (isJson ? 'build_missing' : 'address_unknown')
  const isRefusal = reason === 'unauthorized' || reason === 'forbidden'
  return isJson && meaning !== LOCKED_KEY && isRefusal ? 'credentials_refused' : 'fault'
}

/** Adds a requested pause to what was said if it is longer than the gate waits between two tries. */
function withPause(answer: Message, askedMs = 0): Message {
  return askedMs <= MAX_RETRY_AFTER_MS
    ? answer
    : message`${answer}, and asked for a pause of ${formatDuration(askedMs)}`
}

/** @returns the reason for an HTTP status; undefined for 2xx, where the body decides. */
function reasonOfStatus(status: number): ApiErrorReason | undefined {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'not_found'
  if (status === 407) return 'unreachable'
  if (status === 429) return 'throttled'
  if (status >= 400) return 'service_error'
  return status >= 200 && status < 300 ? undefined : 'invalid_response'
}

/** @returns the words for an error without a known code. */
function wordsFor(reason: ApiErrorReason, status: number, isJson: boolean): CodeMeaning {
  if (reason === 'unreachable') return NETWORK_WORDS.proxy
  const isRequestAtFault = reason === 'service_error' && status >= 400 && status < 500 && status !== 408
  if (isJson) {
    if (isRequestAtFault) return CHECK_REQUEST
    const { problem, remedy } = WORDS[reason]
    // A status of success: the body alone names an error.
    if (reasonOfStatus(status) === undefined) return { problem, remedy: REPORT }
    return { problem: reason === 'service_error' ? FAILED_INSIDE : problem, remedy }
  }
  const { problem, remedy } = NOT_THE_SERVICE
  if (isRequestAtFault)
    return { problem, remedy: `${remedy}. If the service has answered, it does not accept the request` }
  if (reason === 'throttled')
    return { problem, remedy: `${remedy}. If the service has answered, it gets too many requests` }
  return status >= 500
    ? { problem, remedy: `${remedy}. If they are right, run the step again later` }
    : NOT_THE_SERVICE
}

interface NamedError {
  /** Empty where the service gives none. */
  readonly code: string
  /** The service's own words; empty where it has none. */
  readonly said: string
  /** What the service sends instead of a message, as JSON; empty if there is nothing. */
  readonly details: string
  readonly requestId: string
  readonly meaning: CodeMeaning | undefined
}

/**
 * @returns the error that a parsed answer names in any envelope of the service or its gateway, an answer within a JSON
 * string among them (API reference, section 6); undefined where it names none.
 */
export function namedError(value: unknown, status: number): NamedError | undefined {
  if (typeof value === 'string') {
    const inner = parseJson(value)
    return inner.ok ? namedError(inner.value, status) : undefined
  }
  if (!isJsonObject(value)) return undefined
  const isFailure = status >= 400
  const { error } = value
  const inner = isJsonObject(error) ? error : {}
  const code =
    codeIn(value, 'error_code', 'err_code', 'errCode', 'errorCode') ||
    codeIn(inner, 'code', 'error_code') ||
    (isFailure ? codeIn(value, 'code') : '')
  const said =
    textIn(value, 'error_msg', 'err_msg', 'errMsg', 'errorMsg') ||
    textIn(inner, 'message', 'reason', 'error_msg') ||
    (typeof error === 'string' ? error : '') ||
    textIn(value, 'message')
  const saysFailure = value['success'] === false || ['fail', 'error'].includes(textIn(value, 'status'))
  const isNamed = code !== '' || saysFailure || isFilled(error) || (isFailure && said !== '')
  if (!isNamed) return undefined
  const details = isFilled(error) ? JSON.stringify(error) : ''
  return { code, said, details, requestId: textIn(value, 'request_id'), meaning: meaningOf(code, said) }
}

/** @returns why the envelope is not one of success, a clause, or undefined; contract section 3. */
function objectionTo(envelope: JsonObject): Message | undefined {
  const says = (name: string): Message =>
    message`its envelope has the field ${name} as ${quote(JSON.stringify(envelope[name]), 80)}`
  // With a filled `error` the answer names an error, and has no result.
  for (const name of ['err_code', 'errCode', 'error_code', 'errorCode']) {
    if (isFilled(envelope[name])) return says(name)
  }
  const { success, status } = envelope
  if (success !== undefined && success !== true) return says('success')
  if (status !== undefined && status !== null && status !== 'success') return says('status')
  if (success !== true && status !== 'success')
    return message`its envelope does not say that the request succeeded`
  return undefined
}

/** Whether a field names an error; the number 0 and the text 0 do not. */
function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === '0') return false
  if (isNumber(value)) return Number(textOf(value)) !== 0
  if (Array.isArray(value)) return value.length > 0
  return !(isJsonObject(value) && Object.keys(value).length === 0)
}

function codeIn(object: JsonObject, ...names: string[]): string {
  return textIn(object, ...names.filter(name => isFilled(object[name])))
}

/** @returns the first of these fields that is a number or a text that is not empty. */
function textIn(object: JsonObject, ...names: string[]): string {
  return names.map(name => scalarText(object[name])).find(text => text !== '') ?? ''
}

function describeAnswer(
  { status, headers, body }: HttpResponse,
  json: JsonResult | undefined,
  named: NamedError | undefined,
  from: SecretService | undefined,
): AnswerWords {
  const requestId = (named?.requestId ?? '') || scalarText(headers['x-request-id'])
  const redirect = status >= 300 && status < 400 ? describeRedirect(headers.location) : ''
  const start = message`HTTP ${status}${from === undefined ? '' : ` from ${from.name}`}${redirect}`
  if (named !== undefined)
    return { said: message`${start}, ${describeError(named, status, from?.sent)}`, requestId }
  if (json?.ok !== false || json.why !== 'syntax' || !('text' in body) || redirect !== '')
    return { said: start, requestId }
  const what =
    from === undefined
      ? describeBody(body.text, scalarText(headers['content-type']))
      : 'a body that is not JSON'
  return { said: message`${start} with ${what}`, requestId }
}

/** User, password, query and fragment of an address from outside are not shown: they may contain keys. */
function describeRedirect(location: string | undefined): Message {
  if (location === undefined) return message`, a redirect without an address`
  const { protocol, host, pathname } = new URL(URL.canParse(location) ? location : 'about:blank')
  // Any other URL has no host, and its path may be anything.
  if (protocol !== 'http:' && protocol !== 'https:') return message`, a redirect that is not followed`
  return message`, a redirect to ${quote(`${protocol}//${host}${pathname}`, 200)} that is not followed`
}

/** @param sent what was sent to a service that gives out secrets; undefined for CodeArts Build, which gives out none. */
function describeError(
  { code, said, details }: NamedError,
  status: number,
  sent: readonly string[] | undefined,
): Message {
  const shown = (text: string): string => (sent === undefined ? text : withoutLongRuns(text, sent))
  // Nothing of an answer of success may be shown that could be a secret.
  const all = sent === undefined ? said || details : status >= 400 ? shown(said) : ''
  const words = all.replace(/^"(.*)"$/s, '$1')
  const parts = [code === '' ? [] : [quote(shown(code), 200)], words === '' ? [] : inQuotes(words)].filter(
    part => part.length > 0,
  )
  return parts.length === 0 ? message`an error without a code or a message` : joined(parts, ' ')
}

/** Replaces everything that may be a key, except texts that were sent and may be shown (contract section 4). */
function withoutLongRuns(text: string, sent: readonly string[]): string {
  const [kept, ...others] = sent
  if (kept !== undefined)
    return text
      .split(kept)
      .map(part => withoutLongRuns(part, others))
      .join(kept)
  return text.replace(/[A-Za-z0-9+/=_-]{20,}/g, '***')
}

/** Long enough for the title of any page; a longer body is not searched. */
const MAX_SEARCHED_CHARACTERS = 20_000

/** How a page begins, also one without the tags that HTML may leave out; XHTML has a line before. */
const PAGE = /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|title|meta|body)\b/i

/** @returns a description of a body that is not JSON: an HTML page by its title, other text by its first words. */
function describeBody(text: string, contentType: string): Message {
  const start = text.slice(0, MAX_SEARCHED_CHARACTERS)
  const isPage = PAGE.test(start) || /^\s*(?:text\/html|application\/xhtml)\b/i.test(contentType)
  const title = (/<title[^<>]*>([^<]*)/i.exec(start)?.[1] ?? '').replace(/\s+/g, ' ').trim()
  if (isPage && title !== '') return message`an HTML page titled ${inQuotes(title, 120)}`
  const words = (isPage ? textOfPage(start) : start).replace(/\s+/g, ' ').trim()
  if (words === '') return isPage ? message`an HTML page without a title` : message`an empty body`
  return message`${isPage ? 'an HTML page' : 'a body'} that begins with ${inQuotes(beginning(words, 80))}`
}

/** @returns what a page says, without its tags, styles and scripts. */
function textOfPage(page: string): string {
  let isShown = true
  // A tag ends where the next one begins: a search for its end that may fail, for each of them, would take too long.
  return page
    .split(/(<[^<>]*>)/)
    .filter((part, at) => {
      if (at % 2 === 0) return isShown
      if (/<\/?(style|script)\b/i.test(part)) isShown = part.startsWith('</')
      return false
    })
    .join(' ')
}

/** A date outside of these bounds comes from a clock that is not set. */
const EARLIEST_DATE_MS = Date.UTC(2000, 0)
const LATEST_DATE_MS = Date.UTC(2100, 0)

function dateMsOf({ date }: IncomingHttpHeaders): number | undefined {
  const dateMs = Date.parse(scalarText(date))
  return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : undefined
}
