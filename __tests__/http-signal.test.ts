import { describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createCodeArtsBuild } from '../src/codearts/client.ts'
import { tokenCredentials } from '../src/credentials/token.ts'
import { createHttp } from '../src/http/request.ts'
import { startConnectProxy } from './support/connect-proxy.ts'
import { STORY_JOB_ID } from './support/gate-story.ts'

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
      apiVersions: ['v3'],
      credentials: {
        ...tokenCredentials('unused'),
        authorize: (_, signal) => {
          expect(signal).toBe(stop.signal)
          setImmediate(() => {
            stop.abort()
          })
          return new Promise(() => undefined)
        },
      },
      http: createHttp('test'),
      retry: { sleep: () => Promise.resolve(), random: () => 0 },
      reading: { redact: text => text, nowMs: () => 0 },
      onRetry: () => undefined,
    })
    const build = { jobId: STORY_JOB_ID, buildNo: 1 }
    const look = await service.readRecord(build, { maxTries: 4, signal: stop.signal })
    expect(look).toMatchObject({ ok: false, problem: { cameBack: 'the request was given up' } })
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
      fault: { kind: 'stopped', detail: 'the request was given up', again: false },
    })
    await closed
  })

  test('ends within a CONNECT that no proxy answers', async () => {
    await using proxy = await startConnectProxy({ mode: 'silent' })
    const before = process.env['https_proxy']
    process.env['https_proxy'] = proxy.url
    try {
      const stop = new AbortController()
      const url = new URL('https://codearts.test/x')
      const sent = createHttp('test').send({ method: 'GET', url, headers: {} }, stop.signal)
      while (proxy.connects.length === 0) await new Promise(resolve => setImmediate(resolve))
      stop.abort()
      expect(await sent).toMatchObject({ ok: false, fault: { kind: 'stopped' } })
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
    expect(await sent).toMatchObject({ ok: false, fault: { kind: 'stopped' } })
    expect(connections).toBe(0)
  })
})
