// The committed dist/ and what the runner gives it: outputs byte for byte, files that are not there or cannot be written, and a run
// that never settles. Every reason and way out is in dist/ways-out, all else about ends in integration/endings.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { makeRecord } from '../../tools/fake-service/record.ts'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import { ownNamespace } from '../support/own-namespace.ts'
import { preloads } from '../support/preloads/preloads.ts'
import { askWith, expectFailure, expectSummary, TITLE, verdictOf } from '../support/ask.ts'

/** @returns a script as Node takes it to be imported first (`node --import`). */
function preloadOf(script: string): string {
  return `data:text/javascript,${encodeURIComponent(script)}`
}

const { ask, askRecord } = askWith(async (inputs, more: Omit<RunOptions, 'inputs'> = {}) => {
  const ended = await runAction({ inputs, killAfterMs: 15_000, ...more })
  expect(ended).toMatchObject({ signal: null, stderr: '' })
  return ended
})

/** @returns the outputs that hold the fields of a record: its texts and numbers as text, null as empty. */
function outputsOf(record: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (value !== null && typeof value !== 'string' && typeof value !== 'number') throw new Error(name)
      return [name, String(value ?? '')]
    }),
  )
}

test('every field is an output, byte for byte', async () => {
  const message = 'Line 1\r\nLine 2\n::error::x\n\n  ghadelimiter_0\nsuccess=true\t😀 \u202e\0'
  const { outputs } = await askRecord({ commit_message: message, tag: '', branch: 'a=b<<c' })
  const record = makeRecord({
    codeci_job_id: SCENARIO_JOB_ID,
    commit_message: message,
    tag: '',
    branch: 'a=b<<c',
  })
  expect(withoutBuilds(outputs)).toEqual({
    ...outputsOf(record),
    artifacts: '[]',
    record: JSON.stringify(record),
    duration_seconds: '133.204',
    url: '',
    success: 'true',
    reason: 'success',
  })
})

test('success is false until the very last write', async () => {
  const { outputNames } = await askRecord({})
  expect(outputNames[0]).toBe('success')
  expect(outputNames.slice(outputNames.lastIndexOf('reason'))).toEqual([
    'reason',
    'url',
    'success',
    'artifacts',
    'builds',
    'success',
  ])
  const failed = await askRecord({ status: 'FAILURE' })
  expect(failed.outputNames.slice(-4)).toEqual(['reason', 'url', 'builds', 'artifacts'])
})

describe("the service's own published request and answer", () => {
  test('go through unchanged, and pass, with a warning about the identity', async () => {
    const jobId = 'cb5fa20de5fd4cf8be681d4bd6fdd2f6'
    const body = await readFile('tools/fake-service/published-example.json')
    const run = await ask({
      jobId,
      buildNo: 61,
      service: { scenarios: [], respond: () => ({ status: 200, body }) },
    })
    expect(run.requests).toMatchObject([{ method: 'GET', path: `/v3/jobs/${jobId}/61/record-info` }])
    expect(verdictOf(run)).toEqual({ exitCode: 0, success: 'true', reason: 'success' })
    expect(annotations(run.log)).toEqual([
      {
        level: 'warning',
        title: TITLE,
        message:
          `Asked for build 61 of build task ${jobId}, but the record says that it is ` +
          'build 532 of build task 68491d9bc97b4774adb93e29b46d2dc6',
      },
    ])
    const { result } = JSON.parse(body.toString()) as { result: Record<string, unknown> }
    expect(Object.keys(result)).toHaveLength(33)
    expect(withoutBuilds(run.outputs)).toEqual({
      ...outputsOf(result),
      artifacts: '[]',
      record: JSON.stringify(result),
      duration_seconds: '100.068',
      url: '',
      success: 'true',
      reason: 'success',
    })
    expectSummary(run, 'success')
    expect(run.summary).toContain(
      'build <code>532</code> of build task <code>68491d9bc97b4774adb93e29b46d2dc6</code>',
    )
  })
})

test('a gate that never settles fails with words, and is an entry of builds', async () => {
  for (const fail_unless_success of ['true', 'false']) {
    const run = await askRecord(
      {},
      { inputs: { fail_unless_success }, run: { imports: [preloads.neverSettles] } },
    )
    expect(expectFailure(run, 'internal_error')).toMatch(/^The gate ended unexpectedly\. Please report it/)
    expect(run.requests).toEqual([])
    // It cannot write its summary.
    expect(run.summary).toBe('')
    expect([...run.outputs.keys()].sort()).toEqual(['artifacts', 'builds', 'reason', 'success', 'url'])
    expect(JSON.parse(run.outputs.get('builds') ?? '')).toMatchObject([
      { job_id: SCENARIO_JOB_ID, success: false, reason: 'internal_error' },
    ])
  }
})

