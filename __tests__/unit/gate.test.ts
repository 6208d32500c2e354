import { describe, expect, test } from '@jest/globals'
import type { RecordResponse } from '../../src/codearts/client.ts'
import { parseRecord, type BuildRecord } from '../../src/codearts/record.ts'
import type { Expected } from '../../src/gate/build-query.ts'
import { mayPass, type GateResult } from '../../src/gate/reasons.ts'
import { runGate } from '../../src/gate/gate.ts'
import { message, quote } from '../../src/util/message.ts'
import { NOTHING_EXPECTED, ONE_POLL, SILENT_LOG } from '../support/builders/one-poll.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { rawLine, sentenceOf, warningsOf } from '../support/sentence.ts'
import { newEvidence } from '../support/builders/evidence.ts'

const OTHER_JOB_ID = 'cb5fa20de5fd4cf8be681d4bd6fdd2f6'
const BUILD = { jobId: JOB_ID, buildNo: BUILD_NO }
const notAsked = () => Promise.reject(new Error('only the record is asked for'))

function recordOf(fields: unknown): BuildRecord {
  const result = parseRecord(fields)
  if (!result.ok) throw new Error(result.why)
  return result.record
}

/** Runs the gate on what one poll brings. @returns how it ended, and everything it did, in order. */
async function gateOn(response: RecordResponse, expected: Partial<Expected> = {}) {
  const events: string[] = []
  const query = { ...BUILD, expected: { ...NOTHING_EXPECTED, ...expected } }
  const result = await runGate(query, {
    ...ONE_POLL,
    service: {
      readRecord(build) {
        expect(build).toMatchObject({ jobId: JOB_ID, buildNo: BUILD_NO })
        events.push('asked')
        return Promise.resolve(response)
      },
      readLastBuildNo: notAsked,
      get: notAsked,
      download: notAsked,
      readBuilds: notAsked,
    },
    log: {
      ...SILENT_LOG,
      info: line => events.push(`info: ${rawLine(line)}`),
      debug: line => events.push(`debug: ${rawLine(line)}`),
    },
    evidence: newEvidence({ onRecord: record => events.push(`record: ${record.fields.status}`) }),
  })
  return { result, events }
}

const gateOnRecord = (fields: unknown, expected: Partial<Expected> = {}) =>
  gateOn({ ok: true, record: recordOf(fields), ...READ }, expected).then(({ result }) => result)

const READ = { answer: { said: message`HTTP 200`, requestId: '' }, apiVersion: 'v1', dateMs: 0 } as const
const ENDED_AT = PASSING_RECORD.finish_time

describe('a build that was read', () => {
  test('is asked for once, handed on before it is judged, and leaves one line', async () => {
    const record = recordOf(PASSING_RECORD)
    const { result, events } = await gateOn({ ok: true, record, ...READ })
    expect(events).toEqual([
      'asked',
      'record: SUCCESS',
      `info: Build 532 of build task ${JOB_ID} has the status SUCCESS (read through API v1)`,
    ])
    expect(result).toEqual({
      success: true,
      reason: 'success',
      buildNo: 532,
      record,
      warnings: [],
      end: 'judged',
      problem: ['The build passes'],
      remedy: undefined,
      details: expect.anything(),
      checks: ['commit: not checked; branch: not checked'],
    })
    expect(sentenceOf(result)).toBe(
      `The build passes. (build 532 of build task ${JOB_ID}; status SUCCESS; commit: not checked; branch: not checked)`,
    )
  })

  test.each([
    [{ status: 'FAILURE' }, 'failed', 'The build failed', 'FAILURE', 'fix the cause, and build it again'],
    [
      { status: 'SCHEDULE_FAILURE' },
      'failed',
      'The build failed',
      'SCHEDULE_FAILURE',
      'fix the cause, and build it again',
    ],
    [{ status: 'ABORTED' }, 'aborted', 'The build was aborted', 'ABORTED', 'run it again'],
    [{ status: 'timeout' }, 'timed_out', 'The build timed out in CodeArts', 'timeout', 'run the build again'],
    [
      { status: 'RUNNING' },
      'running',
      'The build has not finished',
      'RUNNING',
      'run the step when the build has finished',
    ],
    [
      { status: null },
      'running',
      'The build has not finished',
      '(none)',
      'run the step when the build has finished',
    ],
    [
      { status: 'COMPLETED', finish_time: ENDED_AT },
      'unknown_status',
      'The build ended with an unknown status',
      'COMPLETED',
      'and only SUCCESS passes',
    ],
    [
      { status: '', finish_time: ENDED_AT },
      'unknown_status',
      'The build ended with an unknown status',
      '(none)',
      'and only SUCCESS passes',
    ],
    [{ status: 'SUCCESS ' }, 'running', 'The build has not finished', '"SUCCESS "', 'run the step when'],
    [
      { status: 'SU\u0421CESS', finish_time: ENDED_AT },
      'unknown_status',
      'The build ended with an unknown status',
      String.raw`"SU\u0421CESS"`,
      'and only SUCCESS passes',
    ],
  ])('%j is %s, and the sentence says so', async (fields, reason, outcome, status, advice) => {
    const result = await gateOnRecord(fields)
    expect(result).toMatchObject({ success: false, reason })
    expect(sentenceOf(result).startsWith(`${outcome}. `)).toBe(true)
    expect(sentenceOf(result)).toContain(` (build 532 of build task ${JOB_ID}; status ${status}`)
    expect(sentenceOf(result)).toContain(advice)
  })
})

