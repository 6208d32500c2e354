import type { IncomingHttpHeaders } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { readApiResponse, readSecretResponse, type ApiResponse } from '../../src/codearts/response.ts'
import {
  CHECK_REQUEST,
  FAILED_INSIDE,
  KNOWN_CODES,
  LOCKED_KEY,
  NETWORK_WORDS,
  NOT_THE_SERVICE,
  WORDS,
  REPORT,
} from '../../src/codearts/error-codes.ts'
import { CANCELLED, type NetworkError, type NetworkErrorKind } from '../../src/http/network-errors.ts'
import { createRedactor, shownText } from '../../src/report/redact.ts'
import { describeError, type ApiError, type ApiErrorReason } from '../../src/util/api-error.ts'
import type { SecretKind } from '../../src/util/logging.ts'
import { message, rawText } from '../../src/util/message.ts'
import { PASSING_ANSWER_V1, PASSING_RECORD } from '../support/builders/passing-build.ts'

const PASSING_ANSWER = { success: true, result: PASSING_RECORD }
const SECRET = 'hush-hush'
const NOW_MS = Date.parse('2026-11-24T08:00:00Z')

/** Reads an answer with this body; anything but a text is sent as JSON. */
function read(status: number, body: unknown, headers: IncomingHttpHeaders = {}): ApiResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readApiResponse({ ok: true, status, headers, body: { text } }, NOW_MS)
}

/** Reads an answer whose body was not read. */
function readRefused(status: number, refused: string): ApiResponse {
  return readApiResponse({ ok: true, status, headers: {}, body: { refused } }, NOW_MS)
}

/** @returns the reason and whether another try follows, as the tables have them. */
function outcome(response: ApiResponse): readonly [ApiErrorReason | 'ok', boolean] {
  return response.ok ? ['ok', false] : [response.error.reason, response.error.retryable]
}

function errorOf(response: ApiResponse): ApiError {
  if (response.ok) throw new Error('this is no error')
  return response.error
}

/** @returns the words for what came back, as they came. */
function said(response: ApiResponse): string {
  return response.ok ? 'ok' : rawText(describeError(response.error))
}

function remedyOf(response: ApiResponse): string {
  return rawText(errorOf(response).remedy)
}

/** @returns the words for what came back, as a person sees them. */
function shown(response: ApiResponse): string {
  const { add, redact } = createRedactor(() => undefined)
  add(SECRET)
  return response.ok ? 'ok' : shownText(describeError(response.error), redact)
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
    expect(read(200, body)).toMatchObject({ ok: true, result: PASSING_RECORD })
  })

  test('gives its result as it is, whatever that is', () => {
    expect(read(200, { success: true })).toMatchObject({ ok: true, result: undefined })
    expect(read(200, { success: true, result: null })).toMatchObject({
      ok: true,
      result: null,
    })
    expect(read(200, { success: true, result: ['x'] })).toMatchObject({
      ok: true,
      result: ['x'],
    })
  })

  test('is handed on as it came, with whatever secret is in it', () => {
    const result = { status: 'SUCCESS', commit: SECRET }
    expect(read(200, { success: true, result })).toEqual({
      ok: true,
      result,
      answer: { said: ['HTTP 200'], requestId: '' },
      dateMs: undefined,
    })
  })

  test('has its request ID for whatever is found wrong later', () => {
    const response = read(200, PASSING_ANSWER, { 'x-request-id': 'in-header' })
    expect(response).toMatchObject({ answer: { said: ['HTTP 200'], requestId: 'in-header' } })
  })

  test.each([
    ['its Date', 'Tue, 24 Nov 2026 06:30:00 GMT', Date.parse('2026-11-24T06:30:00Z')],
    ['nothing without one', undefined, undefined],
    ['nothing where that is none', 'yesterday', undefined],
    ['nothing where a clock was never set', 'Fri, 31 Dec 1999 23:59:59 GMT', undefined],
    ['the first second of the century', 'Sat, 01 Jan 2000 00:00:00 GMT', Date.parse('2000-01-01T00:00:00Z')],
    ['the last second of it', 'Thu, 31 Dec 2099 23:59:59 GMT', Date.parse('2099-12-31T23:59:59Z')],
    ['nothing after it', 'Fri, 01 Jan 2100 00:00:00 GMT', undefined],
    ['nothing where dates end', 'Sat, 13 Sep 275760 00:00:00 GMT', undefined],
  ])('tells the time of the service: %s', (_, date, dateMs) => {
    const response = read(200, PASSING_ANSWER, date === undefined ? {} : { date })
    expect(response).toMatchObject({ ok: true, dateMs })
  })

  test.each([0, -0, '0', '', null, {}, []])('an error or a code of %j is none', value => {
    for (const name of ['error', 'err_code', 'errCode', 'error_code', 'errorCode'])
      expect([name, read(200, { ...PASSING_ANSWER, [name]: value }).ok]).toEqual([name, true])
  })

  test.each(['0', '0.0', '-0', '-0.0', '0e5', '0E-3', '0.000'])('nor is the number %s', spelling => {
    for (const name of ['error', 'err_code', 'errCode', 'error_code', 'errorCode'])
      expect([name, read(200, `{"${name}":${spelling},"success":true,"result":{}}`).ok]).toEqual([name, true])
  })
})

