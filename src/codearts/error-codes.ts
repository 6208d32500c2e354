import type { NetworkErrorKind } from '../http/network-errors.ts'
import type { ApiErrorReason } from '../util/api-error.ts'

/** What a code of the service or of its gateway means for the gate. */
export interface CodeMeaning {
  /** What happened, a clause. */
  readonly meaning: string
  /** What to do next, a clause in the imperative. */
  readonly remedy: string
  /** The reason that the code stands for whatever the HTTP status; without one the status decides. */
  readonly reason?: 'not_found' | 'throttled'
  /** For `not_found`: the API itself is missing, not only the build, as the gateway or as the service says it. */
  readonly missingApi?: 'api_missing' | 'api_unknown'
}

const CHECK_IDS =
  'check job_id (the 32 characters at the end of the address of the build task page) and build_no'
const CHECK_PLACE = 'check region and endpoint: the service does not offer this API there'
const LATER = 'the service has a problem: run the step again later'
const NEW_TOKEN =
  'get a new token: an IAM user token lives 24 hours, and is valid only in its own region and with the project as its scope; ' +
  'credentials that last are oidc_provider_urn with oidc_agency_urn, and access_key with secret_key'
const MEMBERSHIP = 'add the user to the CodeArts project of the build task, with a role that may view it'
const SLOWER = 'run the step again in a minute, or let fewer jobs send requests at the same time'
export const REPORT = 'if it happens again, report it to the support of Huawei Cloud with the request ID'
const TRUST = 'check the trust policy of the agency and the client IDs of the OIDC provider'
const PARAMETERS = 'check job_id and build_no against the build task'

/** What to do where reading a build fails. To start one, other things have to be right. */
export const REMEDIES_OF_READING: readonly string[] = [CHECK_IDS, PARAMETERS, MEMBERSHIP]

const byStatus = (meaning: string, remedy: string): CodeMeaning => ({ meaning, remedy })
const notFound = (meaning: string): CodeMeaning => ({ meaning, remedy: CHECK_IDS, reason: 'not_found' })
const apiMissing = (missingApi: 'api_missing' | 'api_unknown', meaning: string): CodeMeaning => ({
  meaning,
  remedy: CHECK_PLACE,
  reason: 'not_found',
  missingApi,
})
const throttled = (meaning: string): CodeMeaning => ({ meaning, remedy: SLOWER, reason: 'throttled' })

/** Every code that is known, documented or observed. */
export const KNOWN_CODES: Readonly<Record<string, CodeMeaning>> = {
  // Source: the service's page of error codes, api-codeci/ErrorCode (Chinese, and international of 2023-12-08).
  'CB.00060100': byStatus('the network of the service is busy', LATER),
  'CB.00060101': byStatus('an internal error of the service', LATER),
  'CB.00060200': byStatus('a parameter is invalid', PARAMETERS),
  'CB.00060201': byStatus('the build task ID is invalid', CHECK_IDS),
  'CB.00060202': byStatus('the service ID is invalid', PARAMETERS),
  'CB.00060203': byStatus('a file name is invalid', REPORT),
  'CB.00060211': throttled('too many requests at once'),
  'CB.00060212': byStatus('an uploaded file is empty', REPORT),
  'CB.00060213': byStatus('too many files were uploaded', REPORT),
  'CB.00060214': apiMissing('api_unknown', 'the service does not know this address'),

  // Not documented; seen in live calls by others and in the source of the Terraform provider.
  'DEVCB.00031006': notFound('there is no such job or build'),
  'CB.00031006': notFound('there is no such job or build'),
  'CB.00031059': notFound('this job has no build of that number'),
  'CB.00031105': byStatus('the time window is longer than 31 days', REPORT),
  'CB.00030004': byStatus('the scheduler of the service failed', LATER),
  'DEVCB.00030000': byStatus('the service refused the request', PARAMETERS),
  'DEV.CB.032011': byStatus('the build task ID is invalid', CHECK_IDS),
  'DEV.CB.032302': byStatus('the state of the build has changed in the meantime', 'run the step again'),
  'DEV.CB.0520002': byStatus('a template does not exist', REPORT),
  'DEV.CB.0210043': byStatus('a container image could not be used', REPORT),

  // Source: the gateway's page of error codes, devg-apisign/api-sign-errorcode (2025-10-20).
  'APIGW.0101': apiMissing('api_missing', 'the API does not exist, or is not published there'),
  'APIGW.0103': byStatus('the backend of the API does not exist', LATER),
  'APIGW.0104': byStatus('the plug-ins of the API are not configured', LATER),
  'APIGW.0105': byStatus('the backend of the API is not configured', LATER),
  'APIGW.0106': byStatus('the orchestration of the API failed', LATER),
  'APIGW.0201': byStatus('the gateway could not handle the request, or its backend is not available', LATER),
  'APIGW.0301': byStatus('the credentials were refused', NEW_TOKEN),
  'APIGW.0302': byStatus('the user may not call the API', MEMBERSHIP),
  'APIGW.0303': byStatus('the credentials of the app were refused', NEW_TOKEN),
  'APIGW.0307': byStatus('the token must be renewed, or is for another region', NEW_TOKEN),
  'APIGW.0308': throttled('the request limit of the gateway is reached'),

  // Of the security token service, which exchanges the job's token; not documented, reported by other users.
  'STS5.1001': byStatus('no policy allows the exchange', TRUST),
  'STS5.2001': byStatus('the token is not from this provider, or is for another audience', TRUST),
}

