// Each kind of credentials passes through the committed dist/; what is refused, and what is shown of them, is judged in this process.
import { describe, expect, test } from '@jest/globals'
import { readLog } from '../../tools/runner/log-commands.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import { keylessJob, TRUST } from '../../tools/fake-service/oidc.ts'
import { idTokenOf } from '../../tools/sdk/exchange.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import {
  startFakeService,
  type FakeService,
  type FakeServiceOptions,
} from '../../tools/fake-service/server.ts'
import { createTestAuthority, TEST_HOST } from '../../tools/runner/certificates.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { runInProcess, type InProcessRun } from '../support/in-process/run-in-process.ts'

const { jobId, buildNo } = scenarioOf('success')
const { valid, notAllowed } = ACCESS_KEYS
const KEYS = { access_key: valid.accessKey, secret_key: valid.secretKey }

/** What to give the action; functions of the fake service's address. */
interface Given {
  readonly inputs?: (
    url: string,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>
  readonly env?: (url: string) => Readonly<Record<string, string>>
  readonly options?: FakeServiceOptions
}

const keyless: Given = { inputs: url => keylessJob(url).inputs, env: url => keylessJob(url).env }

/** A token that the fake service's provider signs before the run. */
const otherSystem: Given = {
  async inputs(url) {
    const { oidc_provider_urn, oidc_agency_urn, sts_endpoint } = keylessJob(url).inputs
    return { oidc_provider_urn, oidc_agency_urn, sts_endpoint, oidc_token: await idTokenOf({ url }) }
  },
}

/** Starts the gate with these inputs and variables: in this process, or through dist/. */
type Runner = (options: Pick<RunOptions, 'inputs' | 'env' | 'debug'>) => Promise<InProcessRun>

async function run(
  given: Given,
  runner: Runner = runInProcess,
): Promise<{ run: InProcessRun; requests: FakeService['requests'] }> {
  await using fakeService = await startFakeService(given.options)
  const { url } = fakeService
  const inputs = { job_id: jobId, build_no: String(buildNo), endpoint: url, ...(await given.inputs?.(url)) }
  return {
    run: await runner({ inputs, env: given.env?.(url) ?? {}, debug: true }),
    requests: fakeService.requests,
  }
}

function masksOf(log: string): string[] {
  return readLog(log).flatMap(entry =>
    'command' in entry && entry.command.name === 'add-mask' ? [entry.command.data] : [],
  )
}

/** Everything that a run leaves behind but the commands that mask, which nobody sees. */
function leftBehind({ log, summary, outputs, state }: InProcessRun): string {
  const lines = log.split('\n').filter(line => !line.startsWith('::add-mask::'))
  return [...lines, summary, JSON.stringify([...outputs]), state].join('\n')
}

function errorsOf({ log }: InProcessRun): string[] {
  return readLog(log).flatMap(entry =>
    'command' in entry && entry.command.name === 'error' ? [entry.command.data] : [],
  )
}

const AUTH_ACTION = {
  HUAWEI_CLOUD_ACCESS_KEY_ID: valid.accessKey,
  HUAWEI_CLOUD_SECRET_ACCESS_KEY: valid.secretKey,
  HUAWEI_CLOUD_REGION: 'cn-north-4',
  HUAWEI_CLOUD_PROJECT_ID: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
}

describe('what passes', () => {
  test.each<[string, Given, number]>([
    ['a token', { inputs: () => ({ token: tokenOf('valid') }) }, 1],
    ['access keys', { inputs: () => KEYS }, 1],
    ['access keys of a project', { inputs: () => ({ ...KEYS, project_id: 'p1' }) }, 1],
    ['what huaweicloud/auth-action leaves', { env: () => AUTH_ACTION }, 1],
    [
      'what the SDKs take',
      { env: () => ({ HUAWEICLOUD_SDK_AK: valid.accessKey, HUAWEICLOUD_SDK_SK: valid.secretKey }) },
      1,
    ],
    [
      'what Terraform takes',
      { env: () => ({ HW_ACCESS_KEY: valid.accessKey, HW_SECRET_KEY: valid.secretKey }) },
      1,
    ],
    ['the job’s own OIDC token', keyless, 3],
    ['an OIDC token of another CI system', otherSystem, 3],
  ])('%s', async (_, given, requestCount) => {
    const { run: passed, requests } = await run(given, runAction)
    expect([passed.exitCode, passed.outputs.get('reason')]).toEqual([0, 'success'])
    expect(requests).toHaveLength(requestCount)
  })
})

describe('through a proxy, over TLS', () => {
  test.each([
    ['the default port', TEST_HOST],
    ['a port of its own', `${TEST_HOST}:8443`],
  ])('every request of a keyless run is signed for the host that it reaches, at %s', async (_, host) => {
    await using authority = await createTestAuthority()
    await using fakeService = await startFakeService({ tls: await authority.issue() })
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: fakeService.port } })
    const { inputs, env } = keylessJob(`https://${host}`)
    const passed = await runAction({
      inputs: { job_id: jobId, build_no: String(buildNo), endpoint: `https://${host}`, ...inputs },
      env: { ...env, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authority.caFile },
    })
    expect([passed.exitCode, passed.outputs.get('reason'), passed.stderr]).toEqual([0, 'success', ''])
    expect(fakeService.requests.map(({ headers }) => headers.host)).toEqual([host, host, host])
    expect(new Set(proxy.connects.map(({ target }) => target))).toEqual(
      new Set([host.includes(':') ? host : `${host}:443`]),
    )
  })
})

