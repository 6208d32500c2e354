import type { Element, Root, RootContent } from 'hast'
import { toString } from 'hast-util-to-string'
import MarkdownIt from 'markdown-it'
import rehypeRaw from 'rehype-raw'
import { unified } from 'unified'
import { visit } from 'unist-util-visit'
import { renderTree } from '../../tools/demo/render.ts'

/** A rendering of a job summary, looked at as a tree of HTML. */
export interface SummaryTree {
  /** The names of all elements that came up, and `comment`, `doctype` and the like for what is no element. */
  readonly elements: ReadonlySet<string>
  /** Every attribute, as `element.name`. */
  readonly attributes: readonly string[]
  /** All text outside of `<code>`: the only place where GitHub looks for mentions, references and emoji. */
  readonly textOutsideCode: string
  /** The notes above the table: the content of each `<p><code>`. */
  readonly notes: readonly string[]
  /** The text of the value cells, by the name in the first cell of the row. */
  readonly cells: ReadonlyMap<string, string>
  /** The text of each `<pre>`, diagrams among them. */
  readonly blocks: readonly string[]
}

/**
 * Renders a summary in every way that tests compare: as GitHub does before and after its sanitizing, and with another
 * renderer that lets HTML through and makes links of whatever looks like one.
 */
export async function summaryTrees(markdown: string): Promise<readonly SummaryTree[]> {
  const trees = [
    await renderTree(markdown, { sanitize: false }),
    await renderTree(markdown),
    await otherRenderer(markdown),
  ]
  return trees.map(inspect)
}

const markdownIt = new MarkdownIt({ html: true, linkify: true })

async function otherRenderer(markdown: string): Promise<Root> {
  const raw = { type: 'raw' as const, value: markdownIt.render(markdown) }
  return unified()
    .use(rehypeRaw)
    .run({ type: 'root', children: [raw] })
}

function inspect(tree: Root): SummaryTree {
  const elements = new Set<string>()
  const attributes: string[] = []
  const notes: string[] = []
  const cells = new Map<string, string>()
  const blocks: string[] = []
  visit(tree, node => {
    if (node.type !== 'root' && node.type !== 'text' && node.type !== 'element') elements.add(node.type)
    if (node.type !== 'element') return
    elements.add(node.tagName)
    attributes.push(...Object.keys(node.properties).map(name => `${node.tagName}.${name}`))
    const children = node.children.filter(child => child.type === 'element')
    if (node.tagName === 'p' && isCodeAlone(node.children)) notes.push(toString(node))
    if (node.tagName === 'pre') blocks.push(toString(node))
    if (node.tagName !== 'tr') return
    const [name, value] = children
    if (name?.tagName === 'td' && value !== undefined && isCodeAlone(value.children))
      cells.set(toString(name), toString(value))
  })
  return { elements, attributes, notes, cells, blocks, textOutsideCode: outsideCode(tree.children) }
}

function isCodeAlone(children: readonly (RootContent | Element['children'][number])[]): boolean {
  const [only] = children
  return children.length === 1 && only?.type === 'element' && only.tagName === 'code'
}

function outsideCode(children: readonly RootContent[]): string {
  return children
    .map(child => {
      if (child.type === 'text') return child.value
      return child.type === 'element' && child.tagName !== 'code' ? outsideCode(child.children) : ''
    })
    .join('')
}
