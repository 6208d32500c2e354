import * as core from '@actions/core'
import { RECORD_FIELDS, type BuildRecord, type RecordField } from '../codearts/record.ts'
import type { Reason } from '../verdict.ts'

const FIELD_NAMES = Object.keys(RECORD_FIELDS) as RecordField[]

/** Every output, as action.yml declares them; a test holds the two together. */
export const OUTPUT_NAMES: readonly string[] = [
  ...FIELD_NAMES,
  'record',
  'success',
  'reason',
  'duration_seconds',
]

/** Where outputs go. Every write is on disk when the call returns; the last value of a name wins. */
export interface Outputs {
  /** Sets the outputs of a record; `success` is `false` beside them. */
  setRecord(record: BuildRecord): void
  setReason(reason: Reason): void
  setSuccess(success: boolean): void
}

/**
 * @param isThere whether the runner gave a file for outputs (`GITHUB_OUTPUT`). Without one there are no outputs; the
 * toolkit would print them as commands.
 * @returns outputs whose methods throw when the file cannot be written.
 */
export function createOutputs(isThere: boolean): Outputs {
  const set = (name: string, value: string): void => {
    // Half a surrogate pair has no UTF-8; it is written as U+FFFD.
    if (isThere) core.setOutput(name, value.toWellFormed())
  }

  return {
    setRecord(record) {
      for (const name of FIELD_NAMES) set(name, record.fields[name])
      set('record', JSON.stringify(record.whole))
      set('duration_seconds', secondsOf(record.fields.duration))
    },
    setReason(reason) {
      set('reason', reason)
    },
    setSuccess(success) {
      set('success', String(success))
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
