import type { AddSecret } from '../util/logging.ts'
import { SEARCHED_BEYOND, type Message, type Quote } from '../util/message.ts'
import { readings } from './escapes.ts'
import { firstCharacters, lastCharacters, shorten, withoutSgr } from './sanitize.ts'

/** Shorter secrets are not searched: `1` is everywhere. */
export const MIN_SECRET_LENGTH = 4
/** The runner masks only whole secrets. Pieces of this length are also removed, in case a secret was escaped or cut. */
const PIECE_LENGTH = 12
/** A long secret is cut into blocks of this length: any piece of it, wherever it begins, has one of them whole. */
const BLOCK_LENGTH = PIECE_LENGTH / 2
/** A shorter password is not masked, because the runner drops job outputs that contain a masked text. */
const MIN_MASKED_PASSWORD_LENGTH = 8
/** Two or more signed requests can be under way at once; a signature from long ago proves nothing any more. */
const KEPT_SIGNATURES = 32
const REDACTED = '***'
/** How often a text is looked through. Only secrets with stars in them need more than two. */
const MAX_PASSES = 5

/**
 * Takes secrets out of text.
 * @returns the text with `***` in place of each secret of 4 characters or more, each piece of one of 12 or more, and the
 * base64 of one: in any case, as given or URL-encoded, JSON-escaped or HTML-escaped, once or twice the same way. What is
 * left has none in it. It takes time in proportion to the text, whatever the text is and however many secrets there are.
 */
export type Redact = (text: string) => string

/**
 * @param mask tells the runner to mask a line of a secret.
 * @returns `add`, which takes a secret, each line of it by itself, and masks it; and `redact`, which from then on finds it.
 */
export function createRedactor(mask: (line: string) => void): {
  readonly add: AddSecret
  readonly redact: Redact
} {
  const kept = new Secrets()
  let [recent, older, signatures] = [new Secrets(), new Secrets(), 0]

  return {
    add(secret, kind = 'credential') {
      const lines = secret.split(/[\r\n]+/).filter(line => line !== '')
      for (const line of lines) {
        if (kind === 'basic') mask(Buffer.from(line).toString('base64'))
        else if (kind === 'unmasked') continue
        else if (kind !== 'password' || line.length >= MIN_MASKED_PASSWORD_LENGTH) mask(line)
      }
      if (kind === 'signature' && signatures++ % KEPT_SIGNATURES === 0)
        [recent, older] = [new Secrets(), recent]
      const secrets = kind === 'signature' ? recent : kept
      const spellings = [...new Set([secret, ...lines])].filter(one => one.length >= MIN_SECRET_LENGTH)
      for (const one of new Set([...lines, ...spellings.flatMap(base64Of)])) secrets.add(one)
    },
    redact(text) {
      // What stands around a secret may, with the stars in its place, be another one.
      for (let pass = 0, before = ''; pass < MAX_PASSES; pass++) {
        before = text
        text = redactOnce(text, [kept, recent, older])
        if (text === before) return text
      }
      return REDACTED
    },
  }
}

/**
 * @returns the base64 of a secret: as tools write it, that of a file or of the output of `echo` too, where a line end follows.
 * Such a line end, and what fills up the end, change at most eight characters: of these spellings the end alone has pieces of
 * its own.
 */
function base64Of(secret: string): string[] {
  return ['', '\n', '\r\n'].flatMap(lineEnd => {
    const padded = Buffer.from(secret + lineEnd).toString('base64')
    const own = lineEnd === '' ? padded : padded.slice(-(PIECE_LENGTH + 8))
    const url = own.replaceAll('+', '-').replaceAll('/', '_')
    return [own, url].flatMap(one => [one, one.slice(-(PIECE_LENGTH + 8)).replace(/={1,2}$/, '')])
  })
}

/**
 * Secrets to be found in text. A token has thousands of pieces, and hardly any text has one: they are listed only for a
 * text that has a block of a secret in it.
 */
class Secrets {
  /** Those with fewer characters than a piece, by their length. */
  readonly #short = new Map<number, Parts>()
  readonly #long = new Set<string>()
  readonly #blocks = new Parts(BLOCK_LENGTH)
  #pieces: Parts | undefined

  add(secret: string): void {
    const folded = fold(secret)
    const { length } = folded
    if (length < MIN_SECRET_LENGTH) return
    if (length < PIECE_LENGTH) {
      const short = this.#short.get(length) ?? new Parts(length)
      this.#short.set(length, short)
      short.add(folded)
      return
    }
    this.#long.add(folded)
    for (let at = 0; at + BLOCK_LENGTH <= length; at += BLOCK_LENGTH)
      this.#blocks.add(folded.slice(at, at + BLOCK_LENGTH))
    this.#pieces = undefined
  }

