import type { Result } from '../util/api-error.ts'
import { lookedAt, message } from '../util/message.ts'
import type { ApiGet, RequestOptions } from './request-tools.ts'
import { eitherCase, isJsonObject, scalarText, type JsonObject } from './json.ts'
import { invalid } from './response.ts'

/** More than is shown of a name or a status. */
const MAX_CHARACTERS = 500

/** One stage of a build, as far as it is shown; a field that is missing or of another type is the empty string. */
export interface Stage {
  readonly name: string
  readonly status: string
  /** Milliseconds, as digits. */
  readonly duration: string
}

/**
 * Reads the stages of a build: ShowBuildRecordFullStages of the API reference, section 3.6. Never rejects for what the
 * network or the service does.
 * @param recordId a record's `build_record_id` that `isRecordId` accepts.
 */
export async function readStages(
  get: ApiGet,
  recordId: string,
  options: RequestOptions,
): Promise<Result<readonly Stage[]>> {
  const response = await get(`/v1/record/${recordId}/full-stages?cascade=true`, options)
  if (!response.ok) return response
  const value = parseStages(response.result)
  return value === undefined
    ? invalid(response.answer, message`its result has no build_stages`)
    : { ok: true, value }
}

/** @returns whether the text is a record's ID and safe in a path: 36 digits, lower-case letters and hyphens. */
export function isRecordId(text: string): boolean {
  return /^[0-9a-z-]{36}$/.test(text)
}

/**
 * @param result of an answer: `build_stages` maps keys such as `initial` and `stage1` to stages, in snake_case or
 * camelCase.
 * @returns the stages in the order of their `sequence`, those without one last; undefined if there is no such map.
 */
export function parseStages(result: unknown): readonly Stage[] | undefined {
  const stages = isJsonObject(result) ? eitherCase(result, 'build_stages') : undefined
  if (!isJsonObject(stages)) return undefined
  return Object.entries(stages)
    .flatMap(([key, stage]) => (isJsonObject(stage) ? [{ key, stage }] : []))
    .sort((one, other) => sequenceOf(one.stage) - sequenceOf(other.stage))
    .map(({ key, stage }) => ({
      name: lookedAt(scalarIn(stage, 'display_name') || key, MAX_CHARACTERS),
      status: lookedAt(scalarIn(stage, 'status'), MAX_CHARACTERS),
      duration: /^[0-9]{1,15}$/.exec(scalarIn(stage, 'duration'))?.[0] ?? '',
    }))
}

function sequenceOf({ sequence }: JsonObject): number {
  return typeof sequence === 'number' ? sequence : Number.MAX_SAFE_INTEGER
}

function scalarIn(stage: JsonObject, name: string): string {
  return scalarText(eitherCase(stage, name))
}
