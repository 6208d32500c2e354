import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parseJson } from '../../src/codearts/json.ts'
import { body } from './answers.ts'
import { claim, type Target } from './target.ts'

/** The parser of untrusted JSON: agrees with Node's own. */
export const JSON_PARSER: Target = {
  name: 'parser',
  property: fc.property(body, text => {
    const plain = parseJson(text)
    const expected = parsedByNode(text)
    if (plain.ok) claim(isDeepStrictEqual([plain.value], expected), 'it reads what Node reads')
    else if (plain.why === 'syntax') claim(expected === undefined, 'it refuses only what is no JSON')
    else claim(depthOf(text) > 64 || text.length > 100_000, 'it refuses only what is too deep or too much')
  }),
}

function parsedByNode(text: string): [unknown] | undefined {
  try {
    return [JSON.parse(text) as unknown]
  } catch {
    return undefined
  }
}

/** The most brackets that were ever open, wherever they stand: at least the depth of the value. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of text) {
    if ('[{'.includes(character)) deepest = Math.max(deepest, ++depth)
    else if (']}'.includes(character)) depth--
  }
  return deepest
}
