import { serviceError } from '../errors.ts'
import { json } from '../exchange.ts'
import { makeRecord } from '../record.ts'
import { SCENARIO_JOB_ID } from './scenario.ts'
import type { Scenario } from './scenario.ts'

const passing = (buildNo: number) => makeRecord({ codeci_job_id: SCENARIO_JOB_ID, build_no: buildNo })

/** Status 200 without a valid build record. */
export const ODD_ANSWERS: readonly Scenario[] = [
  {
    name: 'html',
    shows: 'a page of HTML with status 200',
    jobId: SCENARIO_JOB_ID,
    buildNo: 40,
    replies: [
      () => ({
        status: 200,
        headers: { 'Content-Type': 'text/html;charset=UTF-8' },
        body: '<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>',
      }),
    ],
  },
  {
    name: 'success-false',
    shows: 'success false with an errCode',
    jobId: SCENARIO_JOB_ID,
    buildNo: 41,
    replies: [() => json(200, { success: false, message: 'Query failed', errCode: 'CB.00060101' })],
  },
  {
    name: 'success-false-beside-record',
    shows: 'success false beside the record of a build that passed',
    jobId: SCENARIO_JOB_ID,
    buildNo: 42,
    replies: [() => json(200, { success: false, result: passing(42) })],
  },
  {
    name: 'error-object',
    shows: 'an error object with status 200',
    jobId: SCENARIO_JOB_ID,
    buildNo: 43,
    replies: [
      () => json(200, { error: { code: 'DEVCB.00030000', reason: 'The request failed' }, status: 'error' }),
    ],
  },
  {
    name: 'error-object-beside-record',
    shows: 'an error object beside the record of a build that passed',
    jobId: SCENARIO_JOB_ID,
    buildNo: 44,
    replies: [
      () =>
        json(200, {
          result: passing(44),
          error: { code: 'DEVCB.00030000', reason: 'The request failed' },
          status: 'success',
        }),
    ],
  },
  {
    name: 'error-code-with-200',
    shows: 'an error of the service with status 200',
    jobId: SCENARIO_JOB_ID,
    buildNo: 45,
    replies: [serviceError(200, 'CB.00060101', 'Internal service exception')],
  },
  {
    name: 'json-within-text',
    shows: 'the whole answer as a text within JSON',
    jobId: SCENARIO_JOB_ID,
    buildNo: 46,
    replies: [() => json(200, JSON.stringify({ success: true, result: passing(46) }))],
  },
  {
    name: 'no-sign-of-success',
    shows: 'a record that passed in an envelope without a word on success',
    jobId: SCENARIO_JOB_ID,
    buildNo: 47,
    replies: [() => json(200, { result: passing(47) })],
  },
]
