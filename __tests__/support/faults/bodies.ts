import { answer, chunk, changed, head, stream, text, LAST_CHUNK } from './answers.ts'
import type { JsonObject } from '../../../tools/json.ts'
import { group, NOT_JSON, WRONG_SHAPE, type Expected, type Fault } from './fault.ts'

const MIB = 1024 * 1024
/** Contract section 5. */
const MAX_BODY_BYTES = 512 * 1024
const GIB = 1024 * MIB
const BLANKS = Buffer.alloc(64 * 1024, ' ')

/** The same key twice where the verdict comes from: whoever reads it may take either of the two. */
export const repeatedKeys: readonly Fault[] = group('repeated key', WRONG_SHAPE, [
  {
    name: 'the status, the good one last',
    write: repeated('"status":"SUCCESS"', '"status":"FAILURE","status":"SUCCESS"'),
  },
  {
    name: 'the status, the good one first',
    write: repeated('"status":"SUCCESS"', '"status":"SUCCESS","status":"FAILURE"'),
  },
  {
    name: 'the status, escaped once',
    write: repeated('"status":"SUCCESS"', '"status":"FAILURE","st\\u0061tus" : "SUCCESS"'),
  },
  {
    name: 'the status, twice the same',
    write: repeated('"status":"SUCCESS"', '"status":"SUCCESS","status":"SUCCESS"'),
  },
  { name: 'the sign of success', write: repeated('"success":true', '"success":false,"success":true') },
  {
    name: 'an error that is empty the second time',
    write: repeated('"success":true', '"success":true,"error_code":"CB.00060101","error_code":""'),
  },
  { name: 'the record', write: repeated('"result":{', '"result":{"status":"FAILURE"},"result":{') },
  {
    name: 'a field that nobody knows',
    write: repeated('"status":"SUCCESS"', '"status":"SUCCESS","x":1,"x":1'),
  },
])

function repeated(passing: string, twice: string): Fault['write'] {
  return text(body => body.toString().replace(passing, () => twice))
}

/** A body that is no JSON text, with status 200. */
export const notJson: readonly Fault[] = group('not JSON', NOT_JSON, [
  { name: 'empty', write: text('') },
  { name: 'blanks', write: text(' \r\n\t') },
  { name: 'HTML', write: text('<!DOCTYPE html><title>Sign in</title><form action="/login"></form>') },
  {
    name: 'HTML, declared as such',
    write: text('<html><body>502 Bad Gateway</body></html>', { headers: ['Content-Type: text/html'] }),
  },
  { name: 'XML', write: text('<?xml version="1.0"?><status>SUCCESS</status>') },
  { name: 'the word alone', write: text('SUCCESS') },
  { name: 'the JSON without its last brace', write: text(body => body.subarray(0, -1)) },
  { name: 'the JSON without its first brace', write: text(body => body.subarray(1)) },
  { name: 'the JSON twice', write: text(body => `${body.toString()}${body.toString()}`) },
  { name: 'the JSON twice, on two lines', write: text(body => `${body.toString()}\n${body.toString()}`) },
  { name: 'the JSON and a word behind it', write: text(body => `${body.toString()} ok`) },
  { name: 'the JSON and a zero byte behind it', write: text(body => `${body.toString()}\0`) },
  { name: 'a zero byte ahead of the JSON', write: text(body => `\0${body.toString()}`) },
  { name: 'a trailing comma', write: text(body => `${body.toString().slice(0, -1)},}`) },
  { name: 'single quotes', write: text(body => body.toString().replaceAll('"', "'")) },
  { name: 'a comment', write: text(body => `/* ok */${body.toString()}`) },
  { name: 'a call (JSONP)', write: text(body => `callback(${body.toString()})`) },
  { name: 'a guard ahead of the JSON', write: text(body => `)]}',\n${body.toString()}`) },
  { name: 'an event stream', write: text(body => `data: ${body.toString()}\n\n`) },
  { name: 'NaN', write: text(body => body.toString().replace('100068', 'NaN')) },
  { name: 'a line end within a text', write: text(body => body.toString().replace('SUCCESS', 'SUCC\nESS')) },
  { name: 'UTF-16', write: text(body => Buffer.from(body.toString(), 'utf16le')) },
  { name: 'base64', write: text(body => body.toString('base64')) },
  { name: 'random bytes', write: text(Buffer.from('8f3a00ff91d2c07b5e6611fe80c0af', 'hex')) },
  { name: 'chunk marks within the body', write: text(body => Buffer.concat([chunk(body), LAST_CHUNK])) },
  {
    name: 'two hundred thousand brackets that nothing closes, in a string',
    write: text(`"${'['.repeat(200_000)}`),
  },
])

