// What the schedule of polls costs and brings, beside fixed pauses, over ten thousand simulated builds.
//   npm run bench:wait             prints the table, and writes it into docs/development/benchmarks.md
//   npm run bench:wait -- --check  writes nothing, and fails when the table is not fresh or a goal does not hold
import { fileURLToPath } from 'node:url'
import { pauseMs } from '../../src/gate/poll-schedule.ts'
import { seededRandom } from './seeded-random.ts'
import { drawBuilds, type Estimate, type SimulatedBuild } from './simulated-builds.ts'
import { generatedPart, table } from '../../tools/bench/table.ts'

const PAGE = fileURLToPath(new URL('../../docs/development/benchmarks.md', import.meta.url))
const BUILDS = 10_000
const SEED = 20_261_125
const LONGEST_PAUSE_MS = 15_000
const FIXED_PAUSES_S = [5, 10, 15, 30] as const
/** What most tools of this kind wait between two polls. */
const PEERS_PAUSE_S = 10

/** Plans the pause before the next poll of a build of that age. */
type Schedule = (build: SimulatedBuild, ageMs: number) => number

interface Row {
  readonly name: string
  readonly requests: number
  readonly meanS: number
  readonly percentile95S: number
}

const HEAD = ['requests for a build', 'from its end to the verdict: mean', '95th percentile'] as const

interface Goal {
  readonly row: Row
  readonly maxMeanS: number
}

const builds = drawBuilds(BUILDS, seededRandom(SEED))

function simulate(
  name: string,
  schedule: Schedule,
  estimateOf: (build: SimulatedBuild) => number | undefined,
  some = builds,
): Row {
  let requests = 0
  const latenciesS: number[] = []
  for (const build of some) {
    requests += estimateOf(build) === undefined ? 1 : 2
    let atMs = build.firstPollMs
    while (atMs < build.durationMs) {
      atMs += schedule(build, atMs)
      requests++
    }
    latenciesS.push((atMs - build.durationMs) / 1_000)
  }
  latenciesS.sort((one, other) => one - other)
  return {
    name,
    requests: requests / some.length,
    meanS: latenciesS.reduce((sum, seconds) => sum + seconds, 0) / some.length,
    percentile95S: latenciesS[Math.floor(some.length * 0.95)] ?? 0,
  }
}

function ours(estimate: Estimate, name: string, some = builds): Row {
  const random = seededRandom(SEED + 1)
  const estimateOf = (build: SimulatedBuild) => build.estimatesMs[estimate]
  const schedule: Schedule = (build, ageMs) =>
    pauseMs({ ageMs, expectedMs: estimateOf(build), longestPauseMs: LONGEST_PAUSE_MS }, random())
  return simulate(name, schedule, estimateOf, some)
}

function fixed(seconds: number, some = builds): Row {
  return simulate(
    `fixed pauses of ${seconds} s`,
    () => seconds * 1_000,
    () => undefined,
    some,
  )
}

const good = ours('good', 'this schedule, a good estimate')
const bad = ours('bad', 'this schedule, a bad estimate')
const none = ours('none', 'this schedule, no estimate')
const peers = fixed(PEERS_PAUSE_S)
const goals: readonly Goal[] = [
  { row: good, maxMeanS: 3 },
  { row: bad, maxMeanS: 5 },
  { row: none, maxMeanS: 5 },
]

const report = [
  table(
    ['All builds', ...HEAD],
    [good, bad, none, ...FIXED_PAUSES_S.map(seconds => fixed(seconds))].map(cells),
  ),
  table(
    ['Builds of about', 'a good estimate', 'a bad estimate', 'no estimate', `fixed ${PEERS_PAUSE_S} s`],
    [1, 5, 15, 40].map(minutes => {
      const some = builds.filter(({ medianMinutes }) => medianMinutes === minutes)
      const rows = [
        ours('good', '', some),
        ours('bad', '', some),
        ours('none', '', some),
        fixed(PEERS_PAUSE_S, some),
      ]
      return [
        `${minutes} min`,
        ...rows.map(row => `${row.requests.toFixed(0)} requests, ${row.meanS.toFixed(1)} s`),
      ]
    }),
  ),
].join('\n\n')

console.log(report)
const missed = goals.filter(({ row, maxMeanS }) => row.requests > peers.requests || row.meanS > maxMeanS)
for (const { row } of missed) console.log(`A goal does not hold: ${row.name}`)
const tables = generatedPart(PAGE, 'bench:wait', report)
if (process.argv.includes('--check')) {
  if (!tables.isFresh) console.log('docs/development/benchmarks.md is not fresh: run "npm run bench:wait"')
  if (!tables.isFresh || missed.length > 0) process.exitCode = 1
} else {
  tables.write()
  if (missed.length > 0) process.exitCode = 1
}

function cells({ name, requests, meanS, percentile95S }: Row): string[] {
  return [name, requests.toFixed(1), `${meanS.toFixed(2)} s`, `${percentile95S.toFixed(1)} s`]
}
