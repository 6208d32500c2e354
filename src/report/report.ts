import type { Diagnosis } from '../codearts/diagnosis.ts'
import type { StepResult } from '../gate/reasons.ts'
import { messageOf, stackOf } from '../util/errors.ts'
import { message, quote, sentences, textOfWords, type Message, type Words } from '../util/message.ts'
import { createLog, mask, type StepLog } from './log.ts'
import { hasSummary, openOutputs, OutputsError, setOutputs, writeSummary } from './output-file.ts'
import { createOutputs } from './outputs.ts'
import { createRedactor } from './redact.ts'
import { testsLine } from './summary-built.ts'
import { renderBuildsSummary } from './summary-builds.ts'
import { logTitle, renderSummary, stagesLine } from './summary.ts'

const TITLE = 'CodeArts Build Gate'

/** What people and later steps see of a run. Nothing that it shows contains a secret. */
export type Report = ReturnType<typeof createReport>

/** @returns the report of this process, to the log and the files that the environment names. */
export function createReport() {
  const { add: addSecret, redact } = createRedactor(mask)
  const log = createLog(redact)
  const outputs = createOutputs()
  const notices = createNotices(log)
  const { warn, fail, addToSummary } = notices
  const failUnexpectedly = (words: Words) => {
    fail(`${TITLE}: internal_error`, words)
    return { reason: 'internal_error' }
  }

  return {
    log,
    /** What is added here is masked at once, and never shown. */
    addSecret,
    redact,
    openOutputs,
    ...outputs,
    ...notices,
    /**
     * Says how the run ended: outputs and annotation; `success` is `false` for now.
     * @param warnOnly the step passes although the build did not: a warning instead of an error.
     * @throws OutputsError when an output cannot be written.
     */
    end(result: StepResult, warnOnly: boolean): void {
      outputs.setResult(result)
      const { success, reason, remedy, warnings } = result
      const title = `${TITLE}: ${reason}`
      warnings.forEach(warn)
      // A pass may still become a crash, which must then be reported.
      if (success) log.info(textOfWords(result))
      else if (!warnOnly) fail(title, result)
      else log.warning(title, { ...result, remedy: sentences(remedy, [PASSES]) })
    },
    /**
     * Shows in the log what could be learned of the builds that failed.
     * @param diagnoses one for each build of the result; undefined where there is nothing to show.
     */
    showDiagnoses({ builds }: StepResult, diagnoses: readonly (Diagnosis | undefined)[]): void {
      diagnoses.forEach((diagnosis, at) => {
        const name = builds.length > 1 ? builds[at]?.name : undefined
        if (diagnosis !== undefined) printDiagnosis(diagnosis, name, log)
      })
    },
    writeSummary(result: StepResult, diagnoses: readonly (Diagnosis | undefined)[]): void {
      addToSummary(TITLE, () =>
        result.builds.length > 1
          ? renderBuildsSummary(result, diagnoses, redact)
          : renderSummary(result, diagnoses[0], redact, result.builds[0]?.url),
      )
    },
    /**
     * Says that the run ended by a crash or before it had a verdict, unless a failure was reported already. Never throws.
     * @param what a clause.
     * @param say shows the failure, and returns the outputs that go with it.
     */
    reportCrash(
      what: string,
      error?: unknown,
      say: (words: Words) => Readonly<Record<string, string>> = failUnexpectedly,
    ): void {
      if (notices.isFailureSaid()) return
      const ofCrash = say(wordsOfCrash(what, error))
      for (const line of stackOf(error).split('\n')) log.debug(line)
      try {
        outputs.setCrash()
        setOutputs(ofCrash)
      } catch (failure) {
        log.debug(messageOf(failure))
      }
    },
  }
}

function createNotices(log: StepLog) {
  let isFailureSaid = false
  return {
    isFailureSaid: () => isFailureSaid,
    /** Shows the one failure that a run ends with: a crash that comes after it is not reported. */
    fail: (title: string, words: Words): void => {
      isFailureSaid = true
      log.error(title, words)
    },
    warn: (warning: Message): void => {
      log.warning(TITLE, { problem: warning, details: [] })
    },
    /** Adds Markdown to the job summary, if there is one. What cannot be written is a warning; never throws. */
    addToSummary: (title: string, render: () => string): void => {
      if (!hasSummary()) return
      try {
        writeSummary(render())
      } catch (error) {
        const problem = [`The job summary could not be written: ${messageOf(error)}`]
        log.warning(title, { problem, details: [] })
      }
    },
  }
}

const PASSES = 'The step passes, because fail_unless_success is false'

function wordsOfCrash(what: string, error: unknown): Words {
  if (error instanceof OutputsError)
    return {
      problem: ['The step cannot pass, because its outputs could not be written'],
      remedy: ['Check that the disk of the runner is not full, and that the file can be written'],
      details: [[`the file that GITHUB_OUTPUT names: ${messageOf(error.cause)}`]],
    }
  return {
    problem: ['The gate ended unexpectedly'],
    remedy: ['Please report it with the log of a run that has debug logging on'],
    details: [[quote(what)]],
  }
}

/** @param name of the build, where there are several. */
function printDiagnosis(
  { stages = [], log: tail, tests, notices }: Diagnosis,
  name: string | undefined,
  log: StepLog,
): void {
  const say = (line: Message): void => {
    log.info(name === undefined ? line : message`${name}: ${line}`)
  }
  if (stages.length > 0) say(message`Stages: ${stagesLine(stages)}`)
  if (tests !== undefined) say(testsLine(tests))
  if (tail !== undefined && tail.lines.length > 0)
    log.logLines(logTitle(tail.lines.length, tail), tail.lines, name)
  else if (tail !== undefined) say([logTitle(0, tail)])
  notices.forEach(say)
}
