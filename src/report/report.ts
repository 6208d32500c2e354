import type { Diagnosis } from '../codearts/diagnosis.ts'
import type { StepResult } from '../gate/reasons.ts'
import { messageOf, stackOf } from '../util/errors.ts'
import { message, sentences, textOfWords, type Message, type Words } from '../util/message.ts'
import { annotationOf, createLog, mask, type StepLog } from './log.ts'
import { hasSummary, openOutputs, OutputsError, writeSummary } from './output-file.ts'
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
  const { setBuilds, setKnown, setRecord, setResult, setCrash, succeed } = createOutputs()
  let isFailureSaid = false

  return {
    log,
    /** What is added here is masked at once, and never shown. */
    addSecret,
    /** Takes the secrets out of a text. */
    redact,
    // As `openOutputs` and `createOutputs` describe them.
    openOutputs,
    setBuilds,
    setKnown,
    setRecord,
    setCrash,
    succeed,
    /** Shows a warning. */
    warn(warning: Message): void {
      log.warning(TITLE, { message: warning })
    },
    /**
     * Says how the run ended: outputs and annotation; `success` is `false` for now.
     * @param warnOnly the step passes although the build did not: a warning instead of an error.
     * @throws OutputsError when an output cannot be written.
     */
    end(result: StepResult, warnOnly: boolean): void {
      setResult(result)
      announce(result, warnOnly, log)
      // A pass may still become a crash, which must then be reported.
      isFailureSaid = !result.success && !warnOnly
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
    /** Writes the job summary. One that cannot be written is a warning; never throws. */
    writeSummary(result: StepResult, diagnoses: readonly (Diagnosis | undefined)[]): void {
      if (!hasSummary()) return
      try {
        writeSummary(
          result.builds.length > 1
            ? renderBuildsSummary(result, diagnoses, redact)
            : renderSummary(result, diagnoses[0], redact, result.builds[0]?.url),
        )
      } catch (error) {
        log.warning(TITLE, { message: `The job summary could not be written: ${messageOf(error)}` })
      }
    },
    /**
     * Says that the run ended by a crash or before it had a verdict, unless a failure was reported already. Never throws.
     * @param what a clause.
     */
    reportCrash(what: string, error?: unknown): void {
      if (isFailureSaid) return
      isFailureSaid = true
      log.error(`${TITLE}: internal_error`, annotationOf(wordsOfCrash(what, error)))
      for (const line of stackOf(error).split('\n')) log.debug(line)
      try {
        setCrash()
      } catch (failure) {
        log.debug(messageOf(failure))
      }
    },
  }
}

function announce(result: StepResult, warnOnly: boolean, log: StepLog): void {
  const { success, reason, remedy, warnings } = result
  const title = `${TITLE}: ${reason}`
  for (const warning of warnings) log.warning(TITLE, { message: warning })
  if (success) log.info(textOfWords(result))
  else if (!warnOnly) log.error(title, annotationOf(result))
  else log.warning(title, annotationOf({ ...result, remedy: sentences(remedy, [PASSES]) }))
}

const PASSES = 'The step passes, because fail_unless_success is false'

function wordsOfCrash(what: string, error: unknown): Words {
  if (error instanceof OutputsError)
    return {
      problem: ['The step cannot pass, because its outputs could not be written'],
      remedy: ['Check that the disk of the runner is not full, and that the file can be written'],
      details: [[error.message]],
    }
  return {
    problem: ['The gate ended unexpectedly'],
    remedy: ['Please report it with the log of a run that has debug logging on'],
    details: [[what]],
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
