import { describe, expect, test } from '@jest/globals'
import { json } from '../tools/stand-in/exchange.ts'
import { gatewayError, serviceError } from '../tools/stand-in/errors.ts'
import {
  build,
  COMMIT,
  MINUTE_MS,
  STORY_START_MS,
  tell,
  type Happening,
  type Story,
  type Told,
} from './support/gate-story.ts'
import { BOTH_TOTALS, listOf, type ShownBuild, type TotalsOf } from './support/listed-builds.ts'
import { fc } from './support/properties.ts'

const DAY_MS = 24 * 60 * MINUTE_MS
const OTHER = 'e980b883c1590363818225ec649d7cf161f0d49c'
const FINISH = '2026-11-24T07:30:27.000+00:00'
const over = (commit: string | null, status = 'SUCCESS', more: object = {}) => ({
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
const other = (no: number): ShownBuild => ({ no, row: listed(OTHER), record: over(OTHER) })

type Happens = NonNullable<Story['happens']>

/** Looks once for the newest build of `COMMIT` among these. */
function find(
  happens: (request: Parameters<Happens>[0], index: number) => Happening | undefined,
  story: Story = {},
  expected: { readonly commit?: string; readonly branch?: string } = {},
): Promise<Told> {
  const asked = { buildNo: undefined, expected: { commit: COMMIT, ...expected } }
  return tell({ patience: false, apiVersions: ['v3'], ...story, asked, happens })
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
  const newest = { no: 101, record: over(COMMIT, 'FAILURE') }
  const older = { no: 100, row: listed(COMMIT), record: over(COMMIT) }

  test.each<readonly [string, ShownBuild['row']]>([
    ['no commit', { job_running_status: 'Finished' }],
    ['null', listed(null)],
    ['an empty text', listed('')],
    ['8 digits of it', listed(COMMIT.slice(0, 8))],
    ['8 digits of another', listed(OTHER.slice(0, 8))],
    ['39 digits of another', listed(OTHER.slice(1))],
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
      expect(told.ending).toMatchObject({ success: false, reason: 'failed' })
      expect(told.ending.record?.fields.build_no).toBe('101')
    }
  })

  test.each([OTHER, OTHER.toUpperCase(), `${OTHER}${'0'.repeat(24)}`])(
    'that shows the full hash of another commit is not asked about: %s',
    async commit => {
      const told = await find(among([older, { ...newest, row: listed(commit) }]))
      expect(told.ending.success).toBe(true)
      expect(readBuilds(told)).toEqual([100])
    },
  )

  test('that shows the commit must have its record', async () => {
    const told = await find(among([older, { no: 101, row: listed(COMMIT), record: undefined }]))
    expect(told.ending).toMatchObject({ success: false, reason: 'not_found' })
    expect(told.ending.sentence).toContain('build 101 is of that commit, says the list, but of its record')
  })

  test('that is over without a record is passed over, with a warning', async () => {
    const told = await find(among([older, { no: 101, row: listed(null), record: undefined }]))
    expect(told.ending).toMatchObject({
      success: true,
      warnings: ['Build 101 was passed over, having ended without a record that can be read'],
    })
  })

  test('that runs without a record may still get one', async () => {
    const row = listed(null, { job_running_status: 'Running' })
    const told = await find(among([older, { no: 101, row, record: undefined }]))
    expect(told.ending.reason).toBe('running')
  })

  test.each<readonly [string, ShownBuild['row'], string]>([
    ['one field twice', { commitId: OTHER, ...listed(COMMIT) }, 'commit_id and commitId differ'],
    ['no number', { ...listed(COMMIT), number: 'x' }, 'a build without a number'],
  ])('with %s is no row', async (_, row, words) => {
    const told = await find(among([{ ...older, row }]))
    expect(told.ending.reason).toBe('invalid_response')
    expect(told.ending.sentence).toContain(words)
  })
})

