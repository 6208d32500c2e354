/** Time, as far as the gate needs it; tests turn one by hand. */
export interface Clock {
  /** @returns milliseconds since some moment in the past; never jumps, whatever happens to the machine's date. */
  nowMs(): number
  /**
   * Calls back once, after so many milliseconds.
   * @returns a function that takes the call back.
   */
  after(ms: number, callback: () => void): () => void
}

/** The real time. */
export const CLOCK: Clock = {
  nowMs: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => {
      clearTimeout(timer)
    }
  },
}

/** Resolves after so many milliseconds, or as soon as the signal fires. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve()
      return
    }
    const end = (): void => {
      takeBack()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const takeBack = clock.after(ms, end)
    signal.addEventListener('abort', end)
  })
}

/** @returns what the promise gives, or undefined as soon as the signal fires: whatever hangs is left behind. */
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
