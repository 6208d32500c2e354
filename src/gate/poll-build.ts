import type { BuildId, ReadRecord } from '../codearts/client.ts'
import type { RequestOptions } from '../codearts/request-tools.ts'
import type { BuildRecord } from '../codearts/record.ts'
import { describeError } from '../util/api-error.ts'
import { timeLimit } from '../util/clock.ts'
import { message, quote } from '../util/message.ts'
import { invalid } from '../codearts/response.ts'
import type { Expected } from './build-query.ts'
import { ageOf, describeEstimate, estimateFrom, type Estimate } from './poll-schedule.ts'
import { describeStatus, OTHER_RECORD } from './messages.ts'
import type { Poller, PollEnd, PollResult, PollTools } from './poll.ts'
import { judge } from './verdict.ts'

export interface PolledBuild extends BuildId {
  readonly expected: Expected
  /** Whether the action found the number itself: only the record can then say which build it is. */
  readonly isFound: boolean
  /** Its record, if the poll that found it has read it. */
  readonly firstRecord?: ReadRecord | undefined
}

/**
 * Reads a build until it has finished, or is known to be the wrong one. Each record goes into the evidence.
 * @returns its record as it was last read.
 */
export function pollBuild(build: PolledBuild, poller: Poller): Promise<PollEnd<BuildRecord>> {
  const { service, evidence, log, wait, amongSeveral } = poller.tools
  let { firstRecord } = build
  let isFirst = true
  let estimate: Promise<Estimate | undefined> | undefined

  const poll = async (options: RequestOptions): Promise<PollResult<BuildRecord>> => {
    const response = firstRecord ?? (await service.readRecord(build, options))
    firstRecord = undefined
    if (!response.ok) return { kind: 'error', error: response.error }
    const { record, answer, apiVersion } = response
    const objection = evidence.objectionTo(build, record, build.isFound)
    if (objection !== undefined)
      return { kind: 'error', error: { ...invalid(answer, objection).error, ...OTHER_RECORD } }
    evidence.enterRecord(build.jobId, record)
    amongSeveral?.onRead()
    const line = message`Build ${build.buildNo} of build task ${quote(build.jobId)} has the status ${describeStatus(record)} (read through API ${apiVersion})`
    if (isFirst) log.info(line)
    else log.debug(line)
    isFirst = false

    if (judge(record, build.expected).reason !== 'running')
      return { kind: 'done', value: record, state: describeStatus(record) }
    if (wait !== undefined) estimate ??= readEstimate(build, options, poller.tools)
    return stillRunning(response, poller, await estimate)
  }
  return poller.until(message`build ${build.buildNo}`, poll)
}

/** The limit for the request for an estimate: the verdict must not wait for it. */
const MAX_ESTIMATE_MS = 2_000

/** One request for the previous build. If it fails, the wait only has longer pauses. */
async function readEstimate(
  { jobId, buildNo }: BuildId,
  { signal }: RequestOptions,
  { service, log, clock }: PollTools,
): Promise<Estimate | undefined> {
  if (buildNo === 1) return undefined
  const limit = timeLimit(clock, MAX_ESTIMATE_MS, signal)
  const options = { maxTries: 1, signal: limit.signal, isOptional: true }
  const response = await service.readRecord({ jobId, buildNo: buildNo - 1 }, options)
  limit.end()
  if (response.ok) return estimateFrom(response.record, buildNo - 1)
  log.debug(message`There is no estimate of how long the build will take: ${describeError(response.error)}`)
  return undefined
}

function stillRunning(
  { record, dateMs }: ReadRecord,
  poller: Poller,
  estimate: Estimate | undefined,
): PollResult<BuildRecord> {
  const ageMs = ageOf(record, dateMs) ?? poller.elapsedMs
  // A build that is still queued has its whole duration ahead of it.
  const isStarted = record.fields.start_time !== ''
  return {
    kind: 'pending',
    value: record,
    state: describeStatus(record),
    estimate: isStarted && estimate !== undefined ? [describeEstimate(ageMs, estimate)] : [],
    pauseMs: poller.pauseAtAge(ageMs, isStarted ? estimate?.durationMs : undefined),
  }
}
