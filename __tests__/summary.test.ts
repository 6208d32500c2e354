import { describe, expect, test } from '@jest/globals'
import { fc } from './support/properties.ts'
import { withoutSgr } from '../src/ansi.ts'
import { parseRecord, RECORD_FIELDS, type BuildRecord } from '../src/codearts/record.ts'
import type { Diagnosis } from '../src/diagnosis.ts'
import type { Ending } from '../src/ending.ts'
import { renderSummary } from '../src/report/summary.ts'
import { visible } from '../src/report/text.ts'
import { isFailedStatus } from '../src/verdict.ts'
import { hostileRecord, hostileText, type HostileRecord } from './support/hostile-text.ts'
import { PASSING_RECORD } from './support/passing-build.ts'
import { summaryTrees } from './support/summary-tree.ts'

const MAX_SUMMARY_BYTES = 1024 * 1024

/** All that the action itself writes; `tbody` is what every reader of HTML adds to a table. */
const OWN_ELEMENTS = 'b br code details h2 p pre summary table tbody td th tr'.split(' ')
const OWN_ATTRIBUTES = ['code.className', 'td.colSpan']

interface Told {
  readonly record: HostileRecord
  readonly sentence: string
  readonly warnings: readonly string[]
  readonly stages: readonly { readonly name: string; readonly status: string }[]
  readonly lines: readonly string[]
  readonly notices: readonly string[]
}

const told: fc.Arbitrary<Told> = fc.record({
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

function summaryOf({ record, sentence, warnings, stages, lines, notices }: Told): string {
  const parsed = parseRecord(record)
  if (!parsed.ok) throw new Error(parsed.why)
  const ending: Ending = {
    success: false,
    reason: 'failed',
    sentence,
    advice: 'mend it',
    warnings,
    record: parsed.record,
  }
  const diagnosis: Diagnosis = {
    stages: stages.map(stage => ({ ...stage, duration: '1' })),
    log: { lines, totalBytes: 7 },
    notices,
  }
  return renderSummary(ending, diagnosis, text => text)
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
      status: isFailedStatus(status) ? 'FAILURE' : status === 'SUCCESS' ? status : tame(status),
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
          withoutSgr(line).split('\t').map(visible).join('\t').trimEnd(),
        )
        trees.forEach((tree, index) => {
          expect(OWN_ELEMENTS).toEqual(expect.arrayContaining([...tree.elements]))
          expect(OWN_ATTRIBUTES).toEqual(expect.arrayContaining([...tree.attributes]))
          expect(tree.textOutsideCode).toBe(tameTrees[index]?.textOutsideCode)
          if (shown.length > 0) expect(linesOf(tree.blocks.at(-1))).toEqual(shown)
        })
      }),
      { numRuns: 400 },
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
    expect(summary).toMatch(/The last [0-9]{2} lines of the build’s log/)
  })
})

describe('the order', () => {
  test('of a build that failed: verdict, why and what to do, times, stages, log, record', () => {
    const summary = summaryOf({
      record: { ...(PASSING_RECORD as unknown as HostileRecord), status: 'FAILURE', err_msg: 'mvn failed' },
      sentence: 'Build 532 failed',
      warnings: [],
      stages: [{ name: 'compile', status: 'FAILURE' }],
      lines: ['the end'],
      notices: [],
    })
    const landmarks = [
      '## ❌ CodeArts Build Gate: the build failed',
      '<code>FAILURE</code> after <b>1 min 40 s</b>',
      'Build 532 failed',
      'mvn failed',
      'Mend it',
      '```mermaid',
      '<code>compile</code>',
      '<summary>The last line of the build’s log (7 B in all)</summary>',
      '<summary>The whole record</summary>',
    ]
    const places = landmarks.map(landmark => summary.indexOf(landmark))
    expect(places).not.toContain(-1)
    expect(places).toEqual([...places].sort((one, other) => one - other))
  })

  test('shows no text that was not redacted, and none that was cut before', () => {
    const hidden = 'SECRET-IN-A-TEXT'
    const long = `${'x'.repeat(495)}${hidden}`
    const fields = Object.fromEntries(
      Object.keys(RECORD_FIELDS).map(name => [name, name === 'commit' ? `0123${hidden}` : long]),
    ) as BuildRecord['fields']
    const ending: Ending = {
      success: false,
      reason: 'failed',
      sentence: `${hidden}; ${hidden}`,
      advice: hidden,
      warnings: [hidden],
      record: { fields, whole: {} },
    }
    const stage = { name: `${'x'.repeat(190)}${hidden}`, status: hidden, duration: '' }
    const diagnosis = { stages: [stage], log: { lines: [hidden], totalBytes: 1 }, notices: [hidden] }
    const summary = renderSummary(ending, diagnosis, text => text.replaceAll(hidden, '***'))
    expect(summary).not.toContain('SEC')
    expect(summary.split('***').length).toBeGreaterThan(12)
  })

  test('of a run without a build: the reason and what to do', () => {
    const ending: Ending = {
      success: false,
      reason: 'not_found',
      sentence: 'Asked for build 1: nothing came back; check job_id',
      advice: 'check job_id',
      warnings: [],
    }
    expect(renderSummary(ending, undefined, text => text))
      .toBe(`## ❌ CodeArts Build Gate: there is no such build

<table>
<tr><td><b>What&nbsp;happened</b></td><td><code>Asked for build 1: nothing came back</code></td></tr>
<tr><td><b>What&nbsp;to&nbsp;do</b></td><td>Check job_id</td></tr>
<tr><td><b>Reason</b></td><td><code>not_found</code></td></tr>
</table>
`)
  })
})

function linesOf(block: string | undefined): string[] {
  return (block ?? '').split('\n').map(line => line.trimEnd())
}
