/** Keeps the last bytes of a stream of any length, in a ring of fixed size. */
export class LastBytes {
  readonly #ring: Buffer
  /** Where the next byte goes. */
  #at = 0
  #total = 0

  /** @param capacity how many bytes are kept. */
  constructor(capacity: number) {
    this.#ring = Buffer.allocUnsafe(capacity)
  }

  /** How many bytes came in all. */
  get total(): number {
    return this.#total
  }

  /** Whether bytes came that are not kept any more. */
  get isCut(): boolean {
    return this.#total > this.#ring.length
  }

  /** @param piece bytes as Latin-1 text, one character each. */
  add(piece: string): void {
    const { length } = this.#ring
    this.#total += piece.length
    const kept = piece.slice(-length)
    const written = this.#ring.write(kept, this.#at, 'latin1')
    this.#ring.write(kept.slice(written), 0, 'latin1')
    this.#at = (this.#at + kept.length) % length
  }

  /** @returns the bytes that are kept, in the order in which they came. */
  bytes(): Buffer {
    if (!this.isCut) return this.#ring.subarray(0, this.#total)
    return Buffer.concat([this.#ring.subarray(this.#at), this.#ring.subarray(0, this.#at)])
  }
}