const KEYS_REMEDY =
  'Check the inputs access_key and secret_key: both keys must belong to one pair that is neither disabled nor deleted. ' +
  'The step does not try again, because six failures in a row lock an access key for five minutes'
const TOKEN_REMEDY =
  'Get a new token: it is valid for 24 hours, in its own region alone, and needs the project as its scope. ' +
  'Credentials that last are oidc_provider_urn with oidc_agency_urn, and access_key with secret_key'
const TRUST_REMEDY = (audience: string, subject: string): string =>
  `agency ${TRUST.agencyUrn}; provider ${TRUST.providerUrn}; ` +
  `oidc:aud "${audience}"; oidc:sub "${subject}"; oidc:iss "${TRUST.issuer}"`
const ASKED = `(build ${buildNo} of build task ${jobId}; `

describe('what does not pass says so in one annotation, after one request that may not be repeated', () => {
  test.each<[string, Given, string, readonly string[], readonly number[]]>([
    [
      'a wrong secret key',
      { inputs: () => ({ ...KEYS, secret_key: 'x'.repeat(40) }) },
      'unauthorized',
      [
        'HTTP 401, APIGW.0301 "Incorrect IAM authentication information: verify aksk signature fail',
        KEYS_REMEDY,
      ],
      [401],
    ],
    [
      'an expired token',
      { inputs: () => ({ token: tokenOf('expired') }) },
      'unauthorized',
      ['token expires, expires_at: 2026-11-23T08:00:00.000000Z"; request ID ', TOKEN_REMEDY],
      [401],
    ],
    [
      'a token of another region',
      { inputs: () => ({ token: tokenOf('otherRegion') }) },
      'unauthorized',
      ['The token has expired, or is for another region. Get', TOKEN_REMEDY],
      [401],
    ],
    [
      'a clock that is off',
      { inputs: () => KEYS, options: { nowMs: () => Date.now() + 20 * 60_000 } },
      'unauthorized',
      [
        'Set the clock of this machine: it is 20 minutes behind the clock of the service, ',
        'a signature may be 15 minutes off at most (it says 20',
        KEYS_REMEDY,
      ],
      [401],
    ],
    [
      'a user who is no member',
      { inputs: () => ({ access_key: notAllowed.accessKey, secret_key: notAllowed.secretKey }) },
      'forbidden',
      [
        'Add the IAM user of the keys to the CodeArts project of the build task, with a role that may view it. The keys are from the inputs access_key and secret_key',
      ],
      [403],
    ],
    [
      'a job without the permission',
      { inputs: keyless.inputs ?? (() => ({})) },
      'unauthorized',
      [
        'This job may not request an OIDC token. Give it permissions: { id-token: write }. Runs for pull requests ' +
          'from forks never get that. (',
      ],
      [],
    ],
    [
      'a wrong audience',
      { ...keyless, inputs: url => ({ ...keylessJob(url).inputs, oidc_audience: 'wrong' }) },
      'unauthorized',
      ['HTTP 401 from STS, STS5.2001', TRUST_REMEDY('wrong', TRUST.subject)],
      [200, 401],
    ],
    [
      'a wrong subject',
      { ...keyless, options: { oidc: { subject: 'repo:octo-org/storefront:pull_request' } } },
      'unauthorized',
      ['HTTP 403 from STS, STS5.1001', TRUST_REMEDY(TRUST.audience, 'repo:octo-org/storefront:pull_request')],
      [200, 403],
    ],
  ])('%s', async (_, given, reason, sentences, statuses) => {
    const { run: failed, requests } = await run(given)
    expect([failed.exitCode, failed.outputs.get('reason'), failed.outputs.get('success')]).toEqual([
      1,
      reason,
      'false',
    ])
    const [error = '', ...more] = errorsOf(failed)
    expect(more).toEqual([])
    expect(error.includes(ASKED)).toBe(true)
    for (const sentence of sentences) expect(error).toContain(sentence)
    expect(requests.map(({ status }) => status)).toEqual(statuses)
  })

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['no credentials', {}, 'no credentials are given'],
    [
      'two kinds',
      { token: tokenOf('valid'), ...KEYS },
      'credentials of 2 kinds are given: keep only token, or access_key and secret_key',
    ],
    [
      'half a pair',
      { access_key: valid.accessKey },
      'secret_key is missing: give it together with access_key',
    ],
  ])('%s', async (_, inputs, words) => {
    const { run: failed, requests } = await run({ inputs: () => inputs })
    expect([failed.exitCode, failed.outputs.get('reason')]).toEqual([1, 'invalid_input'])
    expect(errorsOf(failed)).toEqual([expect.stringContaining(words)])
    expect(requests).toEqual([])
  })
})

