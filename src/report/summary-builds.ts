import type { Diagnosis } from '../codearts/diagnosis.ts'
import { REASONS, type JudgedBuild, type StepResult } from '../gate/reasons.ts'
import { formatDuration } from '../util/duration.ts'
import { showStatus } from '../gate/messages.ts'
import { capitalized, code, renderLog, renderMessage, renderRecord, renderStages, table } from './summary.ts'

type Redact = (text: string) => string

/**
 * @param diagnoses what could be learned of each build that failed, in the order of `result.builds`.
 * @returns the job summary of a gate on several builds.
 */
export function renderBuildsSummary(
  { success, builds }: StepResult,
  diagnoses: readonly (Diagnosis | undefined)[],
  redact: Redact,
): string {
  const passed = builds.filter(build => build.result.success).length
  const blocks = [
    `## ${success ? '✅' : '❌'} CodeArts Build Gate: ${passed} of ${builds.length} builds passed`,
    table(builds.map((build, at) => row(build, at + 1, redact))),
  ]
  let summary = blocks.join('\n\n')
  builds.forEach((build, at) => {
    if (build.result.success) return
    const more = details(build, diagnoses[at], redact)
      .filter(one => one !== undefined)
      .join('\n\n')
    if (Buffer.byteLength(summary) + Buffer.byteLength(more) < 1_000_000) summary += `\n\n${more}`
  })
  return `${summary}\n`
}

function row({ name, result }: JudgedBuild, number: number, redact: Redact): string {
  const fields = result.record?.fields
  const tookMs = Number(fields?.duration ?? '')
  const cells = [
    `${result.success ? '✅' : '❌'} ${number}`,
    code(name, redact),
    code(fields?.build_no ?? '', redact),
    fields === undefined ? '' : code(showStatus(fields.status), redact),
    code((fields?.commit ?? '').slice(0, 12), redact),
    code(fields?.branch ?? fields?.tag ?? '', redact),
    tookMs > 0 ? formatDuration(tookMs) : '',
    code(result.reason, redact),
  ]
  return `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`
}

function details({ name, result }: JudgedBuild, diagnosis: Diagnosis | undefined, redact: Redact) {
  const { message, remedy, record, reason } = result
  return [
    `<h3>${code(name, redact)}: ${REASONS[reason].heading}</h3>`,
    `<p>${renderMessage(message, redact)}</p>`,
    remedy && `<p>${renderMessage(capitalized(remedy), redact)}</p>`,
    diagnosis?.stages && renderStages(diagnosis.stages, redact),
    diagnosis?.log && renderLog(diagnosis.log, redact),
    record && renderRecord(record, redact),
  ]
}
