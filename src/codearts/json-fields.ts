/** Where an object stands: it is the whole text, or its field `result`. */
type Place = 'top' | 'result' | 'elsewhere'

interface JsonPlace {
  readonly place: Place
  readonly names: Set<string>
  isRepeated: boolean
}

/** A field as it stands in a JSON text: `JSON.parse` drops all but the last of those with one name. */
export interface JsonField {
  readonly name: string
  /** A text as it is, a number, true or false as JSON; undefined for an object or a list. */
  readonly value: string | null | undefined
  readonly object: Readonly<JsonPlace>
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * @param text valid JSON.
 * @returns every field of every object in it, in their order, those of JSON within its strings among them.
 */
export function fieldsOf(text: string, whole: Place = 'top'): JsonField[] {
  const fields: JsonField[] = []
  const open: (JsonPlace | undefined)[] = []
  let name: string | undefined
  let before = ''
  const add = (value: JsonField['value']): void => {
    const object = open.at(-1)
    if (name === undefined || object === undefined) return
    object.isRepeated ||= object.names.has(name)
    object.names.add(name)
    fields.push({ name, value, object })
  }
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === ':') name = JSON.parse(before) as string
    else if (token === '{' || token === '[') {
      add(undefined)
      const isResult = open.length === 1 && open[0]?.place === 'top' && name === 'result'
      const place = open.length === 0 ? whole : isResult ? 'result' : 'elsewhere'
      open.push(token === '[' ? undefined : { place, names: new Set(), isRepeated: false })
      name = undefined
    } else if (token === '}' || token === ']') open.pop()
    else if (token !== ',' && (name !== undefined || open.at(-1) === undefined)) {
      const text = token.startsWith('"') ? (JSON.parse(token) as string) : undefined
      add(text ?? (token === 'null' ? null : token))
      name = undefined
      if (text !== undefined) fields.push(...fieldsWithin(text))
    }
    before = token
  }
  return fields
}

/** A text may be JSON itself (API reference, section 6). */
function fieldsWithin(text: string): JsonField[] {
  if (!/^\s*["{[]/.test(text)) return []
  try {
    JSON.parse(text)
  } catch {
    return []
  }
  return fieldsOf(text, 'elsewhere')
}
