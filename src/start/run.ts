import { createRequestTools } from '../codearts/request-tools.ts'
import { guardProcess } from '../process-guard.ts'
import { joined, LINE_END, message } from '../util/message.ts'
import { readStartInputs, secretStartInputs } from './inputs.ts'
import { createStartReport, type StartReport } from './report.ts'
import { startBuild, type StartResult } from './start-build.ts'

/**
 * Starts a build, from the inputs of the step to its last output.
 * @returns whether the step passes. What nobody planned is reported by the process guard, and does not return.
 */
export async function run(): Promise<boolean> {
  const report = createStartReport()
  const guard = guardProcess(report)
  for (const { value, kind } of secretStartInputs()) report.addSecret(value, kind)

  const result = await startAsAsked(report, guard.cancel)
  report.end(result)
  await guard.settle()

  // A cancel that comes after the answer counts too: whoever cancels wants nothing to follow.
  const passes = result.reason === 'success' && !guard.cancel.aborted
  if (result.reason === 'success' && !passes)
    report.end({
      ...result,
      reason: 'cancelled',
      message: message`${result.message}; then the step was cancelled, and the build goes on`,
    })
  if (passes) report.succeed()
  guard.end()
  return passes
}

async function startAsAsked(report: StartReport, cancel: AbortSignal): Promise<StartResult> {
  const read = readStartInputs()
  if (!read.ok) return { reason: 'invalid_input', message: joined(read.problems, LINE_END) }
  const { endpoint, credentials, warnings } = read.inputs
  for (const warning of warnings) report.warn(warning)
  const tools = createRequestTools(endpoint, credentials, report)
  return startBuild(read.inputs, { ...tools, endpoint, cancel, onProgress: report.setProgress })
}
