/** A workflow command as the runner understood it. */
export interface Command {
  /** In lower case: the runner ignores the case. */
  readonly name: string
  /** Unescaped; the names as they were written. */
  readonly properties: ReadonlyMap<string, string>
  /** Unescaped. */
  readonly data: string
  /** The number of its line in the log, from 1. */
  readonly lineNumber: number
}

/** The annotation of an `error`, `warning` or `notice` command. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  /** Empty when none was given. */
  readonly title: string
  readonly message: string
}

/** One line of the log after the runner: a command, or text that it passes on. */
export type LogEntry = { readonly command: Command } | { readonly text: string }

/** What the runner obeys in a log. */
export const KNOWN_COMMANDS = [
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
  'stop-commands',
  'internal-set-repo-path',
]

const LEVELS = ['error', 'warning', 'notice'] as const

/** `char.IsWhiteSpace` of .NET: it has U+0085, which `\s` lacks, and lacks U+FEFF. */
const WHITE_SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
const LEADING_WHITE_SPACE = new RegExp(`^${WHITE_SPACE}+`)
const TRAILING_WHITE_SPACE = new RegExp(`${WHITE_SPACE}+$`)

type Escapes = readonly (readonly [escaped: string, character: string])[]

// `%25` comes last, as in the runner: `%250A` is the text `%0A`.
const DATA_ESCAPES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
]
const PROPERTY_ESCAPES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
]
const BRACKET_ESCAPES: Escapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
]

/**
 * Reads a log line by line as the runner does (ActionCommandManager): a line ends at LF, CR or CRLF, and after
 * `::stop-commands::TOKEN` nothing is a command until `::TOKEN::`.
 *
 * @param log everything that the action wrote to stdout and stderr.
 * @returns an entry for each line.
 */
export function readLog(log: string): LogEntry[] {
  const known = new Set(KNOWN_COMMANDS)
  let stopToken: string | undefined
  return log
    .replace(/(?:\r\n|\r|\n)$/, '')
    .split(/\r\n|\r|\n/)
    .map((line, index) => {
      const command = parseCommand(line, index + 1, known)
      if (command === undefined) return { text: line }
      if (stopToken !== undefined) {
        if (command.name !== stopToken) return { text: line }
        known.delete(stopToken)
        stopToken = undefined
      } else if (command.name === 'stop-commands') {
        stopToken = command.data.toLowerCase()
        known.add(stopToken)
      }
      return { command }
    })
}

/** @returns every command that the runner sees in the log, in order. */
export function findCommands(log: string): Command[] {
  return readLog(log).flatMap(entry => ('command' in entry ? [entry.command] : []))
}

/** @returns the annotations of the log's commands, in order, before any mask. */
export function annotations(log: string): Annotation[] {
  return findCommands(log).flatMap(({ name, properties, data }) => {
    const level = LEVELS.find(known => known === name)
    return level === undefined ? [] : [{ level, title: properties.get('title') ?? '', message: data }]
  })
}

function parseCommand(line: string, lineNumber: number, known: ReadonlySet<string>): Command | undefined {
  return parseColons(line, lineNumber, known) ?? parseBrackets(line, lineNumber, known)
}

/** `::name key=value,key=value::data`, after any white space (ActionCommand.TryParseV2). */
function parseColons(line: string, lineNumber: number, known: ReadonlySet<string>): Command | undefined {
  const text = line.replace(LEADING_WHITE_SPACE, '')
  const closingAt = text.indexOf('::', 2)
  if (!text.startsWith('::') || closingAt < 0) return undefined
  const { name, rest } = splitHead(text.slice(2, closingAt))
  if (!known.has(name)) return undefined
  const list = rest.replace(LEADING_WHITE_SPACE, '').replace(TRAILING_WHITE_SPACE, '')
  const properties = parseProperties(list.split(','), PROPERTY_ESCAPES)
  return { name, properties, data: unescape(text.slice(closingAt + 2), DATA_ESCAPES), lineNumber }
}

/** `##[name key=value;key=value]data`, anywhere in a line, the first `##[` alone (ActionCommand.TryParse). */
function parseBrackets(line: string, lineNumber: number, known: ReadonlySet<string>): Command | undefined {
  const openingAt = line.indexOf('##[')
  const closingAt = openingAt < 0 ? -1 : line.indexOf(']', openingAt)
  if (closingAt < 0) return undefined
  const { name, rest } = splitHead(line.slice(openingAt + 3, closingAt))
  if (!known.has(name)) return undefined
  const properties = parseProperties(rest.split(';'), BRACKET_ESCAPES)
  return { name, properties, data: unescape(line.slice(closingAt + 1), BRACKET_ESCAPES), lineNumber }
}

function splitHead(head: string) {
  const blankAt = head.indexOf(' ')
  return blankAt < 0
    ? { name: head.toLowerCase(), rest: '' }
    : { name: head.slice(0, blankAt).toLowerCase(), rest: head.slice(blankAt + 1) }
}

function parseProperties(pairs: readonly string[], escapes: Escapes): Map<string, string> {
  const properties = new Map<string, string>()
  for (const pair of pairs) {
    // The runner's split drops empty parts: neither name nor value can be empty, nor a value begin with `=`.
    const [, name, value] = /^=*([^=]+)=+([^=].*)$/s.exec(pair) ?? []
    if (name !== undefined && value !== undefined) properties.set(name, unescape(value, escapes))
  }
  return properties
}

function unescape(text: string, escapes: Escapes): string {
  return escapes.reduce((unescaped, [escaped, character]) => unescaped.replaceAll(escaped, character), text)
}
