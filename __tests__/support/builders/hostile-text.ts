import fc from 'fast-check'
import { NUMBER_FIELDS, PASSING_RECORD, TEXT_FIELDS } from './passing-build.ts'

/** What a line must hold, or nearly hold, to command a runner: both syntaxes, and the words of commands that do harm. */
const COMMANDS = [
  '::error::x',
  '::set-output name=success::true',
  '::add-mask::a',
  '::stop-commands::t',
  '::group::',
  '##[error]x',
  '##[set-output name=success]true',
  '##[debug]',
  '##vso[task.complete result=Succeeded]',
  '::',
  ':',
  '##',
  '#',
  '[',
  'error',
  ']',
  '%0A',
  '%25',
]

/** Every line end that any reader knows, and every blank that .NET skips ahead of a command. */
const LINE_ENDS_AND_BLANKS = [
  '\r',
  '\n',
  '\r\n',
  '\v',
  '\f',
  '\0',
  '\u0085',
  '\u2028',
  '\u2029',
  ' ',
  '\t',
  '\u00a0',
  '\u1680',
  '\u180e',
  '\u2003',
  '\u200b',
  '\u202f',
  '\u205f',
  '\u3000',
  '\ufeff',
]

/** What would end a value in the file of outputs, and begin another one. */
const OUTPUTS = [
  'EOF',
  '\nEOF\n',
  'ghadelimiter_',
  '\nghadelimiter_00000000-0000-4000-8000-000000000000\nsuccess=true\n',
  '\nsuccess=true\n',
  '\r\nsuccess=true\r\n',
  'name<<x',
  '\nsuccess<<x\ntrue\nx\n',
  '=',
  '<<',
]

/** HTML, Markdown, and what GitHub makes links of. */
const MARKUP = [
  '<script>alert(1)</script>',
  '</code>',
  '</td></tr></table>',
  '<img src=x onerror=alert(1)>',
  '<details open>',
  '<!--',
  '-->',
  '<![CDATA[',
  '<?x',
  '<',
  '>',
  '"',
  "'",
  '`',
  '```',
  '\n\n~~~\n',
  '![x](https://evil.test/x.png)',
  '[x](javascript:alert(1))',
  '\n\n[x]: https://evil.test\n\n',
  '**b**',
  '~~s~~',
  '\n\n| a | b |\n|---|---|\n| c | d |\n',
  '\n\n# h\n\n',
  '\n\n- [ ] t\n',
  '\n\n    indented\n\n',
  '\n\n[^1]: x\n\n',
  '[^1]',
  '@octocat',
  '#123',
  'GH-1',
  'owner/repo#1',
  'https://evil.test',
  '<https://evil.test>',
  'www.evil.test',
  'a@evil.test',
  '&lt;',
  '&#64;',
  '&',
  ':tada:',
  '$x$',
  '\\',
]

/** What moves a terminal, turns text round, hides in it, or is half a character. */
const MOVES = [
  '\u001b[2J',
  '\u001b]8;;https://evil.test\u0007',
  '\u009b2J',
  '\b',
  '\u007f',
  '\u061c',
  '\u200e',
  '\u200f',
  '\u202e',
  '\u2066',
  '\u2069',
  '\u00ad',
  '\u{e0041}',
  '\u{1d173}',
  '\ud800',
  '\udc00',
  'e\u0301',
  '\u{1f469}\u200d\u{1f4bb}',
]

const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
  .map(units => String.fromCharCode(...units))

/** Text made of whatever may do harm somewhere, and of anything else; lone surrogates too. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...COMMANDS) },
      { weight: 3, arbitrary: fc.constantFrom(...LINE_ENDS_AND_BLANKS) },
      { weight: 2, arbitrary: fc.constantFrom(...OUTPUTS) },
      { weight: 3, arbitrary: fc.constantFrom(...MARKUP) },
      { weight: 2, arbitrary: fc.constantFrom(...MOVES) },
      anyUnits,
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 8 },
  )
  .map(parts => parts.join(''))

/** A record as it goes over the wire. */
export type HostileRecord = Readonly<Record<string, string | number | null>>

/** Records with hostile text in every text field, and a status that passes in every third of them. */
export const hostileRecord: fc.Arbitrary<HostileRecord> = fc
  .tuple(
    fc.array(fc.oneof({ weight: 6, arbitrary: hostileText }, fc.constant(null)), {
      minLength: TEXT_FIELDS.length,
      maxLength: TEXT_FIELDS.length,
    }),
    fc.oneof(fc.constant('SUCCESS'), fc.constantFrom('FAILURE', 'ABORTED', 'timeout'), hostileText),
  )
  .map(([texts, status]) => ({
    ...Object.fromEntries(TEXT_FIELDS.map((name, index) => [name, texts[index] ?? null])),
    ...Object.fromEntries(NUMBER_FIELDS.map(name => [name, PASSING_RECORD[name]])),
    status,
  }))
