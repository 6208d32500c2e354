// A gate on three builds of which one meets a fault: one of each group, in this process.
import { expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { answer } from '../support/faults/answers.ts'
import { faultsByGroup } from '../support/faults/faults.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'
import { runInProcess } from '../support/in-process/run-in-process.ts'
import { jobId, linesOf, placeOf } from '../support/several-builds.ts'

const chosen = [...faultsByGroup().values()].flatMap(group => {
  // A fault of the bare connection would meet all three.
  const ofRequests = group.filter(({ level }) => level === undefined)
  return ofRequests.slice(Math.floor(ofRequests.length / 2)).slice(0, 1)
})

test.each(chosen.map((fault, at) => [`${fault.group}: ${fault.name}`, fault, at % 3] as const))(
  'a gate fails when one of three builds meets %s',
  async (_, fault, place) => {
    const passing = (at: number): Buffer => {
      const own = { codeci_job_id: jobId(at), id: `id-${at}`, build_record_id: `record-${at}` }
      return answer(JSON.stringify({ success: true, result: { ...PASSING_RECORD, ...own } }))
    }
    await using server = await startFaultServer({
      write: async (peer, body) => {
        const at = placeOf(peer.path)
        if (at === place) await fault.write(peer, body)
        else await peer.send(passing(at))
      },
    })
    const run = await runInProcess({
      inputs: { job_id: linesOf(3), token: TEST_TOKEN, endpoint: server.url, api_version: 'v3' },
      timeFactor: 1_000,
      ...(fault.slow === true ? { deadlineMs: 80 } : {}),
    })
    expect(run.exitCode).toBe(1)
    expect(annotations(run.log).filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(run.outputs.get('success')).toBe('false')
    const builds = JSON.parse(run.outputs.get('builds') ?? '') as { success: boolean; reason: string }[]
    expect(builds.map(({ success }) => success)).toEqual([0, 1, 2].map(at => at !== place))
    expect(run.outputs.get('reason')).toBe(builds[place]?.reason)
    if (fault.reason !== undefined) expect(run.outputs.get('reason')).toBe(fault.reason)
    expect(server.requestsElsewhere).toEqual([])
  },
)
