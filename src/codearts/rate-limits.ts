import { MAX_RETRY_AFTER_MS, pauseAfter } from '../http/retry.ts'
import type { ApiError } from '../util/api-error.ts'
import { sleep, type Clock } from '../util/clock.ts'

const MINUTE_MS = 60_000

/** How many requests of one kind may be sent. */
interface Rate {
  /** The paths of that kind. */
  readonly paths: RegExp
  /** At once. */
  readonly burst: number
  /** After that. */
  readonly perMinute: number
}

/**
 * The service allows some 120 records, and 50 lists and newest numbers, a minute (the classes `ten_120_min` and `ten_50_min`
 * of its API reference, section 6; what they mean is not documented). These keep below that, the burst included.
 */
const RATES: readonly Rate[] = [
  { paths: /\/record-info$/, burst: 25, perMinute: 90 },
  { paths: /\/list\?|\/running-status$/, burst: 20, perMinute: 25 },
]

export interface RateLimitTools {
  readonly clock: Clock
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number
}

/**
 * Keeps the requests of several builds apart, so that they do not ask for more together than the service allows. Where it
 * throttles one of them all the same, all of them wait.
 */
export class RateLimits {
  readonly #tools: RateLimitTools
  readonly #queues: readonly Queue[]
  /** When the last request was throttled, and how many were one after the other. */
  #throttledMs = Number.NEGATIVE_INFINITY
  #throttledInARow = 0

  constructor(tools: RateLimitTools) {
    this.#tools = tools
    this.#queues = RATES.map(rate => new Queue(rate, tools.clock))
  }

  /** Resolves when a request for the path may be sent, in the order of the calls, or as soon as the signal fires. */
  async turn(path: string, signal: AbortSignal): Promise<void> {
    await this.#queues.find(({ rate }) => rate.paths.test(path))?.turn(signal)
  }

  /** Takes note of an answer that throttles: no request is sent before the pause that follows it. */
  slowDown(error: ApiError): void {
    const nowMs = this.#tools.clock.nowMs()
    // Requests that were under way together were throttled together.
    if (nowMs - this.#throttledMs > MAX_RETRY_AFTER_MS) this.#throttledInARow = 0
    this.#throttledInARow++
    this.#throttledMs = nowMs
    const pauseMs = pauseAfter(this.#throttledInARow, error, this.#tools.random(), MAX_RETRY_AFTER_MS)
    for (const queue of this.#queues) queue.hold(Math.min(pauseMs, MAX_RETRY_AFTER_MS))
  }
}

/** Lets requests of one kind through, one after the other. */
class Queue {
  readonly rate: Rate
  readonly #clock: Clock
  readonly #intervalMs: number
  /** When the whole burst is to be had again (the generic cell rate algorithm). */
  #fullMs = Number.NEGATIVE_INFINITY
  #last: Promise<void> = Promise.resolve()

  constructor(rate: Rate, clock: Clock) {
    this.rate = rate
    this.#clock = clock
    this.#intervalMs = MINUTE_MS / rate.perMinute
  }

  turn(signal: AbortSignal): Promise<void> {
    this.#last = this.#last.then(() => this.#pass(signal))
    return this.#last
  }

  /** Lets nothing through for so many milliseconds, and no burst after that. */
  hold(ms: number): void {
    this.#fullMs = Math.max(this.#fullMs, this.#clock.nowMs() + ms + this.#burstMs)
  }

  get #burstMs(): number {
    return (this.rate.burst - 1) * this.#intervalMs
  }

  async #pass(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = this.#clock.nowMs()
      const pauseMs = this.#fullMs - this.#burstMs - nowMs
      if (pauseMs <= 0) {
        this.#fullMs = Math.max(this.#fullMs, nowMs) + this.#intervalMs
        return
      }
      await sleep(this.#clock, pauseMs, signal)
    }
  }
}
