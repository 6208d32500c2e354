import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'

const ROOT = join(import.meta.dirname, '../..')

export const READMES = ['README.md', 'README.zh-CN.md'] as const

/** Every page for people that links elsewhere or shows code, by its path from the root. */
export const PAGES: readonly string[] = [
  ...READMES,
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`)
    .sort(),
]

const CHINESE = '.zh-CN.md'

/** Every page that there is in two languages: the English one, then the Chinese one. */
export const TRANSLATIONS: readonly (readonly [english: string, chinese: string])[] = PAGES.filter(page =>
  page.endsWith(CHINESE),
).map(chinese => [englishOf(chinese), chinese])

/** @returns the path of the English page that a page is a translation of; that of an English page itself. */
export function englishOf(page: string): string {
  return page.replace(CHINESE, '.md')
}

const processor = unified().use(remarkParse).use(remarkGfm)
type Tree = ReturnType<typeof processor.parse>

/** A cell of a table, or another piece of a page. */
interface Piece {
  readonly text: string
  /** What stands in backticks in it. */
  readonly codes: readonly string[]
}

/** The rows of a table; the first one is its head. */
export type Table = readonly (readonly Piece[])[]

export interface CodeBlock {
  readonly language: string
  readonly code: string
}

/** What tests ask of a page of Markdown. */
export interface Page {
  /** One line for each block of the page in order, without its words: `heading 2`, `list of 3`, `table 4 x 2`. */
  readonly outline: readonly string[]
  readonly tables: readonly Table[]
  /** What stands in backticks in each item of its lists, in order. */
  readonly itemCodes: readonly (readonly string[])[]
  readonly codeBlocks: readonly CodeBlock[]
  /** Where links and pictures lead, those within HTML too. */
  readonly targets: readonly string[]
  /** The anchors of its headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
}

const pages = new Map<string, Page>()

/** @returns the page at that path from the root. */
export function readPage(path: string): Page {
  const known = pages.get(path)
  if (known !== undefined) return known
  const page = parsePage(path)
  pages.set(path, page)
  return page
}

function parsePage(path: string): Page {
  const tree = processor.parse(readFileSync(join(ROOT, path), 'utf8'))
  const tables: Table[] = []
  const itemCodes: (readonly string[])[] = []
  const codeBlocks: CodeBlock[] = []
  const targets: string[] = []
  const headings: string[] = []
  visit(tree, node => {
    if (node.type === 'heading') headings.push(pieceOf(node).text)
    if (node.type === 'code') codeBlocks.push({ language: node.lang ?? '', code: node.value })
    if (node.type === 'listItem') itemCodes.push(pieceOf(node).codes)
    if (node.type === 'table') tables.push(node.children.map(row => row.children.map(pieceOf)))
    if (node.type === 'link' || node.type === 'image') targets.push(node.url)
    if (node.type === 'html')
      targets.push(
        ...Array.from(node.value.matchAll(/(?:src|srcset|href)="([^"]+)"/g), ([, url = '']) => url),
      )
  })
  return {
    outline: tree.children.map(outlineOf),
    tables,
    itemCodes,
    codeBlocks,
    targets,
    anchors: anchorsOf(headings),
  }
}

function pieceOf(node: Parameters<typeof visit>[0]): Piece {
  let text = ''
  const codes: string[] = []
  visit(node as Tree, inner => {
    if (inner.type === 'inlineCode') codes.push(inner.value)
    if (inner.type === 'text' || inner.type === 'inlineCode') text += inner.value
  })
  return { text, codes }
}

function outlineOf(node: Tree['children'][number]): string {
  if (node.type === 'heading') return `heading ${node.depth}`
  if (node.type === 'list') return `list of ${node.children.length}`
  if (node.type === 'table')
    return `table ${node.children.length} x ${node.children[0]?.children.length ?? 0}`
  if (node.type === 'code') return `code ${node.lang ?? ''}`
  if (node.type !== 'html') return node.type
  return Array.from(node.value.matchAll(/<(?:!--.*?--|\/?\w+)/gs), ([tag]) => tag).join(' ')
}

/** GitHub's rule: lower case, letters, digits, `-` and `_` alone, blanks as `-`; a repeated one gets a number. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>()
  for (const heading of headings) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}
