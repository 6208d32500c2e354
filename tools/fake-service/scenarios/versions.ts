import { SCENARIO_JOB_ID, record } from './scenario.ts'
import type { Scenario } from './scenario.ts'

/** The old versions of the API going away one by one. */
export const VERSIONS: readonly Scenario[] = [
  {
    name: 'v3-gone',
    shows: 'APIGW.0101 from v3, a build that passes from v1 and v4',
    jobId: SCENARIO_JOB_ID,
    buildNo: 60,
    versions: ['v1', 'v4'],
    replies: [record(60)],
  },
  {
    name: 'only-v4',
    shows: 'APIGW.0101 from v3 and v1, a build that passes from v4',
    jobId: SCENARIO_JOB_ID,
    buildNo: 61,
    versions: ['v4'],
    replies: [record(61)],
  },
  {
    name: 'no-version',
    shows: 'APIGW.0101 from every version',
    jobId: SCENARIO_JOB_ID,
    buildNo: 62,
    versions: [],
    replies: [record(62)],
  },
]
