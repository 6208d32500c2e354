import type { Http, HttpRequest, HttpResult } from '../http/request.ts'
import { afterTries, withTries, type Again, type OnRetry, type RetryTools } from '../http/retry.ts'
import { isSecure } from '../http/secure-url.ts'
import { shorten } from '../report/text.ts'
import type { Secrets } from '../secrets.ts'
import { serviceTimeMs } from './clock-skew.ts'
import type { AuthorizationProblem } from './credentials.ts'

/** Whose temporary keys are asked for, and where. */
export interface Agency {
  readonly providerUrn: string
  readonly agencyUrn: string
  /** The audience of the job's token; GitHub's own default without one. */
  readonly audience: string | undefined
  /** The base URL of the security token service (STS). */
  readonly stsEndpoint: URL
}

/** How the job proves which one it is. */
export interface JobIdentity {
  /** Where the runner gives out the job's OIDC token; empty without `permissions: id-token: write`. */
  readonly idTokenUrl: string
  /** What the runner wants to see for it; a secret. */
  readonly idTokenBearer: string
  /** What the agency's session is to be called. */
  readonly sessionName: string
}

/** Keys of an agency's session. They are in memory alone. */
export interface TemporaryKeys {
  readonly accessKey: string
  readonly secretKey: string
  readonly securityToken: string
  /** When they end on the service's clock, milliseconds since 1970. */
  readonly expiresAtMs: number
  /** What the service's clock said when it gave them out, where it said so; milliseconds since 1970. */
  readonly issuedAtMs: number | undefined
}

/** What codearts/answer.ts, which knows the errors of the cloud, makes of an answer with secrets in it. */
export type SecretReading =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false
      readonly problem: { readonly reason: string; readonly cameBack: string; readonly hint: string }
      readonly again: Again
    }

export interface ExchangeTools {
  readonly http: Http
  readonly retry: RetryTools
  /** Judges an answer of `who`; its result is as it came, since redaction would alter the secrets in it. */
  readonly read: (result: HttpResult, who: string) => SecretReading
  /** Takes the tokens and keys that come back. */
  readonly secrets: Pick<Secrets, 'add'>
  /** Told about each request that is tried again, with the pause before the next try in milliseconds. */
  readonly onRetry: OnRetry<{ readonly cameBack: string }>
}

/** How long an exchange may be tried. */
export interface ExchangePatience {
  /** How often each of its requests is tried, in all. */
  readonly maxTries: number
  /** Fires when nobody waits for the keys any more. */
  readonly signal: AbortSignal
}

export type ExchangeResult =
  | { readonly ok: true; readonly keys: TemporaryKeys }
  | { readonly ok: false; readonly problem: AuthorizationProblem }

type IdTokenResult =
  | { readonly ok: true; readonly idToken: string }
  | { readonly ok: false; readonly problem: AuthorizationProblem }

/** Source: the service's API reference, STS/AssumeAgencyWithOIDC. */
const ASSUME_PATH = '/v5/agencies/assume-with-oidc'
const MAX_ID_TOKEN_CHARACTERS = 20_000
const MAX_CLAIM_CHARACTERS = 300

const ID_TOKEN_FAILED = 'the job’s OIDC token could not be had'
const EXCHANGE_FAILED = 'the exchange of the job’s OIDC token for temporary keys failed'

/**
 * Exchanges a fresh OIDC token of the job for temporary keys of the agency: a request to the runner's own service and
 * one to STS, each with its tries. What comes back is hidden before anything else is done with it.
 */
export async function assumeAgency(
  agency: Agency,
  job: JobIdentity,
  tools: ExchangeTools,
  patience: ExchangePatience,
): Promise<ExchangeResult> {
  const requested = await requestIdToken(agency.audience, job, tools, patience)
  if (!requested.ok) return requested
  const { idToken } = requested
  const url = new URL(agency.stsEndpoint.href.replace(/\/$/, '') + ASSUME_PATH)
  const request: HttpRequest = {
    method: 'POST',
    url,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      provider_urn: agency.providerUrn,
      agency_urn: agency.agencyUrn,
      agency_session_name: job.sessionName,
      id_token: idToken,
    }),
  }
  const { result, reading } = await ask(request, 'the security token service (STS)', tools, patience)
  if (!reading.ok) {
    return failed(EXCHANGE_FAILED, result, reading.problem, {
      refused: trustHint(agency, idToken),
      unanswered: `${reading.problem.hint} (the endpoint here is sts_endpoint, ${url.host})`,
    })
  }
  const keys = temporaryKeysOf(reading.result, result.ok ? serviceTimeMs(result.headers) : undefined)
  if (keys === undefined) {
    const cameBack = `${EXCHANGE_FAILED}: the security token service (STS) gave no keys that can be used`
    return {
      ok: false,
      problem: { reason: 'invalid_response', cameBack, hint: 'check sts_endpoint and region' },
    }
  }
  for (const secret of [keys.accessKey, keys.secretKey, keys.securityToken]) tools.secrets.add(secret)
  return { ok: true, keys }
}

