import { NothingStarted, type BuildOrder, type StartedBuild } from '../codearts/execute-job.ts'
import type { BuildRecord } from '../codearts/record.ts'
import { describeStatus } from '../gate/messages.ts'
import type { StepResult } from '../gate/reasons.ts'
import { judgeStatus } from '../gate/verdict.ts'
import type { ApiErrorReason } from '../util/api-error.ts'
import { joined, message, quote, type Message } from '../util/message.ts'
import type { Progress, StartEnd } from './start-build.ts'

/** Every word of the output `reason`. `unknown`: a build may have started, or not. */
export type StartReason =
  ApiErrorReason | 'success' | 'unknown' | 'cancelled' | 'invalid_input' | 'internal_error'

/** How a run ended: what is wrong (of a pass what was done), what to do, and the details. */
export interface StartResult {
  readonly reason: StartReason
  readonly problem: Message
  readonly remedy?: Message | undefined
  readonly details: readonly Message[]
}

const HEADINGS: Readonly<Record<ApiErrorReason, string>> = {
  not_found: 'The build task was not found',
  unauthorized: 'The credentials were refused',
  forbidden: 'The credentials may not start builds of this task',
  throttled: 'The service is throttling requests',
  unreachable: 'The service could not be reached',
  invalid_response: 'The answer was not valid',
  service_error: 'The service refused the request',
}

/** @returns whether a build has started for sure. */
export function isBuild(progress: Progress): progress is StartedBuild {
  return progress !== 'unknown' && !(progress instanceof NothingStarted)
}

/** @returns how the run ends without a wait. A cancel counts also where it came after the answer. */
export function startResult(order: BuildOrder, end: StartEnd, isCancelled: boolean): StartResult {
  const task = message`build task ${order.jobId}`
  if (end.kind === 'started' && !isCancelled)
    return { reason: 'success', problem: startedLine(order, end.build), details: [] }
  const progress = end.kind === 'started' ? end.build : end.kind === 'refused' ? end.proof : 'unknown'
  const { clause, remedy } = describeProgress(progress, order.jobId)
  const said = end.kind === 'unknown' ? [end.message] : end.kind === 'refused' ? [end.error.message] : []
  const words = { remedy, details: [task, ...said] }
  if (isCancelled) {
    const problem = message`The step was cancelled, and ${clause}`
    const goesOn =
      end.kind === 'started' && remedy !== undefined ? message`${NOT_STOPPED}; ${remedy}` : remedy
    return { ...words, reason: 'cancelled', problem, remedy: goesOn }
  }
  if (end.kind !== 'refused')
    return { reason: 'unknown', problem: message`The start has no clear end, so ${clause}`, ...words }
  const { reason, remedy: advice } = end.error
  return { ...words, reason, problem: message`${HEADINGS[reason]}, and ${clause}`, remedy: advice }
}

/** What is said of a crash; what to do applies where nothing has started. */
export interface CrashWords {
  readonly problem: string
  readonly remedy: string
  readonly detail: Message
}

/** What a run is for, and what the inputs say of its summary and of a wait. */
export interface StartRun {
  readonly jobId: string
  readonly summary: boolean
  readonly isWaiting: boolean
}

/**
 * @param isEndKnown whether the build that has started is known to have ended.
 * @returns how a run ends that crashed.
 */
export function crashResult(
  { jobId, isWaiting }: StartRun,
  crash: CrashWords,
  progress: Progress,
  isEndKnown: boolean,
): StartResult {
  const { clause, remedy } = describeProgress(progress, jobId, isEndKnown)
  const isOfGate = isWaiting && isBuild(progress)
  return {
    reason: progress instanceof NothingStarted || isOfGate ? 'internal_error' : 'unknown',
    problem: message`${crash.problem}, and ${clause}`,
    remedy: remedy ?? [crash.remedy],
    details: [...(jobId === '' ? [] : [message`build task ${jobId}`]), crash.detail],
  }
}

