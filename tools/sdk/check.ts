/** Something that is right, or wrong in these ways. */
export interface Check {
  readonly name: string
  readonly problems: readonly string[]
}
