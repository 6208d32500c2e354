// Reads logs of hundreds of MiB through dist/, and one that does not end.
import { expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { log, type Scenario } from '../../tools/fake-service/scenarios/scenario.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'

const MAX_PEAK_BYTES = 120 * 1024 * 1024

/** A log of which a line comes now and then, and never the end. */
const TRICKLE: Scenario = {
  ...scenarioOf('log-600-mib'),
  log: log({
    async *[Symbol.asyncIterator]() {
      for (;;) {
        yield Buffer.from('still here\n')
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    },
  }),
}

test('of a log of 300 MiB the last lines are shown', async () => {
  const { log, summary } = await runOn(scenarioOf('log-300-mib'))
  expect(log).toMatch(/^::group::The last 50 lines of the build’s log \(300\.[0-9] MiB in all\)$/m)
  expect(summary).toMatch(/\n\[ERROR\] The very last line<\/code><\/pre>/)
})

test.each([
  ['600 MiB', scenarioOf('log-600-mib'), /its end was not reached within 512 MiB$/m],
  ['no end', TRICKLE, /could not be read: no answer came within 20 s$/m],
])('of a log of %s no line is shown, and why', async (_, scenario, why) => {
  const { log, summary } = await runOn(scenario)
  expect(log).toMatch(why)
  expect(log).not.toMatch(/^::group::/m)
  expect(summary).not.toContain('<pre>')
})

async function runOn(scenario: Scenario): Promise<ActionRun> {
  await using service = await startFakeService({ scenarios: [scenario] })
  const { jobId, buildNo } = scenario
  const inputs = { job_id: jobId, build_no: String(buildNo), token: tokenOf('valid'), endpoint: service.url }
  const run = await runAction({ inputs, measureMemory: true })
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('reason')).toBe('failed')
  expect(run.peakMemoryBytes).toBeLessThanOrEqual(MAX_PEAK_BYTES)
  return run
}
