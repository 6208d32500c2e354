import { readFileSync, writeFileSync } from 'node:fs'

/** @returns a table of Markdown, padded as the formatter of the repository does it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[], fill = ' ') =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`
  const rule = line(
    head.map(() => '---'),
    '-',
  )
  return [line(head), rule, ...rows.map(row => line(row))].join('\n')
}

/** One part of a page that a script writes: what stands between `<!-- name -->` and `<!-- /name -->`. */
export interface GeneratedPart {
  /** Whether the page has what `write` would write. */
  readonly isFresh: boolean
  write(): void
}

/**
 * @param page the path of a page of Markdown.
 * @param text what is to stand between the markers.
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
