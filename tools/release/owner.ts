// Puts the owner of the repository in place of the word that stands for it, in every file that Git knows:
//   npm run owner -- NAME
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const REPOSITORY = 'codearts-build-gate'
/** In two parts, so that it is not in this file. */
const PLACEHOLDER = ['OWNER', REPOSITORY].join('/')
/** What GitHub takes as the name of a user or an organization. */
const OWNER = /^[a-z0-9](?:-?[a-z0-9]){0,38}$/i

/** @returns the files that Git knows in that folder, and that have the word in place of the owner. */
export function filesWithoutOwner(root: string): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(file => file !== '' && readFileSync(join(root, file)).includes(PLACEHOLDER))
}

/**
 * Writes the owner into each of these files.
 * @returns their paths.
 * @throws Error if this is no name of an owner.
 */
export function putOwner(root: string, owner: string): string[] {
  if (!OWNER.test(owner)) throw new Error(`"${owner}" is not the name of a user or an organization on GitHub`)
  const files = filesWithoutOwner(root)
  for (const file of files) {
    const path = join(root, file)
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(PLACEHOLDER, `${owner}/${REPOSITORY}`))
  }
  return files
}

if (import.meta.main) {
  try {
    const files = putOwner(ROOT, process.argv[2] ?? '')
    console.log(files.length === 0 ? 'No file needs it.' : `Changed:\n${files.join('\n')}`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
