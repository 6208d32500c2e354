import type { Http, HttpRequest, HttpResult } from '../http/http-client.ts'
import { afterTries, withTries, type OnRetry, type RetryTools } from '../http/retry.ts'
import type { ApiErrorReason, Failure, Result } from '../util/api-error.ts'
import type { AddSecret } from '../util/logging.ts'
import { message, quote, type Message } from '../util/message.ts'
import { isSecure } from '../util/secure-url.ts'
import { serviceTimeMs, type SigningTools } from './access-keys.ts'

/** The agency whose temporary keys are requested, and where. */
export interface Agency {
  readonly providerUrn: string
  readonly agencyUrn: string
  /** The audience of the job's token; GitHub's own default without one. */
  readonly audience: string | undefined
  /** The base URL of the security token service (STS). */
  readonly stsEndpoint: URL
}

/** How the job gets its OIDC token. */
export interface JobIdentity {
  /** The URL for the OIDC token of the job; empty without `permissions: id-token: write`. */
  readonly idTokenUrl: string
  /** The bearer token for this URL; a secret. */
  readonly idTokenBearer: string
  /** The name of the agency's session. */
  readonly sessionName: string
}

/** Keys of an agency's session. They are kept in memory only. */
export interface TemporaryKeys {
  readonly accessKey: string
  readonly secretKey: string
  readonly securityToken: string
  /** When they expire by the service's clock, milliseconds since 1970. */
  readonly expiresAtMs: number
  /** The service's time when it issued them, if it said so; milliseconds since 1970. */
  readonly issuedAtMs: number | undefined
}

export interface ExchangeTools extends SigningTools {
  readonly http: Http
  readonly retry: RetryTools
  /** Judges an answer of a service that returns secrets: codearts/response.ts, which knows the errors of the cloud. */
  readonly readSecretResponse: ReadSecretResponse
  /** Called before each retry. */
  readonly onRetry: OnRetry
}

/** The name of the service in messages, and what was sent to it that may be shown. */
export interface SecretService {
  readonly name: string
  readonly sent: readonly string[]
  readonly addSecret: AddSecret
}

type ReadSecretResponse = (
  response: HttpResult,
  nowMs: number,
  from: SecretService,
) => { readonly ok: true; readonly result: unknown } | Failure

/** How long an exchange may be tried. */
export interface ExchangeOptions {
  /** How often each of its requests is tried, in all. */
  readonly maxTries: number
  /** Fires when the keys are no longer needed. */
  readonly signal: AbortSignal
}

/** Source: the service's API reference, STS/AssumeAgencyWithOIDC. */
const ASSUME_PATH = '/v5/agencies/assume-with-oidc'
const MAX_ID_TOKEN_CHARACTERS = 20_000
const MAX_CLAIM_CHARACTERS = 300

const ID_TOKEN_FAILED = 'the OIDC token of the job could not be obtained'
const EXCHANGE_FAILED = 'the exchange of the job’s OIDC token for temporary keys failed'

/**
 * Exchanges a fresh OIDC token of the job for temporary keys of the agency: a request to the runner's own service and
 * one to STS, each with its tries. Every secret that is returned is hidden before it is used.
 */
export async function exchangeToken(
  agency: Agency,
  job: JobIdentity,
  tools: ExchangeTools,
  options: ExchangeOptions,
): Promise<Result<TemporaryKeys>> {
  const requested = await requestIdToken(agency.audience, job, tools, options)
  if (!requested.ok) return requested
  const idToken = requested.value
  const { providerUrn, agencyUrn } = agency
  const url = new URL(agency.stsEndpoint.href.replace(/\/$/, '') + ASSUME_PATH)
  const request: HttpRequest = {
    method: 'POST',
    url,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      provider_urn: providerUrn,
      agency_urn: agencyUrn,
      agency_session_name: job.sessionName,
      id_token: idToken,
    }),
  }
  const name = 'the security token service (STS)'
  const exchange = await ask(request, { name, sent: [providerUrn, agencyUrn] }, tools, options)
  if (!exchange.ok)
    return failed(EXCHANGE_FAILED, exchange, {
      refused: trustRemedy(agency, idToken),
      unanswered: message`${exchange.error.remedy}; for this request the endpoint is sts_endpoint (${url.host})`,
    })
  const { response } = exchange
  const value = temporaryKeysIn(exchange.result, response.ok ? serviceTimeMs(response.headers) : undefined)
  if (value !== undefined) return { ok: true, value }
  const what = `${EXCHANGE_FAILED}: ${name} returned no usable keys`
  return lastingError('invalid_response', what, 'check sts_endpoint and region')
}

