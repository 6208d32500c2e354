import { describe, expect, test } from '@jest/globals'
import type { CodeArtsBuild } from '../../src/codearts/client.ts'
import { rawText } from '../../src/util/message.ts'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { keylessJob, TRUST } from '../../tools/fake-service/oidc.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import {
  startFakeService,
  type FakeService,
  type FakeServiceOptions,
} from '../../tools/fake-service/server.ts'
import { idTokenOf } from '../../tools/sdk/exchange.ts'
import { REQUEST_OPTIONS } from '../support/builders/one-poll.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'
import { createCredentialedService, type TestClock } from '../support/in-process/credentialed-service.ts'
import { inputsOf, TEST_TOKEN, type InputValues } from '../support/builders/environment.ts'

const { jobId, buildNo } = scenarioOf('success')
const BUILD = { jobId, buildNo }
const MINUTE_MS = 60_000
const START = Date.parse('2026-11-25T02:00:00Z')
const { valid, notAllowed } = ACCESS_KEYS
const KEYS = { access_key: valid.accessKey, secret_key: valid.secretKey }

/** Starts a fake service, and a service that asks it; both have clocks of their own that stand. */
async function start(inputs: InputValues | 'keyless', options: FakeServiceOptions = {}) {
  const clock: TestClock = { nowMs: START }
  const serviceClock: TestClock = { nowMs: START }
  const fakeService = await startFakeService({ nowMs: () => serviceClock.nowMs, ...options })
  const job = keylessJob(fakeService.url)
  const environment = (changes: InputValues = {}) => ({
    ...inputsOf({
      job_id: jobId,
      build_no: String(buildNo),
      endpoint: fakeService.url,
      ...(inputs === 'keyless' ? job.inputs : inputs),
      ...changes,
    }),
    ...(inputs === 'keyless' ? job.env : {}),
  })
  const passMinutes = (minutes: number): void => {
    clock.nowMs += minutes * MINUTE_MS
    serviceClock.nowMs += minutes * MINUTE_MS
  }
  return {
    fakeService,
    clock,
    serviceClock,
    passMinutes,
    environment,
    ...createCredentialedService(environment(), clock),
    [Symbol.asyncDispose]: () => fakeService.close(),
  }
}

/** What was requested, in short: `id-token`, `exchange`, `record`, each with its status. */
function requested({ requests }: FakeService): string[] {
  return requests.map(({ path, status }) => {
    const what = path.startsWith('/github') ? 'id-token' : path.includes('assume') ? 'exchange' : 'record'
    return `${what} ${status}`
  })
}

/** @returns the error in place of a record, its words as they came. */
async function errorOf(service: CodeArtsBuild) {
  const response = await service.readRecord(BUILD, REQUEST_OPTIONS)
  if (response.ok) throw new Error('the service gave a record')
  const { reason, message, remedy } = response.error
  return { reason, message: rawText(message), remedy: rawText(remedy) }
}

