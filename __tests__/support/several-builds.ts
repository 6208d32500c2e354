import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService, type FakeServiceOptions } from '../../tools/fake-service/server.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { BUILD_NO } from './builders/passing-build.ts'

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
