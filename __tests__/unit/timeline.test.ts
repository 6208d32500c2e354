import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { parseRecord, type BuildRecord } from '../../src/codearts/record.ts'
import { renderBuildsTimeline, renderTimeline } from '../../src/report/timeline.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { recordOf } from '../support/builders/judged-builds.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'

const TIMES = ['create_time', 'schedule_time', 'queued_time', 'start_time', 'runnable_time', 'finish_time']

function pictureOf(times: Readonly<Record<string, unknown>>, success = true): string | undefined {
  const parsed = parseRecord({ ...PASSING_RECORD, ...times })
  if (!parsed.ok) throw new Error(parsed.why)
  return renderTimeline(parsed.record satisfies BuildRecord, success)
}

const barsOf = (picture: string | undefined): string[] => picture?.match(/\w+ \([^)]*\)/g) ?? []

describe('the picture of the times', () => {
  test('of the published example, whose runnable_time is before its create_time', () => {
    expect(pictureOf({})).toBe(`\`\`\`mermaid
gantt
    title When it was built, in your time zone
    dateFormat x
    axisFormat %H:%M:%S
    tickInterval 30second
    Scheduled (3 s) :done, 1665476922000, 3000ms
    Queued (2 s) :done, 1665476925000, 2000ms
    Built (1 min 40 s) :active, 1665476927000, 100000ms
\`\`\``)
  })

  test.each([
    ['a build that never started', { queued_time: null, start_time: null }, ['Scheduled (3 s)']],
    ['a build that runs', { finish_time: null }, ['Scheduled (3 s)', 'Queued (2 s)']],
    [
      'a finish before the start',
      { finish_time: '2022-10-11T08:28:46.000+00:00' },
      ['Scheduled (3 s)', 'Queued (2 s)'],
    ],
    [
      'another offset',
      { finish_time: '2022-10-11T16:30:27.000+08:00' },
      ['Scheduled (3 s)', 'Queued (2 s)', 'Built (1 min 40 s)'],
    ],
    ['a time without offset', { start_time: '2022-10-11T08:28:47.000' }, ['Scheduled (3 s)']],
    [
      'a time that there is not',
      { create_time: '2022-13-45T08:28:42Z' },
      ['Queued (2 s)', 'Built (1 min 40 s)'],
    ],
    [
      'a creation years before',
      { create_time: '2001-10-11T08:28:42Z' },
      ['Queued (2 s)', 'Built (1 min 40 s)'],
    ],
    ['no times at all', Object.fromEntries(TIMES.map(name => [name, null])), []],
  ])('of %s', (_name, times, bars) => {
    const picture = pictureOf(times)
    expect(barsOf(picture)).toEqual(bars)
    expect(picture === undefined).toBe(bars.length === 0)
  })

  test('shows a build that failed in red, folded, with a width of its own', () => {
    const picture = pictureOf({}, false)
    expect(picture).toContain('Built (1 min 40 s) :crit,')
    expect(picture).toMatch(
      /^<details>\n<summary>The times<\/summary>\n\n```mermaid\n%%\{init: .*\}%%\ngantt\n[^`]*```\n\n<\/details>$/,
    )
  })

  test('has nothing in it but our own words and numbers, whatever the times are', () => {
    const near = fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map(date => date.toISOString())
    const time = fc.oneof(
      near,
      hostileText,
      fc.tuple(near, hostileText).map(parts => parts.join('')),
      fc.constant(null),
    )
    fc.assert(
      fc.property(fc.tuple(...TIMES.map(() => time)), values => {
        const picture = pictureOf(Object.fromEntries(TIMES.map((name, index) => [name, values[index]])))
        if (picture === undefined) return
        expect(picture).toMatch(PICTURE)
      }),
      { numRuns: 2_000 },
    )
  })
})

const PICTURE =
  /^```mermaid\ngantt\n {4}title When it was built, in your time zone\n {4}dateFormat x\n {4}axisFormat [%A-Za-z:, ]+\n {4}tickInterval [0-9]+[a-z]+\n( {4}(Scheduled|Queued|Built) \([0-9.]+ (s|min|h)( [0-9]+ (s|min))?\) :(done|active), [0-9]{1,13}, [1-9][0-9]{0,8}ms\n){1,3}```$/

describe('the picture of several builds', () => {
  const build = (number: number, fields: Readonly<Record<string, unknown>> = {}) => ({
    name: `part ${number}`,
    success: true,
    isUnfinished: false,
    record: recordOf(number, fields, [number * 10, 60]),
  })

  test('has a bar for each, one that has not finished until the last of the others had', () => {
    expect(
      renderBuildsTimeline(
        [
          build(1),
          { ...build(2), success: false },
          { ...build(3), name: 'x', record: undefined },
          { ...build(4), success: false, isUnfinished: true },
          build(5),
        ],
        true,
      ),
    ).toBe(`\`\`\`mermaid
gantt
    title When each was built, in your time zone
    dateFormat x
    axisFormat %H:%M:%S
    tickInterval 30second
    1. part 1 (1 min) :active, 1795507210000, 60000ms
    2. part 2 (1 min) :crit, 1795507220000, 60000ms
    4. part 4 (1 min 10 s) :done, 1795507240000, 70000ms
    5. part 5 (1 min) :active, 1795507250000, 60000ms
\`\`\``)
  })

  test('begins where a build was created that never started, and leaves out what lies a week apart', () => {
    const created = { create_time: '2026-11-24T08:00:00Z', start_time: null }
    const old = { start_time: '2026-11-01T08:00:00Z', finish_time: '2026-11-01T08:01:00Z' }
    expect(barNames(renderBuildsTimeline([build(1, old), build(2, created)], true))).toEqual([
      '2. part 2 (1 min 20 s)',
    ])
    expect(
      renderBuildsTimeline([{ ...build(1), record: undefined }, build(2, { finish_time: '' })], true),
    ).toBe(undefined)
  })

  test('shows a name, and nothing in it acts', () => {
    const name = fc.oneof(
      hostileText,
      fc.constantFrom(
        'section x',
        'click a href "x"',
        'a: crit, 1',
        'x\n    section y',
        '%%{init}%%',
        'a;b#35;',
      ),
    )
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 20 }), names => {
        const picture = renderBuildsTimeline(
          names.map((name, at) => ({ ...build(at), name })),
          true,
        )
        const lines = picture?.split('\n').slice(6, -1) ?? []
        expect(lines).toHaveLength(names.length)
        lines.forEach((line, at) => {
          expect(line).toMatch(/^ {4}[0-9]+\. [\p{L}\p{M}\p{N} ._-]* \(1 min\) :active, [0-9]{13}, 60000ms$/u)
          expect(line).toMatch(new RegExp(`^ {4}${at + 1}\\. `))
        })
      }),
      { numRuns: 1_000 },
    )
  })
})

const barNames = (picture: string | undefined): string[] =>
  Array.from(picture?.matchAll(/^ {4}([0-9]+\. .*) :/gm) ?? [], ([, name = '']) => name)
