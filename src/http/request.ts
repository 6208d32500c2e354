import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { HttpClient } from '@actions/http-client'
import { faultOf, proxyFault, STOPPED, type Fault } from './faults.ts'
import { messageOf } from '../thrown.ts'
import { proxyHostOf } from './proxy.ts'

/** One request; its headers are all that is sent besides `Host`, `Connection` and `Content-Length`. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** The body of a POST, sent as UTF-8. */
  readonly body?: string
}

/** An answer whose headers arrived, and whose body arrived whole or is not worth reading. */
export interface HttpAnswer {
  readonly ok: true
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The whole body as text, or why it was not read. */
  readonly body: { readonly text: string } | { readonly refused: string }
}

export type HttpResult = HttpAnswer | Failure

/** Takes a body piece by piece as it comes. The cap on bodies does not apply: how much it takes is its own affair. */
export interface BodySink {
  /** @returns whether it takes the body of this answer; any other is read as text, within the cap. */
  accepts(answer: Pick<HttpAnswer, 'status' | 'headers'>): boolean
  /**
   * @param piece bytes as Latin-1 text, one character each.
   * @returns whether it wants more; if not, the connection is taken down.
   */
  take(piece: string): boolean
}

/** An answer whose body went to the sink: the whole of it, or as much as the sink wanted. */
export interface StreamedAnswer {
  readonly ok: true
  readonly streamed: 'whole' | 'part'
}

export interface Http {
  /**
   * Sends one request, once. Never rejects: whatever goes wrong is a fault in the result.
   * @param signal gives the request up as soon as it fires, wherever it stands.
   */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpResult>
  /** Sends one request, once, as `send` does, and pours the body of the answer into the sink if that accepts it. */
  receive(request: HttpRequest, sink: BodySink, signal?: AbortSignal): Promise<HttpResult | StreamedAnswer>
}

export interface HttpLimits {
  /** From the call to the last byte of the body, proxy and handshake included; milliseconds. */
  readonly deadlineMs: number
  /** The most bytes of a body that are read. */
  readonly maxBodyBytes: number
}

/** Contract section 5. */
export const HTTP_LIMITS: HttpLimits = { deadlineMs: 30_000, maxBodyBytes: 2 * 1024 * 1024 }

/**
 * The one way out to the network: the toolkit's client and its agent for proxies, without what would make them unfit
 * for a gate (redirects with the token, bodies that never end, CONNECTs that no time-out reaches).
 * @param userAgent sent as it is: the client itself would append the runner's orchestration id.
 */
export function createHttp(userAgent: string, limits: HttpLimits = HTTP_LIMITS): Http {
  const client = new HttpClient(undefined, [], {
    allowRedirects: false,
    allowRetries: false,
    keepAlive: true,
    // The client's own time-out counts idle time alone; it is kept from firing before our deadline.
    socketTimeout: limits.deadlineMs * 2,
  })
  client.userAgent = userAgent

  const exchangeOf = async <T>(
    request: HttpRequest,
    read: BodyReader<T>,
    signal: AbortSignal | undefined,
  ): Promise<T | Failure> => {
    if (signal?.aborted === true) return { ok: false, fault: STOPPED }
    const exchange = new Exchange(client, request, limits)
    const timer = setTimeout(() => {
      exchange.timeOut()
    }, limits.deadlineMs)
    const stop = (): void => {
      exchange.giveUp()
    }
    signal?.addEventListener('abort', stop)
    // A race, because behind a silent proxy no time-out of the client fires.
    const result = await Promise.race([exchange.run(read), exchange.brokenOff])
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    exchange.end()
    return exchange.metStaleSocket ? exchangeOf(request, read, signal) : result
  }

  return {
    send: (request, signal) =>
      exchangeOf(request, message => readAnswer(message, limits.maxBodyBytes), signal),
    receive: (request, sink, signal) =>
      exchangeOf(request, (message, liftCap) => pour(message, sink, limits.maxBodyBytes, liftCap), signal),
  }
}

/**
 * Reads the body of an answer whose headers have arrived.
 * @param liftCap lets more come over the wire than the cap on bodies allows.
 */
type BodyReader<T> = (message: IncomingMessage, liftCap: () => void) => Promise<T>

interface Failure {
  readonly ok: false
  readonly fault: Fault
}

/** One request on its way: what must be known of it to end it, and to say where it stood. */
class Exchange {
  readonly #client: HttpClient
  readonly #request: HttpRequest
  readonly #limits: HttpLimits
  readonly #abort = new AbortController()
  readonly #breakOff: (failure: Failure) => void
  /** Settles when the exchange is ended from this side. */
  readonly brokenOff: Promise<Failure>
  #phase = 'connecting'
  #proxyHost: string | undefined
  #proxyFault: Fault | undefined
  #over = false
  #isReused = false
  #isCut = false
  #hasAnswered = false
  /** How many bytes may come over the wire. */
  #mostBytes: number

