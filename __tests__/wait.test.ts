import { describe, expect, test } from '@jest/globals'
import { mayPass } from '../src/ending.ts'
import { serviceError } from '../tools/stand-in/errors.ts'
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
} from './support/gate-story.ts'

const OTHER_COMMIT = 'e980b883c1590363818225ec649d7cf161f0d49c'
const HOUR_MS = 60 * MINUTE_MS
const V3 = '/v3/jobs/61/record-info'
const GUIDE = '/v3/jobs/60/record-info'

/** The build before the one that is asked for, of four minutes. */
const BEFORE = build(60, { startedMs: STORY_START_MS - HOUR_MS, lastsMs: 4 * MINUTE_MS })
const BUSY: Happening = { answer: serviceError(502, 'APIGW.0201', 'Backend unavailable')() }
const THROTTLED: Happening = { answer: serviceError(400, 'CB.00060211', 'Too many requests')() }
const RESET: Happening = {
  fault: {
    kind: 'cut',
    detail: 'the connection was cut before the answer was complete (ECONNRESET)',
    again: true,
  },
}
const HANGS: Happening = { tookMs: Number.MAX_SAFE_INTEGER }

const timesOf = ({ requests }: Told, path = V3): number[] =>
  requests.filter(request => request.path === path).map(({ atMs }) => atMs)

/** The pauses between the looks, milliseconds. */
function pausesOf(told: Told): number[] {
  const times = timesOf(told)
  return times.slice(1).map((time, index) => time - (times[index] ?? 0))
}

describe('a build that is over', () => {
  test('is judged at once: one request, no pause, nothing asked of the build before', async () => {
    const told = await tell({ builds: [BEFORE, build(61, { startedMs: STORY_START_MS - HOUR_MS })] })
    expect(told.ending).toMatchObject({ success: true, reason: 'success' })
    expect(told.requests).toEqual([{ atMs: 0, path: V3 }])
    expect(told.log).toHaveLength(1)
  })

  test('with an unknown word is over with its finish_time, and fails', async () => {
    const told = await tell({
      builds: [build(61, { status: 'COMPLETED', startedMs: STORY_START_MS - HOUR_MS })],
    })
    expect(told.ending).toMatchObject({ success: false, reason: 'unknown_status' })
    expect(told.requests).toHaveLength(1)
  })
})

describe('a running build', () => {
  test('is not waited for unless asked', async () => {
    const told = await tell({ builds: [BEFORE, build(61)], patience: false })
    expect(told.ending).toMatchObject({ success: false, reason: 'running' })
    expect(told.ending.sentence).toContain('let it wait (wait: true)')
    expect(told.requests).toEqual([{ atMs: 0, path: V3 }])
  })

  test('is waited for, and then judged; the log says what happens, and how long it is likely to take', async () => {
    const told = await tell({ builds: [BEFORE, build(61, { lastsMs: 270 * SECOND_MS })] })
    expect(told.ending).toMatchObject({ success: true, reason: 'success', warnings: [] })
    expect(told.recorded).toEqual(['RUNNING', 'SUCCESS'])
    expect(told.log).toEqual([
      `Build 61 of job ${STORY_JOB_ID} has the status RUNNING (read through API v3)`,
      '[ Waiting for build 61',
      'RUNNING; about 4 min left, judging by build 60',
      expect.stringMatching(
        /^still RUNNING after 1 min . s of waiting; about 3 min left, judging by build 60$/,
      ),
      expect.stringMatching(
        /^still RUNNING after 2 min . s of waiting; about 2 min left, judging by build 60$/,
      ),
      expect.stringMatching(
        /^still RUNNING after 3 min . s of waiting; about 50 s left, judging by build 60$/,
      ),
      expect.stringMatching(/^still RUNNING after 4 min . s of waiting; .* overdue, judging by build 60$/),
      expect.stringMatching(/^SUCCESS after 4 min 3. s of waiting$/),
      ']',
    ])
  })

  test('whose end is foretold gets long pauses, short ones around that end, and longer ones again', async () => {
    const told = await tell({ builds: [BEFORE, build(61, { lastsMs: 6 * MINUTE_MS })] })
    expect(told.requests.filter(({ path }) => path === GUIDE)).toEqual([{ atMs: 0, path: GUIDE }])
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
    expect(told.ending.reason).toBe('success')
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
    const rare = await tell({ builds, patience: { longestPauseMs: 60 * SECOND_MS } })
    expect(pausesOf(rare)[0]).toBe(31_038)
    const random = await tell({ builds, random: 0.999_999 })
    expect(pausesOf(random)[0]).toBe(6_984)
    const often = await tell({ builds, patience: { longestPauseMs: SECOND_MS } })
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
  ])('is waited for without a guide when the build before %s', async (_, before, more) => {
    const told = await tell({ builds: [...before, build(61)], ...more })
    expect(told.ending).toMatchObject({ success: true, warnings: [] })
    expect(told.requests.filter(({ path }) => path === GUIDE)).toHaveLength(1)
    expect(told.log).toContain('RUNNING')
  })

  test('that is the first of its job has no build before it', async () => {
    const told = await tell({ builds: [build(1)], asked: { buildNo: 1 } })
    expect(told.ending.success).toBe(true)
    expect(new Set(told.requests.map(({ path }) => path))).toEqual(new Set(['/v3/jobs/1/record-info']))
  })

  test('that queues first has one line for each state', async () => {
    const told = await tell({
      builds: [BEFORE, build(61, { createdMs: STORY_START_MS, startedMs: STORY_START_MS + 20_000 })],
    })
    expect(told.recorded).toEqual(['QUEUED', 'RUNNING', 'SUCCESS'])
    expect(told.log).toContain('QUEUED')
    expect(told.log).toContain('RUNNING; about 4 min left, judging by build 60')
  })

  test('that fails is red, and a soft gate lets it pass', async () => {
    const { ending } = await tell({ builds: [build(61, { status: 'FAILURE' })] })
    expect(ending).toMatchObject({ success: false, reason: 'failed' })
    expect([mayPass(ending, true), mayPass(ending, false)]).toEqual([false, true])
  })

  test('that turns into another build is red', async () => {
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
    expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.ending.sentence).toContain(
      'between two polls the record’s id changed from record-61 to other',
    )
    expect(mayPass(told.ending, false)).toBe(false)
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
      expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    },
  )
})

