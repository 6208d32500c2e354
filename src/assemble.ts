import { readSecretAnswer, type ReadingTools } from './codearts/answer.ts'
import { createCodeArtsBuild } from './codearts/client.ts'
import type { BuildRecord } from './codearts/record.ts'
import { createCredentials } from './credentials/create.ts'
import { diagnose, DIAGNOSIS_LIMITS, type Diagnosis } from './diagnosis.ts'
import { CLOCK, sleep } from './clock.ts'
import type { Ending } from './ending.ts'
import { runGate } from './gate.ts'
import { createHttp } from './http/request.ts'
import type { OnRetry } from './http/retry.ts'
import type { Inputs } from './inputs.ts'
import type { Report } from './report/report.ts'
import { USER_AGENT } from './user-agent.ts'
import { askedWords } from './words.ts'

/** The gate, once its inputs are known. */
export interface Gate {
  /** Reads the build and judges it. */
  judge(): Promise<Ending>
  /** Asks for more about a build that failed: once the verdict is given, since it cannot change that. */
  explain(ending: Ending): Promise<Diagnosis | undefined>
}

/**
 * Puts the parts of the gate together: the clock, the network, the credentials, the service.
 * @param cancel fires when the run is to end at once.
 */
export function assemble(inputs: Inputs, report: Report, cancel: AbortSignal): Gate {
  const { jobId, buildNo, expected, patience, endpoint, apiVersions, logLines } = inputs
  const { log, secrets } = report
  const reading: ReadingTools = { redact: text => secrets.redact(text), nowMs: Date.now }
  const retry = {
    sleep: (ms: number, signal: AbortSignal) => sleep(CLOCK, ms, signal),
    random: Math.random,
  }
  const onRetry: OnRetry<{ readonly cameBack: string }> = ({ cameBack }, tries, pauseMs) => {
    log.info(`Try ${tries} failed: ${cameBack}; the next one follows in ${(pauseMs / 1_000).toFixed(1)} s`)
  }
  const http = createHttp(USER_AGENT)
  const credentials = createCredentials(inputs.credentials, {
    http,
    retry,
    read: (result, who) => readSecretAnswer(result, reading, who),
    nowMs: Date.now,
    secrets,
    log,
    onRetry,
  })
  const access = { endpoint, credentials, reading }
  const service = createCodeArtsBuild({
    ...access,
    apiVersions,
    http,
    retry,
    onRetry,
  })

  const asked = { jobId, buildNo, expected }

  return {
    judge() {
      log.debug(`Asking ${endpoint.href} for ${askedWords(asked)} (${apiVersions.join(', ')})`)
      const onRecord = (record: BuildRecord): void => {
        report.record(record)
      }
      return runGate(asked, { service, log, patience, cancel, clock: CLOCK, random: Math.random, onRecord })
    },
    explain: ending =>
      diagnose(ending, {
        ...access,
        http: createHttp(USER_AGENT, DIAGNOSIS_LIMITS),
        logLines,
        signal: cancel,
      }),
  }
}
