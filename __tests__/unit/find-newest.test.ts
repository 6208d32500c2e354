import { describe, expect, test } from '@jest/globals'
import { json } from '../../tools/fake-service/exchange.ts'
import { gatewayError, serviceError } from '../../tools/fake-service/errors.ts'
import {
  build,
  COMMIT,
  MINUTE_MS,
  STORY_START_MS,
  tell,
  type Happening,
  type Story,
  type Told,
} from '../support/in-process/gate-story.ts'
import { BOTH_TOTALS, listOf, type ShownBuild, type TotalsOf } from '../support/builders/listed-builds.ts'
import type { Arbitrary } from 'fast-check'
import { fc } from '../support/properties.ts'
import { sentenceOf } from '../support/sentence.ts'

const DAY_MS = 24 * 60 * MINUTE_MS
const OTHER = 'e980b883c1590363818225ec649d7cf161f0d49c'
const FINISH = '2026-11-24T07:30:27.000+00:00'
const finished = (commit: string | null, status = 'SUCCESS', more: object = {}) => ({
  commit,
  branch: 'main',
  status,
  finish_time: FINISH,
  ...more,
})
const listed = (commit: unknown, more: object = {}) => ({
  commit_id: commit,
  job_running_status: 'Finished',
  ...more,
})
/** A build of another commit, as its row says. */
const other = (no: number): ShownBuild => ({ no, row: listed(OTHER), record: finished(OTHER) })

type Happens = NonNullable<Story['happens']>

/** Looks once for the newest build of `COMMIT` among these. */
function find(
  happens: (request: Parameters<Happens>[0], index: number, atMs: number) => Happening | undefined,
  story: Story = {},
  expected: Partial<Record<'commit' | 'branch' | 'tag', string>> = {},
): Promise<Told> {
  const query = { buildNo: undefined, expected: { commit: COMMIT, ...expected } }
  return tell({ wait: false, apiVersions: ['v3'], ...story, query, happens })
}

function among(
  builds: readonly ShownBuild[],
  totals: TotalsOf = BOTH_TOTALS,
  ...more: Parameters<typeof listOf>[2][]
) {
  const answer = listOf(builds, totals, ...(more[0] === undefined ? [] : [more[0]]))
  return (request: Parameters<Happens>[0]): Happening | undefined => {
    const answered = answer(request)
    return answered === undefined ? undefined : { answer: answered }
  }
}

const listRequests = ({ requests }: Told): number =>
  requests.filter(({ path }) => path.endsWith('/list')).length
const readBuilds = ({ requests }: Told): number[] =>
  requests.flatMap(({ path }) => {
    const buildNo = /\/(\d+)\/record-info$/.exec(path)?.[1]
    return buildNo === undefined ? [] : [Number(buildNo)]
  })

