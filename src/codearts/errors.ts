/** What a code of the service or of its gateway means for the gate. */
export interface CodeMeaning {
  /** What happened, in words for a person. */
  readonly meaning: string
  /** What to do next: a clause in the imperative. */
  readonly hint: string
  /**
   * Whether another try may end better. `always`: whatever the HTTP status, since the service sends throttling with
   * three of them. `by status`: as the HTTP status says.
   */
  readonly again: 'always' | 'by status'
  /** The reason that the code stands for whatever the HTTP status; without one the status decides. */
  readonly reason?: 'not_found' | 'throttled'
}

const CHECK_IDS = 'check job_id (the 32 characters at the end of the build task page’s address) and build_no'
const CHECK_PLACE = 'check region and endpoint: this API is not published there, or not any more'
const LATER = 'the service is in trouble: run the step again later, or see its status page'
const NEW_TOKEN =
  'IAM user tokens live 24 hours and are valid in the region that issued them alone: get a new one for this region with the project as its scope, or use what lasts: oidc_provider_urn and oidc_agency_urn, or access_key and secret_key'
const MEMBERSHIP =
  'make the user a member of the CodeArts project that owns the build task, with a role that may view it'
const SLOWER = 'fewer jobs should ask at once: run the step again in a minute'
const REPORT = 'if it stays, report it to the service with the request id'
const TRUST = 'check the trust policy of the agency and the client IDs of the OIDC provider'
const PARAMETERS = 'check job_id and build_no against the build task'

const byStatus = (meaning: string, hint: string): CodeMeaning => ({ meaning, hint, again: 'by status' })
const notFound = (meaning: string, hint: string): CodeMeaning => ({
  ...byStatus(meaning, hint),
  reason: 'not_found',
})
const throttled = (meaning: string): CodeMeaning => ({
  meaning,
  hint: SLOWER,
  again: 'always',
  reason: 'throttled',
})

/** Source: the service's page of error codes, api-codeci/ErrorCode (Chinese, and international of 2023-12-08). */
const BUILD_CODES: Readonly<Record<string, CodeMeaning>> = {
  'CB.00060100': byStatus('the network of the service is busy', LATER),
  'CB.00060101': byStatus('the service failed inside', LATER),
  'CB.00060200': byStatus('a parameter is invalid', PARAMETERS),
  'CB.00060201': byStatus('the build task ID is invalid', CHECK_IDS),
  'CB.00060202': byStatus('the service ID is invalid', PARAMETERS),
  'CB.00060203': byStatus('a file name is invalid', REPORT),
  'CB.00060211': throttled('too many requests at once'),
  'CB.00060212': byStatus('an uploaded file is empty', REPORT),
  'CB.00060213': byStatus('too many files were uploaded', REPORT),
  'CB.00060214': notFound('the address is not known to the service', CHECK_PLACE),
}

/** Not documented; seen in live calls by others and in the Terraform provider's source. */
const OBSERVED_CODES: Readonly<Record<string, CodeMeaning>> = {
  'DEVCB.00031006': notFound('there is no such job or build', CHECK_IDS),
  'CB.00031006': notFound('there is no such job or build', CHECK_IDS),
  'CB.00031059': notFound('this job has no build of that number', CHECK_IDS),
  'CB.00031105': byStatus('the window of time is longer than 31 days', REPORT),
  'CB.00030004': byStatus('the scheduler of the service failed', LATER),
  'DEVCB.00030000': byStatus('the service refused the request', PARAMETERS),
  'DEV.CB.032011': byStatus('the build task ID is invalid', CHECK_IDS),
  'DEV.CB.032302': byStatus('the state of the build has changed meanwhile', 'run the step again'),
  'DEV.CB.0520002': byStatus('a template is not there', REPORT),
  'DEV.CB.0210043': byStatus('a container image could not be used', REPORT),
}

/** Of the security token service, which exchanges the job's token; not documented, seen by others who set it up. */
const STS_CODES: Readonly<Record<string, CodeMeaning>> = {
  'STS5.1001': byStatus('no policy allows the exchange', TRUST),
  'STS5.2001': byStatus('the token is not one of the provider’s, or for another audience', TRUST),
}

/** Source: the gateway's page of error codes, devg-apisign/api-sign-errorcode (2025-10-20). */
const GATEWAY_CODES: Readonly<Record<string, CodeMeaning>> = {
  'APIGW.0101': notFound('the API does not exist, or is not published there', CHECK_PLACE),
  'APIGW.0103': byStatus('the backend of the API does not exist', LATER),
  'APIGW.0104': byStatus('the plug-ins of the API are not configured', LATER),
  'APIGW.0105': byStatus('the backend of the API is not configured', LATER),
  'APIGW.0106': byStatus('the orchestration of the API failed', LATER),
  'APIGW.0201': byStatus('the gateway could not handle the request, or its backend is not available', LATER),
  'APIGW.0301': byStatus('the credentials were refused', NEW_TOKEN),
  'APIGW.0302': byStatus('the user is not allowed to call the API', MEMBERSHIP),
  'APIGW.0303': byStatus('the app’s credentials were refused', NEW_TOKEN),
  'APIGW.0307': byStatus('the token must be renewed, or is for another region', NEW_TOKEN),
  'APIGW.0308': throttled('the throttling threshold of the gateway has been reached'),
}

/** Every code that is known, documented or observed. */
export const KNOWN_CODES: Readonly<Record<string, CodeMeaning>> = {
  ...BUILD_CODES,
  ...OBSERVED_CODES,
  ...GATEWAY_CODES,
  ...STS_CODES,
}

/** @returns what a code means, or undefined for one that is not known. The gateway also spells itself `APIG.`. */
export function meaningOf(code: string): CodeMeaning | undefined {
  const name = code.replace(/^APIG\./, 'APIGW.')
  return Object.hasOwn(KNOWN_CODES, name) ? KNOWN_CODES[name] : undefined
}

/** What to do next where no code says more, by reason. */
export const HINTS = {
  not_found: `${CHECK_IDS}, and region`,
  unauthorized: NEW_TOKEN,
  forbidden: MEMBERSHIP,
  throttled: SLOWER,
  service_error: LATER,
  invalid_response:
    'check endpoint and any proxy on the way: something other than the service may have answered',
  no_host: 'check region and endpoint',
  no_connection: 'check endpoint, and whether this machine needs a proxy (HTTPS_PROXY) to reach it',
  cut: 'run the step again; if it stays, check any proxy on the way',
  timeout: 'check that this machine can reach the endpoint, and any proxy on the way',
  stopped: 'run the step again',
  certificate:
    'if the endpoint or a proxy has a certificate of your own authority, name that in NODE_EXTRA_CA_CERTS',
  proxy: 'check HTTPS_PROXY and NO_PROXY, and the user and password of the proxy',
  malformed: 'check endpoint and any proxy on the way: something other than the service may have answered',
} as const

/**
 * HTTP statuses that another try may mend (contract section 5). Every other one stays: 401 among them, because six
 * failures in a row lock an access key for five minutes.
 */
export function isPassingStatus(status: number): boolean {
  return [408, 429, 500, 502, 503, 504].includes(status)
}
