import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { readAnswer, type ProblemReason, type Reading } from '../src/codearts/answer.ts'
import { HINTS, KNOWN_CODES } from '../src/codearts/errors.ts'
import type { Fault, FaultKind } from '../src/http/faults.ts'
import type { HttpResult } from '../src/http/request.ts'
import type { Again } from '../src/http/retry.ts'
import { PASSING_ANSWER_V1, PASSING_RECORD } from './support/passing-build.ts'

const PASSING_ANSWER = { success: true, result: PASSING_RECORD }
const SECRET = 'hush-hush'
const NOW_MS = Date.parse('2026-11-24T08:00:00Z')
const tools = { redact: (text: string) => text.replaceAll(SECRET, '***'), nowMs: () => NOW_MS }

/** Reads an answer with this body; anything but a text is sent as JSON. */
function read(status: number, body: unknown, headers: IncomingHttpHeaders = {}): Reading {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readAnswer({ ok: true, status, headers, body: { text } }, tools)
}

/** Reads an answer whose body was not read. */
function readRefused(status: number, refused: string): Reading {
  return readAnswer({ ok: true, status, headers: {}, body: { refused } }, tools)
}

/** @returns the reason and whether another try follows, as the tables have them. */
function outcome(reading: Reading): readonly [ProblemReason | 'ok', boolean] {
  return reading.ok ? ['ok', false] : [reading.problem.reason, reading.again.again]
}

function cameBack(reading: Reading): string {
  return reading.ok ? 'ok' : reading.problem.cameBack
}

function again(reading: Reading): Again | undefined {
  return reading.ok ? undefined : reading.again
}

const error = (code: string) => ({ error_code: code, error_msg: 'The message' })

describe('an envelope of success', () => {
  test.each([
    ['success alone', PASSING_ANSWER],
    ['status alone', { status: 'success', result: PASSING_RECORD }],
    ['both', { success: true, status: 'success', result: PASSING_RECORD }],
    ['as v1 and v4 have it', PASSING_ANSWER_V1],
    ['an empty object for an error', { ...PASSING_ANSWER, error: {} }],
    ['an empty list for an error', { ...PASSING_ANSWER, error: [] }],
    [
      'empty codes',
      { ...PASSING_ANSWER, err_code: '', errCode: null, error_code: '', errorCode: null, error: '' },
    ],
    ['a message', { ...PASSING_ANSWER, message: 'OK' }],
    ['a status that is null', { ...PASSING_ANSWER, status: null }],
    ['fields that nobody knows', { ...PASSING_ANSWER, trace: { error: 'x' } }],
  ])('%s', (_, body) => {
    expect(read(200, body)).toMatchObject({ ok: true, dateMs: NOW_MS, result: PASSING_RECORD })
  })

  test('gives its result as it is, whatever that is', () => {
    expect(read(200, { success: true })).toMatchObject({ ok: true, dateMs: NOW_MS, result: undefined })
    expect(read(200, { success: true, result: null })).toMatchObject({
      ok: true,
      dateMs: NOW_MS,
      result: null,
    })
    expect(read(200, { success: true, result: ['x'] })).toMatchObject({
      ok: true,
      dateMs: NOW_MS,
      result: ['x'],
    })
  })

  test('is judged and handed on as it came, whatever secrets are made of', () => {
    const text = JSON.stringify({ success: true, result: { status: 'SUCCESS', commit: SECRET } })
    const answer: HttpResult = { ok: true, status: 200, headers: {}, body: { text } }
    for (const secret of ['success', 'true', 'result', 'status', 'SUCCESS', 'commit', SECRET]) {
      const redact = (shown: string): string => shown.replaceAll(secret, '***')
      const reading = readAnswer(answer, { ...tools, redact })
      expect(reading).toMatchObject({ ok: true, result: { status: 'SUCCESS', commit: SECRET } })
    }
  })

  test('names an error, whatever secrets are made of', () => {
    const text = JSON.stringify({ ...PASSING_ANSWER, error: 'boom', error_code: 'CB.00060211' })
    const answer: HttpResult = { ok: true, status: 200, headers: {}, body: { text } }
    for (const secret of ['error', 'error_code', 'CB.00060211', 'boom']) {
      const redact = (shown: string): string => shown.replaceAll(secret, '***')
      const reading = readAnswer(answer, { ...tools, redact })
      expect(outcome(reading)).toEqual(['throttled', true])
      expect(cameBack(reading)).not.toContain(secret)
    }
  })

  test.each([
    ['its Date', 'Tue, 24 Nov 2026 06:30:00 GMT', Date.parse('2026-11-24T06:30:00Z')],
    ['this machine’s time without one', undefined, NOW_MS],
    ['this machine’s time where that is none', 'yesterday', NOW_MS],
  ])('tells the time of the service: %s', (_, date, dateMs) => {
    expect(read(200, PASSING_ANSWER, date === undefined ? {} : { date })).toMatchObject({ ok: true, dateMs })
  })
})

