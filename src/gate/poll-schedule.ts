import { timeOf, type BuildRecord } from '../codearts/record.ts'
import { formatEstimate, isPlausibleDuration } from '../util/duration.ts'

/** What is known when the next poll is planned. */
interface PauseInput {
  /** How long the build has been going, by the service's clock; milliseconds. A negative one, or NaN, counts as 0. */
  readonly ageMs: number
  /** The expected duration, milliseconds; undefined if it is unknown. An implausible value counts as unknown. */
  readonly expectedMs: number | undefined
  /** The longest pause that the user allows (`poll_interval_seconds`); all others are in proportion to it. */
  readonly longestPauseMs: number
}

/**
 * All of these are tuned with `npm run bench:wait`, against the fixed 10 s that most tools wait: no more requests, a
 * verdict no later without a good estimate, and twice as soon with one. Fractions are those of the longest pause.
 */
const TUNED = {
  /** Without an estimate: where pauses begin, what each square root of a second of age adds, where they end. */
  young: 0.2,
  growth: 1 / 30,
  old: 0.79,
  /** With one: the pause far from the end, which grows with the square root of the expected seconds alike. */
  farBase: 0.13,
  farGrowth: 1 / 40,
  /** The pause around the expected end: half of the one far from it, and at most this. */
  nearOfFar: 0.5,
  nearest: 0.37,
  /** How far around the expected end counts as near, as a fraction of the expected duration. */
  window: 0.12,
  /** For a build that is overdue, how fast pauses grow again: seconds of pause for each second. */
  overdueGrowth: 0.4,
  /** The random part of a pause, so that many steps do not poll at the same time. */
  jitter: 0.1,
} as const

/** The shortest time between two polls, whatever the inputs say (contract section 5). */
export const SHORTEST_PAUSE_MS = 1_000

/**
 * Plans the pause before the next poll: short for young builds, longer as they age, and short again around the time
 * when the build is expected to end.
 * @param random a number from 0 up to, not including, 1.
 * @returns milliseconds, never above `longestPauseMs`.
 */
export function pauseMs(
  { expectedMs = Number.NaN, longestPauseMs, ...given }: PauseInput,
  random: number,
): number {
  const ageMs = given.ageMs > 0 ? given.ageMs : 0
  const plannedMs = isPlausibleDuration(expectedMs)
    ? byEstimate(ageMs, expectedMs, longestPauseMs)
    : longestPauseMs * Math.min(TUNED.old, TUNED.young + TUNED.growth * rootOfSeconds(ageMs))
  const jitteredMs = Math.min(longestPauseMs, plannedMs) * (1 - TUNED.jitter * random)
  return Math.round(Math.max(SHORTEST_PAUSE_MS, jitteredMs))
}

function byEstimate(ageMs: number, expectedMs: number, longestPauseMs: number): number {
  const far = Math.min(1, TUNED.farBase + TUNED.farGrowth * rootOfSeconds(expectedMs))
  const farMs = longestPauseMs * far
  const nearMs = longestPauseMs * Math.min(TUNED.nearest, TUNED.nearOfFar * far)
  const outsideMs = Math.abs(expectedMs - ageMs) - TUNED.window * expectedMs
  if (outsideMs <= 0) return nearMs
  // Before: never over the edge of the window. After: back to the pause far from it.
  const isOverdue = ageMs > expectedMs
  return Math.min(farMs, isOverdue ? nearMs + outsideMs * TUNED.overdueGrowth : Math.max(nearMs, outsideMs))
}

function rootOfSeconds(ms: number): number {
  return Math.sqrt(ms / 1_000)
}

/** The expected duration of a build, from another build of its build task. */
export interface Estimate {
  readonly durationMs: number
  /** The number of the other build. */
  readonly buildNo: number
}

/**
 * @param record the previous build. One that did not succeed is no estimate, because it may have ended early.
 * @returns undefined when its times and its duration are missing or not plausible.
 */
export function estimateFrom(record: BuildRecord, buildNo: number): Estimate | undefined {
  const { status, start_time: start, finish_time: finish, duration } = record.fields
  if (status !== 'SUCCESS') return undefined
  const [startMs, finishMs] = [timeOf(start), timeOf(finish)]
  const durationMs = startMs === undefined || finishMs === undefined ? Number(duration) : finishMs - startMs
  return durationMs !== 0 && isPlausibleDuration(durationMs) ? { durationMs, buildNo } : undefined
}

/**
 * @param nowMs the service's own time, milliseconds since 1970.
 * @returns how long a build has been going, from its start or else from when it was created; undefined when its record
 * does not say, or says what is not plausible. Milliseconds.
 */
export function ageOf({ fields }: BuildRecord, nowMs: number): number | undefined {
  const sinceMs = timeOf(fields.start_time) ?? timeOf(fields.create_time)
  if (sinceMs === undefined) return undefined
  const ageMs = Math.max(0, nowMs - sinceMs)
  return isPlausibleDuration(ageMs) ? ageMs : undefined
}

/** @returns the estimate for people: `about 3 min left, estimated from build 60`; empty if there is none. */
export function describeEstimate(ageMs: number, estimate: Estimate): string {
  const leftMs = estimate.durationMs - ageMs
  const left = `${formatEstimate(Math.abs(leftMs))} ${leftMs > 0 ? 'left' : 'overdue'}`
  return `${left}, estimated from build ${estimate.buildNo}`
}
