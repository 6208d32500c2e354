import type { BuildRecord } from './codearts/record.ts'
import { inRoughWords } from './duration-words.ts'

/** How long a build will take, judging by another one of its job. */
export interface Expectation {
  readonly durationMs: number
  /** The number of the build that it is judged by. */
  readonly buildNo: number
}

/**
 * @param record the build before. One that did not succeed may have ended anywhere, and is no guide.
 * @returns undefined when it says nothing of how long the next one takes.
 */
export function expectationFrom(record: BuildRecord, buildNo: number): Expectation | undefined {
  const { status, start_time: start, finish_time: finish, duration } = record.fields
  if (status !== 'SUCCESS') return undefined
  const [startMs, finishMs] = [timeOf(start), timeOf(finish)]
  const durationMs =
    startMs === undefined || finishMs === undefined ? Number(duration) : Math.max(0, finishMs - startMs)
  return durationMs > 0 ? { durationMs, buildNo } : undefined
}

/**
 * @param nowMs the service's own time, milliseconds since 1970.
 * @returns how long a build has been going, from its start or else from when it was created; undefined when its record
 * does not say. Milliseconds.
 */
export function ageOf({ fields }: BuildRecord, nowMs: number): number | undefined {
  const sinceMs = timeOf(fields.start_time) ?? timeOf(fields.create_time)
  return sinceMs === undefined ? undefined : Math.max(0, nowMs - sinceMs)
}

/** @returns what a person may expect of a build of that age: `about 3 min left, judging by build 60`; empty for nothing. */
export function outlookFor(ageMs: number, expectation: Expectation | undefined): string {
  if (expectation === undefined) return ''
  const leftMs = expectation.durationMs - ageMs
  const judging = `judging by build ${expectation.buildNo}`
  return leftMs > 0
    ? `${inRoughWords(leftMs)} left, ${judging}`
    : `${inRoughWords(-leftMs)} overdue, ${judging}`
}

/** Only a time that names its zone is one; the service gives `2022-10-11T08:28:42.000+00:00`. */
function timeOf(text: string): number | undefined {
  const ms = /(Z|[+-][0-9]{2}:?[0-9]{2})$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? undefined : ms
}
