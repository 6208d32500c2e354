import { noSuchBuild, serviceError } from './errors.ts'
import { json, type Answer, type Reply } from './exchange.ts'
import { recordAnswer } from './record.ts'
import type { Route } from './router.ts'
import { recordAt, rowAt, type TimedBuild } from './timed-build.ts'

/** A build task whose builds appear and end by the time of the fake service. */
export interface Job {
  readonly jobId: string
  readonly builds: readonly TimedBuild[]
  /** The zone in which the service reads wall-clock times, in hours ahead of UTC; it is not documented. */
  readonly zoneHours?: number
  /** Whether ExecuteJob answers as its page has it: without the envelope in which others have seen it. */
  readonly isFlat?: boolean
  /** What StopTheJob does; when left out it stops the build. */
  readonly stop?: 'refuses' | 'hangs'
}

/** The fake service's time: milliseconds since 1970. */
export type NowMs = () => number

const HOUR_MS = 60 * 60 * 1_000
const MAX_WINDOW_MS = 31 * 24 * HOUR_MS
const MAX_PAGE_SIZE = 100

/** @returns the reply to a request for one build: it is unknown before it was created. */
export function timedReply(job: Job, { buildNo }: TimedBuild, nowMs: NowMs): Reply {
  return (request, version) => {
    // Its times may have changed, and it may have been stopped.
    const build = job.builds.find(known => known.buildNo === buildNo)
    return build === undefined || nowMs() < build.createdMs
      ? noSuchBuild(request, version)
      : recordAnswer(recordAt(job.jobId, build, nowMs()), version)
  }
}

/** @returns the APIs that tell of a job as a whole. */
export function jobRoutes(jobs: readonly Job[], nowMs: NowMs): readonly Route[] {
  const ofJob =
    (answer: (job: Job, query: URLSearchParams) => Answer): Route['handle'] =>
    (request, { jobId = '' }) => {
      const job = jobs.find(known => known.jobId === jobId)
      return job === undefined ? noSuchBuild(request, 'v1') : answer(job, request.query)
    }
  return [
    {
      method: 'GET',
      pattern: /^\/v1\/job\/(?<jobId>[^/]+)\/running-status$/,
      handle: ofJob(job => runningStatus(job, nowMs())),
    },
    {
      method: 'GET',
      pattern: /^\/v1\/record\/(?<jobId>[^/]+)\/list$/,
      handle: ofJob((job, query) => list(job, query, nowMs())),
    },
  ]
}

/** `ShowRunningStatus`. */
function runningStatus(job: Job, nowMs: number): Answer {
  const last = created(job, nowMs).at(-1)
  const isRunning = last !== undefined && nowMs < last.endedMs
  return json(200, {
    result: {
      is_running: isRunning,
      last_build_no: last === undefined ? '' : String(last.buildNo),
      last_build_status: isRunning ? 'InQueue' : 'Finished',
      last_job_id: job.jobId,
    },
    error: null,
    status: 'success',
  })
}

/**
 * `ListBuildInfoRecordByJobId`: in no order that anybody documents, so here the oldest comes first. Its counts are text, as
 * in the models of the SDKs.
 */
function list(job: Job, query: URLSearchParams, nowMs: number): Answer {
  const startMs = wallClockMs(query.get('start_time'), job)
  const endMs = wallClockMs(query.get('end_time'), job)
  const page = Number(query.get('page_index') ?? '0')
  const size = Number(query.get('page_size') ?? '10')
  const isRight =
    startMs <= endMs && Number.isInteger(page) && page >= 0 && size >= 1 && size <= MAX_PAGE_SIZE
  if (!isRight) return serviceError(400, 'CB.00060200', 'Invalid param')()
  if (endMs - startMs > MAX_WINDOW_MS)
    return serviceError(400, 'CB.00031105', 'The time range exceeds 31 days')()
  const inWindow = created(job, nowMs).filter(({ createdMs }) => createdMs >= startMs && createdMs <= endMs)
  return json(200, {
    result: {
      health_score: '100',
      page_index: String(page),
      total_page: String(Math.ceil(inWindow.length / size)),
      total_record: String(inWindow.length),
      job_build_states: inWindow.slice(page * size, (page + 1) * size).map(build => rowAt(build, nowMs)),
    },
    error: null,
    status: 'success',
  })
}

function created({ builds }: Job, nowMs: number): TimedBuild[] {
  return builds
    .filter(({ createdMs }) => createdMs <= nowMs)
    .sort((one, other) => one.buildNo - other.buildNo)
}

/** Only `yyyy-MM-dd HH:mm:ss` is a time; anything else is NaN, and in no window. */
function wallClockMs(text: string | null, { zoneHours = 0 }: Job): number {
  const match = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/.exec(text ?? '')
  if (match === null) return Number.NaN
  return Date.parse(`${match[1] ?? ''}T${match[2] ?? ''}Z`) - zoneHours * HOUR_MS
}
