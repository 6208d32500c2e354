import type { Clock } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { Log } from '../util/logging.ts'
import { message, rawText, type Message } from '../util/message.ts'

const HEARTBEAT_MS = 60_000

/** What a person sees of one wait: a line for each change of state, and a heartbeat, in a group of the log. */
export class Progress {
  readonly #what: Message
  readonly #clock: Clock
  readonly #log: Log
  readonly #startedMs: number
  #saidState: Message | undefined
  #saidMs = 0

  /** @param what is waited for: `build 61`. */
  constructor(what: Message, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#what = what
    this.#clock = clock
    this.#log = log
    this.#startedMs = clock.nowMs()
  }

  /** Says a new state at once, and one that goes on once a minute. */
  say(state: Message, addition = ''): void {
    const nowMs = this.#clock.nowMs()
    const isNew = this.#saidState === undefined || rawText(state) !== rawText(this.#saidState)
    if (!isNew && nowMs - this.#saidMs < HEARTBEAT_MS) return
    if (this.#saidState === undefined) this.#log.startGroup(message`Waiting for ${this.#what}`)
    const line = isNew
      ? state
      : message`still ${state} after ${formatDuration(nowMs - this.#startedMs)} of waiting`
    this.#log.info(addition === '' ? line : message`${line}; ${addition}`)
    this.#saidState = state
    this.#saidMs = nowMs
  }

  /** Says once a minute that a state is only the last one that was seen. */
  sayTrouble(): void {
    if (this.#saidState !== undefined)
      this.say(this.#saidState, 'that was the last answer: polls are failing')
  }

  /** Says what was found, where something was said before. */
  sayLast(state: Message): void {
    if (this.#saidState === undefined) return
    this.#log.info(
      message`${state} after ${formatDuration(this.#clock.nowMs() - this.#startedMs)} of waiting`,
    )
  }

  /** Closes the group, if there is one. */
  end(): void {
    if (this.#saidState !== undefined) this.#log.endGroup()
  }
}
