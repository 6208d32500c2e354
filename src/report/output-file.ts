import * as core from '@actions/core'
import { appendFileSync, statSync } from 'node:fs'
import { messageOf } from '../util/errors.ts'
import { isRunner } from './log.ts'

/** The outputs could not be written: the disk is full, the file is not there, is a folder or may not be written. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError'
}

/**
 * Sets `success` to `false`, before anything is asked of the service: outputs that cannot be written cost no request.
 * @throws OutputsError when the file cannot be written.
 */
export function openOutputs(): void {
  setOutputs({})
}

/**
 * Sets outputs, and `success` to `false` unless it is among them. Without its file the toolkit would print them, as commands
 * that no runner obeys any more.
 * @throws OutputsError when the file cannot be written.
 */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  try {
    if (fileOf('GITHUB_OUTPUT') === undefined) return
    for (const [name, value] of Object.entries({ success: 'false', ...outputs })) core.setOutput(name, value)
  } catch (error) {
    throw new OutputsError(
      `the outputs could not be written to the file that GITHUB_OUTPUT names: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** @returns whether there is a place for a summary of this step. */
export function hasSummary(): boolean {
  return nameOf('GITHUB_STEP_SUMMARY') !== ''
}

/** Adds Markdown to the summary of the step, if it has one. Throws when the file cannot be written. */
export function writeSummary(markdown: string): void {
  const file = fileOf('GITHUB_STEP_SUMMARY')
  if (file !== undefined) appendFileSync(file, markdown)
}

function nameOf(variable: string): string {
  return process.env[variable] ?? ''
}

/**
 * A runner makes its files before the step: one that is missing would never be read. Elsewhere it is made. A folder is
 * refused, and a pipe too: whoever opens one waits until somebody reads it.
 * @returns the file that a variable names, which is there; undefined when it names none.
 */
function fileOf(variable: string): string | undefined {
  const file = nameOf(variable)
  if (file === '') return undefined
  const found = statSync(file, { throwIfNoEntry: false })
  if (found?.isDirectory() === true) throw new Error('it is a folder')
  if (found?.isFIFO() === true) throw new Error('it is a pipe')
  if (found === undefined && isRunner()) throw new Error('the runner has not made it')
  if (found === undefined) appendFileSync(file, '')
  return file
}
