import fc from 'fast-check'
import type { HttpRequest } from '../../src/http/http-client.ts'
import type { AccessKeys } from '../../src/credentials/signature.ts'

/** A request to sign, in every form that a signer takes it in. */
export interface RandomRequest {
  /** Just as it goes over the wire. */
  readonly request: HttpRequest
  /** The names and values of the query, as they are before they are encoded, in the order of the wire. */
  readonly query: readonly (readonly [string, string])[]
  /** What `request.body` is the JSON of. */
  readonly data: unknown
  readonly keys: AccessKeys
  readonly date: Date
}

const ASCII = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at))

/** Characters of one to four bytes in UTF-8, printable ASCII among them. */
const COMMON = [...ASCII, 'é', 'ß', '中', '한', '€', '日本', '😀', '𝒳']

/** After 😀 by its code point, before it by its UTF-16 units: two orders, of which the Node signer has the wrong one. */
const LAST_OF_BMP = ['！', '\ue000', '\ufb01']

const PATH_PIECES = [
  ...[
    'a',
    'b1',
    'v3',
    '-',
    '_',
    'a.b',
    '~',
    '/',
    '//',
    '%2F',
    '%2f',
    '%20',
    ' ',
    '+',
    '%2B',
    '%25',
    '%',
    '%zz',
  ],
  ...["!'()*", '@:;,=&$', '"<>`{}|^[]', 'é', '中文', '😀', '%C3%A9', '%ff', '%E4%B8'],
]

/**
 * Makes requests with all that signers trip over: text outside of ASCII, `//`, `%2F`, `+`, blanks, repeated and empty query
 * keys, empty and padded header values, bodies.
 *
 * @param characters `all`, or `common` for a signer that sorts by UTF-16 units.
 */
export function randomRequests(characters: 'all' | 'common'): fc.Arbitrary<RandomRequest> {
  const alphabet = fc.constantFrom(...COMMON, ...(characters === 'all' ? LAST_OF_BMP : []))
  const text = fc.string({ unit: alphabet, maxLength: 12 })
  // Few different ones, so that they repeat.
  const name = fc.oneof(fc.constantFrom('', 'a', 'b', 'A', 'limit', 'a b', 'a+b', 'a%2Fb'), text)
  const headerName = fc.stringMatching(/^x-test-[a-z0-9]{1,3}(-[a-z0-9]{1,2})?$/)
  const headerValue = fc
    .tuple(fc.constantFrom('', ' ', '  ', '\t'), text, fc.constantFrom('', ' ', ' \t'))
    .map(parts => parts.join(''))
  return fc
    .record({
      method: fc.constantFrom('GET' as const, 'POST' as const),
      host: fc.constantFrom('service.example.com', 'service.example.com:8443'),
      path: fc.array(fc.constantFrom(...PATH_PIECES), { maxLength: 8 }).map(pieces => pieces.join('')),
      query: fc.array(fc.tuple(name, text), { maxLength: 5 }),
      headers: fc.dictionary(headerName, headerValue, { maxKeys: 4, noNullPrototype: true }),
      isJson: fc.boolean(),
      data: fc.option(fc.dictionary(text, fc.oneof(text, fc.integer()), { noNullPrototype: true }), {
        nil: undefined,
      }),
      keys: fc.record({
        accessKey: fc.stringMatching(/^[A-Z0-9]{20}$/),
        secretKey: fc.stringMatching(/^[A-Za-z0-9]{40}$/),
      }),
      date: fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    })
    .map(({ method, host, path, query, headers, isJson, data, keys, date }) => {
      const search = query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
      return {
        request: {
          method,
          url: new URL(`https://${host}/${path}${search.length === 0 ? '' : `?${search.join('&')}`}`),
          headers: { ...headers, ...(isJson ? { 'Content-Type': 'application/json' } : {}) },
          ...(data === undefined ? {} : { body: JSON.stringify(data) }),
        },
        query,
        data,
        keys,
        date,
      }
    })
}
