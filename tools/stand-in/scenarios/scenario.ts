import type { TokenName } from '../credentials.ts'
import type { ApiVersion, Reply } from '../exchange.ts'
import { makeRecord, recordAnswer } from '../record.ts'
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
}

/** Makes a reply with the record of a finished build that has the given fields in place of its own. */
export function record(buildNo: number, overrides: WireRecord = {}): Reply {
  return exactly(makeRecord({ codeci_job_id: JOB_ID, build_no: buildNo, ...overrides }))
}

/** Makes a reply with just this as the record. */
export function exactly(result: unknown): Reply {
  return (_, version) => recordAnswer(result, version)
}