describe('a row of the list', () => {
  const newest = { no: 101, record: finished(COMMIT, 'FAILURE') }
  const older = { no: 100, row: listed(COMMIT), record: finished(COMMIT) }

  test.each<readonly [string, ShownBuild['row']]>([
    ['no commit', { job_running_status: 'Finished' }],
    ['null', listed(null)],
    ['an empty text', listed('')],
    ['8 digits of it', listed(COMMIT.slice(0, 8))],
    ['8 digits of another', listed(OTHER.slice(0, 8))],
    ['39 digits of another', listed(OTHER.slice(1))],
    ['41 digits', listed(`${OTHER}a`)],
    ['the word null', listed('null')],
    ['a dash', listed('-')],
    ['a blank before it', listed(` ${COMMIT}`)],
    ['a blank before another', listed(` ${OTHER}`)],
    ['a number', listed(12_345_678)],
    ['an object', listed({ id: OTHER })],
    ['two commits', listed(OTHER, { commit_info: { commit_id: COMMIT } })],
    ['another one of no full length beside', listed(OTHER, { commit_info: { commit_id: 'x' } })],
    ['it in capitals', listed(COMMIT.toUpperCase())],
    ['another branch', listed(COMMIT, { code_branch: 'dev' })],
    ['the branch as a ref', listed(COMMIT, { code_branch: 'refs/heads/main' })],
    ['a build that runs', listed(null, { job_running_status: 'Running' })],
  ])('that shows %s leaves it to the record', async (_, row) => {
    for (const builds of [
      [older, { ...newest, row }],
      [{ ...newest, row }, older],
    ]) {
      const told = await find(among(builds), {}, { branch: 'main' })
      expect(told.result).toMatchObject({ success: false, reason: 'failed' })

      expect(told.result.record?.fields.build_no).toBe('101')
    }
  })

  test.each([OTHER, OTHER.toUpperCase(), `${OTHER}${'0'.repeat(24)}`])(
    'that shows the full hash of another commit is not asked about: %s',
    async commit => {
      const told = await find(among([older, { ...newest, row: listed(commit) }]))
      expect(told.result.success).toBe(true)
      expect(readBuilds(told)).toEqual([100])
    },
  )

  test.each([
    { commitId: OTHER },
    { commit_info: { commit_id: OTHER } },
    { commitInfo: { commitId: OTHER } },
    { commit_id: null, commit_info: { commit_id: OTHER } },
    { commit_id: '', commit_info: { commit_id: OTHER } },
    { commit_id: OTHER, commit_info: { commit_id: null, commitId: '' } },
    { commit_id: OTHER, commit_info: 'x' },
  ])('that shows the full hash of another commit as %j is not asked about', async row => {
    const told = await find(among([older, { ...newest, row: { ...row } }]))
    expect(readBuilds(told)).toEqual([100])
  })

  test('with one field twice and one value counts', async () => {
    const told = await find(among([{ ...older, row: { ...listed(COMMIT), commitId: COMMIT } }]))
    expect(told.result.success).toBe(true)
  })

  test('that shows the commit must have its record', async () => {
    const told = await find(among([older, { no: 101, row: listed(COMMIT), record: undefined }]))
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })

    expect(told.sentence).toContain(
      'The list of builds has one of the commit, but its record is not there. Run the step again later, or give build_no. (',
    )
    expect(told.sentence).toContain('build 101 by the list; HTTP 404')
  })

  test('that is over without a record is passed over, with a warning', async () => {
    const told = await find(among([older, { no: 101, row: listed(null), record: undefined }]))
    expect(told).toMatchObject({
      result: { success: true },
      warnings: [
        'Newer builds may be of the commit: build 101 was passed over, because it has finished and has no record',
      ],
    })
  })

  test('that has finished is not passed over because something else than the service denies its record', async () => {
    const list = among([older, { no: 101, row: listed(null), record: finished(COMMIT, 'FAILURE') }])
    for (const answer of [
      { status: 404, body: '<html>' },
      gatewayError(404, 'APIGW.0101', 'Gone')({ requestId: 'x' }),
      serviceError(400, 'CB.00060214', 'No such user')(),
    ]) {
      const told = await find(request => (request.path.includes('/101/') ? { answer } : list(request)))
      expect(told.result).toMatchObject({ success: false, reason: 'not_found' })
      const waited = await find(
        (request, index) => (request.path.includes('/101/') && index < 9 ? { answer } : list(request)),
        { wait: {} },
      )
      expect(waited.result).toMatchObject({ success: false, reason: 'failed' })
      expect(waited.result.record?.fields.build_no).toBe('101')
    }
  })

  test.each([
    [{ state: 'SUCCESS' }, 'success'],
    [{ state: 'timeout' }, 'success'],
    [{ job_running_status: 'FINISHED', state: 'other' }, 'success'],
    [{ state: 'RUNNING' }, 'running'],
    [{ state: 5 }, 'running'],
    [{}, 'running'],
  ])('that shows %j and has no record leads to %s', async (row, reason) => {
    const told = await find(among([older, { no: 101, row, record: undefined }]))
    expect(told.result.reason).toBe(reason)
  })

  test('that is there twice has finished, and shows a commit, only where both say so', async () => {
    const twice = (one: object, two: object, record?: ShownBuild['record']) =>
      find(
        among(
          [one, two].map(row => ({ no: 101, row: { ...row }, record })),
          () => ({}),
        ),
      )
    const running = listed(null, { job_running_status: 'Running' })
    expect((await twice(listed(null), running)).result.reason).toBe('running')
    expect((await twice(running, listed(null))).result.reason).toBe('running')
    const told = await twice(listed(OTHER), listed(COMMIT), finished(null))
    expect(told.result.reason).toBe('not_found')
    expect(told.sentence).toContain('in the last 30 days the build task has no builds that show a commit')
  })

  describe.each([
    ['no result', {}],
    ['null', { result: null }],
    ['an empty one', { result: {} }],
  ])('whose record is %s', (_, result) => {
    const among101 = (
      row: object,
      endsAtMs = Number.POSITIVE_INFINITY,
      newer: readonly ShownBuild[] = [],
    ) => {
      const list = among([older, { ...newest, row: { ...row } }, ...newer])
      return (request: Parameters<Happens>[0], __: number, atMs: number) =>
        request.path.endsWith('/101/record-info') && atMs < endsAtMs
          ? { answer: json(200, { success: true, ...result }) }
          : list(request)
    }
    const running = listed(null, { job_running_status: 'Running' })

    test('is not passed over where it has finished', async () => {
      for (const wait of [false, { discoveryMs: MINUTE_MS }] as const) {
        const told = await find(among101(listed(null)), { wait })
        expect(told.result).toMatchObject({ success: false, reason: 'invalid_response', end: 'error' })
        expect(told.sentence).toContain(
          'A build has finished that may be of the commit, but it has no record. Run the step again in a minute, or give build_no. (',
        )
        expect(told.sentence).toContain('build 101 by the list; HTTP 200')
        expect(told.endedAtMs).toBe(wait === false ? 0 : MINUTE_MS)
      }
    })

    test('is not passed over either where a newer one is not decided', async () => {
      const silent = { no: 102, row: running, record: { commit: null, status: 'RUNNING' } }
      const told = await find(among101(listed(null), Number.POSITIVE_INFINITY, [silent]), {
        wait: { discoveryMs: MINUTE_MS },
      })
      expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })
    })

    test('is undecided where it runs', async () => {
      const told = await find(among101(running))
      expect(told.result).toMatchObject({ success: false, reason: 'running' })
      const waited = await find(among101(running), { wait: { discoveryMs: MINUTE_MS } })
      expect(waited.result).toMatchObject({ success: true })
      expect(waited.warnings).toEqual([expect.stringContaining('Build 100 is judged although')])
    })

    test('is judged as soon as the record is there', async () => {
      for (const row of [listed(null), running]) {
        const told = await find(among101(row, 30_000), { wait: { discoveryMs: MINUTE_MS } })
        expect(told.result).toMatchObject({ success: false, reason: 'failed' })
        expect(told.result.record?.fields.build_no).toBe('101')
      }
    })
  })

  test('that runs without a record may still get one', async () => {
    const row = listed(null, { job_running_status: 'Running' })
    const told = await find(among([older, { no: 101, row, record: undefined }]))
    expect(told.result.reason).toBe('running')
  })

  test.each<readonly [string, ShownBuild['row'], string]>([
    ['one field twice', { commitId: OTHER, ...listed(COMMIT) }, 'commit_id and commitId differ'],
    [
      'one state twice',
      { ...listed(COMMIT), jobRunningStatus: 'Running' },
      'job_running_status and jobRunningStatus differ',
    ],
    [
      'two commits',
      { commit_info: {}, commitInfo: { commit_id: COMMIT } },
      'commit_info and commitInfo differ',
    ],
    ['no number', { ...listed(COMMIT), number: 'x' }, 'a build without a number'],
  ])('with %s is no row', async (_, row, words) => {
    const told = await find(among([{ ...older, row }]))
    expect(told.result.reason).toBe('invalid_response')
    expect(told.sentence).toContain(words)
  })
})

test('two rows of one build that do not agree leave it to the record', async () => {
  const older = { no: 100, row: listed(COMMIT), record: finished(COMMIT) }
  for (const [first, second] of [
    [COMMIT, OTHER],
    [OTHER, COMMIT],
  ]) {
    const newest = { no: 101, row: listed(first), record: finished(COMMIT, 'FAILURE') }
    const twice = (rows: readonly object[]) => [...rows, { number: 101, ...listed(second) }]
    const told = await find(among([older, newest], BOTH_TOTALS, twice))
    expect(told.result.record?.fields.build_no).toBe('101')
  }
})

test('10,000 builds are remembered in a wait, and no more', async () => {
  let polls = 0
  const told = await find(
    request => {
      if (request.path.endsWith('/list') && request.query.get('page_index') === '0') polls++
      const from = Math.min(polls, 40) * 1_000
      return among(Array.from({ length: 1_000 }, (_, index) => other(from + index)))(request)
    },
    { wait: {} },
  )
  expect(told.result.reason).toBe('invalid_response')
  expect(told.sentence).toContain('more than 10000 builds in the last 30 days')
})

