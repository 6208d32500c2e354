import { judgeStatus, shownCommit, mismatchesOf, type BuildReason, type SourceField } from './verdict.ts'
import type { BuildRecord } from '../codearts/record.ts'
import { describeError, detailsOf, type ApiError } from '../util/api-error.ts'
import { formatDuration } from '../util/duration.ts'
import { groupBy } from '../util/group.ts'
import { inQuotes, joined, message, quote, rawText, sentences, shortName } from '../util/message.ts'
import type { Message, Words } from '../util/message.ts'
import type { Place } from '../util/place.ts'
import type { BuildQuery, Expected } from './build-query.ts'
import { type GateResult, type JudgedBuild, OR_COMMIT, REASONS } from './reasons.ts'
import { countPolls, type Poller, type Unfinished } from './poll.ts'

/** What came in place of a record, and its words. */
export type ErrorWords = Pick<ApiError, 'problem' | 'remedy' | 'message' | 'requestId' | 'tries'>

/** @returns the words for the verdict on a record: the details say what was checked and what was not. */
export function verdictWords(
  build: BuildQuery & { readonly buildNo: number },
  record: BuildRecord,
  reason: BuildReason,
): Words & Pick<GateResult, 'checks'> {
  const { expected } = build
  const mismatches = mismatchesOf(record, expected)
  const checks = describeChecks(record, expected, reason)
  const { heading, remedy } = REASONS[reason]
  const hasFailed = REASONS[judgeStatus(record).reason].hasDiagnosis
  const errorText = hasFailed ? errorTextOf(record) : ''
  const details = [
    describeQuery(build),
    message`status ${describeStatus(record)}${reason === 'unknown_status' ? ', and only SUCCESS passes' : ''}`,
    ...(errorText === '' ? [] : [message`the build says ${inQuotes(errorText)}`]),
    ...checks,
    ...(reason === 'success' ? [] : describeSource(record, expected)),
    ...linkOf(build),
  ]
  const words = { details, checks: joined(checks, '; ') }
  if (mismatches.length === 0) {
    const problem = [heading.charAt(0).toUpperCase() + heading.slice(1)]
    return { problem, remedy: remedy === '' ? undefined : [remedy], ...words }
  }
  const problem = `${mismatchProblem(record, mismatches)}${hasFailed ? ', and it did not succeed' : ''}`
  return { problem: [problem], remedy: mismatchRemedy(build, record, mismatches), ...words }
}

/** @returns why a build failed, as its record says it; empty where it says nothing, as an empty list or object does. */
export function errorTextOf({ fields }: BuildRecord): string {
  return ['[]', '{}'].includes(fields.err_msg) ? '' : fields.err_msg
}

const SOURCE_FIELDS = ['commit', 'branch', 'tag'] as const

/** What was not asked for matters only where a build passes: nobody then looked at what will be deployed. */
function describeChecks(record: BuildRecord, expected: Expected, reason: BuildReason): Message[] {
  const mismatches = mismatchesOf(record, expected)
  return SOURCE_FIELDS.flatMap(name => {
    const asked = expected[name]
    const shown = shownSource(record, name)
    // Few builds have a tag.
    const isMentioned = reason === 'success' && (name !== 'tag' || shown !== '')
    if (asked === undefined) return isMentioned ? [message`${name}: not checked`] : []
    const wanted = message`${quote(asked, 100)} was asked for`
    if (mismatches.includes(name))
      return [message`${name}: ${shown === '' ? 'shows none' : quote(shown, 100)}, but ${wanted}`]
    return shown === ''
      ? [message`${name}: not shown yet, ${wanted}`]
      : [message`${name}: ${quote(shown, 100)}, as asked for`]
  })
}

function shownSource(record: BuildRecord, name: SourceField): string {
  return name === 'commit' ? shownCommit(record) : record.fields[name]
}

/** @returns what was built and not checked: `commit 7c1b9e0…`, a clause for each. */
function describeSource(record: BuildRecord, expected: Expected): Message[] {
  const known = SOURCE_FIELDS.filter(name => shownSource(record, name) !== '' && expected[name] === undefined)
  return known.map(name => message`${name} ${quote(shownSource(record, name), 100)}`)
}

