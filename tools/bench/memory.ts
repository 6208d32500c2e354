// Measures the peak memory of a gate on 1 and on 20 failed builds whose answers are as large as is accepted, in the shapes that
// take most. Fails if one takes more than contract section 5 allows.
//   npm run bench:memory                             the committed bundle
//   npm run bench:memory -- --entry FILE --bytes N   another one, which accepts bodies of N bytes
//   npm run bench:memory -- --only WORD              the shapes that have the word in their name
import { createServer, type AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { makeRecord } from '../fake-service/record.ts'
import { runAction } from '../runner/run-action.ts'
import { table } from './table.ts'

const MEBIBYTE = 1024 * 1024
const LIMITS: readonly (readonly [builds: number, maxBytes: number])[] = [
  [1, 128 * MEBIBYTE],
  [20, 192 * MEBIBYTE],
]

const { values } = parseArgs({
  options: {
    entry: { type: 'string' },
    bytes: { type: 'string', default: String(512 * 1024) },
    only: { type: 'string', default: '' },
  },
})

/** What the service answers of a failed build. */
interface Shape {
  /** Fields of the record. */
  readonly record?: Readonly<Record<string, unknown>>
  /** A field more, as JSON. */
  readonly json?: string
  readonly stages?: Readonly<Record<string, unknown>>
  readonly log?: () => Iterable<Uint8Array>
  /** Whether each byte of a body comes as a chunk of its own. */
  readonly isInBytes?: boolean
}

/** Almost a body; the rest is for what else is in it. */
const room = Number(values.bytes) - 3_000
const ascii = 'x'.repeat(room)
const latin1 = 'é'.repeat(room / 2)
const chinese = `构${'x'.repeat(room - 3)}`
const numbers = `[${'1.50,'.repeat(room / 5 - 1)}1.50]`
const stage = (name: string) => ({ display_name: name, status: 'FAILURE', duration: 1_000 })
const markup = Object.fromEntries(Object.keys(makeRecord()).map(name => [name, '<&"`'.repeat(750)]))
const manyStages = Array.from({ length: 6_000 }, (_, at) => [`s${at}`, stage(`s${at}`)] as const)
const manyKeys = Array.from({ length: room / 12 }, (_, at) => `"k${String(at).padStart(6, '0')}":1`)

const SHAPES: Readonly<Record<string, Shape>> = {
  'a small record': {},
  ...Object.fromEntries(
    ['branch', 'commit_message', 'err_msg', 'status'].flatMap(field => [
      [`a ${field}, Latin-1`, { record: { [field]: latin1 } }],
      [`a ${field}, one Chinese character`, { record: { [field]: chinese } }],
    ]),
  ),
  'a stage name, Latin-1': { stages: { one: stage(latin1) } },
  'a stage name, one Chinese character': { stages: { one: stage(chinese) } },
  'branch, stage name and log, one Chinese character': {
    record: { branch: chinese },
    stages: { one: stage(chinese) },
    log: () => repeated('2026-11-27 构建\n', 30),
  },
  '33 fields of 3,000 characters of markup': { record: { ...markup, status: 'FAILURE' } },
  'bodies in pieces of one byte': {
    record: { err_msg: ascii },
    stages: { one: stage(ascii) },
    isInBytes: true,
  },
  '6,000 stages': { stages: Object.fromEntries(manyStages) },
  '9,900 empty objects': { json: `[${'{},'.repeat(9_899)}{}]` },
  '19,000 numbers with a spelling of their own': { json: `[${'1.50,'.repeat(18_999)}1.50]` },
  '19,000 keys': { json: `{${manyKeys.slice(0, 19_000).join(',')}}` },
  'as many empty objects as fit': { json: `[${'{},'.repeat(room / 3 - 1)}{}]` },
  'as many numbers with a spelling of their own as fit': { json: numbers },
  'as many keys as fit': { json: `{${manyKeys.join(',')}}` },
  'a log of 600 MiB': { log: () => repeated('2026-11-27 构建 a line of a log\n', 600) },
  'a log of lines of 1,000 characters': { log: () => repeated(`${'构'.repeat(333)}\n`, 30) },
  'a log of one line': { log: () => repeated('x', 30) },
}

function* repeated(text: string, mebibytes: number): Generator<Uint8Array> {
  const piece = Buffer.from(text.repeat(65_536 / text.length))
  for (let sent = 0; sent < mebibytes * MEBIBYTE; sent += piece.length) yield piece
}

/** @returns an answer as it goes over the wire, piece by piece. */
function* answerTo(
  path: string,
  { record = {}, json, stages = {}, log, isInBytes = false }: Shape,
): Generator<Uint8Array> {
  const head = (lines: string): Buffer => Buffer.from(`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`)
  if (path.endsWith('/download-log')) {
    yield head('Content-Type: text/plain\r\nConnection: close')
    yield* log?.() ?? [Buffer.from('the log\n')]
    return
  }
  const [, , , jobId = '', buildNo] = path.split('/')
  const ids = { codeci_job_id: jobId, build_no: Number(buildNo), build_record_id: `${jobId}-abc`, id: jobId }
  const result = path.includes('/full-stages')
    ? { build_stages: stages }
    : makeRecord({ status: 'FAILURE', ...record, ...ids, ...(json === undefined ? {} : { added: 'ADDED' }) })
  const text = JSON.stringify({ success: true, status: 'success', error: null, result })
  const body = Buffer.from(text.replace('"ADDED"', () => json ?? ''))
  if (isInBytes) {
    yield head('Transfer-Encoding: chunked')
    yield Buffer.from(body.reduce((chunks, byte) => `${chunks}1\r\n${String.fromCharCode(byte)}\r\n`, ''))
    yield Buffer.from('0\r\n\r\n')
  } else {
    yield head(`Content-Length: ${body.length}`)
    yield body
  }
}

/** @returns the peak of the memory in bytes, and the reason that the gate gave. */
async function peakOf(shape: Shape, builds: number): Promise<readonly [bytes: number, reason: string]> {
  const server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    // A request is small and has no body: it comes in one piece.
    socket.on('data', request => {
      const path = /^GET (\S+)/.exec(String(request))?.[1] ?? ''
      Readable.from(answerTo(path, shape)).pipe(socket, { end: path.endsWith('/download-log') })
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const job_id = Array.from({ length: builds }, (_, at) => `${String(at).padStart(32, 'a')}/1`).join('\n')
  const inputs = {
    job_id,
    api_version: 'v3',
    log_lines: '1000',
    token: 'tOkEn0fTheBench7q9w3e5r1t2y4u6i8o0p',
  }
  const run = await runAction({
    inputs: { ...inputs, endpoint: `http://127.0.0.1:${port}` },
    measureMemory: true,
    killAfterMs: 120_000,
    ...(values.entry === undefined ? {} : { entry: values.entry }),
  })
  server.close()
  return [run.peakMemoryBytes ?? Number.POSITIVE_INFINITY, run.outputs.get('reason') ?? 'none']
}

const rows: string[][] = []
for (const [name, shape] of Object.entries(SHAPES)) {
  if (!name.includes(values.only)) continue
  const cells = [name]
  for (const [builds, maxBytes] of LIMITS) {
    const [bytes, reason] = await peakOf(shape, builds)
    if (bytes > maxBytes) process.exitCode = 1
    cells.push(`${(bytes / MEBIBYTE).toFixed(1)} MiB${bytes > maxBytes ? ', too much' : ''}`, reason)
  }
  rows.push(cells)
  console.error(cells.join(' | '))
}
console.log(table(['Failed builds with', '1 build', 'reason', '20 builds', 'reason'], rows))
