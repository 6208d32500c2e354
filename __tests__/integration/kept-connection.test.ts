import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, jest, test } from '@jest/globals'
import { createHttp, HTTP_LIMITS, type HttpRequest } from '../../src/http/http-client.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

/**
 * Starts a server that answers so many requests on each connection, and cuts the connection at the next one. Disposing of it
 * takes its connections down: a client keeps them for a minute.
 */
async function startForgetful(answersPerConnection = 1) {
  const requests: number[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    const connection = ++connections
    let answers = 0
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => {
      requests.push(connection)
      if (answers++ < answersPerConnection) socket.write(ANSWER)
      else socket.destroy()
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`),
    /** The number of the connection that each request came by. */
    requests,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const get = (url: URL): HttpRequest => ({ method: 'GET', url, headers: {} })
const post = (url: URL): HttpRequest => ({ method: 'POST', url, headers: {}, body: '{}' })

describe('a GET that meets a connection which the server has just closed', () => {
  test('goes out again, within one deadline', async () => {
    using server = await startForgetful()
    const http = createHttp('test')
    expect(await http.send(get(server.url))).toMatchObject({ status: 200 })
    const timers = jest.spyOn(globalThis, 'setTimeout')
    try {
      expect(await http.send(get(server.url))).toMatchObject({ status: 200, body: { text: '{}' } })
      expect(timers.mock.calls.filter(([, ms]) => ms === HTTP_LIMITS.deadlineMs)).toHaveLength(1)
    } finally {
      timers.mockRestore()
    }
    expect(server.requests).toEqual([1, 1, 2])
  })

  test('and then another one, goes out on a new one', async () => {
    using server = await startForgetful()
    const http = createHttp('test')
    await Promise.all([http.send(get(server.url)), http.send(get(server.url))])
    expect(await http.send(get(server.url))).toMatchObject({ status: 200 })
    expect(server.requests.toSorted()).toEqual([1, 1, 2, 2, 3])
  })

  test('is not repeated where its first connection is cut', async () => {
    using server = await startForgetful(0)
    expect(await createHttp('test').send(get(server.url))).toMatchObject({ error: { kind: 'cut' } })
    expect(server.requests).toEqual([1])
  })
})

describe('a POST', () => {
  test('opens a connection of its own: when a kept one breaks, nobody knows whether it was taken', async () => {
    using server = await startForgetful()
    const http = createHttp('test')
    await http.send(get(server.url))
    expect(await http.send(post(server.url))).toMatchObject({ status: 200 })
    expect(await http.send(post(server.url))).toMatchObject({ status: 200 })
    expect(server.requests).toEqual([1, 2, 3])
  })

  test('is never repeated', async () => {
    using server = await startForgetful(0)
    expect(await createHttp('test').send(post(server.url))).toMatchObject({ error: { kind: 'cut' } })
    expect(server.requests).toEqual([1])
  })
})

describe('the pool of connections', () => {
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

  test('has two; a third request waits for its turn, and takes a connection that is there', async () => {
    using server = await startPatient()
    const http = createHttp('test')
    const sent = [1, 2, 3].map(() => http.send(get(server.url)))
    await server.whenWaiting(2)
    await new Promise(resolve => setImmediate(resolve))
    expect(server.waiting).toHaveLength(2)
    server.answerNext()
    await server.whenWaiting(2)
    server.answerNext()
    server.answerNext()
    expect(await Promise.all(sent)).toEqual([1, 2, 3].map(() => expect.objectContaining({ status: 200 })))
    expect(server.sockets).toHaveLength(2)
  })

  test('has as many as are asked for', async () => {
    using server = await startPatient()
    const http = createHttp('test', { ...HTTP_LIMITS, maxConnections: 8 })
    const sent = Array.from({ length: 9 }, () => http.send(get(server.url)))
    await server.whenWaiting(8)
    await new Promise(resolve => setImmediate(resolve))
    expect(server.waiting).toHaveLength(8)
    for (let left = 8; left > 0; left--) server.answerNext()
    await server.whenWaiting(1)
    server.answerNext()
    await Promise.all(sent)
  })

  test('gives a request its whole deadline from its turn on', async () => {
    using server = await startPatient()
    const http = createHttp('test', { ...HTTP_LIMITS, maxConnections: 1, deadlineMs: 60 })
    const [first, second] = [http.send(get(server.url)), http.send(get(server.url))]
    expect(await first).toMatchObject({ error: { kind: 'timeout' } })
    await server.whenWaiting(2)
    server.waiting[1]?.write(ANSWER)
    expect(await second).toMatchObject({ status: 200 })
  })

  test('gives the place of a request that is cancelled while it waits to the next one', async () => {
    using server = await startPatient()
    const http = createHttp('test', { ...HTTP_LIMITS, maxConnections: 1 })
    const cancel = new AbortController()
    const first = http.send(get(server.url))
    const cancelled = http.send(get(server.url), cancel.signal)
    const last = http.send(get(server.url))
    cancel.abort()
    expect(await cancelled).toMatchObject({ error: { kind: 'cancelled' } })
    await server.whenWaiting(1)
    server.answerNext()
    await first
    await server.whenWaiting(1)
    server.answerNext()
    expect(await last).toMatchObject({ status: 200 })
  })
})
