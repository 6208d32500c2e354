import type { Http, HttpRequest, HttpResult } from '../http/http-client.ts'
import { afterTries, withTries, type OnRetry, type RetryTools } from '../http/retry.ts'
import type { ApiError, ApiErrorReason, Failure, Result } from '../util/api-error.ts'
import { textPropertyOf } from '../util/errors.ts'
import type { AddSecret, Log } from '../util/logging.ts'
import { inQuotes, joined, message, type Message } from '../util/message.ts'
import { isSecure } from '../util/secure-url.ts'
import { serviceTimeMs, type SigningTools } from './access-keys.ts'
import type { AccessKeys } from './signature.ts'

/** The agency whose temporary keys are requested, and the OIDC token that is exchanged for them. */
export interface KeylessOptions {
  readonly providerUrn: string
  readonly agencyUrn: string
  /** The audience of the job's token; GitHub's own default without one. */
  readonly audience: string | undefined
  /** The base URL of the security token service (STS). */
  readonly stsEndpoint: URL
  readonly sessionName: string
  readonly projectId: string | undefined
  /** The URL for the OIDC token of the job, and its bearer token, a secret; empty without `permissions: id-token: write`. */
  readonly idTokenUrl: string
  readonly idTokenBearer: string
  /** A token, a secret, that another CI system gave in place of one from the runner. There is no other one when its keys end. */
  readonly givenToken: string | undefined
  /** How long the keys of a given token are needed, in milliseconds; undefined for a few requests. */
  readonly neededMs: number | undefined
}

/** Keys of an agency's session. They are kept in memory only. */
export interface TemporaryKeys extends AccessKeys {
  readonly securityToken: string
  /** When they expire by the service's clock, milliseconds since 1970. */
  readonly expiresAtMs: number
  /** The service's time when it issued them, if it said so; milliseconds since 1970. */
  readonly issuedAtMs: number | undefined
}

export interface KeylessTools extends SigningTools {
  readonly http: Http
  readonly retry: RetryTools
  /** Judges an answer of a service that returns secrets: codearts/response.ts, which knows the errors of the cloud. */
  readonly readSecretResponse: ReadSecretResponse
  readonly onRetry: OnRetry
  readonly log: Log
}

/** A service that gives out secrets: its name in messages, and what was sent to it that may be shown. */
export interface SecretService {
  readonly name: string
  /** What is wrong where it gives nothing, and says no more; as `Words` have it. */
  readonly problem: string
  readonly sent: readonly string[]
  readonly addSecret: AddSecret
}

type ReadSecretResponse = (
  response: HttpResult,
  nowMs: number,
  from: SecretService,
) => { readonly ok: true; readonly result: unknown } | Failure

/** How often each request of an exchange is tried, in all, and what fires when the keys are no longer needed. */
type Tries = Readonly<{ maxTries: number; signal: AbortSignal }>

/** Source: the service's API reference, STS/AssumeAgencyWithOIDC. */
const ASSUME_PATH = '/v5/agencies/assume-with-oidc'
const MAX_ID_TOKEN_CHARACTERS = 20_000
const MAX_CLAIM_CHARACTERS = 300

/** How long keys may live, in seconds, and how long they do unless asked. Source: as of ASSUME_PATH. */
const LIFETIME_SECONDS = { min: 900, max: 43_200, unlessAsked: 3_600 } as const

const GITHUB = { name: 'GitHub’s OIDC provider', problem: 'This run could not get its OIDC token', sent: [] }
const STS = { name: 'STS', problem: 'The OIDC token could not be exchanged for temporary keys' }

/**
 * Exchanges an OIDC token for temporary keys of the agency: a fresh one of the job, which takes a request to the runner's own
 * service, or the one that was given. Each request has its tries. Every secret that is returned is hidden before it is used.
 */
