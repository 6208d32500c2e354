import { describe, expect, test } from '@jest/globals'
import { readInputs } from '../src/inputs.ts'
import { mainJobInputs, type InputValues } from './support/environment.ts'

const read = (changes: InputValues) => readInputs(mainJobInputs(changes))

function inputsWith(changes: InputValues) {
  const result = read(changes)
  if (!result.ok) throw new Error(result.problems.join('; '))
  return result.inputs
}

function problemsWith(changes: InputValues): readonly string[] {
  const result = read(changes)
  return result.ok ? [] : result.problems
}

const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

describe('which build', () => {
  test.each([
    ['a number', { build_no: '61' }, 61],
    ['the newest', { build_no: 'latest' }, 'latest'],
    ['that of a commit', { build_no: undefined, commit: COMMIT }, undefined],
    ['that of a commit, with an empty number', { build_no: ' ', commit: COMMIT }, undefined],
  ])('%s', (_, changes, buildNo) => {
    expect(inputsWith(changes).buildNo).toBe(buildNo)
  })

  test.each(['0', '-1', '1.5', '1e3', '2147483648', '٦١', 'Latest', 'newest', '61 62'])(
    'not %s',
    build_no => {
      expect(problemsWith({ build_no })).toEqual([
        `build_no is "${build_no}": it takes a whole number from 1 to 2147483647 in digits, or latest`,
      ])
    },
  )

  test('none at all is a problem; an empty commit names none', () => {
    const problem =
      'build_no is missing: it takes a whole number from 1 to 2147483647 in digits, or latest, ' +
      'and may be left out when commit is given'
    expect(problemsWith({ build_no: undefined })).toEqual([problem])
    expect(problemsWith({ build_no: undefined, commit: '' })).toEqual([problem])
  })
})

describe('what it must have built', () => {
  test('nothing unless asked', () => {
    expect(inputsWith({}).expected).toEqual({ commit: undefined, branch: undefined })
    expect(inputsWith({ commit: ' ', branch: '' }).expected).toEqual({ commit: undefined, branch: undefined })
  })

  test.each(['7c1b9e0', COMMIT, COMMIT.toUpperCase(), 'a'.repeat(64)])('the commit %s, as given', commit => {
    expect(inputsWith({ commit }).expected.commit).toBe(commit)
  })

  test.each(['7c1b9e', 'a'.repeat(65), 'main', `${COMMIT}^`, '７c1b9e0'])('not the commit %s', commit => {
    const takes = 'it takes 7 to 64 hexadecimal digits'
    expect(problemsWith({ commit })).toEqual([expect.stringContaining(takes)])
    expect(problemsWith({ commit, build_no: undefined })).toEqual([expect.stringContaining(takes)])
  })

  test.each(['main', 'feature/a b', 'Grün'])('the branch %s, to the letter', branch => {
    expect(inputsWith({ branch: ` ${branch} ` }).expected.branch).toBe(branch)
  })
})

describe('how long to wait', () => {
  test('not at all unless asked', () => {
    expect(inputsWith({}).patience).toBeUndefined()
    expect(inputsWith({ wait: 'false', timeout_minutes: '5' }).patience).toBeUndefined()
  })

  test('an hour, with the defaults', () => {
    const patience = { timeoutMs: 3_600_000, longestPauseMs: 15_000, discoveryMs: 300_000 }
    expect(inputsWith({ wait: 'true' }).patience).toEqual(patience)
  })

  test.each([
    [{ timeout_minutes: '0.05' }, { timeoutMs: 3_000 }],
    [{ timeout_minutes: '1440' }, { timeoutMs: 86_400_000 }],
    [{ poll_interval_seconds: '1' }, { longestPauseMs: 1_000 }],
    [{ poll_interval_seconds: '300' }, { longestPauseMs: 300_000 }],
    [{ discovery_minutes: '0' }, { discoveryMs: 0 }],
    [{ discovery_minutes: '1440' }, { discoveryMs: 86_400_000 }],
  ])('%j', (changes, patience) => {
    expect(inputsWith({ wait: 'true', ...changes }).patience).toMatchObject(patience)
  })

  test.each([
    [
      'timeout_minutes',
      ['0', '0.0', '1440.1', '-1', '1e2', '5m', 'x', '٥', '1_0', '.5', '0x10'],
      'a number above 0, at most 1440',
    ],
    ['poll_interval_seconds', ['0', '0.9', '301', '', '15s'].filter(Boolean), 'a number from 1 to 300'],
    ['discovery_minutes', ['-0.1', '1441', 'Infinity', 'NaN'], 'a number from 0 to 1440'],
  ])('%s refuses what it does not take, waiting or not', (name, values, takes) => {
    for (const value of values) {
      for (const wait of ['true', 'false']) {
        expect(problemsWith({ wait, [name]: value })).toEqual([`${name} is "${value}": it takes ${takes}`])
      }
    }
  })

  test('wait is true or false', () => {
    expect(problemsWith({ wait: 'yes' })).toEqual(['wait is "yes": it takes true or false'])
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

  test('a misspelt one is refused, and named right', () => {
    const misspelt = { INPUT_COMIT: COMMIT, INPUT_WIAT: 'true', INPUT_TIMEOUT_MINUTE: '5' }
    const result = readInputs({ ...mainJobInputs(), ...misspelt })
    expect(result.ok ? [] : result.problems).toEqual([
      '"comit" is not an input of this action: use commit',
      '"wiat" is not an input of this action: use wait',
      '"timeout_minute" is not an input of this action: use timeout_minutes',
    ])
  })
})
