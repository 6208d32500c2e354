import { executeJobRequest, readStartResponse, type BuildOrder } from '../codearts/execute-job.ts'
import type { StartedBuild, StartResponse } from '../codearts/execute-job.ts'
import { authorize, type RequestTools } from '../codearts/request-tools.ts'
import { ofNetwork } from '../codearts/response.ts'
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
    () => attempt(order, tools),
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

/** Sends the request once, and once more where temporary keys had expired. */
async function attempt(order: BuildOrder, tools: StartTools, isRenewed = false): Promise<StartResponse> {
  const { endpoint, credentials, http, nowMs, cancel, onProgress } = tools
  const authorized = await authorize(executeJobRequest(endpoint, order), credentials, cancel)
  if (!authorized.ok) return { kind: 'refused', error: authorized.error }
  const sending: { hasBegun: boolean } = { hasBegun: false }
  const answer = await http.send(authorized.value, cancel, () => {
    sending.hasBegun = true
    onProgress('unknown')
  })
  if (!answer.ok && sending.hasBegun) return { kind: 'unknown', message: answer.error.message }
  if (!answer.ok) return { kind: 'refused', error: ofNetwork(answer.error) }
  const end = readStartResponse(answer, nowMs())
  if (end.kind !== 'refused') return end
  onProgress('not_started')
  if (answer.status !== 401) return end
  const { isRenewable, remedy } = credentials.refused(answer, authorized.value)
  if (isRenewable && !isRenewed) return attempt(order, tools, true)
  if (remedy === undefined || end.error.kind !== 'credentials_refused') return end
  return { kind: 'refused', error: { ...end.error, remedy } }
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
