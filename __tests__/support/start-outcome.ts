import { expect } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { asksForAnotherTry, mayRefuse } from './builders/start-answers.ts'
import type { InProcessRun } from './in-process/run-in-process.ts'
import type { FaultServer } from './servers/fault-server.ts'

export const MAY_HAVE_STARTED =
  'a build may have started. Before you run the step again, look for a new build in the history'
export const NOTHING_STARTED = ', and no build was started'

/** How a start ended: with one build, with one at most, with none. */
export type StartOutcome = 'passed' | 'unknown' | 'refused'

/**
 * Expects what holds after every run of a start, in a process or not. As many builds may have started as requests came, but for
 * those that were refused.
 * @param answers what was sent to each request.
 */
export function expectHonestStart(run: InProcessRun, answers: readonly string[]): StartOutcome {
  const reason = run.outputs.get('reason')
  const isPassed = run.exitCode === 0
  const startedAtMost = answers.filter(one => !mayRefuse(one) || /^HTTP\/1\.[01] 2/.test(one)).length
  expect(run.exitCode).toBe(isPassed ? 0 : 1)
  expect(run.outputs.get('success')).toBe(String(isPassed))
  expect(answers.length === 1 || answers.every(asksForAnotherTry)).toBe(true)
  const errors = annotations(run.log).filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(isPassed ? 0 : 1)
  if (isPassed) {
    expect(reason).toBe('success')
    expect(startedAtMost).toBe(1)
    expect(run.outputs.get('build_no')).toBe('20')
    expect(run.outputs.get('started')).toBe('true')
    return 'passed'
  }
  if (reason === 'unknown') {
    expect(errors[0]?.message).toContain(MAY_HAVE_STARTED)
    expect(startedAtMost).toBeLessThanOrEqual(1)
    expect(run.outputs.get('build_no')).toBe('')
    expect(run.outputs.get('started')).toBe('unknown')
    expect(run.summary).toContain('Before you run the step again, look for a new build in the history')
    return 'unknown'
  }
  expect(errors[0]?.message).toContain(NOTHING_STARTED)
  expect(errors[0]?.message).not.toContain(MAY_HAVE_STARTED)
  expect(run.outputs.get('started')).toBe('false')
  expect(answers.every(mayRefuse)).toBe(true)
  return 'refused'
}

/** Expects an end that started nothing, after so many tries. */
export function expectNothingSent(run: InProcessRun, server: FaultServer | undefined, tries: number): void {
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('reason')).toBe('unreachable')
  expect(run.log).toContain(NOTHING_STARTED)
  expect(run.log.match(/^Try [0-9] failed/gm) ?? []).toHaveLength(tries - 1)
  expect(server?.requests ?? []).toEqual([])
}
