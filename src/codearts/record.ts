import { camelCase } from './fields.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** What a documented field of the record may be; any of them may be null or missing. */
type FieldKind = 'text' | 'number'

/**
 * The documented fields of a build record, under their documented names. Source: ShowRecordInfo of the service's API
 * reference; v1 and v4 document the same 33.
 */
export const RECORD_FIELDS = {
  id: 'text',
  build_project_id: 'text',
  build_record_id: 'text',
  parent_record_id: 'text',
  devcloud_project_id: 'text',
  codeci_job_id: 'text',
  user_id: 'text',
  build_no: 'number',
  daily_build_num: 'text',
  execution_id: 'text',
  repo_name: 'text',
  repo_id: 'text',
  branch: 'text',
  tag: 'text',
  commit: 'text',
  commit_message: 'text',
  commit_create_time: 'text',
  trigger_type: 'text',
  build_type: 'text',
  status: 'text',
  domain_id: 'text',
  create_time: 'text',
  schedule_time: 'text',
  queued_time: 'text',
  start_time: 'text',
  runnable_time: 'text',
  finish_time: 'text',
  duration: 'number',
  record_status: 'text',
  use_private_slave: 'number',
  region: 'text',
  err_msg: 'text',
  build_config_type: 'text',
} as const satisfies Readonly<Record<string, FieldKind>>

export type RecordField = keyof typeof RECORD_FIELDS

/** A build record: every documented field as text, as the service gave it, and the whole of it as it came. */
export interface BuildRecord {
  /** Documented fields; null or missing ones are the empty string. */
  readonly fields: Readonly<Record<RecordField, string>>
  /** The `result` of the answer, with fields that the service may add later. */
  readonly whole: JsonObject
}

export type RecordResult =
  | { readonly ok: true; readonly record: BuildRecord }
  /** `why` is a clause: "its field commit is a number". */
  | { readonly ok: false; readonly why: string }

/**
 * Reads the `result` of an answer, in snake_case or camelCase (the documentation shows both), with fields missing or
 * added.
 */
export function parseRecord(result: unknown): RecordResult {
  if (!isJsonObject(result)) return { ok: false, why: `its result is ${typeName(result)}, not a record` }
  const names = Object.keys(result)
  if (names.length === 0) return { ok: false, why: 'its record is empty' }
  const mayHaveCamelCase = names.some(name => name !== name.toLowerCase())
  const fields: Partial<Record<RecordField, string>> = {}
  for (const [name, kind] of Object.entries(RECORD_FIELDS) as [RecordField, FieldKind][]) {
    const camelName = mayHaveCamelCase ? camelCase(name) : name
    const value = ownValue(result, name) ?? ownValue(result, camelName)
    if (Object.hasOwn(result, name) && Object.hasOwn(result, camelName) && result[name] !== result[camelName])
      return { ok: false, why: `its fields ${name} and ${camelName} differ` }
    const text = fieldText(value, kind)
    if (text === undefined) return { ok: false, why: `its field ${name} is ${typeName(value)}` }
    fields[name] = text
  }
  return { ok: true, record: { fields: fields as Record<RecordField, string>, whole: result } }
}

function ownValue(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** @returns the value as text, or undefined when it is of the wrong type. Numbers may come as digits in a text. */
function fieldText(value: unknown, kind: FieldKind): string | undefined {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string')
    return kind === 'text' || /^(-?[0-9]+(\.[0-9]+)?)?$/.test(value) ? value : undefined
  return kind === 'number' && typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  return Array.isArray(value) ? 'an array' : `of the type ${typeof value}`
}
