// Writes the tables of inputs and outputs into the READMEs, between their markers, from action.yml.
//   node tools/readme-tables.ts           writes
//   node tools/readme-tables.ts --check   writes nothing, and fails when a table is not fresh
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { parse } from 'yaml'

interface ActionMetadata {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
}

/** The descriptions of action.yml in another language, by name. */
interface Descriptions {
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
}

/** The words that the tables of a README are made with. */
export interface TableWords {
  readonly inputHead: readonly string[]
  readonly outputHead: readonly string[]
  readonly required: string
  /** Left out, those of action.yml stand in the tables. */
  readonly descriptions?: Descriptions
}

const root = join(import.meta.dirname, '..')

/** Each README, and the words of its tables. */
export const READMES: Readonly<Record<string, () => TableWords>> = {
  'README.md': () => ENGLISH,
  'README.zh-CN.md': () => ({
    inputHead: ['输入', '默认值', '取值'],
    outputHead: ['输出', '内容'],
    required: '**必填**',
    descriptions: readYaml('tools/descriptions.zh-CN.yml') as Descriptions,
  }),
}

const ENGLISH: TableWords = {
  inputHead: ['Input', 'Default', 'What it accepts'],
  outputHead: ['Output', 'What it holds'],
  required: '**required**',
}

/** @returns action.yml, as far as tables and tests need it. */
export function readMetadata(): ActionMetadata {
  return readYaml('action.yml') as ActionMetadata
}

/**
 * @returns the README with every marked table made anew, formatted as the formatter of the repository does.
 * @throws Error when a marker is missing, or a description in another language is missing or left over.
 */
export async function withFreshTables(
  readme: string,
  { inputs, outputs }: ActionMetadata,
  words: TableWords = ENGLISH,
): Promise<string> {
  const { inputHead, outputHead, required: requiredWord, descriptions } = words
  const describeInput = describer('inputs', inputs, descriptions?.inputs)
  const describeOutput = describer('outputs', outputs, descriptions?.outputs)
  const inputRows = Object.entries(inputs).map(([name, { required, default: fallback }]) => [
    `\`${name}\``,
    required === true ? requiredWord : fallback === undefined ? '' : `\`${fallback}\``,
    describeInput(name),
  ])
  const outputRows = Object.keys(outputs).map(name => [`\`${name}\``, describeOutput(name)])
  const fresh = replaceBetween(readme, 'inputs', table(inputHead, inputRows))
  const text = replaceBetween(fresh, 'outputs', table(outputHead, outputRows))
  return format(text, { ...(await resolveConfig(join(root, 'README.md'))), parser: 'markdown' })
}

/** @returns what finds the description of a name: the one of action.yml, or its translation where there are any. */
function describer(
  what: keyof Descriptions,
  declared: Readonly<Record<string, { readonly description: string }>>,
  translated: Readonly<Record<string, string>> | undefined,
): (name: string) => string {
  if (translated === undefined) return name => declared[name]?.description ?? ''
  const missing = Object.keys(declared).filter(name => (translated[name] ?? '').trim() === '')
  const leftOver = Object.keys(translated).filter(name => !Object.hasOwn(declared, name))
  if (missing.length > 0) throw new Error(`${what} without a translated description: ${missing.join(', ')}`)
  if (leftOver.length > 0)
    throw new Error(`translated descriptions of ${what} that are not declared: ${leftOver.join(', ')}`)
  return name => translated[name] ?? ''
}

function readYaml(file: string): unknown {
  return parse(readFileSync(join(root, file), 'utf8'))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines
    .map(cells => `| ${cells.map(cell => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')
}

function replaceBetween(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} from action.yml -->`, `<!-- end of ${name} -->`]
  const from = text.indexOf(start)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`the markers of the table of ${name} are missing`)
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`
}

async function main(isCheck: boolean): Promise<void> {
  for (const [name, words] of Object.entries(READMES)) {
    const file = join(root, name)
    const readme = readFileSync(file, 'utf8')
    const fresh = await withFreshTables(readme, readMetadata(), words())
    if (fresh === readme) continue
    if (isCheck) {
      console.error(`${name}: its tables are not what action.yml says; run "npm run tables"`)
      process.exitCode = 1
    } else writeFileSync(file, fresh)
  }
}

if (import.meta.main) await main(process.argv.includes('--check'))
