import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')
/** Where the recipes clone the action from. */
const REMOTE = 'https://github.com/OWNER/codearts-build-gate.git'
const DATE = '2026-11-24T07:30:27Z'

/** What a recipe left behind. */
export interface RecipeRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What goes wrong while a recipe runs: there is nothing to clone; `rm` removes nothing and fails. */
export type Trouble = 'clone fails' | 'rm fails'

/** A checkout in which a recipe runs, again and again, and a repository of the action for it to clone. */
export interface Workplace extends Disposable {
  readonly folder: string
  /** The commit that is checked out. */
  readonly commit: string
  /** Runs a command there, with these variables; it gets none of this process's but `PATH`. */
  run(
    command: readonly [string, ...string[]],
    variables: Readonly<Record<string, string>>,
    trouble?: Trouble,
  ): Promise<RecipeRun>
  /** @returns the texts of all files there, without the copy of the action, and what git and an engine keep for themselves. */
  leftBehind(): string
}

/**
 * Makes a workplace: the action's repository has what users get, `dist/` and `action.yml`, under the tag `v1`.
 * @param files more files of the commit that is checked out.
 */
export function createWorkplace(files: Readonly<Record<string, string>> = {}): Workplace {
  const base = mkdtempSync(join(tmpdir(), 'recipe-'))
  const [action, folder, stubs] = [join(base, 'action'), join(base, 'checkout'), join(base, 'stubs')]
  for (const path of [action, folder, stubs]) mkdirSync(path)
  cpSync(join(ROOT, 'dist'), join(action, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'action.yml'), join(action, 'action.yml'))
  commitAll(action)
  git(action, 'tag', 'v1')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  commitAll(folder)
  writeFileSync(join(stubs, 'rm'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })

  const environment = (trouble?: Trouble): Record<string, string> => ({
    PATH: [
      ...(trouble === 'rm fails' ? [stubs] : []),
      dirname(process.execPath),
      process.env['PATH'] ?? '',
    ].join(':'),
    HOME: base,
    // The recipe clones from here what it would clone from there, and git reaches no network.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${trouble === 'clone fails' ? join(base, 'nowhere') : action}.insteadOf`,
    GIT_CONFIG_VALUE_0: REMOTE,
    GIT_ALLOW_PROTOCOL: 'file',
  })
  return {
    folder,
    commit: git(folder, 'rev-parse', 'HEAD').trim(),
    run: (command, variables, trouble) =>
      runCommand(command, folder, { ...environment(trouble), ...variables }),
    leftBehind: () =>
      globSync('**/*', { cwd: folder, exclude: ['.git', '.codearts-gate', '.gitlab-ci-local'] })
        .map(name => join(folder, name))
        .filter(path => statSync(path).isFile())
        .map(path => readFileSync(path, 'utf8'))
        .join('\n'),
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
  // The same files are the same commit, whenever they are committed.
  const env = { ...process.env, GIT_AUTHOR_DATE: DATE, GIT_COMMITTER_DATE: DATE }
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' })
}

async function runCommand(
  [command, ...options]: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<RecipeRun> {
  const child = spawn(command, options, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
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
