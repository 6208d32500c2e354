import { afterAll, expect, test } from '@jest/globals'
import { json, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { makeRecord } from '../../tools/fake-service/record.ts'
import { preloads } from '../support/preloads/preloads.ts'
import { gate, jobId, linesOf, placeOf } from '../support/several-builds.ts'

const MIB = 1024 * 1024
/** A number that JavaScript would write differently: as `1234.5`. */
const ODD = '1234.50'

/** The identity of the build at that place. */
const idsOf = (at: number) => {
  const id = String(at).padStart(36, '0')
  return { id, build_record_id: id, codeci_job_id: jobId(at) }
}

let most = 0

afterAll(() => {
  process.stderr.write(`Twenty builds with records of 512 KiB: ${(most / MIB).toFixed(1)} MiB at most\n`)
})

const text = 'a'.repeat(0.48 * MIB)
const count = 19_900
/** A preload: time is five times as fast as it is, for the rates of the service too, to which requests of several builds keep. */
const FAST_CLOCK = `data:text/javascript,${encodeURIComponent(`
  const uptime = process.uptime.bind(process)
  process.uptime = () => uptime() * 5`)}`

/** A preload: says at the end how large the part of the heap for new objects is. */
const NEW_SPACE = `data:text/javascript,${encodeURIComponent(`
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8')
  process.on('exit', () => {
    const { space_size } = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    process.stderr.write('new space: ' + space_size)
  })`)}`

test.each<[string, Readonly<Record<string, unknown>>, polls: number]>([
  ['of plain text', { commit_message: text }, 2],
  ['of Chinese text', { commit_message: '中'.repeat((0.48 * MIB) / 3) }, 2],
  ['of text with one character outside of Latin-1', { commit_message: `中${text}` }, 1],
  ['with such a branch', { branch: `中${text}` }, 1],
  ['in a field of its own', { added: `中${text}` }, 1],
  [
    'of very many fields',
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`.padEnd(14), at])),
    1,
  ],
  [
    'of very many numbers with a spelling of their own',
    { added: Array.from({ length: count }, () => ODD) },
    1,
  ],
])(
  'twenty builds with records of 512 KiB %s stay within 192 MiB',
  async (_, fields, pollsOfEach) => {
    const polls = new Map<number, number>()
    const respond = ({ path }: FakeServiceRequest) => {
      if (!path.endsWith('/record-info')) return undefined
      const at = placeOf(path)
      const poll = (polls.get(at) ?? 0) + 1
      polls.set(at, poll)
      const state = poll < pollsOfEach ? { status: 'RUNNING', finish_time: null } : {}
      const record = makeRecord({ ...idsOf(at), build_no: 1, trigger_type: `poll ${poll}`, ...state })
      const body = JSON.stringify({ success: true, result: { ...record, ...fields } })
      return { status: 200, body: body.replaceAll(`"${ODD}"`, ODD) }
    }
    const { run } = await gate(
      linesOf(20, '/1'),
      { respond },
      {
        inputs: { wait: 'true', api_version: 'v3', poll_interval_seconds: '1' },
        // A deadline of 300 ms would be too short for such answers on a busy machine.
        env: { TEST_TIME_FACTOR: '5' },
        imports: [preloads.shortenTime, FAST_CLOCK],
        measureMemory: true,
      },
    )
    expect(run.exitCode).toBe(0)
    expect([...polls.values()]).toEqual(Array.from({ length: 20 }, () => pollsOfEach))
    expect(JSON.parse(run.outputs.get('record') ?? '')).toMatchObject({ codeci_job_id: jobId(0) })
    most = Math.max(most, run.peakMemoryBytes ?? Number.POSITIVE_INFINITY)
    expect(run.peakMemoryBytes).toBeLessThan(192 * MIB)
  },
  60_000,
)

test('twenty failed builds with 1,000 long lines of each log stay within 192 MiB, and say what was shown', async () => {
  const line = '2026-11-27 构建 '.padEnd(1_024, 'x')
  const logBody = `${line}\n`.repeat(4_000)
  const respond = ({ path }: FakeServiceRequest) => {
    if (path.endsWith('/download-log'))
      return { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body: logBody }
    if (!path.endsWith('/record-info')) return undefined
    const record = makeRecord({ ...idsOf(placeOf(path)), build_no: 1, status: 'FAILURE' })
    return json(200, { success: true, result: record })
  }
  const { run } = await gate(
    linesOf(20, '/1'),
    { respond },
    { inputs: { log_lines: '1000', api_version: 'v3' }, measureMemory: true },
  )
  expect([run.exitCode, run.outputs.get('reason')]).toEqual([1, 'failed'])
  expect(
    run.log.match(/^b[0-9]+: The last [0-9]+ lines of the build’s log \(3\.9 MiB in all\)/gm),
  ).toHaveLength(20)
  expect(run.peakMemoryBytes).toBeLessThan(192 * MIB)
})

test('the part of the heap for new objects does not grow with large answers', async () => {
  const respond = ({ path }: FakeServiceRequest) => {
    const record = makeRecord({ ...idsOf(placeOf(path)), build_no: 1, branch: `中${text}` })
    return json(200, { success: true, result: record })
  }
  const { run } = await gate(
    linesOf(20, '/1'),
    { respond },
    { inputs: { api_version: 'v3' }, imports: [NEW_SPACE] },
  )
  expect(run.exitCode).toBe(0)
  // It begins with 1 MiB, and is twice or four times as large when the inputs were read. Without the flag it ends with 64 MiB.
  expect(Number(/new space: ([0-9]+)/.exec(run.stderr)?.[1])).toBeLessThanOrEqual(8 * MIB)
})
