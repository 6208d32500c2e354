import { describe, expect, test } from '@jest/globals'
import { mayPass } from '../../src/gate/reasons.ts'
import { gatewayError, serviceError } from '../../tools/fake-service/errors.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import { fc } from '../support/properties.ts'
import {
  build,
  COMMIT,
  MINUTE_MS,
  SECOND_MS,
  STORY_JOB_ID,
  STORY_START_MS,
  tell,
  type Happening,
  type Told,
} from '../support/in-process/gate-story.ts'

const OTHER_COMMIT = 'e980b883c1590363818225ec649d7cf161f0d49c'
const HOUR_MS = 60 * MINUTE_MS
const V3 = '/v3/jobs/61/record-info'
const BEFORE_PATH = '/v3/jobs/60/record-info'

/** The build before the one that is asked for, of four minutes. */
const BEFORE = build(60, { startedMs: STORY_START_MS - HOUR_MS, lastsMs: 4 * MINUTE_MS })
const BUSY: Happening = { answer: serviceError(502, 'APIGW.0201', 'Backend unavailable')() }
const THROTTLED: Happening = { answer: serviceError(400, 'CB.00060211', 'Too many requests')() }
const RESET: Happening = {
  error: {
    kind: 'cut',
    message: ['the connection was cut before the answer was complete (ECONNRESET)'],
    retryable: true,
  },
}
const HANGS: Happening = { tookMs: Number.MAX_SAFE_INTEGER }

const timesOf = ({ requests }: Told, path = V3): number[] =>
  requests.filter(request => request.path === path).map(({ atMs }) => atMs)

/** The pauses between the polls, milliseconds. */
function pausesOf(told: Told): number[] {
  const times = timesOf(told)
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}

describe('a finished build', () => {
  test('is judged at once: one request, no pause, nothing asked of the build before', async () => {
    const told = await tell({ builds: [BEFORE, build(61, { startedMs: STORY_START_MS - HOUR_MS })] })
    expect(told.result).toMatchObject({ success: true, reason: 'success' })

    expect(told.requests).toEqual([{ atMs: 0, path: V3 }])
    expect(told.log).toHaveLength(1)
  })

  test('with an unknown word has finished with its finish_time, and fails', async () => {
    const told = await tell({
      builds: [build(61, { status: 'COMPLETED', startedMs: STORY_START_MS - HOUR_MS })],
    })
    expect(told.result).toMatchObject({ success: false, reason: 'unknown_status' })

    expect(told.requests).toHaveLength(1)
  })
})

