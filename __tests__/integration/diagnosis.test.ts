import { describe, expect, test } from '@jest/globals'
import { readDiagnosis, type DiagnosisOptions, type FailedBuild } from '../../src/codearts/diagnosis.ts'
import type { Credentials } from '../../src/credentials/credentials.ts'
import { tokenCredentials } from '../../src/credentials/credentials.ts'
import { createCodeArtsBuild } from '../../src/codearts/client.ts'
import { parseRecord, type BuildRecord } from '../../src/codearts/record.ts'
import { createHttp, HTTP_LIMITS } from '../../src/http/http-client.ts'
import { queueFor, REQUEST_OPTIONS, SILENT_LOG } from '../support/builders/one-poll.ts'
import type { Log } from '../../src/util/logging.ts'
import { rawText } from '../../src/util/message.ts'
import { rawLine } from '../support/sentence.ts'
import { CLOCK, type Clock } from '../../src/util/clock.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { noSuchBuild } from '../../tools/fake-service/errors.ts'
import { json, type Answer, type FakeServiceRequest, type Reply } from '../../tools/fake-service/exchange.ts'
import { makeRecord, recordIdOf } from '../../tools/fake-service/record.ts'
import { testSummary } from '../../tools/fake-service/scenarios/failed-build.ts'
import {
  exactly,
  SCENARIO_JOB_ID,
  log,
  stages,
  tests,
  type Scenario,
} from '../../tools/fake-service/scenarios/scenario.ts'
import { createFakeClock } from '../support/in-process/fake-clock.ts'
import { fakeTimeouts } from '../support/in-process/fake-timeouts.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { newEvidence } from '../support/builders/evidence.ts'

const SECRET = 'AKIDsecretsecret0123456789'
const STAGES = { stage1: { display_name: 'compile', status: 'FAILURE', duration: 5 } }

function recordOf(fields: Readonly<Record<string, unknown>> = {}): BuildRecord {
  const parsed = parseRecord({ ...makeRecord(), status: 'FAILURE', ...fields })
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.record
}

interface Setting {
  readonly build?: Partial<Scenario>
  readonly respond?: (request: FakeServiceRequest) => Answer | undefined
  readonly record?: BuildRecord
  readonly logLines?: number
  readonly credentials?: Credentials
  readonly clock?: Clock
  readonly cancel?: AbortSignal
  readonly log?: Pick<Log, 'debug'>
}

/** @returns what a diagnosis needs of a service at this address. */
function optionsFor(url: string, setting: Omit<Setting, 'build' | 'respond' | 'record'>): DiagnosisOptions {
  const service = createCodeArtsBuild({
    endpoint: new URL(url),
    account: newEvidence(),
    queue: queueFor(setting.credentials ?? tokenCredentials(tokenOf('valid'))),
    http: createHttp('test'),
    retry: { sleep: () => Promise.reject(new Error('nothing is tried again')), random: () => 0 },
    onRetry: () => undefined,
    nowMs: Date.now,
  })
  const { clock = CLOCK, logLines = 50, cancel = REQUEST_OPTIONS.signal } = setting
  return { service, clock, log: setting.log ?? SILENT_LOG, logLines, cancel }
}

/** @returns build 1, as it is asked about. */
function failedBuild(record = recordOf()): FailedBuild {
  return { jobId: SCENARIO_JOB_ID, buildNo: 1, record }
}

/** Diagnoses build 1 of a fake service. @returns what was learned, the notices as text, and the paths that were asked for. */
async function diagnosis(setting: Setting) {
  const { build = {}, respond } = setting
  const scenario: Scenario = {
    name: 'x',
    shows: '',
    jobId: SCENARIO_JOB_ID,
    buildNo: 1,
    replies: [exactly({})],
    ...build,
  }
  await using service = await startFakeService({
    scenarios: [scenario],
    ...(respond === undefined ? {} : { respond }),
  })
  const learned = await readDiagnosis(failedBuild(setting.record), optionsFor(service.url, setting))
  const paths = service.requests.map(({ path }) => path).sort()
  return { learned, notices: learned.notices.map(rawText), paths }
}

const STAGES_PATH = `/v1/record/${recordIdOf(1)}/full-stages?cascade=true`
const LOG_PATH = `/v1/log/${recordIdOf(1)}/download-log`
const TESTS_PATH = `/v1/report/${SCENARIO_JOB_ID}/summary?build_no=1`

