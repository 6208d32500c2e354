// How long the gate takes from start to exit for one finished build, and what it needs, beside what else could be run in
// its place; what it does besides asking; an hour's wait. Writes the tables into docs/benchmarks.md.
//   node tools/bench/start.ts [runs]   as many runs of each program, one after the other in turn; 40 when left out
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestAuthority } from '../../__tests__/support/certificates.ts'
import { waitAnHour } from './long-wait.ts'
import { spreadOf } from './median.ts'
import { peakMemoryBytes, run, type Program, type Run } from './process-cost.ts'
import { seededRandom } from './seeded-random.ts'
import { startService, type Service } from './service.ts'
import { BUDGETS, distBytes, downloadedTarball, gzippedDistBytes } from './sizes.ts'
import { generatedPart, table } from './table.ts'
import type { Part } from './work.ts'

/** Where the tables go. */
const PAGE = pathOf('../../docs/benchmarks.md')
/** As long as tokens of IAM are, several thousand characters of base64. */
const TOKEN = base64(4_000)
const NODE = process.execPath
const MEBIBYTE = 1024 * 1024
const MEMORY_RUNS = 7

const runs = Number(process.argv[2] ?? 40)
const folder = await mkdtemp(join(tmpdir(), 'bench-'))
await using authority = await createTestAuthority()
const tls = await authority.issue()
await Promise.all(['output', 'summary'].map(name => writeFile(join(folder, name), '')))

try {
  await using http = await startService()
  await using https = await startService(tls)
  const parts = [
    machine(),
    await startTable('HTTP', http, {}),
    await startTable('TLS', https, { NODE_EXTRA_CA_CERTS: authority.caFile }),
    sizeTable(),
    await workTable(),
    await waitTable(),
  ]
  const report = parts.join('\n\n')
  console.log(report)
  generatedPart(PAGE, 'bench:start', report).write()
} finally {
  await rm(folder, { recursive: true })
}

/** @returns where and with what all this was measured. */
function machine(): string {
  const version = (command: string): string =>
    /[0-9]+(?:\.[0-9]+)+/.exec(execFileSync(command, ['--version'], { encoding: 'utf8' }))?.[0] ?? '?'
  const [{ model } = { model: '?' }, ...others] = cpus()
  const debian = readFileSync('/etc/debian_version', 'utf8').trim()
  return [
    `Measured on ${others.length + 1} cores (${model.trim()}), Debian ${debian}`,
    `Node ${process.versions.node}, curl ${version('curl')}, jq ${version('jq')}`,
    `${runs} runs of each program, one after the other in turn. A spread is from the lower to the upper quartile.`,
  ].join('; ')
}

/** @returns the programs that could be run for one look at a build. */
function programs({ url, jobId, buildNo }: Service, env: Program['env']): Readonly<Record<string, Program>> {
  const record = `${url}/v3/jobs/${jobId}/${buildNo}/record-info`
  const path = process.env['PATH'] ?? ''
  const curlEnv = { PATH: path, TOKEN, CURL_CA_BUNDLE: env['NODE_EXTRA_CA_CERTS'] ?? '' }
  return {
    'the gate': {
      command: [NODE, pathOf('../../dist/index.js')],
      env: { ...env, ...gateInputs(url, jobId, buildNo) },
    },
    'a bare script': { command: [NODE, pathOf('bare.mjs'), record], env: { ...env, TOKEN } },
    '`node -e 0`': { command: [NODE, '-e', '0'], env },
    '`curl` with `jq`': { command: ['/bin/sh', pathOf('by-hand.sh'), record], env: curlEnv },
  }
}

function gateInputs(endpoint: string, jobId: string, buildNo: number): Program['env'] {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    INPUT_JOB_ID: jobId,
    INPUT_BUILD_NO: String(buildNo),
    INPUT_TOKEN: TOKEN,
    INPUT_ENDPOINT: endpoint,
  }
}

