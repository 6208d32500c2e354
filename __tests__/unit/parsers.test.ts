import { describe, expect, test } from '@jest/globals'
import { readInputs } from '../../src/inputs/action-inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { mainJobInputs, type InputValues } from '../support/builders/environment.ts'
import { NOTHING_EXPECTED } from '../support/builders/one-poll.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

const read = (changes: InputValues) => withEnvironment(mainJobInputs(changes), readInputs)

function inputsWith(changes: InputValues) {
  const result = read(changes)
  if (!result.ok) throw new Error(result.problems.map(rawText).join('; '))
  return result.inputs
}

function problemsWith(changes: InputValues): readonly string[] {
  const result = read(changes)
  return result.ok ? [] : result.problems.map(rawText)
}

const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

describe('which build', () => {
  test.each([
    ['a number', { build_no: '61' }, 61],
    ['the newest', { build_no: 'latest' }, 'latest'],
    ['that of a commit', { build_no: undefined, commit: COMMIT }, undefined],
    ['that of a commit, with an empty number', { build_no: ' ', commit: COMMIT }, undefined],
  ])('%s', (_, changes, buildNo) => {
    expect(inputsWith(changes).builds[0]?.buildNo).toBe(buildNo)
  })

  test.each(['0', '-1', '1.5', '1e3', '2147483648', '٦١', 'Latest', 'newest', '61 62'])(
    'not %s',
    build_no => {
      expect(problemsWith({ build_no })).toEqual([
        `build_no must be a whole number from 1 to 2147483647, or latest, not "${build_no}"`,
      ])
    },
  )

  test('none at all is a problem; an empty commit names none', () => {
    const problem =
      'build_no is missing: give a whole number from 1 to 2147483647, or latest; or give commit, and the build is found by it'
    expect(problemsWith({ build_no: undefined })).toEqual([problem])
    expect(problemsWith({ build_no: undefined, commit: '' })).toEqual([problem])
  })
})

describe('what it must have built', () => {
  test('nothing unless asked', () => {
    expect(inputsWith({}).builds[0]?.expected).toEqual(NOTHING_EXPECTED)
    expect(inputsWith({ commit: ' ', branch: '' }).builds[0]?.expected).toEqual(NOTHING_EXPECTED)
  })

  test.each(['7c1b9e0', COMMIT, COMMIT.toUpperCase(), 'a'.repeat(64)])('the commit %s, as given', commit => {
    expect(inputsWith({ commit }).builds[0]?.expected.commit).toBe(commit)
  })

  test.each(['7c1b9e', 'a'.repeat(65), 'main', `${COMMIT}^`, '７c1b9e0'])('not the commit %s', commit => {
    const accepts = `commit must be 7 to 64 hexadecimal digits, not "${commit}"`
    expect(problemsWith({ commit })).toEqual([accepts])
    expect(problemsWith({ commit, build_no: undefined })).toEqual([accepts])
  })

  test.each(['main', 'feature/a b', 'Grün'])('the branch %s, to the letter', branch => {
    expect(inputsWith({ branch: ` ${branch} ` }).builds[0]?.expected.branch).toBe(branch)
  })
})

describe('a branch or a tag as Git has it in full', () => {
  test.each([
    ['branch', 'refs/heads/main', 'main'],
    ['branch', 'refs/heads/feature/x', 'feature/x'],
    // Dropped once, and only where it leads.
    ['branch', 'refs/heads/refs/heads/x', 'refs/heads/x'],
    ['branch', 'x/refs/heads/main', 'x/refs/heads/main'],
    ['branch', 'refs/tags/v1', 'refs/tags/v1'],
    ['branch', 'heads/main', 'heads/main'],
    ['branch', 'REFS/HEADS/main', 'REFS/HEADS/main'],
    ['tag', 'v1.2.3', 'v1.2.3'],
    ['tag', 'refs/tags/v1.2.3', 'v1.2.3'],
    ['tag', 'refs/tags/refs/tags/v1', 'refs/tags/v1'],
    ['tag', 'refs/heads/main', 'refs/heads/main'],
    ['tag', 'Grün 1', 'Grün 1'],
  ] as const)('the %s %s is %s', (name, given, value) => {
    expect(inputsWith({ [name]: ` ${given}\n` }).builds[0]?.expected).toEqual({
      ...NOTHING_EXPECTED,
      [name]: value,
    })
  })

  test.each([
    ['branch', 'refs/heads/', 'the name of a branch'],
    ['tag', 'refs/tags/', 'the name of a tag'],
  ])('a bare prefix is no %s', (name, given, accepts) => {
    expect(problemsWith({ [name]: given })).toEqual([`${name} must be ${accepts}, not "${given}"`])
  })
})

