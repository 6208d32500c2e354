import { unlessAborted } from './clock.ts'
import type { LogTail } from './codearts/log-lines.ts'
import { readLogTail } from './codearts/log.ts'
import type { Stage } from './codearts/stage.ts'
import { isRecordId, readStages, type OneTry } from './codearts/stages.ts'
import type { Ending } from './ending.ts'
import { HTTP_LIMITS, type HttpLimits } from './http/request.ts'
import { messageOf } from './thrown.ts'

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
  const timeUp = new AbortController()
  const timer = setTimeout(() => {
    timeUp.abort(`no answer came within ${MAX_DIAGNOSIS_MS / 1_000} s`)
  }, MAX_DIAGNOSIS_MS)
  const signal = AbortSignal.any([options.signal, timeUp.signal])
  const tools = { ...options, signal }
  const [stages, log] = await Promise.all([
    inTime(askForStages(recordId, tools), signal),
    options.logLines === 0 ? undefined : inTime(readLogTail(recordId, options.logLines, tools), signal),
  ])
  clearTimeout(timer)
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

async function askForStages(recordId: string, tools: OneTry) {
  const result = await readStages(recordId, tools)
  return result.ok ? result : { ok: false as const, why: result.problem.cameBack }
}

/** @returns the result, or why there is none: an error, or no result before the signal fired. */
async function inTime<T>(result: Promise<T>, signal: AbortSignal): Promise<T | Unavailable> {
  try {
    return (await unlessAborted(result, signal)) ?? { ok: false, why: String(signal.reason) }
  } catch (error) {
    return { ok: false, why: messageOf(error) }
  }
}