describe('a record', () => {
  const older = { no: 100, row: listed(null), record: finished(COMMIT) }
  const judged = async (record: object, expected: object = {}, olderFields: object = {}) => {
    const olderRecord = finished(COMMIT, 'SUCCESS', olderFields)
    const builds = [
      { ...older, record: olderRecord },
      { no: 101, row: listed(null), record: { ...record } },
    ]
    const { result, warnings } = await find(among(builds), {}, expected)
    return { ...result, warnings }
  }

  test('that names another branch is passed over', async () => {
    const { success, warnings } = await judged(finished(COMMIT, 'FAILURE', { branch: 'dev' }), {
      branch: 'main',
    })
    expect([success, warnings]).toEqual([true, []])
  })

  test('that names the branch as a ref is not', async () => {
    const record = finished(COMMIT, 'FAILURE', { branch: 'refs/heads/main' })
    expect((await judged(record, { branch: 'main' })).reason).toBe('failed')
  })

  test.each([null, ''])('that names no branch (%j) is judged, and fails', async branch => {
    const found = await judged(finished(COMMIT, 'SUCCESS', { branch }), { branch: 'main' })
    expect(found).toMatchObject({ success: false, reason: 'branch_mismatch' })
    expect(found.record?.fields.build_no).toBe('101')
  })

  test.each([
    ['another tag is passed over', { tag: 'v1' }, 'success', '100'],
    ['the tag as a ref is not', { tag: 'refs/tags/v2' }, 'failed', '101'],
    ['no tag is judged, and fails', { tag: null }, 'tag_mismatch', '101'],
    ['an empty tag is judged, and fails', { tag: '' }, 'tag_mismatch', '101'],
    ['the tag and no branch is judged', { tag: 'v2', branch: null }, 'failed', '101'],
  ])('that names %s', async (_, fields, reason, buildNo) => {
    const found = await judged(finished(COMMIT, 'FAILURE', fields), { tag: 'v2' }, { tag: 'v2' })
    expect(found).toMatchObject({ reason, warnings: [] })
    expect(found.record?.fields.build_no).toBe(buildNo)
  })

  test.each([
    [{ branch: 'main', tag: 'v1' }, '100'],
    [{ branch: 'dev', tag: 'v2' }, '100'],
    [{ branch: 'main', tag: 'v2' }, '101'],
    [{ branch: null, tag: 'v1' }, '100'],
    [{ branch: null, tag: 'v2' }, '101'],
  ])('of %j is looked for by branch and tag', async (fields, buildNo) => {
    const expected = { branch: 'main', tag: 'v2' }
    const found = await judged(finished(COMMIT, 'FAILURE', fields), expected, { tag: 'v2' })
    expect(found.record?.fields.build_no).toBe(buildNo)
  })

  test('of any branch and tag counts where none is asked for', async () => {
    const found = await judged(finished(COMMIT, 'FAILURE', { branch: 'dev', tag: 'v1' }))
    expect(found.reason).toBe('failed')
  })

  test.each([COMMIT.slice(0, 8), ` ${COMMIT}`, `${COMMIT.slice(0, 39)} `])(
    'with the commit as %j may be of it, is judged, and fails',
    async commit => {
      const found = await judged(finished(commit))
      expect(found).toMatchObject({ success: false, reason: 'commit_mismatch' })
      expect(found.record?.fields.build_no).toBe('101')
    },
  )

  test.each([null, '', '0000000', '0'.repeat(40), '0'.repeat(64)])(
    'that has ended with the commit %j is passed over, with a warning',
    async commit => {
      const { success, warnings } = await judged(finished(commit, 'FAILURE'))
      expect([success, warnings]).toEqual([
        true,
        [
          'Newer builds may be of the commit: build 101 was passed over, because it has finished and shows no commit',
        ],
      ])
    },
  )

  test('that runs without a commit is undecided, even where its row is over', async () => {
    expect((await judged({ commit: null, status: 'RUNNING' })).reason).toBe('running')
  })

  test('with an abbreviation of the commit is judged, though an older one has it in full', async () => {
    const record = finished(COMMIT.slice(0, 8))
    const builds = [
      { ...older, row: listed(COMMIT) },
      { no: 101, row: listed(null), record },
    ]
    expect((await find(among(builds))).result.reason).toBe('commit_mismatch')
  })

  test.each(['-', 'null', 'e980b88-dirty', 'git-e980b88', `sha1:${COMMIT}`, ` ${OTHER}`, '0x00', ' ', '０'])(
    'with the commit %j, which is none, ends the search: it may be of any commit',
    async commit => {
      for (const status of ['FAILURE', 'SUCCESS', 'RUNNING']) {
        const found = await judged(finished(commit, status))
        expect(found).toMatchObject({ success: false, reason: 'invalid_response' })
        expect(sentenceOf(found)).toContain(`build 101 shows a commit that is none ("${commit}")`)
        expect(sentenceOf(found)).toContain(
          'A build shows a commit that cannot be read, and may be of this one. Give build_no: then the step need not search. (',
        )
      }
    },
  )

  test('that names another build is no record, whatever its commit', async () => {
    const found = await judged(finished(OTHER, 'FAILURE', { build_no: 7 }))
    expect(found).toMatchObject({ success: false, reason: 'invalid_response' })
  })

  test('is shown with its commit among the newest where none matches, unless that is too long', async () => {
    for (const [length, isShown] of [[100, true] as const, [101, false] as const]) {
      const told = await find(among([{ no: 101, row: listed(null), record: finished('f'.repeat(length)) }]))
      expect(told.result.reason).toBe('not_found')
      expect(told.sentence.includes('f'.repeat(100))).toBe(isShown)
      expect(
        told.sentence.includes('in the last 30 days the build task has no builds that show a commit'),
      ).toBe(!isShown)
    }
  })

  test('that is undecided is read once in each poll, also where the whole list follows', async () => {
    const running = { commit: null, status: 'RUNNING' }
    const told = await find(among([{ no: 101, row: listed(null), record: running }]), {
      wait: { discoveryMs: 0, timeoutMs: MINUTE_MS },
    })
    const records = told.requests.filter(({ path }) => path.endsWith('record-info'))
    expect(new Set(records.map(({ atMs }) => atMs)).size).toBe(records.length)
  })

  test('that is undecided is not waited for where discovery takes no time', async () => {
    const running = { commit: null, status: 'RUNNING' }
    const told = await find(among([older, { no: 101, row: listed(null), record: running }]), {
      wait: { discoveryMs: 0 },
    })
    expect(told).toMatchObject({ result: { success: true }, endedAtMs: 0 })
    expect(readBuilds(told)).toEqual([101, 100])
  })

  test('that is undecided ends the search of a run that does not wait', async () => {
    const running = { commit: null, status: 'RUNNING' }
    const told = await find(among([older, { no: 101, row: listed(null), record: running }]))
    expect(told.result.reason).toBe('running')
    expect(readBuilds(told)).toEqual([101])
  })

  test('that is undecided keeps none of the older ones unread in a wait', async () => {
    const running = { commit: null, status: 'RUNNING' }
    const undecided = [101, 102, 103].map(no => ({ no, row: listed(null), record: running }))
    const told = await find(among([older, ...undecided]), { wait: { discoveryMs: MINUTE_MS } })
    expect(told.result).toMatchObject({ success: true })
    expect(told.warnings).toEqual([
      'Build 100 is judged although newer ones (103, 102, 101) are running and do not show their commits yet',
    ])
    expect(told.log).toContainEqual(expect.stringMatching(/found build 100 after 1 min of waiting$/))
  })

  test('that is undecided is waited for no longer than discovery takes, however long the pauses are', async () => {
    const running = { commit: null, status: 'RUNNING' }
    const told = await find(among([older, { no: 101, row: listed(null), record: running }]), {
      wait: { discoveryMs: 3_000, longestPauseMs: 120_000 },
    })
    expect(told.result).toMatchObject({ success: true })
    expect(told.endedAtMs).toBeLessThan(5_000)
  })

  test('that is undecided is named when the limit comes', async () => {
    const running = { commit: null, status: 'RUNNING' }
    const told = await find(among([{ no: 101, row: listed(null), record: running }]), {
      wait: { timeoutMs: MINUTE_MS },
    })
    expect(told.result).toMatchObject({ success: false, reason: 'wait_timeout' })
    expect(told.sentence).toContain(
      '; not known yet, because build 101 is running and does not show its commit',
    )
    expect(told.sentence).not.toContain('check that the build was started')
  })

  test('that is undecided is waited for since it was first read, each by itself', async () => {
    const endless = { endedMs: Number.POSITIVE_INFINITY, commitShownMs: Number.POSITIVE_INFINITY }
    const told = await tell({
      builds: [
        build(60, { startedMs: STORY_START_MS - DAY_MS }),
        build(61, endless),
        build(62, { ...endless, startedMs: STORY_START_MS + 40_000 }),
      ],
      query: { buildNo: undefined, expected: { commit: COMMIT } },
      wait: { discoveryMs: MINUTE_MS },
    })
    expect(told.result).toMatchObject({ success: true })
    expect(told.endedAtMs).toBeGreaterThanOrEqual(100_000)
    expect(told.endedAtMs).toBeLessThan(116_000)
  })

  test('without a commit is no doubt where it is older than the match', async () => {
    const told = await tell({
      builds: [
        build(60, { startedMs: STORY_START_MS - DAY_MS, commit: null }),
        build(61, { startedMs: STORY_START_MS + MINUTE_MS, commitShownMs: 0 }),
      ],
      query: { buildNo: undefined, expected: { commit: COMMIT } },
    })
    expect(told).toMatchObject({ result: { success: true }, warnings: [] })
    expect(told.result.record?.fields.build_no).toBe('61')
  })

  test('of a build that was found by its commit must keep its number', async () => {
    const records = [
      { ...finished(COMMIT, 'RUNNING'), finish_time: null },
      { ...finished(COMMIT), build_no: 7 },
    ]
    const list = among([{ no: 61, row: listed(COMMIT), record: {} }])
    const told = await find(
      request =>
        request.path.endsWith('/61/record-info')
          ? { answer: json(200, { success: true, result: records.shift() }) }
          : list(request),
      { wait: {} },
    )
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })
  })

  test('that runs without a commit on another branch is passed over', async () => {
    const found = await judged({ commit: null, status: 'RUNNING', branch: 'dev' }, { branch: 'main' })
    expect(found.success).toBe(true)
  })

  test('is read once where the first poll is the last', async () => {
    const told = await find(among([{ no: 61, row: listed(COMMIT), record: finished(COMMIT) }]))
    expect(readBuilds(told)).toEqual([61])
  })

  test('is read once in a run where it decides', async () => {
    const told = await tell({
      builds: [
        build(60, { startedMs: STORY_START_MS - DAY_MS, commit: null }),
        build(59, { startedMs: STORY_START_MS - DAY_MS }),
        build(61, { commitShownMs: STORY_START_MS + MINUTE_MS, lastsMs: 2 * MINUTE_MS, commit: OTHER }),
      ],
      query: { buildNo: undefined, expected: { commit: COMMIT } },
    })
    expect(told.result.success).toBe(true)
    expect(readBuilds(told).filter(no => no === 60)).toHaveLength(1)
    // Nor is the match read at each poll: once to know it, once to judge it.
    expect(readBuilds(told).filter(no => no === 59)).toHaveLength(2)
  })

  test('must have the identity that it had while it was undecided', async () => {
    const records = [
      { ...finished(null), status: 'RUNNING', finish_time: null, id: 'a' },
      { ...finished(COMMIT), id: 'b' },
    ]
    const list = among([{ no: 61, row: listed(null, { job_running_status: 'Running' }), record: {} }])
    const told = await find(
      request =>
        request.path.endsWith('record-info')
          ? { answer: json(200, { success: true, result: records.shift() }) }
          : list(request),
      { wait: {} },
    )
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain('the id of the record changed from a to b')
  })
})

