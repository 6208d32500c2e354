import { createServer, connect, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { ServerCertificate } from '../../../tools/runner/certificates.ts'

/** How the proxy behaves once it has read a CONNECT. */
export type ProxyMode =
  /** Opens the tunnel. */
  | 'ok'
  /** Opens it for the right `Proxy-Authorization` alone; 407 otherwise. */
  | 'needs-credentials'
  | 'always-407'
  | 'answers-403'
  | 'answers-502'
  /** Sends the client to another proxy. */
  | 'answers-302'
  /** Says nothing, for ever. */
  | 'silent'
  /** Sends headers of an answer, for ever. */
  | 'endless-headers'
  /** Closes the connection instead of answering. */
  | 'cut'
  /** Resets the connection instead of answering. */
  | 'reset'
  /** Answers with bytes that are no HTTP. */
  | 'garbage'
  /** Opens the tunnel, and closes it at the first bytes that the client sends through. */
  | 'cut-after-open'
  /** Opens the tunnel, and takes what the client sends without passing it on. */
  | 'silent-after-open'
  /** Sends bytes of its own right behind its 200, ahead of anything that the host may say. */
  | 'bytes-behind-200'

/** A CONNECT as it came in. */
interface ConnectRequest {
  /** `host:port`, as the client wrote it. */
  readonly target: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
}

export interface ConnectProxyOptions {
  /** Host names that the proxy knows, each with the loopback port that stands behind it, whatever port is asked for. */
  readonly hosts?: Readonly<Record<string, number>>
  readonly mode?: ProxyMode
  /** Speaks TLS to its clients, with this certificate. */
  readonly tls?: ServerCertificate
  /** For `needs-credentials`. */
  readonly user?: string
  readonly password?: string
}

export interface ConnectProxy extends AsyncDisposable {
  readonly port: number
  /** Its address without user and password, for HTTPS_PROXY. */
  readonly url: string
  /** Every CONNECT so far, in order. */
  readonly connects: readonly ConnectRequest[]
}

const OPENED = 'HTTP/1.1 200 Connection established\r\n\r\n'
const HEADERS_END = '\r\n\r\n'

/** Starts a proxy for CONNECT on a free loopback port. Disposing of it takes every open connection down. */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const sockets = new Set<Socket>()
  const connects: ConnectRequest[] = []

  const serve = (client: Socket): void => {
    keep(client, sockets)
    let head = ''
    const onData = (piece: Buffer): void => {
      head += piece.toString('latin1')
      const end = head.indexOf(HEADERS_END)
      if (end < 0) return
      client.off('data', onData)
      const request = parseConnect(head.slice(0, end))
      connects.push(request)
      // A client that speaks before the tunnel is open has sent these bytes to the host.
      const early = Buffer.from(head.slice(end + HEADERS_END.length), 'latin1')
      if (early.length > 0) client.unshift(early)
      answer(client, request, options, sockets)
    }
    client.on('data', onData)
  }
  const server = options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    connects,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function answer(
  client: Socket,
  request: ConnectRequest,
  options: ConnectProxyOptions,
  sockets: Set<Socket>,
): void {
  switch (options.mode ?? 'ok') {
    case 'ok':
      openTunnel(client, request, options, sockets)
      return
    case 'needs-credentials': {
      const basic = Buffer.from(`${options.user ?? ''}:${options.password ?? ''}`).toString('base64')
      if (request.headers['proxy-authorization'] === `Basic ${basic}`)
        openTunnel(client, request, options, sockets)
      else refuse(client, '407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="test"')
      return
    }
    case 'always-407':
      refuse(client, '407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="test"')
      return
    case 'answers-403':
      refuse(client, '403 Forbidden')
      return
    case 'answers-502':
      refuse(client, '502 Bad Gateway')
      return
    case 'answers-302':
      refuse(client, '302 Found', 'Location: http://127.0.0.1:9/')
      return
    case 'silent':
      return
    case 'endless-headers':
      client.write('HTTP/1.1 200 OK\r\n')
      dripHeaders(client)
      return
    case 'cut':
      client.destroy()
      return
    case 'reset':
      client.resetAndDestroy()
      return
    case 'garbage':
      client.end('\x16\x03\x01 this is not HTTP\r\n\r\n')
      return
    case 'cut-after-open':
      client.write(OPENED)
      client.once('data', () => client.destroy())
      return
    case 'silent-after-open':
      client.write(OPENED)
      client.resume()
      return
    case 'bytes-behind-200':
      client.write(`${OPENED}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`)
      client.resume()
  }
}

function openTunnel(
  client: Socket,
  { target }: ConnectRequest,
  { hosts = {} }: ConnectProxyOptions,
  sockets: Set<Socket>,
): void {
  const port = hosts[target.replace(/:\d+$/, '')]
  if (port === undefined) {
    refuse(client, '502 Bad Gateway')
    return
  }
  const host = connect(port, '127.0.0.1')
  keep(host, sockets)
  const onRefused = (): void => {
    refuse(client, '502 Bad Gateway')
  }
  host.once('error', onRefused)
  host.once('connect', () => {
    host.off('error', onRefused)
    client.write(OPENED)
    client.pipe(host).pipe(client)
    // A clean end goes through the pipes; a reset behind the proxy has to be passed on.
    // Not while the client's side is being shut down: libuv then refuses the reset, and the handle is never closed.
    host.on('error', () => (client.writableEnded ? client.destroy() : client.resetAndDestroy()))
    client.on('close', () => host.destroy())
  })
}

function refuse(client: Socket, status: string, ...headers: readonly string[]): void {
  client.end(
    [`HTTP/1.1 ${status}`, ...headers, 'Content-Length: 0', 'Connection: close', '', ''].join('\r\n'),
  )
}

/** Slow enough to stay below every limit on the size of headers, and never silent. */
function dripHeaders(client: Socket): void {
  const timer = setInterval(() => client.write('X-Wait: 1\r\n'), 100)
  client.on('close', () => {
    clearInterval(timer)
  })
}

function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
  // A peer that is gone is what many tests want; the socket closes by itself.
  socket.on('error', () => undefined)
}

function parseConnect(head: string): ConnectRequest {
  const [first = '', ...lines] = head.split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { target: first.split(' ')[1] ?? '', headers }
}
