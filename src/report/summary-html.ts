import type { Quote } from '../util/message.ts'
import { type Redact, shownText } from './redact.ts'
import { html } from './sanitize.ts'

/** @returns rows as a table, under the names of its columns if there are any. */
export function table(names: readonly string[], rows: readonly string[]): string {
  const head = names.length === 0 ? [] : [`<tr>${names.map(name => `<th>${name}</th>`).join('')}</tr>`]
  return `<table>\n${[...head, ...rows].join('\n')}\n</table>`
}

/** @returns a row of a table. */
export function row(cells: readonly string[]): string {
  return `<tr>${cells.map(content => `<td>${content}</td>`).join('')}</tr>`
}

/** @returns a part of a message as code; empty for none. */
export function asCode(text: Quote, redact: Redact): string {
  return inCode(shownText([text], redact))
}

/** @returns text that may be shown as code; empty for none. */
export function inCode(text: string): string {
  return text === '' ? '' : `<code>${html(text)}</code>`
}
