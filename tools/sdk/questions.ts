import type { Call } from './client.ts'

/** A request of the gate, and the operation of the SDK for the same. */
export interface Question {
  readonly name: string
  readonly operation: string
  /** The path; its named groups are arguments of the operation. */
  readonly pattern: RegExp
}

/** Every endpoint that the gate uses, and the SDK knows. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'record-info v3',
    operation: 'ShowRecordInfo',
    pattern: /^\/v3\/jobs\/(?<job_id>[^/]+)\/(?<build_no>[^/]+)\/record-info$/,
  },
  {
    name: 'record-info v1',
    operation: 'ShowJobBuildRecordDetail',
    pattern: /^\/v1\/record\/(?<job_id>[^/]+)\/(?<build_no>[^/]+)\/record-info$/,
  },
  {
    name: 'record-info v4',
    operation: 'ShowRecordDetail',
    pattern: /^\/v4\/jobs\/(?<job_id>[^/]+)\/(?<build_no>[^/]+)\/record-info$/,
  },
  {
    name: 'list',
    operation: 'ListBuildInfoRecordByJobId',
    pattern: /^\/v1\/record\/(?<job_id>[^/]+)\/list$/,
  },
  {
    name: 'running-status',
    operation: 'ShowRunningStatus',
    pattern: /^\/v1\/job\/(?<job_id>[^/]+)\/running-status$/,
  },
  {
    name: 'full-stages',
    operation: 'ShowBuildRecordFullStages',
    pattern: /^\/v1\/record\/(?<record_id>[^/]+)\/full-stages$/,
  },
  {
    name: 'download-log',
    operation: 'DownloadBuildFullLog',
    pattern: /^\/v1\/log\/(?<record_id>[^/]+)\/download-log$/,
  },
  // The SDK has no operation for v1.
  {
    name: 'output-info v3',
    operation: 'ShowOutputInfo',
    pattern: /^\/v3\/jobs\/(?<job_id>[^/]+)\/(?<build_no>[^/]+)\/output-info$/,
  },
  {
    name: 'report summary',
    operation: 'ShowReportSummary',
    pattern: /^\/v1\/report\/(?<job_id>[^/]+)\/summary$/,
  },
]

/** Arguments that the SDK takes as a number, or as true or false. */
const NUMBERS = ['build_no', 'page_index', 'page_size']
const BOOLEANS = ['cascade']

/**
 * @param target path and query of a request.
 * @returns which question it is with the arguments that make the SDK ask the same; undefined for any other path.
 */
export function questionOf(target: string) {
  const [path = '', search] = target.split('?', 2)
  for (const question of QUESTIONS) {
    const match = question.pattern.exec(path)
    if (match === null) continue
    const given = Object.entries({ ...match.groups, ...Object.fromEntries(new URLSearchParams(search)) })
    return {
      question,
      arguments: Object.fromEntries(given.map(([name, text]) => [name, valueOf(name, text)])),
    }
  }
  return undefined
}

function valueOf(name: string, text: string): string | number | boolean {
  if (NUMBERS.includes(name)) return Number(text)
  return BOOLEANS.includes(name) ? text === 'true' : text
}

/**
 * @param target path and query of one of the gate's questions.
 * @returns the name of the question, and the call that makes the SDK ask the same.
 * @throws Error for any other path.
 */
export function callFor(
  target: string,
  endpoint: string,
  keys: Call['keys'],
  readsThrottling = false,
): { readonly name: string; readonly call: Call } {
  const asked = questionOf(target)
  if (asked === undefined) throw new Error(`the gate does not ask ${target}`)
  const { question, arguments: given } = asked
  const { operation } = question
  return {
    name: question.name,
    call: { client: 'build', endpoint, keys, operation, arguments: given, readsThrottling },
  }
}
