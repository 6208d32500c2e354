import {
  constants,
  gzipSync,
  deflateSync,
  deflateRawSync,
  brotliCompressSync,
  zstdCompressSync,
} from 'node:zlib'
import { answer, chunk, head, jsonAnswer, LAST_CHUNK, raw, stream, text } from './answers.ts'
import { group, UNSETTLED, type Expected, type Fault } from './fault.ts'

const CHUNKED = 'Transfer-Encoding: chunked'

/** Answers that break HTTP/1.1 itself; each holds the passing JSON all the same. */
export const malformed: readonly Fault[] = group('malformed HTTP', UNSETTLED, [
  ...[
    'HTTP/1.1 2OO OK',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1 -200 OK',
    'HTTP/1.1 0x200 OK',
    'HTTP/1.1 000 OK',
    'HTTP/1.1 099 OK',
    'HTTP/1.1',
    'HTTP/9.9 200 OK',
    'HTTP/ 200 OK',
    'HTPP/1.1 200 OK',
    'ICY 200 OK',
    '200 OK',
    'GET / HTTP/1.1',
  ].map(statusLine => ({
    name: `the status line "${statusLine}"`,
    write: raw(body => `${statusLine}\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`),
  })),
  ...['zz', '-5', '0x5', '1ffffffffffffffff', '', ' '].map(size => ({
    name: `the chunk size "${size}"`,
    write: raw(body => `${head(200, [CHUNKED])}${size}\r\n${body.toString()}\r\n0\r\n\r\n`),
  })),
  {
    name: 'a chunk that is longer than its size',
    write: raw(
      body => `${head(200, [CHUNKED])}${(body.length - 1).toString(16)}\r\n${body.toString()}\r\n0\r\n\r\n`,
    ),
  },
  {
    name: 'a chunk that is shorter than its size',
    write: raw(
      body => `${head(200, [CHUNKED])}${(body.length + 1).toString(16)}\r\n${body.toString()}\r\n0\r\n\r\n`,
    ),
  },
  ...['-1', '+5', '0x10', '1e3', 'many', '99999999999999999999999', '1 2', '1.5'].map(length => ({
    name: `the content-length "${length}"`,
    write: raw(body => `${head(200, [`Content-Length: ${length}`])}${body.toString()}`),
  })),
  {
    name: 'content-length twice, with two values',
    write: raw(
      body =>
        `${head(200, [`Content-Length: ${body.length}`, `Content-Length: ${body.length + 9}`])}${body.toString()}`,
    ),
  },
  {
    name: 'content-length together with chunked',
    write: raw(body =>
      Buffer.concat([
        Buffer.from(head(200, [`Content-Length: ${body.length}`, CHUNKED])),
        chunk(body),
        LAST_CHUNK,
      ]),
    ),
  },
  {
    name: 'a header without a colon',
    write: raw(body => `${head(200, ['no colon here', `Content-Length: ${body.length}`])}${body.toString()}`),
  },
  {
    name: 'a header with a zero byte',
    write: raw(body => `${head(200, ['X-Zero: \0', `Content-Length: ${body.length}`])}${body.toString()}`),
  },
  { name: 'HTML without any headers', write: raw('<html><body>Sign in to the network</body></html>') },
  { name: 'the JSON without any headers', write: raw(body => body) },
  { name: 'zeros', write: raw(Buffer.alloc(64 * 1024)) },
  // The first frame of a server that speaks HTTP/2 without being asked (RFC 9113, section 6.5).
  { name: 'an HTTP/2 settings frame', write: raw(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])) },
])

/** More headers than anyone needs. */
export const oversizedHeaders: readonly Fault[] = group('oversized headers', UNSETTLED, [
  {
    name: 'one header of 64 KB',
    write: text(body => body, { headers: [`X-Long: ${'x'.repeat(64 * 1024)}`] }),
  },
  {
    name: '5,000 headers',
    write: text(body => body, {
      headers: Array.from({ length: 5000 }, (_, number) => `X-Header-${number}: ${number}`),
    }),
  },
  {
    name: 'headers without end',
    write: async peer => {
      await peer.send('HTTP/1.1 200 OK\r\n')
      await stream(peer, Buffer.from('X-More: and more\r\n'.repeat(100)), Infinity)
    },
  },
  {
    name: 'a reason phrase of 64 KB',
    write: raw(
      body =>
        `HTTP/1.1 200 ${'x'.repeat(64 * 1024)}\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`,
    ),
  },
  {
    name: 'a chunk extension without end',
    write: async peer => {
      await peer.send(`${head(200, [CHUNKED])}5;x=`)
      await stream(peer, Buffer.alloc(16 * 1024, 'x'), Infinity)
    },
  },
  {
    name: 'trailers without end',
    write: async (peer, body) => {
      await peer.send(Buffer.concat([Buffer.from(head(200, [CHUNKED])), chunk(body), Buffer.from('0\r\n')]))
      await stream(peer, Buffer.from('X-More: and more\r\n'.repeat(100)), Infinity)
    },
  },
])

const UPGRADE = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'

