// Starts the fake service for people: `node tools/fake-service/main.ts [--port N]`.
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { ACCESS_KEYS } from './access-keys.ts'
import { tokenOf } from './credentials.ts'
import { keylessJob } from './oidc.ts'
import { SCENARIOS } from './scenarios/index.ts'
import { createJobs, type JobScenario } from './scenarios/jobs.ts'
import { startFakeService } from './server.ts'

const LARGEST_PORT = 65_535

try {
  const jobs = createJobs(Date.now())
  const fakeService = await startFakeService({ port: readPort(), jobs })
  console.log(`${describeScenarios()}\n\nJobs at work, for a gate that waits:\n\n${describeJobs(jobs)}`)
  console.log(`\n${describeCredentials(fakeService.url)}`)
  console.log(`\nListening at ${fakeService.url} until Ctrl+C. Try:\n`)
  console.log(`  ${exampleRequest(fakeService.url)}\n`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await fakeService.close()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function readPort(): number {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  if (!/^[0-9]+$/.test(values.port) || Number(values.port) > LARGEST_PORT) {
    throw new Error(`--port takes a number from 0 to ${LARGEST_PORT}, not "${values.port}"`)
  }
  return Number(values.port)
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

function exampleRequest(url: string): string {
  const [{ jobId, buildNo } = { jobId: '', buildNo: 1 }] = SCENARIOS
  return `curl -H 'X-Auth-Token: ${tokenOf('valid')}' ${url}/v3/jobs/${jobId}/${buildNo}/record-info`
}
