import type { Artifact } from '../codearts/artifacts.ts'
import type { BuildRecord } from '../codearts/record.ts'
import type { Message, Words } from '../util/message.ts'
import type { ApiErrorReason } from '../util/api-error.ts'
import type { NamedQuery } from './build-query.ts'
import type { Evidence } from './evidence.ts'
import type { BuildReason } from './verdict.ts'

/** Every value of the output `reason` (contract section 2). */
export type Reason =
  BuildReason | ApiErrorReason | 'wait_timeout' | 'cancelled' | 'invalid_input' | 'internal_error'

interface ReasonRow {
  /** What happened, a clause: the heading of the summary, and of a build what is wrong with it. */
  readonly heading: string
  /** What to do, as `Words` have it; empty where that depends on what came. */
  readonly remedy: string
  /** The same where the log of the build follows. */
  readonly logRemedy: string
  /** Whether `fail_unless_success: false` turns the failure into a warning, once a record was read (contract section 3). */
  readonly mayWarnOnly: boolean
  /** Whether the build has ended without success, so that its stages and log are read. */
  readonly hasDiagnosis: boolean
}

const error = (heading: string, remedy = ''): ReasonRow => ({
  heading,
  remedy,
  logRemedy: remedy,
  mayWarnOnly: false,
  hasDiagnosis: false,
})
const notPassed = (heading: string, remedy: string): ReasonRow => ({
  ...error(heading, remedy),
  mayWarnOnly: true,
})
const failedBuild = (heading: string, remedy: string, logRemedy: string): ReasonRow => ({
  ...notPassed(heading, remedy),
  logRemedy,
  hasDiagnosis: true,
})

/** What else helps where a build is another one than was asked for. */
export const OR_COMMIT = 'or give commit in place of build_no, and the step finds the build'

/** Everything that depends only on the reason. */
export const REASONS: Readonly<Record<Reason, ReasonRow>> = {
  success: error('the build passes'),
  failed: failedBuild(
    'the build failed',
    'See its log in the job summary or in CodeArts, fix the cause, and build it again',
    'Find the cause in the log below, fix it and build again',
  ),
  aborted: failedBuild(
    'the build was aborted',
    'Find out in CodeArts who or what stopped it, run it again, and then this step',
    'See in the log below how far the build came, and run it again',
  ),
  timed_out: failedBuild(
    'the build timed out in CodeArts',
    'See in its log in CodeArts what took so long, run the build again, and then this step',
    'See in the log below what took so long, and run the build again',
  ),
  unknown_status: failedBuild(
    'the build ended with an unknown status',
    'See the build in CodeArts, and run it again if it did not succeed',
    'See the log of the build below, and run it again if it did not succeed',
  ),
  running: notPassed(
    'the build has not finished',
    'Let the step wait for it (wait: true), or run the step when the build has finished',
  ),
  commit_mismatch: notPassed(
    'the build is of another commit',
    'Check build_no, or leave it out so that the step finds the build by its commit',
  ),
  branch_mismatch: notPassed('the build is of another branch', `Check build_no and branch, ${OR_COMMIT}`),
  tag_mismatch: notPassed('the build is of another tag', `Check build_no and tag, ${OR_COMMIT}`),
  wait_timeout: notPassed('the wait timed out', ''),
  not_found: error('there is no such build'),
  unauthorized: error('the credentials were refused'),
  forbidden: error('the credentials do not allow access to the build'),
  throttled: error('the service is throttling requests'),
  unreachable: error('the service could not be reached'),
  invalid_response: error('the answer was not valid'),
  service_error: error('the service reported an error'),
  invalid_input: error('the inputs are not valid'),
  cancelled: error('the step was cancelled'),
  internal_error: error('the gate itself failed'),
}

export interface GateResult extends Words {
  /** Whether the build is the one that may be deployed: the output `success`. */
  readonly success: boolean
  readonly reason: Reason
  /** What was checked of a build that was judged, and what was not, as the details have it; empty where there is nothing to say. */
  readonly checks?: Message
  /** The number of the build, as it was asked for; undefined where none was found. */
  readonly buildNo?: number | undefined
  /** The record as it was last read, if it ever was. */
  readonly record?: BuildRecord | undefined
  /** What a person should know besides the verdict, a sentence each. */
  readonly warnings: readonly Message[]
  readonly end: GateEnd
}

/**
 * How the run for one build ended: with a verdict on its record, with an error, at the limit of the wait, by a cancel, or
 * because another build had decided the gate.
 */
export type GateEnd = 'judged' | 'error' | 'limit' | 'cancelled' | 'decided'

/** @returns whether a build that did not pass might still have: it had not finished, or was not looked at any more. */
export function isOpen({ end, reason }: GateResult): boolean {
  return end === 'limit' || end === 'cancelled' || end === 'decided' || reason === 'running'
}

/** One build of the gate, and how it ended. */
export interface JudgedBuild extends Pick<NamedQuery, 'name' | 'jobId' | 'url'> {
  readonly result: GateResult
}

/**
 * How the step ended: all that the report and the exit code depend on. Of several builds, `reason` and `record` are those of
 * the one that decided (contract section 6), and the words are about all of them.
 */
export interface StepResult extends GateResult {
  /** The page of the build task that decided, as in its query; empty where the inputs were rejected. */
  readonly url: string
  /** In the order of the input; empty where the inputs were rejected. */
  readonly builds: readonly JudgedBuild[]
  /** What all builds made, in their order; undefined where it was not read. */
  readonly artifacts?: readonly BuiltArtifact[]
}

export interface BuiltArtifact extends Artifact {
  /** The name of the build, where there are several. */
  readonly build?: string
}

/** What the inputs of those names ask for. */
interface PassRules {
  readonly failUnlessSuccess: boolean
  readonly artifacts: boolean
}

/**
 * @param failUnlessSuccess the input of that name: without it, a record that was read passes whatever it says, and so does
 * this step's own time-out. No error ever does (contract section 3).
 * @returns whether the step may pass, as far as it depends on this build.
 */
export function mayPass({ success, reason, record }: GateResult, failUnlessSuccess: boolean): boolean {
  return success || (!failUnlessSuccess && record !== undefined && REASONS[reason].mayWarnOnly)
}

/**
 * @param evidence what the run has read.
 * @returns whether the step may pass: each of its builds has to, there is one, and there is a record of its own for each; and
 * what they made was read, where that was asked for and they succeeded.
 */
export function mayStepPass(
  result: StepResult,
  { failUnlessSuccess, artifacts }: PassRules,
  evidence: Pick<Evidence, 'isComplete'>,
): boolean {
  return (
    evidence.isComplete &&
    result.builds.length > 0 &&
    (!artifacts || !result.success || result.artifacts !== undefined) &&
    mayPass(result, failUnlessSuccess) &&
    result.builds.every(build => mayPass(build.result, failUnlessSuccess))
  )
}
