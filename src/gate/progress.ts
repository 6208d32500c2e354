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

/**
 * The waits for several builds, side by side: a line for each change of state, and one heartbeat a minute for all.
 * @returns what shows the wait of the build of that name for something, such as `build 61`.
 */
export function sharedProgress({ clock, log }: ProgressTools): (name: string, what: Message) => Progress {
  const startedMs = clock.nowMs()
  let heartbeatMs = startedMs
  // Of the builds that are waited for, by name: the state that was logged last.
  const states = new Map<string, { readonly state: Message; readonly addition: Message }>()
  const waited = (): string => formatDuration(clock.nowMs() - startedMs)
  const beat = (): void => {
    const sinceMs = clock.nowMs() - heartbeatMs
    if (sinceMs < HEARTBEAT_MS) return
    heartbeatMs += sinceMs - (sinceMs % HEARTBEAT_MS)
    const all = [...states].map(([name, { state, addition }]) =>
      addition.length === 0 ? message`${name} ${state}` : message`${name} ${state} (${addition})`,
    )
    log.info(message`Still waiting after ${waited()}: ${joined(all, ', ')}`)
  }
  return (name, what) => {
    const say = (state: Message, addition: Message = []): void => {
      const before = states.get(name)
      states.set(name, { state, addition })
      if (before === undefined || rawText(state) !== rawText(before.state)) {
        const begin = before === undefined ? message`waiting for ${what}: ` : []
        const end = addition.length === 0 ? [] : message`; ${addition}`
        log.info(message`${name}: ${begin}${state}${end}`)
      }
      beat()
    }
    return {
      say,
      sayTrouble: () => {
        const before = states.get(name)
        if (before !== undefined) say(before.state, TROUBLE)
      },
      sayLast: state => {
        if (states.has(name)) log.info(message`${name}: ${state} after ${waited()} of waiting`)
      },
      end: () => {
        states.delete(name)
      },
    }
  }
}
