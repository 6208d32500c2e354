import type { Credentials } from '../credentials/credentials.ts'
import type { HttpRequest, HttpResult, StreamedResponse } from '../http/http-client.ts'
import { CANCELLED } from '../http/network-errors.ts'
import { MAX_RETRY_AFTER_MS } from '../http/retry.ts'
import type { ApiError, Failure, Result } from '../util/api-error.ts'
import { unlessAborted, type Clock, type TimeLimit } from '../util/clock.ts'
import { message } from '../util/message.ts'
import { ofNetwork, readApiResponse, type ApiResponse } from './response.ts'

/** How many requests are under way at once: for one build, and for several (contract section 6). */
const CONNECTIONS = 2
const CONNECTIONS_OF_SEVERAL = 8
/** The same until the service has accepted the credentials: six refusals in a row lock an access key. */
const CONNECTIONS_ON_TRIAL = 4

const MINUTE_MS = 60_000

/** How many requests of one kind may be sent. */
interface Rate {
  /** The URLs of that kind; the group is the ID of the build task. */
  readonly urls: RegExp
  /** At once. */
  readonly burst: number
  /** After that. */
  readonly perMinute: number
}

/**
 * The service allows some 120 records, and 50 lists and newest numbers, a minute (the classes `ten_120_min` and `ten_50_min`
 * of its API reference, section 6; what they mean is not documented). These keep below that, the burst included.
 */
const RATES: readonly Rate[] = [
  { urls: /\/([^/]+)\/[0-9]+\/record-info$/, burst: 25, perMinute: 90 },
  { urls: /\/([^/]+)\/(?:list\?.*|running-status)$/, burst: 24, perMinute: 25 },
]

/** How long nothing is sent when the service throttles two build tasks and names no time. */
const SLOW_DOWN_MS = 2_000

/** What goes out before what: others may learn from it, nothing is known yet of its build, all else. */
const PRIORITIES = ['ahead', 'first', 'later'] as const

/** How a request stands in the queue. */
export interface QueueOptions {
  readonly signal: AbortSignal
  /** By default `later`. */
  readonly priority?: (typeof PRIORITIES)[number]
  /** A time limit of the caller, which stands still while the queue holds the request back. */
  readonly limit?: Pick<TimeLimit, 'pause' | 'resume'>
  /** Asked when the request could go out: whether the run has learned by then that it is of no use. */
  readonly isNeedless?: (() => boolean) | undefined
  /** Asked when the credentials of a refused request can be renewed: whether it may go out again. It does so once. */
  readonly mayRepeat?: () => boolean
}

/**
 * Sends one try of a request when its turn has come. Never rejects for what the network or the service does.
 * @param via sends the request, to which the credentials were added.
 * @returns the answer, or why there is none; a refusal has the advice of the credentials.
 */
type Send = <S extends StreamedResponse>(
  request: HttpRequest,
  via: (authorized: HttpRequest) => Promise<HttpResult | S>,
) => Promise<ApiResponse | S>

interface QueueTools {
  readonly credentials: Credentials
  readonly clock: Clock
  /** The time now, milliseconds since 1970. */
  readonly nowMs: () => number
}

interface Waiting {
  readonly pace: Pace | undefined
  readonly rank: number
  readonly isNeedless: QueueOptions['isNeedless']
  /** Ends the waiting: the request goes out, or the failure takes its place. */
  readonly end: (failure?: Failure) => void
}

const GIVEN_UP: Failure = { ok: false, error: ofNetwork(CANCELLED) }
const NEEDLESS: Failure = { ok: false, error: { ...GIVEN_UP.error, kind: 'needless' } }

/**
 * The one way of a run to the service. It knows the connections, the rates of the service (for several builds only), which
 * requests come first, which build tasks are throttled, and whether the credentials were refused.
 */