/** @returns what has started as a clause, and what to do about it; nothing to do where nothing has started. */
export function describeProgress(
  progress: Progress,
  jobId: string,
  isEndKnown = false,
): { readonly clause: Message; readonly remedy: Message | undefined } {
  if (progress instanceof NothingStarted) return { clause: ['no build was started'], remedy: undefined }
  if (progress === 'unknown')
    return {
      clause: ['a build may have started'],
      remedy: message`before you run the step again, look for a new build in the history of the build task in CodeArts: if one is there, give its number to the gate (job_id: ${jobId}/NUMBER)`,
    }
  const { buildNo } = progress
  return {
    clause: message`build ${buildNo} ${isEndKnown ? 'has ended' : 'is running'}`,
    remedy: message`give ${buildNo} to the gate (job_id: ${jobId}/${buildNo} with wait: true)`,
  }
}

/** @returns whether a record shows that its build has ended. */
export function hasEnded(record: BuildRecord | undefined): boolean {
  return record !== undefined && judgeStatus(record).reason !== 'running'
}

/**
 * @param result the gate's on the build that this run has started.
 * @param isStopAsked whether the service is going to be asked to stop it.
 * @returns the result in the words of a start: where the end of the build is not known, nobody is told to run the step again,
 * because that would start another one.
 */
export function ofStartedBuild(
  result: StepResult,
  jobId: string,
  build: StartedBuild,
  isStopAsked: boolean,
): StepResult {
  const { success, reason, record, remedy, message: facts } = result
  if (success) return result
  const toGate = describeProgress(build, jobId).remedy ?? []
  if (hasEnded(record)) return MISMATCHES.includes(reason) ? { ...result, remedy: [CHECK_TASK] } : result
  if (reason === 'cancelled')
    return {
      ...result,
      message: message`The step was cancelled, and build ${build.buildNo} is running${lastSeen(record)}`,
      remedy: isStopAsked ? [STOP_IS_ASKED] : message`${NOT_STOPPED}; ${toGate}`,
    }
  const first =
    ['unauthorized', 'forbidden'].includes(reason) && remedy !== undefined ? message`${remedy}; then ` : []
  const more = reason === 'wait_timeout' ? '; for other builds, raise timeout_minutes' : ''
  return {
    ...result,
    message: message`Build ${build.buildNo} was started, and its end is not known: ${facts}`,
    remedy: message`${first}${toGate}${MISMATCHES.includes(reason) ? `; ${CHECK_TASK}` : more}`,
  }
}

const MISMATCHES: readonly string[] = ['commit_mismatch', 'branch_mismatch', 'tag_mismatch']
const CHECK_TASK =
  'check the code source of the build task in CodeArts: it has built something else than the start asked for'
const NOT_STOPPED = 'cancelling does not stop it'
const STOP_IS_ASKED = 'the service is asked to stop it: see the next line of the log, or the summary'

function lastSeen(record: BuildRecord | undefined): Message {
  return record === undefined ? [] : message` (last seen with the status ${describeStatus(record)})`
}

/** @returns which build has started, and what was asked for. Of parameters only names are shown, of secret ones how many. */
export function startedLine(order: BuildOrder, build: StartedBuild): Message {
  const { jobId, commit = '', branch = '', tag = '', parameters, secretParameters } = order
  const names = parameters.map(({ name }) => name).join(', ')
  const secrets = secretParameters.length === 0 ? '' : String(secretParameters.length)
  const given = (values: Readonly<Record<string, string>>): Message[] =>
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => message`${name}: ${quote(value)}`)
  const source = given({ commit, branch, tag })
  return joined(
    [
      message`Build ${build.buildNo} of build task ${jobId} has started`,
      ...given({ 'daily number': build.dailyBuildNumber }),
      ...(source.length > 0 ? source : [['no commit, branch or tag was asked for: the build task decides']]),
      ...given({ parameters: names, 'secret parameters': secrets }),
    ],
    '; ',
  )
}
