import { request as httpRequest, type ClientRequest } from 'node:http'
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { isIP, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { Duplex } from 'node:stream'
import { NetworkFailure, networkErrorOf, type NetworkError } from './network-errors.ts'
import type { Proxy } from './proxy.ts'

/** The options of sockets: the lookup of names, the time for each address, the check of certificates. */
export type SocketOptions = Pick<RequestOptions, 'lookup' | 'rejectUnauthorized'> &
  Pick<TcpNetConnectOpts, 'autoSelectFamily' | 'autoSelectFamilyAttemptTimeout'>

export interface TunnelledOptions extends RequestOptions {
  /** Aborts an open CONNECT: Node does not pass `signal` to agents. */
  readonly connectSignal: AbortSignal
  /** Called with the connection through the tunnel, once the proxy has opened it. */
  readonly onTunnel: (connection: Duplex) => void
  /** Whether the service has answered before; as for `networkErrorOf`. */
  readonly hasAnswered: boolean
}

/**
 * A tunnel is kept for requests that follow each other at once, and no longer: keep-alive of TCP reaches as far as the
 * proxy, and when something behind it has dropped the connection, only a deadline shows that.
 */
const MAX_IDLE_MS = 5_000

type Connected = (error: Error | null, stream: Duplex) => void

/**
 * Connects to https servers through tunnels that a proxy opens. In place of the toolkit's own tunnel, which no signal ends,
 * which lets the environment turn the check of certificates off, and which cannot speak to https proxies
 * (__tests__/integration/toolkit.test.ts).
 */
export class TunnelAgent extends Agent {
  readonly #proxy: Proxy
  readonly #socketOptions: SocketOptions

  constructor(proxy: Proxy, socketOptions: SocketOptions) {
    super({ keepAlive: true, timeout: MAX_IDLE_MS })
    this.#proxy = proxy
    this.#socketOptions = socketOptions
  }

  override createConnection(options: TunnelledOptions, connected: Connected): undefined {
    this.#openTunnel(options).then(
      tunnel => {
        // Without the time-out, which is for idle tunnels: a slow handshake may take longer.
        const secure = super.createConnection(
          Object.assign({}, options, { timeout: undefined, socket: tunnel }),
        )
        if (!secure) return
        options.onTunnel(secure)
        connected(null, secure)
      },
      (error: unknown) => {
        // Node hands on the error alone; its types ask for both.
        ;(connected as (error: unknown) => void)(error)
      },
    )
  }

  /** Resolves to the connection to the proxy, which now leads to the server; rejects with a NetworkFailure. */
  #openTunnel(options: TunnelledOptions): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const connect = this.#connect(options)
      const fail = (words: string, retryable: boolean): void => {
        const message = [`the proxy ${this.#proxy.host} ${words}`]
        reject(new NetworkFailure({ kind: 'proxy', message, retryable }))
      }
      connect.once('connect', ({ statusCode = 0 }, socket, early) => {
        const isOpen = statusCode >= 200 && statusCode <= 299
        if (isOpen && early.length === 0) {
          resolve(socket)
          return
        }
        socket.destroy()
        if (isOpen) fail('sent data of its own through the tunnel', true)
        // Retrying a 4xx would not help.
        else fail(`refused the tunnel (HTTP ${statusCode})`, statusCode >= 500)
      })
      connect.on('error', error => {
        reject(new NetworkFailure(this.#errorOf(error, options.hasAnswered)))
      })
      connect.end()
    })
  }

  #connect({ host, port, connectSignal, lookup }: TunnelledOptions): ClientRequest {
    const { protocol, hostname, port: proxyPort, username, password } = this.#proxy
    const target = `${bracketed(host ?? '')}:${port ?? ''}`
    const basic = Buffer.from(`${username}:${password}`).toString('base64')
    const authorization = username + password === '' ? {} : { 'Proxy-Authorization': `Basic ${basic}` }
    const options: RequestOptions = {
      ...this.#socketOptions,
      lookup,
      method: 'CONNECT',
      host: hostname,
      port: proxyPort,
      path: target,
      headers: { Host: target, ...authorization },
      agent: false,
      signal: connectSignal,
    }
    if (protocol === 'http:') return httpRequest(options)
    // Its certificate is its own; Node would look for the name in the header Host, which is that of the target.
    return httpsRequest({ ...options, servername: isIP(hostname) === 0 ? hostname : '' })
  }

  /** What is wrong with its certificate or its TLS has a remedy of its own; all else is about the proxy. */
  #errorOf(thrown: unknown, hasAnswered: boolean): NetworkError {
    const error = networkErrorOf(thrown, { host: this.#proxy.host, isProxy: true }, hasAnswered)
    return /^(certificate|tls|no_proxy)/.test(error.kind) ? error : { ...error, kind: 'proxy' }
  }
}

/** @returns a host as it stands before a port. */
function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