test('two rows of one build that do not agree leave it to the record', async () => {
  const older = { no: 100, row: listed(COMMIT), record: over(COMMIT) }
  for (const [first, second] of [
    [COMMIT, OTHER],
    [OTHER, COMMIT],
  ]) {
    const newest = { no: 101, row: listed(first), record: over(COMMIT, 'FAILURE') }
    const twice = (rows: readonly object[]) => [...rows, { number: 101, ...listed(second) }]
    const told = await find(among([older, newest], BOTH_TOTALS, twice))
    expect(told.ending.record?.fields.build_no).toBe('101')
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
    { patience: {} },
  )
  expect(told.ending.reason).toBe('invalid_response')
  expect(told.ending.sentence).toContain('more than 10000 builds to look at')
})

describe('a record', () => {
  const older = { no: 100, row: listed(null), record: over(COMMIT) }
  const ending = async (record: object, expected: object = {}) =>
    (await find(among([older, { no: 101, row: listed(null), record: { ...record } }]), {}, expected)).ending

  test('that names another branch is passed over', async () => {
    const { success, warnings } = await ending(over(COMMIT, 'FAILURE', { branch: 'dev' }), { branch: 'main' })
    expect([success, warnings]).toEqual([true, []])
  })

  test('that names the branch as a ref is not', async () => {
    const record = over(COMMIT, 'FAILURE', { branch: 'refs/heads/main' })
    expect((await ending(record, { branch: 'main' })).reason).toBe('failed')
  })

  test.each([null, ''])('that names no branch (%j) is judged, and fails', async branch => {
    const found = await ending(over(COMMIT, 'SUCCESS', { branch }), { branch: 'main' })
    expect(found).toMatchObject({ success: false, reason: 'branch_mismatch' })
    expect(found.record?.fields.build_no).toBe('101')
  })

  test.each([COMMIT.slice(0, 8), ` ${COMMIT}`, `${COMMIT.slice(0, 39)} `])(
    'with the commit as %j may be of it, is judged, and fails',
    async commit => {
      const found = await ending(over(commit))
      expect(found).toMatchObject({ success: false, reason: 'commit_mismatch' })
      expect(found.record?.fields.build_no).toBe('101')
    },
  )

  test.each([null, '', '-', 'null'])(
    'that has ended with the commit %j is passed over, with a warning',
    async commit => {
      const { success, warnings } = await ending(over(commit, 'FAILURE'))
      expect([success, warnings]).toEqual([
        true,
        ['Build 101 was passed over, having ended without a commit in the record'],
      ])
    },
  )

  test('that runs without a commit is undecided, even where its row is over', async () => {
    expect((await ending({ commit: null, status: 'RUNNING' })).reason).toBe('running')
  })

  test('that runs without a commit on another branch is passed over', async () => {
    const found = await ending({ commit: null, status: 'RUNNING', branch: 'dev' }, { branch: 'main' })
    expect(found.success).toBe(true)
  })

  test('is read once where the first poll is the last', async () => {
    const told = await find(among([{ no: 61, row: listed(COMMIT), record: over(COMMIT) }]))
    expect(readBuilds(told)).toEqual([61])
  })

  test('is read once in a run where it decides', async () => {
    const told = await tell({
      builds: [
        build(60, { startedMs: STORY_START_MS - DAY_MS, commit: null }),
        build(59, { startedMs: STORY_START_MS - DAY_MS }),
        build(61, { commitShownMs: STORY_START_MS + MINUTE_MS, lastsMs: 2 * MINUTE_MS, commit: OTHER }),
      ],
      asked: { buildNo: undefined, expected: { commit: COMMIT } },
    })
    expect(told.ending.success).toBe(true)
    expect(readBuilds(told).filter(no => no === 60)).toHaveLength(1)
    // Nor is the match read at each poll: once to know it, once to judge it.
    expect(readBuilds(told).filter(no => no === 59)).toHaveLength(2)
  })

  test('must have the identity that it had while it was undecided', async () => {
    const records = [
      { ...over(null), status: 'RUNNING', finish_time: null, id: 'a' },
      { ...over(COMMIT), id: 'b' },
    ]
    const list = among([{ no: 61, row: listed(null, { job_running_status: 'Running' }), record: {} }])
    const told = await find(
      request =>
        request.path.endsWith('record-info')
          ? { answer: json(200, { success: true, result: records.shift() }) }
          : list(request),
      { patience: {} },
    )
    expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.ending.sentence).toContain('the record’s id changed from a to b')
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
        { no: 100, row: listed(COMMIT), record: over(COMMIT) },
        { no: 101, row, record: over(twin) },
      ]),
      {},
      asked,
    )
    expect(told.ending.reason).toBe('invalid_input')
  })

  test('fits two builds of one commit in whatever case', async () => {
    const builds = [
      { no: 100, row: listed(COMMIT.toUpperCase()), record: over(COMMIT) },
      { no: 101, row: listed(null), record: over(COMMIT) },
    ]
    expect((await find(among(builds), {}, asked)).ending.success).toBe(true)
  })
})

