import type { Job } from '../job.ts'
import type { TimedBuild } from '../timed-build.ts'
import { failedStages, MAVEN_LOG } from './failed-build.ts'
import { log, stages } from './scenario.ts'

/** A job whose builds appear and end while the fake service runs. */
export interface JobScenario extends Job {
  readonly name: string
  /** What it shows, in words. */
  readonly shows: string
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const OTHER_COMMIT = 'e980b883c1590363818225ec649d7cf161f0d49c'

/** @returns jobs with builds in every state at that time, milliseconds since 1970. */
export function createJobs(nowMs: number): readonly JobScenario[] {
  const build = (buildNo: number, startsInMs: number, lastsMs: number, changes: Partial<TimedBuild> = {}) => {
    const startedMs = nowMs + startsInMs
    const endedMs = startedMs + lastsMs
    return {
      buildNo,
      createdMs: startedMs,
      startedMs,
      endedMs,
      status: 'SUCCESS',
      commit: COMMIT,
      branch: 'main',
      ...changes,
    }
  }
  const before = (buildNo: number) => build(buildNo, -60 * MINUTE_MS, 5 * SECOND_MS, { commit: OTHER_COMMIT })
  return [
    {
      name: 'queues-runs-ends',
      shows: 'build 61 queues for 2 s and runs for 5 s, as build 60 did',
      jobId: 'a1f4c3b2d5e64789a0b1c2d3e4f50617',
      builds: [before(60), build(61, 2 * SECOND_MS, 5 * SECOND_MS, { createdMs: nowMs })],
    },
    {
      name: 'runs-and-fails',
      shows: 'build 61 runs for 5 s and fails; it has stages and a log',
      jobId: 'b2a5d4c3e6f758900b1c2d3e4f506172',
      builds: [
        before(60),
        build(61, 0, 5 * SECOND_MS, {
          status: 'FAILURE',
          stages: stages(failedStages(61, 'FAILURE')),
          log: log(MAVEN_LOG),
        }),
      ],
    },
    {
      name: 'runs-and-passes',
      shows: 'build 61 runs for 3 s and passes',
      jobId: 'f6e90817a2b3c4d5e6f7081920314253',
      builds: [before(60), build(61, 0, 3 * SECOND_MS)],
    },
    {
      name: 'never-ends',
      shows: 'build 61 runs for ever',
      jobId: 'c3b6e5d4f70869011c2d3e4f50617283',
      builds: [before(60), build(61, 0, Number.POSITIVE_INFINITY)],
    },
    {
      name: 'comes-later',
      shows:
        'build 61 is created after 5 s and shows its commit 2 s later; the service reads times in zone +8',
      jobId: 'd4c7f6e5081970122d3e4f5061728394',
      zoneHours: 8,
      builds: [before(60), build(61, 5 * SECOND_MS, 5 * SECOND_MS, { commitShownMs: nowMs + 7 * SECOND_MS })],
    },
    {
      name: 'rerun',
      shows: 'three builds of one commit, the newest of which failed, and a newer one of another commit',
      jobId: 'e5d80706192a81233e4f506172839405',
      builds: [
        build(57, -50 * MINUTE_MS, MINUTE_MS),
        build(58, -40 * MINUTE_MS, MINUTE_MS),
        build(60, -30 * MINUTE_MS, MINUTE_MS, { status: 'FAILURE' }),
        build(61, -20 * MINUTE_MS, MINUTE_MS, { commit: OTHER_COMMIT }),
      ],
    },
  ]
}

/**
 * @returns the job of that name, with builds in every state at that time, milliseconds since 1970.
 * @throws Error when there is none.
 */
export function jobOf(name: string, nowMs: number): JobScenario {
  const job = createJobs(nowMs).find(known => known.name === name)
  if (job === undefined) throw new Error(`There is no job "${name}"`)
  return job
}
