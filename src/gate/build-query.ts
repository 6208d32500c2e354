/** What the build must have built; undefined checks nothing. */
export interface Expected {
  /** A commit or the first digits of one, in any case. */
  readonly commit: string | undefined
  /** Whether it is the commit that GitHub makes to test a pull request, which nothing builds. */
  readonly isMergeCommit?: boolean
  /** A branch, exact, without `refs/heads/`. */
  readonly branch: string | undefined
  /** A tag, exact, without `refs/tags/`. */
  readonly tag: string | undefined
}

export interface BuildQuery {
  readonly jobId: string
  /** A number, the newest build of the build task, or (undefined) the newest build of the commit. */
  readonly buildNo: number | 'latest' | undefined
  readonly expected: Expected
  /** The page of the build task, as `NamedQuery` has it. */
  readonly url?: string
  /** Whether this run has started the build: then its number is found, and its record has to be its own. */
  readonly isStarted?: true
}

/** One build of those that a gate is on. */
export interface NamedQuery extends BuildQuery {
  /** The name of the build in the workflow; without one, the ID of its build task. */
  readonly name: string
  /** The page of the build task, `https:` and without a query; empty unless the workflow gave its address. */
  readonly url: string
}

export interface WaitOptions {
  /** The limit for everything together, requests and pauses; milliseconds. */
  readonly timeoutMs: number
  /** The longest pause between two polls, milliseconds. */
  readonly longestPauseMs: number
  /** How long something that does not exist yet may take to appear, milliseconds. */
  readonly discoveryMs: number
}