describe('a running build', () => {
  test('is not waited for unless asked', async () => {
    const told = await tell({ builds: [BEFORE, build(61)], wait: false })
    expect(told.result).toMatchObject({ success: false, reason: 'running' })

    expect(told.sentence).toContain('Let the step wait for it (wait: true)')
    expect(told.requests).toEqual([{ atMs: 0, path: V3 }])
  })

  test('is waited for, and then judged; the log says what happens, and how long it is likely to take', async () => {
    const told = await tell({ builds: [BEFORE, build(61, { lastsMs: 270 * SECOND_MS })] })
    expect(told).toMatchObject({ result: { success: true, reason: 'success' }, warnings: [] })
    expect([...new Set(told.recorded)]).toEqual(['RUNNING', 'SUCCESS'])
    expect(told.log).toEqual([
      `Build 61 of build task ${STORY_JOB_ID} has the status RUNNING (read through API v3)`,
      '[ Waiting for build 61',
      'RUNNING; about 4 min left, estimated from build 60',
      expect.stringMatching(
        /^still RUNNING after 1 min . s of waiting; about 3 min left, estimated from build 60$/,
      ),
      expect.stringMatching(
        /^still RUNNING after 2 min . s of waiting; about 2 min left, estimated from build 60$/,
      ),
      expect.stringMatching(
        /^still RUNNING after 3 min . s of waiting; about 50 s left, estimated from build 60$/,
      ),
      expect.stringMatching(
        /^still RUNNING after 4 min . s of waiting; .* overdue, estimated from build 60$/,
      ),
      expect.stringMatching(/^SUCCESS after 4 min 3. s of waiting$/),
      ']',
    ])
  })

  test('whose end is foretold gets long pauses, short ones around that end, and longer ones again', async () => {
    const told = await tell({ builds: [BEFORE, build(61, { lastsMs: 6 * MINUTE_MS })] })
    expect(told.requests.filter(({ path }) => path === BEFORE_PATH)).toEqual([{ atMs: 0, path: BEFORE_PATH }])
    const pauses = pausesOf(told)
    expect(pauses.slice(0, 3)).toEqual([7_759, 7_759, 7_759])
    expect(Math.min(...pauses)).toBe(3_880)
    const shortest = timesOf(told).filter((_, index) => pauses[index] === 3_880)
    expect(Math.min(...shortest)).toBeGreaterThan(0.86 * 4 * MINUTE_MS)
    expect(Math.max(...shortest)).toBeLessThan(1.13 * 4 * MINUTE_MS)
    expect(pauses.at(-1)).toBe(7_759)
  })

  test('that nothing is known of gets pauses that grow with its age', async () => {
    const told = await tell({ builds: [build(61, { lastsMs: HOUR_MS - MINUTE_MS })] })
    const pauses = pausesOf(told)
    // The service's `Date` has whole seconds: 3 + √age / 2, of 0, 3, 6 and 11 s.
    expect(pauses.slice(0, 4)).toEqual([3_000, 3_866, 4_225, 4_658])
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other))
    expect(pauses.at(-1)).toBe(11_850)
    expect(told.result.reason).toBe('success')
    expect(told.log[2]).toBe('RUNNING')
  })

  test('is as old as the service says, whatever this machine’s date is', async () => {
    const builds = [build(61, { startedMs: STORY_START_MS - 30 * MINUTE_MS, lastsMs: 32 * MINUTE_MS })]
    const right = await tell({ builds })
    const wrong = await tell({ builds, machineOffMs: -9 * HOUR_MS })
    expect(pausesOf(right)[0]).toBe(11_850)
    expect(timesOf(wrong)).toEqual(timesOf(right))
  })

  test('has pauses in proportion to the longest one, and left to chance a little', async () => {
    const builds = [BEFORE, build(61, { lastsMs: 2 * MINUTE_MS })]
    const rare = await tell({ builds, wait: { longestPauseMs: 60 * SECOND_MS } })
    expect(pausesOf(rare)[0]).toBe(31_038)
    const random = await tell({ builds, random: 0.999_999 })
    expect(pausesOf(random)[0]).toBe(6_984)
    const often = await tell({ builds, wait: { longestPauseMs: SECOND_MS } })
    expect(new Set(pausesOf(often))).toEqual(new Set([1_000]))
  })

  test.each([
    ['fails', [build(60, { status: 'FAILURE', startedMs: STORY_START_MS - HOUR_MS })], {}],
    ['still runs', [build(60, { lastsMs: HOUR_MS })], {}],
    ['is not there', [], {}],
    [
      'cannot be read',
      [BEFORE],
      { happens: (_: unknown, index: number) => (index === 1 ? BUSY : undefined) },
    ],
  ])('is waited for without an estimate when the build before %s', async (_, before, more) => {
    const told = await tell({ builds: [...before, build(61)], ...more })
    expect(told).toMatchObject({ result: { success: true }, warnings: [] })
    expect(told.requests.filter(({ path }) => path === BEFORE_PATH)).toHaveLength(1)
    expect(told.log).toContain('RUNNING')
  })

  test('that is the first of its job has no build before it', async () => {
    const told = await tell({ builds: [build(1)], query: { buildNo: 1 } })
    expect(told.result.success).toBe(true)
    expect(new Set(told.requests.map(({ path }) => path))).toEqual(new Set(['/v3/jobs/1/record-info']))
  })

  test('that queues first has one line for each state', async () => {
    const told = await tell({
      builds: [BEFORE, build(61, { createdMs: STORY_START_MS, startedMs: STORY_START_MS + 20_000 })],
    })
    expect([...new Set(told.recorded)]).toEqual(['QUEUED', 'RUNNING', 'SUCCESS'])
    expect(told.log).toContain('QUEUED')
    expect(told.log).toContain('RUNNING; about 4 min left, estimated from build 60')
  })

  test('that fails makes the step fail, unless fail_unless_success is false', async () => {
    const { result } = await tell({ builds: [build(61, { status: 'FAILURE' })] })
    expect(result).toMatchObject({ success: false, reason: 'failed' })
    expect([mayPass(result, true), mayPass(result, false)]).toEqual([false, true])
  })

  test('that turns into another build makes the step fail', async () => {
    const told = await tell({
      builds: [build(61, { lastsMs: HOUR_MS })],
      happens: ({ path }, index) =>
        path.includes('/61/') && index > 5
          ? {
              answer: {
                status: 200,
                body: JSON.stringify({ success: true, result: { status: 'SUCCESS', id: 'other' } }),
              },
            }
          : undefined,
    })
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain(
      'between two polls the id of the record changed from 6ce0297b-0000-4000-9000-000000000061 to other',
    )
    expect(mayPass(told.result, false)).toBe(false)
  })

  test.each(['id', 'build_record_id', 'codeci_job_id', 'build_no'])(
    'must have the %s of its first poll, though a poll between showed none',
    async name => {
      const results = [
        { status: 'RUNNING', [name]: '61' },
        { status: 'RUNNING' },
        { status: 'SUCCESS', [name]: '62' },
      ]
      const told = await tell({
        happens: ({ path }) => {
          const result = path === `/v3/jobs/${STORY_JOB_ID}/61/record-info` ? results.shift() : {}
          return { answer: { status: 200, body: JSON.stringify({ success: true, result }) } }
        },
      })
      expect(results).toEqual([])
      expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })
    },
  )
})

