import { jsonAnswer, text } from './answers.ts'
import type { Expected, Fault, Reason } from './fault.ts'

/** Contract section 5: what is tried again by its HTTP status alone. */
const isRetried = (status: number): boolean =>
  [408, 429].includes(status) || (status >= 500 && ![501, 505, 511].includes(status))

const REASONS: Readonly<Record<number, Reason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  410: 'not_found',
  429: 'throttled',
}

function expectedOf(status: number): Expected {
  return { reason: REASONS[status] ?? 'service_error', tries: isRetried(status) ? 4 : 1 }
}

const ERROR_STATUSES: readonly number[] = [
  400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 415, 416, 418, 421, 422, 423, 424,
  425, 426, 428, 429, 431, 451, 494, 499, 500, 501, 502, 503, 504, 505, 507, 508, 511, 520, 524, 529, 530,
  599,
]

/** An HTTP status that means an error, over a body that would pass; over one that says nothing; over a page. */
export const httpStatuses: readonly Fault[] = ERROR_STATUSES.flatMap(status => {
  // 407 is a proxy's to say; what it means from the service itself is left open.
  const expected: Expected = status === 407 ? { tries: 1 } : expectedOf(status)
  return [
    {
      name: `${status} with the passing answer`,
      group: 'HTTP status',
      ...expected,
      write: text(body => body, { status }),
    },
    { name: `${status} without a body`, group: 'HTTP status', ...expected, write: text('', { status }) },
    {
      name: `${status} with HTML`,
      group: 'HTTP status',
      ...expected,
      write: text('<html><body>Error</body></html>', { status, headers: ['Content-Type: text/html'] }),
    },
  ]
})

/** Statuses that HTTP does not know: a client takes them for their class (RFC 9110, section 15). */
export const oddStatuses: readonly Fault[] = [600, 700, 999].map((status): Fault => ({
  name: `${status} with the passing answer`,
  group: 'odd status',
  write: text(body => body, { status }),
}))

interface PublishedError {
  readonly code: string
  readonly message: string
  /** Every HTTP status that it is documented or was seen with; 400 where nobody wrote it down. */
  readonly statuses: readonly number[]
}

/** The service's own codes (its page of error codes, and what was seen in use), then those of its gateway. */
const PUBLISHED_ERRORS: readonly PublishedError[] = [
  { code: 'CB.00060100', message: 'The network is busy', statuses: [500] },
  { code: 'CB.00060101', message: 'Internal service exception', statuses: [500] },
  { code: 'CB.00060200', message: 'Invalid param', statuses: [400] },
  { code: 'CB.00060201', message: 'Invalid task ID', statuses: [400] },
  { code: 'CB.00060202', message: 'Invalid service ID', statuses: [400] },
  { code: 'CB.00060203', message: 'Invalid file name', statuses: [400] },
  { code: 'CB.00060212', message: 'The file is empty', statuses: [400] },
  { code: 'CB.00060213', message: 'Too many files', statuses: [400] },
  { code: 'CB.00031105', message: 'The time window is too large', statuses: [400] },
  { code: 'CB.00030004', message: 'Octopus', statuses: [500] },
  { code: 'DEVCB.00030000', message: 'Error', statuses: [422] },
  { code: 'DEV.CB.032011', message: 'Invalid task ID', statuses: [400] },
  { code: 'DEV.CB.032302', message: 'The state was refreshed', statuses: [400] },
  { code: 'DEV.CB.0520002', message: 'Template not found', statuses: [400] },
  { code: 'DEV.CB.0210043', message: 'Docker image', statuses: [400] },
  { code: 'APIGW.0103', message: 'The backend does not exist', statuses: [404] },
  { code: 'APIGW.0104', message: 'Incorrect plug-in', statuses: [404, 400] },
  { code: 'APIGW.0105', message: 'Incorrect backend', statuses: [404, 400] },
  { code: 'APIGW.0106', message: 'Incorrect orchestration', statuses: [404, 400] },
  { code: 'APIGW.0201', message: 'Backend timeout', statuses: [400, 413, 414, 494, 502, 504] },
  { code: 'APIGW.0301', message: 'Incorrect IAM authentication information: token expires', statuses: [401] },
  { code: 'APIGW.0302', message: 'The IAM user is not authorized', statuses: [403] },
  { code: 'APIGW.0303', message: 'Incorrect app authentication information', statuses: [401] },
  { code: 'APIGW.0307', message: 'The token must be updated', statuses: [401] },
  { code: 'UNHEARD.OF', message: 'Nobody knows this one', statuses: [400, 500] },
]

