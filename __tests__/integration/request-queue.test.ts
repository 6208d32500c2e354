import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { RequestQueue, type QueueOptions } from '../../src/codearts/request-queue.ts'
import { tokenCredentials } from '../../src/credentials/credentials.ts'
import { createHttp, HTTP_LIMITS, type HttpRequest } from '../../src/http/http-client.ts'
import { CLOCK, type Clock } from '../../src/util/clock.ts'
import { gatewayError } from '../../tools/fake-service/errors.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { fakeTimeouts } from '../support/in-process/fake-timeouts.ts'
import { REQUEST_OPTIONS } from '../support/builders/one-poll.ts'

const BODY = '{"status":"success","result":{}}'
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`

/** @returns what sends a GET once, over sockets and through a queue. */
function throughQueue({ isForSeveral = false, clock = CLOCK } = {}) {
  const http = createHttp('test')
  const tools = { credentials: tokenCredentials('token'), clock, nowMs: Date.now }
  const queue = new RequestQueue(tools, isForSeveral)
  return (url: URL, { signal = REQUEST_OPTIONS.signal }: Partial<QueueOptions> = {}) => {
    const request: HttpRequest = { method: 'GET', url, headers: {} }
    return queue.sender({ signal })<never>(request, authorized => http.send(authorized, signal))
  }
}

/** The queue's pauses of no time, while timeouts stand still. */
const TURNS: Clock = {
  ...CLOCK,
  after: (_, callback) => {
    const turn = setImmediate(callback)
    return () => {
      clearImmediate(turn)
    }
  },
}

/** Answers each request when it is told to. */
async function startPatient() {
  const waiting: Socket[] = []
  const sockets: Socket[] = []
  let arrived: () => void = () => undefined
  const server = createServer(socket => {
    sockets.push(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => {
      waiting.push(socket)
      arrived()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`),
    sockets,
    waiting,
    async whenWaiting(count: number) {
      while (waiting.length < count)
        await new Promise<void>(resolve => {
          arrived = resolve
        })
    },
    answerNext: () => waiting.shift()?.write(ANSWER),
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

describe('the connections of a run', () => {
  test('are two; a third request waits for its turn, and takes a connection that is there', async () => {
    using server = await startPatient()
    const send = throughQueue()
    const sent = [1, 2, 3].map(() => send(server.url))
    await server.whenWaiting(2)
    await new Promise(resolve => setImmediate(resolve))
    expect(server.waiting).toHaveLength(2)
    server.answerNext()
    await server.whenWaiting(2)
    server.answerNext()
    server.answerNext()
    expect(await Promise.all(sent)).toEqual([1, 2, 3].map(() => expect.objectContaining({ ok: true })))
    expect(server.sockets).toHaveLength(2)
  })

  test('are eight for several builds, once the service has accepted the credentials', async () => {
    using server = await startPatient()
    const send = throughQueue({ isForSeveral: true })
    const sent = Array.from({ length: 13 }, () => send(server.url))
    await server.whenWaiting(4)
    await new Promise(resolve => setImmediate(resolve))
    expect(server.waiting).toHaveLength(4)
    server.answerNext()
    await server.whenWaiting(8)
    await new Promise(resolve => setImmediate(resolve))
    expect(server.waiting).toHaveLength(8)
    for (let left = 12; left > 0; left--) {
      await server.whenWaiting(1)
      server.answerNext()
    }
    await Promise.all(sent)
    expect(server.sockets).toHaveLength(8)
  })

  test('give a request its whole deadline from its turn on', async () => {
    using server = await startPatient()
    using timeouts = fakeTimeouts()
    const send = throughQueue({ clock: TURNS })
    const [first, second, third] = [send(server.url), send(server.url), send(server.url)]
    await server.whenWaiting(2)
    timeouts.pass(HTTP_LIMITS.deadlineMs)
    expect(await first).toMatchObject({ error: { reason: 'unreachable' } })
    expect(await second).toMatchObject({ error: { reason: 'unreachable' } })
    await server.whenWaiting(3)
    timeouts.pass(HTTP_LIMITS.deadlineMs - 1)
    server.waiting[2]?.write(ANSWER)
    expect(await third).toMatchObject({ ok: true })
  })
})

test.each([1, 20])('one wrong key for %d builds is refused four times at most', async count => {
  await using service = await startFakeService({
    respond: request => gatewayError(401, 'APIGW.0301', 'no')(request),
  })
  const send = throughQueue({ isForSeveral: true })
  const url = new URL(`${service.url}/v3/jobs/${'a'.repeat(32)}/1/record-info`)
  const responses = await Promise.all(Array.from({ length: count }, () => send(url)))
  expect(service.requests).toHaveLength(Math.min(count, 4))
  for (const response of responses) expect(response).toMatchObject({ error: { reason: 'unauthorized' } })
  expect(await send(url)).toMatchObject({ error: { reason: 'unauthorized' } })
  expect(service.requests).toHaveLength(Math.min(count, 4))
})