describe('the limit', () => {
  const NEVER = build(61, { endedMs: Number.POSITIVE_INFINITY })

  test('ends the wait, and says what was seen, how long, how often, and what to raise', async () => {
    const told = await tell({ builds: [NEVER] })
    expect(told.endedAtMs).toBe(HOUR_MS)
    expect(told.ending).toMatchObject({ success: false, reason: 'wait_timeout' })
    expect(told.ending.sentence).toBe(
      `Waited 1 h for build 61 of job ${STORY_JOB_ID}, and after ${timesOf(told).length} looks it was last seen with the ` +
        'status RUNNING; raise timeout_minutes (now 1 h), or see in CodeArts what keeps the build',
    )
    expect([mayPass(told.ending, true), mayPass(told.ending, false)]).toEqual([false, true])
  })

  test('has a last look shortly before it', async () => {
    const told = await tell({ builds: [build(61, { lastsMs: HOUR_MS - 2_500 })] })
    expect(told.ending.success).toBe(true)
    expect(told.endedAtMs).toBe(HOUR_MS - 2_000)
  })

  test('holds over an answer that never comes', async () => {
    const told = await tell({
      builds: [NEVER],
      patience: { timeoutMs: 3 * MINUTE_MS },
      happens: (_, __, atMs) => (atMs > MINUTE_MS ? HANGS : undefined),
    })
    expect(told.ending.reason).toBe('wait_timeout')
    expect(told.endedAtMs).toBe(3 * MINUTE_MS)
    expect(told.ending.warnings).toEqual([])
  })

  test('holds over the tries before the first answer; no soft gate lets that pass', async () => {
    const told = await tell({ patience: { timeoutMs: 5 * SECOND_MS }, happens: () => BUSY })
    expect(told.ending.reason).toBe('wait_timeout')
    expect(told.endedAtMs).toBe(5 * SECOND_MS)
    expect(mayPass(told.ending, false)).toBe(false)
  })

  test('holds over a pause that the service asks for', async () => {
    const told = await tell({
      builds: [NEVER],
      patience: { timeoutMs: 30 * SECOND_MS },
      happens: (_, index) =>
        index === 2 ? { answer: { status: 429, headers: { 'retry-after': '50' }, body: '' } } : undefined,
    })
    expect(told.ending.reason).toBe('wait_timeout')
    expect(told.endedAtMs).toBe(30 * SECOND_MS)
  })
})

