import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { REASONS } from '../../src/gate/reasons.ts'
import { GENERATED_PAGES, languageOf, readMetadata, withFreshLists } from '../../tools/readme-tables.ts'
import { englishOf, PAGES, READMES, readPage, TRANSLATIONS, type Table } from '../support/markdown-page.ts'

const ROOT = join(import.meta.dirname, '../..')
const metadata = readMetadata()

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => join(folder, path))
const codesIn = (tables: readonly Table[]) =>
  tables.map(table => table.map(row => row.map(({ codes }) => [...codes].sort())))

test('the pages that are in Chinese too', () => {
  expect(TRANSLATIONS.map(([english]) => english)).toEqual([
    'README.md',
    'docs/credentials.md',
    'docs/inputs.md',
    'docs/outputs.md',
    'docs/troubleshooting.md',
  ])
})

describe.each(TRANSLATIONS)('%s and %s', (englishPath, chinesePath) => {
  const [english, chinese] = [readPage(englishPath), readPage(chinesePath)]

  test('have the same blocks in the same order', () => {
    expect(chinese.outline).toEqual(english.outline)
    expect(english.outline.filter(block => block.startsWith('heading')).length).toBeGreaterThan(3)
  })

  test('show the same code', () => {
    expect(chinese.codeBlocks).toEqual(english.codeBlocks)
  })

  test('have the same names in every cell of their tables, and in every item of their lists', () => {
    expect(codesIn(chinese.tables)).toEqual(codesIn(english.tables))
    const sorted = (items: readonly (readonly string[])[]) => items.map(codes => [...codes].sort())
    expect(sorted(chinese.itemCodes)).toEqual(sorted(english.itemCodes))
  })

  test('link to the same pages, the Chinese one to Chinese pages where there are any', () => {
    expect(chinese.targets.map(target => placeOf(chinesePath, target))).toEqual(
      english.targets.map(target => placeOf(englishPath, target)),
    )
    const translated = new Set(TRANSLATIONS.map(([page]) => page).filter(page => page !== englishPath))
    expect(pagesThat(chinesePath).filter(page => translated.has(page))).toEqual([])
  })
})

describe.each(READMES)('%s', readme => {
  test('is read in a minute: at most 280 lines and 18 KB', () => {
    expect(textOf(readme).split('\n').length - 1).toBeLessThanOrEqual(280)
    expect(Buffer.byteLength(textOf(readme))).toBeLessThanOrEqual(18_000)
  })

  test('names the two commands to begin with', () => {
    const commands = readPage(readme).codeBlocks.flatMap(({ code }) => code.split('\n'))
    for (const command of ['npm ci && npm start', 'npm cit'])
      expect(commands.filter(line => line.split('#')[0]?.trim() === command)).toHaveLength(1)
  })
})

describe('every page in docs/', () => {
  const docs = PAGES.filter(page => page.startsWith('docs/'))

  test.each(docs)('%s says first for whom it is', page => {
    const [, ...paragraphs] = textOf(page).split('\n\n')
    const first = paragraphs.find(paragraph => !/^(English|\[English\])/.test(paragraph))
    expect(first).toMatch(page === englishOf(page) ? /^For / : /^适用于/)
  })

  test.each(docs)('%s is linked from another page, and links back to one', page => {
    const others = PAGES.filter(other => other !== page && pagesThat(other).includes(page))
    const isForDevelopers = page.startsWith('docs/development/')
    const start = isForDevelopers ? 'CONTRIBUTING.md' : READMES[page === englishOf(page) ? 0 : 1]
    expect(others).toContain(start)
    if (!isForDevelopers) expect(pagesThat(page)).toContain(start)
  })
})

describe('the benchmarks', () => {
  const figures = (cell = ''): number[] =>
    (cell.match(/\d[\d,.]*/g) ?? []).map(figure => Number(figure.replaceAll(',', '')))

  test('show no figure that is above its budget', () => {
    const rows = readPage('docs/development/benchmarks.md').tables.flatMap(([head = [], ...rows]) =>
      head.at(-1)?.text === 'budget' ? rows.map(row => row.map(({ text }) => text)) : [],
    )
    for (const row of rows.filter(row => row.at(-1) !== ''))
      for (const [at, budget] of figures(row.at(-1)).entries())
        expect([row, (figures(row.at(-2))[at] ?? NaN) <= budget]).toEqual([row, true])
  })
})

