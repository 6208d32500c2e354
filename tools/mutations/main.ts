// Changes the files that hold the verdict, one small change at a time, and fails if tests do not find the changes:
// `npm run check:mutations`. Tests that run the sources in their own process take part (jest.config.js here).
//   npm run check:mutations -- src/gate/verdict.ts   only these files
// The report with every change is out/mutations.html.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The share of changes that tests must find in each file, in percent. */
const MIN_SCORES: Readonly<Record<string, number>> = {
  'src/gate/verdict.ts': 100,
  'src/gate/reasons.ts': 100,
  'src/codearts/record.ts': 95,
  'src/codearts/response.ts': 95,
  'src/codearts/build-list.ts': 95,
  'src/gate/find-build.ts': 95,
}

/** Stryker's report, as far as it is read: https://github.com/stryker-mutator/mutation-testing-elements */
interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>
}

interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: { readonly start: { readonly line: number; readonly column: number } }
}

const ROOT = join(import.meta.dirname, '../..')
const REPORT = join(ROOT, 'out/mutations.json')
const FOUND = ['Killed', 'Timeout']
/** No test runs the line: it counts as not found. */
const NOT_FOUND = ['Survived', 'NoCoverage']

const asked = process.argv.slice(2)
const files = asked.length > 0 ? asked : Object.keys(MIN_SCORES)
const missing = files.filter(file => !existsSync(join(ROOT, file)))
if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}`)

rmSync(REPORT, { force: true })
const startedAt = performance.now()
const stryker = spawnSync(
  process.execPath,
  [
    join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
    ...['run', join(import.meta.dirname, 'stryker.config.json'), '--mutate', files.join(',')],
  ],
  { cwd: ROOT, stdio: 'inherit' },
)
if (stryker.status !== 0) throw new Error(`Stryker exited ${String(stryker.status)}`)

const report = JSON.parse(readFileSync(REPORT, 'utf8')) as StrykerReport
const weak = files.filter(file => !isStrong(file, report.files[file]?.mutants ?? []))
console.log(`It took ${Math.round((performance.now() - startedAt) / 1_000)} s.`)
console.log(`${files.length - weak.length} passed, ${weak.length} failed`)
if (weak.length > 0) process.exitCode = 1

/** Prints what tests did not find in a file. @returns whether they found enough. */
function isStrong(file: string, mutants: readonly Mutant[]): boolean {
  const found = mutants.filter(({ status }) => FOUND.includes(status))
  const missed = mutants.filter(({ status }) => NOT_FOUND.includes(status))
  const score = (100 * found.length) / (found.length + missed.length)
  const minScore = MIN_SCORES[file] ?? 95
  const isEnough = score >= minScore
  const figures = `${found.length} of ${found.length + missed.length} changes found, ${score.toFixed(1)} %`
  console.log(`\n${isEnough ? 'ok' : 'FAILED'}  ${file}: ${figures} (at least ${minScore} %)`)
  for (const { status, mutatorName, replacement = '', location } of missed) {
    const { line, column } = location.start
    console.log(
      `        ${file}:${line}:${column} ${status}, ${mutatorName}: ${replacement.replaceAll(/\s+/g, ' ')}`,
    )
  }
  return isEnough
}
