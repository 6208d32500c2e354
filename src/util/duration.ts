const MAX_PLAUSIBLE_MS = 7 * 24 * 60 * 60 * 1_000

/** @returns whether a duration is plausible for a build: a finite number of milliseconds, from 0 to a week. */
export function isPlausibleDuration(durationMs: number): boolean {
  return durationMs >= 0 && durationMs <= MAX_PLAUSIBLE_MS
}

/** @returns a duration in milliseconds for people: `0.3 s`, `42 s`, `2 min 13 s`, `1 h 5 min`. */
export function formatDuration(durationMs: number): string {
  if (!isPlausibleDuration(durationMs)) return durationMs > 0 ? 'more than a week' : 'an unknown time'
  if (durationMs < 9_950) return `${Number((durationMs / 1_000).toFixed(1))} s`
  const seconds = Math.round(durationMs / 1_000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return withRest(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  return withRest(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/** @returns an estimated duration, in whole minutes where it is longer than one: `a few seconds`, `about 3 min`. */
export function formatEstimate(durationMs: number): string {
  if (!isPlausibleDuration(durationMs)) return formatDuration(durationMs)
  if (durationMs < 10_000) return 'a few seconds'
  const unitMs = durationMs < 90_000 ? 10_000 : 60_000
  return `about ${formatDuration(Math.round(durationMs / unitMs) * unitMs)}`
}

function withRest(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
