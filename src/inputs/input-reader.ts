import { getInput } from '@actions/core'
import { message, quote, type Message } from '../util/message.ts'
import { parseBranch, parseCommit, parseTag, type Parse } from './parsers.ts'

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
  sts_endpoint: {},
  region: {},
  endpoint: {},
} as const satisfies Readonly<Record<string, InputDeclaration>>

export type ConnectionInput = keyof typeof CONNECTION_INPUTS

/** Reads the inputs of a connection, whatever other inputs the action has. */
export type ConnectionReader = InputReader<ConnectionInput>

const MAX_SHOWN_CHARACTERS = 80

/** Reads inputs one by one, and collects the problems of all of them: clauses that name the input and show no secret. */
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

  /** @returns the values of all secret inputs, valid or not. */
  get secrets(): string[] {
    const inputs = Object.entries<InputDeclaration>(this.#declarations).filter(([, { secret }]) => secret)
    return inputs.map(([name]) => getInput(name))
  }

  /** @returns the text of an input; the runner hands it over as INPUT_<NAME>. An empty value counts as unset. */
  text(name: Name): string {
    return getInput(name) || (this.#declarations[name].default ?? '')
  }

  /** Reads one input; a value that does not parse becomes a problem that says what the input accepts. */
  readonly read = <T>(name: Name, accepts: string, parse: Parse<T>): T | undefined => {
    const text = this.text(name)
    const { required, secret } = this.#declarations[name]
    if (text === '') {
      if (required) this.problems.push(message`${name} is missing: it accepts ${accepts}`)
      return undefined
    }
    const value = parse(text)
    if (value === undefined)
      this.problems.push(message`${name} is ${describeValue(name, text, secret)}: it accepts ${accepts}`)
    return value
  }
}

/** Reads what the build is made from, which both actions have inputs for. */
export function readSource({ read }: InputReader<'commit' | 'branch' | 'tag'>) {
  const commit = read('commit', '7 to 64 hexadecimal digits', parseCommit)
  return {
    commit,
    ...(commit !== undefined && isMergeCommit(commit) ? { isMergeCommit: true } : {}),
    branch: read('branch', 'the name of a branch', parseBranch),
    tag: read('tag', 'the name of a tag', parseTag),
  }
}

/** Whether it is the commit that GitHub makes to test a pull request; `pull_request_target` runs on another one. */
function isMergeCommit(commit: string): boolean {
  const { GITHUB_REF = '', GITHUB_SHA = '', GITHUB_EVENT_NAME } = process.env
  const isOfPullRequest = /^refs\/pull\/[0-9]+\/merge$/.test(GITHUB_REF)
  const isGiven = GITHUB_SHA.toLowerCase().startsWith(commit.toLowerCase())
  return isOfPullRequest && isGiven && GITHUB_EVENT_NAME !== 'pull_request_target'
}

/** A misspelled input would silently drop a check. */
function misspelledInputs(declared: readonly string[]): Message[] {
  return Object.keys(process.env)
    .filter(variable => variable.startsWith('INPUT_'))
    .map(variable => variable.slice('INPUT_'.length).toLowerCase())
    .filter(name => !declared.includes(name))
    .flatMap(name => {
      const meant = declared.find(known => isNear(known, name, known.length <= MAX_SHORT_NAME ? 1 : 2))
      return meant === undefined
        ? []
        : [message`${quoted(name)} is not an input of this action: use ${meant}`]
    })
}

/** Names of up to 5 letters may differ by one edit, longer ones by two (contract section 1): `main` is not `wait`. */
const MAX_SHORT_NAME = 5

/**
 * @returns whether so many edits turn one text into the other: a letter is added, left out or exchanged, or two neighbours
 * are swapped (optimal string alignment; `wiat` is one edit from `wait`).
 */
function isNear(one: string, other: string, edits: number): boolean {
  if (one === other) return true
  if (edits === 0) return false
  // An equal beginning needs no edit; then one is spent on the first letter that differs.
  let at = 0
  while (one[at] === other[at]) at++
  const from = one.slice(at)
  const to = other.slice(at)
  const isSwap = one[at] === other[at + 1] && one[at + 1] === other[at]
  return (
    isNear(from.slice(1), to, edits - 1) ||
    isNear(from, to.slice(1), edits - 1) ||
    isNear(from.slice(1), to.slice(1), edits - 1) ||
    (isSwap && isNear(from.slice(2), to.slice(2), edits - 1))
  )
}

function describeValue(name: string, text: string, isSecret = false): Message {
  if (isSecret) return message`not valid (it has ${oddCharacter(text)})`
  // What a URL carries besides its host may be a password or a key.
  if (['endpoint', 'sts_endpoint'].includes(name) && /[@?#]/.test(text))
    return message`a URL with user, password, query or fragment`
  return quoted(text)
}

function oddCharacter(secret: string): string {
  if (/[\r\n]/.test(secret)) return 'a line end'
  if (/\s/.test(secret)) return 'a space'
  if (secret.includes(',')) return 'a comma'
  return 'a character that is not visible ASCII'
}

/** @returns a value from outside, for a problem. */
export function quoted(text: string): Message {
  return message`"${quote(text, MAX_SHOWN_CHARACTERS)}"`
}