describe('an envelope that says no, or nothing', () => {
  const beside = (fields: object) => ({ ...PASSING_ANSWER, ...fields })

  test.each<readonly [string, unknown, ApiErrorReason, string]>([
    [
      'no sign at all',
      { result: PASSING_RECORD },
      'invalid_response',
      'its envelope does not say that the request succeeded',
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
    ['success false', beside({ success: false }), 'service_error', ', an error without a code or a message'],
    [
      'success false beside a status',
      { ...PASSING_ANSWER_V1, success: false },
      'service_error',
      'without a code or a message',
    ],
    [
      'a status in another case',
      { status: 'SUCCESS', result: {} },
      'invalid_response',
      'status as "SUCCESS"',
    ],
    ['a status of true', { status: true, result: {} }, 'invalid_response', 'status as true'],
    [
      'a status that says fail',
      beside({ status: 'fail' }),
      'service_error',
      ', an error without a code or a message',
    ],
    [
      'a status that says error',
      beside({ status: 'error' }),
      'service_error',
      ', an error without a code or a message',
    ],
    ['another status', beside({ status: 'pending' }), 'invalid_response', 'status as "pending"'],
    ['an error object', beside({ error: { code: 'X.1', reason: 'Why' } }), 'service_error', ', X.1 "Why"'],
    ['an error that is a text', beside({ error: 'Why' }), 'service_error', 'Why'],
    ['an error of true', beside({ error: true }), 'service_error', 'true'],
    ['err_code', beside({ err_code: 'X.1' }), 'service_error', ', X.1'],
    ['errCode', beside({ errCode: 'X.1' }), 'service_error', ', X.1'],
    ['error_code', beside({ error_code: 'X.1' }), 'service_error', ', X.1'],
    ['errorCode', beside({ errorCode: 'X.1' }), 'service_error', ', X.1'],
    ['a code that is a number', beside({ error_code: 400 }), 'service_error', ', 400'],
    ['the smallest code', beside({ error_code: 1 }), 'service_error', ', 1'],
    ['a code below nothing', beside({ errCode: -1 }), 'service_error', ', -1'],
    ['a code that is nearly 0', beside({ err_code: 0.5 }), 'service_error', ', 0.5'],
    ['the text 00', beside({ error_code: '00' }), 'service_error', ', 00'],
    ['the text 0.0', beside({ error_code: '0.0' }), 'service_error', ', 0.0'],
    ['a blank code', beside({ error_code: ' ' }), 'service_error', ',  '],
    ['an error of false', beside({ error: false }), 'service_error', ', "false"'],
    ['a list of errors', beside({ error: ['Why'] }), 'service_error', ', “["Why"]”'],
    ['a list of nothing', beside({ error: [null] }), 'service_error', ', "[null]"'],
    [
      'a code that is an object',
      beside({ error_code: { x: 1 } }),
      'invalid_response',
      'error_code as {"x":1}',
    ],
    ['a code that is true', beside({ err_code: true }), 'invalid_response', 'err_code as true'],
    ['another code that is true', beside({ errorCode: true }), 'invalid_response', 'errorCode as true'],
  ])('%s', (_, body, reason, words) => {
    expect(outcome(read(200, body))).toEqual([reason, false])
    expect(said(read(200, body))).toContain(words)
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
    expect(said(read(200, body))).toBe('HTTP 200, but its JSON is not an object')
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
          expect([undefined, null, '', {}, [], 0, '0']).toContainEqual(sign)
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
    ['errCode and errMsg', code => ({ errCode: code, errMsg: 'Why' })],
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
      const response = read(status, body('X.0042'))
      expect([status, ...outcome(response)]).toEqual([status, 'service_error', [500, 503].includes(status)])
      expect(said(response)).toBe(`HTTP ${status}, X.0042 "Why"`)
    }
  })

  test.each(shapes)('%s: a code that is known brings its problem and its remedy', (_, body) => {
    const response = read(400, body('CB.00060200'))
    expect(said(response)).toBe('HTTP 400, CB.00060200 "Why"')
    expect(errorOf(response).problem).toEqual([KNOWN_CODES['CB.00060200']?.problem])
    expect(remedyOf(response)).toBe(KNOWN_CODES['CB.00060200']?.remedy)
  })

  test.each(shapes)('%s: a code of throttling and one of not found count whatever the status', (_, body) => {
    for (const status of [...statuses, 401, 403, 404, 429]) {
      expect([status, ...outcome(read(status, body('CB.00060211')))]).toEqual([status, 'throttled', true])
      expect([status, ...outcome(read(status, body('APIGW.0308')))]).toEqual([status, 'throttled', true])
      expect([status, ...outcome(read(status, body('CB.00031006')))]).toEqual([status, 'not_found', false])
    }
  })

  test('without a code its message alone is shown', () => {
    expect(said(read(200, { success: false, message: 'Why' }))).toBe('HTTP 200, "Why"')
  })

  test('a long message is shortened, and a secret in it is not shown', () => {
    const long = shown(read(400, { error_code: 'X', error_msg: 'y'.repeat(10_000) }))
    expect(long).toContain(`"${'y'.repeat(400)}… (10000 characters in all)"`)
    const echo = read(401, { error_code: 'X', error_msg: `bad token ${SECRET}`, request_id: SECRET })
    expect(shown(echo)).toBe('HTTP 401, X "bad token ***", request ID ***')
    expect(shown(read(400, { error_code: 'z'.repeat(300) }))).toContain(
      `, ${'z'.repeat(200)}… (300 characters in all)`,
    )
  })

  test('quotation marks around the message of the service are not doubled', () => {
    expect(said(read(200, { success: false, error: '"boom"' }))).toMatch(/, "boom"$/)
    expect(said(read(400, { error_code: 'X', error_msg: '"two\nlines"' }))).toMatch(/, X "two\nlines"$/)
    expect(said(read(400, { error_code: 'X', error_msg: '"a" or b' }))).toMatch(/, X “"a" or b”$/)
    expect(said(read(400, { error_code: 'X', error_msg: 'b or "a"' }))).toMatch(/, X “b or "a"”$/)
  })

  test.each<readonly [number, unknown, string]>([
    [401, { message: 'The token has expired' }, ', "The token has expired"'],
    [401, { code: 'X.1', message: 'Why' }, ', X.1 "Why"'],
    [503, { code: 503, message: 'Why' }, ', 503 "Why"'],
    [400, { code: 'X.1' }, ', X.1'],
    [400, { code: 'X.1', error_code: 'X.2' }, ', X.2'],
    [400, { error: { code: 'X.3', reason: 'Why' }, code: 'X.1' }, ', X.3 "Why"'],
    [400, { error: { code: 'X.3', title: 'T' } }, ', X.3 “{"code":"X.3","title":"T"}”'],
    [404, JSON.stringify({ code: 'X.1', message: 'Why' }), ', X.1 "Why"'],
    [400, { error: 'Why', message: 'Other' }, ', "Why"'],
    [400, { error: { title: 'Why' } }, ', “{"title":"Why"}”'],
    [400, { error: { message: 'A', reason: 'B' } }, ', "A"'],
    [400, { error_msg: 'A', message: 'B' }, ', "A"'],
    [400, { error_msg: '', err_msg: 'B' }, ', "B"'],
    [400, { error_code: 7, error_msg: 8 }, ', 7 "8"'],
    [400, { error_code: null, errCode: '', errorCode: 'X.4' }, ', X.4'],
    [400, { error_code: 0, err_code: 'X.5' }, ', X.5'],
  ])('HTTP %d and %j: the words of the service are shown', (status, body, words) => {
    expect(said(read(status, typeof body === 'string' ? JSON.stringify(body) : body))).toBe(
      `HTTP ${status}${words}`,
    )
  })

  test.each([
    ['code and message', { ...PASSING_ANSWER, code: 'X.1', message: 'Why' }],
    ['an err_msg', { ...PASSING_ANSWER, err_msg: 'Why' }],
  ])('%s name none in an answer of success', (_, body) => {
    expect(read(200, body).ok).toBe(true)
  })

  test.each([
    ['an empty object', {}],
    ['an empty message', { message: '' }],
    ['a message that is no text', { message: { x: 1 } }],
    ['a code of 0', { code: 0 }],
    ['a text within a text within a text', JSON.stringify(JSON.stringify(JSON.stringify('x')))],
    ['an array', [{ error_code: 'X.1' }]],
    ['fields that are inherited', '{"__proto__":{"error_code":"X.1","message":"Why"}}'],
  ])('%s names none', (_, body) => {
    expect(said(read(400, body))).toBe('HTTP 400')
  })
})

