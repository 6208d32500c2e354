import { assemble } from './assemble.ts'
import { cancelOnSignals } from './cancel.ts'
import { mayPass, type Ending } from './ending.ts'
import { proxySecrets } from './http/proxy.ts'
import { readInputs, secretInputs, type Environment, type InputsResult } from './inputs.ts'
import { createReport, type Report } from './report/report.ts'
import { reportUnplannedEnds } from './unplanned.ts'

/**
 * Runs the gate from its inputs to its last output.
 * @returns whether the step passes. What nobody planned leaves its words and does not return.
 */
export async function run(environment: Environment): Promise<boolean> {
  const report = createReport(environment)
  const cancel = cancelOnSignals()
  let isOver = false
  reportUnplannedEnds(report, () => isOver)
  hideSecrets(environment, report)

  const read = readInputs(environment)
  const gate = read.ok ? assemble(read.inputs, report, cancel) : undefined
  const ending = gate === undefined ? refused(read) : await gate.judge()
  const mayEndGreen = mayPass(ending, read.ok ? read.inputs.failUnlessSuccess : true)
  report.end(ending, mayEndGreen && !ending.success)
  const diagnosis = await gate?.explain(ending)
  if (diagnosis !== undefined) report.diagnosis(diagnosis)
  if (read.ok ? read.inputs.summary : read.summary) report.summary(ending, diagnosis)
  await everythingPrinted()
  await signalsHeard()

  // A cancel that comes after the verdict counts too: whoever cancels wants nothing to follow.
  const passes = mayEndGreen && !cancel.aborted
  if (mayEndGreen && !passes) report.end(cancelledLate(ending), false)
  if (passes && ending.success) report.succeed()
  isOver = true
  return passes
}

/** The first thing that is printed, so that nothing can be printed before it. */
function hideSecrets(environment: Environment, report: Report): void {
  const { passwords, users } = proxySecrets(environment)
  for (const secret of [...secretInputs(environment), ...passwords]) report.secrets.add(secret)
  for (const user of users) report.mask(user)
}

function cancelledLate({ record }: Ending): Ending {
  const sentence = 'Cancelled after the verdict and before the end of the step, which therefore does not pass'
  return { success: false, reason: 'cancelled', sentence, record, warnings: [] }
}

function refused(read: InputsResult): Ending {
  const problems = read.ok ? [] : read.problems
  const sentence = `No request was sent, because the inputs are not right: ${problems.join('; ')}`
  return { success: false, reason: 'invalid_input', sentence, warnings: [] }
}

/** Waits until the log has taken every line, but not for a reader that has stopped reading. */
async function everythingPrinted(): Promise<void> {
  await new Promise<void>(resolve => {
    setTimeout(resolve, 500)
    process.stdout.write('', () => {
      resolve()
    })
  })
}

/**
 * Lets the event loop go once around: a signal that came while it was held up is heard where it waits for what comes in, and
 * its first turn may begin behind that place.
 */
function signalsHeard(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(() => setImmediate(resolve))
  })
}
