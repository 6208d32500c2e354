// Runs .github/workflows/try.yml through act and asserts, from act's own report, what every job and step did:
// `npm run test:engine`. The last line counts: `N passed, N failed`.
import { shorten } from '../../src/report/text.ts'
import { runWorkflow } from './act.ts'
import { EXPECTED, type ExpectedJob, type ExpectedStep } from './expected.ts'
import type { JobReport, StepReport } from './report.ts'

const MAX_SHOWN_CHARACTERS = 600

/** Steps that get a job going. */
const PREPARATION = ['0', 'service']

const { exitCode, stderr, jobs } = await runWorkflow('.github/workflows/try.yml')
let passed = 0
let failed = 0

const isAnyRed = Object.values(EXPECTED).some(({ result }) => result === 'failure')
check('act: the exit code', [...differences('the exit code', exitCode, isAnyRed ? 1 : 0)])
check('act: the jobs that ran', [
  ...differences('the jobs', [...jobs.keys()].sort(), Object.keys(EXPECTED).sort()),
])
for (const [name, expected] of Object.entries(EXPECTED)) {
  const job = jobs.get(name)
  if (job === undefined) check(name, ['it did not run'])
  else checkJob(name, job, expected)
}

if (failed > 0) console.log(`\nact said besides:\n${stderr}`)
console.log(`\n${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1

function checkJob(name: string, job: JobReport, expected: ExpectedJob): void {
  check(`${name}: ${expected.result}`, [...differences('its result', job.result, expected.result)])
  const ran = [...job.steps.keys()].filter(step => !PREPARATION.includes(step))
  const wanted = Object.keys(expected.steps)
  check(`${name}: runs ${wanted.join(', ')} and nothing else`, [...differences('its steps', ran, wanted)])
  for (const [id, expectedStep] of Object.entries(expected.steps)) {
    const step = job.steps.get(id)
    const problems = step === undefined ? ['it did not run'] : [...stepDifferences(step, expectedStep)]
    check(`${name}: ${id}: ${expectedStep.outcome}`, problems)
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

function check(name: string, problems: readonly string[]): void {
  if (problems.length === 0) passed++
  else failed++
  console.log(`${problems.length === 0 ? 'ok' : 'FAILED'}  ${name}`)
  for (const problem of problems) console.log(`        ${shorten(problem, MAX_SHOWN_CHARACTERS)}`)
}