describe('the generated lists', () => {
  test.each(GENERATED_PAGES)('of %s are fresh', page => {
    expect(withFreshLists(textOf(page), metadata, languageOf(page))).toBe(textOf(page))
  })

  const language = { entry: (name: string) => `${name}: `, firstSentence: /^[^.]*\./ }
  const frame = ['inputs', 'inputs in short,', 'outputs']
    .map(what => `<!-- ${what} from action.yml -->\n\n<!-- end of ${what.split(' ')[0] ?? ''} -->\n`)
    .join('\n')
  const little = {
    inputs: { one: { description: 'One. And more.' } },
    outputs: { two: { description: 'Two.' } },
  }

  test('have the whole description, or its first sentence', () => {
    const items = withFreshLists(frame, little, language)
      .split('\n')
      .filter(line => line.startsWith('- '))
    expect(items).toEqual(['- one: One. And more.', '- one: One.', '- two: Two.'])
  })

  test('take the translated descriptions', () => {
    const descriptions = { inputs: { one: '一。' }, outputs: { two: '二。' } }
    const text = withFreshLists(frame, little, { ...language, descriptions })
    expect(text).toContain('- one: 一。')
    expect(text).toContain('- two: 二。')
    expect(text).not.toContain('One.')
  })

  test.each([
    ['a missing', { inputs: {}, outputs: { two: '二。' } }, /without a translated description: one/],
    ['an empty', { inputs: { one: ' ' }, outputs: { two: '二。' } }, /without a translated description: one/],
    ['a left over', { inputs: { one: '一。' }, outputs: { two: '二。', old: '旧。' } }, /not declared: old/],
  ])('refuse %s translation', (_, descriptions, message) => {
    expect(() => withFreshLists(frame, little, { ...language, descriptions })).toThrow(message)
  })

  test('refuse a page without markers', () => {
    expect(() => withFreshLists('# A page\n', little, language)).toThrow('no markers')
  })

  test('have one line for each input in the README', () => {
    const lines = textOf('README.md')
      .split('\n')
      .filter(line => /^- \*\*`\w+`\*\*/.test(line))
    expect(lines).toHaveLength(Object.keys(metadata.inputs).length)
    for (const line of lines) expect(line).toMatch(/: [A-Z].{20,150}\.$/)
  })
})

describe('the reasons', () => {
  const reasons = Array.from(
    (metadata.outputs['reason']?.description ?? '').matchAll(/`(\w+)`/g),
    ([, reason = '']) => reason,
  ).filter(reason => reason !== 'false')
  // Without its comments: what they say, nobody sees.
  const source = filesIn('src')
    .map(path => textOf(path).replace(/^\s*(\/\*\*?[^]*?\*\/|\/\/.*)$/gm, ''))
    .join('\n')
  const tableOf = (page: string, place: number) =>
    readPage(page)
      .tables.find(([head]) => head?.[place]?.text === 'reason')
      ?.slice(1) ?? []

  test('are those of the code', () => {
    expect(reasons.toSorted()).toEqual(Object.keys(REASONS).toSorted())
  })

  test('have one section each in the troubleshooting page, with message, cause and fix', () => {
    const [, ...sections] = textOf('docs/troubleshooting.md').split(/^## /m)
    expect(sections.map(section => /^`(\w+)`\n/.exec(section)?.[1])).toEqual(reasons)
    for (const section of sections) {
      const kinds = Array.from(section.matchAll(/^- \*\*(\w+):\*\* \S/gm), ([, kind]) => kind)
      expect(kinds.length).toBeGreaterThanOrEqual(3)
      expect(kinds).toEqual(kinds.map((_, place) => ['Message', 'Cause', 'Fix'][place % 3]))
    }
  })

  test.each(READMES)('are each once in the table of %s that says what passes', readme => {
    const rows = tableOf(readme, 1)
    expect(rows.flatMap(row => row[1]?.codes ?? []).toSorted()).toEqual(reasons.toSorted())
    const passing = rows.filter(row => /^(passes|通过)$/.test(row[2]?.text ?? ''))
    expect(passing.flatMap(row => row[1]?.codes ?? [])).toEqual(['success'])
    for (const [, { codes } = { codes: [] }, , { text } = { text: '' }] of rows)
      for (const code of codes)
        expect([code, /^(passes|通过|读到)/.test(text)]).toEqual([
          code,
          code === 'success' || REASONS[code as keyof typeof REASONS].mayWarnOnly,
        ])
  })

  test('can be searched by the words that the gate really says', () => {
    const lines = Array.from(
      textOf('docs/troubleshooting.md').matchAll(/^- \*\*Message:\*\* (.*)$/gm),
      ([line]) => line,
    )
    const quoted = lines.flatMap(line =>
      Array.from(line.matchAll(/`([^`]+)`/g), ([, message = '']) => message),
    )
    const inReadme = tableOf('README.md', 0).flatMap(row => row[1]?.codes ?? [])
    expect(quoted.length).toBeGreaterThan(reasons.length)
    expect(inReadme).toHaveLength(8)
    expect([...quoted, ...inReadme].filter(message => !source.includes(message))).toEqual([])
    const sections = textOf('docs/troubleshooting.md').split(/^## /m)
    for (const [reason, message] of tableOf('README.md', 0).map(row => row.flatMap(({ codes }) => codes)))
      expect(sections.find(section => section.startsWith(`\`${reason ?? ''}\``))).toContain(message)
  })
})

