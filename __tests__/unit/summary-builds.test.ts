import { describe, expect, test } from '@jest/globals'
import { outcomeOf, parseRecord } from '../../src/codearts/record.ts'
import type { GateEnd, GateResult, Reason } from '../../src/gate/reasons.ts'
import { createRedactor } from '../../src/report/redact.ts'
import { renderBuildsSummary } from '../../src/report/summary-builds.ts'
import { message, quote } from '../../src/util/message.ts'
import { hostileRecord, hostileText, type HostileRecord } from '../support/builders/hostile-text.ts'
import {
  diagnosisOf,
  jobIdOf,
  judgedBuild,
  recordOf,
  stepResultOf,
  unreadBuild,
  type JudgedAndDiagnosed,
} from '../support/builders/judged-builds.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'
import { fc } from '../support/properties.ts'
import { summaryTrees } from '../support/summary-tree.ts'

const MAX_SUMMARY_BYTES = 1024 * 1024

/** All that the action itself writes; `tbody` is what every reader of HTML adds to a table. */
const OWN_ELEMENTS = 'b br code details h2 h3 p pre summary table tbody td th tr'.split(' ')
const OWN_ATTRIBUTES = ['code.className', 'td.colSpan']

const asIs = (text: string): string => text

function summaryOf(builds: readonly JudgedAndDiagnosed[], redact = asIs): string {
  const diagnoses = builds.map(({ diagnosis }) => diagnosis)
  return renderBuildsSummary(stepResultOf(builds), diagnoses, redact)
}

const failed = (number: number, lineCount = 3): JudgedAndDiagnosed =>
  judgedBuild(`part ${number}`, recordOf(number, { status: 'FAILURE', err_msg: `exit code ${number}` }), {
    diagnosis: diagnosisOf(lineCount),
  })
const passed = (number: number): JudgedAndDiagnosed => judgedBuild(`part ${number}`, recordOf(number))
const running = (number: number): JudgedAndDiagnosed =>
  judgedBuild(`part ${number}`, recordOf(number, { status: 'RUNNING', finish_time: null, duration: null }), {
    end: 'limit',
  })
const withReason = (reason: Reason, end: GateEnd = 'judged'): JudgedAndDiagnosed => {
  const { result, ...build } = unreadBuild('x', 1)
  return { ...build, result: { ...result, reason, end } }
}

