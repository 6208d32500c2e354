import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Arbitrary } from 'fast-check'
import { fc } from '../support/properties.ts'
import { mayPass, type GateResult } from '../../src/gate/reasons.ts'
import { annotations, findCommands, readLog } from '../../tools/runner/log-commands.ts'
import { parseOutputFile } from '../../tools/runner/output-file.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { gateInProcess } from '../support/in-process/gate-in-process.ts'
import { hostileRecord, hostileText } from '../support/builders/hostile-text.ts'
import {
  BUILD_NO,
  JOB_ID,
  PASSING_ANSWER_V1,
  PASSING_BODY,
  PASSING_RECORD,
} from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'
import { createReportInProcess } from '../support/in-process/report-in-process.ts'
import { stepOfOneBuild } from '../support/builders/step-result.ts'

const RUNS_OF_A_KIND = 200
const DIST_RUNS_OF_A_KIND = 6

/** What may stand in an envelope, or as the status of a build: right, nearly right, and of every other type. */
const SIGNS = [
  true,
  false,
  null,
  '',
  'true',
  'success',
  'Success',
  'SUCCESS',
  'SUCCESSFUL',
  ' SUCCESS',
  'fail',
  0,
  1,
  {},
  [],
]

interface Served {
  readonly status: number
  readonly body: Uint8Array
  /** Whether the gate is told to warn only, and so passes any status of a record. */
  readonly warnOnly: boolean
}

const inProcess = createReportInProcess()
const counts = { runs: 0, dist: 0, passed: 0 }

/** One server for all runs: it gives every request what is to be served now. */
let served: Served = { status: 200, body: Buffer.from(''), warnOnly: false }
let server: Server
let endpoint: string

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(served.status, { 'Content-Length': served.body.length }).end(served.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  inProcess[Symbol.dispose]()
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
  process.stdout.write(
    `Hostile bodies: ${counts.runs} runs, ${counts.dist} of them through dist/; ${counts.passed} rightly passed\n`,
  )
})

describe.each<[string, Arbitrary<Uint8Array>]>([
  ['any bytes', fc.uint8Array({ maxLength: 300 })],
  ['good answers with bytes changed', mutatedAnswers()],
  ['any JSON', fc.jsonValue({ maxDepth: 4 }).map(bytesOf)],
  ['envelopes of any signs', envelopes().map(bytesOf)],
])('%s', (_name, bodies) => {
  const statuses = fc.oneof(
    { weight: 8, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 202, 206, 400, 401, 403, 404, 429, 500),
  )
  const answers = fc.record({ status: statuses, body: bodies, warnOnly: fc.boolean() })

  test('pass when they are a passing answer, and only then', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async answer => {
        served = answer
        const { result, log, outputFile } = await gate()
        expect(mayPass(result, !answer.warnOnly)).toBe(mayBePassed(answer))
        expect(result.success).toBe(isPassingAnswer(answer))
        checkLog(log)
        const outputs = new Map(parseOutputFile(outputFile).map(({ name, value }) => [name, value]))
        expect(outputs.get('success')).toBe(String(result.success))
        counts.runs++
        if (mayPass(result, !answer.warnOnly)) counts.passed++
      }),
      { numRuns: RUNS_OF_A_KIND },
    )
  })

  test('end dist/ the same way', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async answer => {
        served = answer
        const run = await runAction({
          inputs: {
            job_id: JOB_ID,
            build_no: String(BUILD_NO),
            token: TEST_TOKEN,
            endpoint,
            api_version: 'v3',
            fail_unless_success: String(!answer.warnOnly),
          },
          imports: [preloads.shortenTime],
        })
        expect(run.exitCode).toBe(mayBePassed(answer) ? 0 : 1)
        expect(run.outputs.get('success')).toBe(String(isPassingAnswer(answer)))
        expect(run.stderr).toBe('')
        checkLog(run.log)
        counts.runs++
        counts.dist++
        if (run.exitCode === 0) counts.passed++
      }),
      { numRuns: DIST_RUNS_OF_A_KIND },
    )
  })
})

