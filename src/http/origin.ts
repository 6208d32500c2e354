import { Agent as HttpAgent, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { HttpClient } from '@actions/http-client'
import type { HttpRequest } from './http-client.ts'
import type { Addresses } from './lookup.ts'
import { connectionCut, NetworkFailure } from './network-errors.ts'
import { proxyFor, type Proxy } from './proxy.ts'
import { TunnelAgent, type SocketOptions, type TunnelledOptions } from './tunnel-agent.ts'

/** How long an idle connection is kept: a device on the way may drop it without notice. */
const MAX_IDLE_MS = 60_000

/** Headers are at most 16 KB (http.maxHeaderSize); the rest is for interim answers (100, 103), of which one or two are usual. */
const MAX_BYTES_AHEAD = 256 * 1024

export interface Sending {
  /** Destroys the request and its connection. */
  readonly signal: AbortSignal
  readonly onTunnel: () => void
  /** Called just before the first byte of the request can go out. */
  readonly onSending: () => void
}

/** The connections to one origin, direct or through a proxy: the toolkit's client, with keep-alive. */
export class Origin {
  /** Undefined without a proxy. */
  readonly proxy: Proxy | undefined
  /** Whether an answer has come from there. */
  hasAnswered = false
  readonly #client: HttpClient
  readonly #isSecure: boolean
  readonly #socketOptions: SocketOptions
  readonly #agent: HttpAgent
  readonly #addresses: Addresses
  /** Told of the connection of the request that is being sent, and whether it was kept from an earlier one. */
  #onConnection: (connection: Duplex, isKept: boolean) => void = () => undefined

  /**
   * @param url any URL of the origin.
   * @param addressTimeoutMs how long one address of a host that has several may take to connect.
   * @throws NetworkFailure when the environment names a proxy that cannot be one.
   */
  constructor(url: URL, userAgent: string, addressTimeoutMs: number, addresses: Addresses) {
    this.proxy = proxyFor(url)
    this.#addresses = addresses
    this.#isSecure = url.protocol === 'https:'
    this.#client = new HttpClient(userAgent, [], {
      allowRedirects: false,
      allowRetries: false,
      keepAlive: true,
    })
    // The constructor adds the ID of the runner's orchestration.
    this.#client.userAgent = userAgent
    this.#socketOptions = {
      lookup: addresses.lookUp,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: addressTimeoutMs,
      // The environment cannot turn the check of certificates off: NODE_TLS_REJECT_UNAUTHORIZED would.
      rejectUnauthorized: true,
    }
    this.#agent = this.#createAgent()
  }

  /** Whether the next GET may go out on a connection that the server has closed without our knowing yet. */
  get hasIdleConnection(): boolean {
    return Object.keys(this.#agent.freeSockets).length > 0
  }

  /** Sends a request, once. Resolves when the headers of the answer have arrived, and rejects with what Node throws. */
  async send(
    { method, url, headers, body, isOptional = false }: HttpRequest,
    { signal, onTunnel, onSending }: Sending,
  ): Promise<IncomingMessage> {
    // A POST may have been taken when a kept connection breaks, and cannot be repeated: it gets a new one.
    const agent = method === 'POST' ? this.#createAgent() : this.#agent
    const watch = watchConnection()
    let isOnKept = false
    const onConnection = (connection: Duplex, isKept: boolean): void => {
      isOnKept = isKept
      watch.begin(connection)
      if (isKept) onSending()
      // What waits to be written is written after this event, and after TLS has accepted the certificate.
      else connection.once(this.#isSecure ? 'secureConnect' : 'connect', onSending)
    }
    const prepareRequest = (options: RequestOptions): void => {
      const own: TunnelledOptions = {
        ...this.#socketOptions,
        lookup: isOptional ? this.#addresses.recall : this.#addresses.lookUp,
        // In place of the toolkit's own agent, which for a proxy is its tunnel: neither is asked for a connection.
        agent,
        host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        signal,
        connectSignal: signal,
        onTunnel: secure => {
          onTunnel()
          onConnection(secure, false)
        },
        hasAnswered: this.hasAnswered,
      }
      Object.assign(options, own)
    }
    // The toolkit and the agent call these before `request` returns, so that requests at the same time do not meet in them.
    this.#onConnection = onConnection
    // No challenge is answered: the last of the three is never called.
    this.#client.handlers = [
      {
        prepareRequest,
        canHandleAuthentication: () => false,
        handleAuthentication: () => Promise.reject(new Error()),
      },
    ]
    const response = this.#client.request(method, url.href, body ?? null, {
      ...headers,
      'Accept-Encoding': 'identity',
    })
    const { message } = await Promise.race([response, watch.failed]).catch((error: unknown) => {
      // Another address may do better.
      if (!isOnKept && !isOptional) this.#addresses.forget()
      throw error
    })
    watch.end()
    this.hasAnswered = true
    if (method === 'POST')
      message.once('close', () => {
        agent.destroy()
      })
    return message
  }

  #createAgent(): HttpAgent {
    const { proxy } = this
    const kept = { keepAlive: true, timeout: MAX_IDLE_MS }
    const direct = (): HttpAgent => (this.#isSecure ? new HttpsAgent(kept) : new HttpAgent(kept))
    const agent = proxy === undefined ? direct() : new TunnelAgent(proxy, this.#socketOptions)
    const reuseSocket = agent.reuseSocket.bind(agent)
    agent.reuseSocket = (connection, request) => {
      reuseSocket(connection, request)
      this.#onConnection(connection, true)
    }
    // A tunnel is reported by `onTunnel`, once it is open.
    if (proxy !== undefined) return agent
    const createConnection = agent.createConnection.bind(agent)
    agent.createConnection = (options, connected) => {
      const connection = createConnection(options, connected)
      if (connection) this.#onConnection(connection, false)
      return connection
    }
    return agent
  }
}

/**
 * Watches the connection of one request until the headers of the answer have arrived, for what the toolkit and Node do not
 * report. `failed` rejects when the connection closes without a word (after a 101), and when more comes ahead of the answer
 * than can belong to it: Node reads interim answers and empty lines for ever, and makes garbage of them faster than it
 * collects it (220 MiB, measured).
 */
function watchConnection() {
  let fail: (error: Error) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  let bytes = 0
  const onData = (piece: Buffer): void => {
    bytes += piece.length
    const message = ['the server sent too much before the headers of the answer']
    if (bytes > MAX_BYTES_AHEAD) fail(new NetworkFailure({ kind: 'malformed', message, retryable: false }))
  }
  // An error that Node reports itself comes first.
  const onClose = (): void => {
    setImmediate(fail, connectionCut())
  }
  let watched: Duplex | undefined
  return {
    failed,
    begin: (connection: Duplex): void => {
      watched = connection.on('data', onData).once('close', onClose)
    },
    end: (): void => {
      watched?.off('data', onData).off('close', onClose)
    },
  }
}
