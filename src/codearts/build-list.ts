import type { Failure, Result } from '../util/api-error.ts'
import { message } from '../util/message.ts'
import type { ApiGet, RequestOptions } from './request-tools.ts'
import {
  allOrWhy,
  buildNoOf,
  casingMismatch,
  eitherCase,
  isJsonObject,
  scalarText,
  valuesIn,
  type JsonObject,
} from './json.ts'
import { invalid, type AnswerWords, type ApiResponse } from './response.ts'
import { outcomeOf } from './record.ts'

/** A row of a build task's list of builds. */
export interface ListedBuild {
  readonly buildNo: number
  /** Unchanged. Empty if the list shows none, more than one, or one that is too long for a commit. */
  readonly commit: string
  readonly isFinished: boolean
}

/** `recent`: the builds of the last 3 days. `whole`: of the last 30. */
export type ListWindow = 'recent' | 'whole'

const SECOND_MS = 1_000
const HOUR_MS = 60 * 60 * SECOND_MS
const DAY_MS = 24 * HOUR_MS
/**
 * The service expects local times of a zone that is not documented, at most 14 h ahead of UTC or 12 h behind. A window
 * that is a day longer at both ends is right in every zone.
 */
const ZONES_MS = DAY_MS
const RECENT_MS = 3 * DAY_MS
/** The service accepts 31 days at most (CB.00031105); two hours less, for zones with daylight saving time. */
const WHOLE_MS = 31 * DAY_MS - 2 * HOUR_MS
/** The zone of the service in China, for a service that refuses a window that ends in its future. */
const CHINA_MS = 8 * HOUR_MS

/** The most rows of one page. Source: API reference, section 3.4. */
const PAGE_SIZE = 100
/** Contract section 3. */
const MAX_ROWS = 10_000
const MAX_PAGES = MAX_ROWS / PAGE_SIZE
/** Contract section 5. */
const MAX_PAGE_BYTES = 1024 * 1024
/** How often a list is read, in all, until its pages agree. */
const MAX_READS = 3
/** A hash has 64 characters at most. Longer texts are not kept. */
export const MAX_COMMIT_CHARACTERS = 100

/** What a run has learned about the windows of lists. */
interface Zone {
  /** How far the service's clock is ahead of this machine's, as far as it matters. */
  readonly aheadMs: number
  /** Whether the service refuses windows that end in its future. */
  readonly endsNow: boolean
}

/** The list of one build task. */
export interface ListSource {
  readonly get: ApiGet
  readonly jobId: string
  /** This machine's time, milliseconds since 1970. */
  readonly nowMs: () => number
  /** The same for all lists of a run: what it learns of their windows is the same for all of its builds. */
  readonly shared: { zone: Zone }
}

/** As long as nothing else is known. */
export const FIRST_ZONE: Zone = { aheadMs: 0, endsNow: false }

/**
 * Reads all pages of a build task's list, and reads it again if they do not agree: a build that begins meanwhile moves rows
 * from page to page. Source: ListBuildInfoRecordByJobId of the API reference, section 3.4. The order of its rows is not
 * documented, so the gate does not rely on it.
 * @returns every build of the window once; an error if the list is not complete, which may be retried later.
 */
export async function readBuildList(
  source: ListSource,
  window: ListWindow,
  options: RequestOptions,
): Promise<Result<readonly ListedBuild[]>> {
  for (let reads = 1; ; reads++) {
    const read = await readOnce(source, window, { ...options, maxBodyBytes: MAX_PAGE_BYTES })
    if (!('gap' in read)) return read
    if (reads < MAX_READS) continue
    const why = `its list of builds was read ${MAX_READS} times and is not complete: ${read.gap}`
    return unusable(read.answer, why, true)
  }
}

async function readOnce(
  source: ListSource,
  window: ListWindow,
  options: RequestOptions,
): Promise<Result<readonly ListedBuild[]> | Gap> {
  const { bounds, ...first } = await readFirstPage(source, window, options)
  let { response } = first
  let announced: string | undefined
  const builds = new Map<number, ListedBuild>()
  let isShort = false
  for (let page = 0; ; page++) {
    if (page > 0) response = await source.get(pathOf(source.jobId, page, bounds), options)
    if (!response.ok) return response
    const { answer } = response
    const parsed = parsePage(response.result)
    if (typeof parsed === 'string') return unusable(answer, parsed)
    const announces = describe(parsed)
    announced ??= announces
    if (announces !== announced)
      return { gap: `page 0 announces ${announced} and page ${page} ${announces}`, answer }
    for (const row of parsed.rows) builds.set(row.buildNo, merged(row, builds.get(row.buildNo)))
    const isLast = isLastPage(page, parsed)
    isShort ||= !isLast && parsed.rows.length < PAGE_SIZE
    if (!isLast && parsed.rows.length > 0) {
      if (page + 1 < MAX_PAGES) continue
      return unusable(answer, `its list of builds has more than ${MAX_PAGES} pages, the most that are read`)
    }
    // Without the number of builds, only full pages ahead of the last one show that no row has moved.
    const haveMoved = parsed.buildCount === undefined && isShort
    if (isLast && !haveMoved && isWhole(parsed, builds.size)) return { ok: true, value: [...builds.values()] }
    const came = builds.size === 1 ? '1 build' : `${builds.size} different builds`
    return { gap: `it announces ${announced}, and ${came} came`, answer }
  }
}

