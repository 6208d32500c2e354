// A start with `wait: true`, in this process: what becomes of the build that it has started, to the last output. Its rows in
// processes of dist/start are in dist/start-wait and dist/ways-out.
import { describe, expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import type { Answer, FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import type { Job } from '../../tools/fake-service/job.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { startFakeService, type FakeService } from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import {
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from '../support/in-process/run-in-process.ts'

const JOB = jobOf('queues-runs-ends', 0).jobId
const TO_GATE = `Give 62 to the gate, with wait: true, and start no other one (job_id: ${JOB}/62)`
/** What nobody may read while a build runs: it would start another one, or call a fault of the service ours. */
const MISLEADING = /run the step again|start again|report it|check build_no/i

interface Served {
  /** How many times as fast as ours its time is: by default a build takes 40 ms. */
  readonly speed?: number
  readonly job?: Partial<Job>
  /** Answers in place of the service. */
  readonly respond?: (request: FakeServiceRequest) => Answer | undefined
}

function serve({ job, respond, speed = 100 }: Served = {}): Promise<FakeService> {
  const startMs = Date.now()
  const served = { ...jobOf('queues-runs-ends', startMs), ...job }
  // The time of the service is as short as the pauses of the run.
  const nowMs = () => startMs + (Date.now() - startMs) * speed
  return startFakeService({ jobs: [served], nowMs, ...(respond === undefined ? {} : { respond }) })
}

function start(
  service: FakeService,
  inputs: Readonly<Record<string, string>> = {},
  more: Partial<InProcessOptions> = {},
): Promise<InProcessRun> {
  return runInProcess({
    ...more,
    action: 'start',
    inputs: {
      job_id: JOB,
      endpoint: service.url,
      token: tokenOf('valid'),
      wait: 'true',
      poll_interval_seconds: '1',
      ...inputs,
    },
  })
}

function errorsOf(run: InProcessRun): string[] {
  return annotations(run.log)
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`)
}

function entryOf(run: InProcessRun): Record<string, unknown> | undefined {
  return (JSON.parse(run.outputs.get('builds') ?? '[]') as Record<string, unknown>[])[0]
}

/** @returns a record of build 62, which has ended, with changes. */
function recordOf(changes: Readonly<Record<string, unknown>>): Answer {
  const record = {
    codeci_job_id: JOB,
    build_no: 62,
    status: 'SUCCESS',
    finish_time: '2026-11-24T08:00:00.000+00:00',
    ...changes,
  }
  return { status: 200, body: JSON.stringify({ success: true, result: record }) }
}

const isRecord = ({ path }: FakeServiceRequest): boolean => path.endsWith('/62/record-info')

describe('what the build made', () => {
  const isOutput = ({ path }: FakeServiceRequest): boolean => /\/62\/output(-info)?$/.test(path)
  const artifactsOf = (list: Answer) => ({
    respond: (request: FakeServiceRequest) =>
      isRecord(request) ? recordOf({}) : isOutput(request) ? list : undefined,
  })
  const listed = (result: unknown): Answer => ({
    status: 200,
    body: JSON.stringify({ status: 'success', error: null, result }),
  })

  test('is an output of the start', async () => {
    await using service = await serve(
      artifactsOf(listed({ package_infos: { a: { name: 'a.jar', version: '1', uri: 'u' } } })),
    )
    const run = await start(service, { artifacts: 'true' })
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('started')]).toEqual([
      0,
      'true',
      'true',
    ])
    expect(JSON.parse(run.outputs.get('artifacts') ?? '')).toEqual([
      { kind: 'package', name: 'a.jar', version: '1', type: '', uri: 'u' },
    ])
  })

  test.each<[string, Answer, string]>([
    ['is refused', { status: 403, body: '{"error_code":"APIGW.0302"}' }, 'forbidden'],
    ['is not there in any version', { status: 404, body: '{"error_code":"APIGW.0101"}' }, 'not_found'],
    ['has another shape', listed({ package_infos: { a: { name: true } } }), 'invalid_response'],
    ['is no list', listed({ other: 1 }), 'invalid_response'],
    ['is empty (which passes)', listed(null), 'none'],
  ])('fails the step where its list %s, in soft mode too', async (_, list, reason) => {
    await using service = await serve(artifactsOf(list))
    const run = await start(service, { artifacts: 'true', fail_unless_success: 'false' })
    const isNone = reason === 'none'
    expect([run.exitCode, run.outputs.get('success')]).toEqual(isNone ? [0, 'true'] : [1, 'false'])
    expect([run.outputs.get('reason'), run.outputs.get('artifacts')]).toEqual([
      isNone ? 'success' : reason,
      '[]',
    ])
    expect([run.outputs.get('started'), run.outputs.get('build_no')]).toEqual(['true', '62'])
    expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

describe('a build that was started is judged in the same step', () => {
  test('passes with all outputs of the gate, its log and its summary', async () => {
    await using service = await serve()
    const run = await start(service, { commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d' })
    expect(run.exitCode).toBe(0)
    expect(errorsOf(run)).toEqual([])
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      success: 'true',
      reason: 'success',
      build_no: '62',
      daily_build_number: expect.stringMatching(/^20[0-9]{6}\.62$/),
      execution_id: 'j_Qm4xT7v62',
      status: 'SUCCESS',
      commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d',
    })
    expect(entryOf(run)).toMatchObject({ job_id: JOB, build_no: '62', success: true, reason: 'success' })
    expect(run.outputNames.at(-1)).toBe('success')
    const lines = run.stdout.split('\n').filter(line => !line.startsWith('::'))
    expect(lines[0]).toMatch(/^Build 62 of build task .* has started; daily number: .*; commit: 7c1b9e04/)
    expect(lines.at(-2)).toMatch(
      /^The build passes\. \(build 62 of build task .*; status SUCCESS; commit: .*, as asked for/,
    )
    expect(run.summary).toContain('## ✅ ')
    expect(service.starts).toHaveLength(1)
    expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test('fails as the gate does, with stages and log', async () => {
    await using service = await serve({
      respond: request => (isRecord(request) ? recordOf({ status: 'FAILURE' }) : undefined),
    })
    const run = await start(service)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      success: 'false',
      reason: 'failed',
      build_no: '62',
    })
    expect(errorsOf(run)).toEqual([expect.stringContaining('CodeArts Build Gate: failed')])
    expect(run.summary).toContain('## ❌ ')
  })

  test('and a failure is a warning with fail_unless_success: false', async () => {
    await using service = await serve({
      respond: request => (isRecord(request) ? recordOf({ status: 'ABORTED' }) : undefined),
    })
    const run = await start(service, { fail_unless_success: 'false' })
    expect(run.exitCode).toBe(0)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      success: 'false',
      reason: 'aborted',
    })
  })

  test('a record of another build fails, and is no output', async () => {
    for (const other of [{ build_no: 61 }, { codeci_job_id: '0'.repeat(32) }]) {
      await using service = await serve({
        respond: request => (isRecord(request) ? recordOf({ ...other, commit: 'x' }) : undefined),
      })
      const run = await start(service, { fail_unless_success: 'false' })
      expect(run.exitCode).toBe(1)
      expect(Object.fromEntries(run.outputs)).toMatchObject({
        started: 'true',
        reason: 'invalid_response',
        build_no: '62',
        success: 'false',
      })
      expect(run.outputs.get('commit') ?? '').toBe('')
      expect(errorsOf(run).join()).toContain(TO_GATE)
      expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
    }
  })

  test('another commit than the one that was asked for fails', async () => {
    await using service = await serve({
      respond: request => (isRecord(request) ? recordOf({ commit: 'f'.repeat(40) }) : undefined),
    })
    const run = await start(service, { commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d' })
    expect(run.outputs.get('reason')).toBe('commit_mismatch')
    expect(errorsOf(run).join()).toContain('Check the code source of the build task')
    expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
  })

  test('build_no and execution_id are those of the start where the record has none', async () => {
    await using service = await serve({
      respond: request =>
        isRecord(request) ? recordOf({ build_no: null, execution_id: '', codeci_job_id: null }) : undefined,
    })
    const run = await start(service)
    expect(run.exitCode).toBe(0)
    expect(Object.fromEntries(run.outputs)).toMatchObject({ build_no: '62', execution_id: 'j_Qm4xT7v62' })
    expect(entryOf(run)).toMatchObject({ build_no: '62' })
  })
})

describe('a record that is not there yet', () => {
  const answers: readonly (readonly [string, Answer])[] = [
    ['no such build', { status: 422, body: '{"error_code":"CB.00031006","error_msg":"no"}' }],
    ['success without a record', { status: 200, body: '{"success":true,"result":null}' }],
    ['no such API', { status: 404, body: '{"error_code":"APIGW.0101","error_msg":"no"}' }],
    ['an unknown address', { status: 404, body: '{"error_code":"CB.00060214","error_msg":"no"}' }],
    ['a page', { status: 404, body: '<title>x</title>' }],
  ]
  test.each(answers)('is waited for: %s', async (_, answer) => {
    let count = 0
    await using service = await serve({
      respond: request => (request.path.endsWith('/62/record-info') && ++count <= 12 ? answer : undefined),
    })
    const run = await start(service)
    expect([run.exitCode, run.outputs.get('reason')]).toEqual([0, 'success'])
  })

  test.each(answers)(
    'ends at the limit alone, with the words for a build that runs: %s',
    async (_, answer) => {
      await using service = await serve({
        respond: request => (request.path.endsWith('/record-info') ? answer : undefined),
      })
      const run = await start(service, { timeout_minutes: '0.1', fail_unless_success: 'false' })
      expect(run.exitCode).toBe(1)
      expect(Object.fromEntries(run.outputs)).toMatchObject({
        started: 'true',
        success: 'false',
        reason: 'wait_timeout',
        build_no: '62',
        execution_id: 'j_Qm4xT7v62',
      })
      expect(entryOf(run)).toMatchObject({ build_no: '62', success: false, reason: 'wait_timeout' })
      expect(errorsOf(run)).toEqual([expect.stringContaining(TO_GATE)])
      expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
      expect(run.summary).toMatch(/give 62 to the gate/i)
      // The limit of 6 s, a hundredth of it.
      expect(run.durationMs).toBeGreaterThan(59)
    },
  )
})

describe('an error while the build runs says which one, and never to start again', () => {
  const answers: readonly (readonly [string, Answer, string])[] = [
    ['401', { status: 401, body: '{"error_code":"APIGW.0301","error_msg":"no"}' }, 'unauthorized'],
    ['403', { status: 403, body: '{"error_code":"APIGW.0302","error_msg":"no"}' }, 'forbidden'],
    ['400', { status: 400, body: '{"error_code":"CB.00060200","error_msg":"no"}' }, 'service_error'],
    ['not a record', { status: 200, body: '{"success":true,"result":[]}' }, 'invalid_response'],
  ]
  test.each(answers)('%s', async (_, answer, reason) => {
    await using service = await serve({ respond: request => (isRecord(request) ? answer : undefined) })
    const run = await start(service)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      success: 'false',
      reason,
      build_no: '62',
    })
    const [error = '', ...others] = errorsOf(run)
    expect(others).toEqual([])
    expect(error).toContain(', and build 62 is running. ')
    expect(error).toContain(TO_GATE)
    expect(error + run.summary).not.toMatch(MISLEADING)
    expect(run.summary).toMatch(/give 62 to the gate/i)
    expect(service.starts).toHaveLength(1)
  })
})

describe('where no build was started', () => {
  test.each([
    ['a refusal', { token: tokenOf('expired') }, undefined, 'false', 'unauthorized'],
    ['rejected inputs', { branch: 'refs/pull/1/merge' }, undefined, 'false', 'invalid_input'],
    ['an answer that says nothing', {}, { status: 502, body: '' }, 'unknown', 'unknown'],
  ] as const)('%s has no builds', async (_, inputs, answer, started, reason) => {
    await using service = await serve({
      respond: request => (request.method === 'POST' ? answer : undefined),
    })
    const run = await start(service, inputs)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started,
      reason,
      builds: '[]',
      success: 'false',
      build_no: '',
    })
  })

  test('the address of the task is an output, and where to look', async () => {
    await using service = await serve({
      respond: ({ method }) => (method === 'POST' ? { status: 502, body: '' } : undefined),
    })
    const page = `https://devcloud.cn-north-4.huaweicloud.com/cloudbuild/detail/history/${JOB}`
    const run = await start(service, { job_id: `${page}?from=mail` })
    expect(run.outputs.get('url')).toBe(page)
    expect(run.summary).toContain(`<a href="${page}">the build task</a>`)
    expect(errorsOf(run)).toEqual([expect.stringContaining(`; ${page})`)])
  })

  test('stop_on_cancel needs wait', async () => {
    await using service = await serve()
    const run = await start(service, { wait: 'false', stop_on_cancel: 'true' })
    expect(run.outputs.get('reason')).toBe('invalid_input')
    expect(errorsOf(run).join()).toContain('stop_on_cancel must be false without wait: true')
    expect(service.requests).toEqual([])
  })

  test('the inputs of a wait are checked without one', async () => {
    await using service = await serve()
    const run = await start(service, {
      wait: 'false',
      timeout_minutes: '0',
      log_lines: 'all',
      fail_unless_success: 'no',
      poll_interval_seconds: '0',
    })
    for (const name of ['timeout_minutes', 'poll_interval_seconds', 'fail_unless_success', 'log_lines'])
      expect(errorsOf(run).join()).toContain(name)
  })
})

