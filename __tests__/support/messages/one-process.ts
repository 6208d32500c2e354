import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inputVariables } from '../../../tools/runner/inputs.ts'
import type { ActionRun, RunOptions } from '../../../tools/runner/run-action.ts'
import { preloads } from '../preloads/preloads.ts'

const ROOT = join(import.meta.dirname, '../../..')
const CHILD = join(import.meta.dirname, 'one-process-child.js')
/** The folder of an action's metadata, and its committed bundle. */
const ACTIONS = {
  gate: ['.', 'dist/index.js'],
  start: ['start', 'dist/start/index.js'],
} as const
const HANGS_AFTER_MS = 15_000

/** What such a run may be given. */
export type OptionsInOneProcess = Pick<RunOptions, 'action' | 'inputs' | 'env'>

/** What can be told of such a run. */
export type RunInOneProcess = Pick<ActionRun, 'exitCode' | 'stdout' | 'stderr'>

/** A process in which bundles run one after the other, with short times: for what they print, at a fifth of the cost. */
export interface OneProcess extends Disposable {
  /** @throws Error when the run does not end, or its process does. */
  run(options: OptionsInOneProcess): Promise<RunInOneProcess>
}

/** @param env what Node reads when the process starts. */
export function startOneProcess(env: Readonly<Record<string, string>>): OneProcess {
  const folder = mkdtempSync(join(tmpdir(), 'one-process-'))
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const child = fork(CHILD, { cwd: folder, env, execArgv: ['--import', preloads.shortenTime], silent: true })
  const ended = new AbortController()
  let text = ''
  child.once('exit', () => {
    ended.abort(new Error(`The process has ended: ${text}`))
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece: Buffer) => (text += piece.toString()))
  return {
    async run({ action = 'gate', inputs = {}, env: more = {} }) {
      const [metadata, entry] = ACTIONS[action]
      const given = await inputVariables(inputs, join(ROOT, metadata, 'action.yml'))
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(HANGS_AFTER_MS)])
      const message = once(child, 'message', { signal })
      child.send({ entry: join(ROOT, entry), env: { GITHUB_ACTIONS: 'true', ...files, ...given, ...more } })
      const [run] = (await message) as [RunInOneProcess]
      return run
    },
    [Symbol.dispose]() {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
