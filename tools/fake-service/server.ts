import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { createAccessKeys } from './access-keys.ts'
import { createBuilds } from './builds.ts'
import { refuse } from './credentials.ts'
import { noSuchApi } from './errors.ts'
import type { Answer, FakeServiceRequest } from './exchange.ts'
import { RECORD_ROUTES } from './of-a-record.ts'
import { executeJobRoute, type Start } from './execute-job.ts'
import { oidcRoutes } from './oidc.ts'
import type { OidcOptions } from './oidc.ts'
import { jobRoutes, type Job, type NowMs } from './job.ts'
import { OUTPUT_ROUTES } from './output.ts'
import { RECORD_INFO_ROUTES } from './record-info.ts'
import { REPORT_SUMMARY_ROUTE } from './report-summary.ts'
import { findRoute } from './router.ts'
import { SCENARIOS } from './scenarios/index.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { afterStop, stopJobRoute, type Stops } from './stop-job.ts'
import { delayed, type TimedBuild } from './timed-build.ts'

const HOST = '127.0.0.1'

/** How to start a fake service; all options are optional. */
export interface FakeServiceOptions {
  /** The default, 0, is a free one. */
  readonly port?: number
  /** A path in front of the service's own, such as `/codearts`. */
  readonly pathPrefix?: string
  /** PEM texts of the key and the certificate: HTTPS instead of HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Builds that follow a script; the default is `SCENARIOS`. */
  readonly scenarios?: readonly Scenario[]
  /** More builds: a record under `{job_id}/{build_no}` each, served as finished builds in every version. */
  readonly records?: Readonly<Record<string, unknown>>
  /** Jobs whose builds come, run and end. */
  readonly jobs?: readonly Job[]
  /** Whether the builds of a job begin at the first request for it, as people need time to ask. */
  readonly doJobsWait?: boolean
  /** The time of the service, also in its `Date` headers; the default is the real time. */
  readonly nowMs?: NowMs
  /** How the exchange of an OIDC token for temporary keys behaves. */
  readonly oidc?: OidcOptions
  /** Called before path and credentials are checked; `undefined` leaves the request to the service. */
  readonly respond?: (request: FakeServiceRequest) => Answer | undefined
  /** Called for every connection, with the port of the client. */
  readonly onConnection?: (port: number) => void
}

/** A request, and the status of its answer. */
interface Transcript {
  readonly method: string
  /** As it was sent: with the prefix and the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Names and values of the headers by turns, as they were sent. */
  readonly rawHeaders: readonly string[]
  readonly body: string
  /** Milliseconds since the fake service started. */
  readonly atMs: number
  readonly requestId: string
  /** The HTTP status of the answer. */
  readonly status: number
}

/** A running fake service. */
export interface FakeService extends AsyncDisposable {
  /** The endpoint for the action, with the path prefix. */
  readonly url: string
  readonly port: number
  /** Every request so far, in order. */
  readonly requests: readonly Transcript[]
  /** Every build that a request has started, in order. */
  readonly starts: readonly Start[]
  /** Drops every connection and stops listening. */
  close(): Promise<void>
}

/**
 * Starts a small CodeArts Build on loopback.
 *
 * @throws Error when the port is taken, or the key and the certificate are no pair.
 */
