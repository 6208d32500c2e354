import { readFile } from 'node:fs/promises'
import { startStandIn } from '../stand-in/server.ts'
import type { StandIn } from '../stand-in/server.ts'
import { buildKey } from '../stand-in/builds.ts'
import { JOB_ID } from '../stand-in/scenarios/scenario.ts'
import { UsageError } from './options.ts'
import type { BuildIds } from './options.ts'

/** A stand-in that has one build, and which one that is. */
export interface ServedRecord {
  readonly standIn: StandIn
  readonly jobId: string
  readonly buildNo: string
}

/**
 * Serves a file to every request for its build: a whole answer byte for byte, a bare record in the envelope of the API.
 *
 * @param ids which build to ask for, where it is not the one that the record names.
 * @throws UsageError when the file cannot be read, or is no object in JSON.
 */
export async function serveRecordFile(file: string, ids: BuildIds): Promise<ServedRecord> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`--record: ${file} cannot be read (${messageOf(cause)})`, { cause })
  })
  const content = parseObject(bytes.toString('utf8'), file)
  const isAnswer = 'result' in content
  const record = isAnswer && isObject(content['result']) ? content['result'] : content
  const jobId = ids.jobId ?? textOf(record['codeci_job_id'] ?? record['codeciJobId']) ?? JOB_ID
  const buildNo = ids.buildNo ?? textOf(record['build_no'] ?? record['buildNo']) ?? '1'
  const standIn = await startStandIn(
    isAnswer
      ? { respond: () => ({ status: 200, body: bytes }) }
      : { records: { [buildKey(jobId, buildNo)]: record } },
  )
  return { standIn, jobId, buildNo }
}

function parseObject(text: string, file: string): Record<string, unknown> {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`--record: ${file} is not JSON (${messageOf(cause)})`, { cause })
  }
  if (!isObject(content))
    throw new UsageError(`--record: ${file} is neither a record nor an answer with "result"`)
  return content
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