describe('the limit', () => {
  const NEVER = build(61, { endedMs: Number.POSITIVE_INFINITY })

  test('ends the wait, and says what was seen, how long, how often, and what to raise', async () => {
    const told = await tell({ builds: [NEVER] })
    expect(told.endedAtMs).toBe(HOUR_MS)
    expect(told.result).toMatchObject({ success: false, reason: 'wait_timeout' })

    expect(told.sentence).toBe(
      'The build did not finish within timeout_minutes. Raise timeout_minutes (now 1 h), or see in CodeArts why the build takes so long. ' +
        `(build 61 of build task ${STORY_JOB_ID}; status RUNNING; after 1 h and ${timesOf(told).length} polls)`,
    )
    expect([mayPass(told.result, true), mayPass(told.result, false)]).toEqual([false, true])
  })

  test('has a last poll shortly before it', async () => {
    const told = await tell({ builds: [build(61, { lastsMs: HOUR_MS - 2_500 })] })
    expect(told.result.success).toBe(true)
    expect(told.endedAtMs).toBe(HOUR_MS - 2_000)
  })

  test('holds over an answer that never comes', async () => {
    const told = await tell({
      builds: [NEVER],
      wait: { timeoutMs: 3 * MINUTE_MS },
      happens: (_, __, atMs) => (atMs > MINUTE_MS ? HANGS : undefined),
    })
    expect(told.result.reason).toBe('wait_timeout')
    expect(told.endedAtMs).toBe(3 * MINUTE_MS)
    expect(told.warnings).toEqual([])
  })

  test('holds over the tries before the first answer; nothing lets that pass', async () => {
    const told = await tell({ wait: { timeoutMs: 5 * SECOND_MS }, happens: () => BUSY })
    expect(told.result.reason).toBe('wait_timeout')
    expect(told.endedAtMs).toBe(5 * SECOND_MS)
    expect(mayPass(told.result, false)).toBe(false)
  })

  test('holds over a pause that the service asks for', async () => {
    const told = await tell({
      builds: [NEVER],
      wait: { timeoutMs: 30 * SECOND_MS },
      happens: (_, index) =>
        index === 2 ? { answer: { status: 429, headers: { 'retry-after': '50' }, body: '' } } : undefined,
    })
    expect(told.result.reason).toBe('wait_timeout')
    expect(told.endedAtMs).toBe(30 * SECOND_MS)
  })
})

