import type { Expected } from './asked.ts'
import type { ProblemReason } from './codearts/answer.ts'
import type { BuildRecord } from './codearts/record.ts'

/** What a build that could be read amounts to; a part of the words of the output `reason`. */
export type BuildReason =
  | 'success'
  | 'failed'
  | 'aborted'
  | 'timed_out'
  | 'running'
  | 'unknown_status'
  | 'commit_mismatch'
  | 'branch_mismatch'

/** Every word of the output `reason`. */
export type Reason =
  BuildReason | ProblemReason | 'wait_timeout' | 'cancelled' | 'invalid_input' | 'internal_error'

/** The judgement on a record. */
export interface Verdict {
  readonly success: boolean
  readonly reason: BuildReason
}

/** The one word that passes: no other case, no other word (contract section 3). */
const PASSING_STATUS = 'SUCCESS'

/** Words of builds that are over and did not succeed, in upper case. Source: API reference, section 4. */
const FAILED_STATUSES: Readonly<Record<string, BuildReason>> = {
  FAILURE: 'failed',
  SCHEDULE_FAILURE: 'failed',
  ABORTED: 'aborted',
  TIMEOUT: 'timed_out',
}

/**
 * Judges a record: first what was built, then by an allow-list of one word how it ended. A word that is not known is a
 * running build until it has a `finish_time`: the words of running builds are not documented.
 */
export function judge(record: BuildRecord, expected: Expected): Verdict {
  const byStatus = judgeStatus(record)
  // A running build that does not show its commit yet has no wrong one; one that is over and shows none never matches.
  const isWrong = (shown: string, matches: boolean): boolean =>
    shown === '' ? byStatus.reason !== 'running' : !matches
  const { commit, branch } = record.fields
  if (expected.commit !== undefined && isWrong(commit, isCommit(commit, expected.commit)))
    return { success: false, reason: 'commit_mismatch' }
  if (expected.branch !== undefined && isWrong(branch, isBranch(branch, expected.branch)))
    return { success: false, reason: 'branch_mismatch' }
  return byStatus
}

/** @returns whether the full commit begins with what was asked for; never the reverse. */
export function isCommit(full: string, asked: string): boolean {
  return full.toLowerCase().startsWith(asked.toLowerCase())
}

/** @returns whether two names are of one branch: either may be written as a ref, `refs/heads/main`. */
export function isBranch(shown: string, asked: string): boolean {
  return withoutRef(shown) === withoutRef(asked)
}

function withoutRef(branch: string): string {
  return branch.replace(/^refs\/heads\//, '')
}

/** @returns whether a build has not ended yet, as far as its record says. */
export function isRunning(record: BuildRecord): boolean {
  return judgeStatus(record).reason === 'running'
}

function judgeStatus(record: BuildRecord): Verdict {
  const { status, finish_time: finishTime } = record.fields
  if (status === PASSING_STATUS) return { success: true, reason: 'success' }
  return { success: false, reason: failureOf(status) ?? (finishTime === '' ? 'running' : 'unknown_status') }
}

/** @returns whether a status, of a build or of a stage of it, is a word for one that is over and did not succeed. */
export function isFailedStatus(status: string): boolean {
  return failureOf(status) !== undefined
}

function failureOf(status: string): BuildReason | undefined {
  const word = status.toUpperCase()
  return Object.hasOwn(FAILED_STATUSES, word) ? FAILED_STATUSES[word] : undefined
}
