import { linesOf, quote, type Message, type Quote } from '../util/message.ts'
import { type Redact, shownParts, shownText } from './redact.ts'
import { html, shorten } from './sanitize.ts'

/** Of a name, a status. */
export const MAX_NAME_CHARACTERS = 200
/** Of a value, an address. */
export const MAX_VALUE_CHARACTERS = 500
/** No message is longer by far; what escapes make of a hostile one is shown shortened. */
const MAX_MESSAGE_BYTES = 12 * 1024
const MAX_MESSAGE_CHARACTERS = 1_000

/** @returns blocks as a summary. */
export function joinBlocks(blocks: readonly string[]): string {
  return blocks.map(block => `${block}\n`).join('\n')
}

/** Many more would push what follows out of sight. */
export const MAX_ROWS = 50

/**
 * @param names of the columns, if they have any.
 * @returns a table with a row for each item, and how many more there are than `MAX_ROWS`.
 */
export function table<T>(
  names: readonly string[],
  items: readonly T[],
  cellsOf: (item: T) => readonly string[],
): string {
  const head = names.map(name => `<th>${name}</th>`).join('')
  const cells = items.slice(0, MAX_ROWS).map(item =>
    cellsOf(item)
      .map(cell => `<td>${cell}</td>`)
      .join(''),
  )
  const left = items.length - cells.length
  const more = left > 0 ? `<td colspan="${names.length}">and ${left} more</td>` : ''
  const rows = [head, ...cells, more].filter(row => row !== '').map(row => `<tr>${row}</tr>`)
  return `<table>\n${rows.join('\n')}\n</table>`
}

/** @returns the lines that are not empty; undefined where there are none. */
export function paragraph(lines: readonly string[]): string | undefined {
  const shown = lines.filter(line => line !== '')
  return shown.length === 0 ? undefined : `<p>${shown.join('<br>\n')}</p>`
}

/** @returns a line of a paragraph under a name of our own; empty where it has no content. */
export function labelled(name: string, content: string): string {
  return content === '' ? '' : `<b>${name}:</b> ${content}`
}

/** @returns content that shows after a click on its title. */
export function collapsed(title: string, content: string): string {
  return `<details>\n<summary>${title}</summary>\n${content}\n</details>`
}

/** @returns text from outside as code; empty for none. */
export function code(text: string | Quote, redact: Redact, maxCharacters = MAX_NAME_CHARACTERS): string {
  return inCode(shownText([typeof text === 'string' ? quote(text, maxCharacters) : text], redact))
}

function inCode(text: string): string {
  return text === '' ? '' : `<code>${html(text)}</code>`
}

/** @returns content that leads to a page. An address that cannot lead there unchanged follows it as text. */
export function linked(content: string, url: string, redact: Redact): string {
  if (url === '') return content
  return url.startsWith('https://') && redact(url) === url
    ? `<a href="${html(url)}">${content === '' ? 'The build' : content}</a>`
    : `${content} ${code(url, redact, MAX_VALUE_CHARACTERS)}`
}

/** Our own words stand as text, and what came from outside as code. */
export function renderMessage(words: Message, redact: Redact): string {
  const rendered = linesOf(words)
    .map(line => renderLine(line, redact))
    .join('<br>\n')
  if (Buffer.byteLength(rendered) <= MAX_MESSAGE_BYTES) return rendered
  return inCode(shorten(shownText(words, redact), MAX_MESSAGE_CHARACTERS))
}

function renderLine(words: string | Message, redact: Redact): string {
  return (
    shownParts(words, redact)
      .map(({ text, isQuote }) => (isQuote ? inCode(text) : html(text)))
      .join('')
      // What is shown as code needs no quotation marks.
      .replace(/(?:&#34;|“)(<code>[^<]*<\/code>)(?:&#34;|”)/g, '$1')
  )
}
