import { parse as parseUrl } from 'node:url'
import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner.js'
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js'
import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { sign, type AccessKeys } from '../../src/credentials/signature.ts'
import type { HttpRequest } from '../../src/http/http-client.ts'
import { randomRequests, type RandomRequest } from '../signing/random-requests.ts'
import { expectedSignature } from '../../tools/fake-service/signature.ts'

/** How many random requests are compared with each other implementation. */
const RUNS = 1_000

function dateOf(sdkDate: string): Date {
  return new Date(sdkDate.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'))
}

function signatureOf(
  request: Partial<HttpRequest> & { readonly url: URL },
  keys: AccessKeys,
  date: Date,
): string {
  return sign({ method: 'GET', headers: {}, ...request }, keys, date).signature
}

describe('published vectors', () => {
  test('of the signing guide', () => {
    const url = new URL(
      'https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
    )
    const keys = { accessKey: 'QTWAOYTTINDUT2QVKYUC', secretKey: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' }
    const request = { method: 'GET', url, headers: { 'content-type': 'application/json' } } as const
    expect(sign(request, keys, dateOf('20191115T033655Z')).headers).toEqual({
      'X-Sdk-Date': '20191115T033655Z',
      Authorization:
        'SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=content-type;host;x-sdk-date, ' +
        'Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
    })
  })

  test.each([
    ['a GET', {}, 'cfb4171acec81de07d50e53d57eb77edd537414d66ddb1d7d780f128e12cd842'],
    [
      'a POST with a body',
      { method: 'POST', body: '{"name":"test","id":1}' },
      '436b1ac0a1ae03705934bb70ef2f2e09f7bfed2117d731a38235053199323a1f',
    ],
  ] as const)('of the tests of the SDK for Python: %s', (_, request, signature) => {
    const url = new URL('https://service.endpoint.myhuaweicloud.com/resources?size=1')
    const keys = { accessKey: 'AccessKey', secretKey: 'SecretKey' }
    expect(signatureOf({ url, ...request }, keys, dateOf('20200608T023900Z'))).toBe(signature)
  })

  test.each([
    ['host and date', {}, '02305fc754c52bf29f8f552f16ab96dbae698912d686bd0bf6ba7ef96310cba7'],
    [
      'a content type',
      { 'content-type': 'application/json' },
      '8f621a49afb7c283ab3ac1619c05bd443f164b1dd6359d63877bb9cb6f28837a',
    ],
    [
      'a security token and a project',
      {
        'content-type': 'application/json',
        'X-Security-Token': 'SECTOKEN',
        'X-Project-Id': '0123456789abcdef0123456789abcdef',
      },
      'fb58bb89e10845d91599a5245f7e86fc2baa4d47e49c6c3bb1ed50253c163a99',
    ],
  ])('of a build record, signed by the SDKs, with %s', (_, headers, signature) => {
    const url = new URL(
      'https://cloudbuild-ext.cn-north-4.myhuaweicloud.com/v3/jobs/48c66c6002964721be537cdc6ce0297b/33/record-info',
    )
    const keys = {
      accessKey: 'AKEXAMPLE00000000000',
      secretKey: 'SKEXAMPLE0000000000000000000000000000000',
    }
    expect(signatureOf({ url, headers }, keys, dateOf('20260101T000000Z'))).toBe(signature)
  })
})

/** Signs with the official signer for Node, which takes a path that is not encoded yet. */
function nodeSignature({ request, query, data, keys, date }: RandomRequest, path: string): string {
  const queryParams = Object.create(null) as Record<string, string[]>
  for (const [name, value] of query) (queryParams[name] ??= []).push(value)
  // It signs values with the blanks around them; the service's page trims them, and so does HTTP.
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]),
  )
  const { method, url } = request
  const credentials = new BasicCredentials().withAk(keys.accessKey).withSk(keys.secretKey)
  const signed = AKSKSigner.sign(
    {
      method,
      endpoint: `https://${url.host}${path}`,
      queryParams,
      headers: { ...headers, 'X-Sdk-Date': sign(request, keys, date).headers['X-Sdk-Date'] },
      data,
    },
    credentials,
  ) as Readonly<Record<string, string>>
  return signed['Authorization']?.split('Signature=')[1] ?? ''
}

/** The path as the official signer for Node reads it: `url.parse` encodes blanks, quotes and braces before it does. */
function pathForNode(path: string): string {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is what that signer calls
  return parseUrl(`https://host${path}`).pathname ?? ''
}

function decodePath(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}