describe('what a summary of several builds shows', () => {
  test('first all of them, then what failed and what to do, then those that had not finished, then when', () => {
    const builds = [
      passed(1),
      running(2),
      failed(3),
      unreadBuild('part 4', 4),
      judgedBuild('part 5', recordOf(5), { warnings: [['Mind the gap']] }),
    ]
    const landmarks = [
      '## ❌ CodeArts Build Gate: 5 builds: 1 failed, 1 not read, 1 not finished, 2 passed\n',
      '<th>Status</th><th>Reason</th><th>Build</th><th>Commit</th>',
      '<tr><td>✅&nbsp;1.&nbsp;<code>part 1</code></td><td><code>SUCCESS</code></td><td></td><td><code>31</code></td><td><code>7c1b9e04d5f8</code></td><td><code>main</code></td><td>1&nbsp;min&nbsp;9&nbsp;s</td></tr>\n',
      '<tr><td>⏳&nbsp;2.&nbsp;<code>part 2</code></td><td><code>RUNNING</code></td><td><code>running</code></td><td><code>32</code></td><td><code>7c1b9e04d5f8</code></td><td><code>main</code></td><td></td></tr>\n',
      '<tr><td>❌&nbsp;3.&nbsp;<code>part 3</code></td><td><code>FAILURE</code></td><td><code>failed</code></td><td><code>33</code></td>',
      '<tr><td>❌&nbsp;4.&nbsp;<code>part 4</code></td><td></td><td><code>not_found</code></td><td></td><td></td><td></td><td></td></tr>\n',
      '<h3>❌&nbsp;3.&nbsp;<code>part 3</code>: the build failed</h3>',
      `<p>Build <code>33</code> of build task <code>${jobIdOf(3)}</code> · <code>FAILURE</code> after <b>1 min 27 s</b>`,
      '<b>Failed stage:</b> <b><code>Build with Maven</code></b> ended with <code>FAILURE</code> after 41 s<br>\n',
      '<b>The build says:</b> <code>exit code 3</code><br>\n',
      '<b>What to do:</b> Find the cause in the log below, fix it and build again',
      '<p><b>The last 3 lines of the build’s log (47.0 KiB in all)</b></p>\n<pre>',
      '<th>Stage</th>',
      '<summary>The whole record</summary>',
      '<h3>❌&nbsp;4.&nbsp;<code>part 4</code>: there is no such build</h3>',
      '<b>What happened:</b> There is no such build. (build <code>7</code> of build task ',
      '<b>What to do:</b> Check job_id and build_no',
      '<p>⏳&nbsp;2.&nbsp;<code>part 2</code>: The build has not finished. Let the step wait for it (wait: true), or ',
      '<p>✅&nbsp;5.&nbsp;<code>part 5</code></p>',
      '<p><b>Warning:</b> Mind the gap</p>',
      '<p>Of the builds that passed, commit: not checked; branch: not checked</p>',
      '<summary>The times</summary>',
      '```mermaid',
    ]
    const summary = summaryOf(builds)
    const places = landmarks.map(landmark => summary.indexOf(landmark))
    expect(landmarks.filter((_, at) => places[at] === -1)).toEqual([])
    expect(places).toEqual([...places].sort((one, other) => one - other))
    expect(summary).not.toContain('Of all builds')
  })

  test.each<readonly [readonly JudgedAndDiagnosed[], string]>([
    [[passed(1), passed(2)], '✅ CodeArts Build Gate: 2 builds: all passed'],
    [[failed(1), failed(2), failed(3)], '❌ CodeArts Build Gate: 3 builds: all failed'],
    [[passed(1), running(2)], '❌ CodeArts Build Gate: 2 builds: 1 not finished, 1 passed'],
    [
      [withReason('commit_mismatch'), withReason('tag_mismatch'), failed(1)],
      '❌ CodeArts Build Gate: 3 builds: 1 failed, 2 not as asked for',
    ],
    [
      [withReason('wait_timeout', 'limit'), withReason('cancelled', 'cancelled')],
      '2 builds: all not finished',
    ],
    [[withReason('unreachable'), passed(1)], '2 builds: 1 not read, 1 passed'],
    [[withReason('unknown_status'), withReason('aborted')], '2 builds: all failed'],
  ])('the heading counts them', (builds, heading) => {
    expect(summaryOf(builds).split('\n')[0]).toContain(heading)
  })

  test('what was checked, of each where it differs', () => {
    const withChecks = (number: number, checks: GateResult['checks']): JudgedAndDiagnosed => {
      const build = passed(number)
      return { ...build, result: { ...build.result, ...(checks === undefined ? {} : { checks }) } }
    }
    const summary = summaryOf([
      withChecks(1, ['commit: a, as asked for']),
      withChecks(2, ['commit: b, as asked for']),
      withChecks(3, ['commit: a, as asked for']),
    ])
    expect(summary).toContain(
      `<table>
<tr><td>✅&nbsp;1.&nbsp;<code>part 1</code>, ✅&nbsp;3.&nbsp;<code>part 3</code></td><td>commit: a, as asked for</td></tr>
<tr><td>✅&nbsp;2.&nbsp;<code>part 2</code></td><td>commit: b, as asked for</td></tr>
</table>`,
    )
  })
})

interface Told {
  readonly record: HostileRecord
  readonly text: string
  readonly lines: readonly string[]
}

