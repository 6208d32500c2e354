import { describe, expect, test } from '@jest/globals'
import {
  CANCELLED,
  NetworkFailure,
  networkErrorOf,
  type NetworkErrorKind,
} from '../../src/http/network-errors.ts'
import { rawText } from '../../src/util/message.ts'

const SERVICE = { host: 'codearts.test:8443', isProxy: false }
const PROXY = { host: 'proxy.test:3128', isProxy: true }

function nodeError(code: string, message = '', more: object = {}): Error {
  return Object.assign(new Error(message), { code, ...more })
}

/** @returns kind, words and whether another try follows, before the service has answered. */
function found(thrown: unknown, peer = SERVICE, hasAnswered = false) {
  const { kind, message, retryable } = networkErrorOf(thrown, peer, hasAnswered)
  return [kind, rawText(message), retryable] as const
}

describe('what Node throws, in words', () => {
  test.each<[code: string, kind: NetworkErrorKind, words: string, retryable: boolean]>([
    ['ENOTFOUND', 'no_host', 'no address of codearts.test was found (ENOTFOUND)', true],
    ['EAI_AGAIN', 'no_host', 'no address of codearts.test was found (EAI_AGAIN)', true],
    ['EAI_FAIL', 'no_host', 'no address of codearts.test was found (EAI_FAIL)', true],
    ['ECONNREFUSED', 'no_connection', 'codearts.test:8443 refused the connection (ECONNREFUSED)', true],
    ['ETIMEDOUT', 'no_connection', 'codearts.test:8443 did not answer in time (ETIMEDOUT)', true],
    ['ENETUNREACH', 'no_connection', 'this machine has no route to codearts.test:8443 (ENETUNREACH)', true],
    ['EHOSTUNREACH', 'no_connection', 'this machine has no route to codearts.test:8443 (EHOSTUNREACH)', true],
    ['EADDRNOTAVAIL', 'no_connection', 'the connection to codearts.test:8443 failed (EADDRNOTAVAIL)', true],
    ['ECONNRESET', 'cut', 'no complete answer came from codearts.test:8443 (ECONNRESET)', true],
    ['EPIPE', 'cut', 'no complete answer came from codearts.test:8443 (EPIPE)', true],
    ['HPE_INVALID_CONSTANT', 'malformed', 'the answer is not HTTP (HPE_INVALID_CONSTANT)', true],
    [
      'HPE_HEADER_OVERFLOW',
      'malformed',
      'the headers of the answer are too large (HPE_HEADER_OVERFLOW)',
      false,
    ],
  ])('%s is %s', (code, kind, words, retryable) => {
    expect(found(nodeError(code))).toEqual([kind, words, retryable])
  })

  test('an error without a code has its own words', () => {
    const words = 'the connection to codearts.test:8443 failed (odd)'
    expect(found(new Error('odd'))).toEqual(['no_connection', words, true])
  })

  test.each([
    ['ENOTFOUND', 'no address of the proxy proxy.test:3128 was found (ENOTFOUND)'],
    ['ECONNREFUSED', 'the proxy proxy.test:3128 refused the connection (ECONNREFUSED)'],
    ['EHOSTUNREACH', 'this machine has no route to the proxy proxy.test:3128 (EHOSTUNREACH)'],
    ['ECONNRESET', 'no complete answer came from the proxy proxy.test:3128 (ECONNRESET)'],
    ['CERT_HAS_EXPIRED', 'the certificate of the proxy proxy.test:3128 was refused (CERT_HAS_EXPIRED: x)'],
    ['EPROTO', 'the TLS connection to the proxy proxy.test:3128 failed (x)'],
  ])('%s of a proxy', (code, words) => {
    expect(found(nodeError(code, 'x'), PROXY)[1]).toBe(words)
  })

  test('the name of a proxy that is not known is a kind of its own: a region has nothing to do with it', () => {
    expect(found(nodeError('ENOTFOUND'), PROXY)[0]).toBe('no_proxy_host')
  })

  test('all addresses of a host are named, with what came of each', () => {
    const errors = [
      nodeError('ETIMEDOUT', '', { address: '192.0.2.1', port: 8443 }),
      nodeError('ENETUNREACH', '', { address: '2001:db8::1', port: 8443 }),
      nodeError('ECONNREFUSED', '', { address: '192.0.2.2', port: 8443 }),
      nodeError('EACCES', '', { address: '192.0.2.3', port: 8443 }),
      nodeError('EACCES'),
    ]
    const all = Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' })
    expect(found(all)).toEqual([
      'no_connection',
      'no address of codearts.test:8443 could be reached: 192.0.2.1 did not answer in time (ETIMEDOUT), ' +
        'this machine has no route to 2001:db8::1 (ENETUNREACH), 192.0.2.2 refused the connection (ECONNREFUSED), ' +
        'the connection to 192.0.2.3 failed (EACCES), the connection to one address failed (EACCES)',
      true,
    ])
  })

  test('an error that has its words already keeps them', () => {
    expect(networkErrorOf(new NetworkFailure(CANCELLED), SERVICE, false)).toBe(CANCELLED)
  })
})

describe('a certificate that is refused is not tried again, and its kind says what to do', () => {
  test.each<[NetworkErrorKind, readonly string[]]>([
    ['certificate_dates', ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']],
    [
      'certificate_host',
      ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_TLS_CERT_ALTNAME_FORMAT', 'HOSTNAME_MISMATCH'],
    ],
    [
      'certificate_issuer',
      [
        'UNABLE_TO_GET_ISSUER_CERT',
        'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'SELF_SIGNED_CERT_IN_CHAIN',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'CERT_UNTRUSTED',
        'CERT_SIGNATURE_FAILURE',
      ],
    ],
    [
      'certificate',
      [
        'CERT_REVOKED',
        'CERT_REJECTED',
        'CERT_CHAIN_TOO_LONG',
        'CRL_HAS_EXPIRED',
        'ERROR_IN_CERT_NOT_AFTER_FIELD',
        'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
        'INVALID_CA',
        'INVALID_PURPOSE',
        'PATH_LENGTH_EXCEEDED',
      ],
    ],
  ])('%s', (kind, codes) => {
    for (const code of codes) {
      const words = `the certificate of codearts.test:8443 was refused (${code}: what is wrong)`
      expect(found(nodeError(code, 'what is wrong'), SERVICE, true)).toEqual([kind, words, false])
    }
  })
})

describe('a TLS error', () => {
  const OPENSSL = 'error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record.c:354:\n'

  test.each([
    ['EPROTO', `write EPROTO 40F7:${OPENSSL}`],
    ['ERR_SSL_WRONG_VERSION_NUMBER', `40F7:${OPENSSL}`],
  ])('%s has the words of OpenSSL, and is not tried again before the service has answered', (code, text) => {
    const words = 'the TLS connection to codearts.test:8443 failed (wrong version number)'
    expect(found(nodeError(code, text))).toEqual(['tls', words, false])
    expect(found(nodeError(code, text), SERVICE, true)).toEqual(['tls', words, true])
  })
})
