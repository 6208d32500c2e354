import { readArtifacts, type Artifact } from '../codearts/artifacts.ts'
import type { CodeArtsBuild } from '../codearts/client.ts'
import { NETWORK_WORDS } from '../codearts/error-codes.ts'
import { MAX_TRIES } from '../http/retry.ts'
import type { ApiError, Result } from '../util/api-error.ts'
import { timeLimit } from '../util/clock.ts'
import type { Log } from '../util/logging.ts'
import { message, quote, sentences } from '../util/message.ts'
import { stepResult } from './builds.ts'
import { errorWords, type ErrorWords } from './messages.ts'
import type { PollTools } from './poll.ts'
import type { BuiltArtifact, GateResult, JudgedBuild, StepResult } from './reasons.ts'

interface ArtifactTools extends Pick<PollTools, 'clock' | 'log' | 'place' | 'cancel'> {
  readonly service: Pick<CodeArtsBuild, 'get'>
}

/** Contract section 8: for each build, and not counted in `timeout_minutes`. */
const MAX_READ_MS = 60_000

/** More artifacts than this are counted and not shown in the log. */
const MAX_LINES = 20

/**
 * Reads what the builds of a step made, if all of them pass.
 * @returns the same result with the artifacts; where a list cannot be read, one that fails: a deployment would rest on it.
 */
export async function withArtifacts(result: StepResult, tools: ArtifactTools): Promise<StepResult> {
  if (!result.success) return result
  const { log } = tools
  const lists = await Promise.all(result.builds.map(build => readList(build, tools)))
  const isSeveral = lists.length > 1
  const artifacts: BuiltArtifact[] = []
  const builds = result.builds.map((build, at) => {
    const list = lists[at]
    if (list?.ok !== true) return { ...build, result: notRead(build, list?.error, tools) }
    artifacts.push(...list.value.map(one => (isSeveral ? { build: build.name, ...one } : one)))
    return build
  })
  if (!builds.every(build => build.result.success)) return stepResult(builds)
  sayIn(log, artifacts)
  return { ...result, artifacts }
}

async function readList(
  { jobId, result: { buildNo } }: JudgedBuild,
  { service, clock, cancel }: ArtifactTools,
): Promise<Result<readonly Artifact[]>> {
  if (buildNo === undefined) throw new Error('a build that passes has no number')
  const limit = timeLimit(clock, MAX_READ_MS, cancel)
  const options = { maxTries: MAX_TRIES, signal: limit.signal, limit }
  const list = await readArtifacts(service.get, { jobId, buildNo }, options)
  limit.end()
  return list
}

/** What ended by the limit, before there was any answer. */
const TOO_LATE: ErrorWords & Pick<ApiError, 'reason'> = {
  reason: 'unreachable',
  problem: [],
  message: [`no answer came within ${MAX_READ_MS / 1_000} s`],
  remedy: [NETWORK_WORDS.timeout.remedy],
}

function notRead(
  { jobId, url, result: { buildNo, record, warnings } }: JudgedBuild,
  error: ApiError | undefined,
  { cancel, place }: ArtifactTools,
): GateResult {
  const query = { jobId, buildNo, url, expected: { commit: undefined, branch: undefined, tag: undefined } }
  const isGivenUp = error === undefined || error.kind === 'given_up'
  const words = errorWords(query, isGivenUp ? TOO_LATE : error, place)
  const rest = { success: false, buildNo, record, warnings }
  if (cancel.aborted) {
    const problem = message`The step was cancelled before it had read what the build made`
    const cancelled = { problem, remedy: ['Run the step again'], details: words.details.slice(0, 1) }
    return { ...rest, ...cancelled, reason: 'cancelled', end: 'cancelled' }
  }
  const problem = sentences(
    ['The build passes, but what it made could not be read'],
    isGivenUp ? undefined : words.problem,
  )
  return { ...rest, ...words, problem, reason: (isGivenUp ? TOO_LATE : error).reason, end: 'error' }
}

function sayIn(log: Log, artifacts: readonly BuiltArtifact[]): void {
  if (artifacts.length === 0) log.info('Artifacts: none')
  for (const { build, kind, name, version, type, uri } of artifacts.slice(0, MAX_LINES)) {
    const words = [name, version, type].filter(word => word !== '')
    const shown = words.map(word => message` ${quote(word, 200)}`).flat()
    const of = build === undefined ? [] : message`${build}: `
    log.info(message`${of}Artifact: ${kind}${shown}${uri === '' ? '' : message`, ${quote(uri, 500)}`}`)
  }
  if (artifacts.length > MAX_LINES) log.info(`Artifacts: and ${artifacts.length - MAX_LINES} more`)
}
