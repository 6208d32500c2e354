import { describe, expect, test } from '@jest/globals'
import type { Problem } from '../src/codearts/answer.ts'
import { createCodeArtsBuild, type CodeArtsOptions } from '../src/codearts/client.ts'
import { HINTS } from '../src/codearts/errors.ts'
import { tokenCredentials } from '../src/credentials/token.ts'
import { createHttp, type HttpRequest } from '../src/http/request.ts'
import { serviceError } from '../tools/stand-in/errors.ts'
import { json, type Answer, type StandInRequest } from '../tools/stand-in/exchange.ts'
import { startStandIn, type StandIn } from '../tools/stand-in/server.ts'
import { TEST_TOKEN } from './support/environment.ts'
import { ASKING } from './support/one-look.ts'
import { BUILD_NO, JOB_ID, PASSING_ANSWER_V1, PASSING_RECORD } from './support/passing-build.ts'

const PASSING_ANSWER = { success: true, result: PASSING_RECORD }
const BUILD = { jobId: JOB_ID, buildNo: BUILD_NO }
const PATHS = {
  v3: `/v3/jobs/${JOB_ID}/${BUILD_NO}/record-info`,
  v1: `/v1/record/${JOB_ID}/${BUILD_NO}/record-info`,
  v4: `/v4/jobs/${JOB_ID}/${BUILD_NO}/record-info`,
} as const
const AUTO = ['v3', 'v1', 'v4'] as const

/** The answer to the n-th request, from 0. */
type Script = (request: StandInRequest, at: number) => Answer

/** Reads the build from a service that follows a script. */
async function look(
  script: Script,
  changes: Partial<CodeArtsOptions> & { readonly pathPrefix?: string } = {},
) {
  const { pathPrefix = '', ...options } = changes
  let requests = 0
  await using standIn = await startStandIn({ pathPrefix, respond: request => script(request, requests++) })
  const pausesMs: number[] = []
  const retries: (readonly [Problem['reason'], number, number])[] = []
  const service = createCodeArtsBuild({
    endpoint: new URL(standIn.url),
    apiVersions: AUTO,
    credentials: tokenCredentials(TEST_TOKEN),
    http: createHttp('test/1'),
    reading: { redact: text => text.replaceAll(TEST_TOKEN, '***'), nowMs: () => 0 },
    retry: {
      random: () => 0,
      sleep(ms) {
        pausesMs.push(ms)
        return Promise.resolve()
      },
    },
    onRetry: ({ reason }, tries, pauseMs) => retries.push([reason, tries, pauseMs]),
    ...options,
  })
  const result = await service.readRecord(BUILD, ASKING)
  return { result, standIn, pausesMs, retries, paths: pathsOf(standIn) }
}

function pathsOf({ requests }: StandIn): string[] {
  return requests.map(({ path }) => path)
}

const passing: Script = ({ path }) => json(200, path.startsWith('/v3/') ? PASSING_ANSWER : PASSING_ANSWER_V1)
const unknown = serviceError(422, 'CB.00031006', 'The build record does not exist')

describe('a finished build', () => {
  test('is one request, without a pause', async () => {
    const { result, paths, pausesMs } = await look(passing)
    expect(result).toMatchObject({ ok: true, apiVersion: 'v3', record: { whole: PASSING_RECORD } })
    expect(paths).toEqual([PATHS.v3])
    expect(pausesMs).toEqual([])
  })

  test('is asked for with the token, and with nothing else that tells of the runner', async () => {
    const { standIn } = await look(passing)
    expect(standIn.requests[0]).toMatchObject({ method: 'GET' })
    expect(standIn.requests[0]?.headers).toEqual({
      host: `127.0.0.1:${standIn.port}`,
      connection: 'keep-alive',
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'test/1',
      'x-auth-token': TEST_TOKEN,
    })
  })

  test.each([
    ['/codearts', '/codearts'],
    ['/a/b', '/a/b'],
  ])('is found behind the path prefix %s', async (pathPrefix, start) => {
    const { result, paths } = await look(passing, { pathPrefix })
    expect(result.ok).toBe(true)
    expect(paths).toEqual([start + PATHS.v3])
  })
})

