import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { parseRecord } from '../src/codearts/record.ts'
import { judge, type BuildReason, type Verdict } from '../src/verdict.ts'
import { NOTHING_EXPECTED } from './support/one-look.ts'

const ENDED_AT = '2022-10-11T08:30:27.000+00:00'

/** @returns the judgement on a record with these fields; undefined when it cannot even be read. */
function judged(fields: Readonly<Record<string, unknown>>): Verdict | undefined {
  const result = parseRecord(fields)
  return result.ok ? judge(result.record, NOTHING_EXPECTED) : undefined
}

describe('SUCCESS', () => {
  test('passes, with and without a finish_time', () => {
    expect(judged({ status: 'SUCCESS', finish_time: ENDED_AT })).toEqual({ success: true, reason: 'success' })
    expect(judged({ status: 'SUCCESS' })).toEqual({ success: true, reason: 'success' })
  })

  const nearMisses = [
    ...[
      'SUCCESSFUL',
      'SUCCES',
      'SUCCESSS',
      'SUCESS',
      'UCCESS',
      'SSUCCESS',
      'SUCCEEDED',
      'SUCCESS_WITH_WARNINGS',
    ],
    ...[
      'success',
      'Success',
      'sUCCESS',
      'SUCCESs',
      'SucceSS',
      'UNSUCCESSFUL',
      'NOT SUCCESS',
      'PARTIAL_SUCCESS',
    ],
    ...[
      ' SUCCESS',
      'SUCCESS ',
      '\tSUCCESS',
      'SUCCESS\n',
      'SUCCESS\r\n',
      '\nSUCCESS',
      'SUCCESS\0',
      '\0SUCCESS',
    ],
    ...['SUCCESS\u00a0', '\ufeffSUCCESS', 'SUCCESS\u200b', 'SUC\u200dCESS', '\u202eSSECCUS', 'SUCCESS\u0301'],
    ...['ＳＵＣＣＥＳＳ', 'ЅUCCESS', 'SUССESS', 'ſuccess', 'SUCCE\u1e9e', '𝐒𝐔𝐂𝐂𝐄𝐒𝐒', 'ⓈⓊⒸⒸⒺⓈⓈ'],
    ...[
      'SUCCESS,SUCCESS',
      'SUCCESS;',
      '"SUCCESS"',
      "'SUCCESS'",
      'SUCCESS\nFAILURE',
      'FAILURE\nSUCCESS',
      'S.*',
    ],
  ]

  test.each(nearMisses)('%j does not', status => {
    expect(judged({ status, finish_time: ENDED_AT })).toEqual({ success: false, reason: 'unknown_status' })
    expect(judged({ status })).toEqual({ success: false, reason: 'running' })
  })

  test('no other text does', () => {
    const word = 'SUCCESS'
    const spoilt = fc
      .tuple(fc.nat(word.length), fc.nat(2), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, drop, text]) => word.slice(0, at) + text + word.slice(at + drop))
    const mixedCase = fc.mixedCase(fc.constantFrom(word, 'success', ' SUCCESS', 'SUCCESSFUL'))
    const status = fc.oneof(spoilt, mixedCase, fc.string({ unit: 'binary' }), fc.constant(word))
    fc.assert(
      fc.property(status, fc.constantFrom(null, '', ENDED_AT), (text, finishTime) => {
        const verdict = judged({ status: text, finish_time: finishTime })
        expect(verdict?.success).toBe(text === 'SUCCESS')
        expect(verdict?.reason === 'success').toBe(text === 'SUCCESS')
      }),
      { numRuns: 1_000 },
    )
  })

  test('no value of another type does', () => {
    const value = fc.jsonValue().filter(json => json !== 'SUCCESS')
    const wrapped = fc.constantFrom<unknown>(
      ['SUCCESS'],
      { status: 'SUCCESS' },
      { toString: 'SUCCESS' },
      true,
      1,
      5,
    )
    fc.assert(
      fc.property(fc.oneof(value, wrapped), status => {
        expect(judged({ status, finish_time: ENDED_AT })?.success).not.toBe(true)
      }),
    )
  })

  test('in any other field does not', () => {
    const record = {
      record_status: 'SUCCESS',
      err_msg: 'SUCCESS',
      branch: 'SUCCESS',
      Status: 'SUCCESS',
      state: 'SUCCESS',
    }
    expect(judged(record)).toEqual({ success: false, reason: 'running' })
    expect(judged({ ...record, status: 'FAILURE' })).toEqual({ success: false, reason: 'failed' })
  })
})

describe('a build that is over', () => {
  test.each<readonly [string, BuildReason]>([
    ['FAILURE', 'failed'],
    ['SCHEDULE_FAILURE', 'failed'],
    ['ABORTED', 'aborted'],
    ['timeout', 'timed_out'],
  ])('%s is %s in any case, with and without a finish_time', (word, reason) => {
    fc.assert(
      fc.property(fc.mixedCase(fc.constant(word)), fc.constantFrom('', ENDED_AT), (status, finishTime) => {
        expect(judged({ status, finish_time: finishTime })).toEqual({ success: false, reason })
      }),
    )
  })
})

describe('any other word', () => {
  // Every other status that is documented or was seen anywhere near a build (API reference, section 4), and none.
  test.each([
    ...[
      'UNKNOWN',
      'Starting',
      'Running',
      'Finished',
      'InQueue',
      'red',
      'blue',
      'building',
      'none',
      'success',
      'error',
    ],
    ...[
      'running',
      'completed',
      'runnable',
      'pending',
      'QUEUED',
      'RUNNING',
      'FAILED',
      'ERROR',
      'CANCELED',
      'COMPLETED',
    ],
    ...['', null, undefined],
    ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'FAILURE ', ' timeout', 'TIME_OUT'],
  ])('%j is unknown_status with a finish_time, and running without', status => {
    expect(judged({ status, finish_time: ENDED_AT })).toEqual({ success: false, reason: 'unknown_status' })
    expect(judged({ status, finish_time: null })).toEqual({ success: false, reason: 'running' })
    expect(judged({ status, finish_time: '' })).toEqual({ success: false, reason: 'running' })
    expect(judged({ status, id: 'x' })).toEqual({ success: false, reason: 'running' })
  })
})
