import { unusable, type NoUse, type Reading } from './answer.ts'
import type { Answered, Ask, Asking } from './ask.ts'
import { buildNoOf, camelCase, eitherCase } from './fields.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** A build as a job's list of builds has it. */
export interface ListedBuild {
  readonly buildNo: number
  /** As it came. Empty where the list shows none, more than one, or one that is too long for a commit. */
  readonly commit: string
  readonly isOver: boolean
}

/** `recent`: the builds of the last 3 days. `whole`: of the last 30. */
export type ListWindow = 'recent' | 'whole'

const SECOND_MS = 1_000
const HOUR_MS = 60 * 60 * SECOND_MS
const DAY_MS = 24 * HOUR_MS
/**
 * The service takes wall-clock times of a zone that nobody documents, at most 14 h ahead of UTC or 12 h behind. A window
 * with a day more at both ends holds what it should in every one of them.
 */
const ZONES_MS = DAY_MS
const RECENT_MS = 3 * DAY_MS
/** The service takes 31 days at most (CB.00031105); two hours less, for zones that change their clocks within them. */
const WHOLE_MS = 31 * DAY_MS - 2 * HOUR_MS
/** The zone of the service in China, for a service that takes no window that ends in its future. */
const CHINA_MS = 8 * HOUR_MS

/** The most that the service gives in one page. Source: API reference, section 3.4. */
const PAGE_SIZE = 100
/** Contract section 3. */
const MAX_ROWS = 10_000
const MAX_PAGES = MAX_ROWS / PAGE_SIZE
/** How often a list is read, in all, until its pages agree. */
const MAX_READS = 3

/** What a search by commit can do about a list that is no use. */
const GIVE_BUILD_NO = 'give build_no, or run the step again later'

/**
 * The list of a job's builds. Source: ListBuildInfoRecordByJobId of the API reference, section 3.4. The order of its rows
 * is not documented, and none is relied on.
 */
export class BuildList {
  readonly #ask: Ask
  readonly #jobId: string
  readonly #nowMs: () => number
  /** How far the service's clock is ahead of this machine's, as far as it matters. */
  #aheadMs = 0
  /** Whether the service refuses windows that end in its future. */
  #endsNow = false
  #hasAnswered = false

  /** Whether the service has given this run any page of the list. */
  get hasAnswered(): boolean {
    return this.#hasAnswered
  }

  /** @param nowMs this machine's time, milliseconds since 1970. */
  constructor(ask: Ask, jobId: string, nowMs: () => number) {
    this.#ask = ask
    this.#jobId = jobId
    this.#nowMs = nowMs
  }

  /**
   * Reads all pages of the list, and reads it anew where they do not make a whole: a build that begins meanwhile moves
   * rows from page to page.
   * @returns every build of the window once; a problem where it cannot be read whole, which may be tried again later.
   */
  async read(window: ListWindow, asking: Asking): Promise<Answered<readonly ListedBuild[]>> {
    for (let reads = 1; ; reads++) {
      const read = await this.#readOnce(window, asking)
      if (!('gap' in read)) return read
      if (reads < MAX_READS) continue
      const why = `its list of builds is not whole, read ${MAX_READS} times: ${read.gap}`
      return { ...withHint(unusable(why)), again: { again: true } }
    }
  }

