import { readFileSync, statSync } from 'node:fs'
import { codeOf, messageOf, textPropertyOf } from '../util/errors.ts'
import { joined, message, quote, type Message } from '../util/message.ts'

/**
 * How a request can end without an answer that can be read. The words for each kind, which say what it means, are in
 * codearts/error-codes.ts.
 */
export type NetworkErrorKind =
  | 'no_host'
  | 'no_proxy_host'
  | 'no_connection'
  | 'cut'
  | 'timeout'
  | 'cancelled'
  | 'certificate_dates'
  | 'certificate_host'
  | 'certificate_issuer'
  /** As `certificate_issuer`, where the file that NODE_EXTRA_CA_CERTS names could not be used. */
  | 'certificate_file'
  | 'certificate'
  | 'tls'
  | 'proxy'
  | 'proxy_address'
  /** The answer is not HTTP/1.1. */
  | 'malformed'

export interface NetworkError {
  readonly kind: NetworkErrorKind
  /** What happened, a clause: "codearts.test refused the connection (ECONNREFUSED)". */
  readonly message: Message
  readonly retryable: boolean
}

/** Carries a network error through code that throws. */
export class NetworkFailure extends Error {
  readonly error: NetworkError

  constructor(error: NetworkError) {
    super('network error')
    this.error = error
  }
}

/** @returns an error as Node throws it for a connection that was cut, for where it throws none. */
export function connectionCut(): Error {
  return Object.assign(new Error('the connection was cut'), { code: 'ECONNRESET' })
}

/** The error of a request that was aborted, because the run no longer needs its answer. */
export const CANCELLED: NetworkError = {
  kind: 'cancelled',
  message: ['the request was cancelled'],
  retryable: false,
}

export interface Peer {
  /** Host and port, as in a URL. */
  readonly host: string
  readonly isProxy: boolean
}

/**
 * @param hasAnswered whether the service has answered before: then a TLS error counts as temporary.
 * @returns the network error for what Node threw during a request to this peer.
 */
export function networkErrorOf(thrown: unknown, peer: Peer, hasAnswered: boolean): NetworkError {
  if (thrown instanceof NetworkFailure) return thrown.error
  const code = codeOf(thrown)
  return (
    lookupError(code, peer) ??
    certificateError(thrown, code, peer) ??
    tlsError(thrown, code, peer, hasAnswered) ??
    httpError(code) ??
    connectionError(thrown, code, peer)
  )
}

function nameOf({ host, isProxy }: Peer): string {
  return isProxy ? `the proxy ${host}` : host
}

function lookupError(code: string, peer: Peer): NetworkError | undefined {
  if (!/^(ENOTFOUND|ENODATA|EAI_[A-Z]+)$/.test(code)) return undefined
  const name = peer.isProxy ? `the proxy ${peer.host}` : peer.host.replace(/:\d+$/, '')
  const kind = peer.isProxy ? 'no_proxy_host' : 'no_host'
  return { kind, message: message`no address of ${name} was found (${code})`, retryable: true }
}

/** The errors of OpenSSL about a certificate, by the codes of Node (crypto.X509Certificate, tls.TLSSocket). */
const CERTIFICATE_KINDS: readonly (readonly [RegExp, NetworkErrorKind])[] = [
  [/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'certificate_dates'],
  [/^(ERR_TLS_CERT_ALTNAME_(INVALID|FORMAT)|HOSTNAME_MISMATCH)$/, 'certificate_host'],
  [
    /^(UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/,
    'certificate_issuer',
  ],
  [/^(CERT_|CRL_|ERROR_IN_C|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_)/, 'certificate'],
]

/** Never retryable: another try gets the same certificate. */
function certificateError(thrown: unknown, code: string, peer: Peer): NetworkError | undefined {
  const kind = CERTIFICATE_KINDS.find(([pattern]) => pattern.test(code))?.[1]
  if (kind === undefined) return undefined
  const refused = message`the certificate of ${nameOf(peer)} was refused (${code}: ${quote(messageOf(thrown))})`
  const unusable = kind === 'certificate_issuer' ? unusableExtraCertificates() : undefined
  if (unusable === undefined) return { kind, message: refused, retryable: false }
  return { kind: 'certificate_file', message: message`${refused}, and ${unusable}`, retryable: false }
}

/** @returns why Node could not use the file of NODE_EXTRA_CA_CERTS (Node only warns); undefined if it could. */
function unusableExtraCertificates(): Message | undefined {
  const path = process.env['NODE_EXTRA_CA_CERTS'] ?? ''
  if (path === '') return undefined
  const named = message`NODE_EXTRA_CA_CERTS names ${quote(path)}, which`
  try {
    if (!statSync(path).isFile()) return message`${named} is not a file`
    const hasCertificate = /-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(readFileSync(path, 'latin1'))
    return hasCertificate ? undefined : message`${named} has no certificate in PEM form`
  } catch (error) {
    return message`${named} could not be read (${codeOf(error)})`
  }
}

/** Retryable if the service has answered before: a server without a common version of TLS gives the same error again. */
function tlsError(thrown: unknown, code: string, peer: Peer, retryable: boolean): NetworkError | undefined {
  if (code !== 'EPROTO' && !/^ERR_(SSL|OSSL|TLS)_/.test(code)) return undefined
  // PREFIX:error:NUMBER:LIBRARY:FUNCTION:WORDS:FILE:LINE (ERR_error_string of OpenSSL)
  const words = /:error:[0-9a-f]+:[^:]*:[^:]*:([^:]+)/i.exec(messageOf(thrown))?.[1] ?? messageOf(thrown)
  const failed = message`the TLS connection to ${nameOf(peer)} failed (${quote(words)})`
  return { kind: 'tls', message: failed, retryable }
}

function httpError(code: string): NetworkError | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const words = 'the headers of the answer are too large (HPE_HEADER_OVERFLOW)'
    return { kind: 'malformed', message: [words], retryable: false }
  }
  if (!code.startsWith('HPE_')) return undefined
  return { kind: 'malformed', message: [`the answer is not HTTP (${code})`], retryable: true }
}

function connectionError(thrown: unknown, code: string, peer: Peer): NetworkError {
  if (['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) {
    const words = `no complete answer came from ${nameOf(peer)} (${code})`
    return { kind: 'cut', message: [words], retryable: true }
  }
  return { kind: 'no_connection', message: unconnected(thrown, code, nameOf(peer)), retryable: true }
}

/** @returns why a host could not be reached; for a host with several addresses, why each of them could not. */
function unconnected(thrown: unknown, code: string, name: string): Message {
  const errors = errorsIn(thrown)
  if (errors.length > 0) {
    const addresses = errors.map(error =>
      unconnected(error, codeOf(error), textPropertyOf(error, 'address') ?? 'one address'),
    )
    return message`no address of ${name} could be reached: ${joined(addresses, ', ')}`
  }
  if (code === 'ECONNREFUSED') return [`${name} refused the connection (${code})`]
  if (code === 'ETIMEDOUT') return [`${name} did not answer in time (${code})`]
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH')
    return [`this machine has no route to ${name} (${code})`]
  return message`the connection to ${name} failed (${code === '' ? quote(messageOf(thrown)) : code})`
}

/** @returns the errors of an AggregateError: one for each address that Node tried in turn. */
function errorsIn(thrown: unknown): readonly unknown[] {
  const hasErrors = typeof thrown === 'object' && thrown !== null && 'errors' in thrown
  return hasErrors && Array.isArray(thrown.errors) ? thrown.errors : []
}