describe('an abbreviated commit', () => {
  const twin = `${COMMIT.slice(0, 12)}${'0'.repeat(28)}`
  const asked = { commit: COMMIT.slice(0, 8) }

  test.each([
    ['the list alone', listed(twin)],
    ['a record', listed(null)],
  ])('that fits two commits is an error, known by %s', async (_, row) => {
    const told = await find(
      among([
        { no: 100, row: listed(COMMIT), record: finished(COMMIT) },
        { no: 101, row, record: finished(twin) },
      ]),
      {},
      asked,
    )
    expect(told.result.reason).toBe('invalid_input')
  })

  test('that turns out to fit two commits ends a wait', async () => {
    const story = {
      builds: [
        build(60, { startedMs: STORY_START_MS - DAY_MS }),
        build(61, { commit: twin, commitShownMs: STORY_START_MS + 30_000 }),
      ],
      query: { buildNo: undefined, expected: asked },
    }
    const told = await tell(story)
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_input' })
    expect(told.log).toContainEqual(expect.stringMatching(/found no build to judge after \d+ s of waiting$/))
  })

  test('fits two builds of one commit in whatever case', async () => {
    const builds = [
      { no: 100, row: listed(COMMIT.toUpperCase()), record: finished(COMMIT) },
      { no: 101, row: listed(null), record: finished(COMMIT) },
    ]
    expect((await find(among(builds), {}, asked)).result.success).toBe(true)
  })
})

