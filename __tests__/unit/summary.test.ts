import { describe, expect, test } from '@jest/globals'
import type { Arbitrary } from 'fast-check'
import { fc } from '../support/properties.ts'
import { outcomeOf, parseRecord } from '../../src/codearts/record.ts'
import type { Diagnosis } from '../../src/codearts/diagnosis.ts'
import type { LogTail } from '../../src/codearts/log-tail.ts'
import { type GateResult, REASONS } from '../../src/gate/reasons.ts'
import { logTitle, renderSummary, stagesLine } from '../../src/report/summary.ts'
import { escapeInvisible, withoutSgr } from '../../src/report/sanitize.ts'
import { createRedactor } from '../../src/report/redact.ts'
import { inQuotes, message, quote, rawText } from '../../src/util/message.ts'
import { showStatus } from '../../src/gate/messages.ts'
import { hostileRecord, hostileText, type HostileRecord } from '../support/builders/hostile-text.ts'
import { jobIdOf, judgedBuild, recordOf } from '../support/builders/judged-builds.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'
import { summaryTrees } from '../support/summary-tree.ts'

const MAX_SUMMARY_BYTES = 1024 * 1024

/** All that the action itself writes; `tbody` is what every reader of HTML adds to a table. */
const OWN_ELEMENTS = 'b br code details h2 p pre summary table tbody td th tr'.split(' ')
const OWN_ATTRIBUTES = ['code.className', 'td.colSpan']

const asIs = (text: string): string => text

interface Told {
  readonly record: HostileRecord
  readonly sentence: string
  readonly warnings: readonly string[]
  readonly stages: readonly { readonly name: string; readonly status: string }[]
  readonly lines: readonly string[]
  readonly notices: readonly string[]
  /** Those of a build that was judged by its status: its sentence is not shown then. */
  readonly checks?: GateResult['checks']
}

const told: Arbitrary<Told> = fc.record({
  record: hostileRecord,
  sentence: hostileText,
  warnings: fc.array(hostileText, { maxLength: 2 }),
  stages: fc.array(fc.record({ name: hostileText, status: hostileText }), { maxLength: 3 }),
  lines: fc.array(
    hostileText.map(text => text.replaceAll('\n', '')),
    { maxLength: 6 },
  ),
  notices: fc.array(hostileText, { maxLength: 2 }),
})

function summaryOf(
  { record, sentence, warnings, stages, lines, notices, checks }: Told,
  redact = asIs,
): string {
  const parsed = parseRecord(record)
  if (!parsed.ok) throw new Error(parsed.why)
  const result: GateResult = {
    success: false,
    reason: 'failed',
    end: 'judged',
    problem: message`It said ${quote(sentence, 4_000)}`,
    remedy: ['Fix it'],
    details: [],
    warnings: warnings.map(warning => [quote(warning, 4_000)]),
    record: parsed.record,
    ...(checks === undefined ? {} : { checks }),
  }
  const diagnosis: Diagnosis = {
    stages: stages.map(stage => ({ ...stage, duration: '1' })),
    log: { lines, totalBytes: 7 },
    notices: notices.map(notice => [quote(notice, 4_000)]),
  }
  return renderSummary(result, diagnosis, redact)
}

/** @returns the same with a plain letter in place of each text: whatever differs then is what a text did. */
function tamed({ record, sentence, warnings, stages, lines, notices }: Told): Told {
  const tame = (text: string): string => (text === '' ? '' : 'x')
  const fields = Object.entries(record).map(([name, value]) => [
    name,
    typeof value === 'string' ? tame(value) : value,
  ])
  return {
    record: Object.fromEntries(fields) as HostileRecord,
    sentence: tame(sentence),
    warnings: warnings.map(tame),
    stages: stages.map(({ name, status }) => ({
      name: tame(name),
      status: !['success', undefined].includes(outcomeOf(status))
        ? 'FAILURE'
        : status === 'SUCCESS'
          ? status
          : tame(status),
    })),
    lines: lines.map(() => 'x'),
    notices: notices.map(tame),
  }
}

