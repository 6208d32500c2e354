/** One value that an action wrote to `GITHUB_OUTPUT`, `GITHUB_STATE` or `GITHUB_ENV`. */
export interface FileCommand {
  readonly name: string
  readonly value: string
}

/**
 * Reads a file of outputs as the runner does on Linux (FileCommandManager): a line ends at LF alone, so a CR belongs to
 * the value; empty lines between the values are skipped.
 *
 * @param text the whole file.
 * @returns every value in the order of writing; of one name the runner keeps the last.
 * @throws Error at a line or a value that would fail the step.
 */
export function parseOutputFile(text: string): FileCommand[] {
  const commands: FileCommand[] = []
  let at = 0
  while (at < text.length) {
    const { line, next } = lineAt(text, at)
    at = next
    if (line === '') continue
    const equalsAt = line.indexOf('=')
    const heredocAt = line.indexOf('<<')
    if (equalsAt >= 0 && (heredocAt < 0 || equalsAt < heredocAt)) {
      if (equalsAt === 0) throw malformed(line, 'the name is empty')
      commands.push({ name: line.slice(0, equalsAt), value: line.slice(equalsAt + 1) })
    } else if (heredocAt >= 0) {
      const heredoc = readHeredoc(text, at, line, heredocAt)
      commands.push({ name: line.slice(0, heredocAt), value: heredoc.value })
      at = heredoc.next
    } else {
      throw malformed(line, 'neither name=value nor name<<delimiter')
    }
  }
  return commands
}

function readHeredoc(text: string, valueAt: number, opening: string, heredocAt: number) {
  const delimiter = opening.slice(heredocAt + 2)
  if (heredocAt === 0 || delimiter === '') throw malformed(opening, 'the name or the delimiter is empty')
  let valueEnd = valueAt
  let at = valueAt
  while (at < text.length) {
    const { line, next, ended } = lineAt(text, at)
    if (line === delimiter) return { value: text.slice(valueAt, valueEnd), next }
    if (!ended) break
    // The line end before the delimiter does not belong to the value.
    valueEnd = next - 1
    at = next
  }
  throw malformed(opening, `no line that is "${delimiter}" follows`)
}

function lineAt(text: string, at: number) {
  const lineFeedAt = text.indexOf('\n', at)
  return lineFeedAt < 0
    ? { line: text.slice(at), next: text.length, ended: false }
    : { line: text.slice(at, lineFeedAt), next: lineFeedAt + 1, ended: true }
}

function malformed(line: string, reason: string): Error {
  return new Error(`The runner refuses the line ${JSON.stringify(line)}: ${reason}`)
}
