import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { isJsonObject, parseJson } from '../src/codearts/json.ts'

const asItIs = (text: string): string => text
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
    expect(parseJson(nested(64), asItIs)).toEqual({ ok: true, value: JSON.parse(nested(64)) as unknown })
    expect(parseJson(nested(65), asItIs)).toEqual(SHAPE)
  })

  test('both kinds count together', () => {
    expect(parseJson(mixed(64), asItIs)).toMatchObject({ ok: true })
    expect(parseJson(mixed(66), asItIs)).toEqual(SHAPE)
  })

  test('levels side by side do not add up', () => {
    const text = `[${Array.from({ length: 100 }, () => arrays(63)).join(',')}]`
    expect(parseJson(text, asItIs)).toMatchObject({ ok: true })
  })

  test.each([
    ['brackets in a text', JSON.stringify('['.repeat(1_000))],
    ['brackets after an escaped quotation mark', JSON.stringify(`"${'{'.repeat(1_000)}`)],
    ['brackets after an escaped backslash', `["\\\\",${JSON.stringify('['.repeat(1_000))}]`],
    ['brackets in the name of a field', JSON.stringify({ ['['.repeat(1_000)]: 1 })],
  ])('%s do not count', (_, text) => {
    expect(parseJson(text, asItIs)).toEqual({ ok: true, value: JSON.parse(text) as unknown })
  })

  test.each([
    ['two hundred thousand open brackets', '['.repeat(200_000)],
    ['as many that close', arrays(200_000)],
    ['as many objects', objects(200_000)],
    ['open brackets after a text that looks like their end', `["]",${'['.repeat(100)}`],
  ])('%s are too deep, and nothing overflows', (_, text) => {
    expect(parseJson(text, asItIs)).toEqual(SHAPE)
  })
})

describe('the number of values', () => {
  const zeros = (count: number): string => `[${Array.from({ length: count }, () => '0').join(',')}]`

  test('100,000 are taken, one more is not', () => {
    expect(parseJson(zeros(100_000), asItIs)).toMatchObject({ ok: true })
    expect(parseJson(zeros(100_001), asItIs)).toEqual(SHAPE)
  })

  test('two megabytes of empty objects are not', () => {
    expect(parseJson(`[${'{},'.repeat(700_000)}{}]`, asItIs)).toEqual(SHAPE)
  })

  test('commas in a text do not count', () => {
    const text = JSON.stringify(','.repeat(1_000_000))
    expect(parseJson(text, asItIs)).toMatchObject({ ok: true })
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
  expect(parseJson(text, asItIs)).toEqual(SYNTAX)
})

test.each([
  ['null', null],
  ['true', true],
  ['"x"', 'x'],
  ['1e3', 1000],
  [' [1] \n', [1]],
])('%s is JSON', (text, value) => {
  expect(parseJson(text, asItIs)).toEqual({ ok: true, value })
})

describe('cleaning', () => {
  const cleaned = (text: string): string => text.replaceAll('secret', '***')
  const clean = (value: unknown): unknown => {
    const result = parseJson(JSON.stringify(value), cleaned)
    return result.ok ? result.value : result.why
  }

  test.each([
    ['a text', 'a secret', 'a ***'],
    ['texts at any depth', { a: [{ b: ['secret'] }] }, { a: [{ b: ['***'] }] }],
    ['names of fields', { 'x-secret': { secret: 1 } }, { 'x-***': { '***': 1 } }],
    ['an escaped text', 'sec\u0072et', '***'],
    ['nothing else', { a: [1, null, true, ''] }, { a: [1, null, true, ''] }],
  ])('%s', (_, value, expected) => {
    expect(clean(value)).toEqual(expected)
  })

  test('a field named __proto__ stays a field, cleaned or not', () => {
    const result = parseJson('{"__proto__":{"status":"secret"},"b":{"__proto__":"secret"}}', cleaned)
    const value = (result.ok ? result.value : undefined) as Record<string, unknown>
    expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf(JSON.parse('{}')))
    expect(value['status']).toBeUndefined()
    expect(JSON.stringify(value)).toBe('{"__proto__":{"status":"***"},"b":{"__proto__":"***"}}')
  })

  test('a name that turns into __proto__ by cleaning is a field, too', () => {
    const result = parseJson('{"__prsecretoto__":{"status":"SUCCESS"}}', text => text.replace('secret', ''))
    const value = (result.ok ? result.value : undefined) as Record<string, unknown>
    expect(value['status']).toBeUndefined()
    expect(Object.keys(value)).toEqual(['__proto__'])
  })

  test('leaves nothing of what it takes out, and everything else', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('secret', 'a secret b', 'sesecretcret'))
    const { value: json } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(text, tie('value')),
      ),
    }))
    fc.assert(
      fc.property(json, value => {
        expect(JSON.stringify(clean(value))).not.toContain('secret')
        const untouched = parseJson(JSON.stringify(value), asItIs)
        expect(untouched).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) as unknown })
      }),
    )
  })
})

test('whatever text comes, it is parsed as JSON.parse would, or it is refused', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...Array.from('[]{}",:\\1 a')) }),
    fc.json(),
  )
  fc.assert(
    fc.property(hostile, text => {
      const result = parseJson(text, asItIs)
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
