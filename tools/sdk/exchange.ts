import { keylessJob, TRUST } from '../fake-service/oidc.ts'
import type { FakeService } from '../fake-service/server.ts'
import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import { askSdk, type SdkKeys } from './client.ts'
import type { Check } from '../tally.ts'
import { modelProblems } from './models.ts'

const SESSION_NAME = 'sdk-check'

/** @returns a fresh OIDC token of the fake service's job. */
export async function idTokenOf({ url }: Pick<FakeService, 'url'>): Promise<string> {
  const { env } = keylessJob(url)
  const response = await fetch(`${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${TRUST.audience}`, {
    headers: { Authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  })
  const { value } = (await response.json()) as { readonly value: string }
  return value
}

/** Exchanges an OIDC token for temporary keys through the SDK's client of STS: `AssumeAgencyWithOIDC`. */
export async function exchangeKeys(
  service: FakeService,
): Promise<{ readonly keys: SdkKeys; readonly checks: readonly Check[] }> {
  const [answer] = await askSdk([
    {
      client: 'sts',
      endpoint: service.url,
      // The client signs this request too, though its page asks for no signature.
      keys: ACCESS_KEYS.valid,
      operation: 'AssumeAgencyWithOIDC',
      arguments: {
        provider_urn: TRUST.providerUrn,
        agency_urn: TRUST.agencyUrn,
        agency_session_name: SESSION_NAME,
        id_token: await idTokenOf(service),
      },
      readsThrottling: false,
    },
  ])
  if (answer?.raw === undefined) throw new Error(`The SDK got no keys: ${JSON.stringify(answer)}`)
  const { credentials } = JSON.parse(answer.raw) as {
    readonly credentials: {
      readonly access_key_id: string
      readonly secret_access_key: string
      readonly security_token: string
    }
  }
  return {
    keys: {
      accessKey: credentials.access_key_id,
      secretKey: credentials.secret_access_key,
      securityToken: credentials.security_token,
    },
    checks: [
      {
        name: 'AssumeAgencyWithOIDC: the SDK parses just what the fake service sent',
        problems: [...modelProblems(answer, JSON.parse(answer.raw))],
      },
    ],
  }
}
