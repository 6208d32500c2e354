import { expect, test } from '@jest/globals'
import { createRedactor } from '../../src/report/redact.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { fc } from '../support/properties.ts'

const PIECE_LENGTH = 12

/** Signs that some spelling writes otherwise, among letters that a redaction could not be made of. */
const secret = fc.string({
  unit: fc.constantFrom(...Array.from('aBcD01+/=-_ %&<>"\\é')),
  minLength: 1,
  maxLength: 40,
})

/** How an echo may write a secret. */
const SPELLINGS: readonly ((text: string) => string)[] = [
  text => text,
  text => text.toUpperCase(),
  text => encodeURIComponent(text.toWellFormed()),
  text => encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+'),
  text => JSON.stringify(text),
]

const texts = fc.array(secret, { minLength: 1, maxLength: 3 })
const parts = fc.array(
  fc.oneof(hostileText, fc.tuple(fc.nat(2), fc.nat(SPELLINGS.length - 1), fc.nat(40), fc.nat(40))),
)

test('no piece of several secrets outlives it, as it is or spelled otherwise, and what is redacted stays', () => {
  fc.assert(
    fc.property(texts, parts, (texts, parts) => {
      const secrets = createRedactor(() => undefined)
      for (const text of texts) secrets.add(text)
      const text = parts.map(part => (typeof part === 'string' ? part : echoed(texts, part))).join('')
      const redacted = secrets.redact(text)
      for (const line of texts) {
        for (let at = 0; at + PIECE_LENGTH <= line.length; at++)
          expect(redacted).not.toContain(line.slice(at, at + PIECE_LENGTH))
      }
      expect(secrets.redact(redacted)).toBe(redacted)
    }),
    { numRuns: 500 },
  )
})

/** A part of one of the secrets in one of the spellings. */
function echoed(texts: readonly string[], [which, how, from, to]: [number, number, number, number]): string {
  const spelled = SPELLINGS[how]?.(texts[which % texts.length] ?? '') ?? ''
  return spelled.slice(Math.min(from, to), Math.max(from, to))
}
