// `npm start`: a demo of the gate, from end to end. Its arguments are in options.ts.
import { refusalOf } from '../runner/check-node.js'
import { runAction } from '../runner/run-action.ts'
import type { Viewing } from '../runner/shown-log.ts'
import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import { tokenOf } from '../fake-service/credentials.ts'
import { keylessJob } from '../fake-service/oidc.ts'
import { scenarioOf } from '../fake-service/scenarios/index.ts'
import { createJobs, jobOf } from '../fake-service/scenarios/jobs.ts'
import { startFakeService } from '../fake-service/server.ts'
import { TOKEN_VARIABLE, USAGE, UsageError, parseOptions } from './options.ts'
import type { BuildIds, DemoOptions, LiveBuild } from './options.ts'
import { serveRecordFile } from './record-file.ts'
import { showRun } from './show.ts'

const PASSING = 'success'
const WITH_ARTIFACTS = 'artifacts'
const FAILING = 'failure'

/** The variables that may be needed to reach the live service. */
const NETWORK_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS']

const refusal = refusalOf(process.versions.node)
if (refusal === undefined) {
  process.exitCode = await main()
} else {
  console.error(refusal)
  process.exitCode = 1
}

/** @returns the exit code of the demo: 2 for invalid arguments. */
async function main(): Promise<number> {
  try {
    return await runDemo(parseOptions(process.argv.slice(2), process.env))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`${error.message}\n\n"npm start -- --help" says what there is.`)
    return 2
  }
}

async function runDemo(options: DemoOptions): Promise<number> {
  switch (options.mode) {
    case 'help':
      console.log(USAGE)
      return 0
    case 'examples':
      return showExamples(options)
    case 'record':
      return showRecord(options.file, options.ids, options)
    case 'live':
      return showLive(options, options)
  }
}

/** A run of the gate against the fake service, and how it should end. */
interface Example {
  readonly scenario: string
  /** With which credentials. */
  readonly as: string
  readonly page: string
  readonly inputs: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly exitCode: number
}

/** A build that passes and one that fails, and between them the three kinds of credentials. */
function examplesAt(url: string): readonly Example[] {
  const { accessKey, secretKey } = ACCESS_KEYS.valid
  const token = { token: tokenOf('valid') }
  const keys = { access_key: accessKey, secret_key: secretKey, artifacts: 'true' }
  const { inputs, env } = keylessJob(url)
  return [
    { scenario: PASSING, as: 'keyless', page: 'success', inputs, env, exitCode: 0 },
    { scenario: WITH_ARTIFACTS, as: 'access keys', page: 'success-access-keys', inputs: keys, exitCode: 0 },
    { scenario: FAILING, as: 'a token', page: 'failure', inputs: token, exitCode: 1 },
  ]
}

async function showExamples(viewing: Viewing): Promise<number> {
  await using fakeService = await startFakeService()
  const examples = examplesAt(fakeService.url)
  console.log(
    `A fake service for CodeArts Build listens at ${fakeService.url}. The gate is run against it ${examples.length} times, and once on three builds; then a build is started.`,
  )
  let asExpected = true
  for (const { scenario, as, page, inputs, env = {}, exitCode } of examples) {
    const { shows, jobId, buildNo } = scenarioOf(scenario)
    const build = { job_id: jobId, build_no: String(buildNo), endpoint: fakeService.url }
    const title = `Build ${buildNo}: ${shows} (${as})`
    const ended = await show({ title, page, inputs: { ...build, ...inputs }, env }, viewing)
    asExpected &&= ended === exitCode
  }
  asExpected &&= (await showSeveral(viewing)) === 1
  asExpected &&= (await showStart(viewing)) === 0
  console.log(
    asExpected
      ? '\nAs it should be: the two before the last fail, the others pass.'
      : '\nThis is not as it should be.',
  )
  return asExpected ? 0 : 1
}

/** A gate on three builds, of which two run when it begins, and one fails. @returns the gate's exit code. */
async function showSeveral(viewing: Viewing): Promise<number> {
  const nowMs = Date.now()
  await using fakeService = await startFakeService({ jobs: createJobs(nowMs) })
  const job_id = [
    `backend: ${jobOf('runs-and-passes', nowMs).jobId}/61`,
    `web app: ${jobOf('queues-runs-ends', nowMs).jobId}/61`,
    `image: ${jobOf('runs-and-fails', nowMs).jobId}/61`,
  ].join('\n')
  const inputs = { job_id, wait: 'true', token: tokenOf('valid'), endpoint: fakeService.url }
  return await show(
    { title: 'One gate on three builds, of which one fails', page: 'several', inputs },
    viewing,
  )
}

/** A build that the second action starts, and waits for. @returns its exit code. */
async function showStart(viewing: Viewing): Promise<number> {
  const job = jobOf('queues-runs-ends', Date.now())
  await using fakeService = await startFakeService({ jobs: [job] })
  const inputs = {
    job_id: job.jobId,
    branch: 'main',
    parameters: 'LEVEL=release',
    secret_parameters: 'REGISTRY_TOKEN=not-a-real-token',
    wait: 'true',
    poll_interval_seconds: '1',
    token: tokenOf('valid'),
    endpoint: fakeService.url,
  }
  const title = 'A build that is started and waited for, in one step'
  return await show({ title, page: 'start', inputs, action: 'start' }, viewing)
}

async function showRecord(file: string, ids: BuildIds, viewing: Viewing): Promise<number> {
  const { jobId, buildNo, ...served } = await serveRecordFile(file, ids)
  await using fakeService = served.fakeService
  const inputs = { job_id: jobId, build_no: buildNo, token: tokenOf('valid'), endpoint: fakeService.url }
  const title = `The record in ${file}, as build ${buildNo} of build task ${jobId}`
  return await show({ title, page: 'record', inputs }, viewing)
}

async function showLive({ endpoint, jobId, buildNo, token }: LiveBuild, viewing: Viewing): Promise<number> {
  const title = `Build ${buildNo} of build task ${jobId} at ${endpoint}, with the token in ${TOKEN_VARIABLE}`
  const inputs = { job_id: jobId, build_no: buildNo, token, endpoint }
  const env = Object.fromEntries(NETWORK_VARIABLES.map(name => [name, process.env[name]]))
  return show({ title, page: 'live', inputs, env }, viewing)
}

interface Showing {
  readonly title: string
  /** The name of the page of its summary. */
  readonly page: string
  readonly inputs: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly action?: 'start'
}

/** @returns the gate's exit code; 1 when a signal ended it. */
async function show(
  { title, page, inputs, env = {}, action }: Showing,
  { debug = false }: Viewing,
): Promise<number> {
  const run = await runAction({ inputs, env, debug, ...(action === undefined ? {} : { action }) })
  await showRun(title, page, run, { debug })
  return run.exitCode ?? 1
}