/** @returns a build of which every text is one of these. */
function buildOf({ record, text, lines }: Told, at: number): JudgedAndDiagnosed {
  const parsed = parseRecord(record)
  if (!parsed.ok) throw new Error(parsed.why)
  const words = [quote(text, 4_000)]
  const result: GateResult = {
    success: false,
    reason: (['failed', 'commit_mismatch', 'running'] as const)[at % 3] ?? 'failed',
    end: 'judged',
    problem: message`It said ${words}`,
    details: [words],
    remedy: message`heed ${words}`,
    checks: message`commit: ${words}`,
    warnings: [words],
    record: parsed.record,
  }
  const stages = [
    { name: text, status: text, duration: '1' },
    { name: text, status: 'FAILURE', duration: '1' },
  ]
  return {
    name: `part ${at}`,
    jobId: jobIdOf(at),
    url: '',
    result: { ...result, ...(record['status'] === 'SUCCESS' ? { success: true, reason: 'success' } : {}) },
    diagnosis: { stages, log: { lines, totalBytes: 7 }, notices: [words] },
  }
}

/** @returns the same with a plain letter in place of each text: whatever differs then is what a text did. */
function tamed({ record, text, lines }: Told): Told {
  const tame = (other: unknown): unknown => (typeof other === 'string' && other !== '' ? 'x' : other)
  const { status } = record
  return {
    record: {
      ...Object.fromEntries(Object.entries(record).map(([name, value]) => [name, tame(value)])),
      status: status === 'SUCCESS' ? status : tame(status),
    } as HostileRecord,
    text: !['success', undefined].includes(outcomeOf(text)) || text === 'SUCCESS' ? text : String(tame(text)),
    lines: lines.map(() => 'x'),
  }
}

const told = fc.array(
  fc.record({
    record: hostileRecord,
    text: hostileText,
    lines: fc.array(
      hostileText.map(text => text.replaceAll('\n', '')),
      { maxLength: 4 },
    ),
  }),
  { minLength: 2, maxLength: 3 },
)

/** Times make the picture, which has tests of its own. */
const withoutPicture = (summary: string): string => summary.replace(/```mermaid.*?```\n/s, '')

describe('whatever the service says of several builds', () => {
  test('is text in <code> and <pre>, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(told, async builds => {
        const trees = await summaryTrees(withoutPicture(summaryOf(builds.map(buildOf))))
        const tame = await summaryTrees(withoutPicture(summaryOf(builds.map(tamed).map(buildOf))))
        trees.forEach((tree, index) => {
          expect(OWN_ELEMENTS).toEqual(expect.arrayContaining([...tree.elements]))
          expect(OWN_ATTRIBUTES).toEqual(expect.arrayContaining([...tree.attributes]))
          // The checks of builds that passed are one line or several: it depends on whether the texts differ.
          if (!builds.some(({ record }) => record['status'] === 'SUCCESS'))
            expect(tree.textOutsideCode).toBe(tame[index]?.textOutsideCode)
        })
      }),
      { numRuns: 15 },
    )
  })

  test('shows no secret, whole or cut', () => {
    const SECRET = 'QzXwVyTuSrPqOnMlKjIhGgHkLmNoZs'
    const { add, redact } = createRedactor(() => undefined)
    add(SECRET)
    for (const length of [0, 30, 40, 190, 390, 490, 3_990]) {
      const text = `${'x'.repeat(length)}${SECRET}`
      const record = Object.fromEntries(
        Object.entries(PASSING_RECORD).map(([name, value]) => [
          name,
          typeof value === 'string' ? text : value,
        ]),
      )
      const builds = [0, 1, 2].map(at => ({ ...buildOf({ record, text, lines: [text] }, at), name: SECRET }))
      const summary = summaryOf(builds, redact)
      for (let at = 0; at + 6 <= SECRET.length; at++) expect(summary).not.toContain(SECRET.slice(at, at + 6))
      expect(summary.split('***').length).toBeGreaterThan(15)
    }
  })
})

