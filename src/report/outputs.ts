import * as core from '@actions/core'
import { RECORD_FIELDS, type BuildRecord, type RecordField } from '../codearts/record.ts'
import { messageOf } from '../util/errors.ts'
import type { Reason } from '../gate/reasons.ts'

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
 * The outputs of the step. Every value is what came, byte for byte (half of a surrogate pair is written as U+FFFD), and is
 * on disk when the call returns; the last value of a name wins. `success` is `false` in every write but that of `succeed`.
 * All methods throw an `OutputsError` when the file cannot be written.
 */
export interface Outputs {
  /**
   * Takes a record. The first one is written at once; a later one is kept until `setReason`, so that a wait in which the
   * record changes at each poll writes two records and not thousands.
   */
  readonly setRecord: (record: BuildRecord) => void
  /** Writes the record that was last taken, if it was not written yet, and the reason. */
  readonly setReason: (reason: Reason) => void
  /** Sets `success` to `true`: the very last write. */
  readonly succeed: () => void
}

/** The outputs could not be written: the disk is full, the file is not there, is a folder or may not be written. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError'
}

/** @returns the outputs of this step; without `GITHUB_OUTPUT` there are none, and nothing is written. */
export function createOutputs(): Outputs {
  let isRecordWritten = false
  let unwritten: BuildRecord | undefined

  const writeRecord = ({ fields, whole }: BuildRecord): void => {
    setOutputs({
      ...fields,
      record: JSON.stringify(whole),
      duration_seconds: secondsOf(fields.duration),
    })
    isRecordWritten = true
    unwritten = undefined
  }

  return {
    setRecord(record) {
      if (isRecordWritten) unwritten = record
      else writeRecord(record)
    },
    setReason(reason) {
      if (unwritten !== undefined) writeRecord(unwritten)
      setOutputs({ reason })
    },
    succeed() {
      setOutputs({ success: 'true' })
    },
  }
}

/**
 * Sets outputs, and `success` to `false` unless it is among them. Without its file the toolkit would print them, as commands
 * that no runner obeys any more.
 * @throws OutputsError when the file cannot be written.
 */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  if ((process.env['GITHUB_OUTPUT'] ?? '') === '') return
  try {
    for (const [name, value] of Object.entries({ success: 'false', ...outputs })) core.setOutput(name, value)
  } catch (error) {
    throw new OutputsError(
      `the outputs could not be written to the file that GITHUB_OUTPUT names: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/**
 * @param durationMs milliseconds, as the service gives a duration (its published example says 100068 of a build that took
 * 100 s): a decimal number as text. Any other text is none.
 * @returns the duration in seconds as a decimal number without an exponent, to the microsecond; empty for none.
 */
export function secondsOf(durationMs: string): string {
  if (!/^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i.test(durationMs)) return ''
  const seconds = Number(durationMs) / 1_000
  return Math.abs(seconds) < 1e15 ? seconds.toFixed(6).replace(/\.?0+$/, '') : ''
}
