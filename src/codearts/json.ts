/** An object of a parsed JSON text: its fields are still unknown. */
export type JsonObject = Readonly<Record<string, unknown>>

export type JsonResult =
  | {
      readonly ok: true
      readonly value: unknown
      /** A key that is twice in an object that the verdict depends on; `JSON.parse` takes the last one. */
      readonly repeatedKey: string | undefined
      /** The keys of each map in `result` whose order counts, as they came: objects have keys such as `10` and `2` first. */
      readonly keysOf?: KeysOfMaps | undefined
    }
  /** `syntax`: the text is not JSON. `shape`: it is nested too deeply, or has too many values. */
  | { readonly ok: false; readonly why: 'syntax' | 'shape' }

/** By the name of the map. */
export type KeysOfMaps = ReadonlyMap<string, ReadonlySet<string>>

/** Contract section 2. A record is flat: deeper nesting can only be meant to exhaust a recursive reader. */
const MAX_DEPTH = 64
/**
 * A record has 33 values and a page of a list some thousands. Of twenty builds, records of 512 KiB of `[{},{},…` would take
 * 450 MiB of memory, and of numbers that keep their text 390 MiB (measured).
 */
const MAX_VALUES = 20_000

/**
 * Parses JSON from outside. Nothing is removed from it. A number that JavaScript would write differently keeps its text (on
 * Node 21 and later): `textOf` returns it, and `JSON.stringify` writes it again.
 */
export function parseJson(text: string): JsonResult {
  try {
    const { isModest, repeatedKey, keysOf, hasOddNumber } = scan(text)
    if (!isModest) return { ok: false, why: 'shape' }
    // Where no number needs it, without: it takes ten times as long and several times the memory (measured).
    const value: unknown = JSON.parse(text, hasOddNumber ? keepSpelling : undefined)
    return { ok: true, value, repeatedKey, ...(keysOf.size > 0 ? { keysOf } : {}) }
  } catch {
    return { ok: false, why: 'syntax' }
  }
}

/** A feature of Node 21 and later that the types of TypeScript lack (the proposal "JSON.parse source text access"). */
const { rawJSON, isRawJSON } = JSON as {
  readonly rawJSON?: (text: string) => object
  readonly isRawJSON?: (value: unknown) => value is object
}

/** `20221011.20` would become 20221011.2, and an ID of 20 digits another one. */
function keepSpelling(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined || rawJSON === undefined) return value
  return String(value) === context.source ? value : rawJSON(context.source)
}

/** @returns whether the value is a number, also one that kept its text. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || isRawJSON?.(value) === true
}

/** @returns whether the value is an object, and not null, an array or a number that kept its text. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value)
}

/** @returns a value as text: a string as it is, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * The objects whose keys must be unique (contract sections 2 and 8): the envelope, the record or the list in it (`result`),
 * the rows of a list, and the maps of what a build made with their entries. Elsewhere the last one counts.
 */
type Place = 'envelope' | 'result' | 'rows' | 'row' | 'map' | 'elsewhere'

const ROWS: readonly string[] = ['job_build_states', 'jobBuildStates']
const MAPS: readonly string[] = ['package_infos', 'packageInfos', 'image_infos', 'imageInfos']
const LONE_ROWS: readonly string[] = ['package_info', 'packageInfo']

/** @returns the place of an object or array that opens within another, under the last key that was read there. */
function placeWithin(parent: Place | undefined, opens: string, key: string): Place {
  if (opens === '[') return parent === 'result' && ROWS.includes(key) ? 'rows' : 'elsewhere'
  if (parent === undefined) return 'envelope'
  if (parent === 'rows' || parent === 'map') return 'row'
  if (parent === 'envelope' && key === 'result') return 'result'
  if (parent !== 'result') return 'elsewhere'
  return MAPS.includes(key) ? 'map' : LONE_ROWS.includes(key) ? 'row' : 'elsewhere'
}

/**
 * Reads the brackets, commas, keys and numbers of a text once, from its beginning to its end, before it is parsed.
 * @returns whether the text is within both limits, the first key that is repeated where none may be, the keys of maps, and
 * whether JavaScript would write a number differently. The result for a text that is not JSON has no meaning.
 * @throws SyntaxError if a key is not a JSON string.
 */
