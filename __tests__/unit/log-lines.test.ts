import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { colouredLogLine, htmlLogLine, withoutSgr } from '../../src/report/sanitize.ts'
import { readLog } from '../../tools/runner/log-commands.ts'
import { hostileText } from '../support/builders/hostile-text.ts'

const colour = fc.constantFrom(
  '\u001b[m',
  '\u001b[1;31m',
  '\u001b[38;5;8m',
  '\u001b[8m',
  '\u001b[2J',
  '##\u001b[0m',
)
const hostileLine = fc
  .array(fc.oneof(hostileText, colour), { maxLength: 4 })
  .map(parts => parts.join('').replaceAll('\n', ''))

describe('colours', () => {
  test.each([
    '\u001b[m',
    '\u001b[0m',
    '\u001b[1;31m',
    '\u001b[0;1;32m',
    '\u001b[38;5;208m',
    '\u001b[48;2;1;2;3m',
    '\u001b[107m',
  ])('are kept: %j', sequence => {
    expect(colouredLogLine(`a${sequence}b`)).toBe(`a${sequence}b\u001b[0m`)
  })

  test.each([
    '\u001b[8m',
    '\u001b[1;8m',
    '\u001b[5m',
    '\u001b[2J',
    '\u001b[31',
    '\u001b[38;5m',
    '\u001b[38:2:1:2:3m',
    '\u001b[999m',
  ])('are not kept: %j', sequence => {
    expect(colouredLogLine(`a${sequence}b`)).toBe(`a\\u001b${sequence.slice(1)}b`)
  })
})

describe('a line of a build’s log in the step’s log', () => {
  test.each([
    ['plain text', 'a  b', 'a  b'],
    ['a tab', 'a\tb', 'a\tb'],
    ['colours, ended with the line', '\u001b[31mred', '\u001b[31mred\u001b[0m'],
    ['text that would be concealed', '\u001b[8mhidden', '\\u001b[8mhidden'],
    ['a cleared screen', '\u001b[2Jgone', '\\u001b[2Jgone'],
    ['a command', '::error::x', '\\::error::x'],
    ['a command behind a colour', '\t\u001b[31m ::error::x', '\t\u001b[31m \\::error::x\u001b[0m'],
    ['a command in brackets', '##[error]x', '##\\[error]x'],
    ['a progress bar', '10 %\r20 %', '10 %\\r20 %'],
  ])('%s', (_name, text, shown) => {
    expect(colouredLogLine(text)).toBe(shown)
  })

  test('commands nothing, and moves nothing', () => {
    fc.assert(
      fc.property(hostileLine, text => {
        const line = colouredLogLine(text)
        expect(readLog(`${line}\n`)).toEqual([{ text: line }])
        expect(readLog(`${withoutSgr(line)}\n`)).toEqual([{ text: withoutSgr(line) }])
        const sequences = line.match(/\u001b\[[0-9;]*m/g) ?? []
        expect(sequences.map(colouredLogLine)).toEqual(sequences.map(one => `${one}\u001b[0m`))
        expect(sequences.length === 0 || line.endsWith('\u001b[0m')).toBe(true)
        expect(withoutSgr(line)).not.toMatch(/(?!\t)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u)
      }),
      { numRuns: 2_000 },
    )
  })
})

test('a line of a build’s log in the summary has no colours, and is never blank', () => {
  expect(htmlLogLine('\u001b[1;31mred\u001b[m <b>\t&')).toBe('red &#60;b&#62;\t&#38;')
  for (const blank of ['', ' ', '\t', '\u001b[0m']) expect(htmlLogLine(blank)).toContain('&#32;')
})
