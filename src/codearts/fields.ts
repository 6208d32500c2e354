import type { JsonObject } from './json.ts'

/** The largest number of a build. Source: API reference, section 1. */
export const MAX_BUILD_NO = 2_147_483_647

/** @returns the value of a field by its documented name, or by the same name in camelCase. */
export function eitherCase(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : object[camelCase(name)]
}

/** @returns a documented name as some pages of the documentation, and some answers, have it. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** @returns the number of a build, given as a number or in digits; undefined for anything else. */
export function buildNoOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^[0-9]{1,10}$/.test(text)) return undefined
  const buildNo = Number(text)
  return buildNo >= 1 && buildNo <= MAX_BUILD_NO ? buildNo : undefined
}
