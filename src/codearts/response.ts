import type { HttpResponse, HttpResult } from '../http/http-client.ts'
import { CANCELLED, type NetworkError } from '../http/network-errors.ts'
import type { SecretService } from '../credentials/oidc.ts'
import { isRetryableStatus, MAX_RETRY_AFTER_MS, retryAfterMs } from '../http/retry.ts'
import type { ApiError, ApiErrorReason } from '../util/api-error.ts'
import type { AddSecret } from '../util/logging.ts'
import { formatDuration } from '../util/duration.ts'
import { beginning, joined, message, quote, type Message } from '../util/message.ts'
import {
  CHECK_REQUEST,
  LOCKED_KEY,
  meaningOf,
  NETWORK_REMEDIES,
  NOT_THE_SERVICE,
  REMEDIES,
  REPORT,
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
} from './json.ts'

/** An answer of the service: the `result` of a successful envelope, unchanged, or an error. */
export type ApiResponse =
  | {
      readonly ok: true
      readonly result: unknown
      /** The answer as a clause, with its request ID. */
      readonly answer: Message
      /** When the service answered, by its own clock; undefined where it does not say. Milliseconds since 1970. */
      readonly dateMs: number | undefined
    }
  | { readonly ok: false; readonly error: ApiError }

/**
 * Judges an answer of any of the service's APIs: the HTTP status, the codes in the body, the envelope, in the order of
 * contract sections 2 and 5.
 * @param nowMs this machine's time, milliseconds since 1970: for a `Retry-After` that is a date.
 */
export function readApiResponse(response: HttpResult, nowMs: number): ApiResponse {
  const json = readJson(response, nowMs, SERVICE)
  if (!json.ok) return json
  const { value, answer } = json
  if (json.status !== 200) return invalid(answer, message`only HTTP 200 carries a result`)
  if (!isJsonObject(value)) return invalid(answer, message`its JSON is not an object`)
  const objection = objectionTo(value)
  if (objection !== undefined) return invalid(answer, objection)
  return { ok: true, result: value['result'], answer, dateMs: dateMsOf(response) }
}

/**
 * Judges an answer of a service that gives out secrets and has no envelope: the body itself is the result. Whatever it
 * calls a key, secret or token is hidden first, whether or not the answer is of use. Of the body nothing is shown but the
 * error that it names, and less of that than elsewhere (contract section 4).
 */
export function readSecretResponse(response: HttpResult, nowMs: number, from: SecretService): ApiResponse {
  const json = readJson(response, nowMs, from)
  if (!json.ok) return json
  return { ok: true, result: json.value, answer: json.answer, dateMs: dateMsOf(response) }
}

function addSecretsIn(value: unknown, addSecret: AddSecret, isSecret = false): void {
  if (typeof value === 'string' && isSecret) addSecret(value, 'password')
  if (typeof value !== 'object' || value === null) return
  for (const [name, item] of Object.entries(value))
    addSecretsIn(item, addSecret, isSecret || (/key|secret|token/i.test(name) && name !== TOKEN_SUBJECT))
}

/** A field of AssumeAgencyWithOIDC: the claim `sub`, which names the repository of the job and is no secret. */
const TOKEN_SUBJECT = 'subject_from_id_token'

/** The service that answers: CodeArts Build, or a service that returns secrets. */
type Answerer = { readonly name: string; readonly sent?: undefined } | SecretService

const SERVICE: Answerer = { name: 'the service' }

/** An answer without an error in its status or its body, which is JSON. */
type JsonResponse =
  | { readonly ok: true; readonly status: number; readonly value: unknown; readonly answer: Message }
  | { readonly ok: false; readonly error: ApiError }

