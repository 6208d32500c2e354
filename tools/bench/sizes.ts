import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DIST = join(ROOT, 'dist')

/** Git wants one for any object of this kind, and a machine of CI has none. */
const IDENTITY = ['-c', 'user.name=budgets', '-c', 'user.email=budgets@localhost'] as const

/** The budgets that size has, in bytes. */
export const BUDGETS = { dist: 256 * 1024, download: 100 * 1024 } as const

/** @returns the bytes of everything in dist/. */
export function distBytes(): number {
  return distFiles().reduce((sum, { length }) => sum + length, 0)
}

/** @returns the bytes of everything in dist/, each file compressed. */
export function gzippedDistBytes(): number {
  return distFiles().reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)
}

function distFiles(): Buffer[] {
  return readdirSync(DIST).map(file => readFileSync(join(DIST, file)))
}

/**
 * @returns the tarball that a runner downloads of this tree: as it is committed, with whatever of the files in it has
 * changed since.
 */
export function downloadedTarball(): Buffer {
  // An object of the changed files, which nothing refers to; nothing at all when none has changed.
  const changed = execFileSync('git', [...IDENTITY, 'stash', 'create'], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trim()
  return execFileSync('git', ['archive', '--format=tar.gz', changed || 'HEAD'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  })
}
