import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { messageOf } from '../thrown.ts'
import { faultOf, STOPPED, type Fault } from './faults.ts'
import { proxyOf } from './proxy.ts'
import { TunnelAgent, TunnelError, type TunnelledOptions } from './tunnel.ts'

/** One request; its headers are all that is sent besides `Host`, `Connection`, `User-Agent`, `Accept-Encoding` and `Content-Length`. */
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
 * The one way out to the network: Node's own client, which follows no redirect, tries nothing again and decompresses
 * nothing, within a deadline and a cap.
 * @param userAgent sent as it is.
 */
export function createHttp(userAgent: string, limits: HttpLimits = HTTP_LIMITS): Http {
  const route = createRoutes()

  const exchangeOf = async <T>(
    { headers, ...rest }: HttpRequest,
    read: BodyReader<T>,
    signal: AbortSignal | undefined,
  ): Promise<T | Failure> => {
    if (signal?.aborted === true) return { ok: false, fault: STOPPED }
    const request = {
      ...rest,
      headers: { ...headers, 'User-Agent': userAgent, 'Accept-Encoding': 'identity' },
    }
    let exchange = new Exchange(request, limits)
    const timer = setTimeout(() => {
      exchange.timeOut()
    }, limits.deadlineMs)
    const stop = (): void => {
      exchange.giveUp()
    }
    signal?.addEventListener('abort', stop)
    for (;;) {
      // A race, because nothing of Node's own ends a wait for a peer that says nothing.
      const result = await Promise.race([exchange.run(route, read), exchange.brokenOff])
      exchange.end()
      if (exchange.metStaleSocket) {
        exchange = new Exchange(request, limits)
        continue
      }
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      return result
    }
  }

  return {
    send: (request, signal) =>
      exchangeOf(request, message => readAnswer(message, limits.maxBodyBytes), signal),
    receive: (request, sink, signal) =>
      exchangeOf(request, (message, liftCap) => pour(message, sink, limits.maxBodyBytes, liftCap), signal),
  }
}

/** The way to a server, and the connections that are kept on it. */
interface Route {
  readonly agent: HttpAgent
  /** The host and port of the proxy in between, if there is one. */
  readonly proxyHost?: string
}

/**
 * @returns a function that finds the way to a URL. It throws an Error when the environment names a proxy that cannot be
 * one.
 */
