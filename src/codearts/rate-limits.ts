import { MAX_RETRY_AFTER_MS } from '../http/retry.ts'
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

/** How long nothing is sent when the service throttles and names no time. Each request has longer pauses of its own. */
const SLOW_DOWN_MS = 2_000

/**
 * Keeps the requests of several builds apart, so that they do not ask for more together than the service allows. Where it
 * throttles one of them all the same, all of them wait.
 */
export class RateLimits {
  readonly #queues: readonly Queue[]

  constructor(clock: Clock) {
    this.#queues = RATES.map(rate => new Queue(rate, clock))
  }

  /** Resolves when a request for the path may be sent, in the order of the calls, or as soon as the signal fires. */
  async turn(path: string, signal: AbortSignal): Promise<void> {
    await this.#queues.find(({ rate }) => rate.paths.test(path))?.turn(signal)
  }

  /** Takes note of an answer that throttles: nothing is sent for as long as it says, a minute at most. */
  slowDown({ retryAfterMs = 0 }: ApiError): void {
    const pauseMs = Math.min(Math.max(retryAfterMs, SLOW_DOWN_MS), MAX_RETRY_AFTER_MS)
    for (const queue of this.#queues) queue.hold(pauseMs)
  }
}

/** Lets requests of one kind through, one after the other. */
class Queue {
  readonly rate: Rate
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #burstMs: number
  /** When the whole burst is to be had again (the generic cell rate algorithm). */
  #fullMs = Number.NEGATIVE_INFINITY
  #last: Promise<void> = Promise.resolve()

  constructor(rate: Rate, clock: Clock) {
    this.rate = rate
    this.#clock = clock
    this.#intervalMs = MINUTE_MS / rate.perMinute
    this.#burstMs = (rate.burst - 1) * this.#intervalMs
  }

  turn(signal: AbortSignal): Promise<void> {
    this.#last = this.#last.then(() => this.#pass(signal))
    return this.#last
  }

  /** Lets nothing through for so many milliseconds, and no burst after that. */
  hold(ms: number): void {
    this.#fullMs = Math.max(this.#fullMs, this.#clock.nowMs() + ms + this.#burstMs)
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
