import type { Stage } from '../codearts/stage.ts'
import { isFailedStatus } from '../verdict.ts'
import { duration } from './duration.ts'
import { html, shorten } from './text.ts'

/** A build has some ten stages; many more would push what follows out of sight. */
const MAX_STAGES = 50
const MAX_NAME_CHARACTERS = 200

/**
 * @param redact takes secrets out of what is shown.
 * @returns the stages of a build as a table, each that failed marked; undefined when there are none.
 */
export function renderStages(stages: readonly Stage[], redact: (text: string) => string): string | undefined {
  if (stages.length === 0) return undefined
  const rows = stages.slice(0, MAX_STAGES).map(stage => renderRow(stage, text => inert(redact(text))))
  const left = stages.length - MAX_STAGES
  if (left > 0) rows.push(`<tr><td></td><td colspan="3">and ${left} more</td></tr>`)
  return `<table>\n<tr><th></th><th>Stage</th><th>Status</th><th>Duration</th></tr>\n${rows.join('\n')}\n</table>`
}

function renderRow({ name, status, duration: ms }: Stage, shown: (text: string) => string): string {
  const failed = isFailedStatus(status)
  const mark = failed ? '❌' : status === 'SUCCESS' ? '✅' : '➖'
  const code = `<code>${shown(name)}</code>`
  const took = ms === '' ? '' : duration(Number(ms))
  return `<tr><td>${mark}</td><td>${failed ? `<b>${code}</b>` : code}</td><td>${status === '' ? '' : `<code>${shown(status)}</code>`}</td><td>${took}</td></tr>`
}

/** @returns the stages in one line for the step's log: `compile SUCCESS 12 s, test FAILURE 3 s`. */
export function stagesLine(stages: readonly Stage[]): string {
  const shown = stages
    .slice(0, MAX_STAGES)
    .map(({ name, status, duration: ms }) =>
      [name, status, ms === '' ? '' : duration(Number(ms))].filter(word => word !== '').join(' '),
    )
  return shown.join(', ')
}

function inert(text: string): string {
  return html(shorten(text, MAX_NAME_CHARACTERS))
}
