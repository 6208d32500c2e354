import type { Builds } from './builds.ts'
import type { Answer, FakeServiceRequest } from './exchange.ts'

/** One endpoint of the service. */
export interface Route {
  readonly method: string
  /** Matches the whole path; its named groups are the parameters. */
  readonly pattern: RegExp
  /** Whether it is not behind the gateway, so that it looks at its credentials itself. */
  readonly isOpen?: true
  /** Answers a request with valid credentials. */
  handle(request: FakeServiceRequest, parameters: Readonly<Record<string, string>>, builds: Builds): Answer
}

/** @returns the route of a request with the parameters of its path, or `undefined` if there is no such API. */
export function findRoute(routes: readonly Route[], { method, path }: FakeServiceRequest) {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null
    if (match !== null) return { route, parameters: match.groups ?? {} }
  }
  return undefined
}