/** For a build that was made from one of these where the other was asked for. */
const MADE_FROM = {
  tag: {
    problem: 'The build was made from a tag, not from a branch',
    remedy: 'To check a tag, use the input tag in place of branch',
  },
  branch: {
    problem: 'The build was made from a branch, not from a tag',
    remedy: 'To check a branch, use the input branch in place of tag',
  },
} as const

function madeFrom({ fields }: BuildRecord, asked: SourceField | undefined) {
  if (asked === undefined || asked === 'commit' || fields[asked] !== '') return undefined
  const other = asked === 'tag' ? 'branch' : 'tag'
  return fields[other] === '' ? undefined : MADE_FROM[other]
}

/** @returns `The build is of another commit and branch, and shows no tag`. */
function mismatchProblem(record: BuildRecord, mismatches: readonly SourceField[]): string {
  const others = mismatches.filter(name => shownSource(record, name) !== '')
  const none = mismatches.filter(name => shownSource(record, name) === '')
  const source = mismatches.length === 1 ? madeFrom(record, none[0]) : undefined
  if (source !== undefined) return source.problem
  if (others.length === 0) return `The service shows no ${listed(none)} of this build`
  return `The build is of another ${listed(others)}${none.length === 0 ? '' : `, and shows no ${listed(none)}`}`
}

/** @returns `a, b and c`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** What to do about the merge commit of a pull request. */
const MERGE_COMMIT =
  'Set commit to ${{ github.event.pull_request.head.sha }}: this is the merge commit that GitHub makes to test the pull request, and CodeArts does not build it'

function mismatchRemedy(
  { buildNo, expected }: BuildQuery,
  record: BuildRecord,
  mismatches: readonly SourceField[],
): Message {
  const isOther = mismatches.filter(name => shownSource(record, name) !== '')
  const advice = mismatches.map(name => {
    const asked = expected[name] ?? ''
    if (name === 'commit' && expected.isMergeCommit === true) return MERGE_COMMIT
    if (name === 'branch' && asked.startsWith('refs/tags/'))
      return 'For a tag use the input tag: branch takes the name of a branch alone'
    if (name === 'branch' && asked.startsWith('refs/'))
      return 'Set branch to the name of a branch: on a pull request that is ${{ github.head_ref }}'
    if (name === 'tag' && asked.startsWith('refs/heads/'))
      return 'For a branch use the input branch: tag takes the name of a tag alone'
    if (name === 'tag' && asked.startsWith('refs/'))
      return 'Set tag to the name of a tag: a ref of another kind is none'
    const source = madeFrom(record, name)
    if (source !== undefined) return source.remedy
    if (shownSource(record, name) === '') {
      const other = name === 'commit' ? 'branch' : 'commit'
      return `Check it by ${other} in place of ${name}, or by build_no alone`
    }
    if (name === 'commit' && buildNo === 'latest')
      return 'Leave build_no out, so that the step finds the build by its commit'
    return isOther.includes('commit')
      ? REASONS.commit_mismatch.remedy
      : `Check ${listed(['build_no', ...isOther])}, ${OR_COMMIT}`
  })
  return sentences(...Array.from(new Set(advice), one => [one]))
}

/** @returns which service was asked: a clause. */
export function describePlace({ host, region, isDefault }: Place): Message {
  return region === undefined
    ? message`host ${quote(host, 200)}`
    : [`region ${region}${isDefault ? ', the default' : ''}`]
}

function linkOf({ url = '' }: BuildQuery): Message[] {
  return url === '' ? [] : [[quote(url, 2_000)]]
}

/** @returns the words for a run without a record. */
export function errorWords(query: BuildQuery, error: ErrorWords, place: Place): Words {
  const { problem, remedy } = error
  const details = detailsOf(error)
  // A host that is named once is enough.
  const isNamed = place.region === undefined && details.some(detail => rawText(detail).includes(place.host))
  return {
    problem,
    remedy,
    details: [describeQuery(query), ...(isNamed ? [] : [describePlace(place)]), ...details, ...linkOf(query)],
  }
}

const NOBODY_STARTS = 'Does anything start the build? For code on GitHub, CodeArts starts none by itself'

/** @returns what to do where a build does not come. */
function startAdvice({ isMergeCommit = false }: Expected): string {
  return isMergeCommit ? MERGE_COMMIT : NOBODY_STARTS
}

