import { describe, expect, test } from '@jest/globals'
import { mayPass } from '../../src/gate/reasons.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import type { TimedBuild } from '../../tools/fake-service/timed-build.ts'
import {
  build,
  COMMIT,
  MINUTE_MS,
  SECOND_MS,
  STORY_JOB_ID,
  STORY_START_MS,
  tell,
  type Story,
} from '../support/in-process/gate-story.ts'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const OTHER_COMMIT = 'e980b883c1590363818225ec649d7cf161f0d49c'
const NEVER = Number.POSITIVE_INFINITY

const finished = (buildNo: number, changes: Partial<TimedBuild> = {}): TimedBuild =>
  build(buildNo, { startedMs: STORY_START_MS - HOUR_MS, ...changes })

/** Looks for the newest build of a commit, without waiting unless the story says so. */
const find = (story: Story, expected = {}) =>
  tell({
    wait: false,
    ...story,
    query: { buildNo: undefined, expected: { commit: COMMIT, ...expected } },
  })

const LIST = '/v1/record/list'

describe('the newest build of a commit', () => {
  test('is found in the list, read and judged', async () => {
    const told = await find({
      builds: [finished(59), finished(60, { commit: OTHER_COMMIT }), finished(58, { commit: null })],
    })
    expect(told).toMatchObject({ result: { success: true, reason: 'success' }, warnings: [] })
    expect(told.sentence).toBe(
      `The build passes. (build 59 of build task ${STORY_JOB_ID}; status SUCCESS; commit: ${COMMIT}, as asked for; branch: not checked)`,
    )
    expect(told.requests).toEqual([
      { atMs: 0, path: LIST },
      { atMs: 0, path: '/v3/jobs/59/record-info' },
    ])
    expect(told.log[0]).toBe(`Found build 59 of commit ${COMMIT}`)
  })

  test('counts among its reruns, and the log says how many there are', async () => {
    const told = await find({ builds: [finished(58), finished(61, { status: 'FAILURE' }), finished(60)] })
    expect(told.result).toMatchObject({ success: false, reason: 'failed' })

    expect(told.log[0]).toBe(
      `Found build 61 of commit ${COMMIT}, the newest of 3 that the list shows (61, 60, 58)`,
    )
  })

  test('counts even where the list never shows the commit of its newest build', async () => {
    const builds = [finished(60), finished(61, { status: 'FAILURE', isCommitListed: false })]
    const told = await find({ builds })
    expect(told.result).toMatchObject({ success: false, reason: 'failed' })

    expect(told.result.record?.fields.build_no).toBe('61')
  })

  test('is found though a newer build that is over shows no commit at all, with a warning', async () => {
    const told = await find({ builds: [finished(60), finished(61, { commit: null })], wait: {} })
    expect(told).toMatchObject({
      result: { success: true },
      warnings: [
        'Newer builds may be of the commit: build 61 was passed over, because it has finished and shows no commit',
      ],
    })
    expect(told.endedAtMs).toBe(0)
  })

  test('is found by a prefix in any case', async () => {
    const told = await find({ builds: [finished(60)] }, { commit: COMMIT.slice(0, 9).toUpperCase() })
    expect(told.result.success).toBe(true)
  })

  test('is looked for on the branch that is asked for', async () => {
    const builds = [finished(59, { branch: 'main' }), finished(60, { branch: 'release' })]
    expect((await find({ builds }, { branch: 'main' })).result.record?.fields.build_no).toBe('59')
    expect((await find({ builds }, { branch: 'release' })).result.record?.fields.build_no).toBe('60')
    const none = await find({ builds }, { branch: 'dev' })
    expect(none.result.reason).toBe('not_found')
    expect(none.sentence).toContain(`of commit ${COMMIT} on branch dev`)
  })

  test('is waited for', async () => {
    const told = await find({ builds: [build(61)], wait: {} })
    expect(told.result.success).toBe(true)
    expect(told.endedAtMs).toBeGreaterThan(MINUTE_MS)
    expect(told.requests.filter(({ path }) => path === LIST)).toHaveLength(1)
  })

  test('must be what its record says it is', async () => {
    const stranger = { success: true, result: { status: 'SUCCESS', build_no: 7, commit: COMMIT } }
    const told = await find({
      builds: [finished(60)],
      happens: ({ path }) =>
        path.endsWith('record-info')
          ? { answer: { status: 200, body: JSON.stringify(stranger) } }
          : undefined,
    })
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.recorded).toEqual([])
  })
})

