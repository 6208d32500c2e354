// Starts the fake service for people: `npm run fake-service`.
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ACCESS_KEYS } from './access-keys.ts'
import { tokenOf } from './credentials.ts'
import { keylessJob } from './oidc.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { createJobs, jobOf, type JobScenario } from './scenarios/jobs.ts'
import { startFakeService } from './server.ts'

const LARGEST_PORT = 65_535

const USAGE = `Starts a small CodeArts Build on loopback, and lists its builds, jobs and credentials.

  npm run fake-service
  npm run fake-service -- --port N   on this port; without it, on a free one

  --help, -h  this text

It listens until Ctrl+C. The builds of a job begin at the first request for it.
`

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) console.log(USAGE)
  else await serve(parsePort(values.port))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function serve(port: number): Promise<void> {
  const jobs = createJobs(Date.now())
  const fakeService = await startFakeService({ port, jobs, doJobsWait: true })
  console.log(`${describeScenarios()}\n\nJobs at work, for a gate that waits:\n\n${describeJobs(jobs)}`)
  console.log(`\n${describeCredentials(fakeService.url)}`)
  console.log(`\nListening at ${fakeService.url} until Ctrl+C. Try the gate on it, from this folder:\n`)
  console.log(`  ${exampleRun(fakeService.url)}\n`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await fakeService.close()
}

function parsePort(text: string): number {
  if (!/^[0-9]+$/.test(text) || Number(text) > LARGEST_PORT)
    throw new Error(`--port takes a number from 0 to ${LARGEST_PORT}, not "${text}"`)
  return Number(text)
}

function describeScenarios(): string {
  return SCENARIOS.map(({ name, shows, jobId, buildNo, token = 'valid' }) =>
    [`${name}: ${shows}`, `  job_id ${jobId}  build_no ${buildNo}`, `  token  ${tokenOf(token)}`].join('\n'),
  ).join('\n')
}

function describeCredentials(url: string): string {
  const { accessKey, secretKey } = ACCESS_KEYS.valid
  const { inputs, env } = keylessJob(url)
  const list = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => `  ${name} ${value}`)
  return [
    'Instead of a valid token, access keys are taken:',
    ...list({ access_key: accessKey, secret_key: secretKey }),
    'or, keyless, these inputs with these variables of the runner:',
    ...list(inputs),
    ...list(env),
  ].join('\n')
}

function describeJobs(jobs: readonly JobScenario[]): string {
  return jobs.map(({ name, shows, jobId }) => `${name}: ${shows}\n  job_id ${jobId}`).join('\n')
}

/** One line of a shell that runs the gate on a build that takes a few seconds. */
function exampleRun(url: string): string {
  const { accessKey, secretKey } = ACCESS_KEYS.valid
  const { jobId } = jobOf('queues-runs-ends', 0)
  const inputs = {
    job_id: jobId,
    build_no: 'latest',
    wait: 'true',
    access_key: accessKey,
    secret_key: secretKey,
    endpoint: url,
  }
  const variables = Object.entries(inputs).map(([name, value]) => `INPUT_${name.toUpperCase()}='${value}'`)
  return `env ${variables.join(' ')} node dist/index.js`
}
