/** @returns a duration as a person would say it: `45 s`, `3 min 12 s`, `2 h 5 min`. */
export function inWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return joined(minutes, 'min', seconds % 60, 's')
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/** @returns a duration that is only guessed, in whole minutes where it is longer than one: `about 3 min`. */
export function inRoughWords(durationMs: number): string {
  if (durationMs < 10_000) return 'a few seconds'
  const isShort = durationMs < 90_000
  const rounded = isShort
    ? Math.round(durationMs / 10_000) * 10_000
    : Math.round(durationMs / 60_000) * 60_000
  return `about ${inWords(rounded)}`
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}
