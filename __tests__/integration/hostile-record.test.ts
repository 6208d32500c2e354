import { afterAll, describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { readApiResponse } from '../../src/codearts/response.ts'
import type { RecordResponse } from '../../src/codearts/client.ts'
import { parseRecord, RECORD_FIELDS } from '../../src/codearts/record.ts'
import { mayPass, type GateResult } from '../../src/gate/reasons.ts'
import { runGate } from '../../src/gate/gate.ts'
import { secondsOf } from '../../src/report/outputs.ts'
import { shorten, escapeInvisible } from '../../src/report/sanitize.ts'
import { sentenceOf } from '../support/sentence.ts'
import { annotations, findCommands, KNOWN_COMMANDS, readLog } from '../../tools/runner/log-commands.ts'
import { parseOutputFile } from '../../tools/runner/output-file.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { NOTHING_EXPECTED, ONE_POLL } from '../support/builders/one-poll.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { hostileRecord, type HostileRecord } from '../support/builders/hostile-text.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD, TEXT_FIELDS } from '../support/builders/passing-build.ts'
import { createReportInProcess } from '../support/in-process/report-in-process.ts'
import { summaryTrees } from '../support/summary-tree.ts'
import { ONE_BUILD, stepOfOneBuild } from '../support/builders/step-result.ts'
import { newEvidence } from '../support/builders/evidence.ts'

const FILE_RUNS = 900
const SUMMARY_RUNS = 150
const DIST_RUNS = 24

const MAX_VALUE_CHARACTERS = 500
const MAX_SUMMARY_BYTES = 1024 * 1024
const FIELD_NAMES = Object.keys(RECORD_FIELDS)

/** All that the action itself writes; `tbody` is what every reader of HTML adds to a table. */
const OWN_ELEMENTS = 'b br code details h2 p pre summary table tbody td th tr'.split(' ')

const inProcess = createReportInProcess()
const counts = { runs: 0, dist: 0 }

afterAll(() => {
  inProcess[Symbol.dispose]()
  process.stdout.write(`Hostile records: ${counts.runs} runs, ${counts.dist} of them through dist/\n`)
})

describe('a record of hostile text', () => {
  test('reaches the outputs byte for byte, and no command reaches the log', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRecord, async record => {
        const { result, log, outputFile } = await gateOver(record)
        checkOutputs(outputsIn(outputFile), record, result.success)
        checkLog(log, result)
        counts.runs++
      }),
      { numRuns: FILE_RUNS },
    )
  })

  test('is text in <code> and nothing else in the summary', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRecord, async record => {
        const { summary } = await gateOver(record)
        await checkSummary(summary, record)
        counts.runs++
      }),
      { numRuns: SUMMARY_RUNS },
    )
  })

  test('does no more through dist/', async () => {
    let record: HostileRecord = {}
    await using service = await startFakeService({
      respond: () => ({ status: 200, body: answerWith(record) }),
    })
    await fc.assert(
      fc.asyncProperty(hostileRecord, async hostile => {
        record = hostile
        const run = await runAction({ inputs: inputsFor(service.url), debug: true })
        const success = record['status'] === 'SUCCESS'
        expect(run.exitCode).toBe(success ? 0 : 1)
        expect(run.stderr).toBe('')
        checkOutputs(run.outputs, record, success)
        const shown = annotations(run.log)
        expect(shown.filter(({ level }) => level === 'error')).toHaveLength(success ? 0 : 1)
        for (const { title } of shown) expect(title).toMatch(/^CodeArts Build Gate(: [a-z_]+)?$/)
        expect(findCommands(run.log).map(({ name }) => name)).toEqual(
          expect.not.arrayContaining(FORBIDDEN_COMMANDS),
        )
        expect(findCommands(run.log).filter(({ name }) => name === 'add-mask')).toEqual([
          expect.objectContaining({ data: TEST_TOKEN, lineNumber: 1 }),
        ])
        await checkSummary(run.summary, record)
        counts.runs++
        counts.dist++
      }),
      { numRuns: DIST_RUNS },
    )
  })
})

describe('a commit message of 300 KB', () => {
  test.each([
    ['one long line', 'x'],
    ['commands on lines of their own', '::error::x\n##[error]x\r'],
    ['markup', '</code></td></table>\n\n<h1>@octocat #1</h1>\n\n'],
    ['characters of three bytes, and their halves', '构建\udc00\u{1f600}'],
  ])('is whole in the output and shortened in the summary: %s', async (_name, piece) => {
    const message = piece.repeat(Math.ceil(300_000 / Buffer.byteLength(piece)))
    const record = { ...PASSING_RECORD, commit_message: message }
    await using service = await startFakeService({
      respond: () => ({ status: 200, body: answerWith(record) }),
    })
    const run = await runAction({ inputs: inputsFor(service.url) })
    expect(run.exitCode).toBe(0)
    checkOutputs(run.outputs, record, true)
    expect(Buffer.byteLength(run.summary)).toBeLessThan(MAX_SUMMARY_BYTES / 10)
    await checkSummary(run.summary, record)
    for (const tree of await summaryTrees(run.summary)) {
      expect(tree.cells.get('commit_message')).toContain(`… (${message.length} characters in all)`)
    }
  })
})

