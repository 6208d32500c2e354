// How the gate ends, and what it says: every status, every error, every code of the service, in this process. A row of each reason
// goes through dist/, in dist/ways-out.
import { describe, expect, test } from '@jest/globals'
import { meaningOf } from '../../src/codearts/error-codes.ts'
import { readMetadata } from '../../tools/readme-tables.ts'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import { CODES } from '../../tools/fake-service/scenarios/codes.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import {
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from '../support/in-process/run-in-process.ts'
import { askWith, type Asked, expectFailure, expectSummary, TITLE, verdictOf } from '../support/ask.ts'

type Options = Omit<InProcessOptions, 'inputs'>

const { ask, askRecord } = askWith((inputs, more?: Options) => runInProcess({ inputs, ...more }))

function askScenario(name: string, more: Partial<Asked<Options>> = {}): ReturnType<typeof ask> {
  const { jobId, buildNo, token = 'valid' } = scenarioOf(name)
  return ask({ jobId, buildNo, token: tokenOf(token), ...more })
}

/** What each run of this file ended in: every word that action.yml names must be among them. */
const reasonsSeen = new Set<string | undefined>()

describe('a build that passes', () => {
  test.each([
    ['success', 'passes'],
    ['camel-case', 'passes'],
    ['missing-fields', 'passes'],
    ['extra-fields', 'passes'],
    ['numbers-as-text', 'passes'],
  ])('%s: passes without an annotation, by one request', async (name, words) => {
    const run = await askScenario(name)
    expect(verdictOf(run)).toEqual({ exitCode: 0, success: 'true', reason: 'success' })
    expect(annotations(run.log)).toEqual([])
    expect(run.log).toContain(
      `The build ${words}. (build ${scenarioOf(name).buildNo} of build task ${SCENARIO_JOB_ID}; status SUCCESS; `,
    )
    expect(run.log).toContain('commit: not checked; branch: not checked')
    expectSummary(run, 'success')
    expect(run.requests).toHaveLength(1)
    reasonsSeen.add(run.outputs.get('reason'))
  })

  test('success is false until the very last write', async () => {
    const { outputNames } = await askScenario('success')
    expect(outputNames[0]).toBe('success')
    expect(outputNames.slice(outputNames.lastIndexOf('reason'))).toEqual([
      'reason',
      'url',
      'success',
      'artifacts',
      'builds',
      'success',
    ])
    const failed = await askScenario('failure')
    expect(failed.outputNames.slice(-4)).toEqual(['reason', 'url', 'builds', 'artifacts'])
  })

  test.each([
    ['throttled-by-gateway', 2],
    ['throttled-with-400', 2],
    ['throttled-with-500', 2],
    ['bad-gateway-once', 2],
    ['html-once', 2],
    ['v3-gone', 2],
    ['only-v4', 3],
  ])('%s: passes in the end, after %d requests', async (name, requests) => {
    const run = await askScenario(name)
    expect(verdictOf(run)).toEqual({ exitCode: 0, success: 'true', reason: 'success' })
    expect(annotations(run.log)).toEqual([])
    expect(run.requests).toHaveLength(requests)
  })
})

/** Statuses that a person could take for another one are quoted. */
const QUOTED: Readonly<Record<string, string>> = {
  success: '"success"',
  ' SUCCESS': '" SUCCESS"',
  ＳＵＣＣＥＳＳ: String.raw`"\uff33\uff35\uff23\uff23\uff25\uff33\uff33"`,
  'SU\u0421CESS': String.raw`"SU\u0421CESS"`,
}
const shown = (status: string): string => QUOTED[status] ?? status

const ENDED_AT = '2026-11-24T08:02:18.000+00:00'