/** An answer that is another protocol's, or another request's. */
export const strayAnswers: readonly Fault[] = group('stray answer', UNSETTLED, [
  // Node drops the connection without a word to a client that does not listen for an upgrade.
  { name: 'a 101 that nobody asked for', slow: true, write: raw(body => `${UPGRADE}${body.toString()}`) },
  {
    name: 'a 101, and a passing answer behind it',
    slow: true,
    write: raw(body => Buffer.concat([Buffer.from(UPGRADE), answer(body)])),
  },
  {
    // Kept for the next request on this connection, the second answer would be taken for that one's.
    name: 'a 503, and a passing answer behind it on the same connection',
    reason: 'service_error',
    tries: 4,
    write: async (peer, body) => {
      await peer.send(Buffer.concat([answer('{}', { status: 503 }), answer(body)]))
    },
  },
  {
    name: 'a 404, and a passing answer behind it on the same connection',
    reason: 'not_found',
    tries: 1,
    write: async (peer, body) => {
      await peer.send(Buffer.concat([answer('{}', { status: 404 }), answer(body)]))
    },
  },
])

/** Nothing else is asked for than `identity`. Whether such an answer is tried again is left open. */
const REFUSED_ENCODING: Expected = { reason: 'invalid_response' }

const ENCODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  deflate: deflateSync,
  'deflate (raw)': deflateRawSync,
  br: brotliCompressSync,
  zstd: zstdCompressSync,
  'x-unknown': body => Buffer.from(body.map(byte => byte ^ 0x55)),
  'identity, gzip': gzipSync,
  'gzip, identity': gzipSync,
  'gzip, gzip': body => gzipSync(gzipSync(body)),
}

const MIB_OF_BLANKS = gzipSync(Buffer.alloc(1024 * 1024, ' '))

export const encodings: readonly Fault[] = group('encoding', REFUSED_ENCODING, [
  ...Object.entries(ENCODERS).flatMap(([name, encode]) => {
    const headers = [`Content-Encoding: ${name.replace(' (raw)', '')}`]
    return [
      {
        name: `content-encoding ${name}`,
        write: text(encode, { headers }),
      },
      {
        name: `content-encoding ${name}, declared but not done`,
        write: text(body => body, { headers }),
      },
    ]
  }),
  {
    name: 'gzip of 64 MiB of blanks behind the JSON',
    // What gzip holds may come in parts (RFC 1952, section 2.2), so that one part of blanks serves 64 times.
    write: text(body => Buffer.concat([gzipSync(body), ...Array<Buffer>(64).fill(MIB_OF_BLANKS)]), {
      headers: ['Content-Encoding: gzip'],
    }),
  },
  {
    name: 'gzip that ends early',
    write: text(body => gzipSync(body, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -8), {
      headers: ['Content-Encoding: gzip'],
    }),
  },
  {
    name: 'two content-encoding headers',
    write: text(gzipSync, { headers: ['Content-Encoding: identity', 'Content-Encoding: gzip'] }),
  },
  {
    name: 'transfer-encoding gzip and chunked',
    write: raw(body =>
      Buffer.concat([
        Buffer.from(head(200, ['Transfer-Encoding: gzip, chunked'])),
        chunk(gzipSync(body)),
        LAST_CHUNK,
      ]),
    ),
  },
  {
    name: 'transfer-encoding gzip and chunked, declared but not done',
    write: raw(body =>
      Buffer.concat([Buffer.from(head(200, ['Transfer-Encoding: gzip, chunked'])), chunk(body), LAST_CHUNK]),
    ),
  },
  {
    name: 'transfer-encoding gzip, ended by close',
    write: raw(body => Buffer.concat([Buffer.from(head(200, ['Transfer-Encoding: gzip'])), gzipSync(body)])),
  },
])

const REDIRECTED: Expected = { reason: 'invalid_response', tries: 1 }
const MOVED_PATH = '/moved'

/** Each would end at a passing build, if it were followed. */
export const redirects: readonly Fault[] = [301, 302, 303, 307, 308].flatMap((status): readonly Fault[] => [
  {
    name: `${status} to another server`,
    group: 'redirect',
    ...REDIRECTED,
    write: async (peer, body) => {
      await peer.send(answer(body, { status, headers: [`Location: ${peer.elsewhere}${peer.path}`] }))
    },
  },
  {
    name: `${status} to the same server`,
    group: 'redirect',
    ...REDIRECTED,
    write: async (peer, body) => {
      if (peer.path === MOVED_PATH) await peer.send(answer(body))
      else await peer.send(answer(body, { status, headers: [`Location: ${MOVED_PATH}`] }))
    },
  },
  {
    name: `${status} without a Location`,
    group: 'redirect',
    ...REDIRECTED,
    write: text(body => body, { status }),
  },
])

/** Nothing to read, or nothing new: whatever the JSON says, the status is not 200. */
export const emptyStatuses: readonly Fault[] = [
  { name: '204', group: 'no content', reason: 'invalid_response', tries: 4, write: bodiless(head(204)) },
  {
    name: '205',
    group: 'no content',
    reason: 'invalid_response',
    tries: 4,
    write: bodiless(head(205, ['Content-Length: 0'])),
  },
  {
    name: '204 with the JSON behind it',
    group: 'no content',
    ...UNSETTLED,
    write: raw(body => `${head(204)}${body.toString()}`),
  },
  ...[201, 202, 203, 205, 206, 207, 208, 226, 299].map((status): Fault => ({
    name: `${status} with the passing answer`,
    group: 'another 2xx',
    tries: 1,
    write: text(body => body, { status }),
  })),
  ...[300, 304, 305, 306, 399].map((status): Fault => ({
    name: `${status} with the passing answer`,
    group: 'another 3xx',
    tries: 1,
    write: text(body => body, { status }),
  })),
  { name: '201 with an empty object', group: 'another 2xx', tries: 1, write: jsonAnswer(201, {}) },
]

/** A script that sends headers alone, and keeps the connection for the next request. */
function bodiless(headers: string): Fault['write'] {
  return async peer => {
    await peer.send(headers)
  }
}
