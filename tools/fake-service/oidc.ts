import { createSign, createVerify, generateKeyPairSync, randomUUID } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { AccessKeyStore } from './access-keys.ts'
import { serviceError } from './errors.ts'
import { json } from './exchange.ts'
import type { Answer, FakeServiceRequest } from './exchange.ts'
import type { Route } from './router.ts'

/** What is set up in the fake service's IAM: a provider that stands for GitHub, and an agency that trusts one job. */
export const TRUST = {
  providerUrn: 'iam::60d3f8a2b7144c959e01c6d2f35a7b48:oidcProvider:github',
  agencyUrn: 'iam::60d3f8a2b7144c959e01c6d2f35a7b48:agency:codearts-gate',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'sts.huaweicloud.com',
  subject: 'repo:octo-org/storefront:environment:production',
} as const

/** The bearer token with which a job requests its OIDC token. */
const ID_TOKEN_BEARER = 'u3Yk0bqWc8ZtJ1vNfXe6hLsRpA9mDgTo'
const ID_TOKEN_PATH = '/github/id-token'
const ID_TOKEN_LIFETIME_SECONDS = 5 * 60
/** GitHub's default audience. */
const DEFAULT_AUDIENCE = 'https://github.com/octo-org'

/** How the exchange behaves; all options are optional. */
export interface OidcOptions {
  /** The `sub` of the job that runs; the default is the trusted one. */
  readonly subject?: string
  /** The `iss` of its tokens. */
  readonly issuer?: string
  /** How long temporary keys are valid where the request does not say; the default is an hour, as in the service. */
  readonly keyLifetimeSeconds?: number
  /** The longest session that the agency allows; the default is that of the service. */
  readonly maxLifetimeSeconds?: number
  /** Whether tokens are signed with an unknown key. */
  readonly hasForeignKey?: boolean
}

/** @returns what a job with `id-token: write` has: inputs for the exchange, and the variables of its runner. */
export function keylessJob(url: string) {
  return {
    inputs: {
      oidc_provider_urn: TRUST.providerUrn,
      oidc_agency_urn: TRUST.agencyUrn,
      oidc_audience: TRUST.audience,
      sts_endpoint: url,
    },
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}${ID_TOKEN_PATH}?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: ID_TOKEN_BEARER,
      GITHUB_REPOSITORY: 'octo-org/storefront',
      GITHUB_RUN_ID: '9123456789',
    },
  }
}

/** @returns GitHub's endpoint for OIDC tokens, and the security token service (STS) that accepts them. */
export function oidcRoutes(
  keys: AccessKeyStore,
  nowMs: () => number,
  options: OidcOptions = {},
): readonly Route[] {
  // Made when it is first needed: it is slow, and few tests need one.
  let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined
  const keyPair = () => (pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 }))
  return [
    {
      method: 'GET',
      pattern: new RegExp(`^${ID_TOKEN_PATH}$`),
      isOpen: true,
      handle: request => giveIdToken(request, keyPair().privateKey, nowMs(), options),
    },
    {
      method: 'POST',
      pattern: /^\/v5\/agencies\/assume-with-oidc$/,
      isOpen: true,
      handle: request => {
        const publicKey =
          options.hasForeignKey === true
            ? generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
            : keyPair().publicKey
        const { keyLifetimeSeconds = 3_600, maxLifetimeSeconds } = options
        return assumeAgency(request, publicKey, nowMs(), maxLifetimeSeconds, seconds =>
          keys.issue(seconds ?? keyLifetimeSeconds),
        )
      },
    },
  ]
}

function giveIdToken(
  { headers, query }: FakeServiceRequest,
  privateKey: KeyObject,
  nowMs: number,
  { subject = TRUST.subject, issuer = TRUST.issuer }: OidcOptions,
): Answer {
  if (headers.authorization !== `Bearer ${ID_TOKEN_BEARER}`) {
    return json(401, { $id: '1', message: 'The request is not authorized', typeKey: 'UnauthorizedException' })
  }
  const seconds = Math.floor(nowMs / 1_000)
  const claims = {
    jti: randomUUID(),
    iss: issuer,
    aud: query.get('audience') ?? DEFAULT_AUDIENCE,
    sub: subject,
    iat: seconds,
    nbf: seconds - 5 * 60,
    exp: seconds + ID_TOKEN_LIFETIME_SECONDS,
    repository: 'octo-org/storefront',
    environment: 'production',
  }
  const signed = `${base64Url({ typ: 'JWT', alg: 'RS256', kid: 'fake-service' })}.${base64Url(claims)}`
  const value = `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url')}`
  return json(200, { count: value.length, value })
}

