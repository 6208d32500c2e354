import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { formatDuration, formatEstimate } from '../../src/util/duration.ts'

const WEEK_MS = 7 * 24 * 3_600_000

test.each([
  [0, '0 s'],
  [48, '0 s'],
  [1_234, '1.2 s'],
  [9_960, '10 s'],
  [45_400, '45 s'],
  [59_400, '59 s'],
  [59_600, '1 min'],
  [133_204, '2 min 13 s'],
  [3_599_600, '1 h'],
  [3_900_000, '1 h 5 min'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '24 h'],
  [WEEK_MS, '168 h'],
  [WEEK_MS + 1, 'more than a week'],
  [Number.POSITIVE_INFINITY, 'more than a week'],
  [-1, 'an unknown time'],
  [Number.NaN, 'an unknown time'],
])('%d ms are %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words)
})

test.each([
  [3_000, 'a few seconds'],
  [44_000, 'about 40 s'],
  [89_000, 'about 1 min 30 s'],
  [100_000, 'about 2 min'],
  [7_500_000, 'about 2 h 5 min'],
  [Number.POSITIVE_INFINITY, 'more than a week'],
  [Number.NaN, 'an unknown time'],
])('%d ms, estimated, are %s', (ms, words) => {
  expect(formatEstimate(ms)).toBe(words)
})

describe('whatever number it is', () => {
  test('no word is "Infinity" or "NaN"', () => {
    fc.assert(
      fc.property(fc.double(), ms => {
        for (const words of [formatDuration(ms), formatEstimate(ms)]) {
          expect(words).not.toMatch(/Infinity|NaN|-|e\+/)
        }
      }),
    )
  })
})
