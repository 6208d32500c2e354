import type { CodeArtsBuild } from '../codearts/client.ts'
import type { RequestOptions } from '../codearts/request-tools.ts'
import { MAX_RETRY_AFTER_MS, MAX_TRIES, pauseAfter, type OnRetry } from '../http/retry.ts'
import { describeError, type ApiError, type ErrorKind } from '../util/api-error.ts'
import { sleep, timeLimit, type Clock } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { Log } from '../util/logging.ts'
import { message, type Message } from '../util/message.ts'
import type { Place } from '../util/place.ts'
import type { WaitOptions } from './build-query.ts'
import type { Evidence } from './evidence.ts'
import { pauseMs, SHORTEST_PAUSE_MS } from './poll-schedule.ts'
import { groupedProgress, type Progress } from './progress.ts'

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
      readonly estimate: Message
      /** The pause before the next poll, milliseconds. */
      readonly pauseMs: number
    }
  | { readonly kind: 'error'; readonly error: ApiError }

/** How polling ended: with a value, with an error that stays, or before there was either. */
export type PollEnd<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'error'; readonly error: ApiError }
  | Unfinished

/** Polling ended because the time was up, the run was cancelled, or another build had decided the gate. */
export interface Unfinished {
  readonly kind: 'limit' | 'cancelled' | 'decided'
  /** The error of the last poll, if it failed. */
  readonly lastError: ApiError | undefined
}

/** What a build that is one of several shares with the others. */
interface AmongSeveral {
  /** Fires when the verdict of the gate is certain, whatever this build does. */
  readonly decided: AbortSignal
  /** Fires when another build cannot pass: then the first try of this one's first answer is enough. */
  readonly enough: AbortSignal
  /** Called when the build was read, and may be polled again. */
  readonly onRead: () => void
  readonly onRetry: OnRetry
  /** @returns what shows a wait for something, such as `build 61`. */
  readonly progressOf: (what: Message) => Progress
}

export interface PollTools {
  /** Undefined polls once and waits for nothing. */
  readonly wait: WaitOptions | undefined
  readonly service: CodeArtsBuild
  readonly evidence: Evidence
  /** What messages say of the service that is asked. */
  readonly place: Place
  readonly clock: Clock
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number
  readonly log: Log
  /** Fires when the run is cancelled. */
  readonly cancel: AbortSignal
  /** Only for a build that is one of several. */
  readonly amongSeveral?: AmongSeveral
}

/** The last poll is made this long before the limit, so that the last pause is not wasted. */
const LAST_POLL_MS = 2_000

/**
 * Polls within one limit for all that a run looks for, and counts polls and faults on the way. Without `wait` there is one
 * poll, with its tries.
 */
export class Poller {
  readonly tools: PollTools
  pollCount = 0
  /** The state that the last poll with one has brought. */
  lastState: Message | undefined
  readonly #startedMs: number
  readonly #stop: AbortSignal
  /** Stops the timer of the limit; call it when the run is over. */
  readonly end: () => void
  #faultCount = 0
  #faultsInARow = 0
  #lastFault: ApiError | undefined
  /** The error of the last poll, if it failed. */
  #lastError: ApiError | undefined
  /** By the clock; undefined while the thing is there. */
  #missingSinceMs: number | undefined

  constructor(tools: PollTools) {
    const { wait, clock, cancel, amongSeveral } = tools
    this.tools = tools
    this.#startedMs = clock.nowMs()
    const stop = amongSeveral === undefined ? cancel : AbortSignal.any([cancel, amongSeveral.decided])
    const limit = wait === undefined ? undefined : timeLimit(clock, wait.timeoutMs, stop)
    this.#stop = limit?.signal ?? stop
    this.end = limit?.end ?? (() => undefined)
  }

  get elapsedMs(): number {
    return this.tools.clock.nowMs() - this.#startedMs
  }

