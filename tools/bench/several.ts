// Measures a gate on 1, 5 and 20 builds that take 2 to 30 s: requests and time, beside a gate for each of them; one build beside
// 20 in other situations. Fails if several builds cost clearly more requests than single gates, or more time than contract
// section 6 allows.
//   npm run bench:several
import { startFakeService, type FakeServiceOptions } from '../fake-service/server.ts'
import { tokenOf } from '../fake-service/credentials.ts'
import { runAction } from '../runner/run-action.ts'
import { besideOne } from './situations.ts'
import { table } from './table.ts'

const SECOND_MS = 1_000
const SHORTEST_MS = 2 * SECOND_MS
const LONGEST_MS = 30 * SECOND_MS
/** The default of `poll_interval_seconds`. */
const LONGEST_PAUSE_MS = 15 * SECOND_MS
/** Pauses have a random part, so that two runs of the same gate differ by a request or two. */
const MAX_RATIO = 1.1
const BUILD_NO = 61

/** What one gate, or several at the same time, cost. */
interface Cost {
  readonly requests: number
  readonly durationMs: number
}

const problems: string[] = []
const rows: string[][] = []
for (const count of [1, 5, 20]) {
  const single = await costOf(count, ids => ids.map(id => `${id}/${BUILD_NO}`))
  const several = await costOf(count, ids => [ids.map(id => `${id}/${BUILD_NO}`).join('\n')])
  if (several.requests > MAX_RATIO * single.requests)
    problems.push(`${count} builds cost more requests than single gates`)
  if (several.durationMs > LONGEST_MS + LONGEST_PAUSE_MS) problems.push(`${count} builds take too long`)
  rows.push([String(count), ...figures(several), ...figures(single)])
}
console.log(
  table(
    ['Builds of 2 to 30 s', 'one gate: requests', 'time', 'a gate for each: requests', 'time of the slowest'],
    rows,
  ),
)
const situations = await besideOne()
problems.push(...situations.problems)
console.log(
  `\n${table(['Builds', '1: time', 'requests', '20: time', 'requests', 'may take more'], situations.rows)}`,
)
for (const problem of problems) console.log(`\nNot as it should be: ${problem}`)
if (problems.length > 0) process.exitCode = 1

function figures({ requests, durationMs }: Cost): string[] {
  return [String(requests), `${(durationMs / SECOND_MS).toFixed(1)} s`]
}

/** @param inputsOf gives the input `job_id` of each gate, from the IDs of the jobs; all gates run at the same time. */
async function costOf(count: number, inputsOf: (ids: readonly string[]) => readonly string[]): Promise<Cost> {
  const ids = Array.from({ length: count }, (_, at) => String(at).padStart(32, 'a'))
  const startMs = Date.now()
  const jobs: FakeServiceOptions['jobs'] = ids.map((jobId, at) => {
    const lastsMs = count === 1 ? LONGEST_MS : SHORTEST_MS + (at * (LONGEST_MS - SHORTEST_MS)) / (count - 1)
    const source = { status: 'SUCCESS', commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d', branch: 'main' }
    const times = { createdMs: startMs, startedMs: startMs, endedMs: startMs + lastsMs }
    return { jobId, builds: [{ buildNo: BUILD_NO, ...times, ...source }] }
  })
  await using service = await startFakeService({ jobs })
  const gates = await Promise.all(
    inputsOf(ids).map(job_id =>
      runAction({ inputs: { job_id, wait: 'true', token: tokenOf('valid'), endpoint: service.url } }),
    ),
  )
  if (gates.some(({ exitCode }) => exitCode !== 0)) problems.push(`a gate on ${count} builds failed`)
  return { requests: service.requests.length, durationMs: Date.now() - startMs }
}
