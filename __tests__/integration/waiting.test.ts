// What a wait makes of what comes in between, in this process: answers in turn, pages, limits and cancels.
import { describe, expect, test } from '@jest/globals'
import { gatewayError, serviceError } from '../../tools/fake-service/errors.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import type { TimedBuild } from '../../tools/fake-service/timed-build.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { build, MINUTE_MS, SECOND_MS, STORY_JOB_ID } from '../support/in-process/gate-story.ts'
import { BOTH_TOTALS, listOf, type ShownBuild } from '../support/builders/listed-builds.ts'
import {
  endOf,
  oneRun,
  type Given,
  PASSES,
  type Respond,
  type Values,
} from '../support/in-process/one-run.ts'
import { BUILD_NO, PASSING_RECORD } from '../support/builders/passing-build.ts'
import {
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from '../support/in-process/run-in-process.ts'

const JOB_ID = '48c66c6002964721be537cdc6ce0297b'
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const FINISHED_AT = '2026-11-24T07:30:27.000+00:00'
const MEBIBYTE = 1024 * 1024

/** Inputs and answers that the field has found, and how the step must end. */
interface FieldCase {
  readonly name: string
  readonly inputs: Readonly<Record<string, string>>
  /**
   * @param index of the request, from 0.
   * @param reads how often the record of build 61 was asked for before.
   */
  readonly respond: (request: FakeServiceRequest, index: number, reads: number) => Answer | undefined
  readonly run?: InProcessOptions
  readonly exitCode: 0 | 1
  readonly reason: string
  /** What stands in the one annotation; none for a run without one. */
  readonly says?: string | RegExp
  /** What the log has nowhere. */
  readonly never?: RegExp
  readonly outputs?: Readonly<Record<string, string>>
  readonly requests?: number
  readonly minDurationMs?: number
  readonly maxOutputBytes?: number
}

const good = { build_no: 61, commit: COMMIT, branch: 'main', status: 'SUCCESS', finish_time: FINISHED_AT }
const running = { ...good, status: 'RUNNING', finish_time: null }
const recordAnswer = (record: object): Answer => json(200, { success: true, result: record })
const page = (status: number): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body: '<html><title>Web server is returning an unknown error</title></html>',
})
const unavailable = (): Answer => serviceError(503, 'CB.00060100', 'The network is busy')()
/** An answer whose body never comes. */
const hangs = (): Answer => ({
  status: 200,
  body: (async function* () {
    await new Promise(() => undefined)
    yield new Uint8Array()
  })(),
})
const isOf =
  (buildNo: number) =>
  ({ path }: FakeServiceRequest): boolean =>
    path.endsWith(`/${buildNo}/record-info`)

/** A wait on a build whose records come one after the other; the last one stays. Nothing is known of the build before. */
const polls =
  (...answers: readonly Answer[]): FieldCase['respond'] =>
  (request, _index, reads) => {
    if (!isOf(61)(request)) return serviceError(422, 'CB.00031006', 'no such build')()
    return answers[Math.min(answers.length - 1, reads)]
  }

const WAIT = { build_no: '61', wait: 'true' }
const row = (commit: string | null) => ({ commit_id: commit, job_running_status: 'Finished' })
const older: ShownBuild = {
  no: 100,
  row: row(COMMIT),
  record: { ...good, build_no: 100, tag: 'v1', codeci_job_id: JOB_ID },
}
const newer = (record: object): ShownBuild => ({
  no: 101,
  row: row(null),
  record: { ...good, build_no: 101, status: 'FAILURE', ...record },
})
const noApi = gatewayError(404, 'APIGW.0101', 'The API does not exist')

