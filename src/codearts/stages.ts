import type { Http } from '../http/request.ts'
import { readAnswer, type Problem, type ReadingTools } from './answer.ts'
import { HINTS } from './errors.ts'
import { authorizedGet, type Access } from './request.ts'
import { parseStages, type Stage } from './stage.ts'

export type StagesResult =
  { readonly ok: true; readonly stages: readonly Stage[] } | { readonly ok: false; readonly problem: Problem }

/** What it takes to ask for something besides the record, once. */
export interface OneTry extends Access {
  readonly http: Http
  readonly reading: ReadingTools
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

/**
 * Asks for the stages of a build, once: ShowBuildRecordFullStages. Never rejects for what the network or the service
 * does.
 * @param recordId a record's `build_record_id` that `isRecordId` accepts.
 */
export async function readStages(recordId: string, tools: OneTry): Promise<StagesResult> {
  const authorized = await authorizedGet(tools, `/v1/record/${recordId}/full-stages?cascade=true`, tools)
  if (!authorized.ok) return authorized
  const reading = readAnswer(await tools.http.send(authorized.request, tools.signal), tools.reading)
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
