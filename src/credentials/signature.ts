import { createHash, createHmac } from 'node:crypto'
import type { HttpRequest } from '../http/http-client.ts'

/** A pair of keys, permanent or temporary. */
export interface AccessKeys {
  /** The access key ID (AK), which is sent. */
  readonly accessKey: string
  /** The secret access key (SK), which is never sent. */
  readonly secretKey: string
}

const ALGORITHM = 'SDK-HMAC-SHA256'

/**
 * Signs a request with SDK-HMAC-SHA256. Source: the service's page devg-apisign/api-sign-algorithm-001. Where the two
 * official signers differ, that page decides; see docs/development/signatures.md.
 * @param request all its headers are signed, and `Host` from its URL; none may change on the way. A `+` in its query is a
 * plus sign (RFC 3986), not a space.
 * @param date when it is sent: the service refuses a signature that differs from its clock by more than 15 minutes.
 * @returns the headers to add, and the signature, 64 hex digits: the secret part of `Authorization`.
 */
export function sign(request: HttpRequest, { accessKey, secretKey }: AccessKeys, date: Date) {
  const sdkDate = sdkDateOf(date)
  const headers = headersToSign(request, sdkDate)
  const names = headers.map(([name]) => name).join(';')
  const canonicalRequest = [
    request.method,
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.search),
    // Each header ends its line, so the block ends with an empty one.
    headers.map(([name, value]) => `${name}:${value}\n`).join(''),
    names,
    sha256(request.body ?? ''),
  ].join('\n')
  const stringToSign = [ALGORITHM, sdkDate, sha256(canonicalRequest)].join('\n')
  const signature = createHmac('sha256', secretKey).update(stringToSign).digest('hex')
  return {
    headers: {
      'X-Sdk-Date': sdkDate,
      Authorization: `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`,
    },
    signature,
  }
}

/** @returns the date as `YYYYMMDDTHHMMSSZ`. */
function sdkDateOf(date: Date): string {
  return date.toISOString().replace(/[-:]|\.[0-9]{3}/g, '')
}

/** @returns the headers to sign by their lower-case names, in order, with trimmed values. */
function headersToSign({ headers, url }: HttpRequest, sdkDate: string): (readonly [string, string])[] {
  const all = Object.entries({ ...headers, Host: url.host, 'X-Sdk-Date': sdkDate })
  return all
    .map(([name, value]) => [name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')] as const)
    .sort(([one], [other]) => byCodePoint(one, other))
}

/** Decodes the path, encodes each part once and adds a slash at the end. Empty parts stay. */
function canonicalPath(path: string): string {
  const encoded = decoded(path).split('/').map(encode).join('/')
  return encoded.endsWith('/') ? encoded : `${encoded}/`
}

/** Names and values are sorted as they are before they are encoded; a name without a value keeps its `=`. */
function canonicalQuery(search: string): string {
  const pairs = search
    .slice(1)
    .split('&')
    .filter(pair => pair !== '')
    .map(pair => {
      const [name = '', ...value] = pair.split('=')
      return [decoded(name), decoded(value.join('='))] as const
    })
  return pairs
    .sort((one, other) => byCodePoint(one[0], other[0]) || byCodePoint(one[1], other[1]))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

/** Text that cannot be decoded stays unchanged, as in the official signer for Python. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

/** Encodes all but the unreserved characters of RFC 3986. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** The order of the service is that of code points; that of JavaScript, by UTF-16 units, differs beyond U+FFFF. */
function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
