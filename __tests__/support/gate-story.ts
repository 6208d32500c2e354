import type { BuildQuery, WaitOptions } from '../../src/gate/build-query.ts'
import { createCodeArtsBuild, type ApiVersion } from '../../src/codearts/client.ts'
import { sleep } from '../../src/util/clock.ts'
import { tokenCredentials } from '../../src/credentials/credentials.ts'
import type { GateResult } from '../../src/gate/reasons.ts'
import { runGate } from '../../src/gate/gate.ts'
import { CANCELLED, type NetworkError } from '../../src/http/network-errors.ts'
import { createHttp, type Http } from '../../src/http/http-client.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import type { Answer, FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import type { Job } from '../../tools/fake-service/job.ts'
import { createService } from '../../tools/fake-service/server.ts'
import type { TimedBuild } from '../../tools/fake-service/timed-build.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { rawLine, sentenceOf, warningsOf } from './sentence.ts'

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

export interface Story {
  readonly builds?: readonly TimedBuild[]
  readonly zoneHours?: number
  readonly query?: Partial<Omit<BuildQuery, 'expected'>> & {
    readonly expected?: Partial<BuildQuery['expected']>
  }
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
  const clock = createFakeClock()
  const cancel = new AbortController()
  if (story.cancelAtMs !== undefined)
    clock.after(story.cancelAtMs, () => {
      cancel.abort()
    })
  const requests: Seen[] = []
  const log: string[] = []
  const recorded: string[] = []
  const random = () => story.random ?? 0
  const { wait = {}, query = {} } = story
  const run = runGate(
    {
      jobId: STORY_JOB_ID,
      buildNo: 61,
      ...query,
      expected: { commit: undefined, branch: undefined, tag: undefined, ...query.expected },
    },
    {
      service: createCodeArtsBuild({
        endpoint: new URL('http://localhost'),
        apiVersions: story.apiVersions ?? ['v3', 'v1', 'v4'],
        credentials: tokenCredentials(tokenOf('valid')),
        // No story streams a log.
        http: { ...createHttp('story'), ...httpOf(story, clock, requests) },
        retry: { sleep: (ms, signal) => sleep(clock, ms, signal), random },
        nowMs: () => STORY_START_MS + clock.nowMs() + (story.machineOffMs ?? 0),
        onRetry: (_, tries) => {
          log.push(`try ${tries} failed`)
        },
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
        info: line => log.push(rawLine(line)),
        debug: () => undefined,
        startGroup: title => log.push(`[ ${rawLine(title)}`),
        endGroup: () => log.push(']'),
      },
      onRecord: record => recorded.push(record.fields.status),
    },
  )
  const result = await clock.run(run)
  const words = { sentence: sentenceOf(result), warnings: warningsOf(result) }
  return { result, ...words, requests, log, recorded, endedAtMs: clock.nowMs() }
}

/** The fake service behind the interface of the network, on the clock of the story. */
function httpOf(story: Story, clock: FakeClock, requests: Seen[]): Pick<Http, 'send'> {
  const job: Job = {
    jobId: STORY_JOB_ID,
    builds: story.builds ?? [],
    ...(story.zoneHours === undefined ? {} : { zoneHours: story.zoneHours }),
  }
  const nowMs = () => STORY_START_MS + clock.nowMs()
  const service = createService({ scenarios: [], jobs: [job], nowMs })
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