describe('the files of the runner', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'endings-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  /** Runs dist/ for a build with that status, in an environment with other variables. */
  const withVariables = (env: NonNullable<RunOptions['env']>, status = 'SUCCESS') =>
    askRecord({ status }, { run: { env } })

  test.each([
    ['is a folder', () => folder],
    ['is in a folder that is not there', () => join(folder, 'missing/output')],
    ['is not there', () => join(folder, 'missing')],
    ['is on a disk that is full', () => '/dev/full'],
    [
      'is a pipe',
      () => {
        execFileSync('mkfifo', [join(folder, 'pipe')])
        return join(folder, 'pipe')
      },
    ],
  ])('a GITHUB_OUTPUT that %s fails the step, with words, and costs no request', async (_, path) => {
    const run = await withVariables({ GITHUB_OUTPUT: path() })
    expect(run.exitCode).toBe(1)
    expect(run.requests).toEqual([])
    const [annotation, ...others] = annotations(run.log)
    expect(others).toEqual([])
    expect(annotation).toMatchObject({ level: 'error', title: `${TITLE}: internal_error` })
    expect(annotation?.message).toMatch(
      /^The step cannot pass, because its outputs could not be written\. Check that .*GITHUB_OUTPUT names: (it is a folder|it is a pipe|the runner has not made it|ENOSPC[^)]*)\)$/,
    )
    expect(run.log).not.toContain('set-output')
  })

  test('a GITHUB_OUTPUT that may only be read fails the step, with words', async () => {
    if (ownNamespace(':') === undefined) return
    const file = join(folder, 'read-only')
    await writeFile(file, '')
    // Root may write to any file, but to none of a file system that is mounted for reading.
    const mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    const through = ['unshare', '--mount', 'sh', '-c', mount, file]
    const run = await askRecord({}, { run: { env: { GITHUB_OUTPUT: file }, through } })
    expect([run.exitCode, run.requests]).toEqual([1, []])
    expect(annotations(run.log)).toMatchObject([
      { level: 'error', message: expect.stringMatching(/could not be written.*EROFS/) },
    ])
  })

  test('an output that cannot be written at the very end fails the step, with words', async () => {
    // The disk is full when the verdict is to be written, and not before.
    const preload = preloadOf(`
      const fs = process.getBuiltinModule('node:fs')
      const append = fs.appendFileSync
      fs.appendFileSync = (file, text, ...rest) => {
        if (/^success<<.*\\ntrue\\n/.test(text)) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
        return append(file, text, ...rest)
      }
      process.getBuiltinModule('node:module').syncBuiltinESMExports()`)
    const run = await askRecord({}, { run: { imports: [preload] } })
    expect([run.exitCode, run.outputs.get('success')]).toEqual([1, 'false'])
    expect(annotations(run.log)).toEqual([
      {
        level: 'error',
        title: `${TITLE}: internal_error`,
        message: expect.stringContaining('no space left'),
      },
    ])
    expect(run.outputs.get('reason')).toBe('internal_error')
  })

  test.each([
    ['missing', undefined],
    ['empty', ''],
  ])(
    'without outputs (%s) the exit code is the verdict, and nothing is printed in their place',
    async (_, path) => {
      const passed = await withVariables({ GITHUB_OUTPUT: path })
      expect([passed.exitCode, passed.outputNames, annotations(passed.log)]).toEqual([0, [], []])
      expect(passed.log).not.toContain('set-output')
      const failed = await withVariables({ GITHUB_OUTPUT: path }, 'FAILURE')
      expect([failed.exitCode, failed.outputNames, annotations(failed.log).length]).toEqual([1, [], 1])
      expect(failed.log).not.toContain('set-output')
    },
  )

  test.each([
    ['missing', undefined],
    ['empty', ''],
  ])('without a summary (%s) nothing is wrong', async (_, path) => {
    const passed = await withVariables({ GITHUB_STEP_SUMMARY: path })
    expect(verdictOf(passed)).toEqual({ exitCode: 0, success: 'true', reason: 'success' })
    expect([passed.summary, annotations(passed.log)]).toEqual(['', []])
    expectFailure(await withVariables({ GITHUB_STEP_SUMMARY: path }, 'FAILURE'), 'failed')
  })

  test('a summary that cannot be written is a warning, and the verdict stands', async () => {
    const warning = {
      level: 'warning',
      title: TITLE,
      message: expect.stringMatching(/^The job summary could not be written: it is a folder$/),
    }
    const passed = await withVariables({ GITHUB_STEP_SUMMARY: folder })
    expect(verdictOf(passed)).toEqual({ exitCode: 0, success: 'true', reason: 'success' })
    expect(annotations(passed.log)).toEqual([warning])
    const failed = await withVariables({ GITHUB_STEP_SUMMARY: folder }, 'FAILURE')
    expect(verdictOf(failed)).toEqual({ exitCode: 1, success: 'false', reason: 'failed' })
    expect(annotations(failed.log)).toEqual([expect.objectContaining({ level: 'error' }), warning])
  })

  test('a summary is not written where it was not wanted, for refused inputs neither', async () => {
    const inputs = { summary: 'false' }
    const runs = [await askRecord({}, { inputs }), await askRecord({ status: 'FAILURE' }, { inputs })]
    const refused = await askRecord({}, { inputs: { ...inputs, job_id: 'x' } })
    expect([...runs, refused].map(({ exitCode, summary }) => [exitCode, summary])).toEqual([
      [0, ''],
      [1, ''],
      [1, ''],
    ])
  })
})

function withoutBuilds(outputs: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...outputs].filter(([name]) => name !== 'builds'))
}
