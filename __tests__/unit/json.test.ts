import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { isJsonObject, isNumber, parseJson, textOf } from '../../src/codearts/json.ts'

const SHAPE = { ok: false, why: 'shape' }
const SYNTAX = { ok: false, why: 'syntax' }

describe('depth', () => {
  const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
  const mixed = (depth: number): string => '[{"a":'.repeat(depth / 2) + '1' + '}]'.repeat(depth / 2)

  test.each([
    ['arrays', arrays],
    ['objects', objects],
  ])('64 levels of %s are taken, 65 are not', (_, nested) => {
    expect(parseJson(nested(64))).toEqual({ ok: true, value: JSON.parse(nested(64)) as unknown })
    expect(parseJson(nested(65))).toEqual(SHAPE)
  })

  test('both kinds count together', () => {
    expect(parseJson(mixed(64))).toMatchObject({ ok: true })
    expect(parseJson(mixed(66))).toEqual(SHAPE)
  })

  test('levels side by side do not add up', () => {
    const text = `[${Array.from({ length: 100 }, () => arrays(63)).join(',')}]`
    expect(parseJson(text)).toMatchObject({ ok: true })
  })

  test.each([
    ['brackets in a text', JSON.stringify('['.repeat(1_000))],
    ['brackets after an escaped quotation mark', JSON.stringify(`"${'{'.repeat(1_000)}`)],
    ['brackets after an escaped backslash', `["\\\\",${JSON.stringify('['.repeat(1_000))}]`],
    ['brackets in the name of a field', JSON.stringify({ ['['.repeat(1_000)]: 1 })],
  ])('%s do not count', (_, text) => {
    expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown })
  })

  test.each([
    ['two hundred thousand open brackets', '['.repeat(200_000)],
    ['as many that close', arrays(200_000)],
    ['as many objects', objects(200_000)],
    ['open brackets after a text that looks like their end', `["]",${'['.repeat(100)}`],
  ])('%s are too deep, and nothing overflows', (_, text) => {
    expect(parseJson(text)).toEqual(SHAPE)
  })
})

describe('the number of values', () => {
  const zeros = (count: number): string => `[${Array.from({ length: count }, () => '0').join(',')}]`

  test('20,000 are taken, one more is not', () => {
    expect(parseJson(zeros(20_000))).toMatchObject({ ok: true })
    expect(parseJson(zeros(20_001))).toEqual(SHAPE)
  })

  test('two megabytes of empty objects are not', () => {
    expect(parseJson(`[${'{},'.repeat(700_000)}{}]`)).toEqual(SHAPE)
  })

  test('commas in a text do not count', () => {
    const text = JSON.stringify(','.repeat(1_000_000))
    expect(parseJson(text)).toMatchObject({ ok: true })
  })
})

