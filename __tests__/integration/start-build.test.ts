import { afterAll, describe, expect, test } from '@jest/globals'
import { NothingStarted } from '../../src/codearts/execute-job.ts'
import { tokenCredentials, type Credentials } from '../../src/credentials/credentials.ts'
import { createHttp, HTTP_LIMITS } from '../../src/http/http-client.ts'
import { startResult } from '../../src/start/messages.ts'
import { createShowAnswer } from '../../src/start/shown-answer.ts'
import { startBuild, type StartState } from '../../src/start/start-build.ts'
import { CLOCK } from '../../src/util/clock.ts'
import { rawText, textOfWords } from '../../src/util/message.ts'
import { fakeTimeouts } from '../support/in-process/fake-timeouts.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { jsonAnswer, text } from '../support/faults/answers.ts'
import { faults, type Fault, type Peer } from '../support/faults/faults.ts'
import { queueFor } from '../support/builders/one-poll.ts'
import { JOB_ID } from '../support/builders/passing-build.ts'
import {
  asksForAnotherTry,
  mayRefuse,
  recorded,
  START_ANSWER,
  START_BODY,
} from '../support/builders/start-answers.ts'

const ORDER = {
  jobId: JOB_ID,
  commit: undefined,
  branch: undefined,
  tag: undefined,
  parameters: [],
  secretParameters: [],
}

const PLACE = { host: 'x.invalid', region: 'cn-north-4', isDefault: true }

const counted = { runs: 0, passed: 0, unknown: 0, refused: 0 }
afterAll(() => {
  process.stderr.write(`Sweep of faults over src/start: ${JSON.stringify(counted)}\n`)
})

interface Options {
  readonly slow?: true
  readonly credentials?: Credentials
  readonly order?: Partial<Parameters<typeof startBuild>[0]>
  readonly onPause?: () => void
  readonly cancel?: AbortController
}

/** Starts a build in this process; pauses between tries take no time. */
async function startInProcess(url: string, options: Options = {}) {
  const { slow, credentials = tokenCredentials('token'), cancel = new AbortController() } = options
  const order = { ...ORDER, ...options.order }
  const events: (StartState | 'written')[] = []
  const pausesMs: number[] = []
  const lines: string[] = []
  const end = await startBuild(order, {
    http: createHttp('test', slow ? { ...HTTP_LIMITS, deadlineMs: 200 } : HTTP_LIMITS),
    queue: queueFor(credentials),
    endpoint: new URL(url),
    cancel: cancel.signal,
    clock: CLOCK,
    show: createShowAnswer(order.parameters, order.secretParameters),
    retry: {
      sleep: ms => {
        pausesMs.push(ms)
        options.onPause?.()
        return Promise.resolve()
      },
      random: () => 0,
    },
    onRetry: ({ message }) => lines.push(rawText(message)),
    onSend: () => events.push('written'),
    onProgress: now => events.push(now),
    nowMs: () => 0,
  })
  const progress = events.filter(event => event !== 'written').at(-1)
  const result = startResult(order, end, { place: PLACE, url: '' }, cancel.signal.aborted)
  const words = rawText(textOfWords(result))
  return { end, reason: result.reason, words, events, progress, pausesMs, lines }
}

describe('every fault starts one build at most, and the words are true', () => {
  test.each(faults.map(fault => [`${fault.group}: ${fault.name}`, fault] as const))(
    '%s',
    async (_, fault: Fault) => {
      const { answers, script } = recorded(fault)
      await using server = await startFaultServer(script, { body: START_BODY })
      const { end, reason, words, progress } = await startInProcess(
        server.url,
        fault.slow ? { slow: true } : {},
      )
      counted.runs++
      // Nobody knows whether a connection that was reset at once had come about: without one, no byte went out.
      const isUnsent = fault.level === 'connection' && reason === 'unreachable'
      const isRefusal = isUnsent ? server.requests.length === 0 : answers.every(mayRefuse)
      if (fault.level === 'connection') expect(['unknown', 'unreachable']).toContain(reason)
      else expect(answers.length === 1 || answers.every(asksForAnotherTry)).toBe(true)
      if (end.kind === 'started') {
        counted.passed++
        expect(answers).toHaveLength(1)
        expect([end.build.buildNo, progress]).toEqual([20, end.build])
      } else if (end.kind === 'unknown') {
        counted.unknown++
        expect(words).toContain(', so a build may have started. Before you run the step again, ')
        expect(progress).toBe('unknown')
      } else {
        counted.refused++
        expect(isRefusal).toBe(true)
        expect(words).toContain(', and no build was started. ')
        expect(progress).toBe(end.proof)
      }
      expect(server.requestsElsewhere).toEqual([])
    },
  )
})

