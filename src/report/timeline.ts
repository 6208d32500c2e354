import { timeOf, type BuildRecord, type RecordField } from '../codearts/record.ts'
import { formatDuration } from '../util/duration.ts'

/** A span between two times of a record, under a name of our own. */
interface Phase {
  readonly name: string
  readonly from: RecordField
  readonly to: RecordField
}

/**
 * `runnable_time` bounds none of them: what it means is not documented, and in the service's own example it lies before
 * `create_time`.
 */
const PHASES: readonly Phase[] = [
  { name: 'Scheduled', from: 'create_time', to: 'schedule_time' },
  { name: 'Queued', from: 'queued_time', to: 'start_time' },
  { name: 'Built', from: 'start_time', to: 'finish_time' },
]

/** A build ends after hours (4 at most, says the service); bars that lie further apart would not be seen beside it. */
const MAX_SPAN_MS = 7 * 24 * 60 * 60 * 1_000

interface Bar {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly endMs: number
}

/**
 * @returns a picture of where the time went, a Mermaid gantt in a fenced block; undefined when the record's times give
 * no bar. Nothing remote is in it but numbers.
 */
export function renderTimeline({ fields }: BuildRecord, success: boolean): string | undefined {
  const all = PHASES.flatMap(({ name, from, to }) => barOf(name, fields[from], fields[to]))
  const endMs = Math.max(...all.map(bar => bar.endMs))
  const bars = all.filter(bar => endMs - bar.startMs <= MAX_SPAN_MS)
  if (bars.length === 0) return undefined
  const lines = bars.map(({ name, startMs, endMs }) => {
    const state = name !== 'Built' ? 'done' : success ? 'active' : 'crit'
    return `    ${name} (${formatDuration(endMs - startMs)}) :${state}, ${startMs}, ${endMs - startMs}ms`
  })
  const axis = axisOf(endMs - Math.min(...bars.map(bar => bar.startMs)))
  const head = ['gantt', '    title When it was built, in your time zone', '    dateFormat x', ...axis]
  return ['```mermaid', ...head, ...lines, '```'].join('\n')
}

/** The distances between two marks of the axis: the first that leaves at most `MAX_MARKS` of them is taken. */
const TICKS: readonly (readonly [name: string, ms: number])[] = [
  ['1second', 1_000],
  ['5second', 5_000],
  ['15second', 15_000],
  ['30second', 30_000],
  ['1minute', 60_000],
  ['5minute', 300_000],
  ['15minute', 900_000],
  ['1hour', 3_600_000],
  ['6hour', 21_600_000],
]
const MAX_MARKS = 6

function axisOf(spanMs: number): string[] {
  const [name, ms] = TICKS.find(([, ms]) => spanMs / ms <= MAX_MARKS) ?? ['1day', 86_400_000]
  const format = ms < 60_000 ? '%H:%M:%S' : ms < 21_600_000 ? '%H:%M' : '%b %d, %H:%M'
  return [`    axisFormat ${format}`, `    tickInterval ${name}`]
}

/** @returns a bar, or none where a time is missing or odd. */
function barOf(name: string, from: string, to: string): Bar[] {
  const startMs = timeOf(from)
  const endMs = timeOf(to)
  return startMs === undefined || endMs === undefined || startMs >= endMs ? [] : [{ name, startMs, endMs }]
}
