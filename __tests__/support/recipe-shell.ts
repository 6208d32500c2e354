import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
/** Where the recipes clone the action from. */
const REMOTE = 'https://github.com/OWNER/codearts-build-gate.git'

/** The lines of a recipe, and what its CI server starts them with. */
export interface Recipe {
  /** The shell with its options, as the server starts it; the script comes as its last argument. */
  readonly shell: readonly [string, ...string[]]
  readonly script: string
  readonly variables: Readonly<Record<string, string>>
}

/** What a recipe left behind. */
export interface RecipeRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A checkout in which a recipe runs, and a repository of the action for it to clone. */
export interface Workplace extends Disposable {
  readonly folder: string
  /** The commit that is checked out. */
  readonly commit: string
  /** Runs a recipe; the process sees none of this one's variables. */
  run(recipe: Recipe): Promise<RecipeRun>
}

/** Makes a workplace: the action's repository has what users get, `dist/` and `action.yml`, under the tag `v1`. */
export function createWorkplace(): Workplace {
  const base = mkdtempSync(join(tmpdir(), 'recipe-'))
  const [action, folder] = [join(base, 'action'), join(base, 'checkout')]
  for (const path of [action, folder]) mkdirSync(path)
  cpSync(join(ROOT, 'dist'), join(action, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'action.yml'), join(action, 'action.yml'))
  commitAll(action)
  git(action, 'tag', 'v1')
  commitAll(folder)
  const environment = {
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: base,
    // The recipe clones from here what it would clone from there, and git reaches no network.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${action}.insteadOf`,
    GIT_CONFIG_VALUE_0: REMOTE,
    GIT_ALLOW_PROTOCOL: 'file',
  }
  return {
    folder,
    commit: git(folder, 'rev-parse', 'HEAD').trim(),
    run: ({ shell, script, variables }) => runShell(shell, script, folder, { ...environment, ...variables }),
    [Symbol.dispose]: () => {
      rmSync(base, { recursive: true, force: true })
    },
  }
}

function commitAll(folder: string): void {
  git(folder, 'init', '--quiet')
  git(folder, 'add', '.')
  const author = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com']
  git(folder, ...author, 'commit', '--quiet', '--allow-empty', '--message', 'A commit')
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
}

async function runShell(
  [command, ...options]: Recipe['shell'],
  script: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<RecipeRun> {
  const child = spawn(command, [...options, '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      texts[name] += piece
    })
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  return { exitCode, ...texts }
}
