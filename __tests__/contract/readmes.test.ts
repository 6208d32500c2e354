import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readMetadata, READMES as TABLE_WORDS, withFreshTables } from '../../tools/readme-tables.ts'
import { PAGES, READMES, readPage, type Table } from '../support/markdown-page.ts'

const ROOT = join(import.meta.dirname, '../..')
const metadata = readMetadata()
const [english, chinese] = READMES.map(readPage) as [ReturnType<typeof readPage>, ReturnType<typeof readPage>]

const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const codesIn = (tables: readonly Table[]) =>
  tables.map(table => table.map(row => row.map(({ codes }) => [...codes].sort())))

describe('the two READMEs', () => {
  test('have the same blocks in the same order', () => {
    expect(chinese.outline).toEqual(english.outline)
    expect(english.outline.filter(block => block.startsWith('heading')).length).toBeGreaterThan(10)
  })

  test('show the same code', () => {
    expect(chinese.codeBlocks).toEqual(english.codeBlocks)
  })

  test('have the same names in every cell of their tables', () => {
    expect(codesIn(chinese.tables)).toEqual(codesIn(english.tables))
  })

  test('link to the same pages', () => {
    const pagesIn = (targets: readonly string[]) =>
      targets.filter(target => !target.startsWith('#') && !READMES.some(readme => readme === target))
    expect(pagesIn(chinese.targets)).toEqual(pagesIn(english.targets))
  })

  test.each(READMES)('%s names the two commands to begin with', readme => {
    const commands = readPage(readme).codeBlocks.flatMap(({ code }) => code.split('\n'))
    for (const command of ['npm ci && npm start', 'npm cit'])
      expect(commands.filter(line => line.split('#')[0]?.trim() === command)).toHaveLength(1)
  })
})

describe('the generated tables', () => {
  test.each(READMES)('of %s are fresh', async readme => {
    expect(await withFreshTables(textOf(readme), metadata, TABLE_WORDS[readme]?.())).toBe(textOf(readme))
  })

  const words = { inputHead: ['I', 'D', 'T'], outputHead: ['O', 'H'], required: 'R' }
  const frame = ['inputs', 'outputs'].map(
    what => `<!-- ${what} from action.yml -->\n\n<!-- end of ${what} -->\n`,
  )
  const little = { inputs: { one: { description: 'One.' } }, outputs: { two: { description: 'Two.' } } }

  test('take the translated descriptions', async () => {
    const descriptions = { inputs: { one: '一。' }, outputs: { two: '二。' } }
    const text = await withFreshTables(frame.join('\n'), little, { ...words, descriptions })
    expect(text).toMatch(/`one`.*一。/)
    expect(text).toMatch(/`two`.*二。/)
    expect(text).not.toContain('One.')
  })

  test.each([
    ['a missing', { inputs: {}, outputs: { two: '二。' } }, /without a translated description: one/],
    ['an empty', { inputs: { one: ' ' }, outputs: { two: '二。' } }, /without a translated description: one/],
    ['a left over', { inputs: { one: '一。' }, outputs: { two: '二。', old: '旧。' } }, /not declared: old/],
  ])('refuse %s translation', async (_, descriptions, message) => {
    await expect(withFreshTables(frame.join('\n'), little, { ...words, descriptions })).rejects.toThrow(
      message,
    )
  })
})

describe('the reasons', () => {
  const reasons = Array.from(
    (metadata.outputs['reason']?.description ?? '').matchAll(/`(\w+)`/g),
    ([, reason = '']) => reason,
  )
  const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts'))
    .map(path => textOf(join('src', path)))
    .join('\n')
  const rowsUnder = (column: number, width: number) =>
    english.tables
      .filter(([head]) => head?.[column]?.text === 'reason' && head.length === width)
      .flatMap(([, ...rows]) => rows)

  test('have one row each where the README says what to do', () => {
    const rows = rowsUnder(0, 4)
    expect(reasons).toHaveLength(20)
    expect(rows.map(row => row[0]?.codes)).toEqual(reasons.map(reason => [reason]))
    for (const row of rows) for (const cell of row) expect(cell.text).not.toBe('')
  })

  test('have one row each where the README says what passes', () => {
    const rows = rowsUnder(1, 4)
    expect(rows.map(row => row[1]?.codes)).toEqual(reasons.map(reason => [reason]))
    expect(rows.filter(row => row[2]?.text === '0').map(row => row[1]?.text)).toEqual(['success'])
  })

  test('can be searched by the words that the gate really says', () => {
    const messages = rowsUnder(0, 4).flatMap(row => row[1]?.codes ?? [])
    expect(messages.length).toBeGreaterThanOrEqual(reasons.length)
    expect(messages.filter(message => !source.includes(message))).toEqual([])
  })
})

describe.each([...PAGES, 'SECURITY.md'])('%s', path => {
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
  const gates = gateSteps(whole)
  const inputs = gates.flatMap(({ with: given }) => (isMapping(given) ? Object.keys(given) : []))
  const ids = ['gate', ...gates.map(({ id }) => id)]
  const outputs = Array.from(yaml.matchAll(/\bsteps\.([\w-]+)\.outputs\.(\w+)/g))
    .filter(([, id]) => ids.includes(id))
    .map(([, , name = '']) => name)
  const ofJobs = Array.from(yaml.matchAll(/\bneeds\.([\w-]+)\.outputs\.(\w+)/g))
    .filter(([, job = '', name = '']) => !isDeclaredByJob(whole, job, name))
    .map(([, job = '', name = '']) => `output ${name} of job ${job}`)
  return [
    ...inputs.filter(name => !Object.hasOwn(metadata.inputs, name)).map(name => `input ${name}`),
    ...outputs.filter(name => !Object.hasOwn(metadata.outputs, name)).map(name => `output ${name}`),
    ...ofJobs,
  ]
}

/** Every step in the YAML that uses this action. */
function gateSteps(node: unknown): Record<string, unknown>[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(gateSteps)
  return isMapping(node) && String(node['uses']).includes('/codearts-build-gate@') ? [node, ...inner] : inner
}

function isDeclaredByJob(workflow: unknown, job: string, output: string): boolean {
  const at = (node: unknown, name: string): unknown => (isMapping(node) ? node[name] : undefined)
  return at(at(at(at(workflow, 'jobs'), job), 'outputs'), output) !== undefined
}

function isMapping(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}
