import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'
import { isJsonObject } from '../../src/codearts/json.ts'

export const ROOT = join(import.meta.dirname, '../..')

/** A package whose code is in dist/. */
export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** SPDX identifier. */
  readonly license: string
  /** As the lock file has it, `sha512-…`. */
  readonly integrity: string
}

/** What dist/ is made of. */
export interface Bundle {
  /** Files of dist/ that a build of the sources here makes otherwise, or not at all, or besides. */
  readonly stale: readonly string[]
  /** Everything but this repository's own sources, by name. */
  readonly packages: readonly BundledPackage[]
}

interface LockEntry {
  readonly name?: string
  readonly version: string
  readonly license: string
  readonly integrity?: string
}

/**
 * Builds dist/ once more, into a folder of its own, and asks the bundler what went into it.
 *
 * @throws Error when the build fails, or holds a package that the lock file does not know.
 */
export function readBundle(): Bundle {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'))
  try {
    const [out, stats] = [join(folder, 'dist'), join(folder, 'stats.json')]
    // As the script "build" of package.json has it, and the list of modules besides.
    run('tsc', '-p', 'tsconfig.build.json')
    run('ncc', 'build', 'lib/src/index.js', '--out', out, '--license', 'licenses.txt', '--stats-out', stats)
    run('node', 'tools/build/finish.js', out)
    const files = new Set([...readdirSync(out), ...readdirSync(join(ROOT, 'dist'))])
    const stale = [...files].filter(
      name => contentOf(join(out, name)) !== contentOf(join(ROOT, 'dist', name)),
    )
    return { stale, packages: packagesOf(JSON.parse(readFileSync(stats, 'utf8'))) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @returns the entries of the lock file by their folder, such as `node_modules/@actions/http-client`. */
function readLock(): Readonly<Record<string, LockEntry>> {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>
  }
  return lock.packages
}

function packagesOf(stats: unknown): BundledPackage[] {
  const lock = readLock()
  const folders = new Set(filesOf(stats).map(file => packageFolder(file)))
  return [...folders]
    .filter(folder => folder !== '')
    .map(folder => {
      const entry = lock[folder]
      if (entry?.integrity === undefined)
        throw new Error(`${folder} is in dist/, but not in package-lock.json with its hash`)
      const name = entry.name ?? folder.replace(/^.*node_modules\//, '')
      return { name, version: entry.version, license: entry.license, integrity: entry.integrity }
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** Every file that the bundler put in, from the top of the repository. */
function filesOf(stats: unknown): string[] {
  if (!isJsonObject(stats) || !Array.isArray(stats['modules'])) return []
  return stats['modules'].flatMap((module: unknown) => {
    if (!isJsonObject(module) || typeof module['identifier'] !== 'string') return []
    // LOADER!LOADER!FILE, or TYPE|FILE, with a hash behind when files were joined; Node's own modules have no file.
    const file = module['identifier']
      .split('!')
      .at(-1)
      ?.split('|')
      .find(part => part.startsWith(ROOT + sep))
    return [...(file === undefined ? [] : [relative(ROOT, file).split(sep).join('/')]), ...filesOf(module)]
  })
}

/** @returns the folder of the package that a file belongs to; empty for this repository's own sources. */
function packageFolder(file: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? ''
}

function run(command: string, ...parameters: string[]): void {
  execFileSync(join(ROOT, 'node_modules/.bin', command), parameters, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}
