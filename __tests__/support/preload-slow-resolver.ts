// A preload (`node --import`): on loopback a name server that is slow with one lookup, and the service itself, for a run in a
// network of its own. The build runs when it is first read, and has passed when it is read again; every answer closes its
// connection. TEST_SLOW_LOOKUP says which lookup is slow: `first` is answered after 2.5 s, `later` is any but the first, and
// is answered after 20 s.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import { PASSING_RECORD } from './passing-build.ts'

const slow = process.env['TEST_SLOW_LOOKUP']
const slowForMs = slow === 'first' ? 2_500 : 20_000
/** Of the first lookup, which asks for both kinds of addresses: its port, when it came, and its numbers, which stay when it asks again. */
let first: { readonly port: number; readonly atMs: number } | undefined
const firstIds = new Set<number>()

const names = createSocket('udp4')
names.on('message', (question, { port, address }) => {
  first ??= { port, atMs: performance.now() }
  const id = question.readUInt16BE()
  if (port === first.port) firstIds.add(id)
  const isSlow = firstIds.has(id) === (slow === 'first')
  if (isSlow && performance.now() - first.atMs < slowForMs) return
  names.send(answerTo(question), port, address)
})
names.unref()
await new Promise<void>(resolve => names.bind(53, '127.0.0.1', resolve))

/** @returns 127.0.0.1 to a question for an IPv4 address, and no address to any other (RFC 1035, section 4.1). */
function answerTo(question: Buffer): Buffer {
  let end = 12
  while ((question[end] ?? 0) > 0) end += (question[end] ?? 0) + 1
  const isIPv4 = question.readUInt16BE(end + 1) === 1
  const head = Buffer.from(question.subarray(0, 12))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(isIPv4 ? 1 : 0, 6)
  head.fill(0, 8)
  const address = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
  return Buffer.concat([head, question.subarray(12, end + 5), ...(isIPv4 ? [address] : [])])
}

let reads = 0
const service = createServer(({ url = '' }, response) => {
  const isAsked = url.endsWith(`/${PASSING_RECORD.build_no}/record-info`)
  const running = { status: 'RUNNING', finish_time: null }
  const result = { ...PASSING_RECORD, ...(isAsked && reads++ > 0 ? {} : running) }
  response.setHeader('Connection', 'close')
  response.end(JSON.stringify({ success: true, result }))
})
service.unref()
await new Promise<void>(resolve => service.listen(8080, '127.0.0.1', resolve))
