import type { HttpAnswer, HttpResult } from '../http/request.ts'
import { MAX_RETRY_AFTER_MS, retryAfterMs, type Again } from '../http/retry.ts'
import type { Fault } from '../http/faults.ts'
import { shorten } from '../report/text.ts'
import { HINTS, isPassingStatus, meaningOf } from './errors.ts'
import { isJsonObject, parseJson, type JsonObject } from './json.ts'

/** Why the service's answer is no use; a part of the words of the output `reason`. */
export type ProblemReason =
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unreachable'
  | 'invalid_response'
  | 'service_error'

/** An answer that holds no result. */
export interface Problem {
  readonly reason: ProblemReason
  /** What came back, a clause: `the service answered HTTP 404 with APIGW.0101 "…" (request id …)`. */
  readonly cameBack: string
  /** What to do next, a clause in the imperative. */
  readonly hint: string
}

/** What an answer turned out to be: the `result` of a successful envelope, or a problem. */
export type Reading =
  | {
      readonly ok: true
      readonly result: unknown
      /** The answer as a clause, with its request id. */
      readonly answer: string
      /** The service's own time, milliseconds since 1970. */
      readonly dateMs: number
    }
  | NoUse

/** An answer that is no use, and whether another try may bring a better one. */
export interface NoUse {
  readonly ok: false
  readonly problem: Problem
  readonly again: Again
}

export interface ReadingTools {
  /** Takes secrets out of words that are shown, before they are shortened. Nothing is judged by what it returns. */
  readonly redact: (text: string) => string
  /** The time now, milliseconds since 1970; used only where the answer has no date. */
  readonly nowMs: () => number
}

const MAX_MESSAGE_CHARACTERS = 400
const MAX_EXCERPT_CHARACTERS = 80

/**
 * Judges an answer of any of the service's APIs: the HTTP status, the envelope and the codes in it, in the order of
 * contract sections 2 and 5. The result is as it came, secrets included; the words of a problem are without them.
 */
export function readAnswer(result: HttpResult, tools: ReadingTools): Reading {
  const reading = readJson(result, tools, { who: 'the service' })
  if (!reading.ok) return reading
  const { value, answer } = reading
  if (result.ok && result.status !== 200) return invalid(answer, 'only HTTP 200 carries a result')
  if (!isJsonObject(value)) return invalid(answer, 'its JSON is not an object')
  const objection = objectionTo(value, tools)
  if (objection !== undefined) return invalid(answer, objection)
  return { ok: true, result: value['result'], answer, dateMs: dateMsOf(result, tools) }
}

/**
 * Judges an answer that has no envelope, of a service that gives out secrets: no problem shows anything of its body but
 * the error that it names, and the result is the body just as it came.
 * @param who names the service in sentences.
 */
export function readSecretAnswer(result: HttpResult, tools: ReadingTools, who: string): Reading {
  const reading = readJson(result, tools, { who, isSecret: true })
  if (!reading.ok) return reading
  return { ok: true, result: reading.value, answer: reading.answer, dateMs: dateMsOf(result, tools) }
}

type JsonReading =
  | {
      readonly ok: true
      readonly value: unknown
      /** The answer as a clause. */
      readonly answer: string
    }
  | NoUse

/** Judges all but the envelope: the HTTP status, the codes in the body, and whether the body is JSON. */
function readJson(
  result: HttpResult,
  tools: ReadingTools,
  { who, isSecret = false }: { readonly who: string; readonly isSecret?: boolean },
): JsonReading {
  if (!result.ok) return ofFault(result.fault, tools)
  const parsed = 'text' in result.body ? parseJson(result.body.text) : undefined
  const named = namedError(parsed?.ok === true ? parsed.value : undefined)
  const answer = `${who} ${describe(result, named, tools)}`
  const again = (isAgain: boolean): Again =>
    isAgain ? { again: true, retryAfterMs: retryAfterMs(result.headers, tools.nowMs()) } : { again: false }

  const repeatedKey = parsed?.ok === true && !isSecret ? parsed.repeatedKey : undefined
  if (repeatedKey !== undefined && reasonOfStatus(result.status) === undefined) {
    const shown = shorten(tools.redact(repeatedKey), MAX_EXCERPT_CHARACTERS)
    return invalid(answer, `its JSON has the key "${shown}" twice`)
  }
  const meaning = named === undefined ? undefined : meaningOf(named.code)
  const reason =
    meaning?.reason ?? reasonOfStatus(result.status) ?? (named === undefined ? undefined : 'service_error')
  if (reason !== undefined) {
    const hint = meaning?.hint ?? HINTS[reason === 'unreachable' ? 'proxy' : reason]
    const mayMend =
      meaning?.again === 'always' || (meaning?.reason !== 'not_found' && isPassingStatus(result.status))
    return problem(reason, answer, hint, again(mayMend))
  }

  if ('refused' in result.body) return invalid(answer, `its body cannot be read: ${result.body.refused}`)
  if (parsed?.ok === false && parsed.why === 'shape')
    return invalid(answer, 'its JSON is nested too deeply or has too many values')
  if (parsed?.ok !== true) {
    const shown = isSecret ? '' : `: ${excerpt(result.body.text, tools)}`
    return invalid(answer, `its body is not JSON${shown}`, again(true))
  }
  return { ok: true, value: parsed.value, answer }
}

function invalid(answer: string, why: string, again: Again = { again: false }): NoUse {
  return problem('invalid_response', `${answer}, but ${why}`, HINTS.invalid_response, again)
}

/** @returns the time by the service's clock: this machine's own may be hours off. */
function dateMsOf(result: HttpResult, { nowMs }: ReadingTools): number {
  const dateMs = Date.parse(result.ok ? (result.headers.date ?? '') : '')
  return dateMs >= EARLIEST_DATE_MS && dateMs < LATEST_DATE_MS ? dateMs : nowMs()
}

