import { BUILDS } from './builds.ts'
import { CODES } from './codes.ts'
import { FAILED_BUILDS } from './failed-builds.ts'
import { ODD_ANSWERS } from './odd-answers.ts'
import { REFUSED } from './refused.ts'
import type { Scenario } from './scenario.ts'
import { TRANSIENT } from './transient.ts'
import { VERSIONS } from './versions.ts'
import { WHAT_WAS_BUILT } from './what-was-built.ts'

/** Every scenario; no two have the same name, or the same build. */
export const SCENARIOS: readonly Scenario[] = [
  ...BUILDS,
  ...FAILED_BUILDS,
  ...WHAT_WAS_BUILT,
  ...TRANSIENT,
  ...ODD_ANSWERS,
  ...VERSIONS,
  ...REFUSED,
  ...CODES,
]

/**
 * @returns the scenario of that name.
 * @throws Error when there is none.
 */
export function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.find(known => known.name === name)
  if (scenario === undefined) throw new Error(`There is no scenario "${name}"`)
  return scenario
}