describe('whatever the service says', () => {
  test('is text in <code> and <pre>, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(told, async hostile => {
        const trees = await summaryTrees(summaryOf(hostile))
        const tameTrees = await summaryTrees(summaryOf(tamed(hostile)))
        const shown = hostile.lines.map(line =>
          withoutSgr(line).split('\t').map(escapeInvisible).join('\t').trimEnd(),
        )
        trees.forEach((tree, index) => {
          expect(OWN_ELEMENTS).toEqual(expect.arrayContaining([...tree.elements]))
          expect(OWN_ATTRIBUTES).toEqual(expect.arrayContaining([...tree.attributes]))
          expect(tree.textOutsideCode).toBe(tameTrees[index]?.textOutsideCode)
          if (shown.length > 0) expect(tree.blocks.map(linesOf)).toContainEqual(shown)
        })
      }),
      { numRuns: 60 },
    )
  })

  test('stays below the size that the runner drops, with the dearest text everywhere', () => {
    const dear = '\u{e0041}'.repeat(10_000)
    const summary = summaryOf({
      record: Object.fromEntries(
        Object.keys(PASSING_RECORD).map(name => [
          name,
          name === 'build_no' || name === 'duration' || name === 'use_private_slave' ? 1 : dear,
        ]),
      ),
      sentence: dear,
      warnings: [dear, dear],
      stages: Array.from({ length: 300 }, () => ({ name: dear, status: dear })),
      lines: Array.from({ length: 1_000 }, () => dear.slice(0, 1_000)),
      notices: [dear, dear],
    })
    expect(Buffer.byteLength(summary)).toBeLessThan(MAX_SUMMARY_BYTES)
    expect(summary).toMatch(/The last [0-9]{2,3} lines of the build’s log/)
  })
})

describe('the order', () => {
  test('of a build that failed: verdict, what failed and what to do, the log, and folded all the rest', () => {
    const summary = summaryOf({
      record: { ...(PASSING_RECORD as unknown as HostileRecord), status: 'FAILURE', err_msg: 'mvn failed' },
      sentence: 'Build 532 failed; the build says mvn failed',
      warnings: [],
      stages: [{ name: 'compile', status: 'FAILURE' }],
      lines: ['the end'],
      notices: [],
      checks: ['branch: as asked for'],
    })
    const landmarks = [
      '## ❌ CodeArts Build Gate: the build failed',
      '<code>FAILURE</code> after <b>1 min 40 s</b>',
      '<br>\nBranch: as asked for</p>',
      '<b>Failed stage:</b> <b><code>compile</code></b> ended with <code>FAILURE</code> after 0 s<br>',
      '<b>The build says:</b> <code>mvn failed</code>',
      '<b>What to do:</b> Find the cause in the log below, fix it and build again<br>',
      '<b>Reason:</b> <code>failed</code>',
      '<p><b>The last line of the build’s log (7 B in all)</b></p>\n<pre><code>the end</code></pre>\n\n<details>',
      '<summary>The stages</summary>',
      '<tr><td>❌</td><td><b><code>compile</code></b></td>',
      '<summary>The times</summary>',
      '```mermaid',
      '<summary>The whole record</summary>',
    ]
    const places = landmarks.map(landmark => summary.indexOf(landmark))
    expect(landmarks.filter((_, at) => places[at] === -1)).toEqual([])
    expect(places).toEqual([...places].sort((one, other) => one - other))
  })

  test('of a build that passes: one line on it, and what was checked', () => {
    const { result } = judgedBuild('', recordOf(3))
    const [heading, line, ...rest] = renderSummary(result, undefined, asIs).split('\n\n')
    expect(heading).toBe('## ✅ CodeArts Build Gate: the build passes')
    expect(line).toBe(
      `<p>Build <code>33</code> of build task <code>${jobIdOf(3)}</code> · <code>SUCCESS</code> after <b>1 min 27 s</b> · branch <code>main</code> · commit <code>7c1b9e04d5f8</code><br>
Commit: not checked; branch: not checked</p>`,
    )
    expect(rest.join()).not.toMatch(/not checked|What happened/)
  })

  test('of a build that failed without more words: what to do', () => {
    const { result } = judgedBuild('', recordOf(3, { status: 'ABORTED' }))
    const summary = renderSummary(result, undefined, asIs)
    expect(summary).toContain(
      '</p>\n\n<p><b>What to do:</b> Find out in CodeArts who or what stopped it, run it again, and then this step<br>\n<b>Reason:</b> <code>aborted</code></p>',
    )
    expect(summary).not.toContain('not checked')
  })

  test.each(['commit_mismatch', 'unknown_status', 'running'] as const)('of %s: the message', reason => {
    const { result } = judgedBuild('', recordOf(3))
    const summary = renderSummary({ ...result, success: false, reason }, undefined, asIs)
    expect(summary).toContain(`. (build 33 of build task <code>${jobIdOf(3)}</code>; status`)
    expect(summary.split('not checked')).toHaveLength(3)
  })

  test('of a build with many failed stages: three of them, and how many more', () => {
    const stages = Array.from({ length: 5 }, (_, at) => ({ name: `s${at}`, status: 'ABORTED', duration: '' }))
    const { result } = judgedBuild('', recordOf(3, { status: 'ABORTED' }))
    expect(renderSummary(result, { stages, notices: [] }, asIs)).toContain(
      '<b>Failed stages:</b> <b><code>s0</code></b> ended with <code>ABORTED</code>, <b><code>s1</code></b> ended with <code>ABORTED</code>, <b><code>s2</code></b> ended with <code>ABORTED</code>, and 2 more<br>',
    )
  })

  test('of a run without a build: the reason and what to do', () => {
    const result: GateResult = {
      success: false,
      reason: 'not_found',
      end: 'error',
      problem: ['There is no build 1'],
      remedy: ['Check job_id'],
      details: [inQuotes('nothing'), inQuotes('"no" build')],
      warnings: [],
    }
    expect(renderSummary(result, undefined, asIs)).toBe(`## ❌ CodeArts Build Gate: there is no such build

<p><b>What happened:</b> There is no build 1. (<code>nothing</code>; <code>&#34;no&#34; build</code>)<br>
<b>What to do:</b> Check job_id<br>
<b>Reason:</b> <code>not_found</code></p>
`)
  })
})