describe('faults on the way', () => {
  test.each([
    ['502', BUSY, 'HTTP 502'],
    ['throttling', THROTTLED, 'CB.00060211'],
    ['a reset', RESET, 'ECONNRESET'],
    ['a page', { answer: { status: 200, body: '<html>' } }, 'an HTML page without a title'],
  ])(
    '%s ends a wait no more once the service has answered: one line, one warning with the count',
    async (_, fault, words) => {
      const told = await tell({
        builds: [build(61, { lastsMs: 3 * MINUTE_MS })],
        happens: (_, index) => (index >= 3 && index < 9 ? fault : undefined),
      })
      expect(told.result).toMatchObject({ success: true, reason: 'success' })

      expect(told.warnings).toEqual([
        expect.stringContaining('6 polls failed during the wait; the last error was: '),
      ])
      expect(told.warnings[0]).toContain(words)
      expect(told.log.filter(line => line.includes('A poll failed'))).toHaveLength(1)
    },
  )

  test('that last leave a line a minute, which says that the state is an old one', async () => {
    const told = await tell({
      builds: [build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, __, atMs) => (atMs > MINUTE_MS && atMs < 4 * MINUTE_MS ? BUSY : undefined),
    })
    const lines = told.log.filter(line => line.endsWith('; this is the last known state: polls are failing'))
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^still RUNNING after/)
  })

  test('have pauses that grow up to the longest one', async () => {
    const told = await tell({
      builds: [build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, index) => (index >= 2 && index < 9 ? BUSY : undefined),
    })
    expect(pausesOf(told).slice(1, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  })

  test('have short pauses again after a poll that went well', async () => {
    const told = await tell({
      builds: [build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, index) => ([2, 3, 4, 6, 7].includes(index) ? BUSY : undefined),
    })
    const [, first, second, third, , again, last] = pausesOf(told)
    expect([first, second, third, again, last]).toEqual([1_000, 2_000, 4_000, 1_000, 2_000])
  })

  test.each([
    ['20', 20_000],
    ['60', 60_000],
    // A wait obeys a longer one too, as far as its limit allows.
    ['90', 90_000],
  ])('Retry-After: %s makes a pause of %d ms', async (seconds, pauseMs) => {
    const told = await tell({
      builds: [build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, index) =>
        index === 2 ? { answer: { status: 429, headers: { 'retry-after': seconds }, body: '' } } : undefined,
    })
    expect(pausesOf(told)[1]).toBe(pauseMs)
    expect(told.result.success).toBe(true)
  })

  test('before the first answer end the run after four tries', async () => {
    const told = await tell({ builds: [build(61)], happens: () => RESET })
    expect(told).toMatchObject({ result: { success: false, reason: 'unreachable' }, warnings: [] })
    expect(timesOf(told)).toEqual([0, 1_000, 3_000, 7_000])
    expect(told.endedAtMs).toBe(7_000)
  })

  test.each([
    [401, 'APIGW.0301', 'unauthorized'],
    [403, 'APIGW.0302', 'forbidden'],
    [400, 'CB.00060200', 'service_error'],
  ])(
    '%d ends the wait at once, and fail_unless_success: false does not hide it',
    async (status, code, reason) => {
      const told = await tell({
        builds: [build(61)],
        happens: (_, index) => (index === 4 ? { answer: serviceError(status, code, 'No')() } : undefined),
      })
      expect(told.result).toMatchObject({ success: false, reason })

      expect(told.requests).toHaveLength(5)
      expect(mayPass(told.result, false)).toBe(false)
    },
  )
})

describe('what was built', () => {
  test.each([
    [
      'the commit',
      { commit: COMMIT },
      'commit: 7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d, as asked for; branch: not checked',
    ],
    ['a prefix in upper case', { commit: '7C1B9E0' }, 'as asked for; branch: not checked'],
    ['the branch', { branch: 'main' }, 'commit: not checked; branch: main, as asked for'],
    ['both', { commit: COMMIT, branch: 'main' }, 'as asked for; branch: main, as asked for'],
  ])('%s matches, and the verdict says what was checked', async (_, expected, words) => {
    const { result, sentence } = await tell({ builds: [build(61)], query: { expected } })
    expect(result).toMatchObject({ success: true, reason: 'success' })
    expect(sentence).toContain(words)
  })

  test.each([
    [
      'another commit',
      { commit: OTHER_COMMIT },
      'commit_mismatch',
      `commit: ${COMMIT}, but ${OTHER_COMMIT} was asked for`,
    ],
    ['more digits than the record has', { commit: `${COMMIT}00` }, 'commit_mismatch', 'was asked for'],
    ['another branch', { branch: 'Main' }, 'branch_mismatch', 'branch: main, but Main was asked for'],
    ['both', { commit: OTHER_COMMIT, branch: 'x' }, 'commit_mismatch', 'branch: main, but x was asked for'],
  ])(
    '%s ends the wait at once, and fail_unless_success: false lets it pass',
    async (_, expected, reason, words) => {
      const told = await tell({ builds: [build(61, { lastsMs: HOUR_MS })], query: { expected } })
      expect(told.result).toMatchObject({ success: false, reason })

      expect(told.sentence).toContain(words)
      expect(told.requests).toHaveLength(1)
      expect(mayPass(told.result, false)).toBe(true)
    },
  )

  test('a commit that a running build does not show yet is no mismatch yet', async () => {
    const late = { commitShownMs: STORY_START_MS + 30 * SECOND_MS, lastsMs: 5 * MINUTE_MS }
    const right = await tell({ builds: [build(61, late)], query: { expected: { commit: COMMIT } } })
    expect(right.result.reason).toBe('success')
    const wrong = await tell({ builds: [build(61, late)], query: { expected: { commit: OTHER_COMMIT } } })
    expect(wrong.result.reason).toBe('commit_mismatch')
    expect(wrong.endedAtMs).toBeGreaterThanOrEqual(30 * SECOND_MS)
    expect(wrong.endedAtMs).toBeLessThan(MINUTE_MS)
  })

  test('a build that ends without a commit is not of the one asked for', async () => {
    const { result, sentence } = await tell({
      builds: [build(61, { commit: null })],
      query: { expected: { commit: COMMIT } },
    })
    expect(result).toMatchObject({ success: false, reason: 'commit_mismatch' })
    expect(sentence).toContain(`commit: shows none, but ${COMMIT} was asked for`)
  })
})

describe('a build that is not there', () => {
  test('is not waited for unless asked', async () => {
    const told = await tell({ wait: false })
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })

    expect(told.endedAtMs).toBe(0)
    expect(told.requests.map(({ path }) => path)).toEqual([
      V3,
      '/v1/record/61/record-info',
      '/v4/jobs/61/record-info',
    ])
  })

  test('may appear while the run waits', async () => {
    const told = await tell({ builds: [build(61, { startedMs: STORY_START_MS + 3 * MINUTE_MS })] })
    expect(told.result.success).toBe(true)
    expect(told.log.slice(0, 2)).toEqual([
      '[ Waiting for build 61',
      expect.stringMatching(/^not there yet; API v3.*; looking for it for 5 min more /),
    ])
  })

  test('is given up after the time for that, with a poll at its very end', async () => {
    const told = await tell({})
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })

    expect(told.sentence).toMatch(
      /^The build did not appear within 5 min\. Does anything start the build\? .*discovery_minutes \(now 5 min\)\. \(build 61 /,
    )
    expect(told.endedAtMs).toBe(5 * MINUTE_MS)
    expect(mayPass(told.result, false)).toBe(false)
    const none = await tell({ wait: { discoveryMs: 0 } })
    expect(none.endedAtMs).toBe(0)
  })

  test('does not outlast the limit', async () => {
    const told = await tell({ wait: { timeoutMs: MINUTE_MS } })
    expect(told.result).toMatchObject({ reason: 'wait_timeout' })

    expect(told.sentence).toContain('it was not there yet')
    expect(told.endedAtMs).toBe(MINUTE_MS)
    expect(mayPass(told.result, false)).toBe(false)
  })
})

