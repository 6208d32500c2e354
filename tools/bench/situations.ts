import { gatewayError } from '../fake-service/errors.ts'
import { startFakeService, type FakeServiceOptions } from '../fake-service/server.ts'
import { tokenOf } from '../fake-service/credentials.ts'
import type { TimedBuild } from '../fake-service/timed-build.ts'
import { runAction } from '../runner/run-action.ts'

const SECOND_MS = 1_000
const DAY_MS = 24 * 60 * 60 * SECOND_MS
const BUILDS = 20
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const OTHER_COMMIT = 'e'.repeat(40)

/** What a gate meets, and how much longer it may take for 20 builds than for one (contract section 6). */
interface Situation {
  readonly name: string
  readonly mayTakeMoreMs: number
  /** Of the build task at that place, from 0. */
  readonly builds?: (nowMs: number, at: number) => readonly TimedBuild[]
  readonly inputs?: Readonly<Record<string, string>>
  readonly respond?: FakeServiceOptions['respond']
  /** 20 where left out; the first alone is what they are compared with. */
  readonly count?: number
  readonly exitCode?: number
}

const finished = (nowMs: number, changes: Partial<TimedBuild> = {}): TimedBuild => {
  const createdMs = changes.createdMs ?? nowMs - 60 * SECOND_MS
  const times = { createdMs, startedMs: createdMs, endedMs: createdMs + 30 * SECOND_MS }
  return { buildNo: 61, ...times, status: 'SUCCESS', commit: COMMIT, branch: 'main', ...changes }
}
/** Three builds whose commits the list does not show: the records of all three have to be read. */
const unlisted = (nowMs: number): TimedBuild[] =>
  [61, 62, 63].map(buildNo =>
    finished(nowMs, { buildNo, isCommitListed: false, commit: buildNo === 61 ? COMMIT : OTHER_COMMIT }),
  )
const byCommit = { build_no: '', commit: COMMIT }
const noApi = gatewayError(404, 'APIGW.0101', 'The API does not exist')
const throttled = gatewayError(429, 'APIGW.0308', 'The throttling threshold has been reached')

const SITUATIONS: readonly Situation[] = [
  { name: 'finished, with numbers', mayTakeMoreMs: SECOND_MS },
  {
    name: 'finished, with numbers; v3 is gone',
    mayTakeMoreMs: 3 * SECOND_MS,
    respond: request => (request.path.startsWith('/v3/') ? noApi(request) : undefined),
  },
  { name: 'finished, `latest`', mayTakeMoreMs: 15 * SECOND_MS, inputs: { build_no: 'latest' } },
  { name: 'found by commit in 3 days', mayTakeMoreMs: 60 * SECOND_MS, inputs: byCommit },
  {
    name: 'found by commit in 30 days',
    mayTakeMoreMs: 60 * SECOND_MS,
    inputs: byCommit,
    builds: nowMs => [finished(nowMs, { createdMs: nowMs - 10 * DAY_MS })],
  },
  {
    name: 'found by commit in 3 days, three records each',
    mayTakeMoreMs: 60 * SECOND_MS,
    inputs: byCommit,
    builds: unlisted,
  },
  {
    name: 'running for 30 s, `poll_interval_seconds: 1`',
    mayTakeMoreMs: 15 * SECOND_MS,
    inputs: { wait: 'true', poll_interval_seconds: '1' },
    builds: nowMs => [finished(nowMs, { createdMs: nowMs, endedMs: nowMs + 30 * SECOND_MS })],
  },
  {
    name: 'failed, beside one that is throttled with `Retry-After: 60`',
    mayTakeMoreMs: SECOND_MS,
    builds: nowMs => [finished(nowMs, { status: 'FAILURE' })],
    respond: request =>
      request.path.includes(taskId(1))
        ? { ...throttled(request), headers: { 'Retry-After': '60' } }
        : undefined,
    count: 2,
    exitCode: 1,
  },
]

const taskId = (at: number): string => String(at).padStart(32, 'a')

/** Runs each situation for one build and for 20. @returns a row for each, and what took too long or ended otherwise. */
export async function besideOne(): Promise<{ readonly rows: string[][]; readonly problems: string[] }> {
  const rows: string[][] = []
  const problems: string[] = []
  for (const situation of SITUATIONS) {
    const { name, mayTakeMoreMs, count = BUILDS, exitCode = 0 } = situation
    const [one, several] = [await runOn(1, situation), await runOn(count, situation)]
    if ([one, several].some(run => run.exitCode !== exitCode)) problems.push(`${name}: another end`)
    if (several.durationMs > one.durationMs + mayTakeMoreMs) problems.push(`${name}: too long`)
    const figures = [one, several].flatMap(({ durationMs, requests }) => [
      `${(durationMs / SECOND_MS).toFixed(1)} s`,
      String(requests),
    ])
    rows.push([name, ...figures, `${mayTakeMoreMs / SECOND_MS} s`])
  }
  return { rows, problems }
}

async function runOn(count: number, { builds = nowMs => [finished(nowMs)], ...situation }: Situation) {
  const nowMs = Date.now()
  const ids = Array.from({ length: count }, (_, at) => taskId(at))
  const jobs = ids.map((jobId, at) => ({ jobId, builds: builds(nowMs, at) }))
  const { respond = () => undefined, inputs = {} } = situation
  await using service = await startFakeService({ jobs, respond })
  const suffix = 'build_no' in inputs ? '' : '/61'
  const run = await runAction({
    inputs: {
      job_id: ids.map(id => id + suffix).join('\n'),
      token: tokenOf('valid'),
      endpoint: service.url,
      ...inputs,
    },
  })
  return { exitCode: run.exitCode, durationMs: run.durationMs, requests: service.requests.length }
}
