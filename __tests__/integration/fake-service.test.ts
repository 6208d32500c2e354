import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { describe, expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { makeRecord } from '../../tools/fake-service/record.ts'
import { SCENARIOS, scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import type { FakeService } from '../../tools/fake-service/server.ts'
import { createTestAuthority } from '../../tools/runner/certificates.ts'

const PATHS = {
  v3: (jobId: string, buildNo: number | string) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
  v1: (jobId: string, buildNo: number | string) => `/v1/record/${jobId}/${buildNo}/record-info`,
  v4: (jobId: string, buildNo: number | string) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
}

async function get(fakeService: FakeService, path: string, token: string | undefined = tokenOf('valid')) {
  const headers = token === '' ? {} : { 'X-Auth-Token': token }
  const request = httpRequest(fakeService.url + path, { headers, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return { status: response.statusCode, headers: response.headers, body, text: body.toString() }
}

async function getScenario(fakeService: FakeService, name: string, version: keyof typeof PATHS = 'v3') {
  const { jobId, buildNo, token = 'valid' } = scenarioOf(name)
  return get(fakeService, PATHS[version](jobId, buildNo), tokenOf(token))
}

describe('a finished build', () => {
  test('has the 33 documented fields in the envelope of each version, and the documented headers', async () => {
    await using fakeService = await startFakeService()
    const v3 = await getScenario(fakeService, 'success')
    const v1 = await getScenario(fakeService, 'success', 'v1')
    const v4 = await getScenario(fakeService, 'success', 'v4')
    const record = makeRecord({ id: '5f0c6a4e-2d71-4b83-9a35-000000000001' })
    expect(Object.keys(record)).toHaveLength(33)
    expect(JSON.parse(v3.text)).toEqual({ success: true, result: record })
    expect(JSON.parse(v1.text)).toEqual({ status: 'success', error: null, result: record })
    expect(v4.text).toBe(v1.text)
    expect(v3.headers).toMatchObject({ 'content-type': 'application/json;charset=UTF-8' })
    expect(v3.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    expect(Date.parse(v3.headers.date ?? '')).not.toBeNaN()
  })

  test("the service's published answer is served byte for byte", async () => {
    await using fakeService = await startFakeService()
    const { body } = await getScenario(fakeService, 'published-example')
    expect(body).toEqual(await readFile('tools/fake-service/published-example.json'))
  })
})

describe('credentials', () => {
  test.each([
    ['token-expired', 401, 'APIGW.0301', 'token expires, expires_at: '],
    ['token-of-other-region', 401, 'APIGW.0307', ''],
    ['token-not-allowed', 403, 'APIGW.0302', ''],
    ['token-unknown', 401, 'APIGW.0301', 'decrypt token fail'],
  ])('%s', async (name, status, code, words) => {
    await using fakeService = await startFakeService()
    const answer = await getScenario(fakeService, name)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toEqual({
      error_code: code,
      error_msg: expect.stringContaining(words),
      request_id: answer.headers['x-request-id'],
    })
  })

  test('none at all', async () => {
    await using fakeService = await startFakeService()
    const answer = await get(fakeService, PATHS.v3(SCENARIO_JOB_ID, 1), '')
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('x-auth-token not found')])
  })
})

describe('what is not there', () => {
  test.each([
    ['a build nobody ran', PATHS.v3(SCENARIO_JOB_ID, 999_999), 422, 'CB.00031006'],
    ['the same in v1', PATHS.v1(SCENARIO_JOB_ID, 999_999), 422, 'DEVCB.00031006'],
    ['a job ID of another form', PATHS.v3('ABC', 1), 400, 'CB.00060201'],
    ['a build number that is none', PATHS.v3(SCENARIO_JOB_ID, '01'), 400, 'CB.00060200'],
    ['a path of no API', '/v9/jobs', 404, 'APIGW.0101'],
  ])('%s', async (_, path, status, code) => {
    await using fakeService = await startFakeService()
    const answer = await get(fakeService, path)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ error_code: code })
  })

  test('versions go one by one', async () => {
    await using fakeService = await startFakeService()
    const statuses = async (name: string) => [
      (await getScenario(fakeService, name, 'v3')).status,
      (await getScenario(fakeService, name, 'v1')).status,
      (await getScenario(fakeService, name, 'v4')).status,
    ]
    expect(await statuses('v3-gone')).toEqual([404, 200, 200])
    expect(await statuses('only-v4')).toEqual([404, 404, 200])
    expect(await statuses('no-version')).toEqual([404, 404, 404])
  })
})

describe('scenarios', () => {
  test('are told apart by name and by build', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length)
    expect(new Set(SCENARIOS.map(({ jobId, buildNo }) => `${jobId}/${buildNo}`)).size).toBe(SCENARIOS.length)
  })

  test.each([
    ['throttled-by-gateway', 429],
    ['throttled-with-400', 400],
    ['throttled-with-500', 500],
    ['bad-gateway-once', 502],
  ])('%s is over at the second look', async (name, status) => {
    await using fakeService = await startFakeService()
    expect((await getScenario(fakeService, name)).status).toBe(status)
    expect((await getScenario(fakeService, name)).status).toBe(200)
    expect((await getScenario(fakeService, name)).status).toBe(200)
  })
})

