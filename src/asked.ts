/** What the build must have built; undefined checks nothing. */
export interface Expected {
  /** A commit or the first digits of one, in any case. */
  readonly commit: string | undefined
  /** A branch, to the letter. */
  readonly branch: string | undefined
}

/** Which build is asked for. */
export interface Asked {
  /** The build task ID. */
  readonly jobId: string
  /** A number, the newest build of the job, or (undefined) the newest build of the commit. */
  readonly buildNo: number | 'latest' | undefined
  readonly expected: Expected
}

/** How long a run may wait */
export interface Patience {
  /** For everything together, requests and pauses. */
  readonly timeoutMs: number
  /** The longest pause between two looks. */
  readonly longestPauseMs: number
  /** How long something that is not there may take to appear. */
  readonly discoveryMs: number
}
