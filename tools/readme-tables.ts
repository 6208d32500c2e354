// Writes the lists of inputs and outputs into the pages for users, between their markers, from action.yml.
//   node tools/readme-tables.ts           writes
//   node tools/readme-tables.ts --check   writes nothing, and fails if a list is out of date
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/** What the lists are made of in one language. */
export interface Language {
  /** How an entry begins: its name in backticks, and whether it is required or has a default. */
  readonly entry: (name: string, input: { required?: boolean; default?: string }) => string
  /** Matches the first sentence of a description. */
  readonly firstSentence: RegExp
  /** Undefined takes the descriptions of action.yml. */
  readonly descriptions?: Descriptions
}

const root = join(import.meta.dirname, '..')

/** The languages of the pages, by the end of their file names. */
export const LANGUAGES: Readonly<Record<'.md' | '.zh-CN.md', () => Language>> = {
  '.md': () => ({
    entry: (name, { required, default: value }) =>
      `**\`${name}\`**${required === true ? ' (required)' : value === undefined ? '' : ` (default \`${value}\`)`}: `,
    firstSentence: /^.*?\.(?=\s+[A-Z`]|\s*$)/s,
  }),
  '.zh-CN.md': () => ({
    entry: (name, { required, default: value }) =>
      `**\`${name}\`**${required === true ? '（必填）' : value === undefined ? '' : `（默认 \`${value}\`）`}：`,
    firstSentence: /^[^。]*。/,
    descriptions: readYaml('tools/descriptions.zh-CN.yml') as Descriptions,
  }),
}

/** Every page with a generated list, by its path from the root. */
export const GENERATED_PAGES: readonly string[] = ['README', 'docs/inputs', 'docs/outputs'].flatMap(page =>
  Object.keys(LANGUAGES).map(end => `${page}${end}`),
)

/** @returns the language of a page, by its file name. */
export function languageOf(page: string): Language {
  return LANGUAGES[page.endsWith('.zh-CN.md') ? '.zh-CN.md' : '.md']()
}

/** @returns action.yml, as far as lists and tests need it. */
export function readMetadata(): ActionMetadata {
  return readYaml('action.yml') as ActionMetadata
}

/**
 * @returns the page with a fresh list between each pair of markers: `<!-- inputs from action.yml -->`, the same for
 * outputs, and `<!-- inputs in short, from action.yml -->`, which takes only the first sentence of each description.
 * @throws Error if there are no markers, or a description in another language is missing or left over.
 */
export function withFreshLists(page: string, metadata: ActionMetadata, language: Language): string {
  let count = 0
  const fresh = page.replace(
    MARKED,
    (_, start: string, what: keyof Descriptions, short = '', end: string) => {
      count++
      return `${start}\n\n${listOf(what, metadata, language, short !== '')}\n\n${end}`
    },
  )
  if (count === 0) throw new Error('the page has no markers of a generated list')
  return fresh
}

const MARKED =
  /(<!-- (inputs|outputs)( in short,)? from action\.yml -->)[^]*?(<!-- end of (?:inputs|outputs) -->)/g

function listOf(
  what: keyof Descriptions,
  metadata: ActionMetadata,
  language: Language,
  isShort: boolean,
): string {
  const declared: ActionMetadata['inputs'] = metadata[what]
  const descriptions = descriptionsOf(what, declared, language.descriptions?.[what])
  return Object.entries(declared)
    .map(([name, input]) => {
      const whole = descriptions.get(name)?.trim() ?? ''
      const text = isShort ? (language.firstSentence.exec(whole)?.[0] ?? whole) : whole
      return `- ${language.entry(name, input)}${text}`
    })
    .join('\n')
}

/** @returns the description of each name: the one of action.yml, or its translation if there are any. */
function descriptionsOf(
  what: keyof Descriptions,
  declared: Readonly<Record<string, { readonly description: string }>>,
  translated: Readonly<Record<string, string>> | undefined,
): ReadonlyMap<string, string> {
  if (translated === undefined)
    return new Map(Object.entries(declared).map(([name, { description }]) => [name, description]))
  const missing = Object.keys(declared).filter(name => (translated[name] ?? '').trim() === '')
  const leftOver = Object.keys(translated).filter(name => !Object.hasOwn(declared, name))
  if (missing.length > 0) throw new Error(`${what} without a translated description: ${missing.join(', ')}`)
  if (leftOver.length > 0)
    throw new Error(`translated descriptions of ${what} that are not declared: ${leftOver.join(', ')}`)
  return new Map(Object.entries(translated))
}

function readYaml(file: string): unknown {
  return parse(readFileSync(join(root, file), 'utf8'))
}

function main(isCheck: boolean): void {
  for (const name of GENERATED_PAGES) {
    const file = join(root, name)
    const page = readFileSync(file, 'utf8')
    const fresh = withFreshLists(page, readMetadata(), languageOf(name))
    if (fresh === page) continue
    if (isCheck) {
      console.error(`${name}: its lists are not what action.yml says; run "npm run tables"`)
      process.exitCode = 1
    } else writeFileSync(file, fresh)
  }
}

if (import.meta.main) main(process.argv.includes('--check'))
