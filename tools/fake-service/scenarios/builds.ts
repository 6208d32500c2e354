import { readFileSync } from 'node:fs'
import { inCamelCase, makeRecord } from '../record.ts'
import { SCENARIO_JOB_ID, exactly, record } from './scenario.ts'
import type { Scenario } from './scenario.ts'

/** The answer of the service's own page on ShowRecordInfo, byte for byte. */
const PUBLISHED_EXAMPLE = readFileSync(new URL('../published-example.json', import.meta.url))

/** Fields that a build has only once it has ended. */
const NOT_ENDED = { finish_time: null, duration: null }

/** Fields that a build has only once it was scheduled. */
const NEVER_STARTED = {
  execution_id: '-1',
  queued_time: null,
  start_time: null,
  runnable_time: null,
  duration: 0,
}

/** Records of every kind, each available at the first request. */
export const BUILDS: readonly Scenario[] = [
  {
    name: 'success',
    shows: 'a finished build that passes',
    jobId: SCENARIO_JOB_ID,
    buildNo: 1,
    replies: [record(1)],
  },
  {
    name: 'schedule-failure',
    shows: 'a build that never started',
    jobId: SCENARIO_JOB_ID,
    buildNo: 5,
    replies: [record(5, { status: 'SCHEDULE_FAILURE', ...NEVER_STARTED })],
  },
  {
    name: 'running',
    shows: 'a build that still runs',
    jobId: SCENARIO_JOB_ID,
    buildNo: 6,
    replies: [record(6, { status: 'RUNNING', ...NOT_ENDED })],
  },
  {
    name: 'running-null-status',
    shows: 'a build that still runs, without a status',
    jobId: SCENARIO_JOB_ID,
    buildNo: 7,
    replies: [record(7, { status: null, ...NOT_ENDED })],
  },
  {
    name: 'unknown-word',
    shows: 'a finished build with a status that nobody documented',
    jobId: SCENARIO_JOB_ID,
    buildNo: 8,
    replies: [record(8, { status: 'COMPLETED' })],
  },
  {
    name: 'null-status',
    shows: 'a finished build without a status',
    jobId: SCENARIO_JOB_ID,
    buildNo: 9,
    replies: [record(9, { status: null })],
  },
  {
    name: 'lower-case-success',
    shows: 'a status that is nearly SUCCESS',
    jobId: SCENARIO_JOB_ID,
    buildNo: 10,
    replies: [record(10, { status: 'success' })],
  },
  {
    name: 'camel-case',
    shows: 'a record in camelCase',
    jobId: SCENARIO_JOB_ID,
    buildNo: 11,
    replies: [exactly(inCamelCase(makeRecord({ codeci_job_id: SCENARIO_JOB_ID, build_no: 11 })))],
  },
  {
    name: 'missing-fields',
    shows: 'a record with a status and nothing else',
    jobId: SCENARIO_JOB_ID,
    buildNo: 12,
    replies: [exactly({ status: 'SUCCESS' })],
  },
  {
    name: 'extra-fields',
    shows: 'a record with fields that the service may add later',
    jobId: SCENARIO_JOB_ID,
    buildNo: 13,
    replies: [
      record(13, { status_code: 5, display_name: 'storefront', labels: ['nightly'], owner: { id: 7 } }),
    ],
  },
  {
    name: 'numbers-as-text',
    shows: 'a record whose numbers came as text',
    jobId: SCENARIO_JOB_ID,
    buildNo: 14,
    replies: [record(14, { build_no: '14', duration: '133204', use_private_slave: '0' })],
  },
  {
    name: 'published-example',
    shows: "the service's own example, unchanged: its answer is of another build than its request",
    jobId: 'cb5fa20de5fd4cf8be681d4bd6fdd2f6',
    buildNo: 61,
    versions: ['v3'],
    replies: [() => ({ status: 200, body: PUBLISHED_EXAMPLE })],
  },
]
