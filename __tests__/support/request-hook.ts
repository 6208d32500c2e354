import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'

type Request = typeof http.request

/**
 * Puts another function in the place of `request` in node:http and node:https, for a preload: whoever imports them
 * later, in whichever way, gets the other one.
 * @param replacement is given the original, and gives what takes its place.
 */
export function replaceRequest(replacement: (original: Request) => Request): void {
  http.request = replacement(http.request)
  https.request = replacement(https.request)
  syncBuiltinESMExports()
}

/** Runs an action in a turn of its own, once each request is under way. */
export function afterRequest(action: () => void): void {
  replaceRequest(
    original =>
      new Proxy(original, {
        apply(target, self, parameters): unknown {
          setImmediate(action)
          return Reflect.apply(target, self, parameters)
        },
      }),
  )
}
