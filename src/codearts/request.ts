import type { AuthorizationProblem, Credentials } from '../credentials/credentials.ts'
import type { HttpRequest } from '../http/request.ts'

/** Where the service is, and how to prove to it who is asking. */
export interface Access {
  /** The base URL of the service, with or without a path prefix. */
  readonly endpoint: URL
  readonly credentials: Credentials
}

export type AuthorizedRequest =
  | { readonly ok: true; readonly request: HttpRequest }
  | { readonly ok: false; readonly problem: AuthorizationProblem }

/**
 * @param path of one of the service's APIs, with its query.
 * @param options the media type that is asked for, and a signal that fires when nobody waits any more.
 * @returns a GET with credentials of its own (a signed one serves one try), or why there are none.
 */
export async function authorizedGet(
  { endpoint, credentials }: Access,
  path: string,
  { signal, accept = 'application/json' }: { readonly signal: AbortSignal; readonly accept?: string },
): Promise<AuthorizedRequest> {
  const url = new URL(endpoint.href.replace(/\/$/, '') + path)
  const request: HttpRequest = { method: 'GET', url, headers: { Accept: accept } }
  const authorization = await credentials.authorize(request, signal)
  if (!authorization.ok) return authorization
  return { ok: true, request: { ...request, headers: { ...request.headers, ...authorization.headers } } }
}
