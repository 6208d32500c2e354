import type { Asking } from '../../src/codearts/ask.ts'
import { CLOCK } from '../../src/clock.ts'
import type { GateTools } from '../../src/gate.ts'
import { MAX_TRIES } from '../../src/http/retry.ts'
import type { Log } from '../../src/log.ts'
import type { Expected } from '../../src/asked.ts'

/** A verdict on the status alone. */
export const NOTHING_EXPECTED: Expected = { commit: undefined, branch: undefined }

/** Says nothing. */
export const SILENT_LOG: Log = {
  info: () => undefined,
  debug: () => undefined,
  startGroup: () => undefined,
  endGroup: () => undefined,
}

/** How a run asks that waits for nothing and is never cancelled. */
export const ASKING: Asking = { maxTries: MAX_TRIES, signal: new AbortController().signal }

/** The part of the gate's tools that is about waiting, for a run that waits for nothing. */
export const ONE_LOOK: Pick<GateTools, 'patience' | 'cancel' | 'clock' | 'random'> = {
  patience: undefined,
  cancel: ASKING.signal,
  clock: CLOCK,
  random: () => 0,
}
