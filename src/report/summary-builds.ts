import type { Diagnosis } from '../codearts/diagnosis.ts'
import { showStatus } from '../gate/messages.ts'
import { type GateResult, isOpen, type JudgedBuild, REASONS, type StepResult } from '../gate/reasons.ts'
import { groupBy } from '../util/group.ts'
import { beginning, textOfWords } from '../util/message.ts'
import { type Redact, shownText } from './redact.ts'
import {
  diagnosisExtras,
  durationOf,
  renderRecord,
  renderVerdict,
  renderWarnings,
  renderWhy,
  shortCommit,
} from './summary.ts'
import { renderArtifacts } from './summary-built.ts'
import { code, joinBlocks, linked, renderMessage, table } from './summary-html.ts'
import { blocksBeside, type Extra, whole } from './summary-room.ts'
import { renderBuildsTimeline } from './timeline.ts'

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
 * @returns the job summary as Markdown, as `renderSummary` makes it: all builds in one table, then what failed of
 * each and what to do, then those that did not fail and one picture. Those always fit; logs, stages and records share the
 * room that is left.
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
    table(COLUMNS, builds, build => cellsOf(build, redact)),
  ]
  // What failed comes first.
  const placeOf = ({ kind }: ShownBuild): number => Object.keys(MARKS).indexOf(kind)
  const shown = builds.toSorted((one, other) => placeOf(one) - placeOf(other))
  const sections = shown.map(build => renderSection(build, redact))
  const bars = builds.map(({ name, kind, result: { record } }) => ({
    name: shownText([beginning(name, MAX_CELL_CHARACTERS)], redact),
    success: kind === 'passed',
    isUnfinished: kind === 'not finished',
    record,
  }))
  const end = [
    renderChecks(builds, redact),
    renderArtifacts(artifacts, redact),
    renderBuildsTimeline(bars, success),
  ].filter(block => block !== undefined)
  const extras = blocksBeside(
    [...head, ...sections.flat(), ...end],
    shown.map(build => extrasOf(build, redact)),
  )
  return joinBlocks([
    ...head,
    ...sections.flatMap((section, at) => [...section, ...(extras[at] ?? [])]),
    ...end,
  ])
}

function kindOf(result: GateResult): Kind {
  const { success, reason } = result
  if (success) return 'passed'
  if (isOpen(result)) return 'not finished'
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

/** A narrow window cuts off the last ones. */
const COLUMNS = ['Name', 'Status', 'Reason', 'Build', 'Commit', 'Branch or tag', 'Duration']

function cellsOf(build: ShownBuild, redact: Redact): string[] {
  const { kind, url, result } = build
  const { record, reason } = result
  const cell = (text = ''): string => code(beginning(text, MAX_CELL_CHARACTERS), redact)
  const fields = record?.fields
  return [
    nameOf(build, redact),
    cell(fields && showStatus(fields.status)),
    kind === 'passed' ? '' : cell(reason),
    linked(cell(fields?.build_no), url, redact),
    cell(record && shortCommit(record, redact)),
    [cell(fields?.branch), cell(fields?.tag)].filter(text => text !== '').join(' '),
    record === undefined ? '' : durationOf(record).replaceAll(' ', '&nbsp;'),
  ]
}

/** @returns what was checked of the builds that passed: once where it is the same of all. */
function renderChecks(builds: readonly ShownBuild[], redact: Redact): string | undefined {
  const passed = builds
    .filter(({ kind }) => kind === 'passed')
    .map(build => ({
      name: nameOf(build, redact),
      checks: renderMessage(build.result.checks ?? textOfWords(build.result), redact),
    }))
    .filter(({ checks }) => checks !== '')
  const [first, ...others] = groupBy(passed, ({ checks }) => checks)
  if (first === undefined) return undefined
  const checksOf = (group: typeof passed): string => group[0]?.checks ?? ''
  if (others.length === 0) return `<p>Of the builds that passed, ${checksOf(first)}</p>`
  const namesOf = (group: typeof passed): string => group.map(({ name }) => name).join(', ')
  return table([], [first, ...others], group => [namesOf(group), checksOf(group)])
}

function nameOf({ kind, number, name }: ShownBuild, redact: Redact): string {
  return `${MARKS[kind]}&nbsp;${number}.&nbsp;${code(beginning(name, MAX_CELL_CHARACTERS), redact)}`
}

/** @returns what is always shown of a build besides its row: of one that did not pass what happened, and what to do. */
function renderSection(build: ShownBuild, redact: Redact): string[] {
  const { kind, url, result, diagnosis } = build
  const title = nameOf(build, redact)
  if (kind === 'passed') return []
  if (kind === 'not finished') {
    return [`<p>${title}: ${renderMessage(textOfWords(result), redact)}</p>`]
  }
  return [
    `<h3>${title}: ${REASONS[result.reason].heading}</h3>`,
    renderVerdict(result, redact, url),
    renderWhy(result, diagnosis, redact),
  ].filter(block => block !== undefined)
}

function extrasOf(build: ShownBuild, redact: Redact): Extra[] {
  const { kind, result, diagnosis } = build
  const warnings = renderWarnings(result, redact)
  // Elsewhere they stand in the build's own section.
  if (kind === 'passed' && warnings.length > 0) warnings.unshift(`<p>${nameOf(build, redact)}</p>`)
  return [
    ...whole('warnings', ...warnings),
    ...diagnosisExtras(diagnosis, redact),
    ...whole('the whole record', diagnosis && result.record && renderRecord(result.record, redact)),
  ]
}
