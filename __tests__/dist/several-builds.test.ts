import { describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { gatewayError } from '../../tools/fake-service/errors.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { keylessJob } from '../../tools/fake-service/oidc.ts'
import { startFakeService, type FakeServiceOptions } from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { BUILD_NO, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { preloads, timeFactor } from '../support/preloads/preloads.ts'
import {
  expectOneFault,
  faultsOfRequests,
  gate,
  jobId,
  linesOf,
  placeOf,
  serveOneFault,
} from '../support/several-builds.ts'

const MIB = 1024 * 1024
const SECOND_MS = 1_000
const FAILING = scenarioOf('failure')

/** Jobs of which each has one build that takes so many milliseconds from now. */
function jobsTaking(durationsMs: readonly number[], status = 'SUCCESS'): FakeServiceOptions {
  const nowMs = Date.now()
  return {
    jobs: durationsMs.map((durationMs, at) => ({
      jobId: jobId(at),
      builds: [
        {
          buildNo: BUILD_NO,
          createdMs: nowMs,
          startedMs: nowMs,
          endedMs: nowMs + durationMs,
          status,
          commit: PASSING_RECORD.commit,
          branch: 'main',
        },
      ],
    })),
  }
}

interface Entry {
  readonly name: string
  readonly success: boolean
  readonly reason: string
  readonly status: string
}

function buildsOf({ outputs }: ActionRun): Entry[] {
  return JSON.parse(outputs.get('builds') ?? '') as Entry[]
}

describe('three builds', () => {
  const withFailing = `${linesOf(2)}\nimage: ${FAILING.jobId}/${FAILING.buildNo}`

  test('that all passed pass the gate, and every output of the first is set', async () => {
    const { run, requests } = await gate(`\n${linesOf(3)}\r\n \n`, jobsTaking([0, 0, 0]))
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('reason')]).toEqual([
      0,
      'true',
      'success',
    ])
    expect(requests).toHaveLength(3)
    expect(run.outputs.get('codeci_job_id')).toBe(jobId(0))
    expect(buildsOf(run)).toEqual(
      ['b0', 'b1', 'b2'].map((name, at) => ({
        name,
        job_id: jobId(at),
        build_no: String(BUILD_NO),
        success: true,
        reason: 'success',
        status: 'SUCCESS',
        commit: PASSING_RECORD.commit,
        branch: 'main',
        tag: '',
        duration: '0',
        duration_seconds: '0',
        daily_build_num: run.outputs.get('daily_build_num'),
        url: '',
      })),
    )
    expect(run.outputNames.slice(-4)).toEqual(['success', 'artifacts', 'builds', 'success'])
    expect(annotations(run.log)).toEqual([])
    expect(run.log).toContain('All 3 builds pass: b0, b1, b2.\n')
  })

  test('of which one failed do not: one annotation, its outputs, its stages and its log', async () => {
    const { run } = await gate(withFailing, jobsTaking([0, 600 * SECOND_MS]), { inputs: { wait: 'true' } })
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('reason')]).toEqual([
      1,
      'false',
      'failed',
    ])
    expect(run.outputs.get('codeci_job_id')).toBe(FAILING.jobId)
    expect(buildsOf(run).map(({ name, success, reason }) => [name, success, reason])).toEqual([
      ['b0', true, 'success'],
      ['b1', false, 'running'],
      ['image', false, 'failed'],
    ])
    const [annotation, ...more] = annotations(run.log)
    expect(more).toEqual([])
    expect(annotation).toMatchObject({ level: 'error', title: 'CodeArts Build Gate: failed' })
    expect(annotation?.message).toMatch(
      /^1 of 3 builds did not pass: image \(failed\)\. No longer waited for: b1 \(running\)\. .* \(image: build 2 /,
    )
    expect(run.log).toMatch(/^image: Stages: .*FAILURE/m)
    expect(run.log).toMatch(/^image: The last 37 lines of the build’s log/m)
    expect(run.log).not.toContain('::group::')
    for (const name of ['b0', 'b1', 'image']) expect(run.summary).toContain(`<code>${name}</code>`)
  })

  test('fail_unless_success: false passes a failed one with a warning, and no error', async () => {
    const inputs = { fail_unless_success: 'false' }
    const { run } = await gate(withFailing, jobsTaking([0, 0]), { inputs })
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('reason')]).toEqual([
      0,
      'false',
      'failed',
    ])
    expect(annotations(run.log).map(({ level }) => level)).toEqual(['warning'])
    const missing = await gate(`${withFailing}\nnone: ${'c'.repeat(32)}/1`, jobsTaking([0, 0]), { inputs })
    expect(missing.run.exitCode).toBe(1)
    expect(missing.run.outputs.get('success')).toBe('false')
    expect(buildsOf(missing.run).at(-1)).toMatchObject({ name: 'none', success: false, reason: 'not_found' })
  })

  test('end within a second of a cancel, with outputs as they were last seen', async () => {
    const { run } = await gate(linesOf(3), jobsTaking([0, 600 * SECOND_MS, 600 * SECOND_MS]), {
      inputs: { wait: 'true' },
      cancel: { whenLogHas: 'b2: waiting for build', signal: 'SIGINT', afterMs: 300 },
    })
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('reason')]).toEqual([
      1,
      'false',
      'cancelled',
    ])
    expect(run.afterCancelMs).toBeLessThan(1_000)
    expect(buildsOf(run).map(({ reason, status }) => [reason, status])).toEqual([
      ['success', 'SUCCESS'],
      ['cancelled', 'RUNNING'],
      ['cancelled', 'RUNNING'],
    ])
    expect(run.outputs.get('status')).toBe('RUNNING')
  })

  test.each([
    ['a crash', preloads.throwsLater],
    ['a promise that never settles', preloads.neverSettles],
  ])('leave builds behind after %s', async (_, preload) => {
    const { run } = await gate(linesOf(3), jobsTaking([0, 0, 0]), { imports: [preload] })
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('reason')]).toEqual([
      1,
      'false',
      'internal_error',
    ])
    expect(buildsOf(run).map(({ name, success, reason }) => [name, success, reason])).toEqual(
      ['b0', 'b1', 'b2'].map(name => [name, false, 'internal_error']),
    )
  })
})

