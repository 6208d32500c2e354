import dns from 'node:dns'
import { once } from 'node:events'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createHttp, HTTP_LIMITS } from '../../src/http/http-client.ts'
import { openLookups } from '../../src/http/lookup.ts'
import { rawText } from '../../src/util/message.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import {
  createTestAuthority,
  TEST_HOST,
  type ServerCertificate,
  type TestAuthority,
} from '../../tools/runner/certificates.ts'
import { runScript, startScript } from '../support/child-script.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { BUILD_NO, JOB_ID, PASSING_BODY } from '../support/builders/passing-build.ts'

/** Only Linux has the whole of 127.0.0.0/8 without being told, and drops a SYN for a listener whose queue is full. */
const onLinux = process.platform === 'linux' ? test : test.skip

/** An address on which a listener may be stopped, and one on which nobody listens. */
const STOPPED = '127.0.0.2'
const NOBODY = '127.0.0.3'

const proxyBefore = process.env['https_proxy']
const trustedBefore = getCACertificates('default')
let authority: TestAuthority
let certificate: ServerCertificate

beforeAll(async () => {
  authority = await createTestAuthority()
  certificate = await authority.issue()
  setDefaultCACertificates([...trustedBefore, authority.caPem])
})

afterAll(async () => {
  // The test files after this one run in the same process.
  setDefaultCACertificates(trustedBefore)
  await authority[Symbol.asyncDispose]()
})

afterEach(() => {
  jest.restoreAllMocks()
  if (proxyBefore === undefined) delete process.env['https_proxy']
  else process.env['https_proxy'] = proxyBefore
})

describe('a host with several addresses is reached, when any of them is there', () => {
  onLinux('the first one does not answer', async () => {
    await using server = await startTlsServer()
    await using stopped = await startStoppedListener(server.port)
    resolveTo(TEST_HOST, [stopped.address, '127.0.0.1'])
    const result = await get(`https://${TEST_HOST}:${server.port}`, 50)
    expect(result).toMatchObject({ status: 200 })
  })

  onLinux('the first one of a proxy does not answer', async () => {
    await using server = await startTlsServer()
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port } })
    await using stopped = await startStoppedListener(proxy.port)
    process.env['https_proxy'] = `http://proxy.test:${proxy.port}`
    resolveTo('proxy.test', [stopped.address, '127.0.0.1'])
    const result = await get(`https://${TEST_HOST}`, 50)
    expect(result).toMatchObject({ status: 200 })
  })

  onLinux('a handshake takes a second, and nobody is at the other address', async () => {
    await using slow = await startStoppedListener(0, { ...certificate, body: PASSING_BODY.toString() })
    const preload = `data:text/javascript,${encodeURIComponent(`
      const dns = process.getBuiltinModule('node:dns')
      dns.lookup = (host, options, callback) => setImmediate(callback, null, [
        { address: '${STOPPED}', family: 4 }, { address: '${NOBODY}', family: 4 } ])`)}`
    const endpoint = `https://${TEST_HOST}:${slow.port}`
    // Node's own limit is too short for it: the address is given up while its answer is on its way.
    resolveTo(TEST_HOST, [STOPPED, NOBODY])
    const tooShort = await get(endpoint, 250)
    expect(tooShort).toMatchObject({ ok: false, error: { kind: 'no_connection', retryable: true } })
    if (!tooShort.ok)
      expect(rawText(tooShort.error.message)).toBe(
        `no address of ${TEST_HOST}:${slow.port} could be reached: ${STOPPED} did not answer in time (ETIMEDOUT), ` +
          `${NOBODY} refused the connection (ECONNREFUSED)`,
      )
    const running = runAction({
      inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint },
      env: { NODE_EXTRA_CA_CERTS: authority.caFile },
      imports: [preload],
      killAfterMs: 10_000,
    })
    // By now its first SYN was dropped; the second one follows after a second, by the rules of TCP (RFC 6298).
    await new Promise(resolve => setTimeout(resolve, 600))
    slow.resume()
    const run = await running
    expect(run.log).not.toContain('Try 1 failed')
    expect(run.exitCode).toBe(0)
  })

  test('and none is: all are named', async () => {
    const free = await startConnectProxy()
    await free[Symbol.asyncDispose]()
    resolveTo(TEST_HOST, ['127.0.0.1', '::1'])
    const result = await get(`https://${TEST_HOST}:${free.port}`, 250)
    if (result.ok) throw new Error('somebody answered')
    expect(rawText(result.error.message)).toContain('127.0.0.1 refused the connection (ECONNREFUSED), ')
    expect(rawText(result.error.message)).toContain('::1')
  })
})

