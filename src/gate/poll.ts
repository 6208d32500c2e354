import type { CodeArtsBuild, RequestOptions } from '../codearts/client.ts'
import { MAX_RETRY_AFTER_MS, MAX_TRIES, pauseAfter, type OnRetry } from '../http/retry.ts'
import type { ApiError } from '../util/api-error.ts'
import { sleep, type Clock } from '../util/clock.ts'
import type { Log } from '../util/logging.ts'
import { message, type Message } from '../util/message.ts'
import type { WaitOptions } from './build-query.ts'
import { pauseMs, SHORTEST_PAUSE_MS } from './poll-schedule.ts'
import { GroupedProgress, type Progress } from './progress.ts'

/** The result of one poll. */
export type PollResult<T> =
  /** The wait is over. `state` says what was found. */
  | { readonly kind: 'done'; readonly value: T; readonly state: Message }
  /** Another poll is needed. `value` is the result without `wait`. */
  | {
      readonly kind: 'pending'
      readonly value: T
      /** The current state: logged when it changes. */
      readonly state: Message
      /** An addition, such as the time that is probably left; may be empty. */
      readonly estimate: string
      /** The pause before the next poll, milliseconds. */
      readonly pauseMs: number
    }
  | { readonly kind: 'error'; readonly error: ApiError }

/**
 * How polling ended: with a value, with an error that stays, or because the time was up, the run was cancelled, or the
 * gate was decided by another build.
 */
export type PollEnd<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'error'; readonly error: ApiError }
  | {
      readonly kind: 'wait_timeout' | 'cancelled' | 'decided'
      /** The error of the last poll, if it failed. */
      readonly lastError: ApiError | undefined
    }

export interface PollTools {
  readonly service: CodeArtsBuild
  readonly clock: Clock
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number
  readonly log: Log
  /** Fires when the run is cancelled. */
  readonly cancel: AbortSignal
  /** Only for a build that is one of several. */
  readonly beside?: {
    /** Fires when the verdict of the gate is certain, whatever this build does. */
    readonly decided: AbortSignal
    /** Called when a poll is over and another one will follow. */
    readonly onPolled: () => void
    readonly onRetry: OnRetry
    /** @returns what shows a wait for something, such as `build 61`. */
    readonly progressOf: (what: Message) => Progress
  }
}

/** The last poll is made this long before the limit, so that the last pause is not wasted. */
const LAST_POLL_MS = 2_000

/**
 * Polls within one limit for all that a run looks for, and counts polls and faults on the way. Without `wait` there is one
 * poll, with its tries.
 */
export class Poller {
  readonly wait: WaitOptions | undefined
  readonly #tools: PollTools
  readonly #startedMs: number
  readonly #stop: AbortSignal
  readonly #clearLimit: () => void = () => undefined
  #pollCount = 0
  #faultCount = 0
  #faultsInARow = 0
  #lastFault: ApiError | undefined
  /** The error of the last poll, if it failed. */
  #lastError: ApiError | undefined
  /** By the clock; undefined while the thing is there. */
  #missingSinceMs: number | undefined