describe('faults on the way', () => {
  test.each([
    ['502', BUSY, 'HTTP 502'],
    ['throttling', THROTTLED, 'CB.00060211'],
    ['a reset', RESET, 'ECONNRESET'],
    ['a page', { answer: { status: 200, body: '<html>' } }, 'not JSON'],
  ])(
    '%s ends a wait no more once the service has answered: one line, one warning with the count',
    async (_, fault, words) => {
      const told = await tell({
        builds: [build(61, { lastsMs: 3 * MINUTE_MS })],
        happens: (_, index) => (index >= 3 && index < 9 ? fault : undefined),
      })
      expect(told.ending).toMatchObject({ success: true, reason: 'success' })
      expect(told.ending.warnings).toEqual([expect.stringContaining('6 looks failed on the way')])
      expect(told.ending.warnings[0]).toContain(words)
      expect(told.log.filter(line => line.includes('A look failed'))).toHaveLength(1)
    },
  )

  test('that last leave a line a minute, which says that the state is an old one', async () => {
    const told = await tell({
      builds: [build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, __, atMs) => (atMs > MINUTE_MS && atMs < 4 * MINUTE_MS ? BUSY : undefined),
    })
    const lines = told.log.filter(line => line.endsWith('; as last seen: looks fail at the moment'))
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

  test('have short pauses again after a look that went well', async () => {
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
    ['86400', 60_000],
  ])('Retry-After: %s makes a pause of %d ms', async (seconds, pauseMs) => {
    const told = await tell({
      builds: [build(61, { lastsMs: 10 * MINUTE_MS })],
      happens: (_, index) =>
        index === 2 ? { answer: { status: 429, headers: { 'retry-after': seconds }, body: '' } } : undefined,
    })
    expect(pausesOf(told)[1]).toBe(pauseMs)
    expect(told.ending.success).toBe(true)
  })

  test('before the first answer end the run after four tries', async () => {
    const told = await tell({ builds: [build(61)], happens: () => RESET })
    expect(told.ending).toMatchObject({ success: false, reason: 'unreachable', warnings: [] })
    expect(timesOf(told)).toEqual([0, 1_000, 3_000, 7_000])
    expect(told.endedAtMs).toBe(7_000)
  })

  test.each([
    [401, 'APIGW.0301', 'unauthorized'],
    [403, 'APIGW.0302', 'forbidden'],
    [400, 'CB.00060200', 'service_error'],
  ])('%d ends the wait at once, and a soft gate does not hide it', async (status, code, reason) => {
    const told = await tell({
      builds: [build(61)],
      happens: (_, index) => (index === 4 ? { answer: serviceError(status, code, 'No')() } : undefined),
    })
    expect(told.ending).toMatchObject({ success: false, reason })
    expect(told.requests).toHaveLength(5)
    expect(mayPass(told.ending, false)).toBe(false)
  })
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
    const { ending } = await tell({ builds: [build(61)], asked: { expected } })
    expect(ending).toMatchObject({ success: true, reason: 'success' })
    expect(ending.sentence).toContain(words)
  })

  test.each([
    [
      'another commit',
      { commit: OTHER_COMMIT },
      'commit_mismatch',
      `commit: ${COMMIT}, and ${OTHER_COMMIT} was asked for`,
    ],
    ['more digits than the record has', { commit: `${COMMIT}00` }, 'commit_mismatch', 'was asked for'],
    ['another branch', { branch: 'Main' }, 'branch_mismatch', 'branch: main, and Main was asked for'],
    ['both', { commit: OTHER_COMMIT, branch: 'x' }, 'commit_mismatch', 'branch: not checked'],
  ])('%s ends the wait at once, and a soft gate lets it pass', async (_, expected, reason, words) => {
    const told = await tell({ builds: [build(61, { lastsMs: HOUR_MS })], asked: { expected } })
    expect(told.ending).toMatchObject({ success: false, reason })
    expect(told.ending.sentence).toContain(words)
    expect(told.requests).toHaveLength(1)
    expect(mayPass(told.ending, false)).toBe(true)
  })

  test('a commit that a running build does not show yet is no mismatch yet', async () => {
    const late = { commitShownMs: STORY_START_MS + 30 * SECOND_MS, lastsMs: 5 * MINUTE_MS }
    const right = await tell({ builds: [build(61, late)], asked: { expected: { commit: COMMIT } } })
    expect(right.ending.reason).toBe('success')
    const wrong = await tell({ builds: [build(61, late)], asked: { expected: { commit: OTHER_COMMIT } } })
    expect(wrong.ending.reason).toBe('commit_mismatch')
    expect(wrong.endedAtMs).toBeGreaterThanOrEqual(30 * SECOND_MS)
    expect(wrong.endedAtMs).toBeLessThan(MINUTE_MS)
  })

  test('a build that ends without a commit is not of the one asked for', async () => {
    const { ending } = await tell({
      builds: [build(61, { commit: null })],
      asked: { expected: { commit: COMMIT } },
    })
    expect(ending).toMatchObject({ success: false, reason: 'commit_mismatch' })
    expect(ending.sentence).toContain(`commit: (none), and ${COMMIT} was asked for`)
  })
})

