import { createCodeArtsBuild } from '../../src/codearts/client.ts'
import { tokenCredentials } from '../../src/credentials/token.ts'
import type { Ending } from '../../src/ending.ts'
import { runGate } from '../../src/gate.ts'
import { createHttp } from '../../src/http/request.ts'
import type { Report } from '../../src/report/report.ts'
import { NOTHING_EXPECTED, ONE_LOOK } from './one-look.ts'
import { BUILD_NO, JOB_ID } from './passing-build.ts'

/**
 * Runs the gate as the action does, over a real connection, but without the pauses between tries: v3 alone is asked for
 * the build of `passing-build.ts`.
 * @param endpoint the base URL of the service.
 * @param token is masked first.
 * @param report gets the record and the log; to say how the gate ended is left to the caller.
 */
export async function gateInProcess(endpoint: string, token: string, report: Report): Promise<Ending> {
  const { log, secrets } = report
  secrets.add(token)
  const service = createCodeArtsBuild({
    endpoint: new URL(endpoint),
    apiVersions: ['v3'],
    credentials: tokenCredentials(token),
    http: createHttp('test'),
    retry: { sleep: () => Promise.resolve(), random: () => 0 },
    reading: { redact: text => secrets.redact(text), nowMs: Date.now },
    onRetry: ({ cameBack }) => {
      log.info(cameBack)
    },
  })
  return runGate(
    { jobId: JOB_ID, buildNo: BUILD_NO, expected: NOTHING_EXPECTED },
    {
      ...ONE_LOOK,
      service,
      log,
      onRecord: record => {
        report.record(record)
      },
    },
  )
}
