import { isJsonObject, type JsonObject } from '../json.ts'

/** The outcome of a step or a job; the report has no step that did not run. */
export type Outcome = 'success' | 'failure'

/** What a step did. */
export interface StepReport {
  /** Before `continue-on-error` is applied. */
  outcome: Outcome | 'unknown'
  readonly outputs: Record<string, string>
  /** Lines of the log as people see them: with masks. */
  readonly lines: string[]
  /** Annotations as `error: title: sentence`. */
  readonly annotations: string[]
  /** The summary that the step wrote, Markdown; empty if there is none. */
  summary: string
}

/** What a job did; each entry of a matrix is a job. */
export interface JobReport {
  result: Outcome | 'unknown'
  /** The steps of the workflow's own that ran, in order, under their `id`, or their place from 0 where they have none. */
  readonly steps: Map<string, StepReport>
}

/**
 * Reads act's report.
 *
 * @param text what `act --json` prints: one JSON object a line.
 * @returns every job that ran under its `id`, with the values of its matrix behind it: `several (1)`.
 * @throws Error when a line is not act's.
 */
export function readReport(text: string): Map<string, JobReport> {
  const jobs = new Map<string, JobReport>()
  for (const line of text.split('\n').filter(line => line !== '')) {
    const entry: unknown = JSON.parse(line)
    if (!isJsonObject(entry)) throw new Error(`The report has a line that is not an object: ${line}`)
    const { jobID, jobResult } = entry
    if (typeof jobID !== 'string') continue
    const job = entryOf(jobs, jobName(jobID, entry['matrix']), newJob)
    if (jobResult !== undefined) job.result = outcomeOf(jobResult)
    else addToStep(job, entry)
  }
  return jobs
}

function jobName(id: string, matrix: unknown): string {
  const values = isJsonObject(matrix) ? Object.values(matrix).map(String) : []
  return values.length === 0 ? id : `${id} (${values.join(', ')})`
}

function addToStep(job: JobReport, entry: JsonObject): void {
  const { stepID: path, stage, stepResult, command, msg } = entry
  // The steps within a composite action have a longer path; what they do is reported of the action, too.
  if (!Array.isArray(path) || path.length === 0 || stage !== 'Main') return
  const step = entryOf(job.steps, String(path[0]), newStep)
  if (entry['raw_output'] === true) step.lines.push(text(msg).trimEnd())
  else if (command === 'error' || command === 'warning') {
    const properties = isJsonObject(entry['kvPairs']) ? entry['kvPairs'] : {}
    step.annotations.push(`${command}: ${text(properties['title'])}: ${text(entry['arg'])}`)
  } else if (path.length > 1) return
  else if (command === 'set-output') step.outputs[text(entry['name'])] = text(entry['arg'])
  else if (command === 'summary') step.summary = text(entry['content'])
  else if (stepResult !== undefined) step.outcome = outcomeOf(stepResult)
}

function newJob(): JobReport {
  return { result: 'unknown', steps: new Map() }
}

function newStep(): StepReport {
  return { outcome: 'unknown', outputs: {}, lines: [], annotations: [], summary: '' }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function outcomeOf(value: unknown): Outcome {
  if (value === 'success' || value === 'failure') return value
  throw new Error(`The report has an outcome that is neither success nor failure: ${String(value)}`)
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