async function requestIdToken(
  audience: string | undefined,
  { idTokenUrl, idTokenBearer }: JobIdentity,
  tools: ExchangeTools,
  options: ExchangeOptions,
): Promise<Result<string>> {
  if (idTokenUrl === '' || idTokenBearer === '')
    return lastingError(
      'unauthorized',
      `${ID_TOKEN_FAILED}: this job may not request one`,
      'give the job permissions: { id-token: write }; runs for pull requests from forks never get it',
    )
  const url = idTokenUrlOf(idTokenUrl, audience)
  if (url === undefined)
    return lastingError(
      'invalid_response',
      `${ID_TOKEN_FAILED}: the variable ACTIONS_ID_TOKEN_REQUEST_URL of the runner is not an https:// URL`,
      'check whether an earlier step has set that variable',
    )
  const request: HttpRequest = {
    method: 'GET',
    url,
    headers: { Accept: 'application/json', Authorization: `Bearer ${idTokenBearer}` },
  }
  const exchange = await ask(request, { name: 'GitHub’s OIDC provider', sent: [] }, tools, options)
  if (!exchange.ok)
    return failed(ID_TOKEN_FAILED, exchange, {
      refused: message`run the job again; if it fails again, check its permissions (id-token: write)`,
      unanswered: message`${exchange.error.remedy}; for this request the endpoint is GitHub’s (${url.host})`,
    })
  const value = textIn(exchange.result, 'value')
  if (value !== undefined) tools.addSecret(value)
  if (value !== undefined && isJwt(value)) return { ok: true, value }
  const what = `${ID_TOKEN_FAILED}: GitHub’s OIDC provider returned none`
  return lastingError('invalid_response', what, 'run the job again')
}

/** @returns an error that another try would not change; clauses as in ApiError. */
export function lastingError(reason: ApiErrorReason, what: string, remedy: string): Failure {
  return { ok: false, error: { kind: 'fault', reason, message: [what], remedy: [remedy], retryable: false } }
}

function idTokenUrlOf(text: string, audience: string | undefined): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!isSecure(url) || url.username !== '' || url.password !== '') return undefined
  if (audience !== undefined) {
    url.search += `${url.search === '' ? '?' : '&'}audience=${encodeURIComponent(audience)}`
  }
  return url
}

/** The response to one request of an exchange, and how it was judged. */
type Exchanged = { readonly response: HttpResult } & ReturnType<ReadSecretResponse>

/** Sends one request with its tries (contract section 5). */
async function ask(
  request: HttpRequest,
  from: Omit<SecretService, 'addSecret'>,
  tools: ExchangeTools,
  options: ExchangeOptions,
): Promise<Exchanged> {
  const { addSecret } = tools
  const { result, ...tried } = await withTries<Exchanged>(
    async () => {
      const response = await tools.http.send(request, options.signal)
      return { response, ...tools.readSecretResponse(response, tools.nowMs(), { ...from, addSecret }) }
    },
    exchanged => (exchanged.ok ? undefined : exchanged.error),
    { ...tools.retry, onRetry: tools.onRetry, ...options },
  )
  return result.ok ? result : { ...result, error: afterTries(result.error, tried) }
}

/** @returns the error of an exchange that failed. A 4xx that cannot be retried is a refusal. */
function failed(
  what: string,
  { response, error }: Extract<Exchanged, Failure>,
  remedies: { readonly refused: Message; readonly unanswered: Message },
): Failure {
  // Nothing that is missing there is a build.
  const kept = error.kind === 'given_up' ? error.kind : 'fault'
  const said = { ...error, kind: kept, message: message`${what}: ${error.message}` } as const
  const { reason } = error
  if (reason === 'unreachable' || reason === 'invalid_response')
    return { ok: false, error: { ...said, remedy: remedies.unanswered } }
  if (reason === 'throttled') return { ok: false, error: said }
  const isRefused = response.ok && response.status >= 400 && response.status < 500 && response.status !== 408
  return isRefused
    ? { ok: false, error: { ...said, reason: 'unauthorized', remedy: remedies.refused } }
    : { ok: false, error: { ...said, reason: 'service_error' } }
}

/** The advice on the trust policy, with the claims of the token of this job. */
function trustRemedy({ providerUrn, agencyUrn }: Agency, idToken: string): Message {
  const claims = claimsOf(idToken)
  const claim = (name: string): Message =>
    message`${name} "${quote(textIn(claims, name) ?? '(none)', MAX_CLAIM_CHARACTERS)}"`
  return message`check the trust policy of ${agencyUrn}: it must allow sts:agencies:assumeWithOIDC to ${providerUrn} for these claims of the job’s token: ${claim('aud')} (oidc:aud, and a client ID of the provider), ${claim('sub')} (oidc:sub) and ${claim('iss')} (oidc:iss)`
}

function isJwt(text: string): boolean {
  return text.length <= MAX_ID_TOKEN_CHARACTERS && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)
}

/** @returns the claims of a token. They are not checked, only shown: STS checks them. */
function claimsOf(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as unknown
  } catch {
    return undefined
  }
}

function temporaryKeysIn(value: unknown, issuedAtMs: number | undefined): TemporaryKeys | undefined {
  const credentials = fieldOf(value, 'credentials')
  const text = (name: string): string => textIn(credentials, name) ?? ''
  const accessKey = text('access_key_id')
  const secretKey = text('secret_access_key')
  const securityToken = text('security_token')
  const expiresAtMs = Date.parse(text('expiration'))
  const areUsable = [accessKey, secretKey, securityToken].every(secret => /^[\x21-\x7e]+$/.test(secret))
  return areUsable && !Number.isNaN(expiresAtMs)
    ? { accessKey, secretKey, securityToken, expiresAtMs, issuedAtMs }
    : undefined
}

function textIn(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name)
  return typeof field === 'string' ? field : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
