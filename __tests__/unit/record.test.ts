import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { parseJson } from '../../src/codearts/json.ts'
import {
  hasFinishTime,
  outcomeOf,
  parseRecord,
  RECORD_FIELDS,
  timeOf,
  type BuildRecord,
  type RecordField,
} from '../../src/codearts/record.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'

const NAMES = Object.keys(RECORD_FIELDS) as RecordField[]

/** What the verdict depends on, by what it may be besides null (contract section 2). */
const TEXT_ONLY: readonly RecordField[] = ['status', 'commit', 'branch', 'tag']
const IDENTITY: readonly RecordField[] = ['build_no', 'codeci_job_id', 'build_record_id', 'id']
const TOLERATED = NAMES.filter(name => !TEXT_ONLY.includes(name) && !IDENTITY.includes(name))

/** @returns a value as the service would send it: a number as it is spelled here. */
function fromJson(text: string): unknown {
  const result = parseJson(text)
  if (!result.ok) throw new Error(`${text} is no JSON`)
  return result.value
}

const camelCase = (name: string): string =>
  name
    .split('_')
    .map((word, at) => (at === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('')

const inCamelCase = (record: object) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [camelCase(name), value as unknown]))

function parsed(result: unknown): BuildRecord {
  const reading = parseRecord(result)
  if (!reading.ok) throw new Error(reading.why)
  return reading.record
}

const PASSING_TEXTS = Object.fromEntries(
  Object.entries(PASSING_RECORD).map(([name, value]) => [name, value === null ? '' : String(value)]),
)

describe('the documented fields', () => {
  test('are the 33 of the published example', () => {
    expect(NAMES).toHaveLength(33)
    expect([...NAMES].sort()).toEqual(Object.keys(PASSING_RECORD).sort())
  })

  test('are read in snake_case', () => {
    expect(parsed(PASSING_RECORD).fields).toEqual(PASSING_TEXTS)
  })

  test('are read in camelCase', () => {
    expect(parsed(inCamelCase(PASSING_RECORD)).fields).toEqual(PASSING_TEXTS)
  })

  test('are read where both casings stand side by side with one value', () => {
    expect(parsed({ ...PASSING_RECORD, ...inCamelCase(PASSING_RECORD) }).fields).toEqual(PASSING_TEXTS)
  })

  test.each(NAMES)('%s may be missing, and may be null', name => {
    const without = Object.fromEntries(Object.entries(PASSING_RECORD).filter(([other]) => other !== name))
    expect(parsed(without).fields).toEqual({ ...PASSING_TEXTS, [name]: '' })
    expect(parsed({ ...PASSING_RECORD, [name]: null }).fields).toEqual({ ...PASSING_TEXTS, [name]: '' })
  })

  test('may all be missing but one, and all be null', () => {
    expect(parsed({ status: 'SUCCESS' }).fields).toEqual({
      ...Object.fromEntries(NAMES.map(name => [name, ''])),
      status: 'SUCCESS',
    })
    const nulls = Object.fromEntries(NAMES.map(name => [name, null]))
    expect(new Set(Object.values(parsed(nulls).fields))).toEqual(new Set(['']))
  })

  test('text comes as it is, character for character', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.string({ unit: 'binary' }), (name, text) => {
        expect(parsed({ [name]: text }).fields).toMatchObject({ [name]: text })
      }),
    )
  })
})

describe('a field that decides nothing', () => {
  test('is every field but these', () => {
    expect(TOLERATED).toHaveLength(25)
  })

  test.each([
    ...[
      '2111616838',
      '17',
      '0',
      '-1',
      '1665477027000',
      '100068.5',
      '20221011.29',
      '20221011.20',
      '1e5',
      '1E-7',
    ],
    ...[
      '12345678901234567890',
      '0.0',
      '-0',
      '1e400',
      'true',
      'false',
      '[]',
      '{}',
      '["x",null]',
      '{"a":{"b":1.0}}',
    ],
  ])('may be %s, and is that as text', json => {
    for (const name of TOLERATED) {
      const camel = parsed({ id: '1', [camelCase(name)]: fromJson(json) })
      expect([name, parsed({ [name]: fromJson(json) }).fields[name]]).toEqual([name, json])
      expect([name, camel.fields[name]]).toEqual([name, json])
    }
  })

  test.each(['1e5', ' 1', '1 ', '1.', '.5', '+1', '１', '1\n', 'x', '', '0x10', '[]', 'null'])(
    'may be the text %j',
    text => {
      for (const name of TOLERATED)
        expect([name, parsed({ [name]: text }).fields[name]]).toEqual([name, text])
    },
  )

  test('may be anything that JSON can say', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TOLERATED), fc.jsonValue(), (name, value) => {
        const text = value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
        expect(parsed({ id: '1', [name]: value }).fields[name]).toBe(text)
      }),
    )
  })
})