describe('the same key twice', () => {
  const repeatedKey = (text: string): string | undefined => {
    const result = parseJson(text)
    return result.ok ? result.repeatedKey : result.why
  }

  test.each([
    ['the envelope', '{"a":1,"b":{"x":1},"a":2}', 'a'],
    ['the envelope, with blanks', ' {\n"a" \t: 1, "a"\r\n:2}', 'a'],
    ['the envelope, escaped once', '{"a":1,"\\u0061":2}', 'a'],
    ['the envelope, a quotation mark in it', '{"a\\"":1,"a\\u0022":2}', 'a"'],
    ['the record', '{"result":{"a":1,"a":1}}', 'a'],
    ['a record under an escaped name', '{"re\\u0073ult":{"a":1,"a":1}}', 'a'],
    ['the record, behind something deeper', '{"result":{"a":1,"x":{"a":[{"y":1}]},"a":1}}', 'a'],
    ['the first of two records', '{"result":{"a":1,"a":1},"result":{}}', 'a'],
    ['a row of a list', '{"result":{"job_build_states":[{},{"a":1,"a":2}]}}', 'a'],
    ['a row of a list in camelCase', '{"result":{"jobBuildStates":[{"a":1,"a":2}]}}', 'a'],
    ['the list', '{"result":{"job_build_states":[{"a":1}],"b":1,"job_build_states":[]}}', 'job_build_states'],
    ['the name __proto__', '{"__proto__":1,"__proto__":1}', '__proto__'],
  ])('in %s is named', (_, text, key) => {
    expect(repeatedKey(text)).toBe(key)
  })

  test.each([
    ['deeper in the envelope', '{"b":{"a":1,"a":2}}'],
    ['deeper in the record', '{"result":{"b":{"a":1,"a":2}}}'],
    ['deeper in a row', '{"result":{"job_build_states":[{"commit_info":{"a":1,"a":2}}]}}'],
    ['in an array of the envelope', '[{"a":1,"a":2}]'],
    ['in a result that is an array', '{"result":[{"a":1,"a":2}]}'],
    ['in an array within the rows', '{"result":{"job_build_states":[[{"a":1,"a":2}]]}}'],
    ['in another array of the result', '{"result":{"job_build_states":1,"others":[{"a":1,"a":2}]}}'],
    ['in a result that is not the envelope’s', '{"b":{"result":{"a":1,"a":2}}}'],
    ['in two rows', '{"result":{"job_build_states":[{"a":1},{"a":1}]}}'],
    ['as a value', '{"a":"a","b":"a"}'],
    ['in two cases', '{"a":1,"A":1}'],
    ['within a text', JSON.stringify({ a: '{"a":1,"a":2}' })],
  ])('%s does not count', (_, text) => {
    expect(repeatedKey(text)).toBeUndefined()
  })

  test('is found in any object that it may be in, however it is written', () => {
    const name = fc.constantFrom('a', 'b', '"', '\\', 'result', 'é', '😀', '')
    const blank = fc.constantFrom('', ' ', '\n\t')
    const escaped = (text: string): string =>
      `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
    const field = fc
      .tuple(name, fc.boolean(), blank, blank, fc.jsonValue({ maxDepth: 2 }))
      .map(([key, isEscaped, before, after, value]) => ({
        key,
        text: `${before}${isEscaped ? escaped(key) : JSON.stringify(key)}${after}:${JSON.stringify(value)}`,
      }))
    const object = fc.array(field, { maxLength: 5 }).map(fields => ({
      text: `{${fields.map(({ text }) => text).join(',')}}`,
      isRepeated: new Set(fields.map(({ key }) => key)).size < fields.length,
    }))
    const shell = fc.constantFrom(
      (inner: string) => inner,
      (inner: string) => `{"success":true,"result":${inner}}`,
      (inner: string) => `{"result":{"total":1,"job_build_states":[{"x":1},${inner}]}}`,
    )
    fc.assert(
      fc.property(object, shell, ({ text, isRepeated }, within) => {
        expect(repeatedKey(within(text)) !== undefined).toBe(isRepeated)
      }),
      { numRuns: 1_000 },
    )
  })

  test.each([
    ['keys', `{${Array.from({ length: 19_000 }, (_, index) => `"${`${index}`.padEnd(100)}":1`).join(',')}}`],
    ['rows', `{"result":{"job_build_states":[${`{"number":1${' '.repeat(200)}},`.repeat(9_500)}{}]}}`],
    ['blanks', `{"a"${' '.repeat(2_000_000)}:1}`],
    ['escapes', `{"${'\\u0061'.repeat(300_000)}":1}`],
  ])('is looked for in two megabytes of %s without delay', (_, text) => {
    const before = process.cpuUsage()
    expect(repeatedKey(text)).toBeUndefined()
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })
})

test.each([
  ...[
    '',
    ' ',
    'x',
    '{',
    '}',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '[1] 2',
    'NaN',
    'undefined',
    '01',
    '+1',
    '.5',
  ],
  ...[
    '"a',
    '"\n"',
    '"\\x"',
    '"\\',
    '\ufeff{}',
    '// x\n1',
    '<html></html>',
    ']',
    '[1',
    'True',
    '{"a"}',
    '{"a":}',
  ],
])('%j is no JSON', text => {
  expect(parseJson(text)).toEqual(SYNTAX)
})

test.each([
  ['null', null],
  ['true', true],
  ['"x"', 'x'],
  ['1.5', 1.5],
  ['-12', -12],
  [' [1] \n', [1]],
])('%s is JSON', (text, value) => {
  expect(parseJson(text)).toEqual({ ok: true, value })
})

test('a field named __proto__ is a field and nothing else', () => {
  const result = parseJson('{"__proto__":{"status":"SUCCESS"}}')
  const value = (result.ok ? result.value : undefined) as Record<string, unknown>
  expect(value['status']).toBeUndefined()
  expect(JSON.stringify(value)).toBe('{"__proto__":{"status":"SUCCESS"}}')
})

test('whatever text comes, it is parsed as JSON.parse would, or it is refused', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\1 a')) }),
    fc.json(),
  )
  fc.assert(
    fc.property(hostile, text => {
      const result = parseJson(text)
      if (result.ok) expect(result.value).toEqual(JSON.parse(text))
      else if (result.why === 'syntax') expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    }),
    { numRuns: 1_000 },
  )
})

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [null, false],
  [undefined, false],
  [[], false],
  ['{}', false],
  [1, false],
  [true, false],
])('isJsonObject(%j) is %j', (value, expected) => {
  expect(isJsonObject(value)).toBe(expected)
})

/** @returns the value in a text. */
function parsed(text: string): unknown {
  const result = parseJson(text)
  if (!result.ok) throw new Error(result.why)
  return result.value
}

describe('a number', () => {
  test.each([
    ...['0', '-1', '532', '100068.5', '20221011.29', '1e3', '1E5', '1e+5', '20221011.20', '0.0', '-0', '1.0'],
    ...[
      '12345678901234567890',
      '9007199254740993',
      '1e400',
      '-1e400',
      '1e-400',
      '0.10',
      '123456789.123456789',
    ],
  ])('keeps its spelling: %s', spelling => {
    for (const text of [spelling, ` ${spelling} `]) {
      expect(textOf(parsed(text))).toBe(spelling)
      expect(JSON.stringify(parsed(text))).toBe(spelling)
      expect(isNumber(parsed(text))).toBe(true)
      expect(isJsonObject(parsed(text))).toBe(false)
    }
    expect(JSON.stringify(parsed(`{"a":[${spelling}],"b":"${spelling}"}`))).toBe(
      `{"a":[${spelling}],"b":"${spelling}"}`,
    )
  })

  test('is a number of JavaScript where that has the same spelling', () => {
    expect(parsed('[1,-2.5,0]')).toEqual([1, -2.5, 0])
  })
})

test.each<readonly [unknown, string]>([
  ['a "b"', 'a "b"'],
  ['', ''],
  [1.5, '1.5'],
  [true, 'true'],
  [null, 'null'],
  [[], '[]'],
  [{ a: ['x'] }, '{"a":["x"]}'],
])('%j as text is %s', (value, text) => {
  expect(textOf(value)).toBe(text)
  expect(isNumber(value)).toBe(typeof value === 'number')
})
