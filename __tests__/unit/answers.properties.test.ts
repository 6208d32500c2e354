import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { parseJson } from '../../src/codearts/json.ts'
import { parseRecord } from '../../src/codearts/record.ts'
import { readApiResponse } from '../../src/codearts/response.ts'
import { judge } from '../../src/gate/verdict.ts'
import { createRedactor, shownText } from '../../src/report/redact.ts'
import { rawText } from '../../src/util/message.ts'
import { body, SECRET, status } from '../support/builders/hostile-answers.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { fc } from '../support/properties.ts'

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
    fc.constantFrom('7c1b9e0', '7C1B9E04D5F8', '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d', 'fffffff'),
    { nil: undefined },
  ),
  branch: fc.option(fc.constantFrom('main', 'Main', 'mai'), { nil: undefined }),
  tag: fc.option(fc.constantFrom('v1', 'v'), { freq: 9, nil: undefined }),
})

const { add, redact } = createRedactor(() => undefined)
add(SECRET)

/** Real answers with many edits, and texts of any kind. */
test('from any answer to a verdict: nothing but a good answer with the one word passes', () => {
  let passes = 0
  fc.assert(
    fc.property(status, headers, body, expected, (status, headers, text, expected) => {
      const response = readApiResponse({ ok: true, status, headers, body: { text } }, 0)
      if (!response.ok) {
        const { message, remedy } = response.error
        expect([rawText(message), rawText(remedy)]).not.toContain('')
        expect(shownText(message, redact)).not.toContain(SECRET)
        return
      }
      expect(status).toBe(200)
      // Said once more, in other words than the reader's own.
      const envelope = JSON.parse(text) as Record<string, unknown>
      expect(envelope['success'] === true || envelope['status'] === 'success').toBe(true)
      expect([undefined, true]).toContain(envelope['success'])
      // An empty object or list is empty, as an empty text is, and 0 is no code.
      for (const name of ['error', 'error_code', 'err_code', 'errCode'])
        expect(['""', '{}', '[]', '0', '"0"']).toContain(JSON.stringify(envelope[name] ?? ''))

      const read = parseRecord(response.result)
      if (!read.ok) {
        expect(read.why).not.toBe('')
        return
      }
      const result = envelope['result'] as Record<string, unknown>
      const { success, reason } = judge(read.record, expected)
      expect(success).toBe(reason === 'success')
      if (!success) return
      passes++
      expect(result['status']).toBe('SUCCESS')
      const { commit = '', branch, tag } = expected
      expect(String(result['commit']).slice(0, commit.length).toUpperCase()).toBe(commit.toUpperCase())
      if (branch !== undefined) expect(result['branch']).toBe(branch)
      if (tag !== undefined) expect(result['tag']).toBe(tag)
    }),
    { numRuns: 4_000 },
  )
  // Among the edited answers are some that still pass: else this would show nothing.
  expect(passes).toBeGreaterThan(0)
})

test('any answer is parsed as Node parses it, or refused for what it is', () => {
  fc.assert(
    fc.property(body, text => {
      const parsed = parseJson(text)
      const byNode = parsedByNode(text)
      // A number may have kept a spelling that Node changes, and is the same once Node has read it.
      if (parsed.ok)
        expect(isDeepStrictEqual(parsedByNode(JSON.stringify([parsed.value]))?.[0], byNode)).toBe(true)
      else if (parsed.why === 'syntax') expect(byNode).toBeUndefined()
      else expect(deepestOf(text) > 64 || text.length > 20_000).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})

function parsedByNode(text: string): [unknown] | undefined {
  try {
    return [JSON.parse(text) as unknown]
  } catch {
    return undefined
  }
}

/** The most brackets that were ever open, wherever they stand: at least the depth of the value. */
function deepestOf(text: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of text) {
    if ('[{'.includes(character)) deepest = Math.max(deepest, ++depth)
    else if (']}'.includes(character)) depth--
  }
  return deepest
}
