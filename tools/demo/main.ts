// `npm start`: a demo of the gate, from end to end. Its arguments are in options.ts.
import { readFileSync } from 'node:fs'
import { refusalOf } from '../runner/check-node.js'
import { runAction, type ActionRun, type RunOptions } from '../runner/run-action.ts'
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

/** What the fake service's jobs build. */
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

/** Whether the action that starts a build can wait for it, too; where it cannot, the gate waits. */
const STARTS_AND_WAITS = readFileSync(new URL('../../start/action.yml', import.meta.url), 'utf8').includes(
  '\n  wait:\n',
)

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

/** The demo, in the order in which a user meets it; each part says whether it ended as it should. */
async function showExamples(viewing: Viewing): Promise<number> {
  console.log('Three stories about builds of a fake service for CodeArts Build, in less than a minute.')
  let asExpected = true
  for (const part of [showStart, showFailure, showSeveral]) asExpected = (await part(viewing)) && asExpected
  console.log(
    asExpected
      ? '\nAs it should be: the first passes, the others fail. The pages of HTML are for a browser.'
      : '\nThis is not as it should be.',
  )
  return asExpected ? 0 : 1
}

/** A build is started, waited for and passes, with keyless credentials. */
async function showStart(viewing: Viewing): Promise<boolean> {
  const job = jobOf('queues-runs-ends', Date.now())
  await using fakeService = await startFakeService({ jobs: [job] })
  const { inputs: keyless, env } = keylessJob(fakeService.url)
  const inputs = { job_id: job.jobId, commit: COMMIT, endpoint: fakeService.url, ...keyless }
  if (STARTS_AND_WAITS) {
    const title = '1. One step starts a build, waits for it and passes (keyless)'
    const run = { title, page: 'start', action: 'start', env } as const
    return (await show({ ...run, inputs: { ...inputs, wait: 'true' } }, viewing)).exitCode === 0
  }
  const started = await show(
    { title: '1. A build is started (keyless)', page: 'start', action: 'start', inputs, env },
    viewing,
  )
  const build_no = started.outputs.get('build_no') ?? ''
  const title = `1. The gate waits for build ${build_no}, which passes (keyless)`
  const run = { title, page: 'wait', inputs: { ...inputs, build_no, wait: 'true' }, env }
  return (await show(run, viewing)).exitCode === 0
}

/** A build has failed: what a person sees of its cause, with access keys. */
async function showFailure(viewing: Viewing): Promise<boolean> {
  await using fakeService = await startFakeService()
  const { jobId, buildNo } = scenarioOf('failure')
  const { accessKey, secretKey } = ACCESS_KEYS.valid
  const inputs = {
    job_id: jobId,
    build_no: String(buildNo),
    log_lines: '20',
    access_key: accessKey,
    secret_key: secretKey,
    endpoint: fakeService.url,
  }
  const title = '2. A build failed: its cause is in the log, the annotation and the summary (access keys)'
  return (await show({ title, page: 'failure', inputs }, viewing)).exitCode === 1
}

/** A gate on three builds, which run when it begins, and of which one fails; with a token. */
async function showSeveral(viewing: Viewing): Promise<boolean> {
  const nowMs = Date.now()
  await using fakeService = await startFakeService({ jobs: createJobs(nowMs) })
  const job_id = [
    `backend: ${jobOf('runs-and-passes', nowMs).jobId}/61`,
    `web app: ${jobOf('queues-runs-ends', nowMs).jobId}/61`,
    `image: ${jobOf('runs-and-fails', nowMs).jobId}/61`,
  ].join('\n')
  const inputs = { job_id, wait: 'true', log_lines: '8', token: tokenOf('valid'), endpoint: fakeService.url }
  const title = '3. One gate on three builds at once, of which one fails (a token)'
  return (await show({ title, page: 'several', inputs }, viewing)).exitCode === 1
}

async function showRecord(file: string, ids: BuildIds, viewing: Viewing): Promise<number> {
  const { jobId, buildNo, ...served } = await serveRecordFile(file, ids)
  await using fakeService = served.fakeService
  const inputs = { job_id: jobId, build_no: buildNo, token: tokenOf('valid'), endpoint: fakeService.url }
  const title = `The record in ${file}, as build ${buildNo} of build task ${jobId}`
  return exitCodeOf(await show({ title, page: 'record', inputs }, viewing))
}

async function showLive({ endpoint, jobId, buildNo, token }: LiveBuild, viewing: Viewing): Promise<number> {
  const [task = ''] = jobId.split(/[?#]/)
  const at = endpoint === '' ? '' : ` at ${endpoint}`
  const title = `Build ${buildNo} of build task ${task}${at}, with the token in ${TOKEN_VARIABLE}`
  const inputs = { job_id: jobId, build_no: buildNo, token, endpoint }
  const env = Object.fromEntries(NETWORK_VARIABLES.map(name => [name, process.env[name]]))
  return exitCodeOf(await show({ title, page: 'live', inputs, env }, viewing))
}

interface Showing extends Pick<RunOptions, 'action' | 'env'> {
  readonly title: string
  /** The name of the page of its summary. */
  readonly page: string
  readonly inputs: Readonly<Record<string, string>>
}

async function show({ title, page, ...options }: Showing, { debug = false }: Viewing): Promise<ActionRun> {
  const run = await runAction({ ...options, debug })
  await showRun(title, page, run, { debug })
  return run
}

/** @returns the exit code of a run; 1 when a signal ended it. */
function exitCodeOf({ exitCode }: ActionRun): number {
  return exitCode ?? 1
}