describe('how long to wait', () => {
  test('not at all unless asked', () => {
    expect(inputsWith({}).wait).toBeUndefined()
    expect(inputsWith({ wait: 'false', timeout_minutes: '5' }).wait).toBeUndefined()
  })

  test('an hour, with the defaults', () => {
    const wait = { timeoutMs: 3_600_000, longestPauseMs: 15_000, discoveryMs: 300_000 }
    expect(inputsWith({ wait: 'true' }).wait).toEqual(wait)
  })

  test.each([
    [{ timeout_minutes: '0.05' }, { timeoutMs: 3_000 }],
    // Any number of decimals, as a division in a workflow gives them.
    [{ timeout_minutes: '0.16666666666666666' }, { timeoutMs: 60_000 / 6 }],
    [{ timeout_minutes: '1439.9999999999999999999999' }, { timeoutMs: 86_400_000 }],
    [{ timeout_minutes: '0.50000000000000000000000000000' }, { timeoutMs: 30_000 }],
    [{ timeout_minutes: '007.5' }, { timeoutMs: 450_000 }],
    [{ poll_interval_seconds: '1.3333333333333333' }, { longestPauseMs: 1_333.3333333333333 }],
    [{ discovery_minutes: '0.3333333333333333' }, { discoveryMs: 20_000 }],
    [{ timeout_minutes: '1440' }, { timeoutMs: 86_400_000 }],
    [{ poll_interval_seconds: '1' }, { longestPauseMs: 1_000 }],
    [{ poll_interval_seconds: '300' }, { longestPauseMs: 300_000 }],
    [{ discovery_minutes: '0' }, { discoveryMs: 0 }],
    [{ discovery_minutes: '1440' }, { discoveryMs: 86_400_000 }],
  ])('%j', (changes, wait) => {
    expect(inputsWith({ wait: 'true', ...changes }).wait).toMatchObject(wait)
  })

  test.each([
    [
      'timeout_minutes',
      [
        '0',
        '0.0',
        '1440.1',
        '-1',
        '1e2',
        '5m',
        'x',
        '٥',
        '1_0',
        '.5',
        '0x10',
        '1.',
        '1.2.3',
        '+1',
        '1 2',
        '1,5',
      ],
      'a decimal number above 0, at most 1440',
    ],
    [
      'poll_interval_seconds',
      ['0', '0.9', '301', '', '15s'].filter(Boolean),
      'a decimal number from 1 to 300',
    ],
    ['discovery_minutes', ['-0.1', '1441', 'Infinity', 'NaN'], 'a decimal number from 0 to 1440'],
  ])('%s refuses what it does not accept, waiting or not', (name, values, accepts) => {
    for (const value of values) {
      for (const wait of ['true', 'false']) {
        expect(problemsWith({ wait, [name]: value })).toEqual([`${name} must be ${accepts}, not "${value}"`])
      }
    }
  })

  test('wait is true or false', () => {
    expect(problemsWith({ wait: 'yes' })).toEqual(['wait must be true or false, not "yes"'])
  })

  test('every problem is reported at once', () => {
    const all = {
      wait: '1',
      timeout_minutes: '0',
      poll_interval_seconds: '0',
      discovery_minutes: '-1',
      commit: 'x',
    }
    expect(problemsWith(all)).toHaveLength(5)
  })

  test('a misspelled one is refused, and the right name is given', () => {
    const misspelled = { INPUT_COMIT: COMMIT, INPUT_WIAT: 'true', INPUT_TIMEOUT_MINUTE: '5' }
    const result = withEnvironment({ ...mainJobInputs(), ...misspelled }, readInputs)
    expect(result.ok ? [] : result.problems.map(rawText)).toEqual([
      expect.stringMatching(/^INPUT_COMIT is not an input of this action: use commit;/),
      expect.stringMatching(/^INPUT_WIAT is not an input of this action: use wait;/),
      expect.stringMatching(/^INPUT_TIMEOUT_MINUTE is not an input of this action: use timeout_minutes;/),
    ])
  })
})
