import { describe, expect, test } from '@jest/globals'
import { runAction, type ActionRun } from '../tools/runner/run-action.ts'
import { json } from '../tools/stand-in/exchange.ts'
import { startStandIn } from '../tools/stand-in/server.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from './support/passing-build.ts'

const { commit } = PASSING_RECORD
const NAMES = [
  'success',
  'status',
  'SUCCESS',
  'result',
  'commit',
  'id',
  '1',
  'error',
  'true',
  commit,
] as const

/** Ways in which a text gets among the secrets of a run; none of the proxies is used. */
const WAYS: Readonly<Record<string, (secret: string) => Record<'inputs' | 'env', Record<string, string>>>> = {
  'the password of a proxy': secret => ({
    inputs: { token: 'unrelated-token-value' },
    env: { HTTPS_PROXY: `http://svc:${secret}@127.0.0.1:9` },
  }),
  'the token': secret => ({ inputs: { token: secret }, env: {} }),
  'the keys': secret => ({ inputs: { access_key: secret, secret_key: secret }, env: {} }),
  'a variable that is not used': secret => ({
    inputs: { token: 'unrelated-token-value' },
    env: { HW_SECRET_KEY: secret },
  }),
}

/** Runs dist/ for one build of a service that answers everything with this body and asks for no credentials. */
async function gateOn(
  body: object,
  { inputs, env }: { inputs: Record<string, string>; env: Record<string, string> },
): Promise<ActionRun> {
  await using standIn = await startStandIn({ respond: () => json(200, body) })
  const asked = { job_id: JOB_ID, build_no: String(BUILD_NO), endpoint: standIn.url, commit, log_lines: '0' }
  return await runAction({ inputs: { ...asked, ...inputs }, env })
}

const BODIES = {
  'a build that passed': { success: true, result: PASSING_RECORD },
  'a build that failed': { success: true, result: { ...PASSING_RECORD, status: 'FAILURE' } },
  'an error beside a build that passed': {
    success: true,
    error: 'boom',
    error_code: 'CB.00060200',
    result: PASSING_RECORD,
  },
} as const

describe.each(Object.entries(BODIES))('%s', (_, body) => {
  test.each(Object.entries(WAYS))(
    'is judged and put out as it came, whatever %s is',
    async (_way, secretAs) => {
      const expected = await gateOn(body, { inputs: { token: 'unrelated-token-value' }, env: {} })
      expect(expected.exitCode).toBe(body === BODIES['a build that passed'] ? 0 : 1)
      for (const secret of NAMES) {
        const run = await gateOn(body, secretAs(secret))
        expect([secret, run.exitCode]).toEqual([secret, expected.exitCode])
        expect(run.outputs).toEqual(expected.outputs)
      }
    },
  )
})
