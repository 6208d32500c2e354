import type { NetworkErrorKind } from '../http/network-errors.ts'
import type { ApiErrorReason } from '../util/api-error.ts'

/** What a code of the service or of its gateway means for the gate. */
export interface CodeMeaning {
  /** What is wrong, as `Words` have it. */
  readonly problem: string
  /** What to do, as `Words` have it. */
  readonly remedy: string
  /** The reason that the code stands for whatever the HTTP status; without one the status decides. */
  readonly reason?: 'not_found' | 'throttled'
  /** For `not_found`: the API itself is missing, not only the build, as the gateway or as the service says it. */
  readonly missingApi?: 'api_missing' | 'api_unknown'
}

const CHECK_IDS =
  'Check job_id, build_no and region: job_id may be given as the address of the page of the build task, which names them'
const CHECK_PLACE = 'Check region, or endpoint where it is given, and api_version'
const LATER =
  'Run the step again later. If the error stays, give the request ID to the support of Huawei Cloud'
const NEW_TOKEN =
  'Get a new token: it is valid for 24 hours, in its own region alone, and needs the project as its scope. ' +
  'Credentials that last are oidc_provider_urn with oidc_agency_urn, and access_key with secret_key'
const MEMBERSHIP = 'Add the user to the CodeArts project of the build task, with a role that may view it'
const SLOWER = 'Run the step again in a minute, or let fewer workflows send requests at the same time'
export const REPORT =
  'Run the step again. If that does not help, give the request ID to the support of Huawei Cloud'
const TRUST = 'Check the trust policy of the agency, and the client IDs of the OIDC provider'
const PARAMETERS = 'Check job_id and build_no: compare them with the page of the build task in CodeArts'
export const FAILED_INSIDE = 'The service has a problem'

/** What to do where reading a build fails. To start one, other things have to be right. */
export const REMEDIES_OF_READING: readonly string[] = [CHECK_IDS, PARAMETERS, MEMBERSHIP]

const byStatus = (problem: string, remedy: string): CodeMeaning => ({ problem, remedy })
const notFound = (problem: string): CodeMeaning => ({ ...byStatus(problem, CHECK_IDS), reason: 'not_found' })
const apiMissing = (missingApi: 'api_missing' | 'api_unknown'): CodeMeaning => ({
  ...byStatus('There is no API of CodeArts Build at this address', CHECK_PLACE),
  reason: 'not_found',
  missingApi,
})

/** For an answer that is not JSON, whatever its status: the service and its gateway use JSON (API reference, section 6). */
export const NOT_THE_SERVICE = byStatus(
  'Something other than the service may have answered',
  'Check endpoint, and any proxy or firewall on the way',
)

/** The words for a reason if no code says more. */
export const WORDS: Readonly<Record<Exclude<ApiErrorReason, 'unreachable'>, CodeMeaning>> = {
  not_found: byStatus('There is no such build or build task', CHECK_IDS),
  unauthorized: byStatus('The credentials were refused', NEW_TOKEN),
  forbidden: byStatus('The credentials may not read this build task', MEMBERSHIP),
  throttled: byStatus('The service gets too many requests', SLOWER),
  service_error: byStatus('The service reported an error', LATER),
  invalid_response: byStatus(
    'The answer of the service cannot be used',
    `${NOT_THE_SERVICE.remedy}: something other than the service may have answered`,
  ),
}
const NO_BUILD = notFound(WORDS.not_found.problem)
const THROTTLED: CodeMeaning = { ...WORDS.throttled, reason: 'throttled' }
const INTERNAL = byStatus(FAILED_INSIDE, LATER)

