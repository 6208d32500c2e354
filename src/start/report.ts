import { NothingStarted } from '../codearts/execute-job.ts'
import { createLog, mask, type StepLog } from '../report/log.ts'
import { OutputsError, setOutputs } from '../report/output-file.ts'
import { createRedactor } from '../report/redact.ts'
import { appendSummary, renderMessage } from '../report/summary.ts'
import { messageOf, stackOf } from '../util/errors.ts'
import { joined, message, quote, type Message } from '../util/message.ts'
import { crashResult, type CrashWords, type StartResult } from './messages.ts'
import type { Progress } from './start-build.ts'

const TITLE = 'CodeArts Build Start'

/** Before anything is sent, nothing can have started. */
const NOT_SENT = NothingStarted.provenBy('unsent', {
  kind: 'given_up',
  reason: 'unreachable',
  message: ['no request was sent'],
  remedy: ['run the step again'],
  retryable: false,
})

/** What people and later steps see of a run. Whatever it shows is free of secrets. */
export type StartReport = ReturnType<typeof createStartReport>

/** @returns the report of this process, to the log and the files that the environment names. */
export function createStartReport() {
  const { add: addSecret, redact } = createRedactor(mask)
  const log = createLog(redact)
  let progress: Progress = NOT_SENT
  let jobId = ''
  let hasSummary = true
  let isFailureSaid = false

  const writeSummary = (result: StartResult): void => {
    if (hasSummary)
      addToSummary(
        renderSummary(result, words => renderMessage(words, redact)),
        log,
      )
  }
  const say = (result: StartResult): void => {
    isFailureSaid = result.reason !== 'success'
    if (!isFailureSaid) log.info(result.problem)
    else log.error(`${TITLE}: ${result.reason}`, { message: result.problem, remedy: withDetails(result) })
  }

  return {
    log,
    addSecret,
    warn(warning: Message): void {
      log.warning(TITLE, { message: warning })
    },
    /** Whether a build has started, as far as is known. */
    progress: () => progress,
    isFailureSaid: () => isFailureSaid,
    /** Takes which task the run is for, and whether a job summary is written. */
    setRun(run: { readonly jobId: string; readonly summary: boolean }): void {
      jobId = run.jobId
      hasSummary = run.summary
    },
    /** Tries whether outputs can be written, before any request. Throws an OutputsError, as all that writes outputs. */
    begin: (): void => {
      setOutputs({ started: 'false' })
    },
    /** Writes, before the first byte goes out, that a build may have started: whatever ends the process then, it is on disk. */
    beforeSending: (): void => {
      setOutputs({ started: 'unknown' })
    },
    /** Takes what has become of the start; a build that has started is on disk when the call returns. */
    setProgress: (now: Progress): void => {
      progress = now
      if (!(now instanceof NothingStarted) && now !== 'unknown') setOutputs(outputsOf(now))
    },
    /** Says how the run ended: outputs, log and, where a person has to look, the summary; `success` is `false` for now. */
    end(result: StartResult): void {
      setOutputs({ ...outputsOf(progress), reason: result.reason })
      say(result)
      if (result.reason === 'unknown' || result.reason === 'cancelled') writeSummary(result)
    },
    /** The very last write of a run that passes. */
    succeed(): void {
      setOutputs({ success: 'true' })
    },
    /** Says that the run ended by a crash, a clause, unless a failure was reported already. Never throws. */
    reportCrash(what: string, error?: unknown): void {
      if (isFailureSaid) return
      const result = crashResult(jobId, wordsOfCrash(what, error), progress)
      say(result)
      for (const line of stackOf(error).split('\n')) log.debug(line)
      if (!(progress instanceof NothingStarted)) writeSummary(result)
      trySetOutputs({ ...outputsOf(progress), reason: result.reason }, log)
    },
  }
}

function trySetOutputs(outputs: Readonly<Record<string, string>>, log: StepLog): void {
  try {
    setOutputs(outputs)
  } catch (failure) {
    log.debug(messageOf(failure))
  }
}

function addToSummary(markdown: string, log: StepLog): void {
  try {
    appendSummary(markdown)
  } catch (error) {
    log.warning(TITLE, { message: `The job summary could not be written: ${messageOf(error)}` })
  }
}

function wordsOfCrash(what: string, error: unknown): CrashWords {
  if (error instanceof OutputsError)
    return {
      problem: 'The outputs could not be written',
      remedy: 'check that the disk of the runner is not full and that the file can be written',
      detail: [error.message],
    }
  return {
    problem: 'The step ended unexpectedly',
    remedy: 'please report it with the log of a run that has debug logging on',
    detail: [quote(what)],
  }
}

/** @returns the outputs that say what has become of the start. */
function outputsOf(progress: Progress): Readonly<Record<string, string>> {
  const build = progress instanceof NothingStarted || progress === 'unknown' ? undefined : progress
  return {
    build_no: build === undefined ? '' : String(build.buildNo),
    daily_build_number: build?.dailyBuildNumber ?? '',
    execution_id: build?.executionId ?? '',
    url: '',
    started: build !== undefined ? 'true' : progress === 'unknown' ? 'unknown' : 'false',
  }
}

/** @returns what to do, and last, in brackets, the details. */
function withDetails({ remedy, details }: StartResult): Message | undefined {
  if (details.length === 0) return remedy
  return message`${remedy === undefined ? [] : message`${remedy} `}(${joined(details, '; ')})`
}

/** @param render makes HTML of a message. */
function renderSummary(
  { reason, problem, remedy, details }: StartResult,
  render: (words: Message) => string,
): string {
  const lines = [
    `<b>What happened:</b> ${render(problem)}`,
    ...(remedy === undefined ? [] : [`<b>What to do:</b> ${render(remedy)}`]),
    `<b>Details:</b> ${render(joined(details, '; '))}`,
    `<b>Reason:</b> <code>${reason}</code>`,
  ]
  return `## ❌ CodeArts Build Start\n\n<p>${lines.join('<br>\n')}</p>\n`
}