test('the properties are not empty: good answers pass, and some of the changed ones do', async () => {
  for (const body of [PASSING_BODY, bytesOf(PASSING_ANSWER_V1)]) {
    served = { status: 200, body, warnOnly: false }
    expect(isPassingAnswer(served)).toBe(true)
    expect((await gate()).result.success).toBe(true)
  }
  expect(counts.passed).toBeGreaterThan(20)
  expect(counts.runs - counts.passed).toBeGreaterThan(20)
})

/** Good answers in both envelopes, with bytes overwritten, cut out, put in, doubled or cut off. */
function mutatedAnswers(): Arbitrary<Uint8Array> {
  const good = fc.constantFrom(PASSING_BODY, bytesOf(PASSING_ANSWER_V1))
  const place = fc.double({ min: 0, max: 1, noNaN: true })
  const change = fc.record({
    kind: fc.constantFrom('overwrite', 'remove', 'insert', 'double', 'cut off'),
    at: place,
    length: fc.integer({ min: 1, max: 12 }),
    bytes: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 6 }),
      fc
        .constantFrom(
          '"',
          '\\',
          '}',
          '{',
          ',',
          'null',
          '"status":"SUCCESS",',
          '"success":false,',
          '\r::error::x',
        )
        .map(text => Buffer.from(text)),
    ),
  })
  return fc.tuple(good, fc.array(change, { maxLength: 3 })).map(([answer, changes]) =>
    changes.reduce<Uint8Array>((body, { kind, at, length, bytes }) => {
      const start = Math.floor(at * body.length)
      const ahead = body.subarray(0, start)
      const behind = body.subarray(start)
      if (kind === 'cut off') return ahead
      if (kind === 'insert') return Buffer.concat([ahead, bytes, behind])
      if (kind === 'remove') return Buffer.concat([ahead, behind.subarray(length)])
      if (kind === 'double') return Buffer.concat([ahead, behind.subarray(0, length), behind])
      return Buffer.concat([ahead, bytes, behind.subarray(bytes.length)])
    }, answer),
  )
}

/** Objects that look like an envelope of the service: every sign for and against success, with every kind of value. */
function envelopes(): Arbitrary<object> {
  const value = fc.oneof(
    fc.constantFrom<unknown>(...SIGNS),
    hostileText,
    fc.record({ code: hostileText, message: hostileText }),
  )
  const record = fc.oneof(
    fc.constant(PASSING_RECORD),
    hostileRecord,
    fc.tuple(hostileRecord, value).map(([fields, status]) => ({ ...fields, status })),
    fc.constant({ status: 'SUCCESS' }),
    value,
  )
  const signs = fc.oneof(
    fc.constant({ success: true }),
    fc.constant({ status: 'success' }),
    fc.record({ success: value, status: value }, { requiredKeys: [] }),
  )
  const errors = fc.record(
    Object.fromEntries(
      [
        'error',
        'err_code',
        'errCode',
        'error_code',
        'error_msg',
        'err_msg',
        'message',
        'request_id',
        '__proto__',
      ].map(name => [name, value]),
    ),
    { requiredKeys: [] },
  )
  return fc
    .tuple(signs, fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, errors), record)
    .map(([sign, error, result]) => ({ ...error, ...sign, result }))
}

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

async function gate() {
  let result: GateResult | undefined
  const reported = await inProcess.run(async report => {
    result = await gateInProcess(endpoint, TEST_TOKEN, report)
    report.end(stepOfOneBuild(result), served.warnOnly)
    report.writeSummary(stepOfOneBuild(result), [])
    if (result.success) report.succeed()
  })
  if (result === undefined) throw new Error('the gate came to no end')
  return { ...reported, result }
}