function createRoutes(): (url: URL) => Route {
  // An idle connection is not trusted for long: what stands in between may have forgotten it without a word.
  const kept = { keepAlive: true, timeout: MAX_IDLE_MS }
  let plain: HttpAgent | undefined
  let secure: HttpsAgent | undefined
  let tunnels: TunnelAgent | undefined
  return url => {
    const proxy = proxyOf(url)
    // The environment names one proxy for https, and plain http never leaves this machine.
    if (proxy !== undefined) return { agent: (tunnels ??= new TunnelAgent(proxy)), proxyHost: proxy.host }
    if (url.protocol === 'https:') return { agent: (secure ??= new HttpsAgent(kept)) }
    return { agent: (plain ??= new HttpAgent(kept)) }
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
  readonly #request: HttpRequest
  readonly #limits: HttpLimits
  readonly #breakOff: (failure: Failure) => void
  /** Settles when the exchange is ended from this side. */
  readonly brokenOff: Promise<Failure>
  /** What has been sent: a CONNECT to a proxy may be under way before the request itself. */
  readonly #sent: ClientRequest[] = []
  #phase = 'connecting'
  #over = false
  #isReused = false
  #isCut = false
  #hasAnswered = false
  /** How many bytes may come over the wire. */
  #mostBytes: number

  constructor(request: HttpRequest, limits: HttpLimits) {
    this.#request = request
    this.#limits = limits
    this.#mostBytes = limits.maxBodyBytes * MAX_FRAMING
    let breakOff: (failure: Failure) => void = () => undefined
    this.brokenOff = new Promise(resolve => {
      breakOff = resolve
    })
    this.#breakOff = breakOff
  }

  async run<T>(routeTo: (url: URL) => Route, read: BodyReader<T>): Promise<T | Failure> {
    const { url } = this.#request
    let route: Route
    try {
      route = routeTo(url)
    } catch (error) {
      return { ok: false, fault: { kind: 'proxy', detail: messageOf(error), again: false } }
    }
    try {
      const message = await this.#ask(route)
      this.#phase = 'reading the body'
      const answer = await read(message, () => {
        this.#mostBytes = Infinity
      })
      this.#over = message.readableEnded && message.complete
      return answer
    } catch (error) {
      const fault = error instanceof TunnelError ? error.fault : faultOf(error, url.host)
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
    if (!this.#over) for (const sent of this.#sent) sent.destroy()
  }

  /** Sends the request. Resolves when the headers of the answer have arrived, and rejects with whatever went wrong. */
  #ask({ agent, proxyHost }: Route): Promise<IncomingMessage> {
    const { method, url, headers, body } = this.#request
    const { host } = url
    this.#phase = proxyHost === undefined ? `waiting for ${host}` : `waiting for the proxy ${proxyHost}`
    const options: TunnelledOptions = {
      method,
      headers,
      agent,
      // The environment cannot turn the check of certificates off: NODE_TLS_REJECT_UNAUTHORIZED would.
      rejectUnauthorized: true,
      onConnect: connect => this.#sent.push(connect),
    }
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
      this.#sent.push(request)
      this.#watch(request)
      request.once('socket', () => {
        if (proxyHost !== undefined) this.#phase = `waiting for ${host} behind the proxy`
      })
      request.once('response', resolve).on('error', reject).end(body)
    })
  }

  /** Watches for what an answer cannot have: a switch of protocols, and a flood ahead of it or around its body. */
  #watch(request: ClientRequest): void {
    let interimAnswers = 0
    const flooded = (): void => {
      this.#fail({ kind: 'malformed', detail: 'more came than an answer can have', again: false })
    }
    request.once('upgrade', (_, socket) => {
      socket.destroy()
      this.#fail({ kind: 'malformed', detail: 'the answer would switch protocols (HTTP 101)', again: false })
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
  }
}

/** Longer than the usual pause between two looks. */
const MAX_IDLE_MS = 60_000
/** How many times the size of a body may come over the wire: chunks of a few bytes each are as long as their framing. */
const MAX_FRAMING = 4
/** One or two are usual (100, 103). */
const MAX_INTERIM_ANSWERS = 32

async function readAnswer(message: IncomingMessage, maxBodyBytes: number): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = message
  const refused = refusedUnread(headers, maxBodyBytes)
  const body = refused === undefined ? await readText(message, maxBodyBytes) : { refused }
  return { ok: true, status, headers, body }
}

/** Reads by events: the stream's own iterator costs a run more than all else that it does with the body (measured). */
function readText(message: IncomingMessage, maxBodyBytes: number): Promise<HttpAnswer['body']> {
  const { socket } = message
  // One buffer that grows, not a list of pieces: a body in chunks of one byte would cost a hundred times its size.
  let buffer = Buffer.allocUnsafe(16 * 1024)
  let length = 0
  return new Promise((resolve, reject) => {
    message.on('data', (piece: Buffer) => {
      if (length + piece.length > maxBodyBytes) {
        message.pause()
        resolve({ refused: tooLarge(maxBodyBytes) })
        return
      }
      if (length + piece.length > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + piece.length))
        buffer.copy(larger, 0, 0, length)
        buffer = larger
      }
      length += piece.copy(buffer, length)
    })
    message.once('error', reject)
    message.once('close', () => {
      if (isWhole(message, socket)) resolve({ text: new TextDecoder().decode(buffer.subarray(0, length)) })
      else reject(cutShort())
    })
  })
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
  if (!isWhole(message, socket)) throw cutShort()
  return { ok: true, streamed: 'whole' }
}

/** @returns whether a body that has ended is all there. */
function isWhole({ complete }: IncomingMessage, { errored }: Socket): boolean {
  // Node takes the end of a connection for the end of a body without a length, even when a reset ended it.
  return complete && errored === null
}

function cutShort(): Error {
  return Object.assign(new Error('the answer is incomplete'), { code: 'ECONNRESET' })
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
