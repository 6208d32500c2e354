import { describe, expect, test } from '@jest/globals'
import {
  FIRST_ZONE,
  readBuildList,
  readLastBuildNo,
  type ListSource,
  type ListWindow,
} from '../../src/codearts/build-list.ts'
import type { RequestOptions } from '../../src/codearts/request-tools.ts'
import type { ApiResponse } from '../../src/codearts/response.ts'
import type { ApiError } from '../../src/util/api-error.ts'
import { rawText } from '../../src/util/message.ts'
import { REQUEST_OPTIONS } from '../support/builders/one-poll.ts'

const HOUR_MS = 3_600_000
const NOW_MS = Date.parse('2026-11-24T08:00:00Z')
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
/** Beyond what any list here takes. */
const MAX_REQUESTS = 20

interface Sent {
  readonly query: URLSearchParams
  readonly options: RequestOptions
}

type Answers = (sent: Sent, index: number) => ApiResponse

function answer(result: unknown, dateMs?: number): ApiResponse {
  return { ok: true, result, answer: { said: ['HTTP 200'], requestId: '' }, dateMs }
}

function failure(error: Partial<ApiError>): ApiResponse {
  const words = { problem: [], remedy: [], message: ['HTTP 500'] }
  return {
    ok: false,
    error: { kind: 'fault', reason: 'service_error', ...words, retryable: false, ...error },
  }
}

/** @returns rows of builds with the numbers up to this one. */
function rowsTo(last: number, count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ number: last - index }))
}

/** Reads a list of a service that answers like this. @returns what came of it, and what was sent. */
async function list(answers: Answers, zone = FIRST_ZONE, window: ListWindow = 'recent') {
  const sent: Sent[] = []
  const shared = { zone }
  const source: ListSource = {
    get: (path, options) => {
      if (sent.length === MAX_REQUESTS) throw new Error('too many requests')
      const request = { query: new URL(path, 'https://x').searchParams, options }
      return Promise.resolve(answers(request, sent.push(request) - 1))
    },
    jobId: 'j',
    nowMs: () => NOW_MS,
    shared,
  }
  const read = await readBuildList(source, window, REQUEST_OPTIONS)
  return {
    read,
    words: read.ok ? '' : rawText(read.error.message),
    builds: read.ok ? read.value : undefined,
    sent,
    shared,
    bounds: sent.map(({ query }) => [query.get('start_time'), query.get('end_time')]),
  }
}

/** Pages with these rows, each with these totals. */
function paged(totals: object, ...pages: readonly (readonly object[])[]): Answers {
  return ({ query }) => answer({ ...totals, job_build_states: pages[Number(query.get('page_index'))] ?? [] })
}

describe('the window', () => {
  const none = paged({ total_record: 0 })

  test.each<[ListWindow, boolean, string, string]>([
    ['recent', false, '2026-11-20 08:00:00', '2026-11-25 08:00:00'],
    ['recent', true, '2026-11-20 08:00:00', '2026-11-24 16:00:00'],
    ['whole', false, '2026-10-25 10:00:00', '2026-11-25 08:00:00'],
    ['whole', true, '2026-10-24 18:00:00', '2026-11-24 16:00:00'],
  ])('%s, which ends now: %j, is from %s to %s', async (window, endsNow, start, end) => {
    const { bounds, sent, builds } = await list(none, { aheadMs: 0, endsNow }, window)
    expect(bounds).toEqual([[start, end]])
    expect(builds).toEqual([])
    expect(sent[0]?.options).toMatchObject({ ...REQUEST_OPTIONS, maxBodyBytes: 1_048_576 })
    expect(sent[0]?.options.priority).toBeUndefined()
  })

  test('ends now, ahead of all other lists, once the service refuses its future', async () => {
    const { read, bounds, sent, shared } = await list((request, index) =>
      index === 0 ? failure({}) : none(request, index),
    )
    expect(read.ok).toBe(true)
    expect(bounds.map(([, end]) => end)).toEqual(['2026-11-25 08:00:00', '2026-11-24 16:00:00'])
    expect(sent[1]?.options.priority).toBe('ahead')
    expect(shared.zone).toEqual({ aheadMs: 0, endsNow: true })
  })

  test.each<[string, Partial<ApiError>, boolean, number]>([
    ['the same again would help', { retryable: true }, false, 1],
    ['it is no refusal', { reason: 'forbidden' }, false, 1],
    ['it ends now', {}, true, 1],
    ['this one is refused, too', {}, false, 2],
  ])('is not learned from an error where %s', async (_, error, endsNow, requests) => {
    const zone = { aheadMs: 5 * HOUR_MS, endsNow }
    const { read, sent, shared } = await list(() => failure(error), zone)
    expect(read).toEqual(failure(error))
    expect(sent).toHaveLength(requests)
    expect(shared.zone).toBe(zone)
  })

  test.each<[string, boolean, number, number, number]>([
    ['an hour ahead', false, 0, HOUR_MS, 1],
    ['an hour behind', false, 0, -HOUR_MS, 1],
    ['more than an hour ahead', false, 0, HOUR_MS + 1, 2],
    ['more than an hour behind', false, 0, -HOUR_MS - 1, 2],
    ['as far ahead as known', false, 9 * HOUR_MS, 9 * HOUR_MS, 1],
    ['behind a window that ends now', true, 0, -9 * HOUR_MS, 1],
    ['2 s beyond a window that ends now', true, 0, 2_000, 1],
    ['more than 2 s beyond a window that ends now', true, 0, 2_001, 2],
  ])('of a service whose clock is %s', async (_, endsNow, aheadMs, realMs, requests) => {
    const { bounds, shared } = await list(
      () => answer({ total_record: 0 }, NOW_MS + realMs),
      { aheadMs, endsNow },
      'whole',
    )
    expect(bounds).toHaveLength(requests)
    if (requests === 1) return
    expect(shared.zone).toEqual({ aheadMs: realMs, endsNow })
    const endMs = NOW_MS + realMs + (endsNow ? 8 : 24) * HOUR_MS
    expect(bounds[1]?.[1]).toBe(new Date(endMs).toISOString().slice(0, 19).replace('T', ' '))
  })

  test('is needless as soon as another list has learned more, and is made anew', async () => {
    const learned = { aheadMs: 0, endsNow: true }
    const said: (boolean | undefined)[] = []
    const shared = { zone: FIRST_ZONE }
    const ends: (string | null)[] = []
    const read = await readBuildList(
      {
        get: (path, { isNeedless }) => {
          ends.push(new URL(path, 'https://x').searchParams.get('end_time'))
          said.push(isNeedless?.())
          if (ends.length > 1) return Promise.resolve(answer({ total_record: 0 }))
          shared.zone = learned
          said.push(isNeedless?.())
          return Promise.resolve(failure({ kind: 'needless', reason: 'invalid_response' }))
        },
        jobId: 'j',
        nowMs: () => NOW_MS,
        shared,
      },
      'recent',
      REQUEST_OPTIONS,
    )
    expect(read.ok).toBe(true)
    expect(said).toEqual([false, true, false])
    expect(ends).toEqual(['2026-11-25 08:00:00', '2026-11-24 16:00:00'])
  })
})

