import type { HttpRequest } from '../http/request.ts'

/** A way to prove to the service who is asking. */
export interface Credentials {
  /** @returns the headers that authorize this request; asked anew for every try. */
  headersFor(request: HttpRequest): Promise<Readonly<Record<string, string>>>
}
