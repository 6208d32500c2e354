import { jest } from '@jest/globals'

/** The timeouts of everything in this process but Node itself. */
export interface FakeTimeouts extends Disposable {
  /** Lets that much time pass: timeouts that end in it fire at once. */
  pass(ms: number): void
}

/** Stops `setTimeout`, for deadlines that a test lets pass; sockets and all other clocks go on. Disposing gives it back. */
export function fakeTimeouts(): FakeTimeouts {
  jest.useFakeTimers({
    doNotFake: [
      ...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
      ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
    ],
  })
  return {
    pass: ms => {
      jest.advanceTimersByTime(ms)
    },
    [Symbol.dispose]: () => {
      jest.useRealTimers()
    },
  }
}
