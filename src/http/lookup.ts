import dns from 'node:dns'
import type { LookupFunction } from 'node:net'
import { NetworkFailure } from './network-errors.ts'

let openCount = 0

/**
 * @returns how many name lookups are still open. A lookup cannot be aborted: a process that wants to end waits for it in the
 * thread pool, as long as the system's resolver takes.
 */
export function openLookups(): number {
  return openCount
}

type Callback = Parameters<LookupFunction>[2]

/** One lookup: who waits for it, and what it has brought. */
interface Lookup {
  readonly waiting: Callback[]
  found?: Parameters<Callback>
}

/**
 * The addresses of hosts, by `dns.lookup` of the system. Whoever needs those of a host while they are being looked up shares
 * that lookup; then they are used until a connection fails. So a run opens no lookup that it can pass without.
 */
export class Addresses {
  readonly #lookups = new Map<string, Lookup>()

  /** The option `lookup` of sockets. */
  readonly lookUp: LookupFunction = (hostname, options, callback) => {
    const key = keyOf(hostname, options)
    const lookup = this.#lookups.get(key)
    if (lookup?.found !== undefined) process.nextTick(callback, ...lookup.found)
    else if (lookup !== undefined) lookup.waiting.push(callback)
    else this.#begin(key, hostname, options, callback)
  }

  /** The same for what may be abandoned: it begins no lookup, and waits for none. */
  readonly recall: LookupFunction = (hostname, options, callback) => {
    const found = this.#lookups.get(keyOf(hostname, options))?.found
    process.nextTick(callback, ...(found ?? NOT_KNOWN))
  }

  /** Forgets what was found, and keeps lookups that are open. */
  forget(): void {
    for (const [key, { found }] of this.#lookups) if (found !== undefined) this.#lookups.delete(key)
  }

  #begin(key: string, ...[hostname, options, callback]: Parameters<LookupFunction>): void {
    const lookup: Lookup = { waiting: [callback] }
    this.#lookups.set(key, lookup)
    dns.lookup(hostname, options, (...found) => {
      openCount--
      if (found[0]) this.#lookups.delete(key)
      else lookup.found = found
      for (const waiting of lookup.waiting) waiting(...found)
    })
    openCount++
  }
}

function keyOf(hostname: string, options: object): string {
  return JSON.stringify([hostname, options])
}

const NOT_KNOWN: Parameters<Callback> = [
  new NetworkFailure({
    kind: 'no_connection',
    message: ['no connection was open for it, and no name is looked up for what the verdict does not need'],
    retryable: false,
  }),
  '',
]
