import { getInput } from '@actions/core'
import { groupBy } from '../util/group.ts'
import { inQuotes, joined, message, quote, type Message } from '../util/message.ts'
import { BRANCH, COMMIT, TAG, type Kind } from './parsers.ts'

/** How an action.yml declares an input. */
export interface InputDeclaration {
  readonly required?: true
  readonly secret?: true
  /** The value that stands for a missing or empty one; declared in action.yml too. */
  readonly default?: string
}

/** The inputs that say who is asking, and which service: every action that asks the service has them. */
export const CONNECTION_INPUTS = {
  token: { secret: true },
  access_key: { secret: true },
  secret_key: { secret: true },
  security_token: { secret: true },
  project_id: {},
  oidc_provider_urn: {},
  oidc_agency_urn: {},
  oidc_audience: {},
  oidc_token: { secret: true },
  sts_endpoint: {},
  region: {},
  endpoint: {},
} as const satisfies Readonly<Record<string, InputDeclaration>>

export type ConnectionInput = keyof typeof CONNECTION_INPUTS

/** Reads the inputs of a connection, whatever other inputs the action has. */
export type ConnectionReader = InputReader<ConnectionInput>

const MAX_SHOWN_CHARACTERS = 80

/** What is wrong with a text, for a problem; texts of one input with the same words share one. */
export interface Fault {
  /** What must be, up to what came: `must be true or false, not`. */
  readonly words: string
  /** What came, as it may be shown. */
  readonly shown: Message
}

/** @returns a problem for each kind of fault that an input has: the first three texts that have it, and how many more do. */
export function problemsOf(name: string, faults: readonly Fault[]): Message[] {
  return groupBy(faults, ({ words }) => words).map(group => {
    const shown = group.slice(0, 3).map(fault => fault.shown)
    const more = group.length > shown.length ? ` and ${group.length - shown.length} more` : ''
    return message`${name} ${group[0]?.words ?? ''} ${joined(shown, ', ')}${more}`
  })
}

/** Reads inputs one by one, and collects the problems of all of them: what is wrong, then what to do, without a secret. */
export class InputReader<Name extends string> {
  readonly problems: Message[]
  /** What a person should know of inputs that have no effect, a sentence each. */
  readonly warnings: Message[] = []
  readonly #declarations: Readonly<Record<Name, InputDeclaration>>

  /** @param declarations of every input that the action has, in the order of its action.yml. */
  constructor(declarations: Readonly<Record<Name, InputDeclaration>>) {
    this.#declarations = declarations
    this.problems = misspelledInputs(Object.keys(declarations))
  }

