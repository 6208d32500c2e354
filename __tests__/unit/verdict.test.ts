import { branchName, tagName } from '../../src/util/git-refs.ts'
import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { parseRecord } from '../../src/codearts/record.ts'
import type { Expected } from '../../src/gate/build-query.ts'
import {
  isCommit,
  judge,
  judgeStatus,
  shownCommit,
  type BuildReason,
  type Verdict,
} from '../../src/gate/verdict.ts'
import { NOTHING_EXPECTED } from '../support/builders/one-poll.ts'

const ENDED_AT = '2022-10-11T08:30:27.000+00:00'

/** @returns the judgement on a record with these fields; undefined when it cannot even be read. */
function judged(
  fields: Readonly<Record<string, unknown>>,
  expected: Partial<Expected> = {},
): Verdict | undefined {
  const result = parseRecord(fields)
  return result.ok ? judge(result.record, { ...NOTHING_EXPECTED, ...expected }) : undefined
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

const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

/** What the build must have built: [what, what is expected, a record that has it, one that has another, one that has none] */
const EXPECTATIONS = [
  [
    'commit',
    { commit: COMMIT.slice(0, 7) },
    { commit: COMMIT },
    { commit: COMMIT.replace('7', '8') },
    'commit_mismatch',
  ],
  ['branch', { branch: 'main' }, { branch: 'main' }, { branch: 'dev' }, 'branch_mismatch'],
  ['tag', { tag: 'v1' }, { tag: 'v1' }, { tag: 'v2' }, 'tag_mismatch'],
] as const satisfies readonly (readonly [string, Partial<Expected>, object, object, BuildReason])[]

describe.each(EXPECTATIONS)('an expected %s', (name, expected, right, other, mismatch) => {
  test.each([
    ['SUCCESS', ENDED_AT, 'success'],
    ['FAILURE', ENDED_AT, 'failed'],
    ['ABORTED', null, 'aborted'],
    ['UNKNOWN', ENDED_AT, 'unknown_status'],
    ['RUNNING', null, 'running'],
  ])('goes before the status %s, finish_time %j', (status, finish_time, reason) => {
    const record = { status, finish_time }
    expect(judged({ ...record, ...right }, expected)).toEqual({ success: reason === 'success', reason })
    expect(judged({ ...record, ...other }, expected)).toEqual({ success: false, reason: mismatch })
    // What a running build does not show yet is no mismatch; what a finished one does not show is.
    const none = { success: false, reason: reason === 'running' ? 'running' : mismatch }
    for (const value of [null, '', undefined])
      expect(judged({ ...record, [name]: value }, expected)).toEqual(none)
    // What nobody asks for decides nothing.
    expect(judged({ ...record, ...other })).toEqual({ success: reason === 'success', reason })
  })
})

test('commit, branch and tag are looked at in this order, and all of them must match', () => {
  const expected = { commit: COMMIT, branch: 'main', tag: 'v1' }
  const right = { status: 'SUCCESS', ...expected }
  expect(judged(right, expected)).toEqual({ success: true, reason: 'success' })
  const others = { commit: '0', branch: '0', tag: '0' }
  const reasonOf = (fields: object) => judged({ ...right, ...fields }, expected)?.reason
  expect(reasonOf(others)).toBe('commit_mismatch')
  expect(reasonOf({ ...others, commit: COMMIT })).toBe('branch_mismatch')
  expect(reasonOf({ tag: 'v11' })).toBe('tag_mismatch')
})

test.each<readonly [string, string, boolean]>([
  [COMMIT, COMMIT, true],
  [COMMIT, COMMIT.toUpperCase(), true],
  [COMMIT.toUpperCase(), COMMIT.slice(0, 7), true],
  [COMMIT, COMMIT.slice(1, 9), false],
  [COMMIT.slice(0, 8), COMMIT, false],
  [` ${COMMIT}`, COMMIT, false],
  [COMMIT, COMMIT.replace('d', 'e'), false],
])('that %j is the commit %j: %j', (full, asked, isSame) => {
  expect(isCommit(full, asked)).toBe(isSame)
})

test.each([
  ['', ''],
  [null, ''],
  ['0', ''],
  ['0'.repeat(40), ''],
  ['0a', '0a'],
  ['a0', 'a0'],
  ['none', 'none'],
])('a record with the commit %j shows %j', (commit, shown) => {
  const result = parseRecord({ status: 'SUCCESS', commit })
  expect(result.ok && shownCommit(result.record)).toBe(shown)
})

test.each([
  ['main', 'main'],
  ['refs/heads/main', 'main'],
  ['refs/heads/refs/heads/main', 'refs/heads/main'],
  ['x/refs/heads/main', 'x/refs/heads/main'],
  ['refs/tags/main', 'refs/tags/main'],
  ['Refs/heads/main', 'Refs/heads/main'],
  ['refs/heads/', ''],
])('the branch %j is %j', (ref, name) => {
  expect(branchName(ref)).toBe(name)
  expect(judged({ status: 'SUCCESS', branch: ref }, { branch: name })?.success).toBe(true)
})

test.each([
  ['v1', 'v1'],
  ['refs/tags/v1', 'v1'],
  ['refs/tags/refs/tags/v1', 'refs/tags/v1'],
  ['x/refs/tags/v1', 'x/refs/tags/v1'],
  ['refs/heads/v1', 'refs/heads/v1'],
  ['refs/tags/', ''],
])('the tag %j is %j', (ref, name) => {
  expect(tagName(ref)).toBe(name)
  expect(judged({ status: 'SUCCESS', tag: ref }, { tag: name })?.success).toBe(true)
})

test.each(['Main', 'main ', 'mai', 'main2', 'refs/main', 'mäin'])('no other branch is main: %j', branch => {
  expect(judged({ status: 'SUCCESS', branch }, { branch: 'main' })?.reason).toBe('branch_mismatch')
  expect(judged({ status: 'SUCCESS', tag: branch }, { tag: 'main' })?.reason).toBe('tag_mismatch')
})

test('the status alone is judged without what is expected', () => {
  const result = parseRecord({ status: 'SUCCESS', commit: '0' })
  expect(result.ok && judgeStatus(result.record)).toEqual({ success: true, reason: 'success' })
})
