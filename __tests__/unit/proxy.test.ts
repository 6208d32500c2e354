import { getProxyUrl } from '@actions/http-client/lib/proxy'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { NetworkFailure } from '../../src/http/network-errors.ts'
import { parseProxyAddress, proxyFor, proxySecrets } from '../../src/http/proxy.ts'
import { rawText } from '../../src/util/message.ts'
import { fc } from '../support/properties.ts'

const URL_BEHIND = new URL('https://codearts.test')

/** The toolkit reads the variables of this process. */
const VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'] as const
const before = VARIABLES.map(name => [name, process.env[name]] as const)

beforeEach(() => {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name)
})

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
})

describe('a proxy address that can be used', () => {
  test.each([
    ['http://proxy.test:3128', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['http://proxy.test:3128/', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['HTTP://Proxy.TEST:3128', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['https://proxy.test', 'https: proxy.test proxy.test 443 - -'],
    ['http://proxy.test', 'http: proxy.test proxy.test 80 - -'],
    ['proxy.test:3128', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['localhost:3128', 'http: localhost:3128 localhost 3128 - -'],
    ['proxy', 'http: proxy proxy 80 - -'],
    ['10.0.0.1:3128', 'http: 10.0.0.1:3128 10.0.0.1 3128 - -'],
    ['[2001:db8::1]:3128', 'http: [2001:db8::1]:3128 2001:db8::1 3128 - -'],
    ['http://u:p@[::1]:3128/', 'http: [::1]:3128 ::1 3128 u p'],
    ['proxy.test:3128\n', 'http: proxy.test:3128 proxy.test 3128 - -'],
    [' http://u:p@proxy.test:3128/\r\n', 'http: proxy.test:3128 proxy.test 3128 u p'],
    [' http://proxy.test:3128\n', 'http: proxy.test:3128 proxy.test 3128 - -'],
    // Without an @ nothing can be sent elsewhere by mistake; the toolkit takes these too.
    ['http://proxy.test:3128/path?query#fragment', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['http:/proxy.test:3128', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['//proxy.test:3128', 'http: proxy.test:3128 proxy.test 3128 - -'],
    ['http://user:pw@proxy.test:3128', 'http: proxy.test:3128 proxy.test 3128 user pw'],
    ['user:pw@proxy.test:3128', 'http: proxy.test:3128 proxy.test 3128 user pw'],
    ['user:pw@proxy.test:3128/', 'http: proxy.test:3128 proxy.test 3128 user pw'],
    ['user@proxy.test', 'http: proxy.test proxy.test 80 user -'],
    ['SecretTok3n123:@127.0.0.1:1', 'http: 127.0.0.1:1 127.0.0.1 1 SecretTok3n123 -'],
    [':pw@proxy.test', 'http: proxy.test proxy.test 80 - pw'],
    ['@proxy.test', 'http: proxy.test proxy.test 80 - -'],
    ['http://http:pw@proxy.test', 'http: proxy.test proxy.test 80 http pw'],
    ['https://svc:2024%2FWinter!pass@proxy.test', 'https: proxy.test proxy.test 443 svc 2024/Winter!pass'],
    ['http://do%3Amain:p%40ss%2Fw:rd%23@proxy.test', 'http: proxy.test proxy.test 80 do:main p@ss/w:rd#'],
    ['http://user:p@ss@proxy.test', 'http: proxy.test proxy.test 80 user p@ss'],
    ['http://büilder:密码@proxy.test', 'http: proxy.test proxy.test 80 büilder 密码'],
  ])('%j', (address, expected) => {
    const proxy = parseProxyAddress(address)
    if (proxy === undefined) throw new Error('the address was refused')
    const { protocol, host, hostname, port, ...user } = proxy
    const [username, password] = [user.username, user.password].map(part => (part === '' ? '-' : part))
    expect([protocol, host, hostname, port, username, password].join(' ')).toBe(expected)
  })

  test('is none that the toolkit stumbles over: it reads the variable once more', () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9.:%@/?#\\[\] \n\t\u00a0é!-]{0,8}$/)
    const scheme = fc.constantFrom('', 'http://', 'https://', 'http:/', 'HTTP://', '//', 'user:', 'socks5://')
    fc.assert(
      fc.property(scheme, part, fc.constantFrom('', '@'), part, (start, one, at, other) => {
        const address = `${start}${one}${at}${other}`
        fc.pre(address !== '' && parseProxyAddress(address) !== undefined)
        process.env['https_proxy'] = address
        expect(() => getProxyUrl(URL_BEHIND)).not.toThrow()
      }),
      { numRuns: 500 },
    )
  })

  test('leads where the toolkit would go, with the same user and password', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9%@:!*'();&=+$,~_.\[\]-]{0,12}$/)
    fc.assert(
      fc.property(fc.constantFrom('http://', 'https://'), word, word, (scheme, user, password) => {
        const address = `${scheme}${user}:${password}@proxy.test:8080`
        const proxy = parseProxyAddress(address)
        if (proxy === undefined) return
        process.env['https_proxy'] = address
        const theirs = getProxyUrl(URL_BEHIND)
        expect([proxy.host, proxy.username, proxy.password]).toEqual([
          theirs?.host,
          theirs?.username,
          theirs?.password,
        ])
      }),
      { numRuns: 500 },
    )
  })
})

/** With an @ that the form does not allow for: one piece of each is a secret. */
const REFUSED_WITH_USER: readonly (readonly [address: string, userInfo: string])[] = [
  ['http://svc:2024/Winter!pass@127.0.0.1:3128', 'svc:2024/Winter!pass'],
  ['http://svc:2024#Winter!pass@127.0.0.1:3128', 'svc:2024#Winter!pass'],
  ['http://svc:2024?Winter!pass@127.0.0.1:3128', 'svc:2024?Winter!pass'],
  ['http://svc:2024\\Winter!pass@127.0.0.1:3128', 'svc:2024\\Winter!pass'],
  ['svc:2024/Winter!pass@127.0.0.1:3128', 'svc:2024/Winter!pass'],
  ['http:/user:pw@h:1', 'user:pw'],
  ['http:user:pw@h:1', 'user:pw'],
  ['https:///user:pw@h:1', 'user:pw'],
  ['HTTPS:user:pw@h:1', 'user:pw'],
  ['//user:pw@h:1', 'user:pw'],
  ['/user:pw@h:1', 'user:pw'],
  ['http:\\\\user:pw@h:1', 'user:pw'],
  ['http://proxy.test:3128/path@x', 'proxy.test:3128/path'],
  ['http://proxy.test:3128?query=@x', 'proxy.test:3128?query='],
  ['http://user:pw@proxy.test/path', 'user:pw'],
  ['http://user:pw@proxy.test?query', 'user:pw'],
  ['http://user:pw@proxy.test/#', 'user:pw'],
  ['http://user:pw@', 'user:pw'],
  ['http://user:pw@:3128', 'user:pw'],
  ['http://user:pw@ho st', 'user:pw'],
  ['http://us er:pw@host', 'us er:pw'],
  ['http://user:p\tw@host', 'user:p\tw'],
  ['http://user:pw%zz@host', 'user:pw%zz'],
  ['http://user:pw%ff@host', 'user:pw%ff'],
  ['http://user:pw@host:99999', 'user:pw'],
  ['http://user:pw@host:port', 'user:pw'],
  ['socks5://user:pw@host:1080', 'user:pw'],
  ['ftp://user:pw@host', 'user:pw'],
  ['://user:pw@host', '://user:pw'],
]

const REFUSED_WITHOUT_USER: readonly string[] = [
  'socks5://proxy.test:1080',
  'file:///proxy',
  'http://',
  'http://proxy.test:99999',
  'http://user:pw%40proxy.test',
  'proxy.test:port',
  'ho st',
  // The toolkit does not take this one either.
  ' proxy.test:3128',
  ' ',
]

describe('any other is refused at once, with no piece of it shown', () => {
  test.each(REFUSED_WITH_USER)('%j', (address, userInfo) => {
    expect(refusal(address)).toBe('the variable is HTTPS_PROXY, which takes http:// and https:// alone')
    expect(proxySecrets(URL_BEHIND)).toContainEqual({ kind: 'password', value: userInfo })
  })

  test.each(REFUSED_WITHOUT_USER)('%j', address => {
    expect(refusal(address)).toBe('the variable is HTTPS_PROXY, which takes http:// and https:// alone')
    expect(proxySecrets(URL_BEHIND)).toEqual([])
  })

  function refusal(address: string): string {
    process.env['HTTPS_PROXY'] = address
    try {
      proxyFor(URL_BEHIND)
    } catch (error) {
      if (!(error instanceof NetworkFailure)) throw error
      expect(error.error).toMatchObject({ kind: 'proxy_address', retryable: false })
      return rawText(error.error.message)
    }
    throw new Error('the address was taken')
  }
})

describe('the secrets of the proxy that is used', () => {
  test.each<[address: string, secrets: Readonly<Record<string, string>>]>([
    ['http://proxy.test', {}],
    // A user is no secret, not even one that looks like it: the runner would drop job outputs that contain it.
    ['http://main@proxy.test', {}],
    ['http://SecretTok3n123:@proxy.test', {}],
    ['http://user:pw@proxy.test', { pw: 'password', 'user:pw': 'basic' }],
    ['user:pw@proxy.test', { pw: 'password', 'user:pw': 'basic' }],
    ['http://u:p%40%2F@proxy.test', { 'p%40%2F': 'password', 'p@/': 'password', 'u:p@/': 'basic' }],
    ['http://:pw@proxy.test', { pw: 'password', ':pw': 'basic' }],
  ])('%s', (address, secrets) => {
    process.env['https_proxy'] = address
    const found = proxySecrets(URL_BEHIND).map(({ kind, value }) => [value, kind])
    expect(Object.fromEntries(found)).toEqual(secrets)
  })

  test.each([
    ['a proxy for http', { HTTP_PROXY: 'http://u:1234@127.0.0.1:9' }, URL_BEHIND],
    [
      'one that NO_PROXY leads past',
      { HTTPS_PROXY: 'http://u:1234@h', NO_PROXY: 'codearts.test' },
      URL_BEHIND,
    ],
    ['one for a URL on this machine', { HTTPS_PROXY: 'http://u:1234@h' }, new URL('https://127.0.0.1')],
    [
      'one for plain http',
      { https_proxy: 'http://u:1234@h', http_proxy: 'http://u:1@h' },
      new URL('http://localhost'),
    ],
    ['the second of two', { https_proxy: 'http://h', HTTPS_PROXY: 'http://u:1234@h' }, URL_BEHIND],
  ])('are not those of %s', (_, variables, url) => {
    Object.assign(process.env, variables)
    expect(proxySecrets(url)).toEqual([])
  })
})

describe('NO_PROXY that names', () => {
  test.each([
    ['the host', 'codearts.test', false],
    ['the host in capitals', 'CODEARTS.TEST', false],
    ['the host and the port', 'codearts.test:443', false],
    ['its domain', 'test', false],
    ['its domain after a dot', '.test', false],
    ['one of several', 'a.example, codearts.test ,b.example', false],
    ['everything', '*', false],
    ['another host', 'other.test', true],
    ['another port', 'codearts.test:8443', true],
    ['a part of a word', 'est', true],
    ['a longer name', 'x.codearts.test', true],
    ['nothing', ' ', true],
  ])('%s', (_name, noProxy, isProxied) => {
    Object.assign(process.env, { HTTPS_PROXY: 'http://proxy.test:8080', NO_PROXY: noProxy })
    expect(proxyFor(URL_BEHIND)?.host).toBe(isProxied ? 'proxy.test:8080' : undefined)
  })
})
