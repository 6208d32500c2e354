import { describe, expect, test } from '@jest/globals'
import { readApiResponse, type ApiResponse } from '../../src/codearts/response.ts'
import type { RequestOptions } from '../../src/codearts/request-tools.ts'
import { mayStepPass, type GateResult, type StepResult } from '../../src/gate/reasons.ts'
import { stepResult } from '../../src/gate/builds.ts'
import { withArtifacts } from '../../src/gate/what-was-built.ts'
import { CANCELLED } from '../../src/http/network-errors.ts'
import { unlessAborted } from '../../src/util/clock.ts'
import { createFakeClock } from '../support/in-process/fake-clock.ts'
import { jobIdOf, judgedBuild, recordOf } from '../support/builders/judged-builds.ts'
import { ONE_POLL, SILENT_LOG } from '../support/builders/one-poll.ts'
import { rawLine, sentenceOf } from '../support/sentence.ts'

/** Answers to the requests for lists: by the number of the build task and the version of the API. */
type Answers = Readonly<Record<string, ApiResponse | 'never'>>

const answer = (status: number, body: unknown): ApiResponse =>
  readApiResponse({ ok: true, status, headers: {}, body: { text: JSON.stringify(body) } }, 0)
const list = (result: unknown): ApiResponse => answer(200, { result, status: 'success' })
const error = (status: number, error_code: string): ApiResponse =>
  answer(status, { error_code, error_msg: 'x' })
const one = (name: string): ApiResponse => list({ package_infos: { a: { name } } })
const artifact = (name: string) => ({ kind: 'package', name, version: '', type: '', uri: '' })

/** @returns a step on so many builds that pass, the first of them build 31 of its task. */
function passing(count: number): StepResult {
  return stepResult(
    Array.from({ length: count }, (_, at) => {
      const build = judgedBuild(`b${at + 1}`, recordOf(at + 1))
      return { ...build, result: { ...build.result, buildNo: 31 + at } }
    }),
  )
}

/** Reads what the builds made. @returns the result, every path that was asked for, and the lines of the log. */
async function read(result: StepResult, answers: Answers, cancel = new AbortController()) {
  const clock = createFakeClock()
  const paths: string[] = []
  const lines: string[] = []
  const get = async (path: string, options: RequestOptions): Promise<ApiResponse> => {
    paths.push(path)
    expect(options.maxTries).toBe(4)
    const at = result.builds.findIndex(build => path.includes(build.jobId)) + 1
    const given = answers[`${at} ${path.slice(1, 3)}`]
    if (given === undefined) throw new Error(`nobody answers ${path}`)
    if (given !== 'never') return given
    await unlessAborted(new Promise(() => undefined), options.signal)
    return readApiResponse({ ok: false, error: CANCELLED }, 0)
  }
  const log = {
    ...SILENT_LOG,
    info: (line: Parameters<typeof SILENT_LOG.info>[0]) => lines.push(rawLine(line)),
  }
  const ended = await clock.run(
    withArtifacts(result, { service: { get }, clock, log, place: ONE_POLL.place, cancel: cancel.signal }),
  )
  return { ended, paths, lines, tookMs: clock.nowMs() }
}

const mayPass = (result: StepResult): readonly boolean[] =>
  [true, false].map(failUnlessSuccess =>
    mayStepPass(result, { failUnlessSuccess, artifacts: true }, { isComplete: true }),
  )

describe('what the builds made', () => {
  test('of one build is read once', async () => {
    const step = passing(1)
    const { ended, paths, lines } = await read(step, { '1 v1': one('x') })
    expect(paths).toEqual([`/v1/job/${jobIdOf(1)}/31/output`])
    expect(ended).toEqual({ ...step, artifacts: [artifact('x')] })
    expect(mayPass(ended)).toEqual([true, true])
    expect(lines).toEqual(['Artifact: package x'])
  })

  test.each([404, 410, 422])('is asked of v3 where v1 does not have it: %i', async status => {
    const code = status === 422 ? 'DEVCB.00031006' : 'APIGW.0101'
    const answers = { '1 v1': error(status, code), '1 v3': list(null) }
    const { ended, paths, lines } = await read(passing(1), answers)
    expect(paths).toEqual([`/v1/job/${jobIdOf(1)}/31/output`, `/v3/jobs/${jobIdOf(1)}/31/output-info`])
    expect(ended).toMatchObject({ success: true, artifacts: [] })
    expect(lines).toEqual(['Artifacts: none'])
  })

  test('of several builds has their names, in their order', async () => {
    const answers = { '1 v1': list({}), '2 v1': one('y'), '3 v1': one('x') }
    const { ended, lines } = await read(passing(3), answers)
    expect(ended.artifacts).toEqual([
      { build: 'b2', ...artifact('y') },
      { build: 'b3', ...artifact('x') },
    ])
    expect(lines).toEqual(['b2: Artifact: package y', 'b3: Artifact: package x'])
    expect(mayPass(ended)).toEqual([true, true])
  })

  test('is said in twenty lines at most', async () => {
    const image = { name: 'n', version: '1', type: 't', uri: 'u' }
    const names = Array.from({ length: 23 }, (_, at) => [`k${at}`, image] as const)
    const { lines } = await read(passing(1), { '1 v1': list({ image_infos: Object.fromEntries(names) }) })
    expect(lines).toHaveLength(21)
    expect(lines[0]).toBe('Artifact: image n 1 t, u')
    expect(lines[20]).toBe('Artifacts: and 3 more')
  })

  test.each<[string, Partial<GateResult>]>([
    ['failed', { success: false, reason: 'failed' }],
    ['not_found', { success: false, reason: 'not_found' }],
    ['wait_timeout', { success: false, reason: 'wait_timeout', end: 'limit' }],
  ])('is not asked for where one of three builds does not pass: %s', async (reason, change) => {
    const step = passing(3)
    const builds = step.builds.map((build, at) =>
      at === 1 ? { ...build, result: { ...build.result, ...change } } : build,
    )
    const { ended, paths } = await read(stepResult(builds), {})
    expect(paths).toEqual([])
    expect(ended).toMatchObject({ success: false, reason })
    expect(ended.artifacts).toBeUndefined()
  })
})

