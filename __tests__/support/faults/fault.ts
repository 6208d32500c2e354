/** What a fault may end in: the words of the output `reason`, but for `success`. */
export type Reason =
  | 'failed'
  | 'aborted'
  | 'timed_out'
  | 'running'
  | 'unknown_status'
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'unreachable'
  | 'invalid_response'
  | 'service_error'

/** The client at the other end of one connection, as the script of a fault sees it. */
export interface Peer {
  /** The path of the request; empty at the level of the connection. */
  readonly path: string
  /** The base URL of another server, which would gladly serve a passing build. */
  readonly elsewhere: string
  /** Whether the connection still stands. */
  readonly open: boolean
  /**
   * Sends text (as UTF-8) or bytes.
   * @returns whether the connection still stands once they are on their way.
   */
  send(bytes: string | Uint8Array): Promise<boolean>
  /** Ends the connection as a server does that has said everything (FIN). */
  close(): void
  /** Ends it as a crash does (RST). */
  reset(): void
}

/** One way in which a service, a proxy or a network goes wrong. None of them may let the gate pass. */
export interface Fault {
  readonly name: string
  /** The class of the fault: faults of one group differ in a detail only. */
  readonly group: string
  /** What the gate has to give as `reason`, where the contract settles it. */
  readonly reason?: Reason | undefined
  /** How many requests one version of the API has to receive (connections, for `level: 'connection'`), where settled. */
  readonly tries?: 1 | 4 | undefined
  /** It ends by the deadline of a request alone. */
  readonly slow?: true
  /** Acts on the bare TCP connection, before TLS and before any request. */
  readonly level?: 'connection'
  /**
   * Answers one request, or takes one connection.
   * @param body the bytes of a passing answer, to be spoilt.
   */
  readonly write: (peer: Peer, body: Buffer) => void | Promise<void>
}

/** What faults of one kind have in common: above all, what they have to end in. */
export type Expected = Omit<Fault, 'name' | 'group' | 'write'>

/** The outcomes that most faults share; see contract sections 2 and 5. */
export const UNREACHABLE_RETRIED: Expected = { reason: 'unreachable', tries: 4 }
export const NOT_JSON: Expected = { reason: 'invalid_response', tries: 4 }
export const WRONG_SHAPE: Expected = { reason: 'invalid_response', tries: 1 }
export const SERVICE_ERROR: Expected = { reason: 'service_error', tries: 1 }
/** The contract leaves both open; the gate must not pass all the same. */
export const UNSETTLED: Expected = {}

/** A fault as it stands in the list of its group. */
export type UngroupedFault = Omit<Fault, 'group'>

/** @returns the faults of one group; what they are expected to end in is theirs, where they say so themselves. */
export function group(name: string, expected: Expected, faults: readonly UngroupedFault[]): readonly Fault[] {
  return faults.map(fault => ({ ...expected, ...fault, group: name }))
}
