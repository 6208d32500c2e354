import { readLog } from './log-commands.ts'
import type { Command } from './log-commands.ts'

/** A line of the log as a person sees it. */
export interface ShownLine {
  /** The kind of the line; `text` is a line that is not a command. */
  readonly kind: 'text' | 'error' | 'warning' | 'notice' | 'debug' | 'group'
  /** Masked; without the prefix that GitHub puts before an error, a warning, a notice or a debug line. */
  readonly text: string
  /** Of an annotation, where it has one; else empty. Masked. */
  readonly title: string
}

const PREFIXES: Readonly<Record<ShownLine['kind'], string>> = {
  text: '',
  error: 'Error: ',
  warning: 'Warning: ',
  notice: 'Notice: ',
  debug: '##[debug]',
  group: '▼ ',
}

/** How the log is shown. */
export interface Viewing {
  /** Whether step debug logging is on; without it debug lines are not shown. */
  readonly debug?: boolean
}

/**
 * Replays a log as the runner shows it: each mask covers the lines after it, as a whole and line by line; commands
 * that only act (masks, outputs, the end of a group) show nothing. The runner also masks some encodings of a secret
 * (base64, URL, JSON); this does not, so what it hides the runner hides too.
 *
 * @param log everything that the action wrote to stdout and stderr.
 * @returns the visible lines in order.
 */
export function shownLines(log: string, { debug = false }: Viewing = {}): ShownLine[] {
  const masks = new Set<string>()
  return readLog(log).flatMap(entry => {
    if ('text' in entry) return [{ kind: 'text' as const, title: '', text: hide(entry.text, masks) }]
    const { command } = entry
    if (command.name === 'add-mask') addMask(command.data, masks)
    // The runner treats a token of more than six characters as a secret.
    if (command.name === 'stop-commands' && command.data.length > 6) masks.add(command.data)
    const kind = kindOf(command)
    if (kind === undefined || (kind === 'debug' && !debug)) return []
    const title = hide(command.properties.get('title') ?? '', masks)
    return [{ kind, title, text: hide(command.data, masks) }]
  })
}

/** @returns the log as one text, as a person sees it on GitHub: masked, `Error: ` before an error. */
export function masked(log: string, viewing?: Viewing): string {
  return shownLines(log, viewing)
    .map(line => `${labelOf(line)}${line.text}\n`)
    .join('')
}

/** @returns what GitHub puts before such a line: `Error: ` and the like, or nothing. */
export function labelOf(line: ShownLine): string {
  return PREFIXES[line.kind]
}

function kindOf({ name }: Command): ShownLine['kind'] | undefined {
  switch (name) {
    case 'error':
    case 'warning':
    case 'notice':
    case 'debug':
    case 'group':
      return name
    default:
      return undefined
  }
}

function addMask(secret: string, masks: Set<string>): void {
  if (secret.trim() === '') return
  masks.add(secret)
  for (const line of secret.split(/[\r\n]+/)) if (line !== '') masks.add(line)
}

/** Every place that any mask covers becomes `***`; places that overlap or touch become one. */
function hide(text: string, masks: ReadonlySet<string>): string {
  const places: { start: number; end: number }[] = []
  for (const mask of masks) {
    for (let at = text.indexOf(mask); at >= 0; at = text.indexOf(mask, at + 1)) {
      places.push({ start: at, end: at + mask.length })
    }
  }
  let shown = ''
  let shownUntil = 0
  for (const { start, end } of places.sort((a, b) => a.start - b.start)) {
    if (start > shownUntil || shownUntil === 0) shown += `${text.slice(shownUntil, start)}***`
    shownUntil = Math.max(shownUntil, end)
  }
  return shown + text.slice(shownUntil)
}
