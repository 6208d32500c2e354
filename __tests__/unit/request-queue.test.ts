import { describe, expect, test } from '@jest/globals'
import { RequestQueue, type QueueOptions } from '../../src/codearts/request-queue.ts'
import type { ApiResponse } from '../../src/codearts/response.ts'
import { tokenCredentials, type Credentials } from '../../src/credentials/credentials.ts'
import type { HttpRequest, HttpResponse } from '../../src/http/http-client.ts'
import { sleep, timeLimit } from '../../src/util/clock.ts'
import { rawText } from '../../src/util/message.ts'
import { createFakeClock } from '../support/in-process/fake-clock.ts'
import { REQUEST_OPTIONS } from '../support/builders/one-poll.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const NEVER = REQUEST_OPTIONS.signal

const taskId = (at: number): string => String(at).padStart(32, 'a')
const record = (at: number, version = 'v1/record') => `/${version}/${taskId(at)}/61/record-info`
const list = (at: number) => `/v1/record/${taskId(at)}/list?page_index=0`
const newest = (at: number) => `/v1/job/${taskId(at)}/running-status`

function answer(status: number, body: object, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { ok: true, status, headers, body: { text: JSON.stringify(body) } }
}
const FOUND = answer(200, { status: 'success', result: {} })
const REFUSED = answer(401, { error_code: 'APIGW.0301', error_msg: 'no' })
const NO_API = answer(404, { error_code: 'APIGW.0101', error_msg: 'no' })
const NO_BUILD = answer(422, { error_code: 'CB.00031006', error_msg: 'no' })
const throttled = (seconds: number) =>
  answer(429, { error_code: 'APIGW.0308', error_msg: 'no' }, { 'retry-after': String(seconds) })

interface Setting {
  readonly isForSeveral?: boolean
  readonly credentials?: Credentials
  /** How long an answer takes, milliseconds. */
  readonly tookMs?: number
  /** The answer to the request at that place, from 0; by default a build that is found. */
  readonly answerTo?: (path: string, at: number) => HttpResponse
}

/** A queue in front of a service that notes when it is asked, and how many requests are open at once. */
function setUp({ isForSeveral = true, tookMs = 0, answerTo = () => FOUND, ...setting }: Setting = {}) {
  const { credentials = tokenCredentials('token') } = setting
  const clock = createFakeClock()
  const queue = new RequestQueue({ credentials, clock, nowMs: () => 0 }, isForSeveral)
  const seen: { readonly path: string; readonly atMs: number }[] = []
  const open = { now: 0, most: 0 }
  const via = async ({ url }: HttpRequest): Promise<HttpResponse> => {
    const path = url.pathname + url.search
    const came = answerTo(path, seen.push({ path, atMs: clock.nowMs() }) - 1)
    open.most = Math.max(open.most, ++open.now)
    if (tookMs > 0) await sleep(clock, tookMs, NEVER)
    open.now--
    return came
  }
  const send = (path: string, options: Partial<QueueOptions> = {}): Promise<ApiResponse> =>
    sender(options)(path)
  const sender = (options: Partial<QueueOptions> = {}) => {
    const one = queue.sender({ signal: NEVER, ...options })
    return (path: string): Promise<ApiResponse> =>
      one<never>({ method: 'GET', url: new URL(`https://codearts.test${path}`), headers: {} }, via)
  }
  const times = (): number[] => seen.map(({ atMs }) => atMs)
  return { clock, queue, seen, open, send, sender, times }
}

function all<T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => make(at)))
}

