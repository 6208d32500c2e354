import type { BuildRecord } from './codearts/record.ts'
import type { Reason } from './verdict.ts'

/** How a run ended: all that the report and the exit code depend on. */
export interface Ending {
  /** Whether the build is the one that may be deployed: the output `success`. */
  readonly success: boolean
  readonly reason: Reason
  /** One sentence: what was asked, what came back, what to do. Remote text in it is still as it came. */
  readonly sentence: string
  /** What to do next: the end of the sentence, a clause or some in our own words. */
  readonly advice?: string | undefined
  /** The record as it was last read, if it ever was. */
  readonly record?: BuildRecord | undefined
  /** What a person should know besides the verdict, a sentence each. */
  readonly warnings: readonly string[]
}

/** @returns the sentence without its advice: what was asked, and what came back. */
export function factsOf({ sentence, advice }: Ending): string {
  const end = `; ${advice ?? ''}`
  return advice !== undefined && sentence.endsWith(end) ? sentence.slice(0, -end.length) : sentence
}
/** What a soft gate lets pass: a record that was read, whatever it says, and this step's own patience with it. */
const SOFT_REASONS: readonly Reason[] = [
  'failed',
  'aborted',
  'timed_out',
  'running',
  'unknown_status',
  'commit_mismatch',
  'branch_mismatch',
  'wait_timeout',
]

/** @returns whether the step may pass; contract section 3. A soft gate lets any status pass, and no error. */
export function mayPass({ success, reason, record }: Ending, failUnlessSuccess: boolean): boolean {
  return success || (!failUnlessSuccess && record !== undefined && SOFT_REASONS.includes(reason))
}
