/**
 * @param nodeVersion a version as `process.versions.node` has it.
 * @returns why this Node cannot be used in place of the runner's, and how to get the right one; `undefined` if
 * it is the runner's major version.
 */
export function refusalOf(nodeVersion: string): string | undefined