/** [status, finish_time, reason, words of the sentence]: every status that is documented or was seen, and near misses. */
const STATUSES: readonly (readonly [string | null, string | null, string, string])[] = [
  ['FAILURE', ENDED_AT, 'failed', 'failed: its status is FAILURE'],
  ['SCHEDULE_FAILURE', ENDED_AT, 'failed', 'failed: its status is SCHEDULE_FAILURE'],
  ['failure', null, 'failed', 'failed: its status is failure'],
  ['ABORTED', ENDED_AT, 'aborted', 'was aborted: its status is ABORTED'],
  ['aborted', null, 'aborted', 'was aborted: its status is aborted'],
  ['timeout', ENDED_AT, 'timed_out', 'timed out in CodeArts: its status is timeout'],
  ['TIMEOUT', null, 'timed_out', 'timed out in CodeArts: its status is TIMEOUT'],
  ...['RUNNING', 'Running', 'QUEUED', 'InQueue', 'Starting', 'pending', 'building', 'success'].map(
    status => [status, null, 'running', `has not finished: its status is ${shown(status)}`] as const,
  ),
  [null, null, 'running', 'has not finished: its status is (none)'],
  ['', '', 'running', 'has not finished: its status is (none)'],
  ...[
    'UNKNOWN',
    'COMPLETED',
    'FAILED',
    'CANCELED',
    'Finished',
    'blue',
    'success',
    'SUCCESSFUL',
    ' SUCCESS',
    'ＳＵＣＣＥＳＳ',
    'SU\u0421CESS',
  ].map(
    status =>
      [
        status,
        ENDED_AT,
        'unknown_status',
        `ended with an unknown status: its status is ${shown(status)}`,
      ] as const,
  ),
  [
    'SUCCESS\n',
    ENDED_AT,
    'unknown_status',
    String.raw`ended with an unknown status: its status is "SUCCESS\n"`,
  ],
  [null, ENDED_AT, 'unknown_status', 'ended with an unknown status: its status is (none)'],
]

describe('a build that did not pass', () => {
  test.each(STATUSES)('%j, finish_time %j: fails, %s', async (status, finishTime, reason, words) => {
    const run = await askRecord({ status, finish_time: finishTime })
    const [outcome = '', shownStatus = ''] = words.split(': its status is ')
    expect(expectFailure(run, reason).startsWith(`The build ${outcome}. `)).toBe(true)
    expect(expectFailure(run, reason)).toContain(
      ` (build 1 of build task ${SCENARIO_JOB_ID}; status ${shownStatus}`,
    )
    expect(run.outputs.get('status')).toBe(status ?? '')
    expectSummary(run, reason)
    // More is asked about a build that failed, but its record once.
    expect(run.requests.filter(({ path }) => path.endsWith('/record-info'))).toHaveLength(1)
    if (reason === 'running') expect(run.requests).toHaveLength(1)
    reasonsSeen.add(run.outputs.get('reason'))
  })

  const firstOfEachReason = STATUSES.filter(
    ([, , reason], at) => STATUSES.findIndex(([, , other]) => other === reason) === at,
  )
  test.each(firstOfEachReason)(
    '%j, finish_time %j: a warning where fail_unless_success is false, %s',
    async (status, finishTime, reason) => {
      const run = await askRecord(
        { status, finish_time: finishTime },
        { inputs: { fail_unless_success: 'false' } },
      )
      expect(verdictOf(run)).toEqual({ exitCode: 0, success: 'false', reason })
      expect(annotations(run.log)).toEqual([
        {
          level: 'warning',
          title: `${TITLE}: ${reason}`,
          message: expect.stringMatching(
            /^(?!.*not checked).*\. The step passes, because fail_unless_success is false\. \(build 1 /,
          ),
        },
      ])
      expectSummary(run, reason)
    },
  )

  test('fail_unless_success: false says nothing more of a build that passes', async () => {
    const run = await askRecord({}, { inputs: { fail_unless_success: 'false' } })
    expect(verdictOf(run)).toEqual({ exitCode: 0, success: 'true', reason: 'success' })
    expect(annotations(run.log)).toEqual([])
  })
})

/** A record that could not be read: [what happened, how it is brought about, reason, words of the sentence, requests]. */
const ERRORS: readonly (readonly [string, () => Promise<Partial<Asked<Options>>>, string, RegExp, number])[] =
  [
    [
      'no such build',
      scenario('unknown-build'),
      'not_found',
      /Check job_id.*CB\.00031006.*DEVCB\.00031006/,
      3,
    ],
    [
      'no version of the API',
      scenario('no-version'),
      'not_found',
      /region, or endpoint.*API v3, v1, v4: .*APIGW\.0101/,
      3,
    ],
    [
      'an old token',
      scenario('token-expired'),
      'unauthorized',
      /24 hours.*APIGW\.0301 "Incorrect IAM.*expires_at/,
      1,
    ],
    [
      'a token of another region',
      scenario('token-of-other-region'),
      'unauthorized',
      /APIGW\.0307.*region.*24 hours|24 hours.*region/,
      1,
    ],
    [
      'a token that is none',
      scenario('token-unknown'),
      'unauthorized',
      /APIGW\.0301 .*decrypt token fail/,
      1,
    ],
    [
      'a user who is no member',
      scenario('token-not-allowed'),
      'forbidden',
      /Add the user to the CodeArts project.*APIGW\.0302/,
      1,
    ],
    ['throttled for ever', scenario('APIGW.0308-429'), 'throttled', /APIGW\.0308.*; 4 tries\)$/, 4],
    ['in trouble for ever', scenario('CB.00060100-500'), 'service_error', /CB\.00060100.*; 4 tries\)$/, 4],
    [
      'a page',
      scenario('html'),
      'invalid_response',
      /^Something other than the service .*an HTML page that begins with "Sign in".*; 4 tries\)$/,
      4,
    ],
    ['success false', scenario('success-false'), 'service_error', /CB\.00060101 "Query failed"/, 1],
    [
      'success false beside a record',
      scenario('success-false-beside-record'),
      'service_error',
      /an error without a code or a message/,
      1,
    ],
    [
      'an error object',
      scenario('error-object'),
      'service_error',
      /HTTP 200, DEVCB\.00030000 "The request failed"/,
      1,
    ],
    [
      'an error beside a record',
      scenario('error-object-beside-record'),
      'service_error',
      /DEVCB\.00030000/,
      1,
    ],
    [
      'an error with status 200',
      scenario('error-code-with-200'),
      'service_error',
      /HTTP 200, CB\.00060101/,
      1,
    ],
    ['JSON within a text', scenario('json-within-text'), 'invalid_response', /its JSON is not an object/, 1],
    [
      'no sign of success',
      scenario('no-sign-of-success'),
      'invalid_response',
      /does not say that the request succeeded/,
      1,
    ],
    [
      'a status that is a number',
      answer({ success: true, result: { status: 5 } }),
      'invalid_response',
      /its field status is a number/,
      1,
    ],
    [
      'two casings with two values',
      answer({ success: true, result: { status: 'SUCCESS', build_no: 1, buildNo: 2 } }),
      'invalid_response',
      /its fields build_no and buildNo differ/,
      1,
    ],
    ['an empty record', answer({ success: true, result: {} }), 'invalid_response', /has no record yet/, 3],
    ['no result', answer({ success: true, result: null }), 'invalid_response', /has no record yet/, 3],
    [
      'a service that is not there',
      unreachable,
      'unreachable',
      /Check endpoint.*refused the connection \(ECONNREFUSED\); 4 tries\)$/,
      0,
    ],
    [
      'refused inputs',
      () => Promise.resolve({ inputs: { build_no: 'x', tokn: 'x' } }),
      'invalid_input',
      /^INPUT_TOKN is not an input .*\nbuild_no must be .*, not "x"$/,
      0,
    ],
    [
      'no token',
      () => Promise.resolve({ inputs: { token: '' } }),
      'invalid_input',
      /^no credentials are given: the job must name the environment .*secrets are empty in runs from forks/,
      0,
    ],
  ]

