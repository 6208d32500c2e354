import { createCodeArtsBuild } from './codearts/client.ts'
import { readDiagnosis, type Diagnosis } from './codearts/diagnosis.ts'
import { createRequestTools, type RequestTools } from './codearts/request-tools.ts'
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
  if (!read.ok) {
    const ending = { summary: read.summary, failUnlessSuccess: true, artifacts: false }
    return conclude(invalidInputs(read.problems), ending, report, guard)
  }
  const { builds, endpoint, credentials, warnings } = read.inputs
  if (builds.length > 1) await keepMemoryLow()
  const tools = createRequestTools(endpoint, credentials, report, builds.length > 1)
  for (const warning of warnings) report.warn(warning)
  const judged = await judgeBuilds(read.inputs, tools, report, guard.cancel)
  return conclude(judged, read.inputs, report, guard)
}

/**
 * Keeps the part of V8's heap for new objects at the size with which it begins. Large answers to several builds would make it
 * grow to 64 MiB, and what lies outside of the heap would be freed as seldom: 300 MiB in all in place of 190 (measured with
 * `npm run bench:memory`). For one build that is not needed, and the module is not loaded.
 */
async function keepMemoryLow(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** What a run reads and judges. */
export type ToJudge = Pick<
  Inputs,
  'builds' | 'endpoint' | 'place' | 'apiVersions' | 'wait' | 'logLines' | 'failUnlessSuccess' | 'artifacts'
>

/** How a run ends once its builds are judged. */
export interface Conclusion extends Pick<Inputs, 'summary' | 'failUnlessSuccess' | 'artifacts'> {
  /** Puts a result into the words of the action that runs the gate. */
  readonly reword?: (result: StepResult) => StepResult
  /** Called when outputs and annotation are written, and before the summary, which shows the sentences that it gives. */
  readonly afterVerdict?: (result: StepResult) => Promise<readonly Message[]>
}

/** What became of the builds. */
export interface Judged {
  readonly result: StepResult
  readonly evidence: Evidence
  /** Asks for more about each build that failed: once the verdict is given, since it cannot change that. */
  readonly explain: () => Promise<readonly (Diagnosis | undefined)[]>
}

/** Puts the parts of the gate together: the clock, the network, the service; then reads and judges the builds. */
export async function judgeBuilds(
  plan: ToJudge,
  tools: RequestTools,
  report: Pick<Report, 'log' | 'setBuilds' | 'setRecord'>,
  cancel: AbortSignal,
): Promise<Judged> {
  const { builds, endpoint, place, apiVersions, wait, logLines, failUnlessSuccess } = plan
  const { log } = report
  const evidence = new Evidence(
    builds.map(({ jobId }) => jobId),
    apiVersions,
    report.setRecord,
  )
  // What has started a build has answered for it.
  for (const { jobId, isStarted } of builds) if (isStarted === true) evidence.enterAnswer(jobId)
  const service = createCodeArtsBuild({ ...tools, endpoint, account: evidence })

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
  const result = plan.artifacts ? await withArtifacts(judged, options) : judged
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

/**
 * Says how a run has ended, from its verdict to its last output.
 * @returns whether the step passes.
 */
export async function conclude(
  { result: judged, evidence, explain }: Judged,
  ending: Conclusion,
  report: Pick<Report, 'end' | 'showDiagnoses' | 'writeSummary' | 'succeed'>,
  guard: ReturnType<typeof guardProcess>,
): Promise<boolean> {
  const reword = ending.reword ?? (one => one)
  const result = reword(judged)
  const mayEndWell = mayStepPass(result, ending, evidence)
  report.end(result, mayEndWell && !result.success)
  const diagnoses = await explain()
  report.showDiagnoses(result, diagnoses)
  const notes = (await ending.afterVerdict?.(result)) ?? []
  if (ending.summary) report.writeSummary({ ...result, warnings: [...result.warnings, ...notes] }, diagnoses)
  await guard.settle()

  // A cancel that comes after the verdict counts too: whoever cancels wants nothing to follow.
  const passes = mayEndWell && !guard.cancel.aborted
  if (mayEndWell && !passes) report.end(reword(cancelledLate(result)), false)
  if (passes && result.success) report.succeed()
  guard.end()
  return passes
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