  constructor(client: HttpClient, request: HttpRequest, limits: HttpLimits) {
    this.#client = client
    this.#request = request
    this.#limits = limits
    this.#mostBytes = limits.maxBodyBytes * MAX_FRAMING
    let breakOff: (failure: Failure) => void = () => undefined
    this.brokenOff = new Promise(resolve => {
      breakOff = resolve
    })
    this.#breakOff = breakOff
  }

  async run<T>(read: BodyReader<T>): Promise<T | Failure> {
    const { method, url, headers, body } = this.#request
    try {
      this.#proxyHost = proxyHostOf(url)
    } catch (error) {
      return { ok: false, fault: { kind: 'proxy', detail: messageOf(error), again: false } }
    }
    try {
      // The client prepares a request, and so asks its handlers, before its first await.
      this.#client.handlers = [this.#handler()]
      const sent = { ...headers, 'Accept-Encoding': 'identity' }
      const response =
        method === 'GET'
          ? await this.#client.get(url.href, sent)
          : await this.#client.post(url.href, body ?? '', sent)
      this.#phase = 'reading the body'
      const answer = await read(response.message, () => {
        this.#mostBytes = Infinity
      })
      this.#over = response.message.readableEnded && response.message.complete
      return answer
    } catch (error) {
      const fault = this.#proxyFault ?? faultOf(error, url.host)
      this.#isCut = fault.kind === 'cut'
      return { ok: false, fault }
    }
  }

  /**
   * @returns whether the server had closed the kept connection while it was idle: it has not seen the request, which may
   * go out at once on another one (RFC 9112, section 9.3.1; `reusedSocket` in Node's documentation).
   */
  get metStaleSocket(): boolean {
    return this.#isCut && this.#isReused && !this.#hasAnswered && this.#request.method === 'GET'
  }

  /** Ends a request that took too long, and says where it hung. */
  timeOut(): void {
    const detail = `no complete answer came within ${this.#limits.deadlineMs / 1000} s (${this.#phase})`
    this.#fail({ kind: 'timeout', detail, again: true })
  }

  /** Ends an exchange whose answer nobody waits for any more. */
  giveUp(): void {
    this.#fail(STOPPED)
  }

  #fail(fault: Fault): void {
    this.#breakOff({ ok: false, fault })
  }

  /** Takes down whatever is still open, unless the answer was read to its end and the connection can serve again. */
  end(): void {
    if (!this.#over) this.#abort.abort()
  }

  #handler() {
    return {
      prepareRequest: (options: RequestOptions) => {
        options.signal = this.#abort.signal
        // The environment cannot turn the check of certificates off: NODE_TLS_REJECT_UNAUTHORIZED would.
        Object.assign(options, { rejectUnauthorized: true })
        // The client hands over the brackets of an IPv6 address, which Node then tries to resolve.
        options.host = options.host?.replace(/^\[(.*)\]$/, '$1') ?? null
        this.#phase = `waiting for ${this.#request.url.host}`
        const agent = options.agent as WatchableAgent
        if (isTunnelAgent(agent)) this.#tame(agent)
        this.#watch(agent)
      },
      canHandleAuthentication: () => false,
      handleAuthentication: () => Promise.reject(new Error('no authentication handler')),
    }
  }

  /**
   * Watches the request that the client is about to hand to this agent, for what the client itself does not see: a
   * switch of protocols, and a flood ahead of the answer (interim answers or empty lines without end).
   */
  #watch(agent: WatchableAgent): void {
    const { addRequest } = agent
    let interimAnswers = 0
    const flooded = (): void => {
      this.#fail({ kind: 'malformed', detail: 'more came than an answer can have', again: false })
    }
    agent.addRequest = (request, ...rest) => {
      agent.addRequest = addRequest
      request.once('upgrade', (_, socket) => {
        socket.destroy()
        this.#fail({
          kind: 'malformed',
          detail: 'the answer would switch protocols (HTTP 101)',
          again: false,
        })
      })
      request.on('information', () => {
        if (++interimAnswers > MAX_INTERIM_ANSWERS) flooded()
      })
      request.once('socket', socket => {
        let bytes = 0
        this.#isReused = request.reusedSocket
        const count = (piece: Buffer): void => {
          this.#hasAnswered = true
          bytes += piece.length
          if (bytes > this.#mostBytes) flooded()
        }
        socket.on('data', count)
        request.once('close', () => socket.off('data', count))
      })
      addRequest.call(agent, request, ...rest)
    }
  }

  /**
   * Takes charge of the CONNECT of the tunnel agent: it can be ended, its answer is known, and its credentials are
   * sent without the deprecated Buffer constructor, whose warning would go to stderr.
   */
  #tame(agent: TunnelAgent): void {
    const { proxyOptions } = agent
    const credentials = proxyOptions.proxyAuth ?? agent.credentials
    delete proxyOptions.proxyAuth
    agent.credentials = credentials
    proxyOptions.host = proxyOptions.host.replace(/^\[(.*)\]$/, '$1')
    Object.assign(agent.options, { rejectUnauthorized: true })
    agent.connect ??= agent.request
    const { connect } = agent
    this.#phase = `waiting for the proxy ${this.#proxyHost ?? ''}`
    agent.request = options => {
      const headers = Object.assign({}, options.headers, basicCredentials(credentials))
      const request = connect({ ...options, headers, signal: this.#abort.signal })
      request.prependOnceListener('connect', (response: IncomingMessage) => {
        this.#phase = `waiting for ${this.#request.url.host} behind the proxy`
        if (response.statusCode !== 200)
          this.#proxyFault = proxyFault(this.#proxyHost ?? '', response.statusCode ?? 0)
      })
      request.prependOnceListener('error', (error: Error) => {
        const { detail, again } = faultOf(error, `the proxy ${this.#proxyHost ?? ''}`)
        this.#proxyFault = { kind: 'proxy', detail, again }
      })
      return request
    }
  }
}

