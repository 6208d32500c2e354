import { expect, test } from '@jest/globals'
import { html, logLine, shorten, escapeInvisible } from '../../src/report/sanitize.ts'
import { findCommands } from '../../tools/runner/log-commands.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { fc } from '../support/properties.ts'

const RUNS = 2_000

/** What acts on a terminal, turns text around, or has no width; more than `escapeInvisible` is held to in its own test. */
const ACTING =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff0]/u

test('nothing of any text acts, in the log or in the summary', () => {
  fc.assert(
    fc.property(hostileText, text => {
      for (const shown of [escapeInvisible(text), logLine(text), html(text)])
        expect(shown).not.toMatch(ACTING)
    }),
    { numRuns: RUNS },
  )
})

test('a line of the log is no command, nor is it where it was cut', () => {
  fc.assert(
    fc.property(hostileText, fc.nat(40), (text, maxCharacters) => {
      const line = logLine(text)
      expect(findCommands(`${line}\n`)).toEqual([])
      expect(findCommands(`${shorten(line, maxCharacters)}\n`)).toEqual([])
      expect(shorten(text.toWellFormed(), maxCharacters).isWellFormed()).toBe(true)
    }),
    { numRuns: RUNS },
  )
})
