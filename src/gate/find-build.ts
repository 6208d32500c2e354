import { MAX_COMMIT_CHARACTERS, type ListedBuild, type ListWindow } from '../codearts/build-list.ts'
import type { ReadRecord } from '../codearts/client.ts'
import type { RequestOptions } from '../codearts/request-tools.ts'
import { INVALID, invalid } from '../codearts/response.ts'
import { describeError, type ApiError } from '../util/api-error.ts'
import { timeLimit } from '../util/clock.ts'
import { inQuotes, message, type Message } from '../util/message.ts'
import type { BuildQuery } from './build-query.ts'
import { decisionOf, isAsked, mayBeAsked, rowShows, type Decision } from './commit-decision.ts'
import type { PolledBuild } from './poll-build.ts'
import {
  ambiguousCommit,
  describeExpected,
  doNotShowCommit,
  foundByCommit,
  judgedAnyway,
  mayBeOfCommit,
  noBuildOfCommit,
  OTHER_RECORD,
  doubtWarning,
  type Doubt,
  type ErrorWords,
} from './messages.ts'
import type { Poller, PollEnd, PollResult } from './poll.ts'
import type { Reason } from './reasons.ts'

/** The number of a build, or why none was found. */
type FoundBuild =
  | (Omit<PolledBuild, 'jobId' | 'expected'> & { readonly ok: true; readonly warnings: readonly Message[] })
  | (ErrorWords & { readonly ok: false; readonly reason: Reason })

/** Finds the number of the requested build, and waits for it to appear as long as the inputs allow. */
export async function findBuild(query: BuildQuery, poller: Poller): Promise<PollEnd<FoundBuild>> {
  const { jobId, buildNo, expected, isStarted } = query
  if (buildNo === undefined) {
    const search = new CommitSearch(query, poller)
    return poller.until(message`a build of ${describeExpected(expected)}`, options => search.poll(options))
  }
  if (buildNo !== 'latest')
    return { kind: 'done', value: { ok: true, buildNo, isFound: isStarted === true, warnings: [] } }
  return poller.until(message`a build of the build task`, options => pollLatest(jobId, options, poller))
}

async function pollLatest(
  jobId: string,
  options: RequestOptions,
  { tools }: Poller,
): Promise<PollResult<FoundBuild>> {
  const last = await tools.service.readLastBuildNo(jobId, options)
  if (!last.ok) return { kind: 'error', error: last.error }
  if (last.value === undefined)
    return notFound({
      problem: message`The build task was never built`,
      remedy: message`Start a build of it in CodeArts, or with the action in start/, then run this step`,
      message: message`the service gives no number of a last build`,
    })
  tools.log.info(`The newest build of build task ${jobId} is ${last.value}`)
  return done({ ok: true, buildNo: last.value, isFound: true, warnings: [] })
}

/** Contract section 3. */
const MAX_RECORDS = 200
const MAX_BUILDS = 10_000
const MAX_SEARCH_MINUTES = 2

/** A build of the build task, and what all polls so far have shown about it. */
interface SearchedBuild {
  /** The row in the last list that contained it. */
  row: ListedBuild
  decision: Decision
  /** The commit in its record; empty for none. */
  commit: string
  /** Since when it has been undecided, by the clock. */
  undecidedSinceMs?: number
  /** Why no older build may be judged in its place: it has finished, and its record did not come. */
  absence?: ApiError | undefined
}

/**
 * Searches for the newest build of a commit, poll by poll (contract section 3). The list says which builds exist. The record
 * of a build says what it built, unless the row shows the full hash of another commit.
 */
class CommitSearch {
  readonly #query: BuildQuery
  readonly #poller: Poller
  readonly #canWait: boolean
  readonly #builds = new Map<number, SearchedBuild>()
  /** The newest build of the commit among those that are decided. */
  #match: SearchedBuild | undefined
  /** The record of the match, if this poll has read it. */
  #matchRecord: ReadRecord | undefined
  /** Builds that this poll has left undecided, and how many records it has read. */
  #undecided: SearchedBuild[] = []
  #recordCount = 0
  #hasReadWhole = false

  constructor(query: BuildQuery, poller: Poller) {
    this.#query = query
    this.#poller = poller
    this.#canWait = poller.tools.wait !== undefined
  }