describe('connections', () => {
  test.each([
    ['one build', false, 2],
    ['several builds', true, 8],
  ])('of %s', async (_, isForSeveral, most) => {
    const { clock, open, send } = setUp({ isForSeveral, tookMs: SECOND_MS })
    await clock.run(all(20, at => send(record(at))))
    expect(open.most).toBe(most)
  })

  test('free the place of a request that is cancelled while it waits', async () => {
    const { clock, seen, send } = setUp({ isForSeveral: false, tookMs: SECOND_MS })
    const cancel = new AbortController()
    const sent = Promise.all([
      send(record(0)),
      send(record(1)),
      send(record(2), { signal: cancel.signal }),
      send(record(3)),
    ])
    cancel.abort()
    const [, , cancelled, last] = await clock.run(sent)
    expect(cancelled).toMatchObject({ error: { kind: 'given_up' } })
    expect(last).toMatchObject({ ok: true })
    expect(seen.map(({ path }) => path)).toEqual([record(0), record(1), record(3)])
    expect(await send(record(4), { signal: cancel.signal })).toMatchObject({ error: { kind: 'given_up' } })
  })
})

describe('the rates of the service', () => {
  test.each([
    ['records', record, 25, 120],
    ['lists', list, 24, 50],
    ['newest numbers', newest, 24, 50],
  ])('for %s: a burst, and less than it allows in any minute', async (_, path, burst, limit) => {
    const { clock, send, times } = setUp()
    await clock.run(all(200, at => send(path(at))))
    expect(times().filter(atMs => atMs < SECOND_MS / 2)).toHaveLength(burst)
    for (const from of times())
      expect(times().filter(atMs => atMs >= from && atMs <= from + MINUTE_MS).length).toBeLessThanOrEqual(
        limit,
      )
  })

  test('let 20 finished builds out at once, also where v3 is gone; and 40 lists within 45 s', async () => {
    const { clock, seen, send } = setUp({
      answerTo: path => (path.startsWith('/v3/') ? NO_API : FOUND),
    })
    let isGone = false
    const read = async (at: number): Promise<void> => {
      const first = await send(record(at, 'v3/jobs'), { priority: 'first', isNeedless: () => isGone })
      isGone ||= !first.ok
      await send(record(at), { priority: 'first' })
    }
    await clock.run(all(20, read))
    expect(clock.nowMs()).toBe(0)
    expect(seen.filter(({ path }) => path.startsWith('/v3/'))).toHaveLength(4)
    await clock.run(all(20, at => send(list(at)).then(() => send(list(at)))))
    expect(clock.nowMs()).toBeLessThan(45 * SECOND_MS)
  })

  test('poll each of 20 builds again within 15 s', async () => {
    const { clock, seen, send } = setUp()
    const poll = async (at: number): Promise<void> => {
      while (clock.nowMs() < 3 * MINUTE_MS) {
        await send(record(at))
        await sleep(clock, SECOND_MS, NEVER)
      }
    }
    await clock.run(all(20, poll))
    for (let at = 0; at < 20; at++) {
      const polls = seen.filter(({ path }) => path === record(at)).map(({ atMs }) => atMs)
      const pauses = polls.slice(1).map((atMs, next) => atMs - (polls[next] ?? 0))
      expect(Math.max(...pauses)).toBeLessThan(15 * SECOND_MS)
    }
  })

  test('do not hold for one build, and not for anything else', async () => {
    const alone = setUp({ isForSeveral: false })
    await alone.clock.run(all(100, at => alone.send(record(at))))
    expect(alone.clock.nowMs()).toBe(0)
    const several = setUp()
    await several.clock.run(all(100, at => several.send(`/v1/record/${taskId(at)}/full-stages`)))
    expect(several.clock.nowMs()).toBe(0)
  })
})

describe('priority', () => {
  test('is of what nothing is known of, then of what came first', async () => {
    const { clock, seen, send } = setUp({ isForSeveral: false, tookMs: 1 })
    const priorities = [undefined, undefined, 'later', 'first', 'later', 'first'] as const
    await clock.run(
      Promise.all(
        priorities.map((priority, at) => send(record(at), priority === undefined ? {} : { priority })),
      ),
    )
    expect(seen.map(({ path }) => path)).toEqual([0, 1, 3, 5, 2, 4].map(at => record(at)))
  })

  test('is within a rate, and what has none passes', async () => {
    const { clock, seen, send } = setUp()
    await clock.run(all(25, at => send(record(at))))
    await clock.run(
      Promise.all([
        send(record(30)),
        send(record(31), { priority: 'first' }),
        send(list(32)),
        send('/v1/log'),
      ]),
    )
    expect(seen.slice(25).map(({ path }) => path)).toEqual([list(32), '/v1/log', record(31), record(30)])
  })
})

