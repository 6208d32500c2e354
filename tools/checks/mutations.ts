// Proves that the tests can fail: makes each dangerous edit in a copy of the tree, builds dist/ from it, and expects the
// named tests to turn red.
//   node tools/checks/mutations.ts [part of a name]
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { MUTATIONS, type Mutation } from './mutation-list.ts'

const root = join(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'mutations-'))

function copyTree(): void {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
  })
  for (const file of files
    .toString()
    .split('\0')
    .filter(name => name !== '')) {
    cpSync(join(root, file), join(copy, file), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
}

/** @returns the test that caught the edit, or why nothing did. */
function outcomeOf({ file, from, to, tests, only }: Mutation): {
  readonly caught: boolean
  readonly by: string
} {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  if (original.split(from).length !== 2)
    return { caught: false, by: `${file} does not have the text exactly once` }
  try {
    writeFileSync(
      path,
      original.replace(from, () => to),
    )
    const build = npm('run', '--silent', 'build')
    if (build.status !== 0) return { caught: false, by: `it does not build: ${build.stdout}${build.stderr}` }
    const report = join(copy, 'report.json')
    const names = only === undefined ? [] : ['-t', only]
    // What an edit lets hang must not keep the runner of the tests from its end.
    npm('test', '--', ...tests, ...names, '--forceExit', '--json', `--outputFile=${report}`)
    const failures = failedTests(report)
    return failures.length > 0
      ? { caught: true, by: failures.join('; ') }
      : { caught: false, by: 'every test passed' }
  } finally {
    writeFileSync(path, original)
  }
}

function npm(...args: string[]) {
  return spawnSync('npm', args, { cwd: copy, encoding: 'utf8' })
}

function failedTests(report: string): string[] {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[]
  }
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .slice(0, 1)
      .map(({ fullName }) => `${name.slice(dirname(copy).length)}: ${fullName}`),
  )
}

const wanted = process.argv[2] ?? ''
let passed = 0
let failed = 0
try {
  copyTree()
  for (const mutation of MUTATIONS.filter(({ name }) => name.includes(wanted))) {
    const { caught, by } = outcomeOf(mutation)
    console.log(`${caught ? 'caught' : 'NOT CAUGHT'}: ${mutation.name}\n    ${by}`)
    if (caught) passed++
    else failed++
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
