import type { Credentials } from '../credentials/credentials.ts'
import type { Http } from '../http/request.ts'
import { withTries, type RetryTools } from '../http/retry.ts'
import type { ApiVersion } from '../inputs.ts'
import { readAnswer, type Problem, type Reading, type ReadingTools } from './answer.ts'
import { HINTS } from './errors.ts'
import { parseRecord, type BuildRecord } from './record.ts'
import { authorizedGet } from './request.ts'

/** Which build: the job's id and the build's number within the job. */
export interface BuildId {
  readonly jobId: string
  readonly buildNo: number
}

/** What a look at a build brought: its record, or why there is none. */
export type Look =
  | { readonly ok: true; readonly record: BuildRecord; readonly apiVersion: ApiVersion }
  | { readonly ok: false; readonly problem: Problem }

/** The service, as far as the gate needs it. */
export interface CodeArtsBuild {
  /** Reads a build's record. Never rejects for what the network or the service does. */
  readRecord(build: BuildId): Promise<Look>
}

export interface CodeArtsOptions {
  /** The base URL of the service, with or without a path prefix. */
  readonly endpoint: URL
  /** The versions to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  readonly credentials: Credentials
  readonly http: Http
  readonly retry: Omit<RetryTools, 'onPause'>
  readonly reading: ReadingTools
  /** Told about each request that is tried again, with the pause before the next try in milliseconds. */
  readonly onRetry: (problem: Problem, tries: number, pauseMs: number) => void
}

/** Source: API reference, sections 1 and 2. All three answer with the same 33 fields. */
const RECORD_PATHS: Readonly<Record<ApiVersion, (build: BuildId) => string>> = {
  v3: ({ jobId, buildNo }) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
  v1: ({ jobId, buildNo }) => `/v1/record/${jobId}/${buildNo}/record-info`,
  v4: ({ jobId, buildNo }) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
}

export function createCodeArtsBuild(options: CodeArtsOptions): CodeArtsBuild {
  return {
    async readRecord(build) {
      const refusals: Refusal[] = []
      for (const apiVersion of options.apiVersions) {
        const reading = await get(options, RECORD_PATHS[apiVersion](build))
        if (reading.ok) return lookAt(reading.result, apiVersion)
        refusals.push({ apiVersion, problem: reading.problem })
        if (reading.problem.reason !== 'not_found') break
      }
      return { ok: false, problem: together(refusals) }
    },
  }
}

/** Sends one GET with its tries, each with credentials of its own. */
async function get(options: CodeArtsOptions, path: string): Promise<Reading> {
  let last: Reading | undefined
  const { result, tries } = await withTries(
    async () => {
      last = await attempt(options, path)
      return last
    },
    result => (result.ok ? { again: false } : result.again),
    {
      ...options.retry,
      onPause: (tries, pauseMs) => {
        if (last?.ok === false) options.onRetry(last.problem, tries, pauseMs)
      },
    },
  )
  if (result.ok || tries === 1) return result
  return {
    ...result,
    problem: { ...result.problem, cameBack: `${result.problem.cameBack}, the last of ${tries} tries` },
  }
}

/**
 * Makes one try. A refusal for credentials that had run out, and could be had anew, is the one 401 that is followed by
 * another request; every other is final, because six in a row lock an access key.
 */
async function attempt(options: CodeArtsOptions, path: string, isRenewed = false): Promise<Reading> {
  const { credentials, http, reading } = options
  const authorized = await authorizedGet(options, path)
  if (!authorized.ok) return { ...authorized, again: { again: false } }
  const answer = await http.send(authorized.request)
  const read = readAnswer(answer, reading)
  if (read.ok || !answer.ok || (answer.status !== 401 && answer.status !== 403)) return read
  const { isRenewable, hint } = credentials.refused(answer)
  if (isRenewable && !isRenewed) return attempt(options, path, true)
  const isAboutThem = read.problem.reason === 'unauthorized' || read.problem.reason === 'forbidden'
  return isAboutThem ? { ...read, problem: { ...read.problem, hint: hint ?? read.problem.hint } } : read
}

function lookAt(result: unknown, apiVersion: ApiVersion): Look {
  const parsed = parseRecord(result)
  if (parsed.ok) return { ok: true, record: parsed.record, apiVersion }
  const cameBack = `the service answered HTTP 200, but ${parsed.why}`
  return { ok: false, problem: { reason: 'invalid_response', cameBack, hint: HINTS.invalid_response } }
}

/** What one version of the API said instead of giving a record. */
interface Refusal {
  readonly apiVersion: ApiVersion
  readonly problem: Problem
}

/** The last refusal decides; with several versions asked, the words say what each of them said. */
function together(refusals: readonly Refusal[]): Problem {
  const last = refusals.at(-1)?.problem
  if (last === undefined) throw new Error('there is no version of the API to ask')
  if (refusals.length === 1) return last
  const versions = new Map<string, string[]>()
  for (const { apiVersion, problem } of refusals) {
    versions.set(problem.cameBack, [...(versions.get(problem.cameBack) ?? []), apiVersion])
  }
  const said = [...versions].map(([cameBack, names]) => `${names.join(', ')}: ${cameBack}`)
  return { ...last, cameBack: said.join('; ') }
}