describe('a name lookup that hangs', () => {
  test.each([
    ['of the service', undefined],
    ['of a proxy', 'http://user:password@proxy.test:3128'],
  ])('%s ends with its request, and is counted until it comes back', async (_, proxy) => {
    if (proxy !== undefined) process.env['https_proxy'] = proxy
    let comeBack: () => void = () => undefined
    jest.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, callback: () => void) => {
      comeBack = callback
    }) as typeof dns.lookup)
    expect(openLookups()).toBe(0)
    const cancel = new AbortController()
    const url = new URL(`https://${TEST_HOST}`)
    const sent = createHttp('test').send({ method: 'GET', url, headers: {} }, cancel.signal)
    await new Promise(resolve => setImmediate(resolve))
    expect(openLookups()).toBe(1)
    cancel.abort()
    expect(await sent).toMatchObject({ ok: false, error: { kind: 'cancelled' } })
    expect(openLookups()).toBe(1)
    comeBack()
    expect(openLookups()).toBe(0)
  })

  test('is one of the system, which comes back for a name and for an address', async () => {
    await using server = await startTlsServer()
    expect(await get(`https://localhost:${server.port}`, 250)).toMatchObject({ status: 200 })
    expect(await get(`https://127.0.0.1:${server.port}`, 250)).toMatchObject({ status: 200 })
    expect(openLookups()).toBe(0)
  })
})

describe('the addresses of a host', () => {
  /** Every lookup of the test host waits until it is let go. */
  function holdLookups() {
    const held: (() => void)[] = []
    jest.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, callback: Callback) => {
      held.push(() => {
        callback(null, [{ address: '127.0.0.1', family: 4 }])
      })
    }) as typeof dns.lookup)
    return held
  }
  const seen = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 20))
  const requestTo = (port: number) =>
    ({ method: 'GET', url: new URL(`https://${TEST_HOST}:${port}`), headers: {} }) as const
  /** A client that has looked the test host up once, and had an answer from its port. */
  async function knowingClient(port: number) {
    const held = holdLookups()
    const http = createHttp('test')
    const first = http.send(requestTo(port))
    await seen()
    held[0]?.()
    expect(await first).toMatchObject({ status: 200 })
    return { held, http }
  }

  test('are looked up once by all that need them meanwhile, tries whose deadline has passed included', async () => {
    await using server = await startTlsServer()
    const held = holdLookups()
    const http = createHttp('test', { ...HTTP_LIMITS, deadlineMs: 400 })
    const request = requestTo(server.port)
    for (const result of await Promise.all([http.send(request), http.send(request)]))
      expect(result).toMatchObject({ error: { kind: 'timeout' } })
    const next = http.send(request)
    await seen()
    expect([held.length, openLookups()]).toEqual([1, 1])
    held[0]?.()
    expect(await next).toMatchObject({ status: 200 })
    expect(openLookups()).toBe(0)
  })

  test('are looked up again after a lookup that failed', async () => {
    let lookups = 0
    jest.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, callback: Callback) => {
      lookups++
      setImmediate(callback, Object.assign(new Error('none'), { code: 'ENOTFOUND' }))
    }) as typeof dns.lookup)
    const http = createHttp('test')
    const request = { method: 'GET', url: new URL(`https://${TEST_HOST}`), headers: {} } as const
    for (const count of [1, 2]) {
      expect(await http.send(request)).toMatchObject({ error: { kind: 'no_host', retryable: true } })
      expect(lookups).toBe(count)
    }
  })

  test('are used until a connection fails', async () => {
    await using server = await startTlsServer()
    const closed = await startTlsServer()
    await closed[Symbol.asyncDispose]()
    const { held, http } = await knowingClient(server.port)
    expect(await http.send(requestTo(server.port))).toMatchObject({ status: 200 })
    expect(held).toHaveLength(1)
    expect(await http.send(requestTo(closed.port))).toMatchObject({ error: { kind: 'no_connection' } })
    const again = http.send(requestTo(server.port))
    await seen()
    expect(held).toHaveLength(2)
    held[1]?.()
    expect(await again).toMatchObject({ status: 200 })
  })

  test.each([undefined, 'http://proxy.test:3128'])(
    'are not looked up for what may be abandoned (proxy: %s)',
    async proxy => {
      if (proxy !== undefined) process.env['https_proxy'] = proxy
      const held = holdLookups()
      const http = createHttp('test')
      const url = new URL(`https://${TEST_HOST}:1`)
      const optional = { method: 'GET', url, headers: {}, isOptional: true } as const
      expect(await http.send(optional)).toMatchObject({ error: { retryable: false } })
      const cancel = new AbortController()
      const open = http.send({ ...optional, isOptional: false }, cancel.signal)
      await seen()
      expect(await http.send(optional)).toMatchObject({ error: { retryable: false } })
      expect(held).toHaveLength(1)
      cancel.abort()
      await open
      held[0]?.()
    },
  )

  test('are taken by what may be abandoned where they are known', async () => {
    await using server = await startTlsServer()
    const { held, http } = await knowingClient(server.port)
    expect(await http.send({ ...requestTo(server.port), isOptional: true })).toMatchObject({ status: 200 })
    expect(held).toHaveLength(1)
  })
})

