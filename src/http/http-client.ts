import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import { unlessAborted } from '../util/clock.ts'
import { Addresses } from './lookup.ts'
import {
  CANCELLED,
  connectionCut,
  NetworkFailure,
  networkErrorOf,
  type NetworkError,
} from './network-errors.ts'
import { Origin } from './origin.ts'

/** One request; its headers are all that is sent besides `Host`, `Connection`, `User-Agent`, `Accept-Encoding` and `Content-Length`. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** The body of a POST, sent as UTF-8. */
  readonly body?: string
  /** It may be abandoned at any time: it takes a kept connection or an address that is known, and looks up no name. */
  readonly isOptional?: boolean
  /** The most bytes of the answer's body that are read, where that is more than of others. */
  readonly maxBodyBytes?: number | undefined
}

/** An answer whose headers arrived, and whose body is complete or was not read. */
export interface HttpResponse {
  readonly ok: true
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The whole body as text, or why it was not read, a clause. */
  readonly body: { readonly text: string } | { readonly refused: string }
}

interface HttpFailure {
  readonly ok: false
  readonly error: NetworkError
}

export type HttpResult = HttpResponse | HttpFailure

/** Receives a body piece by piece. The limit on bodies does not apply: the sink decides how much it accepts. */
export interface BodySink {
  /** @returns whether the sink accepts the body of this answer; otherwise the body is read as text, within the limit. */
  accepts(response: Pick<HttpResponse, 'status' | 'headers'>): boolean
  /**
   * @param piece bytes as Latin-1 text, one character each.
   * @returns whether it wants more; if not, the connection is closed.
   */
  write(piece: string): boolean
}

/** An answer whose body went to the sink: all of it, or as much as the sink wanted. */
export interface StreamedResponse {
  readonly ok: true
  readonly streamed: 'whole' | 'part'
}

export interface Http {
  /**
   * Sends one request, once. Never rejects: whatever goes wrong is an error in the result.
   * @param signal gives the request up as soon as it fires, wherever it stands.
   * @param onSending called just before the first byte of the request can go out, to the server and not to a proxy: a
   * request that fails without this call has not reached the server.
   */
  send(request: HttpRequest, signal?: AbortSignal, onSending?: () => void): Promise<HttpResult>
  /** Sends one request, once, as `send` does, and writes the body of the answer to the sink if that accepts it. */
  pipeTo(request: HttpRequest, sink: BodySink, signal?: AbortSignal): Promise<HttpResult | StreamedResponse>
}

export interface HttpLimits {
  /** The deadline, from the first step of a request to the last byte of the body, milliseconds. */
  readonly deadlineMs: number
  /** The most bytes of a body that are read. */
  readonly maxBodyBytes: number
  /**
   * How long one address of a host with several may take to connect before the next one is tried, milliseconds. Node's own
   * 250 ms are too short where a handshake takes longer (nodejs/node#54359); these let a lost first packet be sent again.
   */
  readonly addressTimeoutMs: number
}

/** Contract section 5. */
export const HTTP_LIMITS: HttpLimits = {
  deadlineMs: 30_000,
  maxBodyBytes: 512 * 1024,
  addressTimeoutMs: 2_000,
}

/**
 * The one way out to the network: the toolkit's client, which here follows no redirect, tries nothing again and
 * decompresses nothing, within a deadline and a limit. Every request is sent at once, on a connection of its own.
 * @param userAgent sent as it is.
 */
export function createHttp(userAgent: string, limits: HttpLimits = HTTP_LIMITS): Http {
  const addresses = new Addresses()
  const origins = new Map<string, Origin>()
  const spare: Buffer[] = []
  const originOf = (url: URL): Origin => {
    const origin = origins.get(url.origin) ?? new Origin(url, userAgent, limits.addressTimeoutMs, addresses)
    origins.set(url.origin, origin)
    return origin
  }

  const exchange = async <T>(
    request: HttpRequest,
    read: BodyReader<T>,
    signal = new AbortController().signal,
    onSending = (): void => undefined,
  ): Promise<T | HttpFailure> => {
    if (signal.aborted) return { ok: false, error: CANCELLED }
    try {
      const one = new Exchange(originOf(request.url), request, onSending)
      return await one.run(read, limits.deadlineMs, signal)
    } catch (error) {
      if (error instanceof NetworkFailure) return { ok: false, error: error.error }
      throw error
    }
  }

  return {
    send: (request, signal, onSending) =>
      exchange(
        request,
        message => readResponse(message, request.maxBodyBytes ?? limits.maxBodyBytes, spare),
        signal,
        onSending,
      ),
    pipeTo: (request, sink, signal) =>
      exchange(request, message => pipeBody(message, sink, limits.maxBodyBytes, spare), signal),
  }
}

/** Reads the body of an answer whose headers have arrived. */
type BodyReader<T> = (message: IncomingMessage) => Promise<T>

/** One request: what is needed to end it, and to say how far it got. */
class Exchange {
  readonly #origin: Origin
  readonly #request: HttpRequest
  readonly #onSending: () => void
  /** Takes down whatever is open. */
  readonly #end = new AbortController()
  #message: IncomingMessage | undefined
  #phase = 'connecting'

  constructor(origin: Origin, request: HttpRequest, onSending: () => void) {
    this.#origin = origin
    this.#request = request
    this.#onSending = onSending
  }

