import { accessKeyCredentials, type SigningKeys } from './access-keys.ts'
import type { KeylessOptions, KeylessTools } from './oidc.ts'
import { KeylessCredentials } from './temporary-keys.ts'
import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import type { ApiError } from '../util/api-error.ts'
import type { Message } from '../util/message.ts'

/** Authorizes requests. */
export interface Credentials {
  /**
   * @param signal fires when the request is no longer needed; for credentials that send requests themselves.
   * @returns the headers that authorize this request, or an error; called again for every try. Never rejects.
   */
  authorize(request: HttpRequest, signal: AbortSignal): Promise<Authorization>
  /** Called when the service answered 401 or 403 to a request that these credentials authorized. */
  refused(response: HttpResponse, request: HttpRequest): Refusal
}

/** The headers to send, or the error of the exchange that should provide them, after all its tries. */
export type Authorization =
  | { readonly ok: true; readonly headers: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly error: ApiError }

/** What the credentials know about a refusal. */
export interface Refusal {
  /** Whether they had expired and can be renewed: the only case in which a 401 is retried. */
  readonly isRenewable: boolean
  /** What to do, if the credentials know more than the code of the service says; a locked key takes precedence. */
  readonly remedy?: Message | undefined
}

/**
 * @param token an IAM user token of the region, with the project as its scope; it lives 24 hours (source: the service's
 * page on tokens, api-iam/iam_30_0001).
 */
export function tokenCredentials(token: string): Credentials {
  return {
    authorize: () => Promise.resolve({ ok: true, headers: { 'X-Auth-Token': token } }),
    // For a token, the codes of the service say everything.
    refused: () => ({ isRenewable: false }),
  }
}

/** The kind of credentials that a run uses. */
export type CredentialChoice =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'access_keys'
      readonly keys: SigningKeys
      /** Where they were found, for messages: the inputs, or the variables of another tool. */
      readonly source: string
      readonly isFromEnvironment: boolean
    }
  | ({ readonly kind: 'keyless' } & KeylessOptions)

/** @returns the credentials of the chosen kind. Nothing is sent before the first request needs them. */
export function createCredentials(choice: CredentialChoice, tools: KeylessTools): Credentials {
  switch (choice.kind) {
    case 'token':
      return tokenCredentials(choice.token)
    case 'access_keys':
      return accessKeyCredentials(choice.keys, choice.source, tools)
    case 'keyless':
      return new KeylessCredentials(choice, tools)
  }
}
