// Builds dist/ in two places that differ in Node, folder, file permissions, language, time zone and, where
// this process may choose one, user: the bytes must be those of the committed dist/.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'

/** Of the oldest line that can build this; its package has the program itself. */
const OLD_NODE = '20.20.2'

/** The user of nobody, on every Unix. */
const NOBODY = 65_534

/** One way to build. */
interface Place {
  /** Below the folder for temporary files. */
  readonly folder: string
  readonly umask: string
  readonly environment: Readonly<Record<string, string>>
  readonly isNobody: boolean
}

const ROOT = join(import.meta.dirname, '../..')
/** `npm run build`: the bundles of both actions. */
const { 'bundle:gate': GATE, 'bundle:start': START } = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<'bundle:gate' | 'bundle:start', string>>
  }
).scripts
const temporary = mkdtempSync(join(tmpdir(), 'reproducible-'))
afterAll(() => {
  rmSync(temporary, { recursive: true, force: true })
})

const committed = hashes(join(ROOT, 'dist'), file =>
  execFileSync('git', ['show', `HEAD:dist/${file}`], { cwd: ROOT }),
)

test('the Node of the tests, plain C, UTC, umask 022', () => {
  const environment = { LC_ALL: 'C', TZ: 'UTC', USER: 'root' }
  const place = { folder: 'a', umask: '022', environment, isNobody: false }
  expect(build(place, process.execPath)).toEqual(committed)
})

test(`Node ${OLD_NODE}, Turkish, Chatham Islands, umask 077, another user`, () => {
  // Turkish has its own rules for the case of i, the islands an offset of 12:45.
  const language = 'tr_TR.UTF-8'
  const environment = { LC_ALL: language, LANG: language, TZ: 'Pacific/Chatham', USER: 'nobody' }
  const folder = 'ğ/a folder with blanks, and of another length'
  const place = { folder, umask: '077', environment, isNobody: process.getuid?.() === 0 }
  expect(build(place, oldNode())).toEqual(committed)
})

/**
 * Builds what is committed, with the packages as they are here and a copy of Node (another user may not reach ours),
 * without the committed dist/.
 * @returns the hashes of the files in dist/.
 */
function build({ folder: name, umask, environment, isNobody }: Place, node: string): Record<string, string> {
  const folder = join(temporary, name)
  chmodSync(temporary, 0o755)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const list = join(temporary, 'files')
  writeFileSync(list, execFileSync('git', ['ls-files', '-z', '--', '.', ':!dist'], { cwd: ROOT }))
  const copy = (script: string, ...parameters: string[]) =>
    execFileSync('sh', ['-c', script, 'sh', folder, ...parameters], { cwd: ROOT })
  copy('tar -c --null -T "$2" | tar -x -C "$1"', list)
  // Other builds of Node are not needed, and large.
  copy('tar -c --exclude "node_modules/node*" node_modules | tar -x -C "$1"')
  copyFileSync(node, join(folder, 'node'))
  if (isNobody)
    execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, join(temporary, name.split('/')[0] ?? '')])

  const commands = `${GATE} && ${START}`
    .replaceAll('ncc ', './node node_modules/@vercel/ncc/dist/ncc/cli.js ')
    .replaceAll(' node tools', ' ./node tools')
    .replaceAll('terser dist', './node node_modules/terser/bin/terser dist')
  const run = spawnSync('sh', ['-c', `umask ${umask} && ${commands}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { HOME: folder, TMPDIR: folder, ...environment },
    ...(isNobody ? { uid: NOBODY, gid: NOBODY } : {}),
  })
  if (run.status !== 0) throw new Error(`The build failed:\n${run.stdout}${run.stderr}`)
  return hashes(join(folder, 'dist'), file => readFileSync(join(folder, 'dist', file)))
}

function hashes(folder: string, read: (file: string) => Buffer): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort()
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
