import { failedStages, MAVEN_LOG, testSummary } from './failed-build.ts'
import { serviceError } from '../errors.ts'
import { SCENARIO_JOB_ID, log, record, stages, tests } from './scenario.ts'
import type { Scenario } from './scenario.ts'

const MEBIBYTE = 1024 * 1024

/** Builds that failed, with their stages and logs. */
export const FAILED_BUILDS: readonly Scenario[] = [
  {
    name: 'failure',
    shows: 'a finished build that failed, with its stages, its log and its test results',
    jobId: SCENARIO_JOB_ID,
    buildNo: 2,
    replies: [record(2, { status: 'FAILURE', err_msg: 'Step "Build with Maven" ended with exit code 1' })],
    stages: stages(failedStages(2, 'FAILURE')),
    log: log(MAVEN_LOG),
    tests: tests(
      testSummary(2, null, 218, 3, 1),
      testSummary(2, 'Build with Maven', 200, 3),
      testSummary(2, 'Contract tests', 18, 0, 1),
    ),
  },
  {
    name: 'aborted',
    shows: 'a build that somebody stopped',
    jobId: SCENARIO_JOB_ID,
    buildNo: 3,
    replies: [record(3, { status: 'ABORTED' })],
    stages: stages(failedStages(3, 'ABORTED')),
    log: log(MAVEN_LOG.slice(0, MAVEN_LOG.indexOf('T E S T S'))),
  },
  {
    name: 'timeout',
    shows: 'a build that took longer than the service lets it (lower case, as the service writes it)',
    jobId: SCENARIO_JOB_ID,
    buildNo: 4,
    replies: [
      record(4, { status: 'timeout', finish_time: '2026-11-24T12:00:06.000+00:00', duration: 14_401_000 }),
    ],
    stages: stages(failedStages(4, 'timeout')),
    log: log(''),
  },
  {
    name: 'no-stages-no-log',
    shows: 'a failed build of which the service has neither stages nor a log',
    jobId: SCENARIO_JOB_ID,
    buildNo: 50,
    replies: [record(50, { status: 'FAILURE' })],
  },
  {
    name: 'diagnosis-in-trouble',
    shows: 'a failed build whose stages and log the service cannot give at the moment',
    jobId: SCENARIO_JOB_ID,
    buildNo: 51,
    replies: [record(51, { status: 'FAILURE' })],
    stages: () => serviceError(500, 'CB.00060101', 'Internal service exception')(),
    log: () => serviceError(200, 'CB.00060100', 'The network is busy. Try again later')(),
    tests: () => serviceError(503, 'CB.00060101', 'Internal service exception')(),
  },
  {
    name: 'failure-tests-passed',
    shows: 'a failed build whose tests all passed',
    jobId: SCENARIO_JOB_ID,
    buildNo: 55,
    replies: [record(55, { status: 'FAILURE' })],
    stages: stages(failedStages(55, 'FAILURE')),
    tests: tests(testSummary(55, null, 218, 0)),
  },
  {
    name: 'failure-tests-as-text',
    shows: 'a failed build with test results whose numbers are texts, as published examples have some',
    jobId: SCENARIO_JOB_ID,
    buildNo: 56,
    replies: [record(56, { status: 'FAILURE' })],
    stages: stages(failedStages(56, 'FAILURE')),
    tests: tests({ ...testSummary(56, null, 218, 3), total: '218', failures: '3' }),
  },
  longLogOf(300, 52, 'a failed build with a log of 300 MiB'),
  longLogOf(600, 53, 'a failed build with a log that is too long to be read to its end'),
]

function longLogOf(mebibytes: number, buildNo: number, shows: string): Scenario {
  return {
    name: `log-${mebibytes}-mib`,
    shows,
    jobId: SCENARIO_JOB_ID,
    buildNo,
    replies: [record(buildNo, { status: 'FAILURE' })],
    stages: stages({}),
    log: (request, version) => log(longLog(mebibytes * MEBIBYTE))(request, version),
  }
}

/** Lines of a long log, made while they are sent, and a different last line. */
function* longLog(bytes: number): Generator<Uint8Array> {
  const piece = Buffer.from(
    '[INFO] Downloading from mirror: org/example/storefront/basket/4.2.1\n'.repeat(1_000),
  )
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece
  yield Buffer.from('[ERROR] The very last line\n')
}
