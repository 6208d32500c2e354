import { once } from 'node:events'
import { createServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { masked } from '../../tools/runner/shown-log.ts'
import { createTestAuthority, TEST_HOST, type TestAuthority } from '../../tools/runner/certificates.ts'
import {
  startConnectProxy,
  type ConnectProxyOptions,
  type ProxyMode,
} from '../support/servers/connect-proxy.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer, type FaultServer } from '../support/servers/fault-server.ts'
import { answer } from '../support/faults/answers.ts'
import type { Fault, Peer } from '../support/faults/faults.ts'
import { BUILD_NO, JOB_ID } from '../support/builders/passing-build.ts'
import { preloads, timeFactor } from '../support/preloads/preloads.ts'

/** A run that is still there after this long hangs. */
const HANGS_AFTER_MS = 15_000

const PASSING = {
  write: async (peer: Peer, body: Buffer) => {
    await peer.send(answer(body))
  },
}

/** A name for the test host without a proxy: a preload that answers what would be asked of DNS. */
const RESOLVE_TEST_HOST = `data:text/javascript,${encodeURIComponent(`
  const dns = process.getBuiltinModule('node:dns')
  const { lookup } = dns
  dns.lookup = (host, ...rest) => lookup(host === '${TEST_HOST}' ? '127.0.0.1' : host, ...rest)`)}`

type Variables = Readonly<Record<string, string>>

let authority: TestAuthority
/** One that nobody trusts. */
let stranger: TestAuthority
let server: FaultServer

beforeAll(async () => {
  ;[authority, stranger] = await Promise.all([createTestAuthority(), createTestAuthority()])
  server = await startFaultServer(PASSING, { tls: await authority.issue() })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await Promise.all([authority, stranger].map(one => one[Symbol.asyncDispose]()))
})

describe('a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('that %s names is used, with TLS from end to end', async name => {
    const { run, connects, requests } = await gateThrough({}, url => ({ [name]: url }))
    expectPassed(run)
    expect(connects).toEqual([
      { target: `${TEST_HOST}:443`, headers: expect.not.objectContaining({ 'x-auth-token': TEST_TOKEN }) },
    ])
    expect(connects.map(({ headers }) => Object.keys(headers).sort())).toEqual([['connection', 'host']])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toContain(`\r\nHost: ${TEST_HOST}`)
  })

  test('may be named without a scheme', async () => {
    const { run, connects } = await gateThrough({}, url => ({ HTTPS_PROXY: url.replace('http://', '') }))
    expectPassed(run)
    expect(connects).toHaveLength(1)
  })

  test('that HTTP_PROXY alone names is not for https', async () => {
    const { run, connects, requests } = await gateThrough({}, url => ({ HTTP_PROXY: url }), {
      imports: [RESOLVE_TEST_HOST],
      port: server.port,
    })
    expectPassed(run)
    expect(connects).toEqual([])
    expect(requests).toHaveLength(1)
  })

  test('is asked for one tunnel, through which one request follows the other', async () => {
    const paths: (string | undefined)[] = []
    const service = createServer(await authority.issue(), ({ url }, response) => {
      paths.push(url)
      response.writeHead(404).end('{}')
    })
    await once(service.listen(0, '127.0.0.1'), 'listening')
    const { port } = service.address() as AddressInfo
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: port } })
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: proxy.url })
    service.close()
    expect(run.outputs.get('reason')).toBe('not_found')
    expect(paths).toHaveLength(3)
    expect(proxy.connects).toHaveLength(1)
  })

  test('is never used for loopback', async () => {
    await using proxy = await startConnectProxy()
    const run = await runDist(server.url, { HTTPS_PROXY: proxy.url, https_proxy: proxy.url })
    expectPassed(run)
    expect(proxy.connects).toEqual([])
  })

  test('an untrusted certificate behind it is refused after one try, whatever the environment says', async () => {
    const { run, connects, requests } = await gateThrough({}, url => ({
      HTTPS_PROXY: url,
      NODE_EXTRA_CA_CERTS: '',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    }))
    expectUnreachable(run, 'the certificate of codearts.test was refused')
    expect(run.log).toContain('NODE_EXTRA_CA_CERTS')
    expect(connects).toHaveLength(1)
    expect(requests).toEqual([])
  })
})

