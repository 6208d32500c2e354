import type { HttpAnswer, HttpRequest } from '../http/request.ts'
import type { Secrets } from '../secrets.ts'
import { clockSkewHint } from './clock-skew.ts'
import type { Credentials } from './credentials.ts'
import { sign, type AccessKeys } from './signature.ts'

/** A pair of keys with what is sent, and signed, along with them. */
export interface SigningKeys extends AccessKeys {
  /** Belongs to temporary keys, and to no others. */
  readonly securityToken?: string | undefined
  /** The project of the region that the request is about. */
  readonly projectId?: string | undefined
}

export interface SigningTools {
  /** The time now, milliseconds since 1970. */
  readonly nowMs: () => number
  /** Takes each signature. */
  readonly secrets: Pick<Secrets, 'addPassing'>
}

/**
 * @param keys sign every request afresh.
 * @param source where they were found, for whoever has to look there: "the inputs access_key and secret_key".
 */
export function accessKeyCredentials(keys: SigningKeys, source: string, tools: SigningTools): Credentials {
  return {
    authorize: request => Promise.resolve({ ok: true, headers: signedHeaders(request, keys, tools) }),
    refused: answer => ({ isRenewable: false, hint: hintOf(answer, keys, source, tools.nowMs()) }),
  }
}

/** @returns the headers that authorize a request; its signature is hidden. */
export function signedHeaders(
  request: HttpRequest,
  keys: SigningKeys,
  { nowMs, secrets }: SigningTools,
): Readonly<Record<string, string>> {
  const own = {
    ...(keys.securityToken === undefined ? {} : { 'X-Security-Token': keys.securityToken }),
    ...(keys.projectId === undefined ? {} : { 'X-Project-Id': keys.projectId }),
  }
  const withOwn = { ...request, headers: { ...request.headers, ...own } }
  const { headers, signature } = sign(withOwn, keys, new Date(nowMs()))
  secrets.addPassing(signature)
  return { ...own, ...headers }
}

function hintOf(
  { status, headers }: HttpAnswer,
  { securityToken }: SigningKeys,
  source: string,
  nowMs: number,
): string | undefined {
  if (status !== 401) return undefined
  const check =
    securityToken === undefined
      ? `check ${source}: both keys are of one pair, which is neither disabled nor deleted`
      : `check ${source}: the keys and the security token are of one set, which has not expired`
  const lockout = 'this is not tried again, because six failures in a row lock an access key for five minutes'
  return [clockSkewHint(headers, nowMs), check, lockout].filter(clause => clause !== undefined).join('; ')
}
