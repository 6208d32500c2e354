import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Watches writes to the file of outputs, for a preload.
 * @param around is given each write, counted from 1, and does it or not.
 */
export function aroundOutputWrites(around: (count: number, write: () => void) => void): void {
  const original = fs.appendFileSync
  let count = 0
  fs.appendFileSync = new Proxy(original, {
    apply(target, self, parameters: Parameters<typeof original>): void {
      const write = (): void => {
        Reflect.apply(target, self, parameters)
      }
      if (parameters[0] === process.env['GITHUB_OUTPUT']) around(++count, write)
      else write()
    },
  })
  syncBuiltinESMExports()
}
