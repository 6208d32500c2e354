// The faults that nothing but the deadline of a request ends, against the committed dist/ and with the clock as it is:
// four tries of 30 s each, all faults side by side. Takes some two minutes and a half.
//   node tools/checks/deadlines.ts
import { TEST_TOKEN } from '../../__tests__/support/environment.ts'
import { startConnectProxy } from '../../__tests__/support/connect-proxy.ts'
import { startFaultServer } from '../../__tests__/support/fault-server.ts'
import { faults } from '../../__tests__/support/faults.ts'
import { BUILD_NO, JOB_ID } from '../../__tests__/support/passing-build.ts'
import { annotations } from '../runner/log-commands.ts'
import { runAction, type ActionRun } from '../runner/run-action.ts'

const TRIES = 4
const DEADLINE_MS = 30_000
/** The longest pauses between four tries (1, 2 and 4 s, half as much again by jitter), and a second to start and end. */
const PAUSES_MS = 1.5 * 7_000 + 1_000
const MAX_MEMORY_BYTES = 100 * 1024 * 1024

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

/** @returns what is wrong with a run that only its deadlines ended, a clause each. */
function complaints({
  exitCode,
  log,
  outputs,
  durationMs,
  afterLastWordMs,
  peakMemoryBytes,
}: ActionRun): string[] {
  const errors = annotations(log).filter(({ level }) => level === 'error')
  const checks: readonly (readonly [boolean, string])[] = [
    [exitCode === 1, `exit code ${String(exitCode)}`],
    [outputs.get('reason') === 'unreachable', `reason ${outputs.get('reason') ?? '(none)'}`],
    [errors.length === 1, `${errors.length} error annotations`],
    [errors[0]?.message.includes('within 30 s') === true, `the words "${errors[0]?.message ?? ''}"`],
    [durationMs >= TRIES * DEADLINE_MS, `over after ${Math.round(durationMs)} ms already`],
    [durationMs <= TRIES * DEADLINE_MS + PAUSES_MS, `over after ${Math.round(durationMs)} ms only`],
    [afterLastWordMs < 1_000, `silent for ${Math.round(afterLastWordMs)} ms before it ended`],
    [(peakMemoryBytes ?? Infinity) < MAX_MEMORY_BYTES, `${String(peakMemoryBytes)} bytes of memory`],
  ]
  return checks.filter(([isRight]) => !isRight).map(([, complaint]) => complaint)
}

async function behindSilentProxy(): Promise<ActionRun> {
  await using proxy = await startConnectProxy({ mode: 'silent' })
  return await run('https://codearts.test', { HTTPS_PROXY: proxy.url })
}

const NAMES = ['says nothing', 'half of the headers, then nothing', 'chunked: headers, then nothing']
const chosen = faults.filter(
  ({ slow, group, name }) => slow === true && (group === 'drip' || NAMES.includes(name)),
)
const cases = [
  ...chosen.map(fault => ({
    name: `${fault.group}: ${fault.name}`,
    start: async () => {
      await using server = await startFaultServer(fault)
      return await run(server.url)
    },
  })),
  { name: 'a proxy that takes CONNECT and says nothing', start: behindSilentProxy },
]

const results = await Promise.all(
  cases.map(async ({ name, start }) => {
    const ended = await start()
    const wrong = complaints(ended)
    const figures = `${(ended.durationMs / 1_000).toFixed(1)} s, ${((ended.peakMemoryBytes ?? 0) / 1024 / 1024).toFixed(1)} MiB`
    console.log(
      `${wrong.length === 0 ? 'ok' : 'NOT OK'}: ${name} (${figures})${wrong.map(text => `\n    ${text}`).join('')}`,
    )
    return wrong.length === 0
  }),
)
const failed = results.filter(isRight => !isRight).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
