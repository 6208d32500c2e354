import { NothingStarted } from '../codearts/execute-job.ts'
import type { BuildRecord } from '../codearts/record.ts'
import { OutputsError, setOutputs } from '../report/output-file.ts'
import { createReport } from '../report/report.ts'
import { linked, labelled, paragraph, renderMessage } from '../report/summary-html.ts'
import { textOfWords } from '../util/message.ts'
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
  let isEndKnown = false

  /** Shows how a run ends; where a person has to look, in the summary too. @returns the outputs that go with it. */
  const say = (result: StartResult, hasToLook: boolean): Readonly<Record<string, string>> => {
    const { reason, problem, remedy, details } = result
    if (reason === 'success') log.info(problem)
    else report.fail(`${TITLE}: ${reason}`, result)
    if (run.summary && hasToLook)
      report.addToSummary(TITLE, () => {
        const lines = [
          labelled('What happened', renderMessage(textOfWords({ problem, details }), redact)),
          labelled('What to do', renderMessage(remedy ?? [], redact)),
          labelled('Where to look', run.url === '' ? '' : linked('the build task', run.url, redact)),
          labelled('Reason', `<code>${reason}</code>`),
        ]
        return `## ❌ CodeArts Build Start\n\n${paragraph(lines) ?? ''}\n`
      })
    return { ...outputsOf(progress, run), reason }
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
    /** Says how a start ends that nothing waits for. `success` is `false` for now. */
    endStart(result: StartResult): void {
      setOutputs({
        ...outputsOf(progress, run),
        reason: result.reason,
        ...(isBuild(progress) ? {} : { builds: '[]' }),
      })
      say(result, result.reason === 'unknown' || result.reason === 'cancelled')
    },
    /** Says that the run ended by a crash, a clause, unless a failure was reported already. Never throws. */
    reportCrash(what: string, error?: unknown): void {
      report.reportCrash(what, error, crash => {
        const problem =
          error instanceof OutputsError ? 'The outputs could not be written' : 'The step ended unexpectedly'
        const result = crashResult(run, { ...crash, problem: [problem] }, progress, isEndKnown)
        return say(result, !(progress instanceof NothingStarted))
      })
    },
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