describe('the reason that a failed build gives', () => {
  test.each([
    ['no executor is free', '; status SCHEDULE_FAILURE; the build says "no executor is free")'],
    [{ code: 5 }, '; the build says “{"code":5}”)'],
    ['', 'again. (build 532'],
    [null, 'again. (build 532'],
    [[], 'again. (build 532'],
    [{}, 'again. (build 532'],
  ])('%j is shown', async (err_msg, words) => {
    expect(sentenceOf(await gateOnRecord({ status: 'SCHEDULE_FAILURE', err_msg }))).toContain(words)
  })

  test('is not shown of a build that has not failed', async () => {
    for (const status of ['SUCCESS', 'RUNNING'])
      expect(sentenceOf(await gateOnRecord({ status, err_msg: 'x' }))).not.toContain('the build says')
  })
})

describe('what was built', () => {
  const shown = { status: 'SUCCESS', commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d' }

  test.each([
    [
      {},
      { ...shown, branch: 'main', tag: 'v1' },
      'commit: not checked; branch: not checked; tag: not checked',
    ],
    [
      { tag: 'v1' },
      { ...shown, tag: 'refs/tags/v1' },
      'branch: not checked; tag: refs/tags/v1, as asked for',
    ],
    [{ branch: 'main' }, { ...shown, branch: 'refs/heads/main' }, 'branch: refs/heads/main, as asked for'],
    [{ tag: 'v1' }, { status: 'RUNNING' }, 'tag: not shown yet, v1 was asked for'],
    [
      { branch: 'v1.2.3' },
      { ...shown, branch: null, tag: 'v1.2.3' },
      'The build was made from a tag, not from a branch. To check a tag, use the input tag in place of branch. (build',
    ],
    [
      { tag: 'main' },
      { ...shown, branch: 'main', tag: null },
      'The build was made from a branch, not from a tag. To check a branch, use the input branch in place of tag. (build',
    ],
    [{ tag: 'v1' }, shown, 'tag: shows none, but v1 was asked for'],
    [
      { branch: 'v1' },
      shown,
      'The service shows no branch of this build. Check it by commit in place of branch, or by build_no alone. (build',
    ],
    [
      { branch: 'dev', tag: 'v1' },
      { ...shown, branch: 'main', tag: 'v1' },
      '; branch: main, but dev was asked for; tag: v1, as asked for; commit 7c1b9e0',
    ],
    [
      { tag: 'v1' },
      { ...shown, branch: 'main', tag: 'v2' },
      'Check build_no and tag, or give commit in place of build_no, and the step finds the build. (build 532',
    ],
  ])('%j of %j is said in words', async (expected, fields, words) => {
    expect(sentenceOf(await gateOnRecord(fields, expected))).toContain(words)
  })

  test.each([
    [
      { commit: 'e980b88', branch: 'dev', tag: 'v1' },
      { commit: shown.commit, branch: 'main', tag: 'v2' },
      'is of another commit, branch and tag. Check build_no, or leave',
    ],
    [
      { branch: 'dev', tag: 'v1' },
      { commit: shown.commit, branch: 'main', tag: 'v2' },
      'is of another branch and tag. Check build_no, branch and tag, or give commit',
    ],
    [{ commit: 'e980b88', tag: 'v1' }, { ...shown, branch: 'x' }, 'is of another commit, and shows no tag. '],
    [
      { commit: shown.commit },
      { commit: '0'.repeat(40) },
      'shows no commit of this build. Check it by branch in place of commit',
    ],
    [
      { branch: 'refs/pull/1/merge' },
      { branch: 'main' },
      'on a pull request that is ${{ github.head_ref }}. (',
    ],
    [{ branch: 'refs/tags/v1' }, { branch: 'main' }, '. For a tag use the input tag: '],
    [{ tag: 'refs/heads/main' }, { tag: 'v1' }, '. For a branch use the input branch: '],
    [{ tag: 'refs/notes/x' }, { tag: 'v1' }, '. Set tag to the name of a tag: '],
    [
      { commit: 'e980b88', isMergeCommit: true },
      { commit: shown.commit },
      '. Set commit to ${{ github.event.pull_request.head.sha }}: this is the merge commit',
    ],
  ])('every mismatch of %j with %j is named, with advice', async (expected, fields, words) => {
    const result = await gateOnRecord({ status: 'SUCCESS', finish_time: ENDED_AT, ...fields }, expected)
    expect(sentenceOf(result)).toContain(words)
    expect(sentenceOf(result)).not.toContain('not checked')
  })

  test('is said of a build that failed, and what was checked only where something was asked for', async () => {
    const fields = { ...shown, status: 'FAILURE', branch: 'main', tag: 'v1' }
    expect(sentenceOf(await gateOnRecord(fields))).toContain(
      `; status FAILURE; commit ${shown.commit}; branch main; tag v1)`,
    )
    expect(sentenceOf(await gateOnRecord(fields, { tag: 'v1' }))).toContain(
      `; status FAILURE; tag: v1, as asked for; commit ${shown.commit}; branch main)`,
    )
  })
})

describe('the identity of the record', () => {
  const warning = (buildNo: string, jobId: string): string =>
    `Asked for build 532 of build task ${JOB_ID}, but the record says that it is build ${buildNo} of build task ${jobId}`

  test.each([
    ['is what was asked for', PASSING_RECORD],
    ['has its number as text', { ...PASSING_RECORD, build_no: '532' }],
    ['has its number as a fraction', { ...PASSING_RECORD, build_no: '532.0' }],
    ['comes in camelCase', { status: 'SUCCESS', codeciJobId: JOB_ID, buildNo: 532 }],
    ['is not there', { status: 'SUCCESS' }],
    ['is null', { ...PASSING_RECORD, codeci_job_id: null, build_no: null }],
  ])('%s: no warning', async (_, fields) => {
    expect((await gateOnRecord(fields)).warnings).toEqual([])
  })

  test.each([
    ['another job', { codeci_job_id: OTHER_JOB_ID, build_no: 532 }, warning('532', OTHER_JOB_ID)],
    ['another build', { codeci_job_id: JOB_ID, build_no: 531 }, warning('531', JOB_ID)],
    ['both', { codeciJobId: OTHER_JOB_ID, buildNo: '61' }, warning('61', OTHER_JOB_ID)],
    [
      'the job in another case',
      { codeci_job_id: JOB_ID.toUpperCase() },
      warning('(none)', JOB_ID.toUpperCase()),
    ],
    ['another build without a job', { build_no: 0 }, warning('0', '(none)')],
  ])('%s: one warning that names both, and the verdict stands', async (_, identity, expected) => {
    const passed = await gateOnRecord({ status: 'SUCCESS', ...identity })
    expect(passed).toMatchObject({ success: true, reason: 'success' })
    expect(warningsOf(passed)).toEqual([expected])
    const failed = await gateOnRecord({ status: 'FAILURE', ...identity })
    expect(failed).toMatchObject({ success: false, reason: 'failed' })
    expect(warningsOf(failed)).toEqual([expected])
  })
})

test('a build that was not read ends with the error in words, without a record', async () => {
  const error = {
    kind: 'build_missing',
    reason: 'not_found',
    problem: message`It is not there`,
    remedy: message`Look elsewhere`,
    message: message`it came back empty`,
    retryable: false,
  } as const
  const { result, events } = await gateOn({ ok: false, error })
  expect(events).toEqual(['asked'])
  expect(result).toEqual({
    success: false,
    reason: 'not_found',
    buildNo: 532,
    problem: message`It is not there`,
    remedy: message`Look elsewhere`,
    details: [
      message`build 532 of build task ${quote(JOB_ID)}`,
      message`host ${quote('127.0.0.1', 200)}`,
      message`it came back empty`,
    ],
    end: 'error',
    record: undefined,
    warnings: [],
  })
})

describe('whether the step may pass', () => {
  const record = recordOf({ status: 'FAILURE' })
  const failed: GateResult = {
    success: false,
    reason: 'failed',
    end: 'judged',
    problem: [],
    details: [],
    warnings: [],
    record,
  }
  const unread: GateResult = {
    success: false,
    reason: 'not_found',
    end: 'error',
    problem: [],
    details: [],
    warnings: [],
  }
  const passed: GateResult = {
    success: true,
    reason: 'success',
    end: 'judged',
    problem: [],
    details: [],
    warnings: [],
    record,
  }

  test.each([
    ['a success', passed, true, true],
    ['a failed build', failed, false, true],
    ['a running build', { ...failed, reason: 'running' } as const, false, true],
    ['an error', unread, false, false],
    ['refused inputs', { ...unread, reason: 'invalid_input' } as const, false, false],
    ['a fault of the gate itself', { ...unread, reason: 'internal_error' } as const, false, false],
  ])('%s', (_, result, whenStrict, whenLenient) => {
    expect([mayPass(result, true), mayPass(result, false)]).toEqual([whenStrict, whenLenient])
  })
})
