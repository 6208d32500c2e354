import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import ts from 'typescript'

const ROOT = join(import.meta.dirname, '../..')

/** Every TypeScript file of a folder under its path from the root, with its text and all that it imports. */
function filesOf(folder: string) {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(ts|js|mjs)$/.test(file))
    .sort()
    .map(file => {
      const path = join(folder, file)
      const text = readFileSync(join(ROOT, path), 'utf8')
      const imports = ts
        .preProcessFile(text)
        .importedFiles.map(({ fileName }) =>
          fileName.startsWith('.') ? join(dirname(path), fileName) : fileName,
        )
      return { path, text, imports }
    })
}

const SOURCES = filesOf('src')

/** The first module of each action. */
const ENTRIES = ['src/index.ts', 'src/start/index.ts']

/** What the files of a folder of src/ may import besides each other. Whatever lies loose puts the folders together. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  inputs: ['gate', 'codearts', 'credentials', 'util'],
  gate: ['codearts', 'http', 'util'],
  codearts: ['credentials', 'http', 'util'],
  credentials: ['http', 'util'],
  http: ['util'],
  report: ['gate', 'codearts', 'util'],
  util: [],
  // An action of its own, which puts the folders together as the loose files do, and uses the gate, which knows nothing of it.
  start: [
    ...['inputs', 'gate', 'codearts', 'credentials', 'http', 'report', 'util'],
    ...['fail-first.ts', 'process-guard.ts', 'run.ts'],
  ],
}

function folderOf(path: string): string {
  return relative('src', path).split('/').at(-2) ?? ''
}

function found(pattern: RegExp): string[] {
  return SOURCES.flatMap(({ path, text }) =>
    Array.from(text.matchAll(pattern), ([match]) => `${relative('src', path)}: ${match}`),
  )
}

describe('the folders', () => {
  test('are the known ones, and few files lie loose', () => {
    expect(new Set(SOURCES.map(({ path }) => folderOf(path)))).toEqual(new Set(['', ...Object.keys(ARROWS)]))
  })

  test.each(SOURCES.filter(({ path }) => folderOf(path) !== ''))(
    '$path follows the arrows',
    ({ path, imports }) => {
      const folder = folderOf(path)
      const allowed = [folder, ...(ARROWS[folder] ?? [])].map(name => join('src', name))
      const astray = imports
        .filter(imported => imported.startsWith('src/'))
        .filter(imported => !allowed.some(one => imported === one || imported.startsWith(`${one}/`)))
      expect(astray).toEqual([])
    },
  )

  test('have no cycles', () => {
    const done = new Set<string>()
    const visit = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) throw new Error([...way.slice(way.indexOf(path)), path].join(' → '))
      if (done.has(path)) return
      const { text = '', imports = [] } = SOURCES.find(file => file.path === path) ?? {}
      // What is imported as a type alone is gone from what runs.
      const types = new Set(
        Array.from(text.matchAll(/^import type [^']* from '(.+)'$/gm), ([, name = '']) =>
          join(dirname(path), name),
        ),
      )
      for (const imported of imports) if (!types.has(imported)) visit(imported, [...way, path])
      done.add(path)
    }
    for (const { path } of SOURCES) visit(path, [])
    expect(done.size).toBeGreaterThanOrEqual(SOURCES.length)
  })

  test('are imported by src/ and the tests alone, and the tests by nothing', () => {
    const astray = [...SOURCES, ...filesOf('tools')].flatMap(({ path, imports }) =>
      imports
        .filter(
          imported =>
            imported.startsWith('__tests__/') || (path.startsWith('tools/') && imported.startsWith('src/')),
        )
        .map(imported => `${path}: ${imported}`),
    )
    expect(astray).toEqual([])
  })
})

function exportedFrom(folder: string): string[] {
  const declared = /^export (?:async )?(?:function|const|class|interface|type)\*? (\w+)/gm
  return filesOf(folder).flatMap(({ path, text }) =>
    path.endsWith('.d.ts') ? [] : Array.from(text.matchAll(declared), ([, name = '']) => name),
  )
}

describe('what the tests share', () => {
  const FOLDERS = ['__tests__/support', 'tools/runner', 'tools/fake-service']

  test('has a name for one thing alone', () => {
    const names = FOLDERS.flatMap(exportedFrom)
    expect(names.length).toBeGreaterThan(200)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  test('and so has src/, but for what each action runs', () => {
    const names = exportedFrom('src')
    expect(names.length).toBeGreaterThan(200)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual(['run'])
  })

  test('stands on its page, file by file', () => {
    const page = readFileSync(join(ROOT, '__tests__/support/README.md'), 'utf8')
    const items = page.match(/^- `[^:]+:/gm) ?? []
    const onPage = items.flatMap(item => Array.from(item.matchAll(/`(.+?\.\w+)`/g), ([, path = '']) => path))
    const files = filesOf('__tests__/support').map(({ path }) => relative('__tests__/support', path))
    expect(onPage.sort()).toEqual(files)
  })
})

describe('the toolkit’s core', () => {
  test('is called by report/, and by inputs/ to read inputs', () => {
    const importers = SOURCES.filter(({ imports }) => imports.includes('@actions/core'))
    expect(new Set(importers.map(({ path }) => folderOf(path)))).toEqual(new Set(['inputs', 'report']))
  })

  test('reads no input, makes no request and ends no process', () => {
    const called = SOURCES.flatMap(({ text }) =>
      Array.from(text.matchAll(/\bcore\.(\w+)|\bcore\[/g), ([call]) => call),
    )
    expect(new Set(called)).toEqual(
      new Set([
        'core.setOutput',
        'core.setSecret',
        'core.info',
        'core.debug',
        'core.isDebug',
        'core.startGroup',
        'core.endGroup',
        'core.error',
        'core.warning',
      ]),
    )
  })
})

describe('the exit code', () => {
  test('is 0 by one line of each index.ts, and 1 before and after anything else', () => {
    expect(found(/\bexitCode\b.*/g)).toEqual([
      'fail-first.ts: exitCode = 1',
      'index.ts: exitCode = 0',
      'process-guard.ts: exitCode = 1',
      'process-guard.ts: exitCode = 1',
      "process-guard.ts: exitCode !== 0 && openLookups() > 0) process.kill(process.pid, 'SIGKILL')",
      'start/index.ts: exitCode = 0',
    ])
    for (const entry of ENTRIES)
      expect(SOURCES.find(({ path }) => path === entry)?.text).toContain(
        '\nif (passes) process.exitCode = 0\n',
      )
  })

  test('is given to no other way out', () => {
    expect(found(/\b(?:process\.(?:exit|reallyExit|abort|kill)|setFailed)\(.*/g)).toEqual([
      'fail-first.ts: process.exit()',
      "process-guard.ts: process.kill(process.pid, 'SIGKILL')",
      'process-guard.ts: process.exit()',
    ])
  })

  test('is 1 before any other module is evaluated', () => {
    for (const entry of ENTRIES) {
      const [first] = SOURCES.find(({ path }) => path === entry)?.imports ?? []
      expect(first).toBe('src/fail-first.ts')
      expect(SOURCES.find(({ path }) => path === first)?.imports).toEqual([])
    }
  })
})
