import type { Http } from '../http/request.ts'
import { readAnswer, type Problem, type ReadingTools } from './answer.ts'
import { HINTS } from './errors.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { authorizedGet, type Access } from './request.ts'

/** One stage of a build, as the service gave it; what is missing or of another type is the empty string. */
export interface Stage {
  readonly name: string
  readonly status: string
  /** Milliseconds, as digits. */
  readonly duration: string
}

export type StagesResult =
  { readonly ok: true; readonly stages: readonly Stage[] } | { readonly ok: false; readonly problem: Problem }

/** What it takes to ask for something besides the record, once. */
export interface OneTry extends Access {
  readonly http: Http
  readonly reading: ReadingTools
}

/**
 * Asks for the stages of a build, once: ShowBuildRecordFullStages. Never rejects for what the network or the service
 * does.
 * @param recordId a record's `build_record_id` that `isRecordId` accepts.
 */
export async function readStages(recordId: string, tools: OneTry): Promise<StagesResult> {
  const request = await authorizedGet(tools, `/v1/record/${recordId}/full-stages?cascade=true`)
  const reading = readAnswer(await tools.http.send(request), tools.reading)
  if (!reading.ok) return reading
  const stages = parseStages(reading.result)
  if (stages !== undefined) return { ok: true, stages }
  const cameBack = 'the service answered HTTP 200, but its result has no build_stages'
  return { ok: false, problem: { reason: 'invalid_response', cameBack, hint: HINTS.invalid_response } }
}

/** @returns whether the text is a record's id, and so fit for a path: 36 digits, lower-case letters and hyphens. */
export function isRecordId(text: string): boolean {
  return /^[0-9a-z-]{36}$/.test(text)
}

/**
 * @param result of an answer: `build_stages` maps keys such as `initial` and `stage1` to stages, in snake_case or
 * camelCase.
 * @returns the stages in the order of their `sequence`, those without one last; undefined when it has no such map.
 */
export function parseStages(result: unknown): readonly Stage[] | undefined {
  if (!isJsonObject(result)) return undefined
  const stages = result['build_stages'] ?? result['buildStages']
  if (!isJsonObject(stages)) return undefined
  return Object.entries(stages)
    .flatMap(([key, stage]) => (isJsonObject(stage) ? [{ key, stage }] : []))
    .sort((one, other) => sequenceOf(one.stage) - sequenceOf(other.stage))
    .map(({ key, stage }) => ({
      name: textOf(stage, 'display_name', 'displayName') || key,
      status: textOf(stage, 'status'),
      duration: /^[0-9]{1,15}$/.exec(textOf(stage, 'duration'))?.[0] ?? '',
    }))
}

function sequenceOf({ sequence }: JsonObject): number {
  return typeof sequence === 'number' ? sequence : Number.MAX_SAFE_INTEGER
}

function textOf(stage: JsonObject, ...names: string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(stage, name) ? stage[name] : undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
  }
  return ''
}