export async function exchangeToken(
  options: KeylessOptions,
  tools: KeylessTools,
  tries: Tries,
): Promise<Result<TemporaryKeys>> {
  const { providerUrn, agencyUrn, stsEndpoint, givenToken, neededMs } = options
  const requested =
    givenToken === undefined
      ? await requestIdToken(options, tools, tries)
      : ({ ok: true, value: givenToken } as const)
  if (!requested.ok) return requested
  const assume = (lifetime: number | undefined): Promise<Exchanged> => {
    const from = { ...STS, sent: [providerUrn, agencyUrn] }
    return ask(assumeRequest(options, requested.value, lifetime), from, tools, tries)
  }
  const lifetime = givenToken === undefined ? undefined : lifetimeOf(neededMs)
  let exchange = await assume(lifetime)
  const { response: first } = exchange
  // An agency may allow sessions of an hour alone.
  if ((lifetime ?? 0) > LIFETIME_SECONDS.unlessAsked && first.ok && first.status === 400)
    exchange = await assume(undefined)
  const alsoCheck = givenToken === undefined ? '' : '. Check also that oidc_token has not expired'
  if (!exchange.ok)
    return failed(STS.problem, exchange, {
      refused: message`Check the trust policy of the agency, and the client IDs of the provider: they must allow sts:agencies:assumeWithOIDC for the claims of the token that the details show${alsoCheck}`,
      details: message`; ${trustDetails(options, requested.value)}`,
      unanswered: message`${exchange.error.remedy}. For this request the endpoint is sts_endpoint (${stsEndpoint.host})`,
    })
  const { response } = exchange
  const value = temporaryKeysIn(exchange.result, response.ok ? serviceTimeMs(response.headers) : undefined)
  if (value !== undefined) return { ok: true, value }
  return lastingError('invalid_response', {
    problem: STS.problem,
    remedy: 'Check sts_endpoint and region, and any proxy or firewall on the way',
    details: 'STS returned no usable keys',
  })
}

function assumeRequest(
  { providerUrn, agencyUrn, stsEndpoint, sessionName }: KeylessOptions,
  idToken: string,
  lifetimeSeconds: number | undefined,
): HttpRequest {
  return {
    method: 'POST',
    url: new URL(stsEndpoint.href.replace(/\/$/, '') + ASSUME_PATH),
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      provider_urn: providerUrn,
      agency_urn: agencyUrn,
      agency_session_name: sessionName,
      id_token: idToken,
      duration_seconds: lifetimeSeconds,
    }),
  }
}

/** @returns how long the keys shall live, in seconds: as long as they are needed, as far as the service allows it. */
function lifetimeOf(neededMs: number | undefined): number | undefined {
  if (neededMs === undefined) return undefined
  const { min, max } = LIFETIME_SECONDS
  return Math.min(Math.max(Math.ceil(neededMs / 1_000), min), max)
}

async function requestIdToken(
  { audience, idTokenUrl, idTokenBearer }: KeylessOptions,
  tools: KeylessTools,
  tries: Tries,
): Promise<Result<string>> {
  if (idTokenUrl === '' || idTokenBearer === '')
    return lastingError('unauthorized', {
      problem: 'This job may not request an OIDC token',
      remedy: 'Give it permissions: { id-token: write }. Runs for pull requests from forks never get that',
      details: 'the runner gives no ACTIONS_ID_TOKEN_REQUEST_URL with a token',
    })
  const url = idTokenUrlOf(idTokenUrl, audience)
  if (url === undefined)
    return lastingError('invalid_response', {
      problem: GITHUB.problem,
      remedy: 'Check whether an earlier step has set the variable ACTIONS_ID_TOKEN_REQUEST_URL',
      details: 'the variable is not an https:// URL',
    })
  const headers = { Accept: 'application/json', Authorization: `Bearer ${idTokenBearer}` }
  const exchange = await ask({ method: 'GET', url, headers }, GITHUB, tools, tries)
  const remedy = 'Run the workflow again. If that does not help, check its permissions (id-token: write)'
  if (!exchange.ok)
    return failed(GITHUB.problem, exchange, {
      refused: [remedy],
      unanswered: message`${exchange.error.remedy}. For this request the endpoint is GitHub’s (${url.host})`,
    })
  const value = textPropertyOf(exchange.result, 'value')
  if (value !== undefined) tools.addSecret(value)
  if (value !== undefined && isJwt(value)) return { ok: true, value }
  const details = 'GitHub’s OIDC provider returned none'
  return lastingError('invalid_response', { problem: GITHUB.problem, remedy, details })
}

