import { buildNoOf } from './codearts/fields.ts'

/** @returns the number of a build, or `latest`; undefined for anything else. */
export function parseBuildNo(text: string): number | 'latest' | undefined {
  return text === 'latest' ? text : buildNoOf(text)
}

/** @returns the commit, or the first digits of one, as given; undefined for anything else. */
export function parseCommit(text: string): string | undefined {
  return /^[0-9A-Fa-f]{7,64}$/.test(text) ? text : undefined
}

/** What an input that is a number of some unit may be, both ends included unless `isAboveMin`. */
interface NumberRange {
  readonly min: number
  readonly max: number
  readonly isAboveMin?: true
}

export const TIMEOUT_MINUTES: NumberRange = { min: 0, max: 1_440, isAboveMin: true }
export const POLL_INTERVAL_SECONDS: NumberRange = { min: 1, max: 300 }
export const DISCOVERY_MINUTES: NumberRange = { min: 0, max: 1_440 }

/** @returns what such an input takes, for people. */
export function rangeWords({ min, max, isAboveMin }: NumberRange): string {
  return isAboveMin === true ? `a number above ${min}, at most ${max}` : `a number from ${min} to ${max}`
}

/** @returns a parser of decimal numbers within the range, in digits: no exponent, no unit. */
export function numberIn({ min, max, isAboveMin }: NumberRange): (text: string) => number | undefined {
  return text => {
    if (!/^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(text)) return undefined
    const value = Number(text)
    const isInside = (isAboveMin === true ? value > min : value >= min) && value <= max
    return isInside ? value : undefined
  }
}
