import { buildNoOf, MAX_BUILD_NO } from '../codearts/json.ts'
import { isJwt } from '../credentials/oidc.ts'
import { branchName, tagName } from '../util/git-refs.ts'
import { isSecure } from '../util/secure-url.ts'

/** What an input accepts, in words, and the value of a text; undefined for a text that it does not accept. */
export interface Kind<T> {
  readonly accepts: string
  readonly parse: (text: string) => T | undefined
}

/** @returns what is accepted where a test holds, unchanged. */
function textThat(accepts: string, isAccepted: (text: string) => boolean): Kind<string> {
  return { accepts, parse: text => (isAccepted(text) ? text : undefined) }
}

function matching(accepts: string, pattern: RegExp): Kind<string> {
  return textThat(accepts, text => pattern.test(text))
}

/** @returns the same under a name. */
export function named(name: string, kind: Kind<string>): Kind<string> {
  return { ...kind, accepts: `${name}, ${kind.accepts}` }
}

/** The toolkit's rule for booleans (`getBooleanInput`): YAML 1.2's spellings and no others. */
export const BOOLEAN: Kind<boolean> = {
  accepts: 'true or false',
  parse: text =>
    ['true', 'True', 'TRUE'].includes(text) ||
    (['false', 'False', 'FALSE'].includes(text) ? false : undefined),
}

/** @returns a decimal number in digits: no exponent, no unit. */
function decimal(range: string, isWithin: (value: number) => boolean): Kind<number> {
  const parse = (text: string): number | undefined =>
    /^[0-9]+(\.[0-9]+)?$/.test(text) && isWithin(Number(text)) ? Number(text) : undefined
  return { accepts: `a decimal number ${range}`, parse }
}

export const TIMEOUT_MINUTES = decimal('above 0, at most 1440', value => value > 0 && value <= 1_440)
export const POLL_INTERVAL_SECONDS = decimal('from 1 to 300', value => value >= 1 && value <= 300)
export const DISCOVERY_MINUTES = decimal('from 0 to 1440', value => value <= 1_440)

/** 1000 long lines are about what fits into a job summary. */
export const LOG_LINES: Kind<number> = {
  accepts: 'a whole number from 0 to 1000',
  parse: text => (/^[0-9]{1,4}$/.test(text) && Number(text) <= 1_000 ? Number(text) : undefined),
}

export const BUILD_NO: Kind<number | 'latest'> = {
  accepts: `a whole number from 1 to ${MAX_BUILD_NO}, or latest`,
  parse: text => (text === 'latest' ? text : buildNoOf(text)),
}

/** A commit, or the first digits of one, as given. */
export const COMMIT = matching('7 to 64 hexadecimal digits', /^[0-9A-Fa-f]{7,64}$/)

/** Without `refs/heads/`; if nothing is left, nothing would be checked. */
export const BRANCH: Kind<string> = {
  accepts: 'the name of a branch',
  parse: text => branchName(text) || undefined,
}

export const TAG: Kind<string> = { accepts: 'the name of a tag', parse: text => tagName(text) || undefined }

/** The base URL of a service, without a slash at its end. */
export const ENDPOINT: Kind<URL> = {
  accepts: 'an https:// URL without user, password, query or fragment (http:// for this machine only)',
  parse(text) {
    // The URL parser drops line ends and tabs inside a URL and changes `\` to `/`: a text that it would change is refused.
    if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text)) return undefined
    const url = new URL(text)
    if (!isSecure(url)) return undefined
    url.pathname = url.pathname.replace(/\/+$/, '')
    return url
  },
}

/** What a header can contain unchanged. */
export const VISIBLE_ASCII = matching('visible ASCII characters only', /^[\x21-\x7e]+$/)

/** A comma would end the ID in the `Authorization` header. */
export const ACCESS_KEY = matching(`${VISIBLE_ASCII.accepts}, without a comma`, /^[\x21-\x2b\x2d-\x7e]+$/)

export const PROJECT_ID = matching('a project ID (letters, digits, - and _)', /^[0-9A-Za-z_-]{1,64}$/)

export const AUDIENCE = matching('a text without control characters', /^\P{Cc}+$/u)

export const ID_TOKEN = textThat('an OIDC token, a JWT of three parts with dots between them', isJwt)

function urn(what: string, type: 'oidcProvider' | 'agency'): Kind<string> {
  const pattern = new RegExp(`^iam::[^:\\p{Cc}]+:${type}:\\P{Cc}+$`, 'u')
  return matching(`the URN of ${what}, iam::ACCOUNT_ID:${type}:NAME`, pattern)
}

export const PROVIDER_URN = urn('an OIDC identity provider', 'oidcProvider')
export const AGENCY_URN = urn('a trust agency', 'agency')