function scan(text: string) {
  const open: Place[] = []
  // One set for all objects of a place, because only one of them is open at a time.
  const keysIn: Partial<Record<Place, Set<string>>> = {
    envelope: new Set(),
    result: new Set(),
    row: new Set(),
  }
  let [values, key, hasOddNumber] = [0, '', false]
  let repeatedKey: string | undefined
  const keysOf = new Map<string, ReadonlySet<string>>()
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
      if (place === 'map') keysOf.set(key, (keysIn.map = new Set()))
      else keysIn[place]?.clear()
      open.push(place)
      values++
    } else if (NUMBER_START.test(character ?? '')) {
      const number = numberAt(text, at)
      hasOddNumber ||= String(Number(number)) !== number
      at += number.length - 1
    }
    if (open.length > MAX_DEPTH || values > MAX_VALUES)
      return { isModest: false, repeatedKey, keysOf, hasOddNumber }
  }
  return { isModest: true, repeatedKey, keysOf, hasOddNumber }
}

/** @returns whether the string that ends at `end` is the key of a field: in JSON only a key is followed by a colon. */
function isKey(text: string, end: number): boolean {
  let at = end + 1
  while (' \t\r\n'.includes(text[at] ?? '"')) at++
  return text[at] === ':'
}

const NUMBER_START = /[-0-9]/
const NUMBER = /[-0-9][-+.0-9eE]*/y

function numberAt(text: string, at: number): string {
  NUMBER.lastIndex = at
  return NUMBER.exec(text)?.[0] ?? ' '
}

function unquoted(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
}

/** @returns the place of the quote that ends the string from `start`, or the length of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text[end - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}

/** @returns what was read of a list, or the first of the clauses that say why something in it cannot be read. */
export function allOrWhy<T extends object>(read: readonly (T | string)[]): T[] | string {
  return read.find(one => typeof one === 'string') ?? read.filter(one => typeof one !== 'string')
}

/** The largest number of a build. Source: API reference, section 1. */
export const MAX_BUILD_NO = 2_147_483_647

/** @returns the value of a field by its documented name, or by the same name in camelCase. */
export function eitherCase(object: JsonObject, name: string): unknown {
  return ownValue(object, Object.hasOwn(object, name) ? name : camelCase(name))
}

function ownValue(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** @returns the values of a map in the object, in the order in which they came; none where there is no such map. */
export function valuesInOrder(object: JsonObject, name: string, keysOf: KeysOfMaps | undefined): unknown[] {
  const map = eitherCase(object, name)
  if (!isJsonObject(map)) return []
  const keys = keysOf?.get(Object.hasOwn(object, name) ? name : camelCase(name)) ?? Object.keys(map)
  return [...keys].map(key => map[key])
}

/** @returns all values of a field in these objects, by both spellings of its name; neither null nor the empty text is one. */
export function valuesIn(objects: readonly JsonObject[], name: string): unknown[] {
  return objects
    .flatMap(object => [ownValue(object, name), ownValue(object, camelCase(name))])
    .filter(value => value !== undefined && value !== null && value !== '')
}

/** @returns a text or a number as text; empty for anything else. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' || isNumber(value) ? textOf(value) : ''
}

/** @returns which of these fields an object has in both casings with two values, a clause; undefined for none. */
export function casingMismatch(object: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const camelName = camelCase(name)
    const hasBoth = name !== camelName && Object.hasOwn(object, name) && Object.hasOwn(object, camelName)
    if (hasBoth && JSON.stringify(object[name]) !== JSON.stringify(object[camelName]))
      return `its fields ${name} and ${camelName} differ`
  }
  return undefined
}

/** @returns a documented name in camelCase, as some pages of the documentation and some answers have it. */
function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** @returns the number of a build, given as a number or in digits; undefined for anything else. */
export function buildNoOf(value: unknown): number | undefined {
  const text = scalarText(value)
  if (!/^[0-9]{1,10}$/.test(text)) return undefined
  const buildNo = Number(text)
  return buildNo >= 1 && buildNo <= MAX_BUILD_NO ? buildNo : undefined
}
