import { noSuchBuild } from '../errors.ts'
import { SCENARIO_JOB_ID, record } from './scenario.ts'
import type { Scenario } from './scenario.ts'

/** Credentials that the gateway refuses, and builds that do not exist. */
export const REFUSED: readonly Scenario[] = [
  {
    name: 'token-expired',
    shows: 'a token that is older than 24 hours',
    jobId: SCENARIO_JOB_ID,
    buildNo: 70,
    token: 'expired',
    replies: [record(70)],
  },
  {
    name: 'token-of-other-region',
    shows: 'a token of another region',
    jobId: SCENARIO_JOB_ID,
    buildNo: 71,
    token: 'otherRegion',
    replies: [record(71)],
  },
  {
    name: 'token-not-allowed',
    shows: 'a token of a user who is not a member of the project',
    jobId: SCENARIO_JOB_ID,
    buildNo: 72,
    token: 'notAllowed',
    replies: [record(72)],
  },
  {
    name: 'token-unknown',
    shows: 'a token that is none',
    jobId: SCENARIO_JOB_ID,
    buildNo: 73,
    token: 'unknown',
    replies: [record(73)],
  },
  {
    name: 'unknown-build',
    shows: 'a build that does not exist',
    jobId: SCENARIO_JOB_ID,
    buildNo: 74,
    replies: [noSuchBuild],
  },
]
