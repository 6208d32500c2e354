import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { LastBytes } from '../src/codearts/last-bytes.ts'
import { lastLines } from '../src/codearts/log-lines.ts'

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('LastBytes', () => {
  test('keeps the end of whatever came, in whatever pieces', () => {
    const pieces = fc.array(
      fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes).toString('latin1')),
    )
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 30 }), (pieces, capacity) => {
        const last = new LastBytes(capacity)
        for (const piece of pieces) last.add(piece)
        const whole = pieces.join('')
        expect(last.total).toBe(whole.length)
        expect(last.isCut).toBe(whole.length > capacity)
        expect(last.bytes().toString('latin1')).toBe(whole.slice(-capacity))
      }),
    )
  })
})

describe('lastLines', () => {
  test.each([
    ['nothing', '', []],
    ['one line without an end', 'a', ['a']],
    ['one line', 'a\n', ['a']],
    ['LF and CRLF', 'a\r\nb\nc\r\n', ['a', 'b', 'c']],
    ['a CR by itself, which ends no line', 'a\rb\n', ['a\rb']],
    ['empty lines', '\n\n', ['', '']],
    ['the last ones of many', '1\n2\n3\n4\n', ['2', '3', '4']],
  ])('%s', (_name, text, lines) => {
    expect(lastLines(latin1(text), false, 3)).toEqual(lines)
  })

  test('leaves out a first line that has lost its beginning', () => {
    expect(lastLines(latin1('cret\nb\nc\n'), true, 3)).toEqual(['b', 'c'])
    expect(lastLines(latin1('cret'), true, 3)).toEqual([])
  })

  test.each([
    ['UTF-8', '构建 ✓ 😀', '构建 ✓ 😀'],
    ['bytes that are not', latin1('\xb5\xffa'), '\\xb5\\xffa'],
    ['both', Buffer.concat([Buffer.from('构'), latin1('\xe6\x9e'), Buffer.from('建')]), '构\\xe6\\x9e建'],
    ['a surrogate, which has no UTF-8', latin1('\xed\xa0\x80'), '\\xed\\xa0\\x80'],
    ['an overlong form', latin1('\xc0\xaf'), '\\xc0\\xaf'],
  ])('shows %s', (_name, bytes, shown) => {
    expect(lastLines(Buffer.from(bytes), false, 1)).toEqual([shown])
  })

  test('shows any text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), text => {
        const lines = text.split(/\r?\n/)
        if (lines.at(-1) === '') lines.pop()
        expect(lastLines(Buffer.from(text), false, Infinity)).toEqual(lines)
      }),
    )
  })
})