const CASES: readonly FieldCase[] = [
  ...[520, 524, 529].map((status): FieldCase => ({
    name: `one HTTP ${status} with a page in a wait is a fault of one poll`,
    inputs: WAIT,
    respond: polls(recordAnswer(running), page(status), recordAnswer(good)),
    exitCode: 0,
    reason: 'success',
    says: `1 poll failed during the wait; the last error was: HTTP ${status} with`,
  })),
  ...['9'.repeat(400), '-5', 'NaN', '1e400', String(8 * 24 * 60 * 60_000)].map((duration): FieldCase => ({
    name: `a build before of ${duration.slice(0, 12)} ms is no estimate`,
    inputs: { ...WAIT, timeout_minutes: '0.06', poll_interval_seconds: '1' },
    respond: request => recordAnswer(isOf(61)(request) ? running : { status: 'SUCCESS', duration }),
    // Time for 3 polls of the build, and one of the build before.
    run: { timeFactor: 20 },
    exitCode: 1,
    reason: 'wait_timeout',
    says: /; status RUNNING; .*after [^;]* and [2-4] polls\)$/,
    never: /NaN|Infinity| left| overdue/,
  })),
  {
    name: 'a running record of 500 KB that differs at each poll is written twice at most',
    inputs: { ...WAIT, poll_interval_seconds: '1' },
    respond: (request, index) => {
      if (!isOf(61)(request)) return serviceError(422, 'CB.00031006', 'no such build')()
      const state = index < 40 ? running : good
      return recordAnswer({ ...state, commit_message: `${index}`.padEnd(500_000, 'x') })
    },
    exitCode: 0,
    reason: 'success',
    // Each record is written as `commit_message` and as `record`.
    maxOutputBytes: 2 * 2 * 512 * 1024,
  },
  ...[
    ['APIGW.0101', noApi({ requestId: 'x' })] as const,
    ['CB.00060214', serviceError(400, 'CB.00060214', 'no such address')()] as const,
  ].flatMap(([code, answer]): FieldCase[] =>
    [
      { inputs: WAIT, requests: 3 },
      { inputs: { build_no: 'latest', wait: 'true' }, requests: 1 },
      { inputs: { commit: COMMIT, wait: 'true' }, requests: 1 },
    ].map(({ inputs, requests }) => ({
      name: `${code} from the first request on fails a wait at once: ${JSON.stringify(inputs)}`,
      inputs,
      respond: () => answer,
      exitCode: 1,
      reason: 'not_found',
      says: code,
      requests,
    })),
  ),
  {
    name: 'a page with 404 fails a wait at the second poll',
    inputs: { ...WAIT, api_version: 'v3' },
    respond: () => page(404),
    exitCode: 1,
    reason: 'not_found',
    says: 'Web server is returning an unknown error',
    requests: 2,
  },
  {
    name: 'APIGW.0101 after a record is a fault of one poll',
    inputs: WAIT,
    respond: polls(recordAnswer(running), noApi({ requestId: 'x' }), recordAnswer(good)),
    exitCode: 0,
    reason: 'success',
    says: '1 poll failed during the wait',
  },
  {
    name: 'a Retry-After longer than a minute is waited for, before the first answer too',
    inputs: WAIT,
    respond: polls({ ...unavailable(), headers: { 'Retry-After': '90' } }, recordAnswer(good)),
    exitCode: 0,
    reason: 'success',
    says: 'asked for a pause of 1 min 30 s',
    requests: 2,
    run: { timeFactor: 1_000 },
    minDurationMs: 89,
  },
  {
    name: 'a build of a tag is not on a branch of that name',
    inputs: { build_no: '61', branch: 'v1.2.3' },
    respond: () => recordAnswer({ ...good, branch: null, tag: 'v1.2.3' }),
    exitCode: 1,
    reason: 'branch_mismatch',
    says: 'branch: shows none, but v1.2.3 was asked for',
  },
  {
    name: 'a build of a branch has no tag of that name',
    inputs: { build_no: '61', tag: 'main' },
    respond: () => recordAnswer({ ...good, tag: null }),
    exitCode: 1,
    reason: 'tag_mismatch',
    says: 'tag: shows none, but main was asked for',
  },
  ...['true', 'false'].map((fail_unless_success): FieldCase => ({
    name: `the limit comes while 503s come back, fail_unless_success: ${fail_unless_success}`,
    inputs: { ...WAIT, timeout_minutes: '0.2', poll_interval_seconds: '1', fail_unless_success },
    respond: polls(recordAnswer(running), unavailable()),
    run: { timeFactor: 30 },
    exitCode: fail_unless_success === 'true' ? 1 : 0,
    reason: 'wait_timeout',
    says: /status RUNNING; the last poll failed: HTTP 503, CB\.00060100/,
    outputs: { status: 'RUNNING', success: 'false' },
  })),
  {
    name: 'a cancel comes while 503s come back',
    inputs: WAIT,
    respond: polls(unavailable()),
    run: { cancel: { whenLogHas: 'Try 1 failed', signal: 'SIGTERM' } },
    exitCode: 1,
    reason: 'cancelled',
    says: '; the last poll failed: HTTP 503, CB.00060100',
  },
  ...['true', 'false'].map((fail_unless_success): FieldCase => ({
    name: `the limit falls into the request for the estimate, fail_unless_success: ${fail_unless_success}`,
    inputs: { ...WAIT, timeout_minutes: '0.015', fail_unless_success },
    respond: request => (isOf(61)(request) ? recordAnswer(running) : hangs()),
    run: { timeFactor: 3 },
    exitCode: fail_unless_success === 'true' ? 1 : 0,
    reason: 'wait_timeout',
    says: /Raise timeout_minutes \(now 0.9 s\), or see in CodeArts why .*; status RUNNING; .* and 1 poll\)$/,
    outputs: { status: 'RUNNING' },
  })),
  {
    name: 'the reason of a build that failed stands in the annotation',
    inputs: { build_no: '61' },
    respond: () => recordAnswer({ ...good, status: 'SCHEDULE_FAILURE', err_msg: 'no executor is free' }),
    exitCode: 1,
    reason: 'failed',
    says: 'the build says "no executor is free"',
  },
  ...[
    ['SUCCESS ', '"SUCCESS "'] as const,
    ['SU\u0421CESS', String.raw`"SU\u0421CESS"`] as const,
    ['SUCCESS\u200b', String.raw`"SUCCESS\u200b"`] as const,
  ].map(([status, shown]): FieldCase => ({
    name: `a status that only looks like SUCCESS is quoted: ${shown}`,
    inputs: { build_no: '61' },
    respond: () => recordAnswer({ ...good, status }),
    exitCode: 1,
    reason: 'unknown_status',
    says: `; status ${shown}`,
    outputs: { status },
  })),
  ...(
    [
      ['another tag is passed over', { tag: 'v2' }, 0, 'success', '100'],
      ['the tag as a ref counts', { tag: 'refs/tags/v1' }, 1, 'failed', '101'],
      ['no tag counts, and fails', { tag: null, status: 'SUCCESS' }, 1, 'tag_mismatch', '101'],
    ] as const
  ).map(([what, record, exitCode, reason, build_no]): FieldCase => ({
    name: `the newest build of a commit with a tag: ${what}`,
    inputs: { commit: COMMIT, tag: 'v1' },
    respond: listOf([older, newer(record)], BOTH_TOTALS),
    exitCode,
    reason,
    outputs: { build_no },
  })),
  {
    name: 'a newer build whose record something else than the service denies is not passed over',
    inputs: { commit: COMMIT },
    respond: request => (isOf(101)(request) ? page(404) : listOf([older, newer({})])(request)),
    exitCode: 1,
    reason: 'not_found',
    says: 'Web server is returning an unknown error',
  },
]

