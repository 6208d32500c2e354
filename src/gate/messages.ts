import type { BuildId } from '../codearts/client.ts'
import type { BuildRecord } from '../codearts/record.ts'
import type { ApiError } from '../util/api-error.ts'
import { formatDuration } from '../util/duration.ts'
import { joined, message, quote, rawText, type Message } from '../util/message.ts'
import type { BuildQuery, Expected } from './build-query.ts'
import { type GateResult, type JudgedBuild, REASONS } from './reasons.ts'
import { countPolls, type Poller, type Unfinished } from './poll.ts'
import type { BuildReason } from './verdict.ts'

/** The message of a result (what was asked and what came back), and what to do. */
type Words = Pick<GateResult, 'message' | 'checks' | 'remedy'>

/** What came back in place of a record, and what to do. */
export type ErrorWords = Pick<ApiError, 'message' | 'remedy'>

/** @returns the message for the verdict on a record: the verdict, what was checked and what was not, what to do. */
export function verdictMessage(
  build: BuildId & { readonly expected: Expected },
  record: BuildRecord,
  reason: BuildReason,
): Words {
  const { expected } = build
  const errorText = errorTextOf(record)
  const checks = joined(describeChecks(record, expected, reason), '; ')
  const source = reason === 'success' ? '' : describeSource(record, expected)
  const outcome = REASONS[reason].heading.replace('the build ', '')
  const clauses = [
    message`${describeBuild(build)} ${outcome}: its status is ${describeStatus(record)}${source}`,
    ...(REASONS[reason].hasDiagnosis && errorText !== ''
      ? [message`the build says "${quote(errorText)}"`]
      : []),
    ...(checks.length === 0 ? [] : [checks]),
  ]
  return { message: joined(clauses, '; '), checks, remedy: remedyOf(record, reason) }
}

/** @returns why a build failed, as its record says it; empty where it says nothing, as an empty list or object does. */
export function errorTextOf({ fields }: BuildRecord): string {
  return ['[]', '{}'].includes(fields.err_msg) ? '' : fields.err_msg
}

/** The fields that name what was built. */
const SOURCE_FIELDS = ['commit', 'branch', 'tag'] as const

/**
 * What is asked for is checked in this order: the first mismatch is the verdict, and nothing after it is checked. What was
 * not asked for matters only where a build passes: nobody then looked at what will be deployed.
 */
function describeChecks({ fields }: BuildRecord, expected: Expected, reason: BuildReason): Message[] {
  const mismatchAt = SOURCE_FIELDS.findIndex(name => reason === `${name}_mismatch`)
  return SOURCE_FIELDS.flatMap((name, at) => {
    const asked = expected[name]
    // Few builds have a tag.
    const isMentioned = reason === 'success' && (name !== 'tag' || fields.tag !== '')
    if (asked === undefined && !isMentioned) return []
    if (asked === undefined || (mismatchAt >= 0 && at > mismatchAt)) return [message`${name}: not checked`]
    const shown = fields[name] === '' ? '(none)' : quote(fields[name], 100)
    if (at === mismatchAt) return [message`${name}: ${shown}, but ${quote(asked, 100)} was asked for`]
    if (fields[name] === '') return [message`${name}: not shown yet (${quote(asked, 100)} was asked for)`]
    return [message`${name}: ${shown}, as asked for`]
  })
}

/** @returns what was built, without what was checked, because that follows: ` (commit 7c1b9e0…)`. */
function describeSource({ fields }: BuildRecord, expected: Expected): Message {
  const known = SOURCE_FIELDS.filter(name => fields[name] !== '' && expected[name] === undefined)
  const clauses = known.map(name => message`${name} ${quote(fields[name], 100)}`)
  return clauses.length === 0 ? [] : message` (${joined(clauses, ', ')})`
}

function remedyOf({ fields }: BuildRecord, reason: BuildReason): Message | undefined {
  const { branch, tag } = fields
  if (reason === 'branch_mismatch' && branch === '' && tag !== '')
    return message`the build is of the tag ${quote(tag, 100)}: to check a tag, use the input tag`
  if (reason === 'tag_mismatch' && tag === '' && branch !== '')
    return message`the build is of the branch ${quote(branch, 100)}: to check a branch, use the input branch`
  const { remedy } = REASONS[reason]
  return remedy === '' ? undefined : [remedy]
}

/** @returns the message for a run without a record. */
export function errorMessage(query: BuildQuery, error: ErrorWords): Words {
  return { message: message`Asked for ${describeQuery(query)}: ${error.message}`, remedy: error.remedy }
}

