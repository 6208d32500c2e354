import type { NamedQuery } from '../../../src/gate/build-query.ts'
import type { GateResult, StepResult } from '../../../src/gate/reasons.ts'
import { NOTHING_EXPECTED } from './one-poll.ts'
import { BUILD_NO, JOB_ID } from './passing-build.ts'

/** The build of `passing-build.ts`, as a gate on it alone names it. */
export const ONE_BUILD: NamedQuery = {
  name: JOB_ID,
  jobId: JOB_ID,
  buildNo: BUILD_NO,
  expected: NOTHING_EXPECTED,
  url: '',
}

/** @returns how a step ends whose one build has that result. */
export function stepOfOneBuild(result: GateResult): StepResult {
  const { name, jobId, url } = ONE_BUILD
  return { ...result, url, builds: [{ name, jobId, url, result }] }
}
