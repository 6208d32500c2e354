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
  readonly stages?: readonly Stage[] | undefined
  readonly log?: LogTail | undefined
  readonly tests?: TestResults | undefined
  /** What could not be read, and why: a sentence each. */
  readonly notices: readonly Message[]
}

export interface DiagnosisOptions {
  readonly service: Pick<CodeArtsBuild, 'get' | 'download'>
  readonly clock: Clock
  /** How many last lines of the log are wanted; 0 requests none. */
  readonly logLines: number
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
  const { service, clock, cancel, logLines } = options
  const { signal, end } = timeLimit(clock, MAX_DIAGNOSIS_MS, cancel)
  const once = { maxTries: 1, signal, isOptional: true }
  const recordId = build.record.fields.build_record_id
  const isReadable = isRecordId(recordId)
  const isLogWanted = isReadable && logLines > 0
  const [stages, log, tests] = await Promise.all([
    isReadable ? inTime(readStages(service.get, recordId, once), signal, cancel) : undefined,
    isLogWanted
      ? inTime(readLogTail(service.download, recordId, logLines, signal), signal, cancel)
      : undefined,
    inTime(readTestResults(service.get, build, once), signal, cancel),
  ])
  end()
  if (tests.value === undefined) {
    const why = tests.why ?? 'the answer has none that can be read'
    options.log.debug(message`There are no test results of build ${build.buildNo}: ${why}`)
  }
  return {
    stages: stages?.value,
    log: log?.value,
    tests: tests.value,
    notices: [
      ...(isReadable ? [] : [NO_RECORD_ID]),
      ...(stages?.why ? [message`The stages of the build could not be read: ${stages.why}`] : []),
      ...(log?.why ? [message`The log of the build could not be read: ${log.why}`] : []),
    ],
  }
}

const NO_RECORD_ID: Message = [
  'The stages and the log cannot be read, because the record has no build_record_id that can be used',
]

/** @returns the value, or why there is none: an error, or none before the signal fired. */
async function inTime<T>(
  result: Promise<Result<T>>,
  signal: AbortSignal,
  cancel: AbortSignal,
): Promise<{ readonly value?: T; readonly why?: Message }> {
  try {
    const read = await unlessAborted(result, signal)
    if (read?.ok === true) return read
    if (read === undefined || read.error.kind === 'given_up')
      return { why: [cancel.aborted ? 'the step was cancelled' : TOO_LATE] }
    return { why: describeError(read.error) }
  } catch (error) {
    return { why: [quote(messageOf(error))] }
  }
}