  /** How long what is looked for has been missing, milliseconds. */
  get missingMs(): number {
    const { clock } = this.tools
    return clock.nowMs() - (this.#missingSinceMs ?? clock.nowMs())
  }

  /** @returns how long something that has been missing since then (milliseconds of the clock) may still take; 0 or less for no longer. */
  discoveryLeftMs(sinceMs: number): number {
    const { wait, clock } = this.tools
    return wait === undefined ? 0 : wait.discoveryMs - (clock.nowMs() - sinceMs)
  }

  /** @returns the pause before another poll of something that has been going for so long; milliseconds. */
  pauseAtAge(ageMs: number, expectedMs?: number): number {
    const longestPauseMs = this.tools.wait?.longestPauseMs ?? 0
    return pauseMs({ ageMs, expectedMs, longestPauseMs }, this.tools.random())
  }

  /** @returns a sentence on the polls that failed without ending the wait, if there were any. */
  faultWarnings(): Message[] {
    if (this.#lastFault === undefined) return []
    const polls = countPolls(this.#faultCount)
    return [message`${polls} failed during the wait; the last error was: ${describeError(this.#lastFault)}`]
  }

  /**
   * Polls until there is nothing to wait for: a result that is done, an error that stays, the limit, a cancel.
   * @param what is looked for, for the log: `build 61`.
   */
  async until<T>(
    what: Message,
    poll: (options: RequestOptions) => Promise<PollResult<T>>,
  ): Promise<PollEnd<T>> {
    const { wait, amongSeveral } = this.tools
    const progress = amongSeveral?.progressOf(what) ?? groupedProgress(what, this.tools)
    let wasSeen = false
    let pollsOfThis = 0
    this.#missingSinceMs = undefined
    try {
      for (;;) {
        this.pollCount++
        const result = await poll(this.#requestOptions(++pollsOfThis))
        if (result.kind === 'done') progress.sayLast(result.state)
        if (result.kind !== 'error') {
          this.#faultsInARow = 0
          this.#lastError = undefined
          this.#missingSinceMs = undefined
        }
        if (result.kind === 'done' || (result.kind === 'pending' && wait === undefined))
          return { kind: 'done', value: result.value }
        if (result.kind === 'pending') this.lastState = result.state
        if (this.#isStopped()) return this.#stopped(result)
        let pauseMs: number | undefined
        if (result.kind === 'pending') {
          wasSeen = true
          progress.say(result.state, result.estimate)
          pauseMs = result.pauseMs
        } else {
          const { error } = result
          if (error.kind === 'cut_short') return { kind: 'decided', lastError: error }
          pauseMs = wait === undefined ? undefined : this.#pauseAfterError(error, wait)
          if (pauseMs === undefined) {
            // Of a build that has not come in all that time, there is none.
            const isAbsent = wait !== undefined && error.kind === 'record_missing'
            return { kind: 'error', error: isAbsent ? { ...error, reason: 'not_found' } : error }
          }
          if (!isMissing(error)) progress.sayTrouble()
          else progress.say([wasSeen ? 'no longer there' : 'not there yet'], this.#lookingFor(error))
        }
        amongSeveral?.onRead()
        await this.#pause(pauseMs)
        if (this.#isStopped()) return this.#stopped()
      }
    } finally {
      progress.end()
    }
  }

  /**
   * Until the service has answered once, a request has its tries; from then on faults count against the limit. The first
   * poll has its tries in any case: the answer may have been for another build. Of several builds each has them for its
   * first record, too (contract section 6).
   * @param pollsOfThis how many polls of the same thing there are with this one.
   */
  #requestOptions(pollsOfThis: number): RequestOptions {
    const { wait, evidence, amongSeveral } = this.tools
    const polls = amongSeveral === undefined ? this.pollCount : pollsOfThis
    const isFaultWaitedOut = wait !== undefined && evidence.hasAnswered && polls > 1
    return {
      priority: pollsOfThis === 1 ? 'first' : 'later',
      maxTries: isFaultWaitedOut ? 1 : MAX_TRIES,
      signal: this.#stop,
      enough: amongSeveral?.enough,
      onRetry: amongSeveral?.onRetry,
    }
  }

  /** @returns what the service says of something that is not there, and how long it is looked for. */
  #lookingFor({ message: said }: ApiError): Message {
    const leftMs = Math.max(0, (this.tools.wait?.discoveryMs ?? 0) - this.missingMs)
    return message`${said}; looking for it for ${formatDuration(leftMs)} more (discovery_minutes)`
  }

  #isStopped(): boolean {
    return this.#stop.aborted
  }

  /** @returns the pause before the next poll, milliseconds; undefined for an error that stays. */
  #pauseAfterError(error: ApiError, wait: WaitOptions): number | undefined {
    const { clock, evidence, log, random } = this.tools
    // A single 404 like this may come from any server; a missing API never appears.
    const isSecond = error.kind === 'address_unknown' && this.#lastError?.kind === error.kind
    const isApiMissing = error.kind === 'api_missing' || error.kind === 'api_unknown' || isSecond
    this.#lastError = error
    if (isMissing(error)) {
      const nowMs = clock.nowMs()
      this.#missingSinceMs ??= nowMs
      this.#faultsInARow = 0
      const leftMs = this.discoveryLeftMs(this.#missingSinceMs)
      if ((isApiMissing && leftMs < Infinity) || leftMs <= 0) return undefined
      return Math.min(this.pauseAtAge(nowMs - this.#missingSinceMs), leftMs)
    }
    const isLongPause = (error.retryAfterMs ?? 0) > MAX_RETRY_AFTER_MS
    if (!error.retryable || !(evidence.hasAnswered || isLongPause)) return undefined
    if (this.#lastFault === undefined)
      log.info(message`A poll failed, and the wait goes on: ${describeError(error)}`)
    else log.debug(message`A poll failed: ${describeError(error)}`)
    this.#lastFault = error
    this.#faultCount++
    this.#faultsInARow++
    return pauseAfter(this.#faultsInARow, error, random(), wait.longestPauseMs)
  }

  /** @param last the last poll; a request that was aborted has no error. */
  #stopped(last?: PollResult<unknown>): PollEnd<never> {
    const isError = last?.kind === 'error' && last.error.kind !== 'given_up'
    const lastError = isError ? last.error : this.#lastError
    const { cancel, amongSeveral } = this.tools
    const kind = amongSeveral?.decided.aborted === true ? 'decided' : 'limit'
    return { kind: cancel.aborted ? 'cancelled' : kind, lastError }
  }

  async #pause(ms: number): Promise<void> {
    const leftMs = (this.tools.wait?.timeoutMs ?? 0) - this.elapsedMs
    const isLastButOne = leftMs > LAST_POLL_MS && ms > leftMs - LAST_POLL_MS
    const pauseMs = isLastButOne ? leftMs - LAST_POLL_MS : ms
    await sleep(this.tools.clock, Math.max(SHORTEST_PAUSE_MS, pauseMs), this.#stop)
  }
}

const MISSING: readonly ErrorKind[] = [
  'build_missing',
  'record_missing',
  'api_missing',
  'api_unknown',
  'address_unknown',
]

/** @returns whether an error says that something is not there, which may still come. */
function isMissing({ kind }: ApiError): boolean {
  return MISSING.includes(kind)
}

/** @returns a number of polls: `1 poll`, `2 polls`. */
export function countPolls(count: number): string {
  return count === 1 ? '1 poll' : `${count} polls`
}