describe('a prefix of several commits', () => {
  const OTHER = `${COMMIT.slice(0, 12)}0000000000000000000000000000`

  test('is an error, not a guess, whatever fail_unless_success is', async () => {
    const told = await find(
      { builds: [finished(59), finished(60, { commit: OTHER })] },
      { commit: COMMIT.slice(0, 8) },
    )
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_input' })

    expect(told.sentence).toContain(
      `2 commits that were built begin with it. Give more digits of it, or all of them. (the newest build of commit 7c1b9e04 of build task ${STORY_JOB_ID}; host localhost; they are ${OTHER}, ${COMMIT})`,
    )
    expect(mayPass(told.result, false)).toBe(false)
  })

  test('is one where the branch tells them apart', async () => {
    const builds = [finished(59), finished(60, { commit: OTHER, branch: 'dev' })]
    const told = await find({ builds }, { commit: COMMIT.slice(0, 8), branch: 'main' })
    expect(told.result.success).toBe(true)
  })
})

describe('a commit without a build', () => {
  test('is not found, and the newest commits with builds are named', async () => {
    const commits = ['a', 'b', 'c', 'd', 'e', 'f'].map(digit => digit.repeat(40))
    const told = await find({ builds: commits.map((commit, index) => finished(50 + index, { commit })) })
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })

    expect(told.sentence).toContain(
      `(the newest build of commit ${COMMIT} of build task ${STORY_JOB_ID}; host localhost; the newest commits that were built in the last 30 days are ` +
        ['f', 'e', 'd', 'c', 'b']
          .map((digit, index) => `${digit.repeat(40)} (build ${55 - index})`)
          .join(', '),
    )
    expect(told.sentence).toMatch(/^No build of this commit was found\. .*Does anything start the build\?/)
    expect(told.endedAtMs).toBe(0)
    expect((await find({})).sentence).toContain(
      'in the last 30 days the build task has no builds that show a commit',
    )
  })

  test('may get one while the run waits', async () => {
    const late = build(61, { startedMs: STORY_START_MS + 2 * MINUTE_MS, commitShownMs: 0 })
    const told = await find({ builds: [late], wait: {} })
    expect(told.result.success).toBe(true)
    expect(told.log.slice(0, 3)).toEqual([
      `[ Waiting for a build of commit ${COMMIT}`,
      expect.stringMatching(/^not there yet; .*; looking for it for 5 min more/),
      expect.stringMatching(
        /^still not there yet after 1 min 3 s of waiting; .*; looking for it for 3 min 57 s more/,
      ),
    ])
    expect(told.log).toContain(`Found build 61 of commit ${COMMIT}`)
  })

  test('is given up after the time for that', async () => {
    const told = await find({ wait: {} })
    expect(told.result.reason).toBe('not_found')
    expect(told.endedAtMs).toBe(5 * MINUTE_MS)
  })
})

describe('a newer build that runs and shows no commit yet', () => {
  const unclear = (changes: Partial<TimedBuild> = {}): TimedBuild =>
    build(61, { commitShownMs: STORY_START_MS + 40 * SECOND_MS, ...changes })

  test('is read before an older one is judged', async () => {
    const told = await find({ builds: [finished(60), unclear({ status: 'FAILURE' })], wait: {} })
    expect(told.result).toMatchObject({ success: false, reason: 'failed' })

    expect(told.result.record?.fields.build_no).toBe('61')
    expect(told.log).toContain('not known yet, because build 61 is running and does not show its commit yet')
    expect(told.log).toContain(
      `Found build 61 of commit ${COMMIT}, the newest of 2 that the list shows (61, 60)`,
    )
  })

  test('of another commit leaves the older one', async () => {
    const told = await find({ builds: [finished(60), unclear({ commit: OTHER_COMMIT })], wait: {} })
    expect(told).toMatchObject({ result: { success: true }, warnings: [] })
    expect(told.result.record?.fields.build_no).toBe('60')
  })

  test('holds the older one up no longer than a build may take to appear, and not without waiting', async () => {
    const builds = [
      finished(60),
      unclear({ startedMs: STORY_START_MS, endedMs: NEVER, commitShownMs: NEVER }),
    ]
    const waited = await find({ builds, wait: {} })
    const warnings = [
      expect.stringContaining(
        'Build 60 is judged although a newer one (61) is running and does not show its commit yet',
      ),
    ]
    expect(waited).toMatchObject({ result: { success: true }, warnings })
    expect(waited.endedAtMs).toBeGreaterThanOrEqual(5 * MINUTE_MS)
    expect(waited.endedAtMs).toBeLessThan(6 * MINUTE_MS)
    const looked = await find({ builds })
    expect(looked).toMatchObject({ result: { success: false, reason: 'running' }, warnings: [] })
    expect(looked.sentence).toContain(
      'A newer build is running that may be of the commit. Let the step wait for it (wait: true), or give build_no. (',
    )
    expect(looked.endedAtMs).toBe(0)
    expect(mayPass(looked.result, false)).toBe(false)
  })

  test('may be the only one, and is then waited for as a running build is', async () => {
    const commitShownMs = STORY_START_MS + 20 * MINUTE_MS
    const told = await find({
      builds: [build(61, { lastsMs: 30 * MINUTE_MS, commitShownMs })],
      wait: {},
    })
    expect(told.result.success).toBe(true)
    const looked = await find({ builds: [build(61, { commitShownMs: NEVER })] })
    expect(looked.result.reason).toBe('running')
  })

  test('is known by its record where the list is behind', async () => {
    const row = { number: 61, job_running_status: 'Running', commit_id: null, code_branch: 'main' }
    const list = {
      status: 'success',
      error: null,
      result: { job_build_states: [row], total_page: 1, total_record: 1 },
    }
    const told = await find({
      builds: [finished(60), build(61)],
      wait: {},
      happens: ({ path }) =>
        path.endsWith('/list') ? { answer: { status: 200, body: JSON.stringify(list) } } : undefined,
    })
    expect(told.result.record?.fields.build_no).toBe('61')
  })
})

