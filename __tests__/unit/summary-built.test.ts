import { describe, expect, test } from '@jest/globals'
import type { TestResults } from '../../src/codearts/test-results.ts'
import type { BuiltArtifact } from '../../src/gate/reasons.ts'
import { createRedactor } from '../../src/report/redact.ts'
import { renderArtifacts, renderTests, testsLine } from '../../src/report/summary-built.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderBuildsSummary } from '../../src/report/summary-builds.ts'
import { rawText } from '../../src/util/message.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { judgedBuild, recordOf, stepResultOf } from '../support/builders/judged-builds.ts'
import { fc } from '../support/properties.ts'
import { summaryTrees } from '../support/summary-tree.ts'

const asIs = (text: string): string => text
const ARTIFACT: BuiltArtifact = {
  kind: 'package',
  name: 'app.jar',
  version: '4.2.1',
  type: 'jar',
  uri: 'https://x.example/app.jar',
}
const COUNTS = { total: 218, failures: 3, errors: 1, allPassed: false }
const PASSED = { total: 218, failures: 0, errors: 0, allPassed: true }

describe('what the builds made', () => {
  test('is a table, with the address as text', () => {
    const image: BuiltArtifact = { ...ARTIFACT, kind: 'image', type: '', version: '' }
    expect(renderArtifacts([ARTIFACT, image], asIs)).toBe(`<table>
<tr><th>Artifact</th><th>Name</th><th>Version</th><th>Type</th><th>Address</th></tr>
<tr><td>package</td><td><code>app.jar</code></td><td><code>4.2.1</code></td><td><code>jar</code></td><td><code>https://x.example/app.jar</code></td></tr>
<tr><td>image</td><td><code>app.jar</code></td><td></td><td></td><td><code>https://x.example/app.jar</code></td></tr>
</table>`)
  })

  test('has the name of the build, where there are several', () => {
    const rendered = renderArtifacts([{ ...ARTIFACT, build: 'backend' }], asIs)
    expect(rendered).toContain('<tr><th>Build</th><th>Artifact</th>')
    expect(rendered).toContain('<tr><td><code>backend</code></td><td>package</td>')
  })

  test('is "none" where they made nothing, and left out where nobody asked', () => {
    expect(renderArtifacts([], asIs)).toBe('<p><b>Artifacts:</b> none</p>')
    expect(renderArtifacts(undefined, asIs)).toBeUndefined()
  })

  test('is fifty rows, and how many more there are', () => {
    const rendered = renderArtifacts(
      Array.from({ length: 57 }, () => ARTIFACT),
      asIs,
    )
    expect(rendered?.split('<tr>')).toHaveLength(1 + 1 + 50 + 1)
    expect(rendered).toContain('<tr><td colspan="5">and 7 more</td></tr>')
  })

  test('stands in the summary of one build, and once in that of several', () => {
    const one = judgedBuild('', recordOf(3))
    expect(renderSummary({ ...one.result, artifacts: [ARTIFACT] }, undefined, asIs)).toContain(
      '<th>Address</th>',
    )
    expect(renderSummary(one.result, undefined, asIs)).not.toContain('Address')
    const several = stepResultOf([judgedBuild('a', recordOf(3)), judgedBuild('b', recordOf(4))])
    const summary = renderBuildsSummary({ ...several, artifacts: [ARTIFACT] }, [], asIs)
    expect(summary.split('<th>Address</th>')).toHaveLength(2)
  })
})

