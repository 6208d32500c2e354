import type { ApiVersion, Reply } from './exchange.ts'
import { timedReply, type Job, type NowMs } from './job.ts'
import { recordAnswer, recordIdOf } from './record.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { timedRecordId } from './timed-build.ts'

/** A build that the fake service knows. */
interface Build {
  /** @returns whether that version of the API is there for this build. */
  isIn(version: ApiVersion): boolean
  /** @returns the reply to the next request for it: the scenario's replies in order; the last one is repeated. */
  nextReply(): Reply
  /** Its stages and its log, if it has any. */
  readonly stages?: Reply | undefined
  readonly log?: Reply | undefined
  /** What it made, and its test results, if it has any. */
  readonly outputs?: Reply | undefined
  readonly tests?: Reply | undefined
}

/** The builds of one fake service, with how often each was looked at; those that a request starts are added. */
export type Builds = Map<string, Build>

/** @returns the key of a build. */
export function buildKey(jobId: string, buildNo: number | string): string {
  return `${jobId}/${buildNo}`
}

/** @returns the key of a build by the ID of its record, `build_record_id`. */
export function recordKey(recordId: string): string {
  return `record/${recordId}`
}

/**
 * @param scenarios builds that follow a script.
 * @param records records of finished builds under `{job_id}/{build_no}`; one that has a scenario replaces it.
 * @param jobs jobs whose builds appear and end by the time of `nowMs`.
 */
export function createBuilds(
  scenarios: readonly Scenario[],
  records: Readonly<Record<string, unknown>>,
  jobs: readonly Job[],
  nowMs: NowMs,
): Builds {
  const builds = new Map<string, Build>()
  for (const { jobId, buildNo, replies, versions, stages, log, outputs, tests } of scenarios) {
    const build = { ...followReplies(replies, versions), stages, log, outputs, tests }
    builds.set(buildKey(jobId, buildNo), build)
    builds.set(recordKey(recordIdOf(buildNo)), build)
  }
  for (const [key, record] of Object.entries(records)) {
    builds.set(key, followReplies([(_, version) => recordAnswer(record, version)]))
  }
  for (const job of jobs) {
    for (const build of job.builds) {
      const { stages, log, outputs, tests } = build
      const timed = { ...followReplies([timedReply(job, build, nowMs)]), stages, log, outputs, tests }
      builds.set(buildKey(job.jobId, build.buildNo), timed)
      builds.set(recordKey(timedRecordId(job.jobId, build)), timed)
    }
  }
  return builds
}

/** @returns a build that gives these replies. */
export function followReplies(replies: Scenario['replies'], versions?: readonly ApiVersion[]): Build {
  let looks = 0
  return {
    isIn: version => versions === undefined || versions.includes(version),
    nextReply: () => replies[Math.min(looks++, replies.length - 1)] ?? replies[0],
  }
}