export async function startFakeService(options: FakeServiceOptions = {}): Promise<FakeService> {
  const startedAt = performance.now()
  const requests: Transcript[] = []
  const starts: Start[] = []
  const answer = createService(options, starts)
  const serve = (message: IncomingMessage, body: string, response: ServerResponse): void => {
    const request = readRequest(message, body, options.pathPrefix ?? '')
    const { status, headers, body: answerBody } = answer(request)
    requests.push({
      method: request.method,
      path: message.url ?? '',
      headers: request.headers,
      rawHeaders: message.rawHeaders,
      body,
      atMs: performance.now() - startedAt,
      requestId: request.requestId,
      status,
    })
    if (options.nowMs !== undefined) response.setHeader('Date', new Date(options.nowMs()).toUTCString())
    send(response, request.requestId, {
      status,
      body: answerBody,
      ...(headers === undefined ? {} : { headers }),
    })
  }
  const listener: RequestListener = (message, response) => {
    let body = ''
    message
      .setEncoding('utf8')
      .on('data', (piece: string) => {
        body += piece
      })
      .on('end', () => {
        serve(message, body, response)
      })
  }

  const server =
    options.tls === undefined ? createHttpServer(listener) : createHttpsServer(options.tls, listener)
  await once(server.listen(options.port ?? 0, HOST), 'listening')
  server.on('connection', ({ remotePort = 0 }: Socket) => options.onConnection?.(remotePort))
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    if (server.listening) await once(server.close(), 'close')
  }
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${HOST}:${port}${options.pathPrefix ?? ''}`,
    port,
    requests,
    starts,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * @param starts takes every build that a request starts.
 * @returns the service without its sockets: the gateway looks for the API, then at the credentials, then passes on.
 */
export function createService(options: FakeServiceOptions, starts: Start[] = []) {
  const { scenarios = SCENARIOS, records = {}, jobs: given = [], nowMs = Date.now, oidc, respond } = options
  const startedBuilds: { readonly jobId: string; readonly build: TimedBuild }[] = []
  const madeMs = nowMs()
  const delaysMs = new Map<string, number>()
  const stops: Stops = new Map()
  const jobs = given.map(job => ({
    ...job,
    get builds() {
      const builds = job.builds.map(build => delayed(build, delaysMs.get(job.jobId) ?? 0))
      const own = startedBuilds.filter(one => one.jobId === job.jobId).map(one => one.build)
      return [...builds, ...own].map(build => afterStop(job.jobId, build, stops))
    },
  }))
  const builds = createBuilds(scenarios, records, jobs, nowMs)
  const keys = createAccessKeys(nowMs)
  const routes = [
    ...RECORD_INFO_ROUTES,
    ...RECORD_ROUTES,
    ...OUTPUT_ROUTES,
    REPORT_SUMMARY_ROUTE,
    ...jobRoutes(jobs, nowMs),
    executeJobRoute(jobs, nowMs, (start, build) => {
      startedBuilds.push({ jobId: start.jobId, build })
      starts.push(start)
    }),
    stopJobRoute(jobs, nowMs, stops),
    ...oidcRoutes(keys, nowMs, oidc),
  ]
  const beginJobs = ({ target, body }: FakeServiceRequest): void => {
    for (const { jobId } of options.doJobsWait === true ? given : [])
      if (!delaysMs.has(jobId) && `${target}${body}`.includes(jobId)) delaysMs.set(jobId, nowMs() - madeMs)
  }
  return (request: FakeServiceRequest): Answer => {
    beginJobs(request)
    const custom = respond?.(request)
    if (custom !== undefined) return custom
    const found = findRoute(routes, request)
    if (found === undefined) return noSuchApi(request)
    const refusal = found.route.isOpen === true ? undefined : refuse(request, keys)
    return refusal ?? found.route.handle(request, found.parameters, builds)
  }
}

function readRequest(message: IncomingMessage, body: string, pathPrefix: string): FakeServiceRequest {
  const target = message.url ?? ''
  const [path = '', query] = target.split('?', 2)
  return {
    method: message.method ?? '',
    // No route has the empty path: what is outside the prefix is not the service's.
    path: path.startsWith(`${pathPrefix}/`) ? path.slice(pathPrefix.length) : '',
    query: new URLSearchParams(query),
    target,
    body,
    headers: message.headers,
    requestId: randomBytes(16).toString('hex'),
  }
}

function send(response: ServerResponse, requestId: string, { status, headers, body }: Answer): void {
  const isWhole = typeof body === 'string' || body instanceof Uint8Array
  response.writeHead(status, {
    'X-Request-Id': requestId,
    'Content-Type': 'application/json;charset=UTF-8',
    ...(isWhole ? { 'Content-Length': Buffer.byteLength(body) } : {}),
    ...headers,
  })
  if (isWhole) response.end(body)
  // A client that has read enough closes the connection: the other pieces are not needed then.
  else pipeline(Readable.from(body, { objectMode: false }), response, () => undefined)
}