  async #readOnce(window: ListWindow, asking: Asking): Promise<Answered<readonly ListedBuild[]> | Gap> {
    const first = await this.#readFirstPage(window, asking)
    let { reading } = first
    let totals: Totals | undefined
    const builds = new Map<number, ListedBuild>()
    for (let page = 0; ; page++) {
      if (page > 0) reading = await this.#ask(pathOf(this.#jobId, page, first.bounds), asking)
      if (!reading.ok) return reading
      const parsed = parsePage(reading.result)
      if ('why' in parsed) return withHint(unusable(parsed.why))
      totals ??= parsed.totals
      if (!areSame(totals, parsed.totals))
        return { gap: `page 0 announces ${inWords(totals)} and page ${page} ${inWords(parsed.totals)}` }
      for (const build of parsed.builds) builds.set(build.buildNo, merged(build, builds.get(build.buildNo)))
      const isLast = isLastPage(page, parsed)
      if (isLast || parsed.builds.length === 0) {
        const gap = gapIn(totals, builds.size, isLast)
        return gap ?? { ok: true, value: [...builds.values()], dateMs: reading.dateMs }
      }
      if (page + 1 >= MAX_PAGES)
        return withHint(
          unusable(`its list of builds has more than ${MAX_PAGES} pages, the most that are read`),
        )
    }
  }

  /**
   * Reads the first page, and once more where the window was not right: the service refuses its end, or has a clock that
   * is far from this machine's.
   * @returns the page, and the bounds that all pages after it must have.
   */
  async #readFirstPage(window: ListWindow, asking: Asking): Promise<FirstPage> {
    let first = await this.#readPageZero(window, asking)
    if (isRefused(first.reading) && !this.#endsNow) {
      this.#endsNow = true
      first = await this.#readPageZero(window, asking)
      this.#endsNow = first.reading.ok
    }
    if (!first.reading.ok) return first
    this.#hasAnswered = true
    const aheadMs = first.reading.dateMs - this.#nowMs()
    const driftMs = aheadMs - this.#aheadMs
    // A window that ends a day ahead allows for an hour. One that ends now must not end before the service's own now.
    if (this.#endsNow ? driftMs <= 2 * SECOND_MS : Math.abs(driftMs) <= HOUR_MS) return first
    this.#aheadMs = aheadMs
    return this.#readPageZero(window, asking)
  }

  async #readPageZero(window: ListWindow, asking: Asking): Promise<FirstPage> {
    const nowMs = this.#nowMs() + this.#aheadMs
    const endMs = nowMs + (this.#endsNow ? CHINA_MS : ZONES_MS)
    const startMs = window === 'recent' ? nowMs - RECENT_MS - ZONES_MS : endMs - WHOLE_MS
    const bounds = { startMs, endMs }
    // A service that throttles the very first request is an error like any other.
    const outlastsThrottling = asking.outlastsThrottling === true && this.#hasAnswered
    const reading = await this.#ask(pathOf(this.#jobId, 0, bounds), { ...asking, outlastsThrottling })
    return { reading, bounds }
  }
}

interface Bounds {
  readonly startMs: number
  readonly endMs: number
}

interface FirstPage {
  readonly reading: Reading
  readonly bounds: Bounds
}

/** Why the pages of one read do not make a whole list: a clause with both figures. */
interface Gap {
  readonly gap: string
}

/** How much the service says there is; undefined where it does not say. */
interface Totals {
  readonly pages: number | undefined
  readonly builds: number | undefined
}

interface Page {
  readonly builds: readonly ListedBuild[]
  readonly totals: Totals
}

/** @returns whether the service has read the request and does not want it: another try of the same would not help. */
function isRefused(reading: Reading): boolean {
  return !reading.ok && reading.problem.reason === 'service_error' && !reading.again.again
}

function withHint({ problem, ...rest }: NoUse): NoUse {
  return { ...rest, problem: { ...problem, hint: GIVE_BUILD_NO } }
}

