import { jest } from '@jest/globals'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HTTP_LIMITS } from '../../../src/http/http-client.ts'
import { run as runGate } from '../../../src/run.ts'
import { run as runStart } from '../../../src/start/run.ts'
import { inputVariables } from '../../../tools/runner/inputs.ts'
import { parseOutputFile } from '../../../tools/runner/output-file.ts'
import type { ActionRun, RunOptions } from '../../../tools/runner/run-action.ts'

const ACTIONS = {
  gate: { run: runGate, metadata: new URL('../../../action.yml', import.meta.url) },
  start: { run: runStart, metadata: new URL('../../../start/action.yml', import.meta.url) },
} as const

/** What guards of a process listen to: they are taken away behind each run. */
const HEARD = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection', 'exit'] as const

/** Timers as long as this are made short. */
const LONG_MS = 500

/**
 * Between the longest pause and this are the limits of all that is asked for a diagnosis and for what was built, or what is left of
 * them: as the deadline, nothing is to meet them by being slow.
 */
const LONGEST_PAUSE_MS = 15_000
const LONGEST_LIMIT_MS = 60_000

/** A busy machine answers within this. */
const PATIENT_MS = 5_000

let isRunning = false

/** A run without a process of its own, as `runAction` describes it. */
export interface InProcessOptions extends Pick<RunOptions, 'action' | 'inputs' | 'env' | 'debug' | 'cancel'> {
  /** Pauses and limits of half a second and more are divided by this, those of the test's own servers too; 100 when left out. */
  readonly timeFactor?: number
  /** The deadline of a request, in milliseconds; when left out one that nothing meets but what never answers. */
  readonly deadlineMs?: number
}

/** What a run leaves behind, as `ActionRun` describes it; the exit code is 0 where the run says that the step passes. */
export type InProcessRun = Pick<
  ActionRun,
  | 'exitCode'
  | 'stdout'
  | 'log'
  | 'outputs'
  | 'outputNames'
  | 'summary'
  | 'state'
  | 'durationMs'
  | 'afterCancelMs'
>

/**
 * Runs an action of `src/` in this process, from its inputs to its last output, in the environment and with the files that the
 * runner gives: what `runAction` does with the bundle, without the 0.1 s of processor that a process takes. A signal is
 * heard as an event. One run at a time: the environment and the log of this process are its own while it lasts.
 *
 * @throws whatever nobody planned: what the process says of that is left to tests of `dist/`.
 */
export async function runInProcess(options: InProcessOptions = {}): Promise<InProcessRun> {
  if (isRunning) throw new Error('another run is under way: they share the environment and the log')
  isRunning = true
  using restored = new DisposableStack()
  restored.defer(() => {
    isRunning = false
  })
  const { run, metadata } = ACTIONS[options.action ?? 'gate']
  const folder = mkdtempSync(join(tmpdir(), 'in-process-'))
  const file = (name: string): string => join(folder, name)
  const files = {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_STATE: file('state'),
  }
  for (const path of Object.values(files)) writeFileSync(path, '')
  const variables = {
    ...{ PATH: process.env['PATH'], HOME: process.env['HOME'], GITHUB_ACTIONS: 'true', ...files },
    ...(options.debug === true ? { RUNNER_DEBUG: '1' } : {}),
    ...(await inputVariables(options.inputs ?? {}, metadata)),
    ...options.env,
  }
  const startedAt = performance.now()
  const ears = createEars(options.cancel)
  restored.defer(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  restored.use(replaceEnvironment(variables))
  restored.use(shortenTimers(options.timeFactor ?? 100, options.deadlineMs ?? PATIENT_MS))
  restored.use(catchLog(ears.hear))
  restored.use(forgetListeners())
  const passes = await run()
  const endedAt = performance.now()
  const writes = parseOutputFile(readFileSync(files.GITHUB_OUTPUT, 'utf8'))
  return {
    exitCode: passes ? 0 : 1,
    stdout: ears.heard(),
    log: ears.heard(),
    outputs: new Map(writes.map(({ name, value }) => [name, value])),
    outputNames: writes.map(({ name }) => name),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    state: readFileSync(files.GITHUB_STATE, 'utf8'),
    durationMs: endedAt - startedAt,
    afterCancelMs: ears.cancelledAt() === undefined ? undefined : endedAt - (ears.cancelledAt() ?? 0),
  }
}

/** Collects the log, and sends the signal where its words come up. */
function createEars(cancel: RunOptions['cancel']) {
  let log = ''
  let cancelledAt: number | undefined
  const send = (): void => {
    if (cancel !== undefined) process.emit(cancel.signal)
  }
  return {
    hear: (piece: string): void => {
      log += piece
      if (cancel === undefined || cancelledAt !== undefined || !log.includes(cancel.whenLogHas)) return
      const afterMs = cancel.afterMs ?? 0
      cancelledAt = performance.now() + afterMs
      setTimeout(send, afterMs)
    },
    heard: () => log,
    cancelledAt: () => cancelledAt,
  }
}

function replaceEnvironment(variables: Readonly<Record<string, string | undefined>>): Disposable {
  const before = { ...process.env }
  const set = (values: Readonly<Record<string, string | undefined>>): void => {
    for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name)
    for (const [name, value] of Object.entries(values)) if (value !== undefined) process.env[name] = value
  }
  set(variables)
  return {
    [Symbol.dispose]: () => {
      set(before)
    },
  }
}

function shortenTimers(factor: number, deadlineMs: number): Disposable {
  const original = globalThis.setTimeout
  const shortened = (ms: number): number => {
    if (ms === HTTP_LIMITS.deadlineMs) return deadlineMs
    if (ms > LONGEST_PAUSE_MS && ms <= LONGEST_LIMIT_MS) return PATIENT_MS
    return ms >= LONG_MS ? ms / factor : ms
  }
  globalThis.setTimeout = new Proxy(original, {
    apply(
      target,
      self,
      [callback, delayMs, ...rest]: [() => void, number | undefined, ...unknown[]],
    ): unknown {
      return Reflect.apply(target, self, [callback, delayMs && shortened(delayMs), ...rest])
    },
  })
  return {
    [Symbol.dispose]: () => {
      globalThis.setTimeout = original
    },
  }
}

/** The toolkit and the guard write with `process.stdout.write`, and the guard waits until what it wrote was taken. */
function catchLog(hear: (piece: string) => void): Disposable {
  const write = jest.spyOn(process.stdout, 'write')
  write.mockImplementation((piece: string | Uint8Array, ...rest: readonly unknown[]) => {
    hear(typeof piece === 'string' ? piece : Buffer.from(piece).toString())
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(() => void Reflect.apply(done, undefined, []))
    return true
  })
  return {
    [Symbol.dispose]: () => {
      write.mockRestore()
    },
  }
}

function forgetListeners(): Disposable {
  const before = HEARD.map(name => [name, process.rawListeners(name)] as const)
  return {
    [Symbol.dispose]: () => {
      for (const [name, listeners] of before)
        for (const listener of process.rawListeners(name))
          if (!listeners.includes(listener)) process.removeListener(name, listener as () => void)
    },
  }
}
