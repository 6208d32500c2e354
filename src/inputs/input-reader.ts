import { getInput } from '@actions/core'
import type { CredentialChoice } from '../credentials/credentials.ts'
import { message, quote, type Message } from '../util/message.ts'
import { chooseCredentials, environmentSecrets, environmentValue } from './credential-inputs.ts'
import { misspelled, parseEndpoint, type Parse } from './parsers.ts'
import { DEFAULT_REGION, endpointOf, isRegion, stsEndpointOf } from './regions.ts'

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

type ConnectionInput = keyof typeof CONNECTION_INPUTS

/** The inputs of one action by their names, in the order of its action.yml. */
type Declarations<Name extends string> = Readonly<Record<Name | ConnectionInput, InputDeclaration>>

/** Reads one input; a value that does not parse becomes a problem that says what the input accepts. */
export type ReadInput<Name extends string> = <T>(
  name: Name | ConnectionInput,
  accepts: string,
  parse: Parse<T>,
) => T | undefined

const MAX_SHOWN_CHARACTERS = 80

/** Where other Huawei tools leave the region: huaweicloud/auth-action, then Terraform. */
const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'] as const

const ENDPOINT_ACCEPTS =
  'an https:// URL without user, password, query or fragment (http:// only for localhost, 127.0.0.0/8 and [::1])'

/** Reads inputs one by one, and collects the problems of all of them: clauses that name the input and show no secret. */
export class InputReader<Name extends string> {
  readonly problems: Message[]
  readonly #declarations: Declarations<Name>

  /** @param declarations of every input that the action has. */
  constructor(declarations: Declarations<Name>) {
    this.#declarations = declarations
    this.problems = misspelledInputs(Object.keys(declarations))
  }

  /**
   * @returns the values of all secret inputs, valid or not, and of the secrets that the runner and other tools leave in the
   * environment: to be masked before anything is printed.
   */
  get secrets(): string[] {
    const names = Object.keys(this.#declarations) as Name[]
    return [
      ...names.filter(name => this.#declarations[name].secret).map(name => this.text(name)),
      ...environmentSecrets(),
    ]
  }

  /** @returns the text of an input; the runner hands it over as INPUT_<NAME>. An empty value counts as unset. */
  text(name: Name | ConnectionInput): string {
    return getInput(name) || (this.#declarations[name].default ?? '')
  }

  readonly read: ReadInput<Name> = (name, accepts, parse) => {
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

  /** @returns the one kind of credentials; undefined when a problem was added. */
  credentials(stsEndpoint: () => URL): CredentialChoice | undefined {
    const problems: string[] = []
    const isGiven = (name: ConnectionInput): boolean => this.text(name) !== ''
    const choice = chooseCredentials({ stsEndpoint, isGiven, read: this.read, problems })
    this.problems.push(...problems.map(problem => [problem]))
    return choice
  }

  /**
   * @returns the base URLs of the service and of STS. The region of the environment is looked at only where it is needed: a
   * region input is the only one that counts.
   */
  endpoints(): { readonly service: URL; readonly sts: () => URL } {
    const isGiven = this.text('region') !== ''
    let region = this.read('region', 'a region name such as cn-north-4', text =>
      isRegion(text) ? text : undefined,
    )
    const effective = (): string => (region ??= isGiven ? DEFAULT_REGION : regionOfEnvironment(this.problems))
    const service = this.read('endpoint', ENDPOINT_ACCEPTS, parseEndpoint) ?? endpointOf(effective())
    const sts = this.read('sts_endpoint', ENDPOINT_ACCEPTS, parseEndpoint)
    return { service, sts: () => sts ?? stsEndpointOf(effective()) }
  }

  /** @returns what a person should know of inputs that have no effect beside these credentials, a sentence each. */
  warnings(credentials: CredentialChoice): Message[] {
    if (credentials.kind !== 'token' || this.text('project_id') === '') return []
    return [message`project_id has no effect beside token: a token is already for one project`]
  }
}

function regionOfEnvironment(problems: Message[]): string {
  const variable = REGION_VARIABLES.find(name => environmentValue(name) !== '')
  const region = variable === undefined ? DEFAULT_REGION : environmentValue(variable)
  if (isRegion(region)) return region
  problems.push(
    message`region, from the variable ${variable ?? ''}, is ${quoted(region)}: it accepts a region name such as cn-north-4`,
  )
  return DEFAULT_REGION
}

/** A misspelled input would silently drop a check. */
function misspelledInputs(declared: readonly string[]): Message[] {
  return Object.keys(process.env)
    .filter(variable => variable.startsWith('INPUT_'))
    .map(variable => variable.slice('INPUT_'.length).toLowerCase())
    .filter(name => !declared.includes(name))
    .flatMap(name => {
      const meant = misspelled(name, declared)
      return meant === undefined
        ? []
        : [message`${quoted(name)} is not an input of this action: use ${meant}`]
    })
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

function quoted(text: string): Message {
  return message`"${quote(text, MAX_SHOWN_CHARACTERS)}"`
}
