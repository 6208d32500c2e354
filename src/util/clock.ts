/** The time functions that the gate needs; tests use a fake clock. */
export interface Clock {
  /** @returns milliseconds since some moment in the past; it never jumps when the date of the machine is changed. */
  nowMs(): number
  /**
   * Calls back once, after this many milliseconds.
   * @returns a function that cancels the call.
   */
  after(ms: number, callback: () => void): () => void
}

export const CLOCK: Clock = {
  // The getter of `performance` would load nine modules of Node.
  nowMs: () => process.uptime() * 1_000,
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Resolves after this many milliseconds, or as soon as the signal fires. */
export async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  let cancel = (): void => undefined
  const passed = new Promise<void>(resolve => {
    cancel = clock.after(ms, resolve)
  })
  await unlessAborted(passed, signal)
  cancel()
}

/** @returns the value of the promise, or undefined as soon as the signal fires; then the promise is not awaited any more. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  let onAbort = (): void => undefined
  const aborted = new Promise<undefined>(resolve => {
    onAbort = (): void => {
      resolve(undefined)
    }
  })
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** A signal that fires when a time is up. */
export interface TimeLimit {
  readonly signal: AbortSignal
  readonly end: () => void
  /** From here to `resume` time does not count. */
  readonly pause: () => void
  readonly resume: () => void
}

/** @returns a limit whose signal also fires with another one. */
export function timeLimit(clock: Clock, ms: number, signal: AbortSignal): TimeLimit {
  const timeUp = new AbortController()
  let leftMs = ms
  let sinceMs = 0
  let stop = (): void => undefined
  const resume = (): void => {
    sinceMs = clock.nowMs()
    stop = clock.after(leftMs, () => {
      timeUp.abort()
    })
  }
  const pause = (): void => {
    stop()
    leftMs -= clock.nowMs() - sinceMs
  }
  resume()
  return {
    signal: AbortSignal.any([signal, timeUp.signal]),
    end: () => {
      stop()
    },
    pause,
    resume,
  }
}
