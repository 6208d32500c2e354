import { executeJobRequest, readStartResponse, type BuildOrder } from '../codearts/execute-job.ts'
import type { StartedBuild, StartResponse } from '../codearts/execute-job.ts'
import type { RequestTools } from '../codearts/request-tools.ts'
import { afterTries, MAX_TRIES, withTries } from '../http/retry.ts'
import type { ApiErrorReason } from '../util/api-error.ts'
import { joined, message, quote, type Message } from '../util/message.ts'

/** Every word of the output `reason`. `unknown`: a build may have started, or not. */
export type StartReason =
  ApiErrorReason | 'success' | 'unknown' | 'cancelled' | 'invalid_input' | 'internal_error'

/** Whether a build has started, as far as is known at any time: for whatever may end the run. */
export type Progress = 'not_started' | 'unknown' | StartedBuild

/** How a run ended; `message` and `remedy` as in the gate's result. */
export interface StartResult {
  readonly reason: StartReason
  readonly message: Message
  readonly remedy?: Message | undefined
  readonly build?: StartedBuild | undefined
}

/** What it takes to start a build; `cancel` fires when the run is cancelled. */
export interface StartTools extends RequestTools {
  readonly endpoint: URL
  readonly cancel: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/**
 * Starts one build, and never two: the request is sent again only where it has started nothing for sure (contract section 7).
 */
export async function startBuild(order: BuildOrder, tools: StartTools): Promise<StartResult> {
  const { retry, onRetry, cancel, onProgress } = tools
  const { result, ...tried } = await withTries(
    createAttempt(order, tools),
    end => (end.kind === 'refused' ? end.error : undefined),
    { ...retry, onRetry, maxTries: MAX_TRIES, signal: cancel },
  )
  if (result.kind === 'started') {
    onProgress(result.build)
    return { reason: 'success', message: describeStart(order, result.build), build: result.build }
  }
  const words = result.kind === 'unknown' ? result.message : afterTries(result.error, tried).message
  const start = describeProgress(result.kind === 'unknown' ? 'unknown' : 'not_started')
  const asked = message`Asked for a build of job ${order.jobId}: ${words}; ${start.message}`
  const said = { message: asked, remedy: start.remedy }
  if (cancel.aborted) return { ...said, reason: 'cancelled' }
  if (result.kind === 'unknown') return { ...said, reason: 'unknown' }
  return { ...said, reason: result.error.reason, remedy: result.error.remedy }
}

/** @returns what sends the request once, and once in the run again where temporary keys had expired. */
function createAttempt(order: BuildOrder, tools: StartTools): () => Promise<StartResponse> {
  const { endpoint, http, queue, nowMs, cancel, onProgress } = tools
  const request = executeJobRequest(endpoint, order)
  /** What the request has brought since it last went out; empty where nothing can have reached the service. */
  const ends: StartResponse[] = []
  const mayRepeat = (): boolean => {
    const isRefused = ends.at(-1)?.kind === 'refused'
    if (isRefused) ends.length = 0
    return isRefused
  }
  const send = queue.sender({ signal: cancel, mayRepeat })
  return async () => {
    ends.length = 0
    const response = await send<never>(request, async authorized => {
      const sending: { hasBegun: boolean } = { hasBegun: false }
      const answer = await http.send(authorized, cancel, () => {
        sending.hasBegun = true
        onProgress('unknown')
      })
      if (answer.ok) ends.push(readStartResponse(answer, nowMs()))
      else if (sending.hasBegun) ends.push({ kind: 'unknown', message: answer.error.message })
      if (ends.at(-1)?.kind === 'refused') onProgress('not_started')
      return answer
    })
    const end = ends.at(-1)
    if (response.ok) return end ?? { kind: 'unknown', message: response.answer.said }
    const { error } = response
    if (end === undefined) return { kind: 'refused', error }
    const isAdvised = end.kind === 'refused' && error.reason === 'unauthorized'
    return isAdvised ? { ...end, error: { ...end.error, remedy: error.remedy } } : end
  }
}

/** @returns which build has started, and what of it was asked for. Of parameters only the names are shown. */
function describeStart(order: BuildOrder, build: StartedBuild): Message {
  const { jobId, commit = '', branch = '', tag = '' } = order
  const parameters = order.parameters.map(({ name }) => name).join(', ')
  const clauses = Object.entries({ 'daily number': build.dailyBuildNumber, commit, branch, tag, parameters })
    .filter(([, value]) => value !== '')
    .map(([name, value]) => message`${name}: ${quote(value)}`)
  return joined([message`Build ${build.buildNo} of job ${jobId} has started`, ...clauses], '; ')
}

/** @returns what has started as a clause, and what to do where that is not known. */
export function describeProgress(progress: Progress) {
  if (progress === 'not_started') return { message: message`no build was started` }
  if (progress !== 'unknown') return { message: message`build ${progress.buildNo} has started` }
  const remedy = message`before you run the step again, look for a new build in the history of the build task in CodeArts: if one is there, give its number to the gate`
  return { message: message`a build may have started`, remedy }
}
