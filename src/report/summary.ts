import * as core from '@actions/core'
import { appendFileSync } from 'node:fs'
import type { LogTail } from '../codearts/log-tail.ts'
import { outcomeOf, type BuildRecord } from '../codearts/record.ts'
import type { Stage } from '../codearts/stages.ts'
import type { Diagnosis } from '../codearts/diagnosis.ts'
import { type GateResult, REASONS } from '../gate/reasons.ts'
import { formatDuration } from '../util/duration.ts'
import { joined, quote, type Message, type Quote } from '../util/message.ts'
import { errorTextOf, showStatus } from '../gate/messages.ts'
import { secondsOf } from './outputs.ts'
import { type Redact, shownLogLine, shownParts, shownText } from './redact.ts'
import { html, htmlLogLine, shorten } from './sanitize.ts'
import { renderTimeline } from './timeline.ts'

/** The runner drops a summary of more than 1 MiB, with an error. Source: CreateStepSummaryCommand of actions/runner. */
export const MAX_SUMMARY_BYTES = 1024 * 1024
const MAX_LOG_BYTES = 400 * 1024
const MAX_VALUE_CHARACTERS = 500
/** Also of a status. */
const MAX_NAME_CHARACTERS = 200
/** No message is longer by far; what escapes make of a hostile one is shown shortened. */
const MAX_MESSAGE_BYTES = 12 * 1024
const MAX_MESSAGE_CHARACTERS = 1_000
const SHOWN_COMMIT_CHARACTERS = 12
/** A build has some ten stages; many more would push what follows out of sight. */
const MAX_STAGES = 50
/** Where one stage fails, others may be aborted with it. */
const MAX_FAILED_STAGES = 3

/** @returns whether the runner takes a summary of this step (`GITHUB_STEP_SUMMARY`). */
export function hasSummary(): boolean {
  return (process.env['GITHUB_STEP_SUMMARY'] ?? '') !== ''
}

/**
 * Adds Markdown to the summary of the step. Rejects when the file cannot be written, or none is named. A file that is not
 * there is made: only GitHub's runner makes it before the step, and the toolkit writes to no other.
 */
export async function writeSummary(markdown: string): Promise<void> {
  try {
    if (hasSummary()) appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '', '')
    await core.summary.addRaw(markdown).write()
  } finally {
    core.summary.emptyBuffer()
  }
}

/** Adds Markdown to the summary of the step at once, also where the process is about to end. Without a file nothing is written. */
export function appendSummary(markdown: string): void {
  if (hasSummary()) appendFileSync(process.env['GITHUB_STEP_SUMMARY'] ?? '', markdown)
}

/**
 * @param diagnosis what could be learned of a build that failed.
 * @param redact every value is shown through it.
 * @returns the job summary as Markdown: the verdict first, then what failed and what to do, then whatever may help. Remote
 * text stands in blocks of HTML alone, as escaped content of `<code>` or `<pre>`: there neither Markdown nor GitHub's
 * mentions, references and autolinks reach it.
 */