/** @returns the message for a run that ended without a verdict: at its limit, by a cancel, or because another build decided. */
export function unfinishedMessage(
  query: BuildQuery,
  record: BuildRecord | undefined,
  { kind, lastError }: Unfinished,
  { elapsedMs, pollCount, lastState, tools }: Poller,
): Words {
  const build = describeQuery(query)
  const notSeen = tools.evidence.hasAnswerFor(query.jobId)
    ? message`was not there yet`
    : message`was not seen, because the service has not answered`
  const last = describeLast(record, lastError, lastState === undefined ? notSeen : message`was ${lastState}`)
  if (kind === 'decided')
    return {
      message: message`${build} ${last}; the step did not wait for it, because another build had decided`,
    }
  const [duration, polls] = [formatDuration(elapsedMs), countPolls(pollCount)]
  if (kind === 'cancelled')
    return {
      message: message`Cancelled after ${duration} and ${polls}: ${build} ${last}; the build itself was not cancelled`,
    }
  const hint =
    lastState === undefined
      ? ', or check that the build was started'
      : ', or see in CodeArts why the build takes so long'
  const limit = formatDuration(tools.wait?.timeoutMs ?? 0)
  return {
    message: message`Waited ${duration} for ${build}: after ${polls} it ${last}`,
    remedy: message`raise timeout_minutes (now ${limit})${lastError === undefined ? hint : message`; ${lastError.remedy}`}`,
  }
}

/** The most characters of advice, so that an annotation has room for what happened. */
const MAX_REMEDIES_CHARACTERS = 2_000

/** @returns the message for several builds that all pass. */
export function allPassMessage(builds: readonly JudgedBuild[]): Message {
  return message`All ${builds.length} builds pass: ${builds.map(({ name }) => name).join(', ')}`
}

/**
 * @returns the message for several builds of which some did not pass: first their names and reasons, so that these are
 * never cut off, then the message of each.
 */
export function notPassedMessage(builds: readonly JudgedBuild[]): Words {
  const notPassed = builds.filter(({ result }) => !result.success)
  const noLongerAwaited = notPassed.filter(({ result }) => result.end === 'decided')
  const failing = notPassed.filter(({ result }) => result.end !== 'decided')
  const clauses = [
    message`${failing.length} of ${builds.length} builds did not pass: ${namesWithReasons(failing)}`,
    ...(noLongerAwaited.length === 0
      ? []
      : [message`no longer waited for: ${namesWithReasons(noLongerAwaited)}`]),
    ...failing.map(({ name, result }) => message`${name}: ${result.message}`),
  ]
  return { message: joined(clauses, '; '), remedy: remediesOf(failing) }
}

/** @returns the message for a build whose record is not its own, and what to do. */
export function disputedMessage({ jobId }: JudgedBuild, dispute: Message): ErrorWords {
  return {
    message: message`Asked for a build of job ${jobId}: ${dispute}`,
    remedy: message`check job_id; if it is right, report it to the support of Huawei Cloud`,
  }
}

function namesWithReasons(builds: readonly JudgedBuild[]): string {
  return builds.map(({ name, result }) => `${name} (${result.reason})`).join(', ')
}

/** @returns what to do; the same advice for several builds is given once. */
function remediesOf(builds: readonly JudgedBuild[]): Message | undefined {
  const groups = new Map<string, { readonly remedy: Message; readonly names: string[] }>()
  for (const { name, result } of builds) {
    if (result.remedy === undefined) continue
    const group = groups.get(rawText(result.remedy)) ?? { remedy: result.remedy, names: [] }
    group.names.push(name)
    groups.set(rawText(result.remedy), group)
  }
  const remedies: Message[] = []
  let characters = 0
  for (const { remedy, names } of groups.values()) {
    const one = message`${names.join(', ')}: ${remedy}`
    characters += rawText(one).length
    if (characters <= MAX_REMEDIES_CHARACTERS) remedies.push(one)
  }
  if (remedies.length < groups.size) remedies.push(message`see the job summary for the others`)
  return remedies.length === 0 ? undefined : joined(remedies, '; ')
}

function describeLast(
  record: BuildRecord | undefined,
  lastError: ApiError | undefined,
  notSeen: Message,
): Message {
  const failed = lastError === undefined ? [] : message`; the last poll failed: ${lastError.message}`
  if (record !== undefined) return message`was last seen with the status ${describeStatus(record)}${failed}`
  return lastError === undefined ? notSeen : message`was not seen${failed}`
}

/** @returns what a run looks for: `build 61 of job …`, `the newest build of commit … in job …`. */
function describeQuery({ jobId, buildNo, expected }: BuildQuery): Message {
  const job = message`job ${quote(jobId)}`
  if (buildNo === undefined) return message`the newest build of ${describeExpected(expected)} in ${job}`
  return buildNo === 'latest'
    ? message`the newest build of ${job}`
    : message`build ${quote(String(buildNo))} of ${job}`
}

/** @returns which build it is, at the beginning of a sentence: `Build 61 of job …`. */
export function describeBuild({ jobId, buildNo }: BuildId): Message {
  return message`Build ${quote(String(buildNo))} of job ${quote(jobId)}`
}

/** @returns the status of a record; one that could be mistaken is quoted. */
export function describeStatus({ fields }: BuildRecord): Message {
  return [quote(showStatus(fields.status), 80)]
}

/** @returns what is asked for, a clause: `commit 1a2b3c4 on branch main`. */
export function describeExpected({ commit, branch, tag }: Expected): Message {
  const onBranch = branch === undefined ? [] : message` on branch ${quote(branch)}`
  const withTag = tag === undefined ? [] : message` with tag ${quote(tag)}`
  return message`commit ${commit === undefined ? '(any)' : quote(commit)}${onBranch}${withTag}`
}

