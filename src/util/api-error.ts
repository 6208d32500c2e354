import type { Message } from './message.ts'

/** Why a request has no usable result; each is also a value of the output `reason` (contract section 2). */
export type ApiErrorReason =
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unreachable'
  | 'invalid_response'
  | 'service_error'

/** A request without a usable result. */
export interface ApiError {
  readonly reason: ApiErrorReason
  /** What came back, a clause: `the service answered HTTP 404 with APIGW.0101 "…"`. */
  readonly message: Message
  /** What to do next, a clause in the imperative. */
  readonly remedy: Message
  /** Whether another try may succeed. */
  readonly retryable: boolean
  /** The pause that the service asked for before another try, milliseconds. */
  readonly retryAfterMs?: number | undefined
  /**
   * What is missing, for `not_found`: the build, or the API itself. `unknown`: a 404 that is not JSON, as any server sends
   * it for an unknown address.
   */
  readonly missing?: 'build' | 'api' | 'unknown' | undefined
  /** Whether the service refused the credentials without a code that explains it: the credentials may know more. */
  readonly isAboutCredentials?: boolean
  /** Whether all tries of the request are used up: only a later poll tries again, if it is `retryable`. */
  readonly isTried?: boolean
  /** Whether the request was aborted because the run no longer needs it: there is no answer. */
  readonly isGivenUp?: boolean
}

/** An error in place of a result. */
export interface Failure {
  readonly ok: false
  readonly error: ApiError
}

/** A result, or an error instead. */
export type Result<T> = { readonly ok: true; readonly value: T } | Failure