describe('the pages of a list', () => {
  const [first, second] = [rowsTo(300, 100), rowsTo(200, 100)]

  test.each<[string, object, readonly (readonly object[])[], number]>([
    ['no row, and the number of builds', { total_record: 0 }, [], 1],
    ['no row, and a page', { total_page: 1 }, [], 1],
    ['no row, and no page', { total_page: 0 }, [], 1],
    ['no row, and no total', {}, [[]], 1],
    ['one page, and the number of builds', { total_record: 100 }, [first], 1],
    ['one page, and no total', {}, [rowsTo(99, 99)], 1],
    ['full pages, and no total', {}, [first, second, []], 3],
    ['full pages', { total_page: 2 }, [first, second], 2],
    ['a page that is not full, at the end', { total_page: 2 }, [first, rowsTo(9, 9)], 2],
    ['a page too many', { total_record: 200, total_page: 3 }, [first, second, []], 3],
    [
      'a short page, and the number of builds',
      { total_record: 199, total_page: 2 },
      [rowsTo(300, 99), second],
      2,
    ],
    ['a row that moved', { total_record: 199 }, [first, rowsTo(201, 100)], 2],
    ['totals as text', { total_record: '200', total_page: '2' }, [first, second], 2],
  ])('are whole with %s', async (_, totals, pages, requests) => {
    const { builds, sent } = await list(paged(totals, ...pages))
    expect(builds).toHaveLength(new Set(pages.flat().map(row => (row as { number: number }).number)).size)
    expect(sent.map(({ query }) => query.get('page_index'))).toEqual(
      Array.from({ length: requests }, (__, page) => String(page)),
    )
    expect(new Set(sent.map(({ query }) => query.get('start_time'))).size).toBe(1)
  })

  test.each<[string, object, readonly (readonly object[])[]]>([
    ['it announces 1 build, and 0 different builds came', { total_record: 1 }, []],
    ['it announces 2 builds, and 1 build came', { total_record: 2 }, [rowsTo(1, 1)]],
    ['it announces 2 pages, and 0 different builds came', { total_page: 2 }, [[]]],
    ['it announces 2 pages, and 199 different builds came', { total_page: 2 }, [rowsTo(300, 99), second]],
    ['it announces 3 pages, and 200 different builds came', { total_page: 3 }, [first, second, []]],
    [
      'it announces 3 builds on 2 pages, and 1 build came',
      { total_record: 3, total_page: 2 },
      [rowsTo(1, 1), []],
    ],
  ])('are read three times where %s', async (words, totals, pages) => {
    const { read, words: said, sent } = await list(paged(totals, ...pages))
    expect(said).toBe(`HTTP 200, but its list of builds was read 3 times and is not complete: ${words}`)
    expect(read).toMatchObject({
      error: {
        reason: 'invalid_response',
        problem: ['The list of builds cannot be used'],
        remedy: ['Run the step again later, or give build_no: then it needs no list'],
        retryable: true,
      },
    })
    expect(sent.filter(({ query }) => query.get('page_index') === '0')).toHaveLength(3)
  })
})

