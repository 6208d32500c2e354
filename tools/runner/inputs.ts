import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { isJsonObject } from '../json.ts'

/**
 * Makes the variables in which an action gets its inputs: `INPUT_<NAME>`, in upper case, with `_` for spaces. An input that is
 * declared but not given gets its default, or an empty text, as the runner does it (ActionRunner, ActionManifestManager);
 * expressions in a default are not evaluated.
 *
 * @param given the inputs under their names, as `with:` has them.
 * @param metadataFile the path of `action.yml`; a file that is not there declares nothing.
 * @throws Error when the file is there but is not the metadata of an action.
 */
export async function inputVariables(
  given: Readonly<Record<string, string>>,
  metadataFile: string | URL,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {}
  for (const [name, value] of Object.entries(await declaredDefaults(metadataFile)))
    variables[variableOf(name)] = value
  for (const [name, value] of Object.entries(given)) variables[variableOf(name)] = value
  return variables
}

function variableOf(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`
}

/** What texts were parsed to. A test runs the same action many times, and parsing its metadata takes 7 ms (measured). */
const parsed = new Map<string, unknown>()

async function declaredDefaults(metadataFile: string | URL): Promise<Record<string, string>> {
  if (!existsSync(metadataFile)) return {}
  const text = await readFile(metadataFile, 'utf8')
  // The runner reads every scalar as text: `true` and `60` are not converted.
  if (!parsed.has(text)) parsed.set(text, parse(text, { schema: 'failsafe' }))
  const metadata = parsed.get(text)
  if (!isJsonObject(metadata)) throw new Error(`${metadataFile.toString()} is not a mapping`)
  const declared = metadata['inputs'] ?? {}
  if (!isJsonObject(declared)) throw new Error(`inputs of ${metadataFile.toString()} is not a mapping`)
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => {
      const value = isJsonObject(input) ? input['default'] : undefined
      return [name, typeof value === 'string' ? value : '']
    }),
  )
}
