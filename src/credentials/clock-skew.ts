import type { IncomingHttpHeaders } from 'node:http'

/** The service takes a signature up to 15 minutes off its clock; from here on the clock is worth a word. */
const SUSPICIOUS_SKEW_MS = 5 * 60_000

/** @returns the time on the service's clock when it answered, milliseconds since 1970, or undefined. */
export function serviceTimeMs(headers: IncomingHttpHeaders): number | undefined {
  const time = Date.parse(headers.date ?? '')
  return Number.isNaN(time) ? undefined : time
}

/** @returns a clause about this machine's clock, with both times, when it and the service's are far apart. */
export function clockSkewHint(headers: IncomingHttpHeaders, nowMs: number): string | undefined {
  const serviceMs = serviceTimeMs(headers)
  if (serviceMs === undefined || Math.abs(serviceMs - nowMs) < SUSPICIOUS_SKEW_MS) return undefined
  const minutes = Math.round(Math.abs(serviceMs - nowMs) / 60_000)
  return (
    `set the clock of this machine: it says ${timeOf(nowMs)}, the service’s says ${timeOf(serviceMs)}, ` +
    `${minutes} minutes ${serviceMs > nowMs ? 'later' : 'earlier'}, and a signature may be 15 minutes off at most`
  )
}

/** @returns the time in UTC, to the second. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.[0-9]{3}Z$/, 'Z')
}
