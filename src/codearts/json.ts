/** An object of a parsed JSON text: its fields are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>

export type JsonResult =
  | { readonly ok: true; readonly value: unknown }
  /** `syntax`: the text is not JSON. `shape`: it is nested too deeply, or of too many values, to be taken apart. */
  | { readonly ok: false; readonly why: 'syntax' | 'shape' }

/** Contract section 2: a record is flat; what nests deeper than this is an attack on whoever walks through it. */
const MAX_DEPTH = 64
/**
 * A record has 33 values and a page of a list some thousands. Two megabytes of `[{},{},…` would take 300 MiB of memory
 * once parsed (measured); with this limit nothing within the cap on bodies takes much more than the text itself.
 */
const MAX_VALUES = 100_000

/**
 * Parses JSON that a stranger sent.
 * @param cleaned is applied to every text in it, names of fields included: takes secrets out at the edge.
 */
export function parseJson(text: string, cleaned: (text: string) => string): JsonResult {
  if (!isModest(text)) return { ok: false, why: 'shape' }
  try {
    return { ok: true, value: cleanValue(JSON.parse(text) as unknown, cleaned) }
  } catch {
    return { ok: false, why: 'syntax' }
  }
}

/** @returns whether the value is an object that is neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the text keeps to both limits, judged by its brackets and commas outside of strings, without parsing it. */
function isModest(text: string): boolean {
  let depth = 0
  let values = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    // Strings are most of a record. A loop over their characters too is long enough for V8 to compile it twice on its
    // way, which takes 5 MiB and more time than the loop (measured).
    if (character === '"') at = endOfString(text, at)
    else if (character === ',') values++
    else if (character === '}' || character === ']') depth--
    else if (character === '{' || character === '[') {
      depth++
      values++
    }
    if (depth > MAX_DEPTH || values > MAX_VALUES) return false
  }
  return true
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

/** Cleans in place: a copy of two megabytes of small objects would cost more memory than the parse. */
function cleanValue(value: unknown, cleaned: (text: string) => string): unknown {
  if (typeof value === 'string') return cleaned(value)
  if (typeof value === 'number') {
    const text = String(value)
    const clean = cleaned(text)
    return clean === text ? value : clean
  }
  if (typeof value !== 'object' || value === null) return value
  for (const [name, item] of Object.entries(value)) {
    const cleanName = cleaned(name)
    if (cleanName !== name) Reflect.deleteProperty(value, name)
    // Defined, not assigned: a field named `__proto__` is a field and nothing else.
    const clean = cleanValue(item, cleaned)
    if (clean !== item || cleanName !== name) define(value, cleanName, clean)
  }
  return value
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
}
