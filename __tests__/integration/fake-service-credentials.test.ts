import { describe, expect, test } from '@jest/globals'
import { sign, type AccessKeys } from '../../src/credentials/signature.ts'
import { createHttp, type HttpRequest } from '../../src/http/http-client.ts'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { keylessJob, TRUST } from '../../tools/fake-service/oidc.ts'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import {
  startFakeService,
  type FakeService,
  type FakeServiceOptions,
} from '../../tools/fake-service/server.ts'

const START = Date.parse('2026-11-25T02:00:00Z')
const MINUTE_MS = 60_000

async function send(request: HttpRequest) {
  const answer = await createHttp('test/1').send(request)
  if (!answer.ok || !('text' in answer.body)) throw new Error('no answer')
  const body = JSON.parse(answer.body.text) as Readonly<Record<string, unknown>>
  return {
    status: answer.status,
    headers: answer.headers,
    code: body['error_code'],
    message: body['error_msg'],
    body,
  }
}

interface Signing {
  readonly keys?: AccessKeys
  readonly at?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Headers that are added, or altered, once the request is signed. */
  readonly altered?: Readonly<Record<string, string>>
}

async function sendSigned(
  { url }: FakeService,
  { keys = ACCESS_KEYS.valid, at = START, headers = {}, altered = {} }: Signing = {},
) {
  const request = {
    method: 'GET',
    url: new URL(`${url}/v3/jobs/${SCENARIO_JOB_ID}/1/record-info`),
    headers,
  } as const
  const signed = sign(request, keys, new Date(at)).headers
  return send({ ...request, headers: { ...headers, ...signed, ...altered } })
}

const startAt = (nowMs = START, options: FakeServiceOptions = {}) =>
  startFakeService({ nowMs: () => nowMs, ...options })

describe('a signed request', () => {
  test('is answered, with the date of the fake service’s own clock', async () => {
    await using fakeService = await startAt()
    const { status, headers } = await sendSigned(fakeService)
    expect([status, headers.date]).toEqual([200, 'Wed, 25 Nov 2026 02:00:00 GMT'])
  })

  test.each<[string, Signing, string]>([
    ['another secret key', { keys: { ...ACCESS_KEYS.valid, secretKey: 'x' } }, 'verify aksk signature fail'],
    [
      'an access key nobody knows',
      { keys: { ...ACCESS_KEYS.valid, accessKey: 'X' } },
      'Get secretKey failed',
    ],
    [
      'a header altered',
      { headers: { accept: 'a/b' }, altered: { accept: 'a/c' } },
      'verify aksk signature fail',
    ],
    ['a project that is not signed', { altered: { 'X-Project-Id': 'p' } }, 'verify aksk signature fail'],
    ['a date altered', { altered: { 'X-Sdk-Date': '20261125T020001Z' } }, 'verify aksk signature fail'],
    ['a date that is none', { altered: { 'X-Sdk-Date': 'now' } }, 'signature expired'],
    ['a date 16 minutes old', { at: START - 16 * MINUTE_MS }, 'signature expired'],
    ['a date 16 minutes ahead', { at: START + 16 * MINUTE_MS }, 'signature expired'],
    ['a security token where none belongs', { headers: { 'X-Security-Token': 't' } }, 'security token'],
    ['no signature', { altered: { Authorization: 'SDK-HMAC-SHA256 Access=X' } }, 'authorization header'],
  ])('with %s is refused', async (_, signing, words) => {
    await using fakeService = await startAt()
    const { status, code, message } = await sendSigned(fakeService, signing)
    expect([status, code, message]).toEqual([401, 'APIGW.0301', expect.stringContaining(words)])
  })

  test('of a user who may not view the build is forbidden', async () => {
    await using fakeService = await startAt()
    const { status, code } = await sendSigned(fakeService, { keys: ACCESS_KEYS.notAllowed })
    expect([status, code]).toEqual([403, 'APIGW.0302'])
  })

  test('six failures in a row lock the key for five minutes; a success between them starts the count anew', async () => {
    let nowMs = START
    await using fakeService = await startFakeService({ nowMs: () => nowMs })
    const wrong = { keys: { ...ACCESS_KEYS.valid, secretKey: 'x' } }
    for (let failure = 1; failure <= 5; failure++) await sendSigned(fakeService, wrong)
    expect((await sendSigned(fakeService)).status).toBe(200)
    for (let failure = 1; failure <= 6; failure++) await sendSigned(fakeService, wrong)
    const locked = await sendSigned(fakeService)
    expect([locked.status, locked.message]).toEqual([
      401,
      expect.stringContaining('AK access failed to reach the limit'),
    ])
    nowMs += 5 * MINUTE_MS
    expect((await sendSigned(fakeService, { at: nowMs })).status).toBe(200)
  })
})

