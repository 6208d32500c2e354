import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A program to be measured; it must end with the exit code 0. */
export interface Program {
  readonly command: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
}

/** What one run of a program took, its own children included. */
export interface Run {
  /** From start to exit. */
  readonly wallMs: number
  /** Of user and system together, on all cores; to the 10 ms of a clock tick, so that only sums say much. */
  readonly cpuMs: number
  /** Both streams, as they came. */
  readonly output: string
}

const TICK_MS = 10

/**
 * Runs a program once. Its output goes through pipes, as to a runner.
 * @throws Error when it fails.
 */
export async function run({ command: [file, ...rest], env }: Program): Promise<Run> {
  const cpuBeforeMs = cpuOfChildrenMs()
  const startedAt = performance.now()
  const child = spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece
    })
  }
  let wallMs = 0
  child.on('exit', () => (wallMs = performance.now() - startedAt))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  if (exitCode !== 0) throw new Error(`${[file, ...rest].join(' ')} exited ${String(exitCode)}: ${output}`)
  return { wallMs, cpuMs: cpuOfChildrenMs() - cpuBeforeMs, output }
}

/** @returns the CPU time of all children that have ended: fields 16 and 17 of proc(5)'s `stat`. */
function cpuOfChildrenMs(): number {
  const [, fields = ''] = /\) (.*)$/s.exec(readFileSync('/proc/self/stat', 'utf8')) ?? []
  const [user, system] = fields.split(' ').slice(13, 15).map(Number)
  return ((user ?? NaN) + (system ?? NaN)) * TICK_MS
}

/**
 * Runs a program once under GNU time, which is small: what a process has at its start counts to its peak.
 * @returns the most resident memory that it, or the largest of its children, had at any time.
 * @throws Error when it fails, or there is no GNU time.
 */
export async function peakMemoryBytes({ command, env }: Program): Promise<number> {
  const { output } = await run({ command: ['/usr/bin/time', '-f', 'peak %M', ...command], env })
  const [, kibibytes] = /^peak (\d+)$/m.exec(output) ?? []
  if (kibibytes === undefined) throw new Error(`GNU time says nothing of memory: ${output}`)
  return Number(kibibytes) * 1024
}