describe('an envelope that says no, or nothing', () => {
  const beside = (fields: object) => ({ ...PASSING_ANSWER, ...fields })

  test.each<readonly [string, unknown, ProblemReason, string]>([
    [
      'no sign at all',
      { result: PASSING_RECORD },
      'invalid_response',
      'its envelope does not say that it succeeded',
    ],
    [
      'signs that are null',
      { success: null, status: null, result: {} },
      'invalid_response',
      'the field success as null',
    ],
    ['success as a text', beside({ success: 'true' }), 'invalid_response', 'the field success as "true"'],
    ['success as a number', beside({ success: 1 }), 'invalid_response', 'the field success as 1'],
    ['success as an object', beside({ success: {} }), 'invalid_response', 'the field success as {}'],
    [
      'success null beside a status',
      { ...PASSING_ANSWER_V1, success: null },
      'invalid_response',
      'success as null',
    ],
    ['success false', beside({ success: false }), 'service_error', 'with an error without words'],
    [
      'success false beside a status',
      { ...PASSING_ANSWER_V1, success: false },
      'service_error',
      'without words',
    ],
    [
      'a status in another case',
      { status: 'SUCCESS', result: {} },
      'invalid_response',
      'status as "SUCCESS"',
    ],
    ['a status of true', { status: true, result: {} }, 'invalid_response', 'status as true'],
    ['a status that says fail', beside({ status: 'fail' }), 'service_error', 'with an error without words'],
    ['a status that says error', beside({ status: 'error' }), 'service_error', 'with an error without words'],
    ['another status', beside({ status: 'pending' }), 'invalid_response', 'status as "pending"'],
    ['an error object', beside({ error: { code: 'X.1', reason: 'Why' } }), 'service_error', 'with X.1 "Why"'],
    ['an error that is a text', beside({ error: 'Why' }), 'service_error', 'Why'],
    ['an error of true', beside({ error: true }), 'service_error', 'true'],
    ['err_code', beside({ err_code: 'X.1' }), 'service_error', 'with X.1'],
    ['errCode', beside({ errCode: 'X.1' }), 'service_error', 'with X.1'],
    ['error_code', beside({ error_code: 'X.1' }), 'service_error', 'with X.1'],
    ['errorCode', beside({ errorCode: 'X.1' }), 'service_error', 'with X.1'],
    ['a code that is a number', beside({ error_code: 400 }), 'service_error', 'with 400'],
    [
      'a code that is an object',
      beside({ error_code: { x: 1 } }),
      'invalid_response',
      'error_code as {"x":1}',
    ],
    ['a code that is true', beside({ err_code: true }), 'invalid_response', 'err_code as true'],
  ])('%s', (_, body, reason, words) => {
    expect(outcome(read(200, body))).toEqual([reason, false])
    expect(cameBack(read(200, body))).toContain(words)
  })

  test.each([
    ['an array', [PASSING_ANSWER]],
    ['null', null],
    ['a number', 5],
    ['true', true],
    ['a record without an envelope, in a text', JSON.stringify(JSON.stringify(PASSING_RECORD))],
    ['a whole answer in a text', JSON.stringify(JSON.stringify(PASSING_ANSWER))],
  ])('%s is no object, and not asked for again', (_, body) => {
    expect(outcome(read(200, body))).toEqual(['invalid_response', false])
    expect(cameBack(read(200, body))).toBe('the service answered HTTP 200, but its JSON is not an object')
  })

  test('nothing passes but what the contract calls success', () => {
    const names = [
      'success',
      'status',
      'error',
      'err_code',
      'errCode',
      'error_code',
      'errorCode',
      'result',
      '__proto__',
    ]
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        true,
        false,
        null,
        '',
        'success',
        'SUCCESS',
        'true',
        'fail',
        0,
        1,
        {},
        [],
        PASSING_RECORD,
      ),
      fc.jsonValue({ maxDepth: 1 }),
    )
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value), envelope => {
        if (!read(200, envelope).ok) return
        const { success, status, error: failure, err_code, errCode, error_code } = envelope
        expect(success === true || status === 'success').toBe(true)
        expect(success === undefined || success === true).toBe(true)
        for (const sign of [failure, err_code, errCode, error_code]) {
          expect([undefined, null, '', {}, []]).toContainEqual(sign)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an error that the service names', () => {
  const shapes: readonly (readonly [string, (code: string) => unknown])[] = [
    ['error_code and error_msg', code => ({ error_code: code, error_msg: 'Why' })],
    ['err_code and err_msg', code => ({ err_code: code, err_msg: 'Why' })],
    ['errCode and message', code => ({ success: false, errCode: code, message: 'Why' })],
    ['errorCode and errorMsg', code => ({ errorCode: code, errorMsg: 'Why' })],
    ['error with code and reason', code => ({ error: { code, reason: 'Why' }, status: 'error' })],
    ['error with code and message', code => ({ error: { code, message: 'Why', title: 'x' } })],
    ['error with error_code and error_msg', code => ({ error: { error_code: code, error_msg: 'Why' } })],
    ['beside a record', code => ({ ...PASSING_ANSWER, error_code: code, error_msg: 'Why' })],
    ['in a text', code => JSON.stringify(JSON.stringify({ error_code: code, error_msg: 'Why' }))],
  ]
  const statuses = [200, 201, 202, 400, 402, 409, 422, 500, 503]

  test.each(shapes)('%s: is found with any status, and shown', (_, body) => {
    for (const status of statuses) {
      const reading = read(status, body('X.0042'))
      expect([status, ...outcome(reading)]).toEqual([status, 'service_error', [500, 503].includes(status)])
      expect(cameBack(reading)).toBe(`the service answered HTTP ${status} with X.0042 "Why"`)
    }
  })

  test.each(shapes)('%s: a code that is known brings its meaning and its hint', (_, body) => {
    const reading = read(400, body('CB.00060200'))
    expect(reading).toMatchObject({
      problem: {
        cameBack: 'the service answered HTTP 400 with CB.00060200 "Why" (a parameter is invalid)',
        hint: KNOWN_CODES['CB.00060200']?.hint,
      },
    })
  })

  test.each(shapes)('%s: a code of throttling and one of not found count whatever the status', (_, body) => {
    for (const status of [...statuses, 401, 403, 404, 429]) {
      expect([status, ...outcome(read(status, body('CB.00060211')))]).toEqual([status, 'throttled', true])
      expect([status, ...outcome(read(status, body('APIGW.0308')))]).toEqual([status, 'throttled', true])
      expect([status, ...outcome(read(status, body('CB.00031006')))]).toEqual([status, 'not_found', false])
    }
  })

  test('without a code its message alone is shown', () => {
    expect(cameBack(read(200, { success: false, message: 'Why' }))).toBe(
      'the service answered HTTP 200 with "Why"',
    )
  })

  test('a long message is cut, a secret in it is not shown', () => {
    const long = cameBack(read(400, { error_code: 'X', error_msg: 'y'.repeat(10_000) }))
    expect(long).toContain(`"${'y'.repeat(400)}… (10000 characters in all)"`)
    const echo = cameBack(
      read(401, { error_code: 'X', error_msg: `bad token ${SECRET}`, request_id: SECRET }),
    )
    expect(echo).toBe('the service answered HTTP 401 with X "bad token ***" (request id ***)')
  })
})

describe('the request id', () => {
  const id = (body: object, headers: IncomingHttpHeaders): string => cameBack(read(500, body, headers))

  test.each([
    ['of the body', { request_id: 'in-body' }, {}, ' (request id in-body)'],
    ['of the header', {}, { 'x-request-id': 'in-header' }, ' (request id in-header)'],
    [
      'of the body before that of the header',
      { request_id: 'in-body' },
      { 'x-request-id': 'in-header' },
      ' (request id in-body)',
    ],
    [
      'of the header where the body has an empty one',
      { request_id: '' },
      { 'x-request-id': 'in-header' },
      ' (request id in-header)',
    ],
    [
      'cut where it is long',
      {},
      { 'x-request-id': 'x'.repeat(500) },
      `(request id ${'x'.repeat(80)}… (500 characters in all))`,
    ],
    ['without secrets', {}, { 'x-request-id': SECRET }, '(request id ***)'],
  ])('%s', (_, fields, headers, words) => {
    expect(id({ ...error('X.1'), ...fields }, headers)).toContain(words)
  })

  test('is no words where there is none', () => {
    expect(id(error('X.1'), {})).not.toContain('request id')
  })

  test('is said of an answer without an error, too', () => {
    expect(cameBack(read(200, '<html>', { 'x-request-id': 'in-header' }))).toContain(
      'HTTP 200 (request id in-header), but',
    )
  })
})

describe('the HTTP status', () => {
  const bodies: readonly unknown[] = [
    PASSING_ANSWER,
    '',
    '<html></html>',
    'null',
    error('X.1'),
    error('CB.00060101'),
  ]

  test.each<readonly [number, ProblemReason, boolean]>([
    [400, 'service_error', false],
    [401, 'unauthorized', false],
    [402, 'service_error', false],
    [403, 'forbidden', false],
    [404, 'not_found', false],
    [405, 'service_error', false],
    [407, 'unreachable', false],
    [408, 'service_error', true],
    [409, 'service_error', false],
    [410, 'not_found', false],
    [413, 'service_error', false],
    [418, 'service_error', false],
    [422, 'service_error', false],
    [429, 'throttled', true],
    [431, 'service_error', false],
    [451, 'service_error', false],
    [494, 'service_error', false],
    [500, 'service_error', true],
    [501, 'service_error', false],
    [502, 'service_error', true],
    [503, 'service_error', true],
    [504, 'service_error', true],
    [505, 'service_error', false],
    [599, 'service_error', false],
    [999, 'service_error', false],
  ])('%d is %s whatever the body, another try: %j', (status, reason, isAgain) => {
    for (const body of bodies) expect(outcome(read(status, body))).toEqual([reason, isAgain])
    expect(outcome(readRefused(status, 'it is larger than 2 MiB'))).toEqual([reason, isAgain])
  })

  test.each([201, 202, 203, 204, 205, 206, 207, 226, 299])('%d carries no result', status => {
    expect(outcome(read(status, PASSING_ANSWER))).toEqual(['invalid_response', false])
    expect(cameBack(read(status, PASSING_ANSWER))).toContain('only HTTP 200 carries a result')
    // Without JSON it may be a page of something on the way, which another try may get around.
    expect(outcome(read(status, ''))).toEqual(['invalid_response', true])
  })

  test.each([300, 301, 302, 303, 304, 307, 308])('%d is a redirect that is not followed', status => {
    const reading = read(status, PASSING_ANSWER, { location: `https://evil.example/?${SECRET}` })
    expect(outcome(reading)).toEqual(['invalid_response', false])
    expect(cameBack(reading)).toContain(
      `HTTP ${status}, a redirect to "https://evil.example/?***" that is not followed`,
    )
    expect(outcome(read(status, ''))).toEqual(['invalid_response', false])
  })

  test.each([0, 100, 101, 199])('%d is no answer', status => {
    expect(outcome(read(status, PASSING_ANSWER))).toEqual(['invalid_response', false])
  })

  test('but 200, none is ever a success', () => {
    const status = fc.integer({ min: 0, max: 999 }).filter(number => number !== 200)
    fc.assert(
      fc.property(status, fc.constantFrom(PASSING_ANSWER, PASSING_ANSWER_V1), (number, body) => {
        expect(read(number, body).ok).toBe(false)
      }),
    )
  })
})

describe('a code beside a status', () => {
  test.each<readonly [number, string, ProblemReason, boolean]>([
    [400, 'CB.00060211', 'throttled', true],
    [500, 'CB.00060211', 'throttled', true],
    [200, 'CB.00060211', 'throttled', true],
    [429, 'APIGW.0308', 'throttled', true],
    [429, 'APIG.0308', 'throttled', true],
    [401, 'APIGW.0308', 'throttled', true],
    [404, 'APIGW.0101', 'not_found', false],
    [200, 'APIG.0101', 'not_found', false],
    [404, 'CB.00060214', 'not_found', false],
    [500, 'CB.00060214', 'not_found', false],
    [422, 'CB.00031006', 'not_found', false],
    [422, 'DEVCB.00031006', 'not_found', false],
    [403, 'CB.00031059', 'not_found', false],
    [401, 'APIGW.0301', 'unauthorized', false],
    [401, 'APIGW.0303', 'unauthorized', false],
    [401, 'APIGW.0307', 'unauthorized', false],
    [403, 'APIGW.0302', 'forbidden', false],
    [404, 'APIGW.0103', 'not_found', false],
    [400, 'APIGW.0201', 'service_error', false],
    [502, 'APIGW.0201', 'service_error', true],
    [504, 'APIGW.0201', 'service_error', true],
    [500, 'CB.00060100', 'service_error', true],
    [200, 'CB.00060100', 'service_error', false],
    [422, 'DEVCB.00030000', 'service_error', false],
    [429, 'X.UNKNOWN', 'throttled', true],
    [403, 'X.UNKNOWN', 'forbidden', false],
    [302, 'X.UNKNOWN', 'invalid_response', false],
  ])('%d with %s is %s, another try: %j', (status, code, reason, isAgain) => {
    expect(outcome(read(status, error(code)))).toEqual([reason, isAgain])
  })

  test('an expired token says how long tokens live, and a stranger names the project', () => {
    expect(read(401, error('APIGW.0301'))).toMatchObject({
      problem: { hint: expect.stringContaining('24 hours') },
    })
    expect(read(401, '')).toMatchObject({ problem: { hint: expect.stringContaining('24 hours') } })
    expect(read(403, '')).toMatchObject({
      problem: { hint: expect.stringContaining('member of the CodeArts project') },
    })
    expect(read(404, error('APIGW.0101'))).toMatchObject({
      problem: { hint: expect.stringMatching(/region.*endpoint/) },
    })
  })
})

describe('a body that is no record', () => {
  test.each([
    ['empty', '', 'its body is not JSON: it is empty'],
    ['blank', ' \r\n', 'its body is not JSON: it is empty'],
    [
      'HTML',
      '<html><body>Sign in</body></html>',
      'its body is not JSON: it begins with "<html><body>Sign in</body></html>"',
    ],
    [
      'half of an answer',
      JSON.stringify(PASSING_ANSWER).slice(0, 30),
      'its body is not JSON: it begins with',
    ],
    ['an echo of a secret', `Who is ${SECRET}?`, 'its body is not JSON: it begins with "Who is ***?"'],
    ['a long page', 'x'.repeat(5_000), `"${'x'.repeat(80)}… (400 characters in all)"`],
  ])('%s is asked for again', (_, body, words) => {
    expect(outcome(read(200, body))).toEqual(['invalid_response', true])
    expect(cameBack(read(200, body))).toContain(words)
  })

  test.each([
    ['nested deeper than 64', `{"success":true,"result":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['of too many values', `{"success":true,"result":[${'0,'.repeat(100_000)}0]}`],
    ['two hundred thousand brackets', '['.repeat(200_000)],
  ])('%s is not', (_, body) => {
    expect(outcome(read(200, body))).toEqual(['invalid_response', false])
    expect(cameBack(read(200, body))).toContain('nested too deeply or has too many values')
  })

  test('one that was not read is not, and says why', () => {
    const reading = readRefused(200, 'it is larger than 2 MiB')
    expect(outcome(reading)).toEqual(['invalid_response', false])
    expect(cameBack(reading)).toBe(
      'the service answered HTTP 200, but its body cannot be read: it is larger than 2 MiB',
    )
  })

  test('whatever text comes, there is an outcome, and never success without its sign', () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map(text => JSON.stringify(text)),
    )
    fc.assert(
      fc.property(fc.constantFrom(200, 204, 302, 400, 404, 500), body, (status, text) => {
        const reading = read(status, text)
        if (reading.ok) expect(text).toMatch(/"(success|status)"/)
        else expect([reading.problem.cameBack, reading.problem.hint]).not.toContain('')
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a key that is there twice', () => {
  test.each([
    ['in a record', '{"success":true,"result":{"status":"FAILURE","status":"SUCCESS"}}', 'status'],
    ['in an envelope', '{"success":false,"success":true,"result":{}}', 'success'],
    ['in an error with 200', '{"error_code":"CB.00060214","error_code":""}', 'error_code'],
  ])('%s is no answer', (_, body, key) => {
    const reading = read(200, body)
    expect(outcome(reading)).toEqual(['invalid_response', false])
    expect(cameBack(reading)).toContain(`but its JSON has the key "${key}" twice`)
  })

  test('leaves an error of its status what it is', () => {
    expect(outcome(read(503, '{"error_code":"a","error_code":"b"}'))).toEqual(['service_error', true])
  })
})

describe('Retry-After', () => {
  const date = 'Tue, 24 Nov 2026 08:00:00 GMT'

  test.each([
    [429, '61', ', and asked for a pause of 61 s (at most 60 s are waited)'],
    [200, '3600', ', and asked for a pause of 3600 s (at most 60 s are waited)'],
    [429, '60', ''],
    [401, '3600', ''],
  ])('of HTTP %d and %s s is named where it is too long', (status, seconds, words) => {
    const headers = { date, 'retry-after': seconds }
    expect(cameBack(read(status, '', headers))).toBe(`${cameBack(read(status, '', { date }))}${words}`)
  })

  test.each([
    ['of a throttled answer', 429, error('APIGW.0308'), 7_000],
    ['of one throttled by its code', 400, error('CB.00060211'), 7_000],
    ['of a service in trouble', 503, '', 7_000],
    ['of a page with status 200', 200, '<html>Maintenance</html>', 7_000],
  ])('%s is handed on', (_, status, body, retryMs) => {
    expect(again(read(status, body, { date, 'retry-after': '7' }))).toEqual({
      again: true,
      retryAfterMs: retryMs,
    })
  })

  test.each([
    ['seconds', { date, 'retry-after': '61' }, 61_000],
    ['a date, from the answer’s own', { date, 'retry-after': 'Tue, 24 Nov 2026 08:00:30 GMT' }, 30_000],
    [
      'a date, from this machine’s where there is none',
      { 'retry-after': 'Tue, 24 Nov 2026 08:01:00 GMT' },
      60_000,
    ],
    ['nothing', { date }, undefined],
  ])('%s', (_, headers, retryMs) => {
    expect(again(read(503, '', headers))).toEqual({ again: true, retryAfterMs: retryMs })
  })

  test('does not ask for a try that would be of no use', () => {
    expect(again(read(401, '', { 'retry-after': '1' }))).toMatchObject({ again: false })
    expect(again(read(404, error('APIGW.0101'), { 'retry-after': '1' }))).toMatchObject({ again: false })
    expect(again(read(302, '', { 'retry-after': '1' }))).toMatchObject({ again: false })
  })
})

describe('a request without an answer', () => {
  const faultOf = (kind: FaultKind, isAgain: boolean): Fault => ({
    kind,
    detail: `what ${SECRET} did`,
    again: isAgain,
  })

  test.each<readonly [FaultKind, ProblemReason, string]>([
    ['no_host', 'unreachable', 'region and endpoint'],
    ['no_connection', 'unreachable', 'HTTPS_PROXY'],
    ['cut', 'unreachable', 'run the step again'],
    ['timeout', 'unreachable', 'can reach the endpoint'],
    ['certificate', 'unreachable', 'NODE_EXTRA_CA_CERTS'],
    ['proxy', 'unreachable', 'NO_PROXY'],
    ['malformed', 'invalid_response', 'something other than the service'],
  ])('%s is %s', (kind, reason, hint) => {
    for (const isAgain of [true, false]) {
      expect(readAnswer({ ok: false, fault: faultOf(kind, isAgain) }, tools)).toEqual({
        ok: false,
        problem: { reason, cameBack: 'what *** did', hint: HINTS[kind] },
        again: { again: isAgain },
      })
    }
    expect(HINTS[kind]).toContain(hint)
  })
})
