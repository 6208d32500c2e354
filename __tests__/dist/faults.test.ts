// One fault of each group through the committed dist/: its exit code, its memory, its end in time. All faults are in
// integration/faults, in process.
import { afterAll, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { faultsByGroup, type Fault } from '../support/faults/faults.ts'
import { HOSTILE_SECRETS } from '../support/builders/hostile-secrets.ts'
import { jsonAnswer, text } from '../support/faults/answers.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { preloads, timeFactor } from '../support/preloads/preloads.ts'
import { gateAt, LIST_BODY, LIST_FAULTS } from '../support/in-process/sweep.ts'

const MIB = 1024 * 1024
/** The groups whose answers are JSON within the cap: their parse may take all the memory that the contract allows. */
const JSON_GROUPS = /json|bracket/i

let runs = 0
let passed = 0
let most = 0

afterAll(() => {
  process.stderr.write(
    `Sweep of faults over dist/: ${runs} runs, ${passed} of them exited 0; most memory ${(most / MIB).toFixed(1)} MiB\n`,
  )
})

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

/** The last of each group: groups list what differs in a detail from the mild to the odd. */
const all = [...faultsByGroup().values()].flatMap(group => group.slice(-1))

// Several at a time, because most of a run is waiting.
test.concurrent.each(all.map((fault, place) => [`${fault.group}: ${fault.name}`, fault, place] as const))(
  'dist/ fails on %s, whatever its secrets are',
  async (_, fault, place) => {
    await using server = await startFaultServer(fault)
    const withoutSecrets = await gateAt(server.url, fault)
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

/**
 * One of each group that comes with an answer: here the record is answered well, and another request of the run is not. By turns
 * it is the one for what was built, and the one for test results.
 */
const ofLists = [...faultsByGroup(LIST_FAULTS.filter(({ level }) => level === undefined)).values()].flatMap(
  group => group.slice(-1),
)

/** @returns the same fault for the paths that match; a record with that status, and nothing else, for all others. */
function onlyFor(paths: RegExp, status: string, fault: Fault): Pick<Fault, 'write'> {
  const record = text(answerOf({ ...PASSING_RECORD, status }))
  const nothing = jsonAnswer(404, { error_code: 'DEVCB.00031006' })
  return {
    write: (peer, body) => {
      if (paths.test(peer.path)) return fault.write(peer, body)
      return peer.path.endsWith('/record-info') ? record(peer, body) : nothing(peer, body)
    },
  }
}

const answerOf = (result: unknown): string => JSON.stringify({ success: true, result })

/** Runs dist/ with a fault in one kind of request, and expects that it ends in time, with one annotation. */
async function runWith(
  fault: Fault,
  paths: RegExp,
  status: string,
  inputs: Readonly<Record<string, string>>,
) {
  await using server = await startFaultServer(onlyFor(paths, status, fault), { body: LIST_BODY })
  const own = { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint: server.url }
  const run = await runAction({
    inputs: { ...own, api_version: 'v3', ...inputs },
    env: timeFactor(fault),
    imports: [preloads.shortenTime],
    measureMemory: true,
    killAfterMs: 15_000,
  })
  runs++
  if (run.exitCode === 0) passed++
  most = Math.max(most, run.peakMemoryBytes ?? Number.POSITIVE_INFINITY)
  expect(run).toMatchObject({ exitCode: 1, signal: null, stderr: '' })
  expect(annotations(run.log).filter(({ level }) => level === 'error')).toHaveLength(1)
  expect([run.outputs.get('success'), run.outputs.get('artifacts')]).toEqual(['false', '[]'])
  expect(server.requestsElsewhere).toEqual([])
  expect(run.afterLastWordMs).toBeLessThan(1_000)
  expect(run.peakMemoryBytes).toBeLessThan((JSON_GROUPS.test(fault.group) ? 160 : 100) * MIB)
  return run
}

const byTurns = (turn: 0 | 1) =>
  ofLists.filter((_, at) => at % 2 === turn).map(fault => [`${fault.group}: ${fault.name}`, fault] as const)

test.concurrent.each(byTurns(0))('dist/ fails where what was built cannot be read: %s', async (_, fault) => {
  const inputs = { artifacts: 'true', fail_unless_success: 'false' }
  const run = await runWith(fault, /\/output(-info)?$/, 'SUCCESS', inputs)
  if (fault.reason !== undefined) expect(run.outputs.get('reason')).toBe(fault.reason)
  expect(run.outputs.get('status')).toBe('SUCCESS')
})

test.concurrent.each(byTurns(1))('dist/ says nothing of tests that cannot be read: %s', async (_, fault) => {
  const run = await runWith(fault, /\/v1\/report\//, 'FAILURE', { artifacts: 'true' })
  expect(run.outputs.get('reason')).toBe('failed')
  expect(run.log + run.summary).not.toMatch(/tests:/i)
})
