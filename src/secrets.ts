/** What may never be shown, and the one function that takes it out of text. */
export interface Secrets {
  /** Takes a secret: every later `redact` removes it. Empty values are ignored. */
  add(secret: string): void
  /** Gives the text with every secret, and every piece of one of 8 characters or more, replaced by `***`. */
  redact(text: string): string
}

/**
 * A runner masks whole secrets, line by line, so one that an echo has escaped, wrapped or cut gets past it. Pieces
 * are therefore redacted too: 8 characters are short enough to leave nothing of use, and long enough that ordinary
 * text does not contain them by chance.
 */
const PIECE_LENGTH = 8
const REDACTED = '***'

/**
 * @returns an empty collection of secrets.
 * @param mask called with each line of each secret, before `add` returns: tells the runner to mask it.
 */
export function createSecrets(mask: (line: string) => void): Secrets {
  const pieces = new Set<string>()
  const short = new Set<string>()

  return {
    add(secret) {
      for (const line of secret.split(/[\r\n]+/)) {
        if (line === '') continue
        mask(line)
        if (line.length < PIECE_LENGTH) short.add(line)
        for (let at = 0; at + PIECE_LENGTH <= line.length; at++) pieces.add(line.slice(at, at + PIECE_LENGTH))
      }
    },
    redact(text) {
      let redacted = pieces.size === 0 ? text : withoutPieces(text, pieces)
      for (const secret of short) redacted = redacted.replaceAll(secret, REDACTED)
      return redacted
    },
  }
}

function withoutPieces(text: string, pieces: ReadonlySet<string>): string {
  let kept = ''
  let keptUntil = 0
  for (let at = 0; at + PIECE_LENGTH <= text.length; at++) {
    if (!pieces.has(text.slice(at, at + PIECE_LENGTH))) continue
    let end = at + PIECE_LENGTH
    while (end < text.length && pieces.has(text.slice(end - PIECE_LENGTH + 1, end + 1))) end++
    kept += text.slice(keptUntil, at) + REDACTED
    keptUntil = end
    at = end - 1
  }
  return kept + text.slice(keptUntil)
}
