import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import type { ActionRun } from '../runner/run-action.ts'
import { labelOf, shownLines } from '../runner/shown-log.ts'
import type { ShownLine, Viewing } from '../runner/shown-log.ts'
import { renderSummary } from './render.ts'

type Style = Parameters<typeof styleText>[0]

const FOLDER = new URL('../../out/demo/', import.meta.url)
const MAX_VALUE_CHARACTERS = 72
/** The outputs that tell most, as many as are shown: of the gate, and of the action that starts a build. */
const TELLING_OUTPUTS = ['success', 'reason', 'started', 'status', 'build_no', 'commit', 'execution_id']
const MAX_OUTPUTS = 5

const STYLES: Readonly<Record<ShownLine['kind'], Style>> = {
  text: [],
  error: 'red',
  warning: 'yellow',
  notice: 'blue',
  debug: 'magenta',
  group: 'bold',
}

/**
 * Prints a run as its user would see it on GitHub, and writes its summary as a page of HTML.
 *
 * @param title what was run.
 * @param name the name of the page, without its ending.
 */
export async function showRun(title: string, name: string, run: ActionRun, viewing: Viewing): Promise<void> {
  printHeading(title)
  print('Log, as a person sees it on GitHub', logLines(run, viewing))
  print('Annotations', annotationLines(run))
  print('Outputs', outputLines(run.outputs, viewing))
  const exitCode = run.signal === null ? `exit code ${String(run.exitCode)}` : `ended by ${run.signal}`
  const verdict = run.exitCode === 0 ? paint('green', 'The step passes') : paint('red', 'The step fails')
  print('Result', [`${verdict} (${exitCode}, ${Math.round(run.durationMs)} ms)`])
  print('Job summary', [run.summary === '' ? 'none was written' : await writePage(name, run.summary)])
}

function printHeading(title: string): void {
  console.log(`\n${paint(['bold', 'inverse'], ` ${title} `)}`)
}

function print(heading: string, lines: readonly string[]): void {
  console.log(`\n${paint('bold', heading)}`)
  for (const line of lines.length === 0 ? ['none'] : lines) console.log(`  ${line}`)
}

function logLines({ log }: ActionRun, viewing: Viewing): string[] {
  return shownLines(log, viewing).map(line => paint(STYLES[line.kind], `${labelOf(line)}${line.text}`))
}

function annotationLines({ log }: ActionRun): string[] {
  return shownLines(log)
    .filter(({ kind }) => kind === 'error' || kind === 'warning' || kind === 'notice')
    .map(({ kind, title, text }) => paint(STYLES[kind], title === '' ? text : `${title}: ${text}`))
}

function outputLines(outputs: ReadonlyMap<string, string>, { debug = false }: Viewing): string[] {
  const names = debug
    ? [...outputs.keys()]
    : TELLING_OUTPUTS.filter(name => outputs.has(name)).slice(0, MAX_OUTPUTS)
  const width = Math.max(...names.map(name => name.length), 0)
  const lines = names.map(name => {
    const value = outputs.get(name) ?? ''
    return `${name.padEnd(width)}  ${value === '' ? paint('dim', '(empty)') : oneLine(value)}`
  })
  const others = outputs.size - names.length
  return others === 0 ? lines : [...lines, paint('dim', `and ${others} more`)]
}

/** @returns a value on one line, shortened if it is long, with invisible characters escaped as in JSON. */
function oneLine(value: string): string {
  const text = value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
  return text.length <= MAX_VALUE_CHARACTERS
    ? text
    : `${text.slice(0, MAX_VALUE_CHARACTERS)}… (${text.length} characters in all)`
}

async function writePage(name: string, summary: string): Promise<string> {
  await mkdir(FOLDER, { recursive: true })
  const page = new URL(`${name}.html`, FOLDER)
  await writeFile(page, await renderSummary(summary))
  return fileURLToPath(page)
}

/** Colours only in a terminal, and only if `NO_COLOR` is not set. */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout })
}
