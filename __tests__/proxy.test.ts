import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { proxyOf } from '../src/http/proxy.ts'
import { annotations, findCommands } from '../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../tools/runner/run-action.ts'
import { masked } from '../tools/runner/shown-log.ts'
import { createTestAuthority, TEST_HOST, type TestAuthority } from './support/certificates.ts'
import { startConnectProxy, type ConnectProxyOptions, type ProxyMode } from './support/connect-proxy.ts'
import { TEST_TOKEN } from './support/environment.ts'
import { startFaultServer, type FaultServer } from './support/fault-server.ts'
import { answer } from './support/faults/answers.ts'
import type { Fault, Peer } from './support/faults.ts'
import { BUILD_NO, JOB_ID } from './support/passing-build.ts'
import { preloads } from './support/preloads.ts'

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

  test.each([
    ['the host', TEST_HOST, false],
    ['the host in capitals', TEST_HOST.toUpperCase(), false],
    ['the host and the port', `${TEST_HOST}:443`, false],
    ['its domain', 'test', false],
    ['its domain after a dot', '.test', false],
    ['one of several', `a.example, ${TEST_HOST} ,b.example`, false],
    ['everything', '*', false],
    ['another host', 'other.test', true],
    ['another port', `${TEST_HOST}:8443`, true],
    ['a part of a word', 'est', true],
    ['a longer name', `x.${TEST_HOST}`, true],
    ['nothing', ' ', true],
  ])('that names %s', (_name, noProxy, isProxied) => {
    withVariables({ HTTPS_PROXY: 'http://proxy.test:8080', NO_PROXY: noProxy }, () => {
      expect(proxyOf(new URL(`https://${TEST_HOST}`))?.host).toBe(isProxied ? 'proxy.test:8080' : undefined)
    })
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
  ])('%s: is let in, masks both, and shows neither', async (_name, user, password, userInfo) => {
    const { run, connects } = await gateThrough(
      { mode: 'needs-credentials', user, password },
      url => ({ HTTPS_PROXY: url.replace('http://', `http://${userInfo}@`) }),
      { debug: true },
    )
    expectPassed(run)
    expect(connects).toHaveLength(1)
    const secrets = [user, password, ...userInfo.split(':')].filter(text => text !== '')
    expect(masksOf(run)).toEqual(expect.arrayContaining(secrets))
    expectHidden(run, secrets)
  })

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
    ['cut', 'the connection was cut', 4],
    ['reset', 'the connection was cut', 4],
    ['garbage', 'the answer is not HTTP', 4],
    ['cut-after-open', 'the connection was cut', 4],
    ['silent-after-open', 'waiting for codearts.test behind the proxy', 4],
    ['bytes-behind-200', '', 4],
  ])('%s', async (mode, words, tries) => {
    const { run, connects, requests } = await gateThrough({ mode }, url => ({ HTTPS_PROXY: url }), SHORTLY)
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

  test.each<[string, Pick<Fault, 'level' | 'write'>]>([
    ['says nothing', { level: 'connection', write: () => undefined }],
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
      'does not speak TLS',
      {
        level: 'connection',
        write: async peer => {
          await peer.send('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
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
    const run = await runDist(`https://${TEST_HOST}`, { HTTPS_PROXY: proxy.url }, SHORTLY)
    expectUnreachable(run, '')
    expect(proxy.connects).toHaveLength(4)
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
    expectUnreachable(run, 'the connection was cut')
    expect(behind.requests).toHaveLength(4)
  })
})

describe('a variable that is not the address of a proxy', () => {
  test.each([
    ['is no URL', 'http://builder:Pr0xyPassw0rd@ho st:x'],
    ['is no URL and has no scheme', ':// builder:Pr0xyPassw0rd@'],
    ['has a port out of range', 'http://builder:Pr0xyPassw0rd@proxy.test:99999'],
    ['has a stray percent sign in the password', 'http://builder:Pr0xyPassw0rd%zz@proxy.test:8080'],
    ['is for SOCKS', 'socks5://builder:Pr0xyPassw0rd@proxy.test:1080'],
    ['has no scheme, but user and password', 'builder:Pr0xyPassw0rd@proxy.test:8080'],
    ['is a file', 'file:///builder/Pr0xyPassw0rd'],
  ])('%s: ends after no request at all, and is not shown', async (_name, value) => {
    const run = await runDist(
      `https://${TEST_HOST}:${server.port}`,
      { HTTPS_PROXY: value },
      {
        debug: true,
        imports: [RESOLVE_TEST_HOST],
      },
    )
    expectUnreachable(run, 'the proxy that the environment names')
    expect(run.log).toContain('HTTPS_PROXY')
    expectHidden(run, ['Pr0xyPassw0rd', value])
  })
})

/** For runs that try again, or that wait for a deadline. */
const SHORTLY: Through = { imports: [preloads.shortenTime] }

interface Through {
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

function runDist(endpoint: string, variables: Variables, { imports = [], debug = false }: Through = {}) {
  return runAction({
    inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint },
    env: { NODE_EXTRA_CA_CERTS: authority.caFile, ...variables },
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

/** The toolkit reads the variables of this process: they are there for the call alone. */
function withVariables(variables: Variables, call: () => void): void {
  const before = Object.keys(variables).map(name => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  try {
    call()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
    }
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