describe('a list that is not whole', () => {
  const builds = [...Array.from({ length: 200 }, (_, index) => other(index + 1)), other(500)].map(shown =>
    shown.no === 150 ? { ...shown, row: listed(COMMIT), record: finished(COMMIT) } : shown,
  )
  const asText: TotalsOf = (total, pages) => ({ totalRecord: String(total), totalPage: String(pages) })

  test.each<readonly [string, Parameters<typeof listOf>[1], Parameters<typeof listOf>[2], string]>([
    [
      'an empty page',
      BOTH_TOTALS,
      (rows, page) => (page === 1 ? [] : rows),
      '201 builds on 3 pages, and 100 different builds came',
    ],
    [
      'a row too few',
      BOTH_TOTALS,
      (rows, page) => (page === 1 ? rows.slice(1) : rows),
      '201 builds on 3 pages, and 200 different builds came',
    ],
    [
      'a row twice',
      BOTH_TOTALS,
      (rows, page) => (page === 1 ? [...rows.slice(1), rows[1] ?? {}] : rows),
      '200 different builds came',
    ],
    [
      'one page for another',
      BOTH_TOTALS,
      (rows, page) => (page === 1 ? rows.map((_, no) => ({ ...other(1).row, number: no + 1 })) : rows),
      '101 different builds came',
    ],
    [
      'texts for totals',
      asText,
      (rows, page) => (page === 2 ? [] : rows),
      '201 builds on 3 pages, and 200 different builds came',
    ],
    [
      'too few pages',
      total => ({ total_record: total, total_page: 1 }),
      rows => rows,
      '201 builds on 1 page, and 100 different builds came',
    ],
    [
      'no pages',
      total => ({ total_record: total, total_page: 0 }),
      rows => rows,
      'and 100 different builds came',
    ],
    [
      'pages alone, the last one too early',
      (_, pages) => ({ total_page: pages }),
      (rows, page) => (page === 1 ? rows.slice(40) : rows.slice(70)),
      '3 pages, and',
    ],
    [
      'pages alone, one ahead of the last not full',
      (_, pages) => ({ total_page: pages }),
      (rows, page) => (page === 1 ? rows.slice(1) : rows),
      '3 pages, and',
    ],
    [
      'more builds than announced',
      () => ({ total_record: 1 }),
      rows => rows,
      '1 build, and 100 different builds came',
    ],
  ])('with %s is read anew, and fails', async (_, totals, spoilt, words) => {
    const told = await find(among(builds, totals, spoilt))
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain(words)
    expect(told.sentence).toContain('read 3 times')
    expect(told.sentence).toContain(', or give build_no: then it needs no list. (')
    expect(readBuilds(told)).toEqual([])
  })

  test('with totals that change from page to page fails with both', async () => {
    let total = 200
    const told = await find(among(builds, (_, pages) => ({ total_record: ++total, total_page: pages })))
    expect(told.result.reason).toBe('invalid_response')
    expect(told.sentence).toContain('page 0 announces 205 builds on 3 pages and page 1 206 builds on 3 pages')
  })

  test('with a total on its first page alone fails with both', async () => {
    let pages = 0
    const told = await find(among(builds, total => (pages++ % 2 === 0 ? { total_record: total } : {})))
    expect(told.result.reason).toBe('invalid_response')
    expect(told.sentence).toContain('page 0 announces 201 builds and page 1 no total')
  })

  test('is one that announces no page, and has one', async () => {
    const told = await find(among(builds.slice(0, 50), total => ({ total_record: total, total_page: 0 })))
    expect(told.result.reason).toBe('invalid_response')
    expect(told.sentence).toContain('it announces 50 builds on 0 pages, and 50 different builds came')
  })

  test('is made up for by the next read', async () => {
    const told = await find(
      among(builds, BOTH_TOTALS, (rows, page, reads) => (page === 1 && reads < 3 ? [] : rows)),
    )
    expect(told.result.success).toBe(true)
    expect(listRequests(told)).toBe(2 + 2 + 3)
  })

  test('is a fault of its poll in a wait', async () => {
    const told = await find(
      among(builds, BOTH_TOTALS, (rows, page, reads) => (page === 1 && reads < 8 ? [] : rows)),
      { wait: {} },
    )
    expect(told).toMatchObject({
      result: { success: true },
      warnings: [expect.stringContaining('its list of builds was read 3 times and is not complete')],
    })
  })

  test.each<readonly [string, TotalsOf]>([
    ['both totals', BOTH_TOTALS],
    ['totals as texts in camelCase', asText],
    ['the number of builds', total => ({ total_record: total })],
    ['the number of pages', (_, pages) => ({ total_page: pages })],
    ['nothing', () => ({})],
    ['null', () => ({ total_record: null, total_page: null })],
    ['one page too many', (total, pages) => ({ total_record: total, total_page: pages + 1 })],
    ['empty texts', () => ({ total_record: '', total_page: '' })],
  ])('is none that announces %s and keeps to it', async (_, totals) => {
    for (const length of [150, 200, 201]) {
      const told = await find(among(builds.slice(0, length), totals))
      expect(told.result.success).toBe(true)
    }
  })

  test.each<readonly [string, object, string]>([
    ['neither rows nor totals', {}, 'its result is not a list of builds'],
    ['rows of another type', { job_build_states: {}, total_record: 0 }, 'its job_build_states is not a list'],
    [
      'a total that is no number',
      { job_build_states: [], total_record: -1 },
      'a total of its list is not a number',
    ],
    [
      'two numbers of pages',
      { job_build_states: [], total_page: 1, totalPage: 2 },
      'total_page and totalPage differ',
    ],
    [
      'two totals',
      { job_build_states: [], total_record: 1, totalRecord: 2 },
      'total_record and totalRecord differ',
    ],
    [
      'two lists',
      { job_build_states: [], jobBuildStates: [{ number: 1 }] },
      'job_build_states and jobBuildStates differ',
    ],
    ['a row that is none', { job_build_states: [null], total_record: 1 }, 'a row that is no object'],
    [
      'a page that is too long',
      { job_build_states: Array.from({ length: 101 }, (_, no) => other(no + 1)) },
      'has 101 rows, and at most 100 were asked for',
    ],
    [
      'more builds than are read',
      { job_build_states: [], total_record: 10_001 },
      'announces 10001 builds, and at most 10000 builds on 100 pages are read',
    ],
  ])('with %s is no list, and not read again, in a wait neither', async (_, result, words) => {
    const waited = await find(() => ({ answer: json(200, { success: true, result }) }), { wait: {} })
    expect(waited.result).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(waited.requests).toHaveLength(1)
    const told = await find(() => ({ answer: json(200, { success: true, result }) }))
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain(words)
    expect(told.requests).toHaveLength(1)
  })

  test.each([{ total_record: 0 }, { total_page: 0 }, { total_page: 1 }, { job_build_states: [] }])(
    'is not %j, which is empty',
    async result => {
      const told = await find(() => ({ answer: json(200, { success: true, result }) }))
      expect(told.result.reason).toBe('not_found')
    },
  )
})