describe('a list that is not whole', () => {
  const builds = [...Array.from({ length: 200 }, (_, index) => other(index + 1)), other(500)].map(shown =>
    shown.no === 150 ? { ...shown, row: listed(COMMIT), record: over(COMMIT) } : shown,
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
      'more builds than announced',
      () => ({ total_record: 1 }),
      rows => rows,
      '1 build, and 100 different builds came',
    ],
  ])('with %s is read anew, and fails', async (_, totals, spoilt, words) => {
    const told = await find(among(builds, totals, spoilt))
    expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.ending.sentence).toContain(words)
    expect(told.ending.sentence).toContain('read 3 times')
    expect(told.ending.sentence).toContain('; give build_no')
    expect(readBuilds(told)).toEqual([])
  })

  test('with totals that change from page to page fails with both', async () => {
    let total = 200
    const told = await find(among(builds, (_, pages) => ({ total_record: ++total, total_page: pages })))
    expect(told.ending.reason).toBe('invalid_response')
    expect(told.ending.sentence).toContain(
      'page 0 announces 205 builds on 3 pages and page 1 206 builds on 3 pages',
    )
  })

  test('is made up for by the next read', async () => {
    const told = await find(
      among(builds, BOTH_TOTALS, (rows, page, reads) => (page === 1 && reads < 3 ? [] : rows)),
    )
    expect(told.ending.success).toBe(true)
    expect(listRequests(told)).toBe(2 + 2 + 3)
  })

  test('is a fault of its poll in a wait', async () => {
    const told = await find(
      among(builds, BOTH_TOTALS, (rows, page, reads) => (page === 1 && reads < 8 ? [] : rows)),
      { patience: {} },
    )
    expect(told.ending).toMatchObject({
      success: true,
      warnings: [expect.stringContaining('its list of builds is not whole')],
    })
  })

  test.each<readonly [string, TotalsOf]>([
    ['both totals', BOTH_TOTALS],
    ['totals as texts in camelCase', asText],
    ['the number of builds', total => ({ total_record: total })],
    ['the number of pages', (_, pages) => ({ total_page: pages })],
    ['nothing', () => ({})],
    ['null', () => ({ total_record: null, total_page: null })],
  ])('is none that announces %s and keeps to it', async (_, totals) => {
    for (const length of [150, 200, 201]) {
      const told = await find(among(builds.slice(0, length), totals))
      expect(told.ending.success).toBe(true)
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
    ['two lists', { job_build_states: [], jobBuildStates: [] }, 'job_build_states and jobBuildStates differ'],
    ['a row that is none', { job_build_states: [null], total_record: 1 }, 'a row that is no object'],
    [
      'a page that is too long',
      { job_build_states: Array.from({ length: 101 }, (_, no) => other(no + 1)) },
      'has 101 rows, and 100 were asked for',
    ],
    [
      'more builds than are read',
      { job_build_states: [], total_record: 10_001 },
      'announces 10001 builds, and at most 10000 builds on 100 pages are read',
    ],
  ])('with %s is no list, and not read again', async (_, result, words) => {
    const told = await find(() => ({ answer: json(200, { success: true, result }) }))
    expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.ending.sentence).toContain(words)
    expect(told.requests).toHaveLength(1)
  })

  test.each([{ total_record: 0 }, { total_page: 0 }, { total_page: 1 }, { job_build_states: [] }])(
    'is not %j, which is empty',
    async result => {
      const told = await find(() => ({ answer: json(200, { success: true, result }) }))
      expect(told.ending.reason).toBe('not_found')
    },
  )
})