describe('the answer of a refusal', () => {
  const NAMES = ['actual_build_number', 'daily_build_number', 'octopus_job_name']
  const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  const limit = { error_code: 'APIGW.0308', error_msg: 'over ratelimit' }
  const spelled = [...NAMES, ...NAMES.map(camel), ...NAMES.map(name => name.toUpperCase())]
  const escaped = (name: string) =>
    name.replace(/[_n]/g, letter => `\\u00${letter.charCodeAt(0).toString(16)}`)

  /** Bodies that name a build, each with the code after which a request is sent again. */
  const bodies = spelled.flatMap((name): [string, string][] => {
    const inner = JSON.stringify({ [name]: '20' })
    const withField = (field: unknown) => JSON.stringify({ ...limit, ...(field as object) })
    const raw = (field: string) => `{"error_code":"APIGW.0308",${field}}`
    return [
      [`${name} at the top`, withField({ [name]: '20' })],
      [`${name} without a value`, withField({ [name]: null })],
      [`${name} in result`, withField({ result: { [name]: '20' } })],
      [`${name} under another key`, withField({ data: { builds: { [name]: '20' } } })],
      [`${name} in a list`, withField({ data: [{ [name]: '20' }] })],
      [`${name} in JSON within a string`, withField({ data: inner })],
      [`${name} twice within strings`, withField({ data: JSON.stringify({ result: inner }) })],
      [`${name} in the words`, withField({ error_msg: `the build ${name} 20 has started` })],
      [`${name} with escapes in the key`, raw(`"${escaped(name)}":"20"`)],
      [
        `${name} with escapes within a string`,
        raw(`"data":"{\\"${escaped(name).replaceAll('\\', '\\\\')}\\":20}"`),
      ],
      [
        `${name} whose escapes are escaped`,
        raw(`"data":"${name.replace('_', '\\u005cu005f').replace('N', '\\u005cu004e')}"`),
      ],
      [`${name} in a key that is there twice`, raw(`"data":"${name}","data":"x"`)],
      [`${name} in the first of two results`, raw(`"result":{"${name}":"20"},"result":{}`)],
    ]
  })
  const statuses = [200, 400, 401, 403, 404, 409, 422, 429, 499, 500, 503]

  test.each(bodies)('that has %s is no proof, with any status', async (_, body) => {
    for (const status of statuses) {
      await using server = await startFaultServer({ write: text(body, { status }) })
      const { end, reason } = await startInProcess(server.url)
      counted.runs++
      expect([status, server.requests.length]).toEqual([status, 1])
      const isStarted = status === 200 && end.kind === 'started'
      if (isStarted) expect(end.build.buildNo).toBe(20)
      else expect([status, reason]).toEqual([status, 'unknown'])
    }
  })

  const whole = JSON.stringify(limit)
  const noProof: readonly (readonly [string, (peer: Peer, body: Buffer) => void | Promise<void>])[] = [
    [
      'cut',
      async peer => {
        await peer.send(`HTTP/1.1 429 Too Many\r\nContent-Length: ${whole.length + 1}\r\n\r\n${whole}`)
        peer.close()
      },
    ],
    ['too large', text(JSON.stringify({ ...limit, more: 'x'.repeat(3_000_000) }), { status: 429 })],
    ['compressed', text(whole, { status: 429, headers: ['Content-Encoding: gzip'] })],
    ['not JSON', text(`${whole},`, { status: 429 })],
    ['a page', text('<title>APIGW.0308</title>', { status: 403 })],
    ['empty', text('', { status: 401 })],
    [
      'nested too deeply',
      text(`{"error_code":"APIGW.0308","a":${'['.repeat(70)}${']'.repeat(70)}}`, { status: 429 }),
    ],
    [
      'a key twice, deep within',
      text('{"error_code":"APIGW.0308","a":[{"b":{"c":1,"c":1}}]}', { status: 429 }),
    ],
    [
      'a key twice, once with an escape',
      text('{"error_code":"APIGW.0308","ab":1,"\\u0061b":1}', { status: 429 }),
    ],
  ]
  test.each(noProof)('that is %s is no proof', async (_, write) => {
    await using server = await startFaultServer({ write })
    const { reason } = await startInProcess(server.url)
    counted.runs++
    expect([reason, server.requests.length]).toEqual(['unknown', 1])
  })

  test('of every 4xx is a proof where the contract says so, and is sent again for 429 and 400 alone', async () => {
    const ends: Record<string, number[]> = {}
    for (let status = 400; status <= 499; status++) {
      for (const [name, body] of [
        ['code', limit],
        ['no code', { message: 'no' }],
      ] as const) {
        await using server = await startFaultServer({ write: jsonAnswer(status, body) })
        const { reason } = await startInProcess(server.url)
        counted.runs++
        const end = `${name}: ${reason}, ${server.requests.length}`
        ends[end] = [...(ends[end] ?? []), status]
      }
    }
    const all = Array.from({ length: 100 }, (_, at) => 400 + at)
    const refusing = [400, 401, 403, 404, 422]
    expect(ends).toEqual({
      'code: throttled, 4': [400, 429],
      'code: throttled, 1': all.filter(status => ![400, 408, 429, 499].includes(status)),
      'code: unknown, 1': [408, 499],
      'no code: service_error, 1': [400, 422],
      'no code: unauthorized, 1': [401],
      'no code: forbidden, 1': [403],
      'no code: not_found, 1': [404],
      'no code: unknown, 1': all.filter(status => !refusing.includes(status)),
    })
  })

  test.each([200, 201, 302, 500, 502, 503, 504])('is no proof with %d', async status => {
    await using server = await startFaultServer({ write: jsonAnswer(status, limit) })
    const { reason } = await startInProcess(server.url)
    counted.runs++
    expect([reason, server.requests.length]).toEqual(['unknown', 1])
  })

  test('of two million backslashes and escapes is read in time', async () => {
    const nested = `{"error_code":"CB.1","a":"${'\\u005cu003'.repeat(40_000)}\\u0031"}`
    const before = process.cpuUsage()
    await using server = await startFaultServer({ write: text(nested, { status: 400 }) })
    expect((await startInProcess(server.url)).reason).toBe('service_error')
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(3_000)
  })
})