/** @returns an error that another try would not change. */
export function lastingError(
  reason: ApiErrorReason,
  { problem, remedy, details }: Readonly<Record<'problem' | 'remedy' | 'details', string>>,
): Failure {
  const words = { problem: [problem], remedy: [remedy], message: [details] }
  return { ok: false, error: { kind: 'fault', reason, ...words, retryable: false } }
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
  tools: KeylessTools,
  tries: Tries,
): Promise<Exchanged> {
  const { addSecret, http, nowMs, onRetry } = tools
  const { result, ...tried } = await withTries<Exchanged>(
    async () => {
      const response = await http.send(request, tries.signal)
      return { response, ...tools.readSecretResponse(response, nowMs(), { ...from, addSecret }) }
    },
    exchanged => (exchanged.ok ? undefined : exchanged.error),
    { ...tools.retry, onRetry, ...tries },
  )
  return result.ok ? result : { ...result, error: afterTries(result.error, tried) }
}

/** @returns the error of an exchange that failed. A 4xx that cannot be retried is a refusal. */
function failed(
  problem: string,
  { response, error }: Extract<Exchanged, Failure>,
  {
    refused,
    unanswered,
    details = [],
  }: Readonly<Record<'refused' | 'unanswered', Message>> & {
    readonly details?: Message
  },
): Failure {
  // Nothing that is missing there is a build.
  const kind = error.kind === 'given_up' ? error.kind : 'fault'
  const failure = (own: Partial<ApiError>): Failure => ({
    ok: false,
    error: { ...error, kind, problem: response.ok ? error.problem : [problem], ...own },
  })
  const { reason } = error
  if (reason === 'unreachable' || reason === 'invalid_response') return failure({ remedy: unanswered })
  if (reason === 'throttled') return failure({})
  const isRefused = response.ok && response.status >= 400 && response.status < 500 && response.status !== 408
  if (!isRefused) return failure({ reason: 'service_error' })
  return failure({
    reason: 'unauthorized',
    remedy: refused,
    message: message`${error.message}${details}`,
  })
}

/** @returns what has to fit together: agency, provider, and the claims of the token; clauses. */
function trustDetails({ providerUrn, agencyUrn }: KeylessOptions, idToken: string): Message {
  const claims = claimsOf(idToken)
  const shown = ['aud', 'sub', 'iss'].map(name => {
    // Some systems give several audiences.
    const value = [fieldOf(claims, name)].flat().join(', ')
    return message`oidc:${name} ${value === '' ? '(none)' : inQuotes(value, MAX_CLAIM_CHARACTERS)}`
  })
  return joined([message`agency ${agencyUrn}`, message`provider ${providerUrn}`, ...shown], '; ')
}

/** @returns whether a text has the form of an OIDC token, and no more characters than STS takes. */
export function isJwt(text: string): boolean {
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
  const text = (name: string): string => textPropertyOf(credentials, name) ?? ''
  const accessKey = text('access_key_id')
  const secretKey = text('secret_access_key')
  const securityToken = text('security_token')
  const expiresAtMs = Date.parse(text('expiration'))
  const areUsable = [accessKey, secretKey, securityToken].every(secret => /^[\x21-\x7e]+$/.test(secret))
  return areUsable && !Number.isNaN(expiresAtMs)
    ? { accessKey, secretKey, securityToken, expiresAtMs, issuedAtMs }
    : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
