import { describe, expect, test } from '@jest/globals'
import { isRecordId, parseStages } from '../../src/codearts/stages.ts'

describe('parseStages', () => {
  test('puts them in the order of their sequence, those without one last', () => {
    const result = {
      build_stages: {
        final: { display_name: 'End', sequence: 3 },
        other: { status: 'SUCCESS' },
        initial: { display_name: 'Begin', sequence: 0 },
      },
    }
    expect(parseStages(result)?.map(({ name }) => name)).toEqual(['Begin', 'End', 'other'])
  })

  test('reads both casings', () => {
    const snake = {
      build_stages: { x: { display_name: 'Compile', status: 'FAILURE', duration: 12 } },
    }
    const camel = {
      buildStages: { x: { displayName: 'Compile', status: 'FAILURE', duration: '12' } },
    }
    expect(parseStages(snake)).toEqual([{ name: 'Compile', status: 'FAILURE', duration: '12' }])
    expect(parseStages(camel)).toEqual(parseStages(snake))
  })

  test('keeps a duration of up to 15 digits, and none of anything else', () => {
    const durations = [
      '0',
      '123456789012345',
      '1234567890123456',
      '-1',
      '1.5',
      '1e3',
      ' 1',
      '',
      null,
      true,
      {},
    ]
    const build_stages = Object.fromEntries(durations.map((duration, at) => [`x${String(at)}`, { duration }]))
    expect(parseStages({ build_stages })?.map(({ duration }) => duration)).toEqual([
      ...['0', '123456789012345'],
      ...durations.slice(2).map(() => ''),
    ])
  })

  test('keeps of a long name and a long status as much as is looked at', () => {
    const stage = { display_name: 'n'.repeat(400_000), status: '构'.repeat(400_000) }
    const [read] = parseStages({ build_stages: { x: stage, ['k'.repeat(400_000)]: {} } }) ?? []
    expect(read?.name).toMatch(/^n{20000,25000}$/)
    expect(read?.status).toMatch(/^构{20000,25000}$/)
    const [, other] = parseStages({ build_stages: { x: stage, ['k'.repeat(400_000)]: {} } }) ?? []
    expect(other?.name).toMatch(/^k{20000,25000}$/)
  })

  test.each([
    [
      'odd values',
      { build_stages: { x: { display_name: 7, status: {}, duration: -1, sequence: 'a' } } },
      ['7'],
    ],
    ['what is no stage', { build_stages: { x: null, y: 'text', z: [] } }, []],
    ['none', { build_stages: {} }, []],
  ])('takes %s', (_name, result, names) => {
    expect(parseStages(result)?.map(({ name }) => name)).toEqual(names)
  })

  test.each([[null], [[]], ['text'], [{}], [{ build_stages: [] }], [{ build_stages: null }]])(
    'refuses %j',
    result => {
      expect(parseStages(result)).toBeUndefined()
    },
  )
})

test('a record id is fit for a path', () => {
  expect(isRecordId('9d6169b9-022d-458c-9dc8-48cc94cc4083')).toBe(true)
  for (const text of [
    '',
    '9D6169B9-022D-458C-9DC8-48CC94CC4083',
    '../../../v1/job/execute?x=aaaaaaaaaa',
    `${'a'.repeat(35)}/`,
    `${'a'.repeat(36)}\n`,
  ])
    expect(isRecordId(text)).toBe(false)
})