describe('the windows', () => {
  const at = (no: number, daysAgo: number, shown: Partial<ShownBuild> = {}): ShownBuild => ({
    ...other(no),
    ...shown,
    atMs: STORY_START_MS - daysAgo * DAY_MS,
  })
  const match = { row: listed(null), record: finished(COMMIT) }

  test('are one where the last days have the build', async () => {
    const told = await find(among([at(98, 20), at(99, 2.9, match), at(100, 1)]))
    expect(told.result.success).toBe(true)
    expect(listRequests(told)).toBe(1)
  })

  test('are two in the first poll of a wait, and one in every other', async () => {
    const told = await find(among([at(98, 20), at(99, 1)]), { wait: { discoveryMs: 30_000 } })
    expect(told.result.reason).toBe('not_found')
    const times = told.requests.map(({ atMs }) => atMs)
    expect(listRequests(told)).toBe(new Set(times).size + 1)
  })

  test('are two where they have not', async () => {
    const told = await find(among([at(98, 20, match), at(99, 6), at(100, 1)]))
    expect(told.result.success).toBe(true)
    expect(listRequests(told)).toBe(2)
  })

  test('hold nothing up where an undecided build is older than the match in the other one', async () => {
    const running = { row: listed(null), record: { commit: null, status: 'RUNNING' } }
    const told = await find(among([at(98, 1, running), at(99, 20, match)]), { wait: {} })
    expect(told).toMatchObject({ result: { success: true }, warnings: [], endedAtMs: 0 })
  })

  test('are one where nobody waits for what is undecided', async () => {
    const running = { row: listed(null), record: { commit: null, status: 'RUNNING' } }
    const told = await find(among([at(98, 20, match), at(99, 1, running)]))
    expect(told.result.reason).toBe('running')
    expect(listRequests(told)).toBe(1)
  })

  test('leave no build out that begins between them', async () => {
    const late = { ...at(101, 0), row: listed(null), record: finished(COMMIT, 'FAILURE') }
    const before = among([at(98, 20, match), at(99, 1)])
    const after = among([at(98, 20, match), at(99, 1), late])
    const told = await find((request, index) => (index === 0 ? before(request) : after(request)))
    expect(told.result.record?.fields.build_no).toBe('101')
    expect(told.result.reason).toBe('failed')
  })

  test('end now where the service refuses the future', async () => {
    const seen: string[] = []
    const list = among([at(99, 1, match)])
    const told = await find(request => {
      const end = request.query.get('end_time') ?? ''
      if (!request.path.endsWith('/list')) return list(request)
      seen.push(end)
      return end > '2026-11-24 16:00:00'
        ? { answer: serviceError(400, 'CB.00060200', 'end_time is in the future')() }
        : list(request)
    })
    expect(told.result.success).toBe(true)
    expect(seen).toEqual(['2026-11-25 08:00:00', '2026-11-24 16:00:00'])
  })

  test('that end now end with the service’s own now', async () => {
    const seen: string[] = []
    const list = among([at(99, 1, match)])
    const told = await find(
      request => {
        const end = request.query.get('end_time') ?? ''
        if (request.path.endsWith('/list')) seen.push(end)
        return end > '2026-11-24 16:00:00'
          ? { answer: serviceError(400, 'CB.00060200', 'no')() }
          : list(request)
      },
      { machineOffMs: -3 * MINUTE_MS },
    )
    expect(told.result.success).toBe(true)
    expect(seen).toEqual(['2026-11-25 07:57:00', '2026-11-24 15:57:00', '2026-11-24 16:00:00'])
  })

  test('are asked for twice at most where the service refuses everything', async () => {
    const told = await find(() => ({ answer: serviceError(400, 'CB.00060201', 'no such task')() }))
    expect(told.result.reason).toBe('service_error')
    expect(told.requests).toHaveLength(2)
  })

  test.each(['Sat, 13 Sep 275760 00:00:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT', 'tomorrow'])(
    'are those of this machine where the Date is %s',
    async date => {
      const list = among([at(99, 1, match)])
      const told = await find(request => {
        const { answer } = list(request) ?? {}
        return answer === undefined ? undefined : { answer: { ...answer, headers: { date } } }
      })
      expect(told.result.success).toBe(true)
      expect(listRequests(told)).toBe(1)
    },
  )

  test('are those of the service from then on where this machine’s date is off', async () => {
    const list = among([at(98, 20), at(99, 1)])
    const told = await find(list, { wait: { discoveryMs: 30_000 }, machineOffMs: -2 * DAY_MS })
    const polls = new Set(told.requests.map(({ atMs }) => atMs)).size
    expect(polls).toBeGreaterThan(3)
    // One more to learn the date, and one for the whole window.
    expect(listRequests(told)).toBe(polls + 2)
  })

  test('are asked for once where the credentials are refused', async () => {
    const told = await find(() => ({ answer: serviceError(401, 'APIGW.0301', 'no')() }))
    expect(told.result.reason).toBe('unauthorized')
    expect(told.requests).toHaveLength(1)
  })

  test('are read at each poll of a wait, and forget no build', async () => {
    // Both fall out of the recent window in the course of the wait.
    const edge = 4 * DAY_MS - MINUTE_MS
    const older = { ...match, no: 97, atMs: STORY_START_MS - edge }
    const running = {
      no: 98,
      atMs: STORY_START_MS - edge,
      row: listed(null, { job_running_status: 'Running' }),
    }
    let polls = 0
    const told = await find(
      request => {
        if (request.path.endsWith('/list')) polls++
        const record = polls < 30 ? { commit: null, status: 'RUNNING' } : finished(COMMIT, 'FAILURE')
        return among([older, { ...running, record }])(request)
      },
      { wait: {} },
    )
    expect(told.endedAtMs).toBeGreaterThan(2 * MINUTE_MS)
    expect(told.result.record?.fields.build_no).toBe('98')
  })
})

