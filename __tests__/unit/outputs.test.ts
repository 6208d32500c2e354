import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parseRecord, RECORD_FIELDS, type BuildRecord } from '../../src/codearts/record.ts'
import { OutputsError } from '../../src/report/output-file.ts'
import type { Reason, StepResult } from '../../src/gate/reasons.ts'
import { createOutputs, OUTPUT_NAMES, type Outputs, secondsOf } from '../../src/report/outputs.ts'
import { createReport } from '../../src/report/report.ts'
import { parseOutputFile } from '../../tools/runner/output-file.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'
import { printedBy } from '../support/in-process/printed-by.ts'
import { fc } from '../support/properties.ts'
import { ONE_BUILD, stepOfOneBuild } from '../support/builders/step-result.ts'

const folder = mkdtempSync(join(tmpdir(), 'outputs-'))
const file = join(folder, 'output')
const gitHubOutput = process.env['GITHUB_OUTPUT']

beforeEach(() => {
  process.env['GITHUB_OUTPUT'] = file
  writeFileSync(file, '')
})

afterAll(() => {
  if (gitHubOutput === undefined) Reflect.deleteProperty(process.env, 'GITHUB_OUTPUT')
  else process.env['GITHUB_OUTPUT'] = gitHubOutput
  rmSync(folder, { recursive: true })
})

function recordOf(fields: Readonly<Record<string, unknown>> = {}): BuildRecord {
  const parsed = parseRecord({ ...PASSING_RECORD, ...fields })
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.record
}

function outputsOfOne(): Outputs {
  const outputs = createOutputs()
  outputs.setBuilds([ONE_BUILD])
  return outputs
}

/** @returns the end of a run on one build. */
function ended(reason: Reason, record?: BuildRecord): StepResult {
  return stepOfOneBuild({
    success: reason === 'success',
    reason,
    end: 'judged',
    problem: [],
    details: [],
    warnings: [],
    record,
  })
}

/** @returns every write, in order. */
function written() {
  return parseOutputFile(readFileSync(file, 'utf8'))
}

/** @returns the values that the runner keeps. */
function kept(): Readonly<Record<string, string>> {
  return Object.fromEntries(written().map(({ name, value }) => [name, value]))
}

