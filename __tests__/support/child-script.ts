import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Finds packages, and `./src/`, from the top of the repository. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** How a script ended. */
export interface ScriptRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a module of its own process: for what Node reads from the real environment, or when a process ends. */
export function startScript(
  script: string,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): ChildProcess {
  return spawn(process.execPath, [...flags, '--input-type=module', '--eval', script], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs a module in a process of its own until it ends by itself. */
export async function runScript(...parameters: Parameters<typeof startScript>): Promise<ScriptRun> {
  const child = startScript(...parameters)
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (piece: Buffer) => (output.stdout += piece.toString()))
  child.stderr?.on('data', (piece: Buffer) => (output.stderr += piece.toString()))
  await once(child, 'close')
  return { exitCode: child.exitCode, ...output }
}
