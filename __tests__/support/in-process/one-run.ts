import { json } from '../../../tools/fake-service/exchange.ts'
import {
  startFakeService,
  type FakeService,
  type FakeServiceOptions,
} from '../../../tools/fake-service/server.ts'
import { annotations, findCommands } from '../../../tools/runner/log-commands.ts'
import { TEST_TOKEN } from '../builders/environment.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../builders/passing-build.ts'
import { runInProcess, type InProcessOptions, type InProcessRun } from './run-in-process.ts'

/** Values of inputs or variables under their names. */
export type Values = Readonly<Record<string, string>>

/** Answers in place of the fake service, which looks at credentials. */
export type Respond = NonNullable<FakeServiceOptions['respond']>

/** One run of the gate; what is left out is that of a build that passes, asked for with a token. */
export interface Given {
  /** They may depend on the address of the fake service. */
  readonly inputs?: Values | ((url: string) => Values)
  readonly env?: InProcessOptions['env'] | ((url: string) => Values)
  readonly service?: Omit<FakeServiceOptions, 'respond'>
  readonly respond?: Respond
  readonly run?: Omit<InProcessOptions, 'inputs' | 'env'>
}

/** A run, what the fake service saw of it, and what it said. */
export interface Ended extends InProcessRun {
  readonly requests: FakeService['requests']
  readonly errors: readonly string[]
  readonly masks: readonly string[]
}

/** Runs the gate in this process, against a fake service of its own. */
export async function oneRun({ inputs = {}, env = {}, service, respond, run }: Given): Promise<Ended> {
  await using fakeService = await startFakeService({ respond: respond ?? answerWithRecord({}), ...service })
  const { url, requests } = fakeService
  const given = typeof inputs === 'function' ? inputs(url) : inputs
  const hasOther = ['token', 'access_key', 'oidc_provider_urn'].some(name => name in given)
  const own = {
    job_id: JOB_ID,
    build_no: String(BUILD_NO),
    endpoint: url,
    ...(hasOther ? {} : { token: TEST_TOKEN }),
  }
  const ended = await runInProcess({
    inputs: { ...own, ...given },
    env: typeof env === 'function' ? env(url) : env,
    ...run,
  })
  const errors = annotations(ended.log).filter(({ level }) => level === 'error')
  const masks = findCommands(ended.log).filter(({ name }) => name === 'add-mask')
  return {
    ...ended,
    requests: [...requests],
    errors: errors.map(({ message }) => message),
    masks: masks.map(({ data }) => data),
  }
}

/** @returns what answers with the record of a build that passes, with these fields changed. */
export function answerWithRecord(fields: object): Respond {
  return () => json(200, { success: true, result: { ...PASSING_RECORD, ...fields } })
}

/** @returns the exit code and the reason. */
export function endOf({ exitCode, outputs }: InProcessRun) {
  return [exitCode, outputs.get('reason')]
}

/** @returns everything that a run shows to people, but for masks. */
export function shownBy({ log, summary }: InProcessRun): string {
  return [...log.split('\n').filter(line => !line.startsWith('::add-mask::')), summary].join('\n')
}

/** The end of a run that passes. */
export const PASSES = [0, 'success'] as const

/** Leaves the answers to the fake service itself, which looks at credentials. */
export const AS_SERVED: Given = {
  respond: () => undefined,
  service: { records: { [`${JOB_ID}/${BUILD_NO}`]: PASSING_RECORD } },
}
