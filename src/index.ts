import './start-red.ts'
import { createCodeArtsBuild } from './codearts/client.ts'
import { tokenCredentials } from './credentials/token.ts'
import { diagnose, DIAGNOSIS_LIMITS, type Diagnosis } from './diagnosis.ts'
import { mayPass, type Ending } from './ending.ts'
import { runGate } from './gate.ts'
import { proxySecrets } from './http/proxy.ts'
import { createHttp } from './http/request.ts'
import { readInputs, secretInputs, type Inputs } from './inputs.ts'
import { createReport } from './report/report.ts'
import { reportUnplannedEnds } from './unplanned.ts'
import { USER_AGENT } from './user-agent.ts'

const environment = process.env
const report = createReport(environment)
let isOver = false
reportUnplannedEnds(report, () => isOver)
hideSecrets()

const read = readInputs(environment)
const { ending, explain } = read.ok ? await gate(read.inputs) : refused(read.problems)
const passes = mayPass(ending, read.ok ? read.inputs.failUnlessSuccess : true)
report.end(ending, passes && !ending.success)
const diagnosis = await explain?.()
if (diagnosis !== undefined) report.diagnosis(diagnosis)
if (read.ok ? read.inputs.summary : read.summary) report.summary(ending, diagnosis)
await everythingPrinted()

if (ending.success) report.succeed()
isOver = true
if (passes) process.exitCode = 0
// Whatever sockets are still open: a verdict is never waited for.
process.exit()

/** The first thing that is printed, so that nothing can be printed before it. */
function hideSecrets(): void {
  const { passwords, users } = proxySecrets(environment)
  for (const secret of [...secretInputs(environment), ...passwords]) report.secrets.add(secret)
  for (const user of users) report.mask(user)
}

interface Run {
  readonly ending: Ending
  /** Asks for more about a build that failed: once the verdict is given, since it cannot change that. */
  readonly explain?: () => Promise<Diagnosis | undefined>
}

async function gate({ jobId, buildNo, token, endpoint, apiVersions, logLines }: Inputs): Promise<Run> {
  const { log, secrets } = report
  const access = {
    endpoint,
    credentials: tokenCredentials(token),
    reading: { redact: (text: string) => secrets.redact(text), nowMs: Date.now },
  }
  log.debug(`Asking ${endpoint.href} for build ${buildNo} of job ${jobId} (${apiVersions.join(', ')})`)
  const service = createCodeArtsBuild({
    ...access,
    apiVersions,
    http: createHttp(USER_AGENT),
    retry: { sleep: ms => new Promise(resolve => setTimeout(resolve, ms)), random: Math.random },
    onRetry: ({ cameBack }, tries, pauseMs) => {
      log.info(`Try ${tries} failed: ${cameBack}; the next one follows in ${(pauseMs / 1_000).toFixed(1)} s`)
    },
  })
  const ending = await runGate(
    { jobId, buildNo },
    {
      service,
      log,
      onRecord: record => {
        report.record(record)
      },
    },
  )
  const http = createHttp(USER_AGENT, DIAGNOSIS_LIMITS)
  return { ending, explain: () => diagnose(ending, { ...access, http, logLines }) }
}

function refused(problems: readonly string[]): Run {
  const sentence = `No request was sent, because the inputs are not right: ${problems.join('; ')}`
  return { ending: { success: false, reason: 'invalid_input', sentence, warnings: [] } }
}

/** Waits until the log has taken every line, but not for a reader that has stopped reading. */
async function everythingPrinted(): Promise<void> {
  await new Promise<void>(resolve => {
    setTimeout(resolve, 500)
    process.stdout.write('', () => {
      resolve()
    })
  })
}
