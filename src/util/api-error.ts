import { joined, message, quote, type Message } from './message.ts'

/** Why a request has no usable result; each is also a value of the output `reason` (contract section 2). */
export type ApiErrorReason =
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unreachable'
  | 'invalid_response'
  | 'service_error'

/**
 * What an error says beyond its reason:
 * - `given_up`: the request was aborted because the run no longer needs it; there is no answer.
 * - `needless`: it was not sent, because the run had learned that it is of no use (`QueueOptions.isNeedless`).
 * - `cut_short`: more tries might have helped, but another build had decided the gate.
 * - `exchange_failed`: the exchange of credentials failed, with tries of its own.
 * - `credentials_refused`: the service refused the credentials without a code that explains it: the credentials may know more.
 * - `build_missing`: the service says that there is no such build.
 * - `record_missing`: the service says that it succeeded, and gives no record: the build has none yet.
 * - `api_missing`: the gateway does not have this API (`APIGW.0101`).
 * - `api_unknown`: the service does not know this address (`CB.00060214`).
 * - `address_unknown`: a 404 that is not JSON, as any server sends it for an unknown address.
 * - `fault`: anything else.
 */
export type ErrorKind =
  | 'given_up'
  | 'needless'
  | 'cut_short'
  | 'exchange_failed'
  | 'credentials_refused'
  | 'build_missing'
  | 'record_missing'
  | 'api_missing'
  | 'api_unknown'
  | 'address_unknown'
  | 'fault'

export interface ApiError {
  readonly kind: ErrorKind
  readonly reason: ApiErrorReason
  /** What is wrong, as `Words` have it. */
  readonly problem: Message
  /** What to do, as `Words` have it. */
  readonly remedy: Message
  /** What came back, a clause: `HTTP 404, APIGW.0101 "…"`. */
  readonly message: Message
  /** The request ID of the answer; undefined where it has none, or `message` names it. */
  readonly requestId?: string | undefined
  /** How many tries there were, where there was more than one. */
  readonly tries?: number | undefined
  readonly retryable: boolean
  /** The pause that the service asked for before another try, milliseconds. */
  readonly retryAfterMs?: number | undefined
}

type Answered = Pick<ApiError, 'message' | 'requestId' | 'tries'>

/** @returns what came back, with its request ID and the number of tries: clauses. */
export function detailsOf({ message: said, requestId = '', tries }: Answered): Message[] {
  return [
    said,
    ...(requestId === '' ? [] : [message`request ID ${quote(requestId, 80)}`]),
    ...(tries === undefined ? [] : [message`${tries} tries`]),
  ]
}

/** @returns what came back, as one clause for a line of the log. */
export function describeError(error: Answered): Message {
  return joined(detailsOf(error), ', ')
}

export interface Failure {
  readonly ok: false
  readonly error: ApiError
}

export type Result<T> = { readonly ok: true; readonly value: T } | Failure
