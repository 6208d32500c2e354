import { isUtf8 } from 'node:buffer'

/** The end of a build's log. */
export interface LogTail {
  /** The last lines, without secrets; colours are still in them. */
  readonly lines: readonly string[]
  /** The size of the whole log. */
  readonly totalBytes: number
}

/**
 * @param bytes the end of a log; with `isCut` its first line has lost its beginning and is left out.
 * @param maxLines how many lines are wanted at most.
 * @returns the last lines without their line ends (LF or CRLF).
 */
export function lastLines(bytes: Buffer, isCut: boolean, maxLines: number): string[] {
  const lines: string[] = []
  let end = bytes.at(-1) === LF ? bytes.length - 1 : bytes.length
  if (bytes.length === 0) return lines
  while (lines.length < maxLines) {
    // The last LF before `end`; a negative place would count from the end.
    const before = end === 0 ? -1 : bytes.lastIndexOf(LF, end - 1)
    const isFirst = before < 0
    if (isFirst && isCut) break
    lines.push(decode(bytes.subarray(before + 1, end)).replace(/\r$/, ''))
    if (isFirst) break
    end = before
  }
  return lines.reverse()
}

const LF = 0x0a

/** One character in well-formed UTF-8 (RFC 3629, section 4), as bytes that are read as Latin-1; or one other byte. */
const CHARACTER =
  /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g

/** @returns the bytes as text; those that are not UTF-8 are shown as such: `\xb5`. */
function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return bytes.toString('latin1').replace(CHARACTER, (character, other: string | undefined) => {
    if (other === undefined) return Buffer.from(character, 'latin1').toString('utf8')
    return `\\x${other.charCodeAt(0).toString(16)}`
  })
}
