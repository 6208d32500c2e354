/** The runner drops a summary of more than 1 MiB, with an error. Source: CreateStepSummaryCommand of actions/runner. */
const MAX_SUMMARY_BYTES = 1024 * 1024
/** The line ends after a block and ahead of it. */
const BLOCK_ENDS_BYTES = 2
const NOTE_BYTES = 200

/** A part of a summary that is shown where there is room. */
export interface Extra {
  /** What it is, for the note that it was left out. */
  readonly name: string
  /** Its size when it is whole. */
  readonly bytes: number
  /**
   * @param maxBytes the room that is left.
   * @param laterBytes how much of it the extras after this one would take.
   * @returns as much of it as fits, or undefined when it makes no sense in so little room.
   */
  readonly within: (maxBytes: number, laterBytes: number) => string | undefined
}

/** @returns blocks that are shown together or not at all, as one extra; none where there are no blocks. */
export function whole(name: string, blocks: readonly (string | undefined)[]): Extra[] {
  const block = blocks.filter(one => one !== undefined).join('\n\n')
  const bytes = sizeOf(block)
  return block === '' ? [] : [{ name, bytes, within: maxBytes => (bytes <= maxBytes ? block : undefined) }]
}

/** @returns how many bytes a block takes in a summary. */
export function sizeOf(block: string): number {
  return Buffer.byteLength(block) + BLOCK_ENDS_BYTES
}

/**
 * @param taken blocks that are always shown.
 * @param wanted lists of extras.
 * @returns the blocks of each list that have room beside those: all lists get the same, except that none gets more than it
 * needs. A note names what was left out.
 */
export function blocksBeside(taken: readonly string[], wanted: readonly (readonly Extra[])[]): string[][] {
  const room = taken.reduce((left, block) => left - sizeOf(block), MAX_SUMMARY_BYTES)
  const shares = fairShares(wanted.map(needOf), room)
  return wanted.map((extras, at) => blocksWithin(extras, shares[at] ?? 0))
}

function needOf(extras: readonly Extra[]): number {
  return extras.length === 0 ? 0 : bytesOf(extras) + NOTE_BYTES
}

function bytesOf(extras: readonly Extra[]): number {
  return extras.reduce((sum, { bytes }) => sum + bytes, 0)
}

function fairShares(needs: readonly number[], total: number): number[] {
  const shares = needs.map(() => 0)
  let left = total
  const byNeed = needs.map((need, at) => ({ need, at })).sort((one, other) => one.need - other.need)
  byNeed.forEach(({ need, at }, place) => {
    const share = Math.max(Math.min(need, Math.floor(left / (needs.length - place))), 0)
    shares[at] = share
    left -= share
  })
  return shares
}

function blocksWithin(extras: readonly Extra[], share: number): string[] {
  const blocks: string[] = []
  const leftOut: string[] = []
  let left = share - NOTE_BYTES
  extras.forEach(({ name, within }, at) => {
    const block = within(left, bytesOf(extras.slice(at + 1)))
    if (block === undefined) leftOut.push(name)
    else {
      blocks.push(block)
      left -= sizeOf(block)
    }
  })
  if (leftOut.length > 0) blocks.push(`<p>Left out, because the summary is full: ${leftOut.join(', ')}.</p>`)
  return blocks
}