test.each(CASES)('$name', async fieldCase => {
  const { inputs, respond, exitCode, reason, says, never = /internal_error/, outputs = {} } = fieldCase
  let [index, reads] = [0, 0]
  await using fakeService = await startFakeService({
    respond: request => respond(request, index++, isOf(61)(request) ? reads++ : reads),
  })
  const run = await runInProcess({
    inputs: { job_id: JOB_ID, token: tokenOf('valid'), endpoint: fakeService.url, ...inputs },
    ...fieldCase.run,
  })
  expect(endOf(run)).toEqual([exitCode, reason])
  expect(Object.fromEntries(run.outputs)).toMatchObject({ success: String(reason === 'success'), ...outputs })
  expectAnnotation(run, says)
  expect(run.log).not.toMatch(never)
  if (fieldCase.requests !== undefined) expect(fakeService.requests).toHaveLength(fieldCase.requests)
  expect(run.durationMs).toBeGreaterThan(fieldCase.minDurationMs ?? 0)
  expect(writtenBytes(run)).toBeLessThan(fieldCase.maxOutputBytes ?? MEBIBYTE)
})

/** Expects one annotation that says so; none at all, but for the one of a failed step, where nothing is to be said. */
function expectAnnotation({ log, exitCode }: InProcessRun, says: string | RegExp | undefined): void {
  const messages = annotations(log).map(({ message }) => message)
  expect(messages).toHaveLength(says === undefined && exitCode === 0 ? 0 : 1)
  if (says instanceof RegExp) expect(messages[0]).toMatch(says)
  else expect(messages[0] ?? '').toContain(says ?? '')
}

