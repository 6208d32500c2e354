import type { BuildRecord } from '../codearts/record.ts'
import { message, type Message } from '../util/message.ts'
import type { BuildQuery, WaitOptions } from './build-query.ts'
import { findBuild, type FindTools } from './find-build.ts'
import type { GateResult } from './reasons.ts'
import { identityMismatch, pollBuild, type PollBuildTools, type PolledBuild } from './poll-build.ts'
import { cancelMessage, errorMessage, timeoutMessage, verdictMessage } from './messages.ts'
import { Poller, type PollEnd, type PollTools } from './poll.ts'
import { judge } from './verdict.ts'

export interface GateTools extends FindTools, PollBuildTools, PollTools {
  /** Undefined polls once and waits for nothing. */
  readonly wait: WaitOptions | undefined
}

/** The whole story: find the build, wait for it to finish, judge it. */
export async function runGate(query: BuildQuery, tools: GateTools): Promise<GateResult> {
  const poller = new Poller(tools.wait, tools)
  try {
    const search = await findBuild(query, poller, tools)
    if (search.kind !== 'done') return withoutVerdict(query, search, undefined, poller)
    const found = search.value
    if (!found.ok) return failure(found.reason, errorMessage(query, found), poller)

    const { jobId, expected } = query
    const { buildNo, isFound, seen } = found
    const build = { jobId, buildNo, expected, isFound, seen }
    let record: BuildRecord | undefined
    const onRecord = (read: BuildRecord): void => {
      record = read
      tools.onRecord(read)
    }
    const end = await pollBuild(build, poller, { ...tools, onRecord })
    const result =
      end.kind === 'done' ? judged(build, end.value, poller) : withoutVerdict(build, end, record, poller)
    const mismatch = record === undefined ? [] : identityWarnings(build, record)
    return { ...result, warnings: [...mismatch, ...found.warnings, ...result.warnings] }
  } finally {
    poller.end()
  }
}

function judged(build: PolledBuild, record: BuildRecord, poller: Poller): GateResult {
  const verdict = judge(record, build.expected)
  const words = verdictMessage(build, record, verdict.reason)
  return { ...verdict, ...words, record, warnings: poller.faultWarnings() }
}

/** How a run ends that has no verdict: an error, the limit, a cancel. */
function withoutVerdict(
  query: BuildQuery,
  end: Exclude<PollEnd<unknown>, { kind: 'done' }>,
  record: BuildRecord | undefined,
  poller: Poller,
): GateResult {
  if (end.kind === 'error')
    return { ...failure(end.error.reason, errorMessage(query, end.error), poller), record }
  const describe = end.kind === 'cancelled' ? cancelMessage : timeoutMessage
  const result = failure(end.kind, describe(query, record, end.lastError, poller), poller)
  // The words have the last fault already.
  return { ...result, record, warnings: end.lastError === undefined ? result.warnings : [] }
}

function failure(
  reason: GateResult['reason'],
  words: Pick<GateResult, 'message' | 'remedy'>,
  poller: Poller,
): GateResult {
  return { success: false, reason, ...words, warnings: poller.faultWarnings() }
}

/** The service's own published example answers with another job and build than were asked for, so this is no error. */
function identityWarnings(build: PolledBuild, record: BuildRecord): Message[] {
  const mismatch = build.isFound ? undefined : identityMismatch(build, record)
  return mismatch === undefined
    ? []
    : [message`Asked for build ${build.buildNo} of job ${build.jobId}, but ${mismatch}`]
}
