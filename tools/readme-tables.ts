// Writes the tables of inputs and outputs into the READMEs, between their markers, from action.yml.
//   node tools/readme-tables.ts           writes
//   node tools/readme-tables.ts --check   writes nothing, and fails when a table is not fresh
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { parse } from 'yaml'

interface ActionMetadata {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>
  readonly outputs: Readonly<Record<string, { description: string }>>
}

const root = join(import.meta.dirname, '..')
const READMES = ['README.md']

/** @returns action.yml, as far as tables and tests need it. */
export function readMetadata(): ActionMetadata {
  return parse(readFileSync(join(root, 'action.yml'), 'utf8')) as ActionMetadata
}

/** @returns the README with every marked table made anew, formatted as the formatter of the repository does. */
export async function withFreshTables(readme: string, { inputs, outputs }: ActionMetadata): Promise<string> {
  const inputRows = Object.entries(inputs).map(([name, { description, required, default: fallback }]) => [
    `\`${name}\``,
    required === true ? '**required**' : fallback === undefined ? '' : `\`${fallback}\``,
    description,
  ])
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description])
  const fresh = replaceBetween(readme, 'inputs', table(['Input', 'Default', 'What it takes'], inputRows))
  const text = replaceBetween(fresh, 'outputs', table(['Output', 'What it holds'], outputRows))
  return format(text, { ...(await resolveConfig(join(root, 'README.md'))), parser: 'markdown' })
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
  for (const name of READMES.filter(readme => existsSync(join(root, readme)))) {
    const file = join(root, name)
    const readme = readFileSync(file, 'utf8')
    const fresh = await withFreshTables(readme, readMetadata())
    if (fresh === readme) continue
    if (isCheck) {
      console.error(`${name}: its tables are not what action.yml says; run "npm run tables"`)
      process.exitCode = 1
    } else writeFileSync(file, fresh)
  }
}

if (import.meta.main) await main(process.argv.includes('--check'))
