import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const DIST = join(ROOT, 'dist')
const MEBIBYTE = 1024 * 1024

/** Git needs an author for a commit, and CI has none. */
const IDENTITY = ['-c', 'user.name=budgets', '-c', 'user.email=budgets@localhost'] as const

/** What a finished build may cost at most. */
export const BUDGETS = {
  /** Of both actions together. */
  distBytes: 640 * 1024,
  downloadBytes: 190 * 1024,
  /** From start to exit, as a multiple of the bare script's time. */
  startRatio: 1.55,
  /** Peak of the resident memory, above the bare script's. */
  memoryAboveBareBytes: 12 * MEBIBYTE,
} as const

/** @returns the bytes of everything in dist/, the bundles of both actions. */
export function distBytes(): number {
  return readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + readFileSync(join(parentPath, name)).length, 0)
}

/**
 * @returns the tarball that a runner downloads of this tree: as it is committed, with whatever of the files in it has
 * changed since.
 */
export function downloadedTarball(): Buffer {
  // An object of the changed files, which nothing refers to; nothing at all when none has changed.
  const stash = ['stash', 'create']
  const changed = execFileSync('git', [...IDENTITY, ...stash], { cwd: ROOT, encoding: 'utf8' }).trim()
  return execFileSync('git', ['archive', '--format=tar.gz', changed || 'HEAD'], {
    cwd: ROOT,
    maxBuffer: 64 * MEBIBYTE,
  })
}
