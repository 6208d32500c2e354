import fc from 'fast-check'
import { createSecrets } from '../../src/secrets.ts'
import { hostileText } from '../../__tests__/support/hostile-text.ts'
import { claim, type Target } from './target.ts'

const PIECE_LENGTH = 8

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

/** What takes secrets out of text: no piece of one outlives it, as it is or spelled otherwise, and the rest stays. */
export const REDACTION: Target = {
  name: 'secrets',
  property: fc.property(
    fc.array(secret, { minLength: 1, maxLength: 3 }),
    fc.array(
      fc.oneof(hostileText, fc.tuple(fc.nat(2), fc.nat(SPELLINGS.length - 1), fc.nat(40), fc.nat(40))),
    ),
    (texts, parts) => {
      const masked: string[] = []
      const secrets = createSecrets(line => masked.push(line))
      for (const text of texts) secrets.add(text)
      claim(
        texts.every(text => masked.includes(text)),
        'every secret is masked',
      )
      const text = parts
        .map(part => {
          if (typeof part === 'string') return part
          const [which, how, from, to] = part
          return SPELLINGS[how]?.(texts[which % texts.length] ?? '').slice(
            Math.min(from, to),
            Math.max(from, to),
          )
        })
        .join('')
      const redacted = secrets.redact(text)
      for (const line of texts) {
        for (let at = 0; at + PIECE_LENGTH <= line.length; at++) {
          claim(!redacted.includes(line.slice(at, at + PIECE_LENGTH)), 'no piece of a secret outlives it')
        }
      }
      claim(createSecrets(() => undefined).redact(text) === text, 'without secrets every text stays')
      claim(secrets.redact(redacted) === redacted, 'what is redacted stays')
    },
  ),
}
