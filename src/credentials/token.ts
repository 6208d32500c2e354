import type { Credentials } from './credentials.ts'

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
