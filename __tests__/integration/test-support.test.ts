import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { request } from 'node:http'
import { get, type RequestOptions } from 'node:https'
import { connect, type Socket } from 'node:net'
import {
  badClaims,
  createTestAuthority,
  selfSignedCertificate,
  TEST_HOST,
} from '../../tools/runner/certificates.ts'
import type { TestAuthority } from '../../tools/runner/certificates.ts'
import {
  startConnectProxy,
  type ConnectProxyOptions,
  type ProxyMode,
} from '../support/servers/connect-proxy.ts'
import { inputsOf, mainJobInputs, TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { answer, FRAMINGS } from '../support/faults/answers.ts'
import { everyCut, faults, faultsByGroup, type Fault, type Peer } from '../support/faults/faults.ts'
import { passingAnswers } from '../support/faults/passing-answers.ts'
import { NUMBER_FIELDS, PASSING_BODY, TEXT_FIELDS } from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'

let authority: TestAuthority

beforeAll(async () => {
  authority = await createTestAuthority()
})

afterAll(async () => {
  await authority[Symbol.asyncDispose]()
})

const good: Pick<Fault, 'write'> = {
  write: async (peer, body) => {
    await peer.send(answer(body))
  },
}

describe('certificates', () => {
  test.each([
    ['good', () => authority.issue(), 'answered 200'],
    ['expired', () => authority.issue(badClaims.expired), 'CERT_HAS_EXPIRED'],
    ['not yet valid', () => authority.issue(badClaims.notYetValid), 'CERT_NOT_YET_VALID'],
    ['wrong host', () => authority.issue(badClaims.wrongHost), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['of a stranger', () => selfSignedCertificate(), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('%s', async (_name, certificate, outcome) => {
    await using server = await startFaultServer(good, { tls: await certificate() })
    expect(await outcomeOf(server.url)).toBe(outcome)
  })

  test('the file of the authority makes its certificates good for another process', async () => {
    await using server = await startFaultServer(good, { tls: await authority.issue() })
    const program = `
      import { get } from 'node:https'
      get('${server.url}', answer => { console.log(answer.statusCode); answer.resume() })`
    expect(await run(program, { NODE_EXTRA_CA_CERTS: authority.caFile })).toMatchObject({
      code: 0,
      stdout: '200\n',
    })
    expect(await run(program)).toMatchObject({ code: 1 })
  })
})

describe('proxy', () => {
  test('ok: opens a tunnel to the mapped port, and records the request', async () => {
    await using server = await startFaultServer(good)
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port } })
    const { status, socket } = await openTunnel(proxy.port, { 'X-Test': 'yes' })
    expect(status).toBe(200)
    socket?.write(`GET /through HTTP/1.1\r\nHost: ${TEST_HOST}\r\n\r\n`)
    expect((await received(socket, answer(PASSING_BODY).length)).bytes).toEqual(answer(PASSING_BODY))
    expect(server.requests).toEqual([`GET /through HTTP/1.1\r\nHost: ${TEST_HOST}`])
    expect(proxy.connects).toEqual([
      { target: `${TEST_HOST}:443`, headers: expect.objectContaining({ 'x-test': 'yes' }) as unknown },
    ])
  })

  test('TLS goes through the tunnel', async () => {
    await using server = await startFaultServer(good, { tls: await authority.issue() })
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port } })
    const { socket } = await openTunnel(proxy.port)
    expect(await outcomeOf(`https://${TEST_HOST}/`, socket)).toBe('answered 200')
  })

  test('passes a reset on', async () => {
    await using server = await startFaultServer(faultNamed('content-length: half of the body, then reset'))
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port } })
    const { socket } = await openTunnel(proxy.port)
    socket?.write('GET / HTTP/1.1\r\n\r\n')
    expect(await received(socket)).toMatchObject({ end: 'ECONNRESET' })
  })

  test('an unknown host, and a port that nobody listens on, are 502', async () => {
    const server = await startFaultServer(good)
    await server[Symbol.asyncDispose]()
    await using proxy = await startConnectProxy({ hosts: { 'gone.test': server.port } })
    expect(await openTunnel(proxy.port)).toMatchObject({ status: 502 })
    expect(await openTunnel(proxy.port, {}, 'gone.test')).toMatchObject({ status: 502 })
  })

  test('needs-credentials: takes the right ones alone', async () => {
    await using server = await startFaultServer(good)
    const options = { hosts: { [TEST_HOST]: server.port }, user: 'someone', password: 'p:w' }
    await using proxy = await startConnectProxy({ ...options, mode: 'needs-credentials' })
    const basic = (text: string) => ({
      'Proxy-Authorization': `Basic ${Buffer.from(text).toString('base64')}`,
    })
    expect(await openTunnel(proxy.port)).toMatchObject({ status: 407 })
    expect(await openTunnel(proxy.port, basic('someone:else'))).toMatchObject({ status: 407 })
    expect(await openTunnel(proxy.port, basic('someone:p:w'))).toMatchObject({ status: 200 })
  })

  test.each<[ProxyMode, string]>([
    ['always-407', 'HTTP/1.1 407 '],
    ['answers-403', 'HTTP/1.1 403 '],
    ['answers-502', 'HTTP/1.1 502 '],
    ['answers-302', 'HTTP/1.1 302 '],
    ['garbage', '\x16\x03\x01 '],
    ['endless-headers', 'HTTP/1.1 200 OK\r\nX-Wait: 1\r\nX-Wait: 1\r\n'],
    ['bytes-behind-200', 'HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 '],
    ['silent-after-open', 'HTTP/1.1 200 Connection established\r\n\r\n'],
  ])('%s', async (mode, start) => {
    const { bytes } = await rawConnect({ mode }, start.length)
    expect(bytes.toString('latin1').slice(0, start.length)).toBe(start)
  })

  test('cut, reset and cut-after-open end the connection', async () => {
    expect(await rawConnect({ mode: 'cut' })).toEqual({ bytes: Buffer.alloc(0), end: 'end' })
    expect(await rawConnect({ mode: 'reset' })).toEqual({ bytes: Buffer.alloc(0), end: 'ECONNRESET' })
    const { bytes, end } = await rawConnect({ mode: 'cut-after-open' }, Infinity, 'hello')
    expect(bytes.toString()).toBe('HTTP/1.1 200 Connection established\r\n\r\n')
    expect(['end', 'ECONNRESET']).toContain(end)
  })

  test('silent takes the CONNECT, and says nothing', async () => {
    await using proxy = await startConnectProxy({ mode: 'silent' })
    const socket = connect(proxy.port, '127.0.0.1')
    socket.write(CONNECT)
    while (proxy.connects.length === 0) await nextTurn()
    expect(socket.bytesRead).toBe(0)
    socket.destroy()
  })

  async function rawConnect(options: ConnectProxyOptions, bytes = Infinity, early = '') {
    await using proxy = await startConnectProxy(options)
    const socket = connect(proxy.port, '127.0.0.1')
    socket.write(CONNECT + early)
    return await received(socket, bytes)
  }
})

