import { answer, chunk, drip, FRAMINGS, head, raw, type Framing } from './answers.ts'
import {
  group,
  NOT_JSON,
  UNREACHABLE_RETRIED,
  type Expected,
  type Fault,
  type UngroupedFault,
} from './fault.ts'

/** How a connection ends ahead of time: as if all were said (FIN), or as after a crash (RST). */
type Ending = 'close' | 'reset'

/**
 * @param length how many bytes of the answer, headers included, arrive before the connection ends.
 * @param answerLength the bytes of the whole answer.
 */
function cut(framing: Framing, ending: Ending, length: number, headLength: number, name: string): Fault {
  // Ended by close, a body that is cut cannot be told from a whole one: it shows by its JSON alone.
  const looksWhole = framing === 'close' && ending === 'close' && length >= headLength
  return {
    name: `${framing}: ${name}, then ${ending}`,
    group: `cut (${framing}, ${ending})`,
    ...(looksWhole ? NOT_JSON : UNREACHABLE_RETRIED),
    async write(peer, body) {
      await peer.send(answer(body, { framing }).subarray(0, length))
      peer[ending]()
    },
  }
}

/** @returns where the interesting cuts of an answer with this body are, by name, in bytes from its start. */
function cutPoints(framing: Framing, body: Buffer): readonly (readonly [name: string, length: number])[] {
  const whole = answer(body, { framing })
  const headLength = headLengthOf(whole)
  const points: (readonly [string, number])[] = [
    ['nothing', 0],
    ['one byte', 1],
    ['half a status line', 10],
    ['a status line', 'HTTP/1.1 200 OK\r\n'.length],
    ['half of the headers', Math.floor(headLength / 2)],
    ['headers without the empty line', headLength - 2],
    ['headers without the last byte', headLength - 1],
    ['headers alone', headLength],
    ['one byte of the body', headLength + 1],
    ['half of the body', headLength + Math.floor((whole.length - headLength) / 2)],
    ['all but the last byte', whole.length - 1],
  ]
  if (framing === 'chunked') {
    points.push(
      ['the data without the end of its chunk', whole.length - '\r\n0\r\n\r\n'.length],
      ['all chunks but the last one', whole.length - '0\r\n\r\n'.length],
      ['the last chunk without the empty line', whole.length - '\r\n'.length],
    )
  }
  return points
}

function headLengthOf(whole: Buffer): number {
  return whole.indexOf('\r\n\r\n') + 4
}

/** @returns a fault for every number of bytes after which an answer with this body can be cut. */
export function everyCut(framing: Framing, body: Buffer, ending: Ending = 'close'): readonly Fault[] {
  const whole = answer(body, { framing })
  return Array.from({ length: whole.length }, (_, length) =>
    cut(framing, ending, length, headLengthOf(whole), `${length} of ${whole.length} bytes`),
  )
}

/** @param body the passing answer that will be cut: the interesting places depend on its length. */
export function cuts(body: Buffer): readonly Fault[] {
  const endings: readonly Ending[] = ['close', 'reset']
  return FRAMINGS.flatMap(framing =>
    endings.flatMap(ending =>
      cutPoints(framing, body).map(([name, length]) =>
        cut(framing, ending, length, headLengthOf(answer(body, { framing })), name),
      ),
    ),
  )
}

/** A whole JSON text is not a whole answer where something else tells its length, or where a reset ends it. */
export const falseEnds: readonly Fault[] = group('false end', UNREACHABLE_RETRIED, [
  {
    name: 'the whole JSON, ended by a reset where a close should be',
    async write(peer, body) {
      await peer.send(answer(body, { framing: 'close' }))
      peer.reset()
    },
  },
  {
    name: 'the whole JSON, one byte short of the declared length',
    write: raw(body => `${head(200, [`Content-Length: ${body.length + 1}`])}${body.toString()}`),
  },
  {
    name: 'the whole JSON in a chunk, without the last chunk',
    write: raw(body => Buffer.concat([Buffer.from(head(200, ['Transfer-Encoding: chunked'])), chunk(body)])),
  },
  {
    name: 'a declared length that is one byte short of the JSON',
    ...NOT_JSON,
    write: raw(body => `${head(200, [`Content-Length: ${body.length - 1}`])}${body.toString()}`),
  },
  {
    name: 'a declared length of 0 before the JSON',
    ...NOT_JSON,
    write: raw(body => `${head(200, ['Content-Length: 0'])}${body.toString()}`),
  },
])

