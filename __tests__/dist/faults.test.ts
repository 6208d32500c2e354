import { afterAll, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/environment.ts'
import { startFaultServer } from '../support/fault-server.ts'
import { faultsByGroup, type Fault } from '../support/faults.ts'
import { HOSTILE_SECRETS } from '../support/hostile-secrets.ts'
import { BUILD_NO, JOB_ID } from '../support/passing-build.ts'
import { preloads, timeFactor } from '../support/preloads.ts'
import { gateInProcess } from '../support/sweep.ts'

const MIB = 1024 * 1024
/** The groups whose answers are JSON within the cap: their parse may take all the memory that the contract allows. */
const JSON_GROUPS = /json|bracket/i
const RUNS_OF_A_GROUP = 3

let runs = 0
let passed = 0
let most = 0

afterAll(() => {
  process.stderr.write(
    `Sweep of faults over dist/: ${runs} runs, ${passed} of them exited 0; most memory ${(most / MIB).toFixed(1)} MiB\n`,
  )
})

/** The first, the middle and the last of each group: groups list what differs in a detail from the mild to the odd. */
function chosen(group: readonly Fault[]): readonly Fault[] {
  if (group.length <= RUNS_OF_A_GROUP) return group
  return [group[0], group[Math.floor(group.length / 2)], group.at(-1)].filter(fault => fault !== undefined)
}

/** Secrets that are words of the answers, none of them used: all verdicts have to be those without them. */
function secretsOf(place: number): Readonly<Record<string, string>> {
  const at = (offset: number): string => HOSTILE_SECRETS[(place + offset) % HOSTILE_SECRETS.length] ?? ''
  return {
    HTTPS_PROXY: `http://svc:${encodeURIComponent(at(0))}@127.0.0.1:9`,
    HW_ACCESS_KEY: at(1),
    HW_SECRET_KEY: at(2),
    HW_SECURITY_TOKEN: at(3),
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: at(4),
  }
}

const all = [...faultsByGroup().values()].flatMap(chosen)

// Several at a time, because most of a run is waiting.
test.concurrent.each(all.map((fault, place) => [`${fault.group}: ${fault.name}`, fault, place] as const))(
  'dist/ fails on %s, whatever its secrets are',
  async (_, fault, place) => {
    await using server = await startFaultServer(fault)
    const withoutSecrets = await gateInProcess(server.url, fault)
    const run = await runAction({
      inputs: {
        job_id: JOB_ID,
        build_no: String(BUILD_NO),
        token: TEST_TOKEN,
        endpoint: server.url,
        api_version: 'v3',
      },
      env: { ...secretsOf(place), ...timeFactor(fault) },
      imports: [preloads.shortenTime],
      measureMemory: true,
      killAfterMs: 15_000,
    })

    runs++
    if (run.exitCode === 0) passed++
    most = Math.max(most, run.peakMemoryBytes ?? Number.POSITIVE_INFINITY)
    expect(run).toMatchObject({ exitCode: 1, signal: null, stderr: '' })
    const errors = annotations(run.log).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toMatch(/ \(build (532|\*\*\*) of build task /)
    expect(run.outputs.get('success')).toBe('false')
    expect(run.outputs.get('reason')).toBe(withoutSecrets.reason)
    if (fault.reason !== undefined) expect(run.outputs.get('reason')).toBe(fault.reason)
    expect(server.requestsElsewhere).toEqual([])
    // Contract section 5: the process ends within a second of its verdict, whatever sockets are still open.
    expect(run.afterLastWordMs).toBeLessThan(1_000)
    expect(run.peakMemoryBytes).toBeLessThan((JSON_GROUPS.test(fault.group) ? 160 : 100) * MIB)
  },
)