/**
 * `AssumeAgencyWithOIDC`. No list of its codes is published: STS5.1001 (the trust policy does not allow it) and STS5.2001
 * (the token is not the provider's) were reported by others; the code for a malformed body is invented.
 */
function assumeAgency(
  { body, requestId }: FakeServiceRequest,
  publicKey: KeyObject,
  nowMs: number,
  maxLifetimeSeconds = 43_200,
  issue: (seconds: number | undefined) => unknown,
): Answer {
  const refuse = (status: number, code: string, message: string): Answer => ({
    ...serviceError(status, code, message)(),
    headers: { 'X-Request-Id': requestId },
  })
  const asked = parseBody(body)
  if (asked === undefined) return refuse(400, 'STS5.1003', 'invalid parameter')

  const claims = verifiedClaims(asked.id_token, publicKey)
  if (claims === undefined) return refuse(401, 'STS5.2001', 'the signature of the id token is invalid')
  if (asked.provider_urn !== TRUST.providerUrn)
    return refuse(404, 'STS5.2001', 'the OIDC provider does not exist')
  if (claims['iss'] !== TRUST.issuer)
    return refuse(401, 'STS5.2001', 'the issuer of the id token is not the provider')
  if (!(Number(claims['exp']) * 1_000 > nowMs)) return refuse(401, 'STS5.2001', 'the id token has expired')
  if (claims['aud'] !== TRUST.audience) {
    return refuse(401, 'STS5.2001', 'the audience of the id token is not a client ID of the provider')
  }
  if (asked.agency_urn !== TRUST.agencyUrn || claims['sub'] !== TRUST.subject) {
    return refuse(403, 'STS5.1001', 'access denied: no trust policy allows sts:agencies:assumeWithOIDC')
  }
  const seconds = asked.duration_seconds
  if (
    seconds !== undefined &&
    !(Number.isInteger(seconds) && seconds >= 900 && seconds <= maxLifetimeSeconds)
  )
    return refuse(400, 'STS5.1003', 'invalid parameter: duration_seconds')
  return json(200, {
    // The policy of the agency sets none.
    source_identity: null,
    credentials: issue(seconds),
    assumed_agency: {
      urn: `${TRUST.agencyUrn.replace(':agency:', ':assumed-agency:')}/${asked.agency_session_name}`,
      id: `fake-service:${asked.agency_session_name}`,
    },
    audience: claims['aud'],
    provider: TRUST.providerUrn,
    subject_from_id_token: claims['sub'],
  })
}

interface AssumeRequest {
  readonly provider_urn: string
  readonly agency_urn: string
  readonly agency_session_name: string
  readonly id_token: string
  readonly duration_seconds?: number | undefined
}

/** @returns the documented fields within their documented limits, or `undefined`. */
function parseBody(body: string): AssumeRequest | undefined {
  try {
    const asked = JSON.parse(body) as Partial<AssumeRequest>
    const { provider_urn, agency_urn, agency_session_name, id_token, duration_seconds } = asked
    if (![provider_urn, agency_urn].every(urn => typeof urn === 'string' && urn.length <= 1_500))
      return undefined
    if (typeof agency_session_name !== 'string' || !/^[\w+=,.@-]{2,128}$/.test(agency_session_name))
      return undefined
    if (typeof id_token !== 'string' || id_token.length < 4 || id_token.length > 20_000) return undefined
    const urns = { provider_urn: provider_urn ?? '', agency_urn: agency_urn ?? '' }
    return { ...urns, agency_session_name, id_token, duration_seconds }
  } catch {
    return undefined
  }
}

function verifiedClaims(jwt: string, publicKey: KeyObject): Readonly<Record<string, unknown>> | undefined {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const isGenuine = createVerify('RSA-SHA256')
    .update(`${header}.${payload}`)
    .verify(publicKey, Buffer.from(signature, 'base64url'))
  if (!isGenuine) return undefined
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Readonly<Record<string, unknown>>
}

function base64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
