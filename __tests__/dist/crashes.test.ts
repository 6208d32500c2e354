import { expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { preloads } from '../support/preloads/preloads.ts'

/** Runs dist/ for a build that passes, with something breaking on the way. */
async function passingRun(...imports: string[]): Promise<ActionRun> {
  await using service = await startFakeService()
  const build = scenarioOf('success')
  return await runAction({
    inputs: {
      job_id: build.jobId,
      build_no: String(build.buildNo),
      token: tokenOf('valid'),
      endpoint: service.url,
    },
    imports,
    killAfterMs: 15_000,
  })
}

test('the run passes when nothing breaks', async () => {
  expect((await passingRun()).exitCode).toBe(0)
})

const ENDS = [
  ['an error after the verdict', preloads.throwsLate, 'thrown after the verdict'],
  ['a promise that never settles', preloads.neverSettles, 'the process ended before the step had a result'],
  ['an uncaught error', preloads.throwsLater, ''],
  ['a rejection that nobody handles', preloads.rejectsLater, ''],
  [
    'a call of process.exit() without a code',
    preloads.exitsEarly,
    'the process ended before the step had a result',
  ],
] as const

test.each(ENDS)('%s fails, and has words', async (_, preload, words) => {
  const run = await passingRun(preload)
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('success')).toBe('false')
  expect(run.outputs.get('reason')).toBe('internal_error')
  const errors = annotations(run.log).filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(1)
  expect(errors[0]?.title).toBe('CodeArts Build Gate: internal_error')
  expect(errors[0]?.message).toContain(words)
})

test('an end that nothing of the gate hears of fails all the same', async () => {
  const run = await passingRun(preloads.exitsUnheard)
  expect(run).toMatchObject({ exitCode: 1, signal: null })
  expect(run.outputs.get('success')).not.toBe('true')
})

test('a cancel after the verdict fails', async () => {
  const run = await passingRun(preloads.cancelledLate)
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('success')).toBe('false')
  expect(run.outputs.get('reason')).toBe('cancelled')
  expect(annotations(run.log).filter(({ level }) => level === 'error')).toHaveLength(1)
})