describe('limits', () => {
  const silent = (no: number): ShownBuild => ({ no, row: listed(null), record: finished(OTHER) })

  test('200 records are read, and no more', async () => {
    const many = Array.from({ length: 200 }, (_, index) => silent(index + 1))
    const [first = silent(1), ...others] = many
    const told = await find(among([{ ...first, record: finished(COMMIT) }, ...others]))
    expect(told.result.success).toBe(true)
    const toldMore = await find(
      among([{ ...silent(1), record: finished(COMMIT) }, ...many.map(({ no }) => silent(no + 1))]),
    )
    expect(toldMore.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(toldMore.sentence).toContain('more than 200 builds have to be read one by one')
    expect(readBuilds(toldMore)).toHaveLength(200)
  })

  test('10,000 rows are read, and no more without totals either', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => other(index + 2))
    const match = { no: 1, row: listed(COMMIT), record: finished(COMMIT) }
    expect((await find(among([match, ...many.slice(1)]))).result.success).toBe(true)
    const told = await find(among([match, ...many], () => ({})))
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain('more than 100 pages')
  })

  test('10,000 builds are kept over all polls, and no more', async () => {
    let polls = 0
    const told = await find(
      request => {
        if (request.query.get('page_index') === '0') polls++
        const first = 150 * polls
        return among(Array.from({ length: 9_950 }, (_, index) => other(first + index)))(request)
      },
      { wait: { discoveryMs: MINUTE_MS } },
    )
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.sentence).toContain('the build task has more than 10000 builds in the last 30 days)')
  })

  test('two minutes, of which a service that never answers does not speak', async () => {
    const busy = { answer: { status: 503, body: '' }, tookMs: 35_000 }
    const told = await tell({
      wait: false,
      query: { buildNo: undefined, expected: { commit: COMMIT } },
      happens: () => busy,
    })
    expect(told.endedAtMs).toBe(2 * MINUTE_MS)
    expect(told.result).toMatchObject({ success: false, reason: 'service_error' })
    expect(told.sentence).not.toContain('build_no')
  })

  test('two minutes without a wait', async () => {
    const many = Array.from({ length: 9_950 }, (_, index) => other(index + 1))
    const list = among(many)
    const told = await find(request => ({ ...list(request), tookMs: 1_500 }))
    expect(told.endedAtMs).toBe(2 * MINUTE_MS)
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })

    expect(told.sentence).toContain(
      'The search for the build by its commit came to a limit. Give the number of the build (build_no): then the step need not search. (',
    )
    expect(told.sentence).toMatch(/; it took more than 2 min\)$/)
    const waited = await find(request => ({ ...list(request), tookMs: 1_500 }), {
      wait: { discoveryMs: 0 },
    })
    expect(waited.result.reason).toBe('not_found')
  })

  const busy: Happening = { answer: gatewayError(429, 'APIGW.0308', 'slow down')({ requestId: 'x' }) }
  const builds = [
    ...Array.from({ length: 120 }, (_, index) => silent(index + 2)),
    { ...silent(1), record: finished(COMMIT) },
  ]

  test('within them throttling is waited out', async () => {
    const list = among(builds)
    const told = await find((request, index) => (index % 60 >= 4 && index % 60 < 9 ? busy : list(request)))
    expect(told.result.success).toBe(true)
    expect(told.endedAtMs).toBeGreaterThan(MINUTE_MS)
  })

  test('the second window too', async () => {
    const list = among([{ ...silent(1), record: finished(COMMIT), atMs: STORY_START_MS - 20 * DAY_MS }])
    const told = await find((request, index) => (index > 0 && index < 8 ? busy : list(request)))
    expect(told.result.success).toBe(true)
    expect(told.endedAtMs).toBeLessThan(2 * MINUTE_MS)
  })

  test('in a wait throttling is a fault of its poll', async () => {
    const late = among([{ ...silent(1), record: finished(COMMIT) }])
    // The first poll reads two windows.
    const told = await find(
      (request, index) => (index < 2 ? among([])(request) : index < 4 ? busy : late(request)),
      { wait: {} },
    )
    expect(told.result.success).toBe(true)
    expect(told.warnings).toEqual([expect.stringContaining('2 polls failed during the wait')])
  })

  test('but not beyond them', async () => {
    const list = among(builds)
    const told = await find((request, index) => (index > 4 ? busy : list(request)))
    expect(told.result.reason).toBe('invalid_response')
    expect(told.sentence).toContain('APIGW.0308')
    expect(told.endedAtMs).toBe(2 * MINUTE_MS)
  })

  test('a service that throttles from the start has its tries', async () => {
    const told = await find(() => busy)
    expect(told.result.reason).toBe('throttled')
    expect(told.requests).toHaveLength(4)
  })
})

