// Changes the files that hold the verdict, one small change at a time, and fails when tests do not find the changes:
// `npm run check:mutations`. Each change meets the unit tests of its file first, and what these do not find meets every test
// that runs the sources in its own process (jest.config.js here).
//   npm run check:mutations -- src/gate/verdict.ts   these files alone
// The report of a file's last run is out/mutations.html.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

interface MutatedFile {
  /** The share of changes that tests must find, in percent. */
  readonly minScore: number
  /** The names of its unit tests. */
  readonly unitTests: readonly string[]
}

const FILES: Readonly<Record<string, MutatedFile>> = {
  'src/gate/verdict.ts': { minScore: 100, unitTests: ['verdict'] },
  'src/gate/reasons.ts': { minScore: 100, unitTests: ['reasons'] },
  'src/gate/evidence.ts': { minScore: 100, unitTests: ['evidence'] },
  'src/gate/commit-decision.ts': { minScore: 100, unitTests: ['commit-decision'] },
  'src/codearts/record.ts': { minScore: 95, unitTests: ['record'] },
  'src/codearts/response.ts': { minScore: 95, unitTests: ['response'] },
  'src/codearts/build-list.ts': { minScore: 95, unitTests: ['build-list', 'find-newest', 'find-build'] },
  'src/gate/find-build.ts': { minScore: 95, unitTests: ['find-newest', 'find-build'] },
}

/** Stryker's report, as far as it is read: https://github.com/stryker-mutator/mutation-testing-elements */
interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Mutant[] }>>
}

interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: {
    readonly start: { readonly line: number; readonly column: number }
    readonly end: { readonly line: number }
  }
}

const ROOT = join(import.meta.dirname, '../..')
const REPORT = join(ROOT, 'out/mutations.json')
/** No test runs the line: as bad as a test that does not mind. */
const NOT_FOUND = ['Survived', 'NoCoverage']
const FOUND = ['Killed', 'Timeout']

const asked = process.argv.slice(2)
const startedAt = performance.now()
const names = asked.length > 0 ? asked : Object.keys(FILES)
const weak = names.filter(name => !isStrong(name))
console.log(`It took ${Math.round((performance.now() - startedAt) / 1_000)} s.`)
console.log(`${names.length - weak.length} passed, ${weak.length} failed`)
if (weak.length > 0) process.exitCode = 1

/**
 * Changes a file, and prints the changes that tests did not find.
 * @returns whether they found enough.
 */
function isStrong(name: string): boolean {
  const { minScore, unitTests } = FILES[name] ?? { minScore: 95, unitTests: [basename(name, '.ts')] }
  const all = testMutants(name, [name], unitTests).filter(isTested)
  const left = all
    .filter(isMissed)
    .map(({ location }) => `${name}:${location.start.line}-${location.end.line}`)
  const missed = left.length === 0 ? [] : testMutants(name, left).filter(isMissed)
  const score = (100 * (all.length - missed.length)) / all.length
  const isEnough = score >= minScore
  const figures = `${all.length - missed.length} of ${all.length} changes found, ${score.toFixed(1)} %`
  console.log(`\n${isEnough ? 'ok' : 'FAILED'}  ${name}: ${figures} (at least ${minScore} %)`)
  for (const { status, mutatorName, replacement = '', location } of missed) {
    const { line, column } = location.start
    console.log(
      `        ${name}:${line}:${column} ${status}, ${mutatorName}: ${replacement.replaceAll(/\s+/g, ' ')}`,
    )
  }
  return isEnough
}

/** Whether a change could be tested at all: it compiles, and is not ignored. */
function isTested({ status }: Mutant): boolean {
  return [...FOUND, ...NOT_FOUND].includes(status)
}

function isMissed({ status }: Mutant): boolean {
  return NOT_FOUND.includes(status)
}

/**
 * Runs Stryker on a file.
 * @param parts the file, or lines of it.
 * @param unitTests the tests that take part; all when left out.
 * @throws Error when Stryker fails: the file is not there, or a test fails without any change.
 */
function testMutants(
  name: string,
  parts: readonly string[],
  unitTests?: readonly string[],
): readonly Mutant[] {
  rmSync(REPORT, { force: true })
  const stryker = spawnSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
      ...['run', join(import.meta.dirname, 'stryker.config.json'), '--mutate', parts.join(',')],
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, UNIT_TESTS: unitTests?.join(',') } },
  )
  if (stryker.status !== 0) throw new Error(`Stryker exited ${String(stryker.status)}`)
  const report = JSON.parse(readFileSync(REPORT, 'utf8')) as StrykerReport
  return report.files[name]?.mutants ?? []
}
