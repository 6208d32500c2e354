import { NothingStarted, type BuildOrder, type StartedBuild } from '../codearts/execute-job.ts'
import type { BuildRecord } from '../codearts/record.ts'
import { describePlace, describeStatus } from '../gate/messages.ts'
import type { Reason, StepResult } from '../gate/reasons.ts'
import { judgeStatus } from '../gate/verdict.ts'
import { detailsOf } from '../util/api-error.ts'
import { joined, message, quote, sentences, type Message, type Words } from '../util/message.ts'
import type { Place } from '../util/place.ts'
import type { StartState, StartEnd } from './start-build.ts'

/** How a run ended; of a pass `problem` says what was done. `unknown`: a build may have started, or not. */
export interface StartResult extends Words {
  readonly reason: Reason | 'unknown'
}

/** @returns how the run ends without a wait. A cancel counts also where it came after the answer. */
export function startResult(
  order: BuildOrder,
  end: StartEnd,
  { place, url }: { readonly place: Place; readonly url: string },
  isCancelled: boolean,
): StartResult {
  if (end.kind === 'started' && !isCancelled)
    return { reason: 'success', problem: startedLine(order, end.build), details: [] }
  const progress = end.kind === 'started' ? end.build : end.kind === 'refused' ? end.proof : 'unknown'
  const { clause, remedy } = describeProgress(progress, order.jobId)
  const said = end.kind === 'unknown' ? end.details : end.kind === 'refused' ? detailsOf(end.error) : []
  const link: Message[] = url === '' ? [] : [[quote(url, 2_000)]]
  const details = [message`build task ${order.jobId}`, describePlace(place), ...said, ...link]
  if (isCancelled) {
    const problem = message`The step was cancelled, and ${clause}`
    const goesOn = end.kind === 'started' ? sentences([NOT_STOPPED], remedy) : remedy
    return { reason: 'cancelled', problem, remedy: goesOn, details }
  }
  if (end.kind !== 'refused')
    return { reason: 'unknown', problem: message`The start has no clear end, so ${clause}`, remedy, details }
  const { reason, problem, remedy: advice } = end.error
  return { reason, problem: message`${problem}, and ${clause}`, remedy: advice, details }
}

/** @returns whether a build has started for sure. */
export function isBuild(progress: StartState): progress is StartedBuild {
  return progress !== 'unknown' && !(progress instanceof NothingStarted)
}

/** What a run is for, and what the inputs say of its summary and of a wait. */
export interface StartRun {
  readonly jobId: string
  /** The page of the task; empty where it is not known. */
  readonly url: string
  readonly summary: boolean
  readonly isWaiting: boolean
}

/**
 * @param crash what is said of it; its remedy applies where nothing has started.
 * @param isEndKnown whether the build that has started is known to have ended.
 * @returns how a run ends that crashed.
 */
export function crashResult(
  { jobId, isWaiting }: StartRun,
  crash: Words,
  progress: StartState,
  isEndKnown: boolean,
): StartResult {
  const { clause, remedy } = describeProgress(progress, jobId, isEndKnown)
  const isOfGate = isWaiting && isBuild(progress)
  return {
    reason: progress instanceof NothingStarted || isOfGate ? 'internal_error' : 'unknown',
    problem: message`${crash.problem}, and ${clause}`,
    remedy: remedy ?? crash.remedy,
    details: [...(jobId === '' ? [] : [message`build task ${jobId}`]), ...crash.details],
  }
}

/** @returns what has started as a clause, and what to do about it; nothing to do where nothing has started. */
export function describeProgress(
  progress: StartState,
  jobId: string,
  isEndKnown = false,
): { readonly clause: Message; readonly remedy: Message | undefined } {
  if (progress instanceof NothingStarted) return { clause: ['no build was started'], remedy: undefined }
  if (progress === 'unknown')
    return {
      clause: ['a build may have started'],
      remedy: message`Before you run the step again, look for a new build in the history of the build task in CodeArts: if one is there, give its number to the gate (job_id: ${jobId}/NUMBER)`,
    }
  const { buildNo } = progress
  return {
    clause: message`build ${buildNo} ${isEndKnown ? 'has ended' : 'is running'}`,
    remedy: message`Give ${buildNo} to the gate, with wait: true, and start no other one (job_id: ${jobId}/${buildNo})`,
  }
}

/** @returns whether a record shows that its build has ended. */
export function hasEnded(record: BuildRecord | undefined): boolean {
  return record !== undefined && judgeStatus(record).reason !== 'running'
}

const CHECK_TASK = [
  'Check the code source of the build task in CodeArts: it has built something else than the start asked for',
]
/** What to do about a build that this run has started, where running the gate again is not enough. */
const OWN_REMEDIES: Partial<Record<Reason, Message>> = {
  commit_mismatch: CHECK_TASK,
  branch_mismatch: CHECK_TASK,
  tag_mismatch: CHECK_TASK,
  aborted: ['Find out in CodeArts who or what stopped it. Running this step again starts another build'],
  timed_out: ['See in its log in CodeArts what took so long. Running this step again starts another build'],
}
const NOT_STOPPED = 'Cancelling does not stop it'
const STOP_IS_ASKED = 'The service is asked to stop it: see the next line of the log, or the summary'

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
  const { success, reason, record, remedy } = result
  if (success) return result
  const own = OWN_REMEDIES[reason]
  const { clause, remedy: toGate } = describeProgress(build, jobId)
  if (hasEnded(record)) return { ...result, remedy: own ?? (result.end === 'judged' ? remedy : toGate) }
  if (reason === 'cancelled') {
    const seen = record === undefined ? [] : [message`last seen with the status ${describeStatus(record)}`]
    return {
      ...result,
      problem: message`The step was cancelled, and ${clause}`,
      remedy: isStopAsked ? [STOP_IS_ASKED] : sentences([NOT_STOPPED], toGate),
      details: [message`build task ${jobId}`, ...seen],
    }
  }
  const isRefused = reason === 'unauthorized' || reason === 'forbidden'
  const last = reason === 'wait_timeout' ? ['For other builds, raise timeout_minutes'] : undefined
  return {
    ...result,
    problem: message`${result.problem}, and ${clause}`,
    remedy: sentences(own ?? (isRefused ? remedy : undefined), toGate, last),
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