describe('access keys', () => {
  test('sign a request that the service takes, afresh for each poll', async () => {
    await using run = await start(KEYS)
    for (let poll = 0; poll < 3; poll++) {
      expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
      run.passMinutes(20)
    }
    const dates = run.fakeService.requests.map(({ headers }) => headers['x-sdk-date'])
    expect(dates).toEqual(['20261125T020000Z', '20261125T022000Z', '20261125T024000Z'])
  })

  test('sign each try afresh', async () => {
    const busy = json(503, { error_code: 'CB.00060100', error_msg: 'busy' })
    let tries = 0
    await using run = await start(KEYS, { respond: () => (tries++ < 2 ? busy : undefined) })
    run.clock.nowMs = START
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(new Set(run.fakeService.requests.map(({ headers }) => headers.authorization)).size).toBe(3)
  })

  test.each([
    ['', ''],
    ['behind a prefix', '/codearts'],
    ['behind a prefix that is encoded', '/a%20b/%E4%B8%AD'],
  ])('work %s with project and security token', async (_, pathPrefix) => {
    await using run = await start({ ...KEYS, project_id: 'p1' }, { pathPrefix })
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(run.fakeService.requests[0]?.headers).toMatchObject({ 'x-project-id': 'p1' })
    expect(run.fakeService.requests[0]?.headers.authorization).toContain('x-project-id;x-sdk-date')
  })

  test.each<[string, InputValues, RegExp]>([
    ['a wrong secret key', { ...KEYS, secret_key: 'x'.repeat(40) }, /verify aksk signature fail/],
    ['an unknown access key', { ...KEYS, access_key: 'UNKNOWN' }, /Get secretKey failed/],
    ['a security token of other keys', { ...KEYS, security_token: 'abcdefgh' }, /security token/],
  ])('%s is refused, once', async (_, inputs, words) => {
    await using run = await start(inputs)
    const error = await errorOf(run.service)
    expect(error.reason).toBe('unauthorized')
    expect(error.message).toMatch(words)
    expect(error.remedy).toContain('Check the inputs access_key and secret_key')
    expect(error.remedy).not.toContain('clock')
    expect(requested(run.fakeService)).toEqual(['record 401'])
  })

  test('a user who is no member of the project is told so', async () => {
    await using run = await start({ access_key: notAllowed.accessKey, secret_key: notAllowed.secretKey })
    const { reason, remedy } = await errorOf(run.service)
    expect([reason, remedy]).toEqual([
      'forbidden',
      expect.stringContaining('Add the IAM user of the keys to the CodeArts project'),
    ])
  })

  test.each([
    [20, '2026-11-25T02:20:00Z', '20 minutes behind'],
    [-45, '2026-11-25T01:15:00Z', '45 minutes ahead of'],
  ])('a clock that is %i minutes off is named with both times', async (minutes, time, words) => {
    await using run = await start(KEYS)
    run.serviceClock.nowMs += minutes * MINUTE_MS
    const { reason, remedy } = await errorOf(run.service)
    expect(reason).toBe('unauthorized')
    expect(remedy).toContain(`it is ${words} the clock of the service`)
    expect(remedy).toContain(`(it says 2026-11-25T02:00:00Z, and the service says ${time})`)
    expect(requested(run.fakeService)).toEqual(['record 401'])
  })

  test('14 minutes are taken', async () => {
    await using run = await start(KEYS)
    run.serviceClock.nowMs += 14 * MINUTE_MS
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
  })

  test('the signature is masked, and taken out of what the service echoes; so is the security token', async () => {
    const echo = ({ headers, requestId }: FakeServiceRequest): Answer => {
      const error_msg = `${String(headers.authorization)} ${String(headers['x-security-token'])}`
      return json(401, { error_code: 'APIGW.0301', error_msg, request_id: requestId })
    }
    const securityToken = 'hQpjbi1ub3J0aC03iLongEnough'
    await using run = await start({ ...KEYS, security_token: securityToken }, { respond: echo })
    const message = run.redact((await errorOf(run.service)).message)
    const signature = run.masked[0] ?? ''
    expect(run.masked).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
    expect(message).not.toContain(signature.slice(0, 16))
    expect(message).toContain('Signature=***')
    expect(run.redact(`${signature.slice(0, 40)}\n${signature.slice(40)}`)).toBe('***\n***')
  })
})

