import { describeError, type Result } from '../util/api-error.ts'
import { timeLimit, unlessAborted, type Clock } from '../util/clock.ts'
import { messageOf } from '../util/errors.ts'
import { message, quote, type Message } from '../util/message.ts'
import type { CodeArtsBuild } from './client.ts'
import { type LogTail, readLogTail } from './log-tail.ts'
import type { BuildRecord } from './record.ts'
import { isRecordId, readStages, type Stage } from './stages.ts'

/** What the service says about a build that failed, as far as it could be read. */
export interface Diagnosis {
  readonly stages?: readonly Stage[]
  readonly log?: LogTail
  /** What could not be read, and why: a sentence each. */
  readonly notices: readonly Message[]
}

export interface DiagnosisOptions {
  readonly service: Pick<CodeArtsBuild, 'get' | 'download'>
  readonly clock: Clock
  /** How many last lines of the log are wanted; 0 requests none. */
  readonly logLines: number
  /** How many builds share the room that there is for logs; only this one where left out. */
  readonly sharedBy?: number
  /** Fires when the run is cancelled. */
  readonly cancel: AbortSignal
}

/** The limit for everything that only explains a failure. */
const MAX_DIAGNOSIS_MS = 20_000
const TOO_LATE = `no answer came within ${MAX_DIAGNOSIS_MS / 1_000} s`

/**
 * Requests the stages and the end of the log of a build that failed, at the same time, once each, for 20 s at most. The
 * verdict is already given, and nothing here can change it. Never rejects.
 */
export async function readDiagnosis(record: BuildRecord, options: DiagnosisOptions): Promise<Diagnosis> {
  const recordId = record.fields.build_record_id
  if (!isRecordId(recordId))
    return {
      notices: [
        message`The stages and the log cannot be read, because the record has no build_record_id that can be used`,
      ],
    }
  const { service, clock, logLines, sharedBy = 1, cancel } = options
  const { signal, end } = timeLimit(clock, MAX_DIAGNOSIS_MS, cancel)
  const [stages, log] = await Promise.all([
    inTime(readStages(service.get, recordId, { maxTries: 1, signal, isOptional: true }), signal, cancel),
    logLines === 0
      ? undefined
      : inTime(
          readLogTail(service.download, recordId, { maxLines: logLines, sharedBy }, signal),
          signal,
          cancel,
        ),
  ])
  end()
  return {
    ...(stages.ok ? { stages: stages.value } : {}),
    ...(log?.ok === true ? { log: log.value } : {}),
    notices: [
      ...(stages.ok ? [] : [message`The stages of the build could not be read: ${stages.why}`]),
      ...(log?.ok === false ? [message`The log of the build could not be read: ${log.why}`] : []),
    ],
  }
}

type Explained<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: Message }

/** @returns the value, or why there is none: an error, or none before the signal fired. */
async function inTime<T>(
  result: Promise<Result<T>>,
  signal: AbortSignal,
  cancel: AbortSignal,
): Promise<Explained<T>> {
  try {
    const read = await unlessAborted(result, signal)
    if (read === undefined || (!read.ok && read.error.kind === 'given_up'))
      return { ok: false, why: [cancel.aborted ? 'the step was cancelled' : TOO_LATE] }
    return read.ok ? read : { ok: false, why: describeError(read.error) }
  } catch (error) {
    return { ok: false, why: [quote(messageOf(error))] }
  }
}
