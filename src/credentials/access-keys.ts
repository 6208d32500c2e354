import type { IncomingHttpHeaders } from 'node:http'
import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import type { AddSecret } from '../util/logging.ts'
import type { Credentials } from './credentials.ts'
import { sign, type AccessKeys } from './signature.ts'

/** A pair of keys, and what is sent and signed together with them. */
export interface SigningKeys extends AccessKeys {
  /** Only for temporary keys. */
  readonly securityToken?: string | undefined
  /** The project of the region that the request is about. */
  readonly projectId?: string | undefined
}

export interface SigningTools {
  /** The time now, milliseconds since 1970. */
  readonly nowMs: () => number
  /** Called with each signature, to hide it. */
  readonly addSecret: AddSecret
}

/**
 * @param keys sign every request.
 * @param source where they were found, for the message: "the inputs access_key and secret_key".
 */
export function accessKeyCredentials(keys: SigningKeys, source: string, tools: SigningTools): Credentials {
  return {
    authorize: request => Promise.resolve({ ok: true, headers: signedHeaders(request, keys, tools) }),
    refused: response => ({ isRenewable: false, remedy: [remedyFor(response, keys, source, tools.nowMs())] }),
  }
}

/** @returns the headers that authorize a request; its signature is hidden. */
export function signedHeaders(
  request: HttpRequest,
  keys: SigningKeys,
  { nowMs, addSecret }: SigningTools,
): Readonly<Record<string, string>> {
  const own = {
    ...(keys.securityToken === undefined ? {} : { 'X-Security-Token': keys.securityToken }),
    ...(keys.projectId === undefined ? {} : { 'X-Project-Id': keys.projectId }),
  }
  const withOwn = { ...request, headers: { ...request.headers, ...own } }
  const { headers, signature } = sign(withOwn, keys, new Date(nowMs()))
  addSecret(signature, 'signature')
  return { ...own, ...headers }
}

function remedyFor(
  { status, headers }: HttpResponse,
  { securityToken }: SigningKeys,
  source: string,
  nowMs: number,
): string {
  if (status !== 401)
    return `Add the IAM user of the keys to the CodeArts project of the build task, with a role that may view it. The keys are from ${source}`
  const check =
    securityToken === undefined
      ? `Check ${source}: both keys must belong to one pair that is neither disabled nor deleted`
      : `Check ${source}: the keys and the security token must belong together, and must not have expired`
  const lockout =
    'The step does not try again, because six failures in a row lock an access key for five minutes'
  return afterClockRemedy(`${check}. ${lockout}`, headers, nowMs)
}

/** The service accepts a difference of up to 15 minutes; from this one on, a refusal mentions the clock. */
const SUSPICIOUS_SKEW_MS = 5 * 60_000

/** @returns the time on the service's clock when it answered, milliseconds since 1970, or undefined. */
export function serviceTimeMs(headers: IncomingHttpHeaders): number | undefined {
  const ms = Date.parse(headers.date ?? '')
  return Number.isNaN(ms) ? undefined : ms
}

/** @returns the remedy; if the clocks of this machine and of the service are far apart, after a sentence with both times. */
export function afterClockRemedy(remedy: string, headers: IncomingHttpHeaders, nowMs: number): string {
  const serviceMs = serviceTimeMs(headers)
  if (serviceMs === undefined || Math.abs(serviceMs - nowMs) < SUSPICIOUS_SKEW_MS) return remedy
  const minutes = Math.round(Math.abs(serviceMs - nowMs) / 60_000)
  return (
    `Set the clock of this machine: it is ${minutes} minutes ${serviceMs > nowMs ? 'behind' : 'ahead of'} the clock of the service, ` +
    `and a signature may be 15 minutes off at most (it says ${formatTime(nowMs)}, and the service says ${formatTime(serviceMs)}). ${remedy}`
  )
}

/** @returns the time in UTC, to the second. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.[0-9]{3}Z$/, 'Z')
}