/** A JSON text with status 200 that is no answer of the service. */
export const otherJson: readonly Fault[] = group('other JSON', WRONG_SHAPE, [
  ...['null', '[]', '[{}]', '{}', '"text"', '"SUCCESS"', '42', 'true', '1e999'].map(body => ({
    name: body,
    write: text(body),
  })),
  { name: 'the whole answer as a JSON string', write: text(body => JSON.stringify(body.toString())) },
  { name: 'the whole answer in an array', write: text(body => `[${body.toString()}]`) },
  { name: 'the record without an envelope', write: changed(whole => whole['result']) },
])

/** Whether an answer that is too large is tried again is left open. */
const TOO_LARGE: Expected = { reason: 'invalid_response' }

/** Bodies beyond the cap; each begins with, or is, an answer that would pass. */
export const tooLarge: readonly Fault[] = group('too large', TOO_LARGE, [
  {
    name: 'content-length: one byte more than 512 KiB',
    write: text(body => Buffer.concat([body, Buffer.alloc(MAX_BODY_BYTES + 1 - body.length, ' ')])),
  },
  {
    name: 'close: one byte more than 512 KiB',
    write: async (peer, body) => {
      const padded = Buffer.concat([body, Buffer.alloc(MAX_BODY_BYTES + 1 - body.length, ' ')])
      await peer.send(answer(padded, { framing: 'close' }))
      peer.close()
    },
  },
  {
    name: 'chunked: one byte more than 512 KiB',
    write: async (peer, body) => {
      const padded = Buffer.concat([body, Buffer.alloc(MAX_BODY_BYTES + 1 - body.length, ' ')])
      await peer.send(answer(padded, { framing: 'chunked' }))
    },
  },
  {
    name: 'content-length: 1 GB',
    write: async (peer, body) => {
      await peer.send(`${head(200, [`Content-Length: ${GIB}`])}${body.toString()}`)
      await stream(peer, BLANKS, GIB)
    },
  },
  {
    name: 'chunked: 1 GB',
    write: async (peer, body) => {
      await peer.send(Buffer.concat([Buffer.from(head(200, ['Transfer-Encoding: chunked'])), chunk(body)]))
      await stream(peer, chunk(BLANKS), GIB)
      peer.close()
    },
  },
  {
    name: 'close: 1 GB',
    write: async (peer, body) => {
      await peer.send(answer(body, { framing: 'close' }))
      await stream(peer, BLANKS, GIB)
      peer.close()
    },
  },
  {
    name: 'one chunk that claims 1 GB',
    write: async (peer, body) => {
      await peer.send(`${head(200, ['Transfer-Encoding: chunked'])}${GIB.toString(16)}\r\n${body.toString()}`)
      await stream(peer, BLANKS, GIB)
    },
  },
  {
    name: 'a JSON string of 64 MiB',
    write: async peer => {
      await peer.send(`${head(200, ['Transfer-Encoding: chunked'])}${chunk('"').toString()}`)
      await stream(peer, chunk(Buffer.alloc(64 * 1024, 'x')), 64 * MIB)
      await peer.send(Buffer.concat([chunk('"'), LAST_CHUNK]))
    },
  },
  {
    name: 'a JSON string of 64 MiB beside a good status',
    write: async (peer, body) => {
      const opening = `${body.toString().slice(0, -1)},"more":"`
      await peer.send(head(200, [`Content-Length: ${opening.length + 64 * MIB + 2}`]) + opening)
      await stream(peer, Buffer.alloc(64 * 1024, 'x'), 64 * MIB)
      await peer.send('"}')
    },
  },
])

