/** Text from outside, unchanged. */
export interface Quote {
  readonly quoted: string
  /** How long the text is, in UTF-16 code units, where `quoted` is only its beginning. */
  readonly length?: number
  /** How much of it is shown, in UTF-16 code units. */
  readonly maxCharacters: number
  /** Whether the text around it calls it a beginning: then nothing is added about its length when it is shortened. */
  readonly isBeginning?: true
}

/**
 * A text for people, in parts: our own words as strings, and text from outside as quotes. Quotes are shortened only when the
 * message is shown, after secrets were removed: a secret that was cut in two would not be found.
 */
export type Message = readonly (string | Quote)[]

/** Secrets are looked for this far beyond what is shown of a text, so that none is cut in two before it is found. */
export const SEARCHED_BEYOND = 20_000

/**
 * @returns text from outside as a part of a message. Quotation marks, if any, are in the words around it. Of a long text only
 * as much is kept as is ever looked at.
 */
export function quote(quoted: string, maxCharacters = 400): Quote {
  const kept = lookedAt(quoted, maxCharacters)
  return kept === quoted ? { quoted, maxCharacters } : { quoted: kept, maxCharacters, length: quoted.length }
}

/** @returns as much of a text as is ever looked at, where at most so much is shown. */
export function lookedAt(text: string, maxCharacters: number): string {
  const keptCharacters = maxCharacters + SEARCHED_BEYOND
  if (text.length <= keptCharacters) return text
  // A copy, because a slice would keep the whole text in memory.
  return JSON.parse(JSON.stringify(text.slice(0, keptCharacters))) as string
}

/** @returns the beginning of a text from outside, whose length does not matter, as a part of a message. */
export function beginning(quoted: string, maxCharacters: number): Quote {
  return { ...quote(quoted, maxCharacters), isBeginning: true }
}

/** Tag of a template: @returns its words, quotes and messages as one message. */
export function message(
  words: TemplateStringsArray,
  ...values: readonly (string | number | Quote | Message)[]
): Message {
  const parts: (string | Quote)[] = []
  const add = (part: string | Quote): void => {
    const last = parts.at(-1)
    // Adjacent strings are joined: a secret may begin in one and end in the next.
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part
    else if (part !== '') parts.push(part)
  }
  words.forEach((word, at) => {
    add(word)
    const value = values[at]
    if (value === undefined) return
    if (typeof value === 'object' && !('quoted' in value)) value.forEach(add)
    else add(typeof value === 'number' ? String(value) : value)
  })
  return parts
}

/** @returns the messages with a separator between them, as one. */
export function joined(messages: readonly Message[], separator: string): Message {
  return messages.reduce((all, one) => (all.length === 0 ? one : message`${all}${separator}${one}`), [])
}

/** @returns the whole message as one text that may contain secrets: for comparisons only, never to be shown. */
export function rawText(text: Message): string {
  return text.map(part => (typeof part === 'string' ? part : part.quoted)).join('')
}
