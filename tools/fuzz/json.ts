import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parseJson } from '../../src/codearts/json.ts'
import { createSecrets } from '../../src/secrets.ts'
import { body, SECRET } from './answers.ts'
import { claim, type Target } from './target.ts'

const secrets = createSecrets(() => undefined)
secrets.add(SECRET)

/** The parser of untrusted JSON: agrees with Node's own, and lets no secret through. */
export const JSON_PARSER: Target = {
  name: 'parser',
  property: fc.property(body, text => {
    const plain = parseJson(text, part => part)
    const expected = parsedByNode(text)
    if (plain.ok) claim(isDeepStrictEqual([plain.value], expected), 'it reads what Node reads')
    else if (plain.why === 'syntax') claim(expected === undefined, 'it refuses only what is no JSON')
    else claim(depthOf(text) > 64 || text.length > 100_000, 'it refuses only what is too deep or too much')

    const clean = parseJson(text, part => secrets.redact(part))
    claim(clean.ok === plain.ok, 'cleaning changes no verdict')
    if (clean.ok) claim(!textsOf(clean.value).some(part => part.includes(SECRET)), 'no text has the secret')
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

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsOf(item)])
}