function checkLog(log: string): void {
  const commands = findCommands(log)
  expect(commands[0]).toMatchObject({ name: 'add-mask', data: TEST_TOKEN, lineNumber: 1 })
  for (const { name, properties } of commands.slice(1)) {
    expect(['error', 'warning', 'debug']).toContain(name)
    expect([...properties.keys()]).toEqual(name === 'debug' ? [] : ['title'])
  }
  expect(annotations(log).filter(({ level }) => level === 'error').length).toBeLessThanOrEqual(1)
  for (const { title } of annotations(log)) expect(title).toMatch(/^CodeArts Build Gate(: [a-z_]+)?$/)
  // Lines that are no command: the change of state, tries, the verdict of a build that passes.
  for (const entry of readLog(log)) {
    if ('text' in entry)
      expect(entry.text).toMatch(
        /^(Build 532 of build task |The build |HTTP [0-9]{3}\b|Try [1-3] failed|The (record|stages|log) )/,
      )
  }
}

/** What the contract says of an answer, written once more: whether the step may pass. */
function mayBePassed(answer: Served): boolean {
  return isPassingAnswer(answer) || (answer.warnOnly && recordIn(answer) !== undefined)
}

function isPassingAnswer(answer: Served): boolean {
  return recordIn(answer)?.['status'] === 'SUCCESS'
}

/** @returns the record of an answer that holds one in the documented shape; of another casing none is served here. */
function recordIn({ status, body }: Served): Readonly<Record<string, unknown>> | undefined {
  if (status !== 200) return undefined
  const envelope = objectIn(parsed(body))
  if (envelope === undefined || hasRepeatedKey(body)) return undefined
  const isEmpty = (value: unknown): boolean =>
    value === undefined || value === null || ['""', '"0"', '0', '{}', '[]'].includes(JSON.stringify(value))
  if (!['error', 'err_code', 'errCode', 'error_code'].every(name => isEmpty(own(envelope, name))))
    return undefined
  const { success, outer } = { success: own(envelope, 'success'), outer: own(envelope, 'status') }
  if (success !== undefined && success !== true) return undefined
  if (outer !== undefined && outer !== null && outer !== 'success') return undefined
  if (success !== true && outer !== 'success') return undefined
  const record = objectIn(own(envelope, 'result'))
  if (record === undefined || Object.keys(record).length === 0) return undefined
  return Object.keys(PASSING_RECORD).every(name => isDocumented(name, own(record, name))) ? record : undefined
}

function parsed(body: Uint8Array): unknown {
  try {
    // As every reader of JSON from the web does: invalid UTF-8 becomes U+FFFD, and a mark of the byte order is skipped.
    return JSON.parse(
      Buffer.from(body)
        .toString()
        .replace(/^\ufeff/, ''),
    )
  } catch {
    return undefined
  }
}

/** @returns whether the envelope or the record of a body, which is JSON, has a key twice. */
function hasRepeatedKey(body: Uint8Array): boolean {
  const path: { readonly name: string; readonly keys: Set<string> }[] = []
  let key = ''
  for (const [token] of Buffer.from(body)
    .toString()
    .matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[[\]{}]/g)) {
    if (token === '{' || token === '[') path.push({ name: token === '{' ? key : '[', keys: new Set() })
    else if (token === '}' || token === ']') path.pop()
    else if (token.endsWith(':')) {
      key = JSON.parse(token.replace(/\s*:$/, '')) as string
      const keys = path.at(-1)?.keys
      const isJudged = path.length === 1 || (path.length === 2 && path[1]?.name === 'result')
      if (isJudged && keys?.has(key) === true) return true
      keys?.add(key)
    }
  }
  return false
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as Readonly<Record<string, unknown>>
}

function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function isDocumented(name: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'string') return true
  if (['status', 'commit', 'branch', 'tag'].includes(name)) return false
  const isIdentity = ['build_no', 'codeci_job_id', 'build_record_id', 'id'].includes(name)
  return !isIdentity || (typeof value === 'number' && /^-?\d+$/.test(String(value)))
}
