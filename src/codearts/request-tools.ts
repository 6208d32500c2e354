import manifest from '../../package.json' with { type: 'json' }
import { createCredentials, type CredentialChoice } from '../credentials/credentials.ts'
import { createHttp, type BodySink, type Http, type StreamedResponse } from '../http/http-client.ts'
import { proxySecrets } from '../http/proxy.ts'
import type { OnRetry, RetryTools } from '../http/retry.ts'
import { describeError } from '../util/api-error.ts'
import { CLOCK, sleep } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import type { AddSecret, Log } from '../util/logging.ts'
import { message } from '../util/message.ts'
import { RequestQueue, type QueueOptions } from './request-queue.ts'
import { readSecretResponse, type ApiResponse } from './response.ts'

/** How an action names itself to the service: its version and nothing of the runner. */
const USER_AGENT = `codearts-build-gate/${manifest.version}`

export interface RequestTools {
  readonly http: Http
  /** What every request goes through, with the credentials. */
  readonly queue: RequestQueue
  readonly retry: RetryTools
  readonly onRetry: OnRetry
  /** The time now, milliseconds since 1970. */
  readonly nowMs: () => number
}

export interface RequestOptions extends Omit<QueueOptions, 'mayRepeat'> {
  readonly maxTries: number
  /** Fires when no more tries are needed: a try that is under way may end. */
  readonly enough?: AbortSignal | undefined
  /** Whether a request that the service throttles is tried until the signal fires, however many tries that takes. */
  readonly outlastsThrottling?: boolean
  /** The most bytes of an answer that are read, where that is more than of others. */
  readonly maxBodyBytes?: number
  /** Told of a failed try in place of the client's own `onRetry`. */
  readonly onRetry?: OnRetry | undefined
  /** Nothing depends on the answer: no name is looked up for it (see HttpRequest). */
  readonly isOptional?: boolean
}

/** @returns the URL of a path of the service, under its base URL. */
export function urlOf(endpoint: URL, path: string): URL {
  return new URL(endpoint.href.replace(/\/$/, '') + path)
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
 * @param isForSeveral whether the run is about several builds.
 */
export function createRequestTools(
  endpoint: URL,
  choice: CredentialChoice,
  { log, addSecret }: { readonly log: Log; readonly addSecret: AddSecret },
  isForSeveral = false,
): RequestTools {
  for (const url of requestedUrls(endpoint, choice))
    for (const { value, kind } of proxySecrets(url)) addSecret(value, kind)
  const retry = { sleep: (ms: number, signal: AbortSignal) => sleep(CLOCK, ms, signal), random: Math.random }
  const tools = { http: createHttp(USER_AGENT), retry, onRetry: retryLine(log), nowMs: Date.now }
  if (choice.kind === 'access_keys' && choice.isFromEnvironment)
    log.info(`The credentials are from ${choice.source}`)
  const credentials = createCredentials(choice, { ...tools, readSecretResponse, addSecret, log })
  return { ...tools, queue: new RequestQueue({ credentials, clock: CLOCK, nowMs: Date.now }, isForSeveral) }
}

/** @returns what says in a log that a request is tried again. */
export function retryLine(log: Log): OnRetry {
  return (error, tries, pauseMs) => {
    log.info(
      message`Try ${tries} failed: ${describeError(error)}; trying again in ${formatDuration(pauseMs)}`,
    )
  }
}

/** @returns the URLs of all servers that a run may ask: a proxy may stand before any of them. */
function requestedUrls(endpoint: URL, choice: CredentialChoice): URL[] {
  if (choice.kind !== 'keyless') return [endpoint]
  const { stsEndpoint, idTokenUrl } = choice
  return [endpoint, stsEndpoint, ...(URL.canParse(idTokenUrl) ? [new URL(idTokenUrl)] : [])]
}
