// Every reason of contract section 2 and every way out, through a process of the committed dist/, with its exit code, in both
// actions. Tests that need no process run src/ in their own one (run-in-process.ts), because each way has its row here.
import { describe, expect, test } from '@jest/globals'
import { REASONS } from '../../src/gate/reasons.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'

type Action = 'gate' | 'start'

const WAYS = [
  ...['pass', 'pass with a warning', 'failed build', 'time-out', 'error', 'rejected inputs', 'crash'],
  ...['cancel by SIGINT', 'cancel by SIGTERM', 'cancel by SIGHUP', 'SIGKILL'],
] as const
type Way = (typeof WAYS)[number]

interface Row {
  readonly way: Way
  /** The output `reason`; `none` where the process was killed before it was written. */
  readonly reason: string
  /** The actions that can end so; both where it is left out. */
  readonly actions?: readonly Action[]
  /** What the record has in place of the fields of a build that passed. */
  readonly record?: object
  /** The answer to a request for the record. */
  readonly answer?: Answer
  /** The answer to every request, the one that starts a build too. */
  readonly refusal?: Answer
  readonly inputs?: Readonly<Record<string, string>>
  readonly run?: Pick<RunOptions, 'imports' | 'env' | 'cancel'>
}

const failing = (reason: string, status: string): Row => ({ way: 'failed build', reason, record: { status } })
const refused = (reason: string, status: number, error_code: string): Row => ({
  way: 'error',
  reason,
  refusal: json(status, { error_code, error_msg: 'no' }),
})
const RUNNING = { status: 'RUNNING', finish_time: null }

const ROWS: readonly Row[] = [
  { way: 'pass', reason: 'success' },
  failing('failed', 'FAILURE'),
  failing('aborted', 'ABORTED'),
  failing('timed_out', 'timeout'),
  failing('unknown_status', 'DONE'),
  { way: 'failed build', reason: 'running', record: RUNNING, inputs: { wait: 'false' }, actions: ['gate'] },
  { way: 'failed build', reason: 'commit_mismatch', inputs: { commit: 'abcdef0' } },
  { way: 'failed build', reason: 'branch_mismatch', inputs: { branch: 'nowhere' } },
  { way: 'failed build', reason: 'tag_mismatch', inputs: { tag: 'v1' } },
  {
    way: 'pass with a warning',
    reason: 'failed',
    record: { status: 'FAILURE' },
    inputs: { fail_unless_success: 'false' },
  },
  { way: 'time-out', reason: 'wait_timeout', record: RUNNING, inputs: { timeout_minutes: '0.1' } },
  refused('not_found', 404, 'DEVCB.00031006'),
  refused('unauthorized', 401, 'APIGW.0301'),
  refused('forbidden', 403, 'APIGW.0302'),
  refused('throttled', 429, 'APIGW.0308'),
  refused('service_error', 400, 'CB.00060200'),
  { way: 'error', reason: 'unreachable', inputs: { endpoint: 'http://127.0.0.1:1' } },
  { way: 'error', reason: 'invalid_response', answer: json(200, { success: true, result: [] }) },
  { way: 'error', reason: 'unknown', refusal: { status: 502, body: '' }, actions: ['start'] },
  { way: 'rejected inputs', reason: 'invalid_input', inputs: { log_lines: 'many' } },
  ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal): Row => ({
    way: `cancel by ${signal}`,
    reason: 'cancelled',
    record: RUNNING,
    run: { imports: [], cancel: { whenLogHas: 'RUNNING', signal } },
  })),
  { way: 'crash', reason: 'internal_error', run: { imports: [preloads.throwsLate] } },
  {
    way: 'SIGKILL',
    reason: 'none',
    run: { imports: [preloads.killedAfterWrite], env: { TEST_KILLED_AFTER: '5' } },
  },
]

/** Runs an action as a row says, on a build that is there, or that is started and is there at once. */
async function runRow(action: Action, { record, answer, refusal, inputs, run }: Row) {
  const respond = ({ method, path }: FakeServiceRequest): Answer => {
    if (refusal !== undefined) return refusal
    if (method === 'POST')
      return json(200, { status: 'success', result: { actual_build_number: String(BUILD_NO) } })
    if (!path.endsWith(`/${BUILD_NO}/record-info`)) return json(404, { error_code: 'DEVCB.00031006' })
    return answer ?? json(200, { success: true, result: { ...PASSING_RECORD, ...record } })
  }
  await using service = await startFakeService({ respond })
  // A wait would wait for what is refused for now.
  const own =
    action === 'gate' ? { build_no: String(BUILD_NO), wait: String(refusal === undefined) } : { wait: 'true' }
  return await runAction({
    action,
    inputs: { job_id: JOB_ID, token: TEST_TOKEN, endpoint: service.url, ...own, ...inputs },
    // A busy machine has 3 s for an answer.
    env: { TEST_TIME_FACTOR: '10' },
    imports: [preloads.shortenTime],
    killAfterMs: 15_000,
    ...run,
  })
}

/** The annotations of a way out, by their levels. */
function levelsOf(way: Way): readonly string[] {
  if (way === 'pass' || way === 'SIGKILL') return []
  return way === 'pass with a warning' ? ['warning'] : ['error']
}

describe.each(['gate', 'start'] as const)('dist/ of the %s', action => {
  const seen = new Set<string>()
  const rows = ROWS.filter(({ actions = [action] }) => actions.includes(action))

  test.concurrent.each(rows.map(row => [row.way, row.reason, row] as const))(
    'ends by: %s, with the reason: %s',
    async (way, reason, row) => {
      const run = await runRow(action, row)
      const [exitCode, signal] = way.startsWith('pass')
        ? [0, null]
        : way === 'SIGKILL'
          ? [null, way]
          : [1, null]
      expect(run).toMatchObject({ exitCode, signal, stderr: '' })
      expect([run.outputs.get('success') ?? 'false', run.outputs.get('reason') ?? 'none']).toEqual([
        String(way === 'pass'),
        reason,
      ])
      expect(annotations(run.log).map(({ level }) => level)).toEqual(levelsOf(way))
      seen.add(reason).add(way)
    },
  )

  test('has ended by every way, with every reason', () => {
    // A started build that runs is waited for, and of a start it may be unknown whether it came about.
    const reasons = new Set([...Object.keys(REASONS), 'unknown', 'none'])
    reasons.delete(action === 'gate' ? 'unknown' : 'running')
    expect([...seen].sort()).toEqual([...reasons, ...WAYS].sort())
  })
})
