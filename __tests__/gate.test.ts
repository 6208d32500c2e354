import { describe, expect, test } from '@jest/globals'
import type { Look } from '../src/codearts/client.ts'
import { parseRecord, type BuildRecord } from '../src/codearts/record.ts'
import { mayPass, type Ending } from '../src/ending.ts'
import { runGate } from '../src/gate.ts'
import { NOTHING_EXPECTED, ONE_LOOK, SILENT_LOG } from './support/one-look.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from './support/passing-build.ts'

const OTHER_JOB_ID = 'cb5fa20de5fd4cf8be681d4bd6fdd2f6'
const BUILD = { jobId: JOB_ID, buildNo: BUILD_NO, expected: NOTHING_EXPECTED }
const notAsked = () => Promise.reject(new Error('only the record is asked for'))

function recordOf(fields: unknown): BuildRecord {
  const result = parseRecord(fields)
  if (!result.ok) throw new Error(result.why)
  return result.record
}

/** Runs the gate on what one look brings. @returns how it ended, and everything it did, in order. */
async function gateOn(look: Look) {
  const events: string[] = []
  const ending = await runGate(BUILD, {
    ...ONE_LOOK,
    service: {
      readRecord(build) {
        expect(build).toMatchObject({ jobId: JOB_ID, buildNo: BUILD_NO })
        events.push('asked')
        return Promise.resolve(look)
      },
      readLastBuildNo: notAsked,
      buildList: () => {
        throw new Error('nobody asks for it')
      },
    },
    log: {
      ...SILENT_LOG,
      info: line => events.push(`info: ${line}`),
      debug: line => events.push(`debug: ${line}`),
    },
    onRecord: record => events.push(`record: ${record.fields.status}`),
  })
  return { ending, events }
}

const gateOnRecord = (fields: unknown) =>
  gateOn({ ok: true, record: recordOf(fields), apiVersion: 'v1', dateMs: 0 }).then(({ ending }) => ending)

const ENDED_AT = PASSING_RECORD.finish_time

describe('a build that was read', () => {
  test('is asked for once, handed on before it is judged, and leaves one line', async () => {
    const record = recordOf(PASSING_RECORD)
    const { ending, events } = await gateOn({ ok: true, record, apiVersion: 'v1', dateMs: 0 })
    expect(events).toEqual([
      'asked',
      'record: SUCCESS',
      `info: Build 532 of job ${JOB_ID} has the status SUCCESS (read through API v1)`,
    ])
    expect(ending).toEqual({
      success: true,
      reason: 'success',
      record,
      warnings: [],
      sentence: `Build 532 of job ${JOB_ID} passes: its status is SUCCESS; commit: not checked; branch: not checked`,
    })
  })

  test.each([
    [{ status: 'FAILURE' }, 'failed', 'failed', 'FAILURE', 'mend it and build again'],
    [{ status: 'SCHEDULE_FAILURE' }, 'failed', 'failed', 'SCHEDULE_FAILURE', 'mend it and build again'],
    [{ status: 'ABORTED' }, 'aborted', 'was aborted', 'ABORTED', 'run the build again'],
    [{ status: 'timeout' }, 'timed_out', 'timed out in CodeArts', 'timeout', 'run it again'],
    [{ status: 'RUNNING' }, 'running', 'is not over', 'RUNNING', 'run this step when the build is over'],
    [{ status: null }, 'running', 'is not over', '(none)', 'run this step when the build is over'],
    [
      { status: 'COMPLETED', finish_time: ENDED_AT },
      'unknown_status',
      'ended with a status that is not known',
      'COMPLETED',
      'only SUCCESS passes',
    ],
    [
      { status: '', finish_time: ENDED_AT },
      'unknown_status',
      'ended with a status that is not known',
      '(none)',
      'only SUCCESS passes',
    ],
  ])('%j is %s, and the sentence says so', async (fields, reason, outcome, status, advice) => {
    const ending = await gateOnRecord(fields)
    expect(ending).toMatchObject({ success: false, reason })
    expect(ending.sentence).toContain(
      `Build 532 of job ${JOB_ID} ${outcome}: its status is ${status}; commit: not checked; branch: not checked; `,
    )
    expect(ending.sentence).toContain(advice)
  })
})

describe('the identity of the record', () => {
  const warning = (buildNo: string, jobId: string): string =>
    `Asked for build 532 of job ${JOB_ID}, and the record says that it is build ${buildNo} of job ${jobId}`

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
    expect(await gateOnRecord({ status: 'SUCCESS', ...identity })).toMatchObject({
      success: true,
      reason: 'success',
      warnings: [expected],
    })
    expect(await gateOnRecord({ status: 'FAILURE', ...identity })).toMatchObject({
      success: false,
      reason: 'failed',
      warnings: [expected],
    })
  })
})

test('a build that was not read ends with the problem in words, without a record', async () => {
  const problem = { reason: 'not_found', cameBack: 'it came back empty', hint: 'look elsewhere' } as const
  const { ending, events } = await gateOn({ ok: false, problem, again: { again: false } })
  expect(events).toEqual(['asked'])
  expect(ending).toEqual({
    success: false,
    reason: 'not_found',
    sentence: `Asked for build 532 of job ${JOB_ID}: it came back empty; look elsewhere`,
    advice: 'look elsewhere',
    warnings: [],
  })
})

describe('whether the step may pass', () => {
  const record = recordOf({ status: 'FAILURE' })
  const failed: Ending = { success: false, reason: 'failed', sentence: '', warnings: [], record }
  const unread: Ending = { success: false, reason: 'not_found', sentence: '', warnings: [] }
  const passed: Ending = { success: true, reason: 'success', sentence: '', warnings: [], record }

  test.each([
    ['a success', passed, true, true],
    ['a failed build', failed, false, true],
    ['a running build', { ...failed, reason: 'running' } as const, false, true],
    ['an error', unread, false, false],
    ['refused inputs', { ...unread, reason: 'invalid_input' } as const, false, false],
    ['an end that nobody planned', { ...unread, reason: 'internal_error' } as const, false, false],
  ])('%s', (_, ending, whenStrict, whenSoft) => {
    expect([mayPass(ending, true), mayPass(ending, false)]).toEqual([whenStrict, whenSoft])
  })
})