const STAGE = { name: 'compile', status: 'SUCCESS', duration: '1500' }
const FAILED_BUILD: Told = {
  record: { ...(PASSING_RECORD as unknown as HostileRecord), status: 'FAILURE' },
  sentence: 'Build 532 failed',
  warnings: [],
  stages: [],
  lines: [],
  notices: [],
}

describe('secrets', () => {
  const SECRET = 'QzXwVyTuSrPqOnMlKjIhGgHkLmNoZs'
  const { add, redact } = createRedactor(() => undefined)
  add(SECRET)

  test('are taken out of everything, before it is shortened', () => {
    const long = `${'x'.repeat(190)}${SECRET}`
    const record = Object.fromEntries(
      Object.entries(FAILED_BUILD.record).map(([name, value]) => [
        name,
        typeof value === 'string' ? long : value,
      ]),
    )
    const hostile: Told = {
      record: { ...record, commit: SECRET, status: SECRET },
      sentence: `${'x'.repeat(3_990)}${SECRET}`,
      warnings: [long],
      stages: [{ name: long, status: SECRET }],
      lines: [long, `${SECRET.slice(0, 9)}\u001b[31m${SECRET.slice(9)}`],
      notices: [long],
    }
    const summary = summaryOf(hostile, redact)
    for (let at = 0; at + 6 <= SECRET.length; at++) expect(summary).not.toContain(SECRET.slice(at, at + 6))
    expect(summary.split('***').length).toBeGreaterThan(35)
  })
})

describe('the status', () => {
  test.each(['SUCCESS ', 'SU\u0421CESS', 'success'])('%j is quoted', status => {
    const summary = summaryOf({
      ...FAILED_BUILD,
      record: { ...FAILED_BUILD.record, status },
      stages: [{ name: 'x', status }],
    })
    const quoted = showStatus(status).replaceAll('"', '&#34;')
    expect(summary).toContain(`<code>${quoted}</code> after`)
    expect(summary).toContain(`<td><code>${quoted}</code></td>`)
  })
})

describe('the duration', () => {
  test.each([
    ['100068', ' after <b>1 min 40 s</b>', '100.068 s'],
    ['0', '</code> · branch', '0 s'],
    [`1${'0'.repeat(400)}`, ' after <b>more than a week</b>', `1${'0'.repeat(400)}`],
  ])('of %s ms', (duration, verdict, cell) => {
    const summary = summaryOf({ ...FAILED_BUILD, record: { ...FAILED_BUILD.record, duration } })
    expect(summary).toContain(verdict)
    expect(summary).toContain(`<tr><td>duration</td><td><code>${cell}</code></td></tr>`)
  })
})

describe('the page of the build', () => {
  const URL = 'https://devcloud.cn-north-4.huaweicloud.com/cicd/project/a/x?"&\'<b>#/history/48c6'
  const ESCAPED =
    'https://devcloud.cn-north-4.huaweicloud.com/cicd/project/a/x?&#34;&#38;&#39;&#60;b&#62;#/history/48c6'
  const { result } = judgedBuild('', recordOf(3))
  const lineOf = (url: string, redact = asIs): string =>
    renderSummary(result, undefined, redact, url).split('\n')[2]?.split(' · ')[0] ?? ''
  const build = `Build <code>33</code> of build task <code>${jobIdOf(3)}</code>`

  test('is linked to', () => {
    expect(lineOf('')).toBe(`<p>${build}`)
    expect(lineOf(URL)).toBe(`<p><a href="${ESCAPED}">${build}</a>`)
  })

  test('is text where it would not be the same address, or is no https', () => {
    expect(lineOf(URL, text => text.replace('/a/', '/***/'))).toBe(
      `<p>${build} <code>${ESCAPED.replace('/a/', '/***/')}</code>`,
    )
    expect(lineOf('http://x.test')).toBe(`<p>${build} <code>http://x.test</code>`)
    expect(lineOf('javascript:alert(1)')).toBe(`<p>${build} <code>javascript:alert(1)</code>`)
  })
})

