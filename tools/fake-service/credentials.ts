import type { AccessKeyStore } from './access-keys.ts'
import { gatewayError } from './errors.ts'
import type { Answer, FakeServiceRequest } from './exchange.ts'

/** IAM user tokens that the fake service knows, by their state. They are invented and work nowhere else. */
const TOKENS = {
  valid: 'l7ijDw0HOSR8YAZd2PF9PSbVZVy521GJzhR6WgBmEslDdCqeEB4uRFVLF5M1zJVV',
  expired: 'FYK9YF54TeXKWTfLFMqcVy7V9cpBxhC/BH3m9t06XRZHocVjxJE9LVFacGI+rVP/',
  otherRegion: 'RSx0DbaUCUM4kwgEnkx7kCPaO7NsEjI/Aki1HT9jbOknWMe83CXvkeCqhGfuzHVB',
  notAllowed: 'rEDwy8g6A8HpmD7Q9lDzh4oSyb1+R8U9rkaN6xaGWhIuyrPX1Xkkt67gO9Dsdiuu',
} as const

/** The state of a token: a key of `TOKENS`, or `unknown` for one that the fake service never issued. */
export type TokenName = keyof typeof TOKENS | 'unknown'

/** A token in the right form that was never issued. */
const UNKNOWN_TOKEN = 'eq5KQnmzzSWXy9AfzL4tQ0XlkHT1pGz0pVd8mBLv3OUuGkYc7Jr2DnwEZ6sNhIaF'

const IAM_REFUSES = 'Incorrect IAM authentication information: '

const REFUSALS: Readonly<Record<TokenName | 'missing', ReturnType<typeof gatewayError> | undefined>> = {
  valid: undefined,
  missing: gatewayError(401, 'APIGW.0301', `${IAM_REFUSES}x-auth-token not found`),
  unknown: gatewayError(401, 'APIGW.0301', `${IAM_REFUSES}decrypt token fail`),
  expired: gatewayError(
    401,
    'APIGW.0301',
    `${IAM_REFUSES}token expires, expires_at: 2026-11-23T08:00:00.000000Z`,
  ),
  otherRegion: gatewayError(401, 'APIGW.0307', 'The token must be updated'),
  notAllowed: gatewayError(403, 'APIGW.0302', 'The IAM user is not allowed to access the API'),
}

/** @returns the token with that state. */
export function tokenOf(name: TokenName): string {
  return name === 'unknown' ? UNKNOWN_TOKEN : TOKENS[name]
}

/**
 * Checks the credentials of a request as the API gateway does: a signature, or else a token.
 *
 * @returns the gateway's refusal, or `undefined` if the request is accepted.
 */
export function refuse(request: FakeServiceRequest, keys: AccessKeyStore): Answer | undefined {
  if (request.headers.authorization !== undefined) return keys.refuse(request)
  return REFUSALS[nameOf(request.headers['x-auth-token'])]?.(request)
}

function nameOf(token: string | string[] | undefined): TokenName | 'missing' {
  if (token === undefined || token === '') return 'missing'
  const known = Object.entries(TOKENS).find(([, value]) => value === token)
  return (known?.[0] as keyof typeof TOKENS | undefined) ?? 'unknown'
}
