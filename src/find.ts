import type { Asked, Expected } from './asked.ts'
import { unusable, type NoUse } from './codearts/answer.ts'
import type { Asking } from './codearts/ask.ts'
import type { CodeArtsBuild } from './codearts/client.ts'
import type { ListedBuild } from './codearts/list.ts'
import type { Clock } from './clock.ts'
import { strangerIn } from './identity.ts'
import type { Log } from './log.ts'
import { isCommit, judge, type Reason } from './verdict.ts'
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

/** More builds than this are not read one by one at each look; tenants run 20 at most at the same time. */
const MAX_READ_BUILDS = 20
const MAX_SHOWN_COMMITS = 5

/** The search for the newest build of a commit, look by look. */
class CommitSearch {
  readonly #jobId: string
  readonly #expected: Expected
  readonly #wait: Wait
  readonly #tools: FindTools
  /** Since when newer builds that may turn out to be of the commit have kept an older one from being judged. */
  #undecidedSinceMs: number | undefined
  /** Builds that are over and, by their records, of no commit or of another one: read once. */
  readonly #others = new Set<number>()
  /** All builds that the list has shown; after the first look only what is new is asked for. */
  readonly #listed = new Map<number, ListedBuild>()
  #listedAtMs: number | undefined

  constructor(jobId: string, expected: Expected, wait: Wait, tools: FindTools) {
    this.#jobId = jobId
    this.#expected = expected
    this.#wait = wait
    this.#tools = tools
  }

