import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { createSecrets } from '../src/secrets.ts'
import { TEST_TOKEN } from './support/environment.ts'

/** @returns a collection that holds these secrets. */
function secretsOf(...secrets: string[]) {
  const collection = createSecrets(() => undefined)
  for (const secret of secrets) collection.add(secret)
  return collection
}

describe('masks', () => {
  test.each([
    ['a secret', 'abcdefghij', ['abcdefghij']],
    ['a short secret', 'abc', ['abc']],
    [
      'each line of a secret',
      'first line\nsecond\r\nthird\rfourth',
      ['first line', 'second', 'third', 'fourth'],
    ],
    ['no empty line', '\n\nabc\n\n', ['abc']],
    ['nothing', '', []],
  ])('%s', (_, secret, masked) => {
    const lines: string[] = []
    createSecrets(line => lines.push(line)).add(secret)
    expect(lines).toEqual(masked)
  })
})

describe('redaction', () => {
  const middle = TEST_TOKEN.slice(20, 28)

  test.each([
    ['the whole secret', `token ${TEST_TOKEN} refused`, 'token *** refused'],
    ['each time it is there', `${TEST_TOKEN} and ${TEST_TOKEN}`, '*** and ***'],
    ['a piece of 8 characters', `…${middle}…`, '…***…'],
    ['not a piece of 7', `…${middle.slice(1)}…`, `…${middle.slice(1)}…`],
    ['its first half', TEST_TOKEN.slice(0, 40), '***'],
    ['its second half', TEST_TOKEN.slice(40), '***'],
    ['both halves, broken by a line end', `${TEST_TOKEN.slice(0, 40)}\n${TEST_TOKEN.slice(40)}`, '***\n***'],
    ['pieces that do not belong together', `${TEST_TOKEN.slice(30, 50)}${TEST_TOKEN.slice(0, 20)}`, '***'],
    ['the parts between escapes', `${TEST_TOKEN.slice(0, 30)}\\/${TEST_TOKEN.slice(30)}`, '***\\/***'],
    ['nothing of other text', 'The token was refused', 'The token was refused'],
    ['nothing of an empty text', '', ''],
  ])('%s', (_, text, redacted) => {
    // Two pieces may stand side by side as two runs of stars; what counts is that nothing of them is left.
    expect(secretsOf(TEST_TOKEN).redact(text).replaceAll('******', '***')).toBe(redacted)
  })

  test('a short secret as a whole', () => {
    expect(secretsOf('s3cret').redact('s3cret, s3cre, xs3cretx')).toBe('***, s3cre, x***x')
  })

  test('each line of a secret of several', () => {
    expect(secretsOf('first-line-here\nabc').redact('abc first-line-here st-line-')).toBe('*** *** ***')
  })

  test('several secrets', () => {
    expect(secretsOf('abcdefgh', 'ijklmnop').redact('abcdefgh ijklmnop abcdefghijklmnop')).toMatch(
      /^\*{3} \*{3} (\*{3}){1,2}$/,
    )
  })

  test('nothing before a secret was added', () => {
    const secrets = createSecrets(() => undefined)
    secrets.add('')
    expect(secrets.redact('any text')).toBe('any text')
    secrets.add('any text')
    expect(secrets.redact('any text')).toBe('***')
  })

  test('no piece of 8 characters outlives it, wherever it stands', () => {
    // The alphabet of a token; a secret with stars in it could be put together from the stars of another redaction.
    const secretText = fc.string({
      unit: fc.constantFrom(...Array.from('ABCDabcd0123+/=-_')),
      minLength: 8,
      maxLength: 40,
    })
    const embedded = secretText.chain(secret =>
      fc
        .array(
          fc.oneof(
            fc
              .tuple(fc.nat(secret.length), fc.nat(secret.length))
              .map(ends => secret.slice(...ends.sort((a, b) => a - b))),
            fc.string({ unit: 'binary', maxLength: 6 }),
            fc.constantFrom('\n', '\\', '\\n', '%', ' '),
          ),
        )
        .map(parts => ({ secret, text: parts.join('') })),
    )
    fc.assert(
      fc.property(embedded, ({ secret, text }) => {
        const redacted = secretsOf(secret).redact(text)
        for (let at = 0; at + 8 <= secret.length; at++) {
          expect(redacted).not.toContain(secret.slice(at, at + 8))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('text that has no piece of a secret stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        fc.pre(
          !Array.from({ length: TEST_TOKEN.length - 7 }, (_, at) => TEST_TOKEN.slice(at, at + 8)).some(
            piece => text.includes(piece),
          ),
        )
        expect(secretsOf(TEST_TOKEN).redact(text)).toBe(text)
      }),
    )
  })
})
