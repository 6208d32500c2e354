import * as core from '@actions/core'
import type { Log } from '../util/logging.ts'
import { joined, linesOf, sentences, type Message, type Words } from '../util/message.ts'
import { type Redact, shownLogLine, shownText } from './redact.ts'
import { colouredLogLine, logLine, shorten } from './sanitize.ts'

/** As the toolkit writes it, with `%25` for `%`. The runner keeps 4,096. */
const MAX_ANNOTATION_CHARACTERS = 4_000
/** What happened has as much room whatever there is to do: the names of 20 builds with their reasons. */
const MIN_MESSAGE_CHARACTERS = 2_500
const MAX_LINE_CHARACTERS = 10_000

/** The log of the step, which only this module writes. */
export interface StepLog extends Log {
  /** One annotation where a runner reads the log, else one line. */
  error(title: string, words: Words): void
  warning(title: string, words: Words): void
  /**
   * Lines of a build's log, as they came, under a heading that folds them: tabs and harmless colours stay.
   * @param name of the build, where there are several: it stands before each line, and nothing is folded.
   */
  logLines(heading: string, lines: readonly string[], name?: string): void
}

/** @returns whether a runner reads what is printed; elsewhere commands have no effect, and a mask would show its secret. */
export function isRunner(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true'
}

/** Tells the runner, where there is one, to replace the text in everything that it shows from here on. */
export function mask(line: string): void {
  if (isRunner()) core.setSecret(line)
}

/** @param redact everything that is printed passes through it, and is a line without commands for each line of our own. */
export function createLog(redact: Redact): StepLog {
  const line = (words: string | Message): string =>
    linesOf(words)
      .map(one => logLine(shownText(one, redact)))
      .join('\n')
  const safe = (words: string | Message): string => shorten(line(words), MAX_LINE_CHARACTERS)
  const annotate = (level: 'Error' | 'Warning', title: string, words: Words): void => {
    const text = annotationText(words, line)
    // By their names, so that the bundle needs nothing else of the toolkit.
    const print = level === 'Error' ? core.error : core.warning
    if (isRunner()) print(text, { title: safe(title) })
    else core.info(`${level}: ${safe(title)}: ${text}`)
  }
  const startGroup = (title: string | Message): void => {
    const print = isRunner() ? core.startGroup : core.info
    print(safe(title))
  }
  const endGroup = (): void => {
    if (isRunner()) core.endGroup()
  }

  return {
    info(words) {
      core.info(safe(words))
    },
    debug(words) {
      if (!core.isDebug()) return
      if (isRunner()) core.debug(safe(words))
      else core.info(`Debug: ${safe(words)}`)
    },
    startGroup,
    endGroup,
    error(title, words) {
      annotate('Error', title, words)
    },
    warning(title, words) {
      annotate('Warning', title, words)
    },
    logLines(heading, lines, name) {
      const begin = name === undefined ? '' : `${safe(name)}: `
      if (name === undefined) startGroup(heading)
      else core.info(`${begin}${safe(heading)}`)
      for (const one of lines) core.info(`${begin}${colouredLogLine(shownLogLine(one, redact))}`)
      if (name === undefined) endGroup()
    },
  }
}

/** Nothing is cut before the details are gone, and a long problem is cut before what to do. */
function annotationText({ problem, remedy, details }: Words, line: (words: Message) => string): string {
  const isBare = remedy === undefined && details.length === 0
  const end = remedy === undefined ? '' : ` ${line(sentences(remedy))}`
  const room = Math.max(MAX_ANNOTATION_CHARACTERS - writtenLength(end), MIN_MESSAGE_CHARACTERS)
  const start = fitted(line(isBare ? problem : sentences(problem)), room)
  const words = start + fitted(end, MAX_ANNOTATION_CHARACTERS - writtenLength(start))
  const left = MAX_ANNOTATION_CHARACTERS - writtenLength(words) - ' ()'.length
  const more = fitted(line(joined(details, '; ')), left)
  return more === '' ? words : `${words} (${more})`
}

/** @returns how many characters the toolkit writes: of what it escapes, only `%` and our own line ends are left. */
function writtenLength(text: string): number {
  return text.length + 2 * (text.split(/[%\n]/).length - 1)
}

/** @returns the text, or its beginning with a note, as it fits into so many written characters; empty where nothing does. */
function fitted(text: string, maxCharacters: number): string {
  if (writtenLength(text) <= maxCharacters) return text
  let left = maxCharacters - `… (${text.length} characters in all)`.length
  if (left <= 0) return ''
  let end = 0
  for (; left > 0; end++) left -= '%\n'.includes(text.charAt(end)) ? 3 : 1
  return shorten(text, left < 0 ? end - 1 : end)
}
