/** An object of a parsed JSON text: its fields are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>

export type JsonResult =
  | {
      readonly ok: true
      readonly value: unknown
      /** A key that one of the objects that a verdict depends on has twice; `JSON.parse` takes the last of the two. */
      readonly repeatedKey?: string
    }
  /** `syntax`: the text is not JSON. `shape`: it is nested too deeply, or of too many values, to be taken apart. */
  | { readonly ok: false; readonly why: 'syntax' | 'shape' }

/** Contract section 2: a record is flat; what nests deeper than this is an attack on whoever walks through it. */
const MAX_DEPTH = 64
/**
 * A record has 33 values and a page of a list some thousands. Two megabytes of `[{},{},…` would take 300 MiB of memory
 * once parsed (measured); with this limit nothing within the cap on bodies takes much more than the text itself.
 */
const MAX_VALUES = 100_000

/** Parses JSON that a stranger sent. Its value is as it came: nothing is taken out of it. */
export function parseJson(text: string): JsonResult {
  try {
    const { isModest, repeatedKey } = scan(text)
    if (!isModest) return { ok: false, why: 'shape' }
    const value: unknown = JSON.parse(text)
    return { ok: true, value, ...(repeatedKey === undefined ? {} : { repeatedKey }) }
  } catch {
    return { ok: false, why: 'syntax' }
  }
}

/** @returns whether the value is an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The objects whose keys must be unique (contract section 2): the envelope, the record or the list in it (`result`), and
 * the rows of a list. Anywhere else the last of two counts.
 */
type Place = 'envelope' | 'result' | 'rows' | 'row' | 'elsewhere'

const ROWS: readonly string[] = ['job_build_states', 'jobBuildStates']

/** @returns the place of an object or array that opens within another, under the last key that was read there. */
function placeWithin(parent: Place | undefined, opens: string, key: string): Place {
  if (opens === '[') return parent === 'result' && ROWS.includes(key) ? 'rows' : 'elsewhere'
  if (parent === undefined) return 'envelope'
  if (parent === 'rows') return 'row'
  return parent === 'envelope' && key === 'result' ? 'result' : 'elsewhere'
}

/**
 * Reads the brackets, commas and keys of a text once, from its beginning to its end, before it is parsed.
 * @returns whether the text keeps to both limits, and the first key that is there twice where none may be. Of a text that
 * is no JSON it says anything.
 * @throws SyntaxError when a key is no JSON string.
 */
function scan(text: string): { readonly isModest: boolean; readonly repeatedKey: string | undefined } {
  const open: Place[] = []
  // One set for all objects of a place, since no two of them are open at the same time.
  const keysIn: Partial<Record<Place, Set<string>>> = {
    envelope: new Set(),
    result: new Set(),
    row: new Set(),
  }
  let [values, key] = [0, '']
  let repeatedKey: string | undefined
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    // Strings are most of a record. A loop over their characters too is long enough for V8 to compile it twice on its
    // way, which takes 5 MiB and more time than the loop (measured).
    if (character === '"') {
      const start = at
      at = endOfString(text, start)
      const keys = keysIn[open.at(-1) ?? 'elsewhere']
      if (keys === undefined || !isKey(text, at)) continue
      key = unquoted(text.slice(start, at + 1))
      if (keys.has(key)) repeatedKey ??= key
      keys.add(key)
    } else if (character === ',') values++
    else if (character === '}' || character === ']') open.pop()
    else if (character === '{' || character === '[') {
      const place = placeWithin(open.at(-1), character, key)
      keysIn[place]?.clear()
      open.push(place)
      values++
    }
    if (open.length > MAX_DEPTH || values > MAX_VALUES) return { isModest: false, repeatedKey }
  }
  return { isModest: true, repeatedKey }
}

/** @returns whether the string that ends at `end` is the key of a field: in JSON a colon follows those alone. */
function isKey(text: string, end: number): boolean {
  let at = end + 1
  while (' \t\r\n'.includes(text[at] ?? '"')) at++
  return text[at] === ':'
}

function unquoted(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}

/** @returns where the quote is that ends the string which begins at `start`, or the length of a text that lacks it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