function scenario(name: string) {
  const { jobId, buildNo, token = 'valid' } = scenarioOf(name)
  return () => Promise.resolve({ jobId, buildNo, token: tokenOf(token) })
}

function answer(body: unknown) {
  return () => Promise.resolve({ service: { respond: () => json(200, body) } })
}

async function unreachable(): Promise<Partial<Asked<Options>>> {
  const gone = await startFakeService()
  await gone.close()
  return { inputs: { endpoint: gone.url } }
}

describe('an error', () => {
  test.each(ERRORS)(
    '%s: fails with words, and fail_unless_success: false changes nothing',
    async (_, change, reason, words, requests) => {
      const { inputs, ...changes } = await change()
      for (const fail_unless_success of ['true', 'false']) {
        const run = await ask({ buildNo: 1, ...changes, inputs: { ...inputs, fail_unless_success } })
        expect(expectFailure(run, reason)).toMatch(words)
        expect(run.requests).toHaveLength(requests)
        expectSummary(run, reason)
        expect([...run.outputs.keys()].sort()).toEqual(['artifacts', 'builds', 'reason', 'success', 'url'])
        expectBuildsOf(run, reason)
        reasonsSeen.add(run.outputs.get('reason'))
      }
    },
  )

  test.each(CODES.map(({ name, buildNo }) => [name, buildNo] as const))(
    '%s: the code, the service’s own words, what they mean and the request id are shown',
    async (name, buildNo) => {
      const run = await ask({ buildNo })
      const [code = '', status = ''] = name.split('-')
      const message = expectFailure(run, run.outputs.get('reason') ?? '')
      expect(message.startsWith(`${meaningOf(code)?.problem ?? ''}. `)).toBe(true)
      expect(message).toContain(`HTTP ${status}, ${code} "${scenarioOf(name).shows}"`)
      expect(message).toContain(meaningOf(code)?.remedy ?? '')
      expect(message).toContain(run.requests.at(-1)?.requestId)
    },
  )
})

