import { describe, expect, test } from '@jest/globals'
import { parseRecord } from '../../src/codearts/record.ts'
import {
  isOpen,
  mayPass,
  mayStepPass,
  REASONS,
  type GateEnd,
  type GateResult,
  type Reason,
  type StepResult,
} from '../../src/gate/reasons.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'

/** [reason, whether a warning may do in place of an error, whether stages and log say more, heading, what to do] */
const ROWS: readonly (readonly [Reason, boolean, boolean, string, string])[] = [
  ['success', false, false, 'the build passes', ''],
  [
    'failed',
    true,
    true,
    'the build failed',
    'See its log in the job summary or in CodeArts, fix the cause, and build it again',
  ],
  [
    'aborted',
    true,
    true,
    'the build was aborted',
    'Find out in CodeArts who or what stopped it, run it again, and then this step',
  ],
  [
    'timed_out',
    true,
    true,
    'the build timed out in CodeArts',
    'See in its log in CodeArts what took so long, run the build again, and then this step',
  ],
  [
    'unknown_status',
    true,
    true,
    'the build ended with an unknown status',
    'See the build in CodeArts, and run it again if it did not succeed',
  ],
  [
    'running',
    true,
    false,
    'the build has not finished',
    'Let the step wait for it (wait: true), or run the step when the build has finished',
  ],
  [
    'commit_mismatch',
    true,
    false,
    'the build is of another commit',
    'Check build_no, or leave it out so that the step finds the build by its commit',
  ],
  [
    'branch_mismatch',
    true,
    false,
    'the build is of another branch',
    'Check build_no and branch, or give commit in place of build_no, and the step finds the build',
  ],
  [
    'tag_mismatch',
    true,
    false,
    'the build is of another tag',
    'Check build_no and tag, or give commit in place of build_no, and the step finds the build',
  ],
  ['wait_timeout', true, false, 'the wait timed out', ''],
  ['not_found', false, false, 'there is no such build', ''],
  ['unauthorized', false, false, 'the credentials were refused', ''],
  ['forbidden', false, false, 'the credentials do not allow access to the build', ''],
  ['throttled', false, false, 'the service is throttling requests', ''],
  ['unreachable', false, false, 'the service could not be reached', ''],
  ['invalid_response', false, false, 'the answer was not valid', ''],
  ['service_error', false, false, 'the service reported an error', ''],
  ['invalid_input', false, false, 'the inputs are not valid', ''],
  ['cancelled', false, false, 'the step was cancelled', ''],
  ['internal_error', false, false, 'the gate itself failed', ''],
]

describe('reasons', () => {
  test('are these and no others', () => {
    expect(Object.keys(REASONS)).toEqual(ROWS.map(([reason]) => reason))
  })

  test.each(ROWS)(
    '%s: may only warn %j, has a diagnosis %j',
    (reason, mayWarnOnly, hasDiagnosis, heading, remedy) => {
      // Then no ID stands among the first 120 characters of an annotation (contract section 4).
      if (remedy !== '') expect(`${heading}. ${remedy}.`.length).toBeGreaterThanOrEqual(96)
      const logRemedy: unknown = hasDiagnosis ? expect.stringMatching(/ log .*below/) : remedy
      expect(REASONS[reason]).toEqual({ heading, remedy, logRemedy, mayWarnOnly, hasDiagnosis })
    },
  )
})

describe('what may pass', () => {
  const parsed = parseRecord({ status: 'x' })
  const record = parsed.ok ? parsed.record : undefined

  test.each(ROWS)(
    '%s: only a record that was read, only where the step need not fail (%j)',
    (reason, mayWarnOnly) => {
      const result = { success: false, reason, end: 'error', problem: [], details: [], warnings: [] } as const
      expect(record).toBeDefined()
      expect(mayPass({ ...result, record }, true)).toBe(false)
      expect(mayPass({ ...result, record }, false)).toBe(mayWarnOnly)
      expect(mayPass(result, false)).toBe(false)
      expect(mayPass(result, true)).toBe(false)
    },
  )

  test('a success, in either mode', () => {
    const result = {
      success: true,
      reason: 'success',
      end: 'judged',
      problem: [],
      details: [],
      warnings: [],
      record,
    } as const
    expect([mayPass(result, true), mayPass(result, false)]).toEqual([true, true])
  })
})

test.each<[boolean, GateEnd, Reason]>([
  [false, 'judged', 'failed'],
  [true, 'judged', 'running'],
  [false, 'error', 'not_found'],
  [true, 'limit', 'wait_timeout'],
  [true, 'cancelled', 'cancelled'],
  [true, 'decided', 'cancelled'],
])('that a build might still have passed is %j after %s and %s', (expected, end, reason) => {
  expect(isOpen({ ...gateResult(reason), end })).toBe(expected)
})

const STRICT = { failUnlessSuccess: true, artifacts: false }
const LENIENT = { failUnlessSuccess: false, artifacts: false }

describe('the step', () => {
  const result = (reason: Reason, builds: readonly Reason[]): StepResult => ({
    ...gateResult(reason),
    url: '',
    builds: builds.map((own, at) => ({ name: `b${at}`, jobId: `j${at}`, url: '', result: gateResult(own) })),
  })

  test.each<[boolean, Reason, readonly Reason[]]>([
    [true, 'success', ['success']],
    [true, 'success', ['success', 'success']],
    [false, 'success', []],
    [false, 'success', ['success', 'failed']],
    [false, 'success', ['not_found', 'success']],
    [false, 'cancelled', ['success']],
    [false, 'failed', ['failed']],
  ])('may pass is %j for %s with %j', (expected, reason, builds) => {
    expect(mayStepPass(result(reason, builds), STRICT, PROVEN)).toBe(expected)
  })

  test.each<[boolean, Reason, readonly Reason[]]>([
    [true, 'failed', ['success', 'failed']],
    [false, 'failed', ['failed', 'not_found']],
    [false, 'failed', []],
    [false, 'cancelled', ['failed']],
  ])('with fail_unless_success: false may pass is %j for %s with %j', (expected, reason, builds) => {
    expect(mayStepPass(result(reason, builds), LENIENT, PROVEN)).toBe(expected)
  })

  test.each([STRICT, LENIENT])('never passes without a record of its own for each build (%j)', rules => {
    const passing = result('success', ['success', 'success'])
    expect(mayStepPass(passing, rules, { isComplete: false })).toBe(false)
  })

  test.each<[boolean, string, StepResult]>([
    [false, 'that was not read', result('success', ['success'])],
    [true, 'that is nothing', { ...result('success', ['success']), artifacts: [] }],
    [true, 'of a build that failed', result('failed', ['failed'])],
  ])('may pass with artifacts is %j for a list %s', (expected, _, ended) => {
    expect(mayStepPass(ended, { ...LENIENT, artifacts: true }, PROVEN)).toBe(expected)
    expect(mayStepPass(ended, LENIENT, PROVEN)).toBe(true)
  })
})

const PROVEN = { isComplete: true }

function gateResult(reason: Reason): GateResult {
  const parsed = parseRecord(PASSING_RECORD)
  if (!parsed.ok) throw new Error(parsed.why)
  return {
    success: reason === 'success',
    reason,
    end: 'judged',
    problem: [],
    details: [],
    warnings: [],
    record: parsed.record,
  }
}
