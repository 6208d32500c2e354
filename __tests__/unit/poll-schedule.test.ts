import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { ageOf, estimateFrom, describeEstimate, pauseMs } from '../../src/gate/poll-schedule.ts'
import { parseRecord, type BuildRecord } from '../../src/codearts/record.ts'

const MINUTE_MS = 60_000

function recordOf(fields: unknown): BuildRecord {
  const result = parseRecord(fields)
  if (!result.ok) throw new Error(result.why)
  return result.record
}

describe('the pause before the next poll', () => {
  const age = fc.double({ min: 0, max: 1e9, noNaN: true })
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  const longest = fc.integer({ min: 1_000, max: 300_000 })

  test('is never above the longest one, and never below a second, whatever the durations are', () => {
    const any = fc.oneof(age, fc.double())
    fc.assert(
      fc.property(
        any,
        fc.option(any, { nil: undefined }),
        longest,
        random,
        (ageMs, expectedMs, longestPauseMs, chance) => {
          const pause = pauseMs({ ageMs, expectedMs, longestPauseMs }, chance)
          expect(pause).toBeLessThanOrEqual(longestPauseMs)
          expect(pause).toBeGreaterThanOrEqual(1_000)
          expect(Number.isInteger(pause)).toBe(true)
        },
      ),
    )
  })

  test.each([Number.NaN, Infinity, -1, 8 * 24 * 60 * MINUTE_MS])(
    'is as without an estimate when that is %d ms',
    expectedMs => {
      const pauseWith = (estimate: number | undefined) =>
        pauseMs({ ageMs: 30 * MINUTE_MS, expectedMs: estimate, longestPauseMs: 15_000 }, 0)
      expect(pauseWith(expectedMs)).toBe(pauseWith(undefined))
    },
  )

  test('of a build whose age is not known is that of one that has just begun', () => {
    const pauseAt = (ageMs: number) => pauseMs({ ageMs, expectedMs: undefined, longestPauseMs: 15_000 }, 0)
    expect([Number.NaN, -60_000, 0].map(pauseAt)).toEqual([3_000, 3_000, 3_000])
  })

  test('grows with the age of a build that nothing is known of', () => {
    fc.assert(
      fc.property(age, age, longest, (one, other, longestPauseMs) => {
        const pauseAt = (ageMs: number) => pauseMs({ ageMs, expectedMs: undefined, longestPauseMs }, 0)
        expect(pauseAt(Math.min(one, other))).toBeLessThanOrEqual(pauseAt(Math.max(one, other)))
      }),
    )
  })

  test('never leads from far before the expected end right into the middle of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: MINUTE_MS, max: 240 * MINUTE_MS }), random, (expectedMs, part) => {
        const ageMs = part * 0.88 * expectedMs
        const pause = pauseMs({ ageMs, expectedMs, longestPauseMs: 15_000 }, 0)
        expect(ageMs + pause).toBeLessThanOrEqual(Math.max(0.88 * expectedMs + 1, ageMs + 5_550))
      }),
    )
  })

  test('is shortest around the expected end, and as long as before when that is long past', () => {
    const at = (minutes: number) =>
      pauseMs({ ageMs: minutes * MINUTE_MS, expectedMs: 40 * MINUTE_MS, longestPauseMs: 15_000 }, 0)
    expect([1, 20, 34, 36, 40, 44, 60].map(at)).toEqual([15_000, 15_000, 15_000, 5_550, 5_550, 5_550, 15_000])
  })

  test('is left to chance by a tenth at most', () => {
    const input = { ageMs: 1e9, expectedMs: undefined, longestPauseMs: 10_000 }
    expect([0, 0.5, 0.999_999_9].map(chance => pauseMs(input, chance))).toEqual([7_900, 7_505, 7_110])
  })
})

describe('the estimate', () => {
  const SUCCESS = {
    status: 'SUCCESS',
    start_time: '2026-11-24T08:00:00.000+00:00',
    finish_time: '2026-11-24T08:04:00.000+00:00',
    duration: 250_000,
  }

  test.each([
    ['from start to finish', SUCCESS, 240_000],
    ['in any zone', { ...SUCCESS, start_time: '2026-11-24T16:00:00+0800' }, 240_000],
    ['by the duration without times', { ...SUCCESS, start_time: null }, 250_000],
    ['by the duration where times name no zone', { ...SUCCESS, start_time: '2026-11-24 08:00:00' }, 250_000],
  ])('counts %s', (_, fields, durationMs) => {
    expect(estimateFrom(recordOf(fields), 60)).toEqual({ durationMs, buildNo: 60 })
  })

  test.each([
    ['a build that failed', { ...SUCCESS, status: 'FAILURE' }],
    ['a build that runs', { status: 'RUNNING', start_time: SUCCESS.start_time }],
    ['no times', { status: 'SUCCESS' }],
    ['an end before the start', { ...SUCCESS, finish_time: '2026-11-24T07:00:00Z' }],
    ['a negative duration', { status: 'SUCCESS', duration: -5 }],
    ['no duration', { status: 'SUCCESS', duration: 0 }],
    ['a duration of 400 digits', { status: 'SUCCESS', duration: '9'.repeat(400) }],
    ['a duration that is no number', { status: 'SUCCESS', duration: 'soon' }],
    ['a duration of more than a week', { status: 'SUCCESS', duration: 7 * 24 * 60 * MINUTE_MS + 1 }],
    ['times more than a week apart', { ...SUCCESS, finish_time: '2026-12-24T08:00:00Z' }],
  ])('is none for %s', (_, fields) => {
    expect(estimateFrom(recordOf(fields), 60)).toBeUndefined()
  })

  test('of the age: from the start, or else from when the build was made, and never below 0', () => {
    const nowMs = Date.parse('2026-11-24T08:10:00Z')
    const [start_time, create_time] = ['2026-11-24T08:04:00Z', '2026-11-24T08:02:00Z']
    expect(ageOf(recordOf({ start_time, create_time }), nowMs)).toBe(6 * MINUTE_MS)
    expect(ageOf(recordOf({ start_time: null, create_time }), nowMs)).toBe(8 * MINUTE_MS)
    expect(ageOf(recordOf({ start_time: 'soon', create_time: 'now' }), nowMs)).toBeUndefined()
    expect(ageOf(recordOf({ start_time: '2027-01-01T00:00:00Z' }), nowMs)).toBe(0)
    expect(ageOf(recordOf({ start_time: '1970-01-01T00:00:00Z' }), nowMs)).toBeUndefined()
    expect(ageOf(recordOf({ start_time }), Number.NaN)).toBeUndefined()
  })

  test.each([
    [0, 'about 4 min left, estimated from build 60'],
    [225_000, 'about 20 s left, estimated from build 60'],
    [239_000, 'a few seconds left, estimated from build 60'],
    [400_000, 'about 3 min overdue, estimated from build 60'],
  ])('at the age of %d ms in words', (ageMs, words) => {
    expect(describeEstimate(ageMs, { durationMs: 240_000, buildNo: 60 })).toBe(words)
  })
})
