import { spawnSync } from 'node:child_process'

/** Ways to start a command in mount and network namespaces of its own: as root, or as any user where the kernel lets one. */
const WAYS = [
  ['unshare', '--mount', '--net'],
  ['unshare', '--mount', '--net', '--map-root-user'],
] as const

/**
 * @param setUp shell commands that are run in the new namespaces first. Their network is loopback alone.
 * @returns a command that starts the rest of its command line there; undefined where the system does not allow it.
 */
export function ownNamespace(setUp: string): readonly string[] | undefined {
  const script = `set -e; ip link set lo up; ${setUp}; exec "$@"`
  return WAYS.map(way => [...way, 'sh', '-c', script, 'sh']).find(
    ([command = '', ...rest]) => spawnSync(command, [...rest, 'true']).status === 0,
  )
}