/** The words for a record that came in place of the one that was asked for. */
export const OTHER_RECORD: Pick<Words, 'problem'> & { readonly remedy: Message } = {
  problem: ['The service gave the record of another build'],
  remedy: ['Run the step again. If that does not help, report it to the support of Huawei Cloud'],
}

/** @returns the words for a build that has not come in all the time that it may take. */
export function absentWords(
  query: BuildQuery,
  error: ErrorWords,
  { tools, missingMs, pollCount }: Poller,
): Words {
  const { buildNo, expected } = query
  const looked = formatDuration(missingMs)
  const limit = formatDuration(tools.wait?.discoveryMs ?? 0)
  const what =
    typeof buildNo === 'number'
      ? 'The build did not appear'
      : `No build${buildNo === undefined ? ' of this commit' : ''} appeared`
  const check = `Otherwise check ${buildNo === undefined ? 'commit' : 'build_no'}, job_id and region, or raise discovery_minutes (now ${limit})`
  return {
    problem: [`${what} within ${looked}`],
    remedy: sentences([startAdvice(expected)], [check]),
    details: [...errorWords(query, error, tools.place).details, [countPolls(pollCount)]],
  }
}

/** @returns the words for a run that ended without a verdict: at its limit, by a cancel, or because another build decided. */
export function unfinishedWords(
  query: BuildQuery,
  record: BuildRecord | undefined,
  { kind, lastError }: Unfinished,
  poller: Poller,
): Words {
  const { elapsedMs, pollCount, tools, lastState } = poller
  const isAbsent = lastError?.kind === 'build_missing' || lastError?.kind === 'record_missing'
  const fault = isAbsent ? undefined : lastError
  const isAnswered = tools.evidence.hasAnswerFor(query.jobId)
  const notSeen: Message = [isAnswered ? 'it was not there yet' : 'the service had not answered']
  const seen = record === undefined ? (lastState ?? notSeen) : message`status ${describeStatus(record)}`
  const isSeen = record !== undefined || lastState !== undefined || fault === undefined
  const details = [
    describeQuery(query),
    ...(record === undefined ? [describePlace(tools.place)] : []),
    ...(isSeen ? [seen] : []),
    ...(fault === undefined ? [] : [message`the last poll failed: ${describeError(fault)}`]),
    ...(isAbsent ? detailsOf(lastError) : []),
    [`after ${formatDuration(elapsedMs)} and ${countPolls(pollCount)}`],
    ...linkOf(query),
  ]
  if (kind === 'decided')
    return { problem: ['The step did not wait for it, because another build had decided'], details }
  if (kind === 'cancelled')
    return {
      problem: ['The step was cancelled, and the build itself was not'],
      remedy: ['Run the step again to judge the build, which goes on'],
      details,
    }
  return { ...limitWords(query, record, fault, poller, isAnswered), details }
}

function limitWords(
  { expected, isStarted }: BuildQuery,
  record: BuildRecord | undefined,
  fault: ApiError | undefined,
  { tools, lastState }: Poller,
  isAnswered: boolean,
): Pick<Words, 'problem' | 'remedy'> {
  const limit = `timeout_minutes (now ${formatDuration(tools.wait?.timeoutMs ?? 0)})`
  const within = (what: string): Message => [`${what} within timeout_minutes`]
  if (record !== undefined || lastState !== undefined) {
    const [what, advice] =
      record === undefined
        ? ['No build of this commit was known', 'give build_no']
        : ['The build did not finish', 'see in CodeArts why the build takes so long']
    const remedy = fault && sentences([`Raise ${limit}`], fault.remedy)
    return { problem: within(what), remedy: remedy ?? [`Raise ${limit}, or ${advice}`] }
  }
  const otherwise = [`Otherwise raise ${limit}`]
  const missing = isStarted === true ? 'The record of the build did not appear' : 'No build appeared'
  const problem = within(isAnswered ? missing : 'The service did not answer')
  if (fault !== undefined) return { problem, remedy: sentences(fault.remedy, otherwise) }
  if (isAnswered) return { problem, remedy: sentences([startAdvice(expected)], otherwise) }
  return { problem, remedy: [`Raise ${limit}, or check that this machine can reach the service`] }
}

