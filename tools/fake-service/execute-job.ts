import { isJsonObject } from '../json.ts'
import { buildKey, followReplies } from './builds.ts'
import { noSuchBuild, serviceError } from './errors.ts'
import { json, type Answer } from './exchange.ts'
import { timedReply, type Job, type NowMs } from './job.ts'
import type { Route } from './router.ts'
import { dailyNumberOf, executionIdOf, type TimedBuild } from './timed-build.ts'

/** A build that a request has started. */
export interface Start {
  readonly jobId: string
  readonly buildNo: number
  /** What the request asked for, as it came: `scm` and the parameters by their names. */
  readonly scm: Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, string>>
}

const QUEUES_FOR_MS = 1_000
const RUNS_FOR_MS = 3_000
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

/** The limits of parameters. Source: the service's page on ExecuteJob. */
const NAME = /^[A-Za-z0-9_]{1,128}$/
const MAX_VALUE_CHARACTERS = 8_192
const FORBIDDEN = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path']

/**
 * `ExecuteJob`: starts a build of a job under the next number; it queues, runs and ends in SUCCESS.
 * @param onStart takes each build that was started.
 */
export function executeJobRoute(
  jobs: readonly Job[],
  nowMs: NowMs,
  onStart: (start: Start, build: TimedBuild) => void,
): Route {
  return {
    method: 'POST',
    pattern: /^\/v1\/job\/execute$/,
    handle(request, _parameters, builds) {
      const order = readOrder(request.body)
      if (order === undefined) return serviceError(400, 'CB.00060200', 'Invalid param')()
      const job = jobs.find(({ jobId }) => jobId === order.jobId)
      if (job === undefined) return noSuchBuild(request, 'v1')
      const buildNo = Math.max(0, ...job.builds.map(build => build.buildNo)) + 1
      const build = buildOf(order, buildNo, nowMs())
      builds.set(buildKey(job.jobId, buildNo), followReplies([timedReply(job, build, nowMs)]))
      onStart({ ...order, buildNo }, build)
      return started(build, job.isFlat ?? false)
    },
  }
}

/** The answer of the documents, in the envelope in which others have seen it or without; the number is a text. */
function started(build: TimedBuild, isFlat: boolean): Answer {
  const result = {
    octopus_job_name: executionIdOf(build),
    actual_build_number: String(build.buildNo),
    daily_build_number: dailyNumberOf(build),
  }
  return json(200, isFlat ? result : { result, error: null, status: 'success' })
}

type Order = Omit<Start, 'buildNo'>

/** @returns what a body asks for; undefined for one that the service refuses. */
function readOrder(body: string): Order | undefined {
  let order: unknown
  try {
    order = JSON.parse(body)
  } catch {
    return undefined
  }
  if (!isJsonObject(order)) return undefined
  const { job_id: jobId, parameter = [], scm = {} } = order
  if (typeof jobId !== 'string' || !Array.isArray(parameter) || !isJsonObject(scm)) return undefined
  const parameters = new Map<string, string>()
  for (const one of parameter as readonly unknown[]) {
    if (!isJsonObject(one)) return undefined
    const { name, value } = one
    if (typeof name !== 'string' || typeof value !== 'string' || parameters.has(name)) return undefined
    if (!NAME.test(name) || FORBIDDEN.includes(name) || value.length > MAX_VALUE_CHARACTERS) return undefined
    parameters.set(name, value)
  }
  return { jobId, scm, parameters: Object.fromEntries(parameters) }
}

function buildOf({ scm, parameters }: Order, buildNo: number, nowMs: number): TimedBuild {
  const { build_commit_id: commit, build_tag: tag } = scm
  const startedMs = nowMs + QUEUES_FOR_MS
  return {
    buildNo,
    createdMs: nowMs,
    startedMs,
    endedMs: startedMs + RUNS_FOR_MS,
    status: 'SUCCESS',
    commit: typeof commit === 'string' ? commit.padEnd(40, '0') : COMMIT,
    branch: typeof tag === 'string' ? '' : (parameters['codeBranch'] ?? 'main'),
    ...(typeof tag === 'string' ? { tag } : {}),
  }
}
