import type { Log } from '../log.ts'
import { printCommand, printLine } from './commands.ts'
import { colouredLogLine, logLine, shorten } from './text.ts'

/** The runner keeps 4,096 characters of an annotation; a margin stays for what it escapes. */
const MAX_ANNOTATION_CHARACTERS = 3_500
const MAX_LINE_CHARACTERS = 10_000

/** Everything that the action prints, and nothing else prints. */
export interface Annotations extends Log {
  /** One annotation: a title and a sentence. */
  error(title: string, sentence: string): void
  warning(title: string, sentence: string): void
  /** Lines of a build's log under a heading that folds them: tabs and harmless colours stay. */
  logLines(heading: string, lines: readonly string[]): void
  /** Tells the runner to star this text out of every later line. */
  mask(text: string): void
}

/**
 * @param isRunner whether a runner reads the log (`GITHUB_ACTIONS` is `true`). Elsewhere no workflow command is
 * written: nobody would obey a mask, and the secret would stand in the log.
 * @param isDebug whether debug lines are wanted (`RUNNER_DEBUG` is `1`); a runner hides them where they are not.
 * @param redact takes secrets out of every line.
 */
export function createAnnotations(options: {
  readonly isRunner: boolean
  readonly isDebug: boolean
  readonly redact: (text: string) => string
}): Annotations {
  const { isRunner, isDebug } = options
  const safe = (text: string, maxCharacters: number): string =>
    shorten(logLine(options.redact(text)), maxCharacters)
  const line = (text: string): string => safe(text, MAX_LINE_CHARACTERS)
  const annotate = (level: 'error' | 'warning', title: string, sentence: string): void => {
    const text = safe(sentence, MAX_ANNOTATION_CHARACTERS)
    if (isRunner) printCommand(level, text, line(title))
    else printLine(`${level === 'error' ? 'Error' : 'Warning'}: ${line(title)}: ${text}`)
  }

  return {
    info: text => {
      printLine(line(text))
    },
    debug: text => {
      if (!isDebug) return
      if (isRunner) printCommand('debug', line(text))
      else printLine(`Debug: ${line(text)}`)
    },
    startGroup: title => {
      if (isRunner) printCommand('group', line(title))
      else printLine(line(title))
    },
    endGroup: () => {
      if (isRunner) printCommand('endgroup', '')
    },
    error: (title, sentence) => {
      annotate('error', title, sentence)
    },
    warning: (title, sentence) => {
      annotate('warning', title, sentence)
    },
    logLines: (heading, lines) => {
      if (isRunner) printCommand('group', line(heading))
      else printLine(line(heading))
      for (const text of lines) printLine(colouredLogLine(text))
      if (isRunner) printCommand('endgroup', '')
    },
    mask: text => {
      if (isRunner) printCommand('add-mask', text)
    },
  }
}
