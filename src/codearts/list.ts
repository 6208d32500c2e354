import { unusable, type Reading } from './answer.ts'
import type { Answered, Ask, Asking } from './ask.ts'
import { buildNoOf, eitherCase } from './fields.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** A build as a job's list of builds has it. */
export interface ListedBuild {
  readonly buildNo: number
  /** Empty as long as the list does not show it. */
  readonly commit: string
  /** Empty as long as the list does not show it. */
  readonly branch: string
  readonly isOver: boolean
}

const HOUR_MS = 60 * 60 * 1_000
/**
 * The service takes wall-clock times of a zone that nobody documents, at most 14 h ahead of UTC or 12 h behind. A window
 * that ends a day ahead reaches the present in every one of them.
 */
const AHEAD_MS = 24 * HOUR_MS
/** The service takes 31 days at most (CB.00031105); two hours less, for zones that change their clocks within them. */
const WINDOW_MS = (31 * 24 - 2) * HOUR_MS
/** The most that the service gives in one page. */
const PAGE_SIZE = 100
/** Ten thousand builds: a list that is longer than that does not end. */
const MAX_PAGES = 100

/**
 * Reads the builds of a job of the last 30 days, page by page. Source: ListBuildInfoRecordByJobId of the API reference,
 * section 3.4; its order is not documented.
 * @param sinceMs where given, only builds from a day before that time (by the service's clock) on are asked for.
 * @param nowMs this machine's time, milliseconds since 1970: the window is drawn anew if the service's own is another.
 * @returns every build once, the newest first.
 */
export async function listBuilds(
  ask: Ask,
  jobId: string,
  asking: Asking,
  nowMs: number,
  sinceMs?: number,
): Promise<Answered<readonly ListedBuild[]>> {
  const readPage = (page: number, endMs: number): Promise<Reading> =>
    ask(pathOf(jobId, page, windowTo(endMs, sinceMs)), asking)
  const builds = new Map<number, ListedBuild>()
  let endMs = nowMs + AHEAD_MS
  let reading = await readPage(0, endMs)
  if (reading.ok && Math.abs(reading.dateMs - nowMs) > HOUR_MS) {
    endMs = reading.dateMs + AHEAD_MS
    reading = await readPage(0, endMs)
  }
  for (let page = 0; page < MAX_PAGES; page++) {
    if (page > 0) reading = await readPage(page, endMs)
    if (!reading.ok) return reading
    const parsed = parsePage(reading.result)
    if ('why' in parsed) return unusable(parsed.why)
    for (const build of parsed.builds) builds.set(build.buildNo, build)
    if (isLastPage(parsed, page, builds.size)) {
      const newestFirst = [...builds.values()].sort((one, other) => other.buildNo - one.buildNo)
      return { ok: true, value: newestFirst, dateMs: reading.dateMs }
    }
  }
  return unusable(`its list of builds has more than ${MAX_PAGES} pages`)
}

function windowTo(endMs: number, sinceMs = 0): Window {
  return { startMs: Math.max(endMs - WINDOW_MS, sinceMs - AHEAD_MS), endMs }
}

function pathOf(jobId: string, page: number, { startMs, endMs }: Window): string {
  const query = [
    `start_time=${encodeURIComponent(wallClock(startMs))}`,
    `end_time=${encodeURIComponent(wallClock(endMs))}`,
    `page_index=${page}`,
    `page_size=${PAGE_SIZE}`,
  ]
  return `/v1/record/${jobId}/list?${query.join('&')}`
}

/** @returns `yyyy-MM-dd HH:mm:ss` of UTC; the service reads it in its own zone. */
function wallClock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

interface Window {
  readonly startMs: number
  readonly endMs: number
}

interface Page {
  readonly builds: readonly ListedBuild[]
  /** How many pages and builds the service says there are; 0 where it does not. */
  readonly pages: number
  readonly total: number
}

function parsePage(result: unknown): Page | { readonly why: string } {
  if (!isJsonObject(result)) return { why: 'its result is not a list of builds' }
  const rows = eitherCase(result, 'job_build_states') ?? []
  if (!Array.isArray(rows)) return { why: 'its job_build_states is not a list' }
  const builds: ListedBuild[] = []
  for (const row of rows as unknown[]) {
    const build = isJsonObject(row) ? parseBuild(row) : undefined
    if (build === undefined) return { why: 'its list has a build without a number' }
    builds.push(build)
  }
  const count = (name: string): number => Number(eitherCase(result, name) ?? 0) || 0
  return { builds, pages: count('total_page'), total: count('total_record') }
}

function parseBuild(row: JsonObject): ListedBuild | undefined {
  const buildNo = buildNoOf(eitherCase(row, 'number'))
  if (buildNo === undefined) return undefined
  const text = (object: JsonObject, name: string): string => {
    const value = eitherCase(object, name)
    return typeof value === 'string' ? value : ''
  }
  const info = eitherCase(row, 'commit_info')
  const commit = text(row, 'commit_id') || (isJsonObject(info) ? text(info, 'commit_id') : '')
  const isOver =
    text(row, 'job_running_status').toLowerCase() === 'finished' ||
    FINAL_STATES.includes(text(row, 'state').toUpperCase())
  return { buildNo, commit, branch: text(row, 'code_branch'), isOver }
}

/** Source: API reference, section 3.3; in upper case. */
const FINAL_STATES: readonly string[] = ['SUCCESS', 'FAILURE', 'ABORTED', 'TIMEOUT', 'SCHEDULE_FAILURE']

/** What the service says of the length counts, and an empty page; without its word a page that is not full. */
function isLastPage({ builds, pages, total }: Page, page: number, read: number): boolean {
  if (builds.length === 0) return true
  const knowsLength = pages > 0 || total > 0
  return knowsLength ? page + 1 >= pages && read >= total : builds.length < PAGE_SIZE
}