describe('a proxy that is reached by TLS', () => {
  test.each([
    ['its address', '127.0.0.1'],
    ['its name', 'localhost'],
  ])('has a certificate for %s, and opens a tunnel', async (_, host) => {
    const tls = await authority.issue({ names: [host] })
    const { run, connects, requests } = await gateThrough({ tls }, url => ({
      HTTPS_PROXY: url.replace('127.0.0.1', host),
    }))
    expectPassed(run)
    expect(connects).toHaveLength(1)
    expect(requests).toHaveLength(1)
  })

  test.each([
    ['for the host behind it', () => authority],
    ['of an unknown authority', () => stranger],
  ])('and has a certificate %s is asked for nothing, whatever the environment says', async (name, issuer) => {
    const names = name === 'for the host behind it' ? [TEST_HOST] : ['127.0.0.1']
    const { run, connects } = await gateThrough({ tls: await issuer().issue({ names }) }, url => ({
      HTTPS_PROXY: url.replace('://', '://builder:Pr0xyPassw0rd@'),
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    }))
    expectUnreachable(run, 'the certificate of the proxy 127.0.0.1:')
    expect(connects).toEqual([])
    expectHidden(run, ['Pr0xyPassw0rd'])
  })
})

describe('NO_PROXY', () => {
  test.each(['NO_PROXY', 'no_proxy'])('leads past the proxy as %s', async name => {
    const { run, connects, requests } = await gateThrough(
      {},
      url => ({ HTTPS_PROXY: url, [name]: `other.test, ${TEST_HOST}` }),
      { imports: [RESOLVE_TEST_HOST], port: server.port },
    )
    expectPassed(run)
    expect(connects).toEqual([])
    expect(requests).toHaveLength(1)
  })

  test('that names another host does not', async () => {
    const { run, connects } = await gateThrough({}, url => ({ HTTPS_PROXY: url, NO_PROXY: 'other.test' }))
    expectPassed(run)
    expect(connects).toHaveLength(1)
  })
})

describe('a proxy with user and password', () => {
  test.each([
    ['plain', 'builder', 'Pr0xyPassw0rd', 'builder:Pr0xyPassw0rd'],
    [
      'percent-encoded',
      'do:main\\builder',
      'p@ss/w:rd#%?',
      `${enc('do:main\\builder')}:${enc('p@ss/w:rd#%?')}`,
    ],
    ['beyond ASCII', 'büilder', 'pässwörd密码', `${enc('büilder')}:${enc('pässwörd密码')}`],
    ['a password without a user', '', 'Pr0xyPassw0rd', ':Pr0xyPassw0rd'],
    ['a user without a password', 'builder-without-password', '', 'builder-without-password'],
  ])(
    '%s: is let in, masks the password alone, and shows neither',
    async (_name, user, password, userInfo) => {
      const { run, connects } = await gateThrough(
        { mode: 'needs-credentials', user, password },
        url => ({ HTTPS_PROXY: url.replace('http://', `http://${userInfo}@`) }),
        { debug: true },
      )
      expectPassed(run)
      expect(connects).toHaveLength(1)
      const [, givenPassword = ''] = userInfo.split(':')
      const basic = Buffer.from(`${user}:${password}`).toString('base64')
      const secrets = password === '' ? [] : [...new Set([givenPassword, password, basic])]
      expect(masksOf(run)).toEqual([TEST_TOKEN, ...secrets])
      expectHidden(
        run,
        [...secrets, user, userInfo].filter(text => text !== ''),
      )
    },
  )

  test('that are wrong ends after one try, and shows neither', async () => {
    const { run, connects } = await gateThrough(
      { mode: 'needs-credentials', user: 'builder', password: 'right' },
      url => ({ HTTPS_PROXY: url.replace('http://', 'http://builder:Wr0ngPassw0rd@') }),
      { debug: true },
    )
    expectUnreachable(run, 'refused the tunnel (HTTP 407)')
    expect(connects).toHaveLength(1)
    expectHidden(run, ['builder', 'Wr0ngPassw0rd'])
  })

  test('hides them in every try, not in the first alone', async () => {
    const { run, connects } = await gateThrough(
      { mode: 'answers-502', user: 'builder', password: 'Pr0xyPassw0rd' },
      url => ({ HTTPS_PROXY: url.replace('http://', 'http://builder:Pr0xyPassw0rd@') }),
      { ...SHORTLY, debug: true },
    )
    expectUnreachable(run, 'refused the tunnel (HTTP 502)')
    const basic = `Basic ${Buffer.from('builder:Pr0xyPassw0rd').toString('base64')}`
    expect(connects.map(({ headers }) => headers['proxy-authorization'])).toEqual([
      basic,
      basic,
      basic,
      basic,
    ])
    expectHidden(run, ['builder', 'Pr0xyPassw0rd', basic.slice(6)])
  })
})

