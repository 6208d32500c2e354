import type { HttpAnswer, HttpRequest } from '../http/request.ts'

/** A way to prove to the service who is asking. */
export interface Credentials {
  /**
   * @param signal fires when nobody waits for the request any more; for credentials that ask the network themselves.
   * @returns what authorizes this request, or why nothing does; asked anew for every try. Never rejects.
   */
  authorize(request: HttpRequest, signal: AbortSignal): Promise<Authorization>
  /** Told that the service answered a request that these credentials had authorized with 401 or 403. */
  refused(answer: HttpAnswer): Refusal
}

/** The headers to send along, or the problem of whoever was to provide them, already tried as often as it may be. */
export type Authorization =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problem: AuthorizationProblem }

/** Why there is nothing to authorize a request with. The words are those of codearts/answer.ts. */
export interface AuthorizationProblem {
  readonly reason: 'unauthorized' | 'throttled' | 'unreachable' | 'invalid_response' | 'service_error'
  /** What came back, a clause. */
  readonly cameBack: string
  /** What to do next, a clause in the imperative. */
  readonly hint: string
}

/** What these credentials make of a refusal. */
export interface Refusal {
  /** Whether they had run out and can be had anew: the one case in which a 401 is worth another request. */
  readonly isRenewable: boolean
  /** What to do, where these credentials know more than the code of the service says. */
  readonly hint?: string | undefined
}
