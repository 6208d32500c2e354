/** Text from outside, as it came. */
export interface Quote {
  readonly quoted: string
  /** How much of it is shown, in UTF-16 code units. */
  readonly maxCharacters: number
  /** Whether it is called the beginning of something: where it is shortened, nothing is said of its length. */
  readonly isBeginning?: true
}

/**
 * A text for a person, in parts: our own words as strings, and text from outside as quotes. Quotes are shortened where the
 * message is shown, after secrets were taken out of them: a secret that was cut in two before would not be found.
 */
export type Message = readonly (string | Quote)[]

/** @returns text from outside as a part of a message. It is shown without quotation marks: they belong to the words around it. */
export function quote(quoted: string, maxCharacters = 400): Quote {
  return { quoted, maxCharacters }
}

/** @returns the beginning of a text from outside, whose length does not matter, as a part of a message. */
export function beginning(quoted: string, maxCharacters: number): Quote {
  return { quoted, maxCharacters, isBeginning: true }
}

/** Tag of a template: @returns its words, quotes and messages as one message. */
export function message(
  words: TemplateStringsArray,
  ...values: readonly (string | number | Quote | Message)[]
): Message {
  const parts: (string | Quote)[] = []
  const add = (part: string | Quote): void => {
    const last = parts.at(-1)
    // Neighbours become one string: a secret may begin in one and end in the other.
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

/** @returns the whole message as one text, with every secret still in it: to compare messages, never to show one. */
export function rawText(text: Message): string {
  return text.map(part => (typeof part === 'string' ? part : part.quoted)).join('')
}
