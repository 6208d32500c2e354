import { afterAll, expect, test } from '@jest/globals'
import { annotations } from '../tools/runner/log-commands.ts'
import { runAction } from '../tools/runner/run-action.ts'
import { TEST_TOKEN } from './support/environment.ts'
import { startFaultServer } from './support/fault-server.ts'
import { faultsByGroup, type Fault } from './support/faults.ts'
import { BUILD_NO, JOB_ID } from './support/passing-build.ts'
import { preloads } from './support/preloads.ts'

const MIB = 1024 * 1024
/** The groups whose answers are JSON within the cap, and may take the memory of their parse. */
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

const all = [...faultsByGroup().values()].flatMap(chosen)

test.each(all.map(fault => [`${fault.group}: ${fault.name}`, fault] as const))(
  'dist/ fails on %s',
  async (_, fault) => {
    await using server = await startFaultServer(fault)
    const run = await runAction({
      inputs: {
        job_id: JOB_ID,
        build_no: String(BUILD_NO),
        token: TEST_TOKEN,
        endpoint: server.url,
        api_version: 'v3',
      },
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
    expect(errors[0]?.message).toMatch(/^(Asked for build|Build) 532 of job /)
    expect(run.outputs.get('success')).toBe('false')
    expect(run.outputs.get('reason')).toMatch(/^[a-z_]+$/)
    if (fault.reason !== undefined) expect(run.outputs.get('reason')).toBe(fault.reason)
    expect(server.requestsElsewhere).toEqual([])
    // Contract section 5: the process ends within a second of its verdict, whatever sockets are still open.
    expect(run.afterLastWordMs).toBeLessThan(1_000)
    expect(run.peakMemoryBytes).toBeLessThan((JSON_GROUPS.test(fault.group) ? 200 : 100) * MIB)
  },
)
