import type { LogTail } from '../codearts/log-tail.ts'
import { outcomeOf, type BuildRecord } from '../codearts/record.ts'
import type { Stage } from '../codearts/stages.ts'
import type { Diagnosis } from '../codearts/diagnosis.ts'
import { type GateResult, REASONS, type StepResult } from '../gate/reasons.ts'
import { formatDuration } from '../util/duration.ts'
import { joined, quote, textOfWords, type Message } from '../util/message.ts'
import { errorTextOf, showStatus } from '../gate/messages.ts'
import { secondsOf } from './outputs.ts'
import { type Redact, shownLogLine, shownText } from './redact.ts'
import { htmlLogLine } from './sanitize.ts'
import { renderArtifacts, renderTests } from './summary-built.ts'
import {
  code,
  collapsed,
  joinBlocks,
  linked,
  MAX_NAME_CHARACTERS,
  MAX_ROWS,
  MAX_VALUE_CHARACTERS,
  labelled,
  paragraph,
  renderMessage,
  table,
} from './summary-html.ts'
import { blocksBeside, type Extra, sizeOf, whole } from './summary-room.ts'
import { renderTimeline } from './timeline.ts'

/** The lines at the end of a log that stand open: in most logs they name the cause. */
const OPEN_LINES = 20
const SHOWN_COMMIT_CHARACTERS = 12
/** Where one stage fails, others may be aborted with it. */
const MAX_FAILED_STAGES = 3

/**
 * @param diagnosis what could be learned of a build that failed.
 * @param redact every value is shown through it.
 * @param url the address of the build's page; empty where none is known.
 * @returns the job summary as Markdown: the verdict first, then what failed, what to do and the last lines of the log, and
 * folded whatever else may help. Remote text stands in blocks of HTML alone, as escaped content of `<code>` or `<pre>`:
 * there neither Markdown nor GitHub's mentions, references and autolinks reach it.
 */
