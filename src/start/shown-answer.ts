import type { Parameter, ShowAnswer } from '../codearts/execute-job.ts'
import { readings } from '../report/escapes.ts'
import { createRedactor, MIN_SECRET_LENGTH } from '../report/redact.ts'
import { message, quote, rawText, type Message } from '../util/message.ts'

/**
 * Keeps the values of parameters out of what is shown of the service's answer, which may repeat them (contract section 7). Our
 * own words are left alone: `prod` may be a value, and a part of them.
 */
export function createShowAnswer(
  parameters: readonly Parameter[],
  secretParameters: readonly Parameter[],
): ShowAnswer {
  const { add, redact } = createRedactor(() => undefined)
  for (const { value } of [...parameters, ...secretParameters]) add(value)
  const short = secretParameters
    .map(({ value }) => value.toLowerCase())
    .filter(value => value !== '' && value.length < MIN_SECRET_LENGTH)
  const hasShort = (text: string): boolean => {
    if (short.length === 0) return false
    const views = [...readings(text)].map(view => view.text.toLowerCase())
    return short.some(value => views.some(view => view.includes(value)))
  }
  const without = (words: Message): Message =>
    words.map(part => (typeof part === 'string' ? part : { ...part, quoted: redact(part.quoted) }))
  return ({ message: said, requestId = '' }, brief) => {
    const remote = rawText(said.filter(part => typeof part !== 'string'))
    const shown = (text: string): string => (hasShort(text) ? '' : redact(text))
    if (!hasShort(remote)) return { message: without(said), requestId: shown(requestId) }
    const code = shown(brief.code)
    const words = message`HTTP ${brief.status}${code === '' ? [] : message` with ${quote(code, 200)}`} (its words are not shown, because a short value of secret_parameters is in them)`
    return { message: words, requestId: shown(brief.requestId) }
  }
}
