import { accessKeyCredentials } from './access-keys.ts'
import type { CredentialChoice } from './choice.ts'
import type { Credentials } from './credentials.ts'
import { keylessCredentials, type KeylessOptions } from './keyless.ts'
import { tokenCredentials } from './token.ts'

/** @returns the credentials of the chosen kind. Nothing is sent before the first request asks for them. */
export function createCredentials(choice: CredentialChoice, tools: KeylessOptions['tools']): Credentials {
  switch (choice.kind) {
    case 'token':
      return tokenCredentials(choice.token)
    case 'access_keys':
      return accessKeyCredentials(choice.keys, choice.source, tools)
    case 'keyless':
      return keylessCredentials({ ...choice, tools })
  }
}
