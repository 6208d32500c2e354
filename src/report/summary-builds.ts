import type { Diagnosis } from '../codearts/diagnosis.ts'
import { showStatus } from '../gate/messages.ts'
import { type GateResult, type JudgedBuild, REASONS, type StepResult } from '../gate/reasons.ts'
import { message, quote } from '../util/message.ts'
import { shownText } from './redact.ts'
import {
  code,
  durationOf,
  logBlock,
  MAX_LOG_BYTES,
  MAX_SUMMARY_BYTES,
  type Redact,
  renderMessage,
  renderNotices,
  renderRecord,
  renderStages,
  renderVerdict,
  renderWarnings,
  renderWhy,
  shownCommit,
  shownLogLines,
  table,
} from './summary.ts'
import { renderBuildsTimeline } from './timeline.ts'

const MAX_CELL_CHARACTERS = 100

/** A build, and what is shown of it. */
interface ShownBuild extends JudgedBuild {
  /** Counted from 1, in the order of the input. */
  readonly number: number
  readonly kind: Kind
  readonly diagnosis: Diagnosis | undefined
}

/** How a build counts in the heading, which has the kinds in this order. */
const KINDS = ['failed', 'not as asked for', 'not read', 'not finished', 'passed'] as const
type Kind = (typeof KINDS)[number]

const MARKS: Readonly<Record<Kind, string>> = {
  failed: '❌',
  'not as asked for': '❌',
  'not read': '❌',
  'not finished': '⏳',
  passed: '✅',
}

/**
 * @param result of two builds or more.
 * @param diagnoses what could be learned of each build that failed, in the order of `result.builds`.
 * @param redact every value is shown through it.
 * @returns the job summary as Markdown, as `renderSummary` makes it: all builds in one table and one picture, then what
 * failed of each and what to do. Those always fit; stages, logs and records share the room that is left.
 */
