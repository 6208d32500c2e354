import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from '@jest/globals'
import { sleep } from '../../src/util/clock.ts'
import { createCodeArtsBuild } from '../../src/codearts/client.ts'
import { accessKeyCredentials } from '../../src/credentials/access-keys.ts'
import { runGate } from '../../src/gate/gate.ts'
import { createHttp, type Http } from '../../src/http/http-client.ts'
import type { Log } from '../../src/util/logging.ts'
import { rawText } from '../../src/util/message.ts'
import { createRedactor } from '../../src/report/redact.ts'
import type { Reason } from '../../src/gate/reasons.ts'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import type { FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import { createService } from '../../tools/fake-service/server.ts'
import type { TimedBuild } from '../../tools/fake-service/timed-build.ts'
import { createFakeClock, type FakeClock } from '../support/in-process/fake-clock.ts'
import { newEvidence } from '../support/builders/evidence.ts'
import { queueFor } from '../support/builders/one-poll.ts'

const HOUR_MS = 60 * 60_000
const BEGINNING_MS = Date.parse('2026-11-24T08:00:00Z')
/** Code that runs often is compiled anew in its first minutes; a leak would go on for the whole hour. */
const WARM_UP_REQUESTS = 500
const MEBIBYTE = 1024 * 1024

test('an hour of waiting with the shortest pauses uses one connection, and leaves no memory behind', async () => {
  const { reason, requests, connections, heapBytes } = await waitAnHour()
  expect(reason).toBe('wait_timeout')
  // One a second, a tenth of each pause left to chance.
  expect(requests).toBeGreaterThanOrEqual(3_600)
  expect(requests).toBeLessThanOrEqual(4_010)
  expect(connections).toBe(1)
  expect(heapBytes.after - heapBytes.before).toBeLessThan(2 * MEBIBYTE)
}, 120_000)

/** What an hour of waiting cost. */
interface LongWait {
  readonly reason: Reason
  readonly requests: number
  readonly connections: number
  /** What is in use after the first 500 requests and at the end, once all that is of no use is collected. */
  readonly heapBytes: { readonly before: number; readonly after: number }
}

/**
 * Waits an hour for a build that does not end, with the shortest pauses that there are: signed requests over real
 * sockets, on a clock that jumps over the pauses.
 */
async function waitAnHour(): Promise<LongWait> {
  const clock = createFakeClock()
  const nowMs = (): number => BEGINNING_MS + clock.nowMs()
  await using service = await startService(nowMs)
  const secrets = createRedactor(() => undefined)
  const { http, heapBefore } = watched(createHttp('bench'), clock)
  const random = (): number => 1 - Number.EPSILON
  const evidence = newEvidence({ jobIds: [SCENARIO_JOB_ID] })
  const run = runGate(
    {
      jobId: SCENARIO_JOB_ID,
      buildNo: BUILD.buildNo,
      expected: { commit: undefined, branch: undefined, tag: undefined },
    },
    {
      service: createCodeArtsBuild({
        endpoint: new URL(service.url),
        account: evidence,
        queue: queueFor(accessKeyCredentials(ACCESS_KEYS.valid, 'here', { nowMs, addSecret: secrets.add })),
        http,
        retry: { sleep: (ms, signal) => sleep(clock, ms, signal), random },
        nowMs,
        onRetry: ({ message }) => {
          throw new Error(rawText(message))
        },
      }),
      clock,
      random,
      cancel: new AbortController().signal,
      wait: {
        timeoutMs: HOUR_MS,
        longestPauseMs: 1_000,
        discoveryMs: 0,
      },
      log: SILENT,
      evidence,
      place: { host: 'localhost', region: undefined, isDefault: false },
    },
  )
  const { reason } = await clock.run(run)
  const { requests, connections } = service.seen
  return { reason, requests, connections, heapBytes: { before: heapBefore(), after: heapInUse() } }
}

const BUILD: TimedBuild = {
  buildNo: 61,
  createdMs: BEGINNING_MS,
  startedMs: BEGINNING_MS,
  endedMs: Number.POSITIVE_INFINITY,
  status: 'SUCCESS',
  commit: null,
  branch: 'main',
}

const SILENT: Log = {
  info: () => undefined,
  debug: () => undefined,
  startGroup: () => undefined,
  endGroup: () => undefined,
}

/** The network, with no pause skipped while a request is under way, and a look at the heap once all is warm. */
function watched(http: Http, clock: FakeClock) {
  let sent = 0
  let before = 0
  const send: Http['send'] = (request, signal) => {
    sent++
    if (sent === WARM_UP_REQUESTS) before = heapInUse()
    return clock.during(() => http.send(request, signal))
  }
  return { http: { ...http, send }, heapBefore: () => before }
}

/** A service that remembers nothing but two numbers: what it kept of each request would look like a leak. */
async function startService(nowMs: () => number) {
  const answer = createService({ scenarios: [], jobs: [{ jobId: SCENARIO_JOB_ID, builds: [BUILD] }], nowMs })
  const seen = { requests: 0, connections: 0 }
  const server = createServer(({ method = '', url = '', headers }, response) => {
    seen.requests++
    const [path = '', query] = url.split('?', 2)
    const request: FakeServiceRequest = {
      method,
      path,
      query: new URLSearchParams(query),
      target: url,
      body: '',
      headers,
      requestId: 'bench',
    }
    const { status, body } = answer(request)
    response.writeHead(status, { Date: new Date(nowMs()).toUTCString() })
    response.end(typeof body === 'string' ? body : '')
  }).on('connection', () => {
    seen.connections++
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
