// The faults that nothing but the deadline of a request ends, with the clock as it is: four tries of 30 s each, all
// faults side by side. Takes some two minutes and a half.
import { expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { faults } from '../support/faults/faults.ts'
import { BUILD_NO, JOB_ID } from '../support/builders/passing-build.ts'

const TRIES = 4
const DEADLINE_MS = 30_000
/** The longest pauses between four tries (1, 2 and 4 s, half as much again by jitter), and a second to start and end. */
const PAUSES_MS = 1.5 * 7_000 + 1_000
const MAX_MEMORY_BYTES = 100 * 1024 * 1024

const NAMES = ['says nothing', 'half of the headers, then nothing', 'chunked: headers, then nothing']
const chosen = faults.filter(
  ({ slow, group, name }) => slow === true && (group === 'drip' || NAMES.includes(name)),
)

test.concurrent.each(chosen.map(fault => [`${fault.group}: ${fault.name}`, fault] as const))(
  '%s',
  async (_, fault) => {
    await using server = await startFaultServer(fault)
    checkRun(await run(server.url))
  },
)

test.concurrent('a proxy that takes CONNECT and says nothing', async () => {
  await using proxy = await startConnectProxy({ mode: 'silent' })
  checkRun(await run('https://codearts.test', { HTTPS_PROXY: proxy.url }))
})

test('there are such faults', () => {
  expect(chosen.length).toBeGreaterThanOrEqual(NAMES.length + 1)
})

function run(endpoint: string, env: Record<string, string> = {}): Promise<ActionRun> {
  const inputs = {
    job_id: JOB_ID,
    build_no: String(BUILD_NO),
    token: TEST_TOKEN,
    api_version: 'v3',
    endpoint,
  }
  return runAction({ inputs, env, measureMemory: true, killAfterMs: 200_000 })
}

/** A run that only its deadlines ended. */
function checkRun(run: ActionRun): void {
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('reason')).toBe('unreachable')
  const errors = annotations(run.log).filter(({ level }) => level === 'error')
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('within 30 s') })])
  expect(run.durationMs).toBeGreaterThanOrEqual(TRIES * DEADLINE_MS)
  expect(run.durationMs).toBeLessThanOrEqual(TRIES * DEADLINE_MS + PAUSES_MS)
  expect(run.afterLastWordMs).toBeLessThan(1_000)
  expect(run.peakMemoryBytes).toBeLessThan(MAX_MEMORY_BYTES)
}
