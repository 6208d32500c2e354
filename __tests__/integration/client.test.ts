import { describe, expect, test } from '@jest/globals'
import { createCodeArtsBuild, type ApiVersion, type ClientOptions } from '../../src/codearts/client.ts'
import { LOCKED_KEY, NOT_THE_SERVICE, WORDS } from '../../src/codearts/error-codes.ts'
import { tokenCredentials, type Credentials } from '../../src/credentials/credentials.ts'
import { createHttp, type HttpRequest } from '../../src/http/http-client.ts'
import { serviceError } from '../../tools/fake-service/errors.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { startFakeService, type FakeService } from '../../tools/fake-service/server.ts'
import { createRedactor, shownText } from '../../src/report/redact.ts'
import { describeError, type ApiError } from '../../src/util/api-error.ts'
import { rawText } from '../../src/util/message.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { queueFor, REQUEST_OPTIONS } from '../support/builders/one-poll.ts'
import { BUILD_NO, JOB_ID, PASSING_ANSWER_V1, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { newEvidence } from '../support/builders/evidence.ts'

const PASSING_ANSWER = { success: true, result: PASSING_RECORD }
const BUILD = { jobId: JOB_ID, buildNo: BUILD_NO }
const PATHS = {
  v3: `/v3/jobs/${JOB_ID}/${BUILD_NO}/record-info`,
  v1: `/v1/record/${JOB_ID}/${BUILD_NO}/record-info`,
  v4: `/v4/jobs/${JOB_ID}/${BUILD_NO}/record-info`,
} as const
const AUTO = ['v3', 'v1', 'v4'] as const

/** The answer to the n-th request, from 0. */
type Script = (request: FakeServiceRequest, at: number) => Answer

/** Reads the build from a service that follows a script. @returns what came of it, with the words for an error. */
async function read(
  script: Script,
  changes: Partial<ClientOptions> & {
    readonly pathPrefix?: string
    readonly apiVersions?: readonly ApiVersion[]
  } = {},
) {
  const { pathPrefix = '', apiVersions = AUTO, ...options } = changes
  let requests = 0
  await using fakeService = await startFakeService({
    pathPrefix,
    respond: request => script(request, requests++),
  })
  const pausesMs: number[] = []
  const retries: (readonly [ApiError['reason'], number, number])[] = []
  const service = createCodeArtsBuild({
    endpoint: new URL(fakeService.url),
    account: newEvidence({ apiVersions }),
    queue: queueFor(tokenCredentials(TEST_TOKEN)),
    http: createHttp('test/1'),
    nowMs: () => 0,
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
  const result = await service.readRecord(BUILD, REQUEST_OPTIONS)
  const said = result.ok ? 'ok' : rawText(describeError(result.error))
  return { result, said, fakeService, pausesMs, retries, paths: pathsOf(fakeService) }
}

function pathsOf({ requests }: FakeService): string[] {
  return requests.map(({ path }) => path)
}

const passing: Script = ({ path }) => json(200, path.startsWith('/v3/') ? PASSING_ANSWER : PASSING_ANSWER_V1)
const unknown = serviceError(422, 'CB.00031006', 'The build record does not exist')

describe('a finished build', () => {
  test('is one request, without a pause', async () => {
    const { result, paths, pausesMs } = await read(passing)
    expect(result).toMatchObject({ ok: true, apiVersion: 'v3', record: { whole: PASSING_RECORD } })
    expect(paths).toEqual([PATHS.v3])
    expect(pausesMs).toEqual([])
  })

  test('is asked for with the token, and with nothing else that tells of the runner', async () => {
    const { fakeService } = await read(passing)
    expect(fakeService.requests[0]).toMatchObject({ method: 'GET' })
    expect(fakeService.requests[0]?.headers).toEqual({
      host: `127.0.0.1:${fakeService.port}`,
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
    const { result, paths } = await read(passing, { pathPrefix })
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
    const { result, paths } = await read(passing, changes)
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
    const { result, paths, pausesMs } = await read(request =>
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
    const { result, paths } = await read(refuse)
    expect(result).toMatchObject({ ok: false, error: { reason } })
    expect(paths).toEqual([PATHS.v3])
  })

  test('a record that cannot be read does not either', async () => {
    const { result, said, paths } = await read(() => json(200, { success: true, result: { status: 5 } }))
    expect(result).toMatchObject({
      ok: false,
      error: { reason: 'invalid_response', remedy: [WORDS.invalid_response.remedy], retryable: false },
    })
    expect(said).toMatch(/^HTTP 200, but its field status is a number, request ID [0-9a-f]{32}$/)
    expect(paths).toEqual([PATHS.v3])
  })

  test('where none knows the build, the words say what each of them said', async () => {
    const { result, said, paths } = await read(({ path }) =>
      path === PATHS.v1
        ? serviceError(422, 'DEVCB.00031006', 'No')()
        : serviceError(404, 'APIGW.0101', 'Gone')(),
    )
    expect(paths).toEqual([PATHS.v3, PATHS.v1, PATHS.v4])
    expect(result).toMatchObject({ ok: false, error: { reason: 'not_found' } })
    // The fake service gives every answer a request ID of its own, so no two are the same words.
    expect(said.replaceAll(/[0-9a-f]{32}/g, '…')).toBe(
      [
        'API v3, v4: HTTP 404, APIGW.0101 "Gone", request IDs …, …',
        'API v1: HTTP 422, DEVCB.00031006 "No", request ID …',
      ].join('; '),
    )
  })

  test('the same words of several are said once', async () => {
    const { said } = await read(() => ({ status: 404, headers: { 'X-Request-Id': 'x' }, body: '{}' }))
    expect(said).toBe('API v3, v1, v4: HTTP 404, request IDs x, x, x')
  })

  test('one that fails otherwise has the last word', async () => {
    const { result, said, paths } = await read(({ path }) =>
      path === PATHS.v3 ? unknown() : serviceError(403, 'APIGW.0302', 'x')(),
    )
    expect(paths).toEqual([PATHS.v3, PATHS.v1])
    expect(result).toMatchObject({ error: { reason: 'forbidden' } })
    expect(said).toMatch(/^API v3: .*CB\.00031006.*; API v1: .*APIGW\.0302/)
  })
})

describe('what is missing where no version gives a record', () => {
  const noApi = serviceError(404, 'APIGW.0101', 'x')
  const page = (): Answer => ({ status: 404, body: '<html></html>' })
  const notFound: Answer = { status: 404, body: '{}' }

  test.each<readonly [string, Readonly<Record<string, () => Answer>>, string | undefined]>([
    ['every version is not there', { v3: noApi, v1: noApi, v4: noApi }, 'api_missing'],
    ['one version says that there is no build', { v3: noApi, v1: unknown, v4: noApi }, 'build_missing'],
    ['one answers with a page', { v3: noApi, v1: page, v4: noApi }, 'address_unknown'],
    ['all do', { v3: page, v1: page, v4: page }, 'address_unknown'],
    ['a page and a build that is not there', { v3: page, v1: () => notFound, v4: page }, 'build_missing'],
    [
      'the last one fails otherwise',
      { v3: noApi, v1: noApi, v4: serviceError(403, 'X', 'x') },
      'credentials_refused',
    ],
  ])('%s', async (_, answers, kind) => {
    const { result } = await read(({ path }) => answers[path.slice(1, 3)]?.() ?? notFound)
    expect(result).toMatchObject({ ok: false, error: { kind, retryable: false } })
  })
})

describe('tries', () => {
  test('four in all, of one version; the words count them', async () => {
    const { result, said, paths, pausesMs, retries } = await read(serviceError(503, 'X.1', 'Busy'))
    expect(paths).toEqual([PATHS.v3, PATHS.v3, PATHS.v3, PATHS.v3])
    expect(pausesMs).toEqual([1_000, 2_000, 4_000])
    expect(retries).toEqual([
      ['service_error', 1, 1_000],
      ['service_error', 2, 2_000],
      ['service_error', 3, 4_000],
    ])
    expect(result).toMatchObject({ error: { reason: 'service_error' } })
    expect(said).toMatch(/, 4 tries$/)
  })

  test.each([
    ['throttled by the gateway', serviceError(429, 'APIGW.0308', 'x')],
    ['throttled with 400', serviceError(400, 'CB.00060211', 'x')],
    ['throttled with 500', serviceError(500, 'CB.00060211', 'x')],
    ['a gateway in trouble', serviceError(502, 'APIGW.0201', 'x')],
    ['a page', () => ({ status: 200, body: '<html></html>' })],
    ['an empty body', () => ({ status: 200, body: '' })],
  ])('%s, then a record', async (_, refuse) => {
    const { result, paths, pausesMs } = await read((request, at) =>
      at === 0 ? refuse() : passing(request, at),
    )
    expect(result).toMatchObject({ ok: true, apiVersion: 'v3' })
    expect(paths).toEqual([PATHS.v3, PATHS.v3])
    expect(pausesMs).toEqual([1_000])
  })

  test.each([400, 401, 403, 405, 407, 422, 302])('%d has one', async status => {
    const { paths, retries, said } = await read(() => ({ status, body: '{}' }))
    expect(paths).toEqual([PATHS.v3])
    expect(retries).toEqual([])
    expect(said).not.toContain('tries')
  })

  test('Retry-After is obeyed, and one that is too long ends them', async () => {
    const busy = (seconds: string) => (): Answer => ({
      status: 503,
      headers: { 'Retry-After': seconds },
      body: '',
    })
    const obeyed = await read((request, at) => (at === 0 ? busy('60')() : passing(request, at)))
    expect([obeyed.result.ok, obeyed.pausesMs]).toEqual([true, [60_000]])
    const ended = await read(busy('61'))
    expect([ended.paths, ended.pausesMs]).toEqual([[PATHS.v3], []])
  })

  test('each version has its own', async () => {
    const { paths, result } = await read((request, at) => {
      if (request.path === PATHS.v3) return at < 3 ? { status: 503, body: '' } : unknown()
      return passing(request, at)
    })
    expect(paths).toEqual([PATHS.v3, PATHS.v3, PATHS.v3, PATHS.v3, PATHS.v1])
    expect(result).toMatchObject({ ok: true, apiVersion: 'v1' })
  })

  test('each try asks for credentials anew, with the request that it is for', async () => {
    const asked: HttpRequest[] = []
    const { fakeService } = await read(
      (request, at) => (at < 2 ? { status: 500, body: '' } : passing(request, at)),
      {
        queue: queueFor({
          authorize: request =>
            Promise.resolve({ ok: true, headers: { 'X-Sdk-Date': `${asked.push(request)}` } }),
          refused: () => ({ isRenewable: false }),
        }),
      },
    )
    expect(fakeService.requests.map(({ headers }) => headers['x-sdk-date'])).toEqual(['1', '2', '3'])
    for (const { method, url } of asked) expect([method, url.pathname]).toEqual(['GET', PATHS.v3])
  })

  test('a service that is not there is tried four times as well', async () => {
    const fakeService = await startFakeService()
    await fakeService.close()
    const { result, said, pausesMs } = await read(passing, { endpoint: new URL(fakeService.url) })
    expect(result).toMatchObject({ ok: false, error: { reason: 'unreachable' } })
    expect(said).toMatch(/ECONNREFUSED.*, 4 tries$/)
    expect(pausesMs).toEqual([1_000, 2_000, 4_000])
  })
})

describe('a body', () => {
  const LIMIT = 512 * 1024

  /** @returns a passing answer of so many bytes. */
  const answerOf = (bytes: number) => (): Answer => {
    const body = JSON.stringify(PASSING_ANSWER)
    return { status: 200, body: body + ' '.repeat(bytes - Buffer.byteLength(body)) }
  }

  test('may have 512 KiB, and not a byte more', async () => {
    expect((await read(answerOf(LIMIT))).result.ok).toBe(true)
    expect((await read(answerOf(LIMIT + 1))).said).toContain('it is larger than 512 KiB')
  })

  test('may have 1 MiB where it is a page of a list, and not a byte more', async () => {
    for (const [bytes, isOk] of [
      [2 * LIMIT, true],
      [2 * LIMIT + 1, false],
    ] as const) {
      const body = '{"success":true,"result":{"job_build_states":[],"total_record":0,"total_page":0}}'.padEnd(
        bytes,
      )
      await using fakeService = await startFakeService({ respond: () => ({ status: 200, body }) })
      const service = createCodeArtsBuild({
        endpoint: new URL(fakeService.url),
        account: newEvidence(),
        queue: queueFor(tokenCredentials(TEST_TOKEN)),
        http: createHttp('test/1'),
        nowMs: Date.now,
        retry: { random: () => 0, sleep: () => Promise.resolve() },
        onRetry: () => undefined,
      })
      expect((await service.readBuilds(JOB_ID, 'recent', REQUEST_OPTIONS)).ok).toBe(isOk)
    }
  })
})

test('a redirect takes the token nowhere', async () => {
  await using elsewhere = await startFakeService()
  const { result } = await read(() => ({
    status: 307,
    headers: { Location: elsewhere.url + PATHS.v3 },
    body: '',
  }))
  expect(result).toMatchObject({ ok: false, error: { reason: 'invalid_response' } })
  expect(elsewhere.requests).toEqual([])
})

test('an echo of the token is in no word that is shown', async () => {
  const { result } = await read(({ headers }) =>
    json(401, { error_code: 'X', error_msg: headers['x-auth-token'] }),
  )
  if (result.ok) throw new Error('this is no error')
  const { add, redact } = createRedactor(() => undefined)
  add(TEST_TOKEN)
  expect(shownText(result.error.message, redact)).toContain('X "***"')
})

describe('a 401 or 403', () => {
  const KEYS = 'check the keys'
  const refused = (isRenewable: boolean) => {
    let asked = 0
    const credentials: Credentials = {
      authorize: () => Promise.resolve({ ok: true, headers: { 'X-Auth-Token': `t${String(++asked)}` } }),
      refused: () => ({ isRenewable, remedy: [KEYS] }),
    }
    return credentials
  }

  test.each([
    ['APIGW.0301', 'Incorrect', KEYS],
    ['X.1', 'No', KEYS],
    ['APIGW.0301', 'AK access failed to reach the limit,forbidden', LOCKED_KEY.remedy],
  ])(
    'with %s "%s" has the remedy of the credentials, except for a locked key',
    async (code, said, remedy) => {
      for (const status of [401, 403]) {
        const { result, paths } = await read(serviceError(status, code, said), {
          queue: queueFor(refused(false)),
        })
        expect(result).toMatchObject({ ok: false, error: { remedy: [remedy] } })
        expect(paths).toEqual([PATHS.v3])
      }
    },
  )

  test('that is a page says nothing of the credentials', async () => {
    const { result } = await read(() => ({ status: 403, body: '<html>' }), {
      queue: queueFor(refused(false)),
    })
    expect(result).toMatchObject({ ok: false, error: { remedy: [NOT_THE_SERVICE.remedy] } })
  })

  test('is followed by one more request where they can be renewed, and by one alone', async () => {
    const { fakeService, paths } = await read(serviceError(401, 'APIGW.0301', 'x'), {
      queue: queueFor(refused(true)),
    })
    expect(paths).toEqual([PATHS.v3, PATHS.v3])
    expect(fakeService.requests.map(({ headers }) => headers['x-auth-token'])).toEqual(['t1', 't2'])
  })
})

describe('a record that was read', () => {
  test('has the time of the service, or of this machine where the answer has none', async () => {
    const { result } = await read(
      () => ({ ...json(200, PASSING_ANSWER), headers: { Date: 'Tue, 24 Nov 2026 06:30:00 GMT' } }),
      { nowMs: () => 5 },
    )
    expect(result).toMatchObject({ ok: true, dateMs: Date.parse('2026-11-24T06:30:00Z') })
    const undated = await read(() => ({ ...json(200, PASSING_ANSWER), headers: { Date: 'x' } }), {
      nowMs: () => 5,
    })
    expect(undated.result).toMatchObject({ ok: true, dateMs: 5 })
  })

  test('makes its version the only one that is asked, and turns what is not there later into a fault', async () => {
    let isGone = false
    await using fakeService = await startFakeService({
      respond: request =>
        !isGone && request.path === PATHS.v1 ? passing(request, 0) : serviceError(404, 'APIGW.0101', 'x')(),
    })
    const service = createCodeArtsBuild({
      endpoint: new URL(fakeService.url),
      account: newEvidence({ apiVersions: AUTO }),
      queue: queueFor(tokenCredentials(TEST_TOKEN)),
      http: createHttp('test/1'),
      nowMs: () => 0,
      retry: { random: () => 0, sleep: () => Promise.resolve() },
      onRetry: () => undefined,
    })
    expect(await service.readRecord(BUILD, REQUEST_OPTIONS)).toMatchObject({ ok: true, apiVersion: 'v1' })
    isGone = true
    const later = await service.readRecord(BUILD, REQUEST_OPTIONS)
    expect(later).toMatchObject({ ok: false, error: { reason: 'not_found', retryable: true } })
    expect(later.ok || later.error.kind).toBe('fault')
    expect(pathsOf(fakeService)).toEqual([PATHS.v3, PATHS.v1, PATHS.v1])
  })
})
