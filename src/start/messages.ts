import { NothingStarted, type BuildOrder, type StartedBuild } from '../codearts/execute-job.ts'
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

/** @returns how the run ends without a wait. A cancel counts also where it came after the answer. */
export function startResult(
  order: BuildOrder,
  end: StartEnd,
  progress: Progress,
  isCancelled: boolean,
): StartResult {
  const task = message`build task ${order.jobId}`
  if (end.kind === 'started' && !isCancelled)
    return { reason: 'success', problem: startedLine(order, end.build), details: [] }
  const { clause, remedy } = describeProgress(progress, order.jobId)
  const said = end.kind === 'unknown' ? [end.message] : end.kind === 'refused' ? [end.error.message] : []
  const words = { remedy, details: [task, ...said] }
  if (isCancelled)
    return { reason: 'cancelled', problem: message`The step was cancelled, and ${clause}`, ...words }
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

/** @returns how a run ends that crashed. */
export function crashResult(jobId: string, crash: CrashWords, progress: Progress): StartResult {
  const { clause, remedy } = describeProgress(progress, jobId)
  return {
    reason: progress instanceof NothingStarted ? 'internal_error' : 'unknown',
    problem: message`${crash.problem}, and ${clause}`,
    remedy: remedy ?? [crash.remedy],
    details: [...(jobId === '' ? [] : [message`build task ${jobId}`]), crash.detail],
  }
}

/** @returns what has started as a clause, and what to do about it; nothing to do where nothing has started. */
export function describeProgress(
  progress: Progress,
  jobId: string,
): { clause: Message; remedy: Message | undefined } {
  if (progress instanceof NothingStarted) return { clause: ['no build was started'], remedy: undefined }
  if (progress === 'unknown')
    return {
      clause: ['a build may have started'],
      remedy: message`before you run the step again, look for a new build in the history of the build task in CodeArts: if one is there, give its number to the gate (job_id: ${jobId}/NUMBER)`,
    }
  const { buildNo } = progress
  return {
    clause: message`build ${buildNo} is running`,
    remedy: message`give ${buildNo} to the gate (job_id: ${jobId}/${buildNo} with wait: true)`,
  }
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
