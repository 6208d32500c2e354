import { retryLine } from '../codearts/request-tools.ts'
import type { Log } from '../util/logging.ts'
import { message, textOfWords, type Message } from '../util/message.ts'
import type { NamedQuery } from './build-query.ts'
import { runGate } from './gate.ts'
import { disputedWords, severalWords } from './messages.ts'
import type { PollTools } from './poll.ts'
import { sharedProgress } from './progress.ts'
import { isOpen, mayPass, type GateResult, type JudgedBuild, type StepResult } from './reasons.ts'

/** What it takes to judge the builds of a gate. */
interface BuildsTools extends Omit<PollTools, 'amongSeveral'> {
  /** Whether a build that did not succeed fails the step. */
  readonly failUnlessSuccess: boolean
}

/** Judges all builds of the gate. It passes if every build passes (contract section 6). */
export async function runBuilds(builds: readonly NamedQuery[], tools: BuildsTools): Promise<StepResult> {
  const [only] = builds
  if (only === undefined || builds.length > 1) {
    const judged = await runSideBySide(builds, tools)
    return stepResult(judged.map(build => withDispute(build, tools)))
  }
  const result = await runGate(only, tools)
  const { name, jobId, url } = only
  return stepResult([{ name, jobId, url, result }])
}

/**
 * Every build is read once, with its tries; where one cannot pass, a first try is enough. After that, the first build that
 * cannot pass ends the wait for the others, which keep their last state.
 */
function runSideBySide(builds: readonly NamedQuery[], tools: BuildsTools): Promise<JudgedBuild[]> {
  const decided = new AbortController()
  const enough = new AbortController()
  const progressOf = sharedProgress(tools)
  const unread = new Set(builds)
  const noteRead = (build: NamedQuery): void => {
    unread.delete(build)
    if (unread.size === 0 && enough.signal.aborted) decided.abort()
  }

  const judge = async (build: NamedQuery): Promise<JudgedBuild> => {
    const { name, jobId, url } = build
    const log = namedLog(tools.log, name)
    const result = await runGate(build, {
      ...tools,
      log,
      amongSeveral: {
        decided: decided.signal,
        enough: enough.signal,
        onRead: () => {
          noteRead(build)
        },
        onRetry: retryLine(log),
        progressOf: what => progressOf(name, what),
      },
    })
    if (!isOpen(result)) log.info(textOfWords({ ...result, remedy: undefined }))
    if (!isOpen(result) && !mayPass(result, tools.failUnlessSuccess)) enough.abort()
    noteRead(build)
    return { name, jobId, url, result }
  }
  return Promise.all(builds.map(judge))
}

/** @returns the build as an error where its record turned out not to be its own, also one that was already judged. */
function withDispute(build: JudgedBuild, { evidence }: BuildsTools): JudgedBuild {
  const dispute = evidence.disputeOf(build.jobId)
  if (dispute === undefined) return build
  const { record, warnings } = build.result
  const ended = { success: false, reason: 'invalid_response', end: 'error', record, warnings } as const
  return { ...build, result: { ...ended, ...disputedWords(build, dispute) } }
}

/** @returns the result of the step. Of several builds, the first one that cannot pass any more decides. */
export function stepResult(builds: readonly JudgedBuild[]): StepResult {
  const [only, ...others] = builds
  if (only !== undefined && others.length === 0) return { ...only.result, url: only.url, builds }
  const warnings = builds.flatMap(({ name, result }) =>
    result.warnings.map(line => message`${name}: ${line}`),
  )
  const notPassed = builds.filter(({ result }) => !result.success)
  const deciding = notPassed.find(({ result }) => !isOpen(result)) ?? notPassed[0] ?? builds[0]
  if (deciding === undefined) throw new Error('there is no build to judge')
  const { result, url } = deciding
  const { success, record, end } = result
  return { success, reason: stepReason(result), record, end, ...severalWords(builds), warnings, url, builds }
}

/** The entry of a build without an answer has the reason of its last fault; the step ended by what ended its wait. */
function stepReason({ end, reason }: GateResult): StepResult['reason'] {
  if (end === 'limit') return 'wait_timeout'
  return end === 'cancelled' ? 'cancelled' : reason
}

/** @returns a log whose lines begin with the name of a build. */
function namedLog(log: Log, name: string): Log {
  const withName = (line: string | Message): Message => message`${name}: ${line}`
  return {
    ...log,
    info: line => {
      log.info(withName(line))
    },
    debug: line => {
      log.debug(withName(line))
    },
  }
}
