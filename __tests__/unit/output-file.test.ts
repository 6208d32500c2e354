import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  hasSummary,
  openOutputs,
  OutputsError,
  setOutputs,
  writeSummary,
} from '../../src/report/output-file.ts'
import { parseOutputFile } from '../../tools/runner/output-file.ts'

const VARIABLES = ['GITHUB_ACTIONS', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'] as const
const before = VARIABLES.map(name => [name, process.env[name]] as const)
let folder: string

beforeEach(() => {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name)
  folder = mkdtempSync(join(tmpdir(), 'output-file-'))
})

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
  rmSync(folder, { recursive: true })
})

describe.each([
  ['GITHUB_OUTPUT', openOutputs],
  [
    'GITHUB_STEP_SUMMARY',
    () => {
      writeSummary('x')
    },
  ],
])('what %s names', (variable, write) => {
  const file = () => join(folder, 'file')

  test('is made where no runner is, when it is not there', () => {
    process.env[variable] = file()
    write()
    expect(readFileSync(file(), 'utf8')).not.toBe('')
  })

  test('is missing where a runner should have made it', () => {
    process.env['GITHUB_ACTIONS'] = 'true'
    process.env[variable] = file()
    expect(write).toThrow('the runner has not made it')
  })

  test.each(['true', undefined])(
    'is not opened when it is a folder or a pipe (GITHUB_ACTIONS is %s)',
    runner => {
      if (runner !== undefined) process.env['GITHUB_ACTIONS'] = runner
      process.env[variable] = file()
      // To open a pipe that nobody reads would take for ever.
      execFileSync('mkfifo', [file()])
      expect(write).toThrow('it is a pipe')
      rmSync(file())
      mkdirSync(file())
      expect(write).toThrow('it is a folder')
    },
  )

  test.each(['true', undefined])('may be a device (GITHUB_ACTIONS is %s)', runner => {
    if (runner !== undefined) process.env['GITHUB_ACTIONS'] = runner
    process.env[variable] = '/dev/null'
    write()
    process.env[variable] = '/dev/full'
    expect(write).toThrow('ENOSPC')
  })

  test('is in a folder that is there', () => {
    process.env[variable] = join(folder, 'missing/file')
    expect(write).toThrow('ENOENT')
  })

  test.each([undefined, ''])('is nothing: nothing is written, and nothing fails (%j)', name => {
    if (name !== undefined) process.env[variable] = name
    write()
  })
})

test('success is false until it is said', () => {
  const file = join(folder, 'file')
  process.env['GITHUB_OUTPUT'] = file
  openOutputs()
  setOutputs({ success: 'true' })
  expect(parseOutputFile(readFileSync(file, 'utf8'))).toEqual([
    { name: 'success', value: 'false' },
    { name: 'success', value: 'true' },
  ])
  rmSync(file)
  mkdirSync(file)
  expect(openOutputs).toThrow(OutputsError)
})

test('a summary is added to, and is valid UTF-8', () => {
  expect(hasSummary()).toBe(false)
  const file = join(folder, 'summary')
  process.env['GITHUB_STEP_SUMMARY'] = file
  expect(hasSummary()).toBe(true)
  writeSummary('second\ud800\n')
  writeSummary('third')
  expect(readFileSync(file, 'utf8')).toBe('second\ufffd\nthird')
})