export function renderSummary(result: GateResult, diagnosis: Diagnosis | undefined, redact: Redact): string {
  const { success, reason, record } = result
  const blocks = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${REASONS[reason].heading}`,
    renderVerdict(result, redact),
    renderWhy(result, diagnosis, redact),
    ...renderWarnings(result, redact),
    diagnosis?.stages && renderStages(diagnosis.stages, redact),
    diagnosis?.log && logBlock(shownLogLines(diagnosis.log, redact), diagnosis.log),
    ...renderNotices(diagnosis, redact),
    record && renderTimeline(record, success),
    record && renderRecord(record, redact),
  ]
  return blocksThatFit(blocks.filter(block => block !== undefined))
}

/** Leaves out whole blocks of what would be too much, and says so. */
function blocksThatFit(blocks: readonly string[]): string {
  const note = '<p>The rest did not fit into this summary.</p>\n'
  let summary = ''
  let isCut = false
  for (const block of blocks) {
    const more = `${summary === '' ? '' : '\n'}${block}\n`
    if (Buffer.byteLength(summary) + Buffer.byteLength(more) + note.length + 1 > MAX_SUMMARY_BYTES)
      isCut = true
    else summary += more
  }
  return isCut ? `${summary}\n${note}` : summary
}

/** Which build it was and what became of it, in one line, and what was checked of it; undefined where no record was read. */
export function renderVerdict(result: GateResult, redact: Redact): string | undefined {
  const { record, checks = [] } = result
  if (record === undefined) return undefined
  const { fields } = record
  const took = durationOf(record)
  const valued = (name: string, value: string): string =>
    value === '' ? '' : `${name} ${code(value, redact)}`
  const parts = [
    valued('Build', fields.build_no) + valued(' of job', fields.codeci_job_id),
    code(showStatus(fields.status), redact) + (took === '' ? '' : ` after <b>${took}</b>`),
    valued('branch', fields.branch),
    valued('tag', fields.tag),
    valued('commit', shownCommit(record, redact)),
  ].filter(part => part !== '')
  const checked =
    checks.length > 0 && isExplained(result) ? `<br>\n${renderMessage(capitalized(checks), redact)}` : ''
  return `<p>${parts.join(' · ')}${checked}</p>`
}

/** @returns a commit as people know it: the beginning of a hash; any other text as it is. */
export function shownCommit({ fields }: BuildRecord, redact: Redact): string {
  const commit = shownText([quote(fields.commit, MAX_VALUE_CHARACTERS)], redact)
  return /^[0-9a-f]{40,64}$/i.test(commit) ? commit.slice(0, SHOWN_COMMIT_CHARACTERS) : commit
}

/** @returns how long a build took, for people; empty where the record does not say. */
export function durationOf({ fields }: BuildRecord): string {
  const tookMs = Number(fields.duration)
  return tookMs > 0 ? formatDuration(tookMs) : ''
}

/** @returns whether the lines on the record, its checks and its stages say all that the message does. */
function isExplained({ reason, record, checks }: GateResult): boolean {
  const isJudgedByStatus = ['success', 'failed', 'aborted', 'timed_out'].includes(reason)
  return isJudgedByStatus && record !== undefined && checks !== undefined
}

/** @returns what failed, as far as it is known, and what to do, a line each; undefined where there is nothing to say. */
export function renderWhy(
  result: GateResult,
  diagnosis: Diagnosis | undefined,
  redact: Redact,
): string | undefined {
  const { success, reason, remedy, message } = result
  const lines = [
    ...(isExplained(result)
      ? whatFailed(result, diagnosis, redact)
      : [named('What happened', renderMessage(message, redact))]),
    named('What to do', remedy === undefined ? '' : renderMessage(capitalized(remedy), redact)),
    named('Reason', success ? '' : code(reason, redact)),
  ].filter(line => line !== '')
  return lines.length === 0 ? undefined : `<p>${lines.join('<br>\n')}</p>`
}

/** @returns a line of a paragraph under a name of our own; empty where it has no content. */
function named(name: string, content: string): string {
  return content === '' ? '' : `<b>${name}:</b> ${content}`
}

/** What a build that failed says of itself: which stage failed, and the service's own words. */
function whatFailed(
  { success, record }: GateResult,
  diagnosis: Diagnosis | undefined,
  redact: Redact,
): string[] {
  if (success || record === undefined) return []
  const failed = (diagnosis?.stages ?? []).filter(isFailed)
  const shown = failed.slice(0, MAX_FAILED_STAGES).map(stage => {
    const [name, status, took] = stageWords(stage)
    const after = took === '' ? '' : ` after ${took}`
    return `<b>${code(name, redact)}</b> ended with ${code(status, redact)}${after}`
  })
  if (failed.length > shown.length) shown.push(`and ${failed.length - shown.length} more`)
  return [
    named(failed.length > 1 ? 'Failed stages' : 'Failed stage', shown.join(', ')),
    named('The build says', code(errorTextOf(record), redact, MAX_VALUE_CHARACTERS)),
  ]
}

/** @returns what a person should know besides the verdict, a block each. */
export function renderWarnings({ warnings }: GateResult, redact: Redact): string[] {
  return warnings.map(warning => `<p>${named('Warning', renderMessage(warning, redact))}</p>`)
}

/** Our own words stand as text, and what came from outside as code. */
export function renderMessage(words: Message, redact: Redact): string {
  const rendered = shownParts(words, redact)
    .map(({ text, isQuote }) => (isQuote ? inCode(text) : html(text)))
    .join('')
    // What is shown as code needs no quotation marks.
    .replace(/&#34;(<code>[^<]*<\/code>)&#34;/g, '$1')
  if (Buffer.byteLength(rendered) <= MAX_MESSAGE_BYTES) return rendered
  return inCode(shorten(shownText(words, redact), MAX_MESSAGE_CHARACTERS))
}

function capitalized([first = '', ...rest]: Message): Message {
  return typeof first === 'string'
    ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
    : [first, ...rest]
}

/** @returns what could not be learned of a build, a block each. */
export function renderNotices(diagnosis: Diagnosis | undefined, redact: Redact): string[] {
  return (diagnosis?.notices ?? []).map(notice => `<p>${renderMessage(notice, redact)}</p>`)
}

function isFailed({ status }: Stage): boolean {
  return !['success', undefined].includes(outcomeOf(status))
}

/** @returns the stages of a build as a table, each that failed marked; undefined when there are none. */
export function renderStages(stages: readonly Stage[], redact: Redact): string | undefined {
  if (stages.length === 0) return undefined
  const rows = stages.slice(0, MAX_STAGES).map(stage => {
    const [name, status, took] = stageWords(stage)
    const failed = isFailed(stage)
    const mark = failed ? '❌' : status === 'SUCCESS' ? '✅' : '➖'
    const shownName = code(name, redact)
    return row([mark, failed ? `<b>${shownName}</b>` : shownName, code(status, redact), took])
  })
  const left = stages.length - MAX_STAGES
  if (left > 0) rows.push(`<tr><td></td><td colspan="3">and ${left} more</td></tr>`)
  return table(['', 'Stage', 'Status', 'Duration'], rows)
}

/** @returns the stages in one line for the step's log: `compile SUCCESS 12 s, test FAILURE 3 s`. */
export function stagesLine(stages: readonly Stage[]): Message {
  const shown = stages.slice(0, MAX_STAGES).map(stage => {
    const words = stageWords(stage).filter(word => word !== '')
    return joined(
      words.map(word => [quote(word, MAX_NAME_CHARACTERS)]),
      ' ',
    )
  })
  return joined(shown, ', ')
}

/** @returns what is shown of a stage, each empty where the stage does not say it. */
function stageWords({ name, status, duration }: Stage): [name: string, status: string, took: string] {
  const took = duration === '' ? '' : formatDuration(Number(duration))
  return [name, status === '' ? '' : showStatus(status), took]
}

/** @returns the last lines of a log as content of `<pre>`, as many as there is ever room for. */
export function shownLogLines(tail: LogTail, redact: Redact): string[] {
  return lastLines(tail.lines, MAX_LOG_BYTES, line => htmlLogLine(shownLogLine(line, redact)))
}

/** @returns the last lines as they are shown, as many as fit into so many bytes with their line ends. */
export function lastLines(
  lines: readonly string[],
  maxBytes: number,
  show = (line: string): string => line,
): string[] {
  const fitting: string[] = []
  let bytes = 0
  for (const line of lines.toReversed()) {
    const shown = show(line)
    bytes += Buffer.byteLength(shown) + 1
    if (bytes > maxBytes) break
    fitting.push(shown)
  }
  return fitting.reverse()
}

/** @returns lines of a log that are content of `<pre>`, folded. */
export function logBlock(lines: readonly string[], tail: LogTail): string {
  const title = logTitle(lines.length, tail)
  if (lines.length === 0) return `<p>${title}.</p>`
  return `<details>\n<summary>${title}</summary>\n<pre><code>${lines.join('\n')}</code></pre>\n</details>`
}

/** @returns what the shown piece of a log is, in our own words and two numbers. */
export function logTitle(lineCount: number, { totalBytes }: LogTail): string {
  if (totalBytes === 0) return 'The log of the build is empty'
  if (lineCount === 0) return `The end of the build’s log (${size(totalBytes)} in all) has only blank lines`
  const what = lineCount === 1 ? 'The last line' : `The last ${lineCount} lines`
  return `${what} of the build’s log (${size(totalBytes)} in all)`
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

/** @returns all fields of a record that are not empty, folded. */
export function renderRecord({ fields }: BuildRecord, redact: Redact): string {
  const rows = Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => {
      const seconds = name === 'duration' ? secondsOf(value) : ''
      return row([name, code(seconds === '' ? value : `${seconds} s`, redact, MAX_VALUE_CHARACTERS)])
    })
  return `<details>\n<summary>The whole record</summary>\n${table(['Field', 'Value'], rows)}\n</details>`
}

/** @returns rows as a table, under the names of its columns if there are any. */
export function table(names: readonly string[], rows: readonly string[]): string {
  const head = names.length === 0 ? [] : [`<tr>${names.map(name => `<th>${name}</th>`).join('')}</tr>`]
  return `<table>\n${[...head, ...rows].join('\n')}\n</table>`
}

/** @returns a row of a table. */
export function row(cells: readonly string[]): string {
  return `<tr>${cells.map(content => `<td>${content}</td>`).join('')}</tr>`
}

/** @returns text from outside as code; empty for none. */
function code(text: string, redact: Redact, maxCharacters = MAX_NAME_CHARACTERS): string {
  return codeOf(quote(text, maxCharacters), redact)
}

/** @returns a part of a message as code; empty for none. */
export function codeOf(text: Quote, redact: Redact): string {
  return inCode(shownText([text], redact))
}

function inCode(text: string): string {
  return text === '' ? '' : `<code>${html(text)}</code>`
}