describe('fault server', () => {
  test.each(FRAMINGS)('sends a cut answer (%s) as scripted', async framing => {
    const whole = answer(PASSING_BODY, { framing })
    const all = everyCut(framing, PASSING_BODY)
    expect(all).toHaveLength(whole.length)
    for (const length of [0, 1, 40, whole.length - 1]) {
      const fault = all[length]
      if (fault === undefined) throw new Error(`no cut after ${length} bytes`)
      await using server = await startFaultServer(fault)
      expect(await ask(server.port)).toEqual({ bytes: whole.subarray(0, length), end: 'end' })
    }
  })

  test('resets the connection', async () => {
    await using server = await startFaultServer(faultNamed('chunked: half of the headers, then reset'))
    expect(await ask(server.port)).toMatchObject({ end: 'ECONNRESET' })
  })

  test('counts the requests on one connection', async () => {
    await using server = await startFaultServer(good, { body: Buffer.from('{}') })
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n')
    await received(socket, 2 * answer('{}').length)
    expect(server.requests).toEqual(['GET /1 HTTP/1.1', 'GET /2 HTTP/1.1'])
    expect(server.connections).toBe(1)
    expect(server.tries).toBe(2)
  })

  test('resets below TLS', async () => {
    await using server = await startFaultServer(faultNamed('content-length: headers alone, then reset'), {
      tls: await authority.issue(),
    })
    expect(await outcomeOf(server.url)).toBe('ECONNRESET')
    expect(server.requests).toHaveLength(1)
  })

  test('takes bare connections, and counts them', async () => {
    await using server = await startFaultServer(faultNamed('reset at once'), { tls: await authority.issue() })
    expect(await outcomeOf(server.url)).toBe('ECONNRESET')
    expect(server.requests).toEqual([])
    expect(server.tries).toBe(1)
  })

  test('sees a redirect that is followed', async () => {
    await using server = await startFaultServer(faultNamed('302 to another server'))
    const { bytes } = await ask(server.port, '/v3/jobs', 200)
    const location = /Location: (.*)\r\n/.exec(bytes.toString())?.[1] ?? ''
    expect(server.requestsElsewhere).toEqual([])
    const { port, pathname } = new URL(location)
    expect((await ask(Number(port), pathname, answer(PASSING_BODY).length)).bytes).toEqual(
      answer(PASSING_BODY),
    )
    expect(server.requestsElsewhere).toEqual(['GET /v3/jobs HTTP/1.1'])
  })

  test('stops streaming when the client goes', async () => {
    const endless = faultNamed('close: 1 GB')
    const stopped = Promise.withResolvers<boolean>()
    await using server = await startFaultServer({
      write: async (peer, body) => {
        await endless.write(peer, body)
        stopped.resolve(peer.open)
      },
    })
    await ask(server.port, '/', 100_000)
    expect(await stopped.promise).toBe(false)
  })

  test('a script that fails is not taken for a fault', async () => {
    const server = await startFaultServer({
      write: peer => {
        peer.reset()
        throw new Error('mistake')
      },
    })
    await ask(server.port)
    await expect(server[Symbol.asyncDispose]()).rejects.toThrow('The script of a fault failed')
  })
})

