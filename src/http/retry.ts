import type { IncomingHttpHeaders } from 'node:http'

/** Contract section 5: one request and three more. */
export const MAX_TRIES = 4
const FIRST_PAUSE_MS = 1_000
/** Added to each pause at random, so that jobs that failed together do not come back together. */
const JITTER = 0.5
/** Where there is no end to the tries, their pauses stop growing here. */
const LONGEST_OUTLASTING_MS = 15_000
/** A service that wants a longer pause than this will not be waited for (contract section 5). */
export const MAX_RETRY_AFTER_MS = 60_000

/** What a try says of another one: no, or yes, after the pause that the service asked for. */
export type Again = { readonly again: false } | ({ readonly again: true } & AskedPause)

/** The pause that the service asked for. */
export interface AskedPause {
  /** What `Retry-After` asked for, in milliseconds. */
  readonly retryAfterMs?: number | undefined
}

/** A result that is no use, in the words of whoever judged it. */
interface Refusal<Problem> {
  readonly problem: Problem
  readonly again: Again
}

export interface RetryTools {
  /** Resolves after so many milliseconds, or as soon as the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** A number from 0 up to, not including, 1. */
  random(): number
}

/** Told before each pause: what the last try gave, how many there were, the pause in milliseconds. */
export type OnRetry<Problem> = (problem: Problem, tries: number, pauseMs: number) => void

/**
 * Tries until a result is final, the tries are used up, or the signal fires, with exponential pauses.
 * @param attempt makes one try. `refusalOf` tells what is wrong with its result, and whether another may bring a better
 * one; undefined for one that is of use.
 * @returns the last result, and how many tries it took.
 */
export async function withTries<T, Problem>(
  attempt: () => Promise<T>,
  refusalOf: (result: T) => Refusal<Problem> | undefined,
  tools: RetryTools & {
    readonly onRetry: OnRetry<Problem>
    readonly maxTries: number
    readonly signal: AbortSignal
    /** Whether such a problem is tried again even when the tries are used up; none is where this is left out. */
    readonly isOutlasted?: (problem: Problem) => boolean
  },
): Promise<{ readonly result: T; readonly tries: number }> {
  for (let tries = 1; ; tries++) {
    const result = await attempt()
    const refusal = refusalOf(result)
    if (refusal?.again.again !== true) return { result, tries }
    const { problem, again } = refusal
    const isOutlasted = tools.isOutlasted?.(problem) === true
    if (tries >= tools.maxTries && !isOutlasted) return { result, tries }
    if ((again.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS) return { result, tries }
    const pauseMs = pauseAfter(tries, again, tools.random(), isOutlasted ? LONGEST_OUTLASTING_MS : undefined)
    tools.onRetry(problem, tries, pauseMs)
    await tools.sleep(pauseMs, tools.signal)
    if (tools.signal.aborted) return { result, tries }
  }
}

/** @returns the problem of the last try, which says how many there were. */
export function afterTries<Problem extends { readonly cameBack: string }>(
  problem: Problem,
  tries: number,
): Problem {
  return tries === 1 ? problem : { ...problem, cameBack: `${problem.cameBack}, the last of ${tries} tries` }
}

/**
 * @returns how long to wait after so many failed tries in a row: exponential, with jitter, up to `longestMs`, and no
 * shorter than the service asked for, as far as it is obeyed. Milliseconds.
 */
export function pauseAfter(
  tries: number,
  { retryAfterMs = 0 }: AskedPause,
  random: number,
  longestMs = Number.POSITIVE_INFINITY,
): number {
  const growingMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** (tries - 1) * (1 + JITTER * random))
  return Math.round(Math.max(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), growingMs))
}

/**
 * Reads `Retry-After`: seconds, or a date that is counted from the answer's own `Date`, since this machine's clock may
 * be off (RFC 9110, section 10.2.3).
 * @returns milliseconds, or undefined when there is none that can be read.
 */
export function retryAfterMs(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^[0-9]+$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  if (Number.isNaN(at)) return undefined
  const sentAt = Date.parse(headers.date ?? '')
  return Math.max(0, at - (Number.isNaN(sentAt) ? nowMs : sentAt))
}