describe('a proxy that does not open a tunnel ends the run', () => {
  test.each<[ProxyMode, words: string, tries: number]>([
    ['always-407', 'refused the tunnel (HTTP 407)', 1],
    ['answers-403', 'refused the tunnel (HTTP 403)', 1],
    ['answers-302', 'refused the tunnel (HTTP 302)', 1],
    ['answers-502', 'refused the tunnel (HTTP 502)', 4],
    ['silent', 'waiting for the proxy 127.0.0.1:', 4],
    ['endless-headers', 'waiting for the proxy 127.0.0.1:', 4],
    ['cut', 'no complete answer came from the proxy 127.0.0.1:', 4],
    ['reset', 'no complete answer came from the proxy 127.0.0.1:', 4],
    ['garbage', 'the answer is not HTTP', 4],
    ['cut-after-open', 'The connection was cut', 4],
    ['silent-after-open', 'waiting for codearts.test behind the proxy', 4],
    ['bytes-behind-200', '', 4],
  ])('%s', async (mode, words, tries) => {
    const through = words.startsWith('waiting for') ? SHORTEST : SHORTLY
    const { run, connects, requests } = await gateThrough({ mode }, url => ({ HTTPS_PROXY: url }), through)
    expectUnreachable(run, words)
    expect(connects).toHaveLength(tries)
    expect(requests).toEqual([])
  })

  test('that is not there', async () => {
    const gone = await startConnectProxy()
    await gone[Symbol.asyncDispose]()
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: gone.url }, SHORTLY)
    expectUnreachable(run, `the proxy 127.0.0.1:${gone.port} refused the connection`)
  })

  test.each<[string, Pick<Fault, 'level' | 'slow' | 'write'>]>([
    ['says nothing', { level: 'connection', slow: true, write: () => undefined }],
    [
      'is reset',
      {
        level: 'connection',
        write: peer => {
          peer.reset()
        },
      },
    ],
    [
      'hangs up on the request',
      {
        write: peer => {
          peer.close()
        },
      },
    ],
  ])('when the server behind it %s', async (_name, fault) => {
    await using behind = await startFaultServer(
      fault,
      fault.level === 'connection' ? {} : { tls: await authority.issue() },
    )
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: behind.port } })
    const through = fault.slow === true ? SHORTEST : SHORTLY
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: proxy.url }, through)
    expectUnreachable(run, '')
    expect(proxy.connects).toHaveLength(4)
  })

  test('when the server behind it speaks HTTP without TLS, after one try', async () => {
    await using behind = await startHttpWithoutTls()
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: behind.port } })
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: proxy.url }, SHORTLY)
    expectUnreachable(run, `the TLS connection to ${TEST_HOST} failed (`)
    expect(proxy.connects).toHaveLength(1)
  })

  test('and has an https:// address, but speaks no TLS, after one try', async () => {
    await using plain = await startHttpWithoutTls()
    const variables = { HTTPS_PROXY: `https://127.0.0.1:${plain.port}` }
    const run = await runDist(`https://${TEST_HOST}`, variables, SHORTLY)
    expectUnreachable(run, `the TLS connection to the proxy 127.0.0.1:${plain.port} failed (`)
    expect(run.log).toContain('HTTPS_PROXY if it begins with https://')
    expect(run.log).not.toContain('tries')
  })

  test('whose host name is not known', async () => {
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: 'http://proxy.invalid:3128' }, SHORTLY)
    expectUnreachable(run, 'no address of the proxy proxy.invalid:3128 was found (')
  })

  test('when the answer behind it is cut', async () => {
    await using behind = await startFaultServer(
      {
        async write(peer, body) {
          await peer.send(answer(body).subarray(0, -10))
          peer.reset()
        },
      },
      { tls: await authority.issue() },
    )
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: behind.port } })
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: proxy.url }, SHORTLY)
    expectUnreachable(run, 'The connection was cut')
    expect(behind.requests).toHaveLength(4)
  })
})

