import type { BuildId, ReadRecord } from '../codearts/client.ts'
import type { RequestOptions } from '../codearts/request-tools.ts'
import type { BuildRecord, RecordField } from '../codearts/record.ts'
import { timeLimit } from '../util/clock.ts'
import { message, quote, type Message } from '../util/message.ts'
import { invalid } from '../codearts/response.ts'
import type { Expected } from './build-query.ts'
import { ageOf, describeEstimate, estimateFrom, type Estimate } from './poll-schedule.ts'
import { describeBuild, describeStatus } from './messages.ts'
import type { Poller, PollEnd, PollResult, PollTools } from './poll.ts'
import { judge } from './verdict.ts'

/** A build to poll. */
export interface PolledBuild extends BuildId {
  readonly expected: Expected
  /** Whether the action found the number itself: only the record can then say which build it is. */
  readonly isFound: boolean
  /** Its identity by the records that the search has read. */
  readonly identity?: KnownIdentity
  /** Its record, if the poll that found it has read it. */
  readonly firstRecord?: ReadRecord | undefined
}

/**
 * Reads a build until it has finished, or is known to be the wrong one.
 * @param onRecord called with the record each time that it is read.
 * @returns its record as it was last read.
 */
export function pollBuild(
  build: PolledBuild,
  poller: Poller,
  onRecord: (record: BuildRecord) => void,
): Promise<PollEnd<BuildRecord>> {
  const { service, log, wait } = poller.tools
  const { identity = new KnownIdentity() } = build
  let { firstRecord } = build
  let isFirst = true
  let estimate: Promise<Estimate | undefined> | undefined

  const poll = async (options: RequestOptions): Promise<PollResult<BuildRecord>> => {
    const response = firstRecord ?? (await service.readRecord(build, options))
    firstRecord = undefined
    if (!response.ok) return { kind: 'error', error: response.error }
    const { record, answer, apiVersion } = response
    const mismatch =
      (build.isFound ? identityMismatch(build, record) : undefined) ?? identity.changeIn(record)
    if (mismatch !== undefined) return { kind: 'error', error: invalid(answer, mismatch).error }
    onRecord(record)
    const line = message`${describeBuild(build)} has the status ${describeStatus(record)} (read through API ${apiVersion})`
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
  log.debug(message`There is no estimate of how long the build will take: ${response.error.message}`)
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
    estimate: isStarted ? describeEstimate(ageMs, estimate) : '',
    pauseMs: poller.pauseAtAge(ageMs, isStarted ? estimate?.durationMs : undefined),
  }
}

/** The fields that name one build, and never change. */
const IDENTITY_FIELDS: readonly RecordField[] = ['codeci_job_id', 'build_no', 'build_record_id', 'id']

/** @returns which other job and build a record names, a clause; undefined if it names the requested ones. */
export function identityMismatch({ jobId, buildNo }: BuildId, { fields }: BuildRecord): Message | undefined {
  const isOtherJob = fields.codeci_job_id !== '' && fields.codeci_job_id !== jobId
  const isOtherBuild = fields.build_no !== '' && Number(fields.build_no) !== buildNo
  if (!isOtherJob && !isOtherBuild) return undefined
  const shown = (value: string) => quote(value === '' ? '(none)' : value, 80)
  return message`the record says that it is build ${shown(fields.build_no)} of job ${shown(fields.codeci_job_id)}`
}

/** The identity of a build according to all polls: the earliest known value of each field. */
export class KnownIdentity {
  readonly #values = new Map<RecordField, string>()

  /**
   * Compares a record with all records before it. A field that one of them lacks is still compared with any other.
   * @returns how the record names another build than an earlier one, a clause; undefined when it does not, and then its
   * values count from now on.
   */
  changeIn({ fields }: BuildRecord): Message | undefined {
    const given = IDENTITY_FIELDS.filter(name => fields[name] !== '')
    for (const name of given) {
      const known = this.#values.get(name) ?? fields[name]
      if (fields[name] !== known)
        return message`between two polls the ${name} of the record changed from ${quote(known, 80)} to ${quote(fields[name], 80)}`
    }
    for (const name of given) this.#values.set(name, fields[name])
    return undefined
  }
}
