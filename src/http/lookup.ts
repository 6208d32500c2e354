import dns from 'node:dns'
import type { LookupFunction } from 'node:net'

let openCount = 0

/**
 * @returns how many name lookups are still open. A lookup cannot be aborted: a process that wants to end waits for it in the
 * thread pool, as long as the system's resolver takes.
 */
export function openLookups(): number {
  return openCount
}

/** Resolves names as the system does, and counts open lookups: the option `lookup` of every socket that http/ opens. */
export const countedLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, options, (error, address, family) => {
    openCount--
    callback(error, address, family)
  })
  openCount++
}
