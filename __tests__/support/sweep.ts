import { createCodeArtsBuild } from '../../src/codearts/client.ts'
import { tokenCredentials } from '../../src/credentials/token.ts'
import type { Ending } from '../../src/ending.ts'
import { runGate } from '../../src/gate.ts'
import { createHttp, HTTP_LIMITS } from '../../src/http/request.ts'
import { TEST_TOKEN } from './environment.ts'
import { NOTHING_EXPECTED, ONE_LOOK, SILENT_LOG } from './one-look.ts'
import { BUILD_NO, JOB_ID } from './passing-build.ts'

/** Short, for faults that nothing but the deadline ends. */
const SLOW_DEADLINE_MS = 80

/**
 * Runs the gate of `src/` in this process against a server, asking one version of the API; pauses between tries take
 * next to no time.
 */
export async function gateInProcess(url: string, { slow = false } = {}): Promise<Ending> {
  const http = createHttp('test', slow ? { ...HTTP_LIMITS, deadlineMs: SLOW_DEADLINE_MS } : HTTP_LIMITS)
  const service = createCodeArtsBuild({
    endpoint: new URL(url),
    apiVersions: ['v3'],
    credentials: tokenCredentials(TEST_TOKEN),
    http,
    retry: { sleep: briefly, random: () => 0 },
    reading: { redact: text => text, nowMs: () => 0 },
    onRetry: () => undefined,
  })
  return runGate(
    { jobId: JOB_ID, buildNo: BUILD_NO, expected: NOTHING_EXPECTED },
    { ...ONE_LOOK, service, log: SILENT_LOG, onRecord: () => undefined },
  )
}

/** Long enough to notice that the server has closed a connection, which would otherwise serve the next try. */
function briefly(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 1))
}
