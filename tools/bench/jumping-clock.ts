import type { Clock } from '../../src/clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** A clock for work over real sockets: it stands still while that goes on, and jumps over the pauses. */
export interface JumpingClock extends Clock {
  /** Does a piece of real work, during which no timer fires. */
  during<T>(work: () => Promise<T>): Promise<T>
  /** Lets time pass until the promise settles. Rejects when nothing is left that could happen. */
  run<T>(promise: Promise<T>): Promise<T>
}

/** @returns a clock that begins at 0. */
export function createJumpingClock(): JumpingClock {
  let nowMs = 0
  const timers = new Set<Timer>()
  let working = 0

  const jumpToNextTimer = (): void => {
    const [next] = [...timers].sort((one, other) => one.atMs - other.atMs)
    if (next === undefined) throw new Error(`Nothing will ever happen after ${nowMs} ms`)
    timers.delete(next)
    nowMs = Math.max(nowMs, next.atMs)
    next.callback()
  }

  return {
    nowMs: () => nowMs,
    after(ms, callback) {
      const timer = { atMs: nowMs + ms, callback }
      timers.add(timer)
      return () => {
        timers.delete(timer)
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
        if (working === 0) jumpToNextTimer()
      }
    },
  }
}
