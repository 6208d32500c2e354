import type { IncomingHttpHeaders } from 'node:http'

/** The versions of the API that return a build record. */
export type ApiVersion = 'v3' | 'v1' | 'v4'

/** A request as the service sees it. */
export interface FakeServiceRequest {
  readonly method: string
  /** Without the fake service's path prefix and the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Path and query as they were sent: with the prefix, nothing decoded. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The `X-Request-Id` of the answer, also in the body of errors of the gateway. */
  readonly requestId: string
}

/** An answer; `X-Request-Id`, `Date` and the documented `Content-Type` are added if it has none. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Pieces are sent one by one, chunked: a body that is too large to be held. */
  readonly body: string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Makes the answer to a request for a build record. */
export type Reply = (request: FakeServiceRequest, version: ApiVersion) => Answer

/** @returns an answer with a JSON body. */
export function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) }
}