/** The most characters of names and of advice, so that an annotation has room for what happened. */
const MAX_NAMES_CHARACTERS = 1_600
const MAX_REMEDIES_CHARACTERS = 1_500
/** How many characters a character has that is shown as an escape. */
const ESCAPE_CHARACTERS = 6

/**
 * @returns the words for several builds: of those that did not pass first the names and reasons, so that these are never cut
 * off; at last the details of each, what all of them have in common once.
 */
export function severalWords(builds: readonly JudgedBuild[]): Words {
  const notPassed = builds.filter(({ result }) => !result.success)
  const all = builds.map(({ name }) => name).join(', ')
  if (notPassed.length === 0) return { problem: [`All ${builds.length} builds pass: ${all}`], details: [] }
  const noLongerAwaited = notPassed.filter(({ result }) => result.end === 'decided')
  const failing = notPassed.filter(({ result }) => result.end !== 'decided')
  const nameOf = nameIn(notPassed)
  const named = (some: readonly JudgedBuild[]): Message =>
    joined(
      some.map(build => message`${nameOf(build)} (${build.result.reason})`),
      ', ',
    )
  const counted = message`${failing.length} of ${builds.length} builds did not pass: ${named(failing)}`
  const keys = failing.map(({ result }) => result.details.map(rawText))
  const ofAll = new Set(
    failing.length > 1 ? keys[0]?.filter(key => keys.every(all => all.includes(key))) : [],
  )
  const isCommon = (detail: Message): boolean => ofAll.has(rawText(detail))
  const common = failing[0]?.result.details.filter(isCommon) ?? []
  return {
    problem:
      noLongerAwaited.length === 0
        ? counted
        : sentences(counted, message`No longer waited for: ${named(noLongerAwaited)}`),
    remedy: remediesOf(failing, nameOf),
    details: [
      ...common,
      ...failing.map(build => {
        const own = build.result.details.filter(detail => !isCommon(detail))
        return message`${nameOf(build)}: ${joined(own, ', ')}`
      }),
    ],
  }
}

type NameOf = (build: JudgedBuild) => Message

/** @returns what shows the name of a build: shortened so far that all names fit, also with their escapes. */
function nameIn(builds: readonly JudgedBuild[]): NameOf {
  const widthOf = (name: string): number =>
    name.length + (name.match(/\p{DI}/gu)?.length ?? 0) * (ESCAPE_CHARACTERS - 1)
  const left = MAX_NAMES_CHARACTERS - builds.reduce((sum, { result }) => sum + result.reason.length + 5, 0)
  const isTooMuch = builds.reduce((sum, { name }) => sum + widthOf(name), 0) > left
  const widest = Math.max(...builds.map(({ name }) => widthOf(name) / name.length))
  const max = isTooMuch ? Math.floor(left / builds.length / widest) : Infinity
  return ({ name }) => [name.length <= max ? quote(name) : shortName(name, max)]
}

/** @returns what to do; the same advice for several builds is given once, and without names where it is that of all. */
function remediesOf(builds: readonly JudgedBuild[], nameOf: NameOf): Message | undefined {
  const advised = builds.filter(({ result }) => result.remedy !== undefined)
  const groups = groupBy(advised, ({ result }) => rawText(result.remedy ?? []))
  const [only] = groups
  if (only?.length === builds.length) return only[0]?.result.remedy
  const remedies: Message[] = []
  let characters = 0
  for (const group of groups) {
    const one = message`${joined(group.map(nameOf), ', ')}: ${group[0]?.result.remedy ?? []}`
    characters += rawText(one).length
    if (characters <= MAX_REMEDIES_CHARACTERS) remedies.push(one)
  }
  if (remedies.length < groups.length) remedies.push(message`See the job summary for the others`)
  return remedies.length === 0 ? undefined : sentences(...remedies)
}

/** @returns the words for a build whose record is not its own. */
export function disputedWords({ jobId }: JudgedBuild, dispute: Message): Words {
  return {
    problem: ['The service gave one record for two builds'],
    remedy: ['Check job_id. If it is right, report it to the support of Huawei Cloud'],
    details: [message`build task ${quote(jobId)}`, dispute],
  }
}

