import type { Clock } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { Log } from '../util/logging.ts'
import { joined, message, rawText, type Message } from '../util/message.ts'

const HEARTBEAT_MS = 60_000

/** How a wait is shown in the log. */
export interface Progress {
  /** Logs a new state at once, and the same state once a minute. `addition` follows it and may be empty. */
  say(state: Message, addition?: string): void
  /** Logs once a minute that a state is only the last known one. */
  sayTrouble(): void
  /** Logs what was found, if a state was logged before. */
  sayLast(state: Message): void
  /** Ends the wait. */
  end(): void
}

const TROUBLE = 'this is the last known state: polls are failing'

interface ProgressTools {
  readonly clock: Clock
  readonly log: Log
}

/** The wait for one build: a line for each change of state, and a heartbeat, in a group of the log. */
export class GroupedProgress implements Progress {
  readonly #what: Message
  readonly #clock: Clock
  readonly #log: Log
  readonly #startedMs: number
  #saidState: Message | undefined
  #saidMs = 0

  /** @param what is waited for: `build 61`. */
  constructor(what: Message, { clock, log }: ProgressTools) {
    this.#what = what
    this.#clock = clock
    this.#log = log
    this.#startedMs = clock.nowMs()
  }

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

  sayTrouble(): void {
    if (this.#saidState !== undefined) this.say(this.#saidState, TROUBLE)
  }

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

/** The state of the wait for one of several builds, as last logged. */
interface SharedState {
  readonly state: Message
  readonly addition: string
}

/** The waits for several builds, side by side: a line for each change of state, and one heartbeat a minute for all. */
export class SharedProgress {
  readonly #clock: Clock
  readonly #log: Log
  readonly #startedMs: number
  #heartbeatMs: number
  /** Of the builds that are waited for, by name. */
  readonly #states = new Map<string, SharedState>()

  constructor({ clock, log }: ProgressTools) {
    this.#clock = clock
    this.#log = log
    this.#startedMs = clock.nowMs()
    this.#heartbeatMs = this.#startedMs
  }

  /**
   * @param name of the build.
   * @param what is waited for: `build 61`.
   */
  of(name: string, what: Message): Progress {
    const say = (state: Message, addition = ''): void => {
      const before = this.#states.get(name)
      this.#states.set(name, { state, addition })
      if (before === undefined || rawText(state) !== rawText(before.state)) {
        const begin = before === undefined ? message`waiting for ${what}: ` : []
        const end = addition === '' ? [] : message`; ${addition}`
        this.#log.info(message`${name}: ${begin}${state}${end}`)
      }
      this.#beat()
    }
    return {
      say,
      sayTrouble: () => {
        const before = this.#states.get(name)
        if (before !== undefined) say(before.state, TROUBLE)
      },
      sayLast: state => {
        if (this.#states.has(name))
          this.#log.info(message`${name}: ${state} after ${this.#waited()} of waiting`)
      },
      end: () => {
        this.#states.delete(name)
      },
    }
  }

  #beat(): void {
    const sinceMs = this.#clock.nowMs() - this.#heartbeatMs
    if (sinceMs < HEARTBEAT_MS) return
    this.#heartbeatMs += sinceMs - (sinceMs % HEARTBEAT_MS)
    const states = [...this.#states].map(([name, { state, addition }]) =>
      addition === '' ? message`${name} ${state}` : message`${name} ${state} (${addition})`,
    )
    this.#log.info(message`Still waiting after ${this.#waited()}: ${joined(states, ', ')}`)
  }

  #waited(): string {
    return formatDuration(this.#clock.nowMs() - this.#startedMs)
  }
}
