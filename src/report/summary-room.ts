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
  /** @returns as much of it as fits into so many bytes, or undefined when it makes no sense in so little room. */
  readonly within: (maxBytes: number) => string | undefined
}

/** @returns blocks that are shown together or not at all, as one extra; none where there are no blocks. */
export function whole(name: string, ...blocks: readonly (string | undefined)[]): Extra[] {
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
 * @returns the blocks of each list that have room beside those: all lists get the same, and what one does not need goes to the
 * others. A note names what was left out.
 */
export function blocksBeside(taken: readonly string[], wanted: readonly (readonly Extra[])[]): string[][] {
  const room = taken.reduce((left, block) => left - sizeOf(block), MAX_SUMMARY_BYTES)
  const share = fairShare(wanted.map(bytesOf), room - NOTE_BYTES * wanted.length)
  return wanted.map(extras => blocksWithin(extras, share))
}

function bytesOf(extras: readonly Extra[]): number {
  return extras.reduce((sum, { bytes }) => sum + bytes, 0)
}

function fairShare(needs: readonly number[], room: number): number {
  let left = room
  for (const [at, need] of needs.toSorted((one, other) => one - other).entries()) {
    const share = left / (needs.length - at)
    if (need > share) return share
    left -= need
  }
  return room
}

/** No extra takes more than half of the room, unless those after it fit all the same. */
function blocksWithin(extras: readonly Extra[], share: number): string[] {
  const blocks: string[] = []
  const leftOut: string[] = []
  let left = share
  extras.forEach(({ name, within }, at) => {
    const block = within(Math.max(left - bytesOf(extras.slice(at + 1)), left / 2))
    if (block === undefined) leftOut.push(name)
    else blocks.push(block)
    left -= block === undefined ? 0 : sizeOf(block)
  })
  if (leftOut.length > 0) blocks.push(`<p>Left out, because the summary is full: ${leftOut.join(', ')}.</p>`)
  return blocks
}