describe('a build that failed', () => {
  test('has its stages and the end of its log asked for, once each', async () => {
    const { learned, paths } = await diagnosis({
      build: { stages: stages(STAGES), log: log('1\n2\n3\n') },
      logLines: 2,
    })
    expect(learned).toEqual({
      stages: [{ name: 'compile', status: 'FAILURE', duration: '5' }],
      log: { lines: ['2', '3'], totalBytes: 6 },
      notices: [],
    })
    expect(paths).toEqual([LOG_PATH, STAGES_PATH, TESTS_PATH])
  })

  test('has no log asked for where none is wanted', async () => {
    const { learned, paths } = await diagnosis({ build: { stages: stages(STAGES) }, logLines: 0 })
    expect(paths).toEqual([STAGES_PATH, TESTS_PATH])
    expect(learned).toMatchObject({ notices: [] })
  })

  test.each(['', 'x', '../../v1/job/execute?aaaaaaaaaaaaaaa', '9D6169B9-022D-458C-9DC8-48CC94CC4083'])(
    'is not asked about under the id %j, but for its tests',
    async build_record_id => {
      const { learned, notices, paths } = await diagnosis({ record: recordOf({ build_record_id }) })
      expect(paths).toEqual([TESTS_PATH])
      expect(learned.stages).toBeUndefined()
      expect(learned.log).toBeUndefined()
      expect(notices).toEqual([
        'The stages and the log cannot be read, because the record has no build_record_id that can be used',
      ])
    },
  )
})

