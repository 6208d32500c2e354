import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { readFileSync } from 'node:fs'
import { readReport, type JobReport } from './report.ts'

const ROOT = join(import.meta.dirname, '../..')
const SETUP_NODE = join(import.meta.dirname, 'setup-node')

/** A whole run of a workflow. */
export interface WorkflowRun {
  readonly exitCode: number | null
  /** What act prints besides its report. */
  readonly stderr: string
  readonly jobs: ReadonlyMap<string, JobReport>
}

/**
 * Runs a workflow of this repository through act, on this machine and without the network: `actions/checkout` is the
 * folder itself (act does this by default), and `actions/setup-node` the Node that runs this.
 *
 * @param workflow its path from the top of the repository.
 * @throws Error when act cannot be started, or its report is not what it should be.
 */
export async function runWorkflow(workflow: string): Promise<WorkflowRun> {
  const act = spawn(
    'act',
    [
      'push',
      '--json',
      ...['--workflows', workflow],
      ...['--platform', 'ubuntu-latest=-self-hosted'],
      '--action-offline-mode',
      '--no-cache-server',
      '--use-new-action-cache',
      ...['--local-repository', `${setupNodePin()}=${SETUP_NODE}`],
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [stdout, stderr] = await Promise.all([text(act.stdout), text(act.stderr), once(act, 'close')])
  const jobs = readReport(stdout)
  endServices(jobs)
  return { exitCode: act.exitCode, stderr, jobs }
}

/** @returns the action as the repository pins it: `actions/setup-node@…`. */
function setupNodePin(): string {
  const pin = /actions\/setup-node@[0-9a-f]{40}/.exec(
    readFileSync(join(ROOT, '.github/actions/fake-service/action.yml'), 'utf8'),
  )
  if (pin === null)
    throw new Error('.github/actions/fake-service/action.yml has no pin of actions/setup-node')
  return pin[0]
}

/** GitHub's runner ends the processes that a job leaves; act does not. One that ended by itself has failed its job. */
function endServices(jobs: ReadonlyMap<string, JobReport>): void {
  for (const { steps } of jobs.values()) {
    const pid = Number(steps.get('service')?.outputs['pid'])
    if (!Number.isInteger(pid) || pid <= 1) continue
    try {
      process.kill(pid)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
  }
}
