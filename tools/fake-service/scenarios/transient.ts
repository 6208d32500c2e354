import { gatewayError, serviceError } from '../errors.ts'
import { SCENARIO_JOB_ID, record } from './scenario.ts'
import type { Scenario } from './scenario.ts'

const throttledByGateway = gatewayError(
  429,
  'APIGW.0308',
  'The throttling threshold has been reached: policy user over ratelimit,limit:120,time:1 minute',
)
const throttledByService = (status: number) =>
  serviceError(status, 'CB.00060211', 'Too many requests. Try again later')

/** Faults that are gone at the second request. */
export const TRANSIENT: readonly Scenario[] = [
  {
    name: 'throttled-by-gateway',
    shows: 'APIGW.0308 with status 429, then a build that passes',
    jobId: SCENARIO_JOB_ID,
    buildNo: 20,
    replies: [throttledByGateway, record(20)],
  },
  {
    name: 'throttled-with-400',
    shows: 'CB.00060211 with status 400, then a build that passes',
    jobId: SCENARIO_JOB_ID,
    buildNo: 21,
    replies: [throttledByService(400), record(21)],
  },
  {
    name: 'throttled-with-500',
    shows: 'CB.00060211 with status 500, then a build that passes',
    jobId: SCENARIO_JOB_ID,
    buildNo: 22,
    replies: [throttledByService(500), record(22)],
  },
  {
    name: 'bad-gateway-once',
    shows: 'status 502, then a build that passes',
    jobId: SCENARIO_JOB_ID,
    buildNo: 23,
    replies: [gatewayError(502, 'APIGW.0201', 'Backend unavailable'), record(23)],
  },
  {
    name: 'html-once',
    shows: 'a page of HTML with status 200, then a build that passes',
    jobId: SCENARIO_JOB_ID,
    buildNo: 24,
    replies: [
      () => ({
        status: 200,
        headers: { 'Content-Type': 'text/html' },
        body: '<html><body>Maintenance</body></html>',
      }),
      record(24),
    ],
  },
]