function pathOf(jobId: string, page: number, { startMs, endMs }: Bounds): string {
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

/** What the service says of the length counts; without its word a page that is not full is the last one. */
function isLastPage(page: number, { builds, totals }: Page): boolean {
  const pages =
    totals.pages ?? (totals.builds === undefined ? undefined : Math.ceil(totals.builds / PAGE_SIZE))
  return pages === undefined ? builds.length < PAGE_SIZE : page + 1 >= pages
}

/**
 * @param count how many different builds came.
 * @param isLast whether all announced pages were read; an empty page before the last one ends the read, too.
 */
function gapIn(totals: Totals, count: number, isLast: boolean): Gap | undefined {
  const { pages, builds } = totals
  const neededPages = Math.ceil(count / PAGE_SIZE)
  const isWhole =
    isLast &&
    (builds === undefined || builds === count) &&
    (pages === undefined || pages >= neededPages) &&
    // Without their number, full pages are all that tells that no build is missing.
    (builds !== undefined || pages === undefined || pages <= Math.max(1, neededPages))
  return isWhole ? undefined : { gap: `it announces ${inWords(totals)}, and ${count} different builds came` }
}

function areSame(one: Totals, other: Totals): boolean {
  return one.pages === other.pages && one.builds === other.builds
}

function inWords({ pages, builds }: Totals): string {
  const words = [
    ...(builds === undefined ? [] : [`${builds} ${builds === 1 ? 'build' : 'builds'}`]),
    ...(pages === undefined ? [] : [`${pages} ${pages === 1 ? 'page' : 'pages'}`]),
  ]
  return words.length === 0 ? 'no total' : words.join(' on ')
}

/** Two rows of one build that do not agree decide nothing: the record will. */
function merged(row: ListedBuild, earlier: ListedBuild | undefined): ListedBuild {
  if (earlier === undefined) return row
  const commit = earlier.commit === row.commit ? row.commit : ''
  return { buildNo: row.buildNo, commit, isOver: earlier.isOver && row.isOver }
}

interface Unread {
  /** A clause. */
  readonly why: string
}

function parsePage(result: unknown): Page | Unread {
  if (!isJsonObject(result)) return { why: 'its result is not a list of builds' }
  const twofold = inBothCases(result, ['job_build_states', 'total_page', 'total_record'])
  if (twofold !== undefined) return { why: twofold }
  const rows = eitherCase(result, 'job_build_states') ?? undefined
  const totals = { pages: totalOf(result, 'total_page'), builds: totalOf(result, 'total_record') }
  if (totals.pages === null || totals.builds === null) return { why: 'a total of its list is not a number' }
  if (rows === undefined && totals.pages === undefined && totals.builds === undefined)
    return { why: 'its result is not a list of builds' }
  if (rows !== undefined && !Array.isArray(rows)) return { why: 'its job_build_states is not a list' }
  if ((totals.builds ?? 0) > MAX_ROWS || (totals.pages ?? 0) > MAX_PAGES) {
    const limit = `${MAX_ROWS} builds on ${MAX_PAGES} pages`
    return { why: `its list announces ${inWords(totals as Totals)}, and at most ${limit} are read` }
  }
  const { length } = rows ?? []
  // Before anything is made of them: a page may have as many rows as its bytes can hold.
  if (length > PAGE_SIZE)
    return { why: `a page of its list has ${length} rows, and ${PAGE_SIZE} were asked for` }
  const builds: ListedBuild[] = []
  for (const row of (rows ?? []) as unknown[]) {
    const build = isJsonObject(row) ? parseRow(row) : { why: 'its list has a row that is no object' }
    if ('why' in build) return build
    builds.push(build)
  }
  return { builds, totals: totals as Totals }
}

/** @returns a total, as a number or in digits; undefined where there is none, null where it is anything else. */
function totalOf(result: JsonObject, name: string): number | undefined | null {
  const value = eitherCase(result, name)
  if (value === undefined || value === null || value === '') return undefined
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && /^[0-9]{1,15}$/.test(text) ? Number(text) : null
}

function parseRow(row: JsonObject): ListedBuild | Unread {
  const twofold = inBothCases(row, ['commit_id', 'commit_info', 'job_running_status'])
  if (twofold !== undefined) return { why: twofold }
  const buildNo = buildNoOf(eitherCase(row, 'number'))
  if (buildNo === undefined) return { why: 'its list has a build without a number' }
  const word = (name: string): string => {
    const value = eitherCase(row, name)
    return typeof value === 'string' ? value.toUpperCase() : ''
  }
  const isOver = word('job_running_status') === 'FINISHED' || FINAL_STATES.includes(word('state'))
  return { buildNo, commit: commitOf(row), isOver }
}

/** Source: API reference, section 3.3; in upper case. */
const FINAL_STATES: readonly string[] = ['SUCCESS', 'FAILURE', 'ABORTED', 'TIMEOUT', 'SCHEDULE_FAILURE']

/** A hash has 64 at most. Rows are kept for a whole run, and so is nothing that is long. */
const MAX_COMMIT_CHARACTERS = 100

/** @returns the commit of a row, which may be in two places; empty unless all that is there is one and the same text. */
function commitOf(row: JsonObject): string {
  const info = eitherCase(row, 'commit_info')
  const ids = [row, ...(isJsonObject(info) ? [info] : [])].flatMap(object => [
    object['commit_id'],
    object['commitId'],
  ])
  const shown = new Set(ids.filter(id => id !== undefined && id !== null && id !== ''))
  const [commit] = shown
  return shown.size === 1 && typeof commit === 'string' && commit.length <= MAX_COMMIT_CHARACTERS
    ? commit
    : ''
}

/** @returns which field an object has in both casings with two values, a clause; undefined for none. */
function inBothCases(object: JsonObject, names: readonly string[]): string | undefined {
  const twofold = names.find(name => {
    const camelName = camelCase(name)
    return (
      Object.hasOwn(object, name) && Object.hasOwn(object, camelName) && object[name] !== object[camelName]
    )
  })
  return twofold === undefined ? undefined : `its fields ${twofold} and ${camelCase(twofold)} differ`
}
