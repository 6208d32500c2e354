/**
 * Characters that are invisible and have an effect, or hide text: controls (Cc), format characters (Cf: bidirectional overrides,
 * zero-width marks, tags), line and paragraph separators, halves of a surrogate pair, and all else that Unicode has
 * readers ignore (DI), assigned or not. The two joiners U+200C and U+200D and the variation selectors U+FE00 to U+FE0F
 * stay: Persian words and emoji need them, and they are harmless.
 */
const ACTING = /(?![\u200c\u200d\ufe00-\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{DI}]/gu

/** Text that `ACTING` finds nothing in; V8 needs half a millisecond to prepare that for its first use (measured). */
const PLAIN = /^[ -~]*$/

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** @returns the text with every control, format and bidirectional character shown as an escape: one visible line. */
export function escapeInvisible(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(ACTING, character => {
    const codePoint = character.codePointAt(0) ?? 0
    const hex = codePoint.toString(16)
    return SHORT_ESCAPES[character] ?? (hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`)
  })
}

/**
 * @returns one line for the log, in which no runner finds a command: `::name::` counts at the start of a line, after any
 * blanks; `##[name]` counts anywhere in it (source: ActionCommand.TryParseV2 and TryParse of actions/runner), and so do
 * `##vso[name]` on Azure Pipelines and `##teamcity[name]` on TeamCity.
 */
export function logLine(text: string): string {
  return withoutCommands(escapeInvisible(text))
}

/**
 * @returns one line of a build's log for the step's own log, as safe as `logLine` makes it, with tabs and harmless
 * colours, which end where the line ends.
 */
export function colouredLogLine(text: string): string {
  const parts = text.split(SGR)
  const isColour = (part: string): boolean => HARMLESS_SGR.test(part)
  const line = withoutCommands(parts.map(part => (isColour(part) ? part : visibleExceptTabs(part))).join(''))
  return parts.some(isColour) ? `${line}\u001b[0m` : line
}

function withoutCommands(line: string): string {
  return line.replace(/##(?=[a-z]*\[)/giu, '##\\').replace(/^((?:\s|\u001b\[[0-9;]*m)*)::/u, '$1\\::')
}

/**
 * @param length of the whole, where `text` is only its beginning.
 * @returns the text, cut after `maxCharacters` code units (never inside a surrogate pair) with a note of its whole
 * length.
 */
export function shorten(text: string, maxCharacters: number, length = text.length): string {
  if (Math.max(text.length, length) <= maxCharacters) return text
  return `${firstCharacters(text, maxCharacters)}… (${length} characters in all)`
}

/** @returns the first `maxCharacters` code units of the text, without half of a surrogate pair at the end. */
export function firstCharacters(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/u, '')
}

/** @returns its last ones, in the same way. */
export function lastCharacters(text: string, maxCharacters: number): string {
  return text.slice(-maxCharacters).replace(/^[\udc00-\udfff]/, '')
}

/**
 * @returns the text as inert content of an HTML element: nothing in it is markup. Inside a block of HTML without
 * empty lines GitHub's Markdown parses nothing either; `escapeInvisible` leaves no line end that could make such a line.
 */
export function html(text: string): string {
  return withReferences(escapeInvisible(text))
}

/**
 * @returns one line of a build's log as inert content of `<pre>`, with its tabs and without its colours. A blank line
 * gets a character reference: as it is, it would end the block of HTML.
 */
export function htmlLogLine(text: string): string {
  const line = withReferences(visibleExceptTabs(withoutSgr(text)))
  return /^[ \t]*$/.test(line) ? `${line}&#32;` : line
}

function withReferences(text: string): string {
  return text.replace(/[&<>"'`]/gu, character => `&#${character.charCodeAt(0)};`)
}

function visibleExceptTabs(text: string): string {
  return text.split('\t').map(escapeInvisible).join('\t')
}

/** Select Graphic Rendition: the sequences of ECMA-48 that set colours and weights, and move nothing. */
const SGR = /(\u001b\[[0-9;:]*m)/g

/** @returns the line without its SGR sequences. */
export function withoutSgr(line: string): string {
  return line.replaceAll(SGR, '')
}

const COLOUR = '[39][0-7]|39|4[0-79]|10[0-7]|[34]8;5;[0-9]{1,3}|[34]8;2(?:;[0-9]{1,3}){3}'
const HARMLESS_CODE = `(?:0{0,2}|0?[134]|2[234]|${COLOUR})`
/** Only sets colours, bold, italics or underlining, or resets them. Concealed text (code 8) would be there and not be seen. */
const HARMLESS_SGR = new RegExp(`^\\u001b\\[${HARMLESS_CODE}(?:;${HARMLESS_CODE})*m$`)
