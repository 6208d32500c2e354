import type { BuildRecord } from './codearts/record.ts'
import type { Reason } from './verdict.ts'

/** How a run ended: all that the report and the exit code depend on. */
export interface Ending {
  /** Whether the build is the one that may be deployed: the output `success`. */
  readonly success: boolean
  readonly reason: Reason
  /** One sentence: what was asked, and what came back. Remote text in it is still as it came. */
  readonly sentence: string
  /** What to do next, a clause in our own words; nothing where there is nothing to do. */
  readonly advice?: string
  /** The record, once one was read and judged. Without it nothing but red is possible. */
  readonly record?: BuildRecord
  /** What a person should know besides the verdict, a sentence each. */
  readonly warnings: readonly string[]
}

/** @returns the whole sentence: what was asked, what came back, what to do. */
export function wholeSentence({ sentence, advice }: Ending): string {
  return advice === undefined ? sentence : `${sentence}; ${advice}`
}

/** @returns whether the step may pass; contract section 3. A soft gate lets any status pass, and no error. */
export function mayPass(ending: Ending, failUnlessSuccess: boolean): boolean {
  return ending.success || (!failUnlessSuccess && ending.record !== undefined)
}
