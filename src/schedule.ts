/** What is known when the next look is planned. */
export interface Outlook {
  /** How long the build has been going, by the service's clock; milliseconds. */
  readonly ageMs: number
  /** How long it will take in all, judging by the build before it; undefined when nobody knows. Milliseconds. */
  readonly expectedMs: number | undefined
  /** The longest pause that the user allows (`poll_interval_seconds`); all others are in proportion to it. */
  readonly longestPauseMs: number
}

/**
 * All of these are tuned with `npm run bench:wait`, against the fixed 10 s that most tools wait: no more requests, a
 * verdict no later without a good guide, and twice as soon with one. Fractions are those of the longest pause.
 */
const TUNED = {
  /** Without an expectation: where pauses begin, what each square root of a second of age adds, where they end. */
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
  /** How much of a pause is left to chance, so that a fleet of jobs does not knock in step. */
  jitter: 0.1,
} as const

/** No matter what is asked for, two looks are at least so far apart. */
const SHORTEST_PAUSE_MS = 1_000

/**
 * Plans the pause before the next look: short for young builds, longer as they age, and short again around the time
 * when the build is expected to end.
 * @param random a number from 0 up to, not including, 1.
 * @returns milliseconds, never above `longestPauseMs`.
 */
export function pauseMs(outlook: Outlook, random: number): number {
  const { longestPauseMs } = outlook
  const plannedMs =
    outlook.expectedMs === undefined
      ? byAge(outlook)
      : byExpectation({ ...outlook, expectedMs: outlook.expectedMs })
  const boundedMs = Math.min(longestPauseMs, Math.max(SHORTEST_PAUSE_MS, plannedMs))
  return Math.round(boundedMs * (1 - TUNED.jitter * random))
}

function byAge({ ageMs, longestPauseMs }: Outlook): number {
  return longestPauseMs * Math.min(TUNED.old, TUNED.young + TUNED.growth * rootOfSeconds(ageMs))
}

function byExpectation({
  ageMs,
  expectedMs,
  longestPauseMs,
}: Outlook & { readonly expectedMs: number }): number {
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
  return Math.sqrt(Math.max(0, ms) / 1_000)
}
