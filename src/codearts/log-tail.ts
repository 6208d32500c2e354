import type { IncomingHttpHeaders } from 'node:http'
import type { BodySink } from '../http/http-client.ts'
import { describeError, type Failure, type Result } from '../util/api-error.ts'
import { message, type Message } from '../util/message.ts'
import type { ApiDownload } from './request-tools.ts'
import { INVALID, invalid } from './response.ts'

/** The most of a log that is read. The end of a larger log is not known, so none of its lines are shown. */
const MAX_LOG_BYTES = 512 * 1024 * 1024
/** The shown lines come from the end: room for 1,000 of them, of the usual length. */
const TAIL_BYTES = 256 * 1024

/**
 * Reads the end of a build's log, once, in constant memory: DownloadBuildFullLog of the API reference, section 3.5. Never
 * rejects for what the network or the service does.
 * @param recordId a record's `build_record_id` that `isRecordId` accepts.
 */
export async function readLogTail(
  download: ApiDownload,
  recordId: string,
  maxLines: number,
  signal: AbortSignal,
): Promise<Result<LogTail>> {
  const last = new LastBytes(TAIL_BYTES)
  const sink: BodySink = {
    // An error is JSON, with any status.
    accepts: ({ status, headers }) => status === 200 && !isJson(headers),
    write: piece => {
      last.add(piece)
      return last.total <= MAX_LOG_BYTES
    },
  }
  const response = await download(`/v1/log/${recordId}/download-log`, sink, signal)
  if ('streamed' in response) {
    if (response.streamed === 'part') return endNotReached(message` within ${size(MAX_LOG_BYTES)}`)
    const lines = lastLines(last.bytes(), last.isCut, maxLines)
    return { ok: true, value: { lines, totalBytes: last.total } }
  }
  if (response.ok) return invalid(response.answer, message`it is JSON, not a log`)
  if (last.total === 0 || response.error.kind === 'given_up') return response
  return endNotReached(message`: after ${size(last.total)} ${describeError(response.error)}`)
}

function endNotReached(where: Message): Failure {
  return { ok: false, error: { ...INVALID, message: message`its end was not reached${where}` } }
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return /^\s*application\/([a-z.]+\+)?json\b/i.test(headers['content-type'] ?? '')
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${Math.round(bytes / 1024 / 1024)} MiB`
}

/** Keeps the last bytes of a stream of any length, as many as its capacity. */
export class LastBytes {
  readonly #capacity: number
  /** Room for twice as many: they are moved to its beginning when it is full. */
  readonly #kept: Buffer
  #end = 0
  /** The number of all bytes so far. */
  total = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#kept = Buffer.allocUnsafe(2 * capacity)
  }

  /** Whether bytes have been dropped. */
  get isCut(): boolean {
    return this.total > this.#capacity
  }

  /** @param piece bytes as Latin-1 text, one character each. */
  add(piece: string): void {
    this.total += piece.length
    const last = piece.slice(-this.#capacity)
    if (this.#end + last.length > this.#kept.length) {
      this.#kept.copyWithin(0, this.#end - this.#capacity, this.#end)
      this.#end = this.#capacity
    }
    this.#end += this.#kept.write(last, this.#end, 'latin1')
  }

  /** @returns the bytes that are kept, in the order in which they came. */
  bytes(): Buffer {
    return this.#kept.subarray(Math.max(0, this.#end - this.#capacity), this.#end)
  }
}

export interface LogTail {
  /** The last lines unchanged, including secrets and colours; empty if all lines are blank. */
  readonly lines: readonly string[]
  readonly totalBytes: number
}

const LF = 0x0a
const CR = 0x0d

/** The most that is kept of a line. Secrets are searched in all of it, before the line is shortened. */
const MAX_LINE_BYTES = 16 * 1024

/** Sequences that set colours: a line with nothing else is blank. */
const COLOURS = /\u001b\[[0-9;:]*m/g

/**
 * @param bytes the end of a log.
 * @param isCut whether there was more before them: then the beginning of the first line is missing.
 * @param maxLines how many lines are wanted at most.
 * @returns the last lines that are not followed by blank lines alone, without their line ends (LF or CRLF): of a line with
 * carriage returns what the last one left, and of a very long line its end.
 */
export function lastLines(bytes: Buffer, isCut: boolean, maxLines: number): string[] {
  const lines: string[] = []
  let end = bytes.length
  while (lines.length < maxLines && end >= 0) {
    // A negative place would count from the end.
    const lineFeed = end === 0 ? -1 : bytes.lastIndexOf(LF, end - 1)
    const text = textOfLine(bytes.subarray(lineFeed + 1, end), isCut && lineFeed < 0)
    if (lines.length > 0 || text.replace(COLOURS, '').trim() !== '') lines.push(text)
    end = lineFeed
  }
  return lines.reverse()
}

/** @returns what a terminal would show of a line, as text. */
function textOfLine(line: Buffer, isCut: boolean): string {
  let end = line.length
  while (line[end - 1] === CR) end--
  const start = end === 0 ? 0 : line.lastIndexOf(CR, end - 1) + 1
  const shown = line.subarray(Math.max(start, end - MAX_LINE_BYTES), end)
  const isStartCut = (isCut && start === 0) || end - start > MAX_LINE_BYTES
  return isStartCut ? decodeCut(shown) : decode(shown)
}

/** @returns bytes as text. If they begin in the middle of a character, the rest of it is dropped. */
function decodeCut(bytes: Buffer): string {
  // Bytes that cannot begin a character in UTF-8, three at most.
  let start = 0
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  const rest = bytes.subarray(start)
  const utf8 = decodeAs('utf-8', rest)
  if (utf8 !== undefined) return utf8
  // In GB18030 any byte may begin one: look for a place from which all that follows can be read.
  const texts = [0, 1, 2, 3].map(from => decodeAs('gb18030', bytes.subarray(from)))
  return texts.find(text => text !== undefined) ?? decode(rest)
}

/** One character in well-formed UTF-8 (RFC 3629, section 4), as bytes that are read as Latin-1; or one other byte. */
const CHARACTER =
  /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g

/** @returns the bytes as text: UTF-8, or else GB18030 (which GBK is a part of), or else UTF-8 with its bad bytes as `\xb5`. */
function decode(bytes: Buffer): string {
  return decodeAs('utf-8', bytes) ?? decodeAs('gb18030', bytes) ?? decodeWithEscapes(bytes)
}

/** @returns undefined for bytes that are not valid GB18030. */
function decodeAs(encoding: 'utf-8' | 'gb18030', bytes: Buffer): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function decodeWithEscapes(bytes: Buffer): string {
  return bytes.toString('latin1').replace(CHARACTER, (character, other: string | undefined) => {
    if (other === undefined) return Buffer.from(character, 'latin1').toString('utf8')
    return `\\x${other.charCodeAt(0).toString(16)}`
  })
}