describe('a variable that is not the address of a proxy', () => {
  // The unit tests of proxy.ts have the other forms; these are the ways in which dist/ could show a piece of one.
  test.each([
    ['has a slash in the password', 'http://svc:2024/Winter!pass@127.0.0.1:3128', ['2024', 'Winter', 'svc']],
    [
      'has a number sign in the password',
      'http://svc:2024#Winter!pass@127.0.0.1:3128',
      ['2024', 'Winter', 'svc'],
    ],
    ['has one slash', 'http:/builder:Pr0xyPassw0rd@127.0.0.1:3128', ['Pr0xy', 'builder']],
    ['has no scheme, but slashes', '//builder:Pr0xyPassw0rd@127.0.0.1:3128', ['Pr0xy', 'builder']],
    ['has a stray percent sign', 'http://builder:Pr0xyPassw0rd%zz@proxy.test:8080', ['Pr0xy', 'builder']],
    ['is for SOCKS', 'socks5://builder:Pr0xyPassw0rd@proxy.test:1080', ['Pr0xy', 'builder', 'socks5']],
    ['is no URL', 'http://builder:Pr0xyPassw0rd@ho st:x', ['Pr0xy', 'builder']],
    ['is a file', 'file:///builder/Pr0xyPassw0rd', ['Pr0xy', 'builder']],
  ])('%s: ends after no request at all, and no piece of it is shown', async (_name, value, pieces) => {
    const run = await runDist(
      `https://${TEST_HOST}:${server.port}`,
      { HTTPS_PROXY: value },
      { debug: true, imports: [RESOLVE_TEST_HOST] },
    )
    expectUnreachable(run, 'HTTPS_PROXY is not the address of a proxy. Set it to http://')
    expectHidden(run, [value, ...pieces])
  })
})

test('an address without a scheme that has a user goes to that proxy, and the user is not shown', async () => {
  const { run, connects } = await gateThrough({}, url => ({
    HTTPS_PROXY: url.replace('http://', 'SecretTok3n123:@'),
  }))
  expectPassed(run)
  expect(connects).toHaveLength(1)
  expectHidden(run, ['SecretTok3n123'])
})

/** For runs that try again. */
const SHORTLY: Through = { imports: [preloads.shortenTime] }
/** For those that wait for the deadline of each try. */
const SHORTEST: Through = { ...SHORTLY, slow: true }

interface Through {
  readonly slow?: true
  readonly imports?: readonly string[]
  /** The port in the endpoint; that of https when left out. */
  readonly port?: number
  readonly debug?: boolean
}

/** Runs dist/ with the test host behind a proxy. `requests` are those that reached the service in this run. */
async function gateThrough(
  options: ConnectProxyOptions,
  variables: (proxyUrl: string) => Variables,
  { port, ...through }: Through = {},
) {
  await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port }, ...options })
  const before = server.requests.length
  const endpoint = `https://${TEST_HOST}${port === undefined ? '' : `:${port}`}`
  const run = await runDist(endpoint, variables(proxy.url), through)
  return { run, connects: [...proxy.connects], requests: server.requests.slice(before) }
}

/** A server of plain HTTP, which waits for a request as servers do. */
async function startHttpWithoutTls() {
  const plain = createTcpServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'))
  })
  await once(plain.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (plain.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await new Promise(resolve => plain.close(resolve))
    },
  }
}

function runDist(
  endpoint: string,
  variables: Variables,
  { imports = [], debug = false, ...time }: Through = {},
) {
  return runAction({
    inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint },
    env: { NODE_EXTRA_CA_CERTS: authority.caFile, ...timeFactor(time), ...variables },
    imports,
    debug,
    killAfterMs: HANGS_AFTER_MS,
  })
}

function expectPassed(run: ActionRun): void {
  expect(annotations(run.log)).toEqual([])
  expect(run.stderr).toBe('')
  expect({ exitCode: run.exitCode, signal: run.signal }).toEqual({ exitCode: 0, signal: null })
}

function expectUnreachable(run: ActionRun, words: string): void {
  expect({ exitCode: run.exitCode, signal: run.signal }).toEqual({ exitCode: 1, signal: null })
  expect(run.outputs.get('reason')).toBe('unreachable')
  expect(annotations(run.log)).toEqual([
    {
      level: 'error',
      title: 'CodeArts Build Gate: unreachable',
      message: expect.stringContaining(words) as unknown,
    },
  ])
}

/** Neither in a summary nor in an output, nor in the log as a person sees it; masked ahead of all other lines. */
function expectHidden(run: ActionRun, secrets: readonly string[]): void {
  expect(maskLines(run)).toEqual(masksOf(run).map((_, index) => index + 1))
  const places = [
    masked(run.log, { debug: true }),
    run.stderr,
    run.summary,
    run.state,
    ...run.outputs.values(),
  ]
  for (const secret of secrets) {
    for (const place of places) expect(place).not.toContain(secret)
  }
}

function masksOf(run: ActionRun): string[] {
  return findCommands(run.log).flatMap(({ name, data }) => (name === 'add-mask' ? [data] : []))
}

function maskLines(run: ActionRun): number[] {
  return findCommands(run.log).flatMap(({ name, lineNumber }) => (name === 'add-mask' ? [lineNumber] : []))
}

function enc(text: string): string {
  return encodeURIComponent(text)
}
