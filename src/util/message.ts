/** Text from outside, unchanged. */
export interface Quote {
  readonly quoted: string
  /** How long the text is, in UTF-16 code units, where `quoted` is only its beginning. */
  readonly length?: number
  /** How much of it is shown, in UTF-16 code units. */
  readonly maxCharacters: number
  /** Whether the text around it calls it a beginning: then nothing is added about its length when it is shortened. */
  readonly isBeginning?: true
  /** Whether it is shortened in the middle: the text of a name, of which the end may say more than the start. */
  readonly isName?: true
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

/**
 * A line end of our own, known by its identity: text from outside can make none. Shown where the words are split into lines
 * (`linesOf`), else as an escape.
 */
export const LINE_END: Quote = { quoted: '\n', maxCharacters: 1 }

/** @returns the lines of a message, each as a message: where `LINE_END` stands, and nowhere else, one ends. */
export function linesOf(words: string | Message): readonly (string | Message)[] {
  if (typeof words === 'string' || !words.includes(LINE_END)) return [words]
  const at = words.indexOf(LINE_END)
  return [words.slice(0, at), ...linesOf(words.slice(at + 1))]
}

/** @returns the messages with a separator between them, as one. */
export function joined(messages: readonly Message[], separator: string | Quote): Message {
  return messages.reduce((all, one) => (all.length === 0 ? one : message`${all}${separator}${one}`), [])
}

/** @returns the whole message as one text that may contain secrets: for comparisons only, never to be shown. */
export function rawText(text: Message): string {
  return text.map(part => (typeof part === 'string' ? part : part.quoted)).join('')
}

/** @returns a name as a part of a message: its two ends, where it is longer. */
export function shortName(name: string, maxCharacters: number): Quote {
  return { ...quote(name, maxCharacters), isName: true }
}

/**
 * @returns text from outside in quotation marks, as a part of a message. Where it has such marks of its own they are others,
 * so that none stand within their like.
 */
export function inQuotes(text: string | Quote, maxCharacters?: number): Message {
  const shown = typeof text === 'string' ? quote(text, maxCharacters) : text
  return shown.quoted.includes('"') ? message`“${shown}”` : message`"${shown}"`
}

/** The words of a failure (contract section 4). */
export interface Words {
  /** What is wrong: a sentence without its full stop; it has no ID, no status and no code in it. */
  readonly problem: Message
  /** What to do, the first thing first: sentences, the last one without its full stop; undefined where there is nothing to do. */
  readonly remedy?: Message | undefined
  /** Which build it was and what came back: clauses. */
  readonly details: readonly Message[]
}

/** Whether our own words end a sentence: text from outside decides nothing. */
function isEnded(text: Message): boolean {
  const last = text.at(-1)
  return typeof last === 'string' && /[.?!]$/.test(last)
}

/** @returns sentences without their full stops as one text with them. */
export function sentences(...all: readonly (Message | undefined)[]): Message {
  return joined(
    all.filter(one => one !== undefined).map(one => (isEnded(one) ? one : message`${one}.`)),
    ' ',
  )
}

/** @returns clauses in brackets, behind a blank; nothing for none. */
function inBrackets(details: readonly Message[]): Message {
  return details.length === 0 ? [] : message` (${joined(details, '; ')})`
}

/** @returns the words of a failure as one text: what is wrong, what to do, the details. */
export function textOfWords({ problem, remedy, details }: Words): Message {
  return message`${sentences(problem, remedy)}${inBrackets(details)}`
}
