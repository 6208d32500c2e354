import { failedStages, MAVEN_LOG } from './failed-build.ts'
import { serviceError } from '../errors.ts'
import { JOB_ID, log, record, stages } from './scenario.ts'
import type { Scenario } from './scenario.ts'

const MEBIBYTE = 1024 * 1024

/** Builds that failed, with their stages and logs. */
export const FAILED_BUILDS: readonly Scenario[] = [
  {
    name: 'failure',
    shows: 'a finished build that failed, with its stages and its log',
    jobId: JOB_ID,
    buildNo: 2,
    replies: [record(2, { status: 'FAILURE', err_msg: 'Step "Build with Maven" ended with exit code 1' })],
    stages: stages(failedStages(2, 'FAILURE')),
    log: log(MAVEN_LOG),
  },
  {
    name: 'aborted',
    shows: 'a build that somebody stopped',
    jobId: JOB_ID,
    buildNo: 3,
    replies: [record(3, { status: 'ABORTED' })],
    stages: stages(failedStages(3, 'ABORTED')),
    log: log(MAVEN_LOG.slice(0, MAVEN_LOG.indexOf('T E S T S'))),
  },
  {
    name: 'timeout',
    shows: 'a build that took longer than the service lets it (lower case, as the service writes it)',
    jobId: JOB_ID,
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
    jobId: JOB_ID,
    buildNo: 50,
    replies: [record(50, { status: 'FAILURE' })],
  },
  {
    name: 'diagnosis-in-trouble',
    shows: 'a failed build whose stages and log the service cannot give at the moment',
    jobId: JOB_ID,
    buildNo: 51,
    replies: [record(51, { status: 'FAILURE' })],
    stages: () => serviceError(500, 'CB.00060101', 'Internal service exception')(),
    log: () => serviceError(200, 'CB.00060100', 'The network is busy. Try again later')(),
  },
  {
    name: 'log-300-mib',
    shows: 'a failed build with a log of 300 MiB',
    jobId: JOB_ID,
    buildNo: 52,
    replies: [record(52, { status: 'FAILURE' })],
    stages: stages({}),
    log: (request, version) => log(longLog(300 * MEBIBYTE))(request, version),
  },
  {
    name: 'log-600-mib',
    shows: 'a failed build with a log that is too long to be read to its end',
    jobId: JOB_ID,
    buildNo: 53,
    replies: [record(53, { status: 'FAILURE' })],
    stages: stages({}),
    log: (request, version) => log(longLog(600 * MEBIBYTE))(request, version),
  },
]

/** Lines of a long log, made while they are sent, and a different last line. */
function* longLog(bytes: number): Generator<Uint8Array> {
  const piece = Buffer.from(
    '[INFO] Downloading from mirror: org/example/storefront/basket/4.2.1\n'.repeat(1_000),
  )
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece
  yield Buffer.from('[ERROR] The very last line\n')
}
