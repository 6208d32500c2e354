import manifest from '../package.json' with { type: 'json' }
import { createCodeArtsBuild } from './codearts/client.ts'
import { readDiagnosis, type Diagnosis } from './codearts/diagnosis.ts'
import { readSecretResponse } from './codearts/response.ts'
import { createCredentials } from './credentials/credentials.ts'
import { mayPass, type GateResult, REASONS } from './gate/reasons.ts'
import { runGate } from './gate/gate.ts'
import { createHttp } from './http/http-client.ts'
import { proxySecrets } from './http/proxy.ts'
import type { OnRetry } from './http/retry.ts'
import { readInputs, secretInputs, type Inputs, type InputsResult } from './inputs/action-inputs.ts'
import { guardProcess } from './process-guard.ts'
import { createReport, type Report } from './report/report.ts'
import { CLOCK, sleep } from './util/clock.ts'
import { formatDuration } from './util/duration.ts'
import { joined, message } from './util/message.ts'

/** The name that the gate sends to the service: its version, and nothing about the runner. */
export const USER_AGENT = `codearts-build-gate/${manifest.version}`

/**
 * Runs the gate from its inputs to its last output.
 * @returns whether the step passes. On an unexpected error it does not return: the process guard reports it.
 */
export async function run(): Promise<boolean> {
  const report = createReport()
  const guard = guardProcess(report)
  for (const secret of secretInputs()) report.addSecret(secret)

  const read = readInputs()
  const gate = read.ok ? createGate(read.inputs, report, guard.cancel) : undefined
  const result = gate === undefined ? invalidInputs(read) : await gate.judge()
  const mayEndWell = mayPass(result, read.ok ? read.inputs.failUnlessSuccess : true)
  report.end(result, mayEndWell && !result.success)
  const diagnosis = await gate?.explain(result)
  if (diagnosis !== undefined) report.showDiagnosis(diagnosis)
  if (read.ok ? read.inputs.summary : read.summary) await report.writeSummary(result, diagnosis)
  await guard.settle()

  // A cancel that comes after the verdict counts too: whoever cancels wants nothing to follow.
  const passes = mayEndWell && !guard.cancel.aborted
  if (mayEndWell && !passes) report.end(cancelledLate(result), false)
  if (passes && result.success) report.succeed()
  guard.end()
  return passes
}

/** The gate, once its inputs are known. */
interface Gate {
  /** Reads the build and judges it. */
  judge(): Promise<GateResult>
  /** Asks for more about a build that failed: once the verdict is given, since it cannot change that. */
  explain(result: GateResult): Promise<Diagnosis | undefined>
}

/** Puts the parts of the gate together: the clock, the network, the credentials, the service. */
function createGate(inputs: Inputs, report: Report, cancel: AbortSignal): Gate {
  const { endpoint, apiVersions, wait, logLines } = inputs
  const { log, addSecret } = report
  for (const url of requestedUrls(inputs))
    for (const { value, kind } of proxySecrets(url))
      addSecret(value, kind === 'basic' ? 'credential' : 'password')
  const retry = { sleep: (ms: number, signal: AbortSignal) => sleep(CLOCK, ms, signal), random: Math.random }
  const onRetry: OnRetry = ({ message: failure }, tries, pauseMs) => {
    log.info(message`Try ${tries} failed: ${failure}; the next try follows in ${formatDuration(pauseMs)}`)
  }
  const tools = { http: createHttp(USER_AGENT), retry, onRetry, nowMs: Date.now }
  const credentials = createCredentials(inputs.credentials, { ...tools, readSecretResponse, addSecret, log })
  const service = createCodeArtsBuild({ ...tools, endpoint, apiVersions, credentials })

  return {
    judge() {
      for (const warning of inputs.warnings) report.warn(warning)
      if (inputs.credentials.kind === 'access_keys' && inputs.credentials.isFromEnvironment)
        log.info(`The credentials are from ${inputs.credentials.source}`)
      log.debug(`Asking ${endpoint.href} through API ${apiVersions.join(', ')}`)
      return runGate(inputs, {
        service,
        log,
        wait,
        cancel,
        clock: CLOCK,
        random: Math.random,
        onRecord: report.setRecord,
      })
    },
    async explain({ reason, record }) {
      if (record === undefined || !REASONS[reason].hasDiagnosis) return undefined
      return readDiagnosis(record, { service, clock: CLOCK, logLines, cancel })
    },
  }
}

/** @returns the URLs of all servers that the run may ask: a proxy may stand before any of them. */
function requestedUrls({ endpoint, credentials }: Inputs): URL[] {
  if (credentials.kind !== 'keyless') return [endpoint]
  const { job, agency } = credentials
  return [endpoint, agency.stsEndpoint, ...(URL.canParse(job.idTokenUrl) ? [new URL(job.idTokenUrl)] : [])]
}

function cancelledLate({ record }: GateResult): GateResult {
  const words = message`Cancelled after the verdict, but before the step had ended: the step does not pass`
  return { success: false, reason: 'cancelled', message: words, record, warnings: [] }
}

function invalidInputs(read: InputsResult): GateResult {
  const problems = read.ok ? [] : read.problems
  const words = message`No request was sent, because the inputs are not valid: ${joined(problems, '; ')}`
  return { success: false, reason: 'invalid_input', message: words, warnings: [] }
}
