import type { Credentials } from '../credentials/credentials.ts'
import type { Http } from '../http/request.ts'
import { STOPPED } from '../http/faults.ts'
import { afterTries, withTries, type OnRetry, type RetryTools } from '../http/retry.ts'
import { unlessAborted } from '../clock.ts'
import type { ApiVersion } from '../inputs.ts'
import { readAnswer, unusable, type NoUse, type Problem, type Reading, type ReadingTools } from './answer.ts'
import type { Answered, Ask, Asking } from './ask.ts'
import { BuildList } from './list.ts'
import { parseRecord, type BuildRecord } from './record.ts'
import { authorizedGet } from './request.ts'
import { readLastBuildNo } from './running-status.ts'

/** Which build: the job's id and the build's number within the job. */
export interface BuildId {
  readonly jobId: string
  readonly buildNo: number
}

/** A record that was read. */
export interface ReadLook {
  readonly ok: true
  readonly record: BuildRecord
  readonly apiVersion: ApiVersion
  /** The service's own time, milliseconds since 1970. */
  readonly dateMs: number
}

/** What a look at a build brought: its record, or why there is none. */
export type Look = ReadLook | NoUse

/** The service, as far as the gate needs it. Nothing here rejects for what the network or the service does. */
export interface CodeArtsBuild {
  /** Reads a build's record, through the version of the API that gave one before, if any did. */
  readRecord(build: BuildId, asking: Asking): Promise<Look>
  /** Asks for the number of the job's newest build; undefined for a job that was never built. */
  readLastBuildNo(jobId: string, asking: Asking): Promise<Answered<number | undefined>>
  /** @returns the list of the job's builds, of which nothing is read yet. */
  buildList(jobId: string): BuildList
}

export interface CodeArtsOptions {
  /** The base URL of the service, with or without a path prefix. */
  readonly endpoint: URL
  /** The versions to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  readonly credentials: Credentials
  readonly http: Http
  readonly retry: RetryTools
  readonly reading: ReadingTools
  readonly onRetry: OnRetry<Problem>
}

/** Source: API reference, sections 1 and 2. All three answer with the same 33 fields. */
const RECORD_PATHS: Readonly<Record<ApiVersion, (build: BuildId) => string>> = {
  v3: ({ jobId, buildNo }) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
  v1: ({ jobId, buildNo }) => `/v1/record/${jobId}/${buildNo}/record-info`,
  v4: ({ jobId, buildNo }) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
}

export function createCodeArtsBuild(options: CodeArtsOptions): CodeArtsBuild {
  const ask: Ask = (path, asking) => get(options, path, asking)
  let { apiVersions } = options
  return {
    async readRecord(build, asking) {
      const refusals: Refusal[] = []
      for (const apiVersion of apiVersions) {
        const reading = await ask(RECORD_PATHS[apiVersion](build), asking)
        if (reading.ok) {
          const look = lookAt(reading, apiVersion)
          if (look.ok) apiVersions = [apiVersion]
          return look
        }
        refusals.push({ ...reading, apiVersion })
        if (reading.problem.reason !== 'not_found') break
      }
      return together(refusals)
    },
    readLastBuildNo: (jobId, asking) => readLastBuildNo(ask, jobId, asking),
    buildList: jobId => new BuildList(ask, jobId, options.reading.nowMs),
  }
}

/** Sends one GET with its tries, each with credentials of its own. */
async function get(options: CodeArtsOptions, path: string, asking: Asking): Promise<Reading> {
  const { maxTries, signal, outlastsThrottling = false } = asking
  const isOutlasted = ({ reason }: Problem): boolean => outlastsThrottling && reason === 'throttled'
  const { result, tries } = await withTries(
    () => attempt(options, path, signal),
    reading => (reading.ok ? undefined : reading),
    { ...options.retry, onRetry: options.onRetry, maxTries, signal, isOutlasted },
  )
  return result.ok ? result : { ...result, problem: afterTries(result.problem, tries) }
}

/**
 * Makes one try. A refusal for credentials that had run out, and could be had anew, is the one 401 that is followed by
 * another request; every other is final, because six in a row lock an access key.
 */
async function attempt(
  options: CodeArtsOptions,
  path: string,
  signal: AbortSignal,
  isRenewed = false,
): Promise<Reading> {
  const { credentials, http, reading } = options
  const authorized = await unlessAborted(authorizedGet(options, path, { signal }), signal)
  if (authorized === undefined) return readAnswer({ ok: false, fault: STOPPED }, reading)
  if (!authorized.ok) return { ...authorized, again: { again: false } }
  const answer = await http.send(authorized.request, signal)
  const read = readAnswer(answer, reading)
  if (read.ok || !answer.ok || (answer.status !== 401 && answer.status !== 403)) return read
  const { isRenewable, hint } = credentials.refused(answer)
  if (isRenewable && !isRenewed) return attempt(options, path, signal, true)
  const isAboutThem = read.problem.reason === 'unauthorized' || read.problem.reason === 'forbidden'
  return isAboutThem ? { ...read, problem: { ...read.problem, hint: hint ?? read.problem.hint } } : read
}

function lookAt({ result, answer, dateMs }: Extract<Reading, { ok: true }>, apiVersion: ApiVersion): Look {
  const parsed = parseRecord(result)
  return parsed.ok ? { ok: true, record: parsed.record, apiVersion, dateMs } : unusable(parsed.why, answer)
}

/** What one version of the API said instead of giving a record. */
interface Refusal extends NoUse {
  readonly apiVersion: ApiVersion
}

/** The last refusal decides; with several versions asked, the words say what each of them said. */
function together(refusals: readonly Refusal[]): NoUse {
  const last = refusals.at(-1)
  if (last === undefined) throw new Error('there is no version of the API to ask')
  if (refusals.length === 1) return last
  const versions = new Map<string, string[]>()
  for (const { apiVersion, problem } of refusals) {
    versions.set(problem.cameBack, [...(versions.get(problem.cameBack) ?? []), apiVersion])
  }
  const said = [...versions].map(([cameBack, names]) => `${names.join(', ')}: ${cameBack}`)
  return { ok: false, problem: { ...last.problem, cameBack: said.join('; ') }, again: last.again }
}
