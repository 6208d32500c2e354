import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { ownNamespace } from '../support/own-namespace.ts'
import { BUILD_NO, JOB_ID } from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'

// Contract section 5: the process ends within a second of its verdict, whatever name lookups are still open. Node's own
// exit waits for `getaddrinfo` in the thread pool, 10 s and more.

const canUnshare = ownNamespace(':') !== undefined
const describeInNamespace = canUnshare ? describe : describe.skip

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lookups-'))
  writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:20 attempts:3\n')
  writeFileSync(join(folder, 'retrying.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:30\n')
  writeFileSync(join(folder, 'nsswitch.conf'), 'hosts: files dns\n')
  writeFileSync(join(folder, 'hosts'), '')
})
afterAll(() => rm(folder, { recursive: true }))

/** Runs dist/ where the only name server never answers. */
function runWithoutNames(
  inputs: Readonly<Record<string, string>>,
  options: Omit<RunOptions, 'inputs' | 'through'> = {},
  resolver = 'resolv.conf',
) {
  const files = { 'resolv.conf': resolver, 'nsswitch.conf': 'nsswitch.conf', hosts: 'hosts' }
  const bind = Object.entries(files).map(([name, file]) => `mount --bind ${folder}/${file} /etc/${name}`)
  return runAction({
    inputs: {
      job_id: JOB_ID,
      build_no: String(BUILD_NO),
      token: TEST_TOKEN,
      endpoint: 'https://codearts.test',
      ...inputs,
    },
    imports: [preloads.silentResolver],
    through: ownNamespace(bind.join('; ')) ?? [],
    killAfterMs: 15_000,
    ...options,
  })
}

// Several at a time, because they wait, each in a network of its own.
describeInNamespace('a name lookup that hangs', () => {
  const cancelled = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') =>
    runWithoutNames(
      { wait: 'true' },
      { debug: true, cancel: { whenLogHas: 'Asking https://', signal, afterMs: 1_000 } },
    )

  test.concurrent.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'does not hold up the end after %s',
    async signal => {
      const run = await cancelled(signal)
      expect([run.exitCode, run.signal]).toEqual([null, 'SIGKILL'])
      expect([run.outputs.get('reason'), run.outputs.get('success')]).toEqual(['cancelled', 'false'])
      expect(annotations(run.log)).toMatchObject([
        { level: 'error', title: 'CodeArts Build Gate: cancelled' },
      ])
      expect(run.afterCancelMs).toBeLessThan(1_500)
      expect(run.afterLastWordMs).toBeLessThan(1_000)
      expect(run.summary).toContain('the step was cancelled')
    },
  )

  test.concurrent('does not hold up the end at the limit of the wait', async () => {
    const run = await runWithoutNames({ wait: 'true', timeout_minutes: '0.02' })
    expect([run.exitCode, run.signal]).toEqual([null, 'SIGKILL'])
    expect([run.outputs.get('reason'), run.outputs.get('success')]).toEqual(['wait_timeout', 'false'])
    expect(annotations(run.log)).toMatchObject([
      { level: 'error', title: 'CodeArts Build Gate: wait_timeout' },
    ])
    expect(run.afterLastWordMs).toBeLessThan(1_000)
    expect(run.durationMs).toBeLessThan(4_000)
  })

  test.concurrent('does not hold up the end after the deadlines of all tries', async () => {
    const run = await runWithoutNames({}, { imports: [preloads.silentResolver, preloads.shortenTime] })
    expect([run.exitCode, run.signal]).toEqual([null, 'SIGKILL'])
    expect([run.outputs.get('reason'), run.outputs.get('success')]).toEqual(['unreachable', 'false'])
    expect(run.afterLastWordMs).toBeLessThan(1_000)
  })
})

// The name of loopback is looked up as well: /etc/hosts is empty.
describeInNamespace('a run that passes', () => {
  test.concurrent.each([
    [
      'though the lookup of its first try hung: the next try waited for the same one',
      'first',
      /Try 1 failed/,
    ],
    [
      'though every lookup but the first hangs, and every answer closes its connection',
      'later',
      /is RUNNING|RUNNING/,
    ],
  ])('has no lookup open, %s', async (_, slow, words) => {
    const run = await runWithoutNames(
      { endpoint: 'http://localhost:8080', api_version: 'v3', wait: 'true', poll_interval_seconds: '1' },
      {
        env: { TEST_SLOW_LOOKUP: slow, TEST_TIME_FACTOR: '30' },
        imports: [preloads.slowResolver, preloads.shortenTime],
      },
      'retrying.conf',
    )
    expect(run.log).toMatch(words)
    expect([run.exitCode, run.signal, run.outputs.get('reason')]).toEqual([0, null, 'success'])
    expect(run.afterLastWordMs).toBeLessThan(1_000)
    expect(run.durationMs).toBeLessThan(8_000)
  })
})
