import type { Asked, Expected } from './asked.ts'
import { unusable, type NoUse } from './codearts/answer.ts'
import type { Asking } from './codearts/ask.ts'
import type { CodeArtsBuild, ReadLook } from './codearts/client.ts'
import type { BuildList, ListedBuild, ListWindow } from './codearts/list.ts'
import type { Clock } from './clock.ts'
import { KnownIdentity, strangerIn, type SeenBuild } from './identity.ts'
import type { Log } from './log.ts'
import { isBranch, isCommit, isRunning, type Reason } from './verdict.ts'
import type { Sight, Wait, WaitEnd } from './wait.ts'
import { wordsFor } from './words.ts'

/** A build's number, or why there is none to go on with. */
export type Found =
  | {
      readonly ok: true
      readonly buildNo: number
      /** Whether the action found it by itself. */
      readonly isFound: boolean
      readonly warnings: readonly string[]
      /** What the polls of the search have shown of it; nothing where its record was not read. */
      readonly seen?: SeenBuild | undefined
    }
  | {
      readonly ok: false
      readonly reason: Reason
      /** What came back, a clause. */
      readonly cameBack: string
      /** What to do next, a clause in the imperative. */
      readonly hint: string
    }

export interface FindTools {
  readonly service: CodeArtsBuild
  readonly log: Log
  readonly clock: Clock
}

/** Finds the number of the build that is asked for, waiting for one to appear as long as `wait` may. */
export async function findBuild(asked: Asked, wait: Wait, tools: FindTools): Promise<WaitEnd<Found>> {
  const { jobId, buildNo, expected } = asked
  if (buildNo === undefined) {
    const search = new CommitSearch(jobId, expected, wait, tools)
    return wait.until(`a build of ${wordsFor(expected)}`, asking => search.look(asking))
  }
  if (buildNo !== 'latest')
    return { kind: 'over', value: { ok: true, buildNo, isFound: false, warnings: [] } }
  return wait.until('a build of the job', asking => lookForLatest(jobId, asking, tools))
}

async function lookForLatest(
  jobId: string,
  asking: Asking,
  { service, log }: FindTools,
): Promise<Sight<Found>> {
  const answer = await service.readLastBuildNo(jobId, asking)
  if (!answer.ok) return { kind: 'problem', value: answer }
  if (answer.value === undefined) return missing('the job was never built', 'build it, then run this step')
  log.info(`The newest build of job ${jobId} is ${answer.value}`)
  return over({ ok: true, buildNo: answer.value, isFound: true, warnings: [] })
}

/** Contract section 3. */
const MAX_RECORDS = 200
const MAX_BUILDS = 10_000
const MAX_SEARCH_MINUTES = 2
const MAX_SHOWN = 5
/** A hash has 64 at most; nothing that is longer is kept. */
const MAX_COMMIT_CHARACTERS = 100

const GIVE_BUILD_NO = 'give build_no'

/** Why a build was decided against although nothing says what it built. */
type Doubt = 'no commit' | 'no record'

/** A build that is not of the commit, or of another branch: decided for the rest of the run. */
interface Decided {
  /** As its record shows it; empty for none. */
  readonly commit: string
  readonly doubt?: Doubt
}

/** What one poll has done so far. */
interface Poll {
  readonly asking: Asking
  records: number
  /** Builds that may yet turn out to be of the commit. */
  readonly undecided: Set<number>
  /** The record of the match, where this poll read it. */
  look: ReadLook | undefined
}

/**
 * The search for the newest build of a commit, poll by poll (contract section 3). Rows of the list say which builds there
 * are; what each has built is said by its record, but for rows that show the full hash of another commit.
 */
class CommitSearch {
  readonly #jobId: string
  readonly #expected: Expected
  readonly #wait: Wait
  readonly #tools: FindTools
  readonly #list: BuildList
  /** All builds that any read of the list has shown, as the last one showed them. */
  readonly #listed = new Map<number, ListedBuild>()
  readonly #decided = new Map<number, Decided>()
  readonly #identities = new Map<number, KnownIdentity>()
  /** Since when a build has been undecided, by the clock. */
  readonly #undecidedSinceMs = new Map<number, number>()
  /** The newest build of the commit among those that are decided. */
  #match: { readonly buildNo: number; readonly commit: string } | undefined
  #hasReadWhole = false