describe('the version of the API', () => {
  test('that gave a record is the only one asked from then on', async () => {
    const told = await tell({
      builds: [build(61)],
      happens: ({ path }) =>
        path.startsWith('/v3/') ? { answer: serviceError(404, 'APIGW.0101', 'Gone')() } : undefined,
    })
    expect(told.result.success).toBe(true)
    expect(told.requests[0]?.path).toBe(V3)
    expect(told.requests.slice(1).every(({ path }) => path.startsWith('/v1/'))).toBe(true)
    expect(told.log[0]).toContain('(read through API v1)')
  })
})

describe('a cancel', () => {
  test.each([
    ['in a pause', 70 * SECOND_MS, undefined, 'status RUNNING'],
    ['in a request', 70 * SECOND_MS, MINUTE_MS, 'status RUNNING'],
    ['in the very first request', 10 * SECOND_MS, 0, 'the service had not answered'],
    ['before anything was asked', 0, 0, 'the service had not answered'],
  ])('%s ends the run at once, with what was last seen', async (_, cancelAtMs, hangsFromMs, seen) => {
    const told = await tell({
      builds: [build(61, { lastsMs: HOUR_MS })],
      cancelAtMs,
      happens: (_, __, atMs) => (hangsFromMs !== undefined && atMs >= hangsFromMs ? HANGS : undefined),
    })
    expect(told.endedAtMs).toBe(cancelAtMs)
    expect(told.result).toMatchObject({ success: false, reason: 'cancelled' })

    expect(told.sentence).toContain(seen)
    expect(told.result.record?.fields.status).toBe(seen.includes('RUNNING') ? 'RUNNING' : undefined)
    expect(mayPass(told.result, false)).toBe(false)
  })

  test('ends the tries of a run that does not wait', async () => {
    const told = await tell({ wait: false, cancelAtMs: 1_500, happens: () => BUSY })
    expect(told.endedAtMs).toBe(1_500)
    expect(told.result.reason).toBe('cancelled')
  })
})

