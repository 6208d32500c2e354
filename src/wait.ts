import type { Patience } from './asked.ts'
import type { NoUse, Problem } from './codearts/answer.ts'
import type { Asking } from './codearts/ask.ts'
import { sleep, type Clock } from './clock.ts'
import { MAX_TRIES, pauseAfter, type AskedPause } from './http/retry.ts'
import type { Log } from './log.ts'
import { Progress } from './progress.ts'
import { pauseMs } from './schedule.ts'

/** What one look brought. */
export type Sight<T> =
  /** There is nothing to wait for any more. */
  | {
      readonly kind: 'over'
      readonly value: T
      /** What has become of it: said where something was waited for. */
      readonly state: string
    }
  /** There will be more to see. `value` counts where nobody waits. */
  | {
      readonly kind: 'going'
      readonly value: T
      /** What is going on: said when it changes. */
      readonly state: string
      /** What to add to it, such as how long is likely left; may be empty. */
      readonly outlook: string
      /** How long to wait before the next look, milliseconds. */
      readonly pauseMs: number
    }
  | { readonly kind: 'problem'; readonly value: NoUse }

/** How looking ended. `last` is what was last seen going on. */
export type WaitEnd<T> =
  | { readonly kind: 'over'; readonly value: T }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly last: T | undefined }
  | { readonly kind: 'wait_timeout' | 'cancelled'; readonly last: T | undefined }

export interface WaitTools {
  readonly clock: Clock
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number
  readonly log: Log
  /** Fires when the run is cancelled. */
  readonly cancel: AbortSignal
}

/** One more look is taken this long before the time is up, so that the last pause is not waited in vain. */
const LAST_LOOK_MS = 2_000

/** What follows a look that does not end the wait; without a state the look failed, and nothing new is known. */
interface Plan {
  readonly pauseMs: number
  readonly state?: string
  readonly outlook?: string
}

/** What one search has seen so far. */
interface Seen<T> {
  last: T | undefined
  /** By the clock; undefined while the thing is there. */
  missingSinceMs: number | undefined
}

/**
 * The patience of one run: one limit for all that it looks for, one count of looks and of faults on the way. Without
 * patience there is one look, with its tries, and nothing is waited for.
 */
export class Wait {
  readonly #patience: Patience | undefined
  readonly #tools: WaitTools
  readonly #startedMs: number
  readonly #stop: AbortSignal
  readonly #takeBackLimit: () => void = () => undefined
  #looks = 0
  /** Whether the service has answered at all, be it that there is no such build. */
  hasAnswered = false
  #faults = 0
  #faultsInARow = 0
  #lastFault: Problem | undefined

