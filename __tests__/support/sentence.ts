import type { GateResult } from '../../src/gate/reasons.ts'
import { rawText, textOfWords, type Message, type Words } from '../../src/util/message.ts'

/** @returns the words of a result, as they came: what is wrong, what to do, the details. */
export function sentenceOf(words: Words | StartWords): string {
  if ('details' in words) return rawText(textOfWords(words))
  const { message, remedy } = words
  return remedy === undefined ? rawText(message) : `${rawText(message)}; ${rawText(remedy)}`
}

/** The words of a start, which are not in three parts yet. */
interface StartWords {
  readonly message: Message
  readonly remedy?: Message | undefined
}

/** @returns the warnings of a result, as they came. */
export function warningsOf({ warnings }: Pick<GateResult, 'warnings'>): string[] {
  return warnings.map(rawText)
}

/** @returns a line of the log, as it came. */
export function rawLine(line: string | Message): string {
  return typeof line === 'string' ? line : rawText(line)
}
