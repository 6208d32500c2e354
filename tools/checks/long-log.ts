// Reads logs of hundreds of MiB through dist/, and one that does not end: `npm run check:long-log`.
import assert from 'node:assert/strict'
import { runAction, type ActionRun } from '../runner/run-action.ts'
import { tokenOf } from '../stand-in/credentials.ts'
import { scenarioOf } from '../stand-in/scenarios/index.ts'
import { log, type Scenario } from '../stand-in/scenarios/scenario.ts'
import { startStandIn } from '../stand-in/server.ts'

const MEBIBYTE = 1024 * 1024
const MAX_PEAK_BYTES = 120 * MEBIBYTE

interface Check {
  readonly scenario: Scenario
  /** @throws Error when the run is not as it should be. */
  readonly judge: (run: ActionRun) => void
}

/** A log of which a line comes now and then, and never the end. */
const TRICKLE: Scenario = {
  ...scenarioOf('log-600-mib'),
  name: 'a log that trickles',
  log: log({
    async *[Symbol.asyncIterator]() {
      for (;;) {
        yield Buffer.from('still here\n')
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    },
  }),
}

const CHECKS: readonly Check[] = [
  {
    scenario: scenarioOf('log-300-mib'),
    judge: ({ log, summary }) => {
      assert.match(log, /^::group::The last 50 lines of the build’s log \(300\.[0-9] MiB in all\)$/m)
      assert.match(summary, /\n\[ERROR\] The very last line<\/code><\/pre>/)
    },
  },
  {
    scenario: scenarioOf('log-600-mib'),
    judge: showsNoLines(/its end was not reached within 512 MiB$/m),
  },
  {
    scenario: TRICKLE,
    judge: showsNoLines(
      /its end was not reached: no complete answer came within 15 s .* after 0 MiB of it$/m,
    ),
  },
]

let passed = 0
let failed = 0
for (const { scenario, judge } of CHECKS) {
  const run = await runOn(scenario)
  const peakBytes = run.peakMemoryBytes ?? Infinity
  const figures = `${(run.durationMs / 1_000).toFixed(1)} s, ${(peakBytes / MEBIBYTE).toFixed(0)} MiB at the peak`
  try {
    assert.equal(run.exitCode, 1)
    assert.equal(run.outputs.get('reason'), 'failed')
    judge(run)
    assert.ok(peakBytes <= MAX_PEAK_BYTES, 'it takes too much memory')
    passed++
    console.log(`ok: ${scenario.name}: ${figures}`)
  } catch (error) {
    failed++
    console.log(
      `FAILED: ${scenario.name}: ${figures}: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function showsNoLines(why: RegExp) {
  return ({ log, summary }: ActionRun): void => {
    assert.match(log, why)
    assert.doesNotMatch(log, /^::group::/m)
    assert.doesNotMatch(summary, /<pre>/)
  }
}

async function runOn(scenario: Scenario): Promise<ActionRun> {
  await using service = await startStandIn({ scenarios: [scenario] })
  const { jobId, buildNo } = scenario
  const inputs = { job_id: jobId, build_no: String(buildNo), token: tokenOf('valid'), endpoint: service.url }
  return await runAction({ inputs, measureMemory: true })
}
