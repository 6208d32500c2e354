import { describe, expect, test } from '@jest/globals'
import { readReport } from '../../tools/engine/report.ts'

const line = (entry: object): string => JSON.stringify({ jobID: 'gate', matrix: {}, stage: 'Main', ...entry })
const report = (...entries: object[]): ReturnType<typeof readReport> =>
  readReport(entries.map(line).join('\n'))
const gate = { stepID: ['gate'] }

describe("act's report", () => {
  test('a step has its outcome, outputs, lines, annotations and summary', () => {
    const jobs = report(
      { ...gate, msg: 'Try 1 failed\n', raw_output: true },
      { ...gate, msg: 'x', command: 'add-mask', arg: 'secret' },
      { ...gate, msg: 'x', command: 'error', kvPairs: { title: 'Gate' }, arg: 'It failed' },
      { ...gate, msg: 'x', command: 'warning', arg: 'Mind' },
      { ...gate, msg: 'Failure', stepResult: 'failure' },
      { ...gate, msg: 'x', command: 'set-output', name: 'success', arg: 'true' },
      { ...gate, msg: 'x', command: 'set-output', name: 'success', arg: 'false' },
      { ...gate, msg: 'x', command: 'summary', content: '## Gate' },
      { msg: 'Job failed', jobResult: 'failure', stage: undefined },
    )
    expect(jobs.get('gate')).toEqual({
      result: 'failure',
      steps: new Map([
        [
          'gate',
          {
            outcome: 'failure',
            outputs: { success: 'false' },
            lines: ['Try 1 failed'],
            annotations: ['error: Gate: It failed', 'warning: : Mind'],
            summary: '## Gate',
          },
        ],
      ]),
    })
  })

  test('a step within a composite action has a say in the log alone', () => {
    const inner = { stepID: ['team', 'gate'] }
    const jobs = report(
      { ...inner, msg: 'Said\n', raw_output: true },
      { ...inner, msg: 'x', stepResult: 'failure' },
      { ...inner, msg: 'x', command: 'set-output', name: 'success', arg: 'false' },
      { stepID: ['team'], msg: 'x', stepResult: 'success' },
    )
    expect(jobs.get('gate')?.steps.get('team')).toMatchObject({
      outcome: 'success',
      outputs: {},
      lines: ['Said'],
    })
  })

  test('what comes before and after the main part of a step is not the step', () => {
    expect(report({ ...gate, stage: 'Post', msg: 'x', stepResult: 'failure' }).get('gate')?.steps.size).toBe(
      0,
    )
  })

  test('each entry of a matrix is a job of its own', () => {
    const jobs = report(
      { matrix: { build_no: 1 }, jobResult: 'success' },
      { matrix: { build_no: 2 }, jobResult: 'failure' },
    )
    expect([...jobs].map(([name, { result }]) => [name, result])).toEqual([
      ['gate (1)', 'success'],
      ['gate (2)', 'failure'],
    ])
  })

  test('what nobody ended is unknown, and never a success', () => {
    const job = report({ ...gate, msg: 'Run' }).get('gate')
    expect([job?.result, job?.steps.get('gate')?.outcome]).toEqual(['unknown', 'unknown'])
  })

  test.each([
    ['an outcome that nobody knows', line({ ...gate, stepResult: 'neutral' })],
    ['a line that is not an object', '1'],
    ['a line that is not JSON', 'panic: x'],
  ])('%s is refused', (_, text) => {
    expect(() => readReport(text)).toThrow()
  })
})
