import type { Reply } from './exchange.ts'
import { makeRecord } from './record.ts'
import type { WireRecord } from './record.ts'

/** A build that is created, queues, runs and ends, each at its time: milliseconds since 1970. */
export interface TimedBuild {
  readonly buildNo: number
  readonly createdMs: number
  readonly startedMs: number
  /** `Infinity` for one that never ends. */
  readonly endedMs: number
  /** How it ends. */
  readonly status: string
  readonly commit: string | null
  readonly branch: string
  /** The tag that was built, in place of a branch. */
  readonly tag?: string
  /** When its record and the list begin to show the commit; from the start of the build when left out. */
  readonly commitShownMs?: number
  /** Whether the list ever shows the commit; its record does. */
  readonly isCommitListed?: boolean
  /** What the service says of it once it has ended, as scenarios have it; nothing when left out. */
  readonly stages?: Reply
  readonly log?: Reply
  readonly outputs?: Reply
  readonly tests?: Reply
}

/** @returns the build, everything of it that many milliseconds later. */
export function delayed(build: TimedBuild, byMs: number): TimedBuild {
  const { createdMs, startedMs, endedMs, commitShownMs } = build
  return {
    ...build,
    createdMs: createdMs + byMs,
    startedMs: startedMs + byMs,
    endedMs: endedMs + byMs,
    ...(commitShownMs === undefined ? {} : { commitShownMs: commitShownMs + byMs }),
  }
}

/** @returns the `build_record_id` of a build, by which its stages and its log are asked for. */
export function timedRecordId(jobId: string, { buildNo }: Pick<TimedBuild, 'buildNo'>): string {
  return `${jobId.slice(-8)}-0000-4000-8000-${String(buildNo).padStart(12, '0')}`
}

/** Statuses that the service might use for builds that have not finished; it documents none. */
const QUEUED = 'QUEUED'
const RUNNING = 'RUNNING'

/** @returns its record at that time; the build must have been created by then. */
export function recordAt(jobId: string, build: TimedBuild, nowMs: number): WireRecord {
  const { startedMs, endedMs } = build
  const isStarted = nowMs >= startedMs
  const isOver = nowMs >= endedMs
  return makeRecord({
    id: `${jobId.slice(-8)}-0000-4000-9000-${String(build.buildNo).padStart(12, '0')}`,
    build_record_id: timedRecordId(jobId, build),
    codeci_job_id: jobId,
    build_no: build.buildNo,
    branch: build.tag === undefined ? build.branch : null,
    tag: build.tag ?? null,
    daily_build_num: dailyNumberOf(build),
    execution_id: executionIdOf(build),
    commit: shownCommit(build, nowMs),
    status: isOver ? build.status : isStarted ? RUNNING : QUEUED,
    create_time: timestamp(build.createdMs),
    schedule_time: timestamp(build.createdMs),
    queued_time: timestamp(build.createdMs),
    start_time: isStarted ? timestamp(startedMs) : null,
    runnable_time: isStarted ? timestamp(startedMs) : null,
    finish_time: isOver ? timestamp(endedMs) : null,
    duration: isOver ? endedMs - startedMs : null,
  })
}

/** @returns its row in the list of the job's builds at that time, with the 18 fields of the SDK's `BuildInfoRecord`. */
export function rowAt(build: TimedBuild, nowMs: number): WireRecord {
  const isOver = nowMs >= build.endedMs
  const commit = build.isCommitListed === false ? null : shownCommit(build, nowMs)
  return {
    number: build.buildNo,
    build_time: build.createdMs,
    start_time: build.startedMs,
    job_running_status: isOver ? 'Finished' : nowMs >= build.startedMs ? 'Running' : 'Starting',
    state: isOver ? build.status : null,
    user_id: '9e3a7d10c5b24f68a1f0b47c2d6e8593',
    executor: 'octo',
    nickname: 'Octo',
    daily_build_number: dailyNumberOf(build),
    trigger_type: 'Manual',
    cost_time: isOver ? build.endedMs - build.startedMs : null,
    commit_id: commit,
    commit_info: { commit_id: commit, created_at: null },
    build_type: 'branch',
    code_branch: build.branch,
    scm_type: 'codehub',
    scm_web_url: 'https://scm.example.com/octo-org/storefront',
    commit_detail_url:
      commit === null ? null : `https://scm.example.com/octo-org/storefront/commit/${commit}`,
  }
}

/** @returns the day and the number within it; here that of the build itself. */
export function dailyNumberOf({ createdMs, buildNo }: TimedBuild): string {
  return `${timestamp(createdMs).slice(0, 10).replaceAll('-', '')}.${buildNo}`
}

/** @returns the ID of the execution. */
export function executionIdOf({ buildNo }: TimedBuild): string {
  return `j_Qm4xT7v${buildNo}`
}

function shownCommit({ commit, commitShownMs, startedMs }: TimedBuild, nowMs: number): string | null {
  return nowMs >= (commitShownMs ?? startedMs) ? commit : null
}

function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}
