import { gatewayError, serviceError } from '../errors.ts'
import { SCENARIO_JOB_ID } from './scenario.ts'
import type { Scenario } from './scenario.ts'

/** [build number, HTTP status, code, message] of CodeArts Build: the documented codes, then those that others reported. */
const SERVICE_CODES: readonly (readonly [number, number, string, string])[] = [
  [100, 500, 'CB.00060100', 'The network is busy. Try again later'],
  [101, 500, 'CB.00060101', 'Internal service exception'],
  [102, 400, 'CB.00060200', 'Invalid param'],
  [103, 400, 'CB.00060201', 'Invalid task ID'],
  [104, 400, 'CB.00060202', 'Invalid service ID'],
  [105, 400, 'CB.00060203', 'Invalid file name'],
  [106, 400, 'CB.00060211', 'Too many requests. Try again later'],
  [107, 400, 'CB.00060212', 'The uploaded file is empty'],
  [108, 400, 'CB.00060213', 'Too many files'],
  [109, 404, 'CB.00060214', 'URL not found'],
  [120, 422, 'CB.00031006', 'The build task does not exist'],
  [121, 422, 'DEVCB.00031006', 'The build task does not exist'],
  [122, 403, 'CB.00031059', 'No build history'],
  [123, 500, 'CB.00030004', 'Octopus service exception'],
  [124, 422, 'DEVCB.00030000', 'The request failed'],
  [125, 400, 'DEV.CB.032011', 'The task ID is invalid'],
]

/** The same of the API gateway. */
const GATEWAY_CODES: readonly (readonly [number, number, string, string])[] = [
  [140, 404, 'APIGW.0101', 'The API does not exist or has not been published in the environment'],
  [141, 404, 'APIGW.0103', 'The backend does not exist'],
  [142, 400, 'APIGW.0201', 'Bad request'],
  [143, 413, 'APIGW.0201', 'Request entity too large'],
  [144, 502, 'APIGW.0201', 'Backend unavailable'],
  [145, 504, 'APIGW.0201', 'Backend timeout'],
  [146, 401, 'APIGW.0301', 'Incorrect IAM authentication information: decrypt token fail'],
  [147, 403, 'APIGW.0302', 'The IAM user is not allowed to access the API'],
  [148, 401, 'APIGW.0303', 'Incorrect app authentication information'],
  [149, 401, 'APIGW.0307', 'The token must be updated'],
  [
    150,
    429,
    'APIGW.0308',
    'The throttling threshold has been reached: policy user over ratelimit,limit:120,time:1 minute',
  ],
]

/** Each documented error code, for every request. Their names are `{code}-{status}`. */
export const CODES: readonly Scenario[] = [
  ...SERVICE_CODES.map(([buildNo, status, code, message]) => ({
    ...describe(buildNo, status, code, message),
    replies: [serviceError(status, code, message)] as const,
  })),
  ...GATEWAY_CODES.map(([buildNo, status, code, message]) => ({
    ...describe(buildNo, status, code, message),
    replies: [gatewayError(status, code, message)] as const,
  })),
]

function describe(buildNo: number, status: number, code: string, message: string) {
  return { name: `${code}-${status}`, shows: message, jobId: SCENARIO_JOB_ID, buildNo }
}