describe('an API that is not there', () => {
  const NO_API: Happening = { answer: gatewayError(404, 'APIGW.0101', 'Gone')({ requestId: 'x' }) }
  const NO_SERVICE: Happening = { answer: serviceError(400, 'CB.00060214', 'Invalid request')() }
  const PAGE: Happening = { answer: { status: 404, body: '<html><title>Not here</title>' } }
  const NO_BUILD: Happening = { answer: serviceError(404, 'CB.00031059', 'No such build')() }

  test.each([
    ['APIGW.0101', NO_API],
    ['CB.00060214', NO_SERVICE],
  ])('fails a wait at once: %s from every version', async (code, happening) => {
    const told = await tell({ happens: () => happening })
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })
    expect(told.sentence).toContain(code)
    expect([told.requests.length, told.endedAtMs]).toEqual([3, 0])
  })

  test.each([
    ['the newest number', 'latest', '/v1/job/running-status'],
    ['the list', undefined, '/v1/record/list'],
  ] as const)('fails a wait at once for %s, by one request', async (_, buildNo, path) => {
    const query = { buildNo, expected: { commit: COMMIT } }
    const told = await tell({ query, happens: () => NO_API })
    expect(told.result.reason).toBe('not_found')
    expect(told.requests).toEqual([{ atMs: 0, path }])
  })

  test('is there when any version says that only the build is missing', async () => {
    const told = await tell({ happens: ({ path }) => (path.startsWith('/v1') ? NO_BUILD : NO_API) })
    expect(told.result.reason).toBe('not_found')
    expect(told.endedAtMs).toBe(5 * MINUTE_MS)
  })

  test('is one of them when the others answer with a page', async () => {
    const told = await tell({ happens: ({ path }) => (path.startsWith('/v1') ? PAGE : NO_API) })
    expect(told.result.reason).toBe('not_found')
    expect([told.requests.length, told.endedAtMs]).toEqual([4, 3 * SECOND_MS])
  })

  test.each([
    ['by number', 61],
    ['as the newest', 'latest'],
    ['by its commit', undefined],
  ] as const)('fails a wait on two pages in a row, looked for %s', async (_, buildNo) => {
    const query = { buildNo, expected: { commit: COMMIT } }
    const told = await tell({ query, apiVersions: ['v3'], happens: () => PAGE })
    expect(told.result.reason).toBe('not_found')
    expect(told.sentence).toContain('Not here')
    expect(told.requests.map(({ atMs }) => atMs)).toEqual([0, 3 * SECOND_MS])
  })

  test.each([null, {}, '', 'missing'])(
    'has no record yet where the result is %j: in a wait it may come',
    async result => {
      const answer = json(200, { success: true, ...(result === 'missing' ? {} : { result }) })
      const story = { builds: [build(61, { lastsMs: MINUTE_MS })] }
      const told = await tell({ ...story, happens: (_, index) => (index < 4 ? { answer } : undefined) })
      expect(told.result).toMatchObject({ success: true })
      expect(told.log.slice(0, 2)).toEqual([
        '[ Waiting for build 61',
        expect.stringMatching(/^not there yet; API v3.*; looking for it for 5 min more /),
      ])
      // Every version is asked before the build counts as not there.
      expect(told.requests.slice(0, 3).map(({ path }) => path.slice(1, 3))).toEqual(['v3', 'v1', 'v4'])

      const never = await tell({ ...story, happens: () => ({ answer }) })
      expect(never.result).toMatchObject({ reason: 'not_found', end: 'error' })
      expect(never.endedAtMs).toBe(5 * MINUTE_MS)

      const once = await tell({ ...story, wait: false, happens: () => ({ answer }) })
      expect(once.result).toMatchObject({ reason: 'invalid_response', end: 'error' })
      expect(once.sentence).toContain('The build has no record yet')
      expect(once.sentence).not.toContain('something other than the service')
    },
  )

  test('may be there after one page', async () => {
    const told = await tell({ builds: [build(61)], happens: (_, index) => (index < 3 ? PAGE : undefined) })
    expect(told).toMatchObject({ result: { success: true }, warnings: [] })
    expect(told.log.slice(0, 2)).toEqual([
      '[ Waiting for build 61',
      expect.stringMatching(/^not there yet; API v3.*; looking for it for 5 min more /),
    ])
  })

  test('is not known by two pages with something else between', async () => {
    const polls = [PAGE, NO_BUILD, PAGE, NO_BUILD]
    const told = await tell({
      builds: [build(61)],
      apiVersions: ['v3'],
      happens: (_, index) => polls[index],
    })
    expect(told.result.success).toBe(true)
  })

  test('counts against no time: a page is shown when the limit comes before the next poll', async () => {
    const told = await tell({ wait: { timeoutMs: 2 * SECOND_MS }, happens: () => PAGE })
    expect(told.result.reason).toBe('wait_timeout')
    expect(told.sentence).toContain('the last poll failed: API v3, v1, v4: HTTP 404 with')
  })

  test.each([
    ['a page', PAGE],
    ['APIGW.0101', NO_API],
    ['CB.00060214', NO_SERVICE],
  ])('is a fault like any other after a first record: %s', async (_, happening) => {
    const told = await tell({
      builds: [BEFORE, build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, __, atMs) => (atMs > MINUTE_MS && atMs < 8 * MINUTE_MS ? happening : undefined),
    })
    expect(told.result.success).toBe(true)
    expect(told.warnings).toEqual([expect.stringMatching(/^\d+ polls failed during the wait/)])
  })

  test.each([
    ['the list', '/list'],
    ['the record', '/record-info'],
  ])('is a fault like any other after a first list: %s', async (_, end) => {
    let lists = 0
    const told = await tell({
      builds: [
        build(61, { startedMs: STORY_START_MS + 3 * MINUTE_MS, commitShownMs: 0, isCommitListed: false }),
      ],
      query: { buildNo: undefined, expected: { commit: COMMIT } },
      happens: ({ path }, _, atMs) => {
        if (path.endsWith('/list')) lists++
        return lists > 1 && path.endsWith(end) && atMs < 4 * MINUTE_MS ? NO_API : undefined
      },
    })
    expect(told.result.success).toBe(true)
    expect(told.warnings).toEqual([expect.stringContaining('APIGW.0101')])
  })

  test('is still one where nobody waits', async () => {
    const told = await tell({
      wait: false,
      builds: [build(61)],
      query: { buildNo: undefined, expected: { commit: COMMIT } },
      happens: ({ path }) => (path.endsWith('/record-info') ? NO_API : undefined),
    })
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })
    expect(told.endedAtMs).toBe(0)
  })
})

