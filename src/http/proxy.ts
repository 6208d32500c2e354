import { checkBypass, getProxyUrl } from '@actions/http-client/lib/proxy'

/** The variables that name a proxy, as the toolkit reads them: either case, https first. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const

/** Shorter user names are words; masking one would star out half of the log and hide nothing. */
const MIN_MASKED_USER_CHARACTERS = 4

/**
 * @returns what a log must not show of the proxies that the environment names: `passwords` in every spelling that may
 * turn up (as given, decoded, in the Basic credential), and `users`. Read without the URL parser, so that a proxy
 * address that is no URL gives away nothing either.
 */
export function proxySecrets(environment: Readonly<Record<string, string | undefined>>): {
  readonly passwords: readonly string[]
  readonly users: readonly string[]
} {
  const passwords: string[] = []
  const users: string[] = []
  for (const variable of PROXY_VARIABLES) {
    const address = environment[variable]
    if (address === undefined) continue
    const userInfo = /^\s*(?:[a-z][a-z0-9+.-]*:\/\/)?([^/]*)@/i.exec(address)?.[1]
    if (userInfo === undefined) continue
    const colon = userInfo.indexOf(':')
    const user = colon < 0 ? userInfo : userInfo.slice(0, colon)
    const password = colon < 0 ? '' : userInfo.slice(colon + 1)
    const basic = `${decoded(user)}:${decoded(password)}`
    passwords.push(password, decoded(password), Buffer.from(basic).toString('base64'))
    users.push(...[user, decoded(user)].filter(name => name.length >= MIN_MASKED_USER_CHARACTERS))
  }
  return { passwords: passwords.filter(password => password !== ''), users }
}

/**
 * @returns the proxy that a request to this URL goes through, with user and password decoded, or undefined when it goes
 * straight (no proxy named, or NO_PROXY excepts the host; loopback is never sent through a proxy).
 * @throws Error when the variable is not the address of an HTTP proxy; the message does not show its value.
 */
export function proxyOf(url: URL): URL | undefined {
  if (checkBypass(url) || !namesProxy(url)) return undefined
  let proxy: URL | undefined
  try {
    proxy = getProxyUrl(url)
  } catch {
    // As below.
  }
  if (proxy === undefined)
    throw new Error('the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY) is not a URL')
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new Error(
      `the proxy that the environment names speaks ${proxy.protocol}, and only http: and https: proxies work`,
    )
  }
  return proxy
}

function namesProxy({ protocol }: URL): boolean {
  const name = protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  return [name, name.toUpperCase()].some(variable => (process.env[variable] ?? '') !== '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
