import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { ServerCertificate } from '../../../tools/runner/certificates.ts'
import { text } from '../faults/answers.ts'
import type { Fault, Peer } from '../faults/fault.ts'
import { PASSING_BODY } from '../builders/passing-build.ts'

export interface FaultServerOptions {
  /** Serves TLS with this certificate; plain TCP without. */
  readonly tls?: ServerCertificate | undefined
  /** The passing answer that the fault spoils. */
  readonly body?: Buffer
}

/** A server on loopback that gives every request the same fault. */
export interface FaultServer extends AsyncDisposable {
  readonly port: number
  /** Its base URL at 127.0.0.1. */
  readonly url: string
  /** The head of every request so far, in order: request line and headers. */
  readonly requests: readonly string[]
  /** How many connections were opened so far. */
  readonly connections: number
  /** How many tries a client made, in the unit of the fault's `tries`. */
  readonly tries: number
  /** The requests that reached the other server, to which some faults redirect: there must be none. */
  readonly requestsElsewhere: readonly string[]
}

/** How one server answers: a script for each request, or one for each bare connection. */
type Script = Pick<Fault, 'level' | 'write'>

/**
 * Starts a server on a free loopback port. Disposing of it takes every open connection down, and throws an
 * AggregateError when a script failed.
 */
export async function startFaultServer(
  fault: Script,
  options: FaultServerOptions = {},
): Promise<FaultServer> {
  const body = options.body ?? PASSING_BODY
  const elsewhere = await listen(
    { write: text(passing => passing) },
    { body, tls: options.tls, elsewhere: '' },
  )
  const main = await listen(fault, { body, tls: options.tls, elsewhere: elsewhere.url })
  return {
    port: main.port,
    url: main.url,
    requests: main.requests,
    get connections() {
      return main.connections()
    },
    get tries() {
      return fault.level === 'connection' ? main.connections() : main.requests.length
    },
    requestsElsewhere: elsewhere.requests,
    async [Symbol.asyncDispose]() {
      await Promise.all([main.close(), elsewhere.close()])
    },
  }
}

interface Listener {
  readonly port: number
  readonly url: string
  readonly requests: readonly string[]
  connections(): number
  close(): Promise<void>
}

interface Serving {
  readonly body: Buffer
  readonly tls: ServerCertificate | undefined
  readonly elsewhere: string
}

async function listen(script: Script, { body, tls, elsewhere }: Serving): Promise<Listener> {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let connections = 0

  // A script that fails is a mistake in a test: it must not look like a fault that the gate withstood.
  const failures: unknown[] = []

  const run = (socket: Socket, connection: Socket, path: string): void => {
    const write = async (): Promise<void> => {
      await script.write(peerOf(socket, connection, path, elsewhere), body)
    }
    write().catch((error: unknown) => failures.push(error))
  }
  const serve = (socket: Socket, connection: Socket): void => {
    quiet(socket)
    readHeads(socket, requestHead => {
      requests.push(requestHead)
      run(socket, connection, requestHead.split(' ')[1] ?? '')
    })
  }
  // TLS is laid over connections that are known here, because a reset has to act on the connection itself.
  const connectionOf = new Map<number | undefined, Socket>()
  const secured =
    tls &&
    createTlsServer(tls, socket => {
      const connection = connectionOf.get(socket.remotePort)
      if (connection !== undefined) serve(socket, connection)
    })
  secured?.on('tlsClientError', () => undefined)

  const server = createTcpServer(socket => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    quiet(socket)
    if (script.level === 'connection') {
      run(socket, socket, '')
    } else if (secured === undefined) {
      serve(socket, socket)
    } else {
      const { remotePort } = socket
      connectionOf.set(remotePort, socket)
      socket.on('close', () => connectionOf.delete(remotePort))
      secured.emit('connection', socket)
    }
  })
  const port = await listenOnLoopback(server)

  return {
    port,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
      if (failures.length > 0) throw new AggregateError(failures, 'The script of a fault failed')
    },
  }
}

async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Tells of every request head on a connection; the requests of a gate have no body that a fault would wait for. */
function readHeads(socket: Socket, onHead: (head: string) => void): void {
  const end = '\r\n\r\n'
  let received = ''
  socket.on('data', (piece: Buffer) => {
    received += piece.toString('latin1')
    for (let at = received.indexOf(end); at >= 0; at = received.indexOf(end)) {
      const requestHead = received.slice(0, at)
      received = received.slice(at + end.length)
      onHead(requestHead)
    }
  })
}

/**
 * @param socket carries the bytes: the connection, or TLS over it.
 * @param connection the TCP connection.
 */
function peerOf(socket: Socket, connection: Socket, path: string, elsewhere: string): Peer {
  const isOpen = (): boolean => socket.writable && !socket.destroyed && !connection.destroyed
  return {
    path,
    elsewhere,
    get open() {
      return isOpen()
    },
    send: bytes =>
      new Promise(resolve => {
        if (!isOpen()) {
          resolve(false)
          return
        }
        const done = (): void => {
          connection.off('close', done)
          resolve(isOpen())
        }
        // The callback of a write is lost when the connection goes while it is under way.
        connection.once('close', done)
        socket.write(bytes, done)
      }),
    close() {
      socket.end()
    },
    reset() {
      connection.resetAndDestroy()
    },
  }
}

/** A client that goes away is what faults are for; the socket closes by itself. */
function quiet(socket: Socket): void {
  socket.on('error', () => undefined)
}