describe('the exchange', () => {
  async function idToken(fakeService: FakeService, audience: string = TRUST.audience): Promise<string> {
    const { env } = keylessJob(fakeService.url)
    const url = new URL(`${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent(audience)}`)
    const headers = { Authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` }
    return String((await send({ method: 'GET', url, headers })).body['value'])
  }

  async function exchange(fakeService: FakeService, changes: Readonly<Record<string, unknown>>) {
    const body = {
      provider_urn: TRUST.providerUrn,
      agency_urn: TRUST.agencyUrn,
      agency_session_name: 'session',
      ...changes,
    }
    const url = new URL(`${fakeService.url}/v5/agencies/assume-with-oidc`)
    return send({ method: 'POST', url, headers: {}, body: JSON.stringify(body) })
  }

  test('gives keys that sign with their security token, until they expire', async () => {
    let nowMs = START
    await using fakeService = await startFakeService({
      nowMs: () => nowMs,
      oidc: { keyLifetimeSeconds: 900 },
    })
    const { status, body } = await exchange(fakeService, { id_token: await idToken(fakeService) })
    expect(status).toBe(200)
    const issued = body['credentials'] as Readonly<Record<string, string>>
    expect(issued['expiration']).toBe('2026-11-25T02:15:00.000Z')
    const keys = { accessKey: issued['access_key_id'] ?? '', secretKey: issued['secret_access_key'] ?? '' }
    const headers = { 'X-Security-Token': issued['security_token'] ?? '' }
    expect((await sendSigned(fakeService, { keys, headers })).status).toBe(200)
    expect(await sendSigned(fakeService, { keys })).toMatchObject({ status: 401 })
    expect(await sendSigned(fakeService, { keys, headers: { 'X-Security-Token': 'other' } })).toMatchObject({
      status: 401,
    })
    nowMs += 15 * MINUTE_MS
    expect(await sendSigned(fakeService, { keys, headers, at: nowMs })).toMatchObject({
      status: 401,
      message: expect.stringContaining('security token expired'),
    })
  })

  test.each<[string, FakeServiceOptions['oidc'], Readonly<Record<string, unknown>>, number, string]>([
    ['a key nobody knows', { hasForeignKey: true }, {}, 401, 'STS5.2001'],
    ['another issuer', { issuer: 'https://ghes.example.com' }, {}, 401, 'STS5.2001'],
    ['another subject', { subject: 'repo:octo-org/other:ref:refs/heads/main' }, {}, 403, 'STS5.1001'],
    ['another agency', {}, { agency_urn: 'iam::1:agency:x' }, 403, 'STS5.1001'],
    ['another provider', {}, { provider_urn: 'iam::1:oidcProvider:x' }, 404, 'STS5.2001'],
    ['a token that is none', {}, { id_token: 'none' }, 401, 'STS5.2001'],
    ['a token too long', {}, { id_token: 'x'.repeat(20_001) }, 400, 'STS5.1003'],
    ['a session name of one letter', {}, { agency_session_name: 'x' }, 400, 'STS5.1003'],
    ['a session name with a slash', {}, { agency_session_name: 'a/b' }, 400, 'STS5.1003'],
  ])('refuses %s', async (_, oidc = {}, changes, status, code) => {
    await using fakeService = await startAt(START, { oidc })
    const refusal = await exchange(fakeService, { id_token: await idToken(fakeService), ...changes })
    expect([refusal.status, refusal.code]).toEqual([status, code])
  })

  test('refuses another audience, a token that was altered, and one that has expired', async () => {
    let nowMs = START
    await using fakeService = await startFakeService({ nowMs: () => nowMs })
    const other = await exchange(fakeService, { id_token: await idToken(fakeService, 'other') })
    expect([other.status, other.message]).toEqual([401, expect.stringContaining('audience')])

    const genuine = await idToken(fakeService)
    const [header = '', payload = '', signature = ''] = genuine.split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, jti: 'other' })).toString('base64url')
    const altered = await exchange(fakeService, { id_token: `${header}.${forged}.${signature}` })
    expect([altered.status, altered.message]).toEqual([401, expect.stringContaining('signature')])

    nowMs += 6 * MINUTE_MS
    const expired = await exchange(fakeService, { id_token: genuine })
    expect([expired.status, expired.message]).toEqual([401, expect.stringContaining('expired')])
  })

  test('GitHub’s part wants its bearer', async () => {
    await using fakeService = await startAt()
    const url = new URL(keylessJob(fakeService.url).env.ACTIONS_ID_TOKEN_REQUEST_URL)
    expect((await send({ method: 'GET', url, headers: { Authorization: 'Bearer x' } })).status).toBe(401)
  })
})