describe('whatever the list shows', () => {
  interface Made {
    readonly shown: ShownBuild
    readonly commit: string | null
    readonly branch: string | null
    readonly tag: string | null
    readonly status: string
  }
  type Asked = Partial<Record<'branch' | 'tag', string>>

  const commits = [COMMIT, COMMIT, OTHER, null, COMMIT.slice(0, 8), OTHER.slice(0, 8)]
  const statuses = ['SUCCESS', 'SUCCESS', 'FAILURE', 'RUNNING', 'RUNNING']
  const made = (no: number): Arbitrary<Made> =>
    fc
      .record({
        commit: fc.constantFrom(...commits),
        branch: fc.constantFrom('main', 'main', 'dev', 'refs/heads/main', null),
        tag: fc.constantFrom('v1', 'refs/tags/v1', 'v2', null),
        status: fc.constantFrom(...statuses),
        row: fc.constantFrom(
          'true',
          'true',
          'none',
          null,
          '-',
          COMMIT.slice(0, 8),
          OTHER.slice(0, 9),
          ` ${OTHER}`,
        ),
        listedBranch: fc.constantFrom('main', 'dev', null),
        isListedOver: fc.boolean(),
        isCamel: fc.boolean(),
      })
      .map(({ commit, branch, tag, status, row, listedBranch, isListedOver, isCamel }) => {
        // A full hash in the list is the true one; anything else says nothing.
        const commitId = row === 'true' ? commit : row
        const state = isListedOver ? 'Finished' : 'Running'
        const fields = isCamel
          ? { commitId, codeBranch: listedBranch, jobRunningStatus: state }
          : { commit_id: commitId, code_branch: listedBranch, job_running_status: state }
        const record = { commit, branch, tag, status, finish_time: status === 'RUNNING' ? null : FINISH }
        const shownRow: Record<string, unknown> = row === 'none' ? { job_running_status: state } : fields
        return { shown: { no, row: shownRow, record }, commit, branch, tag, status }
      })

  const jobs = fc
    .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 250, size: 'max' })
    .chain(numbers => fc.tuple(...numbers.map(made)))

  /** Said once more, in other words than the search's own. @returns the reason, and the build that is judged. */
  function model(job: readonly Made[], { branch, tag }: Asked): { reason: string; no?: number } {
    for (const { shown, ...build } of [...job].sort((one, other) => other.shown.no - one.shown.no)) {
      const [ofBranch, ofTag] = [
        build.branch?.replace('refs/heads/', ''),
        build.tag?.replace('refs/tags/', ''),
      ]
      if (branch !== undefined && ofBranch !== undefined && ofBranch !== branch) continue
      if (tag !== undefined && ofTag !== undefined && ofTag !== tag) continue
      if (build.commit === null && build.status === 'RUNNING') return { reason: 'running' }
      if (build.commit === null || !COMMIT.startsWith(build.commit)) continue
      const { no } = shown
      if (build.commit !== COMMIT) return { reason: 'commit_mismatch', no }
      if (build.status === 'RUNNING') return { reason: 'running', no }
      if (branch !== undefined && ofBranch === undefined) return { reason: 'branch_mismatch', no }
      if (tag !== undefined && ofTag === undefined) return { reason: 'tag_mismatch', no }
      return { reason: build.status === 'SUCCESS' ? 'success' : 'failed', no }
    }
    return { reason: 'not_found' }
  }

  const asked = fc.constantFrom<Asked>(
    {},
    {},
    { branch: 'main' },
    { tag: 'v1' },
    { branch: 'main', tag: 'v1' },
  )
  const totals = fc.constantFrom<TotalsOf>(
    BOTH_TOTALS,
    total => ({ total_record: total }),
    (_, pages) => ({ totalPage: String(pages) }),
    () => ({}),
  )

  test('the build that is judged is the newest one of the commit by the records', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, asked, totals, async (job, expectations, totalsOf) => {
        const expected = model(job, expectations)
        const happens = among(
          job.map(({ shown }) => shown),
          totalsOf,
        )
        const { result, sentence } = await find(happens, {}, expectations)
        // More records than are read make an error of it, and never a guess.
        if (result.reason === 'invalid_response') expect(sentence).toContain('more than 200 builds')
        else {
          expect(result.reason).toBe(expected.reason)
          expect(result.record?.fields.build_no).toBe(
            expected.no === undefined ? undefined : String(expected.no),
          )
        }
        expect(result.success).toBe(result.reason === 'success')
      }),
      { numRuns: 300 },
    )
  })

  test('rows that are lost, moved or come twice make the step fail, or change nothing', async () => {
    const fault = fc.record({
      page: fc.integer({ min: 0, max: 2 }),
      from: fc.integer({ min: 0, max: 99 }),
      length: fc.integer({ min: 1, max: 100 }),
      kind: fc.constantFrom('lost', 'twice', 'other'),
      lastRead: fc.constantFrom(1, 2, 100),
    })
    let failed = 0
    await fc.assert(
      fc.asyncProperty(
        jobs,
        asked,
        fault,
        async (job, expectations, { page, from, length, kind, lastRead }) => {
          const expected = model(job, expectations)
          const spoilt = (rows: readonly object[], at: number, reads: number): readonly object[] => {
            if (at !== page || reads > lastRead) return rows
            const hit = rows.slice(from, from + length)
            const instead = { lost: [], twice: hit.map(() => rows[0] ?? {}), other: hit.slice(1) }[kind]
            return [...rows.slice(0, from), ...instead, ...rows.slice(from + length)]
          }
          const happens = among(
            job.map(({ shown }) => shown),
            BOTH_TOTALS,
            spoilt,
          )
          const { result } = await find(happens, {}, expectations)
          if (result.reason === 'invalid_response') failed++
          else {
            expect(result.reason).toBe(expected.reason)
            expect(result.record?.fields.build_no).toBe(
              expected.no === undefined ? undefined : String(expected.no),
            )
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(failed).toBeGreaterThan(20)
  })

  test('a wait judges the newest build of the commit once every newer one has shown its own', async () => {
    const builds = fc
      .uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 })
      .chain(numbers =>
        fc.tuple(
          ...numbers.map(no =>
            fc
              .record({
                commit: fc.constantFrom(COMMIT, OTHER),
                isCommitListed: fc.boolean(),
                shownAfterMs: fc.integer({ min: 0, max: 4 * MINUTE_MS }),
                lastsMs: fc.integer({ min: 4 * MINUTE_MS, max: 8 * MINUTE_MS }),
                status: fc.constantFrom('SUCCESS', 'FAILURE'),
              })
              .map(({ shownAfterMs, ...fields }) => {
                // A build begins no earlier than those with smaller numbers: some with the story, some weeks before.
                const startMs = STORY_START_MS - Math.max(0, 20 - no) * DAY_MS
                return build(no, { ...fields, startedMs: startMs, commitShownMs: startMs + shownAfterMs })
              }),
          ),
        ),
      )
    await fc.assert(
      fc.asyncProperty(builds, async job => {
        const query = { buildNo: undefined, expected: { commit: COMMIT } }
        const { result, warnings } = await tell({ builds: job, query, wait: { discoveryMs: 5 * MINUTE_MS } })
        const matches = job.filter(({ commit }) => commit === COMMIT)
        const newest = matches.sort((one, other) => other.buildNo - one.buildNo)[0]
        if (newest === undefined) expect(result.reason).toBe('not_found')
        else {
          expect(result.record?.fields.build_no).toBe(String(newest.buildNo))
          expect(result.success).toBe(newest.status === 'SUCCESS')
          expect(warnings).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a build that begins while pages are read is found, or the one before it is', async () => {
    const builds = Array.from({ length: 250 }, (_, index) => other(index + 1))
    const match = { no: 251, row: listed(null), record: finished(COMMIT, 'FAILURE') }
    const older = { no: 200, row: listed(COMMIT), record: finished(COMMIT) }
    for (const isNewestFirst of [true, false]) {
      for (let beginsAt = 0; beginsAt < 8; beginsAt++) {
        const told = await find((request, index) => {
          const job = [...builds.filter(({ no }) => no !== 200), older, ...(index >= beginsAt ? [match] : [])]
          const order = isNewestFirst ? -1 : 1
          return among(job.sort((one, two) => order * (one.no - two.no)))(request)
        })
        // Once it is in any page of the list, it counts.
        expect([beginsAt, told.result.record?.fields.build_no]).toEqual([
          beginsAt,
          beginsAt < 3 ? '251' : '200',
        ])
      }
    }
  })
})
