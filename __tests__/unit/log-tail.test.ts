import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { LastBytes, lastLines } from '../../src/codearts/log-tail.ts'

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

/** Words in GBK: "the compilation failed". */
const GBK = latin1('\xb1\xe0\xd2\xeb\xca\xa7\xb0\xdc')

describe('the last lines of a log', () => {
  test.each([
    ['nothing', '', []],
    ['one line without an end', 'a', ['a']],
    ['one line', 'a\n', ['a']],
    ['LF and CRLF', 'a\r\nb\nc\r\n', ['a', 'b', 'c']],
    ['more than one CR at the end of a line', 'a\r\r\nb\r\r\r', ['a', 'b']],
    ['a CR by itself: what it left', 'a\rb\n', ['b']],
    ['many of them', '10 %\r20 %\r30 %\r\nb\rc', ['30 %', 'c']],
    ['a CR at the beginning', '\ra\n\r\r\nb', ['a', '', 'b']],
    ['blanks within, and none at the end', 'a\n\n \nb\n\n  \n\t\n', ['', ' ', 'b']],
    ['a line that a CR has wiped', 'a\nloading\r       \n', ['a']],
    ['colours alone at the end', 'a\n\u001b[0m\n \u001b[1;31m\u001b[m\n', ['a']],
    ['colours at the end of a line', 'a\n\u001b[31mb\u001b[0m', ['a', '\u001b[31mb\u001b[0m']],
    ['blank lines alone', '\n\n', []],
    ['blank lines of every kind', ' \r\n\r\r\n\t\n\u00a0\n\u001b[0m', []],
    ['CRs alone', '\r\r\r', []],
    ['the last ones of many', '1\n2\n3\n4\n', ['2', '3', '4']],
    ['the last ones of many, without a line end', '1\n2\n3\n4', ['2', '3', '4']],
  ])('%s', (_name, text, lines) => {
    expect(lastLines(Buffer.from(text), false, 3)).toEqual(lines)
  })

  test('none are read where none are wanted', () => {
    expect(lastLines(Buffer.from('a\n'), false, 0)).toEqual([])
  })

  test('a line before many blank ones is found', () => {
    expect(lastLines(Buffer.from(`ERROR: boom\n${'\n'.repeat(60)}`), false, 50)).toEqual(['ERROR: boom'])
    expect(lastLines(Buffer.from(`a\nERROR: boom${'\r\n'.repeat(200_000)}`), false, 50)).toEqual([
      'a',
      'ERROR: boom',
    ])
  })

  test('of a first line that has lost its beginning the rest is shown', () => {
    expect(lastLines(latin1('cret\nb\nc\n'), true, 3)).toEqual(['cret', 'b', 'c'])
    expect(lastLines(latin1('cret'), true, 3)).toEqual(['cret'])
  })

  test('of progress of any length the end is shown', () => {
    const progress = Array.from({ length: 20_000 }, (_, at) => `\r${String(at)} of 20000 objects`).join('')
    expect(lastLines(Buffer.from(`${progress}\n`), true, 50)).toEqual(['19999 of 20000 objects'])
    expect(lastLines(Buffer.from(`a\n${progress}\rfatal: early EOF\n`), false, 50)).toEqual([
      'a',
      'fatal: early EOF',
    ])
  })

  const KIB16 = 16 * 1024

  test.each([
    ['16 KiB', 'x'.repeat(KIB16), 'x'.repeat(KIB16)],
    ['a byte more', `y${'x'.repeat(KIB16)}`, 'x'.repeat(KIB16)],
    [
      'a byte more, with a character of three across the cut',
      `构${'x'.repeat(KIB16 - 1)}`,
      'x'.repeat(KIB16 - 1),
    ],
    ['a byte more, with one of four', `😀${'x'.repeat(KIB16 - 3)}`, 'x'.repeat(KIB16 - 3)],
    ['16 KiB behind a CR', `构\r${'x'.repeat(KIB16)}\r`, 'x'.repeat(KIB16)],
  ])('of a long line the end is shown: %s', (_, line, shown) => {
    expect(lastLines(Buffer.from(`a\n${line}\nb`), false, 2)).toEqual([shown, 'b'])
  })

  test.each([
    ['UTF-8', Buffer.from('构建 ✓ 😀'), '构建 ✓ 😀'],
    ['GBK', GBK, '编译失败'],
    [
      'GBK with text before and after',
      Buffer.concat([Buffer.from('[ERROR] '), GBK, Buffer.from(': 1')]),
      '[ERROR] 编译失败: 1',
    ],
    ['GB18030 of four bytes', latin1('\x95\x32\x82\x36 \x94\x39\xfc\x36'), '𠀀 😀'],
    ['a single byte that is neither', latin1('a\xffb'), 'a\\xffb'],
    ['bytes that are neither', latin1('\xb5\xffa'), '\\xb5\\xffa'],
    ['half a character of GBK', latin1('a\xb1'), 'a\\xb1'],
    [
      'UTF-8 and bytes that are neither',
      Buffer.concat([Buffer.from('构'), latin1('\xff'), Buffer.from('建 é 😀')]),
      '构\\xff建 é 😀',
    ],
    ['a surrogate, which has no UTF-8', latin1('\xff\xed\xa0\x80'), '\\xff\\xed\\xa0\\x80'],
    ['an overlong form', latin1('\xff\xc0\xaf'), '\\xff\\xc0\\xaf'],
    [
      'other overlong forms',
      latin1('\xff\xe0\x80\xaf\xf0\x80\x80\xaf'),
      '\\xff\\xe0\\x80\\xaf\\xf0\\x80\\x80\\xaf',
    ],
    ['more than Unicode has', latin1('\xff\xf4\x90\x80\x80\xf5'), '\\xff\\xf4\\x90\\x80\\x80\\xf5'],
    [
      'the ends of what Unicode has',
      Buffer.concat([
        latin1('\xff'),
        Buffer.from('\u0080\u07ff\u0800\u0fff\u1000\ud7ff\ue000\uffff\u{10000}\u{40000}\u{10ffff}'),
      ]),
      '\\xff\u0080\u07ff\u0800\u0fff\u1000\ud7ff\ue000\uffff\u{10000}\u{40000}\u{10ffff}',
    ],
  ])('shows %s', (_name, bytes, shown) => {
    expect(lastLines(bytes, false, 1)).toEqual([shown])
  })

  test('each line is decoded by itself', () => {
    const lines = [Buffer.from('构建'), GBK, latin1('\xff'), Buffer.from('done')]
    const bytes = Buffer.concat(lines.flatMap(line => [line, Buffer.from('\r\n')]))
    expect(lastLines(bytes, false, 9)).toEqual(['构建', '编译失败', '\\xff', 'done'])
  })

  test.each([
    ['a character of UTF-8, one byte of it', Buffer.from('构建').subarray(2), '建'],
    ['a character of UTF-8, two bytes', Buffer.from('构建').subarray(1), '建'],
    ['a character of UTF-8, three bytes', Buffer.from('😀建').subarray(1), '建'],
    ['nothing', Buffer.from('构建'), '构建'],
    ['a character of GBK', Buffer.concat([GBK.subarray(1), Buffer.from(' ok')]), '译失败 ok'],
    ['a character of GBK, of a byte that may also begin one', latin1('\xe0\xd2\xeb\xca\xa7'), '译失'],
    [
      'one of GB18030 of four bytes, as far as a digit may be a part of one',
      latin1('\x32\x82\x36 ok'),
      '6 ok',
    ],
    ['no character at all', latin1('\x80\x80\x80\x80\xff\xff'), '\\x80\\xff\\xff'],
  ])('at the start of the tail, what is cut is left out: %s', (_, bytes, shown) => {
    expect(lastLines(bytes, true, 1)).toEqual([shown])
    // Behind a carriage return or a line feed nothing is cut.
    expect(lastLines(Buffer.concat([latin1('x\r'), bytes]), true, 1)).toEqual(lastLines(bytes, false, 1))
    expect(lastLines(Buffer.concat([latin1('x\n'), bytes]), true, 1)).toEqual(lastLines(bytes, false, 1))
  })

  test('any text is shown as a terminal shows it', () => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.constantFrom('\r', '\n', ' ')),
    })
    fc.assert(
      fc.property(text, text => {
        const lines = text.split('\n').map(line => line.replace(/\r+$/, '').replace(/^[^]*\r/, ''))
        while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop()
        expect(lastLines(Buffer.from(text), false, Infinity)).toEqual(lines)
      }),
    )
  })

  test('any bytes are shown, and nothing of them is lost without a trace', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isCut) => {
        const lines = lastLines(Buffer.from(bytes), isCut, Infinity)
        expect(lines.join('')).not.toContain('\ufffd')
        expect(lines.join('')).not.toMatch(/[\r\n]/)
      }),
      { numRuns: 1_000 },
    )
  })
})
