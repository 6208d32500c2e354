// Everything about a release that can be checked without the network: `npm run release:check`.
//   --version X.Y.Z   the version that is about to be released
//   --out FOLDER      writes what is attached to the release: the bill of materials, and the notes
// The last line counts: `N passed, N failed`.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createTally } from '../tally.ts'
import { readBill } from './bill.ts'
import { readChangelog } from './changelog.ts'
import { filesWithoutOwner } from './owner.ts'

interface Lock {
  readonly version: string
  readonly packages: Readonly<Record<string, LockEntry>>
}

interface LockEntry {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  /** The folder of a package of this repository. */
  readonly resolved?: string
  readonly link?: boolean
  readonly dev?: boolean
}

interface BundledPackage {
  readonly name: string
  readonly version: string
  /** SPDX identifier. */
  readonly license: string
}

const ROOT = join(import.meta.dirname, '../..')

/** Licences that only require the licence text next to the code; dist/licenses.txt has it. */
const LICENSES = ['Apache-2.0', 'MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']

const { values } = parseArgs({ options: { version: { type: 'string' }, out: { type: 'string' } } })
const packageJson = readJson('package.json') as {
  version: string
  dependencies: Record<string, string>
  overrides: Record<string, string>
}
const { version } = packageJson
const lock = readJson('package-lock.json') as Lock
const [entry] = readChangelog(read('CHANGELOG.md')).filter(({ version }) => version !== 'Unreleased')
const bill = readBill(ROOT, { ...packageJson })
const tally = createTally()

checkVersion()
checkTags()
checkPackages()
if (values.out !== undefined && tally.failed === 0) writeAssets(values.out)
tally.finish()

function checkVersion(): void {
  check(`the version is one: ${version}`, /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version))
  if (values.version !== undefined)
    check(`it is the one asked for: ${values.version}`, values.version === version)
  check('package-lock.json has it', lock.version === version && lock.packages['']?.version === version)
  check('CHANGELOG.md has it first', entry?.version === version)
  check('with a date', /^\d{4}-\d{2}-\d{2}$/.test(entry?.date ?? ''))
  check('and with notes', (entry?.notes ?? '') !== '')
  for (const bundle of ['dist/index.js', 'dist/start/index.js'])
    check(`${bundle} names it to the service`, read(bundle).includes(`"${version}"`))
}

function checkTags(): void {
  const git = (...parameters: string[]): string =>
    execFileSync('git', parameters, { cwd: ROOT, encoding: 'utf8' }).trim()
  const tagged = git('tag', '--list', `v${version}`) === '' ? '' : git('rev-parse', `v${version}^{commit}`)
  check(`v${version} is no other commit`, tagged === '' || tagged === git('rev-parse', 'HEAD'))
  // Users copy what the pages show. Before a release it stands for whoever will publish it.
  if (tagged !== '' || values.version !== undefined)
    tally.check(
      'every file names the owner of the repository',
      filesWithoutOwner(ROOT).map(file => `${file} does not: "npm run owner -- NAME" writes it`),
    )
}

function checkPackages(): void {
  const bundled = bundledPackages()
  check('some packages of others are in dist/', bundled.length > 0)
  for (const { name, version, license } of bundled) {
    check(`${name} ${version}: ${license} may be bundled`, LICENSES.includes(license))
    check(`${name} ${version}: the bill of materials has it`, bill.packages.includes(`${name}@${version}`))
  }
  const licenses = read('dist/licenses.txt')
  const inStart = read('dist/start/index.js').matchAll(/MODULE: \.\/node_modules\/((?:@[^/]+\/)?[^/]+)\//g)
  for (const name of new Set(Array.from(inStart, ([, name = '']) => name)))
    check(`${name}: it is in dist/start/, and dist/licenses.txt names it`, licenses.includes(`${name}\n`))
  // The stubs are ours: what the bundler leaves out of them is no package of others.
  const stubs = Object.keys(packageJson.overrides).map(name => `${name}@0.0.0`)
  const known = [...bundled.map(({ name, version }) => `${name}@${version}`), ...stubs]
  const more = bill.packages.filter(one => !known.includes(one))
  tally.check(
    'the bill of materials has nothing that is not in dist/',
    more.map(one => `nothing of ${one} is in dist/`),
  )
  for (const name of Object.keys(packageJson.dependencies))
    check(
      `${name}: it is a dependency, and in dist/`,
      bundled.some(one => one.name === name),
    )
}

/** @returns the packages of the lock file that dist/licenses.txt names, in which the bundler lists what it bundled. */
function bundledPackages(): BundledPackage[] {
  const licenses = `\n${read('dist/licenses.txt')}`
  const named = Object.entries(lock.packages).flatMap(([folder, found]) => {
    const entry = found.link === true ? lock.packages[found.resolved ?? ''] : found
    const { name = folder.replace(/^.*node_modules\//, ''), version = '?', license = '?' } = entry ?? {}
    const isBundled = folder.includes('node_modules/') && licenses.includes(`\n${name}\n${license}\n`)
    return isBundled ? [{ name, version, license, isDev: found.dev === true }] : []
  })
  // Of two versions the bundle has the one that is no development dependency; the bill must have whatever is left.
  return named.filter(one => !one.isDev || !named.some(({ name, isDev }) => name === one.name && !isDev))
}

function writeAssets(folder: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'codearts-build-gate.cdx.json'), bill.text)
  writeFileSync(join(folder, 'notes.md'), `${entry?.notes ?? ''}\n`)
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

function readJson(file: string): unknown {
  return JSON.parse(read(file)) as unknown
}

function check(name: string, isRight: boolean): void {
  tally.check(name, isRight ? [] : ['it is not so'])
}
