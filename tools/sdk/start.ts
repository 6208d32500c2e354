import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import type { FakeService } from '../fake-service/server.ts'
import { runAction } from '../runner/run-action.ts'
import type { Check } from './check.ts'
import { askSdk, type Call, type SdkKeys } from './client.ts'
import { modelProblems } from './models.ts'
import type { Twins } from './twins.ts'

const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

/** @returns the call that makes the SDK start a build of a commit, with one parameter. */
export function startCall(
  { url }: FakeService,
  jobId: string,
  keys: SdkKeys,
  readsThrottling = false,
): { readonly name: string; readonly call: Call } {
  const scm = { build_commit_id: COMMIT }
  const order = { job_id: jobId, parameter: [{ name: 'LEVEL', value: 'debug' }], scm }
  const call = { client: 'build', endpoint: url, keys, operation: 'ExecuteJob', readsThrottling } as const
  return { name: 'execute', call: { ...call, arguments: order } }
}

/** The SDK starts a build, and reads its number of the flat answer, as its page has it. */
export async function startChecks(service: FakeService, jobId: string): Promise<readonly Check[]> {
  const before = service.starts.length
  const [answer] = await askSdk([startCall(service, jobId, ACCESS_KEYS.valid).call])
  const starts = service.starts.slice(before).map(({ scm, parameters }) => ({ scm, parameters }))
  const wanted = [{ scm: { build_commit_id: COMMIT }, parameters: { LEVEL: 'debug' } }]
  const isStarted = JSON.stringify(starts) === JSON.stringify(wanted)
  const sent: unknown = JSON.parse(answer?.raw ?? 'null')
  return [
    { name: 'execute: the SDK starts one build', problems: isStarted ? [] : [JSON.stringify(starts)] },
    {
      name: 'execute: the SDK parses just what the fake service has',
      problems: [...modelProblems(answer, sent)],
    },
  ]
}

/** The action and the SDK start the same build. */
export async function startTwins(
  service: FakeService,
  jobId: string,
  credentials: string,
  keys: SdkKeys,
): Promise<Twins> {
  const before = service.requests.length
  await runAction({
    action: 'start',
    inputs: {
      job_id: jobId,
      commit: COMMIT,
      parameters: 'LEVEL=debug',
      endpoint: service.url,
      access_key: keys.accessKey,
      secret_key: keys.secretKey,
      security_token: keys.securityToken ?? '',
      project_id: keys.projectId ?? '',
    },
  })
  await askSdk([startCall(service, jobId, keys).call])
  const [gate, sdk, ...others] = service.requests.slice(before)
  if (gate === undefined || sdk === undefined || others.length > 0)
    throw new Error('The action and the SDK did not send one request each to start a build')
  return { question: 'execute', credentials, gate, sdk, secretKey: keys.secretKey }
}

/**
 * The action and the SDK stop a build that runs: the action one that it has started, when its step is cancelled. The service
 * takes the SDK's request for wrong, because its page has the number in the body.
 */
export async function stopTwins(
  service: FakeService,
  jobId: string,
  credentials: string,
  keys: SdkKeys,
): Promise<Twins> {
  const before = service.requests.length
  const run = await runAction({
    action: 'start',
    inputs: {
      job_id: jobId,
      wait: 'true',
      stop_on_cancel: 'true',
      endpoint: service.url,
      access_key: keys.accessKey,
      secret_key: keys.secretKey,
      security_token: keys.securityToken ?? '',
      project_id: keys.projectId ?? '',
    },
    cancel: { whenLogHas: 'has the status', signal: 'SIGINT' },
  })
  const build_no = Number(run.outputs.get('build_no'))
  const order = { job_id: jobId, build_no }
  await askSdk([
    {
      client: 'build',
      endpoint: service.url,
      keys,
      operation: 'StopTheJob',
      arguments: order,
      readsThrottling: false,
    },
  ])
  const stops = service.requests.slice(before).filter(({ path }) => path.split('?')[0]?.endsWith('/stop'))
  const [gate, sdk, ...others] = stops
  if (gate?.status !== 200 || sdk === undefined || others.length > 0)
    throw new Error('The action and the SDK did not send one request each to stop a build')
  return { question: 'stop', credentials, gate, sdk, secretKey: keys.secretKey }
}
