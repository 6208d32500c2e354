import type { GateResult } from '../../src/gate/reasons.ts'
import { rawText, type Message } from '../../src/util/message.ts'

/** @returns the words of a result, as they came: what happened, and what to do. */
export function sentenceOf({ message, remedy }: Pick<GateResult, 'message' | 'remedy'>): string {
  return remedy === undefined ? rawText(message) : `${rawText(message)}; ${rawText(remedy)}`
}

/** @returns the warnings of a result, as they came. */
export function warningsOf({ warnings }: Pick<GateResult, 'warnings'>): string[] {
  return warnings.map(rawText)
}

/** @returns a line of the log, as it came. */
export function rawLine(line: string | Message): string {
  return typeof line === 'string' ? line : rawText(line)
}
