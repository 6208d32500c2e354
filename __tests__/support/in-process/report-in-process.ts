import { jest } from '@jest/globals'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReport, type Report } from '../../../src/report/report.ts'

/** What a report left behind, as the runner finds it. */
export interface Reported {
  /** Everything on stdout. */
  readonly log: string
  /** The raw file of outputs. */
  readonly outputFile: string
  /** The job summary, Markdown. */
  readonly summary: string
}

/** A place for reports: files that the runner would give, and a log that is caught. */
export interface ReportInProcess extends Disposable {
  /**
   * Runs something with a new report, over real files and as under a runner.
   * @param variables more of the environment that the report sees.
   */
  run(
    use: (report: Report) => void | Promise<void>,
    variables?: Readonly<Record<string, string | undefined>>,
  ): Promise<Reported>
}

/** Prepares a folder for one test file. */
export function createReportInProcess(): ReportInProcess {
  const folder = mkdtempSync(join(tmpdir(), 'report-'))
  const output = join(folder, 'output')
  const summary = join(folder, 'summary')

  return {
    async run(use, variables = {}) {
      const files = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary }
      for (const file of Object.values(files)) writeFileSync(file, '')
      const environment = { GITHUB_ACTIONS: 'true', RUNNER_DEBUG: undefined, ...files, ...variables }
      const before = Object.keys(environment).map(name => [name, process.env[name]] as const)
      setEnvironment(Object.entries(environment))
      let log = ''
      const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(piece => {
        log += typeof piece === 'string' ? piece : Buffer.from(piece).toString()
        return true
      })
      try {
        await use(createReport())
      } finally {
        stdout.mockRestore()
        setEnvironment(before)
      }
      return { log, outputFile: readFileSync(output, 'utf8'), summary: readFileSync(summary, 'utf8') }
    },
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function setEnvironment(variables: readonly (readonly [name: string, value: string | undefined])[]): void {
  for (const [name, value] of variables) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
}
