/** One version in the changelog. */
export interface ChangelogEntry {
  /** `1.2.3`, or `Unreleased`. */
  readonly version: string
  /** `2026-11-25`; empty for none. */
  readonly date: string
  readonly notes: string
}

/** @returns the entries of a changelog in the form of https://keepachangelog.com, newest first. */
export function readChangelog(markdown: string): ChangelogEntry[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map(section => {
      const [heading = '', ...lines] = section.split('\n')
      const [, version = '', date = ''] = /^\[?([^\] ]+)\]?(?: - (\S+))?$/.exec(heading.trim()) ?? []
      return { version, date, notes: lines.join('\n').trim() }
    })
}
