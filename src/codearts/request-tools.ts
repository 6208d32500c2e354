import manifest from '../../package.json' with { type: 'json' }
import { createCredentials, type CredentialChoice, type Credentials } from '../credentials/credentials.ts'
import {
  createHttp,
  HTTP_LIMITS,
  type BodySink,
  type Http,
  type HttpRequest,
  type StreamedResponse,
} from '../http/http-client.ts'
import { CANCELLED } from '../http/network-errors.ts'
import { proxySecrets } from '../http/proxy.ts'
import type { OnRetry, RetryTools } from '../http/retry.ts'
import type { Result } from '../util/api-error.ts'
import { CLOCK, sleep, unlessAborted } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { AddSecret, Log } from '../util/logging.ts'
import { message } from '../util/message.ts'
import { ofNetwork, readSecretResponse, type ApiResponse } from './response.ts'

/** How an action names itself to the service: its version and nothing of the runner. */
const USER_AGENT = `codearts-build-gate/${manifest.version}`

/** What it takes to ask the service. */
export interface RequestTools {
  readonly http: Http
  readonly credentials: Credentials
  readonly retry: RetryTools
  /** Says in the log that a try failed. */
  readonly onRetry: OnRetry
  /** The time now, milliseconds since 1970. */
  readonly nowMs: () => number
}

/** The options of a request. */
export interface RequestOptions {
  /** The number of tries in total. */
  readonly maxTries: number
  /** Fires when the answer is no longer needed. */
  readonly signal: AbortSignal
  /** Fires when no more tries are needed: a try that is under way may end. */
  readonly enough?: AbortSignal | undefined
  /** Whether a request that the service throttles is tried until the signal fires, however many tries that takes. */
  readonly outlastsThrottling?: boolean
  /** Told of a failed try in place of the client's own `onRetry`. */
  readonly onRetry?: OnRetry | undefined
}

/** Sends a GET to a path of the service (with its query), with retries. Never rejects because of the network. */
export type ApiGet = (path: string, options: RequestOptions) => Promise<ApiResponse>

/** Sends a GET once, with the body of the answer going to the sink if that accepts it. Never rejects either. */
export type ApiDownload = (
  path: string,
  sink: BodySink,
  signal: AbortSignal,
) => Promise<StreamedResponse | ApiResponse>

/**
 * Puts network, clock and credentials together. The passwords of the proxies that will be used are hidden, and the log says
 * which tool left the credentials where no input has them.
 * @param endpoint the base URL of the service.
 * @param maxConnections how many requests may be under way at once.
 */
export function createRequestTools(
  endpoint: URL,
  choice: CredentialChoice,
  { log, addSecret }: { readonly log: Log; readonly addSecret: AddSecret },
  maxConnections = HTTP_LIMITS.maxConnections,
): RequestTools {
  for (const url of requestedUrls(endpoint, choice))
    for (const { value, kind } of proxySecrets(url))
      addSecret(value, kind === 'basic' ? 'credential' : 'password')
  const retry = { sleep: (ms: number, signal: AbortSignal) => sleep(CLOCK, ms, signal), random: Math.random }
  const http = createHttp(USER_AGENT, { ...HTTP_LIMITS, maxConnections })
  const tools = { http, retry, onRetry: retryLine(log), nowMs: Date.now }
  if (choice.kind === 'access_keys' && choice.isFromEnvironment)
    log.info(`The credentials are from ${choice.source}`)
  return {
    ...tools,
    credentials: createCredentials(choice, { ...tools, readSecretResponse, addSecret, log }),
  }
}

/**
 * @returns the request with the headers that authorize it, or an error: it was aborted, or the exchange of credentials
 * failed, which has had tries of its own.
 */
export async function authorize(
  request: HttpRequest,
  credentials: Credentials,
  signal: AbortSignal,
): Promise<Result<HttpRequest>> {
  const authorization = await unlessAborted(credentials.authorize(request, signal), signal)
  if (authorization === undefined) return { ok: false, error: ofNetwork(CANCELLED) }
  if (!authorization.ok) {
    const { error } = authorization
    return { ok: false, error: error.kind === 'given_up' ? error : { ...error, kind: 'exchange_failed' } }
  }
  return { ok: true, value: { ...request, headers: { ...request.headers, ...authorization.headers } } }
}

/** @returns what says in a log that a request is tried again. */
export function retryLine(log: Log): OnRetry {
  return ({ message: failure }, tries, pauseMs) => {
    log.info(message`Try ${tries} failed: ${failure}; the next try follows in ${formatDuration(pauseMs)}`)
  }
}

/** @returns the URLs of all servers that a run may ask: a proxy may stand before any of them. */
function requestedUrls(endpoint: URL, choice: CredentialChoice): URL[] {
  if (choice.kind !== 'keyless') return [endpoint]
  const { job, agency } = choice
  return [endpoint, agency.stsEndpoint, ...(URL.canParse(job.idTokenUrl) ? [new URL(job.idTokenUrl)] : [])]
}