describe('what cannot be had costs one line each, and one try', () => {
  const redirect = {
    status: 302,
    headers: { Location: 'https://u:p@h.example/full.log?Signature=x' },
    body: '',
  }
  test.each<[string, Answer, RegExp]>([
    [
      'an error of the service',
      { status: 500, body: '{"error_code":"CB.00060101","error_msg":"x"}' },
      /HTTP 500, CB\.00060101/,
    ],
    [
      'an error with HTTP 200',
      { status: 200, body: '{"error_code":"CB.00060100","error_msg":"x"}' },
      /HTTP 200, CB\.00060100/,
    ],
    ['a redirect', redirect, /HTTP 302, a redirect to https:\/\/h\.example\/full\.log that is not followed$/],
    [
      'a page',
      { status: 403, headers: { 'Content-Type': 'text/html' }, body: '<title>Blocked</title>' },
      /HTTP 403 with an HTML page titled "Blocked"$/,
    ],
    [
      'a coding',
      { status: 200, headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' }, body: 'x' },
      /encoding "gzip"/,
    ],
    [
      'JSON that is neither',
      { status: 200, body: '{"success":true,"result":1}' },
      /no build_stages|it is JSON, not a log/,
    ],
  ])('%s', async (_name, answer, why) => {
    const withoutId = { ...answer, headers: { ...answer.headers, 'X-Request-Id': '' } }
    const { learned, notices, paths } = await diagnosis({ respond: () => withoutId })
    expect(paths).toHaveLength(3)
    expect(learned.tests).toBeUndefined()
    expect(learned.stages).toBeUndefined()
    expect(learned.log).toBeUndefined()
    expect(notices).toEqual([
      expect.stringMatching(/^The stages of the build could not be read: /),
      expect.stringMatching(/^The log of the build could not be read: /),
    ])
    for (const notice of notices) expect(notice).toMatch(why)
  })

  test('credentials that fail', async () => {
    const credentials = {
      ...tokenCredentials(tokenOf('valid')),
      authorize: () => Promise.reject(new Error('no keys')),
    }
    const { notices } = await diagnosis({ credentials })
    expect(notices).toEqual([
      'The stages of the build could not be read: no keys',
      'The log of the build could not be read: no keys',
    ])
  })

  const NEVER: Credentials = {
    ...tokenCredentials(tokenOf('valid')),
    authorize: () => new Promise(() => undefined),
  }
  const TOO_LATE = [
    'The stages of the build could not be read: no answer came within 20 s',
    'The log of the build could not be read: no answer came within 20 s',
  ]

  test('credentials that never come, after 20 s', async () => {
    const clock = createFakeClock()
    const learned = await clock.run(
      readDiagnosis(failedBuild(), { ...optionsFor('http://127.0.0.1:1', { credentials: NEVER }), clock }),
    )
    expect(clock.nowMs()).toBe(20_000)
    expect(learned.notices.map(rawText)).toEqual(TOO_LATE)
  })

  test('a cancel ends both at once', async () => {
    const options = { credentials: NEVER, cancel: AbortSignal.abort() }
    expect((await diagnosis(options)).notices).toEqual([
      'The stages of the build could not be read: the step was cancelled',
      'The log of the build could not be read: the step was cancelled',
    ])
  })

  test('the clock is not left running', async () => {
    let running = 0
    const clock: Clock = {
      ...CLOCK,
      after: (ms, callback) => {
        running++
        const clear = CLOCK.after(ms, callback)
        return () => {
          running--
          clear()
        }
      },
    }
    await using service = await startFakeService({ scenarios: [] })
    await readDiagnosis(failedBuild(), { ...optionsFor(service.url, {}), clock })
    expect(running).toBe(0)
  })
})

describe('test results', () => {
  test('come with the stages and the log', async () => {
    const { learned } = await diagnosis({
      build: { stages: stages(STAGES), log: log('x'), tests: tests(testSummary(1, null, 7, 2)) },
    })
    expect(learned).toMatchObject({ stages: [{}], log: {}, notices: [] })
    expect(learned.tests).toEqual({ total: 7, failures: 2, errors: 0, allPassed: false, stages: [] })
  })

  test.each<[string, Reply, RegExp]>([
    ['none', () => json(200, { status: 'success', result: null }), /the answer has none that can be read$/],
    ['an error', () => json(503, { error_code: 'CB.00060101' }), /HTTP 503, CB\.00060101/],
    ['a build that the API does not know', noSuchBuild, /DEVCB\.00031006/],
  ])('are mentioned in the debug log alone: %s', async (_, reply, why) => {
    const debug: string[] = []
    const { learned, notices } = await diagnosis({
      build: { stages: stages(STAGES), log: log('x'), tests: reply },
      log: { debug: line => debug.push(rawLine(line)) },
    })
    expect(learned.tests).toBeUndefined()
    expect(notices).toEqual([])
    expect(debug).toEqual([expect.stringMatching(/^There are no test results of build 1: /)])
    expect(debug[0]).toMatch(why)
  })
})

describe('the log', () => {
  test('whose end does not come in time shows no lines', async () => {
    using timeouts = fakeTimeouts()
    const onMuch = (): void => {
      timeouts.pass(HTTP_LIMITS.deadlineMs)
    }
    const { learned, notices } = await diagnosis({
      build: { stages: stages({}), log: log(endless(onMuch)) },
      clock: createFakeClock(),
    })
    expect(learned.log).toBeUndefined()
    expect(notices).toEqual([
      expect.stringMatching(
        /^The log of the build could not be read: its end was not reached: after [0-9]+ MiB no complete answer came within 30 s \(reading the body\)$/,
      ),
    ])
  })

  test('of more than a body may have is read all the same', async () => {
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log(pieces(200)) } })
    expect(learned.log).toEqual({ lines: expect.any(Array) as unknown, totalBytes: 200 * PIECE.length })
    expect(learned.log?.lines).toHaveLength(50)
  })

  test('comes as it is, with secrets and colours, over the borders of pieces', async () => {
    const text = `a ${SECRET} b\nc AKID\u001b[31msecret\u001b[0msecret0123456789 d\n\u001b[32mgreen\n`
    const bytes = Array.from(Buffer.from(text), byte => Buffer.of(byte))
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log(bytes) } })
    expect(learned.log?.lines).toEqual(text.trimEnd().split('\n'))
  })

  test('has the end of long lines', async () => {
    const line = `${'x'.repeat(100_000)}${SECRET}`
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log(line) } })
    expect(learned.log?.lines.map(({ length }) => length)).toEqual([16 * 1024])
    expect(learned.log?.lines[0]?.endsWith(`x${SECRET}`)).toBe(true)
  })

  test('has as many lines as fit into 256 KiB', async () => {
    for (const [characters, count] of [
      [255, 1_000],
      [1_023, 256],
    ] as const) {
      const build = { stages: stages({}), log: log(`${'x'.repeat(characters)}\n`.repeat(2_000)) }
      const { learned } = await diagnosis({ build, logLines: 1_000 })
      expect(learned.log?.lines).toHaveLength(count)
    }
  })

  test('may be empty', async () => {
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log('') } })
    expect(learned.log).toEqual({ lines: [], totalBytes: 0 })
  })
})

const PIECE = Buffer.from('a line of a log\n'.repeat(4_096))

function* pieces(count: number): Generator<Uint8Array> {
  for (let sent = 0; sent < count; sent++) yield PIECE
}

/** @param onMuch is called once as much was sent as lies between the two ends of no connection: most of it has been read. */
function* endless(onMuch: () => void): Generator<Uint8Array> {
  yield* pieces(512)
  onMuch()
  for (;;) yield PIECE
}
