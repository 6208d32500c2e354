import { startFakeService } from '../../tools/fake-service/server.ts'
import { createTestAuthority } from '../../tools/runner/certificates.ts'
import { startConnectProxy } from './connect-proxy.ts'

const MINUTE_MS = 60_000
const HOSTS = ['cloudbuild-ext.cn-north-4.myhuaweicloud.com', 'sts.cn-north-4.myhuaweicloud.com']

/** The fake service at the addresses of the region cn-north-4. */
export interface RegionalService extends AsyncDisposable {
  /** With these variables a process reaches it there: a proxy, and the authority that signed its certificate. */
  readonly variables: Readonly<Record<string, string>>
  readonly requests: readonly unknown[]
}

/** Starts a service in whose build task build 61, of that commit, has just ended with that status. */
export async function startServiceWith(
  jobId: string,
  commit: string,
  status: string,
): Promise<RegionalService> {
  const stack = new AsyncDisposableStack()
  const authority = stack.use(await createTestAuthority())
  const endedMs = Date.now() - MINUTE_MS
  const times = { createdMs: endedMs - MINUTE_MS, startedMs: endedMs - MINUTE_MS, endedMs }
  const build = { buildNo: 61, ...times, status, commit, branch: 'main' }
  const service = stack.use(
    await startFakeService({
      tls: await authority.issue({ names: HOSTS }),
      jobs: [{ jobId, builds: [build] }],
    }),
  )
  const hosts = Object.fromEntries(HOSTS.map(host => [host, service.port]))
  const proxy = stack.use(await startConnectProxy({ hosts }))
  return {
    variables: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority.caFile },
    requests: service.requests,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
