import { NothingStarted } from '../codearts/execute-job.ts'
import type { BuildRecord } from '../codearts/record.ts'
import type { StepResult } from '../gate/reasons.ts'
import { annotationOf, type StepLog } from '../report/log.ts'
import { OutputsError, setOutputs, writeSummary } from '../report/output-file.ts'
import { createReport } from '../report/report.ts'
import { linked, renderMessage } from '../report/summary.ts'
import { messageOf, stackOf } from '../util/errors.ts'
import { quote, textOfWords, type Message, type Words } from '../util/message.ts'
import { crashResult, hasEnded, isBuild, type StartResult, type StartRun } from './messages.ts'
import type { StartState } from './start-build.ts'

const TITLE = 'CodeArts Build Start'

/** Before anything is sent, nothing can have started. */
const NOT_SENT = NothingStarted.provenBy('unsent', {
  kind: 'given_up',
  reason: 'unreachable',
  problem: ['No request was sent'],
  remedy: ['Run the step again'],
  message: ['no request was sent'],
  retryable: false,
})

/** What people and later steps see of a run. Whatever it shows is free of secrets. */
export type StartReport = ReturnType<typeof createStartReport>

/** @returns the report of this process: that of the gate, and what the start says besides. */
export function createStartReport() {
  const report = createReport()
  const { log, redact } = report
  let run: StartRun = { jobId: '', url: '', summary: true, isWaiting: false }
  let progress: StartState = NOT_SENT
  let isFailureSaid = false
  let isEndKnown = false

  const say = (result: StartResult): void => {
    isFailureSaid = result.reason !== 'success'
    if (!isFailureSaid) log.info(result.problem)
    else log.error(`${TITLE}: ${result.reason}`, annotationOf(result))
  }
  const addSummary = (result: StartResult): void => {
    const render = (words: Message): string => renderMessage(words, redact)
    const link = run.url === '' ? '' : linked('the build task', run.url, redact)
    if (run.summary) addToSummary(renderSummary(result, link, render), log)
  }

  return {
    ...report,
    /** Takes which task the run is for, and what the inputs say of the summary and of a wait. */
    setRun: (now: StartRun): void => void (run = now),
    /**
     * Writes what may have started by now: whatever ends the process then, it is on disk. Throws an OutputsError, as all that
     * writes outputs.
     */
    setStarted: (started: 'false' | 'unknown'): void => {
      setOutputs({ started })
    },
    /** Takes what has become of the start; a build that has started is on disk when the call returns. */
    setProgress: (now: StartState): void => {
      progress = now
      if (!isBuild(now)) return
      report.setKnown({ build_no: String(now.buildNo), execution_id: now.executionId })
      setOutputs(outputsOf(now, run))
    },
    setRecord: (record: BuildRecord, at: number): void => {
      isEndKnown = hasEnded(record)
      report.setRecord(record, at)
    },
    /** Says what the gate's verdict on the build is, as the gate does. */
    end: (result: StepResult, warnOnly: boolean): void => {
      report.end(result, warnOnly)
      isFailureSaid = !result.success && !warnOnly
    },
    /** Says how a start ends that nothing waits for; where a person has to look, in the summary too. `success` is `false` for now. */
    endStart(result: StartResult): void {
      const builds: Readonly<Record<string, string>> = isBuild(progress) ? {} : { builds: '[]' }
      setOutputs({ ...outputsOf(progress, run), ...builds, reason: result.reason })
      say(result)
      if (result.reason === 'unknown' || result.reason === 'cancelled') addSummary(result)
    },
    /** Says that the run ended by a crash, a clause, unless a failure was reported already. Never throws. */
    reportCrash(what: string, error?: unknown): void {
      if (isFailureSaid) return
      const result = crashResult(run, wordsOfCrash(what, error), progress, isEndKnown)
      say(result)
      for (const line of stackOf(error).split('\n')) log.debug(line)
      if (!(progress instanceof NothingStarted)) addSummary(result)
      try {
        report.setCrash()
        setOutputs({ ...outputsOf(progress, run), reason: result.reason })
      } catch (failure) {
        log.debug(messageOf(failure))
      }
    },
  }
}

function addToSummary(markdown: string, log: StepLog): void {
  try {
    writeSummary(markdown)
  } catch (error) {
    log.warning(TITLE, { message: `The job summary could not be written: ${messageOf(error)}` })
  }
}

/** @returns the words of a crash, whose remedy applies where nothing has started. */
function wordsOfCrash(what: string, error: unknown): Words {
  if (error instanceof OutputsError)
    return {
      problem: ['The outputs could not be written'],
      remedy: ['Check that the disk of the runner is not full, and that the file can be written'],
      details: [[`the file that GITHUB_OUTPUT names: ${messageOf(error.cause)}`]],
    }
  return {
    problem: ['The step ended unexpectedly'],
    remedy: ['Please report it with the log of a run that has debug logging on'],
    details: [[quote(what)]],
  }
}

/** The very last write of a start that passes. */
export function succeedStart(): void {
  setOutputs({ success: 'true' })
}

/** @returns the outputs that say what has become of the start. */
function outputsOf(progress: StartState, { url }: StartRun): Readonly<Record<string, string>> {
  const build = isBuild(progress) ? progress : undefined
  return {
    build_no: build === undefined ? '' : String(build.buildNo),
    daily_build_number: build?.dailyBuildNumber ?? '',
    execution_id: build?.executionId ?? '',
    url,
    started: build !== undefined ? 'true' : progress === 'unknown' ? 'unknown' : 'false',
  }
}

/** @param link of the build task; empty where none is known. @param render makes HTML of a message. */
function renderSummary(
  { reason, problem, remedy, details }: StartResult,
  link: string,
  render: (words: Message) => string,
): string {
  const lines = [
    `<b>What happened:</b> ${render(textOfWords({ problem, details }))}`,
    ...(remedy === undefined ? [] : [`<b>What to do:</b> ${render(remedy)}`]),
    ...(link === '' ? [] : [`<b>Where to look:</b> ${link}`]),
    `<b>Reason:</b> <code>${reason}</code>`,
  ]
  return `## ❌ CodeArts Build Start\n\n<p>${lines.join('<br>\n')}</p>\n`
}
