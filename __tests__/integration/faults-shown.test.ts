// What a whole run leaves behind of a fault, in this process: the first, the middle and the last of each group. All faults meet the
// gate in integration/faults; the last of each group goes through dist/, too.
import { describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer, type FaultServer } from '../support/servers/fault-server.ts'
import { faultsByGroup, type Fault } from '../support/faults/faults.ts'
import { jsonAnswer as json, text } from '../support/faults/answers.ts'
import { HOSTILE_SECRETS } from '../support/builders/hostile-secrets.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { runInProcess, type InProcessOptions } from '../support/in-process/run-in-process.ts'
import { gateAt, LIST_BODY, LIST_FAULTS } from '../support/in-process/sweep.ts'

/** Groups list what differs in a detail from the mild to the odd. */
function chosen(group: readonly Fault[]): readonly Fault[] {
  const places = new Set([0, Math.floor(group.length / 2), group.length - 1])
  return [...places].flatMap(at => group[at] ?? [])
}

const named = (faults: readonly Fault[]) =>
  faults.map((fault, place) => [`${fault.group}: ${fault.name}`, fault, place] as const)

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

/** Runs the gate on a server with a fault, and expects one annotation and a step that fails. */
async function failedRun(server: FaultServer, { slow }: Fault, options: InProcessOptions) {
  const own = {
    job_id: JOB_ID,
    build_no: String(BUILD_NO),
    token: TEST_TOKEN,
    endpoint: server.url,
    api_version: 'v3',
  }
  const run = await runInProcess({
    timeFactor: 1_000,
    ...options,
    inputs: { ...own, ...options.inputs },
    ...(slow === true ? { deadlineMs: 80 } : {}),
  })
  const errors = annotations(run.log).filter(({ level }) => level === 'error')
  expect([run.exitCode, run.outputs.get('success'), run.outputs.get('artifacts')]).toEqual([1, 'false', '[]'])
  expect(errors).toHaveLength(1)
  expect(server.requestsElsewhere).toEqual([])
  return { ...run, reason: run.outputs.get('reason'), message: errors[0]?.message ?? '' }
}

test.each(named([...faultsByGroup().values()].flatMap(chosen)))(
  'a run fails on %s, whatever its secrets are',
  async (_, fault, place) => {
    await using server = await startFaultServer(fault)
    const withoutSecrets = await gateAt(server.url, fault)
    const run = await failedRun(server, fault, { env: secretsOf(place) })
    expect(run.message).toMatch(/ \(build (532|\*\*\*) of build task /)
    expect(run.reason).toBe(withoutSecrets.reason)
    if (fault.reason !== undefined) expect(run.reason).toBe(fault.reason)
  },
)

/** @returns a fault for the paths that match; a record with that status, and nothing else, for all others. */
function onlyFor(paths: RegExp, status: string, fault: Fault): Pick<Fault, 'write'> {
  const record = text(JSON.stringify({ success: true, result: { ...PASSING_RECORD, status } }))
  const nothing = json(404, { error_code: 'DEVCB.00031006' })
  return {
    write: (peer, body) => {
      if (paths.test(peer.path)) return fault.write(peer, body)
      return peer.path.endsWith('/record-info') ? record(peer, body) : nothing(peer, body)
    },
  }
}

describe('where the record is answered well', () => {
  const ofLists = [...faultsByGroup(LIST_FAULTS.filter(({ level }) => level === undefined)).values()].flatMap(
    chosen,
  )

  test.each(named(ofLists))('a run fails where what was built cannot be read: %s', async (_, fault) => {
    await using server = await startFaultServer(onlyFor(/\/output(-info)?$/, 'SUCCESS', fault), {
      body: LIST_BODY,
    })
    const run = await failedRun(server, fault, {
      inputs: { artifacts: 'true', fail_unless_success: 'false' },
    })
    if (fault.reason !== undefined) expect(run.reason).toBe(fault.reason)
    expect(run.outputs.get('status')).toBe('SUCCESS')
  })

  test.each(named(ofLists))('a run says nothing of tests that cannot be read: %s', async (_, fault) => {
    await using server = await startFaultServer(onlyFor(/\/v1\/report\//, 'FAILURE', fault), {
      body: LIST_BODY,
    })
    const run = await failedRun(server, fault, { inputs: { artifacts: 'true' } })
    expect(run.reason).toBe('failed')
    expect(run.log + run.summary).not.toMatch(/tests:/i)
  })
})