/** Codes that mean "no such job or build", with the status that they are documented with. */
const NOT_FOUND_CODES: Readonly<Record<string, number>> = {
  'APIGW.0101': 404,
  'CB.00060214': 404,
  'CB.00031006': 422,
  'DEVCB.00031006': 422,
  'CB.00031059': 403,
}

/** Codes that ask for patience, with the statuses that they are documented with. */
const THROTTLE_CODES: Readonly<Record<string, readonly number[]>> = {
  'CB.00060211': [400, 500],
  'APIGW.0308': [429],
}

/** The code decides, whatever the HTTP status is. Whether 500 with such a code is tried again is left open. */
const ODD_NOT_FOUND_STATUSES: readonly number[] = [200, 400, 404, 409, 418, 422]
const ODD_THROTTLE_STATUSES: readonly number[] = [200, 400, 422, 429, 500, 503]

/** The ways in which the service and its gateway name an error. */
const ENVELOPES: Readonly<Record<string, (code: string, message: string) => unknown>> = {
  'error_code, error_msg': (code, message) => ({ error_code: code, error_msg: message }),
  'error_code, error_msg, request_id': (code, message) => ({
    error_code: code,
    error_msg: message,
    request_id: REQUEST_ID,
  }),
  'success, err_code, message': (code, message) => ({
    success: false,
    err_code: code,
    message,
    result: null,
  }),
  'success, errCode, message': (code, message) => ({ success: false, errCode: code, message }),
  'status, error': (code, message) => ({ status: 'error', error: { code, reason: message }, result: null }),
}

const REQUEST_ID = '0123456789abcdef0123456789abcdef'

export const publishedErrors: readonly Fault[] = PUBLISHED_ERRORS.flatMap(({ code, message, statuses }) =>
  statuses.map(status =>
    named(code, message, status, 'error_code, error_msg, request_id', expectedOf(status)),
  ),
)

export const notFoundCodes: readonly Fault[] = Object.entries(NOT_FOUND_CODES).flatMap(([code, documented]) =>
  [...new Set([documented, ...ODD_NOT_FOUND_STATUSES, 500])].flatMap(status =>
    Object.keys(ENVELOPES).map(envelope =>
      named(code, 'Not found', status, envelope, {
        reason: 'not_found',
        tries: status === 500 ? undefined : 1,
      }),
    ),
  ),
)

export const throttleCodes: readonly Fault[] = Object.entries(THROTTLE_CODES).flatMap(([code, documented]) =>
  [...new Set([...documented, ...ODD_THROTTLE_STATUSES])].flatMap(status =>
    Object.keys(ENVELOPES).map(envelope =>
      named(code, 'Too many requests', status, envelope, { reason: 'throttled', tries: 4 }),
    ),
  ),
)

/** Any other code with status 200 is an error of the service. */
export const errorsWith200: readonly Fault[] = ['CB.00060101', 'CB.00060200', 'UNHEARD.OF'].flatMap(code =>
  Object.keys(ENVELOPES).map(envelope =>
    named(code, 'Error', 200, envelope, { reason: 'service_error', tries: 1 }),
  ),
)

/** A code of the gateway that means something by its own status, come with 200; and the gateway's other prefix. */
export const unsettledCodes: readonly Fault[] = [
  ...['APIGW.0301', 'APIGW.0302', 'APIGW.0303', 'APIGW.0307'].map(code =>
    named(code, 'Refused', 200, 'error_code, error_msg', {}),
  ),
  named('APIG.0308', 'Too many requests', 429, 'error_code, error_msg', { reason: 'throttled', tries: 4 }),
  named('APIG.0101', 'No such API', 404, 'error_code, error_msg', { reason: 'not_found', tries: 1 }),
]

function named(code: string, message: string, status: number, envelope: string, expected: Expected): Fault {
  return {
    name: `${status} ${code} (${envelope})`,
    group: 'published code',
    ...expected,
    write: jsonAnswer(status, ENVELOPES[envelope]?.(code, message)),
  }
}
