/** @returns a branch without a leading `refs/heads/`. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}

/** @returns a tag without a leading `refs/tags/`. */
export function tagName(ref: string): string {
  return ref.replace(/^refs\/tags\//, '')
}
