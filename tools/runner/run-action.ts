import { spawn } from 'node:child_process'
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { refusalOf } from './check-node.js'
import { inputVariables } from './inputs.ts'
import { LineMerger } from './line-merger.ts'
import { parseOutputFile } from './output-file.ts'
import { peakMemoryPreload } from './peak-memory.ts'

const ROOT = new URL('../../', import.meta.url)
/** The committed bundle and the metadata of each action. */
const ACTIONS = {
  gate: { entry: fileURLToPath(new URL('dist/index.js', ROOT)), metadata: new URL('action.yml', ROOT) },
  start: {
    entry: fileURLToPath(new URL('dist/start/index.js', ROOT)),
    metadata: new URL('start/action.yml', ROOT),
  },
} as const

/** How to start an action. */
export interface RunOptions {
  /** Which action to run; the gate when left out. */
  readonly action?: keyof typeof ACTIONS
  /** The script to run; the committed bundle of the action when left out. */
  readonly entry?: string
  /** Inputs under their names; the others that `action.yml` declares get their defaults. */
  readonly inputs?: Readonly<Record<string, string>>
  /** More variables; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Turns step debug logging on (`RUNNER_DEBUG=1`). */
  readonly debug?: boolean
  /** Files or URLs that Node imports before the entry (`node --import`). */
  readonly imports?: readonly string[]
  /** More arguments of Node itself. */
  readonly nodeArguments?: readonly string[]
  /** Kills the process (SIGKILL) after this many milliseconds. */
  readonly killAfterMs?: number
  /** Sends a signal as soon as the log has this text (or `afterMs` later), as the runner does when a run is cancelled. */
  readonly cancel?: {
    readonly whenLogHas: string
    readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'
    readonly afterMs?: number
  }
  /** A command with arguments that runs the rest of its command line in its place (`unshare -m`, `env`). */
  readonly through?: readonly string[]
  /** Measures `peakMemoryBytes`. */
  readonly measureMemory?: boolean
}

/** The results of a run. */
export interface ActionRun {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** Both streams, line by line as they came. */
  readonly log: string
  /** The last value of each output. */
  readonly outputs: ReadonlyMap<string, string>
  /** The output that each write set, in order. */
  readonly outputNames: readonly string[]
  /** The job summary, Markdown. */
  readonly summary: string
  /** The raw file of `GITHUB_STATE`. */
  readonly state: string
  /** From the start of the process to its end. */
  readonly durationMs: number
  /** From the last byte that the process printed to its end. */
  readonly afterLastWordMs: number
  /** From the signal of `cancel` to the end of the process; `undefined` when none was sent. */
  readonly afterCancelMs: number | undefined
  /** The most resident memory at any time; `undefined` when it was not measured, or the process was killed. */
  readonly peakMemoryBytes: number | undefined
}

/**
 * Runs an action on the runner's Node with the environment that the runner gives, and reads what it leaves as the
 * runner does. Of the environment of this process it gets only `PATH` and `HOME`.
 *
 * @throws Error when this is not the runner's Node, the entry is missing, or the runner would refuse the file of outputs.
 */
export async function runAction(options: RunOptions = {}): Promise<ActionRun> {
  const refusal = refusalOf(process.versions.node)
  if (refusal !== undefined) throw new Error(refusal)
  const action = ACTIONS[options.action ?? 'gate']
  const entry = options.entry ?? action.entry
  await access(entry).catch((cause: unknown) => {
    throw new Error(`There is no action at ${entry}: "npm run build" makes dist/`, { cause })
  })

  const folder = await mkdtemp(join(tmpdir(), 'action-'))
  try {
    const files = await createFiles(folder)
    const inputs = await inputVariables(options.inputs ?? {}, action.metadata)
    const ended = await runNode(nodeArguments(entry, options, files.memory), {
      cwd: folder,
      env: environment(options, files, inputs),
      killAfterMs: options.killAfterMs,
      cancel: options.cancel,
      through: options.through ?? [],
    })
    return { ...ended, ...(await readFiles(files, ended.log)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Files {
  readonly output: string
  readonly summary: string
  readonly state: string
  readonly env: string
  readonly memory: string
}

async function createFiles(folder: string): Promise<Files> {
  const file = (name: string) => join(folder, name)
  const files = {
    output: file('output'),
    summary: file('summary'),
    state: file('state'),
    env: file('env'),
    memory: file('memory'),
  }
  await Promise.all(Object.values(files).map(path => writeFile(path, '')))
  return files
}

function nodeArguments(entry: string, options: RunOptions, memoryFile: string): string[] {
  const imports = [
    ...(options.measureMemory === true ? [peakMemoryPreload(memoryFile)] : []),
    ...(options.imports ?? []),
  ]
  return [...(options.nodeArguments ?? []), ...imports.flatMap(file => ['--import', file]), entry]
}

function environment(options: RunOptions, files: Files, inputs: Record<string, string>): NodeJS.ProcessEnv {
  const variables: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: files.output,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_STATE: files.state,
    GITHUB_ENV: files.env,
    ...(options.debug === true ? { RUNNER_DEBUG: '1' } : {}),
    ...inputs,
    ...options.env,
  }
  // `spawn` would hand an `undefined` on as the word.
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined))
}

async function readFiles(files: Files, log: string) {
  const [output, summary, state, memory] = await Promise.all(
    [files.output, files.summary, files.state, files.memory].map(path => readFile(path, 'utf8')),
  )
  const writes = readOutputs(output ?? '', log)
  return {
    outputs: new Map(writes.map(({ name, value }) => [name, value])),
    outputNames: writes.map(({ name }) => name),
    summary: summary ?? '',
    state: state ?? '',
    peakMemoryBytes: memory === undefined || memory === '' ? undefined : Number(memory),
  }
}

function readOutputs(text: string, log: string) {
  try {
    return parseOutputFile(text)
  } catch (cause) {
    throw new Error(`The runner would fail the step over its file of outputs. The log:\n${log}`, { cause })
  }
}

interface ProcessOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly killAfterMs: number | undefined
  readonly cancel: RunOptions['cancel']
  readonly through: readonly string[]
}

async function runNode(nodeArguments: readonly string[], options: ProcessOptions) {
  const { cwd, env, killAfterMs, cancel, through } = options
  const [command, ...commandArguments] = [...through, process.execPath, ...nodeArguments]
  const startedAt = performance.now()
  let lastWordAt = startedAt
  const child = spawn(command ?? process.execPath, commandArguments, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(killAfterMs === undefined ? {} : { timeout: killAfterMs }),
  })
  let cancelledAt: number | undefined
  const merger = new LineMerger()
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (piece: string) => {
      texts[name] += piece
      lastWordAt = performance.now()
      merger.add(name, piece)
      if (cancel === undefined || cancelledAt !== undefined) return
      if (!texts[name].includes(cancel.whenLogHas)) return
      cancelledAt = performance.now() + (cancel.afterMs ?? 0)
      setTimeout(() => child.kill(cancel.signal), cancel.afterMs ?? 0)
    })
  }
  let endedAt = 0
  child.on('exit', () => (endedAt = performance.now()))
  const ended = await new Promise<Pick<ActionRun, 'exitCode' | 'signal'>>((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode, signal) => {
      resolve({ exitCode, signal })
    })
  })
  const afterCancelMs = cancelledAt === undefined ? undefined : endedAt - cancelledAt
  const times = {
    durationMs: endedAt - startedAt,
    afterLastWordMs: Math.max(0, endedAt - lastWordAt),
    afterCancelMs,
  }
  return { ...ended, ...texts, ...times, log: merger.finish() }
}
