import * as core from '@actions/core'
import { messageOf } from '../util/errors.ts'

/** The outputs could not be written: the disk is full, the file is not there, is a folder or may not be written. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError'
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