describe('a build that is not there', () => {
  test('is not waited for unless asked', async () => {
    const told = await tell({ patience: false })
    expect(told.ending).toMatchObject({ success: false, reason: 'not_found' })
    expect(told.endedAtMs).toBe(0)
    expect(told.requests.map(({ path }) => path)).toEqual([
      V3,
      '/v1/record/61/record-info',
      '/v4/jobs/61/record-info',
    ])
  })

  test('may appear while the run waits', async () => {
    const told = await tell({ builds: [build(61, { startedMs: STORY_START_MS + 3 * MINUTE_MS })] })
    expect(told.ending.success).toBe(true)
    expect(told.log.slice(0, 2)).toEqual(['[ Waiting for build 61', 'not there yet'])
  })

  test('is given up after the time for that, with a look at its very end', async () => {
    const told = await tell({})
    expect(told.ending).toMatchObject({ success: false, reason: 'not_found' })
    expect(told.ending.sentence).toContain(`Asked for build 61 of job ${STORY_JOB_ID}`)
    expect(told.endedAtMs).toBe(5 * MINUTE_MS)
    expect(mayPass(told.ending, false)).toBe(false)
    const none = await tell({ patience: { discoveryMs: 0 } })
    expect(none.endedAtMs).toBe(0)
  })

  test('does not outlast the limit', async () => {
    const told = await tell({ patience: { timeoutMs: MINUTE_MS } })
    expect(told.ending).toMatchObject({ reason: 'wait_timeout' })
    expect(told.ending.sentence).toContain('it was not there yet')
    expect(told.endedAtMs).toBe(MINUTE_MS)
    expect(mayPass(told.ending, false)).toBe(false)
  })
})

describe('the version of the API', () => {
  test('that gave a record is the only one asked from then on', async () => {
    const told = await tell({
      builds: [build(61)],
      happens: ({ path }) =>
        path.startsWith('/v3/') ? { answer: serviceError(404, 'APIGW.0101', 'Gone')() } : undefined,
    })
    expect(told.ending.success).toBe(true)
    expect(told.requests[0]?.path).toBe(V3)
    expect(told.requests.slice(1).every(({ path }) => path.startsWith('/v1/'))).toBe(true)
    expect(told.log[0]).toContain('(read through API v1)')
  })
})

describe('a cancel', () => {
  test.each([
    ['in a pause', 70 * SECOND_MS, undefined, 'was last seen with the status RUNNING'],
    ['in a request', 70 * SECOND_MS, MINUTE_MS, 'was last seen with the status RUNNING'],
    ['in the very first request', 10 * SECOND_MS, 0, 'was not seen: the service has not answered'],
    ['before anything was asked', 0, 0, 'was not seen: the service has not answered'],
  ])('%s ends the run at once, with what was last seen', async (_, cancelAtMs, hangsFromMs, seen) => {
    const told = await tell({
      builds: [build(61, { lastsMs: HOUR_MS })],
      cancelAtMs,
      happens: (_, __, atMs) => (hangsFromMs !== undefined && atMs >= hangsFromMs ? HANGS : undefined),
    })
    expect(told.endedAtMs).toBe(cancelAtMs)
    expect(told.ending).toMatchObject({ success: false, reason: 'cancelled' })
    expect(told.ending.sentence).toContain(seen)
    expect(told.ending.record?.fields.status).toBe(seen.includes('RUNNING') ? 'RUNNING' : undefined)
    expect(mayPass(told.ending, false)).toBe(false)
  })

  test('ends the tries of a run that does not wait', async () => {
    const told = await tell({ patience: false, cancelAtMs: 1_500, happens: () => BUSY })
    expect(told.endedAtMs).toBe(1_500)
    expect(told.ending.reason).toBe('cancelled')
  })
})
