// Measures the peak memory of a gate on 1 and on 20 failed builds whose answers are as large as is accepted, in the shapes that
// take most. Fails if one takes more than contract section 5 allows.
//   npm run bench:memory                      the committed bundle
//   npm run bench:memory -- --entry FILE --bytes N   another one, which accepts bodies of N bytes
//   npm run bench:memory -- --only WORD       the shapes that have the word in their name
import { parseArgs } from 'node:util'
import { tokenOf } from '../fake-service/credentials.ts'
import type { Answer, FakeServiceRequest } from '../fake-service/exchange.ts'
import { makeRecord } from '../fake-service/record.ts'
import { startFakeService } from '../fake-service/server.ts'
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
const maxBytes = Number(values.bytes)

/** What the service answers: fields of the record, stages, a log; each as large as is accepted where it says nothing else. */
interface Shape {
  readonly record?: Readonly<Record<string, unknown>>
  /** In place of a text of the record, which is JSON already. */
  readonly raw?: string
  readonly stages?: Readonly<Record<string, unknown>>
  readonly log?: () => Answer['body']
  readonly inBytes?: boolean
}

const RAW = 'RAW'
/** Less than a body by what else is in it. */
const room = maxBytes - 3_000
const latin1 = 'é'.repeat(room / 2)
const ascii = 'x'.repeat(room)
const chinese = `构${'x'.repeat(room - 3)}`
const stage = (name: string) => ({ display_name: name, status: 'FAILURE', duration: 1_000 })

const FIELDS = ['branch', 'commit_message', 'err_msg', 'status'] as const
const SHAPES: Readonly<Record<string, Shape>> = {
  'a small record': {},
  ...Object.fromEntries(
    FIELDS.flatMap(field => [
      [`${field}, Latin-1`, { record: { [field]: latin1 } }],
      [`${field}, one Chinese character`, { record: { [field]: chinese } }],
    ]),
  ),
  'stage name, Latin-1': { stages: { one: stage(latin1) } },
  'stage name, one Chinese character': { stages: { one: stage(chinese) } },
  'all of them, one Chinese character': {
    record: { err_msg: chinese },
    stages: { one: stage(chinese) },
    log: () => chinese,
  },
  '33 fields of 3,000 characters of markup': {
    record: Object.fromEntries(
      Object.entries(makeRecord()).map(([name, value]) => {
        const isKept = ['build_record_id', 'codeci_job_id', 'build_no', 'status', 'id'].includes(name)
        return [name, isKept ? value : '<&"`'.repeat(750)]
      }),
    ),
  },
  'in pieces of one byte': { record: { err_msg: ascii }, stages: { one: stage(ascii) }, inBytes: true },
  '6,000 stages': {
    stages: Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`s${at}`, stage(`s${at}`)])),
  },
  '20,000 empty objects': { raw: `[${'{},'.repeat(19_000)}{}]` },
  'as many empty objects as fit': { raw: `[${'{},'.repeat(room / 3 - 1)}{}]` },
  'as many numbers with a spelling of their own as fit': { raw: `[${'1.50,'.repeat(room / 5 - 1)}1.50]` },
  'as many keys as fit': {
    raw: `{${Array.from({ length: room / 12 }, (_, at) => `"k${String(at).padStart(6, '0')}":1`).join(',')}}`,
  },
  'a log of 600 MiB': { log: () => largeLog(600) },
  'a log of 30 MiB of Chinese text': { log: () => '2026-11-27 构建\n'.repeat((30 * MEBIBYTE) / 18) },
  'a log of one line of 30 MiB': { log: () => Buffer.alloc(30 * MEBIBYTE, 'x') },
}

function* largeLog(mebibytes: number): Generator<Uint8Array> {
  const piece = Buffer.from('2026-11-27 构建 [INFO] a line of a log\n'.repeat(1_000))
  for (let sent = 0; sent < mebibytes * MEBIBYTE; sent += piece.length) yield piece
}

function* byteByByte(text: string): Generator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at++) yield bytes.subarray(at, at + 1)
}

function answer(
  { record = {}, raw, stages = {}, log, inBytes = false }: Shape,
  path: string,
): Answer | undefined {
  const ok = (result: unknown): Answer => {
    const text = JSON.stringify({ success: true, status: 'success', error: null, result })
    const body = raw === undefined ? text : text.replace(`"${RAW}"`, raw)
    return { status: 200, body: inBytes ? byteByByte(body) : body }
  }
  if (path.endsWith('/full-stages')) return ok({ build_stages: stages })
  if (path.endsWith('/download-log'))
    return {
      status: 200,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: log?.() ?? 'the log\n',
    }
  const [, , , jobId = '', buildNo] = path.split('/')
  const more = raw === undefined ? {} : { added: RAW }
  const build_record_id = `${jobId}-abc`
  return ok(
    makeRecord({
      codeci_job_id: jobId,
      build_no: Number(buildNo),
      status: 'FAILURE',
      build_record_id,
      ...more,
      ...record,
    }),
  )
}

/** @returns the peak of the memory in bytes, and how the gate ended. */
async function peakOf(shape: Shape, builds: number): Promise<readonly [bytes: number, end: string]> {
  const respond = ({ path }: FakeServiceRequest): Answer | undefined => answer(shape, path)
  await using service = await startFakeService({ respond })
  const job_id = Array.from({ length: builds }, (_, at) => `${String(at).padStart(32, 'a')}/1`).join('\n')
  const inputs = {
    job_id,
    api_version: 'v3',
    log_lines: '1000',
    token: tokenOf('valid'),
    endpoint: service.url,
  }
  const run = await runAction({
    inputs,
    measureMemory: true,
    killAfterMs: 120_000,
    ...(values.entry === undefined ? {} : { entry: values.entry }),
  })
  return [run.peakMemoryBytes ?? Number.POSITIVE_INFINITY, run.outputs.get('reason') ?? 'no reason']
}

const rows: string[][] = []
for (const [name, shape] of Object.entries(SHAPES)) {
  if (!name.includes(values.only)) continue
  const cells = [name]
  for (const [builds, maxMemoryBytes] of LIMITS) {
    const [bytes, end] = await peakOf(shape, builds)
    if (bytes > maxMemoryBytes) process.exitCode = 1
    cells.push(`${(bytes / MEBIBYTE).toFixed(1)} MiB${bytes > maxMemoryBytes ? ' (too much)' : ''}`, end)
  }
  rows.push(cells)
  console.error(cells.join(' | '))
}
console.log(table(['Failed builds with', '1 build', 'reason', '20 builds', 'reason'], rows))
