import { describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun, type RunOptions } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import type { Answer, FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { BOTH_TOTALS, listOf, type ShownBuild } from '../support/builders/listed-builds.ts'

const JOB_ID = '48c66c6002964721be537cdc6ce0297b'
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const OTHER = 'e980b883c1590363818225ec649d7cf161f0d49c'
const MEBIBYTE = 1024 * 1024

const record = (commit: string, status = 'SUCCESS') => ({
  commit,
  branch: 'main',
  status,
  finish_time: '2026-11-24T07:30:27.000+00:00',
})
const row = (more: object = {}) => ({ job_running_status: 'Finished', state: 'SUCCESS', ...more })

async function gate(
  respond: (request: FakeServiceRequest) => Answer | undefined,
  inputs: Readonly<Record<string, string>> = {},
  options: RunOptions = {},
): Promise<ActionRun & { readonly requests: number }> {
  await using fakeService = await startFakeService({ respond })
  const asked = {
    job_id: JOB_ID,
    token: tokenOf('valid'),
    endpoint: fakeService.url,
    commit: COMMIT,
    ...inputs,
  }
  const run = await runAction({ inputs: asked, killAfterMs: 15_000, ...options })
  return { ...run, requests: fakeService.requests.length }
}

const endOf = ({ exitCode, outputs }: ActionRun) => [exitCode, outputs.get('reason'), outputs.get('build_no')]

describe('dist/ finds the newest build of a commit', () => {
  const older = { no: 100, row: row({ commit_id: COMMIT }), record: record(COMMIT) }
  const silent = (from: number, to: number): ShownBuild[] =>
    Array.from({ length: to - from + 1 }, (_, index) => ({
      no: from + index,
      row: row(),
      record: record(OTHER),
    }))

  test('behind 24 that the list says nothing of', async () => {
    const newest = { no: 101, row: row(), record: record(COMMIT, 'FAILURE') }
    expect(endOf(await gate(listOf([older, newest, ...silent(102, 125)])))).toEqual([1, 'failed', '101'])
  })

  test('as the 25th that the list says nothing of', async () => {
    const builds = [{ ...older, row: row() }, ...silent(101, 124)]
    expect(endOf(await gate(listOf(builds)))).toEqual([0, 'success', '100'])
  })

  test('in no list that stops before its end', async () => {
    const builds = [older, ...silent(101, 299), { no: 500, row: row(), record: record(COMMIT, 'FAILURE') }]
    const run = await gate(listOf(builds, BOTH_TOTALS, (rows, page) => (page === 1 ? [] : rows)))
    expect(endOf(run)).toEqual([1, 'invalid_response', undefined])
    expect(annotations(run.log).map(({ message }) => message)).toEqual([
      expect.stringMatching(/give build_no.*announces 201 builds on 3 pages, and 100 different builds came/),
    ])
    expect(run.requests).toBe(6)
  })

  test.each([COMMIT.slice(0, 8), 'null', '-', ` ${COMMIT}`])(
    'whose row shows its commit as "%s"',
    async commit => {
      const newest = { no: 101, row: row({ commit_id: commit }), record: record(COMMIT, 'FAILURE') }
      expect(endOf(await gate(listOf([older, newest])))).toEqual([1, 'failed', '101'])
    },
  )

  test('whose row shows its branch as a ref', async () => {
    const newest = {
      no: 101,
      row: row({ commit_id: COMMIT, code_branch: 'refs/heads/main' }),
      record: record(COMMIT, 'FAILURE'),
    }
    expect(endOf(await gate(listOf([older, newest]), { branch: 'main' }))).toEqual([1, 'failed', '101'])
  })

  test('whatever the Date of the service is', async () => {
    const list = listOf([older])
    const run = await gate(request => {
      const answer = list(request)
      return answer && { ...answer, headers: { Date: 'Sat, 13 Sep 275760 00:00:00 GMT' } }
    })
    expect(endOf(run)).toEqual([0, 'success', '100'])
  })
})

test.each([
  ['a page of 49,000 rows', `"job_build_states":[${'{"number":1},'.repeat(48_999)}{"number":1}]`],
  ['33,000 builds', `"job_build_states":[],"total_record":33000,"total_page":330`],
])('dist/ takes no more memory than its budget for %s', async (_, rows) => {
  const body = `{"success":true,"result":{${rows}}}`
  const run = await gate(
    ({ path }) => (path.endsWith('/list') ? { status: 200, body } : undefined),
    { wait: 'true' },
    { measureMemory: true },
  )
  expect(endOf(run).slice(0, 2)).toEqual([1, 'invalid_response'])
  expect(run.requests).toBe(1)
  expect(run.peakMemoryBytes).toBeLessThan(128 * MEBIBYTE)
})

test('dist/ takes no more memory than its budget for the longest list', async () => {
  const builds = Array.from({ length: 10_000 }, (_, index) => ({
    no: index + 1,
    row: row({ commit_id: OTHER, more: 'x'.repeat(2_000) }),
    record: record(OTHER),
  }))
  const run = await gate(listOf(builds), {}, { measureMemory: true, killAfterMs: 60_000 })
  expect(endOf(run).slice(0, 2)).toEqual([1, 'not_found'])
  expect(run.requests).toBe(200)
  expect(run.peakMemoryBytes).toBeLessThan(128 * MEBIBYTE)
}, 60_000)
