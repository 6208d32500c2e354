import { codeOf, messageOf } from '../thrown.ts'

/** How a request can end without an answer that can be read. */
export type FaultKind =
  'no_host' | 'no_connection' | 'cut' | 'timeout' | 'stopped' | 'certificate' | 'proxy' | 'malformed'

/** A request that got no answer. */
export interface Fault {
  readonly kind: FaultKind
  /** What came back instead, as a clause: "the connection was refused (ECONNREFUSED)". */
  readonly detail: string
  /** Whether another try may end better. */
  readonly again: boolean
}

/** A request that was given up, because nobody waits for its answer any more. */
export const STOPPED: Fault = { kind: 'stopped', detail: 'the request was given up', again: false }

/** Certificates that Node refuses: its X509 codes, and its own check of the host name. They do not mend themselves. */
const CERTIFICATE_CODE =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_|ERR_TLS_CERT_)/

/** @returns the fault behind an error that Node threw during a request to `host`. */
export function faultOf(error: unknown, host: string): Fault {
  const code = codeOf(error)
  const shownCode = code === '' ? messageOf(error) : code
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { kind: 'no_host', detail: `the host name ${host} could not be resolved (${code})`, again: true }
  }
  if (CERTIFICATE_CODE.test(code)) {
    return {
      kind: 'certificate',
      detail: `the certificate of ${host} was refused (${code}: ${messageOf(error)})`,
      again: false,
    }
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return {
      kind: 'malformed',
      detail: 'the headers of the answer are too large (HPE_HEADER_OVERFLOW)',
      again: false,
    }
  }
  if (code.startsWith('HPE_')) {
    return { kind: 'malformed', detail: `the answer is not HTTP (${code})`, again: true }
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return {
      kind: 'cut',
      detail: `the connection was cut before the answer was complete (${code})`,
      again: true,
    }
  }
  if (code === 'ECONNREFUSED') {
    return { kind: 'no_connection', detail: `${host} refused the connection (${code})`, again: true }
  }
  return { kind: 'no_connection', detail: `the connection to ${host} failed (${shownCode})`, again: true }
}
