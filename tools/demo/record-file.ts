import { readFile } from 'node:fs/promises'
import { startFakeService } from '../fake-service/server.ts'
import type { FakeService } from '../fake-service/server.ts'
import { buildKey } from '../fake-service/builds.ts'
import { SCENARIO_JOB_ID } from '../fake-service/scenarios/scenario.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { UsageError } from './options.ts'
import type { BuildIds } from './options.ts'

/** A fake service with one build, and its IDs. */
export interface ServedRecord {
  readonly fakeService: FakeService
  readonly jobId: string
  readonly buildNo: string
}

/**
 * Serves a file to every request for its build: a whole answer byte for byte, a bare record in the envelope of the API.
 *
 * @param ids which build to read, if it is not the one that the record names.
 * @throws UsageError if the file cannot be read, or is not a JSON object.
 */
export async function serveRecordFile(file: string, ids: BuildIds): Promise<ServedRecord> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new UsageError(`--record: ${file} cannot be read (${messageOf(cause)})`, { cause })
  })
  const content = parseObject(bytes.toString('utf8'), file)
  const isAnswer = 'result' in content
  const record = isAnswer && isJsonObject(content['result']) ? content['result'] : content
  const jobId = ids.jobId ?? textOf(record['codeci_job_id'] ?? record['codeciJobId']) ?? SCENARIO_JOB_ID
  const buildNo = ids.buildNo ?? textOf(record['build_no'] ?? record['buildNo']) ?? '1'
  const fakeService = await startFakeService(
    isAnswer
      ? { respond: () => ({ status: 200, body: bytes }) }
      : { records: { [buildKey(jobId, buildNo)]: record } },
  )
  return { fakeService, jobId, buildNo }
}

function parseObject(text: string, file: string): JsonObject {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`--record: ${file} is not JSON (${messageOf(cause)})`, { cause })
  }
  if (!isJsonObject(content))
    throw new UsageError(`--record: ${file} is neither a record nor an answer with "result"`)
  return content
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
