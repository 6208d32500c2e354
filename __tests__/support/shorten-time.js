// A preload (`node --import`): makes the long pauses and deadlines of a program short, so that a test of `dist/` need
// not wait for them. Timers of half a second and more are divided by a factor; shorter ones stay as they are.
// Plain JavaScript: most tests of `dist/` load it, and the loader of TypeScript would double the time that such a run
// takes (80 ms, measured).

const LONG_MS = 500
const DEFAULT_FACTOR = 100
const factor = Number(process.env['TEST_TIME_FACTOR'] ?? DEFAULT_FACTOR)

globalThis.setTimeout = shortened(setTimeout)
globalThis.setInterval = shortened(setInterval)

/** A proxy keeps whatever else hangs on the function, such as its promisified form. */
function shortened(timer) {
  return new Proxy(timer, {
    apply(target, self, [callback, delayMs, ...rest]) {
      const isLong = delayMs !== undefined && delayMs >= LONG_MS
      return Reflect.apply(target, self, [callback, isLong ? delayMs / factor : delayMs, ...rest])
    },
  })
}
