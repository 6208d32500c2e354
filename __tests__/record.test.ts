import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { parseRecord, RECORD_FIELDS, type BuildRecord, type RecordField } from '../src/codearts/record.ts'
import { NUMBER_FIELDS, PASSING_RECORD, TEXT_FIELDS } from './support/passing-build.ts'

const NAMES = Object.keys(RECORD_FIELDS) as RecordField[]

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
      fc.property(fc.constantFrom(...TEXT_FIELDS), fc.string({ unit: 'binary' }), (name, text) => {
        expect(parsed({ [name]: text }).fields).toMatchObject({ [name]: text })
      }),
    )
  })

  test.each([
    [532, '532'],
    [0, '0'],
    [-1, '-1'],
    [100068.5, '100068.5'],
    ['532', '532'],
    ['100068.5', '100068.5'],
    ['-1', '-1'],
    ['', ''],
  ])('a number may be %j', (value, text) => {
    for (const name of NUMBER_FIELDS) expect(parsed({ [name]: value }).fields[name]).toBe(text)
  })
})

describe('a field of the wrong type', () => {
  test.each(
    TEXT_FIELDS.flatMap(name =>
      [1, 0, true, false, [], ['x'], {}, { x: 'x' }].map(value => [name, value] as const),
    ),
  )('%s as %j is refused by its name', (name, value) => {
    const expected = { ok: false, why: expect.stringMatching(new RegExp(`^its field ${name} is `)) }
    expect(parseRecord({ ...PASSING_RECORD, [name]: value })).toEqual(expected)
    // In camelCase alone, too.
    expect(parseRecord({ status: 'SUCCESS', [camelCase(name)]: value })).toMatchObject({ ok: false })
  })

  test.each(
    NUMBER_FIELDS.flatMap(name =>
      [
        'x',
        '1e5',
        '0x10',
        ' 1',
        '1 ',
        '1.',
        '.5',
        '+1',
        '１',
        '1\n',
        true,
        false,
        [],
        [1],
        {},
        Number.POSITIVE_INFINITY,
      ].map(value => [name, value] as const),
    ),
  )('%s as %j is refused by its name', (name, value) => {
    expect(parseRecord({ ...PASSING_RECORD, [name]: value })).toEqual({
      ok: false,
      why: expect.stringMatching(new RegExp(`^its field ${name} is `)),
    })
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
    const two = { status: 'SUCCESS', finish_time: null, finishTime: 'x' }
    expect(parseRecord(two)).toMatchObject({ ok: false })
    expect(parseRecord({ ...two, finish_time: 'x', finishTime: null })).toMatchObject({ ok: false })
  })
})

describe('the whole record', () => {
  test('keeps fields that the service may add later', () => {
    const result = { ...PASSING_RECORD, stages: [{ name: 'build' }], pending_duration: 3000, newText: 'x' }
    expect(parsed(result).whole).toBe(result)
    expect(parsed(result).fields).toEqual(PASSING_TEXTS)
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
    ['SUCCESS', 'its result is of the type string, not a record'],
    [JSON.stringify(PASSING_RECORD), 'its result is of the type string, not a record'],
    [5, 'its result is of the type number, not a record'],
    [true, 'its result is of the type boolean, not a record'],
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
