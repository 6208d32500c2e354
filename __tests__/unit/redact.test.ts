import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { createRedactor, shownLogLine, shownParts, shownText } from '../../src/report/redact.ts'
import type { SecretKind } from '../../src/util/logging.ts'
import { message, quote } from '../../src/util/message.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { SPELLINGS } from '../support/builders/spellings.ts'

const PIECE_LENGTH = 12
const PASSWORD = 'p/ss+w%d'

/** @returns what takes these secrets out of text. */
function redactorOf(...secrets: string[]): (text: string) => string {
  const { add, redact } = createRedactor(() => undefined)
  for (const secret of secrets) add(secret)
  return redact
}

describe('masks', () => {
  test.each<[string, string, SecretKind | undefined, string[]]>([
    ['a credential', 'abcdefghij', 'credential', ['abcdefghij']],
    ['what is of no kind', 'abcdefghij', undefined, ['abcdefghij']],
    ['a short credential', 'abc', 'credential', ['abc']],
    [
      'each line',
      'first line\nsecond\r\nthird\rfourth',
      'credential',
      ['first line', 'second', 'third', 'fourth'],
    ],
    ['no empty line', '\n\nabc\n\n', 'credential', ['abc']],
    ['nothing', '', 'credential', []],
    ['a signature', 'abcdefghij', 'signature', ['abcdefghij']],
    ['a short signature', 'abc', 'signature', ['abc']],
    ['a password of 8 characters', '12345678', 'password', ['12345678']],
    ['no password of 7 characters', '1234567', 'password', []],
    ['user and password of a proxy as they are sent', 'svc:main', 'basic', ['c3ZjOm1haW4=']],
  ])('%s', (_, secret, kind, masked) => {
    const lines: string[] = []
    createRedactor(line => lines.push(line)).add(secret, kind)
    expect(lines).toEqual(masked)
  })
})

