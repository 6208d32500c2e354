/** What the build before says of how long a build takes. */
export type Estimate = 'good' | 'bad' | 'none'

export interface SimulatedBuild {
  /** The median of the distribution that it was drawn from. */
  readonly medianMinutes: number
  readonly durationMs: number
  /** The age of the build at the first poll. */
  readonly firstPollMs: number
  /** How long the build before took, by how good a estimate it is. */
  readonly estimatesMs: Readonly<Record<Estimate, number | undefined>>
}

const MEDIANS_MINUTES = [1, 5, 15, 40] as const
const SIGMA = 0.5
const EARLY_FAILURES = 0.1
/** A good estimate is at most so far off. */
const GOOD_WITHIN = 0.1
const MAX_FIRST_POLL_MS = 10_000

/**
 * Draws builds whose durations are log-normal around four medians, as many of each. One in ten fails early, anywhere
 * on its way. A good estimate took within 10 % of what the build would take; a bad one is drawn anew.
 */
export function drawBuilds(count: number, random: () => number): readonly SimulatedBuild[] {
  return Array.from({ length: count }, (_, index) => {
    const medianMinutes = MEDIANS_MINUTES[index % MEDIANS_MINUTES.length] ?? 1
    const drawMs = () => medianMinutes * 60_000 * Math.exp(SIGMA * normal(random))
    const wholeMs = drawMs()
    return {
      medianMinutes,
      durationMs: random() < EARLY_FAILURES ? wholeMs * random() : wholeMs,
      firstPollMs: MAX_FIRST_POLL_MS * random(),
      estimatesMs: {
        good: wholeMs * (1 + GOOD_WITHIN * (2 * random() - 1)),
        bad: drawMs(),
        none: undefined,
      },
    }
  })
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