describe('a wait that ends while polls fail', () => {
  const NEVER = build(61, { endedMs: Number.POSITIVE_INFINITY })
  const trouble = (fromMs: number) => (_: unknown, __: unknown, atMs: number) =>
    atMs >= fromMs ? BUSY : undefined

  test.each([
    ['the limit', {}, 'wait_timeout'],
    ['a cancel', { cancelAtMs: 100 * SECOND_MS }, 'cancelled'],
  ])('says what came back last: %s', async (_, more, reason) => {
    const wait = { timeoutMs: 2 * MINUTE_MS }
    const told = await tell({ builds: [NEVER], wait, happens: trouble(MINUTE_MS), ...more })
    expect(told.result.reason).toBe(reason)
    expect(told.sentence).toContain('status RUNNING; the last poll failed: HTTP 502, APIGW.0201')
    expect(mayPass(told.result, false)).toBe(reason === 'wait_timeout')
    // A warning would say it twice.
    expect(told.warnings).toEqual([])
  })

  test.each([
    ['the limit', { wait: { timeoutMs: 5 * SECOND_MS } }, 'wait_timeout'],
    ['a cancel', { cancelAtMs: 5 * SECOND_MS }, 'cancelled'],
    ['a cancel without a wait', { wait: false, cancelAtMs: 5 * SECOND_MS }, 'cancelled'],
  ] as const)('before there was an answer says so too: %s', async (_, more, reason) => {
    const told = await tell({ builds: [NEVER], happens: trouble(0), ...more })
    expect(told.result.reason).toBe(reason)
    expect(told.sentence).toContain('; the last poll failed: HTTP 502')
    expect(told.endedAtMs).toBe(5 * SECOND_MS)
  })

  test('says nothing of polls that failed before a good one', async () => {
    const told = await tell({
      builds: [NEVER],
      wait: { timeoutMs: 2 * MINUTE_MS },
      happens: (_, index) => (index === 3 ? BUSY : undefined),
    })
    expect(told.sentence).toContain('status RUNNING; after 2 min and')
    expect(told.warnings).toEqual([expect.stringContaining('1 poll failed during the wait')])
  })

  test('in the request for the estimate was last seen as its record says', async () => {
    for (const more of [{ wait: { timeoutMs: SECOND_MS } }, { cancelAtMs: SECOND_MS }]) {
      const told = await tell({
        builds: [BEFORE, NEVER],
        happens: ({ path }) => (path.includes('/60/') ? HANGS : undefined),
        ...more,
      })
      expect(told.endedAtMs).toBe(SECOND_MS)
      expect(told.sentence).toContain('status RUNNING;')
      expect(told.result.record?.fields.status).toBe('RUNNING')
      expect(mayPass(told.result, false)).toBe(told.result.reason === 'wait_timeout')
    }
  })
})