describe('secrets', () => {
  /** Those that inputs and environment bring along. */
  const known: readonly string[] = [
    valid.accessKey,
    valid.secretKey,
    keylessJob('').env.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
  ]

  /** Answers with all that the request carried, headers and body. */
  const echo: FakeServiceOptions['respond'] = ({ headers, body, path }) =>
    path.startsWith('/github')
      ? undefined
      : json(400, { error_code: 'X.1', error_msg: JSON.stringify({ headers, body }) })

  test.each<[string, Given]>([
    ['access keys', { inputs: () => ({ ...KEYS, security_token: 'hQpjbi1ub3J0aC03iLongEnoughToBeFound' }) }],
    ['keys of the environment', { env: () => AUTH_ACTION }],
    ['keyless', keyless],
    ['a token of another CI system', otherSystem],
  ])('%s are masked before anything else is printed, and left nowhere', async (_, given) => {
    for (const options of [{}, { respond: echo }]) {
      const { run: ended, requests } = await run(
        { ...given, options },
        given === keyless ? runAction : runInProcess,
      )
      const masks = masksOf(ended.log)
      // The test itself asks for the token of another system.
      const own = requests.filter(({ path }) => given !== otherSystem || !path.startsWith('/github'))
      const sent = own.flatMap(({ headers, body }) => [
        ...(headers.authorization?.match(/(?<=Bearer |Access=|Signature=)[^,\s]+/g) ?? []),
        ...[headers['x-security-token'] ?? []].flat(),
        ...(body.match(/(?<="id_token":")[^"]+/g) ?? []),
      ])
      expect(sent.length).toBeGreaterThan(0)
      expect(masks).toEqual(expect.arrayContaining(sent))
      const left = leftBehind(ended)
      for (const mask of masks) {
        for (let at = 0; at + 16 <= mask.length; at++) expect(left).not.toContain(mask.slice(at, at + 16))
      }
      expect(left).not.toContain(valid.secretKey)
      const lines = ended.log.split('\n')
      const unmasked = lines.findIndex(line => !line.startsWith('::add-mask::'))
      const isKnownAhead = (mask: string): boolean =>
        known.includes(mask) || (given === otherSystem && mask.startsWith('eyJ'))
      expect(masks.filter(isKnownAhead).length).toBeGreaterThan(0)
      for (const mask of masks.filter(isKnownAhead)) {
        expect(lines.indexOf(`::add-mask::${mask}`)).toBeLessThan(unmasked)
      }
    }
  })

  test('region and project are not masked by this action', async () => {
    const { run: passed } = await run({ env: () => AUTH_ACTION })
    expect(masksOf(passed.log)).not.toContain(AUTH_ACTION.HUAWEI_CLOUD_REGION)
    expect(masksOf(passed.log)).not.toContain(AUTH_ACTION.HUAWEI_CLOUD_PROJECT_ID)
  })

  test('outputs of the job survive what huaweicloud/auth-action masks, but for region and record', async () => {
    const { run: passed } = await run({ env: () => AUTH_ACTION })
    // The runner drops an output of a job that contains a masked text (JobExtension).
    const masks: readonly string[] = [...Object.values(AUTH_ACTION), ...masksOf(passed.log)]
    const dropped = [...passed.outputs].filter(([, value]) => masks.some(mask => value.includes(mask)))
    expect(dropped.map(([name]) => name).sort()).toEqual(['record', 'region'])
    for (const name of ['status', 'commit', 'duration', 'success', 'reason']) {
      expect(passed.outputs.get(name)).toMatch(/./)
    }
  })
})

/** A preload: once the record was read the clock is 57 minutes ahead, when keys for an hour have to be renewed. */
const LATER_BEHIND_THE_RECORD = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel'
  const now = Date.now
  let aheadMs = 0
  Date.now = () => now() + aheadMs
  subscribe('http.client.response.finish', ({ request }) => {
    if (request.path.endsWith('/record-info')) aheadMs = 57 * 60_000
  })`)}`

test('an exchange is one for the stages, the log and the tests of a failed build', async () => {
  const { jobId, buildNo } = scenarioOf('failure')
  await using service = await startFakeService({
    oidc: { keyLifetimeSeconds: 3_600 },
    // The clock of the service is not ahead: it would refuse the signature.
    respond: ({ path }) =>
      /full-stages|download-log|report/.test(path) ? json(200, { status: 'success', result: [] }) : undefined,
  })
  const { inputs, env } = keylessJob(service.url)
  await runAction({
    inputs: { job_id: jobId, build_no: String(buildNo), endpoint: service.url, ...inputs },
    env,
    imports: [LATER_BEHIND_THE_RECORD],
  })
  const kinds = service.requests.map(
    ({ path }) => /id-token|assume|record-info|full-stages|download-log|report/.exec(path)?.[0],
  )
  expect(kinds.slice(0, 5)).toEqual(['id-token', 'assume', 'record-info', 'id-token', 'assume'])
  expect(kinds.slice(5).sort()).toEqual(['download-log', 'full-stages', 'report'])
})