  constructor(wait: WaitOptions | undefined, tools: PollTools) {
    this.wait = wait
    this.#tools = tools
    this.#startedMs = tools.clock.nowMs()
    const stops = tools.beside === undefined ? [tools.cancel] : [tools.cancel, tools.beside.decided]
    this.#stop = AbortSignal.any(stops)
    if (wait === undefined) return
    const timeUp = new AbortController()
    this.#stop = AbortSignal.any([...stops, timeUp.signal])
    this.#clearLimit = tools.clock.after(wait.timeoutMs, () => {
      timeUp.abort()
    })
  }

  /** How many polls there were so far. */
  get pollCount(): number {
    return this.#pollCount
  }

  /** Whether the service has answered at all. */
  get hasAnswered(): boolean {
    return this.#tools.service.hasAnswered
  }

  /** How long the run has been going, milliseconds. */
  get elapsedMs(): number {
    return this.#tools.clock.nowMs() - this.#startedMs
  }

  /** @returns whether something that has been missing since then (milliseconds of the clock) may still appear. */
  mayAppear(sinceMs: number): boolean {
    return this.wait !== undefined && this.#tools.clock.nowMs() - sinceMs < this.wait.discoveryMs
  }

  /** @returns the pause before another poll of something that has been going for so long; milliseconds. */
  pauseAtAge(ageMs: number, expectedMs?: number): number {
    const longestPauseMs = this.wait?.longestPauseMs ?? 0
    return pauseMs({ ageMs, expectedMs, longestPauseMs }, this.#tools.random())
  }

  /** @returns a sentence on the polls that failed without ending the wait, if there were any. */
  faultWarnings(): Message[] {
    if (this.#lastFault === undefined) return []
    const polls = this.#faultCount === 1 ? '1 poll' : `${this.#faultCount} polls`
    return [message`${polls} failed during the wait; the last error was: ${this.#lastFault.message}`]
  }

  /** Stops the timer of the limit; call it when the run is over. */
  end(): void {
    this.#clearLimit()
  }

  /**
   * Polls until there is nothing to wait for: a result that is done, an error that stays, the limit, a cancel.
   * @param what is looked for, for the log: `build 61`.
   */
  async until<T>(
    what: Message,
    poll: (options: RequestOptions) => Promise<PollResult<T>>,
  ): Promise<PollEnd<T>> {
    const { wait } = this
    const { beside } = this.#tools
    const progress = beside?.progressOf(what) ?? new GroupedProgress(what, this.#tools)
    let wasSeen = false
    this.#missingSinceMs = undefined
    try {
      for (;;) {
        this.#pollCount++
        const result = await poll(this.#requestOptions())
        if (result.kind === 'done') progress.sayLast(result.state)
        if (result.kind !== 'error') this.#noteSuccess()
        if (result.kind === 'done' || (result.kind === 'pending' && wait === undefined))
          return { kind: 'done', value: result.value }
        if (this.#isStopped()) return this.#stopped(result)
        if (result.kind === 'pending') {
          wasSeen = true
          progress.say(result.state, result.estimate)
          beside?.onPolled()
          await this.#pause(result.pauseMs)
        } else {
          const pauseMs = wait === undefined ? undefined : this.#pauseAfterError(result.error, wait)
          if (pauseMs === undefined) return result
          if (result.error.missing === undefined) progress.sayTrouble()
          else progress.say(message`${wasSeen ? 'no longer there' : 'not there yet'}`)
          beside?.onPolled()
          await this.#pause(pauseMs)
        }
        if (this.#isStopped()) return this.#stopped()
      }
    } finally {
      progress.end()
    }
  }

  /**
   * Until the service has answered once, a request has its tries; from then on faults count against the limit. The first
   * poll has its tries in any case: the answer may have been for another build.
   */
  #requestOptions(): RequestOptions {
    const isFaultWaitedOut = this.wait !== undefined && this.hasAnswered && this.#pollCount > 1
    const onRetry = this.#tools.beside?.onRetry
    return { maxTries: isFaultWaitedOut ? 1 : MAX_TRIES, signal: this.#stop, onRetry }
  }

  #isStopped(): boolean {
    return this.#stop.aborted
  }

  #noteSuccess(): void {
    this.#faultsInARow = 0
    this.#lastError = undefined
    this.#missingSinceMs = undefined
  }

  /** @returns the pause before the next poll, milliseconds; undefined for an error that stays. */
  #pauseAfterError(error: ApiError, wait: WaitOptions): number | undefined {
    // A single 404 like this may come from any server; a missing API never appears.
    const isApiMissing =
      error.missing === 'api' || (error.missing === 'unknown' && this.#lastError?.missing === 'unknown')
    this.#lastError = error
    if (error.missing !== undefined) {
      const nowMs = this.#tools.clock.nowMs()
      this.#missingSinceMs ??= nowMs
      this.#faultsInARow = 0
      if (isApiMissing || !this.mayAppear(this.#missingSinceMs)) return undefined
      const ageMs = nowMs - this.#missingSinceMs
      return Math.min(this.pauseAtAge(ageMs), wait.discoveryMs - ageMs)
    }
    const isLongPause = (error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS
    if (!error.retryable || !(this.hasAnswered || isLongPause)) return undefined
    if (this.#lastFault === undefined)
      this.#tools.log.info(message`A poll failed, and the wait goes on: ${error.message}`)
    else this.#tools.log.debug(message`A poll failed: ${error.message}`)
    this.#lastFault = error
    this.#faultCount++
    this.#faultsInARow++
    return pauseAfter(this.#faultsInARow, error, this.#tools.random(), wait.longestPauseMs)
  }

  /** @param last the last poll; a request that was aborted has no error. */
  #stopped(last?: PollResult<unknown>): PollEnd<never> {
    const isError = last?.kind === 'error' && last.error.isGivenUp !== true
    const lastError = isError ? last.error : this.#lastError
    if (this.#tools.cancel.aborted) return { kind: 'cancelled', lastError: failureIn(lastError) }
    if (this.#tools.beside?.decided.aborted === true) return { kind: 'decided', lastError }
    return { kind: 'wait_timeout', lastError: failureIn(lastError) }
  }

  async #pause(ms: number): Promise<void> {
    const leftMs = (this.wait?.timeoutMs ?? 0) - this.elapsedMs
    const isLastButOne = leftMs > LAST_POLL_MS && ms > leftMs - LAST_POLL_MS
    const pauseMs = isLastButOne ? leftMs - LAST_POLL_MS : ms
    await sleep(this.#tools.clock, Math.max(SHORTEST_PAUSE_MS, pauseMs), this.#stop)
  }
}

/** A missing build is not a failed poll. */
function failureIn(error: ApiError | undefined): ApiError | undefined {
  return error?.missing === 'build' ? undefined : error
}
