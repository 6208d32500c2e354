import { createCodeArtsBuild, type CodeArtsBuild } from '../../../src/codearts/client.ts'
import { readSecretResponse } from '../../../src/codearts/response.ts'
import { createCredentials } from '../../../src/credentials/credentials.ts'
import { createHttp, HTTP_LIMITS, type HttpLimits } from '../../../src/http/http-client.ts'
import type { OnRetry } from '../../../src/http/retry.ts'
import { readInputs } from '../../../src/inputs/action-inputs.ts'
import { createRedactor } from '../../../src/report/redact.ts'
import type { Message } from '../../../src/util/message.ts'
import { queueFor, SILENT_LOG } from '../builders/one-poll.ts'
import { rawLine } from '../sentence.ts'
import { withEnvironment } from './with-environment.ts'
import { newEvidence } from '../builders/evidence.ts'

/** A clock that stands until it is moved. */
export interface TestClock {
  nowMs: number
}

/** The service as run.ts puts it together, with what it says and keeps for itself. */
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
  environment: Readonly<Record<string, string | undefined>>,
  clock: TestClock,
  limits: HttpLimits = HTTP_LIMITS,
): CredentialedService {
  const read = withEnvironment(environment, readInputs)
  if (!read.ok) throw new Error(read.problems.map(rawLine).join('; '))
  const { builds, endpoint, apiVersions, credentials } = read.inputs
  const lines: string[] = []
  const masked: string[] = []
  const pausesMs: number[] = []
  const { add: addSecret, redact } = createRedactor(line => masked.push(line))
  const say = (line: string | Message): void => {
    lines.push(rawLine(line))
  }
  const retry = {
    sleep: (ms: number) => {
      pausesMs.push(ms)
      clock.nowMs += ms
      return Promise.resolve()
    },
    random: () => 0,
  }
  const onRetry: OnRetry = ({ message }) => {
    say(message)
  }
  const tools = { http: createHttp('test/1', limits), retry, onRetry, nowMs: () => clock.nowMs }
  const log = { ...SILENT_LOG, info: say, debug: say }
  const service = createCodeArtsBuild({
    ...tools,
    endpoint,
    account: newEvidence({ jobIds: builds.map(({ jobId }) => jobId), apiVersions }),
    queue: queueFor(createCredentials(credentials, { ...tools, readSecretResponse, addSecret, log })),
  })
  return { service, lines, masked, pausesMs, redact }
}
