import { describe, expect, test } from '@jest/globals'
import { parseStages } from '../src/codearts/stage.ts'
import { isRecordId } from '../src/codearts/stages.ts'
import { renderStages, stagesLine } from '../src/report/stage-table.ts'

const stage = { name: 'compile', status: 'SUCCESS', duration: '1500' }

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

describe('the table of stages', () => {
  const asItIs = (text: string): string => text

  test.each([
    ['SUCCESS', '✅'],
    ['FAILURE', '❌'],
    ['timeout', '❌'],
    ['ABORTED', '❌'],
    ['success', '➖'],
    ['', '➖'],
  ])('marks %j with %s', (status, mark) => {
    expect(renderStages([{ ...stage, status }], asItIs)).toContain(`<tr><td>${mark}</td>`)
  })

  test('is left out where there are none, and says how many it leaves out', () => {
    expect(renderStages([], asItIs)).toBeUndefined()
    expect(
      renderStages(
        Array.from({ length: 57 }, () => stage),
        asItIs,
      ),
    ).toContain('and 7 more')
  })

  test('shows no secret, and is marked by what the service said', () => {
    const redact = (text: string): string => text.replace(/SUCCESS|comp/, '***')
    const table = renderStages([stage], redact)
    expect(table).toContain('<td>✅</td><td><code>***ile</code></td><td><code>***</code></td>')
  })

  test('is one line in the log', () => {
    expect(stagesLine([stage, { ...stage, name: 'test', status: 'FAILURE', duration: '' }])).toBe(
      'compile SUCCESS 1.5 s, test FAILURE',
    )
  })
})