describe('the windows', () => {
  const at = (no: number, daysAgo: number, shown: Partial<ShownBuild> = {}): ShownBuild => ({
    ...other(no),
    ...shown,
    atMs: STORY_START_MS - daysAgo * DAY_MS,
  })
  const match = { row: listed(null), record: over(COMMIT) }

  test('are one where the last days have the build', async () => {
    const told = await find(among([at(98, 20), at(99, 2.9, match), at(100, 1)]))
    expect(told.ending.success).toBe(true)
    expect(listRequests(told)).toBe(1)
  })

  test('are two where they have not', async () => {
    const told = await find(among([at(98, 20, match), at(99, 6), at(100, 1)]))
    expect(told.ending.success).toBe(true)
    expect(listRequests(told)).toBe(2)
  })

  test('are one where nobody waits for what is undecided', async () => {
    const running = { row: listed(null), record: { commit: null, status: 'RUNNING' } }
    const told = await find(among([at(98, 20, match), at(99, 1, running)]))
    expect(told.ending.reason).toBe('running')
    expect(listRequests(told)).toBe(1)
  })

  test('leave no build out that begins between them', async () => {
    const late = { ...at(101, 0), row: listed(null), record: over(COMMIT, 'FAILURE') }
    const before = among([at(98, 20, match), at(99, 1)])
    const after = among([at(98, 20, match), at(99, 1), late])
    const told = await find((request, index) => (index === 0 ? before(request) : after(request)))
    expect(told.ending.record?.fields.build_no).toBe('101')
    expect(told.ending.reason).toBe('failed')
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
    expect(told.ending.success).toBe(true)
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
    expect(told.ending.success).toBe(true)
    expect(seen).toEqual(['2026-11-25 07:57:00', '2026-11-24 15:57:00', '2026-11-24 16:00:00'])
  })

  test('are asked for twice at most where the service refuses everything', async () => {
    const told = await find(() => ({ answer: serviceError(400, 'CB.00060201', 'no such task')() }))
    expect(told.ending.reason).toBe('service_error')
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
      expect(told.ending.success).toBe(true)
      expect(listRequests(told)).toBe(1)
    },
  )

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
        const record = polls < 30 ? { commit: null, status: 'RUNNING' } : over(COMMIT, 'FAILURE')
        return among([older, { ...running, record }])(request)
      },
      { patience: {} },
    )
    expect(told.endedAtMs).toBeGreaterThan(2 * MINUTE_MS)
    expect(told.ending.record?.fields.build_no).toBe('98')
  })
})

