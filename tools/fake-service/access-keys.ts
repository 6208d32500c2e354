import { randomBytes } from 'node:crypto'
import { gatewayError } from './errors.ts'
import type { Answer, FakeServiceRequest } from './exchange.ts'
import { expectedSignature } from './signature.ts'

/** Permanent access keys that the fake service knows. They are invented and work nowhere else. */
export const ACCESS_KEYS = {
  valid: { accessKey: 'K7QZ2MWLTDXR9BVAHCE4', secretKey: 'vT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt' },
  /** Of a user who is no member of the project. */
  notAllowed: { accessKey: 'P4NEJ8YUSGVC6ZKXRMB2', secretKey: 'mW6aZrT8uYcN3qLfXj5BvKdP2eHsG9oVtC7iQxRn' },
} as const

/** Temporary keys in the form in which STS returns them. */
export interface IssuedKeys {
  readonly access_key_id: string
  readonly secret_access_key: string
  readonly security_token: string
  /** ISO 8601 */
  readonly expiration: string
}

/** The access keys of one fake service, and what it knows about their use. */
export interface AccessKeyStore {
  /** @returns the gateway's refusal of a signed request, or `undefined` if it is accepted. */
  refuse(request: FakeServiceRequest): Answer | undefined
  /** Issues temporary keys. */
  issue(lifetimeSeconds: number): IssuedKeys
}

interface KnownKeys {
  readonly secretKey: string
  readonly isAllowed: boolean
  readonly securityToken?: string
  readonly expiresAtMs?: number
}

/** How far a signature's date may be from the gateway's clock (devg-apisign, "API signing guide"). */
const MAX_SKEW_MS = 15 * 60_000
/** "More than five consecutive failures lock the access key for five minutes" (devg-apisign/api-sign-0001). */
const FAILURES_BEFORE_LOCK = 5
const LOCK_MS = 5 * 60_000

const AUTHORIZATION =
  /^SDK-HMAC-SHA256 Access=(?<accessKey>[^,\s]+), SignedHeaders=(?<names>[^,\s]+), Signature=(?<signature>[0-9a-f]{64})$/

/** @param nowMs the fake service's clock, milliseconds since 1970. */
export function createAccessKeys(nowMs: () => number): AccessKeyStore {
  const known = new Map<string, KnownKeys>()
  for (const [name, { accessKey, secretKey }] of Object.entries(ACCESS_KEYS)) {
    known.set(accessKey, { secretKey, isAllowed: name !== 'notAllowed' })
  }
  const failures = new Map<string, { count: number; lastMs: number }>()

  const refuse = (request: FakeServiceRequest): Answer | undefined => {
    const given = AUTHORIZATION.exec(request.headers.authorization ?? '')?.groups
    if (given === undefined) return unauthorized('authorization header is not right')(request)
    const { accessKey = '', names = '', signature = '' } = given
    const failed = failures.get(accessKey)
    if (failed !== undefined && failed.count > FAILURES_BEFORE_LOCK && nowMs() - failed.lastMs < LOCK_MS) {
      return unauthorized('AK access failed to reach the limit,forbidden')(request)
    }
    const why = objectionTo(request, known.get(accessKey), { names: names.split(';'), signature }, nowMs())
    if (why === undefined) {
      failures.delete(accessKey)
      return known.get(accessKey)?.isAllowed === true ? undefined : notAllowed(request)
    }
    failures.set(accessKey, { count: (failed?.count ?? 0) + 1, lastMs: nowMs() })
    return unauthorized(why)(request)
  }

  return {
    refuse,
    issue(lifetimeSeconds) {
      const expiresAtMs = nowMs() + lifetimeSeconds * 1_000
      const keys = {
        access_key_id: `HST${randomBytes(9).toString('hex').toUpperCase()}`,
        secret_access_key: randomBytes(30).toString('base64url'),
        security_token: randomBytes(600).toString('base64'),
        expiration: new Date(expiresAtMs).toISOString(),
      }
      known.set(keys.access_key_id, {
        secretKey: keys.secret_access_key,
        securityToken: keys.security_token,
        isAllowed: true,
        expiresAtMs,
      })
      return keys
    },
  }
}

/** @returns why the signature is refused, in the gateway's words, or `undefined`. */
function objectionTo(
  request: FakeServiceRequest,
  keys: KnownKeys | undefined,
  given: { readonly names: readonly string[]; readonly signature: string },
  nowMs: number,
): string | undefined {
  if (keys === undefined) return 'Get secretKey failed'
  const { headers } = request
  const sdkDate = String(headers['x-sdk-date'] ?? '')
  const signedAtMs = Date.parse(
    sdkDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  )
  const serverTime = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '')
  if (!(Math.abs(nowMs - signedAtMs) <= MAX_SKEW_MS)) {
    return `signature expired, signature time:${sdkDate},server time:${serverTime}`
  }
  const mustBeSigned = ['host', 'x-sdk-date', 'x-security-token', 'x-project-id'].filter(
    name => headers[name] !== undefined,
  )
  const { signature, canonicalRequest } = expectedSignature(request, given.names, keys.secretKey)
  if (!mustBeSigned.every(name => given.names.includes(name)) || signature !== given.signature) {
    // The real gateway answers with the canonical request, headers and all, so an error may echo a security token.
    return `verify aksk signature fail, canonicalRequest:${canonicalRequest.replaceAll('\n', '|')}`
  }
  if (headers['x-security-token'] !== keys.securityToken)
    return 'the security token is not that of the access key'
  return keys.expiresAtMs !== undefined && nowMs >= keys.expiresAtMs ? 'security token expired' : undefined
}

function unauthorized(why: string) {
  return gatewayError(401, 'APIGW.0301', `Incorrect IAM authentication information: ${why}`)
}

const notAllowed = gatewayError(403, 'APIGW.0302', 'The IAM user is not allowed to access the API')
