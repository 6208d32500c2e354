// Everything about a release that can be checked without the network: `npm run release:check`.
//   --version X.Y.Z   the version that is about to be released
//   --out FOLDER      writes what is attached to the release: the bill of materials, and the notes
// The last line counts: `N passed, N failed`.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readBundle, ROOT } from './bundle.ts'
import { readChangelog } from './changelog.ts'
import { sbomOf } from './sbom.ts'

interface Lock {
  readonly version: string
  readonly packages: Readonly<Record<string, { readonly version: string }>>
}

/** Licences that ask for no more than to be named beside the code; dist/licenses.txt does. */
const LICENSES = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']

const { values } = parseArgs({ options: { version: { type: 'string' }, out: { type: 'string' } } })
const { version } = readJson('package.json') as { version: string }
const [entry] = readChangelog(read('CHANGELOG.md')).filter(({ version }) => version !== 'Unreleased')
const bundle = readBundle()
const sbom = sbomOf(version, bundle.packages)
let passed = 0
let failed = 0

checkVersion()
checkTags()
checkBundle()
if (values.out !== undefined && failed === 0) writeAssets(values.out)
console.log(`\n${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1

function checkVersion(): void {
  check(`the version is one: ${version}`, /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version))
  if (values.version !== undefined)
    check(`it is the one asked for: ${values.version}`, values.version === version)
  const lock = readJson('package-lock.json') as Lock
  check('package-lock.json has it', lock.version === version && lock.packages['']?.version === version)
  check('CHANGELOG.md has it first', entry?.version === version)
  check('with a date', /^\d{4}-\d{2}-\d{2}$/.test(entry?.date ?? ''))
  check('and with notes', (entry?.notes ?? '') !== '')
  check('dist/ names it to the service', read('dist/index.js').includes(`"${version}"`))
}

function checkTags(): void {
  const git = (...parameters: string[]): string =>
    execFileSync('git', parameters, { cwd: ROOT, encoding: 'utf8' }).trim()
  const tagged = git('tag', '--list', `v${version}`) === '' ? '' : git('rev-parse', `v${version}^{commit}`)
  check(`v${version} is no other commit`, tagged === '' || tagged === git('rev-parse', 'HEAD'))
}

function checkBundle(): void {
  check(
    `dist/ is what src/ builds${bundle.stale.map(file => `; ${file} is not`).join('')}`,
    bundle.stale.length === 0,
  )
  const licenses = read('dist/licenses.txt').split('\n')
  for (const { name, license, version } of bundle.packages) {
    check(`${name} ${version}: ${license} may be bundled`, LICENSES.includes(license))
    const at = licenses.indexOf(name)
    check(`${name} ${version}: dist/licenses.txt has it`, at >= 0 && licenses[at + 1] === license)
  }
}

function writeAssets(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'codearts-build-gate.cdx.json'), sbom)
  writeFileSync(join(folder, 'notes.md'), `${entry?.notes ?? ''}\n`)
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

function readJson(file: string): unknown {
  return JSON.parse(read(file)) as unknown
}

function check(name: string, isRight: boolean): void {
  if (isRight) passed++
  else failed++
  console.log(`${isRight ? 'ok' : 'FAILED'}  ${name}`)
}