describe('limits', () => {
  const silent = (no: number): ShownBuild => ({ no, row: listed(null), record: over(OTHER) })

  test('200 records are read, and no more', async () => {
    const many = Array.from({ length: 200 }, (_, index) => silent(index + 1))
    const [first = silent(1), ...others] = many
    const told = await find(among([{ ...first, record: over(COMMIT) }, ...others]))
    expect(told.ending.success).toBe(true)
    const toldMore = await find(
      among([{ ...silent(1), record: over(COMMIT) }, ...many.map(({ no }) => silent(no + 1))]),
    )
    expect(toldMore.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(toldMore.ending.sentence).toContain('more than 200 builds have to be read one by one')
    expect(readBuilds(toldMore)).toHaveLength(200)
  })

  test('10,000 rows are read, and no more without totals either', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => other(index + 2))
    const match = { no: 1, row: listed(COMMIT), record: over(COMMIT) }
    expect((await find(among([match, ...many.slice(1)]))).ending.success).toBe(true)
    const told = await find(among([match, ...many], () => ({})))
    expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.ending.sentence).toContain('more than 100 pages')
  })

  test('two minutes without a wait', async () => {
    const many = Array.from({ length: 9_950 }, (_, index) => other(index + 1))
    const list = among(many)
    const told = await find(request => ({ ...list(request), tookMs: 1_500 }))
    expect(told.endedAtMs).toBe(2 * MINUTE_MS)
    expect(told.ending).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.ending.sentence).toContain('took more than 2 min')
    const waited = await find(request => ({ ...list(request), tookMs: 1_500 }), {
      patience: { discoveryMs: 0 },
    })
    expect(waited.ending.reason).toBe('not_found')
  })

  const busy: Happening = { answer: gatewayError(429, 'APIGW.0308', 'slow down')({ requestId: 'x' }) }
  const builds = [
    ...Array.from({ length: 120 }, (_, index) => silent(index + 2)),
    { ...silent(1), record: over(COMMIT) },
  ]

  test('within them throttling is waited out', async () => {
    const list = among(builds)
    const told = await find((request, index) => (index % 60 >= 4 && index % 60 < 9 ? busy : list(request)))
    expect(told.ending.success).toBe(true)
    expect(told.endedAtMs).toBeGreaterThan(MINUTE_MS)
  })

  test('but not beyond them', async () => {
    const list = among(builds)
    const told = await find((request, index) => (index > 4 ? busy : list(request)))
    expect(told.ending.reason).toBe('invalid_response')
    expect(told.ending.sentence).toContain('APIGW.0308')
    expect(told.endedAtMs).toBe(2 * MINUTE_MS)
  })

  test('a service that throttles from the start has its tries', async () => {
    const told = await find(() => busy)
    expect(told.ending.reason).toBe('throttled')
    expect(told.requests).toHaveLength(4)
  })
})

