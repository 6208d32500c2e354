import { makeRecord, recordIdOf } from '../../../tools/fake-service/record.ts'
import type { Diagnosis } from '../../../src/codearts/diagnosis.ts'
import type { Stage } from '../../../src/codearts/stages.ts'
import { parseRecord, type BuildRecord } from '../../../src/codearts/record.ts'
import { verdictWords } from '../../../src/gate/messages.ts'
import type { GateResult, JudgedBuild, StepResult } from '../../../src/gate/reasons.ts'
import { judge } from '../../../src/gate/verdict.ts'
import { message, quote } from '../../../src/util/message.ts'
import { NOTHING_EXPECTED } from './one-poll.ts'

/** A build as a gate on several judged it, and what could be learned of it. */
export interface JudgedAndDiagnosed extends JudgedBuild {
  readonly diagnosis?: Diagnosis
}

const START_MS = Date.parse('2026-11-24T08:00:00Z')
const SECOND_MS = 1_000

export const jobIdOf = (number: number): string =>
  `48c66c6002964721be537cdc6ce0${String(number).padStart(4, '0')}`

/** @returns a record of a build that began so many seconds after the others' day did, and took so many seconds. */
export function recordOf(
  number: number,
  fields: Readonly<Record<string, unknown>> = {},
  [startS, lastsS]: readonly [number, number] = [number * 7, 60 + number * 9],
): BuildRecord {
  const at = (seconds: number): string => new Date(START_MS + seconds * SECOND_MS).toISOString()
  const parsed = parseRecord({
    ...makeRecord({
      codeci_job_id: jobIdOf(number),
      build_no: 30 + number,
      build_record_id: recordIdOf(30 + number),
      start_time: at(startS),
      finish_time: at(startS + lastsS),
      duration: lastsS * SECOND_MS,
    }),
    ...fields,
  })
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.record
}

/** @returns a build that was judged by its record. */
export function judgedBuild(
  name: string,
  record: BuildRecord,
  more: Partial<Pick<GateResult, 'warnings' | 'end'>> & { readonly diagnosis?: Diagnosis } = {},
): JudgedAndDiagnosed {
  const { diagnosis, ...rest } = more
  const jobId = record.fields.codeci_job_id
  const query = { jobId, buildNo: Number(record.fields.build_no), expected: NOTHING_EXPECTED }
  const verdict = judge(record, NOTHING_EXPECTED)
  const words = verdictWords(query, record, verdict.reason)
  return {
    name,
    jobId,
    url: '',
    result: { ...verdict, ...words, end: 'judged', record, warnings: [], ...rest },
    ...(diagnosis === undefined ? {} : { diagnosis }),
  }
}

/** @returns a build that was not read. */
export function unreadBuild(name: string, number: number): JudgedAndDiagnosed {
  return {
    name,
    jobId: jobIdOf(number),
    url: '',
    result: {
      success: false,
      reason: 'not_found',
      end: 'error',
      problem: ['There is no such build'],
      remedy: ['Check job_id and build_no'],
      details: [
        message`build ${quote('7')} of build task ${quote(jobIdOf(number))}`,
        message`HTTP 404, CB.00060214 "${quote('there is no such job')}"`,
      ],
      warnings: [],
    },
  }
}

/** @returns how a step on these builds ended. */
export function stepResultOf(builds: readonly JudgedAndDiagnosed[]): StepResult {
  const deciding = builds.find(({ result }) => !result.success) ?? builds[0]
  if (deciding === undefined) throw new Error('There are no builds')
  const words = { problem: ['Of all builds'], remedy: undefined, details: [], warnings: [] }
  return { ...deciding.result, ...words, url: deciding.url, builds }
}

/** @returns what could be learned of a build that ended with this status. */
export function diagnosisOf(lineCount: number, status = 'FAILURE'): Diagnosis {
  // Together they take less than any build of `recordOf`.
  const stages: readonly Stage[] = [
    { name: 'Check out code', status: 'SUCCESS', duration: '2500' },
    { name: 'Build with Maven', status, duration: '41000' },
    { name: 'Post-processing', status: 'SUCCESS', duration: '700' },
  ]
  const lines = Array.from({ length: lineCount }, (_, at) => `[INFO] line ${at + 1} of the build’s log`)
  return { stages, log: { lines, totalBytes: 48_123 }, notices: [] }
}