function readJson(response: HttpResult, nowMs: number, from: Answerer): JsonResponse {
  if (!response.ok) return { ok: false, error: ofNetwork(response.error) }
  const { status, headers, body } = response
  const json = 'text' in body ? parseJson(body.text) : undefined
  if (json?.ok === true && from.sent !== undefined) addSecretsIn(json.value, from.addSecret)
  const named = json?.ok === true ? namedError(json.value, status) : undefined
  const answer = describeAnswer(response, json, named, from)
  const pause = { retryAfterMs: retryAfterMs(headers, nowMs) }

  const repeatedKey = json?.ok === true && from.sent === undefined ? json.repeatedKey : undefined
  if (repeatedKey !== undefined && reasonOfStatus(status) === undefined)
    return invalid(answer, message`its JSON has the key "${quote(repeatedKey, 80)}" twice`)

  const meaning = named === undefined ? undefined : meaningOf(named.code, named.said)
  const reason =
    meaning?.reason ?? reasonOfStatus(status) ?? (named === undefined ? undefined : 'service_error')
  if (reason !== undefined) {
    const isJson = json?.ok === true
    const retryable =
      meaning?.reason === 'throttled' || (meaning?.reason !== 'not_found' && isRetryableStatus(status))
    const error = {
      reason,
      message: retryable ? withPause(answer, pause.retryAfterMs) : answer,
      remedy: [meaning?.remedy ?? remedyFor(reason, status, isJson)],
      isAboutCredentials:
        isJson && meaning !== LOCKED_KEY && (reason === 'unauthorized' || reason === 'forbidden'),
      missing:
        reason !== 'not_found' ? undefined : isApiMissing(meaning) ? 'api' : isJson ? 'build' : 'unknown',
    } as const
    return { ok: false, error: retryable ? { ...error, retryable, ...pause } : { ...error, retryable } }
  }

  if ('refused' in body) return invalid(answer, message`its body was not read: ${body.refused}`)
  if (json?.ok === false && json.why === 'shape')
    return invalid(answer, message`its JSON is nested too deeply or has too many values`)
  if (json?.ok !== true) {
    const error = { reason: 'invalid_response', remedy: [NOT_THE_SERVICE], retryable: true } as const
    return { ok: false, error: { ...error, message: withPause(answer, pause.retryAfterMs), ...pause } }
  }
  return { ok: true, status, value: json.value, answer }
}

/**
 * @param why a clause.
 * @param answer the answer as a clause, with its request ID.
 * @returns the error of an answer that does not have the documented form. It is not retried.
 */
export function invalid(
  answer: Message,
  why: Message,
): { readonly ok: false; readonly error: ApiError & { readonly reason: 'invalid_response' } } {
  const remedy: Message = [REMEDIES.invalid_response]
  return {
    ok: false,
    error: { reason: 'invalid_response', message: message`${answer}, but ${why}`, remedy, retryable: false },
  }
}

/** The error of a request that was aborted before it was sent. */
export const GIVEN_UP: ApiError = ofNetwork(CANCELLED)

function isApiMissing(meaning: CodeMeaning | undefined): boolean {
  return meaning?.isApiMissing === true
}

/** @returns the error of a request that got no answer. */
export function ofNetwork({ kind, message: said, retryable }: NetworkError): ApiError {
  const reason = kind === 'malformed' ? 'invalid_response' : 'unreachable'
  const error = { reason, message: said, remedy: [NETWORK_REMEDIES[kind]], retryable } as const
  return kind === 'cancelled' ? { ...error, isGivenUp: true } : error
}

/** Adds a requested pause to the message if it is longer than the gate waits between two tries. */
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

/** @returns what to do about an error without a known code. */
function remedyFor(reason: ApiErrorReason, status: number, isJson: boolean): string {
  if (reason === 'unreachable') return NETWORK_REMEDIES.proxy
  const isRequestAtFault = reason === 'service_error' && status >= 400 && status < 500 && status !== 408
  if (isJson) {
    if (isRequestAtFault) return CHECK_REQUEST
    return reason === 'service_error' && status < 400 ? REPORT : REMEDIES[reason]
  }
  if (isRequestAtFault) return `${CHECK_REQUEST}; ${NOT_THE_SERVICE}`
  if (reason === 'throttled') return `${NOT_THE_SERVICE}; if the service has answered, ${REMEDIES.throttled}`
  return status >= 500
    ? `${NOT_THE_SERVICE}; if endpoint and proxy are right, run the step again later`
    : NOT_THE_SERVICE
}

/** An error in an answer of the service. */
interface NamedError {
  /** Empty where the service gives none. */
  readonly code: string
  /** The service's own words; empty where it has none. */
  readonly said: string
  /** What the service sends instead of a message, as JSON; empty if there is nothing. */
  readonly details: string
  readonly requestId: string
}

/**
 * Finds the error in any envelope that the service or its gateway uses, an answer within a JSON string among them
 * (API reference, section 6).
 */
function namedError(value: unknown, status: number): NamedError | undefined {
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
  return { code, said, details, requestId: textIn(value, 'request_id') }
}

