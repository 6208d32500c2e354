/** An object as JSON has them; nothing is known of its values. */
export type JsonObject = Readonly<Record<string, unknown>>

/** @returns whether a value is an object of JSON, neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
