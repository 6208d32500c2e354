import { unusable } from './answer.ts'
import type { Answered, Ask, Asking } from './ask.ts'
import { isJsonObject } from './json.ts'
import { buildNoOf, eitherCase } from './fields.ts'

/**
 * Asks for the number of a job's newest build, whatever its state. Source: ShowRunningStatus of the API reference,
 * section 3.3.
 * @returns the number, or undefined for a job that was never built.
 */
export async function readLastBuildNo(
  ask: Ask,
  jobId: string,
  asking: Asking,
): Promise<Answered<number | undefined>> {
  const reading = await ask(`/v1/job/${jobId}/running-status`, asking)
  if (!reading.ok) return reading
  if (!isJsonObject(reading.result)) return unusable('its result is not the running status of a job')
  const last = eitherCase(reading.result, 'last_build_no')
  const isNone = last === undefined || last === null || last === '' || last === '0' || last === 0
  const value = buildNoOf(last)
  if (value === undefined && !isNone) return unusable('its last_build_no is not the number of a build')
  return { ok: true, value, dateMs: reading.dateMs }
}
