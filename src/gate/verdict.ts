import { hasFinishTime, outcomeOf, type BuildRecord } from '../codearts/record.ts'
import { branchName, tagName } from '../util/git-refs.ts'
import type { Expected } from './build-query.ts'

/** The reasons for a build whose record was read; each is also a value of the output `reason`. */
export type BuildReason =
  | 'success'
  | 'failed'
  | 'aborted'
  | 'timed_out'
  | 'running'
  | 'unknown_status'
  | 'commit_mismatch'
  | 'branch_mismatch'
  | 'tag_mismatch'

export interface Verdict {
  readonly success: boolean
  readonly reason: BuildReason
}

/** The only status that passes, exactly in this form (contract section 3). */
const PASSING_STATUS = 'SUCCESS'

/** Judges a record: first what was built, then how it ended. */
export function judge(record: BuildRecord, expected: Expected): Verdict {
  const [first] = mismatchesOf(record, expected)
  return first === undefined ? judgeStatus(record) : { success: false, reason: `${first}_mismatch` }
}

/** The fields that name what was built, in the order in which they are checked. */
export type SourceField = 'commit' | 'branch' | 'tag'

/** @returns what was built otherwise than asked for. */
export function mismatchesOf(record: BuildRecord, expected: Expected): SourceField[] {
  const { branch, tag } = record.fields
  const commit = shownCommit(record)
  // A running build may not show yet what it builds. A finished one that does not show it never matches.
  const isRunning = judgeStatus(record).reason === 'running'
  const isOther = (shown: string, isMatch: boolean): boolean => (shown === '' ? !isRunning : !isMatch)
  const mismatches: SourceField[] = []
  if (expected.commit !== undefined && isOther(commit, isCommit(commit, expected.commit)))
    mismatches.push('commit')
  if (expected.branch !== undefined && isOther(branch, branchName(branch) === expected.branch))
    mismatches.push('branch')
  if (expected.tag !== undefined && isOther(tag, tagName(tag) === expected.tag)) mismatches.push('tag')
  return mismatches
}

/**
 * Judges the status alone. A word that is not known is a running build until the record says when it finished: the words for
 * running builds are not documented.
 */
export function judgeStatus(record: BuildRecord): Verdict {
  const { status } = record.fields
  if (status === PASSING_STATUS) return { success: true, reason: 'success' }
  const outcome = outcomeOf(status)
  if (outcome !== undefined && outcome !== 'success') return { success: false, reason: outcome }
  return { success: false, reason: hasFinishTime(record) ? 'unknown_status' : 'running' }
}

/** @returns the commit of a record; empty where it shows none: an empty field, or zeros alone (contract section 3). */
export function shownCommit({ fields }: BuildRecord): string {
  return /^0+$/.test(fields.commit) ? '' : fields.commit
}

/** @returns whether the full commit begins with what was asked for; never the reverse. */
export function isCommit(full: string, asked: string): boolean {
  return full.toLowerCase().startsWith(asked.toLowerCase())
}