/** An access key that repeated failures have locked. Source: the message of APIGW.0301 as users report it. */
export const LOCKED_KEY: CodeMeaning = byStatus(
  'the access key is locked after repeated failures',
  'wait five minutes, and check the keys before the next run: every failure in between may lock them again',
)

/**
 * @param said the service's own message beside the code.
 * @returns what a code means, or undefined for an unknown one. Codes of the gateway also begin with `APIG.`.
 */
export function meaningOf(code: string, said = ''): CodeMeaning | undefined {
  const name = code.replace(/^APIG\./, 'APIGW.')
  if (/^APIGW\.030[1-7]$/.test(name) && /failed to reach the limit/i.test(said)) return LOCKED_KEY
  return Object.hasOwn(KNOWN_CODES, name) ? KNOWN_CODES[name] : undefined
}

/** For an answer that is not JSON, whatever its status: the service and its gateway use JSON (API reference, section 6). */
export const NOT_THE_SERVICE =
  'something other than the service may have answered: check endpoint, and any proxy or firewall on the way'

/** For a successful answer without a record: the service gives none for a build that has just been started. */
export const NO_RECORD_YET = 'run the step again in a minute, or let it wait for the build (wait: true)'

/** What to do next if no code says more, by reason. */
export const REMEDIES: Readonly<Record<Exclude<ApiErrorReason, 'unreachable'>, string>> = {
  not_found: `${CHECK_IDS}, and region`,
  unauthorized: NEW_TOKEN,
  forbidden: MEMBERSHIP,
  throttled: SLOWER,
  service_error: LATER,
  invalid_response: NOT_THE_SERVICE,
}

/** For a 4xx without a known code: running the same step again would not help. */
export const CHECK_REQUEST =
  'the service does not accept this request: check job_id, build_no, region and endpoint'

/** What to do next if a request got no answer, by the kind of the network error: a clause in the imperative. */
export const NETWORK_REMEDIES: Readonly<Record<NetworkErrorKind, string>> = {
  no_host: 'check region and endpoint, and whether this machine needs a proxy (HTTPS_PROXY)',
  no_connection: 'check endpoint, and whether this machine needs a proxy (HTTPS_PROXY) to reach it',
  cut: 'run the step again; if it happens again, check any proxy or firewall on the way',
  timeout: 'check that this machine can reach the endpoint, and check any proxy or firewall on the way',
  cancelled: 'run the step again',
  certificate_dates: 'check the clock of this machine, and the dates of the certificate',
  certificate_host: 'check the host name in endpoint or HTTPS_PROXY: the certificate is for another one',
  certificate_issuer:
    'if the server or a proxy on the way has a certificate from your own authority, name a file with that certificate in NODE_EXTRA_CA_CERTS',
  certificate_file:
    'set NODE_EXTRA_CA_CERTS to a file that this step can read and that has the certificate of your authority in PEM form',
  certificate: 'ask the operator of that server to replace the certificate',
  tls: 'check that endpoint, and HTTPS_PROXY if it begins with https://, name a server that supports TLS 1.2 or later on that port',
  proxy: 'check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy',
  malformed: NOT_THE_SERVICE,
}
