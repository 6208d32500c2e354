// A preload (`node --import`): requests are taken and never answered, and no timer ever fires. The process runs out
// of work while its promise is pending, which Node ends with exit code 0 unless the program sees to it.
import { Writable } from 'node:stream'
import { replaceRequest } from './request-hook.ts'

/** Longest delay that a timer can have. */
const NEVER_MS = 2 ** 31 - 1

class UnansweredRequest extends Writable {
  override _write(_piece: unknown, _encoding: string, done: () => void): void {
    done()
  }

  setTimeout(): this {
    return this
  }
}

replaceRequest(original => new Proxy(original, { apply: () => new UnansweredRequest() }))

globalThis.setTimeout = new Proxy(setTimeout, {
  apply(target, self): unknown {
    const timer = Reflect.apply(target, self, [() => undefined, NEVER_MS])
    return timer.unref()
  },
})