test('33 fields of the longest and most expensive text leave the summary below the size that the runner drops', async () => {
  const text = '\u{e0041}'.repeat(5_000)
  const record = Object.fromEntries(TEXT_FIELDS.map(name => [name, text]))
  const { summary } = await gateOver(record)
  expect(Buffer.byteLength(summary)).toBeLessThan(MAX_SUMMARY_BYTES)
})

/** What no run may ask of the runner. */
const FORBIDDEN_COMMANDS = KNOWN_COMMANDS.filter(
  name => !['add-mask', 'debug', 'warning', 'error'].includes(name),
)

function answerWith(record: unknown): string {
  return JSON.stringify({ success: true, result: record })
}

function inputsFor(endpoint: string): Record<string, string> {
  return { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint, api_version: 'v3' }
}

/** The gate and the report over an answer that carries this record, without the network. */
async function gateOver(record: HostileRecord) {
  let result: GateResult | undefined
  const reported = await inProcess.run(async report => {
    report.setBuilds([ONE_BUILD])
    report.addSecret(TEST_TOKEN)
    result = await runGate(
      { jobId: JOB_ID, buildNo: BUILD_NO, expected: NOTHING_EXPECTED },
      {
        ...ONE_POLL,
        service: {
          readRecord: () => Promise.resolve(responseWith(answerWith(record))),
          readLastBuildNo: () => Promise.reject(new Error('nobody asks for it')),
          readBuilds: () => Promise.reject(new Error('nobody asks for it')),
          get: () => Promise.reject(new Error('nobody asks for it')),
          download: () => Promise.reject(new Error('nobody asks for it')),
        },
        log: report.log,
        evidence: newEvidence({ onRecord: report.setRecord }),
      },
    )
    report.end(stepOfOneBuild(result), false)
    report.writeSummary(stepOfOneBuild(result), [])
    if (mayPass(result, true)) report.succeed()
  })
  if (result === undefined) throw new Error('the gate came to no end')
  return { ...reported, result }
}

function responseWith(text: string): RecordResponse {
  const response = readApiResponse({ ok: true, status: 200, headers: {}, body: { text } }, 0)
  if (!response.ok) return response
  const parsed = parseRecord(response.result)
  if (!parsed.ok) throw new Error(parsed.why)
  return { ok: true, record: parsed.record, answer: response.answer, apiVersion: 'v3', dateMs: 0 }
}

function outputsIn(file: string): ReadonlyMap<string, string> {
  return new Map(parseOutputFile(file).map(({ name, value }) => [name, value]))
}

function fieldOf(record: Readonly<Record<string, unknown>>, name: string): string {
  const value = record[name]
  if (value === null || value === undefined) return ''
  return typeof value === 'number' ? String(value) : (value as string)
}

function checkOutputs(
  outputs: ReadonlyMap<string, string>,
  record: Readonly<Record<string, unknown>>,
  success: boolean,
): void {
  expect([...outputs.keys()].sort()).toEqual(
    [...FIELD_NAMES, 'record', 'success', 'reason', 'duration_seconds', 'url', 'builds', 'artifacts'].sort(),
  )
  for (const name of FIELD_NAMES) {
    // A half of a surrogate pair has no bytes of its own.
    if (outputs.get(name) !== fieldOf(record, name).toWellFormed())
      throw new Error(`The output ${name} differs`)
  }
  expect(JSON.parse(outputs.get('record') ?? '')).toEqual(record)
  expect(outputs.get('record')).not.toContain('\n')
  expect(outputs.get('success')).toBe(String(success))
  expect(outputs.get('reason')).toMatch(success ? /^success$/ : /^(?!success$)[a-z_]+$/)
}

/** The whole log is known: nothing may be in it but these lines, and no line may be another command. */
function checkLog(log: string, result: GateResult): void {
  const { success, warnings, reason } = result
  const [mask, status, ...rest] = readLog(log)
  expect(mask).toMatchObject({ command: { name: 'add-mask', data: TEST_TOKEN } })
  expect(status).toEqual({ text: expect.stringMatching(/^Build 532 of build task /) as unknown })
  const titles = warnings.map(() => ['warning', 'CodeArts Build Gate'])
  if (!success) titles.push(['error', `CodeArts Build Gate: ${reason}`])
  expect(annotations(log).map(({ level, title }) => [level, title])).toEqual(titles)
  expect(rest).toHaveLength(warnings.length + 1)
  if (success)
    expect(rest.at(-1)).toEqual({
      text: escapeInvisible(sentenceOf(result)).replace(/##(?=[a-z]*\[)/gi, '##\\'),
    })
  // Whatever acts must be gone.
  expect(log).not.toMatch(/[\0-\t\v-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/)
}

async function checkSummary(summary: string, record: Readonly<Record<string, unknown>>): Promise<void> {
  const cells = FIELD_NAMES.map(name => [name, shownField(record, name)] as const).filter(
    ([, value]) => value !== '',
  )
  for (const tree of await summaryTrees(summary)) {
    expect(OWN_ELEMENTS).toEqual(expect.arrayContaining([...tree.elements]))
    expect(['code.className']).toEqual(expect.arrayContaining([...tree.attributes]))
    expect([...tree.cells].filter(([name]) => FIELD_NAMES.includes(name))).toEqual(cells)
  }
}

function shownField(record: Readonly<Record<string, unknown>>, name: string): string {
  const text = fieldOf(record, name)
  if (name === 'duration' && text !== '') return `${secondsOf(text)} s`
  return escapeInvisible(shorten(text, MAX_VALUE_CHARACTERS))
}
