import type { TestCounts, TestResults } from '../codearts/test-results.ts'
import type { BuiltArtifact } from '../gate/reasons.ts'
import { beginning, joined, message, type Message } from '../util/message.ts'
import type { Redact } from './redact.ts'
import { code, MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS, table } from './summary-html.ts'

/**
 * @param artifacts undefined where they were not asked for, or not read.
 * @returns what the builds made as a table, with the addresses as text and no link; undefined for nothing to show.
 */
export function renderArtifacts(
  artifacts: readonly BuiltArtifact[] | undefined,
  redact: Redact,
): string | undefined {
  if (artifacts === undefined) return undefined
  if (artifacts.length === 0) return '<p><b>Artifacts:</b> none</p>'
  const isSeveral = artifacts.some(({ build }) => build !== undefined)
  const names = [...(isSeveral ? ['Build'] : []), 'Artifact', 'Name', 'Version', 'Type', 'Address']
  return table(names, artifacts, ({ build = '', kind, name, version, type, uri }) => [
    ...(isSeveral ? [code(build, redact)] : []),
    kind,
    ...[name, version, type].map(text => code(text, redact)),
    code(uri, redact, MAX_VALUE_CHARACTERS),
  ])
}

/** @returns the test results of a build in one line, and a row for each stage that has some; undefined for none. */
export function renderTests(tests: TestResults | undefined, redact: Redact): string | undefined {
  if (tests === undefined) return undefined
  const line = `<p><b>Tests:</b> ${describeTests(tests)}</p>`
  if (tests.stages.length === 0) return line
  const names = ['', 'Tests of', 'All', 'Failed', 'Errors']
  const stages = table(names, tests.stages, ({ total, failures, errors, allPassed, name }) => {
    const mark = allPassed ? '✅' : failures + errors > 0 ? '❌' : '➖'
    return [mark, code(name, redact), `${total}`, `${failures}`, `${errors}`]
  })
  return `${line}\n\n${stages}`
}

/** @returns the test results for the log: `Tests: 3 of 218 failed, 1 error (unit: 3 of 200 failed; …)`. */
export function testsLine(tests: TestResults): Message {
  const stages = tests.stages.map(
    stage => message`${beginning(stage.name, MAX_NAME_CHARACTERS)}: ${describeTests(stage)}`,
  )
  return message`Tests: ${describeTests(tests)}${stages.length === 0 ? '' : message` (${joined(stages, '; ')})`}`
}

function describeTests({ total, failures, errors, allPassed }: TestCounts): string {
  if (allPassed) return total === 1 ? 'the only one passed' : `all ${total} passed`
  const ended = errors === 0 ? '' : `, ${errors} ${errors === 1 ? 'error' : 'errors'}`
  return `${failures} of ${total} failed${ended}`
}
