import { expect } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { makeRecord } from '../../tools/fake-service/record.ts'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import {
  startFakeService,
  type FakeService,
  type FakeServiceOptions,
} from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import type { InProcessRun } from './in-process/run-in-process.ts'

/** The title of every annotation of the gate. */
export const TITLE = 'CodeArts Build Gate'

/** What is asked for; what is left out is a valid token and the task of the scenarios. */
export interface Asked<Options> {
  readonly buildNo: number
  readonly jobId?: string
  readonly token?: string
  readonly inputs?: Readonly<Record<string, string>>
  readonly service?: FakeServiceOptions
  readonly run?: Options
}

type WithRequests<Run> = Run & { readonly requests: FakeService['requests'] }

/**
 * @param run runs the gate, in a process or not.
 * @returns `ask`, which runs it for one build of a fake service, and expects what holds whatever the end is; and `askRecord`, the
 * same for a finished build with these fields in place of those of one that passed.
 */
export function askWith<Run extends InProcessRun, Options>(
  run: (inputs: Readonly<Record<string, string>>, more: Options | undefined) => Promise<Run>,
) {
  const ask = async (asked: Asked<Options>): Promise<WithRequests<Run>> => {
    const { buildNo, jobId = SCENARIO_JOB_ID, token = tokenOf('valid'), inputs, service } = asked
    await using fakeService = await startFakeService(service)
    const own = { job_id: jobId, build_no: String(buildNo), token, endpoint: fakeService.url }
    const ended = await run({ ...own, ...inputs }, asked.run)
    // Nothing is left for a later step, and the token is in nothing that is shown.
    expect(ended.state).toBe('')
    const printed = [ended.log.replace(`::add-mask::${token}\n`, ''), ended.summary]
    expect(printed.join('\n')).not.toContain(token)
    // Outputs hold what the service sent, byte for byte.
    const isSent = JSON.stringify(service?.records ?? {}).includes(token)
    expect([...ended.outputs.values()].join('\n').includes(token)).toBe(isSent)
    return { ...ended, requests: [...fakeService.requests] }
  }
  const askRecord = (fields: object, more: Partial<Asked<Options>> = {}): Promise<WithRequests<Run>> => {
    const record = makeRecord({ codeci_job_id: SCENARIO_JOB_ID, build_no: 1, ...fields })
    return ask({ buildNo: 1, service: { records: { [`${SCENARIO_JOB_ID}/1`]: record } }, ...more })
  }
  return { ask, askRecord }
}

export function verdictOf({ exitCode, outputs }: InProcessRun) {
  return { exitCode, success: outputs.get('success'), reason: outputs.get('reason') }
}

/** Expects a failed step with one annotation, which is an error. @returns its message. */
export function expectFailure(run: InProcessRun, reason: string): string {
  expect(verdictOf(run)).toEqual({ exitCode: 1, success: 'false', reason })
  const [annotation, ...others] = annotations(run.log)
  expect(others).toEqual([])
  expect(annotation).toMatchObject({ level: 'error', title: `${TITLE}: ${reason}` })
  return annotation?.message ?? ''
}

/** Expects a summary that says how the step ended. */
export function expectSummary({ summary }: InProcessRun, reason: string): void {
  const isPass = reason === 'success'
  expect(summary).toMatch(
    isPass ? /^## ✅ CodeArts Build Gate: the build passes$/m : /^## ❌ CodeArts Build Gate: /,
  )
  expect(summary.includes(`<b>Reason:</b> <code>${reason}</code>`)).toBe(!isPass)
}
