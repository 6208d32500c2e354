import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { describe, expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/stand-in/credentials.ts'
import { makeRecord } from '../../tools/stand-in/record.ts'
import { SCENARIOS, scenarioOf } from '../../tools/stand-in/scenarios/index.ts'
import { JOB_ID } from '../../tools/stand-in/scenarios/scenario.ts'
import { startStandIn } from '../../tools/stand-in/server.ts'
import type { StandIn } from '../../tools/stand-in/server.ts'
import { createTestAuthority } from '../support/certificates.ts'

const PATHS = {
  v3: (jobId: string, buildNo: number | string) => `/v3/jobs/${jobId}/${buildNo}/record-info`,
  v1: (jobId: string, buildNo: number | string) => `/v1/record/${jobId}/${buildNo}/record-info`,
  v4: (jobId: string, buildNo: number | string) => `/v4/jobs/${jobId}/${buildNo}/record-info`,
}

async function get(standIn: StandIn, path: string, token: string | undefined = tokenOf('valid')) {
  const headers = token === '' ? {} : { 'X-Auth-Token': token }
  const request = httpRequest(standIn.url + path, { headers, agent: false }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  return { status: response.statusCode, headers: response.headers, body, text: body.toString() }
}

async function getScenario(standIn: StandIn, name: string, version: keyof typeof PATHS = 'v3') {
  const { jobId, buildNo, token = 'valid' } = scenarioOf(name)
  return get(standIn, PATHS[version](jobId, buildNo), tokenOf(token))
}

describe('a finished build', () => {
  test('has the 33 documented fields in the envelope of each version, and the documented headers', async () => {
    await using standIn = await startStandIn()
    const v3 = await getScenario(standIn, 'success')
    const v1 = await getScenario(standIn, 'success', 'v1')
    const v4 = await getScenario(standIn, 'success', 'v4')
    const record = makeRecord()
    expect(Object.keys(record)).toHaveLength(33)
    expect(JSON.parse(v3.text)).toEqual({ success: true, result: record })
    expect(JSON.parse(v1.text)).toEqual({ status: 'success', error: null, result: record })
    expect(v4.text).toBe(v1.text)
    expect(v3.headers).toMatchObject({ 'content-type': 'application/json;charset=UTF-8' })
    expect(v3.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/)
    expect(Date.parse(v3.headers.date ?? '')).not.toBeNaN()
  })

  test("the service's published answer is served byte for byte", async () => {
    await using standIn = await startStandIn()
    const { body } = await getScenario(standIn, 'published-example')
    expect(body).toEqual(await readFile('tools/stand-in/published-example.json'))
  })
})

describe('credentials', () => {
  test.each([
    ['token-expired', 401, 'APIGW.0301', 'token expires, expires_at: '],
    ['token-of-other-region', 401, 'APIGW.0307', ''],
    ['token-not-allowed', 403, 'APIGW.0302', ''],
    ['token-unknown', 401, 'APIGW.0301', 'decrypt token fail'],
  ])('%s', async (name, status, code, words) => {
    await using standIn = await startStandIn()
    const answer = await getScenario(standIn, name)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toEqual({
      error_code: code,
      error_msg: expect.stringContaining(words),
      request_id: answer.headers['x-request-id'],
    })
  })

  test('none at all', async () => {
    await using standIn = await startStandIn()
    const answer = await get(standIn, PATHS.v3(JOB_ID, 1), '')
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('x-auth-token not found')])
  })
})

describe('what is not there', () => {
  test.each([
    ['a build nobody ran', PATHS.v3(JOB_ID, 999_999), 422, 'CB.00031006'],
    ['the same in v1', PATHS.v1(JOB_ID, 999_999), 422, 'DEVCB.00031006'],
    ['a job ID of another form', PATHS.v3('ABC', 1), 400, 'CB.00060201'],
    ['a build number that is none', PATHS.v3(JOB_ID, '01'), 400, 'CB.00060200'],
    ['a path of no API', '/v9/jobs', 404, 'APIGW.0101'],
  ])('%s', async (_, path, status, code) => {
    await using standIn = await startStandIn()
    const answer = await get(standIn, path)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ error_code: code })
  })

  test('versions go one by one', async () => {
    await using standIn = await startStandIn()
    const statuses = async (name: string) => [
      (await getScenario(standIn, name, 'v3')).status,
      (await getScenario(standIn, name, 'v1')).status,
      (await getScenario(standIn, name, 'v4')).status,
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
    await using standIn = await startStandIn()
    expect((await getScenario(standIn, name)).status).toBe(status)
    expect((await getScenario(standIn, name)).status).toBe(200)
    expect((await getScenario(standIn, name)).status).toBe(200)
  })
})

describe('a caller', () => {
  test('serves records and answers of its own, under a prefix, and reads what came in', async () => {
    await using standIn = await startStandIn({
      pathPrefix: '/codearts',
      records: { [`${JOB_ID}/1`]: { status: 'ABORTED' } },
      respond: ({ path, query }) =>
        path === '/custom'
          ? { status: 203, headers: { 'X-Request-Id': 'own' }, body: query.get('q') ?? '' }
          : undefined,
    })
    expect(standIn.url).toBe(`http://127.0.0.1:${standIn.port}/codearts`)
    expect((await get(standIn, PATHS.v3(JOB_ID, 1))).text).toBe(
      '{"success":true,"result":{"status":"ABORTED"}}',
    )
    const custom = await get(standIn, '/custom?q=1')
    expect([custom.status, custom.headers['x-request-id'], custom.text]).toEqual([203, 'own', '1'])
    expect(standIn.requests).toMatchObject([
      {
        method: 'GET',
        path: `/codearts${PATHS.v3(JOB_ID, 1)}`,
        headers: { 'x-auth-token': tokenOf('valid') },
        status: 200,
      },
      { path: '/codearts/custom?q=1', status: 203 },
    ])
  })

  test('finds nothing outside the prefix', async () => {
    await using standIn = await startStandIn({ pathPrefix: '/codearts' })
    const outside = { ...standIn, url: `http://127.0.0.1:${standIn.port}` }
    expect((await get(outside, PATHS.v3(JOB_ID, 1))).status).toBe(404)
  })

  test('gets HTTPS for a key and a certificate', async () => {
    await using authority = await createTestAuthority()
    const tls = await authority.issue()
    await using standIn = await startStandIn({ tls })
    const request = httpsRequest(`${standIn.url}/`, { ca: authority.caPem, agent: false }).end()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    expect([standIn.url, response.statusCode]).toEqual([`https://127.0.0.1:${standIn.port}`, 404])
  })

  test('finds nothing at all once it is closed', async () => {
    const standIn = await startStandIn()
    await standIn.close()
    await standIn.close()
    await expect(get(standIn, '/')).rejects.toThrow('ECONNREFUSED')
  })
})
