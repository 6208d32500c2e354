import { BUILD_NO, JOB_ID } from './passing-build.ts'

/** A token such as IAM might give: long enough to be looked for in everything that a run leaves behind. */
export const TEST_TOKEN = 'MIITestToken0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ+/=='

/** Values of inputs under the names of action.yml; one that is undefined is as good as left out. */
export type InputValues = Readonly<Record<string, string | undefined>>

/** @returns the environment in which the runner hands these inputs over: `INPUT_<NAME>`, upper case, blanks as `_`. */
export function inputsOf(values: InputValues): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) environment[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] = value
  }
  return environment
}

/**
 * @returns the environment of the main job: the build of `passing-build.ts`, asked for with `TEST_TOKEN`.
 * @param changes inputs to add or to replace; undefined takes one away.
 */
export function mainJobInputs(changes: InputValues = {}): Record<string, string> {
  return inputsOf({ job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, ...changes })
}
