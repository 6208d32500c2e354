import { createCodeArtsBuild } from '../../../src/codearts/client.ts'
import { tokenCredentials } from '../../../src/credentials/credentials.ts'
import type { GateResult } from '../../../src/gate/reasons.ts'
import { runGate } from '../../../src/gate/gate.ts'
import { createHttp } from '../../../src/http/http-client.ts'
import type { Report } from '../../../src/report/report.ts'
import { ONE_POLL, queueFor } from '../builders/one-poll.ts'
import { ONE_BUILD } from '../builders/step-result.ts'
import { newEvidence } from '../builders/evidence.ts'

/**
 * Runs the gate as the action does, over a real connection, but without the pauses between tries: v3 alone is asked for
 * the build of `passing-build.ts`.
 * @param endpoint the base URL of the service.
 * @param token is masked first.
 * @param report gets the record and the log; to say how the gate ended is left to the caller.
 */
export async function gateInProcess(endpoint: string, token: string, report: Report): Promise<GateResult> {
  const { log, addSecret, setRecord } = report
  addSecret(token)
  report.setBuilds([ONE_BUILD])
  const evidence = newEvidence({ onRecord: setRecord })
  const service = createCodeArtsBuild({
    endpoint: new URL(endpoint),
    account: evidence,
    http: createHttp('test'),
    queue: queueFor(tokenCredentials(token)),
    retry: { sleep: () => Promise.resolve(), random: () => 0 },
    nowMs: Date.now,
    onRetry: ({ message }) => {
      log.info(message)
    },
  })
  return runGate(ONE_BUILD, { ...ONE_POLL, service, evidence, log })
}
