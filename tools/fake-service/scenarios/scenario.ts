import type { TokenName } from '../credentials.ts'
import { json } from '../exchange.ts'
import type { Answer, ApiVersion, Reply } from '../exchange.ts'
import { makeRecord, recordAnswer, recordIdOf } from '../record.ts'
import type { WireRecord } from '../record.ts'

/** The job of every scenario that does not need its own. */
export const SCENARIO_JOB_ID = '48c66c6002964721be537cdc6ce0297b'

/** One build, and how the service answers requests for it. */
export interface Scenario {
  readonly name: string
  /** What it shows, in words. */
  readonly shows: string
  readonly jobId: string
  readonly buildNo: number
  /** Which token to send; the default is a valid one. */
  readonly token?: TokenName
  /** The versions of the API that exist; the default is all. */
  readonly versions?: readonly ApiVersion[]
  /** One for each request for the build; the last one is repeated. */
  readonly replies: readonly [Reply, ...Reply[]]
  /** The answer to a request for its stages, made by `stages`; by default the service knows none. */
  readonly stages?: Reply
  /** The answer to a request for its log, made by `log`; by default the service has none. */
  readonly log?: Reply
  /** The answer to a request for what it made; by default nothing. */
  readonly outputs?: Reply
  /** The answer to a request for its test results, made by `tests`; by default it has none. */
  readonly tests?: Reply
}

/** Makes a reply with the record of a finished build; the given fields replace its own. */
export function record(buildNo: number, overrides: WireRecord = {}): Reply {
  const own = {
    codeci_job_id: SCENARIO_JOB_ID,
    build_no: buildNo,
    id: `5f0c6a4e-2d71-4b83-9a35-${String(buildNo).padStart(12, '0')}`,
    build_record_id: recordIdOf(buildNo),
  }
  return exactly(makeRecord({ ...own, ...overrides }))
}

/** Makes a reply with exactly this record. */
export function exactly(result: unknown): Reply {
  return (_, version) => recordAnswer(result, version)
}

/** One stage of the build of a scenario. */
export type WireStage = Readonly<Record<string, unknown>>

/** Makes a reply with these stages, under the keys that the service uses. */
export function stages(stages: Readonly<Record<string, WireStage>>): Reply {
  return () => json(200, { result: { build_stages: stages }, error: null, status: 'success' })
}

/** Makes a reply with this log: a file, unchanged. */
export function log(body: Answer['body']): Reply {
  return () => ({ status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body })
}

/** One summary of test results: of a build, or of one of its stages. */
export type WireSummary = Readonly<Record<string, unknown>>

/** Makes a reply with the test results of a build and of its stages. */
export function tests(summary: WireSummary, ...stages: readonly WireSummary[]): Reply {
  return () => json(200, { result: { summary, sub_summarys: stages }, error: null, status: 'success' })
}
