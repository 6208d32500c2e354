import fc from 'fast-check'
import { hostileText } from './hostile-text.ts'
import { gatewayError, serviceError } from '../../../tools/fake-service/errors.ts'
import type { Answer } from '../../../tools/fake-service/exchange.ts'
import { makeRecord } from '../../../tools/fake-service/record.ts'

/** A secret that answers may echo, in one way or another. */
export const SECRET = 'hK3/x+9"Zq&Lm<2>Vt7\'Wd==Rb5Yc'

const RECORD = makeRecord({ commit_message: `Echoes ${SECRET}` })
const request = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {}, requestId: 'r' }

/** Answers as the service gives them, from which others are bred. */
const REAL_ANSWERS = [
  JSON.stringify({ result: RECORD, error: null, status: 'success' }),
  JSON.stringify({ result: RECORD, success: true }),
  JSON.stringify({ status: 'success', result: { status: 'SUCCESS' } }),
  textOf(gatewayError(401, 'APIGW.0301', 'Incorrect IAM authentication information')(request)),
  textOf(serviceError(400, 'CB.00060214', 'The job does not exist')()),
  JSON.stringify(JSON.stringify({ error_code: 'APIGW.0101', error_msg: 'The API does not exist' })),
]

/** Pieces that turn one JSON into another, or into none. */
const PIECES = [
  ...['{', '}', '[', ']', '"', '\\', ',', ':', ' ', '\n', '\ufeff', '\0', '{}', '[]', '[[[[[[[[', '{"a":'],
  ...['null', 'true', 'false', '0', '-0', '1e999', '1.5', '""', '\\u0000', '\\ud800', '\ud800', '\\"'],
  ...[
    '"SUCCESS"',
    '"success"',
    '"status":',
    '"result":',
    '"success":',
    '"error":',
    '"error_code":',
    '"__proto__":',
  ],
  ...[SECRET, encodeURIComponent(SECRET), JSON.stringify(SECRET), SECRET.slice(3, 20)],
]

const edit = fc.record({
  /** Where, as a share of the length. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  deleted: fc.nat(12),
  inserted: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, hostileText),
})

/** Real answers with up to eight edits. */
const bred = fc
  .tuple(fc.constantFrom(...REAL_ANSWERS), fc.array(edit, { maxLength: 8 }))
  .map(([answer, edits]) =>
    edits.reduce((text, { at, deleted, inserted }) => {
      const from = Math.floor(at * text.length)
      return text.slice(0, from) + inserted + text.slice(from + deleted)
    }, answer),
  )

const scalar = fc.oneof(
  fc.constantFrom(null, true, false, '', SECRET, 'SUCCESS', 'success', 'error', 'fail', 0, 1, {}, []),
  hostileText,
  fc.integer(),
)
const name = fc.constantFrom(
  ...[
    'success',
    'status',
    'error',
    'error_code',
    'err_code',
    'errCode',
    'errorCode',
    'error_msg',
    'message',
    'result',
  ],
)
const { object } = fc.letrec(tie => ({
  object: fc.dictionary(
    fc.oneof({ weight: 5, arbitrary: name }, fc.constant(SECRET), hostileText),
    tie('value'),
    { maxKeys: 6 },
  ),
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, scalar, fc.constant(RECORD), tie('object')),
}))

/** Good answers but for some fields, each of a value that is nearly right. */
const nearlyGood = fc
  .record({
    status: fc.constantFrom(
      'SUCCESS',
      'SUCCESS',
      'success',
      'Success',
      ' SUCCESS',
      'SUCCESS\n',
      'SUCCESSFUL',
      'FAILURE',
    ),
    commit: fc.constantFrom(RECORD['commit'], '7c1b9e0', null, ''),
    branch: fc.constantFrom('main', 'Main', 'mai', null),
    signs: fc.oneof(fc.constant({}), fc.dictionary(name, scalar, { maxKeys: 2 })),
    envelope: fc.constantFrom(
      { success: true },
      { success: true, error: null },
      { status: 'success', error: null },
      {},
    ),
  })
  .map(({ status, commit, branch, signs, envelope }) =>
    JSON.stringify({ ...signs, ...envelope, result: { ...RECORD, status, commit, branch } }),
  )

/** Bodies: nearly good ones, bred of real ones, made of the fields of envelopes, nested, long, and anything at all. */
export const body: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: nearlyGood },
  { weight: 6, arbitrary: bred },
  { weight: 4, arbitrary: object.map(value => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('[', '{"a":'), fc.nat(100))
      .map(([open, depth]) => open.repeat(depth)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: hostileText },
)

/** Statuses that mean something, and others. */
export const status: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  fc.constantFrom(201, 204, 301, 302, 400, 401, 403, 404, 407, 408, 410, 422, 429, 500, 502, 503, 504),
  fc.integer({ min: 100, max: 999 }),
)

function textOf({ body }: Answer): string {
  if (typeof body !== 'string') throw new Error('an error of the service is a text')
  return body
}
