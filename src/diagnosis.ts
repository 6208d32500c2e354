import type { LogTail } from './codearts/log-lines.ts'
import { readLogTail } from './codearts/log.ts'
import type { Stage } from './codearts/stage.ts'
import { isRecordId, readStages, type OneTry } from './codearts/stages.ts'
import type { Ending } from './ending.ts'
import { HTTP_LIMITS, type HttpLimits } from './http/request.ts'

/** What the service can tell of a build that failed, as far as it could be had. */
export interface Diagnosis {
  readonly stages?: readonly Stage[]
  readonly log?: LogTail
  /** What could not be had, and why: a sentence each. */
  readonly notices: readonly string[]
}

export interface DiagnosisOptions extends OneTry {
  /** How many last lines of the log are wanted; 0 asks for no log. */
  readonly logLines: number
}

/** Words of builds that are over and did not succeed: of others there is nothing to explain. */
const FAILED: readonly string[] = ['failed', 'aborted', 'timed_out', 'unknown_status']

/** One try each, and shorter than for the record: nobody waits long for what only explains. */
export const DIAGNOSIS_LIMITS: HttpLimits = { ...HTTP_LIMITS, deadlineMs: 15_000 }

/** Longer than the deadline of a request, for what goes before it: credentials may have to be fetched anew. */
const MAX_DIAGNOSIS_MS = 20_000

/**
 * Asks for the stages and the end of the log of a build that failed, both at once and each once, for 20 s at most. The
 * verdict is given by now, and nothing here can change it: never rejects.
 * @returns undefined, without asking, for a build that did not fail and for a run that has no build.
 */
export async function diagnose(
  { reason, record }: Ending,
  options: DiagnosisOptions,
): Promise<Diagnosis | undefined> {
  if (record === undefined || !FAILED.includes(reason)) return undefined
  const recordId = record.fields.build_record_id
  if (!isRecordId(recordId)) {
    return {
      notices: ['The record has no build_record_id by which its stages and its log could be asked for'],
    }
  }
  const [stages, log] = await Promise.all([
    inTime(async () => {
      const result = await readStages(recordId, options)
      return result.ok ? result : { ok: false, why: result.problem.cameBack }
    }),
    options.logLines === 0 ? undefined : inTime(() => readLogTail(recordId, options.logLines, options)),
  ])
  return {
    ...(stages.ok ? { stages: stages.stages } : {}),
    ...(log?.ok === true ? { log: log.tail } : {}),
    notices: [
      ...(stages.ok ? [] : [`The stages of the build could not be read: ${stages.why}`]),
      ...(log?.ok === false ? [`The log of the build could not be read: ${log.why}`] : []),
    ],
  }
}

interface Unavailable {
  readonly ok: false
  /** A clause. */
  readonly why: string
}

/** @returns the result, or why there is none: an error, or no result in time. */
async function inTime<T>(ask: () => Promise<T | Unavailable>): Promise<T | Unavailable> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<Unavailable>(resolve => {
    timer = setTimeout(() => {
      resolve({ ok: false, why: `no answer came within ${MAX_DIAGNOSIS_MS / 1_000} s` })
    }, MAX_DIAGNOSIS_MS)
  })
  try {
    return await Promise.race([ask(), timeUp])
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