/** @returns how much was written to the file of outputs, by the sizes of the last values. */
function writtenBytes({ outputs, outputNames }: InProcessRun): number {
  return outputNames.reduce((sum, name) => sum + (outputs.get(name)?.length ?? 0), 0)
}

/** Answers with each of these in turn, and with the last one from then on; of the build before, there is none. */
function inTurn(...answers: readonly (Answer | object)[]): Respond {
  let at = 0
  return ({ path }) => {
    if (path.includes(`/${BUILD_NO - 1}/`)) return NO_BUILD
    const answer = answers[Math.min(at++, answers.length - 1)] ?? {}
    return 'body' in answer && 'status' in answer && typeof answer.status === 'number'
      ? (answer as Answer)
      : json(200, { success: true, result: { ...PASSING_RECORD, ...answer } })
  }
}

const RUNNING = { status: 'RUNNING', finish_time: null }
const RUNNING_TWO = { ...RUNNING, branch: 'two', err_msg: 'late' }
const NO_API = json(404, { error_code: 'APIGW.0101', error_msg: 'The API does not exist' })
const NO_ADDRESS = json(404, { error_code: 'CB.00060214', error_msg: 'no such address' })
const NO_BUILD = json(404, { error_code: 'DEVCB.00031006', error_msg: 'no such build' })
const NO_PAGE: Answer = {
  status: 404,
  headers: { 'Content-Type': 'text/html' },
  body: '<title>Not Found</title>',
}
const WAITING = { wait: 'true', poll_interval_seconds: '1' }

