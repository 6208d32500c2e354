import type { Result } from '../util/api-error.ts'
import type { BuildId } from './client.ts'
import { eitherCase, isJsonObject, scalarText, type JsonObject } from './json.ts'
import type { ApiGet, RequestOptions } from './request-tools.ts'

/** How the tests of a build, or of one of its stages, ended: whole numbers from 0. */
export interface TestCounts {
  readonly total: number
  readonly failures: number
  readonly errors: number
  /** Whether no test failed, had an error, or was left out. */
  readonly allPassed: boolean
}

/** The tests of a build, and of each stage that has some. */
export interface TestResults extends TestCounts {
  readonly stages: readonly (TestCounts & { readonly name: string })[]
}

/** A build has some ten stages. */
const MAX_STAGES = 50

/**
 * Reads the test results of a build: ShowReportSummary of the API reference, section 9b. Never rejects for what the network
 * or the service does.
 * @returns undefined where the build has none, or none that can be read.
 */
export async function readTestResults(
  get: ApiGet,
  { jobId, buildNo }: BuildId,
  options: RequestOptions,
): Promise<Result<TestResults | undefined>> {
  const response = await get(`/v1/report/${jobId}/summary?build_no=${buildNo}`, options)
  return response.ok ? { ok: true, value: parseTestResults(response.result) } : response
}

/** @returns the test results; undefined where there are none, or where one of their numbers cannot be read. */
export function parseTestResults(result: unknown): TestResults | undefined {
  if (!isJsonObject(result)) return undefined
  const whole = countsOf(eitherCase(result, 'summary'))
  if (whole === undefined) return undefined
  const parts = eitherCase(result, 'sub_summarys')
  const stages = (Array.isArray(parts) ? parts.slice(0, MAX_STAGES) : []).flatMap((part: unknown) => {
    const counts = countsOf(part)
    return counts === undefined ? [] : [{ ...counts, name: nameOf(part) }]
  })
  return { ...whole, stages }
}

function nameOf(part: unknown): string {
  return isJsonObject(part) ? scalarText(eitherCase(part, 'stage_name')) : ''
}

function countsOf(summary: unknown): TestCounts | undefined {
  if (!isJsonObject(summary)) return undefined
  const [total, failures] = [countIn(summary, 'total'), countIn(summary, 'failures')]
  if (total === undefined || total === 0 || failures === undefined) return undefined
  // What is there and cannot be read may be anything.
  const isNone = (name: string): boolean => (eitherCase(summary, name) ?? 0) === 0
  const isWhole = (eitherCase(summary, 'success') ?? total) === total
  const allPassed = failures === 0 && isNone('errors') && isNone('others') && isWhole
  return { total, failures, errors: countIn(summary, 'errors') ?? 0, allPassed }
}

function countIn(summary: JsonObject, name: string): number | undefined {
  const value = eitherCase(summary, name)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