describe('versions of the API', () => {
  test.each([
    ['v3', { apiVersions: ['v3'] as const }],
    ['v1', { apiVersions: ['v1'] as const }],
    ['v4', { apiVersions: ['v4'] as const }],
  ] as const)('%s alone is asked at its own path', async (apiVersion, changes) => {
    const { result, paths } = await look(passing, changes)
    expect(result).toMatchObject({ ok: true, apiVersion })
    expect(paths).toEqual([PATHS[apiVersion]])
  })

  test.each([
    ['APIGW.0101 with 404', serviceError(404, 'APIGW.0101', 'x')],
    ['a code of not found with 422', unknown],
    ['a code of not found with 403', serviceError(403, 'CB.00031059', 'x')],
    ['404 without a body', () => ({ status: 404, body: '' })],
    ['410', () => ({ status: 410, body: '' })],
  ])('%s makes auto ask the next one, without a pause', async (_, refuse) => {
    const { result, paths, pausesMs } = await look(request =>
      request.path === PATHS.v4 ? passing(request, 0) : refuse(),
    )
    expect(result).toMatchObject({ ok: true, apiVersion: 'v4' })
    expect(paths).toEqual([PATHS.v3, PATHS.v1, PATHS.v4])
    expect(pausesMs).toEqual([])
  })

  test.each([
    ['401', serviceError(401, 'APIGW.0301', 'x'), 'unauthorized'],
    ['403', serviceError(403, 'APIGW.0302', 'x'), 'forbidden'],
    ['400', serviceError(400, 'CB.00060200', 'x'), 'service_error'],
    ['a redirect', () => ({ status: 302, headers: { Location: '/v1' }, body: '' }), 'invalid_response'],
    ['success false', () => json(200, { success: false }), 'service_error'],
  ])('%s does not', async (_, refuse, reason) => {
    const { result, paths } = await look(refuse)
    expect(result).toMatchObject({ ok: false, problem: { reason } })
    expect(paths).toEqual([PATHS.v3])
  })

  test('a record that cannot be read does not either', async () => {
    const { result, paths } = await look(() => json(200, { success: true, result: { status: 5 } }))
    expect(result).toEqual({
      ok: false,
      again: { again: false },
      problem: {
        reason: 'invalid_response',
        cameBack: expect.stringMatching(
          /^the service answered HTTP 200 \(request id [0-9a-f]{32}\), but its field status is of the type number$/,
        ),
        hint: HINTS.invalid_response,
      },
    })
    expect(paths).toEqual([PATHS.v3])
  })

  test('where none knows the build, the words say what each of them said', async () => {
    const { result, paths } = await look(({ path }) =>
      path === PATHS.v1
        ? serviceError(422, 'DEVCB.00031006', 'No')()
        : serviceError(404, 'APIGW.0101', 'Gone')(),
    )
    expect(paths).toEqual([PATHS.v3, PATHS.v1, PATHS.v4])
    expect(result).toMatchObject({ ok: false, problem: { reason: 'not_found' } })
    const { cameBack } = result.ok ? { cameBack: '' } : result.problem
    // The stand-in gives every answer a request id of its own, so no two are the same words.
    expect(cameBack.replaceAll(/request id [0-9a-f]{32}/g, 'request id …')).toBe(
      [
        'v3: the service answered HTTP 404 with APIGW.0101 "Gone" (the API does not exist, or is not published there) (request id …)',
        'v1: the service answered HTTP 422 with DEVCB.00031006 "No" (there is no such job or build) (request id …)',
        'v4: the service answered HTTP 404 with APIGW.0101 "Gone" (the API does not exist, or is not published there) (request id …)',
      ].join('; '),
    )
  })

  test('the same words of several are said once', async () => {
    const { result } = await look(() => ({ status: 404, headers: { 'X-Request-Id': 'x' }, body: '' }))
    expect(result).toMatchObject({
      problem: { cameBack: 'v3, v1, v4: the service answered HTTP 404 (request id x)' },
    })
  })

  test('one that fails otherwise has the last word', async () => {
    const { result, paths } = await look(({ path }) =>
      path === PATHS.v3 ? unknown() : serviceError(403, 'APIGW.0302', 'x')(),
    )
    expect(paths).toEqual([PATHS.v3, PATHS.v1])
    expect(result).toMatchObject({
      problem: {
        reason: 'forbidden',
        cameBack: expect.stringMatching(/^v3: .*CB\.00031006.*; v1: .*APIGW\.0302/),
      },
    })
  })
})

