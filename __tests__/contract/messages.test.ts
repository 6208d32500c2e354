// The words of every failure, as docs/development/messages.md has them, against the committed bundles.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { SCENARIO_JOB_ID } from '../../tools/fake-service/scenarios/scenario.ts'
import { FAILURES, type Failure } from '../support/messages/failures.ts'
import { NO_ANNOTATION, readMessages, renderPage } from '../support/messages/messages-page.ts'
import { createFailureLab, type FailureLab } from '../support/messages/print-failure.ts'

const MESSAGES = readMessages()
const ALL = FAILURES.flatMap(({ title, failures }) => failures.map(failure => ({ title, failure })))
const rows = ALL.map(({ title, failure }) => [failure.fault, failure, title] as const)
const nowOf = ({ fault }: Failure): string => MESSAGES.get(fault)?.now ?? ''
/** Without the title. */
const wordsOf = (failure: Failure): string => nowOf(failure).replace(/^CodeArts Build \w+: \w+: /, '')

test('the page is made of the failures, in their order, and each has a name of its own', () => {
  const path = join(import.meta.dirname, '../../docs/development/messages.md')
  expect(renderPage(MESSAGES)).toBe(readFileSync(path, 'utf8'))
  expect(MESSAGES.size).toBe(ALL.length)
})

describe('dist/ says', () => {
  let lab: FailureLab
  beforeAll(async () => {
    lab = await createFailureLab()
  })
  afterAll(async () => {
    await lab[Symbol.asyncDispose]()
  })

  test.concurrent.each(rows)('%s', async (_, failure) => {
    const { annotation, exitCode } = await lab.print(failure)
    expect(annotation === '' ? NO_ANNOTATION : annotation).toBe(nowOf(failure))
    expect(exitCode).toBe(annotation === '' || failure.inputs?.['fail_unless_success'] === 'false' ? 0 : 1)
  })
})

describe('the rules', () => {
  test.each(rows)('%s', (_, failure, title) => {
    const words = wordsOf(failure)
    // A job of GitHub's is one.
    expect(words).not.toMatch(/\bjobs?\b(?! summary| may not request| must name)/i)
    // No quotation marks within their like.
    for (const [, open] of words.matchAll(/"([^"]*)(?:"|$)/g)) expect(open).not.toMatch(/^$|\{$/)
    expect(nowOf(failure).length).toBeLessThanOrEqual(4_000)
    const sentences = words.replace(/ \([^]*$/, '').split(/(?<=[.?]) /)
    expect(new Set(sentences).size).toBe(sentences.length)
    if (title === 'Several builds') return
    const start = words.slice(0, 120)
    // Of an ID that is no task's, what came is shown.
    expect(start).not.toContain(title === 'Inputs' ? SCENARIO_JOB_ID : SCENARIO_JOB_ID.slice(0, 4))
    expect(start).not.toMatch(/HTTP \d|APIGW|\bCB\.|DEVCB|STS5|FAILURE|ABORTED|RUNNING|[0-9a-f]{40}|request-/)
  })
})
