// Each thing of the toolkit that the gate does not use, and what it does against a real server: the reason why src/http/
// does without it. Should one of these fail after an update of the toolkit, the gate may take that thing back.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { HttpClient } from '@actions/http-client'
import { afterEach, describe, expect, test } from '@jest/globals'
import { TEST_HOST } from '../../tools/runner/certificates.ts'
import { runScript, startScript } from '../support/child-script.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'

const SECRET = 'MIITestToken0123456789'

/** Long enough for whatever is on its way on this machine. */
const A_WHILE_MS = 60

const variables = ['https_proxy', 'ACTIONS_ORCHESTRATION_ID'] as const
const before = variables.map(name => [name, process.env[name]] as const)
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
})

describe('redirects', () => {
  test('carry a token to another host, in every header but Authorization', async () => {
    await using elsewhere = await startHttp((_, response) => response.end('{}'))
    const target = `http://localhost:${elsewhere.port}/x`
    await using service = await startHttp((_, response) =>
      response.writeHead(302, { Location: target }).end(),
    )
    await new HttpClient('test').get(service.url, { 'X-Auth-Token': SECRET, Authorization: SECRET })
    expect(elsewhere.requests.map(({ headers }) => headers)).toEqual([
      expect.objectContaining({ 'x-auth-token': SECRET }),
    ])
    expect(elsewhere.requests[0]?.headers.authorization).toBeUndefined()
  })
})

describe('retries', () => {
  test('follow within milliseconds, whatever Retry-After says, and for three statuses alone', async () => {
    for (const [status, requests] of [
      [503, 3],
      [429, 1],
      [500, 1],
      [520, 1],
    ] as const) {
      await using service = await startHttp((_, response) =>
        response.writeHead(status, { 'Retry-After': '60' }).end(),
      )
      await new HttpClient('test', [], { allowRetries: true, maxRetries: 2 }).get(service.url)
      expect([status, service.requests.length]).toEqual([status, requests])
    }
  })
})

describe('readBody', () => {
  test('never settles when the answer is cut', async () => {
    await using service = await startTcp(socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"success":')
      setImmediate(() => socket.resetAndDestroy())
    })
    const response = await new HttpClient('test').get(service.url)
    // Not `once`, which would reject over the reset.
    const closed = new Promise(resolve => response.message.on('error', () => undefined).on('close', resolve))
    const body = response.readBody()
    await closed
    expect(await settled(body)).toBe(false)
  })

  test('has no limit on what it reads', async () => {
    const body = Buffer.alloc(4 * 1024 * 1024, ' ')
    await using service = await startHttp((_, response) => response.end(body))
    const response = await new HttpClient('test').get(service.url)
    expect(await response.readBody()).toHaveLength(body.length)
  })
})

describe('its time-out', () => {
  test('counts idle time alone: an answer may drip for ever', async () => {
    await using service = await startTcp(socket => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n')
      const drip = setInterval(() => socket.write('x'), 5)
      socket.on('close', () => {
        clearInterval(drip)
      })
    })
    const response = await new HttpClient('test', [], { socketTimeout: 250 }).get(service.url)
    expect(await response.readBody()).toHaveLength(60)
  })
})

describe('an answer that switches protocols (101)', () => {
  test('settles nothing, though the connection is closed', async () => {
    let closed: Promise<unknown> = Promise.resolve()
    await using service = await startTcp(socket => {
      closed = once(socket, 'close')
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
    })
    const response = new HttpClient('test').get(service.url)
    expect(await settled(response)).toBe(false)
    await closed
    expect(await settled(response)).toBe(false)
  })
})

describe('its constructor', () => {
  test('adds the ID of the orchestration to the user agent', async () => {
    process.env['ACTIONS_ORCHESTRATION_ID'] = 'orchestration-1234.job'
    await using service = await startHttp((_, response) => response.end('{}'))
    await new HttpClient('test/1').get(service.url)
    expect(service.requests[0]?.headers['user-agent']).toBe(
      'test/1 actions_orchestration_id/orchestration-1234.job',
    )
  })
})

describe('an IPv6 address', () => {
  test('keeps its brackets, and is looked up as a name', async () => {
    await expect(new HttpClient('test').get('http://[::1]:9/')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/)
  })
})

describe('its tunnel', () => {
  test('is not there: without our agent, nothing goes through a proxy', async () => {
    await using proxy = await startConnectProxy({ mode: 'answers-502' })
    const script = `
      const { HttpClient } = await import('@actions/http-client')
      await new HttpClient('test').get('https://${TEST_HOST}/')`
    const { stderr, exitCode } = await runScript(script, { HTTPS_PROXY: proxy.url })
    expect(stderr).toContain('ERR_INVALID_ARG_TYPE')
    expect(exitCode).not.toBe(0)
    expect(proxy.connects).toEqual([])
  })
})

describe('getIDToken of @actions/core', () => {
  const GET = `
    const core = await import('@actions/core')
    console.log(await core.getIDToken())`

  test('carries its bearer to whatever host a redirect names', async () => {
    await using elsewhere = await startHttp((_, response) => response.end('{"value":"x.y.z"}'))
    const target = `http://localhost:${elsewhere.port}/x`
    await using service = await startHttp((_, response) =>
      response.writeHead(302, { Location: target }).end(),
    )
    await runScript(GET, {
      ACTIONS_ID_TOKEN_REQUEST_URL: service.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: SECRET,
    })
    expect(elsewhere.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
  })

  test('tries ten times more, the first within milliseconds', async () => {
    await using service = await startHttp((_, response) =>
      response.writeHead(503, { 'Retry-After': '60' }).end(),
    )
    const child = startScript(GET, {
      ACTIONS_ID_TOKEN_REQUEST_URL: service.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: SECRET,
    })
    // The pauses double, so that all eleven would take ten seconds: more than the gate's four tries are proof enough.
    while (service.requests.length < 5) await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGKILL')
    await once(child, 'close')
  })
})

/** @returns whether a promise settles within a while. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  const isSettled = promise.then(
    () => true,
    () => true,
  )
  const isLate = new Promise<false>(resolve => {
    setTimeout(() => {
      resolve(false)
    }, A_WHILE_MS)
  })
  return Promise.race([isSettled, isLate])
}

async function startHttp(listener: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  })
  return { ...(await started(server)), requests }
}

function startTcp(listener: (socket: Socket) => void) {
  const server = createTcpServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      listener(socket)
    })
  })
  return started(server)
}

async function started(server: Server) {
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
