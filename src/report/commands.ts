import { randomUUID } from 'node:crypto'
import { appendFileSync, existsSync } from 'node:fs'

// What a runner reads, as the toolkit's `@actions/core` writes it: byte for byte, which a test holds against the package. The
// package itself is not in the bundle, because it brings its summary, OIDC client and platform probes along, which are
// a sixth of the script and a twentieth of the time of a run.

/** As `node:os` has it, which is loaded for nothing else. */
const EOL = process.platform === 'win32' ? '\r\n' : '\n'

/** Writes a line to the log. */
export function printLine(text: string): void {
  process.stdout.write(text + EOL)
}

/** Tells the runner something by a line of the log that it does not show: `::name title=…::text`. */
export function printCommand(
  name: 'add-mask' | 'debug' | 'endgroup' | 'error' | 'group' | 'warning',
  text: string,
  title = '',
): void {
  const properties = title === '' ? '' : ` title=${escapeProperty(title)}`
  printLine(`::${name}${properties}::${escapeData(text)}`)
}

/**
 * Appends outputs to the file that the runner reads them from, in one write: each as `name<<delimiter`, the value, the
 * delimiter, on lines of their own.
 * @throws Error when the file is not there, or cannot be written: the runner has made it before the step.
 */
export function appendOutputs(file: string, outputs: Readonly<Record<string, string>>): void {
  if (!existsSync(file)) throw new Error(`Missing file at path: ${file}`)
  // Nobody who writes a value can know it, and so nothing in a value can end it.
  const delimiter = `ghadelimiter_${randomUUID()}`
  const lines = Object.entries(outputs).flatMap(([name, value]) => [
    `${name}<<${delimiter}`,
    value,
    delimiter,
  ])
  // Half a surrogate pair has no UTF-8; it is written as U+FFFD.
  appendFileSync(
    file,
    lines
      .map(line => line + EOL)
      .join('')
      .toWellFormed(),
  )
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