describe('a build that is not the one that is asked for, or has not finished in time', () => {
  test.each([
    ['commit_mismatch', { commit: '0123456' }, ', but 0123456 was asked for'],
    ['branch_mismatch', { branch: 'nowhere' }, 'branch: main, but nowhere was asked for'],
    ['tag_mismatch', { tag: 'v1' }, 'tag: shows none, but v1 was asked for'],
  ])('%s', async (reason, inputs, words) => {
    const run = await askScenario('success', { inputs })
    expect(expectFailure(run, reason)).toContain(words)
    expectSummary(run, reason)
    reasonsSeen.add(reason)
    const lenient = await askScenario('success', { inputs: { ...inputs, fail_unless_success: 'false' } })
    expect(verdictOf(lenient)).toEqual({ exitCode: 0, success: 'false', reason })
    expect(annotations(lenient.log)).toMatchObject([{ level: 'warning' }])
  })

  test('wait_timeout', async () => {
    const run = await askScenario('running', { inputs: { wait: 'true', timeout_minutes: '0.02' } })
    expect(expectFailure(run, 'wait_timeout')).toContain('Raise timeout_minutes (now 1.2 s)')
    expectSummary(run, 'wait_timeout')
    reasonsSeen.add('wait_timeout')
  })

  test('cancelled', async () => {
    const run = await askScenario('running', {
      inputs: { wait: 'true' },
      run: { cancel: { whenLogHas: 'Waiting for build', signal: 'SIGINT' } },
    })
    expect(expectFailure(run, 'cancelled')).toContain('; status RUNNING; ')
    expectSummary(run, 'cancelled')
    reasonsSeen.add('cancelled')
  })
})

test('every reason that action.yml names has had its row', () => {
  const { description } = readMetadata().outputs['reason'] ?? { description: '' }
  const named = Array.from(description.matchAll(/`([a-z_]+)`/g), ([, word]) => word)
  expect(named.length).toBeGreaterThan(10)
  // A crash is a matter of a process: dist/ways-out.
  expect([...reasonsSeen, 'internal_error'].sort()).toEqual(named.sort())
})

describe('where no runner reads the log', () => {
  /** Expects a log without anything that a runner would obey. */
  function expectPlain({ log }: InProcessRun): void {
    expect(findCommands(log)).toEqual([])
    expect(log).not.toMatch(/^\s*::|##\[/m)
  }

  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['false', 'false'],
    ['another word', '1'],
  ])('GITHUB_ACTIONS is %s: there is no command in the log', async (_, value) => {
    const run = await askRecord(
      { status: 'FAILURE' },
      { run: { env: { GITHUB_ACTIONS: value }, debug: true } },
    )
    expect(verdictOf(run)).toEqual({ exitCode: 1, success: 'false', reason: 'failed' })
    expectPlain(run)
  })

  test.each([false, true])('the same words are there, and no secret: debug logging %j', async debug => {
    const run = { env: { GITHUB_ACTIONS: undefined }, debug }
    const ended = [
      await askRecord({}, { run }),
      await askRecord({ status: 'FAILURE', err_msg: tokenOf('valid') }, { run }),
      await askRecord({ status: 'FAILURE' }, { run, inputs: { fail_unless_success: 'false' } }),
      await askScenario('token-expired', { run }),
      await askRecord({}, { run, token: 'no header carries-this-token' }),
    ]
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0, 1, 1])
    ended.forEach(expectPlain)
    const [passed = '', ...others] = ended.map(({ log }) => log)
    expect(passed).toContain(`The build passes. (build 1 of build task ${SCENARIO_JOB_ID}; `)
    expect(passed.includes('Debug: ')).toBe(debug)
    for (const [at, words] of [
      `Error: ${TITLE}: failed: The build failed. `,
      `Warning: ${TITLE}: failed: The build failed. `,
      `Error: ${TITLE}: unauthorized: The credentials were refused. `,
      `Error: ${TITLE}: invalid_input: token must be `,
    ].entries()) {
      expect(others[at]).toContain(words)
    }
  })
})

/** A gate on one build has it in `builds` too, on every way out. */
function expectBuildsOf({ outputs }: InProcessRun, reason: string): void {
  const none = Object.fromEntries(
    ['build_no', 'status', 'commit', 'branch', 'tag', 'duration', 'duration_seconds', 'daily_build_num'].map(
      name => [name, outputs.get(name) ?? ''],
    ),
  )
  const success = outputs.get('success') === 'true'
  const one = { name: SCENARIO_JOB_ID, job_id: SCENARIO_JOB_ID, success, reason, ...none, url: '' }
  expect(JSON.parse(outputs.get('builds') ?? '')).toEqual(reason === 'invalid_input' ? [] : [one])
}