export function renderSummary(
  result: GateResult & Pick<StepResult, 'artifacts'>,
  diagnosis: Diagnosis | undefined,
  redact: Redact,
  url = '',
): string {
  const { success, reason, record, artifacts } = result
  const head = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${REASONS[reason].heading}`,
    renderVerdict(result, redact, url),
    renderWhy(result, diagnosis, redact),
    renderArtifacts(artifacts, redact),
  ].filter(block => block !== undefined)
  const extras = [
    ...whole('warnings', ...renderWarnings(result, redact)),
    ...diagnosisExtras(diagnosis, redact),
    ...whole('the times', record && renderTimeline(record, success)),
    ...whole('the whole record', record && renderRecord(record, redact)),
  ]
  return joinBlocks([...head, ...blocksBeside(head, [extras]).flat()])
}

/** @returns what could be learned of a build that failed: its tests and the end of its log open, the rest folded. */
export function diagnosisExtras(diagnosis: Diagnosis | undefined, redact: Redact): Extra[] {
  if (diagnosis === undefined) return []
  const { stages = [], log, tests, notices } = diagnosis
  return [
    ...whole('the test results', renderTests(tests, redact)),
    ...(log === undefined ? [] : [logExtra(log, redact)]),
    ...whole('what could not be read', ...notices.map(notice => `<p>${renderMessage(notice, redact)}</p>`)),
    ...whole('the stages', renderStages(stages, redact)),
  ]
}

/** Which build it was and what became of it, in one line, and what was checked of it; undefined where no record was read. */
export function renderVerdict(result: GateResult, redact: Redact, url: string): string | undefined {
  const { record, checks = [] } = result
  if (record === undefined) return undefined
  const { fields } = record
  const took = durationOf(record)
  const valued = (name: string, value: string): string =>
    value === '' ? '' : `${name} ${code(value, redact)}`
  const parts = [
    linked(valued('Build', fields.build_no) + valued(' of build task', fields.codeci_job_id), url, redact),
    code(showStatus(fields.status), redact) + (took === '' ? '' : ` after <b>${took}</b>`),
    valued('branch', fields.branch),
    valued('tag', fields.tag),
    valued('commit', shortCommit(record, redact)),
  ].filter(part => part !== '')
  const checked = isExplained(result) ? renderMessage(checks, redact) : ''
  return paragraph([parts.join(' · '), checked.charAt(0).toUpperCase() + checked.slice(1)])
}

/** @returns a commit as people know it: the beginning of a hash; any other text as it is. */
export function shortCommit({ fields }: BuildRecord, redact: Redact): string {
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
  const { success, reason } = result
  const isLogShown = (diagnosis?.log?.lines.length ?? 0) > 0
  const remedy = isLogShown ? [REASONS[reason].logRemedy] : result.remedy
  return paragraph([
    ...(isExplained(result)
      ? whatFailed(result, diagnosis, redact)
      : [labelled('What happened', renderMessage(textOfWords({ ...result, remedy: undefined }), redact))]),
    labelled('What to do', remedy === undefined ? '' : renderMessage(remedy, redact)),
    labelled('Reason', success ? '' : code(reason, redact)),
  ])
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
    labelled(failed.length > 1 ? 'Failed stages' : 'Failed stage', shown.join(', ')),
    labelled('The build says', code(errorTextOf(record), redact, MAX_VALUE_CHARACTERS)),
  ]
}

/** @returns what a person should know besides the verdict, a block each. */
export function renderWarnings({ warnings }: GateResult, redact: Redact): string[] {
  return warnings.map(warning => `<p>${labelled('Warning', renderMessage(warning, redact))}</p>`)
}

function isFailed({ status }: Stage): boolean {
  return !['success', undefined].includes(outcomeOf(status))
}

/** @returns the stages of a build as a table, folded, each that failed marked; undefined when there are none. */
function renderStages(stages: readonly Stage[], redact: Redact): string | undefined {
  if (stages.length === 0) return undefined
  const rows = table(['', 'Stage', 'Status', 'Duration'], stages, stage => {
    const [name, status, took] = stageWords(stage)
    const shown = code(name, redact)
    if (isFailed(stage)) return ['❌', `<b>${shown}</b>`, code(status, redact), took]
    return [status === 'SUCCESS' ? '✅' : '➖', shown, code(status, redact), took]
  })
  return collapsed('The stages', rows)
}

/** @returns the stages in one line for the step's log: `compile SUCCESS 12 s, test FAILURE 3 s`. */
export function stagesLine(stages: readonly Stage[]): Message {
  const shown = stages.slice(0, MAX_ROWS).map(stage => {
    const words = stageWords(stage).filter(word => word !== '')
    const quotes = words.map((word): Message => [quote(word, MAX_NAME_CHARACTERS)])
    return joined(quotes, ' ')
  })
  return joined(shown, ', ')
}

/** @returns what is shown of a stage, each empty where the stage does not say it. */
function stageWords({ name, status, duration }: Stage): [name: string, status: string, took: string] {
  const took = duration === '' ? '' : formatDuration(Number(duration))
  return [name, status === '' ? '' : showStatus(status), took]
}

/** A log of which the beginning is left out where there is little room. */
function logExtra(tail: LogTail, redact: Redact): Extra {
  const lines = tail.lines.map(line => htmlLogLine(shownLogLine(line, redact)))
  const frame = sizeOf(logBlock(Array<string>(OPEN_LINES + 1).fill(''), tail)) + 10
  return {
    name: 'the log',
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, frame),
    within: maxBytes => {
      const fitting = linesThatFit(lines, maxBytes - frame)
      return lines.length > 0 && fitting.length === 0 ? undefined : logBlock(fitting, tail)
    },
  }
}

/** @returns the last lines, as many as fit into so many bytes with their line ends. */
function linesThatFit(lines: readonly string[], maxBytes: number): readonly string[] {
  let bytes = 0
  const first = lines.findLastIndex(line => (bytes += Buffer.byteLength(line) + 1) > maxBytes)
  return lines.slice(first + 1)
}

/** @returns lines of a log that are content of `<pre>`: the last of them open, those before them folded. */
function logBlock(lines: readonly string[], tail: LogTail): string {
  const title = logTitle(lines.length, tail)
  if (lines.length === 0) return `<p>${title}.</p>`
  const pre = (some: readonly string[]): string => `<pre><code>${some.join('\n')}</code></pre>`
  const early = lines.slice(0, -OPEN_LINES)
  const fold = early.length === 0 ? '' : `${collapsed(`The first ${early.length} of them`, pre(early))}\n`
  return `<p><b>${title}</b></p>\n${fold}${pre(lines.slice(-OPEN_LINES))}`
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
  const filled = Object.entries(fields).filter(([, value]) => value !== '')
  const rows = table(['Field', 'Value'], filled, ([name, value]) => {
    const seconds = name === 'duration' ? secondsOf(value) : ''
    return [name, code(seconds === '' ? value : `${seconds} s`, redact, MAX_VALUE_CHARACTERS)]
  })
  return collapsed('The whole record', rows)
}