async function requestIdToken(
  audience: string | undefined,
  { idTokenUrl, idTokenBearer }: JobIdentity,
  tools: ExchangeTools,
  patience: ExchangePatience,
): Promise<IdTokenResult> {
  if (idTokenUrl === '' || idTokenBearer === '') return { ok: false, problem: NOT_PERMITTED }
  const url = idTokenUrlOf(idTokenUrl, audience)
  if (url === undefined) return { ok: false, problem: UNFIT_URL }
  const request: HttpRequest = {
    method: 'GET',
    url,
    headers: { Accept: 'application/json', Authorization: `Bearer ${idTokenBearer}` },
  }
  const { result, reading } = await ask(request, 'GitHub’s OIDC provider', tools, patience)
  if (!reading.ok) {
    return failed(ID_TOKEN_FAILED, result, reading.problem, {
      refused: 'run the job again; if it stays, check its permissions (id-token: write)',
      unanswered: `${reading.problem.hint} (the endpoint here is GitHub’s, ${url.host})`,
    })
  }
  const idToken = textOf(reading.result, 'value')
  if (idToken !== undefined) tools.secrets.add(idToken)
  if (idToken === undefined || !isJwt(idToken)) {
    const cameBack = `${ID_TOKEN_FAILED}: GitHub’s OIDC provider gave none`
    return { ok: false, problem: { reason: 'invalid_response', cameBack, hint: 'run the job again' } }
  }
  return { ok: true, idToken }
}

const NOT_PERMITTED: AuthorizationProblem = {
  reason: 'unauthorized',
  cameBack: `${ID_TOKEN_FAILED}: this job is not permitted to ask for one`,
  hint:
    'add the line "id-token: write" under "permissions:" of the job (permissions: { id-token: write }); ' +
    'a run for a pull request from a fork never gets one',
}

const UNFIT_URL: AuthorizationProblem = {
  reason: 'invalid_response',
  cameBack: `${ID_TOKEN_FAILED}: the variable ACTIONS_ID_TOKEN_REQUEST_URL of the runner is not an https:// URL`,
  hint: 'check whether an earlier step has set that variable',
}

function idTokenUrlOf(text: string, audience: string | undefined): URL | undefined {
  const url = URL.parse(text)
  if (url === null || !isSecure(url) || url.username !== '' || url.password !== '') return undefined
  if (audience !== undefined) {
    url.search += `${url.search === '' ? '?' : '&'}audience=${encodeURIComponent(audience)}`
  }
  return url
}

interface Asked {
  readonly result: HttpResult
  readonly reading: SecretReading
}

/** Sends one request with its tries (contract section 5). */
async function ask(
  request: HttpRequest,
  who: string,
  tools: ExchangeTools,
  patience: ExchangePatience,
): Promise<Asked> {
  const { result: asked, tries } = await withTries(
    async () => {
      const result = await tools.http.send(request, patience.signal)
      return { result, reading: tools.read(result, who) }
    },
    ({ reading }) => (reading.ok ? undefined : reading),
    { ...tools.retry, onRetry: tools.onRetry, ...patience },
  )
  const { reading } = asked
  return reading.ok
    ? asked
    : { ...asked, reading: { ...reading, problem: afterTries(reading.problem, tries) } }
}

/** @returns the problem of an exchange that failed. Whatever 4xx was not a matter of time is a refusal. */
function failed(
  what: string,
  result: HttpResult,
  problem: { readonly reason: string; readonly cameBack: string; readonly hint: string },
  hints: { readonly refused: string; readonly unanswered: string },
): { readonly ok: false; readonly problem: AuthorizationProblem } {
  const cameBack = `${what}: ${problem.cameBack}`
  const { reason } = problem
  if (reason === 'unreachable' || reason === 'invalid_response') {
    return { ok: false, problem: { reason, cameBack, hint: hints.unanswered } }
  }
  if (reason === 'throttled') return { ok: false, problem: { reason, cameBack, hint: problem.hint } }
  const isRefused = result.ok && result.status >= 400 && result.status < 500 && result.status !== 408
  return isRefused
    ? { ok: false, problem: { reason: 'unauthorized', cameBack, hint: hints.refused } }
    : { ok: false, problem: { reason: 'service_error', cameBack, hint: problem.hint } }
}

/** What the trust policy has to say, beside what the token of this job says. */
function trustHint({ providerUrn, agencyUrn }: Agency, idToken: string): string {
  const claims = claimsOf(idToken)
  const claim = (name: string): string =>
    `${name} "${shorten(textOf(claims, name) ?? '(none)', MAX_CLAIM_CHARACTERS)}"`
  return (
    `check the trust policy of ${agencyUrn}: it has to allow sts:agencies:assumeWithOIDC to ${providerUrn} ` +
    `for what this job’s token says: ${claim('aud')} (oidc:aud, and a client ID of the provider), ` +
    `${claim('sub')} (oidc:sub) and ${claim('iss')} (oidc:iss)`
  )
}

function isJwt(text: string): boolean {
  return text.length <= MAX_ID_TOKEN_CHARACTERS && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)
}

/** @returns the claims of a token, unchecked: STS checks them, and here they are but shown. */
function claimsOf(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as unknown
  } catch {
    return undefined
  }
}

function temporaryKeysOf(value: unknown, issuedAtMs: number | undefined): TemporaryKeys | undefined {
  const credentials = fieldOf(value, 'credentials')
  const text = (name: string): string => textOf(credentials, name) ?? ''
  const accessKey = text('access_key_id')
  const secretKey = text('secret_access_key')
  const securityToken = text('security_token')
  const expiresAtMs = Date.parse(text('expiration'))
  const areUsable = [accessKey, secretKey, securityToken].every(secret => /^[\x21-\x7e]+$/.test(secret))
  return areUsable && !Number.isNaN(expiresAtMs)
    ? { accessKey, secretKey, securityToken, expiresAtMs, issuedAtMs }
    : undefined
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