/**
 * Reads the first page, and once more if the window was wrong: the service refuses its end, or its clock differs much from
 * this machine's.
 * @returns the page, and the bounds that all pages after it must have.
 */
async function readFirstPage(
  source: ListSource,
  window: ListWindow,
  options: RequestOptions,
): Promise<FirstPage> {
  const { nowMs, shared } = source
  let first = await readPageZero(source, window, options)
  if (isRefused(first.response) && !first.zone.endsNow) {
    first = await readPageZero(source, window, options, { ...first.zone, endsNow: true })
    if (first.response.ok) shared.zone = first.zone
  }
  if (!first.response.ok) return first
  const { dateMs = nowMs() } = first.response
  const aheadMs = dateMs - nowMs()
  const driftMs = aheadMs - first.zone.aheadMs
  // A window that ends a day ahead allows for an hour. One that ends now must not end before the service's own now.
  if (first.zone.endsNow ? driftMs <= 2 * SECOND_MS : Math.abs(driftMs) <= HOUR_MS) return first
  shared.zone = { ...first.zone, aheadMs }
  return readPageZero(source, window, options)
}

/** @param tried a zone that is tried out, ahead of all other lists of the run. */
async function readPageZero(
  source: ListSource,
  window: ListWindow,
  options: RequestOptions,
  tried?: Zone,
): Promise<FirstPage> {
  const { get, jobId, nowMs: now, shared } = source
  const before = shared.zone
  const zone = tried ?? before
  const nowMs = now() + zone.aheadMs
  const endMs = nowMs + (zone.endsNow ? CHINA_MS : ZONES_MS)
  const startMs = window === 'recent' ? nowMs - RECENT_MS - ZONES_MS : endMs - WHOLE_MS
  const bounds = { start_time: wallClock(startMs), end_time: wallClock(endMs) }
  // Another list of the run may learn more while the queue holds this request back.
  const isNeedless = (): boolean => shared.zone !== before
  const ahead = tried === undefined ? {} : ({ priority: 'ahead' } as const)
  const response = await get(pathOf(jobId, 0, bounds), { ...options, ...ahead, isNeedless })
  const isSent = response.ok || response.error.kind !== 'needless'
  return isSent ? { response, bounds, zone } : readPageZero(source, window, options)
}

/** The parameters of the query that must be the same for all pages of one read. */
type Bounds = Readonly<Record<'start_time' | 'end_time', string>>

interface FirstPage {
  readonly zone: Zone
  readonly response: ApiResponse
  readonly bounds: Bounds
}

/** Why the pages of one read are not a complete list: a clause with both figures, and the answer that shows it. */
interface Gap {
  readonly gap: string
  readonly answer: AnswerWords
}

/** A page, and the totals that the service announces; undefined if it does not. */
interface Page {
  readonly rows: readonly ListedBuild[]
  readonly pageCount: number | undefined
  readonly buildCount: number | undefined
}

/** @returns whether the service does not accept the request: trying the same again would not help. */
function isRefused(response: ApiResponse): boolean {
  return !response.ok && response.error.reason === 'service_error' && !response.error.retryable
}

function unusable(answer: AnswerWords, why: string, retryable = false): Failure {
  const problem = message`The list of builds cannot be used`
  const remedy = message`Run the step again later, or give build_no: then it needs no list`
  return { ok: false, error: { ...invalid(answer, [why]).error, problem, remedy, retryable } }
}

