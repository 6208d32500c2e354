import type { Call } from './client.ts'
import sdk from './sdk.json' with { type: 'json' }

/** An operation of the SDK. */
interface Operation {
  readonly method: string
  /** Each `{name}` in it is an argument. */
  readonly path: string
  /** The type of each argument by its name: `str`, `int`, `bool`, or that of a body. */
  readonly arguments: Readonly<Record<string, string>>
}

/** What the SDK can do of what the actions do, by the name of its page: `ShowRecordInfo`. */
export const OPERATIONS: Readonly<Record<string, Operation>> = sdk.operations

/** The operations that the gate asks, each with a pattern of its path: the named groups are arguments. */
export const QUESTIONS = Object.entries(OPERATIONS)
  .filter(([, { method }]) => method === 'GET')
  .map(([name, { path, arguments: types }]) => ({
    name,
    types,
    pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }))

/**
 * @param target path and query of a request.
 * @returns which question it is, with the arguments that make the SDK ask the same; undefined for any other path.
 */
export function questionOf(target: string) {
  const [path = '', search] = target.split('?', 2)
  for (const { name, types, pattern } of QUESTIONS) {
    const match = pattern.exec(path)
    if (match === null) continue
    const given = Object.entries({ ...match.groups, ...Object.fromEntries(new URLSearchParams(search)) })
    return {
      name,
      arguments: Object.fromEntries(given.map(([key, text]) => [key, valueOf(types[key], text)])),
    }
  }
  return undefined
}

function valueOf(type: string | undefined, text: string): string | number | boolean {
  if (type === 'int') return Number(text)
  return type === 'bool' ? text === 'true' : text
}

/**
 * @param target path and query of one of the gate's questions.
 * @returns the call that makes the SDK ask the same.
 * @throws Error for any other path.
 */
export function callFor(target: string, endpoint: string, keys: Call['keys'], readsThrottling = false): Call {
  const asked = questionOf(target)
  if (asked === undefined) throw new Error(`the gate does not ask ${target}`)
  const { name: operation, arguments: given } = asked
  return { client: 'build', endpoint, keys, operation, arguments: given, readsThrottling }
}