describe('a build task that is throttled', () => {
  test('waits alone', async () => {
    const { clock, send } = setUp({ answerTo: path => (path === record(0) ? throttled(60) : FOUND) })
    expect(await clock.run(send(record(0)))).toMatchObject({ error: { reason: 'throttled' } })
    await clock.run(all(10, at => send(record(at + 1))))
    await clock.run(send(record(0)))
    expect(clock.nowMs()).toBe(0)
  })

  test.each([
    ['nothing', 0, 2],
    ['20 s', 20, 20],
    ['an hour', 3_600, 60],
  ])('beside another one slows all, where the service names %s', async (_, seconds, pause) => {
    let isOver = false
    const { clock, send, times } = setUp({ answerTo: () => (isOver ? FOUND : throttled(seconds)) })
    await clock.run(Promise.all([send(record(0)), send(newest(1))]))
    isOver = true
    await clock.run(all(3, at => send(record(at + 2))))
    await clock.run(send(list(9)))
    expect(times().slice(2)).toEqual([0, 667, 1_334, 1_334].map(ms => pause * SECOND_MS + ms))
  })

  test.each([
    ['has been answered since', 0, true],
    ['was throttled more than a minute ago', MINUTE_MS, false],
  ])('does not count where it %s', async (_, pauseMs, isAnswered) => {
    let isOver = false
    const { clock, send } = setUp({ answerTo: () => (isOver ? FOUND : throttled(30)) })
    await clock.run(send(record(0)))
    isOver = true
    if (isAnswered) await clock.run(send(record(0)))
    await clock.run(sleep(clock, pauseMs, NEVER))
    isOver = false
    await clock.run(send(record(1)))
    isOver = true
    await clock.run(send(record(2)))
    expect(clock.nowMs()).toBe(pauseMs)
  })
})

