import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import type { FakeService } from '../fake-service/server.ts'
import { runAction, type RunOptions } from '../runner/run-action.ts'
import type { Check } from '../tally.ts'
import { askSdk, inputsFor, type Call, type SdkKeys } from './client.ts'
import { modelProblems } from './models.ts'
import type { Twins } from './twins.ts'

const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'

/** @returns the call that makes the SDK start a build of a commit, with one parameter. */
export function startCall({ url }: FakeService, jobId: string, keys: SdkKeys, readsThrottling = false): Call {
  const scm = { build_commit_id: COMMIT }
  const order = { job_id: jobId, parameter: [{ name: 'LEVEL', value: 'debug' }], scm }
  return { client: 'build', endpoint: url, keys, operation: 'ExecuteJob', arguments: order, readsThrottling }
}

/** The SDK starts a build, and reads its number of the flat answer, as its page has it. */
export async function startChecks(service: FakeService, jobId: string): Promise<readonly Check[]> {
  const before = service.starts.length
  const [answer] = await askSdk([startCall(service, jobId, ACCESS_KEYS.valid)])
  const starts = service.starts.slice(before).map(({ scm, parameters }) => ({ scm, parameters }))
  const wanted = [{ scm: { build_commit_id: COMMIT }, parameters: { LEVEL: 'debug' } }]
  const isStarted = JSON.stringify(starts) === JSON.stringify(wanted)
  const sent: unknown = JSON.parse(answer?.raw ?? 'null')
  return [
    { name: 'ExecuteJob: the SDK starts one build', problems: isStarted ? [] : [JSON.stringify(starts)] },
    {
      name: 'ExecuteJob: the SDK parses just what the fake service has',
      problems: [...modelProblems(answer, sent)],
    },
  ]
}

/**
 * The action and the SDK start the same build, and stop one that runs: the action one that it has started, when its step is
 * cancelled. The service takes the SDK's request to stop for wrong, because its page has the number in the body.
 */
export async function startTwins(
  service: FakeService,
  jobId: string,
  credentials: string,
  keys: SdkKeys,
): Promise<readonly Twins[]> {
  const run = (inputs: Readonly<Record<string, string>>, options: RunOptions = {}) =>
    runAction({
      action: 'start',
      inputs: { job_id: jobId, ...inputs, ...inputsFor(service.url, keys) },
      ...options,
    })
  const before = service.requests.length
  await run({ commit: COMMIT, parameters: 'LEVEL=debug' })
  const start = startCall(service, jobId, keys)
  await askSdk([start])
  const starts = service.requests.slice(before)

  const { outputs } = await run(
    { wait: 'true', stop_on_cancel: 'true' },
    { cancel: { whenLogHas: 'has the status', signal: 'SIGINT' } },
  )
  const order = { job_id: jobId, build_no: Number(outputs.get('build_no')) }
  await askSdk([{ ...start, operation: 'StopTheJob', arguments: order }])
  const stops = service.requests.slice(before).filter(({ path }) => path.split('?')[0]?.endsWith('/stop'))

  return Object.entries({ ExecuteJob: starts, StopTheJob: stops }).map(([question, requests]) => {
    const [gate, sdk, ...others] = requests
    if (gate?.status !== 200 || sdk === undefined || others.length > 0)
      throw new Error(`${question}: the action and the SDK did not send one request each`)
    return { question, credentials, gate, sdk }
  })
}