/** How many times the size of a body may come over the wire: chunks of a few bytes each are as long as their framing. */
const MAX_FRAMING = 4
/** One or two are usual (100, 103). */
const MAX_INTERIM_ANSWERS = 32

/** Every agent has this method, by which a request is handed to it; the types of Node leave it out. */
type WatchableAgent = Agent & { addRequest: (request: ClientRequest, ...rest: unknown[]) => void }

/** What the package `tunnel` leaves on its agents; `connect` and `credentials` are kept there by this file. */
type TunnelAgent = WatchableAgent & {
  request: (options: RequestOptions) => ClientRequest
  connect?: (options: RequestOptions) => ClientRequest
  credentials?: string | undefined
  options: object
  proxyOptions: { host: string; proxyAuth?: string }
}

function isTunnelAgent(agent: WatchableAgent): agent is TunnelAgent {
  return 'proxyOptions' in agent
}

function basicCredentials(credentials: string | undefined): Record<string, string> {
  if (credentials === undefined) return {}
  return { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

async function readAnswer(message: IncomingMessage, maxBodyBytes: number): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = message
  const refused = refusedUnread(headers, maxBodyBytes)
  if (refused !== undefined) return { ok: true, status, headers, body: { refused } }

  const { socket } = message
  // One buffer that grows, not a list of pieces: a body in chunks of one byte would cost a hundred times its size.
  let buffer = Buffer.allocUnsafe(16 * 1024)
  let length = 0
  for await (const piece of message as AsyncIterable<Buffer>) {
    if (length + piece.length > maxBodyBytes)
      return { ok: true, status, headers, body: { refused: tooLarge(maxBodyBytes) } }
    if (length + piece.length > buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + piece.length))
      buffer.copy(larger, 0, 0, length)
      buffer = larger
    }
    length += piece.copy(buffer, length)
  }
  insistOnEnd(message, socket)
  return { ok: true, status, headers, body: { text: new TextDecoder().decode(buffer.subarray(0, length)) } }
}

/** Hands the body to the sink, piece by piece: nothing of it is kept here. */
async function pour(
  message: IncomingMessage,
  sink: BodySink,
  maxTextBytes: number,
  liftCap: () => void,
): Promise<HttpAnswer | StreamedAnswer> {
  const { statusCode: status = 0, headers } = message
  if (refusedUnread(headers, Infinity) !== undefined || !sink.accepts({ status, headers }))
    return readAnswer(message, maxTextBytes)
  const { socket } = message
  liftCap()
  // As text, not as buffers: those are outside of the heap that V8 looks at, and a hundred MiB of them would pile up
  // before it collected any (measured).
  message.setEncoding('latin1')
  for await (const piece of message as AsyncIterable<string>) {
    if (!sink.take(piece)) return { ok: true, streamed: 'part' }
  }
  insistOnEnd(message, socket)
  return { ok: true, streamed: 'whole' }
}

/** @throws Error when the body was cut. */
function insistOnEnd({ complete }: IncomingMessage, { errored }: Socket): void {
  // Node takes the end of a connection for the end of a body without a length, even when a reset ended it.
  if (!complete || errored !== null)
    throw Object.assign(new Error('the answer is incomplete'), { code: 'ECONNRESET' })
}

/** @returns why a body is not even read, or undefined: nothing is decompressed, so there is nothing to blow up. */
function refusedUnread(headers: IncomingHttpHeaders, maxBodyBytes: number): string | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (coding !== '' && coding !== 'identity')
    return `it came in the encoding "${coding}", which was not asked for`
  const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? ''
  if (transfer !== '' && transfer !== 'chunked')
    return `it came in the transfer encoding "${transfer}", which was not asked for`
  return Number(headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : undefined
}

function tooLarge(maxBodyBytes: number): string {
  return `it is larger than ${maxBodyBytes / 1024 / 1024} MiB`
}