describe('a page', () => {
  test.each<[string, unknown]>([
    ...[null, 'x', 7, [], {}, { job_build_states: null }].map(
      result => ['its result is not a list of builds', result] as [string, unknown],
    ),
    ['its job_build_states is not a list', { job_build_states: {} }],
    ['its job_build_states is not a list', { job_build_states: 'x', total_record: 1 }],
    ...['1e2', '-1', '1.0', 'x1', '1x', [], true, '1'.repeat(16)].flatMap(total => [
      ['a total of its list is not a number', { total_record: total }] as [string, unknown],
      ['a total of its list is not a number', { total_page: total }] as [string, unknown],
    ]),
    [
      'its list announces 10001 builds, and at most 10000 builds on 100 pages are read',
      { total_record: 10_001 },
    ],
    [
      'its list announces 1 build on 101 pages, and at most 10000 builds on 100 pages are read',
      { total_record: 1, total_page: 101 },
    ],
    [
      'a page of its list has 101 rows, and at most 100 were asked for',
      { job_build_states: rowsTo(101, 101) },
    ],
    ['its list has a row that is no object', { job_build_states: [{ number: 1 }, null] }],
    ['its list has a build without a number', { job_build_states: [{ number: 0 }] }],
    ['its fields total_page and totalPage differ', { total_page: 1, totalPage: 2 }],
  ])('cannot be used: %s', async (why, result) => {
    const { read, words, sent } = await list(() => answer(result))
    expect(words).toBe(`HTTP 200, but ${why}`)
    expect(read).toMatchObject({ error: { reason: 'invalid_response', retryable: false } })
    expect(sent).toHaveLength(1)
  })

  test.each<[object, string, boolean]>([
    [{}, '', false],
    [{ commit_id: COMMIT, job_running_status: 'Finished' }, COMMIT, true],
    [{ commitId: COMMIT, commit_info: { commit_id: COMMIT }, state: 'SUCCESS' }, COMMIT, true],
    [{ commit_id: COMMIT, commit_info: { commit_id: 'x' }, state: 'RUNNING' }, '', false],
    [{ commit_info: { commitId: COMMIT }, state: ['SUCCESS'] }, COMMIT, false],
    [{ commit_id: [COMMIT], job_running_status: ['finished'] }, '', false],
    [{ commit_id: 12_345_678, job_running_status: 'FINISHED' }, '', true],
    [{ commit_id: 'a'.repeat(100) }, 'a'.repeat(100), false],
    [{ commit_id: 'a'.repeat(101) }, '', false],
  ])('has a row %j with the commit %j that is finished: %j', async (row, commit, isFinished) => {
    const { builds } = await list(paged({ total_record: 1 }, [{ number: 61, ...row }]))
    expect(builds).toEqual([{ buildNo: 61, commit, isFinished }])
  })

  test.each<[object, object, string, boolean]>([
    [{ commit_id: COMMIT, state: 'SUCCESS' }, { commit_id: COMMIT, state: 'SUCCESS' }, COMMIT, true],
    [{ commit_id: COMMIT, state: 'SUCCESS' }, { commit_id: COMMIT, state: 'RUNNING' }, COMMIT, false],
    [{ commit_id: COMMIT, state: 'RUNNING' }, { commit_id: COMMIT, state: 'SUCCESS' }, COMMIT, false],
    [{ commit_id: COMMIT }, {}, '', false],
    [{}, { commit_id: COMMIT }, '', false],
  ])('has one build twice, as %j and as %j', async (one, two, commit, isFinished) => {
    const rows = [one, two].map(row => ({ number: 61, ...row }))
    const { builds } = await list(paged({ total_record: 1 }, rows))
    expect(builds).toEqual([{ buildNo: 61, commit, isFinished }])
  })

  test('that fails is the error of the whole list', async () => {
    const { read, sent } = await list(({ query }) =>
      query.get('page_index') === '1'
        ? failure({ reason: 'forbidden' })
        : answer({ total_record: 200, job_build_states: rowsTo(100, 100) }),
    )
    expect(read).toEqual(failure({ reason: 'forbidden' }))
    expect(sent).toHaveLength(2)
  })

  test('that announces something else than the first makes the list be read again', async () => {
    const { words } = await list(({ query }) =>
      answer({
        total_record: query.get('page_index') === '1' ? 201 : 200,
        job_build_states: rowsTo(100, 100),
      }),
    )
    expect(words).toContain('page 0 announces 200 builds and page 1 201 builds')
  })
})

test('an error in place of the number of the last build is handed on', async () => {
  const read = await readLastBuildNo(
    () => Promise.resolve(failure({ kind: 'given_up' })),
    'j',
    REQUEST_OPTIONS,
  )
  expect(read).toEqual(failure({ kind: 'given_up' }))
})
