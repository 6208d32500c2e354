// `npm run demo:wait`: its text for `--help` says what it does.
import { parseArgs } from 'node:util'
import { runAction, type RunOptions } from '../runner/run-action.ts'
import { tokenOf } from '../fake-service/credentials.ts'
import { jobOf } from '../fake-service/scenarios/jobs.ts'
import { startFakeService } from '../fake-service/server.ts'
import { showRun } from './show.ts'

const USAGE = `Shows the gate waiting for a build, giving up, and being cancelled, in about 15 s.

  npm run demo:wait

  --debug     step debug logging is on, and every output is shown
  --help, -h  this text
`

interface Example {
  readonly title: string
  /** The job of the fake service. */
  readonly job: string
  readonly inputs: Readonly<Record<string, string>>
  readonly options?: RunOptions
}

const EXAMPLES: readonly Example[] = [
  {
    title: 'A whole wait: the build of a commit is found, queues, runs and ends',
    job: 'queues-runs-ends',
    inputs: { commit: '7c1b9e04d5f8', branch: 'main' },
  },
  {
    title: 'A time-out: the build does not end within three seconds',
    job: 'never-ends',
    inputs: { build_no: '61', timeout_minutes: '0.05' },
  },
  {
    title: 'A cancel: the runner interrupts the wait',
    job: 'never-ends',
    inputs: { build_no: 'latest' },
    options: { cancel: { whenLogHas: 'RUNNING; ', signal: 'SIGINT' } },
  },
]

try {
  const { values } = parseArgs({
    options: {
      debug: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) console.log(USAGE)
  else await showExamples(values.debug)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function showExamples(debug: boolean): Promise<void> {
  for (const [index, { title, job, inputs, options }] of EXAMPLES.entries()) {
    const served = jobOf(job, Date.now())
    await using fakeService = await startFakeService({ jobs: [served] })
    const run = await runAction({
      inputs: {
        job_id: served.jobId,
        token: tokenOf('valid'),
        endpoint: fakeService.url,
        wait: 'true',
        poll_interval_seconds: '5',
        ...inputs,
      },
      debug,
      ...options,
    })
    await showRun(title, `wait-${index + 1}`, run, { debug })
  }
}
