import { describeError, type Result } from '../util/api-error.ts'
import { timeLimit, unlessAborted, type Clock } from '../util/clock.ts'
import { messageOf } from '../util/errors.ts'
import type { Log } from '../util/logging.ts'
import { message, quote, type Message } from '../util/message.ts'
import type { BuildId, CodeArtsBuild } from './client.ts'
import { type LogTail, readLogTail } from './log-tail.ts'
import type { BuildRecord } from './record.ts'
import { isRecordId, readStages, type Stage } from './stages.ts'
import { readTestResults, type TestResults } from './test-results.ts'

/** What the service says about a build that failed, as far as it could be read. */
export interface Diagnosis {
  readonly stages?: readonly Stage[]
  readonly log?: LogTail
  readonly tests?: TestResults
  /** What could not be read, and why: a sentence each. */
  readonly notices: readonly Message[]
}

export interface DiagnosisOptions {
  readonly service: Pick<CodeArtsBuild, 'get' | 'download'>
  readonly clock: Clock
  /** How many last lines of the log are wanted; 0 requests none. */
  readonly logLines: number
  /** Fires when the run is cancelled. */
  readonly cancel: AbortSignal
  /** Told why there are no test results: most builds have none. */
  readonly log: Pick<Log, 'debug'>
}

/** A build that failed, as it was asked for, and its record. */
export interface FailedBuild extends BuildId {
  readonly record: BuildRecord
}

/** The limit for everything that only explains a failure. */
const MAX_DIAGNOSIS_MS = 20_000
const TOO_LATE = `no answer came within ${MAX_DIAGNOSIS_MS / 1_000} s`

/**
 * Requests the stages, the end of the log and the test results of a build that failed, at the same time, once each, for 20 s
 * at most. The verdict is already given, and nothing here can change it. Never rejects.
 */
export async function readDiagnosis(build: FailedBuild, options: DiagnosisOptions): Promise<Diagnosis> {
  const { clock, cancel } = options
  const { signal, end } = timeLimit(clock, MAX_DIAGNOSIS_MS, cancel)
  const [{ notices, ...ofRecord }, tests] = await Promise.all([
    stagesAndLog(build.record.fields.build_record_id, options, signal),
    testsOf(build, options, signal),
  ])
  end()
  return { ...ofRecord, ...(tests === undefined ? {} : { tests }), notices }
}

/** @param recordId the record's `build_record_id`. */
async function stagesAndLog(
  recordId: string,
  { service, logLines, cancel }: DiagnosisOptions,
  signal: AbortSignal,
): Promise<Diagnosis> {
  if (!isRecordId(recordId))
    return {
      notices: [
        message`The stages and the log cannot be read, because the record has no build_record_id that can be used`,
      ],
    }
  const [stages, log] = await Promise.all([
    inTime(readStages(service.get, recordId, { maxTries: 1, signal, isOptional: true }), signal, cancel),
    logLines === 0
      ? undefined
      : inTime(readLogTail(service.download, recordId, logLines, signal), signal, cancel),
  ])
  return {
    ...(stages.ok ? { stages: stages.value } : {}),
    ...(log?.ok === true ? { log: log.value } : {}),
    notices: [
      ...(stages.ok ? [] : [message`The stages of the build could not be read: ${stages.why}`]),
      ...(log?.ok === false ? [message`The log of the build could not be read: ${log.why}`] : []),
    ],
  }
}

async function testsOf(
  build: BuildId,
  { service, cancel, log }: DiagnosisOptions,
  signal: AbortSignal,
): Promise<TestResults | undefined> {
  const read = readTestResults(service.get, build, { maxTries: 1, signal, isOptional: true })
  const tests = await inTime(read, signal, cancel)
  if (tests.ok && tests.value !== undefined) return tests.value
  const why = tests.ok ? 'the answer has none that can be read' : tests.why
  log.debug(message`There are no test results of build ${build.buildNo}: ${why}`)
  return undefined
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