describe('the words', () => {
  const said = [...PAGES, 'CHANGELOG.md', 'action.yml', ...filesIn('src'), ...filesIn('tools')]

  test.each([/\bstand-ins?\b/i, /\bsoft gates?\b/i, /\bmend(s|ed|ing)?\b/i, /\b(is|are|was) red\b/i])(
    'of %s are nowhere',
    riddle => {
      expect(said.filter(path => riddle.test(textOf(path)))).toEqual([])
    },
  )

  /** What the design calls by another name. */
  const OLD_NAMES = [
    ...[
      'stranger',
      'strangerIn',
      'Patience',
      'Reading',
      'NoUse',
      'Problem',
      'cameBack',
      'hint',
      'advice',
      'Ending',
    ],
    ...[
      'softly',
      'startRed',
      'unplanned',
      'lastWords',
      'pour',
      'take',
      'liftCap',
      'Sight',
      'Seen',
      'Plan',
      'WaitEnd',
    ],
    ...[
      'Asked',
      'Asking',
      'Ask',
      'Answered',
      'again',
      'mayMend',
      'isPassingStatus',
      'look',
      'looks',
      'explain',
    ],
    ...[
      'diagnose',
      'showDiagnosis',
      'guide',
      'expectation',
      'outlook',
      'words',
      'askedWords',
      'inWords',
      'folded',
    ],
    ...['Pieces', 'spelling', 'inert', 'visible', 'standIn', 'red', 'mend', 'word'],
  ]

  test('name no file and nothing that is exported by what the design calls otherwise', () => {
    const sources = filesIn('src')
    const exported = sources.flatMap(path =>
      Array.from(
        textOf(path).matchAll(
          /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|type|interface) (\w+)/gm,
        ),
        ([, name = '']) => name,
      ),
    )
    expect(exported.length).toBeGreaterThan(100)
    expect(exported.filter(name => OLD_NAMES.includes(name))).toEqual([])
    const files = sources.map(path =>
      basename(path, '.ts').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    )
    const oldFiles = OLD_NAMES.map(name => name.toLowerCase())
    expect(files.filter(name => oldFiles.includes(name.toLowerCase()))).toEqual([])
  })
})

