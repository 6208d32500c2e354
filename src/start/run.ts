import { createRequestTools } from '../codearts/request-tools.ts'
import { guardProcess } from '../process-guard.ts'
import { CLOCK } from '../util/clock.ts'
import { joined, message } from '../util/message.ts'
import { readStartInputs, secretStartInputs } from './inputs.ts'
import { startResult, type StartResult } from './messages.ts'
import { createStartReport, type StartReport } from './report.ts'
import { createShowAnswer } from './shown-answer.ts'
import { startBuild } from './start-build.ts'

/**
 * Starts a build, from the inputs of the step to its last output.
 * @returns whether the step passes. What nobody planned is reported by the process guard, and does not return.
 */
export async function run(): Promise<boolean> {
  const report = createStartReport()
  const guard = guardProcess(report)
  for (const { value, kind } of secretStartInputs()) report.addSecret(value, kind)

  const endNow = await startAsAsked(report, guard.cancel)
  report.end(endNow(guard.cancel.aborted))
  await guard.settle()

  // A cancel that comes after the answer counts too: whoever cancels wants nothing to follow.
  const result = endNow(guard.cancel.aborted)
  const passes = result.reason === 'success'
  if (passes) report.succeed()
  else if (!report.isFailureSaid()) report.end(result)
  guard.end()
  return passes
}

/** @returns how the run ends, which depends on whether it is cancelled by then. */
async function startAsAsked(
  report: StartReport,
  cancel: AbortSignal,
): Promise<(isCancelled: boolean) => StartResult> {
  const read = readStartInputs()
  if (!read.ok) {
    const words = message`No request was sent, because the inputs are not valid: ${joined(read.problems, '; ')}`
    return () => ({ reason: 'invalid_input', problem: words, details: [] })
  }
  const { order, endpoint, credentials, warnings, summary } = read.inputs
  report.setRun({ jobId: order.jobId, summary })
  report.begin()
  for (const warning of warnings) report.warn(warning)
  const end = await startBuild(order, {
    ...createRequestTools(endpoint, credentials, report),
    endpoint,
    cancel,
    clock: CLOCK,
    show: createShowAnswer(order.parameters, order.secretParameters),
    onSend: report.beforeSending,
    onProgress: report.setProgress,
  })
  return isCancelled => startResult(order, end, report.progress(), isCancelled)
}