  async look(asking: Asking): Promise<Sight<Found>> {
    const answer = await this.#tools.service.listBuilds(this.#jobId, asking, this.#listedAtMs)
    if (!answer.ok) return { kind: 'problem', value: answer }
    this.#listedAtMs ??= answer.dateMs
    for (const build of answer.value) this.#listed.set(build.buildNo, build)
    const listed = [...this.#listed.values()].sort((one, other) => other.buildNo - one.buildNo)
    const builds = listed.filter(({ branch }) => mayBeBranch(branch, this.#expected))
    const listedMatches = builds.filter(({ commit }) => commit !== '' && this.#isAsked(commit))
    const newest = listedMatches[0]?.buildNo ?? 0
    const unclear = builds.filter(
      ({ buildNo, commit }) => commit === '' && buildNo > newest && !this.#others.has(buildNo),
    )

    const read = await this.#readUnclear(unclear, asking)
    if ('problem' in read) return { kind: 'problem', value: read }
    const matches = [...read.matches, ...listedMatches]
    const commits = new Set(matches.map(({ commit }) => commit.toLowerCase()))
    if (commits.size > 1) return over(this.#ambiguous(commits))
    const [match] = matches
    const undecided = read.undecided.filter(buildNo => buildNo > (match?.buildNo ?? 0))
    if (match === undefined) return this.#without(listed, undecided)
    return this.#with(match, matches, undecided)
  }

  /** Nothing matches: that is final unless a build that runs does not show its commit yet. */
  #without(listed: readonly ListedBuild[], undecided: readonly number[]): Sight<Found> {
    const absent = missing(
      `${newestCommits(listed)}, and none of the last 30 days is of ${wordsFor(this.#expected)}`,
      'check job_id, commit and branch (on a pull request the commit is github.event.pull_request.head.sha)' +
        (this.#wait.patience === undefined ? ', or let this step wait for the build (wait: true)' : ''),
    )
    if (undecided.length === 0) return absent
    const { problem } = absent.value
    return this.#going({ ok: false, ...problem }, undecided)
  }

  #with(match: ListedBuild, matches: readonly ListedBuild[], undecided: readonly number[]): Sight<Found> {
    const found = { ok: true, buildNo: match.buildNo, isFound: true, warnings: [] } as const
    if (undecided.length > 0) {
      this.#undecidedSinceMs ??= this.#tools.clock.nowMs()
      const warning =
        `Build ${match.buildNo} is judged although a newer one (${undecided.join(', ')}) is going on ` +
        `and does not show its commit yet`
      if (this.#wait.mayAppear(this.#undecidedSinceMs)) return this.#going(found, undecided)
      return over({ ...found, warnings: [warning] })
    }
    const numbers = matches.map(({ buildNo }) => buildNo).join(', ')
    const built =
      matches.length === 1 ? 'once' : `${matches.length} times (${numbers}), and the newest counts`
    this.#tools.log.info(`The job built ${wordsFor(this.#expected)} ${built}: build ${match.buildNo}`)
    return over(found)
  }

  /** Builds that do not show their commit in the list are asked for their records. */
  async #readUnclear(unclear: readonly ListedBuild[], asking: Asking) {
    const matches: ListedBuild[] = []
    const undecided = unclear
      .slice(MAX_READ_BUILDS)
      .filter(({ isOver }) => !isOver)
      .map(({ buildNo }) => buildNo)
    for (const build of unclear.slice(0, MAX_READ_BUILDS)) {
      const id = { jobId: this.#jobId, buildNo: build.buildNo }
      const look = await this.#tools.service.readRecord(id, asking)
      if (!look.ok && look.problem.reason !== 'not_found') return look
      const stranger = look.ok ? strangerIn(id, look.record) : undefined
      if (stranger !== undefined) return unusable(stranger)
      const commit = look.ok ? look.record.fields.commit : ''
      const isWrong = look.ok && judge(look.record, this.#expected).reason.endsWith('_mismatch')
      // What a build that is over does not show, it will not show later either.
      if (build.isOver && (isWrong || commit === '')) this.#others.add(build.buildNo)
      else if (isWrong) continue
      else if (commit === '') undecided.push(build.buildNo)
      else matches.push({ ...build, commit })
    }
    return { matches, undecided }
  }

  #going(value: Found, undecided: readonly number[]): Sight<Found> {
    return {
      kind: 'going',
      value,
      state: `undecided, as ${buildsDo(undecided)} not show a commit yet`,
      outlook: '',
      pauseMs: this.#wait.pauseAtAge(this.#wait.elapsedMs),
    }
  }

  #ambiguous(commits: ReadonlySet<string>): Found {
    const shown = [...commits].slice(0, MAX_SHOWN_COMMITS).join(', ')
    return {
      ok: false,
      reason: 'invalid_input',
      cameBack: `${commits.size} commits that were built begin with it (${shown})`,
      hint: 'give more digits of the commit',
    }
  }

  #isAsked(commit: string): boolean {
    return this.#expected.commit !== undefined && isCommit(commit, this.#expected.commit)
  }
}

function over(value: Found): Sight<Found> {
  return { kind: 'over', value, state: value.ok ? `found build ${value.buildNo}` : 'found no single commit' }
}

function buildsDo(numbers: readonly number[]): string {
  return numbers.length === 1 ? `build ${numbers.join()} does` : `builds ${numbers.join(', ')} do`
}

/** A list that does not show the branch leaves it to the record. */
function mayBeBranch(branch: string, expected: Expected): boolean {
  return expected.branch === undefined || branch === '' || branch === expected.branch
}

function newestCommits(builds: readonly ListedBuild[]): string {
  const newest = new Map<string, number>()
  for (const { commit, buildNo } of builds) {
    if (commit !== '' && !newest.has(commit) && newest.size < MAX_SHOWN_COMMITS) newest.set(commit, buildNo)
  }
  if (newest.size === 0) return 'the job has no builds that show a commit'
  const shown = [...newest].map(([commit, buildNo]) => `${commit} (build ${buildNo})`)
  return `the newest commits that the job built are ${shown.join(', ')}`
}

function missing(cameBack: string, hint: string): { readonly kind: 'problem'; readonly value: NoUse } {
  return {
    kind: 'problem',
    value: { ok: false, problem: { reason: 'not_found', cameBack, hint }, again: { again: false } },
  }
}
