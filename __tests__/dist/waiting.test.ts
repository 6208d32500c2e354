import { describe, expect, test } from '@jest/globals'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import type { TimedBuild } from '../../tools/fake-service/timed-build.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { build, MINUTE_MS, SECOND_MS, STORY_JOB_ID } from '../support/in-process/gate-story.ts'

const NEVER = Number.POSITIVE_INFINITY

/** The build before, and one that begins in a moment. */
function builds(changes: Partial<TimedBuild> = {}): TimedBuild[] {
  const nowMs = Date.now()
  return [
    build(60, { startedMs: nowMs - 10 * MINUTE_MS, lastsMs: 3 * SECOND_MS }),
    build(61, { createdMs: nowMs, startedMs: nowMs + SECOND_MS, lastsMs: 2 * SECOND_MS, ...changes }),
  ]
}

const inputs = (endpoint: string, changes: Readonly<Record<string, string>> = {}) => ({
  job_id: STORY_JOB_ID,
  build_no: '61',
  token: tokenOf('valid'),
  endpoint,
  wait: 'true',
  poll_interval_seconds: '1',
  ...changes,
})

async function run(
  changes: Partial<TimedBuild>,
  inputChanges: Record<string, string>,
  options: RunOptions = {},
) {
  // The build begins at the first request, however long the process takes to start.
  const jobs = [{ jobId: STORY_JOB_ID, builds: builds(changes) }]
  await using fakeService = await startFakeService({ jobs, doJobsWait: true })
  return await runAction({ inputs: inputs(fakeService.url, inputChanges), killAfterMs: 15_000, ...options })
}

// Several at a time: these waits are real.
// Those in other ways of finding the build are in integration/waiting, without waiting.
describe('dist/ waits', () => {
  test.concurrent('for a build that queues, runs and ends', async () => {
    const ended = await run({}, {})
    expect(ended.exitCode).toBe(0)
    expect(ended.stderr).toBe('')
    expect(ended.outputs.get('success')).toBe('true')
    expect(ended.outputs.get('reason')).toBe('success')
    expect(ended.outputs.get('status')).toBe('SUCCESS')
    expect(ended.durationMs).toBeGreaterThan(2.5 * SECOND_MS)
    const lines = ended.stdout.split('\n')
    expect(lines).toContain('::group::Waiting for build 61')
    expect(lines).toContain('QUEUED')
    expect(lines.some(line => /^RUNNING; .* left, estimated from build 60$/.test(line))).toBe(true)
    expect(lines).toContain('::endgroup::')
    expect(annotations(ended.log)).toEqual([])
  })

  test.concurrent('no longer than it may', async () => {
    const ended = await run({ endedMs: NEVER }, { timeout_minutes: '0.05', fail_unless_success: 'false' })
    expect(ended.exitCode).toBe(0)
    expect(ended.outputs.get('reason')).toBe('wait_timeout')
    expect(ended.outputs.get('success')).toBe('false')
    expect(annotations(ended.log).map(annotation => annotation.level)).toEqual(['warning'])
    expect(ended.stdout).toContain('Raise timeout_minutes (now 3 s)')
  })
})

describe.each(['SIGINT', 'SIGTERM'] as const)('%s ends dist/ within a second', signal => {
  const expectCancelled = (ended: Awaited<ReturnType<typeof runAction>>): void => {
    expect(ended.exitCode).toBe(1)
    expect(ended.signal).toBeNull()
    expect(ended.afterCancelMs).toBeLessThan(1_000)
    expect(ended.outputs.get('reason')).toBe('cancelled')
    expect(ended.outputs.get('success')).toBe('false')
    expect(annotations(ended.log)).toEqual([
      expect.objectContaining({ level: 'error', title: 'CodeArts Build Gate: cancelled' }),
    ])
    expect(ended.summary).toContain('cancelled')
  }

  test('in a wait: outputs and summary as last seen', async () => {
    const whenLogHas = 'RUNNING; '
    const ended = await run(
      { startedMs: Date.now(), endedMs: NEVER },
      { fail_unless_success: 'false', poll_interval_seconds: '60' },
      { cancel: { whenLogHas, signal } },
    )
    expectCancelled(ended)
    expect(ended.outputs.get('status')).toBe('RUNNING')
    expect(ended.summary).toContain('RUNNING')
  })

  test('in a request that is never answered', async () => {
    const sockets: Socket[] = []
    const server = createServer(socket => {
      sockets.push(socket.on('error', () => undefined))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ended = await runAction({
      inputs: inputs(endpoint),
      debug: true,
      cancel: { whenLogHas: `Asking ${endpoint}`, signal },
      killAfterMs: 15_000,
    })
    for (const socket of sockets) socket.destroy()
    server.close()
    expectCancelled(ended)
  })

  test('in a CONNECT that is never answered', async () => {
    await using proxy = await startConnectProxy({ mode: 'silent' })
    const ended = await runAction({
      inputs: inputs('https://codearts.test'),
      env: { HTTPS_PROXY: proxy.url },
      debug: true,
      cancel: { whenLogHas: 'Asking https://codearts.test', signal },
      killAfterMs: 15_000,
    })
    expectCancelled(ended)
  })
})
