import type { TokenName } from '../credentials.ts'
import { json } from '../exchange.ts'
import type { Answer, ApiVersion, Reply } from '../exchange.ts'
import { makeRecord, recordAnswer, recordIdOf } from '../record.ts'
import type { WireRecord } from '../record.ts'

/** The job of every scenario that needs none of its own. */
export const JOB_ID = '48c66c6002964721be537cdc6ce0297b'

/** One build, and how the service behaves when it is asked for it. */
export interface Scenario {
  readonly name: string
  /** What it shows, for people. */
  readonly shows: string
  readonly jobId: string
  readonly buildNo: number
  /** Which token to send; a valid one when left out. */
  readonly token?: TokenName
  /** The versions of the API that are there; all when left out. */
  readonly versions?: readonly ApiVersion[]
  /** One for each look at the build; the last one again for every later look. */
  readonly replies: readonly [Reply, ...Reply[]]
  /** The answer to a request for its stages, made by `stages`; the service knows none when left out. */
  readonly stages?: Reply
  /** The answer to a request for its log, made by `log`; the service has none when left out. */
  readonly log?: Reply
}

/** Makes a reply with the record of a finished build that has the given fields in place of its own. */
export function record(buildNo: number, overrides: WireRecord = {}): Reply {
  const own = { codeci_job_id: JOB_ID, build_no: buildNo, build_record_id: recordIdOf(buildNo) }
  return exactly(makeRecord({ ...own, ...overrides }))
}

/** Makes a reply with just this as the record. */
export function exactly(result: unknown): Reply {
  return (_, version) => recordAnswer(result, version)
}

/** What a scenario says of one stage of its build. */
export type WireStage = Readonly<Record<string, unknown>>

/** Makes a reply with these stages, under the keys that the service gives them. */
export function stages(stages: Readonly<Record<string, WireStage>>): Reply {
  return () => json(200, { result: { build_stages: stages }, error: null, status: 'success' })
}

/** Makes a reply with this log: a file, as it is. */
export function log(body: Answer['body']): Reply {
  return () => ({ status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body })
}
