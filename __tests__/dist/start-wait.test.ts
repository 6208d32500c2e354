// The committed dist/start with `wait: true`: what becomes of the build that it has started, to the last output.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import type { Answer, FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import type { Job } from '../../tools/fake-service/job.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { startFakeService, type FakeService } from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun, type RunOptions } from '../../tools/runner/run-action.ts'
import { preloads } from '../support/preloads/preloads.ts'

const JOB = jobOf('queues-runs-ends', 0).jobId
const TO_GATE = `Give 62 to the gate, with wait: true, and start no other one (job_id: ${JOB}/62)`
/** What nobody may read while a build runs: it would start another one, or call a fault of the service ours. */
const MISLEADING = /run the step again|start again|report it|check build_no/i

interface Served {
  readonly job?: Partial<Job>
  /** Answers in place of the service. */
  readonly respond?: (request: FakeServiceRequest) => Answer | undefined
}

function serve({ job, respond }: Served = {}): Promise<FakeService> {
  const served = { ...jobOf('queues-runs-ends', Date.now()), ...job }
  return startFakeService({ jobs: [served], ...(respond === undefined ? {} : { respond }) })
}

function start(service: FakeService, inputs: Readonly<Record<string, string>> = {}, more: Partial<RunOptions> = {}): Promise<ActionRun> {
  return runAction({
    killAfterMs: 30_000,
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

function errorsOf(run: ActionRun): string[] {
  return annotations(run.log)
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`)
}

function entryOf(run: ActionRun): Record<string, unknown> | undefined {
  return (JSON.parse(run.outputs.get('builds') ?? '[]') as Record<string, unknown>[])[0]
}

/** @returns a record of build 62, which has ended, with changes. */
function recordOf(changes: Readonly<Record<string, unknown>>): Answer {
  const record = { codeci_job_id: JOB, build_no: 62, status: 'SUCCESS', finish_time: '2026-11-24T08:00:00.000+00:00', ...changes }
  return { status: 200, body: JSON.stringify({ success: true, result: record }) }
}

/** Passes requests on to a service, and its answers to a start back after a pause. */
async function startRelay(target: string, pauseMs: number): Promise<AsyncDisposable & { readonly url: string }> {
  const relay = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(message)
    const { method = '', url = '', headers } = message
    const token = String(headers['x-auth-token'])
    const answer = await fetch(target + url, { method, body: body === '' ? null : body, headers: { 'X-Auth-Token': token } })
    if (url.endsWith('/execute')) await new Promise(resolve => setTimeout(resolve, pauseMs))
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text())
  }
  const server = createServer((message, response) => {
    relay(message, response).catch(() => response.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

const isRecord = ({ path }: FakeServiceRequest): boolean => path.endsWith('/62/record-info')

describe('what the build made', () => {
  const isOutput = ({ path }: FakeServiceRequest): boolean => /\/62\/output(-info)?$/.test(path)
  const artifactsOf = (list: Answer) => ({
    respond: (request: FakeServiceRequest) => (isRecord(request) ? recordOf({}) : isOutput(request) ? list : undefined),
  })
  const listed = (result: unknown): Answer => ({
    status: 200,
    body: JSON.stringify({ status: 'success', error: null, result }),
  })

  test('is an output of the start', async () => {
    await using service = await serve(artifactsOf(listed({ package_infos: { a: { name: 'a.jar', version: '1', uri: 'u' } } })))
    const run = await start(service, { artifacts: 'true' })
    expect([run.exitCode, run.outputs.get('success'), run.outputs.get('started')]).toEqual([0, 'true', 'true'])
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
    expect([run.outputs.get('reason'), run.outputs.get('artifacts')]).toEqual([isNone ? 'success' : reason, '[]'])
    expect([run.outputs.get('started'), run.outputs.get('build_no')]).toEqual(['true', '62'])
    expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

describe('a build that was started is judged in the same step', () => {
  test('passes with all outputs of the gate, its log and its summary', async () => {
    await using service = await serve()
    const run = await start(service, { commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d' })
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '' })
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
    expect(lines.at(-2)).toMatch(/^The build passes\. \(build 62 of build task .*; status SUCCESS; commit: .*, as asked for/)
    expect(run.summary).toContain('## ✅ ')
    expect(service.starts).toHaveLength(1)
    expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  test('fails as the gate does, with stages and log', async () => {
    await using service = await serve({ respond: request => (isRecord(request) ? recordOf({ status: 'FAILURE' }) : undefined) })
    const run = await start(service)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', success: 'false', reason: 'failed', build_no: '62' })
    expect(errorsOf(run)).toEqual([expect.stringContaining('CodeArts Build Gate: failed')])
    expect(run.summary).toContain('## ❌ ')
  })

  test('and a failure is a warning with fail_unless_success: false', async () => {
    await using service = await serve({ respond: request => (isRecord(request) ? recordOf({ status: 'ABORTED' }) : undefined) })
    const run = await start(service, { fail_unless_success: 'false' })
    expect(run.exitCode).toBe(0)
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', success: 'false', reason: 'aborted' })
  })

  test('a record of another build fails, and is no output', async () => {
    for (const other of [{ build_no: 61 }, { codeci_job_id: '0'.repeat(32) }]) {
      await using service = await serve({ respond: request => (isRecord(request) ? recordOf({ ...other, commit: 'x' }) : undefined) })
      const run = await start(service, { fail_unless_success: 'false' })
      expect(run.exitCode).toBe(1)
      expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', reason: 'invalid_response', build_no: '62', success: 'false' })
      expect(run.outputs.get('commit') ?? '').toBe('')
      expect(errorsOf(run).join()).toContain(TO_GATE)
      expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
    }
  })

  test('another commit than the one that was asked for fails', async () => {
    await using service = await serve({ respond: request => (isRecord(request) ? recordOf({ commit: 'f'.repeat(40) }) : undefined) })
    const run = await start(service, { commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d' })
    expect(run.outputs.get('reason')).toBe('commit_mismatch')
    expect(errorsOf(run).join()).toContain('Check the code source of the build task')
    expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
  })

  test('build_no and execution_id are those of the start where the record has none', async () => {
    await using service = await serve({
      respond: request => (isRecord(request) ? recordOf({ build_no: null, execution_id: '', codeci_job_id: null }) : undefined),
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
  test.concurrent.each(answers)('is waited for: %s', async (_, answer) => {
    let count = 0
    await using service = await serve({
      respond: request => (request.path.endsWith("/62/record-info") && ++count <= 12 ? answer : undefined),
    })
    const run = await start(service, {}, { imports: [preloads.shortenTime], env: { TEST_TIME_FACTOR: '10' } })
    expect([run.exitCode, run.outputs.get('reason')]).toEqual([0, 'success'])
  })

  test.concurrent.each(answers)('ends at the limit alone, with the words for a build that runs: %s', async (_, answer) => {
    await using service = await serve({ respond: request => (request.path.endsWith('/record-info') ? answer : undefined) })
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
    expect(run.durationMs).toBeGreaterThan(5_900)
  })
})

describe('an error while the build runs says which one, and never to start again', () => {
  const answers: readonly (readonly [string, Answer, string])[] = [
    ['401', { status: 401, body: '{"error_code":"APIGW.0301","error_msg":"no"}' }, 'unauthorized'],
    ['403', { status: 403, body: '{"error_code":"APIGW.0302","error_msg":"no"}' }, 'forbidden'],
    ['400', { status: 400, body: '{"error_code":"CB.00060200","error_msg":"no"}' }, 'service_error'],
    ['not a record', { status: 200, body: '{"success":true,"result":[]}' }, 'invalid_response'],
  ]
  test.concurrent.each(answers)('%s', async (_, answer, reason) => {
    await using service = await serve({ respond: request => (isRecord(request) ? answer : undefined) })
    const run = await start(service)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', success: 'false', reason, build_no: '62' })
    const [error = '', ...others] = errorsOf(run)
    expect(others).toEqual([])
    expect(error).toContain(', and build 62 is running. ')
    expect(error).toContain(TO_GATE)
    expect(error + run.summary).not.toMatch(MISLEADING)
    expect(run.summary).toMatch(/give 62 to the gate/i)
    expect(service.starts).toHaveLength(1)
  })

  test('a crash', async () => {
    await using service = await serve()
    const run = await start(service, {}, { imports: [preloads.throwsLate] })
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', success: 'false', reason: 'internal_error', build_no: '62' })
    expect(errorsOf(run)).toEqual([expect.stringContaining(`, and build 62 is running. ${TO_GATE}`)])
    expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
    expect(run.summary).toMatch(/give 62 to the gate/i)
  })

  test('a disk that is full, and a SIGKILL, after any write', async () => {
    const kinds = new Set<string>()
    for (let count = 5; count < 80; count += 3) {
      await using service = await serve({ respond: request => (isRecord(request) ? recordOf({}) : undefined) })
      const full = await start(service, {}, { imports: [preloads.fullDisk], env: { TEST_FAILS_FROM: String(count) } })
      if (full.exitCode === 0) break
      expect(errorsOf(full)).toEqual([expect.stringMatching(/The outputs could not be written, and build 62 (is running|has ended)\. Give 62/)])
      expect(errorsOf(full).join() + full.summary).not.toMatch(MISLEADING)
      const killed = await start(service, {}, { imports: [preloads.killedAfterWrite], env: { TEST_KILLED_AFTER: String(count) } })
      const [started, buildNo] = [killed.outputs.get('started'), killed.outputs.get('build_no')]
      kinds.add(String(started))
      expect(started === 'unknown' || /^6[23]$/.test(buildNo ?? '')).toBe(true)
      expect(killed.outputs.get('success')).not.toBe('true')
    }
    expect(kinds).toEqual(new Set(['unknown', 'true']))
  }, 60_000)
})

describe('where no build was started', () => {
  test.each([
    ['a refusal', { token: tokenOf('expired') }, undefined, 'false', 'unauthorized'],
    ['rejected inputs', { branch: 'refs/pull/1/merge' }, undefined, 'false', 'invalid_input'],
    ['an answer that says nothing', {}, { status: 502, body: '' }, 'unknown', 'unknown'],
  ] as const)('%s has no builds', async (_, inputs, answer, started, reason) => {
    await using service = await serve({ respond: request => (request.method === 'POST' ? answer : undefined) })
    const run = await start(service, inputs)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started, reason, builds: '[]', success: 'false', build_no: '' })
  })

  test('the address of the task is an output, and where to look', async () => {
    await using service = await serve({ respond: ({ method }) => (method === 'POST' ? { status: 502, body: '' } : undefined) })
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
    const run = await start(service, { wait: 'false', timeout_minutes: '0', log_lines: 'all', fail_unless_success: 'no', poll_interval_seconds: '0' })
    for (const name of ['timeout_minutes', 'poll_interval_seconds', 'fail_unless_success', 'log_lines'])
      expect(errorsOf(run).join()).toContain(name)
  })
})

describe('a cancel while the build runs', () => {
  const cancelled = (service: FakeService, inputs: Readonly<Record<string, string>> = {}, signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') =>
    start(service, inputs, { cancel: { whenLogHas: 'has the status', signal } })
  const stopsOf = (service: FakeService) => service.requests.filter(({ path }) => path.endsWith('/stop'))

  test('leaves it running, and says so', async () => {
    await using service = await serve()
    const run = await cancelled(service)
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', reason: 'cancelled', success: 'false', build_no: '62' })
    expect(errorsOf(run)).toEqual([expect.stringContaining(`The step was cancelled, and build 62 is running. Cancelling does not stop it. ${TO_GATE}`)])
    expect(run.summary).toMatch(/cancelling does not stop it/i)
    expect(stopsOf(service)).toEqual([])
  })

  test('stops it with stop_on_cancel, once, after outputs and annotation', async () => {
    await using service = await serve()
    const run = await cancelled(service, { stop_on_cancel: 'true' })
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', reason: 'cancelled', build_no: '62' })
    expect(stopsOf(service)).toMatchObject([{ path: `/v1/job/${JOB}/stop`, body: '{"build_no":62}', status: 200 }])
    const asked = 'Build 62 was asked to stop, and the service has taken the request'
    expect(run.log.indexOf('::error')).toBeLessThan(run.log.indexOf(asked))
    expect(run.summary).toContain(asked)
    expect(run.afterCancelMs).toBeLessThan(3_000)
    const record = await fetch(`${service.url}/v3/jobs/${JOB}/62/record-info`, { headers: { 'X-Auth-Token': tokenOf('valid') } })
    expect(await record.text()).toContain('"ABORTED"')
  })

  test.concurrent.each([
    ['refuses', 'Build 62 could not be stopped: HTTP 403, CB.00060302'],
    ['hangs', 'Build 62 could not be stopped: no answer came within'],
  ] as const)('is over within 8 s where the service %s to stop', async (stop, words) => {
    await using service = await serve({ job: { stop } })
    const run = await cancelled(service, { stop_on_cancel: 'true' }, 'SIGTERM')
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(run.log).toContain(words)
    expect(run.summary).toContain('could not be stopped')
    expect(stopsOf(service)).toHaveLength(1)
    expect(run.afterCancelMs).toBeLessThan(8_000)
  })

  test('while the answer to the start is on its way stops that build, too', async () => {
    await using service = await serve()
    await using relay = await startRelay(service.url, 2_000)
    const run = await runAction({
      action: 'start',
      inputs: { job_id: JOB, endpoint: relay.url, token: tokenOf('valid'), wait: 'true', stop_on_cancel: 'true' },
      cancel: { whenLogHas: 'add-mask', signal: 'SIGINT', afterMs: 700 },
      killAfterMs: 20_000,
    })
    expect(Object.fromEntries(run.outputs)).toMatchObject({ started: 'true', reason: 'cancelled', build_no: '62' })
    expect(stopsOf(service)).toHaveLength(1)
    expect(service.requests.map(({ method }) => method)).toEqual(['POST', 'POST'])
    expect(run.afterCancelMs).toBeLessThan(8_000)
  })

  test('never stops a build that has ended, or that this step did not start', async () => {
    await using service = await serve()
    const late = await start(
      service,
      { stop_on_cancel: 'true' },
      { imports: [preloads.cancelledLate], env: { TEST_AFTER_WORDS: ' passes[.]' } },
    )
    expect([late.exitCode, late.outputs.get('reason')]).toEqual([1, 'cancelled'])
    await using refusing = await serve({ respond: ({ method }) => (method === 'POST' ? { status: 502, body: '' } : undefined) })
    const unknown = await start(refusing, { stop_on_cancel: 'true' })
    expect(unknown.outputs.get('started')).toBe('unknown')
    expect([...stopsOf(service), ...stopsOf(refusing)]).toEqual([])
  })
})