describe('a field that names the build', () => {
  test.each(['0', '532', '-1', '2147483648', '12345678901234567890'])('may be the whole number %s', json => {
    for (const name of IDENTITY) {
      expect([name, parsed({ [name]: fromJson(json) }).fields[name]]).toEqual([name, json])
      expect([name, parsed({ [name]: json }).fields[name]]).toEqual([name, json])
    }
  })

  test.each([
    ['1.5', 'a number'],
    ['532.0', 'a number'],
    ['1e3', 'a number'],
    ['-0.0', 'a number'],
    ['1e400', 'a number'],
    ['true', 'a boolean'],
    ['false', 'a boolean'],
    ['[]', 'an array'],
    ['[532]', 'an array'],
    ['{}', 'an object'],
    ['{"x":1}', 'an object'],
  ])('may not be %s', (json, type) => {
    for (const name of IDENTITY) {
      const refused = { ok: false, why: `its field ${name} is ${type}` }
      expect(parseRecord({ ...PASSING_RECORD, [name]: fromJson(json) })).toEqual(refused)
      expect(parseRecord({ status: 'SUCCESS', [camelCase(name)]: fromJson(json) })).toEqual(refused)
    }
  })
})

describe('a field that the verdict depends on', () => {
  test.each([
    ['1', 'a number'],
    ['0', 'a number'],
    ['1.50', 'a number'],
    ['true', 'a boolean'],
    ['false', 'a boolean'],
    ['[]', 'an array'],
    ['["SUCCESS"]', 'an array'],
    ['{}', 'an object'],
    ['{"x":"x"}', 'an object'],
  ])('may not be %s', (json, type) => {
    for (const name of TEXT_ONLY) {
      const refused = { ok: false, why: `its field ${name} is ${type}` }
      expect(parseRecord({ ...PASSING_RECORD, [name]: fromJson(json) })).toEqual(refused)
      expect(parseRecord({ id: '1', [camelCase(name)]: fromJson(json) })).toEqual(refused)
    }
  })
})

describe('a field in both casings', () => {
  test.each(NAMES.filter(name => name.includes('_')))('%s with two values is refused by its names', name => {
    const value = PASSING_RECORD[name]
    const other = typeof value === 'number' ? value + 1 : 'other'
    expect(parseRecord({ ...PASSING_RECORD, [camelCase(name)]: other })).toEqual({
      ok: false,
      why: `its fields ${name} and ${camelCase(name)} differ`,
    })
  })

  test('a value beside null is two values', () => {
    // Also where the rest of the gate takes both for nothing.
    expect(parseRecord({ err_msg: null, errMsg: '' })).toMatchObject({ ok: false })
    const two = { status: 'SUCCESS', finish_time: null, finishTime: 'x' }
    expect(parseRecord(two)).toMatchObject({ ok: false })
    expect(parseRecord({ ...two, finish_time: 'x', finishTime: null })).toMatchObject({ ok: false })
  })
})

describe('two casings of a value that is no text', () => {
  test.each(['1.0', '[1,{"a":null}]', '{"a":1}', 'false'])('%s may be there twice', json => {
    expect(parsed({ repo_id: fromJson(json), repoId: fromJson(json) }).fields.repo_id).toBe(json)
  })

  test.each([
    ['1', '"1"'],
    ['1', '1.0'],
    ['[]', '{}'],
    ['{"a":1}', '{"a":2}'],
    ['0', 'false'],
  ])('%s beside %s is two values', (one, other) => {
    expect(parseRecord({ repo_id: fromJson(one), repoId: fromJson(other) })).toEqual({
      ok: false,
      why: 'its fields repo_id and repoId differ',
    })
  })

  test('is not what a prototype has', () => {
    const record = Object.create({ repoId: 'y', finishTime: 'x' }) as object
    Object.assign(record, { repo_id: 'z', status: 'SUCCESS' })
    expect(parsed(record).fields).toMatchObject({ repo_id: 'z', finish_time: '' })
  })
})

describe('the whole record', () => {
  test('keeps fields that the service may add later', () => {
    const result = { ...PASSING_RECORD, stages: [{ name: 'build' }], pending_duration: 3000, newText: 'x' }
    expect(parsed(result).whole).toBe(result)
    expect(parsed(result).fields).toEqual(PASSING_TEXTS)
  })

  test('keeps numbers as they were spelled', () => {
    const numbers = '"daily_build_num":20221011.20,"id":12345678901234567890,"__proto__":{"a":1.0}'
    const text = `{${numbers},"status":"SUCCESS","branch":null}`
    const read = parseJson(text)
    if (!read.ok) throw new Error(read.why)
    const { fields, whole } = parsed(read.value)
    expect(JSON.stringify(whole)).toBe(text)
    expect(Object.keys(fields)).toEqual(NAMES)
    expect(fields).toMatchObject({
      daily_build_num: '20221011.20',
      id: '12345678901234567890',
      branch: '',
      tag: '',
    })
  })

  test('a field named __proto__ is a field and nothing else', () => {
    const result: unknown = JSON.parse('{"id":"x","__proto__":{"status":"SUCCESS"},"constructor":1}')
    const { fields, whole } = parsed(result)
    expect(fields.status).toBe('')
    expect(JSON.stringify(whole)).toBe('{"id":"x","__proto__":{"status":"SUCCESS"},"constructor":1}')
  })

  test.each([
    [null, 'its result is null, not a record'],
    [undefined, 'its result is missing, not a record'],
    [[], 'its result is an array, not a record'],
    [[PASSING_RECORD], 'its result is an array, not a record'],
    ['SUCCESS', 'its result is a text, not a record'],
    [JSON.stringify(PASSING_RECORD), 'its result is a text, not a record'],
    [5, 'its result is a number, not a record'],
    [true, 'its result is a boolean, not a record'],
    [{}, 'its record is empty'],
  ])('%j is none', (result, why) => {
    expect(parseRecord(result)).toEqual({ ok: false, why })
  })
})