describe('while waiting, an API that is not there', () => {
  test.each<[string, Values, readonly Answer[], number]>([
    ['APIGW.0101 of every version', {}, [NO_API], 3],
    ['CB.00060214 of every version', {}, [NO_ADDRESS], 3],
    ['each of the two', {}, [NO_API, NO_ADDRESS, NO_API], 3],
    ['APIGW.0101 of the one version that is asked', { api_version: 'v4' }, [NO_API], 1],
    ['a 404 that is no JSON, on two polls', {}, [NO_PAGE], 6],
    ['a 404 that is no JSON among others, on two polls', {}, [NO_API, NO_PAGE, NO_API], 4],
    ['APIGW.0101 for the newest number', { build_no: 'latest' }, [NO_API], 1],
    ['CB.00060214 for the newest number', { build_no: 'latest' }, [NO_ADDRESS], 1],
    ['a 404 that is no JSON for the newest number', { build_no: 'latest' }, [NO_PAGE], 2],
    ['APIGW.0101 for the list', { build_no: '', commit: 'abcdef0' }, [NO_API], 1],
    ['CB.00060214 for the list', { build_no: '', commit: 'abcdef0' }, [NO_ADDRESS], 1],
    ['a 404 that is no JSON for the list', { build_no: '', commit: 'abcdef0' }, [NO_PAGE], 2],
  ])('ends it at once: %s', async (_, inputs, answers, requestCount) => {
    const run = await oneRun({ inputs: { ...WAITING, ...inputs }, respond: inTurnsOf(answers) })
    expect(endOf(run)).toEqual([1, 'not_found'])
    expect(run.requests).toHaveLength(requestCount)
    expect(run.errors).toHaveLength(1)
  })

  test.each<[string, readonly Answer[]]>([
    ['a version that knows the API and not the build', [NO_API, NO_BUILD, NO_API]],
    ['a page once', [NO_PAGE, NO_PAGE, NO_PAGE, NO_BUILD]],
    ['a page on every other poll', [NO_PAGE, NO_PAGE, NO_PAGE, NO_BUILD, NO_BUILD, NO_BUILD, NO_PAGE]],
  ])('may be waited for: %s', async (_, answers) => {
    const run = await oneRun({
      inputs: WAITING,
      respond: inTurn(...answers, NO_BUILD, NO_BUILD, NO_BUILD, {}),
    })
    expect(endOf(run)).toEqual(PASSES)
  })

  test.each<[string, readonly Answer[]]>([
    ['APIGW.0101', [NO_API, NO_API, NO_API, NO_API]],
    ['CB.00060214', [NO_ADDRESS, NO_ADDRESS]],
    ['a 404 that is no JSON', [NO_PAGE, NO_PAGE, NO_PAGE]],
    ['one after the other', [NO_API, NO_PAGE, NO_ADDRESS, NO_PAGE]],
  ])('is a fault like any other after a first record: %s', async (_, answers) => {
    const run = await oneRun({ inputs: WAITING, respond: inTurn(RUNNING, ...answers, {}) })
    expect(endOf(run)).toEqual(PASSES)
    expect(run.requests).toHaveLength(answers.length + 3)
  })
})

/** Answers with these over and over. */
function inTurnsOf(answers: readonly Answer[]): Respond {
  let at = 0
  return () => answers[at++ % answers.length]
}

describe('outputs have what was last read, on every way out', () => {
  const changing = (last: Answer | object): Respond =>
    inTurn({ ...RUNNING, status: 'PENDING', branch: 'one' }, RUNNING_TWO, last)

  test.each<[string, Given, string]>([
    [
      'a refusal',
      { respond: changing(json(403, { error_code: 'APIGW.0302', error_msg: 'no' })) },
      'forbidden',
    ],
    [
      'a redirect',
      { respond: changing({ status: 302, headers: { Location: 'https://x.test/' }, body: '' }) },
      'invalid_response',
    ],
    ['a record of another build', { respond: changing({ id: 'other' }) }, 'invalid_response'],
    ['a field of a wrong type', { respond: changing({ status: 17 }) }, 'invalid_response'],
    [
      'the limit of the wait',
      { inputs: { timeout_minutes: '0.2' }, run: { timeFactor: 50 }, respond: changing(RUNNING_TWO) },
      'wait_timeout',
    ],
    [
      'the limit of the wait, with faults',
      { inputs: { timeout_minutes: '0.2' }, run: { timeFactor: 50 }, respond: changing(json(503, {})) },
      'wait_timeout',
    ],
    ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
      signal =>
        [
          signal,
          { respond: changing(RUNNING_TWO), run: { cancel: { whenLogHas: 'RUNNING', signal } } },
          'cancelled',
        ] as [string, Given, string],
    ),
  ])('%s', async (_, { inputs, ...given }, reason) => {
    const run = await oneRun({ ...given, inputs: { ...WAITING, ...(inputs as Values | undefined) } })
    expect(endOf(run)).toEqual([1, reason])
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      status: 'RUNNING',
      branch: 'two',
      err_msg: 'late',
      success: 'false',
    })
    expect(run.outputs.get('record')).toContain('"err_msg":"late"')
    expect(run.errors).toHaveLength(1)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s before anything was read sets the two',
    async signal => {
      const run = await oneRun({
        inputs: { wait: 'true' },
        respond: () => NO_BUILD,
        run: { cancel: { whenLogHas: 'not there yet', signal } },
      })
      expect(endOf(run)).toEqual([1, 'cancelled'])
      expect(new Set(run.outputNames)).toEqual(new Set(['success', 'reason', 'url', 'builds', 'artifacts']))
    },
  )
})