describe('a cancel while the build runs', () => {
  const cancelled = (
    service: FakeService,
    inputs: Readonly<Record<string, string>> = {},
    signal: 'SIGINT' | 'SIGTERM' = 'SIGINT',
  ) => start(service, inputs, { cancel: { whenLogHas: 'has the status', signal } })
  const stopsOf = (service: FakeService) => service.requests.filter(({ path }) => path.endsWith('/stop'))

  test('leaves it running, and says so', async () => {
    await using service = await serve({ speed: 1 })
    const run = await cancelled(service)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      reason: 'cancelled',
      success: 'false',
      build_no: '62',
    })
    expect(errorsOf(run)).toEqual([
      expect.stringContaining(
        `The step was cancelled, and build 62 is running. Cancelling does not stop it. ${TO_GATE}`,
      ),
    ])
    expect(run.summary).toMatch(/cancelling does not stop it/i)
    expect(stopsOf(service)).toEqual([])
  })

  test('stops it with stop_on_cancel, once, after outputs and annotation', async () => {
    await using service = await serve({ speed: 1 })
    const run = await cancelled(service, { stop_on_cancel: 'true' })
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      reason: 'cancelled',
      build_no: '62',
    })
    expect(stopsOf(service)).toMatchObject([
      { path: `/v1/job/${JOB}/stop`, body: '{"build_no":62}', status: 200 },
    ])
    const asked = 'Build 62 was asked to stop, and the service has taken the request'
    expect(run.log.indexOf('::error')).toBeLessThan(run.log.indexOf(asked))
    expect(run.summary).toContain(asked)
    const record = await fetch(`${service.url}/v3/jobs/${JOB}/62/record-info`, {
      headers: { 'X-Auth-Token': tokenOf('valid') },
    })
    expect(await record.text()).toContain('"ABORTED"')
  })

  test.each([
    ['refuses', 'Build 62 could not be stopped: HTTP 403, CB.00060302'],
    ['hangs', 'Build 62 could not be stopped: no answer came within'],
  ] as const)('says so where the service %s to stop', async (stop, words) => {
    await using service = await serve({ job: { stop }, speed: 1 })
    const run = await cancelled(service, { stop_on_cancel: 'true' }, 'SIGTERM')
    expect(run.exitCode).toBe(1)
    expect(run.log).toContain(words)
    expect(run.summary).toContain('could not be stopped')
    expect(stopsOf(service)).toHaveLength(1)
  })
})
