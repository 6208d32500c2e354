import type { BuildQuery, WaitOptions } from '../../../src/gate/build-query.ts'
import { createCodeArtsBuild, type ApiVersion } from '../../../src/codearts/client.ts'
import { RequestQueue } from '../../../src/codearts/request-queue.ts'
import { sleep } from '../../../src/util/clock.ts'
import type { Message } from '../../../src/util/message.ts'
import type { BuildRecord } from '../../../src/codearts/record.ts'
import { tokenCredentials } from '../../../src/credentials/credentials.ts'
import type { GateResult, StepResult } from '../../../src/gate/reasons.ts'
import { runBuilds } from '../../../src/gate/builds.ts'
import { runGate } from '../../../src/gate/gate.ts'
import { CANCELLED, type NetworkError } from '../../../src/http/network-errors.ts'
import { createHttp, type Http } from '../../../src/http/http-client.ts'
import { tokenOf } from '../../../tools/fake-service/credentials.ts'
import type { Answer, FakeServiceRequest } from '../../../tools/fake-service/exchange.ts'
import type { Job } from '../../../tools/fake-service/job.ts'
import { createService } from '../../../tools/fake-service/server.ts'
import type { TimedBuild } from '../../../tools/fake-service/timed-build.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { rawLine, sentenceOf, warningsOf } from '../sentence.ts'
import { newEvidence } from '../builders/evidence.ts'

export const STORY_JOB_ID = '48c66c6002964721be537cdc6ce0297b'
export const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS

/** The service's time when a story begins. */
export const STORY_START_MS = Date.parse('2026-11-24T08:00:00Z')

/** What becomes of a request: an answer or a fault in place of the service's own, and how long it takes. */
export interface Happening {
  readonly answer?: Answer
  readonly error?: NetworkError
  readonly tookMs?: number
}

/** What happens to any gate of a story, be it on one build or on several. */
export interface Circumstances {
  /** `false` does not wait. */
  readonly wait?: Partial<WaitOptions> | false
  readonly random?: number
  readonly apiVersions?: readonly ApiVersion[]
  /** How far this machine's date is off, milliseconds. */
  readonly machineOffMs?: number
  /** When the run is cancelled, milliseconds after its start. */
  readonly cancelAtMs?: number
  /** What happens to the n-th request (from 0), at so many milliseconds after the start. */
  readonly happens?: (request: FakeServiceRequest, index: number, atMs: number) => Happening | undefined
}

export interface Story extends Circumstances {
  readonly builds?: readonly TimedBuild[]
  readonly zoneHours?: number
  readonly query?: PartialQuery
}

type PartialQuery = Partial<Omit<BuildQuery, 'expected'>> & {
  readonly expected?: Partial<BuildQuery['expected']>
}

/** A request as the service saw it. */
export interface Seen {
  /** Milliseconds after the start of the story. */
  readonly atMs: number
  /** The path without the id of the job. */
  readonly path: string
}

export interface Told {
  readonly result: GateResult
  /** The words of the result, and those of its warnings, as they came. */
  readonly sentence: string
  readonly warnings: readonly string[]
  readonly requests: readonly Seen[]
  readonly log: readonly string[]
  /** The statuses of the records that were handed on, in order. */
  readonly recorded: readonly string[]
  readonly endedAtMs: number
}

/** @returns a build that was created and started when the story began, with what is special about it. */
export function build(buildNo: number, changes: Partial<TimedBuild> & { lastsMs?: number } = {}): TimedBuild {
  const { lastsMs = MINUTE_MS, ...fields } = changes
  const startedMs = fields.startedMs ?? STORY_START_MS
  return {
    buildNo,
    createdMs: startedMs,
    startedMs,
    endedMs: startedMs + lastsMs,
    status: 'SUCCESS',
    commit: COMMIT,
    branch: 'main',
    ...fields,
  }
}

/** Runs the gate against the fake service, without sockets, on a clock that nobody waits for. */
export async function tell(story: Story): Promise<Told> {
  const job: Job = {
    jobId: STORY_JOB_ID,
    builds: story.builds ?? [],
    ...(story.zoneHours === undefined ? {} : { zoneHours: story.zoneHours }),
  }
  const recorded: string[] = []
  const stage = setStage(story, [job], record => recorded.push(record.fields.status))
  const { query = {} } = story
  const result = await stage.clock.run(runGate(queryOf(query), stage.tools))
  const words = { sentence: sentenceOf(result), warnings: warningsOf(result) }
  const { requests, log } = stage
  return { result, ...words, requests, log, recorded, endedAtMs: stage.clock.nowMs() }
}

/** A job of a story with several builds. */
export interface StoryJob {
  readonly name: string
  readonly builds?: readonly TimedBuild[]
  readonly query?: Omit<PartialQuery, 'jobId'>
}

export interface ToldOfSeveral extends Omit<Told, 'result' | 'recorded'> {
  readonly result: StepResult
  /** Whether the account has a record of its own for each build. */
  readonly isProven: boolean
}

