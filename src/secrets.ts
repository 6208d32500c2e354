/** What may never be shown, and the one function that takes it out of text. */
export interface Secrets {
  /** Takes a secret: every later `redact` removes it. Empty values are ignored. */
  add(secret: string): void
  /**
   * Takes what proves one request alone, such as its signature, and forgets the one before it: a wait makes thousands of
   * them, and each piece kept would be one more that a record's hexadecimal ids could contain by chance.
   */
  addPassing(secret: string): void
  /** Gives the text with every secret, and every piece of one of 8 characters or more, replaced by `***`. */
  redact(text: string): string
}

/**
 * A runner masks whole secrets, line by line, so one that an echo has escaped, wrapped or cut gets past it. Pieces
 * are therefore redacted too: 8 characters are short enough to leave nothing of use, and long enough that ordinary
 * text does not contain them by chance.
 */
const PIECE_LENGTH = 8
/** Signatures are hexadecimal, half a byte a character, as are the ids beside them: 8 more keep the two apart. */
const PASSING_PIECE_LENGTH = 16
const REDACTED = '***'

/** How an echo may have altered a secret where its signs stand so close that no piece of it stays as it was. */
const SPELLINGS: readonly ((secret: string) => string)[] = [
  secret => secret,
  secret => encodeURIComponent(secret.toWellFormed()),
  secret => new URLSearchParams([['', secret]]).toString().slice(1),
  secret => secret.replace(/[&<>"']/g, sign => HTML_ESCAPES[sign] ?? sign),
  secret => inJson(secret),
  secret => inJson(inJson(secret)),
  secret => inJson(secret).replaceAll('/', '\\/'),
  secret => inJson(secret).replace(/[<>&']/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`),
]

/**
 * Text without any of these has no secret in another spelling than its own: every one of them stands in place of a
 * character that is spelled otherwise. (A text cut behind such a sign may show a few characters of the secret after it.)
 */
const SIGN_OF_SPELLING = /[%&\\]/

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

const ASCII = /^[\0-\x7f]*$/

/**
 * Letters of either case are the same, and so are a blank and the plus sign that stands for one in a form. The length of
 * the text stays, which lower-casing more than the letters of ASCII might change.
 */
function folded(text: string): string {
  const view = text.replaceAll('+', ' ')
  return ASCII.test(view) ? view.toLowerCase() : view.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}

/**
 * @returns an empty collection of secrets.
 * @param mask called with each line of each secret, before `add` returns: tells the runner to mask it.
 */
export function createSecrets(mask: (line: string) => void): Secrets {
  const short = new Set<string>()
  const asGiven = new Pieces(PIECE_LENGTH)
  const spelled = new Pieces(PIECE_LENGTH)
  /** Not spelled yet: most runs meet no text that may hold a spelling, and a token has thousands of pieces in each. */
  const unspelled: string[] = []
  let passing = new Pieces(PASSING_PIECE_LENGTH)

  const inAnySpelling = (): Pieces => {
    for (const line of unspelled.splice(0))
      for (const spelling of SPELLINGS) spelled.add(folded(spelling(line)))
    return spelled
  }

  return {
    add(secret) {
      for (const line of secret.split(/[\r\n]+/)) {
        if (line === '') continue
        mask(line)
        if (line.length < PIECE_LENGTH) short.add(line)
        asGiven.add(folded(line))
        unspelled.push(line)
      }
    },
    addPassing(secret) {
      mask(secret)
      passing = new Pieces(PASSING_PIECE_LENGTH)
      passing.add(folded(secret))
    },
    redact(text) {
      const kept = SIGN_OF_SPELLING.test(text) ? inAnySpelling() : asGiven
      let redacted = kept.redact(passing.redact(text))
      for (const secret of short) redacted = redacted.replaceAll(secret, REDACTED)
      return redacted
    },
  }
}

/** Long enough that text which has nothing of a token mostly has none of its seeds either. */
const SEED_LENGTH = 5
/** What a record and a log of a few lines have; the pieces pay where there is more. */
const MAX_SEARCHED_CHARACTERS = 16_384

/**
 * All pieces of one length of some texts. A token has thousands, and most runs meet none of them: so at first texts are
 * searched for seeds, so close together that every piece holds one whole, and the pieces are collected once a seed is
 * found, or much was searched. (Keeping every piece of a token of 4,000 characters from the start took 6 ms, a tenth of
 * a run.)
 */
class Pieces {
  readonly #length: number
  readonly #texts = new Set<string>()
  /** All texts, to be searched at once. */
  #allTexts = ''
  #searchedCharacters = 0
  /** Undefined until they are needed. */
  #pieces: Set<string> | undefined

  constructor(length: number) {
    this.#length = length
  }

  /** @param text folded. */
  add(text: string): void {
    if (text.length < this.#length || this.#texts.has(text)) return
    this.#texts.add(text)
    this.#allTexts += `${text}\n`
    this.#pieces = undefined
  }

  /** @returns the text with every run of pieces, in capitals or not, replaced. */
  redact(text: string): string {
    const view = folded(text)
    if (!this.#mayHold(view)) return text
    const pieces = (this.#pieces ??= this.#all())
    const length = this.#length
    let kept = ''
    let keptUntil = 0
    for (let at = 0; at + length <= text.length; at++) {
      if (!pieces.has(view.slice(at, at + length))) continue
      let end = at + length
      while (end < text.length && pieces.has(view.slice(end - length + 1, end + 1))) end++
      kept += text.slice(keptUntil, at) + REDACTED
      keptUntil = end
      at = end - 1
    }
    return kept + text.slice(keptUntil)
  }

  #mayHold(view: string): boolean {
    if (this.#allTexts === '') return false
    this.#searchedCharacters += view.length
    if (this.#pieces !== undefined || this.#searchedCharacters > MAX_SEARCHED_CHARACTERS) return true
    const step = this.#length - SEED_LENGTH + 1
    for (let at = 0; at + SEED_LENGTH <= view.length; at += step) {
      if (this.#allTexts.includes(view.slice(at, at + SEED_LENGTH))) return true
    }
    return false
  }

  #all(): Set<string> {
    const pieces = new Set<string>()
    for (const text of this.#texts) {
      for (let at = 0; at + this.#length <= text.length; at++) pieces.add(text.slice(at, at + this.#length))
    }
    return pieces
  }
}
