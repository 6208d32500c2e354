import { expect } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService, type FakeServiceOptions } from '../../tools/fake-service/server.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { BUILD_NO, PASSING_RECORD } from './builders/passing-build.ts'
import { answer } from './faults/answers.ts'
import { faultsByGroup, type Fault } from './faults/faults.ts'
import type { InProcessRun } from './in-process/run-in-process.ts'
import { startFaultServer, type FaultServer } from './servers/fault-server.ts'

/** @returns the ID of the job at that place. */
export const jobId = (at: number): string => String(at).padStart(32, 'b')

/** @returns the lines of `job_id`: `b0: …`, `b1: …`. */
export const linesOf = (count: number, suffix = `/${BUILD_NO}`): string =>
  Array.from({ length: count }, (_, at) => `b${at}: ${jobId(at)}${suffix}`).join('\n')

/** @returns the place of the job that a request is about, or -1. */
export const placeOf = (path: string): number => Number(/b+([0-9]+)/.exec(path)?.[1] ?? -1)

/** Runs dist/ on these lines of `job_id`. `connections` is how many it opened. */
export async function gate(
  job_id: string,
  options: FakeServiceOptions,
  { inputs = {}, ...more }: Omit<RunOptions, 'entry'> = {},
) {
  const ports = new Set<number>()
  await using service = await startFakeService({ ...options, onConnection: port => ports.add(port) })
  const run = await runAction({
    inputs: { job_id, token: tokenOf('valid'), endpoint: service.url, ...inputs },
    killAfterMs: 60_000,
    ...more,
  })
  return { run, requests: service.requests, connections: ports.size }
}

/** One fault of each group that a request meets, as `choose` takes it: one of the bare connection would meet all builds. */
export function faultsOfRequests(choose: (group: readonly Fault[], at: number) => readonly Fault[]) {
  const chosen = [...faultsByGroup().values()].flatMap((group, at) =>
    choose(
      group.filter(({ level }) => level === undefined),
      at,
    ),
  )
  return chosen.map((fault, at) => [`${fault.group}: ${fault.name}`, fault, at % 3] as const)
}

/** @returns a server of three builds of which the one at that place meets a fault; the others pass. */
export function serveOneFault(fault: Fault, place: number): Promise<FaultServer> {
  const passing = (at: number): Buffer => {
    const own = { codeci_job_id: jobId(at), id: `id-${at}`, build_record_id: `record-${at}` }
    return answer(JSON.stringify({ success: true, result: { ...PASSING_RECORD, ...own } }))
  }
  return startFaultServer({
    write: async (peer, body) => {
      const at = placeOf(peer.path)
      if (at === place) await fault.write(peer, body)
      else await peer.send(passing(at))
    },
  })
}

/** Expects that the build with the fault failed the step, and no other one. */
export function expectOneFault(run: InProcessRun, fault: Fault, place: number): void {
  expect(run.exitCode).toBe(1)
  expect(annotations(run.log).filter(({ level }) => level === 'error')).toHaveLength(1)
  expect(run.outputs.get('success')).toBe('false')
  const builds = JSON.parse(run.outputs.get('builds') ?? '') as { success: boolean; reason: string }[]
  expect(builds.map(({ success }) => success)).toEqual([0, 1, 2].map(at => at !== place))
  expect(run.outputs.get('reason')).toBe(builds[place]?.reason)
  if (fault.reason !== undefined) expect(run.outputs.get('reason')).toBe(fault.reason)
}
