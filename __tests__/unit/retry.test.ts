import { describe, expect, test } from '@jest/globals'
import { afterTries, isRetryableStatus, pauseAfter, retryAfterMs, withTries } from '../../src/http/retry.ts'
import type { ApiError } from '../../src/util/api-error.ts'
import { REQUEST_OPTIONS } from '../support/builders/one-poll.ts'

/** What matters here of an error. */
type Retry = Pick<ApiError, 'retryable' | 'retryAfterMs'> & Partial<Pick<ApiError, 'kind'>>

const errorOf = (retry: Retry): ApiError => ({
  kind: 'fault',
  reason: 'service_error',
  problem: [],
  message: ['the error'],
  remedy: [],
  ...retry,
})

/**
 * Tries an attempt that gives these verdicts one after the other, the last one for ever.
 * @returns how many tries there were, and every pause in milliseconds.
 */
async function tried(verdicts: readonly Retry[], random = 0) {
  const pausesMs: number[] = []
  const told: (readonly [number, number])[] = []
  let attempts = 0
  const { result, tries } = await withTries(
    () => Promise.resolve(verdicts[Math.min(attempts++, verdicts.length - 1)] ?? { retryable: false }),
    errorOf,
    {
      ...REQUEST_OPTIONS,
      random: () => random,
      sleep(ms) {
        pausesMs.push(ms)
        return Promise.resolve()
      },
      onRetry({ message }, ...pause) {
        expect(message).toEqual(['the error'])
        told.push(pause)
      },
    },
  )
  expect(attempts).toBe(tries)
  // Whoever is told is told before the pause, of every pause.
  expect(told).toEqual(pausesMs.map((ms, at) => [at + 1, ms]))
  return { result, tries, pausesMs }
}

const RETRYABLE: Retry = { retryable: true }
const FINAL: Retry = { retryable: false }
const after = (ms: number): Retry => ({ retryable: true, retryAfterMs: ms })

describe('tries', () => {
  test('one that is final is the only one, without a pause', async () => {
    expect(await tried([FINAL])).toEqual({ result: FINAL, tries: 1, pausesMs: [] })
  })

  test('there are four in all', async () => {
    expect(await tried([RETRYABLE])).toEqual({ result: RETRYABLE, tries: 4, pausesMs: [1_000, 2_000, 4_000] })
  })

  test('they end at the first that is final', async () => {
    expect(await tried([RETRYABLE, RETRYABLE, FINAL])).toEqual({
      result: FINAL,
      tries: 3,
      pausesMs: [1_000, 2_000],
    })
  })

  test.each([
    [0, [1_000, 2_000, 4_000]],
    [0.5, [1_250, 2_500, 5_000]],
    [0.999_999, [1_500, 3_000, 6_000]],
    [0.333_3, [1_167, 2_333, 4_667]],
  ])('pauses double, with jitter of up to a half: random %d', async (random, pausesMs) => {
    expect((await tried([RETRYABLE], random)).pausesMs).toEqual(pausesMs)
  })

  test('an attempt that throws is not tried again', async () => {
    let attempts = 0
    const run = withTries(
      () => {
        attempts++
        return Promise.reject(new Error('broken'))
      },
      () => errorOf(RETRYABLE),
      { ...REQUEST_OPTIONS, random: () => 0, sleep: () => Promise.resolve(), onRetry: () => undefined },
    )
    await expect(run).rejects.toThrow('broken')
    expect(attempts).toBe(1)
  })
})

describe('tries that the signal ends', () => {
  /** Tries until the signal fires, in the n-th pause. @returns the last result, and how many attempts there were. */
  async function endedInPause(at: number, results: readonly (Retry | undefined)[]) {
    const stop = new AbortController()
    let [attempts, pauses] = [0, 0]
    const { result, tries } = await withTries(
      () => Promise.resolve(results[attempts++]),
      retry => (retry === undefined ? undefined : errorOf(retry)),
      {
        maxTries: 4,
        signal: stop.signal,
        random: () => 0,
        sleep() {
          if (++pauses === at) stop.abort()
          return Promise.resolve()
        },
        onRetry: () => undefined,
      },
    )
    return { result, tries, attempts }
  }

  test('in a pause: no other try is made', async () => {
    expect(await endedInPause(2, [RETRYABLE, after(5), FINAL])).toEqual({
      result: after(5),
      tries: 2,
      attempts: 2,
    })
  })

  test('within a try: what came back before is what counts', async () => {
    const givenUp = { retryable: false, kind: 'given_up' } as const
    expect(await endedInPause(9, [RETRYABLE, after(5), givenUp])).toEqual({
      result: after(5),
      tries: 2,
      attempts: 3,
    })
    expect(await endedInPause(9, [givenUp])).toEqual({ result: givenUp, tries: 1, attempts: 1 })
  })

  test('a result that can be used ends them as well', async () => {
    expect(await endedInPause(9, [RETRYABLE, undefined])).toEqual({
      result: undefined,
      tries: 2,
      attempts: 2,
    })
  })
})

