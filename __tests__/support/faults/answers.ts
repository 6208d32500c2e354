import { STATUS_CODES } from 'node:http'
import type { JsonObject } from '../../../tools/json.ts'
import type { Fault, Peer } from './fault.ts'

type Script = Fault['write']

/** How the end of a body is told: by its length, by its last chunk, or by the end of the connection. */
export type Framing = 'content-length' | 'chunked' | 'close'

export const FRAMINGS: readonly Framing[] = ['content-length', 'chunked', 'close']

/** @returns the status line and headers of an answer, with the empty line that ends them. */
export function head(status: number, headers: readonly string[] = []): string {
  const reason = STATUS_CODES[status] ?? 'Unknown'
  return [`HTTP/1.1 ${status} ${reason}`, 'Content-Type: application/json', ...headers, '', ''].join('\r\n')
}

/** @returns a whole answer with a body, in the given framing, byte for byte as it goes over the wire. */
export function answer(
  body: string | Uint8Array,
  {
    status = 200,
    headers = [],
    framing = 'content-length',
  }: { status?: number; headers?: readonly string[]; framing?: Framing } = {},
): Buffer {
  const bytes = Buffer.from(body)
  switch (framing) {
    case 'content-length':
      return Buffer.concat([
        Buffer.from(head(status, [...headers, `Content-Length: ${bytes.length}`])),
        bytes,
      ])
    case 'chunked':
      return Buffer.concat([
        Buffer.from(head(status, [...headers, 'Transfer-Encoding: chunked'])),
        chunk(bytes),
        LAST_CHUNK,
      ])
    case 'close':
      return Buffer.concat([Buffer.from(head(status, [...headers, 'Connection: close'])), bytes])
  }
}

/** @returns one chunk of a chunked body. */
export function chunk(bytes: string | Uint8Array): Buffer {
  const buffer = Buffer.from(bytes)
  return Buffer.concat([Buffer.from(`${buffer.length.toString(16)}\r\n`), buffer, Buffer.from('\r\n')])
}

export const LAST_CHUNK = Buffer.from('0\r\n\r\n')

/** A script that sends these bytes as they are, and closes the connection. */
export function raw(bytes: string | Uint8Array | ((body: Buffer) => string | Uint8Array)): Script {
  return async (peer, body) => {
    await peer.send(typeof bytes === 'function' ? bytes(body) : bytes)
    peer.close()
  }
}

/** A script that answers with this text or these bytes as the body, whole and with its length. */
export function text(
  body: string | Uint8Array | ((body: Buffer) => string | Uint8Array),
  { status = 200, headers = [] }: { status?: number; headers?: readonly string[] } = {},
): Script {
  return async (peer, passing) => {
    await peer.send(answer(typeof body === 'function' ? body(passing) : body, { status, headers }))
  }
}

/** A script that answers with a value as JSON. */
export function jsonAnswer(status: number, value: unknown, headers: readonly string[] = []): Script {
  return text(JSON.stringify(value), { status, headers })
}

/** A script that answers 200 with a passing answer after a change. */
export function changed(change: (answer: JsonObject) => unknown): Script {
  return text(body => JSON.stringify(change(JSON.parse(body.toString()) as JsonObject)))
}

/** A script that answers 200 with a passing answer after a change of its record alone. */
export function changedRecord(change: (record: JsonObject) => unknown): Script {
  return changed(whole => ({ ...whole, result: change(whole['result'] as JsonObject) }))
}

/** @returns the object without one of its members. */
export function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))
}

/** @returns the camelCase spelling of a field's name. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** Sends bytes over and over until so many went out, or the connection is gone. */
export async function stream(peer: Peer, block: Uint8Array, totalBytes: number): Promise<void> {
  for (let sent = 0; sent < totalBytes; sent += block.length) {
    if (!(await peer.send(block))) return
  }
}

/** Sends one piece after another, a pause before each, until the connection is gone. */
export async function drip(peer: Peer, piece: string, pauseMs = DRIP_PAUSE_MS): Promise<void> {
  do await pause(pauseMs)
  while (await peer.send(piece))
}

/** Often enough that no time-out of idle time fires, and too slow for any limit on sizes. */
const DRIP_PAUSE_MS = 50

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
