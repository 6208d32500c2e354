import type { BuildRecord } from '../codearts/record.ts'
import { message, type Message } from '../util/message.ts'
import type { BuildQuery } from './build-query.ts'
import { findBuild } from './find-build.ts'
import type { GateResult, Reason } from './reasons.ts'
import { identityMismatch, pollBuild, type PolledBuild } from './poll-build.ts'
import { errorMessage, unfinishedMessage, verdictMessage } from './messages.ts'
import { Poller, type PollEnd, type PollTools } from './poll.ts'
import { judge } from './verdict.ts'

/** What it takes to judge one build. */
export interface GateTools extends PollTools {
  /** Called with the record each time that it is read: outputs do not wait for the verdict. */
  readonly onRecord: (record: BuildRecord) => void
}

/** One build from start to end: find it, wait for it to finish, judge it. */
export async function runGate(query: BuildQuery, tools: GateTools): Promise<GateResult> {
  const poller = new Poller(tools)
  try {
    const search = await findBuild(query, poller)
    if (search.kind !== 'done') return withoutVerdict(query, search, undefined, poller)
    const found = search.value
    if (!found.ok) {
      const result = failure(found.reason, errorMessage(query, found), poller)
      return { ...result, isUnfinished: found.reason === 'running' }
    }

    const build = { ...query, ...found }
    let record: BuildRecord | undefined
    const onRecord = (read: BuildRecord): void => {
      record = read
      tools.onRecord(read)
    }
    const end = await pollBuild(build, poller, onRecord)
    const result =
      end.kind === 'done' ? judged(build, end.value, poller) : withoutVerdict(build, end, record, poller)
    const mismatch = record === undefined ? [] : identityWarnings(build, record)
    const warnings = [...mismatch, ...found.warnings, ...result.warnings]
    return { ...result, buildNo: build.buildNo, warnings }
  } finally {
    poller.end()
  }
}

function judged(build: PolledBuild, record: BuildRecord, poller: Poller): GateResult {
  const verdict = judge(record, build.expected)
  const words = verdictMessage(build, record, verdict.reason)
  const isUnfinished = verdict.reason === 'running'
  return { ...verdict, ...words, record, warnings: poller.faultWarnings(), isUnfinished }
}

/** How a run ends that has no verdict: an error, the limit, a cancel, or another build that decided. */
function withoutVerdict(
  query: BuildQuery,
  end: Exclude<PollEnd<unknown>, { kind: 'done' }>,
  record: BuildRecord | undefined,
  poller: Poller,
): GateResult {
  if (end.kind === 'error')
    return { ...failure(end.error.reason, errorMessage(query, end.error), poller), record }
  const { kind, lastError } = end
  const isMissing = lastError?.missing === 'build'
  const fault = isMissing ? undefined : lastError
  // A search that goes on has been answered, without a record.
  const isAnswered = record !== undefined || isMissing || poller.lastState !== undefined
  const unread = lastError?.reason ?? (isAnswered ? 'running' : 'cancelled')
  const lastSeen = record === undefined ? unread : judge(record, query.expected).reason
  const words = unfinishedMessage(query, record, { kind, lastError: fault }, poller)
  const result = failure(kind === 'decided' ? lastSeen : kind, words, poller)
  // The message already contains the last fault.
  const warnings = fault === undefined ? result.warnings : []
  const entryReason = poller.tools.beside === undefined || isAnswered ? undefined : lastSeen
  return {
    ...result,
    record,
    warnings,
    isUnfinished: true,
    isNoLongerAwaited: kind === 'decided',
    entryReason,
  }
}

function failure(reason: Reason, words: Pick<GateResult, 'message' | 'remedy'>, poller: Poller): GateResult {
  return { success: false, reason, ...words, warnings: poller.faultWarnings() }
}

/** Not an error, because the service's published example answers with another job and build than requested. */
function identityWarnings(build: PolledBuild, record: BuildRecord): Message[] {
  const mismatch = build.isFound ? undefined : identityMismatch(build, record)
  return mismatch === undefined
    ? []
    : [message`Asked for build ${build.buildNo} of job ${build.jobId}, but ${mismatch}`]
}