  /** A race, because neither Node nor the toolkit ends a wait for a peer that sends nothing. */
  async run<T>(read: BodyReader<T>, deadlineMs: number, signal: AbortSignal): Promise<T | HttpFailure> {
    const timeUp = new AbortController()
    const timer = setTimeout(() => {
      timeUp.abort()
    }, deadlineMs)
    const result = await unlessAborted(unlessAborted(this.#attempt(read), signal), timeUp.signal)
    clearTimeout(timer)
    // A connection can be reused only if its answer was read to the end.
    if (this.#message?.complete !== true || !this.#message.readableEnded) this.#end.abort()
    if (result !== undefined) return result
    if (signal.aborted) return { ok: false, error: CANCELLED }
    const words = `no complete answer came within ${deadlineMs / 1_000} s (${this.#phase})`
    return { ok: false, error: { kind: 'timeout', message: [words], retryable: true } }
  }

  /**
   * Sends the request. A GET that meets a kept connection which the server has just closed goes out again on another: the
   * server has not seen it (RFC 9112, section 9.3.1).
   */
  async #attempt<T>(read: BodyReader<T>): Promise<T | HttpFailure> {
    const { proxy } = this.#origin
    const { method, url } = this.#request
    for (;;) {
      const mayBeClosed = method === 'GET' && this.#origin.hasIdleConnection
      this.#phase = proxy === undefined ? `waiting for ${url.host}` : `waiting for the proxy ${proxy.host}`
      try {
        this.#message = await this.#origin.send(this.#request, {
          signal: this.#end.signal,
          onSending: this.#onSending,
          onTunnel: () => {
            this.#phase = `waiting for ${url.host} behind the proxy`
          },
        })
        this.#phase = 'reading the body'
        return await read(this.#message)
      } catch (thrown) {
        const error = networkErrorOf(thrown, { host: url.host, isProxy: false }, this.#origin.hasAnswered)
        const wasClosed = error.kind === 'cut' && mayBeClosed && this.#message === undefined
        if (!wasClosed) return { ok: false, error }
      }
    }
  }
}

async function readResponse(
  message: IncomingMessage,
  maxBodyBytes: number,
  spare: Buffer[],
): Promise<HttpResponse> {
  const { statusCode: status = 0, headers } = message
  const refused = refusedUnread(headers, maxBodyBytes)
  const body = refused === undefined ? await readText(message, maxBodyBytes, spare) : { refused }
  return { ok: true, status, headers, body }
}

/** @param spare buffers of bodies that were read, to be used again: 15 MiB less for a long list (measured). */
async function readText(
  message: IncomingMessage,
  maxBodyBytes: number,
  spare: Buffer[],
): Promise<HttpResponse['body']> {
  let body = spare.pop() ?? Buffer.alloc(0)
  // As large as a body may be, because what is not written to takes no memory.
  if (body.length < maxBodyBytes) body = Buffer.allocUnsafe(maxBodyBytes)
  let bytes = 0
  const isWhole = await readPieces(message, piece => {
    if (bytes + piece.length > maxBodyBytes) return false
    bytes += piece.copy(body, bytes)
    return true
  })
  if (!isWhole) return { refused: tooLarge(maxBodyBytes) }
  spare.push(body)
  return { text: new TextDecoder().decode(body.subarray(0, bytes)) }
}

/** Passes the body to the sink, piece by piece, and keeps nothing of it. */
async function pipeBody(
  message: IncomingMessage,
  sink: BodySink,
  maxTextBytes: number,
  spare: Buffer[],
): Promise<HttpResponse | StreamedResponse> {
  const { statusCode: status = 0, headers } = message
  if (refusedUnread(headers, Infinity) !== undefined || !sink.accepts({ status, headers }))
    return readResponse(message, maxTextBytes, spare)
  // Text, because V8 collects it sooner than buffers: 70 MiB less of a large log (measured).
  const isWhole = await readPieces(message, piece => sink.write(piece.toString('latin1')))
  return { ok: true, streamed: isWhole ? 'whole' : 'part' }
}

/**
 * Hands on each piece of a body as it comes: a loop would let thousands of small ones wait (60 MiB, measured).
 * @param take @returns whether more is wanted.
 * @returns whether all was wanted. Rejects when a body that has ended is not complete.
 */
function readPieces(message: IncomingMessage, take: (piece: Buffer) => boolean): Promise<boolean> {
  const { socket } = message
  return new Promise((resolve, reject) => {
    message.on('data', (piece: Buffer) => {
      if (!take(piece)) resolve(false)
    })
    finished(message, { writable: false }, error => {
      if (error) reject(error)
      // Node takes the end of a connection for the end of a body without a length, even when a reset ended it.
      else if (!message.complete || socket.errored !== null) reject(connectionCut())
      else resolve(true)
    })
  })
}

/** @returns why a body is not read, or undefined. A compressed body is refused: it could expand to any size. */
function refusedUnread(headers: IncomingHttpHeaders, maxBodyBytes: number): string | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (coding !== '' && coding !== 'identity')
    return `it came in the encoding "${coding}", which was not requested`
  const transfer = headers['transfer-encoding']?.trim().toLowerCase() ?? ''
  if (transfer !== '' && transfer !== 'chunked')
    return `it came in the transfer encoding "${transfer}", which was not requested`
  return Number(headers['content-length'] ?? 0) > maxBodyBytes ? tooLarge(maxBodyBytes) : undefined
}

function tooLarge(maxBodyBytes: number): string {
  return `it is larger than ${maxBodyBytes / 1024} KiB`
}
