// Every way in which the one request of a start can end, and what the step then leaves behind: in this process. One fault of each
// group goes through dist/start, in dist/start-faults.
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createTestAuthority, TEST_HOST, type TestAuthority } from '../../tools/runner/certificates.ts'
import { startConnectProxy, type ProxyMode } from '../support/servers/connect-proxy.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import type { Fault, Peer } from '../support/faults/faults.ts'
import { answer, head, jsonAnswer as json, raw, text } from '../support/faults/answers.ts'
import { JOB_ID } from '../support/builders/passing-build.ts'
import {
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from '../support/in-process/run-in-process.ts'
import { FLAT_ANSWER, recorded, START_ANSWER, START_BODY } from '../support/builders/start-answers.ts'
import { expectHonestStart, expectNothingSent, MAY_HAVE_STARTED } from '../support/start-outcome.ts'

/** For what nothing but the deadline ends. */
const NEVER_ANSWERED = { deadlineMs: 80 } as const
const saysNothing = (): undefined => undefined
const patienceWith = (write: unknown): Partial<InProcessOptions> =>
  write === saysNothing ? NEVER_ANSWERED : {}

function start(url: string, more: Omit<InProcessOptions, 'inputs' | 'action'> = {}): Promise<InProcessRun> {
  return runInProcess({
    action: 'start',
    inputs: { job_id: JOB_ID, token: TEST_TOKEN, endpoint: url },
    ...more,
  })
}

function expectHonest(run: InProcessRun, answers: readonly string[]): string | undefined {
  expectHonestStart(run, answers)
  return run.outputs.get('reason')
}

const named = (code: string) => ({ error_code: code, error_msg: 'said' })
const numbered = (actual_build_number: unknown) => ({
  ...START_ANSWER,
  result: { ...START_ANSWER.result, actual_build_number },
})
const closes = (peer: Peer): void => {
  peer.close()
}

type Row = readonly [name: string, write: Fault['write'], reason: string, requests?: number]

/** One row a way in which the one request can end once it is there. */
const ROWS: readonly Row[] = [
  ['the envelope that others have seen', json(200, START_ANSWER), 'success'],
  ['the flat answer of the documents', json(200, FLAT_ANSWER), 'success'],
  ['a number in place of a text', json(200, numbered(20)), 'success'],
  ['201', json(201, START_ANSWER), 'success'],
  ['both places with the same number', json(200, { ...FLAT_ANSWER, ...numbered(20) }), 'success'],
  ['an error beside a number', json(200, { ...START_ANSWER, ...named('CB.1'), status: 'error' }), 'success'],
  ['a throttling code beside a number', json(200, { ...START_ANSWER, ...named('APIGW.0308') }), 'success'],
  [
    'interim answers ahead of it',
    raw(body => Buffer.concat([Buffer.from(`${head(103)}\r\n${head(102)}\r\n`), Buffer.from(answer(body))])),
    'success',
  ],
  ['two places that differ', json(200, { ...FLAT_ANSWER, ...numbered('21') }), 'unknown'],
  ['a number twice', text('{"actual_build_number":"20","actual_build_number":"21"}'), 'unknown'],
  ['no number', json(200, { status: 'success', error: null, result: {} }), 'unknown'],
  ['the number 0', json(200, numbered('0')), 'unknown'],
  ['a number that is too large', json(200, numbered('2147483648')), 'unknown'],
  ['a number with a fraction', json(200, numbered(20.5)), 'unknown'],
  ['a negative number', json(200, numbered(-20)), 'unknown'],
  ['a number in words', json(200, numbered('twenty')), 'unknown'],
  ['a list of numbers', json(200, numbered(['20'])), 'unknown'],
  ['an error with 200', json(200, named('DEV.CB.032011')), 'unknown'],
  ['success: false with 200', json(200, { success: false, message: 'no' }), 'unknown'],
  ['an empty answer with 200', text(''), 'unknown'],
  ['204', raw('HTTP/1.1 204 No Content\r\n\r\n'), 'unknown'],
  ['a page with 200', text('<html><title>Sign in</title></html>'), 'unknown'],
  [
    'an answer without a length that a reset ends',
    async (peer, body) => {
      await peer.send(`${head(200)}\r\n${body.toString()}`)
      peer.reset()
    },
    'unknown',
  ],
  ['half of an answer', raw(body => answer(body).subarray(0, -20)), 'unknown'],
  [
    'half of a refusal',
    raw(() => answer(Buffer.from(JSON.stringify(named('CB.1'))), { status: 403 }).subarray(0, -3)),
    'unknown',
  ],
  ['a refusal that is compressed', json(403, named('CB.1'), ['Content-Encoding: gzip']), 'unknown'],
  ['a refusal that names a number', json(429, { ...START_ANSWER, ...named('APIGW.0308') }), 'unknown'],
  ['the end of the connection', closes, 'unknown'],
  [
    'a reset',
    peer => {
      peer.reset()
    },
    'unknown',
  ],
  ['no answer before the deadline', saysNothing, 'unknown'],
  ['101', raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'), 'unknown'],
  ['bytes that are no HTTP', raw('SSH-2.0-OpenSSH\r\n'), 'unknown'],
  ...[301, 302, 303, 307, 308].map((status): Row => [
    `a redirect ${status}`,
    async peer => {
      await peer.send(answer('', { status, headers: [`Location: ${peer.elsewhere}/v1/job/execute`] }))
    },
    'unknown',
  ]),
  ...[402, 405, 406, 408, 409, 410, 411, 413, 418, 425, 429, 431, 451].map((status): Row => [
    `${status} without a code`,
    json(status, { message: 'no' }),
    'unknown',
  ]),
  ...[500, 501, 502, 503, 504, 505, 511, 599].map((status): Row => [
    `${status} with a code`,
    json(status, named('CB.00060101')),
    'unknown',
  ]),
  ['408 with a code', json(408, named('CB.1')), 'unknown'],
  ['400 with a code', json(400, named('CB.00060201')), 'service_error'],
  ['400 without a code', json(400, {}), 'service_error'],
  ['400 with words that are no JSON', text('no', { status: 400 }), 'unknown'],
  ['401', json(401, named('APIGW.0301')), 'unauthorized'],
  ['403', json(403, named('APIGW.0302')), 'forbidden'],
  ['404', json(404, named('APIGW.0101')), 'not_found'],
  ['404 with a page', text('<title>x</title>', { status: 404 }), 'unknown'],
  ['422', json(422, named('DEVCB.00031006')), 'not_found'],
  ['409 with a code', json(409, named('CB.00000409')), 'service_error'],
  ['429 with a code', json(429, named('CB.1')), 'throttled'],
  ['too many requests, with 400', json(400, named('CB.00060211')), 'throttled'],
  ['too many requests, with 500', json(500, named('CB.00060211')), 'unknown'],
  ['too many requests, with 418', json(418, named('CB.00060211')), 'throttled'],
  ['499 with a code', json(499, named('CB.1')), 'unknown'],
  ['the limit of the gateway, four times', json(429, named('APIGW.0308')), 'throttled', 4],
  ['the limit of the gateway with 503', json(503, named('APIG.0308')), 'unknown'],
  ['the limit of the gateway with 400', json(400, named('APIG.0308')), 'throttled', 4],
  ['the limit of the gateway with 403', json(403, named('APIGW.0308')), 'throttled'],
  ['the limit of the gateway with 200', json(200, named('APIGW.0308')), 'unknown'],
  [
    'the limit of the gateway, and a pause of an hour',
    json(429, named('APIGW.0308'), ['Retry-After: 3600']),
    'throttled',
  ],
]

describe('once the request is there', () => {
  test.each(ROWS)('%s', async (_, write, wanted, requests = 1) => {
    const { answers, script } = recorded({ write })
    await using server = await startFaultServer(script, { body: START_BODY })
    const run = await start(server.url, patienceWith(write))
    expect(expectHonest(run, answers)).toBe(wanted)
    expect(answers).toHaveLength(requests)
    // Each on a connection of its own; whoever else is on this machine may knock, too.
    expect(server.connections).toBeGreaterThanOrEqual(requests)
    expect(server.requestsElsewhere).toEqual([])
  })

  test('a build is started by the try after the gateway’s limit', async () => {
    let tries = 0
    const { answers, script } = recorded({
      write: (peer, body) => (++tries === 1 ? json(429, named('APIGW.0308')) : text(body))(peer, body),
    })
    await using server = await startFaultServer(script, { body: START_BODY })
    const run = await start(server.url)
    expect(run.exitCode).toBe(0)
    expect(answers).toHaveLength(2)
    expect(run.log).toContain('Try 1 failed: HTTP 429, APIGW.0308')
    // Each on a connection of its own.
    expect(server.connections).toBe(2)
  })
})

describe('before the first byte', () => {
  let authority: TestAuthority
  let stranger: TestAuthority
  const trustedBefore = getCACertificates('default')
  beforeAll(async () => {
    ;[authority, stranger] = await Promise.all([createTestAuthority(), createTestAuthority()])
    setDefaultCACertificates([...trustedBefore, authority.caPem])
  })
  afterAll(async () => {
    setDefaultCACertificates(trustedBefore)
    await Promise.all([authority, stranger].map(one => one[Symbol.asyncDispose]()))
  })

  test('a host without an address is tried again', async () => {
    expectNothingSent(await start('https://no-such-host.invalid'), undefined, 4)
  })

  test('a connection that is refused is tried again', async () => {
    expectNothingSent(await start('https://127.0.0.1:1'), undefined, 4)
  })

  test.each([
    [
      'a reset before the handshake',
      (peer: Peer) => {
        peer.reset()
      },
      4,
    ],
    ['an end before the handshake', closes, 4],
    ['no handshake before the deadline', saysNothing, 4],
    ['plain HTTP', raw('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'), 1],
  ] as const)('%s', async (_, write, tries) => {
    await using server = await startFaultServer(
      { level: 'connection', write },
      { tls: await authority.issue() },
    )
    expectNothingSent(await start(server.url, patienceWith(write)), server, tries)
    expect(server.connections).toBe(tries)
  })

  test('a certificate that nobody trusts gets no request', async () => {
    const { script, answers } = recorded({ write: text(body => body) })
    await using server = await startFaultServer(script, { tls: await stranger.issue(), body: START_BODY })
    expectNothingSent(await start(server.url), server, 1)
    expect(answers).toEqual([])
  })

  const MODES: readonly (readonly [ProxyMode, number])[] = [
    ['answers-502', 4],
    ['always-407', 1],
    ['answers-403', 1],
    ['answers-302', 1],
    ['silent', 4],
    ['cut', 4],
    ['reset', 4],
    ['garbage', 4],
    ['cut-after-open', 4],
    ['silent-after-open', 4],
    ['bytes-behind-200', 4],
  ]
  test.each(MODES)('a proxy that is "%s"', async (mode, tries) => {
    await using server = await startFaultServer(
      { write: text(body => body) },
      { tls: await authority.issue() },
    )
    await using proxy = await startConnectProxy({ mode, hosts: { [TEST_HOST]: server.port } })
    const run = await start(`https://${TEST_HOST}`, {
      env: { HTTPS_PROXY: proxy.url },
      ...(mode.startsWith('silent') ? NEVER_ANSWERED : {}),
    })
    expectNothingSent(run, server, tries)
    expect(proxy.connects).toHaveLength(tries)
  })

  test.each([
    ['starts a build', text((body: Buffer) => body), 'success'],
    [
      'ends unknown once the service has the request, and resets',
      (peer: Peer) => {
        peer.reset()
      },
      'unknown',
    ],
    ['ends unknown once the service has the request, and says nothing', saysNothing, 'unknown'],
  ] as const)('TLS through a proxy %s', async (_, write, wanted) => {
    const { script, answers } = recorded({ write })
    await using server = await startFaultServer(script, { tls: await authority.issue(), body: START_BODY })
    await using proxy = await startConnectProxy({ hosts: { [TEST_HOST]: server.port } })
    const run = await start(`https://${TEST_HOST}`, {
      env: { HTTPS_PROXY: proxy.url },
      ...patienceWith(write),
    })
    expect(expectHonest(run, answers)).toBe(wanted)
    expect(server.requests).toHaveLength(1)
  })
})

describe('a cancel', () => {
  // Sent when the request is there; the answer comes later.
  const late =
    (write: Fault['write']): Fault['write'] =>
    async (peer, body) => {
      process.emit('SIGINT')
      await new Promise(resolve => setTimeout(resolve, 30))
      await write(peer, body)
    }
  test.each([
    [
      'a number',
      text((body: Buffer) => body),
      'build 20 is running. Cancelling does not stop it. Give 20 to the gate, with wait: true, ',
      { started: 'true', build_no: '20' },
    ],
    ['a refusal', json(429, named('APIGW.0308')), 'no build was started', { started: 'false', build_no: '' }],
    ['neither', json(500, {}), MAY_HAVE_STARTED, { started: 'unknown', build_no: '' }],
  ] as const)('while the answer is on its way loses nothing of it: %s', async (_, write, words, outputs) => {
    await using server = await startFaultServer({ write: late(write) }, { body: START_BODY })
    const run = await start(server.url, { timeFactor: 1 })
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      ...outputs,
      reason: 'cancelled',
      success: 'false',
    })
    expect(run.log).toContain(`The step was cancelled, and ${words}`)
    expect(server.requests).toHaveLength(1)
  })

  test('after the request went out says that a build may have started', async () => {
    await using server = await startFaultServer({
      write: () => {
        process.emit('SIGINT')
      },
    })
    const run = await start(server.url)
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      reason: 'cancelled',
      success: 'false',
      started: 'unknown',
    })
    expect(run.log).toContain(`The step was cancelled, and ${MAY_HAVE_STARTED}`)
    expect(run.summary).toContain('look for a new build in the history')
    expect(server.requests).toHaveLength(1)
  })
})