describe('the request ID', () => {
  const id = (body: object, headers: IncomingHttpHeaders): string => shown(read(500, body, headers))

  test.each([
    ['of the body', { request_id: 'in-body' }, {}, ', request ID in-body'],
    ['of the header', {}, { 'x-request-id': 'in-header' }, ', request ID in-header'],
    [
      'of the body before that of the header',
      { request_id: 'in-body' },
      { 'x-request-id': 'in-header' },
      ', request ID in-body',
    ],
    [
      'of the header where the body has an empty one',
      { request_id: '' },
      { 'x-request-id': 'in-header' },
      ', request ID in-header',
    ],
    [
      'cut where it is long',
      {},
      { 'x-request-id': 'x'.repeat(500) },
      `, request ID ${'x'.repeat(80)}… (500 characters in all)`,
    ],
    ['without secrets', {}, { 'x-request-id': SECRET }, ', request ID ***'],
  ])('%s', (_, fields, headers, words) => {
    expect(id({ ...error('X.1'), ...fields }, headers)).toContain(words)
  })

  test('is no words where there is none', () => {
    expect(id(error('X.1'), {})).not.toContain('request ID')
  })

  test('is said of an answer without an error, too', () => {
    expect(said(read(200, '<html>', { 'x-request-id': 'in-header' }))).toMatch(/, request ID in-header$/)
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

  test.each<readonly [number, ApiErrorReason, boolean]>([
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
    [506, 'service_error', true],
    [510, 'service_error', true],
    [511, 'service_error', false],
    [512, 'service_error', true],
    [520, 'service_error', true],
    [524, 'service_error', true],
    [529, 'service_error', true],
    [599, 'service_error', true],
    [600, 'service_error', false],
    [999, 'service_error', false],
  ])('%d is %s whatever the body, another try: %j', (status, reason, isAgain) => {
    for (const body of bodies) expect(outcome(read(status, body))).toEqual([reason, isAgain])
    expect(outcome(readRefused(status, 'it is larger than 512 KiB'))).toEqual([reason, isAgain])
  })

  test.each([201, 202, 203, 204, 205, 206, 207, 226, 299])('%d carries no result', status => {
    expect(outcome(read(status, PASSING_ANSWER))).toEqual(['invalid_response', false])
    expect(said(read(status, PASSING_ANSWER))).toContain('only HTTP 200 carries a result')
    // Without JSON it may be a page of something on the way, which another try may get around.
    expect(outcome(read(status, ''))).toEqual(['invalid_response', true])
  })

  test.each([300, 301, 302, 303, 304, 307, 308, 399])('%d is a redirect that is not followed', status => {
    const response = read(status, PASSING_ANSWER, { location: `https://elsewhere.example/a?${SECRET}` })
    expect(outcome(response)).toEqual(['invalid_response', false])
    expect(said(response)).toBe(
      `HTTP ${status}, a redirect to https://elsewhere.example/a that is not followed`,
    )
    expect(outcome(read(status, ''))).toEqual(['invalid_response', false])
  })

  test.each([
    [
      'a key in the query',
      'https://h.example/p/full.log?Signature=x',
      'a redirect to https://h.example/p/full.log that',
    ],
    ['one in the fragment', 'https://h.example/p#token=x', 'a redirect to https://h.example/p that'],
    [
      'a user and a password',
      'https://user:pass@h.example:8443/p',
      'a redirect to https://h.example:8443/p that',
    ],
    ['no path', 'http://h.example', 'a redirect to http://h.example/ that'],
    ['backslashes', 'https:\\\\user:pass@h.example\\p?x', 'a redirect to https://h.example/p that'],
    ['blanks around it', ' https://h.example/p?x ', 'a redirect to https://h.example/p that'],
    [
      'a long path',
      `https://h.example/${'p'.repeat(300)}`,
      `/${'p'.repeat(182)}… (318 characters in all) that`,
    ],
  ])('a redirect with %s shows scheme, host and path alone', (_, location, words) => {
    const text = shown(read(302, '', { location }))
    expect(text).toContain(words)
    expect(text).toMatch(/ that is not followed$/)
    expect(text).not.toMatch(/user|pass|[?#]|Signature|token/)
  })

  test.each([
    ['nothing of a path', '/login?token=x'],
    ['nothing of a host without a scheme', '//user:pass@h.example/p'],
    ['nothing of what is no URL', 'https://user:pass@/p?token=x'],
    ['nothing of what is empty', ''],
    ['nothing of data', 'data:text/plain,token=x'],
    ['nothing of a script', 'javascript:token=x'],
    ['nothing of a URL within another', 'blob:https://user:pass@h.example/p'],
    ['nothing of another scheme', 'ftp://user:pass@h.example/p'],
    ['nothing of one that ends as http does', 'xhttp://token@h.example/p'],
    ['nothing of one that begins as https does', 'httpsx://token@h.example/p'],
  ])('an odd redirect shows %s', (_, location) => {
    expect(said(read(302, '', { location }))).toBe('HTTP 302, a redirect that is not followed')
  })

  test('a redirect may come without an address, with an error, or with a request ID', () => {
    expect(said(read(304, ''))).toBe('HTTP 304, a redirect without an address')
    const headers = { location: 'https://h.example/', 'x-request-id': 'r' }
    expect(said(read(302, error('X.1'), headers))).toBe(
      'HTTP 302, a redirect to https://h.example/ that is not followed, X.1 "The message", request ID r',
    )
    expect(said(read(302, '<html>', headers))).toBe(
      'HTTP 302, a redirect to https://h.example/ that is not followed, request ID r',
    )
  })

  test.each([200, 299, 400, 404, 500])('a Location beside HTTP %d is no redirect', status => {
    expect(said(read(status, '', { location: 'https://h.example/' }))).not.toContain('redirect')
  })

  test.each([0, 100, 101, 199])('%d is no answer', status => {
    for (const body of [PASSING_ANSWER, ''])
      expect(outcome(read(status, body))).toEqual(['invalid_response', false])
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
  test.each<readonly [number, string, ApiErrorReason, boolean]>([
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

  test('each says what to do', () => {
    expect(remedyOf(read(401, error('APIGW.0301')))).toContain('24 hours')
    expect(remedyOf(read(401, {}))).toContain('24 hours')
    expect(remedyOf(read(403, {}))).toContain('Add the user to the CodeArts project')
    expect(remedyOf(read(404, error('APIGW.0101')))).toMatch(/region.*endpoint/)
  })

  test.each([
    [401, 'APIGW.0301', 'unauthorized'],
    [403, 'APIGW.0301', 'forbidden'],
    [401, 'APIG.0303', 'unauthorized'],
  ])('%d with %s may be a locked key, and says so', (status, code, reason) => {
    const error_msg =
      'Incorrect IAM authentication information: AK access failed to reach the limit,forbidden'
    const response = read(status, { error_code: code, error_msg })
    expect(outcome(response)).toEqual([reason, false])
    expect(errorOf(response).problem).toEqual([LOCKED_KEY.problem])
    expect(remedyOf(response)).toBe(LOCKED_KEY.remedy)
    // Whoever knows the credentials has nothing to add.
    expect(errorOf(response).kind).toBe('fault')
  })

  test.each<readonly [number, unknown, boolean]>([
    [401, {}, true],
    [403, error('X.1'), true],
    [401, error('APIGW.0307'), true],
    [401, '<html>', false],
    [403, '', false],
    [407, {}, false],
    [404, {}, false],
    [400, {}, false],
    [401, error('CB.00031006'), false],
  ])('%d with %j is about the credentials: %j', (status, body, isAboutCredentials) => {
    expect(errorOf(read(status, body)).kind === 'credentials_refused').toBe(isAboutCredentials)
  })

  test.each<readonly [number, unknown, ApiError['kind']]>([
    [404, {}, 'build_missing'],
    [410, {}, 'build_missing'],
    [404, error('X.1'), 'build_missing'],
    [200, error('CB.00031006'), 'build_missing'],
    [404, error('APIGW.0103'), 'build_missing'],
    [404, error('APIGW.0101'), 'api_missing'],
    [500, error('APIG.0101'), 'api_missing'],
    [200, error('CB.00060214'), 'api_unknown'],
    [404, '<html>', 'address_unknown'],
    [410, '', 'address_unknown'],
    [404, '['.repeat(100), 'address_unknown'],
    [400, {}, 'fault'],
    [401, error('X.1'), 'credentials_refused'],
    [503, '', 'fault'],
    [429, error('CB.00060211'), 'fault'],
  ])('%d with %j: what is missing is in its kind, %s', (status, body, kind) => {
    expect(errorOf(read(status, body)).kind).toBe(kind)
  })
})

describe('what to do about an answer without a known code', () => {
  const PAGE = '<html><title>Access blocked by policy</title></html>'
  const RETRY_LATER = `${NOT_THE_SERVICE.remedy}. If they are right, run the step again later`

  test.each([
    [400, CHECK_REQUEST.remedy],
    [401, WORDS.unauthorized.remedy],
    [402, CHECK_REQUEST.remedy],
    [403, WORDS.forbidden.remedy],
    [404, WORDS.not_found.remedy],
    [405, CHECK_REQUEST.remedy],
    [407, NETWORK_WORDS.proxy.remedy],
    [408, WORDS.service_error.remedy],
    [410, WORDS.not_found.remedy],
    [413, CHECK_REQUEST.remedy],
    [429, WORDS.throttled.remedy],
    [431, CHECK_REQUEST.remedy],
    [499, CHECK_REQUEST.remedy],
    [500, WORDS.service_error.remedy],
    [511, WORDS.service_error.remedy],
    [302, WORDS.invalid_response.remedy],
    [201, WORDS.invalid_response.remedy],
  ])('HTTP %d in JSON', (status, remedy) => {
    expect(remedyOf(read(status, {}))).toBe(remedy)
    if (status >= 400) expect(remedyOf(read(status, error('X.1')))).toBe(remedy)
  })

  test.each([
    [401, WORDS.unauthorized.problem],
    [403, WORDS.forbidden.problem],
    [404, WORDS.not_found.problem],
    [408, FAILED_INSIDE],
    [429, WORDS.throttled.problem],
    [500, FAILED_INSIDE],
    [200, WORDS.service_error.problem],
  ])('HTTP %d in JSON says what is wrong', (status, problem) => {
    expect(read(status, error('X.1'))).toMatchObject({ error: { problem: [problem] } })
  })

  test('an error in an answer of success', () => {
    for (const body of [error('X.1'), { success: false }]) expect(remedyOf(read(200, body))).toBe(REPORT)
  })

  test.each([
    [200, NOT_THE_SERVICE.remedy],
    [302, NOT_THE_SERVICE.remedy],
    [401, NOT_THE_SERVICE.remedy],
    [403, NOT_THE_SERVICE.remedy],
    [404, NOT_THE_SERVICE.remedy],
    [407, NETWORK_WORDS.proxy.remedy],
    [400, `${NOT_THE_SERVICE.remedy}. If the service has answered, it does not accept the request`],
    [405, `${NOT_THE_SERVICE.remedy}. If the service has answered, it does not accept the request`],
    [408, NOT_THE_SERVICE.remedy],
    [413, `${NOT_THE_SERVICE.remedy}. If the service has answered, it does not accept the request`],
    [418, `${NOT_THE_SERVICE.remedy}. If the service has answered, it does not accept the request`],
    [429, `${NOT_THE_SERVICE.remedy}. If the service has answered, it gets too many requests`],
    [500, RETRY_LATER],
    [503, RETRY_LATER],
    [511, RETRY_LATER],
  ])('HTTP %d in a page, or in nothing at all', (status, remedy) => {
    for (const body of [PAGE, '', 'x']) expect(remedyOf(read(status, body))).toBe(remedy)
  })

  test.each([401, 403, 404, 405, 418, 511])('HTTP %d in a page names its title', status => {
    expect(said(read(status, PAGE))).toBe(
      `HTTP ${status} with an HTML page titled "Access blocked by policy"`,
    )
  })
})

describe('a body that is no record', () => {
  const LONG = 'x'.repeat(50_000)

  test.each([
    ['empty', '', 'an empty body'],
    ['blank', ' \r\n', 'an empty body'],
    [
      'a page',
      '<html><body>Sign  in\n<b>here</b></body></html>',
      'an HTML page that begins with "Sign in here"',
    ],
    [
      'a page whose words touch its tags',
      '<html><p>Sign in</p><p>here</p>',
      'an HTML page that begins with "Sign in here"',
    ],
    [
      'XHTML with an empty line',
      '<?xml version="1.0"?>\n\n<html><title>Blocked</title>',
      'an HTML page titled "Blocked"',
    ],
    ['a page of markup', '<html><body><hr></body></html>', 'an HTML page without a title'],
    [
      'a page without a title, but with a script',
      '<!DOCTYPE html><script>let a = "<b>"</script><STYLE>b{}</STYLE><p>Sign in',
      'an HTML page that begins with "Sign in"',
    ],
    [
      'a page that has an empty title',
      '<html><title> </title>Sign in',
      'an HTML page that begins with "Sign in"',
    ],
    [
      'a page whose title has lines',
      '<html>\n<title lang="en">Sign\n  in </title>x',
      'an HTML page titled "Sign in"',
    ],
    ['a page that begins with its title', ' <title>Blocked</title>', 'an HTML page titled "Blocked"'],
    [
      'a page that begins with a meta',
      '<meta charset="utf-8"><title>Blocked</title>',
      'an HTML page titled "Blocked"',
    ],
    ['a page that begins with its head', '\n<HEAD><TITLE>Blocked</TITLE>', 'an HTML page titled "Blocked"'],
    [
      'a page that begins with its body',
      '<body class="x">Blocked',
      'an HTML page that begins with "Blocked"',
    ],
    [
      'XHTML',
      '<?xml version="1.0"?>\n<!DOCTYPE html><title>Blocked</title>',
      'an HTML page titled "Blocked"',
    ],
    [
      'a page with a style that nothing closes',
      '<html>Sign in<style>p {',
      'an HTML page that begins with "Sign in"',
    ],
    [
      'a page with signs that begin no tag',
      '<html><script>if (1 < 2) {}</script>a < b<br>c',
      'an HTML page that begins with "a < b c"',
    ],
    ['a title in a text', 'see <title>x</title>', 'a body that begins with "see <title>x</title>"'],
    ['other markup', '<htmlx><title>x</title>', 'a body that begins with "<htmlx><title>x</title>"'],
    ['XML', '<?xml version="1.0"?><Error>x', 'a body that begins with “<?xml version="1.0"?><Error>x”'],
    ['half of an answer', '{"success": true, ', 'a body that begins with “{"success": true,”'],
    ['an echo of a secret', `Who is ${SECRET}?`, 'a body that begins with "Who is ***?"'],
    ['a long text', LONG, `a body that begins with "${'x'.repeat(80)}…"`],
    ['a long page', `<html>${LONG}`, `an HTML page that begins with "${'x'.repeat(80)}…"`],
    [
      'a secret where the text is cut',
      'x'.repeat(75) + SECRET,
      `a body that begins with "${'x'.repeat(75)}***"`,
    ],
    [
      'a long title',
      `<html><title>${LONG}</title>`,
      `an HTML page titled "${'x'.repeat(120)}… (19987 characters in all)"`,
    ],
  ])('%s is asked for again', (_, body, words) => {
    const response = read(200, body)
    expect(outcome(response)).toEqual(['invalid_response', true])
    expect(shown(response)).toBe(`HTTP 200 with ${words}`)
    expect(remedyOf(response)).toBe(NOT_THE_SERVICE.remedy)
  })

  test.each([
    '<',
    '<title',
    '<title>',
    '<style',
    '<style>',
    '</style',
    '<a ',
    '<?xml ',
    '<!doctype html>',
    ' ',
    '\n<',
    '"',
  ])('twenty answers of %j again and again are described in a second', text => {
    const body = text.repeat(20_000 / text.length)
    const start = process.cpuUsage()
    for (let answer = 0; answer < 20; answer++) read(503, `<html>${body}`)
    const { user, system } = process.cpuUsage(start)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })

  test.each(['text/html', 'Text/HTML;charset=utf-8', ' application/xhtml+xml'])(
    'the type %s makes it a page, however it begins',
    type => {
      const headers = { 'content-type': type }
      expect(said(read(403, '<!-- x --><title>Blocked</title>', headers))).toBe(
        'HTTP 403 with an HTML page titled "Blocked"',
      )
      expect(said(read(403, '', headers))).toBe('HTTP 403 with an HTML page without a title')
    },
  )

  test.each(['text/plain', 'text/htmlx', 'x-text/html', 'application/json'])('the type %s does not', type => {
    expect(said(read(403, '<!-- x --><title>', { 'content-type': type }))).toContain(
      'with a body that begins',
    )
  })

  test.each([
    ['nested deeper than 64', `{"success":true,"result":${'['.repeat(64)}${']'.repeat(64)}}`],
    ['of too many values', `{"success":true,"result":[${'0,'.repeat(100_000)}0]}`],
    ['two hundred thousand brackets', '['.repeat(200_000)],
  ])('%s is not', (_, body) => {
    expect(outcome(read(200, body))).toEqual(['invalid_response', false])
    expect(remedyOf(read(200, body))).toBe(WORDS.invalid_response.remedy)
    expect(said(read(404, body))).toBe('HTTP 404')
    expect(said(read(200, body))).toContain('nested too deeply or has too many values')
  })

  test('one that was not read is not, and says why', () => {
    const response = readRefused(200, 'it is larger than 512 KiB')
    expect(outcome(response)).toEqual(['invalid_response', false])
    expect(said(response)).toBe('HTTP 200, but its body was not read: it is larger than 512 KiB')
  })

  test('whatever text comes, there is an outcome, and never success without its sign', () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map(text => JSON.stringify(text)),
    )
    fc.assert(
      fc.property(fc.constantFrom(200, 204, 302, 400, 404, 500), body, (status, text) => {
        const response = read(status, text)
        if (response.ok) expect(text).toMatch(/"(success|status)"/)
        else expect([said(response), remedyOf(response)]).not.toContain('')
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
    const response = read(200, body)
    expect(outcome(response)).toEqual(['invalid_response', false])
    expect(said(response)).toContain(`but its JSON has the key "${key}" twice`)
  })

  test('is shown at its beginning alone', () => {
    const key = 'k'.repeat(300)
    expect(shown(read(200, `{"${key}":1,"${key}":2}`))).toContain(
      `the key "${'k'.repeat(80)}… (300 characters in all)" twice`,
    )
  })

  test('leaves an error of its status what it is', () => {
    expect(outcome(read(503, '{"error_code":"a","error_code":"b"}'))).toEqual(['service_error', true])
  })

  test('goes before a code that would be tried again', () => {
    const body = '{"error_code":"X","error_code":"CB.00060211"}'
    expect(outcome(read(200, body))).toEqual(['invalid_response', false])
    expect(outcome(read(400, body))).toEqual(['throttled', true])
  })
})

describe('Retry-After', () => {
  const date = 'Tue, 24 Nov 2026 08:00:00 GMT'

  test.each([
    [429, '61', ', and asked for a pause of 1 min 1 s'],
    [200, '3600', ', and asked for a pause of 1 h'],
    [503, '99999999', ', and asked for a pause of more than a week'],
    [429, '60', ''],
    [429, undefined, ''],
    [401, '3600', ''],
    [404, '3600', ''],
  ])('of HTTP %d and %s s is named where it is too long', (status, seconds, words) => {
    const headers = seconds === undefined ? { date } : { date, 'retry-after': seconds }
    expect(said(read(status, '', headers))).toBe(`${said(read(status, '', { date }))}${words}`)
  })

  test.each([
    ['of a throttled answer', 429, error('APIGW.0308'), 7_000],
    ['of one throttled by its code', 400, error('CB.00060211'), 7_000],
    ['of a service in trouble', 503, '', 7_000],
    ['of a page with status 200', 200, '<html>Maintenance</html>', 7_000],
  ])('%s is handed on', (_, status, body, retryMs) => {
    const response = read(status, body, { date, 'retry-after': '7' })
    expect(response).toMatchObject({ error: { retryable: true, retryAfterMs: retryMs } })
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
    const response = errorOf(read(503, '', headers))
    expect([response.retryable, response.retryAfterMs]).toEqual([true, retryMs])
  })

  test('does not ask for a try that would be of no use', () => {
    const headers = { 'retry-after': '1' }
    for (const response of [
      read(401, '', headers),
      read(404, error('APIGW.0101'), headers),
      read(302, '', headers),
    ]) {
      expect(errorOf(response).retryable).toBe(false)
      expect(errorOf(response)).not.toHaveProperty('retryAfterMs')
    }
  })
})

describe('a request without an answer', () => {
  const failure = (kind: NetworkErrorKind, retryable: boolean): NetworkError => ({
    kind,
    message: message`what ${kind} did`,
    retryable,
  })

  test.each<readonly [NetworkErrorKind, ApiErrorReason, string]>([
    ['no_host', 'unreachable', 'region, or endpoint'],
    ['no_connection', 'unreachable', 'HTTPS_PROXY'],
    ['no_proxy_host', 'unreachable', 'HTTPS_PROXY'],
    ['cut', 'unreachable', 'Run the step again'],
    ['timeout', 'unreachable', 'Check that this machine can reach it'],
    ['certificate_dates', 'unreachable', 'Check the clock'],
    ['certificate_host', 'unreachable', 'Check the host name'],
    ['certificate_issuer', 'unreachable', 'NODE_EXTRA_CA_CERTS'],
    ['certificate_file', 'unreachable', 'a file that this step can read'],
    ['certificate', 'unreachable', 'to replace the certificate'],
    ['tls', 'unreachable', 'TLS 1.2 or later'],
    ['proxy', 'unreachable', 'NO_PROXY'],
    ['proxy_address', 'unreachable', 'with special characters encoded'],
    ['malformed', 'invalid_response', 'Check endpoint'],
  ])('%s is %s', (kind, reason, remedy) => {
    for (const retryable of [true, false]) {
      const response = readApiResponse({ ok: false, error: failure(kind, retryable) }, NOW_MS)
      expect(response).toStrictEqual({
        ok: false,
        error: {
          kind: 'fault',
          reason,
          problem: [NETWORK_WORDS[kind].problem],
          remedy: [NETWORK_WORDS[kind].remedy],
          message: [`what ${kind} did`],
          retryable,
        },
      })
    }
    expect(NETWORK_WORDS[kind].remedy).toContain(remedy)
  })

  test('has brought nothing where it was given up', () => {
    expect(readApiResponse({ ok: false, error: CANCELLED }, NOW_MS)).toStrictEqual({
      ok: false,
      error: {
        kind: 'given_up',
        reason: 'unreachable',
        problem: [NETWORK_WORDS.cancelled.problem],
        remedy: [NETWORK_WORDS.cancelled.remedy],
        message: ['the request was cancelled'],
        retryable: false,
      },
    })
  })
})

describe('an answer of a service that gives out secrets', () => {
  const URN = 'iam:123456789012345678901234:agency:deploy-to-production'

  /** Reads such an answer. @returns it, and every secret that was taken from it, in order. */
  function readSecrets(status: number, body: unknown, sent: readonly string[] = [URN]) {
    const secrets: (readonly [string, SecretKind | undefined])[] = []
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = readSecretResponse(
      {
        ok: true,
        status,
        headers: { 'x-request-id': 'r', date: 'Tue, 24 Nov 2026 06:30:00 GMT' },
        body: { text },
      },
      NOW_MS,
      {
        name: 'STS',
        problem: 'No keys came',
        sent,
        addSecret: (secret, kind) => secrets.push([secret, kind]),
      },
    )
    return { response, secrets }
  }

  test.each([200, 201, 204])('is its whole body, whatever that is: HTTP %d', status => {
    for (const body of [{ credentials: { x: 1 } }, [], null, 'text', { success: true }]) {
      const { response } = readSecrets(status, JSON.stringify(body))
      expect(response).toMatchObject({ ok: true, result: body, dateMs: Date.parse('2026-11-24T06:30:00Z') })
      expect(response).toMatchObject({ answer: { said: [`HTTP ${status} from STS`], requestId: 'r' } })
    }
  })

  test.each([200, 403, 500])('has all that it calls a key, secret or token hidden: HTTP %d', status => {
    const body = {
      credentials: { access_key_id: 'ID', expiration: 'E', Secret_Access_KEY: 'SK', security_token: 'ST' },
      error: [{ tokens: ['T1', { inner: 'T2' }], shown: 'S', keyless: null, secret: 5 }],
      name: 'N',
    }
    expect(readSecrets(status, body).secrets).toEqual(
      ['ID', 'SK', 'ST', 'T1', 'T2'].map(secret => [secret, 'password']),
    )
  })

  test('has no secret in the subject of a token, which names a repository, nor in the type of an error', () => {
    expect(readSecrets(200, { subject_from_id_token: 'repo:acme/storefront' }).secrets).toEqual([])
    expect(readSecrets(401, { message: 'No', typeKey: 'UnauthorizedException' }).secrets).toEqual([])
  })

  test('has none where it is no JSON, and nothing of its body is shown', () => {
    const { response, secrets } = readSecrets(200, `SK=${SECRET}`)
    expect(secrets).toEqual([])
    expect(outcome(response)).toEqual(['invalid_response', true])
    expect(response).toMatchObject({ error: { problem: ['No keys came'] } })
    expect(said(response)).toBe('HTTP 200 from STS with a body that is not JSON, request ID r')
    expect(said(readSecrets(403, '<html><title>x</title>').response)).toBe(
      'HTTP 403 from STS with a body that is not JSON, request ID r',
    )
  })

  test.each<readonly [number, unknown, string]>([
    [200, { error: { code: 'X.1', message: 'Gave KEY' } }, ', X.1'],
    [200, { success: false, message: 'Gave KEY' }, ', an error without a code or a message'],
    [200, { error: 'Gave KEY' }, ', an error without a code or a message'],
    [400, { error_code: 'X.1', error_msg: 'No KEY here' }, ', X.1 "No KEY here"'],
    [403, { error: { KEY: 1 } }, ', an error without a code or a message'],
    [
      403,
      { error_code: 'X.1', error_msg: `No ${'a'.repeat(19)} or ${'A1+/=_-'.repeat(3)}!` },
      `, X.1 "No ${'a'.repeat(19)} or ***!"`,
    ],
    [403, { error_code: 'x'.repeat(20) }, ', ***'],
    [403, { error_code: 'x'.repeat(19) }, `, ${'x'.repeat(19)}`],
    [
      500,
      { message: `${'k'.repeat(40)} for ${URN} and ${URN}:${'k'.repeat(40)}` },
      `, "*** for ${URN} and ${URN}:***"`,
    ],
    [400, { error_code: 'CB.00060200', error_msg: 'x' }, ', CB.00060200 "x"'],
  ])('HTTP %d, %j: of an error so much is shown', (status, body, words) => {
    expect(said(readSecrets(status, body).response)).toBe(`HTTP ${status} from STS${words}, request ID r`)
  })

  test('has several texts that were sent left as they are', () => {
    const other = 'iam::another-provider-of-identities'
    const { response } = readSecrets(403, { message: `${other} ${URN} ${other}x` }, [URN, other])
    expect(said(response)).toContain(`"${other} ${URN} ${other}x"`)
    expect(said(readSecrets(403, { message: URN }, []).response)).toContain('"iam:***:agency:***"')
  })

  test('may have a key twice: no verdict is made from it', () => {
    expect(readSecrets(200, '{"a":1,"a":2}').response).toMatchObject({ ok: true, result: { a: 2 } })
  })

  test('is judged by its status and its error as any other', () => {
    expect(outcome(readSecrets(401, {}).response)).toEqual(['unauthorized', false])
    expect(outcome(readSecrets(429, {}).response)).toEqual(['throttled', true])
    expect(outcome(readSecrets(200, { error_code: 'X' }).response)).toEqual(['service_error', false])
    expect(outcome(readSecrets(302, {}).response)).toEqual(['invalid_response', false])
  })

  test('may not come at all', () => {
    const from = { name: 'STS', problem: 'No keys came', sent: [], addSecret: () => undefined }
    const response = readSecretResponse({ ok: false, error: CANCELLED }, NOW_MS, from)
    expect(errorOf(response).kind).toBe('given_up')
  })
})
