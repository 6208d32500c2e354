import {
  executeJobRequest,
  NothingStarted,
  readStartResponse,
  type BuildOrder,
  type ShowAnswer,
  type StartedBuild,
  type StartResponse,
} from '../codearts/execute-job.ts'
import type { RequestTools } from '../codearts/request-tools.ts'
import { ofNetwork } from '../codearts/response.ts'
import type { HttpRequest, HttpResult } from '../http/http-client.ts'
import { afterTries, MAX_TRIES, withTries } from '../http/retry.ts'
import type { ApiError } from '../util/api-error.ts'
import type { Clock } from '../util/clock.ts'

/** Whether a build has started, as far as is known at any time: for whatever may end the run. */
export type StartState = NothingStarted | 'unknown' | StartedBuild

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
  readonly onProgress: (progress: StartState) => void
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
  const { result, ...tried } = await withTries(
    createAttempt(order, tools),
    end => (end.kind === 'refused' && !cancel.aborted ? end.error : undefined),
    { ...retry, onRetry, maxTries: MAX_TRIES, signal: cancel },
  )
  return result.kind === 'refused' ? { ...result, error: afterTries(result.error, tried) } : result
}

/** @returns what sends the request once, and once in the run again where temporary keys had expired. */
function createAttempt(order: BuildOrder, tools: StartTools): () => Promise<StartEnd> {
  const { endpoint, queue, cancel, onProgress } = tools
  const request = executeJobRequest(endpoint, order)
  let end: StartResponse | undefined
  const mayRepeat = (): boolean => {
    const isProven = end?.kind === 'refused' && !cancel.aborted
    if (isProven) end = undefined
    return isProven
  }
  // One for the whole run: it renews credentials once.
  const send = queue.sender({ signal: cancel, mayRepeat })
  return async () => {
    end = undefined
    const response = await send<never>(request, async authorized => {
      const answer = await post(authorized, tools)
      end = answer.end
      if (end.kind !== 'unknown') onProgress(end.kind === 'started' ? end.build : end.proof)
      return answer
    })
    const found = end as StartResponse | undefined
    if (found === undefined) {
      if (response.ok) throw new Error('an answer came to a request that was not sent')
      const { error } = response
      return { kind: 'refused', proof: NothingStarted.provenBy('unsent', error), error }
    }
    if (found.kind !== 'refused') return found
    const { error } = found.proof
    // Of a 401 the credentials may know more.
    const isAdvised = !response.ok && error.reason === 'unauthorized'
    return { ...found, error: isAdvised ? { ...error, remedy: response.error.remedy } : error }
  }
}

/** Sends the request once. @returns the answer, and as `end` what it means for the start. */
async function post(
  request: HttpRequest,
  tools: StartTools,
): Promise<HttpResult & { readonly end: StartResponse }> {
  tools.onSend()
  const sending = sendingUntil(tools)
  const answer = await tools.http.send(request, sending.signal, sending.begin)
  sending.end()
  if (answer.ok) return { ...answer, end: readStartResponse(answer, tools.nowMs(), tools.show) }
  if (sending.hasBegun()) return { ...answer, end: { kind: 'unknown', details: [answer.error.message] } }
  const proof = NothingStarted.provenBy('unsent', ofNetwork(answer.error))
  return { ...answer, end: { kind: 'refused', proof } }
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