export function renderBuildsSummary(
  { success, builds: judged }: StepResult,
  diagnoses: readonly (Diagnosis | undefined)[],
  redact: Redact,
): string {
  const builds = judged.map((build, at) => ({
    ...build,
    number: at + 1,
    kind: kindOf(build.result),
    diagnosis: diagnoses[at],
  }))
  const head = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${headingOf(builds)}`,
    renderTable(builds, redact),
    renderChecks(builds, redact),
    renderBuildsTimeline(builds.map(build => timelineBuild(build, redact))),
    renderUnfinished(builds, redact),
  ].filter(block => block !== undefined)
  const details = builds.filter(({ kind }) => kind !== 'passed' && kind !== 'not finished')
  const sections = details.map(build => renderWhatHappened(build, redact))
  const extras = builds.map(build => extrasOf(build, details.includes(build), redact))
  const taken = [...head, ...sections].reduce((sum, block) => sum + sizeOf(block), 0)
  const shares = fairShares(extras.map(needOf), MAX_SUMMARY_BYTES - taken)
  const more = extras.map((list, at) => blocksWithin(list, shares[at] ?? 0))

  const rest = builds.flatMap((build, at) => {
    const section = sections[details.indexOf(build)]
    return [...(section === undefined ? [] : [section]), ...(more[at] ?? [])]
  })
  return [...head, ...rest].map(block => `${block}\n`).join('\n')
}

function kindOf({ success, reason, isUnfinished = false }: GateResult): Kind {
  if (success) return 'passed'
  if (isUnfinished || ['running', 'wait_timeout', 'cancelled'].includes(reason)) return 'not finished'
  if (REASONS[reason].hasDiagnosis) return 'failed'
  return REASONS[reason].mayWarnOnly ? 'not as asked for' : 'not read'
}

/** @returns `3 builds: 1 failed, 2 passed`. */
function headingOf(builds: readonly ShownBuild[]): string {
  const counts = KINDS.map(kind => [kind, builds.filter(build => build.kind === kind).length] as const)
  const shown = counts.flatMap(([kind, count]) =>
    count === 0 ? [] : [`${count === builds.length ? 'all' : count} ${kind}`],
  )
  return `${builds.length} builds: ${shown.join(', ')}`
}

function renderTable(builds: readonly ShownBuild[], redact: Redact): string | undefined {
  const names = ['', 'Name', 'Build', 'Status', 'Commit', 'Branch or tag', 'Duration', 'Reason']
  const head = `<tr>${names.map(name => `<th>${name}</th>`).join('')}</tr>`
  return table([head, ...builds.map(build => renderRow(build, redact))])
}

function renderRow({ number, kind, name, result }: ShownBuild, redact: Redact): string {
  const { record, reason } = result
  const cell = (text: string): string => code(text, redact, MAX_CELL_CHARACTERS)
  const fields = record?.fields
  const cells = [
    `${MARKS[kind]}&nbsp;${number}`,
    cell(name),
    cell(fields?.build_no ?? ''),
    fields === undefined ? '' : cell(showStatus(fields.status)),
    record === undefined ? '' : cell(shownCommit(record, redact)),
    [fields?.branch ?? '', fields?.tag ?? '']
      .filter(text => text !== '')
      .map(cell)
      .join(' '),
    record === undefined ? '' : durationOf(record).replaceAll(' ', '&nbsp;'),
    kind === 'passed' ? '' : cell(reason),
  ]
  return `<tr>${cells.map(content => `<td>${content}</td>`).join('')}</tr>`
}

/** @returns what was checked of the builds that passed: once where it is the same of all. */
function renderChecks(builds: readonly ShownBuild[], redact: Redact): string | undefined {
  const groups = new Map<string, string[]>()
  for (const { kind, number, name, result } of builds) {
    if (kind !== 'passed') continue
    const checks = renderMessage(result.checks ?? result.message, redact)
    if (checks === '') continue
    groups.set(checks, [...(groups.get(checks) ?? []), nameOf({ number, name }, redact)])
  }
  if (groups.size > 1)
    return table(
      [...groups].map(([checks, names]) => `<tr><td>${names.join(', ')}</td><td>${checks}</td></tr>`),
    )
  const [checks] = groups.keys()
  return checks === undefined ? undefined : `<p>Of the builds that passed, ${checks}</p>`
}

/** @returns the builds whose end was not waited for, as last seen. */
function renderUnfinished(builds: readonly ShownBuild[], redact: Redact): string | undefined {
  const rows = builds
    .filter(({ kind }) => kind === 'not finished')
    .map(build => {
      const { message: facts, remedy } = build.result
      const words = remedy === undefined ? facts : message`${facts}; ${remedy}`
      return `<tr><td>${nameOf(build, redact)}</td><td>${renderMessage(words, redact)}</td></tr>`
    })
  return table(rows)
}

function nameOf({ number, name }: Pick<ShownBuild, 'number' | 'name'>, redact: Redact): string {
  return `${number}.&nbsp;${code(name, redact, MAX_CELL_CHARACTERS)}`
}

function timelineBuild({ name, kind, result }: ShownBuild, redact: Redact) {
  return {
    name: shownText([quote(name, MAX_CELL_CHARACTERS)], redact),
    success: kind === 'passed',
    isUnfinished: kind === 'not finished',
    record: result.record,
  }
}

/** @returns the beginning of the section on a build that did not pass: what failed, and what to do. */
function renderWhatHappened(build: ShownBuild, redact: Redact): string {
  const { kind, result, diagnosis } = build
  const blocks = [
    `<h3>${MARKS[kind]} ${nameOf(build, redact)}: ${REASONS[result.reason].heading}</h3>`,
    renderVerdict(result, redact),
    table(renderWhy(result, diagnosis, redact)),
  ]
  return blocks.filter(block => block !== undefined).join('\n\n')
}

/** What is shown where there is room. */
interface Extra {
  /** What it is, for the note that it was left out. */
  readonly name: string
  /** Its size when it is whole. */
  readonly bytes: number
  /** @returns as much of it as fits, or undefined when it makes no sense in so little room. */
  readonly within: (maxBytes: number) => string | undefined
}

/** The line ends after a block and ahead of it. */
const BLOCK_ENDS_BYTES = 2
const NOTE_BYTES = 200

function sizeOf(block: string): number {
  return Buffer.byteLength(block) + BLOCK_ENDS_BYTES
}

function extrasOf(
  { number, name, result, diagnosis }: ShownBuild,
  isDetailed: boolean,
  redact: Redact,
): Extra[] {
  const warnings = renderWarnings(result, redact)
  const whole = (what: string, block: string | undefined): Extra[] => {
    if (block === undefined) return []
    const bytes = sizeOf(block)
    return [{ name: what, bytes, within: maxBytes => (bytes <= maxBytes ? block : undefined) }]
  }
  if (!isDetailed)
    return whole(
      'the warnings',
      warnings.length === 0
        ? undefined
        : `<p>${nameOf({ number, name }, redact)}</p>\n\n${table(warnings) ?? ''}`,
    )
  const notices = renderNotices(diagnosis, redact)
  return [
    ...whole('the warnings', table(warnings)),
    ...whole('the stages', diagnosis?.stages && renderStages(diagnosis.stages, redact)),
    ...whole('what could not be read', notices.length === 0 ? undefined : notices.join('\n\n')),
    ...(diagnosis?.log === undefined ? [] : [logExtra(diagnosis.log, redact)]),
    ...whole('the whole record', diagnosis && result.record && renderRecord(result.record, redact)),
  ]
}

/** A log of which the beginning is left out where there is little room. */
function logExtra(tail: NonNullable<Diagnosis['log']>, redact: Redact): Extra {
  const lines = shownLogLines(tail, MAX_LOG_BYTES, redact)
  const frame = sizeOf(logBlock(['', ''], tail)) + 10
  return {
    name: 'the log',
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, frame),
    within: maxBytes => {
      let left = maxBytes - frame
      let from = lines.length
      for (; from > 0; from--) {
        left -= Buffer.byteLength(lines[from - 1] ?? '') + 1
        if (left < 0) break
      }
      const isTooLittle = maxBytes < frame || (lines.length > 0 && from === lines.length)
      return isTooLittle ? undefined : logBlock(lines.slice(from), tail)
    },
  }
}

function needOf(extras: readonly Extra[]): number {
  return extras.reduce((sum, { bytes }) => sum + bytes, extras.length === 0 ? 0 : NOTE_BYTES)
}

/**
 * @param needs what each would like to have.
 * @returns what each gets of so much: the same for all, except that nobody gets more than needed.
 */
function fairShares(needs: readonly number[], total: number): number[] {
  const shares = needs.map(() => 0)
  let left = total
  const byNeed = needs.map((need, at) => ({ need, at })).sort((one, other) => one.need - other.need)
  byNeed.forEach(({ need, at }, place) => {
    const share = Math.max(Math.min(need, Math.floor(left / (needs.length - place))), 0)
    shares[at] = share
    left -= share
  })
  return shares
}

/** @returns the blocks that fit, and a note that names what does not. */
function blocksWithin(extras: readonly Extra[], share: number): string[] {
  const blocks: string[] = []
  const leftOut: string[] = []
  let left = share - NOTE_BYTES
  for (const { name, within } of extras) {
    const block = within(left)
    if (block === undefined) leftOut.push(name)
    else {
      blocks.push(block)
      left -= sizeOf(block)
    }
  }
  if (leftOut.length > 0) blocks.push(`<p>Left out, because the summary is full: ${leftOut.join(', ')}.</p>`)
  return blocks
}