/** A `Date` outside of these is no date of a service: nothing is reckoned from it. */
const EARLIEST_DATE_MS = Date.UTC(2000, 0)
const LATEST_DATE_MS = Date.UTC(2100, 0)

/**
 * @param why a clause.
 * @param answer the answer as a clause, with its request id.
 * @returns the problem of a result that does not have the documented shape.
 */
export function unusable(why: string, answer = 'the service answered HTTP 200'): NoUse {
  return invalid(answer, why)
}

function ofFault(fault: Fault, { redact }: ReadingTools): NoUse {
  const reason = fault.kind === 'malformed' ? 'invalid_response' : 'unreachable'
  return problem(reason, redact(fault.detail), HINTS[fault.kind], { again: fault.again })
}

function problem(reason: ProblemReason, cameBack: string, hint: string, again: Again): NoUse {
  return { ok: false, problem: { reason, cameBack: `${cameBack}${longPauseWords(again)}`, hint }, again }
}

/** @returns a clause on a pause that is longer than any that is made; empty for none. */
function longPauseWords(again: Again): string {
  const pauseMs = again.again ? (again.retryAfterMs ?? 0) : 0
  if (pauseMs <= MAX_RETRY_AFTER_MS) return ''
  return `, and asked for a pause of ${pauseMs / 1_000} s (at most ${MAX_RETRY_AFTER_MS / 1_000} s are waited)`
}

/** @returns the reason that an HTTP status stands for by itself; undefined for the 2xx, whose body decides. */
function reasonOfStatus(status: number): ProblemReason | undefined {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'not_found'
  if (status === 407) return 'unreachable'
  if (status === 429) return 'throttled'
  if (status >= 400) return 'service_error'
  return status >= 200 && status < 300 ? undefined : 'invalid_response'
}

/** An error that the service names in its answer. */
interface NamedError {
  /** Empty where the service gives none. */
  readonly code: string
  readonly message: string
  readonly requestId: string
}

/**
 * Finds the error in any envelope that the service or its gateway uses, an answer within a JSON string among them
 * (API reference, section 6).
 */
function namedError(value: unknown): NamedError | undefined {
  if (typeof value === 'string') {
    const inner = parseJson(value)
    return inner.ok && typeof inner.value !== 'string' ? namedError(inner.value) : undefined
  }
  if (!isJsonObject(value)) return undefined
  const inner = isJsonObject(value['error']) ? value['error'] : {}
  const code =
    firstText(value, 'error_code', 'err_code', 'errCode', 'errorCode') ||
    firstText(inner, 'code', 'error_code')
  const said =
    firstText(value, 'error_msg', 'err_msg', 'errMsg', 'errorMsg') ||
    firstText(inner, 'message', 'reason', 'error_msg')
  const failed = value['success'] === false || ['fail', 'error'].includes(firstText(value, 'status'))
  if (code === '' && !failed && !isFilled(value['error'])) return undefined
  const message =
    said || firstText(value, 'message') || (isFilled(value['error']) ? JSON.stringify(value['error']) : '')
  return { code, message, requestId: firstText(value, 'request_id') }
}

/** @returns why the envelope is not one of success, or undefined; contract section 3. */
function objectionTo(envelope: JsonObject, { redact }: ReadingTools): string | undefined {
  const says = (name: string): string =>
    `its envelope has the field ${name} as ${redact(JSON.stringify(envelope[name]))}`
  for (const name of ['error', 'err_code', 'errCode', 'error_code', 'errorCode']) {
    if (isFilled(envelope[name])) return says(name)
  }
  const succeeded = envelope['success']
  if (succeeded !== undefined && succeeded !== true) return says('success')
  const status = envelope['status']
  if (status !== undefined && status !== null && status !== 'success') return says('status')
  if (succeeded !== true && status !== 'success') return 'its envelope does not say that it succeeded'
  return undefined
}

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return !(isJsonObject(value) && Object.keys(value).length === 0)
}

function firstText(object: JsonObject, ...names: string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return String(value)
  }
  return ''
}

/** What an answer says: its status, the service's own code and message, the request id, where it would redirect. */
function describe(answer: HttpAnswer, named: NamedError | undefined, { redact }: ReadingTools): string {
  const { status, headers } = answer
  const header = headers['x-request-id']
  const requestId = [named?.requestId, typeof header === 'string' ? header : ''].find(
    id => id !== undefined && id !== '',
  )
  const quoted = (text: string): string => `"${shorten(redact(text), MAX_MESSAGE_CHARACTERS)}"`
  const redirect =
    status >= 300 && status < 400
      ? `, a redirect to ${quoted(headers.location ?? '')} that is not followed`
      : ''
  const parts = [`answered HTTP ${status}${redirect}`]
  if (named !== undefined) {
    const meaning = meaningOf(named.code)?.meaning
    const words = [
      redact(named.code),
      named.message === '' ? '' : quoted(named.message),
      meaning === undefined ? '' : `(${meaning})`,
    ]
    parts.push(`with ${words.filter(word => word !== '').join(' ') || 'an error without words'}`)
  }
  if (requestId !== undefined)
    parts.push(`(request id ${shorten(redact(requestId), MAX_EXCERPT_CHARACTERS)})`)
  return parts.join(' ')
}

function excerpt(body: string, { redact }: ReadingTools): string {
  if (body.trim() === '') return 'it is empty'
  return `it begins with "${shorten(redact(body.slice(0, MAX_MESSAGE_CHARACTERS)).trim(), MAX_EXCERPT_CHARACTERS)}"`
}
