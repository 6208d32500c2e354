// Runs .github/workflows/try.yml through act and asserts, from act's own report, what every job and step did:
// `npm run test:engine`. The last line counts: `N passed, N failed`.
import { runWorkflow } from './act.ts'
import { EXPECTED, type ExpectedJob, type ExpectedStep } from './expected.ts'
import type { JobReport, StepReport } from './report.ts'
import { createTally } from '../tally.ts'

/** Steps that only prepare a job. */
const PREPARATION = ['0', 'service']

const { exitCode, stderr, jobs } = await runWorkflow('.github/workflows/try.yml')
const tally = createTally()

const someFail = Object.values(EXPECTED).some(({ result }) => result === 'failure')
tally.check('act: the exit code', [...differences('the exit code', exitCode, someFail ? 1 : 0)])
tally.check('act: the jobs that ran', [
  ...differences('the jobs', [...jobs.keys()].sort(), Object.keys(EXPECTED).sort()),
])
for (const [name, expected] of Object.entries(EXPECTED)) {
  const job = jobs.get(name)
  if (job === undefined) tally.check(name, ['it did not run'])
  else checkJob(name, job, expected)
}

if (tally.failed > 0) console.log(`\nact said besides:\n${stderr}`)
tally.finish()

function checkJob(name: string, job: JobReport, expected: ExpectedJob): void {
  tally.check(`${name}: ${expected.result}`, [...differences('its result', job.result, expected.result)])
  const ran = [...job.steps.keys()].filter(step => !PREPARATION.includes(step))
  const wanted = Object.keys(expected.steps)
  tally.check(`${name}: runs ${wanted.join(', ')} and nothing else`, [
    ...differences('its steps', ran, wanted),
  ])
  for (const [id, expectedStep] of Object.entries(expected.steps)) {
    const step = job.steps.get(id)
    const problems = step === undefined ? ['it did not run'] : [...stepDifferences(step, expectedStep)]
    tally.check(`${name}: ${id}: ${expectedStep.outcome}`, problems)
  }
}

function* stepDifferences(step: StepReport, expected: ExpectedStep): Iterable<string> {
  yield* differences('its outcome', step.outcome, expected.outcome)
  for (const [name, value] of Object.entries(expected.outputs ?? {})) {
    yield* differences(`its output ${name}`, step.outputs[name], value)
  }
  if (expected.annotations !== undefined)
    yield* mismatches('annotations', step.annotations, expected.annotations)
  if (expected.lines !== undefined) yield* mismatches('lines', step.lines, expected.lines)
  if (expected.summary?.test(step.summary) === false) {
    yield `its summary is ${JSON.stringify(step.summary)}, not ${String(expected.summary)}`
  }
}

function* differences(what: string, got: unknown, wanted: unknown): Iterable<string> {
  const [gotText, wantedText] = [JSON.stringify(got), JSON.stringify(wanted)]
  if (gotText !== wantedText) yield `${what}: ${gotText}, not ${wantedText}`
}

function* mismatches(what: string, got: readonly string[], wanted: readonly RegExp[]): Iterable<string> {
  if (got.length !== wanted.length || wanted.some((pattern, at) => !pattern.test(got[at] ?? ''))) {
    yield `its ${what}: ${JSON.stringify(got)}, not ${wanted.map(String).join(', ') || 'none'}`
  }
}