test('an error that is outlasted is tried for as long as it comes, with pauses of 15 s at most', async () => {
  const pausesMs: number[] = []
  const errors: ApiError[] = [...Array.from({ length: 8 }, () => errorOf(RETRYABLE)), errorOf(after(60_001))]
  const throttled = errors.map(error => ({ ...error, reason: 'throttled' as const }))
  const { tries } = await withTries(
    () => Promise.resolve(throttled.shift()),
    error => error,
    {
      ...REQUEST_OPTIONS,
      random: () => 0,
      sleep(ms) {
        pausesMs.push(ms)
        return Promise.resolve()
      },
      onRetry: () => undefined,
      outlastsThrottling: true,
    },
  )
  expect(tries).toBe(9)
  expect(pausesMs).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000])
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
    expect(await tried([RETRYABLE, after(3_600_000), FINAL])).toMatchObject({ tries: 2, pausesMs: [1_000] })
  })

  const DATE = 'Tue, 24 Nov 2026 08:00:00 GMT'
  const NOW_MS = Date.parse('2026-11-24T10:00:00Z')

  test.each([
    ['seconds', '5', DATE, 5_000],
    ['seconds with decimals', '8.5', DATE, 8_500],
    ['many decimals', '0.0001', DATE, 1],
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
    ['a point without decimals', '8.', DATE, undefined],
    ['a comma', '8,5', DATE, undefined],
  ])('%s', (_, retryAfter, date, ms) => {
    const headers = {
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      ...(date === undefined ? {} : { date }),
    }
    expect(retryAfterMs(headers, NOW_MS)).toBe(ms)
  })
})

describe('an HTTP status that another try may change', () => {
  const RETRYABLE_4XX = [408, 429]
  const LASTING_5XX = [501, 505, 511]

  test('is 408, 429, and every 5xx but 501, 505 and 511', () => {
    const retryable = Array.from({ length: 1_000 }, (_, status) => status).filter(isRetryableStatus)
    const expected = Array.from({ length: 100 }, (_, at) => 500 + at).filter(
      one => !LASTING_5XX.includes(one),
    )
    expect(retryable).toEqual([...RETRYABLE_4XX, ...expected])
  })
})

describe('the pause after failed tries in a row', () => {
  test('grows up to the longest pause', () => {
    const pauses = [1, 2, 3, 4, 5, 20].map(tries => pauseAfter(tries, {}, 0, 15_000))
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  })

  test.each([
    ['a minute', 60_000, 60_000],
    ['more than between tries', 90_000, 90_000],
    ['a day', 86_400_000, 86_400_000],
    ['longer than timers of Node go', 9_999_999_999_000, 86_400_000],
    ['for ever', Infinity, 86_400_000],
  ])('is what the service asked for, in a wait: %s', (_, retryAfter, pauseMs) => {
    expect(pauseAfter(1, { retryAfterMs: retryAfter }, 0, 15_000)).toBe(pauseMs)
  })

  test('is a day at most after however many', () => {
    expect(pauseAfter(5_000, {}, 1)).toBe(86_400_000)
  })
})

test('the words of the last of several tries say how many there were', () => {
  const error = errorOf(RETRYABLE)
  expect(afterTries(error, { tries: 1, isCutShort: false })).toBe(error)
  expect(afterTries(error, { tries: 4, isCutShort: false })).toEqual({ ...error, tries: 4 })
  expect(afterTries(error, { tries: 4, isCutShort: true })).toEqual({ ...error, kind: 'cut_short', tries: 4 })
})
