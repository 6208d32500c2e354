import { createHash, createHmac } from 'node:crypto'

/** A request as it was received. */
export interface WireRequest {
  readonly method: string
  /** Path and query as they were sent. */
  readonly target: string
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

const UNRESERVED = /^[A-Za-z0-9\-_.~]$/

/**
 * Computes the signature that a request must have, from what was received and from the service's page only
 * (devg-apisign/api-sign-algorithm-001). It shares no code with the action, so that one checks the other.
 *
 * @param signedHeaders the lower-case names of the headers that were signed, in order.
 * @returns the signature in hexadecimal, and the canonical request.
 */
export function expectedSignature(
  { method, target, headers, body }: WireRequest,
  signedHeaders: readonly string[],
  secretKey: string,
): { readonly signature: string; readonly canonicalRequest: string } {
  const question = target.indexOf('?')
  const path = question === -1 ? target : target.slice(0, question)
  const query = question === -1 ? '' : target.slice(question + 1)

  let canonicalRequest = `${method}\n`
  const encodedPath = encode(decode(path), '/')
  canonicalRequest += encodedPath.endsWith('/') ? `${encodedPath}\n` : `${encodedPath}/\n`
  canonicalRequest += `${canonicalQuery(query)}\n`
  for (const name of signedHeaders) canonicalRequest += `${name}:${String(headers[name] ?? '').trim()}\n`
  canonicalRequest += `\n${signedHeaders.join(';')}\n`
  canonicalRequest += createHash('sha256').update(body, 'utf8').digest('hex')

  const hash = createHash('sha256').update(canonicalRequest, 'utf8').digest('hex')
  const text = `SDK-HMAC-SHA256\n${String(headers['x-sdk-date'])}\n${hash}`
  return { signature: createHmac('sha256', secretKey).update(text, 'utf8').digest('hex'), canonicalRequest }
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs: { name: number[]; value: number[]; text: string }[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = decode(equals === -1 ? part : part.slice(0, equals))
    const value = decode(equals === -1 ? '' : part.slice(equals + 1))
    pairs.push({ name: [...name], value: [...value], text: `${encode(name)}=${encode(value)}` })
  }
  pairs.sort((one, other) => compareBytes(one.name, other.name) || compareBytes(one.value, other.value))
  return pairs.map(({ text }) => text).join('&')
}

/** Bytes of UTF-8 sort as code points do. */
function compareBytes(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}

/** Reads a percent-encoded text byte by byte; bytes that are not UTF-8 become U+FFFD. */
function decode(text: string): Buffer {
  const bytes: number[] = []
  const source = Buffer.from(text, 'utf8')
  for (let at = 0; at < source.length; at++) {
    const hex = source.toString('latin1', at + 1, at + 3)
    if (source[at] === 0x25 && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16))
      at += 2
    } else bytes.push(source[at] ?? 0)
  }
  return Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8')
}

function encode(bytes: Buffer, kept = ''): string {
  let text = ''
  for (const byte of bytes) {
    const character = String.fromCharCode(byte)
    text +=
      UNRESERVED.test(character) || (kept !== '' && character === kept)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return text
}
