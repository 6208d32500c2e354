import { request as httpRequest, type ClientRequest } from 'node:http'
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { faultOf, type Fault } from './faults.ts'

/** A request that may go through a proxy. */
export interface TunnelledOptions extends RequestOptions {
  /** Told of the CONNECT when one is sent: whoever gives up the request has to end it. */
  readonly onConnect: (connect: ClientRequest) => void
}

/** Why a proxy did not open a tunnel. */
export class TunnelError extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.detail)
    this.fault = fault
  }
}

/**
 * A tunnel is kept for requests that follow each other at once, and no longer: keep-alive of TCP reaches as far as the
 * proxy, and when something behind it has dropped the connection, only a deadline shows that.
 */
const MAX_IDLE_MS = 5_000

type Connected = (error: Error | null, stream: Duplex) => void

/** Connects to https servers through tunnels that a proxy opens, and keeps the tunnels for later requests. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL

  /** @param proxy the address of an HTTP proxy, with user and password decoded, if it has any. */
  constructor(proxy: URL) {
    super({ keepAlive: true, timeout: MAX_IDLE_MS })
    this.#proxy = proxy
  }

  override createConnection(options: TunnelledOptions, connected: Connected): undefined {
    const { host, port, onConnect } = options
    const connect = this.#connect(`${bracketed(host ?? '')}:${port ?? ''}`)
    const failed = (fault: Fault): void => {
      // Node hands on the error alone; its types ask for both.
      ;(connected as (error: Error) => void)(new TunnelError(fault))
    }
    connect.once('connect', ({ statusCode = 0 }, socket, early) => {
      if (statusCode === 200 && early.length === 0) {
        const secure = super.createConnection({ ...options, socket } as RequestOptions)
        if (!secure) throw new Error('TLS gave no socket')
        connected(null, secure)
        return
      }
      socket.destroy()
      failed(statusCode === 200 ? this.#spokeEarly() : this.#refused(statusCode))
    })
    connect.on('error', error => {
      const { detail, again } = faultOf(error, `the proxy ${this.#proxy.host}`)
      failed({ kind: 'proxy', detail, again })
    })
    onConnect(connect)
    connect.end()
  }

  /** @param target host and port, as a CONNECT names them. */
  #connect(target: string): ClientRequest {
    const { protocol, hostname, port, username, password } = this.#proxy
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const credentials = `${username}:${password}`
    const headers: Record<string, string> = { Host: target }
    if (credentials !== ':')
      headers['Proxy-Authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`
    const options: RequestOptions = { method: 'CONNECT', host, port, path: target, headers, agent: false }
    if (protocol === 'http:') return httpRequest(options)
    // Its certificate is its own; Node would look for the name in the header Host, which is that of the target.
    return httpsRequest({ ...options, servername: isIP(host) === 0 ? host : '', rejectUnauthorized: true })
  }

  /** Credentials that a proxy refuses, and any other 4xx, stay refused. */
  #refused(status: number): Fault {
    const detail = `the proxy ${this.#proxy.host} refused the tunnel (HTTP ${status})`
    return { kind: 'proxy', detail, again: status >= 500 }
  }

  #spokeEarly(): Fault {
    return {
      kind: 'proxy',
      detail: `the proxy ${this.#proxy.host} sent bytes of its own into the tunnel`,
      again: true,
    }
  }
}

/** @returns a host as it stands before a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
