import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import ts from 'typescript'

const SRC = join(import.meta.dirname, '../src')

/** Every file of src/ under its path there, with all that it imports: files by their path, packages by their name. */
const FILES: ReadonlyMap<string, { readonly text: string; readonly imports: readonly string[] }> = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .sort()
    .map(file => {
      const text = readFileSync(join(SRC, file), 'utf8')
      const imports = ts
        .preProcessFile(text)
        .importedFiles.map(({ fileName }) =>
          fileName.startsWith('.') ? relative(SRC, join(SRC, dirname(file), fileName)) : fileName,
        )
      return [file, { text, imports }]
    }),
)

/** What a layer may import besides itself: layers, or single files of one. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'assemble.ts': [
    'clock.ts',
    'codearts',
    'credentials',
    'diagnosis.ts',
    'ending.ts',
    'gate.ts',
    'http',
    'inputs.ts',
    'report',
    'user-agent.ts',
    'words.ts',
  ],
  'run.ts': ['assemble.ts', 'cancel.ts', 'ending.ts', 'http/proxy.ts', 'inputs.ts', 'report', 'unplanned.ts'],
  'inputs.ts': [
    'asked.ts',
    'codearts/fields.ts',
    'codearts/regions.ts',
    'credentials/choice.ts',
    'edit-distance.ts',
    'http/secure-url.ts',
    'report/text.ts',
    'waiting-inputs.ts',
  ],
  'waiting-inputs.ts': ['codearts/fields.ts'],
  'diagnosis.ts': ['clock.ts', 'codearts', 'ending.ts', 'http', 'thrown.ts'],
  'gate.ts': [
    'asked.ts',
    'codearts/record.ts',
    'ending.ts',
    'find.ts',
    'identity.ts',
    'verdict.ts',
    'wait.ts',
    'watch.ts',
    'words.ts',
  ],
  'find.ts': [
    'asked.ts',
    'clock.ts',
    'codearts',
    'identity.ts',
    'log.ts',
    'verdict.ts',
    'wait.ts',
    'words.ts',
  ],
  'watch.ts': [
    'asked.ts',
    'clock.ts',
    'codearts',
    'expectation.ts',
    'identity.ts',
    'log.ts',
    'verdict.ts',
    'wait.ts',
    'words.ts',
  ],
  'wait.ts': [
    'asked.ts',
    'clock.ts',
    'codearts/answer.ts',
    'codearts/ask.ts',
    'http/retry.ts',
    'log.ts',
    'progress.ts',
    'schedule.ts',
  ],
  'progress.ts': ['clock.ts', 'duration-words.ts', 'log.ts'],
  'schedule.ts': [],
  'expectation.ts': ['codearts/record.ts', 'duration-words.ts'],
  'identity.ts': ['codearts/client.ts', 'codearts/record.ts'],
  'words.ts': [
    'asked.ts',
    'codearts/client.ts',
    'codearts/record.ts',
    'duration-words.ts',
    'ending.ts',
    'verdict.ts',
    'wait.ts',
  ],
  'verdict.ts': ['asked.ts', 'codearts/answer.ts', 'codearts/record.ts'],
  'ending.ts': ['codearts/record.ts', 'verdict.ts'],
  'unplanned.ts': ['report', 'thrown.ts'],
  // Remote text is cut where it is quoted: report/text.ts is pure, and imports nothing but ansi.ts.
  codearts: ['ansi.ts', 'clock.ts', 'credentials', 'http', 'inputs.ts', 'report/text.ts'],
  credentials: ['http', 'log.ts', 'report/text.ts', 'secrets.ts'],
  http: ['thrown.ts'],
  // What was learned of a failed build is data; how it was learned is no affair of the report.
  report: [
    'ansi.ts',
    'codearts/log-lines.ts',
    'codearts/record.ts',
    'codearts/stage.ts',
    'diagnosis.ts',
    'ending.ts',
    'inputs.ts',
    'log.ts',
    'secrets.ts',
    'thrown.ts',
    'verdict.ts',
  ],
  'ansi.ts': [],
  'asked.ts': [],
  'cancel.ts': [],
  'clock.ts': [],
  'duration-words.ts': [],
  'edit-distance.ts': [],
  'log.ts': [],
  'secrets.ts': [],
  'start-red.ts': [],
  'thrown.ts': [],
  'user-agent.ts': ['../package.json'],
}

const layerOf = (file: string): string => (dirname(file) === '.' ? file : dirname(file))
const isFile = (imported: string): boolean => FILES.has(imported) || imported.startsWith('..')
const importersOf = (name: string): string[] =>
  [...FILES].filter(([, { imports }]) => imports.some(one => one.startsWith(name))).map(([file]) => file)

describe('imports', () => {
  test('there are files to look at, and every file but index.ts is in a layer', () => {
    const layers = new Set([...FILES.keys()].map(layerOf))
    expect([...layers].sort()).toEqual(['index.ts', ...Object.keys(ARROWS)].sort())
  })

  test.each([...FILES.keys()].filter(file => file !== 'index.ts'))('%s follows the arrows', file => {
    const allowed = ARROWS[layerOf(file)] ?? []
    const astray = (FILES.get(file)?.imports ?? [])
      .filter(isFile)
      .filter(imported => layerOf(imported) !== layerOf(file))
      .filter(imported => !allowed.includes(imported) && !allowed.includes(layerOf(imported)))
    expect(astray).toEqual([])
  })

  test('every relative import is a file, by its .ts name', () => {
    for (const [file, { imports }] of FILES) {
      const missing = imports.filter(imported => /\.(ts|js)$|\//.test(imported) && !isFile(imported))
      expect([file, missing.filter(imported => !/^(node:|@actions\/)/.test(imported))]).toEqual([file, []])
    }
  })

  test('there are no cycles', () => {
    const done = new Set<string>()
    const visit = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) throw new Error([...way.slice(way.indexOf(file)), file].join(' → '))
      if (done.has(file)) return
      for (const imported of FILES.get(file)?.imports ?? []) visit(imported, [...way, file])
      done.add(file)
    }
    for (const file of FILES.keys()) visit(file, [])
    expect(done.size).toBeGreaterThanOrEqual(FILES.size)
  })

  test('report knows nothing of the network', () => {
    const reached = new Set<string>()
    const reach = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      const { text = '', imports = [] } = FILES.get(file) ?? {}
      // What is imported as a type alone is gone from what runs.
      const types = new Set(
        Array.from(text.matchAll(/^import type .* from '(.+)'$/gm), match =>
          join(dirname(file), match[1] ?? ''),
        ),
      )
      for (const imported of imports) if (!types.has(imported)) reach(imported)
    }
    for (const file of FILES.keys()) if (layerOf(file) === 'report') reach(file)
    expect(
      [...reached].filter(file =>
        /^(http|credentials|@actions\/http-client|node:(https?|net|tls|dns))/.test(file),
      ),
    ).toEqual([])
  })
})

describe('packages', () => {
  test('@actions/http-client is imported by http alone', () => {
    expect(new Set(importersOf('@actions/http-client').map(layerOf))).toEqual(new Set(['http']))
  })

  test('no other is', () => {
    const packages = new Set(
      [...FILES.values()].flatMap(({ imports }) => imports.filter(one => !isFile(one))),
    )
    expect([...packages].filter(name => !name.startsWith('node:'))).toEqual([
      '@actions/http-client/lib/proxy',
    ])
  })
})

describe('the network', () => {
  test('has one way out', () => {
    const opens = (text: string): boolean =>
      /\b(?:fetch|WebSocket|EventSource|getBuiltinModule)\(/.test(text) ||
      ts
        .preProcessFile(text.replace(/^import type .*$/gm, ''))
        .importedFiles.some(({ fileName }) => /^(?:node:)?(?:https?|http2|net|tls|dgram)$/.test(fileName))
    const ways = [...FILES].filter(([, { text }]) => opens(text))
    expect(ways.map(([file]) => file)).toEqual(['http/request.ts', 'http/tunnel.ts'])
  })
})

describe('the exit code', () => {
  const found = (pattern: RegExp): string[] =>
    [...FILES].flatMap(([file, { text }]) =>
      Array.from(text.matchAll(pattern), ([match]) => `${file}: ${match}`),
    )

  test('is 0 by one line of index.ts, and 1 before and after anything else', () => {
    expect(found(/\bexitCode\b.*/g)).toEqual([
      'index.ts: exitCode = 0',
      'start-red.ts: exitCode = 1',
      'unplanned.ts: exitCode = 1',
    ])
    expect(FILES.get('index.ts')?.text).toContain('\nif (passes) process.exitCode = 0\n')
  })

  test('is given to no other way out', () => {
    expect(found(/\b(?:process\.(?:exit|reallyExit|abort|kill)|setFailed)\(.*/g)).toEqual([
      'index.ts: process.exit()',
      'unplanned.ts: process.exit(1)',
    ])
  })

  test('is 1 before any other module is evaluated', () => {
    expect(FILES.get('index.ts')?.imports[0]).toBe('start-red.ts')
    expect(FILES.get('start-red.ts')?.imports).toEqual([])
  })

  test('success is written by one line as well', () => {
    const written = found(/\bsuccess: .*/g).filter(match => match.startsWith('report/outputs.ts'))
    expect(written).toEqual([
      "report/outputs.ts: success: 'false',",
      "report/outputs.ts: success: 'false', reason })",
      "report/outputs.ts: success: 'true' })",
    ])
    expect(found(/\.succeed\(.*/g)).toEqual(['report/report.ts: .succeed()', 'run.ts: .succeed()'])
  })
})

test('the environment is read at the edge alone', () => {
  const readers = [...FILES]
    .filter(([, { text }]) => /\bprocess\.(env|argv|stdin)\b/.test(text))
    .map(([file]) => file)
  // The toolkit reads the variables of proxies from the process itself, and so must whoever checks them.
  expect(readers).toEqual(['http/proxy.ts', 'index.ts'])
})
