import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import { keylessJob, TRUST } from '../fake-service/oidc.ts'
import { scenarioOf } from '../fake-service/scenarios/index.ts'
import type { FakeService } from '../fake-service/server.ts'
import { runAction } from '../runner/run-action.ts'
import type { Check } from '../tally.ts'
import { askSdk, inputsFor, type SdkExchange, type SdkKeys } from './client.ts'
import { idTokenOf } from './exchange.ts'
import { callFor, OPERATIONS, QUESTIONS, questionOf } from './questions.ts'
import { startTwins } from './start.ts'
import { compareTwins, type RecordedRequest, type Twins } from './twins.ts'

const PROJECT_ID = '2b7f4c90e1d34a58967c0f3e5a1d8b26'
const EXCHANGE = 'AssumeAgencyWithOIDC'

/** Records the gate and the SDK asking the same, and compares their requests. */
export async function twinChecks(
  service: FakeService,
  jobId: string,
  temporaryKeys: SdkKeys,
): Promise<readonly Check[]> {
  const kinds: Readonly<Record<string, SdkKeys>> = {
    'access keys': ACCESS_KEYS.valid,
    'access keys and a project': { ...ACCESS_KEYS.valid, projectId: PROJECT_ID },
    'temporary keys': temporaryKeys,
    'temporary keys and a project': { ...temporaryKeys, projectId: PROJECT_ID },
  }
  const twins: Twins[] = []
  for (const [credentials, keys] of Object.entries(kinds)) {
    twins.push(...(await twinsWith(service, jobId, credentials, keys)))
    twins.push(...(await startTwins(service, jobId, credentials, keys)))
  }
  return compareTwins([...twins, await exchangeTwins(service)])
}

async function twinsWith(
  service: FakeService,
  jobId: string,
  credentials: string,
  keys: SdkKeys,
): Promise<readonly Twins[]> {
  const recorded = await recordGate(service, jobId, keys)
  const calls = recorded.map(gate => callFor(gate.path, service.url, keys))
  const before = service.requests.length
  await askSdk(calls)
  return recorded.map((gate, at) => ({
    question: calls[at]?.operation ?? '',
    credentials,
    gate,
    sdk: needed(service.requests[before + at]),
  }))
}

/** Runs the gate until it has sent every kind of request, and returns the first of each. */
async function recordGate(
  service: FakeService,
  jobId: string,
  keys: SdkKeys,
): Promise<readonly RecordedRequest[]> {
  const failed = scenarioOf('failure')
  const passing = scenarioOf('success')
  const withoutV1 = scenarioOf('artifacts-v3')
  const before = service.requests.length
  const runs = [
    { job_id: failed.jobId, build_no: String(failed.buildNo), api_version: 'v3' },
    { job_id: passing.jobId, build_no: String(passing.buildNo), api_version: 'v1' },
    { job_id: passing.jobId, build_no: String(passing.buildNo), api_version: 'v4' },
    { job_id: withoutV1.jobId, build_no: String(withoutV1.buildNo), artifacts: 'true' },
    { job_id: jobId, build_no: 'latest' },
    { job_id: jobId, commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d' },
  ]
  for (const inputs of runs) {
    await runAction({ inputs: { ...inputs, ...inputsFor(service.url, keys) } })
  }
  const requests = service.requests.slice(before)
  return QUESTIONS.map(({ name }) =>
    needed(
      requests.find(({ path }) => questionOf(path)?.name === name),
      `the gate did not ask ${name}`,
    ),
  )
}

/** The exchange of an OIDC token, by the gate and by the credentials of the SDK that do the same. */
async function exchangeTwins(service: FakeService): Promise<Twins> {
  const { jobId, buildNo } = scenarioOf('success')
  const { inputs, env } = keylessJob(service.url)
  const exchangePath = OPERATIONS[EXCHANGE]?.path
  const before = service.requests.length
  const run = await runAction({
    inputs: { ...inputs, job_id: jobId, build_no: String(buildNo), endpoint: service.url },
    env,
  })
  if (run.exitCode !== 0) throw new Error(`The gate got no keys, or could not use them:\n${run.log}`)
  const gate = needed(service.requests.slice(before).find(({ path }) => path === exchangePath))
  const keys: SdkExchange = {
    idToken: await idTokenOf(service),
    stsEndpoint: service.url,
    providerUrn: TRUST.providerUrn,
    agencyUrn: TRUST.agencyUrn,
    sessionName: (JSON.parse(gate.body) as { readonly agency_session_name: string }).agency_session_name,
  }
  const between = service.requests.length
  const path = `/v3/jobs/${jobId}/${buildNo}/record-info`
  const [answer] = await askSdk([callFor(path, service.url, keys)])
  if (answer?.error !== undefined || answer?.raw === undefined)
    throw new Error(`The SDK got no keys, or could not use them: ${JSON.stringify(answer)}`)
  const sdk = needed(service.requests.slice(between).find(({ path }) => path === exchangePath))
  return { question: EXCHANGE, credentials: 'an OIDC token', gate, sdk }
}

function needed<T>(value: T | undefined, message = 'a request is missing'): T {
  if (value === undefined) throw new Error(message)
  return value
}