describe('the table of faults', () => {
  test('every fault has a name of its own within its group', () => {
    for (const [group, members] of faultsByGroup()) {
      const names = members.map(fault => fault.name)
      expect({ group, names: [...new Set(names)] }).toEqual({ group, names })
    }
  })

  test('no fault sends a whole passing answer and leaves it at that', async () => {
    const whole = FRAMINGS.map(framing => answer(PASSING_BODY, { framing }).toString('latin1'))
    for (const fault of faults.filter(({ slow }) => slow === undefined)) {
      const { sent, end } = await scriptOf(fault)
      const passes = whole.includes(sent.toString('latin1')) && end !== 'reset'
      expect({ fault: fault.name, passes }).toEqual({ fault: fault.name, passes: false })
    }
  })

  test('an answer that passes is JSON with the good word in it', async () => {
    for (const passing of passingAnswers) {
      expect((await scriptOf(passing)).sent.toString('latin1').replace(/\r\n1\r\n/g, '')).toContain('SUCCESS')
    }
  })

  test('the record has the 33 documented fields', () => {
    expect(TEXT_FIELDS).toHaveLength(30)
    expect(NUMBER_FIELDS).toHaveLength(3)
  })

  /** What a script sends when nothing stops it, up to 3 MiB, and how it ends. */
  async function scriptOf({ write }: Pick<Fault, 'write'>) {
    const pieces: Buffer[] = []
    let length = 0
    let end: 'open' | 'close' | 'reset' = 'open'
    const peer: Peer = {
      path: '/',
      elsewhere: 'http://127.0.0.1:9',
      open: true,
      send(bytes) {
        const piece = Buffer.from(bytes)
        pieces.push(piece)
        length += piece.length
        return Promise.resolve(length < 3 * 1024 * 1024)
      },
      close() {
        end = 'close'
      },
      reset() {
        end = 'reset'
      },
    }
    await write(peer, PASSING_BODY)
    return { sent: Buffer.concat(pieces), end: end as 'open' | 'close' | 'reset' }
  }
})

describe('preloads', () => {
  const requesting = `
    import * as https from 'node:https'
    process.exitCode = 7
    new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error('the timer fired')), 60_000)
      https.request('https://127.0.0.1:9/', resolve).on('error', () => undefined).end()
    }).then(() => console.log('settled'))`

  test('shortenTime: an hour passes in no time, and short pauses stay', async () => {
    const program = `
      import { promisify } from 'node:util'
      const order = []
      const timer = setInterval(() => { clearInterval(timer); order.push('a minute') }, 60_000)
      setTimeout(name => order.push(name), 3_600_000, 'an hour')
      await new Promise(resolve => setTimeout(resolve, 200))
      order.push('a moment')
      console.log(order.join(), typeof setTimeout[promisify.custom], typeof setTimeout(() => {}).unref)`
    expect(await run(program, { TEST_TIME_FACTOR: '100000' }, [preloads.shortenTime])).toEqual({
      code: 0,
      stdout: 'a minute,an hour,a moment function function\n',
      stderr: '',
    })
  })

  test('neverSettles: the process runs out of work', async () => {
    expect(await run(requesting, {}, [preloads.neverSettles])).toEqual({ code: 7, stdout: '', stderr: '' })
  })

  test('throwsLater and rejectsLater: an error that nobody catches', async () => {
    const thrown = await run(requesting, {}, [preloads.throwsLater])
    expect(thrown).toMatchObject({ code: 1, stderr: expect.stringContaining('injected: thrown') as unknown })
    const rejected = await run(requesting, {}, [preloads.rejectsLater])
    expect(rejected).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('injected: rejected') as unknown,
    })
  })

  test('exitsEarly: the process ends with the code that it has', async () => {
    expect(await run(requesting, {}, [preloads.exitsEarly])).toEqual({ code: 7, stdout: '', stderr: '' })
  })
})

