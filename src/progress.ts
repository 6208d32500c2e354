import type { Clock } from './clock.ts'
import { inWords } from './duration-words.ts'
import type { Log } from './log.ts'

const HEARTBEAT_MS = 60_000

/** What a person sees of one search or wait: a line for each change of state, and a heartbeat, in a group of the log. */
export class Progress {
  readonly #what: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #startedMs: number
  #saidState: string | undefined
  #saidMs = 0

  /** @param what is waited for: `build 61`. */
  constructor(what: string, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#what = what
    this.#clock = clock
    this.#log = log
    this.#startedMs = clock.nowMs()
  }

  /** Says a new state at once, and one that goes on once a minute. */
  say(state: string, outlook = ''): void {
    const nowMs = this.#clock.nowMs()
    const isNew = state !== this.#saidState
    if (!isNew && nowMs - this.#saidMs < HEARTBEAT_MS) return
    if (this.#saidState === undefined) this.#log.startGroup(`Waiting for ${this.#what}`)
    const elapsed = inWords(nowMs - this.#startedMs)
    const line = isNew ? state : `still ${state} after ${elapsed} of waiting`
    this.#log.info([line, outlook].filter(text => text !== '').join('; '))
    this.#saidState = state
    this.#saidMs = nowMs
  }

  /** Says once a minute that a state is only the last one that was seen. */
  sayTrouble(): void {
    if (this.#saidState !== undefined) this.say(this.#saidState, 'as last seen: looks fail at the moment')
  }

  /** Says how it came out, where something was said before. */
  sayLast(state: string): void {
    if (this.#saidState === undefined) return
    this.#log.info(`${state} after ${inWords(this.#clock.nowMs() - this.#startedMs)} of waiting`)
  }

  /** Closes the group, if there is one. */
  end(): void {
    if (this.#saidState !== undefined) this.#log.endGroup()
  }
}