describe('the window of the list', () => {
  const builds = [
    finished(10, { startedMs: STORY_START_MS - 29 * DAY_MS, commit: OTHER_COMMIT }),
    finished(60, { startedMs: STORY_START_MS - 10 * SECOND_MS, endedMs: STORY_START_MS - SECOND_MS }),
  ]

  test.each([0, 8, -5, 14, -12])('reaches the newest and old builds in zone %d', async zoneHours => {
    const newest = await find({ builds, zoneHours })
    expect(newest.result).toMatchObject({ success: true })

    const old = await find({ builds, zoneHours }, { commit: OTHER_COMMIT })
    expect(old.result).toMatchObject({ success: true })

    expect(old.result.record?.fields.build_no).toBe('10')
  })

  test.each([-40 * DAY_MS, -DAY_MS, 40 * DAY_MS, 10 * MINUTE_MS, HOUR_MS, -HOUR_MS, HOUR_MS + SECOND_MS])(
    'is that of the service, though this machine’s date is %d ms off',
    async machineOffMs => {
      const told = await find({ builds, zoneHours: 8, machineOffMs })
      expect(told.result.success).toBe(true)
      const lists = told.requests.filter(({ path }) => path === LIST)
      expect(lists).toHaveLength(Math.abs(machineOffMs) > HOUR_MS ? 2 : 1)
    },
  )

  test('is read page by page, to its end', async () => {
    const many = Array.from({ length: 250 }, (_, index) => finished(index + 1, { commit: OTHER_COMMIT }))
    const told = await find({ builds: [...many, finished(251)] })
    expect(told.result.record?.fields.build_no).toBe('251')
    expect(told.requests.filter(({ path }) => path === LIST)).toHaveLength(3)
  })

  test.each([
    [
      'does not end',
      (page: string) =>
        rows(
          Array.from({ length: 100 }, (_, row) => Number(page) * 100 + row + 1),
          { total_page: 9_999 },
        ),
      'its list announces 9999 pages, and at most 10000 builds on 100 pages are read',
    ],
    ['is no list', () => ({ job_build_states: 'x' }), 'its job_build_states is not a list'],
    ['has a build without a number', () => ({ job_build_states: [{}] }), 'a build without a number'],
    ['is no object', () => [], 'its result is not a list of builds'],
  ])('that %s fails the step', async (_, result, words) => {
    const told = await find({
      happens: ({ path, query }) =>
        path.endsWith('/list')
          ? {
              answer: {
                status: 200,
                body: JSON.stringify({
                  status: 'success',
                  error: null,
                  result: result(query.get('page_index') ?? ''),
                }),
              },
            }
          : undefined,
    })
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain(words)
  })

  test.each([
    [
      'in camelCase',
      {
        jobBuildStates: [
          { number: '60', commitId: COMMIT, codeBranch: 'main', jobRunningStatus: 'Finished' },
        ],
      },
    ],
    [
      'with the commit elsewhere',
      { job_build_states: [{ number: 60, commit_info: { commit_id: COMMIT } }], total_page: '1' },
    ],
  ])('%s is read as well', async (_, result) => {
    const told = await find({
      builds: [finished(60)],
      happens: ({ path }) =>
        path.endsWith('/list')
          ? { answer: { status: 200, body: JSON.stringify({ status: 'success', error: null, result }) } }
          : undefined,
    })
    expect(told.result).toMatchObject({ success: true })
  })
})

