import type { Clock } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { Log } from '../util/logging.ts'
import { joined, message, rawText, type Message } from '../util/message.ts'

const HEARTBEAT_MS = 60_000

export interface Progress {
  /** Logs a new state at once, and the same state once a minute. `addition` follows it and may be empty. */
  say(state: Message, addition?: Message): void
  /** Logs once a minute that a state is only the last known one. */
  sayTrouble(): void
  /** Logs what was found, if a state was logged before. */
  sayLast(state: Message): void
  end(): void
}

const TROUBLE: Message = ['this is the last known state: polls are failing']

interface ProgressTools {
  readonly clock: Clock
  readonly log: Log
}

/**
 * The wait for one build: a line for each change of state, and a heartbeat, in a group of the log.
 * @param what is waited for: `build 61`.
 */
export function groupedProgress(what: Message, { clock, log }: ProgressTools): Progress {
  const startedMs = clock.nowMs()
  let saidState: Message | undefined
  let saidMs = 0
  const waited = (): string => formatDuration(clock.nowMs() - startedMs)
  const say = (state: Message, addition: Message = []): void => {
    const nowMs = clock.nowMs()
    const isNew = saidState === undefined || rawText(state) !== rawText(saidState)
    if (!isNew && nowMs - saidMs < HEARTBEAT_MS) return
    if (saidState === undefined) log.startGroup(message`Waiting for ${what}`)
    const line = isNew ? state : message`still ${state} after ${waited()} of waiting`
    log.info(addition.length === 0 ? line : message`${line}; ${addition}`)
    saidState = state
    saidMs = nowMs
  }
  return {
    say,
    sayTrouble: () => {
      if (saidState !== undefined) say(saidState, TROUBLE)
    },
    sayLast: state => {
      if (saidState !== undefined) log.info(message`${state} after ${waited()} of waiting`)
    },
    end: () => {
      if (saidState !== undefined) log.endGroup()
    },
  }
}

/** The waits for several builds, side by side: a line for each change of state, and one heartbeat a minute for all. */
export class SharedProgress {
  readonly #clock: Clock
  readonly #log: Log
  readonly #startedMs: number
  #heartbeatMs: number
  /** Of the builds that are waited for, by name: the state that was logged last. */
  readonly #states = new Map<string, { readonly state: Message; readonly addition: Message }>()

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
    const say = (state: Message, addition: Message = []): void => {
      const before = this.#states.get(name)
      this.#states.set(name, { state, addition })
      if (before === undefined || rawText(state) !== rawText(before.state)) {
        const begin = before === undefined ? message`waiting for ${what}: ` : []
        const end = addition.length === 0 ? [] : message`; ${addition}`
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
      addition.length === 0 ? message`${name} ${state}` : message`${name} ${state} (${addition})`,
    )
    this.#log.info(message`Still waiting after ${this.#waited()}: ${joined(states, ', ')}`)
  }

  #waited(): string {
    return formatDuration(this.#clock.nowMs() - this.#startedMs)
  }
}
