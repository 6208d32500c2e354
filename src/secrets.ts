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

/** Letters of either case are the same; the length of the text stays. */
function folded(text: string): string {
  return text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
}

/**
 * @returns an empty collection of secrets.
 * @param mask called with each line of each secret, before `add` returns: tells the runner to mask it.
 */
export function createSecrets(mask: (line: string) => void): Secrets {
  const pieces = new Set<string>()
  const short = new Set<string>()
  let passing = new Set<string>()

  return {
    add(secret) {
      for (const line of secret.split(/[\r\n]+/)) {
        if (line === '') continue
        mask(line)
        if (line.length < PIECE_LENGTH) short.add(line)
        // Most secrets are spelled the same in most of these, and a token has thousands of pieces.
        for (const spelled of new Set(SPELLINGS.map(spelling => folded(spelling(line))))) {
          for (const piece of piecesOf(spelled, PIECE_LENGTH)) pieces.add(piece)
        }
      }
    },
    addPassing(secret) {
      mask(secret)
      passing = new Set(piecesOf(secret, PASSING_PIECE_LENGTH))
    },
    redact(text) {
      let redacted = withoutPieces(withoutPieces(text, passing, PASSING_PIECE_LENGTH), pieces, PIECE_LENGTH)
      for (const secret of short) redacted = redacted.replaceAll(secret, REDACTED)
      return redacted
    },
  }
}

function piecesOf(text: string, length: number): string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, at) => text.slice(at, at + length))
}

function withoutPieces(text: string, pieces: ReadonlySet<string>, length: number): string {
  if (pieces.size === 0) return text
  const view = folded(text)
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
