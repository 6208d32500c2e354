// The verdict, the outputs and the requests are those of what came, whatever the secrets are: in this process for all of them, and
// through dist/ for some.
import { describe, expect, test } from '@jest/globals'
import { runAction } from '../../tools/runner/run-action.ts'
import { runInProcess, type InProcessRun } from '../support/in-process/run-in-process.ts'
import { json, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { createTestAuthority, TEST_HOST } from '../../tools/runner/certificates.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { HOSTILE_SECRETS } from '../support/builders/hostile-secrets.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'

type Values = Readonly<Record<string, string>>

/** Inputs and variables of a run. */
interface Given {
  readonly inputs: Values
  readonly env: Values
}

/** Gives a run its secrets, each one the next of a list that does not end. */
type Way = (next: () => string, url: string) => Given

const variablesOf = (next: () => string): Values => ({
  HTTPS_PROXY: `http://svc:${encodeURIComponent(next())}@127.0.0.1:9`,
  HTTP_PROXY: `http://svc:${encodeURIComponent(next())}@127.0.0.1:9`,
  HW_ACCESS_KEY: next(),
  HW_SECRET_KEY: next(),
  HW_SECURITY_TOKEN: next(),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: next(),
})

/** The kinds of credentials, with secrets in variables that are not used. */
const WAYS: Readonly<Record<string, Way>> = {
  'a token': next => ({ inputs: { token: next() }, env: variablesOf(next) }),
  'access keys': next => ({
    inputs: { access_key: next(), secret_key: next(), security_token: next() },
    env: variablesOf(next),
  }),
  'keys of the environment': next => ({
    inputs: {},
    env: {
      ...variablesOf(next),
      HUAWEICLOUD_SDK_AK: next(),
      HUAWEICLOUD_SDK_SK: next(),
      HUAWEICLOUD_SDK_SECURITY_TOKEN: next(),
    },
  }),
  'the OIDC token of the job': (next, url) => ({
    inputs: {
      oidc_provider_urn: 'iam::1:oidcProvider:github',
      oidc_agency_urn: 'iam::1:agency:gate',
      sts_endpoint: url,
    },
    env: { ...variablesOf(next), ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github` },
  }),
}

const { commit, branch } = PASSING_RECORD

interface Answered {
  readonly status: number
  readonly body: object
  readonly exitCode: number
  readonly requestCount: number
}

const ANSWERS: Readonly<Record<string, Answered>> = {
  'a build that passed': {
    status: 200,
    body: { success: true, result: PASSING_RECORD },
    exitCode: 0,
    requestCount: 1,
  },
  'a build that failed': {
    status: 200,
    body: { success: true, result: { ...PASSING_RECORD, status: 'FAILURE', err_msg: 'main: error 1' } },
    exitCode: 1,
    requestCount: 4,
  },
  'an error beside a build that passed': {
    status: 200,
    body: { success: true, error: 'boom', error_code: 'CB.00060200', result: PASSING_RECORD },
    exitCode: 1,
    requestCount: 1,
  },
  'an error without a code': {
    status: 200,
    body: { status: 'success', error: { message: 'error' }, result: PASSING_RECORD },
    exitCode: 1,
    requestCount: 1,
  },
  'a build that is not there': {
    status: 404,
    body: { error_code: 'DEVCB.00031006', error_msg: 'id 1' },
    exitCode: 1,
    requestCount: 3,
  },
}

/** Headers that carry the secrets themselves, or differ in every run. */
const OWN_HEADERS = ['authorization', 'x-auth-token', 'x-security-token', 'x-sdk-date', 'host']

/** Starts the gate with these inputs and variables: in this process, or through dist/. */
type Runner = (given: Given) => Promise<InProcessRun>

/** Runs the gate for a service that answers everything with this, asks for no credentials, and gives out secrets of the list. */
async function gateOn(
  { status, body }: Answered,
  way: Way,
  secrets: readonly string[],
  runner: Runner = runInProcess,
) {
  let at = 0
  const next = (): string => secrets[at++ % secrets.length] ?? ''
  const respond = ({ path }: FakeServiceRequest) => {
    if (path === '/github') return json(200, { value: 'eyJh.eyJz.c2ln' })
    if (path.startsWith('/v5'))
      return json(200, {
        credentials: {
          access_key_id: next(),
          secret_access_key: next(),
          security_token: next(),
          expiration: new Date(Date.now() + 3_600_000).toISOString(),
        },
      })
    return json(status, body)
  }
  await using fakeService = await startFakeService({ respond })
  const { url } = fakeService
  const { inputs, env } = way(next, url)
  const asked = { job_id: JOB_ID, build_no: String(BUILD_NO), endpoint: url, commit, branch }
  const run = await runner({ inputs: { ...asked, ...inputs }, env })
  const requests = fakeService.requests.map(({ method, path, headers }) => ({
    method,
    path,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name))),
  }))
  return { ...verdictOf(run), requests: requests.filter(({ path }) => !/^\/(github|v5)/.test(path)) }
}

function verdictOf({ exitCode, outputs }: InProcessRun) {
  return { exitCode, outputs: Object.fromEntries(outputs) }
}

/** Each of them in the first place once, the others behind it. */
function rotations(secrets: readonly string[], step: number): readonly (readonly string[])[] {
  const starts = secrets.map((_, at) => at).filter(at => at % step === 0)
  return starts.map(at => [...secrets.slice(at), ...secrets.slice(0, at)])
}

const sortedRequests = <T extends { readonly path: string }>(requests: readonly T[]): T[] =>
  [...requests].sort((one, other) => one.path.localeCompare(other.path))

/** What a run without a secret of interest ends in, which every other one must end in, too. */
const PLAIN = ['unrelated-value-Q7', 'unrelated-value-Z3']

describe.each(Object.entries(ANSWERS))('%s', (name, answer) => {
  // Every secret in every place for what could pass by mistake, a sample for the rest.
  const step = name === 'a build that passed' ? 1 : 3
  const places = Object.entries(WAYS).map(([kind, way], at) => [kind, way, at] as const)

  test.each(places)(
    'is judged, put out and asked for as it came, whatever the secrets are: %s',
    async (_kind, way) => {
      const plain = await gateOn(answer, way, PLAIN)
      expect([plain.exitCode, plain.requests.length]).toEqual([answer.exitCode, answer.requestCount])
      for (const secrets of rotations(HOSTILE_SECRETS, step)) {
        const run = await gateOn(answer, way, secrets)
        expect({ ...run, secrets, requests: sortedRequests(run.requests) }).toEqual({
          ...plain,
          secrets,
          requests: sortedRequests(plain.requests),
        })
      }
    },
  )

  test.each(places)('is so through dist/, too: %s', async (_kind, way, at) => {
    const plain = await gateOn(answer, way, PLAIN)
    const run = await gateOn(answer, way, rotations(HOSTILE_SECRETS, 5)[at] ?? [], runAction)
    expect(run.exitCode).toBe(answer.exitCode)
    expect({ ...run, requests: sortedRequests(run.requests) }).toEqual({
      ...plain,
      requests: sortedRequests(plain.requests),
    })
  })
})

test('the password of a proxy that is used changes nothing but the way', async () => {
  await using authority = await createTestAuthority()
  const fields = { success: true, error: null, result: PASSING_RECORD }
  await using fakeService = await startFakeService({
    tls: await authority.issue(),
    respond: () => json(200, fields),
  })
  for (const password of ['error', 'SUCCESS', '"', PASSING_RECORD.commit]) {
    await using proxy = await startConnectProxy({
      hosts: { [TEST_HOST]: fakeService.port },
      mode: 'needs-credentials',
      user: 'svc',
      password,
    })
    const run = await runAction({
      inputs: {
        job_id: JOB_ID,
        build_no: String(BUILD_NO),
        token: 'unrelated-value-Q7',
        endpoint: `https://${TEST_HOST}`,
        commit,
        branch,
      },
      env: {
        HTTPS_PROXY: proxy.url.replace('://', `://svc:${encodeURIComponent(password)}@`),
        NODE_EXTRA_CA_CERTS: authority.caFile,
      },
    })
    expect([password, run.exitCode, run.outputs.get('commit')]).toEqual([password, 0, commit])
    expect(JSON.parse(run.outputs.get('record') ?? '')).toEqual(PASSING_RECORD)
  }
})
