import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import { tokenOf } from '../fake-service/credentials.ts'
import { scenarioOf } from '../fake-service/scenarios/index.ts'
import type { FakeService } from '../fake-service/server.ts'
import { recordIdOf } from '../fake-service/record.ts'
import { askSdk, type Answer, type SdkKeys } from './client.ts'
import type { Check } from '../tally.ts'
import { callFor } from './questions.ts'

/** Fields of a model that an answer has only in some cases. */
const ABSENT: Readonly<Record<string, readonly string[]>> = {
  // Only with an error; the service's published example of a record has neither.
  ShowRecordInfoResponse: ['message', 'err_code'],
}

/** @returns the gate's questions as paths: of a failed build, of one that made something, and of a job with many builds. */
export function pathsOf(jobId: string): readonly string[] {
  const failed = scenarioOf('failure')
  const made = scenarioOf('artifacts')
  const recordId = recordIdOf(failed.buildNo)
  const day = (ms: number): string =>
    encodeURIComponent(new Date(ms).toISOString().slice(0, 19).replace('T', ' '))
  const [from, to] = [day(Date.now() - 86_400_000), day(Date.now() + 86_400_000)]
  return [
    `/v3/jobs/${failed.jobId}/${failed.buildNo}/record-info`,
    `/v1/record/${failed.jobId}/${failed.buildNo}/record-info`,
    `/v4/jobs/${failed.jobId}/${failed.buildNo}/record-info`,
    `/v1/record/${jobId}/list?start_time=${from}&end_time=${to}&page_index=0&page_size=3`,
    `/v1/job/${jobId}/running-status`,
    `/v1/record/${recordId}/full-stages?cascade=true`,
    `/v1/log/${recordId}/download-log`,
    `/v3/jobs/${made.jobId}/${made.buildNo}/output-info`,
    `/v1/report/${failed.jobId}/summary?build_no=${failed.buildNo}`,
  ]
}

/** Asks every question through the SDK, and compares what it parsed with what the fake service has. */
export async function modelChecks(
  service: FakeService,
  jobId: string,
  temporaryKeys: SdkKeys,
): Promise<readonly Check[]> {
  const kinds = { 'access keys': ACCESS_KEYS.valid, 'temporary keys': temporaryKeys }
  const asked = Object.entries(kinds).flatMap(([kind, keys]) =>
    pathsOf(jobId).map(path => ({ kind, path, call: callFor(path, service.url, keys) })),
  )
  const answers = await askSdk(asked.map(({ call }) => call))
  return Promise.all(
    asked.map(async ({ kind, path, call }, at) => ({
      name: `${call.operation} with ${kind}: the SDK parses just what the fake service has`,
      problems: [...modelProblems(answers[at], await bodyOf(service, path))],
    })),
  )
}

/** Compares a parsed model with the answer that it was made of: every field, with its type, and no field too many. */
export function* modelProblems(answer: Answer | undefined, body: unknown): Iterable<string> {
  if (answer?.error !== undefined) yield JSON.stringify(answer.error)
  else if (answer?.text !== undefined) {
    if (answer.text !== body) yield `its text is ${JSON.stringify(answer.text.slice(0, 200))}`
  } else
    yield* valueProblems(answer?.type ?? 'nothing', answer?.model, body, ABSENT[answer?.type ?? ''] ?? [])
}

function* valueProblems(
  where: string,
  parsed: unknown,
  sent: unknown,
  absent: readonly string[] = [],
): Iterable<string> {
  if (!isObject(parsed) || !isObject(sent)) {
    if (parsed !== sent) yield `${where}: ${JSON.stringify(parsed)}, not ${JSON.stringify(sent)}`
    return
  }
  for (const name of new Set([...Object.keys(parsed), ...Object.keys(sent)])) {
    if (!(name in parsed)) yield `${where}.${name}: the SDK does not know it`
    else if (!(name in sent)) {
      if (!absent.includes(name)) yield `${where}.${name}: the fake service does not send it`
    } else yield* valueProblems(`${where}.${name}`, parsed[name], sent[name])
  }
}

/** What the fake service answers to a token: JSON as its value, a log as its text. */
async function bodyOf({ url }: FakeService, path: string): Promise<unknown> {
  const response = await fetch(url + path, { headers: { 'X-Auth-Token': tokenOf('valid') } })
  return response.headers.get('content-type')?.includes('json') === true ? response.json() : response.text()
}

/** Arrays count as objects here: their entries have names, too. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
