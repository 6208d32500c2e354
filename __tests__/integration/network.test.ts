import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterAll, describe, expect, test } from '@jest/globals'
import { createHttp } from '../../src/http/http-client.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer, type FaultServer } from '../support/servers/fault-server.ts'
import { answer } from '../support/faults/answers.ts'
import type { Peer } from '../support/faults/faults.ts'
import { BUILD_NO, JOB_ID, PASSING_BODY } from '../support/builders/passing-build.ts'

/** A run that is still there after this long hangs; the tests of the ends of a run ask only that it did not. */
const HANGS_AFTER_MS = 10_000

const { version: VERSION } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string }

const REDIRECTS = [300, 301, 302, 303, 304, 305, 307, 308]

const PATH_V3 = `/v3/jobs/${JOB_ID}/${BUILD_NO}/record-info`

const PASSING = {
  write: async (peer: Peer, body: Buffer) => {
    await peer.send(answer(body))
  },
}

const orchestrationId = process.env['ACTIONS_ORCHESTRATION_ID']
afterAll(() => {
  if (orchestrationId === undefined) delete process.env['ACTIONS_ORCHESTRATION_ID']
  else process.env['ACTIONS_ORCHESTRATION_ID'] = orchestrationId
})

describe('what is sent', () => {
  test('is one request with the documented headers, and nothing of the runner', async () => {
    await using server = await startFaultServer(PASSING)
    const run = await runDist(server.url, { ACTIONS_ORCHESTRATION_ID: 'orchestration-1234.job' })
    expect(run.exitCode).toBe(0)
    expect(server.connections).toBe(1)
    expect(requestsOf(server)).toEqual([
      {
        line: `GET ${PATH_V3} HTTP/1.1`,
        headers: {
          accept: 'application/json',
          'x-auth-token': TEST_TOKEN,
          'accept-encoding': 'identity',
          'user-agent': `codearts-build-gate/${VERSION}`,
          host: `127.0.0.1:${server.port}`,
          connection: 'keep-alive',
        },
      },
    ])
  })

  test('is what the caller gave, from src/ too, with the orchestration id in the environment', async () => {
    process.env['ACTIONS_ORCHESTRATION_ID'] = 'orchestration-1234.job'
    await using server = await startFaultServer(PASSING)
    const http = createHttp('agent/1')
    const url = new URL(`${server.url}/a?b=c`)
    const first = await http.send({ method: 'GET', url, headers: { 'X-One': '1' } })
    const second = await http.send({ method: 'GET', url, headers: { 'X-Two': '2' } })
    expect([first, second]).toEqual(
      [1, 2].map(() => expect.objectContaining({ status: 200, body: { text: PASSING_BODY.toString() } })),
    )
    const common = {
      'accept-encoding': 'identity',
      'user-agent': 'agent/1',
      host: `127.0.0.1:${server.port}`,
      connection: 'keep-alive',
    }
    expect(requestsOf(server)).toEqual([
      { line: 'GET /a?b=c HTTP/1.1', headers: { 'x-one': '1', ...common } },
      { line: 'GET /a?b=c HTTP/1.1', headers: { 'x-two': '2', ...common } },
    ])
    // A connection whose answer was read to its end serves again: waiting for a build costs no new handshakes.
    expect(server.connections).toBe(1)
  })

  test('a POST carries its body as UTF-8, and its length', async () => {
    let received: { method: string | undefined; length: string | undefined; body: string } | undefined
    await using service = await startService((request, response) => {
      const pieces: Buffer[] = []
      request
        .on('data', (piece: Buffer) => pieces.push(piece))
        .on('end', () => {
          const body = Buffer.concat(pieces).toString()
          received = { method: request.method, length: request.headers['content-length'], body }
          response.end('{}')
        })
    })
    const body = '{"name":"构建"}'
    const url = new URL(service.url)
    expect(await createHttp('test').send({ method: 'POST', url, headers: {}, body })).toMatchObject({
      status: 200,
    })
    expect(received).toEqual({ method: 'POST', length: String(Buffer.byteLength(body)), body })
  })

  test.each([
    ['a path prefix', '/codearts/build'],
    ['a path prefix with a slash at its end', '/codearts/'],
    ['signs that a URL escapes', '/a%20b/%E6%9E%84'],
  ])('keeps %s', async (_name, prefix) => {
    await using server = await startFaultServer(PASSING)
    const run = await runDist(`${server.url}${prefix}`)
    expect(run.exitCode).toBe(0)
    expect(requestsOf(server).map(({ line }) => line)).toEqual([
      `GET ${prefix.replace(/\/$/, '')}${PATH_V3} HTTP/1.1`,
    ])
  })

  test('a fake service behind a path prefix is reached', async () => {
    await using service = await startFakeService({ pathPrefix: '/codearts' })
    const [outside, inside] = await Promise.all([
      runDist(service.url.replace('/codearts', '')),
      runDist(service.url, {}, 'v3'),
    ])
    expect(outside.exitCode).toBe(1)
    // The service is there, and knows no such build: that is an answer of the service itself.
    expect(inside.outputs.get('reason')).not.toBe('unreachable')
    expect(service.requests.map(({ path }) => path)).toContain(`/codearts${PATH_V3}`)
  })

  // macOS gives a machine 127.0.0.1 alone of its 16 million addresses.
  const farEnd = process.platform === 'darwin' ? [] : ['127.8.9.1']
  test.each(['[::1]', 'localhost', '127.0.0.1', ...farEnd])('loopback as %s is reached', async host => {
    // 127.0.0.0/8 is all of it loopback on Linux; a server at :: takes both families.
    await using service = await startService((_request, response) => {
      response.end(PASSING_BODY)
    }, '::')
    const run = await runDist(`http://${host}:${service.port}`)
    expect(annotations(run.log)).toEqual([])
    expect(run.exitCode).toBe(0)
  })
})