describe('never lock a key', () => {
  test('two steps with a wrong key make two requests', async () => {
    await using run = await start({ ...KEYS, secret_key: 'wrong' })
    for (let step = 0; step < 2; step++) {
      const { service } = createCredentialedService(run.environment(), run.clock)
      expect(await errorOf(service)).toMatchObject({ reason: 'unauthorized' })
    }
    expect(requested(run.fakeService)).toEqual(['record 401', 'record 401'])
    // Two steps are far from a lock: the right key still passes.
    const { service } = createCredentialedService(run.environment({ secret_key: valid.secretKey }), run.clock)
    expect(await service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
  })

  test.each([401, 403])('%i is never tried again, whatever the code and whoever asks', async status => {
    for (const inputs of [KEYS, { token: TEST_TOKEN }, 'keyless'] as const) {
      await using run = await start(inputs, {
        respond: ({ path }) =>
          path.startsWith('/v3') ? json(status, { error_code: 'APIGW.9999', error_msg: 'no' }) : undefined,
      })
      await errorOf(run.service)
      expect(requested(run.fakeService).filter(request => request.startsWith('record'))).toEqual([
        `record ${status}`,
      ])
      expect(run.pausesMs).toEqual([])
    }
  })
})

describe('keyless', () => {
  test('the token of the job is exchanged once, and the keys sign every poll', async () => {
    await using run = await start('keyless')
    for (let poll = 0; poll < 3; poll++) {
      expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    }
    expect(requested(run.fakeService)).toEqual([
      'id-token 200',
      'exchange 200',
      'record 200',
      'record 200',
      'record 200',
    ])
    expect(run.lines).toEqual([
      `The OIDC token of the job was exchanged for temporary keys of ${TRUST.agencyUrn}, valid until 2026-11-25T03:00:00Z`,
    ])
    expect(run.fakeService.requests[0]?.path).toBe(
      '/github/id-token?api-version=2.0&audience=sts.huaweicloud.com',
    )
  })

  test('no audience is asked for where none is given, and any is encoded', async () => {
    await using run = await start('keyless')
    for (const oidc_audience of [undefined, 'a b&c=d']) {
      const { service } = createCredentialedService(run.environment({ oidc_audience }), run.clock)
      await errorOf(service)
    }
    const paths = run.fakeService.requests.map(({ path }) => path).filter(path => path.startsWith('/github'))
    expect(paths).toEqual([
      '/github/id-token?api-version=2.0',
      '/github/id-token?api-version=2.0&audience=a%20b%26c%3Dd',
    ])
  })

  test('everything that comes back is masked at once, and none of it is in any line', async () => {
    await using run = await start('keyless')
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    const [idToken = '', accessKey = '', secretKey = '', securityToken = '', signature = ''] = run.masked
    expect(idToken.split('.')).toHaveLength(3)
    expect(accessKey).toMatch(/^HST/)
    expect([secretKey.length, securityToken.length, signature.length]).toEqual([40, 800, 64])
    for (const secret of run.masked) expect(run.redact(secret)).toBe('***')
    const { headers } = run.fakeService.requests[2] ?? {}
    expect(headers).toMatchObject({ 'x-security-token': securityToken })
    expect(headers?.authorization).toContain(
      `Access=${accessKey}, SignedHeaders=accept;host;x-sdk-date;x-security-token`,
    )
  })

  test('the keys are renewed 5 minutes before they expire, with a fresh token', async () => {
    await using run = await start('keyless')
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    run.passMinutes(54)
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(requested(run.fakeService)).toEqual(['id-token 200', 'exchange 200', 'record 200', 'record 200'])
    run.passMinutes(1)
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(requested(run.fakeService).slice(4)).toEqual(['id-token 200', 'exchange 200', 'record 200'])
    const idTokens = run.masked.filter(secret => secret.split('.').length === 3)
    expect(new Set(idTokens).size).toBe(2)
  })

  test.each([-10, 10])('by the clock of the service, with ours %i minutes off', async minutes => {
    await using run = await start('keyless')
    run.clock.nowMs += minutes * MINUTE_MS
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    run.passMinutes(54)
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(requested(run.fakeService)).toHaveLength(4)
    run.passMinutes(1)
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(requested(run.fakeService)).toHaveLength(7)
  })

  test('a 401 after they expired by the clock of the service renews them once', async () => {
    await using run = await start('keyless')
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    // Our clock has stood still, as that of a suspended machine does.
    run.serviceClock.nowMs += 61 * MINUTE_MS
    run.clock.nowMs += 50 * MINUTE_MS
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(requested(run.fakeService).slice(3)).toEqual([
      'record 401',
      'id-token 200',
      'exchange 200',
      'record 200',
    ])
    expect(run.pausesMs).toEqual([])
  })

  test.each([
    ['at once', false],
    ['one after the other', true],
  ])('for each of two requests that meet it %s, by one exchange', async (_, isLate) => {
    const renewed = Promise.withResolvers<undefined>()
    let records = 0
    await using run = await start('keyless', {
      respond: ({ path }) => {
        if (!path.startsWith('/v3')) return undefined
        // The first, then the two that are refused, then those that follow with new keys.
        records++
        if (records > 3) renewed.resolve(undefined)
        if (records !== 3 || !isLate) return undefined
        const refusal = JSON.stringify({ error_code: 'APIGW.0301', error_msg: 'security token expired' })
        const body = (async function* () {
          await renewed.promise
          yield Buffer.from(refusal)
        })()
        return { status: 401, headers: { 'Content-Type': 'application/json' }, body }
      },
    })
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    run.serviceClock.nowMs += 61 * MINUTE_MS
    run.clock.nowMs += 50 * MINUTE_MS
    const read = () => run.service.readRecord(BUILD, REQUEST_OPTIONS)
    for (const response of await Promise.all([read(), read()])) expect(response).toMatchObject({ ok: true })
    expect(requested(run.fakeService).slice(3).sort()).toEqual([
      'exchange 200',
      'id-token 200',
      'record 200',
      'record 200',
      'record 401',
      'record 401',
    ])
  })

  test('and no more than once', async () => {
    let isRefusing = false
    await using run = await start('keyless', {
      oidc: { keyLifetimeSeconds: 900 },
      respond: ({ path }) =>
        isRefusing && path.startsWith('/v3')
          ? json(401, { error_code: 'APIGW.0301', error_msg: 'security token expired' })
          : undefined,
    })
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    isRefusing = true
    run.serviceClock.nowMs += 16 * MINUTE_MS
    expect(await errorOf(run.service)).toMatchObject({ reason: 'unauthorized' })
    expect(requested(run.fakeService).slice(3)).toEqual([
      'record 401',
      'id-token 200',
      'exchange 200',
      'record 401',
    ])
  })

  test('nor when the fresh ones have expired as well: it is given up after two exchanges', async () => {
    await using run = await start('keyless', { oidc: { keyLifetimeSeconds: -1 } })
    const { reason, message } = await errorOf(run.service)
    expect(reason).toBe('invalid_response')
    expect(message).toContain('STS returned such keys twice in a row (valid until 2026-11-25T01:59:59Z)')
    const exchange = ['id-token 200', 'exchange 200']
    expect(requested(run.fakeService)).toEqual([...exchange, 'record 401', ...exchange])
  })

  test('nor when the service takes expired keys: they do not pile up', async () => {
    await using run = await start('keyless', {
      oidc: { keyLifetimeSeconds: -1 },
      respond: ({ path }) =>
        path.startsWith('/v3') ? json(200, { success: true, result: PASSING_RECORD }) : undefined,
    })
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(await errorOf(run.service)).toMatchObject({ reason: 'invalid_response' })
    expect(requested(run.fakeService).filter(request => request.startsWith('exchange'))).toHaveLength(2)
  })

  test('requests that need keys at the same time share one exchange', async () => {
    await using run = await start('keyless')
    const read = () => run.service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(await Promise.all([read(), read(), read()])).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: true },
    ])
    expect(requested(run.fakeService)).toEqual([
      'id-token 200',
      'exchange 200',
      ...['record 200', 'record 200', 'record 200'],
    ])
    run.passMinutes(56)
    await Promise.all([read(), read()])
    expect(requested(run.fakeService).slice(5)).toEqual([
      'id-token 200',
      'exchange 200',
      ...['record 200', 'record 200'],
    ])
  })

  test('an exchange that is given up with its request is made anew for the others', async () => {
    await using run = await start('keyless')
    const cancel = new AbortController()
    const cancelled = run.service.readRecord(BUILD, { ...REQUEST_OPTIONS, signal: cancel.signal })
    const other = run.service.readRecord(BUILD, REQUEST_OPTIONS)
    cancel.abort()
    expect(await cancelled).toMatchObject({ ok: false, error: { kind: 'given_up' } })
    expect(await other).toMatchObject({ ok: true })
  })

  test('the subject of the token is no secret, though its field is called subject_from_id_token', async () => {
    await using run = await start('keyless')
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(run.masked).not.toContain(TRUST.subject)
    expect(run.redact(TRUST.subject)).toBe(TRUST.subject)
  })

  test('a poll that could not renew its keys may be followed by another one', async () => {
    await using run = await start('keyless', {
      respond: ({ path }) => (path.startsWith('/v5') ? json(503, {}) : undefined),
    })
    const response = await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(response).toMatchObject({ ok: false, error: { retryable: true } })
  })

  test('a 401 before they expired is final', async () => {
    let isRefusing = false
    await using run = await start('keyless', {
      respond: ({ path }) =>
        isRefusing && path.startsWith('/v3')
          ? json(401, { error_code: 'APIGW.0301', error_msg: 'no' })
          : undefined,
    })
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    isRefusing = true
    await errorOf(run.service)
    expect(requested(run.fakeService).slice(3)).toEqual(['record 401'])
  })

  test('trouble with the exchange is no reason to give up while the keys at hand are good', async () => {
    let isDown = false
    await using run = await start('keyless', {
      respond: ({ path }) =>
        isDown && path.includes('assume')
          ? json(500, { error_code: 'STS5.0001', error_msg: 'down' })
          : undefined,
    })
    await run.service.readRecord(BUILD, REQUEST_OPTIONS)
    isDown = true
    run.passMinutes(56)
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    run.passMinutes(5)
    expect(await errorOf(run.service)).toMatchObject({ reason: 'service_error' })
  })

  test('an agency that is no member is told so', async () => {
    await using run = await start('keyless', {
      respond: ({ path }) =>
        path.startsWith('/v3') ? json(403, { error_code: 'APIGW.0302', error_msg: 'no' }) : undefined,
    })
    const { reason, remedy } = await errorOf(run.service)
    expect([reason, remedy]).toEqual([
      'forbidden',
      expect.stringContaining(`Give the agency a role in the CodeArts project`),
    ])
  })
})

