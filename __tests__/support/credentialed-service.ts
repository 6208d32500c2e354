import { SILENT_LOG } from './one-look.ts'
import { readSecretAnswer } from '../../src/codearts/answer.ts'
import { createCodeArtsBuild, type CodeArtsBuild } from '../../src/codearts/client.ts'
import { createCredentials } from '../../src/credentials/create.ts'
import { createHttp, HTTP_LIMITS, type HttpLimits } from '../../src/http/request.ts'
import { readInputs, type Environment } from '../../src/inputs.ts'
import { createSecrets } from '../../src/secrets.ts'

/** A clock that stands until it is moved. */
export interface TestClock {
  nowMs: number
}

/** The service as assemble.ts puts it together, with what it says and keeps for itself. */
export interface CredentialedService {
  readonly service: CodeArtsBuild
  /** Every line for people. */
  readonly lines: readonly string[]
  /** Everything that was masked, in order. */
  readonly masked: readonly string[]
  /** Each pause before another try, in milliseconds. */
  readonly pausesMs: readonly number[]
  /** Takes the secrets that it knows out of text. */
  redact(text: string): string
}

/**
 * @param environment inputs and variables, as the runner gives them.
 * @param clock what this machine's clock says; pauses move it, and nothing sleeps.
 */
export function createCredentialedService(
  environment: Environment,
  clock: TestClock,
  limits: HttpLimits = HTTP_LIMITS,
): CredentialedService {
  const read = readInputs(environment)
  if (!read.ok) throw new Error(read.problems.join('; '))
  const { endpoint, apiVersions, credentials } = read.inputs
  const lines: string[] = []
  const masked: string[] = []
  const pausesMs: number[] = []
  const secrets = createSecrets(line => masked.push(line))
  const reading = { redact: (text: string) => secrets.redact(text), nowMs: () => clock.nowMs }
  const retry = {
    sleep: (ms: number) => {
      pausesMs.push(ms)
      clock.nowMs += ms
      return Promise.resolve()
    },
    random: () => 0,
  }
  const http = createHttp('test/1', limits)
  const log = {
    ...SILENT_LOG,
    info: (line: string) => lines.push(line),
    debug: (line: string) => lines.push(line),
  }
  const service = createCodeArtsBuild({
    endpoint,
    apiVersions,
    http,
    retry,
    reading,
    credentials: createCredentials(credentials, {
      http,
      retry,
      secrets,
      log,
      nowMs: reading.nowMs,
      read: (result, who) => readSecretAnswer(result, reading, who),
      onRetry: ({ cameBack }) => lines.push(cameBack),
    }),
    onRetry: ({ cameBack }) => lines.push(cameBack),
  })
  return { service, lines, masked, pausesMs, redact: reading.redact }
}