describe('the number of an answer with 2xx', () => {
  const unusable: readonly (readonly [string, string])[] = [
    ['is another one in a list', '{"actual_build_number":"20","data":[{"actual_build_number":"21"}]}'],
    [
      'is another one in JSON within a string',
      '{"actual_build_number":"20","data":"{\\"actualBuildNumber\\":21}"}',
    ],
    [
      'is another one in a result that is there twice',
      '{"result":{"actual_build_number":"21"},"result":{"actual_build_number":"20"}}',
    ],
    ['stands elsewhere', '{"data":{"actual_build_number":"20"}}'],
    ['stands in a list', '{"result":[{"actual_build_number":"20"}]}'],
    ['is in an object with a key twice', '{"actual_build_number":"20","a":1,"a":1}'],
    ['is a list beside a number', '{"actual_build_number":["20"],"result":{"actual_build_number":"20"}}'],
    [
      'is the text null beside a number',
      '{"actual_build_number":"null","result":{"actual_build_number":"20"}}',
    ],
  ]
  test.each(unusable)('is of no use where it %s', async (_, body) => {
    await using server = await startFaultServer({ write: text(body) })
    const { reason } = await startInProcess(server.url)
    expect([reason, server.requests.length]).toEqual(['unknown', 1])
  })

  const usable: readonly (readonly [string, string])[] = [
    ['a key is twice in another object', '{"a":1,"a":2,"result":{"actual_build_number":"20"}}'],
    ['it is null in the other place', '{"actual_build_number":null,"result":{"actualBuildNumber":20}}'],
    [
      'an error is named',
      '{"error_code":"APIGW.0308","success":false,"result":{"actual_build_number":"20"}}',
    ],
    [
      'other names differ',
      '{"octopus_job_name":"a","result":{"octopus_job_name":"b","actual_build_number":"20"}}',
    ],
    ['it is the same elsewhere', '{"actual_build_number":"20","data":{"actual_build_number":20}}'],
  ]
  test.each(usable)('counts where %s', async (_, body) => {
    await using server = await startFaultServer({ write: text(body) })
    const { end } = await startInProcess(server.url)
    expect(end).toMatchObject({ kind: 'started', build: { buildNo: 20 } })
  })
})