describe('an exchange that fails', () => {
  test.each([
    ['nothing', {}],
    ['no bearer', { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.example.com/' }],
  ])('with %s from the runner names the permission to give', async (_, variables) => {
    await using run = await start(keylessJob('http://127.0.0.1:1').inputs)
    const { service } = createCredentialedService({ ...run.environment(), ...variables }, run.clock)
    const { reason, remedy } = await errorOf(service)
    expect([reason, remedy]).toEqual([
      'unauthorized',
      expect.stringContaining('Give it permissions: { id-token: write }'),
    ])
    expect(run.fakeService.requests).toEqual([])
  })

  test.each([
    'http://runner.example.com/token',
    'ftp://127.0.0.1/',
    'https://a:b@runner.example.com/',
    'nonsense',
  ])('the bearer goes to no %s', async url => {
    await using run = await start('keyless')
    const variables = { ACTIONS_ID_TOKEN_REQUEST_URL: url }
    const { service } = createCredentialedService({ ...run.environment(), ...variables }, run.clock)
    expect(await errorOf(service)).toMatchObject({ reason: 'invalid_response' })
    expect(run.fakeService.requests).toEqual([])
  })

  test.each<[string, FakeServiceOptions['oidc'], InputValues, string]>([
    ['the audience', {}, { oidc_audience: 'wrong' }, 'oidc:aud "wrong"'],
    [
      'the subject',
      { subject: 'repo:octo-org/storefront:pull_request' },
      {},
      'oidc:sub "repo:octo-org/storefront:pull_request"',
    ],
    ['the issuer', { issuer: 'https://ghes.example.com' }, {}, 'oidc:iss "https://ghes.example.com"'],
    ['the signature', { hasForeignKey: true }, {}, 'STS5.2001'],
    ['the agency', {}, { oidc_agency_urn: `${TRUST.agencyUrn}2` }, `${TRUST.agencyUrn}2`],
    ['the provider', {}, { oidc_provider_urn: `${TRUST.providerUrn}2` }, `${TRUST.providerUrn}2`],
  ])('over %s is refused once, and says what to check', async (_, oidc = {}, changes, words) => {
    await using run = await start('keyless', { oidc })
    const { service } = createCredentialedService(run.environment(changes), run.clock)
    const { reason, message, remedy } = await errorOf(service)
    expect(reason).toBe('unauthorized')
    expect(message).toMatch(/^HTTP 40[134] from STS, STS5\.[12]001/)
    expect(remedy).toMatch(/^Check the trust policy of the agency, and the client IDs of the provider/)
    expect(message).toContain(words)
    expect(requested(run.fakeService)).toEqual(['id-token 200', expect.stringMatching(/^exchange 40[134]$/)])
  })

  const redirect: Answer = { status: 307, headers: { Location: 'https://evil.example.com/' }, body: '' }
  const secretJson = '{"value": "eyJhbGciOiJub25lIn0.c2VjcmV0LWNsYWltcw.c2lnbmF0dXJl"'
  const keysWithout = (name: string) =>
    json(200, {
      credentials: {
        access_key_id: 'HSTA',
        secret_access_key: 'secret-key-0123456789',
        security_token: 'security-token-0123456789',
        expiration: '2026-11-25T03:00:00Z',
        [name]: undefined,
      },
    })

  test.each<[string, '/github' | '/v5', Answer, string, number]>([
    ['a redirect of the provider', '/github', redirect, 'invalid_response', 1],
    ['a redirect of STS', '/v5', redirect, 'invalid_response', 1],
    ['a 401 of the provider', '/github', json(401, { message: 'no' }), 'unauthorized', 1],
    ['a 403 of the provider', '/github', json(403, { message: 'no' }), 'unauthorized', 1],
    ['a 500 of the provider', '/github', json(500, { message: 'no' }), 'service_error', 4],
    ['a 400 of STS', '/v5', json(400, { error_code: 'STS5.1', error_msg: 'no' }), 'unauthorized', 1],
    ['a 404 of STS', '/v5', json(404, { error_code: 'APIGW.0101', error_msg: 'no' }), 'unauthorized', 1],
    ['a 429 of STS', '/v5', json(429, { error_code: 'APIGW.0308', error_msg: 'no' }), 'throttled', 4],
    ['a 503 of STS', '/v5', json(503, {}), 'service_error', 4],
    ['half an answer of the provider', '/github', { status: 200, body: secretJson }, 'invalid_response', 4],
    ['an empty answer of STS', '/v5', { status: 200, body: '' }, 'invalid_response', 4],
    ['no token', '/github', json(200, { count: 0 }), 'invalid_response', 1],
    ['a token that is none', '/github', json(200, { value: 'secret but no token' }), 'invalid_response', 1],
    ['a token too long', '/github', json(200, { value: `a.${'b'.repeat(20_000)}.c` }), 'invalid_response', 1],
    ['null', '/v5', json(200, null), 'invalid_response', 1],
    ['no access key', '/v5', keysWithout('access_key_id'), 'invalid_response', 1],
    ['no secret key', '/v5', keysWithout('secret_access_key'), 'invalid_response', 1],
    ['no security token', '/v5', keysWithout('security_token'), 'invalid_response', 1],
    ['no expiration', '/v5', keysWithout('expiration'), 'invalid_response', 1],
    [
      'an encoding that was not asked for',
      '/v5',
      { status: 200, headers: { 'Content-Encoding': 'gzip' }, body: '{}' },
      'invalid_response',
      1,
    ],
  ])('with %s', async (_, prefix, answer, reason, tries) => {
    await using run = await start('keyless', {
      respond: ({ path }) => (path.startsWith(prefix) ? answer : undefined),
    })
    const error = await errorOf(run.service)
    expect(error.reason).toBe(reason)
    const requests = run.fakeService.requests.filter(({ path }) => path.startsWith(prefix))
    expect(requests).toHaveLength(tries)
    expect(run.pausesMs).toEqual([1_000, 2_000, 4_000].slice(0, tries - 1))
    expect(requested(run.fakeService).filter(request => request.startsWith('record'))).toEqual([])
    const said = run.redact([...run.lines, ...Object.values(error)].join())
    expect(said).not.toMatch(/c2VjcmV0|secret but|secret-key|security-token-0/)
  })

  test('shows no token that STS echoes', async () => {
    await using run = await start('keyless', {
      respond: ({ path, body }) =>
        path.startsWith('/v5')
          ? json(400, { error_code: 'STS5.1', error_msg: `not right: ${body}` })
          : undefined,
    })
    const message = run.redact((await errorOf(run.service)).message)
    const idToken = run.masked[0] ?? ''
    for (let at = 0; at + 8 <= idToken.length; at++) expect(message).not.toContain(idToken.slice(at, at + 8))
    expect(message).toContain('***')
  })

  test('because nobody answers is unreachable, and names the endpoint', async () => {
    await using run = await start('keyless')
    const inputs = run.environment({ sts_endpoint: 'http://127.0.0.1:1' })
    const { service, pausesMs } = createCredentialedService(inputs, run.clock)
    const { reason, remedy } = await errorOf(service)
    expect([reason, remedy]).toEqual([
      'unreachable',
      expect.stringContaining('the endpoint is sts_endpoint (127.0.0.1:1)'),
    ])
    expect(pausesMs).toEqual([1_000, 2_000, 4_000])
  })
})

describe('a token that another CI system gave', () => {
  /** Starts a run with a token that the fake service's provider has signed, and without a runner that gives one. */
  async function startGiven(changes: InputValues = {}, options: FakeServiceOptions = {}) {
    const run = await start('keyless', options)
    const oidc_token = await idTokenOf(run.fakeService)
    const { oidc_provider_urn, oidc_agency_urn, sts_endpoint } = keylessJob(run.fakeService.url).inputs
    const connection = { endpoint: run.fakeService.url, oidc_provider_urn, oidc_agency_urn, sts_endpoint }
    const inputs = { job_id: jobId, build_no: String(buildNo), ...connection, oidc_token, ...changes }
    return { ...run, oidc_token, ...createCredentialedService(inputsOf(inputs), run.clock) }
  }

  const durations = ({ requests }: FakeService): unknown[] =>
    requests
      .filter(({ path }) => path.startsWith('/v5'))
      .map(({ body }) => (JSON.parse(body) as { duration_seconds?: unknown }).duration_seconds)

  test('is exchanged once, and the keys are used until the service refuses them', async () => {
    await using run = await startGiven()
    const read = () => run.service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(await Promise.all([read(), read()])).toMatchObject([{ ok: true }, { ok: true }])
    run.passMinutes(58)
    expect(await read()).toMatchObject({ ok: true })
    run.passMinutes(3)
    const { reason, remedy } = await errorOf(run.service)
    expect(reason).toBe('unauthorized')
    expect(remedy).toContain('the temporary keys have expired, and could not be renewed')
    expect(requested(run.fakeService)).toEqual([
      ...['id-token 200', 'exchange 200', 'record 200', 'record 200', 'record 200', 'record 401'],
    ])
    expect(run.lines).toEqual([
      `The OIDC token of the job was exchanged for temporary keys of ${TRUST.agencyUrn}, valid until 2026-11-25T03:00:00Z; they cannot be renewed`,
    ])
    expect(durations(run.fakeService)).toEqual([undefined])
  })

  test.each([
    ['1', 900],
    ['15', 900],
    ['60', 3_600],
    ['90.0001', 5_401],
    ['720', 43_200],
    ['1440', 43_200],
  ])('gives keys for a wait of %s minutes that live %i seconds', async (timeout_minutes, seconds) => {
    await using run = await startGiven({ wait: 'true', timeout_minutes })
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(durations(run.fakeService)).toEqual([seconds])
    run.passMinutes(seconds / 60 - 1)
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
  })

  test('takes keys of an hour where the agency allows no longer session', async () => {
    await using run = await startGiven(
      { wait: 'true', timeout_minutes: '120' },
      { oidc: { maxLifetimeSeconds: 3_600 } },
    )
    expect(await run.service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true })
    expect(durations(run.fakeService)).toEqual([7_200, undefined])
  })

  test('is refused once where it has expired, and the words say what to check', async () => {
    await using run = await startGiven()
    run.passMinutes(6)
    const { reason, message, remedy } = await errorOf(run.service)
    expect([reason, remedy]).toEqual([
      'unauthorized',
      expect.stringMatching(/\. Check also that oidc_token has not expired$/),
    ])
    expect(message).toContain(`oidc:aud "${TRUST.audience}"`)
    expect(requested(run.fakeService)).toEqual(['id-token 200', 'exchange 401'])
  })

  test('a 401 before they expire is final, and blames no expiry', async () => {
    await using run = await startGiven(
      {},
      {
        respond: ({ path }) =>
          path.startsWith('/v3') ? json(401, { error_code: 'APIGW.0301', error_msg: 'no' }) : undefined,
      },
    )
    const { reason, remedy } = await errorOf(run.service)
    expect([reason, remedy]).toEqual(['unauthorized', expect.stringContaining('Check region')])
    expect(requested(run.fakeService).slice(1)).toEqual(['exchange 200', 'record 401'])
  })
})