describe('the newest build of the job', () => {
  const latest = (story: Story, expected = {}) => tell({ ...story, query: { buildNo: 'latest', expected } })

  test('is asked for once, and kept', async () => {
    const told = await latest({
      builds: [finished(60), build(61), build(62, { startedMs: STORY_START_MS + 5_000 })],
    })
    expect(told.result.success).toBe(true)
    expect(told.result.record?.fields.build_no).toBe('61')
    expect(told.requests.filter(({ path }) => path.includes('running-status'))).toHaveLength(1)
    expect(told.log[0]).toBe(`The newest build of build task ${STORY_JOB_ID} is 61`)
  })

  test('may be of another commit', async () => {
    const told = await latest({ builds: [finished(61)] }, { commit: OTHER_COMMIT })
    expect(told.result.reason).toBe('commit_mismatch')
  })

  test('may be there only later', async () => {
    const told = await latest({ builds: [build(1, { startedMs: STORY_START_MS + MINUTE_MS })] })
    expect(told.log[0]).toBe('[ Waiting for a build of the build task')
    expect(told.result.success).toBe(true)
    const none = await latest({ wait: false })
    expect(none.result).toMatchObject({ reason: 'not_found' })

    expect(none.sentence).toContain(
      'The build task was never built. Start a build of it in CodeArts, or with the action in start/, then run this step. (',
    )
    expect(none.sentence).toContain('the service gives no number of a last build')
  })

  test.each([{}, ...[null, '', '0', 0].map(last_build_no => ({ last_build_no }))])(
    'is none where the service says %j',
    async result => {
      const told = await latest({
        wait: false,
        happens: () => ({
          answer: { status: 200, body: JSON.stringify({ status: 'success', error: null, result }) },
        }),
      })
      expect(told.result).toMatchObject({ success: false, reason: 'not_found' })
      expect(told.sentence).toContain('The build task was never built')
    },
  )

  test.each([
    ['no number', { last_build_no: 'x' }, 'its last_build_no is not the number of a build'],
    [
      'two numbers',
      { last_build_no: '61', lastBuildNo: '62' },
      'its fields last_build_no and lastBuildNo differ',
    ],
    ['a list', [], 'its result is not the running status of a build task'],
  ])('fails with %s', async (_, result, words) => {
    const told = await latest({
      happens: () => ({
        answer: { status: 200, body: JSON.stringify({ status: 'success', error: null, result }) },
      }),
    })
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain(words)
  })

  test('is unknown where the service does not say it', async () => {
    const told = await latest({ happens: () => ({ answer: { status: 403, body: '{}' } }) })
    expect(told.result).toMatchObject({ success: false, reason: 'forbidden', end: 'error' })
  })

  test('must be what its record says it is', async () => {
    const told = await latest({
      builds: [finished(61)],
      happens: ({ path }) =>
        path.endsWith('record-info')
          ? {
              answer: {
                status: 200,
                body: JSON.stringify({ success: true, result: { status: 'SUCCESS', build_no: 60 } }),
              },
            }
          : undefined,
    })
    expect(told.result.reason).toBe('invalid_response')
  })
})

function rows(numbers: readonly number[], more: object) {
  return { job_build_states: numbers.map(number => ({ number, commit_id: OTHER_COMMIT })), ...more }
}

describe('the build of a number', () => {
  const named7 = (isStarted: boolean) =>
    tell({
      wait: false,
      query: { buildNo: 61, expected: {}, ...(isStarted ? { isStarted: true } : {}) },
      happens: () => ({ answer: json(200, { success: true, result: { status: 'SUCCESS', build_no: 7 } }) }),
    })

  test('is asked for at once', async () => {
    const told = await tell({ builds: [finished(60), finished(61)], query: { buildNo: 60, expected: {} } })
    expect(told).toMatchObject({ result: { success: true, buildNo: 60 }, warnings: [] })
    expect(told.requests).toEqual([{ atMs: 0, path: '/v3/jobs/60/record-info' }])
  })

  test('must be what its record says it is where the run has started it, and else with a warning', async () => {
    expect((await named7(true)).result).toMatchObject({ success: false, reason: 'invalid_response' })
    const told = await named7(false)
    expect(told.result.success).toBe(true)
    expect(told.warnings).toEqual([expect.stringContaining('the record says that it is build 7')])
  })
})
