import {
  createCodeArtsBuild,
  type CodeArtsBuild,
  type RecordResponse,
  type ServiceAccount,
} from '../../../src/codearts/client.ts'
import { readDiagnosis, type Diagnosis } from '../../../src/codearts/diagnosis.ts'
import { tokenCredentials } from '../../../src/credentials/credentials.ts'
import { stepResult } from '../../../src/gate/builds.ts'
import type { GateResult, StepResult } from '../../../src/gate/reasons.ts'
import { runGate } from '../../../src/gate/gate.ts'
import { withArtifacts } from '../../../src/gate/what-was-built.ts'
import { createHttp, HTTP_LIMITS } from '../../../src/http/http-client.ts'
import { artifact } from '../../../tools/fake-service/scenarios/what-was-built.ts'
import { TEST_TOKEN } from '../builders/environment.ts'
import { newEvidence } from '../builders/evidence.ts'
import { answerFaults } from '../faults/faults.ts'
import { judgedBuild, recordOf } from '../builders/judged-builds.ts'
import { NOTHING_EXPECTED, ONE_POLL, queueFor, REQUEST_OPTIONS, SILENT_LOG } from '../builders/one-poll.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../builders/passing-build.ts'

/** For faults that nothing but the deadline ends: a busy machine gets a request through in that time. */
const SLOW_DEADLINE_MS = 200

interface Setting {
  /** Whether nothing but the deadline ends a request. */
  readonly slow?: boolean | undefined
}

/** @returns the service at a server, of which one version of the API is asked; pauses between tries take next to no time. */
function serviceAt(url: string, account: ServiceAccount, { slow = false }: Setting = {}): CodeArtsBuild {
  const http = createHttp('test', slow ? { ...HTTP_LIMITS, deadlineMs: SLOW_DEADLINE_MS } : HTTP_LIMITS)
  return createCodeArtsBuild({
    endpoint: new URL(url),
    account,
    http,
    queue: queueFor(tokenCredentials(TEST_TOKEN)),
    retry: { sleep: briefly, random: () => 0 },
    nowMs: () => 0,
    onRetry: () => undefined,
  })
}

/** Runs the gate of `src/` in this process against a server. */
export async function gateAt(url: string, setting: Setting = {}): Promise<GateResult> {
  const evidence = newEvidence()
  return runGate(
    { jobId: JOB_ID, buildNo: BUILD_NO, expected: NOTHING_EXPECTED },
    { ...ONE_POLL, service: serviceAt(url, evidence, setting), evidence, log: SILENT_LOG },
  )
}

/** Reads the record of the same build, in one try. */
export function readRecordAt(url: string): Promise<RecordResponse> {
  const build = { jobId: JOB_ID, buildNo: BUILD_NO }
  return serviceAt(url, newEvidence()).readRecord(build, { ...REQUEST_OPTIONS, maxTries: 1 })
}

/**
 * What a build made and how its tests ended, as the service answers it, beside all that faults look for in an answer: every fault is a way of
 * spoiling these bytes.
 */
export const LIST_BODY = Buffer.from(
  JSON.stringify({
    success: true,
    result: { ...PASSING_RECORD, package_infos: { a: artifact() }, summary: { total: 7, failures: 2 } },
  }),
)

/** The faults of a list. Two of a record are none: they say that the build made nothing. */
export const LIST_FAULTS = answerFaults.filter(({ name }) => !['result null', 'result {}'].includes(name))

/** Reads, in the same way, what a build made that passes. */
export async function listAt(url: string, setting: Setting = {}): Promise<StepResult> {
  const passing = judgedBuild('', recordOf(1))
  const step = stepResult([{ ...passing, result: { ...passing.result, buildNo: BUILD_NO } }])
  return withArtifacts(step, {
    ...ONE_POLL,
    service: serviceAt(url, newEvidence(), setting),
    log: SILENT_LOG,
  })
}

/** Reads, in the same way, the test results of a build that failed. */
export function testsAt(url: string, setting: Setting = {}): Promise<Diagnosis> {
  const service = serviceAt(url, newEvidence(), setting)
  const build = { jobId: JOB_ID, buildNo: BUILD_NO, record: recordOf(1, { build_record_id: '' }) }
  return readDiagnosis(build, { ...ONE_POLL, service, log: SILENT_LOG, logLines: 0 })
}

/** Long enough to notice that the server has closed a connection, which would otherwise serve the next try. */
function briefly(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1))
}
