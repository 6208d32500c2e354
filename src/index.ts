import './start-red.ts'
import { cancelOnSignals } from './cancel.ts'
import { CLOCK, sleep } from './clock.ts'
import { createCodeArtsBuild } from './codearts/client.ts'
import { tokenCredentials } from './credentials/token.ts'
import { mayPass, type Ending } from './ending.ts'
import { runGate } from './gate.ts'
import { proxySecrets } from './http/proxy.ts'
import { createHttp } from './http/request.ts'
import { readInputs, secretInputs, type Inputs } from './inputs.ts'
import { createReport } from './report/report.ts'
import { reportUnplannedEnds } from './unplanned.ts'
import { USER_AGENT } from './user-agent.ts'
import { askedWords } from './words.ts'

const environment = process.env
const report = createReport(environment)
const cancel = cancelOnSignals()
let isOver = false
reportUnplannedEnds(report, () => isOver)
hideSecrets()

const read = readInputs(environment)
const ending = read.ok ? await gate(read.inputs) : refused(read.problems)
const passes = mayPass(ending, read.ok ? read.inputs.failUnlessSuccess : true)
report.end(ending, {
  summary: read.ok ? read.inputs.summary : read.summary,
  softly: passes && !ending.success,
})
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

async function gate(inputs: Inputs): Promise<Ending> {
  const { jobId, buildNo, expected, patience, token, endpoint, apiVersions } = inputs
  const { log, secrets } = report
  const asked = { jobId, buildNo, expected }
  log.debug(`Asking ${endpoint.href} for ${askedWords(asked)} (${apiVersions.join(', ')})`)
  const service = createCodeArtsBuild({
    endpoint,
    apiVersions,
    credentials: tokenCredentials(token),
    http: createHttp(USER_AGENT),
    retry: { sleep: (ms, signal) => sleep(CLOCK, ms, signal), random: Math.random },
    reading: { redact: text => secrets.redact(text), nowMs: Date.now },
    onRetry: ({ cameBack }, tries, pauseMs) => {
      log.info(`Try ${tries} failed: ${cameBack}; the next one follows in ${(pauseMs / 1_000).toFixed(1)} s`)
    },
  })
  return runGate(asked, {
    service,
    log,
    patience,
    cancel,
    clock: CLOCK,
    random: Math.random,
    onRecord: record => {
      report.record(record)
    },
  })
}

function refused(problems: readonly string[]): Ending {
  const sentence = `No request was sent, because the inputs are not right: ${problems.join('; ')}`
  return { success: false, reason: 'invalid_input', sentence, warnings: [] }
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
