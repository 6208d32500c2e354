import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

const ROOT = join(import.meta.dirname, '../..')
const TAR_BLOCK_BYTES = 512

/** What a finished build may cost at most. Each budget stands here alone. */
export const BUDGETS = {
  /** Of both actions together. */
  distBytes: 655_360,
  downloadBytes: 204_800,
  /** From start to exit, as a multiple of the bare script's time. */
  startRatio: 1.7,
  /** Peak of the resident memory, above the bare script's. */
  memoryAboveBareBytes: 12 * 1024 * 1024,
} as const

/** @returns the bytes of everything in dist/, the bundles of both actions. */
export function distBytes(): number {
  return filesIn(ROOT, 'dist').reduce((sum, file) => sum + readFileSync(join(ROOT, file)).length, 0)
}

/**
 * @returns the tarball that a runner downloads of a tree (`.tar.gz`), as `git archive` makes it but for its own header: the files
 * as they are now, without those that .gitattributes leaves out. The same bytes for the same files; nothing is written.
 */
export function downloadedTarball(root = ROOT): Buffer {
  const leftOut = new Set(
    readFileSync(join(root, '.gitattributes'), 'utf8')
      .split('\n')
      .flatMap(line => /^\/([^/\s]+)\/? export-ignore$/.exec(line)?.[1] ?? []),
  )
  const isDownloaded = (file: string): boolean => !leftOut.has(file.split('/', 1)[0] ?? '')
  const entries = filesOfTree(root)
    .filter(isDownloaded)
    .sort()
    .flatMap(file => tarEntry(file, readFileSync(join(root, file))))
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * TAR_BLOCK_BYTES)]))
}

/** @returns the paths of the files that Git knows; in a tree without Git, of all files that belong to it. */
function filesOfTree(root: string): readonly string[] {
  if (existsSync(join(root, '.git')))
    return execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter(file => file !== '' && existsSync(join(root, file)))
  const notOfTree = ['node_modules', 'out', 'coverage']
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !notOfTree.includes(name))
    .flatMap(entry => (entry.isDirectory() ? filesIn(root, entry.name) : [entry.name]))
}

/** @returns the paths of all files in a folder of the tree, with `/` on every system. */
function filesIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).split(sep).join('/'))
}

/** @returns a file as an entry of a tar (POSIX.1-1988, "ustar"). */
function tarEntry(file: string, content: Buffer): readonly Buffer[] {
  const header = Buffer.alloc(TAR_BLOCK_BYTES)
  const put = (at: number, value: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, '0'), at)
  header.write(file, 0)
  put(100, 0o664, 7)
  for (const owner of [108, 116]) put(owner, 0, 7)
  put(124, content.length, 11)
  put(136, 0, 11) // the time, 1970
  header.write('ustar', 257)
  header.write('00', 263)
  // The sum is taken with blanks in its own place.
  header.fill(' ', 148, 156)
  put(
    148,
    header.reduce((sum, byte) => sum + byte, 0),
    6,
  )
  header[154] = 0
  return [header, content, Buffer.alloc(-content.length & (TAR_BLOCK_BYTES - 1))]
}
