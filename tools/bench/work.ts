// What the gate does besides asking, done once and for the first time in a process of its own, as in a run: signs a
// request, sets the outputs of a record, writes the job summary. Prints the CPU time of each in milliseconds, as JSON;
// of this thread alone, because what takes the types out of TypeScript is still at work in others.
//   GITHUB_OUTPUT=… GITHUB_STEP_SUMMARY=… node tools/bench/work.ts
import { parseRecord } from '../../src/codearts/record.ts'
import { signedHeaders } from '../../src/credentials/access-keys.ts'
import type { Ending } from '../../src/ending.ts'
import { createReport } from '../../src/report/report.ts'
import { ACCESS_KEYS } from '../stand-in/access-keys.ts'
import { makeRecord } from '../stand-in/record.ts'

/** The parts that are measured, in the order in which a run does them. */
export type Part = 'signing' | 'outputs' | 'summary'

const parsed = parseRecord(makeRecord())
if (!parsed.ok) throw new Error(parsed.why)
const { record } = parsed
const ending: Ending = { success: true, reason: 'success', sentence: 'It passes', record, warnings: [] }
const report = createReport(process.env)
// As in a run, the first line of the log is a mask.
report.secrets.add(ACCESS_KEYS.valid.secretKey)
const url = new URL('https://localhost/v3/jobs/48c66c6002964721be537cdc6ce0297b/61/record-info')

const parts: Readonly<Record<Part, () => void>> = {
  signing() {
    const { secrets } = report
    signedHeaders({ method: 'GET', url, headers: {} }, ACCESS_KEYS.valid, { nowMs: Date.now, secrets })
  },
  outputs() {
    report.record(record)
    report.end(ending, false)
    report.succeed()
  },
  summary() {
    report.summary(ending, undefined)
  },
}

const cpuMs = Object.entries(parts).map(([part, work]) => {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return [part, (user + system) / 1_000] as const
})
console.log(JSON.stringify(Object.fromEntries(cpuMs)))