describe('redaction', () => {
  const piece = TEST_TOKEN.slice(20, 32)
  const base64 = Buffer.from(TEST_TOKEN).toString('base64')

  test.each([
    ['the whole secret', `token ${TEST_TOKEN} refused`, 'token *** refused'],
    ['each time it is there', `${TEST_TOKEN} and ${TEST_TOKEN}`, '*** and ***'],
    ['twice without a gap, as one', `<${TEST_TOKEN}${TEST_TOKEN}>`, '<***>'],
    ['a piece of 12 characters', `…${piece}…`, '…***…'],
    ['not a piece of 11', `…${piece.slice(1)}…`, `…${piece.slice(1)}…`],
    ['a piece in other case', `…${piece.toUpperCase()}…`, '…***…'],
    ['its first half', TEST_TOKEN.slice(0, 40), '***'],
    ['its second half', TEST_TOKEN.slice(40), '***'],
    ['both halves, broken by a line end', `${TEST_TOKEN.slice(0, 40)}\n${TEST_TOKEN.slice(40)}`, '***\n***'],
    ['pieces that do not belong together', `${TEST_TOKEN.slice(30, 50)}${TEST_TOKEN.slice(0, 20)}`, '***'],
    ['escapes and all', TEST_TOKEN.replace('+/', '%2B%2f'), '***'],
    ['its base64', `Basic ${base64}`, 'Basic ***'],
    ['a piece of its base64', base64.slice(10, 22), '***'],
    ['nothing of other text', 'The token was refused', 'The token was refused'],
    ['nothing of escapes by themselves', '%2B \\u002b &#43; &amp; \\\\ %', '%2B \\u002b &#43; &amp; \\\\ %'],
    ['nothing of an empty text', '', ''],
  ])('%s', (_, text, redacted) => {
    expect(redactorOf(TEST_TOKEN)(text)).toBe(redacted)
  })

  test.each(Object.entries(SPELLINGS))('a secret of 8 characters %s', (_, spell) => {
    expect(redactorOf(PASSWORD)(`a ${spell(PASSWORD)} b`)).toBe('a *** b')
    expect(redactorOf(PASSWORD)(`a ${spell(PASSWORD.slice(1))} b`)).toBe(`a ${spell(PASSWORD.slice(1))} b`)
  })

  test.each([
    ['s3cr', 's3cr, s3c, xS3CRx', '***, s3c, x***x'],
    ['abc', 'abc', 'abc'],
    ['1', '1 2 3', '1 2 3'],
    ['id', 'id: 1', 'id: 1'],
    ['error', 'an error occurred', 'an *** occurred'],
    ['first-line-here\nabcd', 'abcd first-line-here', '*** ***'],
    ['café-Ünder', 'CAFÉ-ÜNDER caf%C3%A9-%c3%9cnder', '*** ***'],
  ])('of the secret %j', (secret, text, redacted) => {
    expect(redactorOf(secret)(text)).toBe(redacted)
  })

  // Of 4 to 30 characters: their base64 is a short text or a long one, with one equals sign, two or none.
  test.each(Array.from({ length: 27 }, (_, at) => '?>~ü𝄞xyz?>~pq'.repeat(3).slice(0, at + 4)))(
    'the base64 of %j, whoever writes it',
    secret => {
      for (const kind of ['credential', 'password', 'signature', 'basic'] as const) {
        const { add, redact } = createRedactor(() => undefined)
        add(secret, kind)
        for (const lineEnd of ['', '\n', '\r\n'])
          for (const alphabet of ['base64', 'base64url'] as const) {
            const text = Buffer.from(secret + lineEnd).toString(alphabet)
            const equals = '='.repeat((4 - (text.length % 4)) % 4)
            expect(redact(`a ${text}.`)).toBe('a ***.')
            expect(redact(`a ${text}${equals}.`)).toBe('a ***.')
            // Any piece of it by itself.
            const pieces = Array.from(text + equals, (_, at) => (text + equals).slice(at, at + PIECE_LENGTH))
            const shown = pieces.filter(piece => piece.length === PIECE_LENGTH).map(piece => redact(piece))
            expect(new Set(shown)).toEqual(new Set(shown.length === 0 ? [] : ['***']))
          }
      }
    },
  )

  test('in time in proportion to the text, whatever it says', () => {
    const { add, redact } = createRedactor(() => undefined)
    for (const secret of ['bcde', 'a***', 'ab***ab***ab***', TEST_TOKEN, 'a'.repeat(40)]) add(secret)
    for (let at = 0; at < 50_000; at++) add(`k${at}`)
    const texts = ['a', '%', '%25', '&', '&#', '\\', '\\u', '*', 'ab', 'k1', `${TEST_TOKEN.slice(0, 11)}-`]
    const start = process.cpuUsage()
    for (const text of texts) redact(text.repeat(Math.ceil(50_000 / text.length)))
    redact(`${'a'.repeat(50_000)}bcde`)
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1_000).toBeLessThan(3_000)
  })

  test('several secrets', () => {
    expect(redactorOf('abcdefgh', 'ijklmnop')('abcdefgh ijklmnop abcdefghijklmnop')).toBe('*** *** ***')
  })

  test('a secret that the stars of another one complete', () => {
    expect(redactorOf('secret', 'ab***cd')('absecretcd')).toBe('***')
  })

  test('nothing before a secret was added', () => {
    const { add, redact } = createRedactor(() => undefined)
    add('')
    expect(redact('any text')).toBe('any text')
    add('any text')
    expect(redact('any text')).toBe('***')
  })

  test('the last 32 signatures and not the last but 64, and the credentials before them', () => {
    const { add, redact } = createRedactor(() => undefined)
    const signatures = Array.from({ length: 100 }, (_, index) => `signature-number-${100 + index}`)
    add(TEST_TOKEN)
    for (const signature of signatures) add(signature, 'signature')
    const shown = signatures.map(signature => redact(signature.slice(-12)))
    expect(shown.slice(-32)).toEqual(Array(32).fill('***'))
    expect(shown.slice(0, -64)).toEqual(signatures.slice(0, -64).map(signature => signature.slice(-12)))
    expect(redact(TEST_TOKEN)).toBe('***')
  })
})

/** Signs that some spelling writes otherwise or that begin an escape, digits and letters that may belong to one. */
const secretText = fc.string({
  unit: fc.constantFrom(...Array.from('aBcD019nuxé密 +/=-_%&<>"\'\\*;#')),
  minLength: 4,
  maxLength: 40,
})
const spelling = fc.constantFrom(...Object.values(SPELLINGS))
const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }).map(text => text.replace(/[%&\\]/g, '')),
  fc.constantFrom('\n', ' ', '***', '%25', '&amp;'),
)
/**
 * A secret, and a text that has pieces of it in many spellings, each by itself: next to the beginning of an escape, the first
 * characters of a piece would read as another text.
 */
const embedded = secretText.chain(secret => {
  const piece = fc
    .tuple(fc.nat(secret.length), fc.nat(secret.length), spelling)
    .map(([one, other, spell]) => spell(secret.slice(Math.min(one, other), Math.max(one, other))))
  const whole = spelling.map(spell => spell(secret))
  return fc
    .array(fc.oneof(piece, whole, junk), { maxLength: 6 })
    .map(parts => ({ secret, text: parts.join(' ') }))
})

