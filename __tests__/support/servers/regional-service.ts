import { request } from 'node:https'
import { json } from 'node:stream/consumers'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { keylessJob, TRUST } from '../../../tools/fake-service/oidc.ts'
import { startFakeService } from '../../../tools/fake-service/server.ts'
import { createTestAuthority } from '../../../tools/runner/certificates.ts'
import { startConnectProxy } from './connect-proxy.ts'

const MINUTE_MS = 60_000
const HOSTS = ['cloudbuild-ext.cn-north-4.myhuaweicloud.com', 'sts.cn-north-4.myhuaweicloud.com']

/** The fake service at the addresses of the region cn-north-4. */
export interface RegionalService extends AsyncDisposable {
  /** With these variables a process reaches it there: a proxy, and the authority that signed its certificate. */
  readonly variables: Readonly<Record<string, string>>
  readonly requests: readonly unknown[]
  /** A token of a CI server that its security token service trusts. */
  readonly idToken: string
}

/** Starts a service in whose build task build 61, of that commit, has just ended with that status. */
export async function startServiceWith(
  jobId: string,
  commit: string,
  status: string,
): Promise<RegionalService> {
  await using stack = new AsyncDisposableStack()
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
  const idToken = await idTokenOf(service.port, authority.caPem)
  const started = stack.move()
  return {
    variables: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority.caFile },
    requests: service.requests,
    idToken,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

/** Gets a token from the service that stands for GitHub's: there is one signing key, and what made a token does not show. */
async function idTokenOf(port: number, ca: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = keylessJob(
    `https://127.0.0.1:${port}`,
  ).env
  const sent = request(`${url}&audience=${TRUST.audience}`, {
    ...{ ca, servername: HOSTS[0], agent: false },
    headers: { authorization: `Bearer ${bearer}` },
  })
  const [answer] = (await once(sent.end(), 'response')) as [IncomingMessage]
  return ((await json(answer)) as { value: string }).value
}