describe('a build that queues, runs and ends', () => {
  /** Waits for build 61, in a hundredth of its time: it begins in a moment, and build 60 is the one before. */
  async function waitFor(changes: Partial<TimedBuild>, inputs: Values): Promise<InProcessRun> {
    const startMs = Date.now()
    const builds = [
      build(60, { startedMs: startMs - 10 * MINUTE_MS, lastsMs: 3 * SECOND_MS }),
      build(61, { createdMs: startMs, startedMs: startMs + SECOND_MS, lastsMs: 2 * SECOND_MS, ...changes }),
    ]
    const nowMs = () => startMs + (Date.now() - startMs) * 100
    await using service = await startFakeService({ jobs: [{ jobId: STORY_JOB_ID, builds }], nowMs })
    const own = { job_id: STORY_JOB_ID, token: tokenOf('valid'), endpoint: service.url }
    return await runInProcess({ inputs: { ...own, ...WAITING, ...inputs } })
  }

  test('is found by its commit', async () => {
    const ended = await waitFor({}, { build_no: '', commit: COMMIT.slice(0, 10), branch: 'main' })
    expect([ended.exitCode, ended.outputs.get('build_no')]).toEqual([0, '61'])
    expect(ended.stdout).toContain(`commit: ${COMMIT}, as asked for; branch: main, as asked for`)
  })

  test('is found as the newest', async () => {
    const ended = await waitFor({ status: 'FAILURE' }, { build_no: 'latest' })
    expect([endOf(ended), ended.outputs.get('build_no')]).toEqual([[1, 'failed'], '61'])
  })

  test('is waited for no longer than it may', async () => {
    const never = { endedMs: Number.POSITIVE_INFINITY }
    const ended = await waitFor(never, { build_no: '61', timeout_minutes: '0.2' })
    expect([endOf(ended), ended.outputs.get('success')]).toEqual([[1, 'wait_timeout'], 'false'])
    expect(annotations(ended.log).map(({ level }) => level)).toEqual(['error'])
    expect(ended.stdout).toContain('Raise timeout_minutes (now 12 s)')
  })
})

test.each(['id', 'build_record_id'])(
  'a wait fails in which the %s changes behind a poll without one',
  async name => {
    const shown = [{ [name]: 'a' }, {}, { [name]: 'b' }]
    const states = shown.map((fields, at) => ({
      ...{ commit: COMMIT, branch: 'main', status: at < 2 ? 'RUNNING' : 'SUCCESS', finish_time: null },
      ...fields,
    }))
    let at = 0
    const run = await oneRun({
      inputs: WAITING,
      respond: ({ path }) => {
        if (path.includes(`/${BUILD_NO - 1}/`)) return NO_BUILD
        return json(200, { success: true, result: states[Math.min(at++, states.length - 1)] })
      },
    })
    expect([endOf(run), run.requests.length >= 3]).toEqual([[1, 'invalid_response'], true])
  },
)
