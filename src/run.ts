import { createCodeArtsBuild } from './codearts/client.ts'
import { readDiagnosis, type Diagnosis } from './codearts/diagnosis.ts'
import { createRequestTools } from './codearts/request-tools.ts'
import { runBuilds } from './gate/builds.ts'
import { Evidence } from './gate/evidence.ts'
import { type JudgedBuild, mayStepPass, REASONS, type StepResult } from './gate/reasons.ts'
import { withArtifacts } from './gate/what-was-built.ts'
import { readInputs, secretInputs, type Inputs } from './inputs/action-inputs.ts'
import { guardProcess } from './process-guard.ts'
import { createReport, type Report } from './report/report.ts'
import { CLOCK } from './util/clock.ts'
import { joined, LINE_END, type Message } from './util/message.ts'

/**
 * Runs the gate from its inputs to its last output.
 * @returns whether the step passes. On an unexpected error it does not return: the process guard reports it.
 */
export async function run(): Promise<boolean> {
  const report = createReport()
  const guard = guardProcess(report)
  for (const secret of secretInputs()) report.addSecret(secret)
  report.openOutputs()

  const read = readInputs()
  const asked = read.ok ? read.inputs : { ...read, failUnlessSuccess: true, artifacts: false }
  const { result, evidence, explain } = read.ok
    ? await judge(read.inputs, report, guard.cancel)
    : invalidInputs(read.problems)
  const mayEndWell = mayStepPass(result, asked, evidence)
  report.end(result, mayEndWell && !result.success)
  const diagnoses = await explain()
  report.showDiagnoses(result, diagnoses)
  if (asked.summary) report.writeSummary(result, diagnoses)
  await guard.settle()

  // A cancel that comes after the verdict counts too: whoever cancels wants nothing to follow.
  const passes = mayEndWell && !guard.cancel.aborted
  if (mayEndWell && !passes) report.end(cancelledLate(result), false)
  if (passes && result.success) report.succeed()
  guard.end()
  return passes
}

/** What became of the builds. */
interface Judged {
  readonly result: StepResult
  readonly evidence: Evidence
  /** Asks for more about each build that failed: once the verdict is given, since it cannot change that. */
  readonly explain: () => Promise<readonly (Diagnosis | undefined)[]>
}

/** Puts the parts of the gate together: the clock, the network, the credentials, the service; then reads and judges the builds. */
async function judge(inputs: Inputs, report: Report, cancel: AbortSignal): Promise<Judged> {
  const { builds, endpoint, place, apiVersions, wait, logLines, failUnlessSuccess } = inputs
  const { log } = report
  const evidence = new Evidence(
    builds.map(({ jobId }) => jobId),
    apiVersions,
    report.setRecord,
  )
  const tools = createRequestTools(endpoint, inputs.credentials, report, builds.length > 1)
  const service = createCodeArtsBuild({ ...tools, endpoint, account: evidence })

  for (const warning of inputs.warnings) report.warn(warning)
  log.debug(`Asking ${endpoint.href} through API ${apiVersions.join(', ')}`)
  report.setBuilds(builds)
  const clock = CLOCK
  const options = {
    service,
    evidence,
    place,
    log,
    wait,
    failUnlessSuccess,
    cancel,
    clock,
    random: Math.random,
  }
  const judged = await runBuilds(builds, options)
  const result = inputs.artifacts ? await withArtifacts(judged, options) : judged
  const failed = result.builds.filter(build => REASONS[build.result.reason].hasDiagnosis)
  const explain = async (build: JudgedBuild) => {
    const { jobId, result: ended } = build
    const { record, buildNo } = ended
    if (record === undefined || buildNo === undefined || !failed.includes(build)) return undefined
    const tools = { service, clock, log, logLines, cancel }
    return readDiagnosis({ jobId, buildNo, record }, tools)
  }
  return { result, evidence, explain: () => Promise.all(result.builds.map(explain)) }
}

/** @returns the result of a step that was cancelled when its verdict was given: none of its builds passes any more. */
function cancelledLate({ record, url, builds }: StepResult): StepResult {
  const cancelled = {
    success: false,
    reason: 'cancelled',
    end: 'cancelled',
    problem: ['The step was cancelled after the verdict, before it had ended'],
    remedy: ['Run the step again'],
    details: [],
    warnings: [],
  } as const
  return {
    ...cancelled,
    record,
    url,
    builds: builds.map(build => ({ ...build, result: { ...cancelled, record: build.result.record } })),
  }
}

function invalidInputs(problems: readonly Message[]): Judged {
  const result = {
    success: false,
    reason: 'invalid_input',
    end: 'error',
    problem: joined(problems, LINE_END),
    details: [],
    warnings: [],
    url: '',
    builds: [],
  } as const
  const evidence = new Evidence([], [], () => undefined)
  return { result, evidence, explain: () => Promise.resolve([]) }
}
