import { checkBypass } from '@actions/http-client/lib/proxy'
import { NetworkFailure } from './network-errors.ts'

export interface Proxy {
  readonly protocol: 'http:' | 'https:'
  /** Host and port as in a URL: the only part of the address that may be shown. */
  readonly host: string
  /** The host for a socket: an IPv6 address without brackets. */
  readonly hostname: string
  readonly port: number
  /** Decoded; empty where the address has none. */
  readonly username: string
  readonly password: string
}

/** The secret part of a proxy address. A user name is not a secret. */
interface ProxySecret {
  /** `basic` is `user:password`. */
  readonly kind: 'password' | 'basic'
  readonly value: string
}

/**
 * @returns the proxy that a request to this URL goes through, or undefined when it goes straight: no proxy is named, NO_PROXY
 * excepts the host, or the host is loopback (both by the toolkit's rules). Plain http never leaves this machine.
 * @throws NetworkFailure when the variable is not the address of a proxy; no piece of it is shown.
 */
export function proxyFor(url: URL): Proxy | undefined {
  const named = addressFor(url)
  if (named === undefined) return undefined
  const proxy = parseProxyAddress(named.address)
  if (proxy !== undefined) return proxy
  const message = [`the variable is ${named.variable}, which takes http:// and https:// alone`]
  throw new NetworkFailure({ kind: 'proxy_address', message, retryable: false })
}

/** @returns the secrets of the proxy that a request to this URL goes through, or would if its address were one. */
export function proxySecrets(url: URL): readonly ProxySecret[] {
  const address = addressFor(url)?.address
  if (address === undefined) return []
  const userInfo = userInfoIn(address)
  const given = split(userInfo).password
  const proxy = parseProxyAddress(address)
  // Of an address that is refused, all that stands ahead of its last `@` may be secret.
  if (proxy === undefined) return secretsOf(['password', userInfo], ['password', given])
  const { password } = proxy
  if (password === '') return []
  return secretsOf(['password', given], ['password', password], ['basic', `${proxy.username}:${password}`])
}

/**
 * Parses `[http://|https://][user[:password]@]host[:port][/]`, where user and password have their special characters
 * percent-encoded. An address without `@` has no secret that a wrong guess could send elsewhere: there, as in the toolkit,
 * whatever follows the port is ignored.
 * @returns undefined for everything else.
 */
export function parseProxyAddress(address: string): Proxy | undefined {
  const match = /^(?:[ \t\r\n]*(https?:\/\/)|(?!https?:))([^/\\?#\s]*)@([^@/\\?#\s]+)\/?[ \t\r\n]*$/i.exec(
    address,
  )
  if (match === null && address.includes('@')) return undefined
  const [, scheme = '', userInfo = '', host = address] = match ?? []
  const url = httpUrl(scheme + host)
  const { username, password } = split(userInfo)
  const [user, secret] = [decoded(username), decoded(password)]
  if (url === undefined || user === undefined || secret === undefined) return undefined
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:'
  return {
    protocol,
    host: url.host,
    hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (protocol === 'https:' ? 443 : 80),
    username: user,
    password: secret,
  }
}

/** The variables in which the toolkit looks for the address of the https proxy: the first one that is not empty. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY'] as const

function addressFor(url: URL): { readonly variable: string; readonly address: string } | undefined {
  if (url.protocol !== 'https:' || checkBypass(url)) return undefined
  const named = PROXY_VARIABLES.map(variable => ({ variable, address: process.env[variable] ?? '' }))
  return named.find(({ address }) => address !== '')
}

function httpUrl(text: string): URL | undefined {
  const written = URL.canParse(text) ? new URL(text) : undefined
  if (written?.protocol === 'http:' || written?.protocol === 'https:') return written
  const withScheme = `http://${text}`
  return text.includes('://') || !URL.canParse(withScheme) ? undefined : new URL(withScheme)
}

/** @returns what stands between the scheme and the last `@`, whatever the address looks like. */
function userInfoIn(address: string): string {
  return /^\s*(?:https?:|[a-z][a-z0-9+.-]*:(?=\/\/))?[/\\]*(.*)@/is.exec(address)?.[1] ?? ''
}

function split(userInfo: string): { readonly username: string; readonly password: string } {
  const colon = userInfo.indexOf(':')
  if (colon < 0) return { username: userInfo, password: '' }
  return { username: userInfo.slice(0, colon), password: userInfo.slice(colon + 1) }
}

function secretsOf(...secrets: readonly (readonly [ProxySecret['kind'], string])[]): ProxySecret[] {
  const values = new Map(secrets.map(([kind, value]) => [value, kind]))
  return [...values].flatMap(([value, kind]) => (value === '' ? [] : [{ kind, value }]))
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
