import type { NoUse, Reading } from './answer.ts'

/** How a question may be asked. */
export interface Asking {
  /** How often each request is tried, in all. */
  readonly maxTries: number
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** Whether a request that the service throttles is tried until the signal fires, however many tries that takes. */
  readonly outlastsThrottling?: boolean
}

/** Sends a GET to a path of the service, query included, with its tries. Never rejects for what the network does. */
export type Ask = (path: string, asking: Asking) => Promise<Reading>

/** An answer that was read to the end, or why it is no use. */
export type Answered<T> =
  | {
      readonly ok: true
      readonly value: T
      /** The service's own time, milliseconds since 1970. */
      readonly dateMs: number
    }
  | NoUse
