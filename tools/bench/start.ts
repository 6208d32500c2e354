// How long the gate takes from start to exit for one finished build, beside a bare script that makes the same request.
//   node tools/bench/start.ts [pairs]
import { spawn } from 'node:child_process'
import { readFile, rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { peakMemoryPreload } from '../runner/peak-memory.ts'
import { makeRecord } from '../stand-in/record.ts'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const JOB_ID = 'cb5fa20de5fd4cf8be681d4bd6fdd2f6'
const TOKEN = 'MIIFbgYJKoZIhvcNAQcCoIIFXzCCBVsCAQExDTALBglghkgBZQMEAgEwggM8Bgkq'
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

const answer = JSON.stringify({ success: true, result: makeRecord({ codeci_job_id: JOB_ID, build_no: 61 }) })
const server = createServer((_, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer)
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const folder = await mkdtemp(join(tmpdir(), 'bench-'))

const cases = {
  gate: {
    args: [path('../../dist/index.js')],
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: '/dev/null',
      GITHUB_STEP_SUMMARY: '/dev/null',
      INPUT_JOB_ID: JOB_ID,
      INPUT_BUILD_NO: '61',
      INPUT_TOKEN: TOKEN,
      INPUT_ENDPOINT: endpoint,
    },
  },
  bare: { args: [path('bare.mjs'), `${endpoint}/v3/jobs/${JOB_ID}/61/record-info`], env: { TOKEN } },
} as const
type Case = (typeof cases)[keyof typeof cases]

async function run({ args, env }: Case, imports: readonly string[] = []): Promise<number> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...imports.flatMap(file => ['--import', file]), ...args], {
    env: env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.resume()
  child.stderr.resume()
  const exitCode = await new Promise(resolve => child.on('exit', resolve))
  if (exitCode !== 0) throw new Error(`${args[0]} exited ${String(exitCode)}`)
  return performance.now() - startedAt
}

async function peakMemoryMiB(which: Case): Promise<number> {
  const file = join(folder, 'memory')
  await run(which, [peakMemoryPreload(file)])
  return Number(await readFile(file, 'utf8')) / 1024 / 1024
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

const pairs = Number(process.argv[2] ?? 30)
const ratios: number[] = []
const times = { gate: [] as number[], bare: [] as number[] }
await run(cases.gate)
await run(cases.bare)
for (let pair = 0; pair < pairs; pair++) {
  const gate = await run(cases.gate)
  const bare = await run(cases.bare)
  times.gate.push(gate)
  times.bare.push(bare)
  ratios.push(gate / bare)
}
console.log(`Node ${process.versions.node}, ${pairs} pairs, one after the other, loopback HTTP`)
console.log(`gate ${median(times.gate).toFixed(1)} ms, bare script ${median(times.bare).toFixed(1)} ms`)
console.log(
  `ratio of medians ${(median(times.gate) / median(times.bare)).toFixed(2)}, median ratio ${median(ratios).toFixed(2)}`,
)
console.log(
  `peak memory: gate ${(await peakMemoryMiB(cases.gate)).toFixed(1)} MiB, bare script ${(await peakMemoryMiB(cases.bare)).toFixed(1)} MiB`,
)
server.close()
await rm(folder, { recursive: true })
