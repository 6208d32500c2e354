import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { makeRecord } from '../fake-service/record.ts'

/** A service on loopback that answers every request with one finished build. */
export interface Service extends AsyncDisposable {
  readonly url: string
  readonly jobId: string
  readonly buildNo: number
  /** What has come in so far. */
  readonly seen: { readonly requests: number; readonly connections: number }
}

/** @param tls a key and a certificate, PEM: HTTPS in place of HTTP. */
export async function startService(tls?: { readonly key: string; readonly cert: string }): Promise<Service> {
  const build = { jobId: 'cb5fa20de5fd4cf8be681d4bd6fdd2f6', buildNo: 61 }
  const record = makeRecord({ codeci_job_id: build.jobId, build_no: build.buildNo })
  const answer = JSON.stringify({ success: true, result: record })
  const seen = { requests: 0, connections: 0 }
  const listener: RequestListener = (_, response) => {
    seen.requests++
    response.writeHead(200, { 'Content-Type': 'application/json;charset=UTF-8' }).end(answer)
  }
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener)
  server.on('connection', () => {
    seen.connections++
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...build,
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