export class RequestQueue {
  readonly #tools: QueueTools
  readonly #connections: number
  /** Empty for one build. */
  readonly #paces: readonly Pace[]
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>()
  #underWay = 0
  #isAccepted = false
  /** What every request gets after a final 401. */
  #refusal: Failure | undefined
  /** Until when a build task counts as throttled, by the clock. */
  readonly #throttledUntilMs = new Map<string, number>()
  /** Whether an answer has just come, and the run may not have made use of it yet. */
  #isSettling = false
  #stopTimer = (): void => undefined

  constructor(tools: QueueTools, isForSeveral = false) {
    this.#tools = tools
    this.#connections = isForSeveral ? CONNECTIONS_OF_SEVERAL : CONNECTIONS
    this.#paces = isForSeveral ? RATES.map(createPace) : []
  }

  /** @returns what sends one request of the run: call it for every try, because credentials are renewed once for all of them. */
  sender(options: QueueOptions): Send {
    let hasRenewed = false
    const mayRenew = (): boolean => {
      if (hasRenewed || options.mayRepeat?.() === false) return false
      hasRenewed = true
      return true
    }
    return async (request, via) => {
      const failure = await this.#turn(request.url, options)
      if (failure !== undefined) return failure
      try {
        return await this.#send(request, via, options.signal, mayRenew)
      } finally {
        this.#leave()
      }
    }
  }

