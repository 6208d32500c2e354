import { createCodeArtsBuild } from '../../src/codearts/client.ts'
import { tokenCredentials } from '../../src/credentials/credentials.ts'
import type { GateResult } from '../../src/gate/reasons.ts'
import { runGate } from '../../src/gate/gate.ts'
import { createHttp, HTTP_LIMITS } from '../../src/http/http-client.ts'
import { TEST_TOKEN } from './environment.ts'
import { NOTHING_EXPECTED, ONE_POLL, queueFor, SILENT_LOG } from './one-poll.ts'
import { BUILD_NO, JOB_ID } from './passing-build.ts'
import { newEvidence } from './evidence.ts'

/** Short, for faults that nothing but the deadline ends. */
const SLOW_DEADLINE_MS = 80

/**
 * Runs the gate of `src/` in this process against a server, asking one version of the API; pauses between tries take
 * next to no time.
 */
export async function gateInProcess(url: string, { slow = false } = {}): Promise<GateResult> {
  const http = createHttp('test', slow ? { ...HTTP_LIMITS, deadlineMs: SLOW_DEADLINE_MS } : HTTP_LIMITS)
  const evidence = newEvidence()
  const service = createCodeArtsBuild({
    endpoint: new URL(url),
    account: evidence,
    http,
    queue: queueFor(tokenCredentials(TEST_TOKEN)),
    retry: { sleep: briefly, random: () => 0 },
    nowMs: () => 0,
    onRetry: () => undefined,
  })
  return runGate(
    { jobId: JOB_ID, buildNo: BUILD_NO, expected: NOTHING_EXPECTED },
    { ...ONE_POLL, service, evidence, log: SILENT_LOG },
  )
}

/** Long enough to notice that the server has closed a connection, which would otherwise serve the next try. */
function briefly(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1))
}