/** @returns what a run looks for: `build 61 of build task …`, `the newest build of commit … of build task …`. */
function describeQuery({ jobId, buildNo, expected }: BuildQuery): Message {
  const task = message`build task ${quote(jobId)}`
  if (buildNo === undefined) return message`the newest build of ${describeExpected(expected)} of ${task}`
  return buildNo === 'latest' ? message`the newest build of ${task}` : message`build ${buildNo} of ${task}`
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
 * @param doubts on builds that were skipped, as `passedOver` gives them.
 * @returns the words for a commit without a build.
 */
export function noBuildOfCommit(
  expected: Expected,
  builds: readonly { readonly buildNo: number; readonly commit: string }[],
  doubts: readonly Doubt[],
): ErrorWords {
  const newest = new Map<string, number>()
  for (const { buildNo, commit } of builds)
    if (commit !== '' && !newest.has(commit) && newest.size < MAX_COMMITS) newest.set(commit, buildNo)
  const commits = [...newest].map(([commit, buildNo]) => message`${quote(commit, 100)} (build ${buildNo})`)
  const built =
    commits.length === 0
      ? message`in the last 30 days the build task has no builds that show a commit`
      : message`the newest commits that were built in the last 30 days are ${joined(commits, ', ')}`
  const { branch, tag, isMergeCommit = false } = expected
  const where = `${branch === undefined ? '' : ' on this branch'}${tag === undefined ? '' : ' with this tag'}`
  const check = `Let the step wait for it (wait: true), or check job_id, commit, branch and tag. ${NOBODY_STARTS}`
  return {
    problem: [`No build of this commit${where} was found`],
    remedy: [isMergeCommit ? MERGE_COMMIT : check],
    message: joined([built, ...doubts.map(doubt => [describeDoubt(doubt)])], '; '),
  }
}

const MAX_COMMITS = 5

/** Builds that were skipped although their commit is not known. */
export interface Doubt {
  readonly numbers: readonly number[]
  readonly why: 'no_commit' | 'no_record'
}

/** @returns builds as the subject of a clause: `build 60 is new`, `builds 60, 61 are new`. */
function buildsThat(numbers: readonly number[], one: string, several: string): string {
  return `${numbers.length === 1 ? 'build' : 'builds'} ${numbers.join(', ')} ${numbers.length === 1 ? one : several}`
}

function describeDoubt({ numbers, why }: Doubt): string {
  const [shows, show] =
    why === 'no_record' ? ['has no record', 'have no record'] : ['shows no commit', 'show no commit']
  return buildsThat(
    numbers,
    `was passed over, because it has finished and ${shows}`,
    `were passed over, because they have finished and ${show}`,
  )
}

/** @returns a warning on builds that were skipped. */
export function doubtWarning(doubt: Doubt): Message {
  return [`Newer builds may be of the commit: ${describeDoubt(doubt)}`]
}

/** @returns the words for an abbreviated commit that several commits begin with. */
export function ambiguousCommit(commits: readonly string[]): ErrorWords {
  const shown = commits.slice(0, MAX_COMMITS).map(commit => message`${quote(commit, 100)}`)
  return {
    problem: [`The commit is too short: ${commits.length} commits that were built begin with it`],
    remedy: ['Give more digits of it, or all of them'],
    message: message`they are ${joined(shown, ', ')}`,
  }
}

/** @returns the words for running builds that may be of the commit. */
export function mayBeOfCommit(numbers: readonly number[]): ErrorWords {
  return {
    problem: ['A newer build is running that may be of the commit'],
    remedy: ['Let the step wait for it (wait: true), or give build_no'],
    message: [doNotShowCommit(numbers)],
  }
}

const NO_COMMIT_YET = 'is running and does not show its commit yet'
const NO_COMMITS_YET = 'are running and do not show their commits yet'

/** @returns a warning that newer builds could not be taken into account. */
export function judgedAnyway(buildNo: number, undecided: readonly number[]): Message {
  const isOne = undecided.length === 1
  const newer = `${isOne ? 'a newer one' : 'newer ones'} (${undecided.join(', ')})`
  return [`Build ${buildNo} is judged although ${newer} ${isOne ? NO_COMMIT_YET : NO_COMMITS_YET}`]
}

/** @returns which running builds show no commit, a clause. */
export function doNotShowCommit(numbers: readonly number[]): string {
  return buildsThat(numbers, NO_COMMIT_YET, NO_COMMITS_YET)
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
