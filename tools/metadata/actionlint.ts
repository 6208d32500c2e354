import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/**
 * Asks actionlint about a workflow of a repository.
 *
 * @returns what it finds, a line each.
 * @throws Error when actionlint is not in PATH.
 */
export function actionlint(workflow: string, repository = ROOT): string[] {
  const run = spawnSync('actionlint', ['-oneline', workflow], { cwd: repository, encoding: 'utf8' })
  if (run.error !== undefined) throw new Error('actionlint could not be started', { cause: run.error })
  const lines = `${run.stdout}${run.stderr}`.split('\n').filter(line => line !== '')
  return run.status === 0 ? [] : lines
}

/**
 * Asks actionlint about a workflow that uses these actions from elsewhere, as `OWNER/codearts-build-gate@v1`: it knows the
 * inputs and outputs of actions in the repository itself alone, so the workflow is put into one where they live.
 *
 * @returns what it finds, a line each.
 */
export function actionlintExample(workflow: string): string[] {
  const repository = mkdtempSync(join(tmpdir(), 'example-'))
  try {
    for (const folder of ['.git', '.github/workflows'])
      mkdirSync(join(repository, folder), { recursive: true })
    for (const part of ['action.yml', 'start', 'dist'])
      cpSync(join(ROOT, part), join(repository, part), { recursive: true })
    const file = '.github/workflows/example.yml'
    const local = workflow.replace(
      /OWNER\/codearts-build-gate(\/start)?@v1/g,
      (_, folder = '/') => `.${folder}`,
    )
    writeFileSync(join(repository, file), local)
    return actionlint(file, repository)
  } finally {
    rmSync(repository, { recursive: true })
  }
}
