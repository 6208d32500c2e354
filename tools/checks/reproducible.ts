// Builds dist/ on Node 20 and on Node 24, in two folders, with another locale, time zone, umask, user name and, where
// this process may choose one, user: the bytes must be those of the committed dist/. `npm run check:reproducible`.
// The last line counts: `N passed, N failed`.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Of the oldest line that can build this; its package has the program itself. */
const OLD_NODE = '20.20.2'

/** The user of nobody, on every Unix. */
const NOBODY = 65_534

/** One way to build. */
interface Place {
  readonly name: string
  /** Below the folder for temporary files. */
  readonly folder: string
  /** The program of Node. */
  readonly node: string
  readonly umask: string
  readonly environment: Readonly<Record<string, string>>
  readonly isNobody: boolean
}

const ROOT = join(import.meta.dirname, '../..')
const temporary = mkdtempSync(join(tmpdir(), 'reproducible-'))
const places: readonly Place[] = [
  {
    name: 'Node 24, plain C, UTC, umask 022',
    folder: 'a',
    node: process.execPath,
    umask: '022',
    environment: { LC_ALL: 'C', TZ: 'UTC', USER: 'root' },
    isNobody: false,
  },
  {
    name: `Node ${OLD_NODE}, Turkish, Chatham Islands, umask 077, another user`,
    folder: 'ğ/a folder with blanks, and of another length',
    node: oldNode(),
    umask: '077',
    // Turkish has its own rules for the case of i, the islands an offset of 12:45.
    environment: { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Chatham', USER: 'nobody' },
    isNobody: process.getuid?.() === 0,
  },
]
const committed = hashes(join(ROOT, 'dist'), file =>
  execFileSync('git', ['show', `HEAD:dist/${file}`], { cwd: ROOT }),
)
let passed = 0
let failed = 0
try {
  for (const place of places) tryPlace(place)
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
console.log(`\n${passed} passed, ${failed} failed`)
if (failed > 0) process.exitCode = 1

function tryPlace(place: Place): void {
  const folder = join(temporary, place.folder)
  copySources(folder, place)
  const version = build(folder, place)
  const built = hashes(join(folder, 'dist'), file => readFileSync(join(folder, 'dist', file)))
  const same = JSON.stringify(built) === JSON.stringify(committed)
  if (same) passed++
  else failed++
  console.log(`${same ? 'ok' : 'FAILED'}  ${place.name} (${version}): the bytes of the committed dist/`)
  if (!same) console.log(`        built ${JSON.stringify(built)}\n        not   ${JSON.stringify(committed)}`)
}

/** What is committed, the packages and Node itself (another user may not reach ours), without the committed dist/. */
function copySources(folder: string, { node, isNobody }: Place): void {
  chmodSync(temporary, 0o755)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const archive = execFileSync('git', ['ls-files', '-z', '--', '.', ':!dist'], { cwd: ROOT })
  const list = join(temporary, 'files')
  writeFileSync(list, archive)
  execFileSync('sh', ['-c', 'tar -c --null -T "$1" | tar -x -C "$2"', 'sh', list, folder], { cwd: ROOT })
  // Other builds of Node are not needed, and large.
  execFileSync(
    'sh',
    ['-c', 'tar -c --exclude "node_modules/node*" node_modules | tar -x -C "$1"', 'sh', folder],
    { cwd: ROOT },
  )
  copyFileSync(node, join(folder, 'node'))
  if (isNobody) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, join(temporary, 'ğ')])
}

/** @returns the version of Node that built. */
function build(folder: string, { umask, environment, isNobody }: Place): string {
  const command = [
    `umask ${umask}`,
    './node --version',
    './node node_modules/typescript/bin/tsc -p tsconfig.build.json >&2',
    './node node_modules/@vercel/ncc/dist/ncc/cli.js build lib/src/index.js --out dist --license licenses.txt >&2',
    './node tools/build/finish.js',
  ].join(' && ')
  const run = spawnSync('sh', ['-c', command], {
    cwd: folder,
    encoding: 'utf8',
    env: { HOME: folder, TMPDIR: folder, ...environment },
    ...(isNobody ? { uid: NOBODY, gid: NOBODY } : {}),
  })
  if (run.status !== 0) throw new Error(`The build failed:\n${run.stderr}`)
  return run.stdout.trim()
}

function hashes(folder: string, read: (file: string) => Buffer): Record<string, string> {
  const files = readdirSync(folder).sort()
  return Object.fromEntries(files.map(file => [file, createHash('sha256').update(read(file)).digest('hex')]))
}

/** @returns the program of a Node of the old line, installed from npm into a cache folder where it is missing. */
function oldNode(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const folder = join(cache, 'codearts-build-gate-tools', `node-${OLD_NODE}`)
  const program = join(folder, 'node_modules/node/bin/node')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `node@${OLD_NODE}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  return program
}
