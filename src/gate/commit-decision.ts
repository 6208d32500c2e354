import type { ListedBuild } from '../codearts/build-list.ts'
import type { BuildRecord } from '../codearts/record.ts'
import { branchName, tagName } from '../util/git-refs.ts'
import type { Expected } from './build-query.ts'
import { isCommit, judgeStatus, shownCommit } from './verdict.ts'

/**
 * What is known about a build in a search by commit:
 * - `match`: it is judged. The search ends with it.
 * - `other`: it is of another commit, branch or tag.
 * - `no_commit`: it has finished, and its record shows no commit.
 * - `no_record`: it has finished, and the service says that it has no such build.
 * - `undecided`: it may be of the commit.
 * - `unreadable`: its record shows a commit that is none. It may be of any commit.
 */
export type Decision = 'match' | 'other' | 'no_commit' | 'no_record' | 'undecided' | 'unreadable'

/**
 * @returns what a record decides (contract section 3). A commit may be built for several branches and tags: a record that
 * names another one is passed over, and one that names none is judged.
 */
export function decisionOf(record: BuildRecord, expected: Expected): Decision {
  const { branch, tag } = record.fields
  const { branch: askedBranch = branchName(branch), tag: askedTag = tagName(tag) } = expected
  const isOther =
    (branch !== '' && branchName(branch) !== askedBranch) || (tag !== '' && tagName(tag) !== askedTag)
  if (isOther) return 'other'
  const commit = shownCommit(record)
  if (commit === '') return judgeStatus(record).reason === 'running' ? 'undecided' : 'no_commit'
  if (mayBeAsked(commit, expected)) return 'match'
  return isHex(commit) ? 'other' : 'unreadable'
}

/** @returns what a row of the list shows of its build: only a full hash decides anything. */
export function rowShows({ commit }: ListedBuild, expected: Expected): 'asked' | 'other' | 'nothing' {
  if (!isFullHash(commit)) return 'nothing'
  return isAsked(commit, expected) ? 'asked' : 'other'
}

/** @returns whether a full commit is the one that was asked for. */
export function isAsked(commit: string, expected: Expected): boolean {
  return isCommit(commit, askedCommit(expected))
}

/**
 * @returns whether the shown commit may be the one that was asked for. An abbreviation of it may be, although it does not
 * pass: the verdict on that build says so.
 */
export function mayBeAsked(shown: string, expected: Expected): boolean {
  const commit = shown.trim()
  return isHex(commit) && (isAsked(commit, expected) || isCommit(askedCommit(expected), commit))
}

/** Every commit begins with none. */
function askedCommit({ commit = '' }: Expected): string {
  return commit
}

/** A full hash: SHA-1 or SHA-256, in either case. Zeros alone are no commit. */
function isFullHash(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text) && !/^0+$/.test(text)
}

function isHex(text: string): boolean {
  return /^[0-9a-f]+$/i.test(text)
}