test('inputs reach the environment as the runner hands them over', () => {
  expect(inputsOf({ job_id: 'a', 'two words': 'b', none: undefined, empty: '' })).toEqual({
    INPUT_JOB_ID: 'a',
    INPUT_TWO_WORDS: 'b',
    INPUT_EMPTY: '',
  })
  expect(mainJobInputs({ build_no: undefined, summary: 'false' })).toEqual({
    INPUT_JOB_ID: '68491d9bc97b4774adb93e29b46d2dc6',
    INPUT_TOKEN: TEST_TOKEN,
    INPUT_SUMMARY: 'false',
  })
})

const CONNECT = `CONNECT ${TEST_HOST}:443 HTTP/1.1\r\nHost: ${TEST_HOST}:443\r\n\r\n`

function faultNamed(name: string): Fault {
  const fault = faults.find(candidate => candidate.name === name)
  if (fault === undefined) throw new Error(`no fault is called "${name}"`)
  return fault
}

/** @returns how a request over TLS went: the status, or the code of the error. */
function outcomeOf(url: string, socket?: Socket): Promise<string> {
  return new Promise(resolve => {
    const fail = (error: NodeJS.ErrnoException): void => {
      resolve(error.code ?? error.message)
    }
    const options: RequestOptions = { ca: authority.caPem, agent: false }
    // Over a tunnel, `socket` is the connection that TLS is laid over.
    if (socket !== undefined) Object.assign(options, { socket, servername: TEST_HOST })
    get(url, options, message => {
      message.on('error', fail)
      message.on('end', () => {
        resolve(`answered ${message.statusCode ?? 0}`)
      })
      message.resume()
    }).on('error', fail)
  })
}

/** Asks a proxy for a tunnel. */
function openTunnel(
  port: number,
  headers: Readonly<Record<string, string>> = {},
  host = TEST_HOST,
): Promise<{ status: number | undefined; socket: Socket | undefined }> {
  return new Promise((resolve, reject) => {
    const connecting = request({
      host: '127.0.0.1',
      port,
      method: 'CONNECT',
      path: `${host}:443`,
      headers,
      agent: false,
    })
    connecting.on('connect', (response, socket: Socket) => {
      resolve({ status: response.statusCode, socket })
    })
    connecting.on('error', reject)
    connecting.end()
  })
}

/** Asks a server over a connection of its own. */
function ask(port: number, path = '/', bytes = Infinity): Promise<{ bytes: Buffer; end: string }> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\n\r\n`)
  return received(socket, bytes)
}

/** Reads until so many bytes are there, or the connection ends; `end` says in which way. */
function received(socket: Socket | undefined, bytes = Infinity): Promise<{ bytes: Buffer; end: string }> {
  if (socket === undefined) return Promise.reject(new Error('no connection'))
  return new Promise(resolve => {
    let all = Buffer.alloc(0)
    const finish = (end: string): void => {
      socket.destroy()
      resolve({ bytes: all, end })
    }
    socket.on('data', (piece: Buffer) => {
      all = Buffer.concat([all, piece])
      if (all.length >= bytes) finish('enough')
    })
    socket.on('end', () => {
      finish('end')
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      finish(error.code ?? error.message)
    })
  })
}

/** Runs a module in a process of its own. */
function run(
  program: string,
  environment: Readonly<Record<string, string>> = {},
  imports: readonly string[] = [],
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const parameters = [
    ...imports.flatMap(file => ['--import', file]),
    '--input-type=module',
    '--eval',
    program,
  ]
  return new Promise(resolve => {
    execFile(process.execPath, parameters, { env: { ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
