import type { Asked, Expected } from './asked.ts'
import type { BuildId } from './codearts/client.ts'
import type { BuildRecord } from './codearts/record.ts'
import { inWords } from './duration-words.ts'
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

/** @returns the sentence of the verdict on a record: what came of it, what was checked and what was not, what to do. */
export function verdictSentence(
  { jobId, buildNo }: BuildId,
  record: BuildRecord,
  expected: Expected,
  reason: BuildReason,
): string {
  const { commit, branch } = record.fields
  const clauses = [
    `Build ${buildNo} of job ${jobId} ${OUTCOME[reason]}: its status is ${statusOf(record)}`,
    `commit: ${checked(commit, expected.commit, reason === 'commit_mismatch')}`,
    // A commit that is wrong ends the matter before anybody looks at the branch.
    `branch: ${checked(branch, reason === 'commit_mismatch' ? undefined : expected.branch, reason === 'branch_mismatch')}`,
    ADVICE[reason],
  ]
  return clauses.filter(clause => clause !== '').join('; ')
}

function checked(shown: string, asked: string | undefined, isWrong: boolean): string {
  if (asked === undefined) return 'not checked'
  if (isWrong) return `${shown || '(none)'}, and ${asked} was asked for`
  return shown === '' ? `not shown yet (${asked} was asked for)` : `${shown}, as asked for`
}

/** @returns the sentence of a run that got no record: what was asked, what came back, what to do. */
export function problemSentence(
  asked: string,
  { cameBack, hint }: { cameBack: string; hint: string },
): string {
  return `Asked for ${asked}: ${cameBack}; ${hint}`
}

/** @returns the sentence of a run whose time was up. */
export function timeoutSentence(asked: string, last: BuildRecord | undefined, wait: Wait): string {
  const limit = inWords(wait.patience?.timeoutMs ?? 0)
  return (
    `Waited ${inWords(wait.elapsedMs)} for ${asked}, and after ${looksIn(wait)} it ${lastSeen(last)}` +
    `; raise timeout_minutes (now ${limit}), or see in CodeArts what keeps the build`
  )
}

/** @returns the sentence of a run that was cancelled. */
export function cancelSentence(asked: string, last: BuildRecord | undefined, wait: Wait): string {
  return (
    `Cancelled after ${inWords(wait.elapsedMs)} and ${looksIn(wait)} for ${asked}, which ${lastSeen(last)}` +
    `; the build itself was not cancelled`
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

function lastSeen(record: BuildRecord | undefined): string {
  if (record === undefined) return 'was not there yet'
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
