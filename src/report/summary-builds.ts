import type { Diagnosis } from '../codearts/diagnosis.ts'
import type { LogTail } from '../codearts/log-tail.ts'
import { showStatus } from '../gate/messages.ts'
import { type GateResult, type JudgedBuild, REASONS, type StepResult } from '../gate/reasons.ts'
import { beginning, message } from '../util/message.ts'
import { type Redact, shownText } from './redact.ts'
import {
  durationOf,
  lastLines,
  logBlock,
  MAX_SUMMARY_BYTES,
  renderMessage,
  renderNotices,
  renderRecord,
  renderStages,
  renderVerdict,
  renderWarnings,
  renderWhy,
  shownCommit,
  shownLogLines,
} from './summary.ts'
import { renderArtifacts, renderTests } from './summary-built.ts'
import { codeOf, row, table } from './summary-html.ts'
import { renderBuildsTimeline, type TimelineBuild } from './timeline.ts'

/** More would push the other columns out of sight. */
const MAX_CELL_CHARACTERS = 50

/** How a build counts in the heading, which has the kinds in this order, and the mark of each. */
const MARKS = {
  failed: '❌',
  'not as asked for': '❌',
  'not read': '❌',
  'not finished': '⏳',
  passed: '✅',
} as const
type Kind = keyof typeof MARKS

/** A build, and what is shown of it. */
interface ShownBuild extends JudgedBuild {
  /** Counted from 1, in the order of the input. */
  readonly number: number
  readonly kind: Kind
  readonly diagnosis: Diagnosis | undefined
}

/**
 * @param result of two builds or more.
 * @param diagnoses what could be learned of each build that failed, in the order of `result.builds`.
 * @param redact every value is shown through it.
 * @returns the job summary as Markdown, as `renderSummary` makes it: all builds in one table and one picture, then what
 * failed of each and what to do. Those always fit; stages, logs and records share the room that is left.
 */
export function renderBuildsSummary(
  { success, builds: judged, artifacts }: StepResult,
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
    renderArtifacts(artifacts, redact),
    renderBuildsTimeline(builds.map(build => timelineBuild(build, redact))),
  ].filter(block => block !== undefined)
  const sections = builds.map(build => ({
    always: renderSection(build, redact),
    extras: extrasOf(build, redact),
    isShort: build.kind === 'not finished' || build.kind === 'passed',
  }))
  const taken = [...head, ...sections.flatMap(({ always }) => always)]
  const room = taken.reduce((left, block) => left - sizeOf(block), MAX_SUMMARY_BYTES)
  const needs = sections.map(({ extras }) => needOf(extras))
  const shares = fairShares(needs, room)
  const rest = sections
    .map((section, at) => ({ ...section, shown: blocksWithin(section.extras, shares[at] ?? 0) }))
    // What failed comes first.
    .toSorted((one, other) => Number(one.isShort) - Number(other.isShort))
    .flatMap(({ always, shown }) => [...always, ...shown])
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
  const shown = Object.keys(MARKS).flatMap(kind => {
    const count = builds.filter(build => build.kind === kind).length
    return count === 0 ? [] : [`${count === builds.length ? 'all' : count} ${kind}`]
  })
  return `${builds.length} builds: ${shown.join(', ')}`
}

function renderTable(builds: readonly ShownBuild[], redact: Redact): string {
  const names = ['', 'Name', 'Build', 'Status', 'Commit', 'Branch or tag', 'Duration', 'Reason']
  return table(
    names,
    builds.map(build => renderRow(build, redact)),
  )
}

function renderRow({ number, kind, name, result }: ShownBuild, redact: Redact): string {
  const { record, reason } = result
  const cell = (text = ''): string => codeOf(beginning(text, MAX_CELL_CHARACTERS), redact)
  const fields = record?.fields
  return row([
    `${MARKS[kind]}&nbsp;${number}`,
    cell(name),
    cell(fields?.build_no),
    cell(fields && showStatus(fields.status)),
    cell(record && shownCommit(record, redact)),
    [cell(fields?.branch), cell(fields?.tag)].filter(text => text !== '').join(' '),
    record === undefined ? '' : durationOf(record).replaceAll(' ', '&nbsp;'),
    kind === 'passed' ? '' : cell(reason),
  ])
}

