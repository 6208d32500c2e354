import type { BuildRecord } from '../codearts/record.ts'
import { message, type Message, type Words } from '../util/message.ts'
import type { BuildQuery } from './build-query.ts'
import { identityMismatch } from './evidence.ts'
import { findBuild } from './find-build.ts'
import type { GateResult } from './reasons.ts'
import { pollBuild, type PolledBuild } from './poll-build.ts'
import { absentWords, errorWords, unfinishedWords, verdictWords } from './messages.ts'
import { Poller, type PollEnd, type PollTools } from './poll.ts'
import { judge } from './verdict.ts'

/** One build from start to end: find it, wait for it to finish, judge it. */
export async function runGate(query: BuildQuery, tools: PollTools): Promise<GateResult> {
  const poller = new Poller(tools)
  try {
    const search = await findBuild(query, poller)
    if (search.kind !== 'done') return withoutVerdict(query, search, poller)
    const found = search.value
    if (!found.ok) return failed({ reason: found.reason, ...errorWords(query, found, tools.place) }, poller)

    const build = { ...query, ...found }
    const end = await pollBuild(build, poller)
    const result = end.kind === 'done' ? judged(build, end.value, poller) : withoutVerdict(build, end, poller)
    const warnings = [...identityWarnings(build, tools), ...found.warnings, ...result.warnings]
    return { ...result, buildNo: build.buildNo, warnings }
  } finally {
    poller.end()
  }
}

function judged(build: BuildQuery & PolledBuild, record: BuildRecord, poller: Poller): GateResult {
  const verdict = judge(record, build.expected)
  const words = verdictWords(build, record, verdict.reason)
  return { ...verdict, ...words, end: 'judged', record, warnings: poller.faultWarnings() }
}

/** How a run ends that has no verdict: an error, the limit, a cancel, or another build that decided. */
function withoutVerdict(
  query: BuildQuery,
  end: Exclude<PollEnd<unknown>, { kind: 'done' }>,
  poller: Poller,
): GateResult {
  const { evidence, amongSeveral, place, wait } = poller.tools
  const record = evidence.recordOf(query.jobId)
  if (end.kind === 'error') {
    const { error } = end
    const isAwaited =
      wait !== undefined && (error.kind === 'build_missing' || error.kind === 'record_missing')
    const words = isAwaited ? absentWords(query, error, poller) : errorWords(query, error, place)
    return { ...failed({ reason: error.reason, ...words }, poller), record }
  }
  const { kind, lastError } = end
  const isMissing = lastError?.kind === 'build_missing' || lastError?.kind === 'record_missing'
  const fault = isMissing ? undefined : lastError
  // A search that goes on has been answered, without a record.
  const isAnswered = record !== undefined || isMissing || poller.lastState !== undefined
  const unread = lastError?.reason ?? (isAnswered ? 'running' : 'cancelled')
  const lastSeen = record === undefined ? unread : judge(record, query.expected).reason
  const ofStep = kind === 'limit' ? 'wait_timeout' : 'cancelled'
  // Of several builds, one without a first answer has the reason of its last fault (contract section 6).
  const isLastSeen = kind === 'decided' || (amongSeveral !== undefined && !isAnswered)
  const words = unfinishedWords(query, record, { kind, lastError }, poller)
  const result = failed({ reason: isLastSeen ? lastSeen : ofStep, ...words }, poller)
  // The message already contains the last fault.
  return { ...result, end: kind, record, warnings: fault === undefined ? result.warnings : [] }
}

function failed(words: Words & Pick<GateResult, 'reason'>, poller: Poller): GateResult {
  return { success: false, ...words, end: 'error', warnings: poller.faultWarnings() }
}

/** Not an error, because the service's published example answers with another build task and build than requested. */
function identityWarnings(build: PolledBuild, { evidence }: PollTools): Message[] {
  const record = evidence.recordOf(build.jobId)
  const mismatch = build.isFound || record === undefined ? undefined : identityMismatch(build, record)
  return mismatch === undefined
    ? []
    : [message`Asked for build ${build.buildNo} of build task ${build.jobId}, but ${mismatch}`]
}
