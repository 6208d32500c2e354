/** The middle of some figures, and how far they spread. */
export interface Spread {
  readonly median: number
  /** A quarter of the figures are below it. */
  readonly lowerQuartile: number
  /** A quarter of the figures are above it. */
  readonly upperQuartile: number
}

/** @throws Error for no figures at all. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((one, other) => one - other)
  const at = (part: number): number => {
    const figure = sorted[Math.floor((sorted.length - 1) * part)]
    if (figure === undefined) throw new Error('There are no figures')
    return figure
  }
  return { median: at(0.5), lowerQuartile: at(0.25), upperQuartile: at(0.75) }
}
