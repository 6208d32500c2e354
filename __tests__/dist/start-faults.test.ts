// One fault of each group against the committed dist/start: how many builds the service started, and what the step said. All
// faults are in integration/start-build, and every answer to the request in integration/start-answers.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { runAction, type ActionRun, type RunOptions } from '../../tools/runner/run-action.ts'
import { createTestAuthority, TEST_HOST, type TestAuthority } from '../../tools/runner/certificates.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer, type FaultServer } from '../support/servers/fault-server.ts'
import { faultsByGroup, type Fault } from '../support/faults/faults.ts'
import { text } from '../support/faults/answers.ts'
import { JOB_ID } from '../support/builders/passing-build.ts'
import { preloads, timeFactor } from '../support/preloads/preloads.ts'
import { recorded, START_BODY } from '../support/builders/start-answers.ts'
import {
  expectHonestStart,
  expectNothingSent,
  MAY_HAVE_STARTED,
  NOTHING_STARTED,
} from '../support/start-outcome.ts'

let runs = 0
const counted = { passed: 0, unknown: 0, refused: 0 }

afterAll(() => {
  const { passed, unknown, refused } = counted
  process.stderr.write(
    `Sweep of faults over dist/start: ${runs} runs; ${passed} passed with one build each, ${unknown} are unknown with one build at most, ${refused} failed without a build\n`,
  )
})

function start(url: string, more: Omit<RunOptions, 'inputs' | 'action'> = {}): Promise<ActionRun> {
  return runAction({
    action: 'start',
    inputs: { job_id: JOB_ID, token: TEST_TOKEN, endpoint: url },
    imports: [preloads.shortenTime],
    killAfterMs: 15_000,
    ...more,
  })
}

/** Expects what holds after every run, and a process that ends in order. @returns the reason. */
function expectHonest(run: ActionRun, answers: readonly string[]): string | undefined {
  runs++
  expect(run).toMatchObject({ signal: null, stderr: '' })
  expect(run.afterLastWordMs).toBeLessThan(1_000)
  counted[expectHonestStart(run, answers)]++
  return run.outputs.get('reason')
}

/** Expects an end that started nothing, after so many tries. */
function expectUnsent(run: ActionRun, server: FaultServer | undefined, tries: number): void {
  runs++
  counted.refused++
  expect(run).toMatchObject({ signal: null, stderr: '' })
  expectNothingSent(run, server, tries)
}

/** The last of each group: groups list what differs in a detail from the mild to the odd. */
function chosen(group: readonly Fault[]): readonly Fault[] {
  return group.slice(-1)
}

// Several at a time, because most of a run is waiting.
describe('of every group of faults that the gate is swept with', () => {
  test.concurrent.each(
    [...faultsByGroup().values()]
      .flatMap(chosen)
      .map(fault => [`${fault.group}: ${fault.name}`, fault] as const),
  )('%s', async (_, fault) => {
    const { answers, script } = recorded(fault)
    await using server = await startFaultServer(script, { body: START_BODY })
    const run = await start(server.url, { env: timeFactor(fault) })
    // Without a connection no byte went out: nobody knows whether one that was reset at once had come about.
    const isUnsent = fault.level === 'connection' && run.outputs.get('reason') === 'unreachable'
    if (isUnsent) expectUnsent(run, server, 4)
    else expectHonest(run, fault.level === 'connection' ? [''] : answers)
    expect(server.requestsElsewhere).toEqual([])
  })
})

describe('over TLS and through a proxy', () => {
  let authority: TestAuthority
  beforeAll(async () => {
    authority = await createTestAuthority()
  })
  afterAll(async () => {
    await authority[Symbol.asyncDispose]()
  })

  test('a certificate that nobody trusts gets no request', async () => {
    await using stranger = await createTestAuthority()
    const { script, answers } = recorded({ write: text(body => body) })
    await using server = await startFaultServer(script, { tls: await stranger.issue(), body: START_BODY })
    expectUnsent(await start(server.url, { env: { NODE_EXTRA_CA_CERTS: authority.caFile } }), server, 1)
    expect(answers).toEqual([])
  })

  test('a proxy that is silent is tried again', async () => {
    await using proxy = await startConnectProxy({ mode: 'silent' })
    expectUnsent(await start(`https://${TEST_HOST}`, { env: { HTTPS_PROXY: proxy.url } }), undefined, 4)
    expect(proxy.connects).toHaveLength(4)
  })

  test('a build is started', async () => {
    const { script, answers } = recorded({ write: text(body => body) })
    await using server = await startFaultServer(script, { tls: await authority.issue(), body: START_BODY })
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port } })
    const env = { NODE_EXTRA_CA_CERTS: authority.caFile, HTTPS_PROXY: proxy.url }
    expect(expectHonest(await start(`https://${TEST_HOST}`, { env }), answers)).toBe('success')
    expect(server.requests).toHaveLength(1)
  })
})

describe('a cancel', () => {
  const cancelled = (url: string, signal: 'SIGINT' | 'SIGTERM', more: Partial<RunOptions> = {}) =>
    start(url, { imports: [], cancel: { whenLogHas: 'add-mask', signal, afterMs: 400 }, ...more })

  test.concurrent('before the first byte says that nothing was started', async () => {
    await using proxy = await startConnectProxy({ mode: 'silent' })
    const run = await cancelled(`https://${TEST_HOST}`, 'SIGTERM', { env: { HTTPS_PROXY: proxy.url } })
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(run.outputs.get('reason')).toBe('cancelled')
    expect(run.log).toContain(`The step was cancelled${NOTHING_STARTED}`)
    expect([run.outputs.get('started'), run.summary]).toEqual([
      'false',
      expect.stringContaining('no build was started'),
    ])
  })

  test.concurrent(
    'after the request went out waits 5 s, and says that a build may have started',
    async () => {
      await using server = await startFaultServer({ write: () => undefined })
      const run = await cancelled(server.url, 'SIGTERM')
      expect(run).toMatchObject({ exitCode: 1, signal: null })
      expect(Object.fromEntries(run.outputs)).toMatchObject({
        reason: 'cancelled',
        success: 'false',
        started: 'unknown',
      })
      expect(run.log).toContain(`The step was cancelled, and ${MAY_HAVE_STARTED}`)
      expect(run.summary).toContain('look for a new build in the history')
      expect(server.requests).toHaveLength(1)
      expect(run.afterCancelMs).toBeGreaterThan(4_900)
      expect(run.afterCancelMs).toBeLessThan(7_500)
    },
  )

  test.concurrent('while the answer is on its way loses nothing of it', async () => {
    const write: Fault['write'] = async (peer, body) => {
      await new Promise(resolve => setTimeout(resolve, 1_500))
      await text(answered => answered)(peer, body)
    }
    await using server = await startFaultServer({ write }, { body: START_BODY })
    const run = await cancelled(server.url, 'SIGINT')
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      build_no: '20',
      reason: 'cancelled',
      success: 'false',
    })
    expect(run.log).toContain(
      'The step was cancelled, and build 20 is running. Cancelling does not stop it. Give 20 to the gate, with wait: true, ',
    )
    expect(server.requests).toHaveLength(1)
  })
})
