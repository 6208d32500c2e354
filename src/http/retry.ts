import type { IncomingHttpHeaders } from 'node:http'
import type { ApiError } from '../util/api-error.ts'

/** Contract section 5: one request and three more. */
export const MAX_TRIES = 4
const FIRST_PAUSE_MS = 1_000
/** Added to each pause at random, so that steps that failed together do not retry together. */
const JITTER = 0.5
/** The longest `Retry-After` that is obeyed between tries; a longer one ends them (contract section 5). */
export const MAX_RETRY_AFTER_MS = 60_000
/** The longest pause if the number of tries has no limit. */
const LONGEST_OUTLASTING_MS = 15_000
/** No pause is longer than a day, the longest time that a wait may take; timers of Node end at 25 days. */
const MAX_PAUSE_MS = 24 * 60 * 60_000

export interface RetryTools {
  /** Resolves after so many milliseconds, or as soon as the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A number from 0 up to, not including, 1. */
  random(): number
}

/** Called before each pause: the error of the last try, the number of tries, the pause in milliseconds. */
export type OnRetry = (error: ApiError, tries: number, pauseMs: number) => void

/** The last result, and how many tries there were. A try that was aborted does not count. */
interface Tried<T> {
  readonly result: T
  readonly tries: number
  /** Whether there would have been more tries, had the last one not been enough. */
  readonly isCutShort: boolean
}

/**
 * Tries until a result is final, the tries are used up, or the signal fires, with exponential pauses.
 * @param attempt makes one try. `errorOf` gives the error in its result; undefined for a result that can be used.
 */
export async function withTries<T>(
  attempt: () => Promise<T>,
  errorOf: (result: T) => ApiError | undefined,
  tools: RetryTools & {
    readonly onRetry: OnRetry
    readonly maxTries: number
    readonly signal: AbortSignal
    /** Fires when the result of the last try is enough, whatever it is. */
    readonly enough?: AbortSignal | undefined
    /** Whether to retry what is throttled even if the tries are used up. */
    readonly outlastsThrottling?: boolean
  },
): Promise<Tried<T>> {
  const { enough, signal, maxTries } = tools
  const stop = enough === undefined ? signal : AbortSignal.any([signal, enough])
  const isEnough = (): boolean => enough?.aborted === true
  let result = await attempt()
  for (let tries = 1; ; tries++) {
    const end = { result, tries, isCutShort: false }
    const error = errorOf(result)
    if (error?.retryable !== true || error.kind === 'exchange_failed') return end
    if ((error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return end
    const isOutlasted = tools.outlastsThrottling === true && error.reason === 'throttled'
    if (tries >= maxTries && !isOutlasted) return end
    if (isEnough()) return { ...end, isCutShort: true }
    const pauseMs = pauseAfter(tries, error, tools.random(), isOutlasted ? LONGEST_OUTLASTING_MS : undefined)
    tools.onRetry(error, tries, pauseMs)
    await tools.sleep(pauseMs, stop)
    if (stop.aborted) return { ...end, isCutShort: isEnough() }
    const next = await attempt()
    if (errorOf(next)?.kind === 'given_up') return end
    result = next
  }
}

/** @returns the error of the last try, with the number of tries. */
export function afterTries(error: ApiError, { tries, isCutShort }: Omit<Tried<unknown>, 'result'>): ApiError {
  const ended = isCutShort ? ({ ...error, kind: 'cut_short' } as const) : error
  return tries === 1 ? ended : { ...ended, tries }
}

/**
 * @returns how long to wait after so many failed tries in a row: exponential, with jitter, up to `longestMs`, and no
 * shorter than the service asked for. Milliseconds, a day at most.
 */
export function pauseAfter(
  tries: number,
  { retryAfterMs = 0 }: Pick<ApiError, 'retryAfterMs'>,
  random: number,
  longestMs = MAX_PAUSE_MS,
): number {
  const growingMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + JITTER * random))
  return Math.round(Math.min(MAX_PAUSE_MS, Math.max(retryAfterMs, growingMs)))
}

/** The 5xx that do not change: not implemented, HTTP version not supported, network authentication required. */
const LASTING_5XX: readonly number[] = [501, 505, 511]

/**
 * @returns whether an answer with this HTTP status may be another one at the next try (contract section 5). 401 is not: six
 * failures in a row lock an access key for five minutes.
 */
export function isRetryableStatus(status: number): boolean {
  if (status === 408 || status === 429) return true
  return status >= 500 && status <= 599 && !LASTING_5XX.includes(status)
}

/**
 * Reads `Retry-After`: seconds (with decimals too), or a date that is counted from the answer's own `Date`, since this machine's clock may
 * be off (RFC 9110, section 10.2.3).
 * @returns milliseconds, or undefined when there is none that can be read.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return Math.ceil(Number(text) * 1_000)
  // Without a letter it is no date, whatever V8 makes of it.
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const sentAt = Date.parse(headers.date ?? '')
  return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt))
}
