/** A check, with its problems; none if it passes. */
export interface Check {
  readonly name: string
  readonly problems: readonly string[]
}
