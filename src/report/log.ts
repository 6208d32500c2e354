import * as core from '@actions/core'
import type { Log } from '../util/logging.ts'
import { linesOf, type Message } from '../util/message.ts'
import { type Redact, shownLogLine, shownText } from './redact.ts'
import { colouredLogLine, logLine, shorten } from './sanitize.ts'

/** The runner keeps 4,096 characters of an annotation; the rest is for the note on how much was cut. */
const MAX_ANNOTATION_CHARACTERS = 3_500
const MIN_MESSAGE_CHARACTERS = 500
const MAX_LINE_CHARACTERS = 10_000

/** What an annotation says. */
export interface Annotation {
  readonly message: string | Message
  /** What to do, at the end of the annotation: a long message is cut before it. */
  readonly remedy?: string | Message | undefined
}

/** The log of the step, which only this module writes. */
export interface StepLog extends Log {
  /** One annotation where a runner reads the log, else one line. */
  error(title: string, annotation: Annotation): void
  warning(title: string, annotation: Annotation): void
  /**
   * Lines of a build's log, as they came, under a heading that folds them: tabs and harmless colours stay.
   * @param name of the build, where there are several: it stands before each line, and nothing is folded.
   */
  logLines(heading: string, lines: readonly string[], name?: string): void
}

/** @returns whether a runner reads what is printed; elsewhere commands have no effect, and a mask would show its secret. */
function isRunner(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true'
}

/** Tells the runner, where there is one, to replace the text in everything that it shows from here on. */
export function mask(line: string): void {
  if (isRunner()) core.setSecret(line)
}

/** @param redact everything that is printed passes through it, and is a line without commands for each line of our own. */
export function createLog(redact: Redact): StepLog {
  const safe = (words: string | Message, maxCharacters = MAX_LINE_CHARACTERS): string =>
    shorten(
      linesOf(words)
        .map(line => logLine(shownText(line, redact)))
        .join('\n'),
      maxCharacters,
    )
  const annotate = (level: 'error' | 'warning', title: string, { message, remedy }: Annotation): void => {
    const end = remedy === undefined ? '' : `; ${safe(remedy)}`
    const left = Math.max(MAX_ANNOTATION_CHARACTERS - end.length, MIN_MESSAGE_CHARACTERS)
    const text = `${safe(message, left)}${end}`
    if (isRunner()) core[level](text, { title: safe(title) })
    else core.info(`${level === 'error' ? 'Error' : 'Warning'}: ${safe(title)}: ${text}`)
  }
  const startGroup = (title: string | Message): void => {
    if (isRunner()) core.startGroup(safe(title))
    else core.info(safe(title))
  }
  const endGroup = (): void => {
    if (isRunner()) core.endGroup()
  }

  return {
    info(line) {
      core.info(safe(line))
    },
    debug(line) {
      if (!core.isDebug()) return
      if (isRunner()) core.debug(safe(line))
      else core.info(`Debug: ${safe(line)}`)
    },
    startGroup,
    endGroup,
    error(title, annotation) {
      annotate('error', title, annotation)
    },
    warning(title, annotation) {
      annotate('warning', title, annotation)
    },
    logLines(heading, lines, name) {
      const begin = name === undefined ? '' : `${safe(name)}: `
      if (name === undefined) startGroup(heading)
      else core.info(`${begin}${safe(heading)}`)
      for (const line of lines) core.info(`${begin}${colouredLogLine(shownLogLine(line, redact))}`)
      if (name === undefined) endGroup()
    },
  }
}
