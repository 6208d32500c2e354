import { describe, expect, test } from '@jest/globals'
import { parseJson } from '../../src/codearts/json.ts'
import { parseTestResults } from '../../src/codearts/test-results.ts'
import { testSummary } from '../../tools/fake-service/scenarios/failed-build.ts'

/** @returns what the gate reads of a `result` with that summary. */
const countsOf = (summary: unknown) => parseTestResults({ summary })

describe('test results', () => {
  test('are those of the build and of each stage that has some', () => {
    const result = {
      summary: testSummary(2, null, 218, 3, 1),
      sub_summarys: [testSummary(2, 'unit', 200, 3), { stage_name: 'none', total: 0, failures: 0 }, null],
    }
    const expected = {
      ...{ total: 218, failures: 3, errors: 1, allPassed: false },
      stages: [{ name: 'unit', total: 200, failures: 3, errors: 0, allPassed: false }],
    }
    expect(parseTestResults(result)).toEqual(expected)
    const camelCase = JSON.parse(
      JSON.stringify(result).replace('sub_summarys', 'subSummarys').replaceAll('stage_name', 'stageName'),
    ) as unknown
    expect(parseTestResults(camelCase)).toEqual(expected)
  })

  test('are at most fifty stages', () => {
    const stage = testSummary(2, 'unit', 4, 1)
    const result = { summary: stage, sub_summarys: Array.from({ length: 51 }, () => stage) }
    expect(parseTestResults(result)?.stages).toHaveLength(50)
  })

  test.each([
    ['none failed', { total: 5, failures: 0 }, true],
    ['all succeeded', testSummary(2, null, 5, 0), true],
    ['nulls', { total: 5, failures: 0, errors: null, others: null, success: null }, true],
    ['an error', { total: 5, failures: 0, errors: 1 }, false],
    ['one that was left out', { total: 5, failures: 0, others: 1 }, false],
    ['one that did not succeed', { total: 5, failures: 0, success: 4 }, false],
    ['errors as a text', { total: 5, failures: 0, errors: '0' }, false],
  ])('say that all passed only where they did: %s', (_, summary, allPassed) => {
    expect(countsOf(summary)).toMatchObject({ total: 5, failures: 0, allPassed })
  })

  test.each([
    [{ total: 5, failures: 2 }, 0],
    [{ total: 5, failures: 2, errors: null }, 0],
    [{ total: 5, failures: 2, errors: '3' }, 0],
    [{ total: 5, failures: 2, errors: -3 }, 0],
    [{ total: 5, failures: 2, errors: 1.5 }, 0],
    [{ total: 5, failures: 2, errors: 3 }, 3],
  ])('%j has %i errors', (summary, errors) => {
    expect(countsOf(summary)).toMatchObject({ failures: 2, errors, allPassed: false })
  })

  test.each([
    ['null'],
    ['{"failures":3}'],
    ['{"total":5}'],
    ['{"total":0,"failures":0}'],
    ['{"total":"5","failures":"3"}'],
    ['{"total":5,"failures":-1}'],
    ['{"total":5.5,"failures":1}'],
    ['{"total":1e400,"failures":1}'],
    ['{"total":99999999999999999999,"failures":1}'],
    ['{"total":true,"failures":1}'],
    ['[5,3]'],
  ])('are none in %s', text => {
    const json = parseJson(`{"summary":${text},"sub_summarys":[{"total":5,"failures":1}]}`)
    expect(json.ok && parseTestResults(json.value)).toBeUndefined()
  })

  test.each([[null], [[]], ['x'], [{}], [7]])('are none where the result is %j', result => {
    expect(parseTestResults(result)).toBeUndefined()
  })
})
