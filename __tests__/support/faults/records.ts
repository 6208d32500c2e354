import { NUMBER_FIELDS, TEXT_FIELDS } from '../builders/passing-build.ts'
import { camelCase, changedRecord, text, without } from './answers.ts'
import { group, WRONG_SHAPE, type Expected, type Fault } from './fault.ts'

const WRONG_FOR_TEXT: readonly unknown[] = [42, true, ['SUCCESS'], { value: 'SUCCESS' }]
const WRONG_FOR_IDENTITY: readonly unknown[] = [4.2, true, [532], { value: 532 }]

const WRONG_VALUES: readonly (readonly [field: string, value: unknown])[] = [
  ...['status', 'commit', 'branch', 'tag'].flatMap(field =>
    WRONG_FOR_TEXT.map(value => [field, value] as const),
  ),
  ...['id', 'build_record_id', 'codeci_job_id', 'build_no'].flatMap(field =>
    WRONG_FOR_IDENTITY.map(value => [field, value] as const),
  ),
]

/** Every field that the verdict depends on, or that names the build, with values of every type that it cannot have. */
export const fieldTypes: readonly Fault[] = WRONG_VALUES.flatMap(([field, value]) => {
  const camel = camelCase(field)
  const inSnakeCase: Fault = {
    name: `${field} is ${JSON.stringify(value)}`,
    group: 'field type',
    ...WRONG_SHAPE,
    write: changedRecord(record => ({ ...record, [field]: value })),
  }
  if (camel === field) return [inSnakeCase]
  const inCamelCase: Fault = {
    name: `${camel} is ${JSON.stringify(value)}`,
    group: 'field type (camelCase)',
    ...WRONG_SHAPE,
    write: changedRecord(record => ({ ...without(record, field), [camel]: value })),
  }
  return [inSnakeCase, inCamelCase]
})

/** A status of a type that is neither text nor null; most of them turn into a good word when made text of. */
export const statusTypes: readonly Fault[] = [
  true,
  false,
  0,
  1,
  5,
  [],
  ['SUCCESS'],
  [['SUCCESS']],
  {},
  { status: 'SUCCESS' },
  { SUCCESS: true },
  { length: 7, 0: 'S' },
].map((status): Fault => ({
  name: `the status ${JSON.stringify(status)}`,
  group: 'status type',
  ...WRONG_SHAPE,
  write: changedRecord(record => ({ ...record, status })),
}))

/** One field in both casings, with two values: there is no telling which one counts. */
export const bothCasings: readonly Fault[] = [...TEXT_FIELDS, ...NUMBER_FIELDS]
  .filter(field => camelCase(field) !== field)
  .map((field): Fault => ({
    name: `${field} and ${camelCase(field)} with two values`,
    group: 'both casings',
    ...WRONG_SHAPE,
    write: changedRecord(record => ({
      ...record,
      ...((NUMBER_FIELDS as readonly string[]).includes(field)
        ? { [field]: 1, [camelCase(field)]: 2 }
        : { [field]: 'one', [camelCase(field)]: 'two' }),
    })),
  }))

const UNKNOWN: Expected = { reason: 'unknown_status', tries: 1 }

/** Words that are read well, and are not the one that passes. A failed build may ask for more than its record. */
const WORDS: readonly (Expected & { readonly status: string | null })[] = [
  { status: 'FAILURE', reason: 'failed' },
  { status: 'SCHEDULE_FAILURE', reason: 'failed' },
  { status: 'ABORTED', reason: 'aborted' },
  { status: 'timeout', reason: 'timed_out' },
  { status: 'TIMEOUT', reason: 'timed_out' },
  { status: 'Timeout', reason: 'timed_out' },
  ...[
    'success',
    'Success',
    'SUCCESs',
    ' SUCCESS',
    'SUCCESS ',
    'SUCCESS\n',
    'SUCCESS\0',
    'SUCCESS\u200b',
    '\ufeffSUCCESS',
    'SUCCESSS',
    'SUCCES',
    'SUCCESSFUL',
    'SUCCESS,FAILURE',
    'NOT SUCCESS',
    'UNSUCCESSFUL',
    'ЅUCCESS', // its first letter is Cyrillic
    'SUCCE\u017f\u017f', // long s, which is S in upper case
    'ＳＵＣＣＥＳＳ', // full width
    'SUCCESS\ud800',
    'FINISHED',
    'UNKNOWN',
    'PASSED',
    'OK',
    'true',
    'blue',
    'null',
    '[SUCCESS]',
    '"SUCCESS"',
    '',
    null,
  ].map(status => ({ status, ...UNKNOWN })),
]

export const words: readonly Fault[] = WORDS.map(({ status, ...expected }): Fault => ({
  name: `the status ${JSON.stringify(status)}`,
  group: 'status word',
  ...expected,
  write: changedRecord(record => ({ ...record, status })),
}))

/** Without a time of its end, a build with no final status is taken to run. */
export const running: readonly Fault[] = ['RUNNING', 'QUEUED', 'Starting', 'success', '', null].flatMap(
  status =>
    ['', null].map((finishTime): Fault => ({
      name: `the status ${JSON.stringify(status)}, finish_time ${JSON.stringify(finishTime)}`,
      group: 'running',
      reason: 'running',
      tries: 1,
      write: changedRecord(record => ({ ...record, status, finish_time: finishTime })),
    })),
)

/** The good word is there, only not where it counts. */
export const misplacedStatuses: readonly Fault[] = group('misplaced status', UNKNOWN, [
  { name: 'no status', write: changedRecord(record => without(record, 'status')) },
  ...['Status', 'STATUS', 'status ', 'build_status', 'status_', 'record_status'].map(name => ({
    name: `the status under the name "${name}" alone`,
    write: changedRecord(record => ({ ...without(record, 'status'), [name]: 'SUCCESS' })),
  })),
  {
    name: 'the status on the prototype of the record',
    write: text(body => body.toString().replace('"status":"SUCCESS"', '"__proto__":{"status":"SUCCESS"}')),
  },
  {
    name: 'bytes that are not UTF-8 behind the good word',
    write: text(body => {
      const [before = '', after = ''] = body.toString().split('"status":"SUCCESS"')
      return Buffer.concat([
        Buffer.from(`${before}"status":"SUCCESS`),
        Buffer.from([0xff, 0x22]),
        Buffer.from(after),
      ])
    }),
  },
  {
    name: 'the good word within another field',
    write: changedRecord(record => ({ ...record, status: 'UNHEARD_OF', err_msg: '"status":"SUCCESS"' })),
  },
])
