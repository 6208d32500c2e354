import fc from 'fast-check'
import { readAnswer } from '../../src/codearts/answer.ts'
import { parseRecord } from '../../src/codearts/record.ts'
import { createSecrets } from '../../src/secrets.ts'
import { judge } from '../../src/verdict.ts'
import { hostileText } from '../../__tests__/support/hostile-text.ts'
import { body, SECRET, status } from './answers.ts'
import { claim, type Target } from './target.ts'

const secrets = createSecrets(() => undefined)
secrets.add(SECRET)
const tools = { redact: (text: string) => secrets.redact(text), nowMs: () => 0 }

const headers = fc.record(
  {
    'x-request-id': hostileText,
    'retry-after': fc.oneof(fc.constantFrom('1', '-1', '1e9', ''), hostileText),
    date: hostileText,
  },
  { requiredKeys: [] },
)

const expected = fc.record({
  commit: fc.option(
    fc.constantFrom('7c1b9e0', '7C1B9E04D5F8', '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d0', 'fffffff'),
    {
      nil: undefined,
    },
  ),
  branch: fc.option(fc.constantFrom('main', 'Main', 'mai'), { nil: undefined }),
})

/** From an answer to a verdict: nothing but a good answer with the one word passes, and no problem tells the secret. */
export const ANSWER_READER: Target = {
  name: 'answer',
  property: fc.property(status, headers, body, expected, (status, headers, text, expected) => {
    const reading = readAnswer({ ok: true, status, headers, body: { text } }, tools)
    if (!reading.ok) {
      const { cameBack, hint } = reading.problem
      claim(cameBack !== '' && hint !== '', 'a problem has words')
      claim(!cameBack.includes(SECRET), 'a problem does not tell the secret')
      return
    }
    claim(status === 200, 'only HTTP 200 carries a result')
    // Said once more, in other words than the reader's own.
    const envelope = JSON.parse(text) as Record<string, unknown>
    const says = [envelope['success'] === true, envelope['status'] === 'success']
    claim(says.includes(true), 'the envelope says that it succeeded')
    claim([undefined, true].includes(envelope['success'] as undefined), 'and nowhere that it did not')
    // An empty object or list is empty, as an empty text is.
    const codes = ['error', 'error_code', 'err_code', 'errCode'].map(name => envelope[name] ?? '')
    claim(
      codes.every(code => ['""', '{}', '[]'].includes(JSON.stringify(code))),
      'it names no error',
    )

    const read = parseRecord(reading.result)
    if (!read.ok) {
      claim(read.why !== '', 'a refusal has words')
      return
    }
    const result = envelope['result'] as Record<string, unknown>
    const { success, reason } = judge(read.record, expected)
    claim(success === (reason === 'success'), 'the verdict and its reason agree')
    if (!success) return
    claim(result['status'] === 'SUCCESS', 'only the one word passes')
    const [commit, branch] = [String(result['commit']), result['branch']]
    const { commit: start = '' } = expected
    claim(commit.slice(0, start.length).toUpperCase() === start.toUpperCase(), 'only that commit passes')
    claim(expected.branch === undefined || branch === expected.branch, 'only that branch passes')
  }),
}