describe('a process ends by itself', () => {
  const SEND = (url: string, deadlineMs: number) => `
    const { createHttp, HTTP_LIMITS } = await import('./src/http/http-client.ts')
    const http = createHttp('test', { ...HTTP_LIMITS, deadlineMs: ${deadlineMs} })
    const result = await http.send({ method: 'GET', url: new URL('${url}'), headers: {} })
    console.log(result.ok ? result.status : result.error.kind)`

  test('when its request has timed out', async () => {
    await using silent = await startTcpServer(() => undefined)
    const started = performance.now()
    expect(await runScript(SEND(silent.url, 100))).toEqual({ exitCode: 0, stdout: 'timeout\n', stderr: '' })
    expect(performance.now() - started).toBeLessThan(5_000)
  })

  test('when its connection is kept', async () => {
    await using server = await startTcpServer(socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
    })
    const started = performance.now()
    expect(await runScript(SEND(server.url, 10_000))).toEqual({ exitCode: 0, stdout: '200\n', stderr: '' })
    expect(performance.now() - started).toBeLessThan(5_000)
  })
})

function get(url: string, addressTimeoutMs: number) {
  const http = createHttp('test', { ...HTTP_LIMITS, addressTimeoutMs })
  return http.send({ method: 'GET', url: new URL(url), headers: {} })
}

type Callback = (...results: readonly unknown[]) => void

/** Gives a host these addresses, in this order. */
function resolveTo(host: string, addresses: readonly string[]): void {
  const found = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  const { lookup } = dns
  jest.spyOn(dns, 'lookup').mockImplementation(((name: string, options: object, callback: Callback) => {
    if (name === host) setImmediate(callback, null, found)
    else lookup(name, options, callback)
  }) as typeof dns.lookup)
}

function startTlsServer() {
  const server = createTlsServer(certificate, socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'))
  })
  return listening(server)
}

function startTcpServer(onData: (socket: Socket) => void) {
  const server = createTcpServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      onData(socket)
    })
  })
  return listening(server)
}

async function listening(server: ReturnType<typeof createTcpServer>) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/**
 * Starts a TLS server whose process is stopped and whose queue is full: the kernel drops every SYN for it, as a firewall
 * does. Once it goes on, a SYN that is sent again is answered: a handshake that took a second.
 */
async function startStoppedListener(port: number, serves = { ...certificate, body: '{}' }) {
  const child = startScript(`
    import { createServer } from 'node:tls'
    const { key, cert, body } = ${JSON.stringify(serves)}
    const head = 'HTTP/1.1 200 OK\\r\\nContent-Length: ' + Buffer.byteLength(body) + '\\r\\n\\r\\n'
    const server = createServer({ key, cert }, socket => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(head + body))
    })
    server.listen({ port: ${port}, host: '${STOPPED}', backlog: 1 }, () => console.log(server.address().port))`)
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const listeningPort = Number(line.toString())
  child.kill('SIGSTOP')
  const fillers = [1, 2, 3, 4].map(() => connect(listeningPort, STOPPED).on('error', () => undefined))
  await Promise.all(fillers.slice(0, 2).map(filler => once(filler, 'connect')))
  return {
    address: STOPPED,
    port: listeningPort,
    resume() {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGCONT')
    },
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy()
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}
