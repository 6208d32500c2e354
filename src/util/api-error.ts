import type { Message } from './message.ts'

/** Why the service gave nothing that can be used; each is also a word of the output `reason` (contract section 2). */
export type ApiErrorReason =
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unreachable'
  | 'invalid_response'
  | 'service_error'

/** A request that brought nothing that can be used. */
export interface ApiError {
  readonly reason: ApiErrorReason
  /** What came back, a clause: `the service answered HTTP 404 with APIGW.0101 "…"`. */
  readonly message: Message
  /** What to do next, a clause in the imperative. */
  readonly remedy: Message
  /** Whether another try may bring a better answer. */
  readonly retryable: boolean
  /** The pause that the service asked for before another try, milliseconds. */
  readonly retryAfterMs?: number | undefined
  /**
   * What is not there, for `not_found`: the build, or the API itself. `unknown`: a 404 that is no JSON, as any server sends
   * it for an address that it does not know.
   */
  readonly missing?: 'build' | 'api' | 'unknown' | undefined
  /** Whether it was the service that refused the credentials, for a reason that only whoever knows them can explain. */
  readonly isAboutCredentials?: boolean
  /** Whether it was tried as often as one request may be: only a later poll tries again, where `retryable` allows it. */
  readonly isTried?: boolean
  /** Whether the request was given up because nobody waits for it any more: nothing came back. */
  readonly isGivenUp?: boolean
}

/** A result, or the error in its place. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError }
