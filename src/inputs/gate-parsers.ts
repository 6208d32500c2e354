import type { Parse } from './parsers.ts'

// What the inputs of the gate accept beyond those that both actions have.

/** The toolkit's rule for booleans (`getBooleanInput`): YAML 1.2's spellings and no others. */
export const parseBoolean: Parse<boolean> = text => {
  if (['true', 'True', 'TRUE'].includes(text)) return true
  return ['false', 'False', 'FALSE'].includes(text) ? false : undefined
}

/** The range of a numeric input, including both ends unless `isAboveMin`. */
interface NumberRange {
  readonly min: number
  readonly max: number
  readonly isAboveMin?: true
}

export const TIMEOUT_MINUTES: NumberRange = { min: 0, max: 1_440, isAboveMin: true }
export const POLL_INTERVAL_SECONDS: NumberRange = { min: 1, max: 300 }
export const DISCOVERY_MINUTES: NumberRange = { min: 0, max: 1_440 }

/** @returns what such an input accepts, for messages. */
export function describeRange({ min, max, isAboveMin }: NumberRange): string {
  return isAboveMin === true ? `a number above ${min}, at most ${max}` : `a number from ${min} to ${max}`
}

/** @returns a parser of decimal numbers within the range, in digits: no exponent, no unit. */
export function numberIn({ min, max, isAboveMin }: NumberRange): Parse<number> {
  return text => {
    if (!/^[0-9]+(\.[0-9]+)?$/.test(text)) return undefined
    const value = Number(text)
    const isInside = (isAboveMin === true ? value > min : value >= min) && value <= max
    return isInside ? value : undefined
  }
}

/** 1000 long lines are about what fits into a job summary. */
export const MAX_LOG_LINES = 1_000

export const parseLogLines: Parse<number> = text => {
  const lines = /^[0-9]{1,4}$/.test(text) ? Number(text) : Infinity
  return lines <= MAX_LOG_LINES ? lines : undefined
}