/** @returns what was checked of the builds that passed: once where it is the same of all. */
function renderChecks(builds: readonly ShownBuild[], redact: Redact): string | undefined {
  const groups = new Map<string, string[]>()
  for (const build of builds) {
    if (build.kind !== 'passed') continue
    const checks = renderMessage(build.result.checks ?? build.result.message, redact)
    if (checks !== '') groups.set(checks, [...(groups.get(checks) ?? []), nameOf(build, redact)])
  }
  if (groups.size > 1)
    return table(
      [],
      [...groups].map(([checks, names]) => row([names.join(', '), checks])),
    )
  const [checks] = groups.keys()
  return checks === undefined ? undefined : `<p>Of the builds that passed, ${checks}</p>`
}

function nameOf({ number, name }: ShownBuild, redact: Redact): string {
  return `${number}.&nbsp;${codeOf(beginning(name, MAX_CELL_CHARACTERS), redact)}`
}

function timelineBuild({ name, kind, result }: ShownBuild, redact: Redact): TimelineBuild {
  return {
    name: shownText([beginning(name, MAX_CELL_CHARACTERS)], redact),
    success: kind === 'passed',
    isUnfinished: kind === 'not finished',
    record: result.record,
  }
}

/** @returns what is always shown of a build besides its row: of one that did not pass what happened, and what to do. */
function renderSection(build: ShownBuild, redact: Redact): string[] {
  const { kind, result, diagnosis } = build
  const title = `${MARKS[kind]} ${nameOf(build, redact)}`
  if (kind === 'passed') return []
  if (kind === 'not finished') {
    const { message: facts, remedy } = result
    const words = remedy === undefined ? facts : message`${facts}; ${remedy}`
    return [`<p>${title}: ${renderMessage(words, redact)}</p>`]
  }
  return [
    `<h3>${title}: ${REASONS[result.reason].heading}</h3>`,
    renderVerdict(result, redact),
    renderWhy(result, diagnosis, redact),
  ].filter(block => block !== undefined)
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

function extrasOf(build: ShownBuild, redact: Redact): Extra[] {
  const { kind, result, diagnosis } = build
  const whole = (name: string, blocks: readonly (string | undefined)[]): Extra[] => {
    const block = blocks.filter(one => one !== undefined).join('\n\n')
    const bytes = sizeOf(block)
    return block === '' ? [] : [{ name, bytes, within: maxBytes => (bytes <= maxBytes ? block : undefined) }]
  }
  const warnings = renderWarnings(result, redact)
  // Elsewhere they stand in the build's own section.
  if (kind === 'passed' && warnings.length > 0)
    warnings.unshift(`<p>${MARKS[kind]} ${nameOf(build, redact)}</p>`)
  return [
    ...whole('warnings', warnings),
    ...whole('the test results', [renderTests(diagnosis?.tests, redact)]),
    ...whole('the stages', [diagnosis?.stages && renderStages(diagnosis.stages, redact)]),
    ...whole('what could not be read', renderNotices(diagnosis, redact)),
    ...(diagnosis?.log === undefined ? [] : [logExtra(diagnosis.log, redact)]),
    ...whole('the whole record', [diagnosis && result.record && renderRecord(result.record, redact)]),
  ]
}

/** A log of which the beginning is left out where there is little room. */
function logExtra(tail: LogTail, redact: Redact): Extra {
  const lines = shownLogLines(tail, redact)
  const frame = sizeOf(logBlock(['', ''], tail)) + 10
  return {
    name: 'the log',
    bytes: lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, frame),
    within: maxBytes => {
      const fitting = lastLines(lines, maxBytes - frame)
      const isTooLittle = maxBytes < frame || (lines.length > 0 && fitting.length === 0)
      return isTooLittle ? undefined : logBlock(fitting, tail)
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
