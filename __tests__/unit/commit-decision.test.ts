import { describe, expect, test } from '@jest/globals'
import { parseRecord } from '../../src/codearts/record.ts'
import type { Expected } from '../../src/gate/build-query.ts'
import { decisionOf, isAsked, mayBeAsked, rowShows, type Decision } from '../../src/gate/commit-decision.ts'
import { NOTHING_EXPECTED } from '../support/builders/one-poll.ts'

const COMMIT = '0c1b9e04d5f83a26b0e7419c8d52f6a3190be740'
const OTHER = COMMIT.replace('c', 'd')
const asked = (fields: Partial<Expected> = {}): Expected => ({
  ...NOTHING_EXPECTED,
  commit: COMMIT.slice(0, 8),
  ...fields,
})

describe('a record', () => {
  test.each<[Decision, object, Partial<Expected>]>([
    ['match', { commit: COMMIT }, {}],
    ['match', { commit: COMMIT.toUpperCase() }, {}],
    ['match', { commit: ` ${COMMIT} ` }, {}],
    ['match', { commit: COMMIT.slice(0, 4) }, {}],
    ['other', { commit: OTHER }, {}],
    ['other', { commit: 'abc' }, {}],
    // The same commit may be built for several branches and tags.
    ['match', { commit: COMMIT, branch: 'main', tag: 'v1' }, {}],
    ['match', { commit: COMMIT, branch: 'refs/heads/main', tag: 'refs/tags/v1' }, {}],
    ['match', { commit: COMMIT, branch: 'main' }, { branch: 'main' }],
    ['match', { commit: COMMIT, branch: 'refs/heads/main' }, { branch: 'main' }],
    ['other', { commit: COMMIT, branch: 'dev' }, { branch: 'main' }],
    ['match', { commit: COMMIT, tag: 'v1' }, { branch: 'main' }],
    ['match', { commit: COMMIT, tag: 'refs/tags/v1' }, { tag: 'v1' }],
    ['other', { commit: COMMIT, tag: 'v2' }, { tag: 'v1' }],
    ['match', { commit: COMMIT, branch: 'main' }, { tag: 'v1' }],
    ['other', { commit: COMMIT, branch: 'main', tag: 'v2' }, { branch: 'main', tag: 'v1' }],
    ['other', { commit: COMMIT, branch: 'dev', tag: 'v1' }, { branch: 'main', tag: 'v1' }],
    // Nothing, or zeros alone, is no commit; any other text may stand for one.
    ['no_commit', { commit: null }, {}],
    ['no_commit', { commit: '0'.repeat(40) }, {}],
    ['no_commit', { commit: null, status: 'RUNNING', finish_time: '1' }, {}],
    ['undecided', { commit: null, status: 'RUNNING' }, {}],
    ['other', { commit: null, status: 'RUNNING', branch: 'dev' }, { branch: 'main' }],
    ['unreadable', { commit: 'none' }, {}],
    ['unreadable', { commit: `${COMMIT}.` }, {}],
    ['unreadable', { commit: `.${COMMIT}` }, {}],
    ['other', { commit: 'none', branch: 'dev' }, { branch: 'main' }],
  ])('is %s with %j for %j', (decision, fields, expected) => {
    const parsed = parseRecord({ status: 'SUCCESS', ...fields })
    expect(parsed.ok && decisionOf(parsed.record, asked(expected))).toBe(decision)
  })
})

describe('a row of the list', () => {
  const row = (commit: string) => ({ buildNo: 1, commit, isFinished: true })
  const long = `${COMMIT}${'a'.repeat(24)}`

  test.each([
    [COMMIT, COMMIT],
    [COMMIT.toUpperCase(), COMMIT],
    [long, long],
    [long, COMMIT.slice(0, 7)],
  ])('with %s is a match for %s, and of no other commit', (shown, commit) => {
    expect(rowShows(row(shown), asked({ commit }))).toBe('asked')
  })

  test.each([OTHER, OTHER.toUpperCase(), `${OTHER}${'0'.repeat(24)}`])(
    'with %s is of another commit',
    shown => {
      expect(rowShows(row(shown), asked())).toBe('other')
    },
  )

  test.each([
    ...['', COMMIT.slice(1), `${COMMIT}0`, long.slice(1), `${long}0`, `x${COMMIT}`, `${COMMIT}x`],
    ...[`x${long}`, `${long}x`, COMMIT.replace('c', 'x'), ` ${COMMIT}`, `${COMMIT}\n`],
    ...['0'.repeat(40), '0'.repeat(64)],
  ])('with %j decides nothing', shown => {
    for (const commit of [COMMIT, '1234567', '0000000']) {
      expect(rowShows(row(shown), asked({ commit }))).toBe('nothing')
    }
  })
})

test.each([
  [COMMIT, true, true],
  [COMMIT.slice(0, 9), true, true],
  [COMMIT.slice(0, 7), false, true],
  [` ${COMMIT}\n`, false, true],
  [OTHER, false, false],
  ['', false, false],
  [`${COMMIT}x`, true, false],
])('%j is the commit: %j, may be it: %j', (shown, is, may) => {
  expect(isAsked(shown, asked())).toBe(is)
  expect(mayBeAsked(shown, asked())).toBe(may)
})

test('any commit is the one where none is asked for', () => {
  expect([isAsked(COMMIT, NOTHING_EXPECTED), mayBeAsked(COMMIT, NOTHING_EXPECTED)]).toEqual([true, true])
})
