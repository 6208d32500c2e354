import type { Asked, Expected } from './asked.ts'
import type { BuildId } from './codearts/client.ts'
import type { BuildRecord } from './codearts/record.ts'
import { inWords } from './duration-words.ts'
import type { Ending } from './ending.ts'
import type { BuildReason } from './verdict.ts'
import type { Wait } from './wait.ts'

const OUTCOME: Readonly<Record<BuildReason, string>> = {
  success: 'passes',
  failed: 'failed',
  aborted: 'was aborted',
  timed_out: 'timed out in CodeArts',
  running: 'is not over',
  unknown_status: 'ended with a status that is not known',
  commit_mismatch: 'is of another commit',
  branch_mismatch: 'is of another branch',
}

const ADVICE: Readonly<Record<BuildReason, string>> = {
  success: '',
  failed: 'see the log of the build in CodeArts, mend it and build again',
  aborted: 'run the build again in CodeArts',
  timed_out: 'see the log of the build in CodeArts, and run it again',
  running: 'run this step when the build is over, or let it wait (wait: true)',
  unknown_status: 'only SUCCESS passes: see the build in CodeArts',
  commit_mismatch: 'check build_no, or leave it out to find the build by its commit',
  branch_mismatch: 'check build_no and branch',
}

/** What is said of an ending: one sentence, and the end of it that says what to do. */
export type EndingWords = Pick<Ending, 'sentence' | 'advice'>

function words(facts: string, advice: string): EndingWords {
  return advice === '' ? { sentence: facts } : { sentence: `${facts}; ${advice}`, advice }
}

/** @returns the words of the verdict on a record: what came of it, what was checked and what was not, what to do. */
export function verdictWords(
  { jobId, buildNo }: BuildId,
  record: BuildRecord,
  expected: Expected,
  reason: BuildReason,
): EndingWords {
  const { commit, branch } = record.fields
  // A commit that is wrong ends the matter before anybody looks at the branch.
  const expectedBranch = reason === 'commit_mismatch' ? undefined : expected.branch
  const source =
    reason === 'success' ? '' : sourceOf(record, { commit: expected.commit, branch: expectedBranch })
  const clauses = [
    `Build ${buildNo} of job ${jobId} ${OUTCOME[reason]}: its status is ${statusOf(record)}${source}`,
    `commit: ${checked(commit, expected.commit, reason === 'commit_mismatch')}`,
    `branch: ${checked(branch, expectedBranch, reason === 'branch_mismatch')}`,
  ]
  return words(clauses.join('; '), ADVICE[reason])
}

/** @returns what was built, as far as it is known and is not said with what was checked: ` (commit 7c1b9e0…)`. */
function sourceOf({ fields }: BuildRecord, expected: Expected): string {
  const known = (['commit', 'branch'] as const).filter(
    name => fields[name] !== '' && expected[name] === undefined,
  )
  return known.length === 0 ? '' : ` (${known.map(name => `${name} ${fields[name]}`).join(', ')})`
}

function checked(shown: string, asked: string | undefined, isWrong: boolean): string {
  if (asked === undefined) return 'not checked'
  if (isWrong) return `${shown || '(none)'}, and ${asked} was asked for`
  return shown === '' ? `not shown yet (${asked} was asked for)` : `${shown}, as asked for`
}

/** @returns the words of a run that got no record: what was asked, what came back, what to do. */
export function problemWords(
  asked: string,
  { cameBack, hint }: { cameBack: string; hint: string },
): EndingWords {
  return words(`Asked for ${asked}: ${cameBack}`, hint)
}

/** @returns the words of a run whose time was up. */
export function timeoutWords(asked: string, last: BuildRecord | undefined, wait: Wait): EndingWords {
  const limit = inWords(wait.patience?.timeoutMs ?? 0)
  return words(
    `Waited ${inWords(wait.elapsedMs)} for ${asked}, and after ${looksIn(wait)} it ${lastSeen(last, wait)}`,
    `raise timeout_minutes (now ${limit}), or see in CodeArts what keeps the build`,
  )
}

/** @returns the words of a run that was cancelled. */
export function cancelWords(asked: string, last: BuildRecord | undefined, wait: Wait): EndingWords {
  return words(
    `Cancelled after ${inWords(wait.elapsedMs)} and ${looksIn(wait)} for ${asked}, which ${lastSeen(last, wait)}; ` +
      'the build itself was not cancelled',
    '',
  )
}

/** @returns what a run looks for, for people: `build 61 of job …`. */
export function askedWords({ jobId, buildNo, expected }: Asked): string {
  if (buildNo === undefined) return `the newest build of ${wordsFor(expected)} in job ${jobId}`
  return buildNo === 'latest' ? `the newest build of job ${jobId}` : `build ${buildNo} of job ${jobId}`
}

function looksIn({ looks }: Wait): string {
  return looks === 1 ? '1 look' : `${looks} looks`
}

function lastSeen(record: BuildRecord | undefined, { hasAnswered }: Wait): string {
  if (record === undefined)
    return hasAnswered ? 'was not there yet' : 'was not seen: the service has not answered'
  return `was last seen with the status ${statusOf(record)}`
}

/** @returns the status, in words where there is none. */
export function statusOf({ fields }: BuildRecord): string {
  return fields.status === '' ? '(none)' : fields.status
}

/** @returns what is asked for, a clause: `commit 1a2b3c4 on branch main`. */
export function wordsFor({ commit, branch }: Expected): string {
  return `commit ${commit ?? '(any)'}${branch === undefined ? '' : ` on branch ${branch}`}`
}
