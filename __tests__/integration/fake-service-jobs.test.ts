import { describe, expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import type { Job } from '../../tools/fake-service/job.ts'
import { createJobs, jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'

const START_MS = Date.parse('2026-11-24T08:00:00Z')
const HOUR_MS = 60 * 60 * 1_000

/** A fake service with one job, at a time that the test sets, and a way to ask it. */
async function serve(name: string) {
  const time = { nowMs: START_MS }
  const job = jobOf(name, START_MS)
  const fakeService = await startFakeService({ jobs: [job], nowMs: () => time.nowMs })
  const get = async (path: string) => {
    const headers = { 'X-Auth-Token': tokenOf('valid') }
    const response = await fetch(fakeService.url + path, { headers })
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, date: response.headers.get('date'), body, result: body['result'] }
  }
  return { ...job, time, get, [Symbol.asyncDispose]: () => fakeService.close() }
}

const listOf = (jobId: string, from: string, to: string, more = '') =>
  `/v1/record/${jobId}/list?start_time=${encodeURIComponent(from)}&end_time=${encodeURIComponent(to)}&page_index=0&page_size=100${more}`

describe('a job on a clock that tests turn', () => {
  test('has builds that queue, run and end', async () => {
    await using job = await serve('queues-runs-ends')
    const path = `/v1/record/${job.jobId}/61/record-info`
    expect(await job.get(path)).toMatchObject({
      date: 'Tue, 24 Nov 2026 08:00:00 GMT',
      result: { status: 'QUEUED', start_time: null, finish_time: null, commit: null },
    })
    job.time.nowMs += 2_000
    expect((await job.get(path)).result).toMatchObject({
      status: 'RUNNING',
      start_time: '2026-11-24T08:00:02.000+00:00',
      finish_time: null,
    })
    job.time.nowMs += 5_000
    expect(await job.get(path)).toMatchObject({
      date: 'Tue, 24 Nov 2026 08:00:07 GMT',
      result: { status: 'SUCCESS', finish_time: '2026-11-24T08:00:07.000+00:00', duration: 5_000 },
    })
  })

  test('does not know a build before it was created', async () => {
    await using job = await serve('comes-later')
    const path = `/v1/record/${job.jobId}/61/record-info`
    expect((await job.get(path)).status).toBe(422)
    job.time.nowMs += 5_000
    expect((await job.get(path)).status).toBe(200)
  })

  test('tells its last build', async () => {
    await using job = await serve('comes-later')
    const path = `/v1/job/${job.jobId}/running-status`
    expect((await job.get(path)).result).toMatchObject({ is_running: false, last_build_no: '60' })
    job.time.nowMs += 5_000
    expect((await job.get(path)).result).toMatchObject({ is_running: true, last_build_no: '61' })
    expect((await job.get('/v1/job/00000000000000000000000000000000/running-status')).status).toBe(422)
  })

  test('lists its builds within a window of its own zone, by pages', async () => {
    await using job = await serve('rerun')
    const all = await job.get(listOf(job.jobId, '2026-11-24 00:00:00', '2026-11-25 00:00:00'))
    expect(all.result).toMatchObject({ total_record: '4', total_page: '1', page_index: '0' })
    expect(all.result).toMatchObject({ job_build_states: [57, 58, 60, 61].map(number => ({ number })) })
    const second = listOf(job.jobId, '2026-11-24 00:00:00', '2026-11-25 00:00:00')
      .replace('page_index=0', 'page_index=1')
      .replace('page_size=100', 'page_size=3')
    expect((await job.get(second)).result).toMatchObject({
      total_page: '2',
      job_build_states: [{ number: 61 }],
    })

    await using east = await serve('comes-later')
    // Build 60 was created at 07:00 UTC, which is 15:00 there.
    const [before, after] = ['2026-11-24 14:59:59', '2026-11-24 15:00:01']
    expect((await east.get(listOf(east.jobId, '2026-11-24 00:00:00', before))).result).toMatchObject({
      total_record: '0',
    })
    expect((await east.get(listOf(east.jobId, before, after))).result).toMatchObject({ total_record: '1' })
  })

  test.each([
    ['a window over 31 days', '2026-10-24 07:59:59', '2026-11-24 08:00:00', 'CB.00031105'],
    ['a window that ends before it starts', '2026-11-24 08:00:00', '2026-11-23 08:00:00', 'CB.00060200'],
    ['a time that is no wall clock', '2026-11-23T08:00:00Z', '2026-11-24 08:00:00', 'CB.00060200'],
  ])('refuses %s', async (_, from, to, code) => {
    await using job = await serve('rerun')
    expect(await job.get(listOf(job.jobId, from, to))).toMatchObject({
      status: 400,
      body: { error_code: code },
    })
  })
})

test('no two jobs of the fake service share an id, and every build was created before it started', () => {
  const jobs = createJobs(START_MS)
  expect(new Set(jobs.map(({ jobId }) => jobId)).size).toBe(jobs.length)
  for (const { jobId, builds } of jobs) {
    expect(jobId).toMatch(/^[0-9a-z]{32}$/)
    for (const build of builds) {
      expect(build.createdMs).toBeLessThanOrEqual(build.startedMs)
      expect(build.endedMs).toBeGreaterThan(build.startedMs)
      expect(build.createdMs).toBeGreaterThan(START_MS - 2 * HOUR_MS)
    }
  }
  expect(() => jobOf('none', START_MS)).toThrow('There is no job "none"')
})

test('the builds of a job may begin at the first request for it', async () => {
  const time = { nowMs: START_MS }
  const jobs = createJobs(START_MS)
  await using service = await startFakeService({ jobs, nowMs: () => time.nowMs, doJobsWait: true })
  const statusOf = async (name: string): Promise<unknown> => {
    const path = `/v3/jobs/${jobOf(name, START_MS).jobId}/61/record-info`
    const response = await fetch(service.url + path, { headers: { 'X-Auth-Token': tokenOf('valid') } })
    return ((await response.json()) as { result?: { status?: unknown } }).result?.status
  }
  time.nowMs += HOUR_MS
  expect(await statusOf('runs-and-passes')).toBe('RUNNING')
  time.nowMs += 4_000
  expect([await statusOf('runs-and-passes'), await statusOf('queues-runs-ends')]).toEqual([
    'SUCCESS',
    'QUEUED',
  ])
})

describe('ExecuteJob', () => {
  const START = Date.parse('2026-11-24T08:00:00Z')

  /** Asks a fake service with one job to start a build. */
  async function execute(body: unknown, options: Partial<Job> & { readonly token?: string } = {}) {
    const { token = tokenOf('valid'), ...changes } = options
    const time = { nowMs: START }
    const job = { ...jobOf('queues-runs-ends', START), ...changes }
    const service = await startFakeService({ jobs: [job], nowMs: () => time.nowMs })
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(service.url + path, { headers: { 'X-Auth-Token': token }, ...init })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const text = JSON.stringify({ job_id: job.jobId, ...(body as object) })
    const started = await ask('/v1/job/execute', { method: 'POST', body: text })
    return { ...service, starts: service.starts, jobId: job.jobId, time, ask, started }
  }

  test('starts the next build, which queues, runs and ends', async () => {
    const scm = { build_commit_id: 'e980b883c1590363818225ec649d7cf161f0d49c' }
    await using service = await execute({ parameter: [{ name: 'codeBranch', value: 'x' }], scm })
    expect(service.started).toEqual({
      status: 200,
      body: {
        result: {
          octopus_job_name: 'j_Qm4xT7v62',
          actual_build_number: '62',
          daily_build_number: '20261124.62',
        },
        error: null,
        status: 'success',
      },
    })
    expect(service.starts).toEqual([
      { jobId: service.jobId, buildNo: 62, scm, parameters: { codeBranch: 'x' } },
    ])
    const path = `/v3/jobs/${service.jobId}/62/record-info`
    for (const [afterMs, status] of [
      [0, 'QUEUED'],
      [1_000, 'RUNNING'],
      [3_000, 'SUCCESS'],
    ] as const) {
      service.time.nowMs += afterMs
      expect((await service.ask(path)).body['result']).toMatchObject({ status, branch: 'x', build_no: 62 })
    }
    expect((await service.ask(path)).body['result']).toMatchObject({ commit: scm.build_commit_id })
    expect((await service.ask(`/v1/job/${service.jobId}/running-status`)).body['result']).toMatchObject({
      last_build_no: '62',
    })
  })

  test('may answer without an envelope', async () => {
    await using service = await execute({}, { isFlat: true })
    expect(service.started.body).toMatchObject({ actual_build_number: '62' })
  })

  test.each([
    ['a token that is not known', {}, 401, tokenOf('unknown')],
    ['another job', { job_id: '0'.repeat(32) }, 422],
    ['no job', { job_id: 7 }, 400],
    ['parameters that are no list', { parameter: {} }, 400],
    ['a forbidden name', { parameter: [{ name: 'PATH', value: '' }] }, 400],
    ['a name twice', { parameter: [1, 2].map(value => ({ name: 'A', value: String(value) })) }, 400],
    ['a value that is no text', { parameter: [{ name: 'A', value: 1 }] }, 400],
    ['a value that is too long', { parameter: [{ name: 'A', value: 'x'.repeat(8_193) }] }, 400],
  ])('starts nothing for %s', async (_, body, status, token = tokenOf('valid')) => {
    await using service = await execute(body, { token })
    expect([service.started.status, service.starts]).toEqual([status, []])
  })

  describe('and StopTheJob', () => {
    const stop = (build_no: unknown) => ({ method: 'POST', body: JSON.stringify({ build_no }) })

    test('end a build at once, and no other', async () => {
      await using service = await execute({})
      service.time.nowMs += 500
      const path = `/v1/job/${service.jobId}/stop`
      expect(await service.ask(path, stop(62))).toEqual({ status: 200, body: { status: 'success' } })
      const recordOf = async (buildNo: number) =>
        (await service.ask(`/v3/jobs/${service.jobId}/${buildNo}/record-info`)).body['result']
      service.time.nowMs += 10_000
      expect(await recordOf(62)).toMatchObject({
        status: 'ABORTED',
        finish_time: '2026-11-24T08:00:00.500+00:00',
      })
      expect(await recordOf(61)).toMatchObject({ status: 'SUCCESS' })
    })

    test.each([
      ['a build that is not there', 63, 422, 'DEVCB.00031006'],
      ['a number in words', '62', 400, 'CB.00060200'],
      ['a build that has ended', 60, 400, 'DEV.CB.032302'],
    ])('refuse %s', async (_, buildNo, status, code) => {
      await using service = await execute({})
      const answer = await service.ask(`/v1/job/${service.jobId}/stop`, stop(buildNo))
      expect(answer).toMatchObject({ status, body: { error_code: code } })
    })

    test('may refuse every build, or hang', async () => {
      await using refusing = await execute({}, { stop: 'refuses' })
      const refused = await refusing.ask(`/v1/job/${refusing.jobId}/stop`, stop(62))
      expect(refused).toMatchObject({ status: 403, body: { error_code: 'CB.00060302' } })
      await using hanging = await execute({}, { stop: 'hangs' })
      const signal = AbortSignal.timeout(300)
      await expect(hanging.ask(`/v1/job/${hanging.jobId}/stop`, { ...stop(62), signal })).rejects.toThrow()
    })
  })
})
