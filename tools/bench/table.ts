import { readFileSync, writeFileSync } from 'node:fs'

/** @returns a table of Markdown whose cells are not padded. An empty cell is a space: markdownlint wants `| |`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string =>
    `|${row.map(cell => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`
  return [head, head.map(() => '---'), ...rows].map(line).join('\n')
}

/** The part of a page between `<!-- name -->` and `<!-- /name -->`, which a script writes. */
export interface GeneratedPart {
  /** Whether the page has what `write` would write. */
  readonly isFresh: boolean
  write(): void
}

/**
 * @param page the path of a page of Markdown.
 * @param text the new text between the markers.
 * @throws Error when the page has no such markers.
 */
export function generatedPart(page: string, name: string, text: string): GeneratedPart {
  const old = readFileSync(page, 'utf8')
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`)
  if (!marked.test(old)) throw new Error(`${page} has lost the markers of ${name}`)
  const fresh = old.replace(marked, (_, begin: string, end: string) => `${begin}\n${text}\n\n${end}`)
  return {
    isFresh: fresh === old,
    write: () => {
      writeFileSync(page, fresh)
    },
  }
}