describe('a pause that the service asks for', () => {
  const later = (status: number, seconds: number): Happening => ({
    answer: { status, headers: { 'retry-after': String(seconds) }, body: '' },
  })

  test.each([429, 503])('is waited for before the first answer too, in a wait: HTTP %d', async status => {
    const told = await tell({
      builds: [build(61)],
      happens: (_, index) => (index === 0 ? later(status, 90) : undefined),
    })
    expect(told.result.success).toBe(true)
    expect(timesOf(told)).toEqual([0, 90 * SECOND_MS])
  })

  test('ends the tries without a wait', async () => {
    const told = await tell({ wait: false, builds: [build(61)], happens: () => later(503, 90) })
    expect(told.result).toMatchObject({ success: false, reason: 'service_error' })
    expect(told.sentence).toContain('asked for a pause of 1 min 30 s')
    expect(told.requests).toHaveLength(1)
  })

  test('beyond the limit is cut short by one last poll', async () => {
    const told = await tell({
      builds: [build(61)],
      wait: { timeoutMs: 5 * MINUTE_MS },
      happens: (_, index) => (index === 0 ? later(503, 86_400 * 365) : undefined),
    })
    expect(told.result.success).toBe(true)
    expect(timesOf(told)).toEqual([0, 5 * MINUTE_MS - 2 * SECOND_MS])
  })
})

describe('two polls', () => {
  test('are a second apart or more, at the limit and at the end of discovery too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 90_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.constantFrom(1_000, 1_300, 15_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.constantFrom('never there', 'running', 'undecided', 'failing'),
        fc.constantFrom('1e400', '-1e400', '-1', '9'.repeat(400), 'x', null),
        async (timeoutMs, discoveryMs, longestPauseMs, random, kind, duration) => {
          const endless = { endedMs: Number.POSITIVE_INFINITY, commitShownMs: Number.POSITIVE_INFINITY }
          const before = { success: true, result: { status: 'SUCCESS', duration } }
          const told = await tell({
            builds: kind === 'never there' ? [] : [build(61, endless)],
            query: kind === 'undecided' ? { buildNo: undefined, expected: { commit: COMMIT } } : {},
            wait: { timeoutMs, discoveryMs, longestPauseMs },
            random,
            apiVersions: ['v3'],
            happens: ({ path }, index) => {
              if (path.includes('/60/')) return { answer: json(200, before) }
              return kind === 'failing' && index > 0 ? BUSY : undefined
            },
          })
          const path = kind === 'undecided' ? '/v1/record/list' : V3
          // One poll of a search reads two windows, once.
          const times = [...new Set(timesOf(told, path))]
          const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0))
          expect(Math.min(1_000, ...pauses)).toBe(1_000)
          expect(told.result.success).toBe(false)
        },
      ),
    )
  })

  test.each(['9'.repeat(400), -5, 'NaN', 8 * 24 * HOUR_MS])(
    'are as far apart as without an estimate when the build before says it took %s',
    async duration => {
      const builds = [build(61, { lastsMs: 5 * MINUTE_MS })]
      const before = { success: true, result: { status: 'SUCCESS', duration } }
      const told = await tell({
        builds,
        happens: ({ path }) => (path.includes('/60/') ? { answer: json(200, before) } : undefined),
      })
      expect(told.result.success).toBe(true)
      expect(timesOf(told)).toEqual(timesOf(await tell({ builds })))
      expect(told.log.join()).not.toMatch(/NaN|Infinity|left|overdue/)
    },
  )
})

test.each([520, 524, 529])('one HTTP %d with a page does not end a wait', async status => {
  const answer = { status, body: '<html><title>Web server is returning an unknown error</title>' }
  const told = await tell({
    builds: [build(61)],
    happens: (_, index) => (index === 2 ? { answer } : undefined),
  })
  expect(told.result.success).toBe(true)
  expect(told.warnings).toEqual([expect.stringContaining(`HTTP ${status}`)])
})
