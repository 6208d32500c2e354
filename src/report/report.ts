import { appendFileSync } from 'node:fs'
import type { BuildRecord } from '../codearts/record.ts'
import type { Ending } from '../ending.ts'
import type { Environment } from '../inputs.ts'
import type { Log } from '../log.ts'
import { createSecrets, type Secrets } from '../secrets.ts'
import { messageOf, stackOf } from '../thrown.ts'
import { createAnnotations, type Annotations } from './annotation.ts'
import { createOutputs } from './outputs.ts'
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
   * Says how the run ended: outputs, summary, annotation; `success` is `false` for now.
   * @param softly the step passes although the build did not: a warning instead of an error.
   * @throws when an output cannot be written.
   */
  end(ending: Ending, options: { readonly summary: boolean; readonly softly: boolean }): void
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
  const outputs = createOutputs(isGiven(environment['GITHUB_OUTPUT']))
  let isSaid = false

  return {
    log: annotations,
    secrets,
    mask: text => {
      annotations.mask(text)
    },
    record(record) {
      outputs.setSuccess(false)
      outputs.setRecord(record)
    },
    end(ending, { summary, softly }) {
      outputs.setSuccess(false)
      outputs.setReason(ending.reason)
      if (summary)
        writeSummary(environment['GITHUB_STEP_SUMMARY'], withoutSecrets(ending, secrets), annotations)
      for (const warning of ending.warnings) annotations.warning(TITLE, warning)
      if (ending.success) annotations.info(ending.sentence)
      else if (softly)
        annotations.warning(`${TITLE}: ${ending.reason}`, `${ending.sentence}; the step passes all the same`)
      else annotations.error(`${TITLE}: ${ending.reason}`, ending.sentence)
      isSaid = true
    },
    succeed() {
      // Until it is written, all that was said is not so.
      isSaid = false
      outputs.setSuccess(true)
      isSaid = true
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
        outputs.setSuccess(false)
        outputs.setReason('internal_error')
      } catch (failure) {
        annotations.debug(`The outputs could not be written: ${messageOf(failure)}`)
      }
    },
  }
}

function withoutSecrets(ending: Ending, secrets: Secrets): Ending {
  const redact = (text: string): string => secrets.redact(text)
  return { ...ending, sentence: redact(ending.sentence), warnings: ending.warnings.map(redact) }
}

/** A summary that cannot be written is no reason to stop a deployment. */
function writeSummary(file: string | undefined, ending: Ending, annotations: Annotations): void {
  if (!isGiven(file)) return
  try {
    appendFileSync(file, renderSummary(ending).toWellFormed())
  } catch (error) {
    annotations.warning(TITLE, `The job summary could not be written: ${messageOf(error)}`)
  }
}

function isGiven(path: string | undefined): path is string {
  return path !== undefined && path !== ''
}
