import type { Clock } from '../../../src/util/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** Time that stands still until everything that can happen now has happened, and then jumps to the next timer. */
export interface FakeClock extends Clock {
  /** Does a piece of real work, over sockets say, during which time stands still. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Lets time pass until the promise settles. Rejects when it never will: nothing is left that could happen. */
  run<T>(promise: Promise<T>): Promise<T>
}

/** @returns a clock that begins at 0. Nothing that runs on it may wait for anything but it, and real work `during` it. */
export function createFakeClock(): FakeClock {
  let nowMs = 0
  let timers: readonly Timer[] = []
  let working = 0

  const passToNextTimer = (): void => {
    const [next] = timers.toSorted((one, other) => one.atMs - other.atMs)
    if (next === undefined) throw new Error(`Nothing will ever happen after ${nowMs} ms`)
    timers = timers.filter(timer => timer !== next)
    nowMs = Math.max(nowMs, next.atMs)
    next.callback()
  }

  return {
    nowMs: () => nowMs,
    after(ms, callback) {
      const timer = { atMs: nowMs + ms, callback }
      timers = [...timers, timer]
      return () => {
        timers = timers.filter(other => other !== timer)
      }
    },
    async during(work) {
      working++
      try {
        return await work()
      } finally {
        working--
      }
    },
    async run(promise) {
      const state = { isSettled: false }
      const settle = (): void => {
        state.isSettled = true
      }
      promise.then(settle, settle)
      for (;;) {
        // All microtasks run before the next immediate does, and sockets are looked at.
        await new Promise(resolve => setImmediate(resolve))
        if (state.isSettled) return promise
        if (working === 0) passToNextTimer()
      }
    },
  }
}
