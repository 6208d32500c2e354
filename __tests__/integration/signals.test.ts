import { describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createCodeArtsBuild } from '../../src/codearts/client.ts'
import { tokenCredentials } from '../../src/credentials/credentials.ts'
import { createHttp } from '../../src/http/http-client.ts'
import { STORY_JOB_ID } from '../support/in-process/gate-story.ts'
import { newEvidence } from '../support/builders/evidence.ts'
import { queueFor } from '../support/builders/one-poll.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n'

/** A server that says just this to every request, and then nothing. */
async function startMute(words: string) {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.write(words))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`),
    nextConnection: async () => {
      const [socket] = (await once(server, 'connection')) as [Socket]
      return socket
    },
    async [Symbol.asyncDispose]() {
      await new Promise(resolve => server.close(resolve))
    },
  }
}

describe('credentials that never come', () => {
  test('do not keep a run that is over', async () => {
    const stop = new AbortController()
    const service = createCodeArtsBuild({
      endpoint: new URL('http://127.0.0.1:9'),
      account: newEvidence({ jobIds: [STORY_JOB_ID] }),
      queue: queueFor({
        ...tokenCredentials('unused'),
        authorize: (_, signal) => {
          expect(signal).toBe(stop.signal)
          setImmediate(() => {
            stop.abort()
          })
          return new Promise(() => undefined)
        },
      }),
      http: createHttp('test'),
      retry: { sleep: () => Promise.resolve(), random: () => 0 },
      nowMs: () => 0,
      onRetry: () => undefined,
    })
    const build = { jobId: STORY_JOB_ID, buildNo: 1 }
    const response = await service.readRecord(build, { maxTries: 4, signal: stop.signal })
    expect(response).toMatchObject({
      ok: false,
      error: { message: ['the request was cancelled'], kind: 'given_up' },
    })
  })
})

describe('a request that nobody waits for any more', () => {
  test.each([
    ['before an answer', ''],
    ['within the headers', HEAD.slice(0, 30)],
    ['within the body', `${HEAD}{"success":`],
  ])('ends %s, and takes its connection down', async (_, words) => {
    await using server = await startMute(words)
    const stop = new AbortController()
    const connection = server.nextConnection()
    const sent = createHttp('test').send({ method: 'GET', url: server.url, headers: {} }, stop.signal)
    const socket = await connection
    // Not `once`, which would reject over the reset.
    const closed = new Promise(resolve => socket.on('close', resolve))
    await once(socket, 'data')
    // Whatever the server says has arrived by the next turn of the loop or has not; either must do.
    await new Promise(resolve => setImmediate(resolve))
    stop.abort()
    expect(await sent).toEqual({
      ok: false,
      error: { kind: 'cancelled', message: ['the request was cancelled'], retryable: false },
    })
    await closed
  })

  test('ends within a CONNECT that no proxy answers, and takes its connection down', async () => {
    await using proxy = await startMute('')
    const before = process.env['https_proxy']
    process.env['https_proxy'] = proxy.url.origin
    try {
      const stop = new AbortController()
      const connection = proxy.nextConnection()
      const url = new URL('https://codearts.test/x')
      const sent = createHttp('test').send({ method: 'GET', url, headers: {} }, stop.signal)
      const socket = await connection
      const closed = new Promise(resolve => socket.on('close', resolve))
      await once(socket, 'data')
      stop.abort()
      expect(await sent).toMatchObject({ ok: false, error: { kind: 'cancelled' } })
      await closed
    } finally {
      if (before === undefined) delete process.env['https_proxy']
      else process.env['https_proxy'] = before
    }
  })

  test('is not sent at all when it is too late already', async () => {
    await using server = await startMute(HEAD)
    let connections = 0
    server.nextConnection().then(
      () => connections++,
      () => undefined,
    )
    const sent = createHttp('test').send({ method: 'GET', url: server.url, headers: {} }, AbortSignal.abort())
    expect(await sent).toMatchObject({ ok: false, error: { kind: 'cancelled' } })
    expect(connections).toBe(0)
  })
})

describe('an answer that never comes ends its request without the deadline', () => {
  const send = (url: URL) => createHttp('test').send({ method: 'GET', url, headers: {} })

  test('a switch of protocols', async () => {
    await using server = await startMute(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n',
    )
    expect(await send(server.url)).toMatchObject({ ok: false, error: { kind: 'cut', retryable: true } })
  })

  test.each([
    ['interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['empty lines', '\r\n'],
  ])('%s without end', async (_, words) => {
    await using server = await startMute(words.repeat(Math.ceil((2 * 1024 * 1024) / words.length)))
    expect(await send(server.url)).toMatchObject({
      ok: false,
      error: { kind: 'malformed', retryable: false },
    })
  })

  test('but interim answers are usual, before each answer on a connection', async () => {
    const answer = `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1_000)}HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`
    await using server = await startMute(answer)
    expect(await send(server.url)).toMatchObject({ ok: true, status: 200 })
  })
})