describe('a redirect', () => {
  test.each(REDIRECTS)('%i is not followed, and not tried again', async status => {
    await using server = await startFaultServer(redirect(status))
    const result = await createHttp('test').send({
      method: 'GET',
      url: new URL(server.url),
      headers: { 'X-Auth-Token': TEST_TOKEN },
    })
    expect(result).toMatchObject({ ok: true, status })
    expect(server.requests).toHaveLength(1)
    expect(server.requestsElsewhere).toEqual([])
  })

  test.each(REDIRECTS)('%i ends dist/, and its target gets nothing', async status => {
    await using server = await startFaultServer(redirect(status))
    const run = await runDist(server.url)
    expect(run.exitCode).toBe(1)
    expect(run.outputs.get('reason')).toBe('invalid_response')
    expect(annotations(run.log)).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(`HTTP ${status}, a redirect to http://127.0.0.1:`) as unknown,
      }),
    ])
    expect(server.requests).toHaveLength(1)
    expect(server.requestsElsewhere).toEqual([])
  })
})

describe('the end of a run', () => {
  test('does not wait for a connection that is kept alive', async () => {
    const sockets: Socket[] = []
    await using service = await startService((request, response) => {
      sockets.push(request.socket)
      response.writeHead(200, { 'Keep-Alive': 'timeout=600' }).end(PASSING_BODY)
    })
    service.server.keepAliveTimeout = 0
    const run = await runDist(service.url)
    expectEnded(run, 0)
    expect(sockets).toHaveLength(1)
  })

  test('does not wait for whatever else is still open', async () => {
    await using server = await startFaultServer(PASSING)
    // A preload: a connection that nothing in the action knows of, and so nothing takes down.
    const holdOpen = `data:text/javascript,process.getBuiltinModule('node:net').connect(${server.port}, '127.0.0.1')`
    expectEnded(await runDist(server.url, {}, 'v3', [holdOpen]), 0)
    expect(server.connections).toBe(2)
  })

  test.each([
    ['passes', 'SUCCESS', 0],
    ['does not pass', 'FAILURE', 1],
  ])('does not wait for a server that goes on sending when the build %s', async (_name, status, exitCode) => {
    const body = PASSING_BODY.toString().replace('"status":"SUCCESS"', `"status":"${status}"`)
    await using server = await startFaultServer({
      async write(peer) {
        await peer.send(answer(body))
        // Behind a whole answer: nobody asked for these.
        while (await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
          await new Promise(resolve => setTimeout(resolve, 20))
      },
    })
    const run = await runDist(server.url)
    expectEnded(run, exitCode)
  })

  test('does not wait for the rest of a body that is refused', async () => {
    await using server = await startFaultServer({
      async write(peer) {
        await peer.send('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1000000\r\n\r\nx')
      },
    })
    const run = await runDist(server.url)
    expectEnded(run, 1)
    expect(run.outputs.get('reason')).toBe('invalid_response')
  })
})

function redirect(status: number) {
  return {
    write: async (peer: Peer) => {
      await peer.send(answer('', { status, headers: [`Location: ${peer.elsewhere}${peer.path}`] }))
    },
  }
}

function runDist(
  endpoint: string,
  env: Readonly<Record<string, string | undefined>> = {},
  apiVersion = 'auto',
  imports: readonly string[] = [],
) {
  return runAction({
    inputs: {
      job_id: JOB_ID,
      build_no: String(BUILD_NO),
      token: TEST_TOKEN,
      endpoint,
      api_version: apiVersion,
    },
    env,
    imports,
    killAfterMs: HANGS_AFTER_MS,
  })
}

/** By itself, and within the second that the contract gives it after its last words. */
function expectEnded(run: ActionRun, exitCode: number): void {
  expect({ exitCode: run.exitCode, signal: run.signal }).toEqual({ exitCode, signal: null })
  expect(run.afterLastWordMs).toBeLessThan(1_000)
}

function requestsOf({ requests }: FaultServer) {
  return requests.map(head => {
    const [line, ...headers] = head.split('\r\n')
    const pairs = headers.map(header => {
      const colon = header.indexOf(':')
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()] as const
    })
    // Two headers of one name would hide behind each other.
    expect(new Set(pairs.map(([name]) => name)).size).toBe(pairs.length)
    return { line, headers: Object.fromEntries(pairs) }
  })
}

interface Service extends AsyncDisposable {
  readonly server: Server
  readonly url: string
  readonly port: number
}

async function startService(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  host = '127.0.0.1',
): Promise<Service> {
  const server = createServer(listener)
  await once(server.listen(0, host), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