describe('tries', () => {
  test('four in all, of one version; the words count them', async () => {
    const { result, paths, pausesMs, retries } = await look(serviceError(503, 'X.1', 'Busy'))
    expect(paths).toEqual([PATHS.v3, PATHS.v3, PATHS.v3, PATHS.v3])
    expect(pausesMs).toEqual([1_000, 2_000, 4_000])
    expect(retries).toEqual([
      ['service_error', 1, 1_000],
      ['service_error', 2, 2_000],
      ['service_error', 3, 4_000],
    ])
    expect(result).toMatchObject({
      problem: { reason: 'service_error', cameBack: expect.stringMatching(/, the last of 4 tries$/) },
    })
  })

  test.each([
    ['throttled by the gateway', serviceError(429, 'APIGW.0308', 'x')],
    ['throttled with 400', serviceError(400, 'CB.00060211', 'x')],
    ['throttled with 500', serviceError(500, 'CB.00060211', 'x')],
    ['a gateway in trouble', serviceError(502, 'APIGW.0201', 'x')],
    ['a page', () => ({ status: 200, body: '<html></html>' })],
    ['an empty body', () => ({ status: 200, body: '' })],
  ])('%s, then a record', async (_, refuse) => {
    const { result, paths, pausesMs } = await look((request, at) =>
      at === 0 ? refuse() : passing(request, at),
    )
    expect(result).toMatchObject({ ok: true, apiVersion: 'v3' })
    expect(paths).toEqual([PATHS.v3, PATHS.v3])
    expect(pausesMs).toEqual([1_000])
  })

  test.each([400, 401, 403, 405, 407, 422, 302])('%d has one', async status => {
    const { paths, retries, result } = await look(() => ({ status, body: '{}' }))
    expect(paths).toEqual([PATHS.v3])
    expect(retries).toEqual([])
    expect(result.ok ? '' : result.problem.cameBack).not.toContain('tries')
  })

  test('Retry-After is obeyed, and one that is too long ends them', async () => {
    const busy = (seconds: string) => (): Answer => ({
      status: 503,
      headers: { 'Retry-After': seconds },
      body: '',
    })
    const obeyed = await look((request, at) => (at === 0 ? busy('60')() : passing(request, at)))
    expect([obeyed.result.ok, obeyed.pausesMs]).toEqual([true, [60_000]])
    const ended = await look(busy('61'))
    expect([ended.paths, ended.pausesMs]).toEqual([[PATHS.v3], []])
  })

  test('each version has its own', async () => {
    const { paths, result } = await look((request, at) => {
      if (request.path === PATHS.v3) return at < 3 ? { status: 503, body: '' } : unknown()
      return passing(request, at)
    })
    expect(paths).toEqual([PATHS.v3, PATHS.v3, PATHS.v3, PATHS.v3, PATHS.v1])
    expect(result).toMatchObject({ ok: true, apiVersion: 'v1' })
  })

  test('each try asks for credentials anew, with the request that it is for', async () => {
    const asked: HttpRequest[] = []
    const { standIn } = await look(
      (request, at) => (at < 2 ? { status: 500, body: '' } : passing(request, at)),
      {
        credentials: {
          authorize: request =>
            Promise.resolve({ ok: true, headers: { 'X-Sdk-Date': `${asked.push(request)}` } }),
          refused: () => ({ isRenewable: false }),
        },
      },
    )
    expect(standIn.requests.map(({ headers }) => headers['x-sdk-date'])).toEqual(['1', '2', '3'])
    for (const { method, url } of asked) expect([method, url.pathname]).toEqual(['GET', PATHS.v3])
  })

  test('a service that is not there is tried four times as well', async () => {
    const standIn = await startStandIn()
    await standIn.close()
    const { result, pausesMs } = await look(passing, { endpoint: new URL(standIn.url) })
    expect(result).toMatchObject({
      ok: false,
      problem: {
        reason: 'unreachable',
        cameBack: expect.stringMatching(/ECONNREFUSED.*, the last of 4 tries$/),
      },
    })
    expect(pausesMs).toEqual([1_000, 2_000, 4_000])
  })
})

test('a redirect takes the token nowhere', async () => {
  await using elsewhere = await startStandIn()
  const { result } = await look(() => ({
    status: 307,
    headers: { Location: elsewhere.url + PATHS.v3 },
    body: '',
  }))
  expect(result).toMatchObject({ ok: false, problem: { reason: 'invalid_response' } })
  expect(elsewhere.requests).toEqual([])
})

test('an echo of the token is in no word', async () => {
  const { result } = await look(({ headers }) =>
    json(401, { error_code: 'X', error_msg: headers['x-auth-token'] }),
  )
  expect(result).toMatchObject({ problem: { cameBack: expect.stringContaining('with X "***"') } })
})