describe('refused credentials', () => {
  test('are used four times at most, and by no other request', async () => {
    const { clock, seen, send } = setUp({ tookMs: 10, answerTo: () => REFUSED })
    const responses = await clock.run(all(20, at => send(record(at), { priority: 'first' })))
    expect(seen).toHaveLength(4)
    for (const response of responses) expect(response).toMatchObject({ error: { reason: 'unauthorized' } })
    const unsent = responses.slice(4).map(one => (one.ok ? '' : rawText(one.error.message)))
    expect(new Set(unsent)).toEqual(
      new Set(['it was not asked for, because the service had refused the credentials']),
    )
    expect(await send(list(3))).toMatchObject({ error: { reason: 'unauthorized', retryable: false } })
    expect(seen).toHaveLength(4)
  })

  test.each([
    ['a build that is found', FOUND, 8],
    ['a build that is missing', NO_BUILD, 8],
    ['an API that is missing: nobody has looked at them', NO_API, 4],
    ['a gateway that throttles', throttled(0), 4],
  ])('are known to be good after %s', async (_, first, most) => {
    const { clock, open, send } = setUp({ tookMs: 10, answerTo: (_path, at) => (at === 0 ? first : FOUND) })
    await clock.run(send(record(0)))
    const rest = all(16, at => send(record(at + 1)))
    await clock.run(sleep(clock, 5, NEVER))
    expect(open.most).toBe(most)
    await clock.run(rest)
  })

  /** Keys of which so many are refused and can be renewed. */
  function renewable() {
    const authorized: string[] = []
    const credentials: Credentials = {
      authorize: () => Promise.resolve({ ok: true, headers: { 'X-Key': `k${authorized.push('')}` } }),
      refused: () => ({ isRenewable: true, remedy: ['check the keys'] }),
    }
    return { credentials, authorized }
  }

  test('that had expired are renewed, once for all tries of a request', async () => {
    const answers = [REFUSED, answer(503, {}), REFUSED]
    const { credentials } = renewable()
    const { seen, sender, send } = setUp({ credentials, answerTo: (_, at) => answers[at] ?? FOUND })
    const one = sender()
    expect(await one(record(0))).toMatchObject({ error: { reason: 'service_error' } })
    expect(seen).toHaveLength(2)
    expect(await one(record(0))).toMatchObject({
      error: { reason: 'unauthorized', remedy: ['check the keys'] },
    })
    expect(seen).toHaveLength(3)
    expect(await send(record(1))).toMatchObject({
      error: { reason: 'unauthorized', remedy: ['check the keys'] },
    })
    expect(seen).toHaveLength(3)
  })

  test('are not renewed for a request that may not be repeated', async () => {
    const { credentials, authorized } = renewable()
    const { send } = setUp({ credentials, answerTo: () => REFUSED })
    expect(await send(record(0), { mayRepeat: () => false })).toMatchObject({
      error: { reason: 'unauthorized' },
    })
    expect(authorized).toHaveLength(1)
  })

  test('stop a request that is being authorized', async () => {
    let letGo = (): void => undefined
    const isReady = new Promise<void>(resolve => (letGo = resolve))
    let asked = 0
    const credentials: Credentials = {
      authorize: async () => {
        if (asked++ > 0) await isReady
        return { ok: true, headers: {} }
      },
      refused: () => ({ isRenewable: false }),
    }
    const { seen, send } = setUp({ credentials, answerTo: () => REFUSED })
    const [first, second] = [send(record(0)), send(record(1))]
    expect(await first).toMatchObject({ error: { reason: 'unauthorized' } })
    letGo()
    expect(await second).toMatchObject({ error: { reason: 'unauthorized' } })
    expect(seen).toHaveLength(1)
  })

  test('that cannot be had end all that wait for them, and are asked for again later', async () => {
    let exchanges = 0
    const error = {
      kind: 'fault',
      reason: 'unreachable',
      problem: [],
      message: ['no STS'],
      remedy: [],
      retryable: true,
    } as const
    const shared = Promise.resolve({ ok: false, error } as const)
    const credentials: Credentials = {
      authorize: () => {
        exchanges++
        return shared
      },
      refused: () => ({ isRenewable: false }),
    }
    const { clock, seen, send } = setUp({ credentials })
    const responses = await clock.run(all(20, at => send(record(at))))
    for (const response of responses)
      expect(response).toMatchObject({ error: { ...error, kind: 'exchange_failed' } })
    expect(exchanges).toBe(4)
    await clock.run(send(record(0)))
    expect([exchanges, seen]).toEqual([5, []])
  })
})

describe('what the run knows when a request could go out', () => {
  test('takes its place, though the answer that told it has only just come', async () => {
    let isKnown = false
    const { clock, seen, send } = setUp({ tookMs: 10 })
    const responses = await clock.run(
      all(10, async at => {
        const response = await send(record(at), { isNeedless: () => isKnown })
        // As late as a caller of callers may learn of it.
        for (let turn = 0; turn < 20; turn++) await Promise.resolve()
        isKnown = true
        return response
      }),
    )
    expect(seen).toHaveLength(4)
    expect(responses.filter(({ ok }) => ok)).toHaveLength(4)
    expect(responses.at(-1)).toMatchObject({ error: { kind: 'needless' } })
  })
})

describe('a time limit of the caller', () => {
  test('stands still while the queue holds the request back, and runs while it is sent', async () => {
    const { clock, seen, send } = setUp({ tookMs: 10 })
    const limit = timeLimit(clock, 25, NEVER)
    const others = all(24, at => send(list(at)))
    const read = async (): Promise<ApiResponse[]> => [
      await send(list(50), { signal: limit.signal, limit }),
      await send(list(51), { signal: limit.signal, limit }),
      await send('/v1/other', { signal: limit.signal, limit }),
    ]
    const responses = await clock.run(Promise.all([read(), others]))
    expect(responses[0].map(({ ok }) => ok)).toEqual([true, true, true])
    expect(clock.nowMs()).toBeGreaterThan(4_000)
    expect(seen).toHaveLength(27)
    expect(limit.signal.aborted).toBe(true)
  })
})
