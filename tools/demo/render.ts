import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Root } from 'hast'
import rehypeRaw from 'rehype-raw'
import rehypeSanitize from 'rehype-sanitize'
import rehypeStringify from 'rehype-stringify'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import remarkRehype from 'remark-rehype'
import { unified } from 'unified'

const require = createRequire(import.meta.url)
const STYLE_FILE = require.resolve('github-markdown-css/github-markdown.css')

/** Draws diagrams: a script for browsers. */
export const MERMAID_FILE = require.resolve('mermaid/dist/mermaid.min.js')

/** An expression for a browser that has `MERMAID_FILE`: draws the diagrams of a page, and gives whether each could be drawn. */
export const DRAW_DIAGRAMS = `(async () => {
  const isDark = matchMedia('(prefers-color-scheme: dark)').matches
  mermaid.initialize({ startOnLoad: false, theme: isDark ? 'dark' : 'default' })
  const drawn = []
  for (const code of document.querySelectorAll('pre > code.language-mermaid')) {
    const { svg } = await mermaid.render('diagram' + drawn.length, code.textContent)
    code.parentElement.outerHTML = svg
    drawn.push(!svg.includes('Syntax error'))
  }
  return drawn
})()`

/**
 * Renders Markdown as GitHub does: GFM, HTML let through, then reduced to what GitHub's list of elements and attributes
 * allows. Mentions and issue numbers, which need GitHub itself, stay text.
 *
 * @param sanitize whether to apply this list; without it, the tree is what a reader would get without GitHub's filter.
 * @returns the tree.
 */
export async function renderTree(markdown: string, { sanitize = true } = {}): Promise<Root> {
  const renderer = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, { allowDangerousHtml: true })
    .use(rehypeRaw)
  const tree = await renderer.run(renderer.parse(markdown))
  return sanitize ? unified().use(rehypeSanitize).run(tree) : tree
}

/** @returns a whole page of HTML that shows the Markdown of a job summary as GitHub does, with its diagrams drawn. */
export async function renderSummary(markdown: string): Promise<string> {
  const mermaid = pathToFileURL(MERMAID_FILE).href
  return pageOf(
    await renderTree(markdown),
    `<script src="${mermaid}"></script>\n<script>${DRAW_DIAGRAMS}</script>\n`,
  )
}

/** @returns a whole page of HTML around the tree, in GitHub's style, with scripts at its end. */
export async function pageOf(tree: Root, scripts = ''): Promise<string> {
  const body = unified().use(rehypeStringify).stringify(tree)
  const style = await readFile(STYLE_FILE, 'utf8')
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Job summary</title>
<style>
${style}
.markdown-body { box-sizing: border-box; max-width: 980px; margin: 0 auto; padding: 45px; }
@media (max-width: 767px) { .markdown-body { padding: 15px; } }
</style>
</head>
<body class="markdown-body">
${body}
${scripts}</body>
</html>
`
}
