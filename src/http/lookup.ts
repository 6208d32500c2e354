import dns from 'node:dns'
import type { LookupFunction } from 'node:net'

let openCount = 0

/**
 * @returns how many name lookups have not come back yet. A lookup cannot be aborted, and a process that is to end waits for
 * it in the thread pool, for as long as the system's resolver takes.
 */
export function openLookups(): number {
  return openCount
}

/** Resolves names as the system does, and counts: the option `lookup` of every socket that http/ opens. */
export const countedLookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, options, (error, address, family) => {
    openCount--
    callback(error, address, family)
  })
  openCount++
}
