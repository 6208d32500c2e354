import { RECORD_FIELDS, type RecordField } from '../codearts/record.ts'
import type { Ending } from '../ending.ts'
import { secondsOf } from './outputs.ts'
import { html, shorten } from './text.ts'

/** 33 fields of this length stay far below the 1 MiB over which the runner drops a summary. */
const MAX_VALUE_CHARACTERS = 500
const MAX_SENTENCE_CHARACTERS = 4_000

/**
 * @returns the job summary as Markdown. Remote text stands in blocks of HTML alone, as escaped content of `<code>`:
 * there neither Markdown nor GitHub's mentions, references and autolinks reach it.
 */
export function renderSummary({ success, reason, sentence, record, warnings }: Ending): string {
  const notes = [sentence, ...warnings].map(
    note => `<p><code>${inert(note, MAX_SENTENCE_CHARACTERS)}</code></p>`,
  )
  const blocks = [`## ${success ? '✅' : '❌'} CodeArts Build Gate: ${reason}`, notes.join('\n')]
  if (record !== undefined) {
    const rows = (Object.keys(RECORD_FIELDS) as RecordField[])
      .map(name => [name, record.fields[name]] as const)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => row(name, name === 'duration' ? `${secondsOf(value)} s` : value))
    blocks.push(`<table>\n<tr><th>Field</th><th>Value</th></tr>\n${rows.join('\n')}\n</table>`)
  }
  return `${blocks.join('\n\n')}\n`
}

function row(name: string, value: string): string {
  return `<tr><td>${name}</td><td><code>${inert(value, MAX_VALUE_CHARACTERS)}</code></td></tr>`
}

function inert(text: string, maxCharacters: number): string {
  return html(shorten(text, maxCharacters))
}