/** @returns the ID of the job at that place of a story with several. */
export function storyJobId(at: number): string {
  return String(at).padStart(STORY_JOB_ID.length, 'a')
}

/** Runs a gate on several builds, as `tell` does on one. */
export async function tellOfSeveral(
  jobs: readonly StoryJob[],
  story: Circumstances & { readonly failUnlessSuccess?: boolean } = {},
): Promise<ToldOfSeveral> {
  const served = jobs.map(({ builds = [] }, at) => ({ jobId: storyJobId(at), builds }))
  const stage = setStage(story, served, () => undefined)
  const { failUnlessSuccess = true } = story
  const queries = jobs.map(({ name, query }, at) => ({
    name,
    url: '',
    ...queryOf({ ...query, jobId: storyJobId(at) }),
  }))
  const result = await stage.clock.run(runBuilds(queries, { ...stage.tools, failUnlessSuccess }))
  const words = { sentence: sentenceOf(result), warnings: warningsOf(result) }
  const { requests, log, clock, tools } = stage
  const isProven = tools.evidence.isComplete
  return { result, isProven, ...words, requests, log, endedAtMs: clock.nowMs() }
}

function queryOf(query: PartialQuery): BuildQuery {
  const expected = { commit: undefined, branch: undefined, tag: undefined, ...query.expected }
  return { jobId: STORY_JOB_ID, buildNo: 61, ...query, expected }
}

/** What every story is told with: the clock, the service, the log. */
function setStage(story: Circumstances, jobs: readonly Job[], onRecord: (record: BuildRecord) => void) {
  const clock = createFakeClock()
  const cancel = new AbortController()
  if (story.cancelAtMs !== undefined)
    clock.after(story.cancelAtMs, () => {
      cancel.abort()
    })
  const requests: Seen[] = []
  const log: string[] = []
  const random = () => story.random ?? 0
  const { wait = {} } = story
  const { apiVersions = ['v3', 'v1', 'v4'] } = story
  const evidence = newEvidence({ jobIds: jobs.map(({ jobId }) => jobId), apiVersions, onRecord })
  const nowMs = () => STORY_START_MS + clock.nowMs() + (story.machineOffMs ?? 0)
  const credentials = tokenCredentials(tokenOf('valid'))
  const tools = {
    evidence,
    place: { host: 'localhost', region: undefined, isDefault: false },
    service: createCodeArtsBuild({
      endpoint: new URL('http://localhost'),
      account: evidence,
      // No story streams a log.
      http: { ...createHttp('story'), ...httpOf(story, jobs, clock, requests) },
      retry: { sleep: (ms: number, signal: AbortSignal) => sleep(clock, ms, signal), random },
      nowMs,
      onRetry: (_, tries) => {
        log.push(`try ${tries} failed`)
      },
      queue: new RequestQueue({ credentials, clock, nowMs }, jobs.length > 1),
    }),
    clock,
    random,
    cancel: cancel.signal,
    wait:
      wait === false
        ? undefined
        : {
            timeoutMs: 60 * MINUTE_MS,
            longestPauseMs: 15 * SECOND_MS,
            discoveryMs: 5 * MINUTE_MS,
            ...wait,
          },
    log: {
      info: (line: string | Message) => log.push(rawLine(line)),
      debug: () => undefined,
      startGroup: (title: string | Message) => log.push(`[ ${rawLine(title)}`),
      endGroup: () => log.push(']'),
    },
  }
  return { clock, tools, requests, log }
}

/** The fake service behind the interface of the network, on the clock of the story. */
function httpOf(
  story: Circumstances,
  jobs: readonly Job[],
  clock: FakeClock,
  requests: Seen[],
): Pick<Http, 'send'> {
  const nowMs = () => STORY_START_MS + clock.nowMs()
  const service = createService({ scenarios: [], jobs, nowMs })
  return {
    async send({ method, url, headers }, signal = new AbortController().signal) {
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
      const request: FakeServiceRequest = {
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: Object.fromEntries(lowerCase) as FakeServiceRequest['headers'],
        target: url.pathname + url.search,
        body: '',
        requestId: 'story',
      }
      const index = requests.length
      requests.push({ atMs: clock.nowMs(), path: url.pathname.replace(`/${STORY_JOB_ID}`, '') })
      const { answer, error, tookMs = 0 } = story.happens?.(request, index, clock.nowMs()) ?? {}
      if (tookMs > 0) await sleep(clock, tookMs, signal)
      if (signal.aborted) return { ok: false, error: CANCELLED }
      if (error !== undefined) return { ok: false, error }
      const { status, body, headers: own } = answer ?? service(request)
      const date = { date: new Date(nowMs()).toUTCString() }
      return {
        ok: true,
        status,
        headers: { ...date, ...own },
        body: { text: typeof body === 'string' ? body : '' },
      }
    },
  }
}