/** A length that promises more than is ever sent: refused by the length, or by the deadline. */
export const emptyPromises: readonly Fault[] = [
  {
    name: 'content-length: 1 GB declared, the JSON, then nothing',
    group: 'empty promise',
    slow: true,
    write: async (peer, body) => {
      await peer.send(`${head(200, [`Content-Length: ${GIB}`])}${body.toString()}`)
    },
  },
]

/** JSON within the cap that is nested deeper than 64, or would take a multiple of its size in memory. */
export const heavyJson: readonly Fault[] = group('heavy JSON', WRONG_SHAPE, [
  { name: 'two megabytes of [{},{},…', write: text(arrayOfObjects(MAX_BODY_BYTES - 1)) },
  {
    name: 'two megabytes of [{},{},… as a text field',
    write: text(body =>
      stuffed(body, arrayOfObjects, (whole, mark) => ({
        ...whole,
        result: { ...(whole['result'] as JsonObject), commit_message: mark },
      })),
    ),
  },
  {
    name: 'two megabytes of [{},{},… as the result',
    write: text(body => stuffed(body, arrayOfObjects, (whole, mark) => ({ ...whole, result: mark }))),
  },
  {
    name: 'two megabytes of [{},{},… in a field that nobody knows',
    write: text(body =>
      stuffed(body, arrayOfObjects, (whole, mark) => ({
        ...whole,
        result: { ...(whole['result'] as JsonObject), more: mark },
      })),
    ),
  },
  { name: 'two hundred thousand nested brackets', write: text(nested(200_000)) },
  {
    name: 'two hundred thousand nested brackets beside a good status',
    write: text(body => besideStatus(body, nested(200_000))),
  },
  {
    name: 'two hundred thousand nested objects beside a good status',
    write: text(body => besideStatus(body, `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`)),
  },
  { name: '70 levels of nesting', write: text(nested(70)) },
  { name: '70 levels of nesting beside a good status', write: text(body => besideStatus(body, nested(70))) },
  {
    name: '70 levels of nesting beside the result',
    write: text(body => `${body.toString().slice(0, -1)},"more":${nested(70)}}`),
  },
])

/** Not JSON, and nested too deeply before that shows: which of the two is found first is left open. */
export const openBrackets: readonly Fault[] = [
  {
    name: 'two hundred thousand brackets that nothing closes',
    group: 'heavy JSON',
    reason: 'invalid_response',
    write: text('['.repeat(200_000)),
  },
]

/**
 * @returns a passing answer that a filler has brought to just under 512 KiB.
 * @param filler gives a JSON text of at most so many bytes.
 * @param change puts the mark where the filler goes.
 */
function stuffed(
  body: Buffer,
  filler: (maxBytes: number) => string,
  change: (whole: JsonObject, mark: string) => JsonObject,
): string {
  const mark = '@filler@'
  const marked = JSON.stringify(change(JSON.parse(body.toString()) as JsonObject, mark))
  return marked.replace(`"${mark}"`, filler(MAX_BODY_BYTES - 1 - Buffer.byteLength(marked)))
}

/** @returns `[{},{},…{}]` of at most so many bytes: the JSON that takes the most memory for its size. */
function arrayOfObjects(maxBytes: number): string {
  return `[${'{},'.repeat(Math.floor((maxBytes - 4) / 3))}{}]`
}

/** @returns arrays within arrays, so many levels deep. */
export function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`
}

/** @returns the passing answer with one more field in its record, holding this JSON text. */
function besideStatus(body: Buffer, jsonText: string): string {
  return body.toString().replace('"result":{', `"result":{"more":${jsonText},`)
}
