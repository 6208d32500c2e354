import { recordIdOf } from '../record.ts'
import { SCENARIO_JOB_ID, type WireStage, type WireSummary } from './scenario.ts'

const ERROR = '[\u001b[1;31mERROR\u001b[m]'
const INFO = '[\u001b[1;34mINFO\u001b[m]'

/** The log of a build with Maven whose tests fail; with the colours that build tools print. */
export const MAVEN_LOG = [
  '[2026-11-24 08:00:05.112] [Pre-processing] : start',
  '[2026-11-24 08:00:05.734] [Pre-processing] : executor 2U8G, image maven3.9.6-jdk21',
  '[2026-11-24 08:00:07.020] [Check out code] : git fetch --depth 1 origin main',
  '[2026-11-24 08:00:09.481] [Check out code] : HEAD is now at 7c1b9e0 Keep the basket when the session is renewed',
  '[2026-11-24 08:00:09.502] [Build with Maven] : mvn --batch-mode verify',
  `${INFO} Scanning for projects...`,
  INFO,
  `${INFO} \u001b[1m----------------------< \u001b[0;36mexample:storefront\u001b[0;1m >-----------------------\u001b[m`,
  `${INFO} \u001b[1mBuilding storefront 4.2.1\u001b[m`,
  `${INFO} \u001b[1m--- \u001b[0;32mcompiler:3.13.0:compile\u001b[m \u001b[1m(default-compile)\u001b[m @ \u001b[36mstorefront\u001b[0;1m ---\u001b[m`,
  `${INFO} Compiling 214 source files with javac [debug release 21] to target/classes`,
  INFO,
  `${INFO} -------------------------------------------------------`,
  `${INFO}  T E S T S`,
  `${INFO} -------------------------------------------------------`,
  `${INFO} Running example.storefront.\u001b[1mPriceTest\u001b[m`,
  `${INFO} \u001b[1;32mTests run: \u001b[0;1;32m18\u001b[m, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.412 s`,
  `${INFO} Running example.storefront.\u001b[1mBasketTest\u001b[m`,
  `${ERROR} \u001b[1;31mTests run: 7, \u001b[1;31mFailures: 1\u001b[m, Errors: 0, Skipped: 0, Time elapsed: 0.087 s <<< FAILURE!`,
  `${ERROR} example.storefront.BasketTest.\u001b[1mkeepsTheBasketWhenTheSessionIsRenewed\u001b[m -- Time elapsed: 0.012 s <<< FAILURE!`,
  'org.opentest4j.AssertionFailedError: expected: <[apple, pear]> but was: <[]>',
  '\tat org.junit.jupiter.api.AssertionUtils.fail(AssertionUtils.java:39)',
  '\tat org.junit.jupiter.api.Assertions.assertEquals(Assertions.java:1142)',
  '\tat example.storefront.BasketTest.keepsTheBasketWhenTheSessionIsRenewed(BasketTest.java:58)',
  '',
  INFO,
  `${INFO} Results:`,
  INFO,
  `${ERROR} \u001b[1;31mFailures: \u001b[m`,
  `${ERROR} \u001b[1;31m  BasketTest.keepsTheBasketWhenTheSessionIsRenewed:58 expected: <[apple, pear]> but was: <[]>\u001b[m`,
  `${ERROR} \u001b[1;31mTests run: 25, Failures: 1, Errors: 0, Skipped: 0\u001b[m`,
  `${INFO} \u001b[1m------------------------------------------------------------------------\u001b[m`,
  `${INFO} \u001b[1;31mBUILD FAILURE\u001b[m`,
  `${INFO} \u001b[1m------------------------------------------------------------------------\u001b[m`,
  `${INFO} Total time:  02:07 min`,
  '[2026-11-24 08:02:17.603] [Build with Maven] : mvn ended with exit code 1',
  '[2026-11-24 08:02:17.811] [ERROR] : build task failed',
  '',
].join('\n')

/**
 * @returns the stages of a build that ended with this status in its third one, under the service's own keys, each with the
 * 18 fields of the SDK's `BuildStageRecord`.
 */
export function failedStages(buildNo: number, status: string): Readonly<Record<string, WireStage>> {
  return {
    initial: stage(buildNo, 0, 'Pre-processing', 'SUCCESS', '08:00:05', '08:00:07', 1_908),
    stage1: stage(buildNo, 1, 'Check out code', 'SUCCESS', '08:00:07', '08:00:09', 2_482),
    stage2: stage(buildNo, 2, 'Build with Maven', status, '08:00:09', '08:02:17', 128_101),
    final: stage(buildNo, 3, 'Post-processing', 'SUCCESS', '08:02:17', '08:02:18', 713),
  }
}

/** The documented examples have these two; the others are not documented. */
const STATUS_CODES: Readonly<Record<string, number>> = { SUCCESS: 5, ABORTED: 8 }

function stage(
  buildNo: number,
  sequence: number,
  name: string,
  status: string,
  start: string,
  finish: string,
  duration: number,
): WireStage {
  const at = (time: string): string => `2026-11-24T${time}.000+00:00`
  return {
    id: `6f1d20c4-77b3-4e0a-9c58-00000000000${sequence}`,
    build_record_id: recordIdOf(buildNo),
    execution_id: 'j_Qm4xT7vK',
    execution_stage_name: name,
    display_name: name,
    status,
    status_code: STATUS_CODES[status] ?? null,
    sequence,
    duration,
    build_duration: duration,
    pending_duration: 0,
    create_time: at(start),
    schedule_time: at(start),
    queued_time: at(start),
    start_time: at(start),
    finish_time: at(finish),
    node_id: sequence,
    log_status: 'finished',
  }
}

/**
 * @param stage the name of a stage; null for all of a build.
 * @returns test results with the 13 fields of the SDK's `ShowReportSummary`; the rest of the tests succeeded.
 */
export function testSummary(
  buildNo: number,
  stage: string | null,
  total: number,
  failures: number,
  errors = 0,
): WireSummary {
  const success = total - failures - errors
  return {
    job_id: SCENARIO_JOB_ID,
    build_no: buildNo,
    stage_name: stage,
    root_id: stage === null ? null : recordIdOf(buildNo),
    total,
    success,
    failures,
    errors,
    others: 0,
    execution_time: 499,
    is_success: success === total,
    genrate_time: '2026-11-24T08:02:17.000+00:00',
    region: 'cn-north-4',
  }
}
