import { describe, expect, jest, test } from '@jest/globals'
import { diagnose } from '../src/diagnosis.ts'
import type { Credentials } from '../src/credentials/credentials.ts'
import { tokenCredentials } from '../src/credentials/token.ts'
import { parseRecord } from '../src/codearts/record.ts'
import type { Ending } from '../src/ending.ts'
import { createHttp, HTTP_LIMITS } from '../src/http/request.ts'
import { ASKING } from './support/one-look.ts'
import { createSecrets } from '../src/secrets.ts'
import { tokenOf } from '../tools/stand-in/credentials.ts'
import type { Answer, StandInRequest } from '../tools/stand-in/exchange.ts'
import { makeRecord, recordIdOf } from '../tools/stand-in/record.ts'
import { exactly, JOB_ID, log, stages, type Scenario } from '../tools/stand-in/scenarios/scenario.ts'
import { startStandIn } from '../tools/stand-in/server.ts'

const SECRET = 'AKIDsecretsecret0123456789'
const STAGES = { stage1: { display_name: 'compile', status: 'FAILURE', duration: 5 } }

function endingOf(reason: Ending['reason'], fields: Readonly<Record<string, unknown>> = {}): Ending {
  const parsed = parseRecord({ ...makeRecord(), ...fields })
  if (!parsed.ok) throw new Error(parsed.why)
  return { success: false, reason, sentence: '', warnings: [], record: parsed.record }
}

interface Setting {
  readonly build?: Partial<Scenario>
  readonly respond?: (request: StandInRequest) => Answer | undefined
  readonly ending?: Ending
  readonly logLines?: number
  readonly credentials?: Credentials
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

/** Diagnoses build 1 of a stand-in. @returns what was learned, and the paths that were asked for. */
async function diagnosis(setting: Setting) {
  const {
    build = {},
    respond,
    ending = endingOf('failed'),
    logLines = 50,
    deadlineMs = HTTP_LIMITS.deadlineMs,
  } = setting
  const scenario: Scenario = {
    name: 'x',
    shows: '',
    jobId: JOB_ID,
    buildNo: 1,
    replies: [exactly({})],
    ...build,
  }
  await using service = await startStandIn({
    scenarios: [scenario],
    ...(respond === undefined ? {} : { respond }),
  })
  const secrets = createSecrets(() => undefined)
  secrets.add(SECRET)
  const learned = await diagnose(ending, {
    endpoint: new URL(service.url),
    credentials: setting.credentials ?? tokenCredentials(tokenOf('valid')),
    http: createHttp('test', { ...HTTP_LIMITS, deadlineMs }),
    reading: { redact: text => secrets.redact(text), nowMs: Date.now },
    logLines,
    signal: setting.signal ?? ASKING.signal,
  })
  return { learned, paths: service.requests.map(({ path }) => path).sort() }
}

const STAGES_PATH = `/v1/record/${recordIdOf(1)}/full-stages?cascade=true`
const LOG_PATH = `/v1/log/${recordIdOf(1)}/download-log`

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
    expect(paths).toEqual([LOG_PATH, STAGES_PATH])
  })

  test.each(['failed', 'aborted', 'timed_out', 'unknown_status'] as const)(
    'is explained: %s',
    async reason => {
      expect((await diagnosis({ ending: endingOf(reason) })).paths).toHaveLength(2)
    },
  )

  test('has no log asked for where none is wanted', async () => {
    const { learned, paths } = await diagnosis({ build: { stages: stages(STAGES) }, logLines: 0 })
    expect(paths).toEqual([STAGES_PATH])
    expect(learned).toMatchObject({ notices: [] })
  })

  test.each(['', 'x', '../../v1/job/execute?aaaaaaaaaaaaaaa', '9D6169B9-022D-458C-9DC8-48CC94CC4083'])(
    'is not asked about under the id %j',
    async build_record_id => {
      const { learned, paths } = await diagnosis({ ending: endingOf('failed', { build_record_id }) })
      expect(paths).toEqual([])
      expect(learned?.notices).toHaveLength(1)
    },
  )
})

test.each(['success', 'running', 'not_found', 'unreachable', 'invalid_input'] as const)(
  'nothing is asked for on %s',
  async reason => {
    expect(await diagnosis({ ending: endingOf(reason) })).toEqual({ learned: undefined, paths: [] })
  },
)

