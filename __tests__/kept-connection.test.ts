import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, jest, test } from '@jest/globals'
import { createHttp, HTTP_LIMITS, type HttpRequest } from '../src/http/request.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'

/** Answers the first request on each connection, and cuts the connection at the second. */
async function startForgetful() {
  const requests: number[] = []
  let connections = 0
  const server = createServer(socket => {
    const connection = ++connections
    let answered = false
    socket.on('error', () => undefined)
    socket.on('data', () => {
      requests.push(connection)
      if (answered) socket.destroy()
      else socket.write(ANSWER)
      answered = true
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`),
    /** The number of the connection that each request came by. */
    requests,
    [Symbol.dispose]() {
      server.close()
    },
  }
}

const get = (url: URL): HttpRequest => ({ method: 'GET', url, headers: {} })

test('a GET that met a connection which the server had given up goes out again, within one deadline', async () => {
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

test('a POST does not: it may have been taken', async () => {
  using server = await startForgetful()
  const http = createHttp('test')
  await http.send(get(server.url))
  const answer = await http.send({ method: 'POST', url: server.url, headers: {}, body: '{}' })
  expect(answer).toMatchObject({ ok: false, fault: { kind: 'cut' } })
  expect(server.requests).toEqual([1, 1])
})

test('nor does a GET whose connection is cut at its first request', async () => {
  const server = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  let connections = 0
  server.on('connection', () => connections++)
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`)
  expect(await createHttp('test').send(get(url))).toMatchObject({ ok: false, fault: { kind: 'cut' } })
  server.close()
  expect(connections).toBe(1)
})