describe('the stages', () => {
  test.each([
    ['SUCCESS', '✅'],
    ['FAILURE', '❌'],
    ['timeout', '❌'],
    ['ABORTED', '❌'],
    ['success', '➖'],
    ['', '➖'],
  ])('marks %j with %s', (status, mark) => {
    expect(summaryOf({ ...FAILED_BUILD, stages: [{ ...STAGE, status }] })).toContain(`<tr><td>${mark}</td>`)
  })

  test('are left out where there are none, and say how many are left out', () => {
    expect(summaryOf(FAILED_BUILD)).not.toContain('<th>Stage</th>')
    expect(summaryOf({ ...FAILED_BUILD, stages: Array.from({ length: 57 }, () => STAGE) })).toContain(
      'and 7 more',
    )
  })

  test('are one line in the log', () => {
    const line = stagesLine([
      STAGE,
      { name: 'test', status: 'FAILURE', duration: '' },
      { name: 'a', status: 'OK ', duration: '1' },
    ])
    expect(rawText(line)).toBe('compile SUCCESS 1.5 s, test FAILURE, a "OK " 0 s')
  })
})

describe('the log of the build', () => {
  const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at + 1}`)

  test.each([1, 20])('of %d lines stands open', count => {
    const summary = summaryOf({ ...FAILED_BUILD, lines: lines(count) })
    expect(summary).toContain(`</b></p>\n<pre><code>${lines(count).join('\n')}</code></pre>\n`)
  })

  test('of 50 lines has the last 20 of them open, and the others folded', () => {
    const summary = summaryOf({ ...FAILED_BUILD, lines: lines(50) })
    expect(summary).toContain(`<p><b>The last 50 lines of the build’s log (7 B in all)</b></p>
<details>
<summary>The first 30 of them</summary>
<pre><code>${lines(30).join('\n')}</code></pre>
</details>
<pre><code>${lines(50).slice(30).join('\n')}</code></pre>
`)
  })

  test.each(['failed', 'aborted', 'timed_out', 'unknown_status'] as const)(
    'is where to look first when a build %s, and CodeArts where there is none',
    reason => {
      const { result } = judgedBuild('', recordOf(3, { status: 'x' }))
      const of = (log: LogTail | undefined): string => {
        const { remedy } = REASONS[reason]
        return renderSummary(
          { ...result, reason, remedy: [remedy] },
          { notices: [], ...(log && { log }) },
          asIs,
        )
      }
      expect(of({ lines: ['x'], totalBytes: 1 })).toMatch(/What to do:<\/b> .* below/)
      expect(of({ lines: ['x'], totalBytes: 1 })).not.toMatch(/What to do:<\/b> .*CodeArts/)
      for (const log of [undefined, { lines: [], totalBytes: 0 }])
        expect(of(log)).toMatch(/What to do:<\/b> .* in CodeArts/)
    },
  )

  test.each([
    [0, 0, 'The log of the build is empty'],
    [0, 60, 'The end of the build’s log (60 B in all) has only blank lines'],
    [1, 2_048, 'The last line of the build’s log (2.0 KiB in all)'],
    [50, 3 * 1024 * 1024, 'The last 50 lines of the build’s log (3.0 MiB in all)'],
  ])('with %d lines of %d bytes', (lineCount, totalBytes, title) => {
    expect(logTitle(lineCount, { lines: [], totalBytes })).toBe(title)
  })
})

test('notices without end are left out, and it is said so', () => {
  const summary = summaryOf({
    ...FAILED_BUILD,
    lines: ['the end'],
    notices: Array.from({ length: 400 }, () => 'x'.repeat(4_000)),
  })
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES)
  expect(summary).toContain('<pre><code>the end</code></pre>')
  expect(summary).toContain('<summary>The whole record</summary>')
  expect(summary).toMatch(/<p>Left out, because the summary is full: what could not be read\.<\/p>\n$/)
})

function linesOf(block: string): string[] {
  return block.split('\n').map(line => line.trimEnd())
}