describe('whatever the list shows', () => {
  interface Made {
    readonly shown: ShownBuild
    readonly commit: string | null
    readonly branch: string | null
    readonly status: string
  }

  const commits = [COMMIT, COMMIT, OTHER, null, COMMIT.slice(0, 8), OTHER.slice(0, 8)]
  const statuses = ['SUCCESS', 'SUCCESS', 'FAILURE', 'RUNNING', 'RUNNING']
  const made = (no: number): fc.Arbitrary<Made> =>
    fc
      .record({
        commit: fc.constantFrom(...commits),
        branch: fc.constantFrom('main', 'main', 'dev', 'refs/heads/main', null),
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
      .map(({ commit, branch, status, row, listedBranch, isListedOver, isCamel }) => {
        // A full hash in the list is the true one; anything else says nothing.
        const commitId = row === 'true' ? commit : row
        const state = isListedOver ? 'Finished' : 'Running'
        const fields = isCamel
          ? { commitId, codeBranch: listedBranch, jobRunningStatus: state }
          : { commit_id: commitId, code_branch: listedBranch, job_running_status: state }
        const record = { commit, branch, status, finish_time: status === 'RUNNING' ? null : FINISH }
        const shownRow: Record<string, unknown> = row === 'none' ? { job_running_status: state } : fields
        return { shown: { no, row: shownRow, record }, commit, branch, status }
      })

  const jobs = fc
    .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 250, size: 'max' })
    .chain(numbers => fc.tuple(...numbers.map(made)))

  /** Said once more, in other words than the search's own. @returns the reason, and the build that is judged. */
  function model(job: readonly Made[], branch: string | undefined): { reason: string; no?: number } {
    for (const { shown, ...build } of [...job].sort((one, other) => other.shown.no - one.shown.no)) {
      const name = build.branch?.replace('refs/heads/', '')
      if (branch !== undefined && name !== undefined && name !== branch) continue
      if (build.commit === null && build.status === 'RUNNING') return { reason: 'running' }
      if (build.commit === null || !COMMIT.startsWith(build.commit)) continue
      const { no } = shown
      if (build.commit !== COMMIT) return { reason: 'commit_mismatch', no }
      if (branch !== undefined && name === undefined && build.status !== 'RUNNING')
        return { reason: 'branch_mismatch', no }
      const reasons: Readonly<Record<string, string>> = { SUCCESS: 'success', FAILURE: 'failed' }
      return { reason: reasons[build.status] ?? 'running', no }
    }
    return { reason: 'not_found' }
  }

  const branches = fc.constantFrom(undefined, 'main')
  const totals = fc.constantFrom<TotalsOf>(
    BOTH_TOTALS,
    total => ({ total_record: total }),
    (_, pages) => ({ totalPage: String(pages) }),
    () => ({}),
  )

  test('the build that is judged is the newest one of the commit by the records', async () => {
    await fc.assert(
      fc.asyncProperty(jobs, branches, totals, async (job, branch, totalsOf) => {
        const expected = model(job, branch)
        const happens = among(
          job.map(({ shown }) => shown),
          totalsOf,
        )
        const { ending } = await find(happens, {}, branch === undefined ? {} : { branch })
        // More records than are read make an error of it, and never a guess.
        if (ending.reason === 'invalid_response') expect(ending.sentence).toContain('more than 200 builds')
        else {
          expect(ending.reason).toBe(expected.reason)
          expect(ending.record?.fields.build_no).toBe(
            expected.no === undefined ? undefined : String(expected.no),
          )
        }
        expect(ending.success).toBe(ending.reason === 'success')
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
      fc.asyncProperty(jobs, branches, fault, async (job, branch, { page, from, length, kind, lastRead }) => {
        const expected = model(job, branch)
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
        const { ending } = await find(happens, {}, branch === undefined ? {} : { branch })
        if (ending.reason === 'invalid_response') failed++
        else {
          expect(ending.reason).toBe(expected.reason)
          expect(ending.record?.fields.build_no).toBe(
            expected.no === undefined ? undefined : String(expected.no),
          )
        }
      }),
      { numRuns: 200 },
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
        const asked = { buildNo: undefined, expected: { commit: COMMIT } }
        const { ending } = await tell({ builds: job, asked, patience: { discoveryMs: 5 * MINUTE_MS } })
        const matches = job.filter(({ commit }) => commit === COMMIT)
        const newest = matches.sort((one, other) => other.buildNo - one.buildNo)[0]
        if (newest === undefined) expect(ending.reason).toBe('not_found')
        else {
          expect(ending.record?.fields.build_no).toBe(String(newest.buildNo))
          expect(ending.success).toBe(newest.status === 'SUCCESS')
          expect(ending.warnings).toEqual([])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a build that begins while pages are read is found, or the one before it is', async () => {
    const builds = Array.from({ length: 250 }, (_, index) => other(index + 1))
    const match = { no: 251, row: listed(null), record: over(COMMIT, 'FAILURE') }
    const older = { no: 200, row: listed(COMMIT), record: over(COMMIT) }
    for (const isNewestFirst of [true, false]) {
      for (let beginsAt = 0; beginsAt < 8; beginsAt++) {
        const told = await find((request, index) => {
          const job = [...builds.filter(({ no }) => no !== 200), older, ...(index >= beginsAt ? [match] : [])]
          const order = isNewestFirst ? -1 : 1
          return among(job.sort((one, two) => order * (one.no - two.no)))(request)
        })
        // Once it is in any page of the list, it counts.
        expect([beginsAt, told.ending.record?.fields.build_no]).toEqual([
          beginsAt,
          beginsAt < 3 ? '251' : '200',
        ])
      }
    }
  })
})
