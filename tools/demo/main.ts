// `npm start`: shows the gate at work, from end to end. What it takes is in options.ts.
import { refusalOf } from '../runner/check-node.js'
import { runAction } from '../runner/run-action.ts'
import type { Viewing } from '../runner/shown-log.ts'
import { tokenOf } from '../stand-in/credentials.ts'
import { scenarioOf } from '../stand-in/scenarios/index.ts'
import { startStandIn } from '../stand-in/server.ts'
import { TOKEN_VARIABLE, USAGE, UsageError, parseOptions } from './options.ts'
import type { BuildIds, DemoOptions, LiveBuild } from './options.ts'
import { serveRecordFile } from './record-file.ts'
import { showRun } from './show.ts'

const PASSING = 'success'
const FAILING = 'failure'

/** What the live service may need of this environment to be reached at all. */
const NETWORK_VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'NODE_EXTRA_CA_CERTS']

const refusal = refusalOf(process.versions.node)
if (refusal === undefined) {
  process.exitCode = await main()
} else {
  console.error(refusal)
  process.exitCode = 1
}

/** @returns the exit code of the demo: 2 for arguments that cannot be. */
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

async function showExamples(viewing: Viewing): Promise<number> {
  await using standIn = await startStandIn()
  console.log(`A stand-in for CodeArts Build listens at ${standIn.url}. The gate is run against it twice.`)
  const exitCodes: number[] = []
  for (const name of [PASSING, FAILING]) {
    const { shows, jobId, buildNo, token = 'valid' } = scenarioOf(name)
    const inputs = { job_id: jobId, build_no: String(buildNo), token: tokenOf(token), endpoint: standIn.url }
    exitCodes.push(await show({ title: `Build ${buildNo}: ${shows}`, page: name, inputs }, viewing))
  }
  const [passed, failed] = exitCodes
  const asExpected = passed === 0 && failed === 1
  console.log(
    asExpected ? '\nAs it should be: the first passes, the second fails.' : '\nThis is not as it should be.',
  )
  return asExpected ? 0 : 1
}

async function showRecord(file: string, ids: BuildIds, viewing: Viewing): Promise<number> {
  const { jobId, buildNo, ...served } = await serveRecordFile(file, ids)
  await using standIn = served.standIn
  const inputs = { job_id: jobId, build_no: buildNo, token: tokenOf('valid'), endpoint: standIn.url }
  const title = `The record in ${file}, as build ${buildNo} of job ${jobId}`
  return await show({ title, page: 'record', inputs }, viewing)
}

async function showLive({ endpoint, jobId, buildNo, token }: LiveBuild, viewing: Viewing): Promise<number> {
  const title = `Build ${buildNo} of job ${jobId} at ${endpoint}, with the token in ${TOKEN_VARIABLE}`
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
}

/** @returns the gate's exit code; 1 when a signal ended it. */
async function show({ title, page, inputs, env = {} }: Showing, { debug = false }: Viewing): Promise<number> {
  const run = await runAction({ inputs, env, debug })
  await showRun(title, page, run, { debug })
  return run.exitCode ?? 1
}
