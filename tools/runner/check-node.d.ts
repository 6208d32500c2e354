/**
 * @param nodeVersion a version as `process.versions.node` has it.
 * @returns why nothing that stands for the runner may run on this Node, and how to get the right one; `undefined` when
 * it is the runner's major version.
 */
export function refusalOf(nodeVersion: string): string | undefined
