import { readSecretAnswer, type ReadingTools } from './codearts/answer.ts'
import { createCodeArtsBuild } from './codearts/client.ts'
import { createCredentials } from './credentials/create.ts'
import { diagnose, DIAGNOSIS_LIMITS, type Diagnosis } from './diagnosis.ts'
import type { Ending } from './ending.ts'
import { runGate } from './gate.ts'
import { createHttp } from './http/request.ts'
import type { Inputs } from './inputs.ts'
import type { Report } from './report/report.ts'
import { USER_AGENT } from './user-agent.ts'

/** What a run does, once its inputs are known. */
export interface Run {
  /** Reads the build and judges it. */
  gate(): Promise<Ending>
  /** Asks for more about a build that failed: once the verdict is given, since it cannot change that. */
  explain(ending: Ending): Promise<Diagnosis | undefined>
}

/** Puts the parts of a run together: the clock, the network, the credentials, the service. */
export function assemble(inputs: Inputs, report: Report): Run {
  const { jobId, buildNo, endpoint, apiVersions, logLines } = inputs
  const { log, secrets } = report
  const reading: ReadingTools = { redact: text => secrets.redact(text), nowMs: Date.now }
  const retry = {
    sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)),
    random: Math.random,
  }
  const onRetry = (cameBack: string, tries: number, pauseMs: number): void => {
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
    onRetry: ({ cameBack }, tries, pauseMs) => {
      onRetry(cameBack, tries, pauseMs)
    },
  })

  return {
    gate() {
      log.debug(`Asking ${endpoint.href} for build ${buildNo} of job ${jobId} (${apiVersions.join(', ')})`)
      return runGate(
        { jobId, buildNo },
        {
          service,
          log,
          onRecord: record => {
            report.record(record)
          },
        },
      )
    },
    explain: ending =>
      diagnose(ending, { ...access, http: createHttp(USER_AGENT, DIAGNOSIS_LIMITS), logLines }),
  }
}
