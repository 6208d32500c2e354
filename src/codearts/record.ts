import { casingMismatch, eitherCase, isJsonObject, isNumber, textOf, type JsonObject } from './json.ts'

/**
 * The accepted types of a field, besides null and missing: strict where the verdict depends on it, tolerant elsewhere
 * (contract section 2). `identity` is a text or a whole number.
 */
type FieldKind = 'text' | 'identity' | 'any'

/**
 * The documented fields of a build record, under their documented names. Source: ShowRecordInfo of the service's API
 * reference; v1 and v4 document the same 33.
 */
export const RECORD_FIELDS = {
  id: 'identity',
  build_project_id: 'any',
  build_record_id: 'identity',
  parent_record_id: 'any',
  devcloud_project_id: 'any',
  codeci_job_id: 'identity',
  user_id: 'any',
  build_no: 'identity',
  daily_build_num: 'any',
  execution_id: 'any',
  repo_name: 'any',
  repo_id: 'any',
  branch: 'text',
  tag: 'text',
  commit: 'text',
  commit_message: 'any',
  commit_create_time: 'any',
  trigger_type: 'any',
  build_type: 'any',
  status: 'text',
  domain_id: 'any',
  create_time: 'any',
  schedule_time: 'any',
  queued_time: 'any',
  start_time: 'any',
  runnable_time: 'any',
  finish_time: 'any',
  duration: 'any',
  record_status: 'any',
  use_private_slave: 'any',
  region: 'any',
  err_msg: 'any',
  build_config_type: 'any',
} as const satisfies Readonly<Record<string, FieldKind>>

export type RecordField = keyof typeof RECORD_FIELDS

/** A build record: every documented field as text, and the whole record unchanged. */
export interface BuildRecord {
  /** Text unchanged, anything else as JSON; null and missing fields are the empty string. */
  readonly fields: Readonly<Record<RecordField, string>>
  /** The `result` of the answer, with fields that the service may add later. */
  readonly whole: JsonObject
}

/** A record, or why the result is not one: a clause such as "its field commit is a number". */
type RecordResult =
  { readonly ok: true; readonly record: BuildRecord } | { readonly ok: false; readonly why: string }

/** Reads the `result` of an answer, in snake_case or camelCase (the documentation shows both), with fields missing or added. */
export function parseRecord(result: unknown): RecordResult {
  if (!isJsonObject(result)) return { ok: false, why: `its result is ${typeName(result)}, not a record` }
  if (Object.keys(result).length === 0) return { ok: false, why: 'its record is empty' }
  const mismatch = casingMismatch(result, Object.keys(RECORD_FIELDS))
  if (mismatch !== undefined) return { ok: false, why: mismatch }
  const fields: Partial<Record<RecordField, string>> = {}
  for (const [name, kind] of Object.entries(RECORD_FIELDS) as [RecordField, FieldKind][]) {
    const value = eitherCase(result, name) ?? ''
    if (!isOfKind(value, kind)) return { ok: false, why: `its field ${name} is ${typeName(value)}` }
    fields[name] = textOf(value)
  }
  return { ok: true, record: { fields: fields as Record<RecordField, string>, whole: result } }
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  if (kind === 'any' || typeof value === 'string') return true
  return kind === 'identity' && isNumber(value) && /^-?[0-9]+$/.test(textOf(value))
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return value === null ? 'null' : 'missing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return 'a text'
  return isNumber(value) ? 'a number' : typeof value === 'boolean' ? 'a boolean' : 'an object'
}

/** What a final status means; the three that are not `success` are also values of the output `reason`. */
export type Outcome = 'success' | 'failed' | 'aborted' | 'timed_out'

/** The statuses of finished builds. Source: API reference, section 4. */
const FINAL_STATUSES: readonly (readonly [pattern: RegExp, outcome: Outcome])[] = [
  [/^success$/i, 'success'],
  [/^(?:schedule_)?failure$/i, 'failed'],
  [/^aborted$/i, 'aborted'],
  [/^timeout$/i, 'timed_out'],
]

/**
 * @param status of a build, of a stage, or of a row of the list, in any case.
 * @returns what it means, or undefined for a status that is not known to be final. Only the verdict may pass a build, and
 * it is stricter: exactly `SUCCESS`.
 */
export function outcomeOf(status: string): Outcome | undefined {
  return FINAL_STATUSES.find(([pattern]) => pattern.test(status))?.[1]
}

/** @returns whether a record says when its build ended. Zero and false are not a time. */
export function hasFinishTime({ fields }: BuildRecord): boolean {
  return !['', '0', 'false', '[]', '{}'].includes(fields.finish_time)
}

/**
 * @returns milliseconds since 1970 of an ISO 8601 time with its offset, as the service gives it
 * (`2022-10-11T08:28:42.000+00:00`); undefined for anything else, and for years before 1970.
 */
export function timeOf(text: string): number | undefined {
  const isTime =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})$/.test(
      text,
    )
  const ms = isTime ? Date.parse(text) : Number.NaN
  return ms >= 0 ? ms : undefined
}
