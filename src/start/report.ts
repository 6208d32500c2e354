import { createLog, mask } from '../report/log.ts'
import { OutputsError, setOutputs } from '../report/output-file.ts'
import { createRedactor } from '../report/redact.ts'
import { messageOf, stackOf } from '../util/errors.ts'
import { message, type Message } from '../util/message.ts'
import { describeProgress, type Progress, type StartResult } from './start-build.ts'

const TITLE = 'CodeArts Build Start'

/** What people and later steps see of a run. Whatever it shows is free of secrets. */
export type StartReport = ReturnType<typeof createStartReport>

/** @returns the report of this process, to the log and the files that the environment names. */
export function createStartReport() {
  const { add: addSecret, redact } = createRedactor(mask)
  const log = createLog(redact)
  let progress: Progress = 'not_started'
  let isFailureSaid = false
  return {
    log,
    addSecret,
    warn(warning: Message): void {
      log.warning(TITLE, { message: warning })
    },
    /** Takes whether a build has started, for the words of a crash. */
    setProgress: (now: Progress): void => void (progress = now),
    /** Says how the run ended: outputs and log; `success` is `false` for now. Throws an OutputsError. */
    end({ reason, message: facts, remedy, build }: StartResult): void {
      setOutputs({
        build_no: build === undefined ? '' : String(build.buildNo),
        daily_build_number: build?.dailyBuildNumber ?? '',
        execution_id: build?.executionId ?? '',
        reason,
      })
      isFailureSaid = reason !== 'success'
      if (isFailureSaid) log.error(`${TITLE}: ${reason}`, { message: facts, remedy })
      else log.info(facts)
    },
    /** The very last write of a run that passes. Throws as `end` does. */
    succeed(): void {
      setOutputs({ success: 'true' })
    },
    /** Says that the run ended by a crash, a clause, unless a failure was reported already. Never throws. */
    reportCrash(what: string, error?: unknown): void {
      if (isFailureSaid) return
      isFailureSaid = true
      const reason = progress === 'not_started' ? 'internal_error' : 'unknown'
      const crash = error instanceof OutputsError ? `the step cannot pass, because ${error.message}` : what
      const start = describeProgress(progress)
      const words = message`The step ended unexpectedly: ${crash}; ${start.message}`
      const report: Message = ['please report it with the log of a run that has debug logging on']
      log.error(`${TITLE}: ${reason}`, { message: words, remedy: start.remedy ?? report })
      for (const line of stackOf(error).split('\n')) log.debug(line)
      try {
        setOutputs({ reason })
      } catch (failure) {
        log.debug(messageOf(failure))
      }
    },
  }
}
