// Measures the time from start to exit for one finished build, and the memory, and compares them with a minimal script for
// the same request. Fails if a figure exceeds its budget: run it on a machine that does nothing else.
//   npm run bench                  prints the tables
//   npm run bench -- --runs 100    that many runs of each, in turn; the default is 40
//   npm run bench -- --write       writes them into docs/development/benchmarks.md too, unless a figure exceeds its budget
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createTestAuthority } from '../runner/certificates.ts'
import { peakMemoryPreload } from '../runner/peak-memory.ts'
import { startService, type Service } from './service.ts'
import { BUDGETS, distBytes, downloadedTarball } from './sizes.ts'
import { generatedPart, table } from './table.ts'

const ROOT = join(import.meta.dirname, '../..')
/** As long as tokens of IAM are, several thousand characters of base64. */
const TOKEN = createHash('shake256', { outputLength: 3_000 }).update('a token').digest('base64')
const MEBIBYTE = 1024 * 1024
const MEMORY_RUNS = 7

/** A script of Node to be measured; it must end with the exit code 0. */
interface Script {
  readonly parameters: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The measurements of one script. */
interface Measured {
  /** Of each run, from start to exit. */
  readonly wallMs: readonly number[]
  readonly peakBytes: number
}

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '40' }, write: { type: 'boolean', default: false } },
})
const runs = Number(values.runs)
const overBudget: string[] = []
const folder = await mkdtemp(join(tmpdir(), 'bench-'))
try {
  await using authority = await createTestAuthority()
  await using http = await startService()
  await using https = await startService(await authority.issue())
  const report = [
    `Measured on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? '?'}) with Node ${process.versions.node}: ${runs} runs of each in turn, medians, and from the lower to the upper quartile.`,
    await startTable('HTTP', http, {}),
    await startTable('TLS', https, { NODE_EXTRA_CA_CERTS: authority.caFile }),
    sizeTable(),
  ].join('\n\n')
  console.log(report)
  // A figure above its budget says that the machine was busy, or that a change must not be published.
  if (values.write && overBudget.length === 0)
    generatedPart(join(ROOT, 'docs/development/benchmarks.md'), 'bench', report).write()
} finally {
  await rm(folder, { recursive: true })
}
for (const what of overBudget) console.log(`\nOver its budget: ${what}`)
if (overBudget.length > 0) process.exitCode = 1

async function startTable(heading: string, service: Service, env: Script['env']): Promise<string> {
  const [gate, bare] = await measureInTurn([gateScript(service, env), bareScript(service, env)])
  if (gate === undefined || bare === undefined) throw new Error('Two scripts have two results')
  const ratio = quartile(
    gate.wallMs.map((ms, at) => ms / (bare.wallMs[at] ?? NaN)),
    0.5,
  )
  const moreBytes = gate.peakBytes - bare.peakBytes
  if (ratio > BUDGETS.startRatio) overBudget.push(`${heading}, start to exit`)
  if (moreBytes > BUDGETS.memoryAboveBareBytes) overBudget.push(`${heading}, peak memory`)
  const row = (name: string, { wallMs, peakBytes }: Measured, ...comparison: readonly string[]) => [
    name,
    `${quartile(wallMs, 0.5).toFixed(1)} ms`,
    `${quartile(wallMs, 0.25).toFixed(1)} to ${quartile(wallMs, 0.75).toFixed(1)} ms`,
    mebibytes(peakBytes),
    ...comparison,
  ]
  return table(
    [heading, 'start to exit', 'quartiles', 'peak memory', 'beside the bare script', 'budget'],
    [
      row(
        'the gate',
        gate,
        `${ratio.toFixed(2)} times, and ${mebibytes(moreBytes)} more`,
        `${BUDGETS.startRatio} times, and ${mebibytes(BUDGETS.memoryAboveBareBytes)} more`,
      ),
      row('a bare script', bare, '', ''),
    ],
  )
}

function sizeTable(): string {
  const rows = [
    ['`dist/`', distBytes(), BUDGETS.distBytes],
    ['the tree of a tag, `.tar.gz`', downloadedTarball().length, BUDGETS.downloadBytes],
  ] as const
  for (const [name, size, budget] of rows) if (size > budget) overBudget.push(name)
  const bytes = (count: number): string => `${count.toLocaleString('en')} bytes`
  return table(
    ['What is downloaded', 'size', 'budget'],
    rows.map(([name, size, budget]) => [name, bytes(size), bytes(budget)]),
  )
}

function gateScript({ url, jobId, buildNo }: Service, env: Script['env']): Script {
  const inputs = {
    GITHUB_ACTIONS: 'true',
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    INPUT_JOB_ID: jobId,
    INPUT_BUILD_NO: String(buildNo),
    INPUT_TOKEN: TOKEN,
    INPUT_ENDPOINT: url,
  }
  return { parameters: [join(ROOT, 'dist/index.js')], env: { ...env, ...inputs } }
}

function bareScript({ url, jobId, buildNo }: Service, env: Script['env']): Script {
  const record = `${url}/v3/jobs/${jobId}/${buildNo}/record-info`
  return { parameters: [join(import.meta.dirname, 'bare.mjs'), record], env: { ...env, TOKEN } }
}

/** Runs the scripts in turn, so that other load on the machine affects all of them. */
async function measureInTurn(scripts: readonly Script[]): Promise<Measured[]> {
  for (const name of ['output', 'summary']) await writeFile(join(folder, name), '')
  const wallMs = scripts.map((): number[] => [])
  const peaksBytes = scripts.map((): number[] => [])
  for (const script of scripts) await run(script)
  for (let index = 0; index < runs; index++)
    for (const [at, script] of scripts.entries()) wallMs[at]?.push(await run(script))
  for (let index = 0; index < MEMORY_RUNS; index++)
    for (const [at, script] of scripts.entries()) peaksBytes[at]?.push(await peakMemoryBytes(script))
  return scripts.map((_, at) => ({
    wallMs: wallMs[at] ?? [],
    peakBytes: quartile(peaksBytes[at] ?? [], 0.5),
  }))
}

/**
 * Runs a script once. Its output goes through pipes, as to a runner.
 * @returns the milliseconds from start to exit.
 * @throws Error when it fails.
 */
async function run({ parameters, env }: Script): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece
    })
  }
  let wallMs = 0
  child.on('exit', () => (wallMs = performance.now() - startedAt))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  if (exitCode !== 0) throw new Error(`${parameters.join(' ')} exited ${String(exitCode)}: ${output}`)
  return wallMs
}

async function peakMemoryBytes({ parameters, env }: Script): Promise<number> {
  const file = join(folder, 'memory')
  await run({ parameters: ['--import', peakMemoryPreload(file), ...parameters], env })
  return Number(await readFile(file, 'utf8'))
}

/** @returns the quantile of the figures: 0.5 is the median. */
function quartile(figures: readonly number[], part: number): number {
  const sorted = figures.toSorted((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) * part)] ?? NaN
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`
}