describe('a list that cannot be read fails the step, in soft mode too', () => {
  test.each<[GateResult['reason'], Answers, RegExp]>([
    ['forbidden', { '1 v1': error(403, 'APIGW.0302') }, /HTTP 403, APIGW\.0302/],
    ['unauthorized', { '1 v1': error(401, 'APIGW.0301') }, /HTTP 401, APIGW\.0301/],
    ['throttled', { '1 v1': error(429, 'APIGW.0308') }, /HTTP 429/],
    ['service_error', { '1 v1': error(500, 'CB.00060101') }, /HTTP 500/],
    [
      'invalid_response',
      { '1 v1': list({ other: 1 }) },
      /leave artifacts out if .*HTTP 200, but its result has neither /,
    ],
    [
      'invalid_response',
      { '1 v1': error(404, 'x'), '1 v3': list(7) },
      /HTTP 200, but its result is not an object/,
    ],
    [
      'not_found',
      { '1 v1': error(404, 'APIGW.0101'), '1 v3': error(404, 'CB.00060214') },
      /\. The service has no list of it\. Run .*leave artifacts out if .*; through API v1: HTTP 404, APIGW\.0101.*; through API v3: HTTP 404, CB\.00060214/,
    ],
    [
      'service_error',
      { '1 v1': error(404, 'APIGW.0101'), '1 v3': error(500, 'x') },
      /through API v3: HTTP 500/,
    ],
  ])('%s %j', async (reason, answers, words) => {
    const { ended } = await read(passing(1), answers)
    expect(ended).toMatchObject({ success: false, reason, builds: [{ result: { success: false, reason } }] })
    expect(ended.artifacts).toBeUndefined()
    expect(ended.record).toBeDefined()
    expect(mayPass(ended)).toEqual([false, false])
    expect(sentenceOf(ended)).toMatch(
      /^The build passes, but what it made could not be read\. .*\(build 31 of build task \w+; /,
    )
    expect(sentenceOf(ended)).toMatch(words)
  })

  test('names the build among several, which keeps its record', async () => {
    const answers = { '1 v1': one('x'), '2 v1': error(403, 'APIGW.0302'), '3 v1': one('y') }
    const { ended } = await read(passing(3), answers)
    expect(ended).toMatchObject({ success: false, reason: 'forbidden' })
    expect(ended.record?.fields.build_no).toBe('32')
    expect(ended.builds.map(({ result }) => result.reason)).toEqual(['success', 'forbidden', 'success'])
    expect(sentenceOf(ended)).toContain('1 of 3 builds did not pass: b2 (forbidden)')
    expect(mayPass(ended)).toEqual([false, false])
  })

  test.each<[string, Answers]>([
    ['v1', { '1 v1': 'never' }],
    ['v3', { '1 v1': error(404, 'APIGW.0101'), '1 v3': 'never' }],
  ])('without an answer after 60 s: %s', async (_, answers) => {
    const { ended, tookMs } = await read(passing(1), answers)
    expect(tookMs).toBe(60_000)
    expect(ended).toMatchObject({ success: false, reason: 'unreachable' })
    expect(sentenceOf(ended)).toContain('no answer came within 60 s')
    expect(mayPass(ended)).toEqual([false, false])
  })

  test('a cancel ends it at once', async () => {
    const cancel = new AbortController()
    const reading = read(passing(2), { '1 v1': one('x'), '2 v1': 'never' }, cancel)
    cancel.abort()
    const { ended, tookMs } = await reading
    expect(tookMs).toBe(0)
    expect(ended).toMatchObject({ success: false, reason: 'cancelled' })
    expect(sentenceOf(ended)).toContain('b2 (cancelled). Run the step again. (b2: build 32 of build task ')
    expect(mayPass(ended)).toEqual([false, false])
  })
})
