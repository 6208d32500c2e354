import { describe, expect, test } from '@jest/globals'
import { retryAfterMs, withTries, type Again } from '../src/http/retry.ts'
import { ASKING } from './support/one-look.ts'

/**
 * Tries an attempt that gives these verdicts one after the other, the last one for ever.
 * @returns how many tries there were, and every pause in milliseconds.
 */
async function tried(verdicts: readonly Again[], random = 0) {
  const pausesMs: number[] = []
  const told: (readonly [number, number])[] = []
  let attempts = 0
  const { result, tries } = await withTries(
    () => Promise.resolve(verdicts[Math.min(attempts++, verdicts.length - 1)] ?? { again: false }),
    again => ({ problem: 'the problem', again }),
    {
      ...ASKING,
      random: () => random,
      sleep(ms) {
        pausesMs.push(ms)
        return Promise.resolve()
      },
      onRetry(problem, ...pause) {
        expect(problem).toBe('the problem')
        told.push(pause)
      },
    },
  )
  expect(attempts).toBe(tries)
  // Whoever is told is told before the pause, of every pause.
  expect(told).toEqual(pausesMs.map((ms, at) => [at + 1, ms]))
  return { result, tries, pausesMs }
}

const AGAIN: Again = { again: true }
const FINAL: Again = { again: false }
const after = (ms: number): Again => ({ again: true, retryAfterMs: ms })

describe('tries', () => {
  test('one that is final is the only one, without a pause', async () => {
    expect(await tried([FINAL])).toEqual({ result: FINAL, tries: 1, pausesMs: [] })
  })

  test('there are four in all', async () => {
    expect(await tried([AGAIN])).toEqual({ result: AGAIN, tries: 4, pausesMs: [1_000, 2_000, 4_000] })
  })

  test('they end at the first that is final', async () => {
    expect(await tried([AGAIN, AGAIN, FINAL])).toEqual({ result: FINAL, tries: 3, pausesMs: [1_000, 2_000] })
  })

  test.each([
    [0, [1_000, 2_000, 4_000]],
    [0.5, [1_250, 2_500, 5_000]],
    [0.999_999, [1_500, 3_000, 6_000]],
    [0.333_3, [1_167, 2_333, 4_667]],
  ])('pauses double, with jitter of up to a half: random %d', async (random, pausesMs) => {
    expect((await tried([AGAIN], random)).pausesMs).toEqual(pausesMs)
  })

  test('an attempt that throws is not tried again', async () => {
    let attempts = 0
    const run = withTries(
      () => {
        attempts++
        return Promise.reject(new Error('broken'))
      },
      () => ({ problem: 'the problem', again: AGAIN }),
      { ...ASKING, random: () => 0, sleep: () => Promise.resolve(), onRetry: () => undefined },
    )
    await expect(run).rejects.toThrow('broken')
    expect(attempts).toBe(1)
  })
})

describe('Retry-After', () => {
  test.each([
    ['a longer pause is obeyed', 7_000, [7_000, 7_000, 7_000], 4],
    ['a shorter one does not shorten ours', 100, [1_000, 2_000, 4_000], 4],
    ['the longer of both each time', 3_000, [3_000, 3_000, 4_000], 4],
    ['60 s are obeyed', 60_000, [60_000, 60_000, 60_000], 4],
    ['more than 60 s end the tries', 60_001, [], 1],
    ['none is no pause of its own', 0, [1_000, 2_000, 4_000], 4],
  ])('%s', async (_, ms, pausesMs, tries) => {
    expect(await tried([after(ms)])).toEqual({ result: after(ms), tries, pausesMs })
  })

  test('one that is too long ends the tries whenever it comes', async () => {
    expect(await tried([AGAIN, after(3_600_000), FINAL])).toMatchObject({ tries: 2, pausesMs: [1_000] })
  })

  const DATE = 'Tue, 24 Nov 2026 08:00:00 GMT'
  const NOW_MS = Date.parse('2026-11-24T10:00:00Z')

  test.each([
    ['seconds', '5', DATE, 5_000],
    ['no seconds', '0', DATE, 0],
    ['blanks around it', ' 5 ', DATE, 5_000],
    ['a day', '86400', DATE, 86_400_000],
    ['more seconds than there is time for', '9999999999', DATE, 9_999_999_999_000],
    ['a date, from the answer’s own date', 'Tue, 24 Nov 2026 08:00:30 GMT', DATE, 30_000],
    ['a date that has passed', 'Tue, 24 Nov 2026 07:00:00 GMT', DATE, 0],
    ['a date without the answer’s own', 'Tue, 24 Nov 2026 10:00:20 GMT', undefined, 20_000],
    ['a date beside one that is no date', 'Tue, 24 Nov 2026 10:00:20 GMT', 'yesterday', 20_000],
    ['nothing', undefined, DATE, undefined],
    ['an empty one', '', DATE, undefined],
    ['a word', 'soon', DATE, undefined],
  ])('%s', (_, retryAfter, date, ms) => {
    const headers = {
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      ...(date === undefined ? {} : { date }),
    }
    expect(retryAfterMs(headers, NOW_MS)).toBe(ms)
  })
})