  constructor(patience: Patience | undefined, tools: WaitTools) {
    this.#patience = patience
    this.#tools = tools
    this.#startedMs = tools.clock.nowMs()
    this.#stop = tools.cancel
    if (patience === undefined) return
    const timeUp = new AbortController()
    this.#stop = AbortSignal.any([tools.cancel, timeUp.signal])
    this.#takeBackLimit = tools.clock.after(patience.timeoutMs, () => {
      timeUp.abort()
    })
  }

  /** Undefined where nobody waits. */
  get patience(): Patience | undefined {
    return this.#patience
  }

  /** How many looks there were so far. */
  get looks(): number {
    return this.#looks
  }

  /** How long the run has been going, milliseconds. */
  get elapsedMs(): number {
    return this.#tools.clock.nowMs() - this.#startedMs
  }

  /** @returns whether something that has been missing since then (milliseconds of the clock) may still appear. */
  mayAppear(sinceMs: number): boolean {
    return this.#patience !== undefined && this.#tools.clock.nowMs() - sinceMs < this.#patience.discoveryMs
  }

  /** @returns the pause before another look at something that has been going for so long; milliseconds. */
  pauseAtAge(ageMs: number, expectedMs?: number): number {
    const longestPauseMs = this.#patience?.longestPauseMs ?? 0
    return pauseMs({ ageMs, expectedMs, longestPauseMs }, this.#tools.random())
  }

  /** @returns a sentence on the faults that were waited out, if there were any. */
  faultWarnings(): string[] {
    if (this.#lastFault === undefined) return []
    const looks = this.#faults === 1 ? '1 look' : `${this.#faults} looks`
    return [`${looks} failed on the way and did not end the wait; the last time ${this.#lastFault.cameBack}`]
  }

  /** Ends the limit; to be called when the run is over. */
  end(): void {
    this.#takeBackLimit()
  }

  /**
   * Looks until there is nothing to wait for: a sight that is over, a problem that stays, the limit, a cancel.
   * @param what is looked for, for the log: `build 61`.
   */
  async until<T>(what: string, look: (asking: Asking) => Promise<Sight<T>>): Promise<WaitEnd<T>> {
    const progress = new Progress(what, this.#tools)
    const seen: Seen<T> = { last: undefined, missingSinceMs: undefined }
    try {
      for (;;) {
        this.#looks++
        const sight = await look({ maxTries: this.#maxTries(), signal: this.#stop })
        const next = this.#after(sight, seen)
        if (sight.kind === 'over') progress.sayLast(sight.state)
        if ('kind' in next) return next
        if (next.state === undefined) progress.sayTrouble()
        else progress.say(next.state, next.outlook)
        await this.#pause(next.pauseMs)
        if (this.#stop.aborted) return this.#stopped(seen)
      }
    } finally {
      progress.end()
    }
  }

  /** Until the service has answered once, a request has its tries; from then on faults count against the limit. */
  #maxTries(): number {
    return this.#patience !== undefined && this.hasAnswered ? 1 : MAX_TRIES
  }

  #after<T>(sight: Sight<T>, seen: Seen<T>): WaitEnd<T> | Plan {
    if (sight.kind !== 'problem') this.hasAnswered = true
    if (sight.kind === 'over') return { kind: 'over', value: sight.value }
    if (this.#stop.aborted) return this.#stopped(seen)
    if (sight.kind === 'problem') return this.#afterProblem(sight.value, seen)
    seen.last = sight.value
    seen.missingSinceMs = undefined
    this.#faultsInARow = 0
    if (this.#patience === undefined) return { kind: 'over', value: sight.value }
    const { pauseMs, state, outlook } = sight
    return { pauseMs, state, outlook }
  }

  #afterProblem<T>({ problem, again }: NoUse, seen: Seen<T>): WaitEnd<T> | Plan {
    const patience = this.#patience
    const end = { kind: 'problem', problem, last: seen.last } as const
    if (patience === undefined) return end
    if (problem.reason === 'not_found') {
      this.hasAnswered = true
      this.#faultsInARow = 0
      const sinceMs = (seen.missingSinceMs ??= this.#tools.clock.nowMs())
      if (!this.mayAppear(sinceMs)) return end
      const ageMs = this.#tools.clock.nowMs() - sinceMs
      return {
        state: seen.last === undefined ? 'not there yet' : 'not there any more',
        pauseMs: Math.min(this.pauseAtAge(ageMs), Math.max(1, patience.discoveryMs - ageMs)),
      }
    }
    // A gateway that throttles knows whom it throttles: the endpoint is not misspelt.
    if (problem.reason === 'throttled') this.hasAnswered = true
    return again.again && this.hasAnswered ? this.#waitOut(problem, again, patience) : end
  }

  /** Takes note of a fault, and plans the next look: sooner at first, and not sooner than the service asks for. */
  #waitOut(problem: Problem, again: AskedPause, { longestPauseMs }: Patience): Plan {
    if (this.#lastFault === undefined)
      this.#tools.log.info(`A look failed, and the wait goes on: ${problem.cameBack}`)
    else this.#tools.log.debug(`A look failed: ${problem.cameBack}`)
    this.#lastFault = problem
    this.#faults++
    this.#faultsInARow++
    return { pauseMs: pauseAfter(this.#faultsInARow, again, this.#tools.random(), longestPauseMs) }
  }

  #stopped<T>({ last }: Seen<T>): WaitEnd<T> {
    return { kind: this.#tools.cancel.aborted ? 'cancelled' : 'wait_timeout', last }
  }

  async #pause(ms: number): Promise<void> {
    const leftMs = (this.#patience?.timeoutMs ?? 0) - this.elapsedMs
    const isLastButOne = leftMs > LAST_LOOK_MS && ms > leftMs - LAST_LOOK_MS
    await sleep(this.#tools.clock, isLastButOne ? leftMs - LAST_LOOK_MS : ms, this.#stop)
  }
}