/** The deadline of a request alone ends these. The contract does not say whether it is tried again. */
const TIMED_OUT: Expected = { reason: 'unreachable', slow: true }

/** A server that is there, and does not get on. */
export const stalls: readonly Fault[] = group('stall', TIMED_OUT, [
  { name: 'says nothing', write: () => undefined },
  {
    name: 'half of the headers, then nothing',
    write: async peer => {
      await peer.send('HTTP/1.1 200 OK\r\nContent-Ty')
    },
  },
  ...FRAMINGS.map((framing): UngroupedFault => ({
    name: `${framing}: headers, then nothing`,
    write: async (peer, body) => {
      const whole = answer(body, { framing })
      await peer.send(whole.subarray(0, headLengthOf(whole)))
    },
  })),
  {
    name: 'chunked: the whole JSON, then nothing',
    write: async (peer, body) => {
      await peer.send(head(200, ['Transfer-Encoding: chunked']))
      await peer.send(chunk(body))
    },
  },
  {
    name: 'close: the whole JSON, and the connection stays open',
    write: async (peer, body) => {
      await peer.send(answer(body, { framing: 'close' }))
    },
  },
])

/** A server that never stops, and never gets anywhere. */
export const drips: readonly Fault[] = group('drip', TIMED_OUT, [
  {
    name: 'headers that drip for ever',
    write: async peer => {
      await peer.send('HTTP/1.1 200 OK\r\nX-Long: ')
      await drip(peer, 'x')
    },
  },
  {
    name: 'chunked: a body that drips for ever',
    write: async peer => {
      await peer.send(head(200, ['Transfer-Encoding: chunked']))
      await drip(peer, chunk(' ').toString())
    },
  },
  {
    name: 'close: a body that drips for ever after the whole JSON',
    write: async (peer, body) => {
      await peer.send(answer(body, { framing: 'close' }))
      await drip(peer, ' ')
    },
  },
  {
    name: 'content-length: a body that drips for longer than anyone waits',
    write: async peer => {
      await peer.send(head(200, ['Content-Length: 500000']))
      await drip(peer, ' ')
    },
  },
])

/** A flood of what may come ahead of an answer, so that the answer never comes. */
export const floods: readonly Fault[] = group('flood', { reason: 'invalid_response', tries: 1 }, [
  ...['100 Continue', '102 Processing', '103 Early Hints'].map((status): UngroupedFault => ({
    name: `${status} without end`,
    write: async peer => {
      const block = `HTTP/1.1 ${status}\r\n\r\n`.repeat(64)
      while (await peer.send(block)) continue
    },
  })),
  {
    name: '100 Continue again and again, slowly',
    ...UNREACHABLE_RETRIED,
    slow: true,
    write: async peer => {
      await drip(peer, 'HTTP/1.1 100 Continue\r\n\r\n')
    },
  },
  {
    name: 'empty lines without end ahead of a status line',
    write: async peer => {
      const block = '\r\n'.repeat(1024)
      while (await peer.send(block)) continue
    },
  },
])

/** What happens to the bare connection, before TLS and before any request. */
export const bareConnections: readonly Fault[] = group('bare connection', { level: 'connection' }, [
  {
    name: 'closed at once',
    ...UNREACHABLE_RETRIED,
    write: peer => {
      peer.close()
    },
  },
  {
    name: 'reset at once',
    ...UNREACHABLE_RETRIED,
    write: peer => {
      peer.reset()
    },
  },
  { name: 'accepted, and nothing said', ...TIMED_OUT, write: () => undefined },
  { name: 'a mail server', write: raw('220 mail.example ESMTP\r\n') },
  { name: 'zeros', write: raw(Buffer.alloc(4096)) },
  // A fatal alert of TLS 1.2: handshake_failure (RFC 5246, section 7.2).
  { name: 'a TLS alert', write: raw(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28])) },
])
