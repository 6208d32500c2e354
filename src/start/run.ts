import type { StartedBuild } from '../codearts/execute-job.ts'
import { createRequestTools, type RequestTools } from '../codearts/request-tools.ts'
import { stopBuild } from '../codearts/stop-job.ts'
import type { StepResult } from '../gate/reasons.ts'
import { API_VERSIONS } from '../inputs/action-inputs.ts'
import { guardProcess } from '../process-guard.ts'
import { conclude, judgeBuilds } from '../run.ts'
import { CLOCK } from '../util/clock.ts'
import { joined, LINE_END, type Message } from '../util/message.ts'
import { hideStartSecrets, readStartInputs, type StartInputs } from './inputs.ts'
import { hasEnded, ofStartedBuild, startedLine, startResult, type StartResult } from './messages.ts'
import { createStartReport, succeedStart, type StartReport } from './report.ts'
import { createShowAnswer } from './shown-answer.ts'
import { startBuild } from './start-build.ts'

type Guard = ReturnType<typeof guardProcess>

/**
 * Starts a build, from the inputs of the step to its last output, and has the gate judge it where the step waits.
 * @returns whether the step passes. What nobody planned is reported by the process guard, and does not return.
 */
export async function run(): Promise<boolean> {
  const report = createStartReport()
  const guard = guardProcess(report)
  hideStartSecrets(report.addSecret)
  // Outputs that cannot be written cost no request.
  report.setStarted('false')

  const read = readStartInputs()
  if (!read.ok) {
    const problem = joined(read.problems, LINE_END)
    const details = [['no request was sent']]
    return endStart(() => ({ reason: 'invalid_input', problem, details }), report, guard)
  }
  const { order, url, endpoint, place, credentials, warnings, wait, summary } = read.inputs
  report.setRun({ jobId: order.jobId, url, summary, isWaiting: wait !== undefined })
  const tools = createRequestTools(endpoint, credentials, report)
  for (const warning of warnings) report.warn(warning)
  const stop = createStop(read.inputs, tools, report, guard.cancel)
  const end = await startBuild(order, {
    ...tools,
    endpoint,
    cancel: guard.cancel,
    clock: CLOCK,
    show: createShowAnswer(order.parameters, order.secretParameters),
    onSend: () => {
      report.setStarted('unknown')
    },
    onProgress: report.setProgress,
  })
  if (end.kind !== 'started' || wait === undefined)
    return endStart(isCancelled => startResult(order, end, { place, url }, isCancelled), report, guard)
  report.log.info(startedLine(order, end.build))
  return judgeStarted(read.inputs, end.build, tools, { report, guard, stop })
}

/** Ends a run without a verdict. @param resultNow gives how it ends, which depends on whether it was cancelled by then. */
async function endStart(
  resultNow: (isCancelled: boolean) => StartResult,
  report: StartReport,
  guard: Guard,
): Promise<boolean> {
  const first = resultNow(guard.cancel.aborted)
  report.endStart(first)
  await guard.settle()

  // A cancel that comes after the answer counts too: whoever cancels wants nothing to follow.
  const result = resultNow(guard.cancel.aborted)
  const passes = result.reason === 'success'
  if (passes) succeedStart()
  else if (first.reason === 'success') report.endStart(result)
  guard.end()
  return passes
}

/** Has the gate wait for the build that was started, and judge it: the same story as that of the gate's own run. */
async function judgeStarted(
  inputs: StartInputs,
  build: StartedBuild,
  tools: RequestTools,
  { report, guard, stop }: { readonly report: StartReport; readonly guard: Guard; readonly stop: Stop },
): Promise<boolean> {
  const { order, stopOnCancel } = inputs
  const { jobId, commit, branch, tag } = order
  const query = {
    name: jobId,
    jobId,
    url: inputs.url,
    buildNo: build.buildNo,
    expected: { commit, branch, tag },
    isStarted: true,
  } as const
  const plan = { ...inputs, builds: [query], apiVersions: API_VERSIONS }
  const judged = await judgeBuilds(plan, tools, report, guard.cancel)
  const reword = (result: StepResult): StepResult => ofStartedBuild(result, jobId, build, stopOnCancel)
  const afterVerdict = (ended: StepResult): Promise<readonly Message[]> => stop(build, ended)
  const passes = await conclude(judged, { ...inputs, reword, afterVerdict }, report, guard)
  // A cancel may have come at the very end.
  await stop(build, judged.result)
  return passes
}

/** By then everything that follows a cancel is done but the last writes, milliseconds after the signal (contract section 7). */
const STOPPED_BY_MS = 7_000

type Stop = (build: StartedBuild, result: StepResult) => Promise<readonly Message[]>

/**
 * @returns what stops a build whose step was cancelled, once, where the inputs ask for it and the build has not ended as far as
 * is known; it resolves to a sentence on what became of that, if anything was asked.
 */
function createStop(
  { order, endpoint, stopOnCancel }: StartInputs,
  tools: RequestTools,
  { log }: StartReport,
  cancel: AbortSignal,
): Stop {
  let cancelledMs = 0
  let isAsked = false
  cancel.addEventListener('abort', () => {
    cancelledMs = CLOCK.nowMs()
  })
  return async ({ buildNo }, { record }) => {
    if (!stopOnCancel || !cancel.aborted || isAsked || hasEnded(record)) return []
    isAsked = true
    const leftMs = cancelledMs + STOPPED_BY_MS - CLOCK.nowMs()
    const line = await stopBuild({ jobId: order.jobId, buildNo }, { ...tools, endpoint }, Math.max(leftMs, 0))
    log.info(line)
    return [line]
  }
}