describe('what cannot be had costs one line each, and one try', () => {
  const redirect = { status: 302, headers: { Location: 'http://127.0.0.1:1/' }, body: '' }
  test.each<[string, Answer, RegExp]>([
    [
      'an error of the service',
      { status: 500, body: '{"error_code":"CB.00060101","error_msg":"x"}' },
      /HTTP 500 with CB\.00060101/,
    ],
    [
      'an error with HTTP 200',
      { status: 200, body: '{"error_code":"CB.00060100","error_msg":"x"}' },
      /HTTP 200 with CB\.00060100/,
    ],
    ['a redirect', redirect, /a redirect to .* that is not followed/],
    [
      'a coding',
      { status: 200, headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' }, body: 'x' },
      /encoding "gzip"/,
    ],
    [
      'JSON that is neither',
      { status: 200, body: '{"success":true,"result":1}' },
      /no build_stages|JSON instead/,
    ],
  ])('%s', async (_name, answer, why) => {
    const { learned, paths } = await diagnosis({ respond: () => answer })
    expect(paths).toHaveLength(2)
    expect(learned?.stages).toBeUndefined()
    expect(learned?.log).toBeUndefined()
    expect(learned?.notices).toEqual([
      expect.stringMatching(/^The stages of the build could not be read: /),
      expect.stringMatching(/^The log of the build could not be read: /),
    ])
    for (const notice of learned?.notices ?? []) expect(notice).toMatch(why)
  })

  test('credentials that fail', async () => {
    const credentials = {
      ...tokenCredentials(tokenOf('valid')),
      authorize: () => Promise.reject(new Error('no keys')),
    }
    const { learned } = await diagnosis({ credentials })
    expect(learned?.notices).toEqual([
      'The stages of the build could not be read: no keys',
      'The log of the build could not be read: no keys',
    ])
  })

  test('credentials that never come, after 20 s', async () => {
    jest.useFakeTimers()
    try {
      const learned = diagnose(endingOf('failed'), {
        endpoint: new URL('http://127.0.0.1:1'),
        credentials: { ...tokenCredentials(tokenOf('valid')), authorize: () => new Promise(() => undefined) },
        http: createHttp('test'),
        reading: { redact: text => text, nowMs: () => 0 },
        logLines: 1,
        signal: ASKING.signal,
      })
      await jest.advanceTimersByTimeAsync(19_999)
      expect(jest.getTimerCount()).toBe(1)
      await jest.advanceTimersByTimeAsync(1)
      expect((await learned)?.notices).toEqual([
        'The stages of the build could not be read: no answer came within 20 s',
        'The log of the build could not be read: no answer came within 20 s',
      ])
    } finally {
      jest.useRealTimers()
    }
  })
})

describe('the log', () => {
  test('whose end does not come in time shows no lines', async () => {
    const { learned } = await diagnosis({
      build: { stages: stages({}), log: log(endless()) },
      deadlineMs: 100,
    })
    expect(learned?.log).toBeUndefined()
    expect(learned?.notices).toEqual([
      expect.stringMatching(
        /^The log of the build could not be read: its end was not reached: no complete answer came within 0\.1 s \(reading the body\) after [0-9]+ MiB of it$/,
      ),
    ])
  })

  test('of more than a body may have is read all the same', async () => {
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log(pieces(200)) } })
    expect(learned?.log).toEqual({ lines: expect.any(Array) as unknown, totalBytes: 200 * PIECE.length })
    expect(learned?.log?.lines).toHaveLength(50)
  })

  test('is free of secrets, over the borders of pieces and through colours', async () => {
    const text = `a ${SECRET} b\nc AKID\u001b[31msecret\u001b[0msecret0123456789 d\n\u001b[32mgreen\n`
    const bytes = Array.from(Buffer.from(text), byte => Buffer.of(byte))
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log(bytes) } })
    expect(learned?.log?.lines).toEqual(['a *** b', 'c *** d', '\u001b[32mgreen'])
  })

  test('has its long lines cut, never within a secret', async () => {
    const line = `${'x'.repeat(990)}${SECRET}${'y'.repeat(100_000)}`
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log(line) } })
    expect(learned?.log?.lines).toEqual([
      `${'x'.repeat(990)}***${'y'.repeat(7)}… (${line.length} characters in all)`,
    ])
  })

  test('may be empty', async () => {
    const { learned } = await diagnosis({ build: { stages: stages({}), log: log('') } })
    expect(learned?.log).toEqual({ lines: [], totalBytes: 0 })
  })
})

const PIECE = Buffer.from('a line of a log\n'.repeat(4_096))

function* pieces(count: number): Generator<Uint8Array> {
  for (let sent = 0; sent < count; sent++) yield PIECE
}

function* endless(): Generator<Uint8Array> {
  for (;;) yield PIECE
}
