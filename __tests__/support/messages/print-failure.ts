import { startFakeService, type FakeService } from '../../../tools/fake-service/server.ts'
import {
  badClaims,
  createTestAuthority,
  selfSignedCertificate,
  type ServerCertificate,
  type TestAuthority,
} from '../../../tools/runner/certificates.ts'
import { annotations } from '../../../tools/runner/log-commands.ts'
import { runAction, type ActionRun, type RunOptions } from '../../../tools/runner/run-action.ts'
import { startConnectProxy } from '../servers/connect-proxy.ts'
import { USUAL_INPUTS, type Failure } from './failures.ts'
import { startOneProcess, type OneProcess } from './one-process.ts'
import { preloads } from '../preloads/preloads.ts'

/** The hosts behind the proxy: of two regions, and of the runner's own service. */
const HOSTS = [
  'cloudbuild-ext.cn-north-4.myhuaweicloud.com',
  'sts.cn-north-4.myhuaweicloud.com',
  'cloudbuild-ext.ap-southeast-3.myhuaweicloud.com',
  'oidc.test',
]

/** What a run has printed for people. */
export interface Printed {
  /** Title and message of its one annotation, where what differs from run to run is replaced; empty for none. */
  readonly annotation: string
  readonly log: string
  readonly exitCode: number | null
}

/** Makes failures happen. */
export interface FailureLab extends AsyncDisposable {
  /** @throws Error when the run has printed several annotations, or ended in another way than by its exit code. */
  print(failure: Failure): Promise<Printed>
}

/** @returns a lab with certificates of its own. */
export async function createFailureLab(): Promise<FailureLab> {
  const authority = await createTestAuthority()
  const good = await authority.issue({ names: HOSTS })
  const processes: OneProcess[] = []
  const idle: OneProcess[] = []
  const run = async (options: RunOptions) => {
    // A signal and a preload are for one run alone.
    if (options.cancel !== undefined || (options.imports ?? []).length > 0) return runAlone(options)
    const one = idle.pop() ?? startOneProcess({ ...SHORT_TIMES, NODE_EXTRA_CA_CERTS: authority.caFile })
    if (!processes.includes(one)) processes.push(one)
    const ended = await one.run(options)
    idle.push(one)
    return { ...ended, log: ended.stdout, signal: null }
  }
  return {
    print: failure => print(failure, run, authority, good),
    async [Symbol.asyncDispose]() {
      for (const one of processes) one[Symbol.dispose]()
      await authority[Symbol.asyncDispose]()
    },
  }
}

const SHORT_TIMES = { TEST_TIME_FACTOR: '10' }

function runAlone({ imports = [], env, ...options }: RunOptions): Promise<Ended> {
  return runAction({
    ...options,
    imports: [preloads.shortenTime, ...imports],
    env: { ...SHORT_TIMES, ...env },
    killAfterMs: 15_000,
  })
}

type Ended = Pick<ActionRun, 'exitCode' | 'signal' | 'log' | 'stderr'>

async function print(
  failure: Failure,
  runWith: (options: RunOptions) => Promise<Ended>,
  authority: TestAuthority,
  good: ServerCertificate,
): Promise<Printed> {
  const { place = 'region', certificate, proxy: mode, action, cancel, imports } = failure
  const tls =
    certificate === undefined
      ? good
      : certificate === 'untrusted'
        ? await selfSignedCertificate()
        : await authority.issue({ names: HOSTS, ...badClaims[certificate] })
  await using service = await serve(failure, place === 'region' ? tls : undefined)
  await using proxy = await startConnectProxy({
    hosts: Object.fromEntries(HOSTS.map(host => [host, service.port])),
    ...(mode === undefined ? {} : { mode }),
  })
  const inputs = { ...USUAL_INPUTS, ...failure.inputs }
  const run = await runWith({
    ...(action === undefined ? {} : { action }),
    ...(cancel === undefined ? {} : { cancel }),
    ...(imports === undefined ? {} : { imports }),
    inputs: place === 'endpoint' ? { endpoint: service.url, ...inputs } : inputs,
    env: {
      ...(place === 'region' ? { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority.caFile } : {}),
      ...failure.env,
    },
  })
  const { exitCode, signal, log, stderr } = run
  const [first, ...others] = annotations(log)
  if (others.length > 0 || signal !== null || stderr !== '')
    throw new Error(`${failure.fault}: ${others.length + 1} annotations, ${String(signal)}\n${log}${stderr}`)
  const annotation = first === undefined ? '' : countedIds(withoutChance(`${first.title}: ${first.message}`))
  return { annotation, log: withoutChance(log), exitCode }
}

/** @returns a fake service whose request IDs are counted, with the answers of the failure. */
async function serve(
  { answers, service }: Failure,
  tls: ServerCertificate | undefined,
): Promise<FakeService> {
  let count = 0
  const options = { ...service, ...(tls === undefined ? {} : { tls }) }
  return startFakeService({
    ...options,
    respond: request => {
      const at = count++
      const requestId = `request-${at + 1}`
      const answer = answers?.[Math.min(at, answers.length - 1)]?.({ ...request, requestId })
      return answer && { ...answer, headers: { 'X-Request-Id': requestId, ...answer.headers } }
    },
  })
}

/** Counts the request IDs anew: how many requests there were before the last ones is chance. */
function countedIds(text: string): string {
  const ids = [...new Set(text.match(/\brequest-\w+/g))]
  return text.replace(/\brequest-\w+/g, id => `request-${ids.indexOf(id) + 1}`)
}

/** Replaces ports, times and counts that no two runs have in common. */
function withoutChance(text: string): string {
  return text
    .replace(/(127\.0\.0\.1):\d{4,5}\b/g, '$1:8080')
    .replace(/\b\d+ polls\b/g, '5 polls')
    .replace(/\b\d(\.\d+)? s\b/g, '1 s')
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2026-11-24T08:00:00Z')
    .replace(/\d+ minutes (later|earlier|behind|ahead)/g, '60 minutes $1')
    .replace(/\b[0-9a-f]{32}(?=\)|,|;|$)/gm, id => (/^(48c66c6|9d1f6e2)/.test(id) ? id : 'request-x'))
}
