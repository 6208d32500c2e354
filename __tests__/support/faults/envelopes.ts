import { changed, jsonAnswer, text, without } from './answers.ts'
import type { JsonObject } from '../../../tools/json.ts'
import { group, SERVICE_ERROR, UNSETTLED, WRONG_SHAPE, type Fault } from './fault.ts'

/** The envelope of v3 holds no sign of success, or not the documented one. */
export const successSigns: readonly Fault[] = [
  { name: 'false', value: false, ...UNSETTLED },
  { name: 'null', value: null, ...UNSETTLED },
  { name: '"true"', value: 'true', ...WRONG_SHAPE },
  { name: '"false"', value: 'false', ...WRONG_SHAPE },
  { name: '""', value: '', ...WRONG_SHAPE },
  { name: '1', value: 1, ...WRONG_SHAPE },
  { name: '0', value: 0, ...WRONG_SHAPE },
  { name: '{}', value: {}, ...WRONG_SHAPE },
  { name: '[true]', value: [true], ...WRONG_SHAPE },
].map(({ name, value, ...expected }): Fault => ({
  name: `success ${name}`,
  group: 'success',
  ...expected,
  write: changed(whole => ({ ...whole, success: value })),
}))

export const missingSigns: readonly Fault[] = group('sign of success', UNSETTLED, [
  { name: 'success missing', write: changed(whole => without(whole, 'success')) },
  {
    name: 'success beside, in another case',
    write: changed(whole => ({ ...without(whole, 'success'), Success: true })),
  },
  {
    name: 'success within the result',
    write: changed(whole => ({ result: { ...record(whole), success: true } })),
  },
  {
    name: 'success on the prototype',
    write: text(body =>
      body.toString().replace('"success":true', '"__proto__":{"success":true,"status":"success"}'),
    ),
  },
  {
    name: 'success false, and a good outer status',
    write: changed(whole => ({ ...whole, success: false, status: 'success' })),
  },
  {
    name: 'success true, and the outer status "fail"',
    write: changed(whole => ({ ...whole, status: 'fail' })),
  },
  {
    name: 'success true, and the outer status "error"',
    write: changed(whole => ({ ...whole, status: 'error' })),
  },
])

/** The same for the envelope of v1 and v4. */
export const outerStatuses: readonly Fault[] = [
  'fail',
  'error',
  'failure',
  'SUCCESS',
  'Success',
  'success ',
  'succes',
  'ok',
  '',
  true,
  1,
  null,
  {},
  ['success'],
].map((status): Fault => ({
  name: `outer status ${JSON.stringify(status)}`,
  group: 'outer status',
  ...UNSETTLED,
  write: changed(whole => ({ status, error: null, result: record(whole) })),
}))

const ERRORS: readonly JsonObject[] = [
  { error: { code: 'CB.00060101', reason: 'Internal service exception' } },
  { error: 'Internal service exception' },
  { err_code: 'CB.00060101' },
  { errCode: 'CB.00060101' },
  { error_code: 'CB.00060101' },
  { error_code: 'CB.00060101', error_msg: 'Internal service exception' },
  { err_code: '', errCode: 'CB.00060101' },
  { message: 'Internal service exception', err_code: 'UNHEARD.OF' },
]

/** An error that the service names, beside a record that would pass. */
export const namedErrors: readonly Fault[] = ERRORS.flatMap(error => [
  {
    name: `${JSON.stringify(error)} beside a passing record (v3)`,
    group: 'named error',
    ...SERVICE_ERROR,
    write: changed(whole => ({ ...whole, ...error })),
  },
  {
    name: `${JSON.stringify(error)} beside a passing record (v1)`,
    group: 'named error',
    ...SERVICE_ERROR,
    write: changed(whole => ({ status: 'success', result: record(whole), ...error })),
  },
  {
    name: `${JSON.stringify(error)} alone, with status 200`,
    group: 'named error',
    ...SERVICE_ERROR,
    write: jsonAnswer(200, error),
  },
])

/** Errors of a type that no document names. */
export const oddErrors: readonly Fault[] = [
  { error: true },
  { error: 1 },
  { error: ['CB.00060101'] },
  { error: { code: 'CB.00060101' }, status: 'success' },
  { err_code: 60101 },
  { errCode: 60101 },
  { error_code: 60101 },
  { error_code: { value: 'CB.00060101' } },
  { error_code: true },
].map((error): Fault => ({
  name: `${JSON.stringify(error)} beside a passing record`,
  group: 'odd error',
  ...UNSETTLED,
  write: changed(whole => ({ ...whole, ...error })),
}))

/** An envelope that is good, around something that is no record. */
export const results: readonly Fault[] = [
  ...[null, [], 'SUCCESS', '', 42, true].map((result): Fault => ({
    name: `result ${JSON.stringify(result)}`,
    group: 'result',
    ...WRONG_SHAPE,
    write: changed(whole => ({ ...whole, result })),
  })),
  { name: 'result missing', group: 'result', ...WRONG_SHAPE, write: jsonAnswer(200, { success: true }) },
  {
    name: 'the record in an array',
    group: 'result',
    ...WRONG_SHAPE,
    write: changed(whole => ({ ...whole, result: [whole['result']] })),
  },
  {
    name: 'the record as a JSON string',
    group: 'result',
    ...WRONG_SHAPE,
    write: changed(whole => ({ ...whole, result: JSON.stringify(whole['result']) })),
  },
  // A record may come with every field missing: whether it still is one is left open.
  { name: 'result {}', group: 'result', ...UNSETTLED, write: changed(whole => ({ ...whole, result: {} })) },
  {
    name: 'the whole answer as its own result',
    group: 'result',
    ...UNSETTLED,
    write: changed(whole => ({ ...whole, result: whole })),
  },
  {
    name: 'the record on the prototype of the result',
    group: 'result',
    ...UNSETTLED,
    write: changed(whole => ({
      ...whole,
      result: JSON.parse(`{"__proto__":${JSON.stringify(whole['result'])}}`) as unknown,
    })),
  },
  // The service is known to put JSON within a string; here it is an error that is wrapped.
  {
    name: 'an error as a JSON string',
    group: 'result',
    ...UNSETTLED,
    write: jsonAnswer(
      200,
      JSON.stringify({ error_code: 'CB.00060101', error_msg: 'Internal service exception' }),
    ),
  },
]

function record(whole: JsonObject): JsonObject {
  return whole['result'] as JsonObject
}