  /** Calls back for each short secret and each piece of a long one in a text that was folded. */
  find(view: string, onFound: OnFound): void {
    for (const short of this.#short.values()) short.find(view, onFound)
    if (this.#blocks.find(view)) this.#listedPieces().find(view, onFound)
  }

  #listedPieces(): Parts {
    if (this.#pieces !== undefined) return this.#pieces
    const pieces = new Parts(PIECE_LENGTH)
    for (const secret of this.#long)
      for (let at = 0; at + PIECE_LENGTH <= secret.length; at++)
        pieces.add(secret.slice(at, at + PIECE_LENGTH))
    return (this.#pieces = pieces)
  }
}

type OnFound = (from: number, to: number) => void

/** A factor of the hash of a text. */
const FACTOR = 31

/** Texts of one length, to be found in another. A rolling hash says where to look: no text is made of every place (measured). */
class Parts {
  readonly #length: number
  readonly #texts = new Set<string>()
  readonly #hashes = new Set<number>()
  /** The factor of the character that leaves the hash. */
  #leaving = 1

  constructor(length: number) {
    this.#length = length
    for (let at = 0; at < length; at++) this.#leaving = Math.imul(this.#leaving, FACTOR)
  }

  add(part: string): void {
    let hash = 0
    for (let at = 0; at < part.length; at++) hash = (Math.imul(hash, FACTOR) + part.charCodeAt(at)) | 0
    this.#hashes.add(hash)
    this.#texts.add(part)
  }

  /** Calls back for each place in a text where one of them is. @returns whether there is one. */
  find(text: string, onFound?: OnFound): boolean {
    if (this.#texts.size === 0) return false
    let isFound = false
    let hash = 0
    for (let to = 1; to <= text.length; to++) {
      const from = to - this.#length
      const left = from < 1 ? 0 : Math.imul(text.charCodeAt(from - 1), this.#leaving)
      hash = (Math.imul(hash, FACTOR) + text.charCodeAt(to - 1) - left) | 0
      if (from < 0 || !this.#hashes.has(hash) || !this.#texts.has(text.slice(from, to))) continue
      isFound = true
      onFound?.(from, to)
    }
    return isFound
  }
}

/** Lower case, and a plus sign as the blank that it stands for in a form. Keeps the length. */
function fold(text: string): string {
  const plain = text.replaceAll('+', ' ')
  if (/^[\0-\x7f]*$/.test(plain)) return plain.toLowerCase()
  return plain.replace(/\p{Lu}/gu, letter => {
    const lower = letter.toLowerCase()
    return lower.length === letter.length ? lower : letter
  })
}

function redactOnce(text: string, secrets: readonly Secrets[]): string {
  let hidden: Uint8Array | undefined
  for (const { text: read, placeOf } of readings(text)) {
    const view = fold(read)
    for (const one of secrets)
      one.find(view, (from, to) => {
        hidden ??= new Uint8Array(text.length)
        hidden.fill(1, placeOf(from), placeOf(to))
      })
  }
  if (hidden === undefined) return text
  let shown = ''
  for (let at = 0, from = 0; at < text.length; from = at) {
    const isHidden = hidden[from]
    while (at < text.length && hidden[at] === isHidden) at++
    shown += isHidden === 1 ? REDACTED : text.slice(from, at)
  }
  return shown
}

const MAX_LOG_LINE_CHARACTERS = 1_000

/**
 * @returns what may be shown of a message, part by part: without secrets and not too long, but not sanitized yet; as one quote
 * where a secret reaches over several parts.
 */
export function shownParts(words: string | Message, redact: Redact) {
  const parts = (typeof words === 'string' ? [words] : words).map(part =>
    typeof part === 'string'
      ? { text: redact(part), isQuote: false }
      : { text: shownStart(part, redact), isQuote: true },
  )
  const whole = parts.map(({ text }) => text).join('')
  const redacted = redact(whole)
  return redacted === whole ? parts : [{ text: redacted, isQuote: true }]
}

/** @returns what may be shown of a message, as one text. */
export function shownText(words: string | Message, redact: Redact): string {
  return shownParts(words, redact)
    .map(({ text }) => text)
    .join('')
}

function shownStart(
  { quoted, length = quoted.length, maxCharacters, isBeginning, isName }: Quote,
  redact: Redact,
): string {
  const searched = redact(quoted.slice(0, maxCharacters + SEARCHED_BEYOND))
  const isWhole = length <= maxCharacters + SEARCHED_BEYOND
  if (isWhole && searched.length <= maxCharacters) return searched
  const half = Math.floor((maxCharacters - 1) / 2)
  if (isName === true)
    return `${firstCharacters(searched, maxCharacters - 1 - half)}…${lastCharacters(searched, half)}`
  return isBeginning === true
    ? `${firstCharacters(searched, maxCharacters)}…`
    : shorten(searched, maxCharacters, length)
}

/**
 * @param line of a build's log, as it came, with its colours.
 * @returns the end of the line, without secrets. A secret is found whatever colours are in the middle of it: a line that
 * has one loses its colours, and so does one that is cut.
 */
export function shownLogLine(line: string, redact: Redact): string {
  const plain = withoutSgr(line)
  const redacted = redact(plain.slice(-(MAX_LOG_LINE_CHARACTERS + SEARCHED_BEYOND)))
  if (redacted === plain && plain.length <= MAX_LOG_LINE_CHARACTERS) return line
  if (redacted.length <= MAX_LOG_LINE_CHARACTERS) return redacted
  return `…${lastCharacters(redacted, MAX_LOG_LINE_CHARACTERS)}`
}
