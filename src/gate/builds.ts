import type { BuildRecord } from '../codearts/record.ts'
import { retryLine } from '../codearts/request-tools.ts'
import type { Log } from '../util/logging.ts'
import { message, type Message } from '../util/message.ts'
import type { NamedQuery } from './build-query.ts'
import { runGate } from './gate.ts'
import { allPassMessage, notPassedMessage } from './messages.ts'
import type { PollTools } from './poll.ts'
import { SharedProgress } from './progress.ts'
import { mayPass, type GateResult, type JudgedBuild, type StepResult } from './reasons.ts'

/** What it takes to judge the builds of a gate. */
export interface BuildsTools extends Omit<PollTools, 'beside'> {
  /** Whether a build that did not succeed fails the step. */
  readonly failUnlessSuccess: boolean
  /**
   * Called with a record each time that it is read.
   * @param at the place of the build in the order of the input, from 0.
   */
  readonly onRecord: (record: BuildRecord, at: number) => void
}

/** Judges all builds of the gate. It passes if every build passes (contract section 6). */
export async function runBuilds(builds: readonly NamedQuery[], tools: BuildsTools): Promise<StepResult> {
  const [only] = builds
  if (only === undefined || builds.length > 1) return stepResult(await runSideBySide(builds, tools))
  const onRecord = (record: BuildRecord): void => {
    tools.onRecord(record, 0)
  }
  const result = await runGate(only, { ...tools, onRecord })
  const { name, jobId, url } = only
  return { ...result, url, builds: [{ name, jobId, url, result }] }
}

/**
 * Every build is read once, with its tries. After that, the first build that cannot pass ends the wait for the others, which
 * keep their last state.
 */
function runSideBySide(builds: readonly NamedQuery[], tools: BuildsTools): Promise<JudgedBuild[]> {
  const decided = new AbortController()
  const progress = new SharedProgress(tools)
  const unread = new Set(builds)
  const results: GateResult[] = []
  const noteRead = (build: NamedQuery): void => {
    unread.delete(build)
    const isDecided = results.some(
      result => result.isUnfinished !== true && !mayPass(result, tools.failUnlessSuccess),
    )
    if (unread.size === 0 && isDecided) decided.abort()
  }

  const judge = async (build: NamedQuery, at: number): Promise<JudgedBuild> => {
    const { name, jobId, url } = build
    const log = namedLog(tools.log, name)
    const result = await runGate(build, {
      ...tools,
      log,
      onRecord: record => {
        tools.onRecord(record, at)
        noteRead(build)
      },
      beside: {
        decided: decided.signal,
        onPolled: () => {
          noteRead(build)
        },
        onRetry: retryLine(log),
        progressOf: what => progress.of(name, what),
      },
    })
    if (result.isUnfinished !== true) log.info(result.message)
    results.push(result)
    noteRead(build)
    return { name, jobId, url, result }
  }
  return Promise.all(builds.map(judge))
}

/** @returns the result of the step. The first build that cannot pass any more decides. */
function stepResult(builds: readonly JudgedBuild[]): StepResult {
  const warnings = builds.flatMap(({ name, result }) =>
    result.warnings.map(line => message`${name}: ${line}`),
  )
  const notPassed = builds.filter(({ result }) => !result.success)
  const deciding = notPassed.find(({ result }) => result.isUnfinished !== true) ?? notPassed[0] ?? builds[0]
  if (deciding === undefined) throw new Error('there is no build to judge')
  const { success, reason, record } = deciding.result
  const words = notPassed.length === 0 ? { message: allPassMessage(builds) } : notPassedMessage(builds)
  return { success, reason, record, ...words, warnings, url: deciding.url, builds }
}

/** @returns a log whose lines begin with the name of a build. It has no groups, because lines of several builds are mixed. */
function namedLog(log: Log, name: string): Log {
  const withName = (line: string | Message): Message => message`${name}: ${line}`
  return {
    info: line => {
      log.info(withName(line))
    },
    debug: line => {
      log.debug(withName(line))
    },
    startGroup: title => {
      log.info(withName(title))
    },
    endGroup: () => undefined,
  }
}