describe('a caller', () => {
  test('serves records and answers of its own, under a prefix, and reads what came in', async () => {
    await using fakeService = await startFakeService({
      pathPrefix: '/codearts',
      records: { [`${SCENARIO_JOB_ID}/1`]: { status: 'ABORTED' } },
      respond: ({ path, query }) =>
        path === '/custom'
          ? { status: 203, headers: { 'X-Request-Id': 'own' }, body: query.get('q') ?? '' }
          : undefined,
    })
    expect(fakeService.url).toBe(`http://127.0.0.1:${fakeService.port}/codearts`)
    expect((await get(fakeService, PATHS.v3(SCENARIO_JOB_ID, 1))).text).toBe(
      '{"success":true,"result":{"status":"ABORTED"}}',
    )
    const custom = await get(fakeService, '/custom?q=1')
    expect([custom.status, custom.headers['x-request-id'], custom.text]).toEqual([203, 'own', '1'])
    expect(fakeService.requests).toMatchObject([
      {
        method: 'GET',
        path: `/codearts${PATHS.v3(SCENARIO_JOB_ID, 1)}`,
        headers: { 'x-auth-token': tokenOf('valid') },
        status: 200,
      },
      { path: '/codearts/custom?q=1', status: 203 },
    ])
  })

  test('finds nothing outside the prefix', async () => {
    await using fakeService = await startFakeService({ pathPrefix: '/codearts' })
    const outside = { ...fakeService, url: `http://127.0.0.1:${fakeService.port}` }
    expect((await get(outside, PATHS.v3(SCENARIO_JOB_ID, 1))).status).toBe(404)
  })

  test('gets HTTPS for a key and a certificate', async () => {
    await using authority = await createTestAuthority()
    const tls = await authority.issue()
    await using fakeService = await startFakeService({ tls })
    const request = httpsRequest(`${fakeService.url}/`, { ca: authority.caPem, agent: false }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    expect([fakeService.url, response.statusCode]).toEqual([`https://127.0.0.1:${fakeService.port}`, 404])
  })

  test('finds nothing at all once it is closed', async () => {
    const fakeService = await startFakeService()
    await fakeService.close()
    await fakeService.close()
    await expect(get(fakeService, '/')).rejects.toThrow('ECONNREFUSED')
  })
})

test('every request is kept as it came: the names of its headers as they were written, and its body', async () => {
  await using fakeService = await startFakeService()
  await fetch(`${fakeService.url}/v5/agencies/assume-with-oidc?a=%20`, { method: 'POST', body: '{"x":1}' })
  await get(fakeService, PATHS.v3(SCENARIO_JOB_ID, 1))
  const [posted, got] = fakeService.requests
  expect(posted).toMatchObject({
    method: 'POST',
    path: '/v5/agencies/assume-with-oidc?a=%20',
    body: '{"x":1}',
    status: 400,
  })
  expect(got?.rawHeaders.slice(0, 2)).toEqual(['X-Auth-Token', tokenOf('valid')])
})
