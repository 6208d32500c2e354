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
