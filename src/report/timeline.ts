import { timeOf, type BuildRecord } from '../codearts/record.ts'
import { formatDuration, isPlausibleDuration } from '../util/duration.ts'

interface Bar {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly endMs: number
  /** Its colour, as Mermaid calls it: grey, blue, red. */
  readonly state: 'done' | 'active' | 'crit'
}

/**
 * @param success whether the build passes; the picture of another one is folded.
 * @returns a picture of where the time went, a Mermaid gantt in a fenced block; undefined when the record's times give
 * no bar. Nothing remote is in it but numbers. `runnable_time` bounds no bar: what it means is not documented, and in the
 * service's own example it lies before `create_time`.
 */
export function renderTimeline({ fields }: BuildRecord, success: boolean): string | undefined {
  const { create_time, schedule_time, queued_time, start_time, finish_time } = fields
  const bars = [
    ...barOf('Scheduled', create_time, schedule_time, 'done'),
    ...barOf('Queued', queued_time, start_time, 'done'),
    ...barOf('Built', start_time, finish_time, success ? 'active' : 'crit'),
  ]
  const endMs = Math.max(...bars.map(bar => bar.endMs))
  return gantt('When it was built, in your time zone', bars, endMs, success)
}

interface TimelineBuild {
  readonly name: string
  readonly success: boolean
  readonly isUnfinished: boolean
  readonly record: BuildRecord | undefined
}

/**
 * @param isOpen whether it stands open, or folded.
 * @returns a picture of when each build was built, a bar each, as `renderTimeline` draws it; undefined when no record gives
 * a bar. A bar's name begins with the number of its build, and has nothing in it that Mermaid could take for more than a
 * name. A build that has not finished is shown until the last of the others had.
 */
export function renderBuildsTimeline(builds: readonly TimelineBuild[], isOpen: boolean): string | undefined {
  const endMs = Math.max(...builds.map(({ record }) => timeOf(record?.fields.finish_time ?? '') ?? 0))
  const bars = builds.flatMap(({ name, success, isUnfinished, record }, at) => {
    if (record === undefined) return []
    const { create_time, start_time, finish_time } = record.fields
    const until = isUnfinished ? new Date(endMs).toISOString() : finish_time
    const label = `${at + 1}. ${name.replace(/[^\p{L}\p{M}\p{N} ._-]/gu, '_')}`
    const state = isUnfinished ? 'done' : success ? 'active' : 'crit'
    return barOf(label, start_time === '' ? create_time : start_time, until, state)
  })
  return gantt('When each was built, in your time zone', bars, endMs, isOpen)
}

/**
 * In a closed fold Mermaid finds no width and draws nothing that is seen (tried with 11.12 in a frame, as on GitHub); this
 * is one that suits wide and narrow pages.
 */
const FOLDED_WIDTH = `%%{init: {"gantt": {"useWidth": 640}}}%%`

/** @returns the picture of the bars that begin near enough to `endMs`; undefined where there is none. */
function gantt(title: string, allBars: readonly Bar[], endMs: number, isOpen: boolean): string | undefined {
  // A build ends after hours (4 at most, says the service); bars that lie a week apart would not be seen beside it.
  const bars = allBars.filter(bar => isPlausibleDuration(endMs - bar.startMs))
  if (bars.length === 0) return undefined
  const lines = bars.map(({ name, startMs, endMs, state }) => {
    return `    ${name} (${formatDuration(endMs - startMs)}) :${state}, ${startMs}, ${endMs - startMs}ms`
  })
  const axis = axisOf(Math.max(...bars.map(bar => bar.endMs)) - Math.min(...bars.map(bar => bar.startMs)))
  const head = ['gantt', `    title ${title}`, '    dateFormat x', ...axis]
  const picture = ['```mermaid', ...(isOpen ? [] : [FOLDED_WIDTH]), ...head, ...lines, '```'].join('\n')
  return isOpen ? picture : `<details>\n<summary>The times</summary>\n\n${picture}\n\n</details>`
}

/** The distances between two marks of the axis: the first that leaves at most `MAX_MARKS` of them is taken. */
const TICKS = (
  [
    ['second', 1_000, [1, 5, 15, 30]],
    ['minute', 60_000, [1, 2, 5, 15, 30]],
    ['hour', 3_600_000, [1, 3, 6]],
  ] as const
).flatMap(([unit, unitMs, counts]) => counts.map(count => [`${count}${unit}`, count * unitMs] as const))
const MAX_MARKS = 4

function axisOf(spanMs: number): string[] {
  const [name, ms] = TICKS.find(([, ms]) => spanMs / ms <= MAX_MARKS) ?? ['1day', 86_400_000]
  const format = ms < 60_000 ? '%H:%M:%S' : ms < 21_600_000 ? '%H:%M' : '%b %d, %H:%M'
  return [`    axisFormat ${format}`, `    tickInterval ${name}`]
}

/** @returns a bar, or none where a time is missing or odd. */
function barOf(name: string, from: string, to: string, state: Bar['state']): Bar[] {
  const startMs = timeOf(from)
  const endMs = timeOf(to)
  if (startMs === undefined || endMs === undefined || startMs >= endMs) return []
  return [{ name, startMs, endMs, state }]
}