  /** Resolves when the request may go out, or to what takes its place. */
  #turn(
    { href }: URL,
    { signal, priority = 'later', limit, isNeedless }: QueueOptions,
  ): Promise<Failure | undefined> {
    if (signal.aborted) return Promise.resolve(GIVEN_UP)
    limit?.pause()
    return new Promise(resolve => {
      const giveUp = (): void => {
        waiting.end(GIVEN_UP)
      }
      const waiting: Waiting = {
        pace: this.#paces.find(({ urls }) => urls.test(href)),
        rank: PRIORITIES.indexOf(priority),
        isNeedless,
        end: failure => {
          this.#waiting.delete(waiting)
          signal.removeEventListener('abort', giveUp)
          limit?.resume()
          resolve(failure)
        },
      }
      signal.addEventListener('abort', giveUp)
      this.#waiting.add(waiting)
      this.#letIn()
    })
  }

  /** Lets out what may go now, and looks again when the next one may. */
  #letIn(): void {
    if (this.#isSettling) return
    this.#stopTimer()
    const { clock } = this.#tools
    const nowMs = clock.nowMs()
    let pauseMs = Number.POSITIVE_INFINITY
    for (const one of [...this.#waiting].sort((a, b) => a.rank - b.rank)) {
      const instead = this.#refusal ?? (one.isNeedless?.() === true ? NEEDLESS : undefined)
      if (instead !== undefined) {
        one.end(instead)
        continue
      }
      if (this.#underWay >= this.#mostUnderWay()) continue
      const ownPauseMs = one.pace?.pauseMs(nowMs) ?? 0
      if (ownPauseMs > 0) {
        pauseMs = Math.min(pauseMs, ownPauseMs)
        continue
      }
      one.pace?.take(nowMs)
      this.#underWay++
      one.end()
    }
    if (pauseMs < Number.POSITIVE_INFINITY)
      this.#stopTimer = clock.after(pauseMs, () => {
        this.#letIn()
      })
  }

  #mostUnderWay(): number {
    return this.#isAccepted ? this.#connections : Math.min(this.#connections, CONNECTIONS_ON_TRIAL)
  }

  /** The next one goes out a moment later, when the run has made use of what this answer has taught. */
  #leave(): void {
    this.#underWay--
    if (this.#waiting.size === 0 || this.#isSettling) return
    this.#isSettling = true
    this.#tools.clock.after(0, () => {
      this.#isSettling = false
      this.#letIn()
    })
  }

  /** Authorizes and sends a request. Credentials that had expired, and could be renewed, are the one reason to repeat a 401. */
  async #send<S extends StreamedResponse>(
    request: HttpRequest,
    via: (authorized: HttpRequest) => Promise<HttpResult | S>,
    signal: AbortSignal,
    mayRenew: () => boolean,
  ): Promise<ApiResponse | S> {
    const { credentials, nowMs } = this.#tools
    const authorized = await this.#authorized(request, signal)
    if (!authorized.ok) return authorized
    const answer = await via(authorized.value)
    if ('streamed' in answer) return answer
    const response = readApiResponse(answer, nowMs())
    this.#learnFrom(request.url, response)
    if (response.ok || !answer.ok || (answer.status !== 401 && answer.status !== 403)) return response
    const { isRenewable, remedy } = credentials.refused(answer, authorized.value)
    if (isRenewable && mayRenew()) return this.#send(request, via, signal, mayRenew)
    const isExplained = remedy !== undefined && response.error.kind === 'credentials_refused'
    const error = isExplained ? { ...response.error, remedy } : response.error
    if (error.reason === 'unauthorized') this.#stop(error)
    return { ok: false, error }
  }

  /** @returns the request with the headers that authorize it, or why it has none: its own tries are used up. */
  async #authorized(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpRequest>> {
    const authorization = await unlessAborted(this.#tools.credentials.authorize(request, signal), signal)
    if (authorization === undefined) return GIVEN_UP
    if (authorization.ok) {
      const headers = { ...request.headers, ...authorization.headers }
      return this.#refusal ?? { ok: true, value: { ...request, headers } }
    }
    const { error } = authorization
    if (error.kind === 'given_up') return authorization
    const failure: Failure = { ok: false, error: { ...error, kind: 'exchange_failed' } }
    // They would ask for the same keys, one after the other.
    for (const one of [...this.#waiting]) one.end(failure)
    return failure
  }

  #learnFrom({ href }: URL, response: ApiResponse): void {
    const isThrottled = !response.ok && response.error.reason === 'throttled'
    // A gateway can say other things before it looks at credentials.
    if (response.ok || response.error.kind === 'build_missing') this.#isAccepted = true
    for (const { urls } of this.#paces) {
      const task = urls.exec(href)?.[1]
      if (task === undefined) continue
      if (isThrottled) this.#throttle(task, response.error)
      else if (response.ok) this.#throttledUntilMs.delete(task)
    }
  }

  /** One build task that is throttled waits alone, by its own tries. Where two are, it is the user: nobody is sent for a while. */
  #throttle(task: string, { retryAfterMs = 0 }: ApiError): void {
    const nowMs = this.#tools.clock.nowMs()
    this.#throttledUntilMs.set(task, nowMs + MINUTE_MS)
    const others = [...this.#throttledUntilMs].filter(([other, untilMs]) => other !== task && untilMs > nowMs)
    if (others.length === 0) return
    const pauseMs = Math.min(Math.max(retryAfterMs, SLOW_DOWN_MS), MAX_RETRY_AFTER_MS)
    for (const pace of this.#paces) pace.hold(nowMs, pauseMs)
  }

  /** After a final 401: another one could lock the key. */
  #stop({ problem, remedy }: ApiError): void {
    const said = message`it was not asked for, because the service had refused the credentials`
    this.#refusal = {
      ok: false,
      error: { kind: 'fault', reason: 'unauthorized', problem, remedy, message: said, retryable: false },
    }
  }
}

type Pace = ReturnType<typeof createPace>

/** Keeps the requests of one kind to a rate (the generic cell rate algorithm). All times are in milliseconds, by the clock. */
function createPace(rate: Rate) {
  const intervalMs = MINUTE_MS / rate.perMinute
  const burstMs = (rate.burst - 1) * intervalMs
  // When the whole burst is to be had again.
  let fullMs = Number.NEGATIVE_INFINITY
  return {
    urls: rate.urls,
    /** @returns how long the next one has to wait; 0 or less for not at all. */
    pauseMs: (nowMs: number): number => Math.ceil(fullMs - burstMs - nowMs),
    take: (nowMs: number): void => {
      fullMs = Math.max(fullMs, nowMs) + intervalMs
    },
    /** Lets nothing through for so long, and no burst after that. */
    hold: (nowMs: number, ms: number): void => {
      fullMs = Math.max(fullMs, nowMs + ms + burstMs)
    },
  }
}
