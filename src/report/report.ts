import { appendFileSync } from 'node:fs'
import type { BuildRecord } from '../codearts/record.ts'
import type { Diagnosis } from '../diagnosis.ts'
import type { Ending } from '../ending.ts'
import type { Environment } from '../inputs.ts'
import type { Log } from '../log.ts'
import { createSecrets, type Secrets } from '../secrets.ts'
import { messageOf, stackOf } from '../thrown.ts'
import { createAnnotations, type Annotations } from './annotation.ts'
import { logTitle } from './log-block.ts'
import { createOutputs } from './outputs.ts'
import { stagesLine } from './stage-table.ts'
import { renderSummary } from './summary.ts'

const TITLE = 'CodeArts Build Gate'

/** What people and later steps see of a run. */
export interface Report {
  readonly log: Log
  /** What is added here is masked at once, and never shown. */
  readonly secrets: Secrets
  /** Tells the runner to star a text out of the log that is no secret by itself. */
  mask(text: string): void
  /** Sets the outputs of a record that was read; the verdict is still to come. */
  record(record: BuildRecord): void
  /**
   * Says how the run ended: outputs and annotation; `success` is `false` for now.
   * @param softly the step passes although the build did not: a warning instead of an error.
   * @throws when an output cannot be written.
   */
  end(ending: Ending, softly: boolean): void
  /** Shows in the log what could be learned of a build that failed. */
  diagnosis(diagnosis: Diagnosis): void
  /** Writes the job summary. One that cannot be written is a warning. */
  summary(ending: Ending, diagnosis: Diagnosis | undefined): void
  /** The very last write of a run that passes. Throws when it cannot be written. */
  succeed(): void
  /** Says that the run ended in a way that nobody planned, unless something was said already. Never throws. */
  lastWords(what: string, error?: unknown): void
}

export function createReport(environment: Environment): Report {
  const secrets = createSecrets(line => {
    annotations.mask(line)
  })
  const annotations = createAnnotations({
    isRunner: environment['GITHUB_ACTIONS'] === 'true',
    isDebug: environment['RUNNER_DEBUG'] === '1',
    redact: text => secrets.redact(text),
  })
  const outputs = createOutputs(given(environment['GITHUB_OUTPUT']))
  let isSaid = false

  return {
    log: annotations,
    secrets,
    mask: text => {
      annotations.mask(text)
    },
    record(record) {
      outputs.setRecord(record)
    },
    end(ending, softly) {
      outputs.setReason(ending.reason)
      announce(ending, softly, annotations)
      // What passes is said for nothing if the process dies before its end.
      isSaid = !ending.success && !softly
    },
    diagnosis(diagnosis) {
      showDiagnosis(diagnosis, annotations)
    },
    summary(ending, diagnosis) {
      const file = given(environment['GITHUB_STEP_SUMMARY'])
      if (file !== undefined) {
        const redact = (text: string): string => secrets.redact(text)
        writeSummary(file, () => renderSummary(ending, diagnosis, redact), annotations)
      }
    },
    succeed() {
      outputs.succeed()
    },
    lastWords(what, error) {
      if (isSaid) return
      isSaid = true
      annotations.error(
        `${TITLE}: internal_error`,
        `The gate ended in a way that nobody planned: ${what}; please report it, with the log of a run with debug logging`,
      )
      for (const line of stackOf(error).split('\n')) annotations.debug(line)
      try {
        outputs.setReason('internal_error')
      } catch (failure) {
        annotations.debug(`The outputs could not be written: ${messageOf(failure)}`)
      }
    },
  }
}

function announce({ success, reason, sentence, warnings }: Ending, softly: boolean, log: Annotations): void {
  for (const warning of warnings) log.warning(TITLE, warning)
  if (success) log.info(sentence)
  else if (softly) log.warning(`${TITLE}: ${reason}`, `${sentence}; the step passes all the same`)
  else log.error(`${TITLE}: ${reason}`, sentence)
}

function showDiagnosis({ stages = [], log, notices }: Diagnosis, annotations: Annotations): void {
  harmlessly('What is known of the failed build could not be shown', annotations, () => {
    if (stages.length > 0) annotations.info(`Stages: ${stagesLine(stages)}`)
    if (log !== undefined) annotations.logLines(logTitle(log.lines.length, log.totalBytes), log.lines)
    for (const notice of notices) annotations.info(notice)
  })
}

function writeSummary(file: string, render: () => string, annotations: Annotations): void {
  harmlessly('The job summary could not be written', annotations, () => {
    appendFileSync(file, render().toWellFormed())
  })
}

/** What only informs is no reason to stop a deployment. */
function harmlessly(failure: string, annotations: Annotations, inform: () => void): void {
  try {
    inform()
  } catch (error) {
    annotations.warning(TITLE, `${failure}: ${messageOf(error)}`)
  }
}

/** @returns the value of a variable; undefined for an empty one, which is the same as none. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}