/** Measures all programs in turn, so that whatever else the machine does is shared by all. */
async function startTable(heading: string, service: Service, env: Program['env']): Promise<string> {
  const { 'the gate': gate, ...others } = programs(service, env)
  if (gate === undefined) throw new Error('There is no gate')
  const before = { ...service.seen }
  await run(gate)
  const requests = service.seen.requests - before.requests
  const connections = service.seen.connections - before.connections

  const measured = Object.entries({ 'the gate': gate, ...others }).map(([name, program]) => ({
    name,
    program,
    taken: [] as Run[],
    peaksBytes: [] as number[],
  }))
  for (const { program } of measured) await run(program)
  for (let index = 0; index < runs; index++) {
    for (const { program, taken } of measured) taken.push(await run(program))
  }
  for (let index = 0; index < MEMORY_RUNS; index++) {
    for (const { program, peaksBytes } of measured) peaksBytes.push(await peakMemoryBytes(program))
  }
  const rows = measured.map(({ name, taken, peaksBytes }) => {
    const wall = spreadOf(taken.map(({ wallMs }) => wallMs))
    const ratio = spreadOf(
      taken.map(({ wallMs }, index) => wallMs / (measured[1]?.taken[index]?.wallMs ?? NaN)),
    )
    const cpuMs = taken.reduce((sum, one) => sum + one.cpuMs, 0) / runs
    return [
      name,
      `${wall.median.toFixed(1)} ms`,
      `${wall.lowerQuartile.toFixed(1)} to ${wall.upperQuartile.toFixed(1)} ms`,
      ratio.median.toFixed(2),
      `${cpuMs.toFixed(1)} ms`,
      `${(spreadOf(peaksBytes).median / MEBIBYTE).toFixed(1)} MiB`,
    ]
  })
  const head = [heading, 'start to exit', 'spread', 'to the bare script', 'CPU time, mean', 'peak memory']
  return `${table(head, rows)}\n\nThe gate: ${counted(requests, 'request')}, ${counted(connections, 'connection')}.`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function sizeTable(): string {
  const bytes = (count: number): string => `${count.toLocaleString('en')} bytes`
  return table(
    ['What is downloaded', 'size', 'budget'],
    [
      ['`dist/`', bytes(distBytes()), bytes(BUDGETS.dist)],
      ['`dist/`, each file gzipped', bytes(gzippedDistBytes()), ''],
      ['the tree of a tag, `.tar.gz`', bytes(downloadedTarball().length), bytes(BUDGETS.download)],
    ],
  )
}

async function workTable(): Promise<string> {
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  }
  const program: Program = { command: [NODE, pathOf('work.ts')], env }
  const taken: Record<Part, number>[] = []
  for (let index = 0; index < runs; index++) {
    const lines = (await run(program)).output.trimEnd().split('\n')
    taken.push(JSON.parse(lines.at(-1) ?? '') as Record<Part, number>)
  }
  const mean = (part: Part): number => taken.reduce((sum, one) => sum + one[part], 0) / runs
  const rows = (
    [
      ['signing a request', 'signing'],
      ['outputs and the last line of the log', 'outputs'],
      ['the job summary', 'summary'],
    ] as const
  ).map(([name, part]) => [name, mean(part)] as const)
  const allMs = rows.reduce((sum, [, ms]) => sum + ms, 0)
  return table(
    ['Besides asking', 'CPU time, mean'],
    [...rows, ['together', allMs] as const].map(([name, ms]) => [name, `${ms.toFixed(1)} ms`]),
  )
}

async function waitTable(): Promise<string> {
  const { requests, connections, heapBytes } = await waitAnHour()
  const mebibytes = (bytes: number): string => `${(bytes / MEBIBYTE).toFixed(2)} MiB`
  return table(
    ['An hour of waiting, shortest pauses', ''],
    [
      ['requests', String(requests)],
      ['connections', String(connections)],
      ['heap in use after 500 requests', mebibytes(heapBytes.before)],
      ['heap in use at the end', mebibytes(heapBytes.after)],
    ],
  )
}

function base64(characters: number): string {
  const random = seededRandom(1)
  const bytes = Uint8Array.from({ length: characters }, () => random() * 256)
  return `MII${Buffer.from(bytes).toString('base64')}`.slice(0, characters)
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
