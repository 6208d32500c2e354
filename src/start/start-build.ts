import {
  executeJobRequest,
  NothingStarted,
  readStartResponse,
  type BuildOrder,
  type ShowAnswer,
  type StartedBuild,
  type StartResponse,
} from '../codearts/execute-job.ts'
import { authorize, type RequestTools } from '../codearts/request-tools.ts'
import { ofNetwork } from '../codearts/response.ts'
import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import { afterTries, MAX_TRIES, withTries } from '../http/retry.ts'
import type { ApiError } from '../util/api-error.ts'
import type { Clock } from '../util/clock.ts'

/** Whether a build has started, as far as is known at any time: for whatever may end the run. */
export type Progress = NothingStarted | 'unknown' | StartedBuild

/** How a start ended; the error of a refusal counts the tries. */
export type StartEnd =
  | Exclude<StartResponse, { kind: 'refused' }>
  | { readonly kind: 'refused'; readonly proof: NothingStarted; readonly error: ApiError }

/** What it takes to start a build; `cancel` fires when the run is cancelled. */
export interface StartTools extends RequestTools {
  readonly endpoint: URL
  readonly cancel: AbortSignal
  readonly clock: Clock
  readonly show: ShowAnswer
  /** Called before a request may go out, and for what became of it. What it throws ends the start: before a request nothing is sent. */
  readonly onProgress: (progress: Progress) => void
  /** Called right before each request is handed to the network. */
  readonly onSend: () => void
}

/** How long a cancel waits for an answer that is on its way, milliseconds (contract section 7). */
export const MAX_WAIT_FOR_ANSWER_MS = 5_000

/**
 * Starts one build, and never two: the request is sent again only with the proof that it has started nothing (contract
 * section 7). Five requests at most go out in a run: four tries, and one more after a 401 where temporary keys had expired.
 */
export async function startBuild(order: BuildOrder, tools: StartTools): Promise<StartEnd> {
  const { retry, onRetry, cancel } = tools
  let mayRenew = true
  const attempt = async (): Promise<StartResponse> => {
    const { end, isRenewable } = await post(order, tools)
    if (end.kind !== 'refused' || !isRenewable || !mayRenew || cancel.aborted) return end
    mayRenew = false
    return (await post(order, tools)).end
  }
  const { result, ...tried } = await withTries(
    attempt,
    end => (end.kind === 'refused' && !cancel.aborted ? end.proof.error : undefined),
    { ...retry, onRetry, maxTries: MAX_TRIES, signal: cancel },
  )
  if (result.kind !== 'refused') return result
  return { ...result, error: afterTries(result.proof.error, tried) }
}

interface Posted {
  readonly end: StartResponse
  /** Whether other keys may be accepted. */
  readonly isRenewable: boolean
}

/** Sends the request once. */
async function post(order: BuildOrder, tools: StartTools): Promise<Posted> {
  const { endpoint, credentials, http, nowMs, cancel, show, onProgress, onSend } = tools
  const refused = (proof: NothingStarted, isRenewable = false): Posted => {
    onProgress(proof)
    return { end: { kind: 'refused', proof }, isRenewable }
  }
  const authorized = await authorize(executeJobRequest(endpoint, order), credentials, cancel)
  if (!authorized.ok) return refused(NothingStarted.provenBy('unsent', authorized.error))
  onSend()
  const sending = sendingUntil(tools)
  const answer = await http.send(authorized.value, sending.signal, sending.begin)
  sending.end()
  if (!answer.ok) {
    if (!sending.hasBegun()) return refused(NothingStarted.provenBy('unsent', ofNetwork(answer.error)))
    return { end: { kind: 'unknown', message: answer.error.message }, isRenewable: false }
  }
  const end = readStartResponse(answer, nowMs(), show)
  if (end.kind === 'started') onProgress(end.build)
  if (end.kind !== 'refused') return { end, isRenewable: false }
  const { isRenewable, error } = refusalOf(end.proof.error, answer, authorized.value, tools)
  return refused(NothingStarted.provenBy(answer, error) ?? end.proof, isRenewable)
}

/** What the credentials know about a refusal: whether other ones may be accepted, and what to do. */
function refusalOf(
  error: ApiError,
  answer: HttpResponse,
  request: HttpRequest,
  { credentials }: StartTools,
): { readonly isRenewable: boolean; readonly error: ApiError } {
  if (answer.status !== 401) return { isRenewable: false, error }
  const { isRenewable, remedy } = credentials.refused(answer, request)
  const isTheirs = remedy !== undefined && error.kind === 'credentials_refused'
  return { isRenewable, error: isTheirs ? { ...error, remedy } : error }
}

/** A cancel ends a request at once before its first byte; then it waits for the answer, for a while. */
function sendingUntil({ cancel, clock, onProgress }: StartTools) {
  const stop = new AbortController()
  let hasBegun = false
  let stopTimer = (): void => undefined
  const abort = (): void => {
    stop.abort()
  }
  const onCancel = (): void => {
    if (hasBegun) stopTimer = clock.after(MAX_WAIT_FOR_ANSWER_MS, abort)
    else abort()
  }
  if (cancel.aborted) abort()
  else cancel.addEventListener('abort', onCancel)
  return {
    signal: stop.signal,
    begin: (): void => {
      hasBegun = true
      onProgress('unknown')
    },
    hasBegun: () => hasBegun,
    end: (): void => {
      cancel.removeEventListener('abort', onCancel)
      stopTimer()
    },
  }
}
