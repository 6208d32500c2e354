import { accessKeyCredentials, type SigningKeys } from './access-keys.ts'
import { keylessCredentials, type KeylessOptions, type KeylessTools } from './temporary-keys.ts'
import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import type { ApiError } from '../util/api-error.ts'
import type { Message } from '../util/message.ts'

/** A way to prove to the service who is asking. */
export interface Credentials {
  /**
   * @param signal fires when nobody waits for the request any more; for credentials that ask the network themselves.
   * @returns what authorizes this request, or why nothing does; asked anew for every try. Never rejects.
   */
  authorize(request: HttpRequest, signal: AbortSignal): Promise<Authorization>
  /** Told that the service answered a request that these credentials had authorized with 401 or 403. */
  refused(response: HttpResponse): Refusal
}

/** The headers to send along, or the error of whoever was to provide them, already tried as often as it may be. */
export type Authorization =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly error: ApiError }

/** What these credentials make of a refusal. */
export interface Refusal {
  /** Whether they had expired and can be renewed: the one case in which a 401 is followed by another request. */
  readonly isRenewable: boolean
  /** What to do, where these credentials know more than the code of the service says; a locked key goes first. */
  readonly remedy?: Message | undefined
}

/**
 * @param token an IAM user token of the region, with the project as its scope; it lives 24 hours (source: the service's
 * page on tokens, api-iam/iam_30_0001).
 */
export function tokenCredentials(token: string): Credentials {
  return {
    authorize: () => Promise.resolve({ ok: true, headers: { 'X-Auth-Token': token } }),
    // The codes of the service say all that there is to say of a token.
    refused: () => ({ isRenewable: false }),
  }
}

/** The one kind of credentials that a run uses. */
export type CredentialChoice =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'access_keys'
      readonly keys: SigningKeys
      /** Where they were found, in words: inputs, or the variables of another tool. */
      readonly source: string
      readonly isFromEnvironment: boolean
    }
  | ({ readonly kind: 'keyless' } & KeylessOptions)

/** @returns the credentials of the chosen kind. Nothing is sent before the first request asks for them. */
export function createCredentials(choice: CredentialChoice, tools: KeylessTools): Credentials {
  switch (choice.kind) {
    case 'token':
      return tokenCredentials(choice.token)
    case 'access_keys':
      return accessKeyCredentials(choice.keys, choice.source, tools)
    case 'keyless':
      return keylessCredentials(choice, tools)
  }
}