describe('the official signer for Node', () => {
  const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

  test(`agrees on ${RUNS} random requests`, () => {
    let asSent = 0
    let compared = 0
    fc.assert(
      fc.property(randomRequests('common'), random => {
        const { request, keys, date } = random
        const path = decodePath(request.url.pathname)
        // Where it would encode twice, it is the signature of the twice encoded path that it has to agree on.
        const read = pathForNode(path)
        const url = new URL(request.url)
        url.pathname = encodePath(read)
        if (read === path) asSent++
        compared++
        expect(nodeSignature(random, path)).toBe(sign({ ...request, url }, keys, date).signature)
        if (read === path) expect(nodeSignature(random, path)).toBe(sign(request, keys, date).signature)
      }),
      { numRuns: RUNS },
    )
    expect(compared).toBeGreaterThanOrEqual(RUNS)
    expect(asSent).toBeGreaterThan(RUNS / 4)
  })

  const keys = { accessKey: 'AKEXAMPLE00000000000', secretKey: 'SKEXAMPLE0000000000000000000000000000000' }
  const plain = { query: [], data: undefined, keys, date: new Date(0) }

  // Where it differs from the service's page, and from the SDK for Python, the page is followed.
  test('differs from the page by encoding twice what is encoded already', () => {
    const request = { method: 'GET', url: new URL('https://service.example.com/a%20b'), headers: {} } as const
    const twice = new URL('https://service.example.com/a%2520b')
    const official = nodeSignature({ ...plain, request }, '/a%20b')
    expect(official).not.toBe(signatureOf(request, keys, plain.date))
    expect(official).toBe(signatureOf({ url: twice }, keys, plain.date))
  })

  test('differs from the page by sorting characters beyond U+FFFF before the last ones below', () => {
    const query = [
      ['\ufb01', '1'],
      ['😀', '2'],
    ] as const
    const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${value}`).join('&')
    const url = new URL(`https://service.example.com/?${search}`)
    const request = { method: 'GET', url, headers: {} } as const
    expect(nodeSignature({ ...plain, request, query }, '/')).not.toBe(signatureOf({ url }, keys, plain.date))
  })
})

describe('a second implementation', () => {
  test(`agrees on ${RUNS} random requests`, () => {
    fc.assert(
      fc.property(randomRequests('all'), ({ request, keys, date }) => {
        const { headers, signature } = sign(request, keys, date)
        const names = /SignedHeaders=([^,]*)/.exec(headers.Authorization)?.[1]?.split(';') ?? []
        const sent = { ...request.headers, ...headers, Host: request.url.host }
        const wire = {
          method: request.method,
          target: request.url.pathname + request.url.search,
          headers: Object.fromEntries(
            Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]),
          ),
          body: request.body ?? '',
        }
        expect(names).toEqual(
          Object.keys(wire.headers)
            .filter(name => name !== 'authorization')
            .sort(),
        )
        expect(expectedSignature(wire, names, keys.secretKey).signature).toBe(signature)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('a signature', () => {
  const url = new URL('https://service.example.com/v3/jobs?b=2&a=1')
  const keys = { accessKey: 'AccessKey', secretKey: 'SecretKey' }
  const date = new Date('2026-11-25T02:03:04.567Z')
  const signature = signatureOf({ url }, keys, date)

  test.each([
    ['the method', { method: 'POST' } as const],
    ['the host', { url: new URL('https://other.example.com/v3/jobs?b=2&a=1') }],
    ['the port', { url: new URL('https://service.example.com:8443/v3/jobs?b=2&a=1') }],
    ['the path', { url: new URL('https://service.example.com/v3/job?b=2&a=1') }],
    ['the query', { url: new URL('https://service.example.com/v3/jobs?b=2&a=2') }],
    ['a header', { headers: { Accept: 'application/json' } }],
    ['the body', { body: '{}' }],
  ])('changes with %s', (_, change) => {
    expect(signatureOf({ url, ...change }, keys, date)).not.toBe(signature)
  })

  test('changes with the secret key and the second, not with what is within a second', () => {
    expect(signatureOf({ url }, { ...keys, secretKey: 'secretKey' }, date)).not.toBe(signature)
    expect(signatureOf({ url }, keys, new Date(date.getTime() + 1_000))).not.toBe(signature)
    expect(signatureOf({ url }, keys, new Date(date.getTime() + 400))).toBe(signature)
  })

  test.each([
    ['the order of the query', { url: new URL('https://service.example.com/v3/jobs?a=1&b=2') }],
    ['a slash at the end of the path', { url: new URL('https://service.example.com/v3/jobs/?b=2&a=1') }],
    ['empty parts of the query', { url: new URL('https://service.example.com/v3/jobs?b=2&&a=1&') }],
    ['an encoding that was not needed', { url: new URL('https://service.example.com/%763/jobs?%62=2&a=1') }],
    ['an empty body', { body: '' }],
  ])('does not change with %s', (_, change) => {
    expect(signatureOf({ url, ...change }, keys, date)).toBe(signature)
  })

  test('never shows the secret key', () => {
    expect(JSON.stringify(sign({ method: 'GET', url, headers: {} }, keys, date))).not.toContain('SecretKey')
  })
})