describe('twenty builds', () => {
  test('share one exchange of credentials and at most eight connections', async () => {
    const durations = Array.from({ length: 20 }, () => 0)
    const options = jobsTaking(durations)
    await using service = await startFakeService(options)
    const { inputs, env } = keylessJob(service.url)
    const run = await runAction({ inputs: { job_id: linesOf(20), endpoint: service.url, ...inputs }, env })
    expect(run.exitCode).toBe(0)
    const others = service.requests.filter(({ path }) => !path.includes('record-info'))
    expect(others.map(({ path }) => path.split('?')[0])).toEqual([
      '/github/id-token',
      '/v5/agencies/assume-with-oidc',
    ])
    expect(service.requests).toHaveLength(22)
    const { connections } = await gate(linesOf(20), options)
    expect(connections).toBeGreaterThan(2)
    expect(connections).toBeLessThanOrEqual(8)
  })
})

describe('twenty builds that the service does not give', () => {
  const passing = jobsTaking(Array.from({ length: 20 }, () => 0))

  test('because their one key is wrong are refused four times at most: six refusals lock a key', async () => {
    const { run, requests } = await gate(linesOf(20), passing, {
      inputs: { token: '', access_key: ACCESS_KEYS.valid.accessKey, secret_key: 'x'.repeat(40) },
    })
    expect([run.exitCode, run.outputs.get('reason')]).toEqual([1, 'unauthorized'])
    expect(requests.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 401))
    expect(new Set(buildsOf(run).map(({ reason }) => reason))).toEqual(new Set(['unauthorized']))
    expect(annotations(run.log)).toHaveLength(1)
  })

  test('through v3 ask v3 no more often than it takes to learn that, and pass at once', async () => {
    const { run, requests } = await gate(linesOf(20), {
      ...passing,
      respond: request =>
        request.path.startsWith('/v3/') ? gatewayError(404, 'APIGW.0101', 'gone')(request) : undefined,
    })
    expect([run.exitCode, run.outputs.get('success')]).toEqual([0, 'true'])
    expect(requests.filter(({ path }) => path.startsWith('/v3/'))).toHaveLength(4)
    expect(requests).toHaveLength(24)
    expect(run.durationMs).toBeLessThan(3_000)
  })

  test('of which one is throttled for a minute do not wait for it once another has failed', async () => {
    const failed = jobsTaking([0, 0], 'FAILURE')
    const { run } = await gate(linesOf(2), {
      ...failed,
      respond: request =>
        placeOf(request.path) === 0
          ? { ...gatewayError(429, 'APIGW.0308', 'too many')(request), headers: { 'Retry-After': '60' } }
          : undefined,
    })
    expect([run.exitCode, run.outputs.get('reason')]).toEqual([1, 'failed'])
    expect(run.durationMs).toBeLessThan(3_000)
  })
})

describe('bad lines', () => {
  test('are all reported, before any request', async () => {
    const lines = [`a: ${jobId(0)}/0`, `A: ${jobId(1)}/1`, `a: ${jobId(2)}/1`, jobId(1), 'nonsense'].join(
      '\n',
    )
    const { run, requests } = await gate(lines, {}, { inputs: { build_no: '33' } })
    expect([run.exitCode, run.outputs.get('reason'), run.outputs.get('builds')]).toEqual([
      1,
      'invalid_input',
      '[]',
    ])
    expect(requests).toEqual([])
    const [annotation] = annotations(run.log)
    for (const words of [
      `job_id must have a whole number from 1 to 2147483647, or latest, after the ID and /, not "a: ${jobId(0)}/0"`,
      'job_id must be the 32 letters and digits of the build task’s ID or the https:// address of its page, not "nonsense"',
      `job_id must list each build task once; more than once it has "${jobId(1)}"`,
      'job_id must give each build a name of its own, in upper or lower case; more than once it has "a"',
      'build_no must be latest with several builds, not 33: write numbers into job_id, as ID/NUMBER',
    ])
      expect(annotation?.message.split('\n')).toContain(words)
  })
})

/** A few: integration/several-builds has a fault of each group. */
test.each(
  faultsOfRequests((group, at) =>
    at % 8 === 0 || /bracket|heavy|large/i.test(group[0]?.group ?? '') ? group.slice(-1) : [],
  ),
)('dist/ fails when one of three builds meets %s', async (_, fault, place) => {
  await using server = await serveOneFault(fault, place)
  const run = await runAction({
    inputs: { job_id: linesOf(3), token: TEST_TOKEN, endpoint: server.url, api_version: 'v3' },
    env: timeFactor(fault),
    imports: [preloads.shortenTime],
    measureMemory: true,
    killAfterMs: 15_000,
  })
  expect(run).toMatchObject({ signal: null, stderr: '' })
  expectOneFault(run, fault, place)
  expect(server.requestsElsewhere).toEqual([])
  expect(run.afterLastWordMs).toBeLessThan(1_000)
  expect(run.peakMemoryBytes).toBeLessThan(160 * MIB)
})