function pathOf(jobId: string, page: number, bounds: Bounds): string {
  const query = Object.entries({ ...bounds, page_index: page, page_size: PAGE_SIZE })
  return `/v1/record/${jobId}/list?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
}

/** @returns `yyyy-MM-dd HH:mm:ss` of UTC; the service reads it in its own zone. */
function wallClock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** The totals of the service decide; without totals, a page that is not full is the last one. */
function isLastPage(page: number, { rows, pageCount, buildCount }: Page): boolean {
  if (pageCount !== undefined) return page + 1 >= pageCount
  return buildCount === undefined ? rows.length < PAGE_SIZE : (page + 1) * PAGE_SIZE >= buildCount
}

/** @returns whether this number of different builds, read to the last page, is what the service announces. */
function isWhole({ pageCount, buildCount }: Page, count: number): boolean {
  if (buildCount !== undefined && buildCount !== count) return false
  if (pageCount === undefined) return true
  const filledPages = Math.ceil(count / PAGE_SIZE)
  // Without the number of builds, only full pages show that none is missing; no build makes one empty page.
  const mayBeEmpty = buildCount !== undefined || count === 0
  return mayBeEmpty ? pageCount >= filledPages : pageCount === filledPages
}

/** @returns what a page announces, in words: `201 builds on 3 pages`. */
function describe({ pageCount, buildCount }: Pick<Page, 'pageCount' | 'buildCount'>): string {
  const builds = buildCount === undefined ? [] : [`${buildCount} ${buildCount === 1 ? 'build' : 'builds'}`]
  const pages = pageCount === undefined ? [] : [`${pageCount} ${pageCount === 1 ? 'page' : 'pages'}`]
  return [...builds, ...pages].join(' on ') || 'no total'
}

/** If two rows of one build do not agree, the commit stays empty, and the record decides. */
function merged(row: ListedBuild, earlier = row): ListedBuild {
  const commit = earlier.commit === row.commit ? row.commit : ''
  return { buildNo: row.buildNo, commit, isFinished: earlier.isFinished && row.isFinished }
}

/** @returns a page, or why the result is not one, a clause. */
function parsePage(result: unknown): Page | string {
  const noList = 'its result is not a list of builds'
  if (!isJsonObject(result)) return noList
  const mismatch = casingMismatch(result, ['job_build_states', 'total_page', 'total_record'])
  if (mismatch !== undefined) return mismatch
  const items = eitherCase(result, 'job_build_states') ?? undefined
  const pageCount = totalOf(result, 'total_page')
  const buildCount = totalOf(result, 'total_record')
  if (Number.isNaN(pageCount) || Number.isNaN(buildCount)) return 'a total of its list is not a number'
  if (items === undefined && pageCount === undefined && buildCount === undefined) return noList
  if (items !== undefined && !Array.isArray(items)) return 'its job_build_states is not a list'
  if ((buildCount ?? 0) > MAX_ROWS || (pageCount ?? 0) > MAX_PAGES)
    return `its list announces ${describe({ pageCount, buildCount })}, and at most ${MAX_ROWS} builds on ${MAX_PAGES} pages are read`
  // Checked first: a page could have as many rows as fit into its bytes.
  if (items !== undefined && items.length > PAGE_SIZE)
    return `a page of its list has ${items.length} rows, and at most ${PAGE_SIZE} were asked for`
  const rows = allOrWhy((items ?? []).map(parseRow))
  return typeof rows === 'string' ? rows : { rows, pageCount, buildCount }
}

/** @returns a total that is a number or digits; undefined if there is none, NaN if it is anything else. */
function totalOf(result: JsonObject, name: string): number | undefined {
  const value = eitherCase(result, name)
  if (value === undefined || value === null || value === '') return undefined
  const text = scalarText(value)
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN
}

function parseRow(row: unknown): ListedBuild | string {
  if (!isJsonObject(row)) return 'its list has a row that is no object'
  const mismatch = casingMismatch(row, ['commit_id', 'commit_info', 'job_running_status'])
  if (mismatch !== undefined) return mismatch
  const buildNo = buildNoOf(eitherCase(row, 'number'))
  if (buildNo === undefined) return 'its list has a build without a number'
  const [running, state] = [eitherCase(row, 'job_running_status'), eitherCase(row, 'state')]
  const isFinished =
    (typeof running === 'string' && running.toLowerCase() === 'finished') ||
    (typeof state === 'string' && outcomeOf(state) !== undefined)
  return { buildNo, commit: commitOf(row), isFinished }
}

/** @returns the commit of a row, which may be in two places; empty if they differ. */
function commitOf(row: JsonObject): string {
  const info = eitherCase(row, 'commit_info')
  const shown = new Set(valuesIn(isJsonObject(info) ? [row, info] : [row], 'commit_id'))
  const [commit] = shown
  const isOne = shown.size === 1 && typeof commit === 'string' && commit.length <= MAX_COMMIT_CHARACTERS
  return isOne ? commit : ''
}

/**
 * Reads the number of a build task's newest build, whatever its state: ShowRunningStatus of the API reference, section 3.3.
 * @returns the number, or undefined for a build task that was never built.
 */
export async function readLastBuildNo(
  get: ApiGet,
  jobId: string,
  options: RequestOptions,
): Promise<Result<number | undefined>> {
  const response = await get(`/v1/job/${jobId}/running-status`, options)
  if (!response.ok) return response
  const { result, answer } = response
  if (!isJsonObject(result))
    return invalid(answer, message`its result is not the running status of a build task`)
  const mismatch = casingMismatch(result, ['last_build_no'])
  if (mismatch !== undefined) return invalid(answer, [mismatch])
  const last = eitherCase(result, 'last_build_no') ?? ''
  const value = buildNoOf(last)
  if (value === undefined && last !== '' && last !== '0' && last !== 0)
    return invalid(answer, message`its last_build_no is not the number of a build`)
  return { ok: true, value }
}