  /** Polls once; without `wait` for two minutes at most. */
  async poll(options: RequestOptions): Promise<PollResult<FoundBuild>> {
    if (this.#canWait) return this.#pollOnce(options)
    const limit = timeLimit(this.#poller.tools.clock, MAX_SEARCH_MINUTES * 60_000, options.signal)
    const { signal } = limit
    const result = await this.#pollOnce({ ...options, signal, limit, outlastsThrottling: true })
    limit.end()
    if (result.kind !== 'error' || !signal.aborted || options.signal.aborted) return result
    const { error } = result
    // The limit may end the tries of the very first request: what came of them says more.
    const isGivenUp = error.kind === 'given_up'
    if (!this.#poller.tools.evidence.hasAnswerFor(this.#query.jobId) && !isGivenUp) return result
    const last = isGivenUp ? [] : message`; the last request brought: ${describeError(error)}`
    return { kind: 'error', error: overLimit(message`it took more than ${MAX_SEARCH_MINUTES} min${last}`) }
  }

  async #pollOnce(options: RequestOptions): Promise<PollResult<FoundBuild>> {
    this.#undecided = []
    this.#recordCount = 0
    this.#matchRecord = undefined
    for (const window of ['recent', 'whole'] as const) {
      if (window === 'whole' && !this.#needsWhole()) break
      const error = (await this.#readList(window, options)) ?? (await this.#decide(options))
      if (error !== undefined) return { kind: 'error', error }
    }
    return this.#result()
  }

  /** The whole window is read once: builds that begin later are in the recent one. */
  #needsWhole(): boolean {
    if (this.#match !== undefined || this.#hasReadWhole) return false
    // Without `wait`, nothing in it would change the verdict.
    return this.#canWait || this.#undecided.length === 0
  }

  async #readList(window: ListWindow, options: RequestOptions): Promise<ApiError | undefined> {
    const read = await this.#poller.tools.service.readBuilds(this.#query.jobId, window, options)
    if (!read.ok) return read.error
    if (window === 'whole') this.#hasReadWhole = true
    for (const row of read.value) {
      const build = this.#builds.get(row.buildNo)
      if (build !== undefined) build.row = row
      else this.#builds.set(row.buildNo, { row, decision: 'undecided', commit: '' })
    }
    if (this.#builds.size <= MAX_BUILDS) return undefined
    return overLimit(message`the build task has more than ${MAX_BUILDS} builds in the last 30 days`)
  }

  /** Reads records, the newest build first, until one is of the commit or none is left. */
  async #decide(options: RequestOptions): Promise<ApiError | undefined> {
    for (const build of this.#newestFirst()) {
      if (build === this.#match) return undefined
      const { row, decision } = build
      if (decision !== 'undecided' || rowShows(row, this.#query.expected) === 'other') continue
      if (this.#undecided.includes(build)) continue
      if (++this.#recordCount > MAX_RECORDS)
        return overLimit(
          message`more than ${MAX_RECORDS} builds have to be read one by one, because the list does not show their commits`,
        )
      const error = await this.#decideOne(build, options)
      if (error !== undefined) return error
      if (build.decision === 'match' || (build.decision === 'undecided' && !this.#canWait)) return undefined
    }
    return undefined
  }

  /** Reads the record of a build and stores the decision. @returns an error if the record could not be read. */
  async #decideOne(build: SearchedBuild, options: RequestOptions): Promise<ApiError | undefined> {
    const { service, evidence } = this.#poller.tools
    const id = { jobId: this.#query.jobId, buildNo: build.row.buildNo }
    const read = await service.readRecord(id, options)
    build.absence = undefined
    if (read.ok) {
      const objection = evidence.objectionTo(id, read.record, true)
      if (objection !== undefined) return { ...invalid(read.answer, objection).error, ...OTHER_RECORD }
      const { commit } = read.record.fields
      build.decision = decisionOf(read.record, this.#query.expected)
      if (build.decision === 'unreadable')
        return { ...invalid(read.answer, unreadableCommit(id.buildNo, commit)).error, ...UNREADABLE_COMMIT }
      build.commit = commit.length <= MAX_COMMIT_CHARACTERS ? commit : ''
    } else {
      const error = this.#withoutRecord(build, read.error)
      if (error !== undefined) return error
    }
    if (build.decision === 'undecided') this.#undecided.push(build)
    if (build.decision === 'match') {
      this.#match = build
      this.#matchRecord = read.ok ? read : undefined
    }
    return undefined
  }

  /** Stores what it means that a build of the list has no record. @returns an error that ends the poll, if it is one. */
  #withoutRecord(build: SearchedBuild, error: ApiError): ApiError | undefined {
    const { row } = build
    // Only the service itself can say that there is no such build, or no record of it yet.
    if (error.kind !== 'build_missing' && error.kind !== 'record_missing') return error
    if (error.kind === 'record_missing') {
      // It decides against no build.
      if (row.isFinished) build.absence = finishedWithoutRecord(row.buildNo, error)
      return this.#canWait ? undefined : build.absence
    }
    if (mayBeAsked(row.commit, this.#query.expected)) return listedWithoutRecord(row.buildNo, error)
    if (row.isFinished) build.decision = 'no_record'
    return undefined
  }

  #result(): PollResult<FoundBuild> {
    const match = this.#match
    const shown = this.#listedMatches().map(({ row }) => row.commit)
    if (match !== undefined) shown.unshift(match.commit)
    const commits = new Set(
      shown.filter(commit => isAsked(commit, this.#query.expected)).map(commit => commit.toLowerCase()),
    )
    if (commits.size > 1)
      return done({ ok: false, reason: 'invalid_input', ...ambiguousCommit([...commits]) })
    const undecided = this.#undecided.filter(({ row }) => row.buildNo > (match?.row.buildNo ?? 0))
    if (undecided.length === 0) return match === undefined ? this.#absent() : this.#found(match, [])

    const nowMs = this.#poller.tools.clock.nowMs()
    for (const build of undecided) build.undecidedSinceMs ??= nowMs
    const leftMs = undecided
      .map(({ undecidedSinceMs = nowMs }) => this.#poller.discoveryLeftMs(undecidedSinceMs))
      .filter(ms => ms > 0)
    const overdue = undecided.find(({ absence }) => absence !== undefined)?.absence
    if (overdue !== undefined && leftMs.length === 0) return { kind: 'error', error: overdue }
    const numbers = undecided.map(({ row }) => row.buildNo)
    if (match !== undefined && this.#canWait && leftMs.length === 0) return this.#found(match, numbers)
    const value = { ok: false, reason: 'running', ...mayBeOfCommit(numbers) } as const
    const state = message`not known yet, because ${doNotShowCommit(numbers)}`
    const pauseMs = Math.min(this.#poller.pauseAtAge(this.#poller.elapsedMs), ...leftMs)
    return { kind: 'pending', value, state, estimate: [], pauseMs }
  }

  #found({ row: { buildNo } }: SearchedBuild, undecided: readonly number[]): PollResult<FoundBuild> {
    const numbers = this.#listedMatches().map(({ row }) => row.buildNo)
    const older = numbers.filter(number => number < buildNo)
    this.#poller.tools.log.info(foundByCommit(this.#query.expected, [buildNo, ...older]))
    const warnings = [
      ...this.#doubts(buildNo).map(doubtWarning),
      ...(undecided.length === 0 ? [] : [judgedAnyway(buildNo, undecided)]),
    ]
    return done({ ok: true, buildNo, isFound: true, firstRecord: this.#matchRecord, warnings })
  }

  /** No build matches, and none is undecided. */
  #absent(): PollResult<FoundBuild> {
    const builds = this.#newestFirst().map(({ row, commit }) => ({ ...row, commit: commit || row.commit }))
    return notFound(noBuildOfCommit(this.#query.expected, builds, this.#doubts(0)))
  }

  /** @returns for each reason the newer builds that were skipped without knowing their commit. */
  #doubts(newerThan: number): Doubt[] {
    return (['no_commit', 'no_record'] as const).flatMap(why => {
      const builds = [...this.#builds.values()].filter(({ decision }) => decision === why)
      const numbers = builds.map(({ row }) => row.buildNo).filter(buildNo => buildNo > newerThan)
      return numbers.length === 0 ? [] : [{ numbers, why }]
    })
  }

  /** @returns the builds that are of the commit according to the list, unless their record says otherwise. */
  #listedMatches(): SearchedBuild[] {
    return this.#newestFirst().filter(
      ({ row, decision }) =>
        (decision === 'match' || decision === 'undecided') && rowShows(row, this.#query.expected) === 'asked',
    )
  }

  #newestFirst(): SearchedBuild[] {
    return [...this.#builds.values()].sort((one, other) => other.row.buildNo - one.row.buildNo)
  }
}

function done(value: FoundBuild): PollResult<FoundBuild> {
  const state = value.ok ? message`found build ${value.buildNo}` : message`found no build to judge`
  return { kind: 'done', value, state }
}

/** The list shows the commit of a build without a record: no older build may be judged instead. */
function listedWithoutRecord(buildNo: number, error: ApiError): ApiError {
  return {
    ...error,
    problem: message`The list of builds has one of the commit, but its record is not there`,
    remedy: message`Run the step again later, or give build_no`,
    message: message`build ${buildNo} by the list; ${error.message}`,
  }
}

/** A build has finished and has no record yet: no older build may be judged instead. */
function finishedWithoutRecord(buildNo: number, error: ApiError): ApiError {
  return {
    ...error,
    ...INVALID,
    problem: message`A build has finished that may be of the commit, but it has no record`,
    remedy: message`Run the step again in a minute, or give build_no`,
    message: message`build ${buildNo} by the list; ${error.message}`,
  }
}

const UNREADABLE_COMMIT = {
  problem: ['A build shows a commit that cannot be read, and may be of this one'],
  remedy: ['Give build_no: then the step need not search'],
}

function unreadableCommit(buildNo: number, commit: string): Message {
  return message`the record of build ${buildNo} shows a commit that is none (${inQuotes(commit, 100)}): it may be of any commit`
}

/** The error for a limit of the search: the gate does not guess what is beyond it. */
function overLimit(what: Message): ApiError {
  return {
    ...INVALID,
    problem: message`The search for the build by its commit came to a limit`,
    remedy: message`Give the number of the build (build_no): then the step need not search`,
    message: what,
  }
}

function notFound(words: ErrorWords): PollResult<FoundBuild> {
  return { kind: 'error', error: { kind: 'build_missing', reason: 'not_found', ...words, retryable: false } }
}