test('whatever JSON comes, a record has 33 texts or there is none', () => {
  const odd = fc.dictionary(
    fc.constantFrom(...NAMES, ...NAMES.map(camelCase), '__proto__', 'toString'),
    fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('SUCCESS', '1', 1)),
  )
  fc.assert(
    fc.property(fc.oneof(odd, fc.jsonValue()), result => {
      const reading = parseRecord(result)
      if (!reading.ok) {
        expect(reading.why).not.toBe('')
        return
      }
      expect(Object.keys(reading.record.fields)).toEqual(NAMES)
      expect(Object.values(reading.record.fields).every(text => typeof text === 'string')).toBe(true)
      expect(reading.record.whole).toBe(result)
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  ['SUCCESS', 'success'],
  ['success', 'success'],
  ['FAILURE', 'failed'],
  ['Schedule_Failure', 'failed'],
  ['aborted', 'aborted'],
  ['timeout', 'timed_out'],
  ['TIMEOUT', 'timed_out'],
  ...[
    ...['', 'RUNNING', 'FAILED', 'UNKNOWN', 'TIME_OUT', 'constructor', '__proto__'],
    ...['SUCCESS', 'FAILURE', 'ABORTED', 'timeout'].flatMap(word => [`_${word}`, `${word}S`, `${word} `]),
  ].map(word => [word, undefined] as const),
])('the status %j means %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome)
})

test.each<readonly [string, boolean]>([
  ['"2022-10-11T08:30:27.000+00:00"', true],
  ['1665477027000', true],
  ['"0000"', true],
  ['true', true],
  ['[1]', true],
  ['null', false],
  ['""', false],
  ['0', false],
  ['"0"', false],
  ['false', false],
  ['[]', false],
  ['{}', false],
])('finish_time %s is a time: %j', (json, isTime) => {
  expect(hasFinishTime(parsed({ status: 'x', finish_time: fromJson(json) }))).toBe(isTime)
  expect(hasFinishTime(parsed({ status: 'x', finishTime: fromJson(json) }))).toBe(isTime)
})

describe('timeOf', () => {
  test.each([
    ['as the service gives it', '2022-10-11T08:28:42.000+00:00', Date.UTC(2022, 9, 11, 8, 28, 42)],
    ['with an offset ahead', '2022-10-11T08:28:42.000+08:00', Date.UTC(2022, 9, 11, 0, 28, 42)],
    ['with an offset behind', '2022-10-11T08:28:42.000-05:30', Date.UTC(2022, 9, 11, 13, 58, 42)],
    ['with an offset without a colon', '2022-10-11T08:28:42.000+0800', Date.UTC(2022, 9, 11, 0, 28, 42)],
    ['with Z', '2022-10-11T08:28:42.007Z', Date.UTC(2022, 9, 11, 8, 28, 42, 7)],
    ['without a fraction', '2022-10-11T08:28:42Z', Date.UTC(2022, 9, 11, 8, 28, 42)],
    ['with one digit of a fraction', '2022-10-11T08:28:42.5Z', Date.UTC(2022, 9, 11, 8, 28, 42, 500)],
    ['with nanoseconds', '2022-10-11T08:28:42.123456789Z', Date.UTC(2022, 9, 11, 8, 28, 42, 123)],
    ['the first moment of 1970', '1970-01-01T00:00:00.000+00:00', 0],
  ])('reads a time %s', (_, text, ms) => {
    expect(timeOf(text)).toBe(ms)
  })

  test.each([
    '',
    '1665476922000',
    '2022-10-11',
    '2022-10-11 08:28:42',
    'Tue, 11 Oct 2022 08:28:42 GMT',
    '+002022-10-11T08:28:42Z',
    '2022-10-11T08:28:42+0000 (UTC)',
    // `Date.parse` stops at such a character.
    '2022-10-11T08:28:42Z\0',
    '2022-10-11T08:28:42',
    '2022-10-11T08:28Z',
    '2022-10-11T08:28:42.Z',
    '2022-10-11T08:28:42.1234567890Z',
    '2022-13-11T08:28:42Z',
    '1969-12-31T23:59:59Z',
  ])('reads no time in %j', text => {
    expect(timeOf(text)).toBeUndefined()
  })
})
