import type { HttpRequest } from '../http/request.ts'

/** A way to prove to the service who is asking. */
export interface Credentials {
  /**
   * @param signal fires when nobody waits for the request any more; for credentials that ask the network themselves.
   * @returns the headers that authorize this request; asked anew for every try.
   */
  headersFor(request: HttpRequest, signal: AbortSignal): Promise<Readonly<Record<string, string>>>
}
