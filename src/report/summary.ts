import * as core from '@actions/core'
import { appendFileSync } from 'node:fs'
import type { LogTail } from '../codearts/log-tail.ts'
import { outcomeOf, RECORD_FIELDS, type BuildRecord, type RecordField } from '../codearts/record.ts'
import type { Stage } from '../codearts/stages.ts'
import type { Diagnosis } from '../codearts/diagnosis.ts'
import { type GateResult, REASONS } from '../gate/reasons.ts'
import { formatDuration } from '../util/duration.ts'
import { joined, quote, type Message } from '../util/message.ts'
import { showStatus } from '../gate/messages.ts'
import { secondsOf } from './outputs.ts'
import { shownLogLine, shownParts, shownText } from './redact.ts'
import { html, htmlLogLine } from './sanitize.ts'
import { renderTimeline } from './timeline.ts'

/** The runner drops a summary of more than 1 MiB, with an error. Source: CreateStepSummaryCommand of actions/runner. */
const MAX_SUMMARY_BYTES = 1024 * 1024
const MAX_LOG_BYTES = 400 * 1024
const MAX_VALUE_CHARACTERS = 500
const SHOWN_COMMIT_CHARACTERS = 12
/** A build has some ten stages; many more would push what follows out of sight. */
const MAX_STAGES = 50
const MAX_STAGE_CHARACTERS = 200

/** Takes secrets out of text. */
type Redact = (text: string) => string

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

/**
 * @param diagnosis what could be learned of a build that failed.
 * @param redact every value is shown through it.
 * @returns the job summary as Markdown: the verdict first, then why and what to do, then whatever may help. Remote text
 * stands in blocks of HTML alone, as escaped content of `<code>` or `<pre>`: there neither Markdown nor GitHub's
 * mentions, references and autolinks reach it.
 */
export function renderSummary(result: GateResult, diagnosis: Diagnosis | undefined, redact: Redact): string {
  const { success, reason, record } = result
  const blocks = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${REASONS[reason].heading}`,
    record && renderVerdict(record, redact),
    renderWhy(result, redact),
    record && renderTimeline(record, success),
    diagnosis?.stages && renderStages(diagnosis.stages, redact),
    diagnosis?.log && renderLog(diagnosis.log, redact),
    ...(diagnosis?.notices ?? []).map(notice => `<p>${renderMessage(notice, redact)}</p>`),
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

/** Which build it was and what became of it, in one line. */
function renderVerdict({ fields }: BuildRecord, redact: Redact): string {
  const tookMs = Number(fields.duration)
  const named = (name: string, value: string): string =>
    value === '' ? '' : `${name} ${code(value, redact)}`
  const commit = shownText([quote(fields.commit, MAX_VALUE_CHARACTERS)], redact)
  const parts = [
    named('Build', fields.build_no) + named(' of job', fields.codeci_job_id),
    code(showStatus(fields.status), redact) + (tookMs > 0 ? ` after <b>${formatDuration(tookMs)}</b>` : ''),
    named('branch', fields.branch),
    named('tag', fields.tag),
    named('commit', /^[0-9a-f]{40,64}$/i.test(commit) ? commit.slice(0, SHOWN_COMMIT_CHARACTERS) : commit),
  ]
  return `<p>${parts.filter(part => part !== '').join(' · ')}</p>`
}

function renderWhy(
  { success, reason, message: facts, remedy, warnings }: GateResult,
  redact: Redact,
): string {
  const rows = [
    ['What happened', renderMessage(facts, redact)],
    ['What to do', remedy === undefined ? '' : renderMessage(capitalized(remedy), redact)],
    ['Reason', success ? '' : code(reason, redact)],
    ...warnings.map(warning => ['Warning', renderMessage(warning, redact)]),
  ]
    .filter(([, content]) => content !== '')
    .map(
      ([name = '', content]) =>
        `<tr><td><b>${name.replaceAll(' ', '&nbsp;')}</b></td><td>${content}</td></tr>`,
    )
  return table(rows)
}

/** Our own words stand as text, and what came from outside as code. */
export function renderMessage(words: Message, redact: Redact): string {
  return shownParts(words, redact)
    .map(({ text, isQuote }) => (isQuote && text !== '' ? `<code>${html(text)}</code>` : html(text)))
    .join('')
}

export function capitalized([first = '', ...rest]: Message): Message {
  return typeof first === 'string'
    ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest]
    : [first, ...rest]
}

/** @returns the stages of a build as a table, each that failed marked; undefined when there are none. */
export function renderStages(stages: readonly Stage[], redact: Redact): string | undefined {
  if (stages.length === 0) return undefined
  const rows = stages.slice(0, MAX_STAGES).map(({ name, status, duration }) => {
    const failed = !['success', undefined].includes(outcomeOf(status))
    const mark = failed ? '❌' : status === 'SUCCESS' ? '✅' : '➖'
    const shownName = code(name, redact, MAX_STAGE_CHARACTERS)
    const shownStatus = status === '' ? '' : code(showStatus(status), redact, MAX_STAGE_CHARACTERS)
    const took = duration === '' ? '' : formatDuration(Number(duration))
    return `<tr><td>${mark}</td><td>${failed ? `<b>${shownName}</b>` : shownName}</td><td>${shownStatus}</td><td>${took}</td></tr>`
  })
  const left = stages.length - MAX_STAGES
  if (left > 0) rows.push(`<tr><td></td><td colspan="3">and ${left} more</td></tr>`)
  return table(['<tr><th></th><th>Stage</th><th>Status</th><th>Duration</th></tr>', ...rows])
}

/** @returns the stages in one line for the step's log: `compile SUCCESS 12 s, test FAILURE 3 s`. */
export function stagesLine(stages: readonly Stage[]): Message {
  const shown = stages.slice(0, MAX_STAGES).map(({ name, status, duration }) => {
    const took = duration === '' ? [] : [[formatDuration(Number(duration))]]
    const named = [name, status === '' ? '' : showStatus(status)].filter(word => word !== '')
    return joined([...named.map(word => [quote(word, MAX_STAGE_CHARACTERS)]), ...took], ' ')
  })
  return joined(shown, ', ')
}

/** @returns the end of a build's log, folded; the last lines of it when all of them would be too much. */
export function renderLog(tail: LogTail, redact: Redact): string {
  const lines: string[] = []
  let bytes = 0
  for (const line of tail.lines.toReversed()) {
    const shown = htmlLogLine(shownLogLine(line, redact))
    bytes += Buffer.byteLength(shown) + 1
    if (bytes > MAX_LOG_BYTES) break
    lines.unshift(shown)
  }
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

export function renderRecord({ fields }: BuildRecord, redact: Redact): string {
  const rows = (Object.keys(RECORD_FIELDS) as RecordField[])
    .filter(name => fields[name] !== '')
    .map(name => {
      const seconds = name === 'duration' ? secondsOf(fields.duration) : ''
      return `<tr><td>${name}</td><td>${code(seconds === '' ? fields[name] : `${seconds} s`, redact)}</td></tr>`
    })
  return `<details>\n<summary>The whole record</summary>\n${table(['<tr><th>Field</th><th>Value</th></tr>', ...rows])}\n</details>`
}

export function table(rows: readonly string[]): string {
  return `<table>\n${rows.join('\n')}\n</table>`
}

export function code(text: string, redact: Redact, maxCharacters = MAX_VALUE_CHARACTERS): string {
  return text === '' ? '' : `<code>${html(shownText([quote(text, maxCharacters)], redact))}</code>`
}