/** Every code that is known, documented or observed. */
export const KNOWN_CODES: Readonly<Record<string, CodeMeaning>> = {
  // Source: the service's page of error codes, api-codeci/ErrorCode (Chinese, and international of 2023-12-08).
  'CB.00060100': byStatus('The service is busy', LATER),
  'CB.00060101': INTERNAL,
  'CB.00060200': byStatus('The service does not accept a parameter of the request', PARAMETERS),
  'CB.00060201': byStatus('The service does not accept job_id', CHECK_IDS),
  'CB.00060202': byStatus('The service does not accept a service ID', PARAMETERS),
  'CB.00060203': byStatus('The service does not accept a file name', REPORT),
  'CB.00060211': THROTTLED,
  'CB.00060212': byStatus('The service says that an uploaded file is empty', REPORT),
  'CB.00060213': byStatus('The service says that too many files were uploaded', REPORT),
  'CB.00060214': apiMissing('api_unknown'),

  // Not documented; seen in live calls by others and in the source of the Terraform provider.
  'DEVCB.00031006': NO_BUILD,
  'CB.00031006': NO_BUILD,
  'CB.00031059': notFound('The build task has no build of that number'),
  'CB.00031105': byStatus('The service does not accept so long a time window', REPORT),
  'CB.00030004': byStatus('The scheduler of the service failed', LATER),
  'DEVCB.00030000': byStatus('The service refused the request', PARAMETERS),
  'DEV.CB.032011': byStatus('The service does not accept job_id', CHECK_IDS),
  'DEV.CB.032302': byStatus('The state of the build has changed in the meantime', REPORT),
  'DEV.CB.0520002': byStatus('The service says that a template does not exist', REPORT),
  'DEV.CB.0210043': byStatus('The service could not use a container image', REPORT),

  // Source: the gateway's page of error codes, devg-apisign/api-sign-errorcode (2025-10-20).
  'APIGW.0101': apiMissing('api_missing'),
  'APIGW.0103': INTERNAL,
  'APIGW.0104': INTERNAL,
  'APIGW.0105': INTERNAL,
  'APIGW.0106': INTERNAL,
  'APIGW.0201': byStatus('The gateway of the service could not handle the request', LATER),
  'APIGW.0301': WORDS.unauthorized,
  'APIGW.0302': byStatus('The user may not view this build task', MEMBERSHIP),
  'APIGW.0303': WORDS.unauthorized,
  'APIGW.0307': byStatus('The token has expired, or is for another region', NEW_TOKEN),
  'APIGW.0308': THROTTLED,

  // Of the security token service, which exchanges the job's token; not documented, reported by other users.
  'STS5.1001': byStatus('No trust policy allows this run to use the agency', TRUST),
  'STS5.2001': byStatus('The OIDC token is not from this provider, or is for another audience', TRUST),
}

/** An access key that repeated failures have locked. Source: the message of APIGW.0301 as users report it. */
export const LOCKED_KEY: CodeMeaning = byStatus(
  'The access key is locked after repeated failures',
  'Wait five minutes, and check the keys before the next run: every failure in between may lock them again',
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

/** For a successful answer without a record: the service gives none for a build that has just been started. */
export const NO_RECORD_YET = byStatus(
  'The build has no record yet',
  'Run the step again in a minute, or let it wait for the build (wait: true)',
)

/** For a 4xx without a known code: running the same step again would not help. */
export const CHECK_REQUEST = byStatus(
  'The service does not accept the request',
  'Check job_id, build_no, region and endpoint, then run the step again',
)

const NO_ADDRESS_HERE = 'and whether this machine needs a proxy (HTTPS_PROXY)'
const UNKNOWN_ISSUER = 'The certificate of the server is from an issuer that is not known here'

/** The words for a request that got no answer, by the kind of the network error. */
export const NETWORK_WORDS: Readonly<Record<NetworkErrorKind, CodeMeaning>> = {
  no_host: byStatus(
    'The host name of the service could not be resolved',
    `Check region, or endpoint where it is given, ${NO_ADDRESS_HERE}`,
  ),
  no_proxy_host: byStatus(
    'The host name of the proxy could not be resolved',
    'Check HTTPS_PROXY, and NO_PROXY if this machine needs no proxy',
  ),
  no_connection: byStatus(
    'The service could not be reached',
    `Check endpoint where it is given, ${NO_ADDRESS_HERE}`,
  ),
  cut: byStatus(
    'The connection was cut',
    'Run the step again. If that does not help, check any proxy or firewall on the way',
  ),
  timeout: byStatus(
    'The service did not answer in time',
    'Check that this machine can reach it, and any proxy or firewall on the way',
  ),
  cancelled: byStatus('The request was cancelled', REPORT),
  certificate_dates: byStatus(
    'The certificate of the server has expired, or is not valid yet',
    'Check the clock of this machine, and the dates of the certificate',
  ),
  certificate_host: byStatus(
    'The certificate of the server is for another host name',
    'Check the host name in endpoint or HTTPS_PROXY',
  ),
  certificate_issuer: byStatus(
    UNKNOWN_ISSUER,
    'If it is your own authority, set NODE_EXTRA_CA_CERTS to a file with its certificate. A proxy on the way may have sent it',
  ),
  certificate_file: byStatus(
    UNKNOWN_ISSUER,
    'Set NODE_EXTRA_CA_CERTS to a file that this step can read and that has the certificate of your authority in PEM form',
  ),
  certificate: byStatus(
    'The certificate of the server was refused',
    'Ask the operator of that server to replace the certificate',
  ),
  tls: byStatus(
    'No TLS connection could be made',
    'Check that endpoint, and HTTPS_PROXY if it begins with https://, name a server that supports TLS 1.2 or later on that port',
  ),
  proxy: byStatus(
    'The proxy does not let the request through',
    'Check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy',
  ),
  proxy_address: byStatus(
    'HTTPS_PROXY is not the address of a proxy',
    'Set it to http://host:port. With a password, write http://user:password@host:port, with special characters encoded',
  ),
  malformed: NOT_THE_SERVICE,
}