/** @returns the code of the error that a parsed answer names in any envelope; empty where it names none. */
export function errorCodeIn(value: unknown, status: number): string {
  return namedError(value, status)?.code ?? ''
}

/** @returns why the envelope is not one of success, a clause, or undefined; contract section 3. */
function objectionTo(envelope: JsonObject): Message | undefined {
  const says = (name: string): Message =>
    message`its envelope has the field ${name} as ${quote(JSON.stringify(envelope[name]), 80)}`
  for (const name of ['error', 'err_code', 'errCode', 'error_code', 'errorCode']) {
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
  for (const name of names) {
    const text = scalarText(object[name])
    if (text !== '') return text
  }
  return ''
}

/** @returns the answer as a clause: its status, the service's own code and words, the request ID. */
function describeAnswer(
  { status, headers, body }: HttpResponse,
  json: JsonResult | undefined,
  named: NamedError | undefined,
  from: Answerer,
): Message {
  const header = headers['x-request-id']
  const ids = [named?.requestId, typeof header === 'string' ? header : '']
  const requestId = ids.find(id => id !== undefined && id !== '') ?? ''
  const end = requestId === '' ? '' : message` (request ID ${quote(requestId, 80)})`
  const redirect = status >= 300 && status < 400 ? describeRedirect(headers.location) : ''
  if (named !== undefined)
    return message`${from.name} answered HTTP ${status}${redirect}${redirect === '' ? '' : ','} with ${describeError(named, status, from)}${end}`
  if (json?.ok !== false || json.why !== 'syntax' || !('text' in body) || redirect !== '')
    return message`${from.name} answered HTTP ${status}${redirect}${end}`
  const what =
    from.sent === undefined ? describeBody(body.text, headers['content-type']) : 'a body that is not JSON'
  // It may not be the service that answered.
  const answer = from === SERVICE ? 'the answer' : `the answer to the request to ${from.name}`
  return message`${answer} was HTTP ${status} with ${what}${end}`
}

/** User, password, query and fragment of an address from outside are not shown: they may contain keys. */
function describeRedirect(location: string | undefined): Message {
  if (location === undefined) return message`, a redirect without an address`
  const { protocol, host, pathname } = new URL(URL.canParse(location) ? location : 'about:blank')
  // Any other URL has no host, and its path may be anything.
  if (protocol !== 'http:' && protocol !== 'https:') return message`, a redirect that is not followed`
  return message`, a redirect to ${quote(`${protocol}//${host}${pathname}`, 200)} that is not followed`
}

function describeError(named: NamedError, status: number, { sent }: Answerer): Message {
  const { code } = named
  const meaning = meaningOf(code, named.said)?.meaning
  const all =
    sent === undefined ? named.said || named.details : status >= 400 ? withoutLongRuns(named.said, sent) : ''
  const said = all.replace(/^"(.*)"$/s, '$1')
  const parts = [
    code === '' ? [] : [quote(sent === undefined ? code : withoutLongRuns(code, sent), 200)],
    said === '' ? [] : message`"${quote(said)}"`,
    meaning === undefined ? [] : [`(${meaning})`],
  ].filter(part => part.length > 0)
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
function describeBody(text: string, contentType = ''): Message {
  const start = text.slice(0, MAX_SEARCHED_CHARACTERS)
  const isPage = PAGE.test(start) || /^\s*(?:text\/html|application\/xhtml)\b/i.test(contentType)
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.replace(/\s+/g, ' ').trim() ?? ''
  if (isPage && title !== '') return message`an HTML page titled "${quote(title, 120)}"`
  const words = (isPage ? start.replace(/<(style|script)\b[^]*?<\/\1>|<[^>]*>/gi, ' ') : start)
    .replace(/\s+/g, ' ')
    .trim()
  if (words === '') return isPage ? message`an HTML page without a title` : message`an empty body`
  return message`${isPage ? 'an HTML page' : 'a body'} that begins with "${beginning(words, 80)}"`
}

/** A date outside of these bounds comes from a clock that is not set. */
const EARLIEST_DATE_MS = Date.UTC(2000, 0)
const LATEST_DATE_MS = Date.UTC(2100, 0)

function dateMsOf(response: HttpResult): number | undefined {
  const dateMs = Date.parse(response.ok ? (response.headers.date ?? '') : '')
  return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : undefined
}
