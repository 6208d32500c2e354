import { RECORD_FIELDS, type BuildRecord, type RecordField } from '../codearts/record.ts'
import { messageOf } from '../thrown.ts'
import type { Reason } from '../verdict.ts'
import { appendOutputs } from './commands.ts'

const FIELD_NAMES = Object.keys(RECORD_FIELDS) as RecordField[]

/** Every output, as action.yml declares them; a test holds the two together. */
export const OUTPUT_NAMES: readonly string[] = [
  ...FIELD_NAMES,
  'record',
  'success',
  'reason',
  'duration_seconds',
]

/**
 * Where outputs go. Every write is on disk when the call returns; the last value of a name wins. `success` is `false`
 * from the first write to the last.
 */
export interface Outputs {
  /** Sets the outputs of a record. */
  setRecord(record: BuildRecord): void
  setReason(reason: Reason): void
  /** Sets `success` to `true`. */
  succeed(): void
}

/**
 * @param file the file that the runner gave for outputs (`GITHUB_OUTPUT`). Without one there are no outputs: older runners
 * read them from the log, where whoever writes to it could set them.
 * @returns outputs whose methods throw when the file cannot be written.
 */
export function createOutputs(file: string | undefined): Outputs {
  const set = (outputs: Readonly<Record<string, string>>): void => {
    if (file === undefined) return
    try {
      appendOutputs(file, outputs)
    } catch (error) {
      throw new Error(
        `the outputs could not be written to the file that GITHUB_OUTPUT names: ${messageOf(error)}`,
        {
          cause: error,
        },
      )
    }
  }

  return {
    setRecord({ fields, whole }) {
      set({
        success: 'false',
        ...fields,
        record: JSON.stringify(whole),
        duration_seconds: secondsOf(fields.duration),
      })
    },
    setReason(reason) {
      set({ success: 'false', reason })
    },
    succeed() {
      set({ success: 'true' })
    },
  }
}

/**
 * @param durationMs digits, as the service gives a duration: milliseconds (its published example says 100068 of a build
 * that took 100 s). Empty when it gives none.
 * @returns the duration in seconds as a decimal number without an exponent, to the microsecond; empty for none.
 */
export function secondsOf(durationMs: string): string {
  if (durationMs === '') return ''
  const seconds = Number(durationMs) / 1_000
  return Math.abs(seconds) < 1e15 ? seconds.toFixed(6).replace(/\.?0+$/, '') : ''
}