describe('test results', () => {
  test.each<[string, Partial<TestResults>]>([
    ['3 of 218 failed, 1 error', {}],
    ['3 of 218 failed, 2 errors', { errors: 2 }],
    ['3 of 218 failed', { errors: 0 }],
    ['0 of 218 failed', { failures: 0, errors: 0 }],
    ['all 218 passed', PASSED],
    ['the only one passed', { ...PASSED, total: 1 }],
  ])('are a line: %s', (line, counts) => {
    const tests = { ...COUNTS, stages: [], ...counts }
    expect(renderTests(tests, asIs)).toBe(`<p><b>Tests:</b> ${line}</p>`)
    expect(rawText(testsLine(tests))).toBe(`Tests: ${line}`)
  })

  test('have a row for each stage', () => {
    const stages = [
      { ...COUNTS, name: 'unit' },
      { ...PASSED, name: 'contract' },
      { ...COUNTS, failures: 0, errors: 0, name: 'ui' },
    ]
    expect(renderTests({ ...COUNTS, stages }, asIs)).toBe(`<p><b>Tests:</b> 3 of 218 failed, 1 error</p>

<table>
<tr><th></th><th>Tests of</th><th>All</th><th>Failed</th><th>Errors</th></tr>
<tr><td>❌</td><td><code>unit</code></td><td>218</td><td>3</td><td>1</td></tr>
<tr><td>✅</td><td><code>contract</code></td><td>218</td><td>0</td><td>0</td></tr>
<tr><td>➖</td><td><code>ui</code></td><td>218</td><td>0</td><td>0</td></tr>
</table>`)
    expect(rawText(testsLine({ ...COUNTS, stages }))).toBe(
      'Tests: 3 of 218 failed, 1 error (unit: 3 of 218 failed, 1 error; contract: all 218 passed; ui: 0 of 218 failed)',
    )
  })

  test('are left out where there are none', () => {
    expect(renderTests(undefined, asIs)).toBeUndefined()
  })

  test('stand in the summary of one build, and of several', () => {
    const tests = { ...COUNTS, stages: [] }
    const failed = judgedBuild('a', recordOf(3, { status: 'FAILURE' }))
    const diagnosis = { tests, notices: [] }
    expect(renderSummary(failed.result, diagnosis, asIs)).toContain('<p><b>Tests:</b> 3 of 218 failed')
    const several = stepResultOf([failed, judgedBuild('b', recordOf(4))])
    expect(renderBuildsSummary(several, [diagnosis, undefined], asIs)).toContain(
      '<p><b>Tests:</b> 3 of 218 failed',
    )
  })
})

test('whatever the service says is text in <code>, and nothing else', async () => {
  const render = (text: string): string => {
    const artifact = { kind: 'image', name: text, version: text, type: text, uri: text, build: text } as const
    const tests = renderTests({ ...COUNTS, stages: [{ ...COUNTS, name: text }] }, asIs)
    return `${renderArtifacts([artifact], asIs) ?? ''}\n\n${tests ?? ''}\n`
  }
  const elements = 'b code p table tbody td th tr'.split(' ')
  await fc.assert(
    fc.asyncProperty(hostileText, async text => {
      const tame = await summaryTrees(render(text === '' ? '' : 'x'))
      for (const [at, tree] of (await summaryTrees(render(text))).entries()) {
        expect(elements).toEqual(expect.arrayContaining([...tree.elements]))
        expect([...tree.attributes]).toEqual([])
        expect(tree.textOutsideCode).toBe(tame[at]?.textOutsideCode)
      }
    }),
    { numRuns: 200 },
  )
})

test('secrets are taken out before anything is shortened', () => {
  const secret = 'QzXwVyTuSrPqOnMlKjIhGgHkLmNoZs'
  const { add, redact } = createRedactor(() => undefined)
  add(secret)
  const long = `${'x'.repeat(190)}${secret}`
  const uri = `${'x'.repeat(490)}${secret}`
  const artifact = { ...ARTIFACT, name: long, version: secret, type: long, uri, build: long }
  const stages = [{ ...COUNTS, name: long }]
  const shown = `${renderArtifacts([artifact], redact) ?? ''}${renderTests({ ...COUNTS, stages }, redact) ?? ''}`
  for (let at = 0; at + 6 <= secret.length; at++) expect(shown).not.toContain(secret.slice(at, at + 6))
  expect(shown.split('***')).toHaveLength(7)
})
