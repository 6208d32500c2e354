/**
 * Joins streams into one log without tearing a line: the runner reads the lines of stdout and of stderr separately, and
 * a line of one never ends up within a line of the other.
 */
export class LineMerger {
  #log = ''
  readonly #unfinished = new Map<string, string>()

  /** Takes the next piece of a stream. */
  add(stream: string, piece: string): void {
    const text = (this.#unfinished.get(stream) ?? '') + piece
    // A CR at the end may be the first half of a CRLF: it waits for what follows.
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r', text.length - 2)) + 1
    this.#log += text.slice(0, end)
    this.#unfinished.set(stream, text.slice(end))
  }

  /** @returns the whole log, once every stream has ended. */
  finish(): string {
    for (const rest of this.#unfinished.values()) {
      if (rest === '') continue
      if (this.#log !== '' && !/[\r\n]$/.test(this.#log)) this.#log += '\n'
      this.#log += rest
    }
    this.#unfinished.clear()
    return this.#log
  }
}
