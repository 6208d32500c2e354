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

/**
 * @param diagnosis what could be learned of a build that failed.
 * @returns the job summary as Markdown: the verdict first, then why and what to do, then whatever may help. Remote text
 * stands in blocks of HTML alone, as escaped content of `<code>` or `<pre>`: there neither Markdown nor GitHub's
 * mentions, references and autolinks reach it.
 */
export function renderSummary(ending: Ending, diagnosis?: Diagnosis): string {
  const { success, reason, record } = ending
  const blocks = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${HEADINGS[reason]}`,
    record && renderVerdict(record),
    renderWhy(ending),
    record && renderTimeline(record, success),
    diagnosis?.stages && renderStages(diagnosis.stages),
    diagnosis?.log && renderLog(diagnosis.log),
    diagnosis && renderNotices(diagnosis.notices),
    record && renderRecord(record),
  ]
  return `${blocks.filter(block => block !== undefined).join('\n\n')}\n`
}

/** Which build it was and what became of it, in one line. */
function renderVerdict({ fields }: BuildRecord): string {
  const tookMs = Number(fields.duration)
  const parts = [
    named('Build', fields.build_no) + named(' of job', fields.codeci_job_id),
    code(fields.status) + (tookMs > 0 ? ` after <b>${duration(tookMs)}</b>` : ''),
    named('branch', fields.branch),
    named('tag', fields.tag),
    named('commit', fields.commit.slice(0, MAX_COMMIT_CHARACTERS)),
  ]
  return `<p>${parts.filter(part => part !== '').join(' · ')}</p>`
}

function named(name: string, value: string): string {
  return value === '' ? '' : `${name} ${code(value)}`
}

function renderWhy(ending: Ending): string {
  const { success, reason, advice, record, warnings } = ending
  const rows = [
    ['What happened', clauses(factsOf(ending))],
    ['The build says', record === undefined ? '' : code(record.fields.err_msg, MAX_SENTENCE_CHARACTERS)],
    ['What to do', advice === undefined ? '' : html(capitalized(advice))],
    ['Reason', success ? '' : code(reason)],
    ...warnings.map(warning => ['Warning', clauses(warning)]),
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

function renderRecord({ fields }: BuildRecord): string {
  const rows = (Object.keys(RECORD_FIELDS) as RecordField[])
    .map(name => [name, fields[name]] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [name, name === 'duration' ? `${secondsOf(value)} s` : value] as const)
    .map(([name, value]) => `<tr><td>${name}</td><td>${code(value)}</td></tr>`)
  return `<details>\n<summary>The whole record</summary>\n${table(['<tr><th>Field</th><th>Value</th></tr>', ...rows])}\n</details>`
}

function table(rows: readonly string[]): string {
  return `<table>\n${rows.join('\n')}\n</table>`
}

function code(text: string, maxCharacters = MAX_VALUE_CHARACTERS): string {
  return text === '' ? '' : `<code>${html(shorten(text, maxCharacters))}</code>`
}