  /** @returns the values of all secret inputs, valid or not; the name of a variable is none. */
  get secrets(): string[] {
    const inputs = Object.entries<InputDeclaration>(this.#declarations).filter(([, { secret }]) => secret)
    return inputs.map(([name]) => getInput(name)).filter(value => !isVariableName(value))
  }

  /** @returns the text of an input; the runner hands it over as INPUT_<NAME>. An empty value counts as unset. */
  readonly text = (name: Name): string => getInput(name) || (this.#declarations[name].default ?? '')

  /** Reads one input; a value that does not parse becomes a problem that says what the input accepts. */
  readonly read = <T>(name: Name, kind: Kind<T>): T | undefined => {
    const text = this.text(name)
    const { required, secret } = this.#declarations[name]
    if (text === '') {
      if (required) this.problems.push(message`${name} is missing: give ${kind.accepts}`)
      return undefined
    }
    if (secret) return parseSecret(name, text, kind, this.problems)
    const value = kind.parse(text)
    if (value === undefined)
      this.problems.push(message`${name} must be ${kind.accepts}, not ${describeValue(name, text)}`)
    return value
  }
}

/**
 * @param name of the input or the variable.
 * @returns a credential; undefined if a problem was added: it does not parse, or is the name of a variable that nothing
 * replaced.
 */
export function parseSecret<T>(
  name: string,
  text: string,
  { accepts, parse }: Kind<T>,
  problems: Message[],
): T | undefined {
  const value = isVariableName(text) ? undefined : parse(text)
  if (value === undefined)
    problems.push(
      isVariableName(text)
        ? message`${name} has the name of a variable in place of its value: check that ${quote(text, MAX_SHOWN_CHARACTERS)} is set for this step, and how a variable is written here`
        : message`${name} must be ${accepts}${oddCharacter(text)}`,
    )
  return value
}

/** @returns the value of a variable, trimmed; empty for one that is not set. */
export function environmentValue(variable: string): string {
  return (process.env[variable] ?? '').trim()
}

/** As shells, Make, Azure Pipelines, Windows and GitHub write one. */
const VARIABLE_NAME =
  /^(?:\$[A-Za-z_]\w*|\$\{[A-Za-z_][\w.-]*\}|\$\([A-Za-z_][\w.-]*\)|%[A-Za-z_]\w*%|\$\{\{[^}]*\}\})$/

/** @returns whether a text is only the name of a variable which nothing replaced. */
export function isVariableName(text: string): boolean {
  return VARIABLE_NAME.test(text)
}

/** Reads what the build is made from, which both actions have inputs for. */
export function readSource({ read }: InputReader<'commit' | 'branch' | 'tag'>) {
  const commit = read('commit', COMMIT)
  return {
    commit,
    ...(commit !== undefined && isMergeCommit(commit) ? { isMergeCommit: true } : {}),
    branch: read('branch', BRANCH),
    tag: read('tag', TAG),
  }
}

/** Whether it is the commit that GitHub makes to test a pull request; `pull_request_target` runs on another one. */
function isMergeCommit(commit: string): boolean {
  const { GITHUB_REF = '', GITHUB_SHA = '', GITHUB_EVENT_NAME } = process.env
  const isOfPullRequest = /^refs\/pull\/[0-9]+\/merge$/.test(GITHUB_REF)
  const isGiven = GITHUB_SHA.toLowerCase().startsWith(commit.toLowerCase())
  return isOfPullRequest && isGiven && GITHUB_EVENT_NAME !== 'pull_request_target'
}

/** Names that say what an input of ours does, and so would silently drop its check where that is empty. */
const OTHER_NAMES = new Map([
  ...['commit_sha', 'commit_id', 'commit_hash', 'sha'].map(name => [name, 'commit'] as const),
  ['branch_name', 'branch'],
  ['tag_name', 'tag'],
])

/** A misspelled input would silently drop a check. */
function misspelledInputs(declared: readonly string[]): Message[] {
  return Object.entries(process.env).flatMap(([variable, value = '']) => {
    const given = variable.startsWith('INPUT_') ? variable.slice('INPUT_'.length).toLowerCase() : ''
    if (given === '' || declared.includes(given)) return []
    const name = given.replaceAll('-', '_')
    const other = value.trim() === '' ? undefined : OTHER_NAMES.get(name)
    const meant =
      // Longer names may differ by two edits (contract section 1): `main` is not `wait`.
      declared.find(known => isNear(known, name, known.length <= 5 ? 1 : 2)) ??
      declared.find(known => known === other && getInput(known) === '')
    if (meant === undefined) return []
    return [
      message`${quote(variable, MAX_SHOWN_CHARACTERS)} is not an input of this action: use ${meant}; if your workflow does not set it, it is an input of an action around this one, which runners based on act pass on`,
    ]
  })
}

/**
 * @returns whether so many edits turn one text into the other: a letter is added, left out or exchanged, or two neighbours
 * are swapped (optimal string alignment; `wiat` is one edit from `wait`).
 */
function isNear(one: string, other: string, edits: number): boolean {
  if (one === other) return true
  if (edits === 0) return false
  const [a, b] = one
  const [c, d] = other
  // An equal beginning needs no edit.
  if (a === c) return isNear(one.slice(1), other.slice(1), edits)
  return (
    isNear(one.slice(1), other, edits - 1) ||
    isNear(one, other.slice(1), edits - 1) ||
    isNear(one.slice(1), other.slice(1), edits - 1) ||
    (a === d && b === c && isNear(one.slice(2), other.slice(2), edits - 1))
  )
}

function describeValue(name: string, text: string): Message {
  // What a URL carries besides its host may be a password or a key.
  if (['endpoint', 'sts_endpoint'].includes(name) && /[@?#]/.test(text))
    return message`a URL with one of them`
  return quoted(text)
}

/** @returns what is odd about a secret, behind what it must be; empty where no character of it is. */
function oddCharacter(secret: string): string {
  if (/[\r\n]/.test(secret)) return '; it has a line end'
  if (/\s/.test(secret)) return '; it has a space'
  if (/[^\x21-\x7e]/.test(secret)) return '; it has another character'
  return secret.includes(',') ? '; it has a comma' : ''
}

/** @returns a value from outside, for a problem. */
export function quoted(text: string, maxCharacters = MAX_SHOWN_CHARACTERS): Message {
  return inQuotes(text, maxCharacters)
}
