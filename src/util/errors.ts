/** @returns the message of a thrown value, which may be anything. */
export function messageOf(thrown: unknown): string {
  return textPropertyOf(thrown, 'message') ?? String(thrown)
}

/** @returns the `code` of an error of Node (`ECONNREFUSED`), or the empty string. */
export function codeOf(thrown: unknown): string {
  return textPropertyOf(thrown, 'code') ?? ''
}

/** @returns the stack of an error, or the empty string. */
export function stackOf(thrown: unknown): string {
  return textPropertyOf(thrown, 'stack') ?? ''
}

/**
 * By shape, not by `instanceof`: an error of another realm (a worker, a test's own) is an error too.
 * @returns a property of a thrown value if that is text.
 */
export function textPropertyOf(thrown: unknown, name: string): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !(name in thrown)) return undefined
  const value = (thrown as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : undefined
}