describe('whatever surrounds it', () => {
  test('no secret and no piece of 12 characters survives, in any spelling', () => {
    fc.assert(
      fc.property(embedded, ({ secret, text }) => {
        const redacted = redactorOf(secret)(text).toLowerCase()
        const pieces = [secret]
        for (let at = 0; at + PIECE_LENGTH <= secret.length; at++)
          pieces.push(secret.slice(at, at + PIECE_LENGTH))
        const survivors = Object.entries(SPELLINGS).flatMap(([name, spell]) =>
          pieces
            .filter(piece => redacted.includes(spell(piece).toLowerCase()))
            .map(piece => `${piece} ${name}`),
        )
        expect(survivors).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  test('what is redacted stays as it is', () => {
    fc.assert(
      fc.property(embedded, ({ secret, text }) => {
        const redact = redactorOf(secret)
        expect(redact(redact(text))).toBe(redact(text))
      }),
    )
  })

  test('text without a secret stays as it is', () => {
    // 11 characters of a secret are not enough. Letters that are no hexadecimal digits: no part of an escape is one of them.
    const secret = 'QzXwVyTuSrPqOnMlKjIhGgHkLmNoZs'
    const short = fc
      .tuple(fc.nat(secret.length - 11), spelling)
      .map(([at, spell]) => spell(secret.slice(at, at + 11)))
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(short, fc.string({ unit: 'binary' }), fc.constantFrom('%', '\\', '&lt;', '\\u0041')),
        ),
        parts => {
          const text = parts.join('\n')
          expect(redactorOf(secret)(text)).toBe(text)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('a message', () => {
  const redact = redactorOf(TEST_TOKEN, 'p4ssw0rd')

  test('has its quotes shortened, after secrets were taken out', () => {
    const words = message`It said "${quote(`${'x'.repeat(8)}${TEST_TOKEN}${'y'.repeat(20)}`, 14)}"`
    expect(shownText(words, redact)).toBe('It said "xxxxxxxx***yyy… (108 characters in all)"')
  })

  test('says the length of what is longer than is searched', () => {
    expect(shownText([quote(TEST_TOKEN.repeat(1_000), 400)], redact)).toBe('***… (80000 characters in all)')
  })

  test('of a text without end only the beginning is kept, and its length', () => {
    const part = quote(`构${'x'.repeat(1_000_000)}`, 400)
    expect(part.quoted.length).toBeLessThan(21_000)
    expect(shownText([part], redact)).toBe(`构${'x'.repeat(399)}… (1000001 characters in all)`)
  })

  test('has no secret that begins in one part and ends in the next', () => {
    expect(shownParts(message`say ${quote('p4ss')}w0rd`, redact)).toEqual([
      { text: 'say ***', isQuote: true },
    ])
  })

  test('keeps its own words and its quotes apart', () => {
    expect(shownParts(message`branch ${quote('main')}`, redact)).toEqual([
      { text: 'branch ', isQuote: false },
      { text: 'main', isQuote: true },
    ])
  })

  test('may be a text', () => {
    expect(shownText(`with ${TEST_TOKEN}`, redact)).toBe('with ***')
  })
})

describe('a line of a build’s log', () => {
  const redact = redactorOf(TEST_TOKEN)
  const coloured = `a ${TEST_TOKEN.slice(0, 20)}\u001b[31m${TEST_TOKEN.slice(20)}\u001b[0m b`

  test.each([
    ['without secrets keeps its colours', '\u001b[32mgreen', '\u001b[32mgreen'],
    ['with a secret', `a ${TEST_TOKEN} b`, 'a *** b'],
    ['with colours in a secret has none of both', coloured, 'a *** b'],
    ['of 1,000 characters is whole', 'x'.repeat(1_000), 'x'.repeat(1_000)],
    ['of more keeps its end', `${'x'.repeat(1_000)}y`, `…${'x'.repeat(999)}y`],
    [
      'is cut after secrets were taken out',
      `${'x'.repeat(2_000)}${TEST_TOKEN}${'y'.repeat(990)}`,
      `…${'x'.repeat(7)}***${'y'.repeat(990)}`,
    ],
    ['is not cut within a pair', `\u{1f600}${'x'.repeat(999)}`, `…${'x'.repeat(999)}`],
    ['that is cut has no colours', `\u001b[31m${'x'.repeat(1_001)}`, `…${'x'.repeat(1_000)}`],
    ['that a secret fills is short', TEST_TOKEN.repeat(20), '***'],
  ])('%s', (_, line, shown) => {
    expect(shownLogLine(line, redact)).toBe(shown)
  })
})
