import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
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

type Connected = (error: Error | null, stream: Duplex) => void

/** Connects to https servers through tunnels that a proxy opens, and keeps the tunnels for later requests. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL

  /** @param proxy the address of an HTTP proxy, with user and password decoded, if it has any. */
  constructor(proxy: URL) {
    super({ keepAlive: true })
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
        if (secure) connected(null, secure)
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
    const credentials = `${username}:${password}`
    const isSecure = protocol === 'https:'
    const open = isSecure ? httpsRequest : httpRequest
    return open({
      method: 'CONNECT',
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (isSecure ? 443 : 80) : port,
      path: target,
      headers: {
        Host: target,
        ...(credentials === ':'
          ? {}
          : { 'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
      agent: false,
      rejectUnauthorized: true,
    } as RequestOptions)
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