describe.each(PAGES)('%s', path => {
  const page = readPage(path)

  test('names scripts and tests that are there', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: object }
    const named = Array.from(textOf(path).matchAll(/npm run ([\w:-]*\w)/g), ([, name = '']) => name)
    expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([])
    const tests = Array.from(textOf(path).matchAll(/`([\w./-]+\.test\.ts)`/g), ([, test = '']) => test)
    const paths = tests.map(test => join('__tests__', test.replace(/^__tests__\//, '')))
    expect(paths.filter(test => !existsSync(join(ROOT, test)))).toEqual([])
  })

  test('links to pages and headings that are there', () => {
    const broken = page.targets
      .filter(target => !/^https?:/.test(target))
      .filter(target => !leads(path, target))
    expect(broken).toEqual([])
  })

  test('shows YAML that can be read, and no input or output of the gate that is not declared', () => {
    for (const { code } of page.codeBlocks.filter(({ language }) => /^ya?ml$/.test(language)))
      expect(undeclaredIn(code)).toEqual([])
  })

  test('names no variable of an input that is not declared', () => {
    const named = page.codeBlocks.flatMap(({ code }) =>
      Array.from(code.matchAll(/\bINPUT_([A-Z_]+)/g), ([, name = '']) => name.toLowerCase()),
    )
    expect(named.filter(name => !Object.hasOwn(metadata.inputs, name))).toEqual([])
  })
})

test('the checks of YAML see what is not declared', () => {
  const step = [
    'steps:',
    '  - id: it',
    '    uses: OWNER/codearts-build-gate@v1',
    '    with: { comit: abc }',
    '  - run: echo ${{ steps.it.outputs.comit }} ${{ steps.other.outputs.free }}',
  ].join('\n')
  expect(undeclaredIn(step)).toEqual(['input comit', 'output comit'])
  expect(
    undeclaredIn('run: ${{ needs.gate.outputs.lost }}\njobs: { gate: { outputs: { kept: 1 } } }'),
  ).toEqual(['output lost of job gate'])
  expect(() => undeclaredIn('a: [')).toThrow()
})

/** @returns where a link leads: the path of the English page from the root, with its anchor where that is a page of one language. */
function placeOf(from: string, target: string): string {
  if (/^https?:/.test(target)) return target
  const [file = '', anchor = ''] = decodeURI(target).split('#')
  const path = englishOf(file === '' ? from : normalize(join(dirname(from), file)))
  const isTranslated = TRANSLATIONS.some(([english]) => english === path)
  // The link from one language to the other.
  if (isTranslated && path === englishOf(from) && anchor === '') return 'the other language'
  return isTranslated ? path : `${path}#${anchor}`
}

/** @returns the pages that a page links to, by their paths from the root; without itself and its translation. */
function pagesThat(from: string): string[] {
  return readPage(from)
    .targets.filter(target => !/^(https?:|#)/.test(target))
    .map(target => normalize(join(dirname(from), decodeURI(target).split('#')[0] ?? '')))
    .filter(path => englishOf(path) !== englishOf(from))
}

/** @returns whether a relative link from that page leads to a file, and its anchor to a heading. */
function leads(from: string, target: string): boolean {
  const [file = '', anchor] = decodeURI(target).split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(ROOT, path))) return false
  return anchor === undefined || readPage(path).anchors.has(anchor)
}

/** @returns the inputs and outputs of the gate, and outputs of jobs, that a piece of YAML uses and nothing declares. */
function undeclaredIn(yaml: string): string[] {
  const whole: unknown = parse(yaml)
  const ofGate = undeclaredBy(metadata, ['gate', ...idsOf(stepsOf(whole))], stepsOf(whole), yaml)
  const starts = stepsOf(whole, '/start')
  const ofStart = startMetadata === undefined ? [] : undeclaredBy(startMetadata, idsOf(starts), starts, yaml)
  const ofJobs = Array.from(yaml.matchAll(/\bneeds\.([\w-]+)\.outputs\.(\w+)/g))
    .filter(([, job = '', name = '']) => !isDeclaredByJob(whole, job, name))
    .map(([, job = '', name = '']) => `output ${name} of job ${job}`)
  return [...ofGate, ...ofStart, ...ofJobs]
}

const startFile = join(ROOT, 'start/action.yml')
const startMetadata = existsSync(startFile)
  ? (parse(readFileSync(startFile, 'utf8')) as typeof metadata)
  : undefined

function idsOf(steps: readonly Record<string, unknown>[]): unknown[] {
  return steps.map(({ id }) => id)
}

/** @returns the inputs that these steps give, and the outputs that the YAML reads of those IDs, which the action lacks. */
function undeclaredBy(
  { inputs, outputs }: typeof metadata,
  ids: readonly unknown[],
  steps: readonly Record<string, unknown>[],
  yaml: string,
): string[] {
  const given = steps.flatMap(({ with: values }) => (isMapping(values) ? Object.keys(values) : []))
  const read = Array.from(yaml.matchAll(/\bsteps\.([\w-]+)\.outputs\.(\w+)/g))
    .filter(([, id]) => ids.includes(id))
    .map(([, , name = '']) => name)
  return [
    ...given.filter(name => !Object.hasOwn(inputs, name)).map(name => `input ${name}`),
    ...read.filter(name => !Object.hasOwn(outputs, name)).map(name => `output ${name}`),
  ]
}

/** Every step in the YAML that uses the gate, or the action in that folder. */
function stepsOf(node: unknown, folder = ''): Record<string, unknown>[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(value => stepsOf(value, folder))
  return isMapping(node) && String(node['uses']).includes(`/codearts-build-gate${folder}@`)
    ? [node, ...inner]
    : inner
}

function isDeclaredByJob(workflow: unknown, job: string, output: string): boolean {
  const at = (node: unknown, name: string): unknown => (isMapping(node) ? node[name] : undefined)
  return at(at(at(at(workflow, 'jobs'), job), 'outputs'), output) !== undefined
}

function isMapping(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}