describe('the outputs', () => {
  test('of a run that passes are the record, the reason, and at the very end success', () => {
    const outputs = outputsOfOne()
    const record = recordOf({ commit: null, added: { deep: ['\n'] } })
    outputs.setRecord(record, 0)
    outputs.setResult(ended('success', record))
    outputs.succeed()
    expect(Object.keys(kept()).sort()).toEqual([...OUTPUT_NAMES].sort())
    for (const [name, value] of Object.entries({ ...PASSING_RECORD, commit: '' }))
      expect(kept()[name]).toBe(value === null ? '' : String(value))
    expect(JSON.parse(kept()['record'] ?? '')).toEqual({
      ...PASSING_RECORD,
      commit: null,
      added: { deep: ['\n'] },
    })
    expect(kept()['record']).not.toContain('\n')
    expect(kept()['duration_seconds']).toBe('100.068')
    expect(written()[0]).toEqual({ name: 'success', value: 'false' })
    expect(written().slice(0, -1)).not.toContainEqual({ name: 'success', value: 'true' })
    expect(written().at(-1)).toEqual({ name: 'success', value: 'true' })
  })

  test.each(['failed', 'cancelled', 'invalid_input'] as const)('of a run without a record: %s', reason => {
    createOutputs().setResult(ended(reason))
    expect(written()).toEqual([
      { name: 'success', value: 'false' },
      { name: 'reason', value: reason },
      { name: 'url', value: '' },
      { name: 'builds', value: expect.stringContaining(`"success":false,"reason":"${reason}"`) },
      { name: 'artifacts', value: '[]' },
    ])
  })

  test('have the page of the build task from the first record on, whatever comes then', () => {
    const url = 'https://devcloud.cn-north-4.huaweicloud.com/detail/history/x'
    const [one, other] = [
      { ...ONE_BUILD, url },
      { ...ONE_BUILD, name: 'b' },
    ]
    const outputs = createOutputs()
    outputs.setBuilds([one])
    outputs.setCrash()
    expect(kept()).toMatchObject({ url, builds: expect.stringContaining(`"url":"${url}"}]`) })

    writeFileSync(file, '')
    outputs.setRecord(recordOf(), 0)
    expect(kept()).toMatchObject({ url })
    outputs.setResult({ ...ended('not_found'), url })
    expect(kept()).toMatchObject({ url, reason: 'not_found' })

    outputs.setBuilds([one, other])
    outputs.setCrash()
    expect(kept()).toMatchObject({ url: '' })
  })

  test('of what the builds made are there only where the step succeeds', () => {
    const uri = 'https://x.example/\u2028<\ud800'
    const artifact = { kind: 'package', name: 'a\n', version: '1.0', type: 'jar', uri, build: 'b' } as const
    const result = { ...ended('success', recordOf()), artifacts: [artifact] }
    const outputs = outputsOfOne()
    outputs.setResult(result)
    expect(kept()['artifacts']).toBeUndefined()
    outputs.succeed()
    expect(JSON.parse(kept()['artifacts'] ?? '')).toEqual([artifact])
    expect(written().at(-1)).toEqual({ name: 'success', value: 'true' })
    outputs.setResult(ended('cancelled', recordOf()))
    expect(kept()['artifacts']).toBe('[]')
    outputs.setResult(result)
    outputs.succeed()
    outputs.setCrash()
    expect(kept()['artifacts']).toBe('[]')
  })

  test('of an entry of `builds` whose reason is one of its own', () => {
    const builds = [{ name: 'a', jobId: 'b', url: '', result: ended('service_error') }]
    createOutputs().setResult({ ...ended('wait_timeout'), builds })
    expect(kept()).toMatchObject({ reason: 'wait_timeout' })
    expect(JSON.parse(kept()['builds'] ?? '')).toMatchObject([{ success: false, reason: 'service_error' }])
  })

  test('are what came, whatever it is', () => {
    const text = fc.oneof(hostileText, fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, text, (branch, commit_message) => {
        writeFileSync(file, '')
        outputsOfOne().setRecord(recordOf({ branch, commit_message }), 0)
        expect(kept()).toMatchObject({
          branch: branch.toWellFormed(),
          commit_message: commit_message.toWellFormed(),
          success: 'false',
        })
        expect(written()).toHaveLength(Object.keys(RECORD_FIELDS).length + 4)
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    'error',
    'success',
    'status',
    '1',
    'id',
    'SUCCESS',
    '5',
    PASSING_RECORD.commit,
    'buildflow_env',
    'false',
    '',
  ])('are the same with %j as a secret', secret => {
    const set = (secrets: readonly string[]): ReturnType<typeof written> => {
      writeFileSync(file, '')
      const report = createReport()
      printedBy(() => {
        for (const one of secrets) report.addSecret(one, 'password')
        report.setBuilds([ONE_BUILD])
        report.setRecord(recordOf(), 0)
        report.end(ended('success'), false)
        report.succeed()
      })
      return written()
    }
    expect(set([secret])).toEqual(set([]))
  })

  test('are added to what is there, each with a delimiter of its own', () => {
    writeFileSync(file, 'before=1\n')
    createOutputs().setResult(ended('failed'))
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/^before=1\nsuccess<</)
    const delimiters = Array.from(
      text.matchAll(/<<(ghadelimiter_[0-9a-f-]{36})\n/g),
      ([, delimiter]) => delimiter,
    )
    expect(new Set(delimiters).size).toBe(5)
  })
})

describe('a record that differs at each poll', () => {
  const states = Array.from({ length: 50 }, (_, index) =>
    recordOf({ status: 'RUNNING', err_msg: `state ${index}` }),
  )
  const values = (name: string): string[] => written().flatMap(one => (one.name === name ? [one.value] : []))

  test('is written twice: when it is first read, and as it was last read', () => {
    const outputs = outputsOfOne()
    for (const state of states) outputs.setRecord(state, 0)
    expect(values('err_msg')).toEqual(['state 0'])
    outputs.setResult(ended('cancelled', states.at(-1)))
    expect(values('err_msg')).toEqual(['state 0', 'state 49'])
    outputs.setCrash()
    expect(values('err_msg')).toHaveLength(2)
    expect(values('reason')).toEqual(['cancelled', 'internal_error'])
    expect(new Set(values('success'))).toEqual(new Set(['false']))
  })

  test('is written once where it is read once', () => {
    const outputs = outputsOfOne()
    outputs.setRecord(recordOf(), 0)
    outputs.setResult(ended('success', recordOf()))
    expect(values('record')).toHaveLength(1)
  })

  test('is written as it was last read when the run crashes', () => {
    const report = createReport()
    printedBy(() => {
      report.setBuilds([ONE_BUILD])
      for (const state of states) report.setRecord(state, 0)
      report.reportCrash('it crashed')
    })
    expect(kept()).toMatchObject({ err_msg: 'state 49', reason: 'internal_error', success: 'false' })
  })
})

describe('outputs that cannot be written', () => {
  test.each([
    ['the file is in no folder', join(folder, 'missing/file')],
    ['it is a folder', join(folder, 'folder')],
    ['the disk is full', '/dev/full'],
  ])('say so: %s', (_, path) => {
    mkdirSync(join(folder, 'folder'), { recursive: true })
    process.env['GITHUB_OUTPUT'] = path
    const outputs = outputsOfOne()
    for (const set of [
      () => {
        outputs.setResult(ended('failed'))
      },
      () => {
        outputs.setRecord(recordOf(), 0)
      },
      outputs.succeed,
    ]) {
      expect(set).toThrow(OutputsError)
      expect(set).toThrow(/^the outputs could not be written to the file that GITHUB_OUTPUT names: ./)
    }
  })

  test('are one error that says what to do', () => {
    process.env['GITHUB_OUTPUT'] = folder
    const report = createReport()
    const log = printedBy(() => {
      try {
        report.end(ended('success'), false)
      } catch (error) {
        report.reportCrash('unused', error)
        report.reportCrash('a second time', error)
      }
    })
    expect(log).toMatch(
      /^Error: CodeArts Build Gate: internal_error: The step cannot pass, because its outputs could not be written\. Check that [^\n(]* \(.*GITHUB_OUTPUT names: [^\n]*\)\n$/,
    )
  })
})

test.each([
  ['', ''],
  ['0', '0'],
  ['100068', '100.068'],
  ['100068.5', '100.0685'],
  ['1e5', '100'],
  ['-1500', '-1.5'],
  ['1', '0.001'],
  [`1${'0'.repeat(400)}`, ''],
  ['0x10', ''],
  [' ', ''],
  ['{}', ''],
  ['100 s', ''],
])('%j ms are %j s', (ms, seconds) => {
  expect(secondsOf(ms)).toBe(seconds)
})
