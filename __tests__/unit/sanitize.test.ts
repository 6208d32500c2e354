import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { html, logLine, shorten, escapeInvisible } from '../../src/report/sanitize.ts'
import { readLog } from '../../tools/runner/log-commands.ts'
import { hostileText } from '../support/builders/hostile-text.ts'

const RUNS = 2_000

describe('escapeInvisible', () => {
  test.each([
    ['plain text', 'Build 532: 100 % done — 构建 ✓', 'Build 532: 100 % done — 构建 ✓'],
    ['line ends and tabs', 'a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['the escape character', '\u001b[31mred', '\\u001b[31mred'],
    ['C1 controls', '\u0085\u009b', '\\u0085\\u009b'],
    ['NUL and DEL', '\0\u007f', '\\u0000\\u007f'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['bidirectional characters', '\u202e\u2066\u200f\u061c', '\\u202e\\u2066\\u200f\\u061c'],
    ['what has no width', '\u200b\u2060\ufeff\u00ad', '\\u200b\\u2060\\ufeff\\u00ad'],
    ['tags, above the basic plane', '\u{e0041}', '\\u{e0041}'],
    ['what nobody has assigned yet, to be ignored', '\u2065\ufff0\u{e0fff}', '\\u2065\\ufff0\\u{e0fff}'],
    ['letters that nobody sees', '\u3164\u115f\uffa0', '\\u3164\\u115f\\uffa0'],
    ['selectors beyond those of emoji', 'a\u{e0100}', 'a\\u{e0100}'],
    ['the selectors of emoji', '\u2764\ufe0f', '\u2764\ufe0f'],
    ['halves of a surrogate pair', 'a\ud800b\udc00c', 'a\\ud800b\\udc00c'],
    ['a whole surrogate pair', '\u{1f600}', '\u{1f600}'],
    [
      'the joiners of Persian and of emoji',
      'می\u200cخواهم \u{1f469}\u200d\u{1f4bb}',
      'می\u200cخواهم \u{1f469}\u200d\u{1f4bb}',
    ],
    ['marks that combine', 'e\u0301', 'e\u0301'],
    ['nothing', '', ''],
  ])('%s', (_name, text, shown) => {
    expect(escapeInvisible(text)).toBe(shown)
  })

  test('leaves nothing that acts, and touches nothing else', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const shown = escapeInvisible(text)
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u)
        expect(shown).not.toMatch(/[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u)
        expect(escapeInvisible(shown)).toBe(shown)
        expect(unescaped(shown)).toBe(unescaped(text))
      }),
      { numRuns: RUNS },
    )
  })
})

describe('logLine', () => {
  test.each([
    ['a command', '::error::x', '\\::error::x'],
    ['a command after blanks', '  \u00a0\u3000::error::x', '  \u00a0\u3000\\::error::x'],
    ['a command after a tab, which is no blank any more', '\t::error::x', '\\t::error::x'],
    ['a command on a second line', 'a\n::error::x', 'a\\n::error::x'],
    ['a command after a CR', 'a\r::error::x', 'a\\r::error::x'],
    ['a command in brackets', 'a ##[error]x', 'a ##\\[error]x'],
    ['several in brackets', '##[a]##[error]x', '##\\[a]##\\[error]x'],
    ['brackets behind more signs', '###[error]x', '###\\[error]x'],
    [
      'a command of Azure',
      'a ##vso[task.setvariable variable=x]y',
      'a ##\\vso[task.setvariable variable=x]y',
    ],
    ['a command of Azure in capitals', '##VSO[task.complete]', '##\\VSO[task.complete]'],
    [
      'a message of TeamCity',
      "##teamcity[buildStatus status='SUCCESS']",
      "##\\teamcity[buildStatus status='SUCCESS']",
    ],
    ['a heading', '## Title [1]', '## Title [1]'],
    ['colons within a line', 'std::vector', 'std::vector'],
  ])('%s', (_name, text, shown) => {
    expect(logLine(text)).toBe(shown)
  })

  test('is one line, and never a command', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const line = logLine(text)
        expect(readLog(line)).toEqual([{ text: line }])
        // Whatever runs of blanks stand ahead of it: the runner skips them.
        expect(line.trimStart()).not.toMatch(/^::/)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('shorten', () => {
  test.each([
    ['a text that fits', 'abc', 3, 'abc'],
    ['a longer one', 'abcd', 3, 'abc… (4 characters in all)'],
    ['never within a surrogate pair', 'ab\u{1f600}', 3, 'ab… (4 characters in all)'],
    ['right behind a surrogate pair', 'a\u{1f600}b', 3, 'a\u{1f600}… (4 characters in all)'],
    ['nothing', '', 0, ''],
  ])('%s', (_name, text, maxCharacters, shown) => {
    expect(shorten(text, maxCharacters)).toBe(shown)
  })

  test('keeps a beginning that is at most one unit shorter than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat({ max: 20 }), (text, maxCharacters) => {
        const shown = shorten(text, maxCharacters)
        if (text.length <= maxCharacters) {
          expect(shown).toBe(text)
          return
        }
        const kept = shown.slice(0, shown.lastIndexOf('…'))
        expect(text.startsWith(kept)).toBe(true)
        expect([maxCharacters, maxCharacters - 1]).toContain(kept.length)
        expect(shown.isWellFormed()).toBe(true)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('html', () => {
  test.each([
    ['markup', '<b a="1" c=\'2\'>&amp;`', '&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;amp;&#96;'],
    ['line ends', 'a\n\nb', 'a\\n\\nb'],
    ['plain text', 'Größe 5', 'Größe 5'],
  ])('%s', (_name, text, escaped) => {
    expect(html(text)).toBe(escaped)
  })

  test('holds no character of markup, and reads as the visible text', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const escaped = html(text)
        expect(escaped).not.toMatch(/[<>"'`]/)
        const read = escaped.replace(/&#([0-9]+);/g, (_, code: string) => String.fromCharCode(Number(code)))
        expect(read).toBe(escapeInvisible(text))
        expect(escaped.replace(/&#[0-9]+;/g, '')).not.toContain('&')
      }),
      { numRuns: RUNS },
    )
  })
})

/** Undoes every escape that `escapeInvisible` writes, and those that the text brought along. */
function unescaped(text: string): string {
  return text
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\n', '\n')
    .replaceAll('\\r', '\r')
    .replaceAll('\\t', '\t')
}
