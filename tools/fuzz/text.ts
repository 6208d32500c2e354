import fc from 'fast-check'
import { html, logLine, shorten, visible } from '../../src/report/text.ts'
import { hostileText } from '../../__tests__/support/hostile-text.ts'
import { findCommands } from '../runner/log-commands.ts'
import { claim, type Target } from './target.ts'

const ACTING =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff0]/u

/** The neutraliser of remote text: no command, no markup, no control character. */
export const NEUTRALISER: Target = {
  name: 'text',
  property: fc.property(hostileText, fc.nat(40), (text, maxCharacters) => {
    claim(!ACTING.test(visible(text)), 'nothing acts')
    const line = logLine(text)
    claim(!ACTING.test(line), 'nothing acts in a line of the log')
    claim(findCommands(`${line}\n`).length === 0, 'a line of the log is no command')
    claim(findCommands(`${shorten(line, maxCharacters)}\n`).length === 0, 'nor is a part of it')
    const escaped = html(text)
    claim(!/[<>"'`]|&(?!#[0-9]+;)/.test(escaped), 'nothing is markup')
    const shown = escaped.replace(/&#([0-9]+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    claim(shown === visible(text), 'a browser shows the text')
    claim(shorten(text.toWellFormed(), maxCharacters).isWellFormed(), 'no pair is cut in two')
  }),
}
