import { buildNoOf, MAX_BUILD_NO } from '../codearts/json.ts'
import { isJwt } from '../credentials/oidc.ts'
import { branchName, tagName } from '../util/git-refs.ts'
import { isSecure } from '../util/secure-url.ts'

/** Returns the value of an input's text, or undefined for a text that the input does not accept. */
export type Parse<T> = (text: string) => T | undefined

/** @returns a parser that accepts what matches, unchanged. */
function matching(pattern: RegExp): Parse<string> {
  return text => (pattern.test(text) ? text : undefined)
}

export const parseJobId = matching(/^[0-9A-Za-z]{32}$/)

/** What `build_no` accepts, for people. */
export const BUILD_NO_ACCEPTS = `a whole number from 1 to ${MAX_BUILD_NO}, or latest`

/** @returns the number of a build, or `latest`. */
export const parseBuildNo: Parse<number | 'latest'> = text => (text === 'latest' ? text : buildNoOf(text))

/** @returns the commit, or the first digits of one, as given. */
export const parseCommit = matching(/^[0-9A-Fa-f]{7,64}$/)

/** @returns the branch without `refs/heads/`; undefined if nothing is left, because then nothing would be checked. */
export const parseBranch: Parse<string> = text => branchName(text) || undefined

/** @returns the tag without `refs/tags/`. */
export const parseTag: Parse<string> = text => tagName(text) || undefined

/** @returns the base URL of a service, without a slash at its end. */
export const parseEndpoint: Parse<URL> = text => {
  // The URL parser drops line ends and tabs inside a URL and changes `\` to `/`: a text that it would change is refused.
  if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!isSecure(url)) return undefined
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** Visible ASCII: what a header can contain unchanged. */
export const parseVisibleAscii = matching(/^[\x21-\x7e]+$/)

/** A comma would end the ID in the `Authorization` header. */
export const parseAccessKey: Parse<string> = text =>
  text.includes(',') ? undefined : parseVisibleAscii(text)

export const parseProjectId = matching(/^[0-9A-Za-z_-]{1,64}$/)

export const parseAudience = matching(/^\P{Cc}+$/u)

/** @returns an OIDC token: a JWT of at most the length that STS takes. */
export const parseIdToken: Parse<string> = text => (isJwt(text) ? text : undefined)

/** @returns a parser of `iam::ACCOUNT_ID:TYPE:NAME`. */
export function urnOf(type: 'oidcProvider' | 'agency'): Parse<string> {
  return matching(new RegExp(`^iam::[^:\\p{Cc}]+:${type}:\\P{Cc}+$`, 'u'))
}
