interface DecodedText {
  readonly text: string
  /** @returns the place of a character in the original; for the length of the text, the length of the original. */
  readonly placeOf: (at: number) => number
}

interface Escape {
  /** How each of them begins: most texts have none, and this is soon known. */
  readonly sign: string
  readonly pattern: RegExp
  readonly decode: (escape: string) => string
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const JSON_SHORT: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

const ESCAPES: readonly Escape[] = [
  {
    // Bytes that are not UTF-8 become U+FFFD, which is in no secret.
    sign: '%',
    pattern: /%[0-7][0-9a-f]|%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3}/gi,
    decode: escape => Buffer.from(escape.replaceAll('%', ''), 'hex').toString(),
  },
  {
    sign: '\\',
    pattern: /\\(?:u[0-9a-f]{4}|["\\/bfnrt])/gi,
    decode: escape =>
      escape.length > 2
        ? String.fromCharCode(Number.parseInt(escape.slice(2), 16))
        : (JSON_SHORT[escape.charAt(1)] ?? escape.charAt(1)),
  },
  {
    sign: '&',
    pattern: /&(?:#[0-9]{1,6}|#x[0-9a-f]{1,5}|amp|lt|gt|quot|apos);/gi,
    decode(escape) {
      const name = escape.slice(1, -1).toLowerCase()
      return NAMED[name] ?? String.fromCodePoint(Number(name.replace('#x', '0x').replace('#', '')))
    },
  },
]

/** @returns the text unchanged, then with each kind of escape decoded once and twice. */
export function readings(text: string): DecodedText[] {
  const asIs = { text, placeOf: (at: number) => at }
  const all = [asIs]
  for (const escape of ESCAPES) {
    const once = undo(asIs, escape)
    if (once === undefined) continue
    const twice = undo(once, escape)
    all.push(once, ...(twice === undefined ? [] : [twice]))
  }
  return all
}

/** @returns the text without this kind of escape, or undefined where it has none. */
function undo({ text, placeOf }: DecodedText, { sign, pattern, decode }: Escape): DecodedText | undefined {
  if (!text.includes(sign)) return undefined
  const parts: string[] = []
  const undonePlaces: number[] = []
  let end = 0
  const keepUntil = (next: number): void => {
    parts.push(text.slice(end, next))
    for (; end < next; end++) undonePlaces.push(placeOf(end))
  }
  for (const { 0: escape, index } of text.matchAll(pattern)) {
    keepUntil(index)
    const value = decode(escape)
    parts.push(value)
    undonePlaces.push(...value.split('').map(() => placeOf(index)))
    end = index + escape.length
  }
  if (parts.length === 0) return undefined
  keepUntil(text.length)
  undonePlaces.push(placeOf(text.length))
  return { text: parts.join(''), placeOf: at => undonePlaces[at] ?? 0 }
}