describe('the room of a summary', () => {
  /** Nothing takes more bytes to show; a record of such texts is as large as an answer may be. */
  const DEAR = '\u0001\u{e0041}'.repeat(3_000)

  test('is enough for every build, with the dearest text everywhere', () => {
    const record = {
      ...Object.fromEntries(Object.keys(PASSING_RECORD).map(name => [name, DEAR])),
      status: 'x',
    }
    const lines = Array.from({ length: 100 }, () => DEAR.slice(0, 1_000))
    for (const shift of [0, 1, 2]) {
      const build = buildOf({ record, text: DEAR, lines }, shift)
      const builds = Array.from({ length: 20 }, (_, at) => ({ ...build, name: `${at}${'构'.repeat(38)}` }))
      const summary = summaryOf(builds)
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES)
      expect(Buffer.byteLength(summary)).toBeGreaterThan(MAX_SUMMARY_BYTES / 4)
      expectAllBuilds(summary, builds)
      expectWholeBlocks(summary)
    }
  })

  test('is shared: each of 20 builds with a large record and a log of 100 long lines gets its part', () => {
    const builds = Array.from({ length: 20 }, (_, at) =>
      judgedBuild(`part ${at}`, recordOf(at, { status: 'FAILURE', commit_message: 'x'.repeat(400 * 1024) }), {
        diagnosis: {
          ...diagnosisOf(0),
          log: {
            lines: Array.from({ length: 100 }, (_, line) => `${line} ${'x'.repeat(2_000)}`),
            totalBytes: 7,
          },
        },
      }),
    )
    const summary = summaryOf(builds)
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES)
    expect(Buffer.byteLength(summary)).toBeGreaterThan(MAX_SUMMARY_BYTES - 50_000)
    expectAllBuilds(summary, builds)
    expectWholeBlocks(summary)
    const counts = lineCounts(summary)
    expect(counts).toHaveLength(20)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    expect(Math.min(...counts)).toBeGreaterThan(40)
    expect(summary.split('<summary>The whole record</summary>')).toHaveLength(21)
    expect(summary).not.toContain('Left out')
  })

  test('is given to those who need it: what one build does not use goes to the others', () => {
    const long = Array.from({ length: 1_000 }, () => 'x'.repeat(2_000))
    const withLog = (number: number, lines: readonly string[]): JudgedAndDiagnosed => ({
      ...failed(number),
      diagnosis: { ...diagnosisOf(0), log: { lines, totalBytes: 7 } },
    })
    const few = lineCounts(summaryOf([1, 2, 3, 4].map(number => withLog(number, long))))
    const uneven = lineCounts(
      summaryOf([withLog(1, long), ...[2, 3, 4].map(number => withLog(number, ['y', 'z']))]),
    )
    expect(uneven.slice(1)).toEqual([2, 2, 2])
    expect(uneven[0]).toBeGreaterThan(1.4 * (few[0] ?? 0))
  })

  test('of warnings without end leaves those out and says so', () => {
    const warnings = Array.from({ length: 400 }, () => ['x'.repeat(4_000)])
    const builds = [
      failed(1),
      judgedBuild('part 2', recordOf(2), { warnings }),
      judgedBuild('part 3', recordOf(3)),
    ]
    const summary = summaryOf(builds)
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES)
    expect(summary).toContain('<p>Left out, because the summary is full: warnings.</p>')
    expect(summary).toContain('<summary>The whole record</summary>')
  })
})

/** Expects the row of every build, and of each that did not pass what happened and what to do. */
function expectAllBuilds(summary: string, builds: readonly JudgedAndDiagnosed[]): void {
  builds.forEach(({ name, result }, at) => {
    expect(summary).toMatch(new RegExp(`<tr><td>(❌|⏳|✅)&nbsp;${at + 1}\\.&nbsp;<code>${name}</code></td>`))
    if (!result.success) expect(summary).toContain(`${at + 1}.&nbsp;<code>${name}</code>: `)
  })
  const remedies = builds.filter(({ result }) => !result.success).length
  expect(summary.match(/<b>What to do:<\/b> |; heed |\(none\)|… \(/g)?.length ?? 0).toBeGreaterThanOrEqual(
    remedies,
  )
}

/** Expects that nothing was cut in the middle of a block. */
function expectWholeBlocks(summary: string): void {
  for (const name of ['table', 'details', 'pre', 'p', 'h3', 'tr', 'td', 'code', 'b'])
    expect(summary.split(`<${name}>`)).toHaveLength(summary.split(`</${name}>`).length)
  expect(summary.endsWith('\n')).toBe(true)
}

const lineCounts = (summary: string): number[] =>
  Array.from(summary.matchAll(/The last ([0-9]+) lines of/g), ([, count]) => Number(count))
