import { RequestQueue } from '../../../src/codearts/request-queue.ts'
import type { RequestOptions } from '../../../src/codearts/request-tools.ts'
import type { Credentials } from '../../../src/credentials/credentials.ts'
import type { Expected } from '../../../src/gate/build-query.ts'
import type { PollTools } from '../../../src/gate/poll.ts'
import { MAX_TRIES } from '../../../src/http/retry.ts'
import { CLOCK } from '../../../src/util/clock.ts'
import type { Log } from '../../../src/util/logging.ts'

/** A verdict on the status alone. */
export const NOTHING_EXPECTED: Expected = { commit: undefined, branch: undefined, tag: undefined }

/** Says nothing. */
export const SILENT_LOG: Log = {
  info: () => undefined,
  debug: () => undefined,
  startGroup: () => undefined,
  endGroup: () => undefined,
}

/** How a run asks that waits for nothing and is never cancelled. */
export const REQUEST_OPTIONS: RequestOptions = { maxTries: MAX_TRIES, signal: new AbortController().signal }

/** The part of the gate's tools that is about waiting, for a run that waits for nothing. */
export const ONE_POLL: Pick<PollTools, 'wait' | 'place' | 'cancel' | 'clock' | 'random'> = {
  wait: undefined,
  place: { host: '127.0.0.1', region: undefined, isDefault: false },
  cancel: REQUEST_OPTIONS.signal,
  clock: CLOCK,
  random: () => 0,
}

/** @returns the queue of a run about one build. */
export function queueFor(credentials: Credentials): RequestQueue {
  return new RequestQueue({ credentials, clock: CLOCK, nowMs: Date.now })
}