/** @returns the line of the log that says which build was found; the newest number comes first. */
export function foundByCommit(expected: Expected, numbers: readonly number[]): Message {
  const others =
    numbers.length === 1
      ? ''
      : `, the newest of ${numbers.length} that the list shows (${numbers.join(', ')})`
  return message`Found build ${numbers[0] ?? ''} of ${describeExpected(expected)}${others}`
}

/**
 * @param builds all builds of the list, the newest first, with their commits; empty for none.
 * @param doubts a sentence each, as `passedOver` gives them.
 * @returns the message for a commit without a build.
 */
export function noBuildOfCommit(
  expected: Expected,
  builds: readonly { readonly buildNo: number; readonly commit: string }[],
  doubts: readonly string[],
  canWait: boolean,
): ErrorWords {
  const newest = new Map<string, number>()
  for (const { buildNo, commit } of builds)
    if (commit !== '' && !newest.has(commit) && newest.size < MAX_COMMITS) newest.set(commit, buildNo)
  const commits = [...newest].map(([commit, buildNo]) => message`${quote(commit, 100)} (build ${buildNo})`)
  const built =
    commits.length === 0
      ? message`the job has no builds that show a commit`
      : message`the newest commits that the job built are ${joined(commits, ', ')}`
  const none = message`no build of the last 30 days is of ${describeExpected(expected)}; ${built}`
  const wait = canWait ? '' : ', or let this step wait for the build (wait: true)'
  return {
    message: joined([none, ...doubts.map(doubt => [doubt.replace('Build', 'build')])], '; '),
    remedy: message`check job_id, commit, branch and tag (on a pull request the commit is github.event.pull_request.head.sha)${wait}`,
  }
}

/** How many commits are shown at most. */
const MAX_COMMITS = 5

/** @returns a sentence on builds that were skipped although their commit is not known. */
export function passedOver(numbers: readonly number[], doubt: 'no_commit' | 'no_record'): string {
  const [builds, have, recordsShow, were] =
    numbers.length === 1
      ? ['Build', 'has', 'its record shows', 'it was']
      : ['Builds', 'have', 'their records show', 'they were']
  const why = doubt === 'no_record' ? `${have} no record` : `${recordsShow} no commit`
  return `${builds} ${numbers.join(', ')} ${have} finished and ${why}: ${were} passed over`
}

/** @returns the message for an abbreviated commit that several commits begin with. */
export function ambiguousCommit(commits: readonly string[]): ErrorWords {
  const shown = commits.slice(0, MAX_COMMITS).map(commit => message`${quote(commit, 100)}`)
  return {
    message: message`${commits.length} commits that were built begin with the commit that was asked for (${joined(shown, ', ')})`,
    remedy: message`give more digits of the commit`,
  }
}

/** @returns the message for running builds that may be of the commit. */
export function mayBeOfCommit(numbers: readonly number[]): ErrorWords {
  return {
    message: message`${doNotShowCommit(numbers)}; ${numbers.length === 1 ? 'it' : 'they'} may be of the commit that was asked for`,
    remedy: message`let this step wait for it (wait: true)`,
  }
}

/** @returns a warning that newer builds could not be taken into account. */
export function judgedAnyway(buildNo: number, undecided: readonly number[]): Message {
  const newer = undecided.length === 1 ? 'a newer one' : 'newer ones'
  return message`Build ${buildNo} is judged although ${newer} (${undecided.join(', ')}) ${withoutCommit(undecided)}`
}

/** @returns which running builds show no commit, a clause. */
export function doNotShowCommit(numbers: readonly number[]): string {
  return `${numbers.length === 1 ? 'build' : 'builds'} ${numbers.join(', ')} ${withoutCommit(numbers)}`
}

function withoutCommit({ length }: readonly number[]): string {
  return length === 1
    ? 'is running and does not show its commit yet'
    : 'are running and do not show their commits yet'
}

/** More than is shown of any status, and searched for secrets; a megabyte of escapes would take six of memory. */
const MAX_STATUS_CHARACTERS = 25_000

/**
 * @param status of a build or a stage, as the service gave it.
 * @returns the status for people: a plain word unchanged, `(none)` for none. One that looks like another is quoted, with
 * unusual characters as escapes: `"SUCCESS "`, `"SU\u0421CESS"`, `"success"` (only `SUCCESS` passes). Chinese characters
 * stay, because they do not look like Latin letters.
 */
export function showStatus(status: string): string {
  if (status.length > MAX_STATUS_CHARACTERS) return showStatus(status.slice(0, MAX_STATUS_CHARACTERS))
  if (status === '') return '(none)'
  if (/^\w+$/.test(status) && (status === 'SUCCESS' || status.toUpperCase() !== 'SUCCESS')) return status
  return JSON.stringify(status).replace(/[^ -~\p{Script=Han}]/gu, character => {
    const hex = (character.codePointAt(0) ?? 0).toString(16)
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
  })
}