  constructor(jobId: string, expected: Expected, wait: Wait, tools: FindTools) {
    this.#jobId = jobId
    this.#expected = expected
    this.#wait = wait
    this.#tools = tools
    this.#list = tools.service.buildList(jobId)
  }

  /** Polls once. Where nobody waits, within two minutes. */
  async look(asking: Asking): Promise<Sight<Found>> {
    if (this.#wait.patience !== undefined) return this.#poll(asking)
    const timeUp = new AbortController()
    const takeBack = this.#tools.clock.after(MAX_SEARCH_MINUTES * 60_000, () => {
      timeUp.abort()
    })
    const signal = AbortSignal.any([asking.signal, timeUp.signal])
    const sight = await this.#poll({ ...asking, signal, outlastsThrottling: true })
    takeBack()
    if (sight.kind !== 'problem' || !timeUp.signal.aborted || asking.signal.aborted) return sight
    const { cameBack } = sight.value.problem
    return tooMuch(
      `the search for the build by its commit took more than ${MAX_SEARCH_MINUTES} min (at last ${cameBack})`,
    )
  }

  async #poll(asking: Asking): Promise<Sight<Found>> {
    const poll: Poll = { asking, records: 0, undecided: new Set(), look: undefined }
    const problem =
      (await this.#readList('recent', poll)) ??
      (await this.#decide(poll)) ??
      (this.#needsWhole(poll)
        ? ((await this.#readList('whole', poll)) ?? (await this.#decide(poll)))
        : undefined)
    return problem === undefined ? this.#sight(poll) : { kind: 'problem', value: problem }
  }

  /** The whole window is read once: builds that begin later are in the recent one. */
  #needsWhole({ undecided }: Poll): boolean {
    if (this.#match !== undefined || this.#hasReadWhole) return false
    // Nothing in it would change the verdict on a run that does not wait.
    return this.#wait.patience !== undefined || undecided.size === 0
  }

  async #readList(window: ListWindow, { asking }: Poll): Promise<NoUse | undefined> {
    const answer = await this.#list.read(window, asking)
    if (this.#list.hasAnswered) this.#wait.hasAnswered = true
    if (!answer.ok) return answer
    if (window === 'whole') this.#hasReadWhole = true
    for (const build of answer.value) this.#listed.set(build.buildNo, build)
    if (this.#listed.size <= MAX_BUILDS) return undefined
    return tooMuch(`the job has more than ${MAX_BUILDS} builds to look at`).value
  }

  /** Reads records, the newest build first, until one is of the commit or none is left. */
  async #decide(poll: Poll): Promise<NoUse | undefined> {
    for (const build of this.#candidates()) {
      if (poll.undecided.has(build.buildNo)) continue
      if (++poll.records > MAX_RECORDS) {
        return tooMuch(
          `more than ${MAX_RECORDS} builds have to be read one by one, since the list does not show their commits`,
        ).value
      }
      const decision = await this.#readOne(build, poll)
      if (typeof decision !== 'string') return decision
      if (decision === 'match') return undefined
      if (decision === 'against') continue
      poll.undecided.add(build.buildNo)
      if (this.#wait.patience === undefined) return undefined
    }
    return undefined
  }

  /** @returns what may be of the commit and is newer than the match, the newest first. */
  #candidates(): ListedBuild[] {
    const { commit: asked = '' } = this.#expected
    const newest = this.#match?.buildNo ?? 0
    return [...this.#listed.values()]
      .filter(({ buildNo }) => buildNo > newest && !this.#decided.has(buildNo))
      .filter(({ commit }) => !isFullHash(commit) || isCommit(commit, asked))
      .sort((one, other) => other.buildNo - one.buildNo)
  }

  /** Reads the record of a build. @returns what it decides, or why it decides nothing. */
  async #readOne(build: ListedBuild, poll: Poll): Promise<'match' | 'against' | 'undecided' | NoUse> {
    const { buildNo } = build
    const id = { jobId: this.#jobId, buildNo }
    const look = await this.#tools.service.readRecord(id, poll.asking)
    if (!look.ok) {
      if (look.problem.reason !== 'not_found') return look
      if (mayBe(build.commit, this.#expected.commit)) return withoutRecord(buildNo, look)
      return build.isOver ? this.#decideAgainst(buildNo, '', 'no record') : 'undecided'
    }
    const { record } = look
    const stranger = strangerIn(id, record) ?? this.#identityOf(buildNo).changeIn(record)
    if (stranger !== undefined) return unusable(stranger)
    const { commit, branch } = record.fields
    if (branch !== '' && this.#expected.branch !== undefined && !isBranch(branch, this.#expected.branch))
      return this.#decideAgainst(buildNo, commit)
    if (mayBe(commit, this.#expected.commit)) {
      this.#match = { buildNo, commit }
      poll.look = look
      return 'match'
    }
    if (isHex(commit)) return this.#decideAgainst(buildNo, commit)
    return isRunning(record) ? 'undecided' : this.#decideAgainst(buildNo, '', 'no commit')
  }

  #decideAgainst(buildNo: number, commit: string, doubt?: Doubt): 'against' {
    const shown = commit.length <= MAX_COMMIT_CHARACTERS ? commit : ''
    this.#decided.set(buildNo, { commit: shown, ...(doubt === undefined ? {} : { doubt }) })
    this.#identities.delete(buildNo)
    return 'against'
  }

  #identityOf(buildNo: number): KnownIdentity {
    const identity = this.#identities.get(buildNo) ?? new KnownIdentity()
    this.#identities.set(buildNo, identity)
    return identity
  }

  #sight(poll: Poll): Sight<Found> {
    const commits = this.#matchingCommits()
    if (commits.size > 1) return over(ambiguous(commits))
    const newest = this.#match?.buildNo ?? 0
    const undecided = [...poll.undecided].filter(buildNo => buildNo > newest)
    if (undecided.length === 0) return this.#match === undefined ? this.#absent() : this.#found(poll, [])
    if (this.#wait.patience === undefined) return over(runs(undecided))
    const nowMs = this.#tools.clock.nowMs()
    for (const buildNo of undecided) {
      if (!this.#undecidedSinceMs.has(buildNo)) this.#undecidedSinceMs.set(buildNo, nowMs)
    }
    const isAwaited = undecided.some(buildNo =>
      this.#wait.mayAppear(this.#undecidedSinceMs.get(buildNo) ?? nowMs),
    )
    return this.#match === undefined || isAwaited ? this.#going(undecided) : this.#found(poll, undecided)
  }

  /** @returns the commits that begin with the one that is asked for, of builds that are not decided against. */
  #matchingCommits(): ReadonlySet<string> {
    const { commit: asked = '' } = this.#expected
    const listed = [...this.#listed.values()]
      .filter(({ buildNo, commit }) => !this.#decided.has(buildNo) && isFullHash(commit))
      .map(({ commit }) => commit)
    const commits = [...(this.#match === undefined ? [] : [this.#match.commit]), ...listed]
    return new Set(commits.filter(commit => isCommit(commit, asked)).map(commit => commit.toLowerCase()))
  }

  #found({ look }: Poll, undecided: readonly number[]): Sight<Found> {
    const { buildNo = 0 } = this.#match ?? {}
    const older = [...this.#listed.values()]
      .filter(build => build.buildNo < buildNo && !this.#decided.has(build.buildNo))
      .filter(({ commit }) => isFullHash(commit) && isCommit(commit, this.#expected.commit ?? ''))
      .map(build => build.buildNo)
    const numbers = [buildNo, ...older.sort((one, other) => other - one)]
    const built =
      older.length === 0 ? 'once' : `${numbers.length} times (${numbers.join(', ')}), and the newest counts`
    this.#tools.log.info(`The job built ${wordsFor(this.#expected)} ${built}: build ${buildNo}`)
    const warnings = [
      ...this.#doubts(buildNo),
      ...undecided.slice(0, 1).map(() => judgedAll(buildNo, undecided)),
    ]
    const seen = { identity: this.#identityOf(buildNo), look }
    return over({ ok: true, buildNo, isFound: true, warnings, seen })
  }

  /** @returns a sentence for each doubt on which builds newer than that one were decided against. */
  #doubts(buildNo: number): string[] {
    const numbersOf = (doubt: Doubt): string[] =>
      [...this.#decided]
        .filter(([number, decided]) => number > buildNo && decided.doubt === doubt)
        .map(([number]) => String(number))
    const silent = numbersOf('no commit')
    const gone = numbersOf('no record')
    return [
      ...(silent.length === 0 ? [] : [`${passedOver(silent)}, having ended without a commit in the record`]),
      ...(gone.length === 0 ? [] : [`${passedOver(gone)}, having ended without a record that can be read`]),
    ]
  }

  /** Nothing matches, and no build may turn out to. */
  #absent(): Sight<Found> {
    const { newest, doubts } = { newest: this.#newestCommits(), doubts: this.#doubts(0) }
    return missing(
      [
        `${newest}, and none of the last 30 days is of ${wordsFor(this.#expected)}`,
        ...doubts.map(doubt => `${doubt.charAt(0).toLowerCase()}${doubt.slice(1)}`),
      ].join('; '),
      'check job_id, commit and branch (on a pull request the commit is github.event.pull_request.head.sha)' +
        (this.#wait.patience === undefined ? ', or let this step wait for the build (wait: true)' : ''),
    )
  }

  #newestCommits(): string {
    const newest = new Map<string, number>()
    const builds = [...this.#listed.values()].sort((one, other) => other.buildNo - one.buildNo)
    for (const { buildNo, commit: listed } of builds) {
      const commit = (this.#decided.get(buildNo)?.commit ?? '') || listed
      if (commit !== '' && !newest.has(commit) && newest.size < MAX_SHOWN) newest.set(commit, buildNo)
    }
    if (newest.size === 0) return 'the job has no builds that show a commit'
    const shown = [...newest].map(([commit, buildNo]) => `${commit} (build ${buildNo})`)
    return `the newest commits that the job built are ${shown.join(', ')}`
  }

  #going(undecided: readonly number[]): Sight<Found> {
    return {
      kind: 'going',
      value: runs(undecided),
      state: `undecided, as ${buildsDo(undecided)} not show a commit yet`,
      outlook: '',
      pauseMs: this.#wait.pauseAtAge(this.#wait.elapsedMs),
    }
  }
}

/** @returns whether a text is a full commit hash: SHA-1 or SHA-256, in either case. */
function isFullHash(text: string): boolean {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)
}

/** @returns whether a text is a commit, full or abbreviated, with or without blanks around it. */
function isHex(text: string): boolean {
  return /^\s*[0-9a-f]+\s*$/i.test(text)
}

/**
 * @returns whether what a build shows as its commit may stand for the one that is asked for. An abbreviation of it may,
 * though it does not pass: the verdict on that build says so.
 */
function mayBe(shown: string, asked = ''): boolean {
  const commit = shown.trim()
  return isHex(commit) && (isCommit(commit, asked) || isCommit(asked, commit))
}

function over(value: Found): Sight<Found> {
  return { kind: 'over', value, state: value.ok ? `found build ${value.buildNo}` : 'found no single build' }
}

function runs(undecided: readonly number[]): Found {
  return {
    ok: false,
    reason: 'running',
    cameBack: `${buildsDo(undecided)} not show a commit yet, and may be of the one that is asked for`,
    hint: 'let this step wait (wait: true)',
  }
}

function ambiguous(commits: ReadonlySet<string>): Found {
  const shown = [...commits].slice(0, MAX_SHOWN).join(', ')
  return {
    ok: false,
    reason: 'invalid_input',
    cameBack: `${commits.size} commits that were built begin with it (${shown})`,
    hint: 'give more digits of the commit',
  }
}

function judgedAll(buildNo: number, undecided: readonly number[]): string {
  return (
    `Build ${buildNo} is judged although a newer one (${undecided.join(', ')}) is going on ` +
    `and does not show its commit yet`
  )
}

function buildsDo(numbers: readonly number[]): string {
  return numbers.length === 1 ? `build ${numbers.join()} does` : `builds ${numbers.join(', ')} do`
}

function passedOver(numbers: readonly string[]): string {
  return numbers.length === 1
    ? `Build ${numbers.join()} was passed over`
    : `Builds ${numbers.join(', ')} were passed over`
}

/** The list shows the commit of a build whose record is not there: nothing older may be taken in its place. */
function withoutRecord(buildNo: number, { problem, ...rest }: NoUse): NoUse {
  const cameBack = `build ${buildNo} is of that commit, says the list, but of its record ${problem.cameBack}`
  return { ...rest, problem: { ...problem, cameBack } }
}

/** A limit of the search: what lies beyond it is not guessed. */
function tooMuch(what: string): { readonly kind: 'problem'; readonly value: NoUse } {
  const problem = { reason: 'invalid_response', cameBack: what, hint: GIVE_BUILD_NO } as const
  return { kind: 'problem', value: { ok: false, problem, again: { again: false } } }
}

function missing(cameBack: string, hint: string): { readonly kind: 'problem'; readonly value: NoUse } {
  return {
    kind: 'problem',
    value: { ok: false, problem: { reason: 'not_found', cameBack, hint }, again: { again: false } },
  }
}
