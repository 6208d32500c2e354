import { RECORD_FIELDS, type BuildRecord, type RecordField } from '../codearts/record.ts'
import type { Diagnosis } from '../diagnosis.ts'
import { factsOf, type Ending } from '../ending.ts'
import type { Reason } from '../verdict.ts'
import { duration } from './duration.ts'
import { renderLog } from './log-block.ts'
import { secondsOf } from './outputs.ts'
import { renderStages } from './stage-table.ts'
import { html, shorten } from './text.ts'
import { renderTimeline } from './timeline.ts'

/** 33 fields of this length stay far below the 1 MiB over which the runner drops a summary. */
const MAX_VALUE_CHARACTERS = 500
const MAX_SENTENCE_CHARACTERS = 4_000
const MAX_COMMIT_CHARACTERS = 12

/** What happened, by reason, for the heading. */
const HEADINGS: Readonly<Record<Reason, string>> = {
  success: 'the build succeeded',
  failed: 'the build failed',
  aborted: 'the build was aborted',
  timed_out: 'the build timed out',
  running: 'the build is not over',
  unknown_status: 'the build ended with an unknown status',
  commit_mismatch: 'the build is of another commit',
  branch_mismatch: 'the build is of another branch',
  wait_timeout: 'the build was not over in time',
  not_found: 'there is no such build',
  unauthorized: 'the credentials were refused',
  forbidden: 'the credentials may not see the build',
  throttled: 'the service is throttling',
  unreachable: 'the service could not be reached',
  invalid_response: 'the answer could not be used',
  service_error: 'the service reported an error',
  invalid_input: 'the inputs are not right',
  cancelled: 'the step was cancelled',
  internal_error: 'the gate itself failed',
}

/** Takes secrets out of a text. */
type Redact = (text: string) => string

/**
 * @param diagnosis what could be learned of a build that failed.
 * @param redact is applied to every text that is shown, before it is shortened.
 * @returns the job summary as Markdown: the verdict first, then why and what to do, then whatever may help. Remote text
 * stands in blocks of HTML alone, as escaped content of `<code>` or `<pre>`: there neither Markdown nor GitHub's
 * mentions, references and autolinks reach it.
 */
export function renderSummary(ending: Ending, diagnosis: Diagnosis | undefined, redact: Redact): string {
  const { success, reason, record } = ending
  const blocks = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${HEADINGS[reason]}`,
    record && renderVerdict(record, redact),
    renderWhy(ending, redact),
    record && renderTimeline(record, success),
    diagnosis?.stages && renderStages(diagnosis.stages, redact),
    diagnosis?.log && renderLog(diagnosis.log, redact),
    diagnosis && renderNotices(diagnosis.notices.map(redact)),
    record && renderRecord(record, redact),
  ]
  return `${blocks.filter(block => block !== undefined).join('\n\n')}\n`
}

/** Which build it was and what became of it, in one line. */
function renderVerdict({ fields }: BuildRecord, redact: Redact): string {
  const tookMs = Number(fields.duration)
  const shown = (name: RecordField): string => redact(fields[name])
  const parts = [
    named('Build', shown('build_no')) + named(' of job', shown('codeci_job_id')),
    code(shown('status')) + (tookMs > 0 ? ` after <b>${duration(tookMs)}</b>` : ''),
    named('branch', shown('branch')),
    named('tag', shown('tag')),
    named('commit', shown('commit').slice(0, MAX_COMMIT_CHARACTERS)),
  ]
  return `<p>${parts.filter(part => part !== '').join(' · ')}</p>`
}

function named(name: string, value: string): string {
  return value === '' ? '' : `${name} ${code(value)}`
}

function renderWhy(ending: Ending, redact: Redact): string {
  const { success, reason, advice, record, warnings } = ending
  const rows = [
    ['What happened', clauses(redact(factsOf(ending)))],
    [
      'The build says',
      record === undefined ? '' : code(redact(record.fields.err_msg), MAX_SENTENCE_CHARACTERS),
    ],
    ['What to do', advice === undefined ? '' : html(capitalized(redact(advice)))],
    ['Reason', success ? '' : code(reason)],
    ...warnings.map(warning => ['Warning', clauses(redact(warning))]),
  ].filter(([, content]) => content !== '')
  return table(
    rows.map(
      ([name = '', content]) =>
        `<tr><td><b>${name.replaceAll(' ', '&nbsp;')}</b></td><td>${content}</td></tr>`,
    ),
  )
}

function capitalized(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1)
}

/** A sentence with its clauses below each other: easier to read than one long line of code. */
function clauses(sentence: string): string {
  return shorten(sentence, MAX_SENTENCE_CHARACTERS)
    .split('; ')
    .map(clause => code(clause, MAX_SENTENCE_CHARACTERS))
    .join('<br>')
}

function renderNotices(notices: readonly string[]): string | undefined {
  if (notices.length === 0) return undefined
  return notices.map(notice => `<p>${clauses(notice)}</p>`).join('\n')
}

function renderRecord({ fields }: BuildRecord, redact: Redact): string {
  const rows = (Object.keys(RECORD_FIELDS) as RecordField[])
    .map(name => [name, fields[name]] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [name, name === 'duration' ? `${secondsOf(value)} s` : value] as const)
    .map(([name, value]) => `<tr><td>${name}</td><td>${code(redact(value))}</td></tr>`)
  return `<details>\n<summary>The whole record</summary>\n${table(['<tr><th>Field</th><th>Value</th></tr>', ...rows])}\n</details>`
}

function table(rows: readonly string[]): string {
  return `<table>\n${rows.join('\n')}\n</table>`
}

function code(text: string, maxCharacters = MAX_VALUE_CHARACTERS): string {
  return text === '' ? '' : `<code>${html(shorten(text, maxCharacters))}</code>`
}
