import type { LogTail } from '../codearts/log-lines.ts'
import { htmlLogLine } from './text.ts'

/** The runner drops a summary of more than 1 MiB; this leaves room for everything else in it. */
const MAX_LOG_BYTES = 400 * 1024

/**
 * @param redact takes secrets out of what is shown.
 * @returns the end of a build's log, folded; the last lines of it when all of them would be too much.
 */
export function renderLog(tail: LogTail, redact: (text: string) => string): string {
  const lines = lastThatFit(tail.lines.map(line => htmlLogLine(redact(line))))
  if (lines.length === 0) return '<p>The log of the build is empty.</p>'
  const head = `<details>\n<summary>${logTitle(lines.length, tail.totalBytes)}</summary>`
  return `${head}\n<pre><code>${lines.join('\n')}</code></pre>\n</details>`
}

/** @returns what a piece of log is, in our own words and two numbers. */
export function logTitle(lineCount: number, totalBytes: number): string {
  const what = lineCount === 1 ? 'The last line' : `The last ${lineCount} lines`
  return `${what} of the build’s log (${size(totalBytes)} in all)`
}

function lastThatFit(lines: readonly string[]): readonly string[] {
  let bytes = 0
  for (let from = lines.length; from > 0; from--) {
    bytes += Buffer.byteLength(lines[from - 1] ?? '') + 1
    if (bytes > MAX_LOG_BYTES) return lines.slice(from)
  }
  return lines
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