describe('a 401', () => {
  const refusal = jsonAnswer(401, { error_code: 'APIGW.0301', error_msg: 'expired' })

  /** Credentials that say of each refusal whether they can be renewed. */
  function credentialsThat(isRenewable: boolean) {
    const given: number[] = []
    const credentials: Credentials = {
      authorize: () => Promise.resolve({ ok: true, headers: { 'X-Auth-Token': String(given.push(0)) } }),
      refused: () => ({ isRenewable, remedy: ['look at the keys'] }),
    }
    return { credentials, given }
  }

  test('of keys that had expired is followed by one more request, with new ones', async () => {
    let requests = 0
    await using server = await startFaultServer(
      { write: (peer, body) => (++requests === 1 ? refusal : text(body))(peer, body) },
      { body: START_BODY },
    )
    const { credentials, given } = credentialsThat(true)
    const { end, events, pausesMs } = await startInProcess(server.url, { credentials })
    expect(end).toMatchObject({ kind: 'started', build: { buildNo: 20 } })
    const nothing = expect.any(NothingStarted) as unknown
    const build = end.kind === 'started' ? end.build : undefined
    expect(events).toEqual(['written', 'unknown', nothing, 'written', 'unknown', build])
    expect([given.length, server.requests.length, server.connections, pausesMs]).toEqual([2, 2, 2, []])
  })

  test.each([
    ['that is refused again', true, 2],
    ['of other keys', false, 1],
  ])('%s is final', async (_, isRenewable, requests) => {
    await using server = await startFaultServer({ write: refusal })
    const { reason, words } = await startInProcess(server.url, credentialsThat(isRenewable))
    expect(reason).toBe('unauthorized')
    expect(words).toMatch(
      /, and no build was started\. look at the keys\. \(.*region cn-north-4, the default; .*APIGW\.0301 "expired"/,
    )
    expect(server.requests).toHaveLength(requests)
  })

  test('is renewed once a run, whatever comes between: five requests at most', async () => {
    let requests = 0
    const limit = jsonAnswer(429, { error_code: 'APIGW.0308' })
    await using server = await startFaultServer({
      write: (peer, body) => (++requests % 2 === 1 ? refusal : limit)(peer, body),
    })
    const { reason } = await startInProcess(server.url, credentialsThat(true))
    expect([reason, server.requests.length]).toEqual(['unauthorized', 3])
    requests = 0
    await using other = await startFaultServer({
      write: (peer, body) => (++requests === 4 ? refusal : limit)(peer, body),
    })
    expect((await startInProcess(other.url, credentialsThat(true))).reason).toBe('throttled')
    expect([other.requests.length, other.connections]).toEqual([5, 5])
  })

  test('is followed by nothing where its answer has a number', async () => {
    const write = jsonAnswer(401, { ...START_ANSWER, error_code: 'APIGW.0301' })
    await using server = await startFaultServer({ write })
    const { reason } = await startInProcess(server.url, credentialsThat(true))
    expect(reason).toBe('unknown')
    expect(server.requests).toHaveLength(1)
  })
})

test('the gateway’s limit is waited out with growing pauses, and Retry-After is obeyed', async () => {
  const limit = { error_code: 'APIGW.0308', error_msg: 'over ratelimit' }
  const headers = [['Retry-After: 7'], [], ['Retry-After: 60']]
  let tries = 0
  await using server = await startFaultServer({
    write: (peer, body) => jsonAnswer(429, limit, headers[tries++] ?? [])(peer, body),
  })
  const { reason, words, pausesMs } = await startInProcess(server.url)
  expect(reason).toBe('throttled')
  expect(words).toContain('and no build was started')
  expect(words).toContain('; 4 tries)')
  expect(pausesMs).toEqual([7_000, 2_000, 60_000])
})

test.each([
  [403, 'APIGW.0301', 'AK access failed to reach the limit,forbidden', 'Wait five minutes'],
  [404, 'APIGW.0101', 'The API does not exist', 'Check region, or endpoint where it is given. ('],
  [422, 'CB.00060101', 'internal error', 'Run the step again later'],
  [403, 'APIGW.0302', 'not allowed', 'with a role that may execute it'],
  [400, 'CB.00060200', 'a parameter is wrong', 'Check job_id, parameters'],
])('a refusal says what to do about it: %d with %s', async (status, error_code, error_msg, advice) => {
  const { script } = recorded({ write: jsonAnswer(status, { error_code, error_msg }) })
  await using server = await startFaultServer(script, { body: START_BODY })
  expect((await startInProcess(server.url)).words).toContain(advice)
})

describe('a cancel', () => {
  test('in a pause says that nothing was started', async () => {
    const cancel = new AbortController()
    await using server = await startFaultServer({ write: jsonAnswer(429, { error_code: 'APIGW.0308' }) })
    const onPause = (): void => {
      cancel.abort()
    }
    const { reason, words } = await startInProcess(server.url, { cancel, onPause })
    expect(reason).toBe('cancelled')
    expect(words).toMatch(/^The step was cancelled, and no build was started\. \(build task /)
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    ['a number', 200, START_ANSWER, 'build 20 is running. Cancelling does not stop it. Give 20 to the gate'],
    ['a refusal', 429, { error_code: 'APIGW.0308' }, 'no build was started'],
    ['neither', 500, {}, 'a build may have started. Before you'],
  ])('waits for an answer on its way, which has %s', async (_, status, body, wanted) => {
    const cancel = new AbortController()
    await using server = await startFaultServer({
      write: async (peer, passing) => {
        cancel.abort()
        await new Promise(resolve => setTimeout(resolve, 400))
        await jsonAnswer(status, body)(peer, passing)
      },
    })
    const { reason, words, lines } = await startInProcess(server.url, { cancel })
    expect(reason).toBe('cancelled')
    expect(words).toContain(`The step was cancelled, and ${wanted}`)
    expect([server.requests.length, lines]).toEqual([1, []])
  })

  test('waits for 5 s, and no longer', async () => {
    using timeouts = fakeTimeouts()
    const cancel = new AbortController()
    let hasEnded = false
    let endedEarly: boolean | undefined
    await using server = await startFaultServer({
      write: async () => {
        cancel.abort()
        timeouts.pass(4_999)
        await new Promise(resolve => setImmediate(resolve))
        endedEarly = hasEnded
        timeouts.pass(1)
      },
    })
    const { words } = await startInProcess(server.url, { cancel })
    hasEnded = true
    expect(endedEarly).toBe(false)
    expect(words).toContain('The step was cancelled, and a build may have started. ')
  })
})

describe('what the service answers is shown without the values of parameters', () => {
  const GH_PAT = 'ghp_0123456789abcdefghij'
  const order = {
    parameters: [{ name: 'LEVEL', value: 'prod' }],
    secretParameters: [{ name: 'GH_PAT', value: GH_PAT }],
  }
  const places: readonly (readonly [string, number, unknown, string[]])[] = [
    [
      'the words',
      400,
      { error_code: 'CB.00060200', error_msg: `Invalid param GH_PAT=${GH_PAT} and prod` },
      [],
    ],
    ['the code', 400, { error_code: GH_PAT, error_msg: 'prod' }, []],
    ['the request ID', 400, { error_code: 'CB.1', request_id: `x-${GH_PAT}-prod` }, []],
    ['a header', 400, { error_code: 'CB.1' }, [`X-Request-Id: ${GH_PAT} prod`]],
    ['details', 400, { error: { code: 'CB.1', seen: [GH_PAT, 'prod'] } }, []],
    ['an answer without a number', 200, { result: { seen: [GH_PAT, 'prod'] } }, []],
    ['an error of the server', 500, { error_msg: `${encodeURIComponent(JSON.stringify(GH_PAT))} prod` }, []],
    ['a coding', 200, {}, [`Content-Encoding: ${GH_PAT}-prod`]],
    ['a redirect', 302, {}, [`Location: https://x.invalid/${GH_PAT}/prod`]],
    ['a limit that is tried again', 429, { error_code: 'APIGW.0308', error_msg: `${GH_PAT} prod` }, []],
  ]
  test.each(places)('in %s', async (_, status, body, headers) => {
    await using server = await startFaultServer({ write: jsonAnswer(status, body, headers) })
    const { words, lines } = await startInProcess(server.url, { order })
    for (const line of [words, ...lines]) {
      expect(line).not.toContain('ghp_01')
      expect(line).not.toContain('prod')
      expect(line).toContain('***')
    }
  })

  test.each([
    [
      'ab7',
      'said ab7',
      'HTTP 400 with CB.06 (its words are not shown, because a short value of secret_parameters is in them); request ID r-1)',
    ],
    [
      'AB7',
      'said \\u0061b7',
      'HTTP 400 with CB.06 (its words are not shown, because a short value of secret_parameters is in them); request ID r-1)',
    ],
    [
      '06',
      'said 06',
      'HTTP 400 (its words are not shown, because a short value of secret_parameters is in them); request ID r-1)',
    ],
    ['r-1', 'said', 'HTTP 400, CB.06 "said")'],
    ['zz', 'said all', 'said all'],
  ])('but for a short secret "%s", with which only code and request ID are', async (value, said, wanted) => {
    const body = `{"error_code":"CB.06","error_msg":"${said}","request_id":"r-1"}`
    await using server = await startFaultServer({ write: text(body, { status: 400 }) })
    const { words } = await startInProcess(server.url, {
      order: { secretParameters: [{ name: 'A', value }] },
    })
    expect(words).toContain(wanted)
  })
})
