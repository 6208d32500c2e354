import { getInput } from '@actions/core'
import type { ApiVersion } from '../codearts/client.ts'
import type { Expected, NamedQuery, WaitOptions } from '../gate/build-query.ts'
import { message, quote, type Message } from '../util/message.ts'
import type { CredentialChoice } from '../credentials/credentials.ts'
import { chooseCredentials, environmentSecrets, environmentValue } from './credential-inputs.ts'
import { JOB_ID_ACCEPTS, parseBuildLines } from './build-lines.ts'
import {
  BUILD_NO_ACCEPTS,
  misspelled,
  describeRange,
  DISCOVERY_MINUTES,
  MAX_LOG_LINES,
  numberIn,
  parseBoolean,
  parseBranch,
  parseBuildNo,
  parseCommit,
  parseEndpoint,
  parseLogLines,
  parseTag,
  POLL_INTERVAL_SECONDS,
  TIMEOUT_MINUTES,
  type Parse,
} from './parsers.ts'
import { DEFAULT_REGION, endpointOf, isRegion, stsEndpointOf } from './regions.ts'

/** What the workflow author asked for, checked: everything the gate needs to know. */
export interface Inputs {
  /** The builds to judge, one or more. */
  readonly builds: readonly NamedQuery[]
  /** How long to wait for the build; undefined does not wait. */
  readonly wait: WaitOptions | undefined
  /** Who is asking: the one kind of credentials that was given, or that another tool left. */
  readonly credentials: CredentialChoice
  /** The base URL of the service, without a slash at its end, without query or fragment. */
  readonly endpoint: URL
  /** Whether a build that did not succeed fails the step. */
  readonly failUnlessSuccess: boolean
  /** The versions of the API to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  /** Whether the job summary is written. */
  readonly summary: boolean
  /** How many last lines of a failed build's log are shown, 0 to 1000. */
  readonly logLines: number
  /** What a person should know of inputs that have no effect, a sentence each. */
  readonly warnings: readonly Message[]
}

interface InputDeclaration {
  readonly required?: true
  readonly secret?: true
  /** The value that stands for a missing or empty one; declared in action.yml too. */
  readonly default?: string
}

/** Every input, as action.yml declares it; a test holds the two together. */
export const INPUTS = {
  job_id: { required: true },
  build_no: {},
  commit: {},
  branch: {},
  tag: {},
  wait: { default: 'false' },
  timeout_minutes: { default: '60' },
  poll_interval_seconds: { default: '15' },
  discovery_minutes: { default: '5' },
  fail_unless_success: { default: 'true' },
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
  api_version: { default: 'auto' },
  summary: { default: 'true' },
  log_lines: { default: '50' },
} as const satisfies Readonly<Record<string, InputDeclaration>>

type InputName = keyof typeof INPUTS

const INPUT_NAMES = Object.keys(INPUTS) as InputName[]

/** Where other Huawei tools leave the region: huaweicloud/auth-action, then Terraform. */
const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'] as const

const MAX_SHOWN_CHARACTERS = 80

/**
 * @returns the values of all secret inputs, valid or not, and of the secrets that the runner and other tools leave in the
 * environment: to be masked before anything is printed.
 */
export function secretInputs(): string[] {
  return [...INPUT_NAMES.filter(name => 'secret' in INPUTS[name]).map(valueOf), ...environmentSecrets()]
}

/** The inputs, or every problem with every one of them: clauses that name the input, what it got and what it accepts. */
export type InputsResult =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly problems: readonly Message[]; readonly summary: boolean }

/** Reads and checks every input; contract section 1. A secret's value is in no problem. */
export function readInputs(): InputsResult {
  const reader = new InputReader()
  const { read, problems } = reader
  const builds = readBuilds(reader)
  const wait = readWait(read)
  const endpoints = readEndpoints(reader)
  const failUnlessSuccess = read('fail_unless_success', 'true or false', parseBoolean) ?? true
  const apiVersions = read('api_version', 'auto, v3, v1 or v4', parseApiVersion) ?? API_VERSIONS.auto
  const summary = read('summary', 'true or false', parseBoolean) ?? true
  const logLines =
    read('log_lines', `a whole number from 0 to ${MAX_LOG_LINES} in digits`, parseLogLines) ?? 0
  const credentials = reader.credentials(endpoints.sts)
  if (problems.length > 0 || credentials === undefined) return { ok: false, problems, summary }
  const warnings = warningsFor(credentials)
  const endpoint = endpoints.service
  const rest = { wait, credentials, endpoint, failUnlessSuccess, apiVersions, summary, logLines, warnings }
  return { ok: true, inputs: { builds, ...rest } }
}

/** Reads one input; a value that does not parse becomes a problem that says what the input accepts. */
type ReadInput = <T>(name: InputName, accepts: string, parse: Parse<T>) => T | undefined

/** Reads inputs one by one, and collects the problems of all of them. */
class InputReader {
  readonly problems: Message[] = misspelledInputs()

  readonly read: ReadInput = (name, accepts, parse) => {
    const text = valueOf(name)
    if (text === '') {
      if ('required' in INPUTS[name]) this.problems.push(message`${name} is missing: it accepts ${accepts}`)
      return undefined
    }
    const value = parse(text)
    if (value === undefined)
      this.problems.push(message`${name} is ${describeValue(name, text)}: it accepts ${accepts}`)
    return value
  }

  credentials(stsEndpoint: () => URL): CredentialChoice | undefined {
    const problems: string[] = []
    const isGiven = (name: InputName): boolean => valueOf(name) !== ''
    const choice = chooseCredentials({ stsEndpoint, isGiven, read: this.read, problems })
    this.problems.push(...problems.map(problem => [problem]))
    return choice
  }
}

/** A line of `job_id` may give a number of its own; the input `build_no` is for those that do not. */
function readBuilds({ read, problems }: InputReader): NamedQuery[] {
  const lines = read('job_id', JOB_ID_ACCEPTS, parseBuildLines) ?? { builds: [], problems: [] }
  problems.push(...lines.problems)
  const buildNo = read('build_no', BUILD_NO_ACCEPTS, parseBuildNo)
  const isSeveral = lines.builds.length > 1
  const [given] = lines.builds.filter(line => line.buildNo !== undefined)
  if (typeof buildNo === 'number' && (isSeveral || given !== undefined))
    problems.push(
      message`build_no is ${buildNo}: ${isSeveral ? 'beside several builds' : 'beside a number in job_id'} it accepts latest only`,
    )
  const isNumberMissing =
    lines.builds.length === 0
      ? !valueOf('job_id').includes('/')
      : lines.builds.some(line => line.buildNo === undefined)
  if (isNumberMissing && valueOf('build_no') === '' && valueOf('commit') === '')
    problems.push(
      message`build_no is missing: it accepts ${BUILD_NO_ACCEPTS}, and may be left out when commit is given`,
    )
  const expected: Expected = {
    commit: read('commit', '7 to 64 hexadecimal digits', parseCommit),
    branch: read('branch', 'the name of a branch', parseBranch),
    tag: read('tag', 'the name of a tag', parseTag),
  }
  return lines.builds.map(line => ({ ...line, buildNo: line.buildNo ?? buildNo, expected }))
}

/** All of these are checked whether the step waits or not. They have defaults, so only a bad value is undefined. */
function readWait(read: ReadInput): WaitOptions | undefined {
  const wait = read('wait', 'true or false', parseBoolean)
  const minutes = read('timeout_minutes', describeRange(TIMEOUT_MINUTES), numberIn(TIMEOUT_MINUTES))
  const seconds = read(
    'poll_interval_seconds',
    describeRange(POLL_INTERVAL_SECONDS),
    numberIn(POLL_INTERVAL_SECONDS),
  )
  const discovery = read('discovery_minutes', describeRange(DISCOVERY_MINUTES), numberIn(DISCOVERY_MINUTES))
  if (wait !== true || minutes === undefined || seconds === undefined || discovery === undefined)
    return undefined
  return { timeoutMs: minutes * 60_000, longestPauseMs: seconds * 1_000, discoveryMs: discovery * 60_000 }
}

const ENDPOINT_ACCEPTS =
  'an https:// URL without user, password, query or fragment (http:// only for localhost, 127.0.0.0/8 and [::1])'

/** The region of the environment is looked at only where it is needed: a region input is the only one that counts. */
function readEndpoints({ read, problems }: InputReader): { readonly service: URL; readonly sts: () => URL } {
  const isGiven = valueOf('region') !== ''
  let region = read('region', 'a region name such as cn-north-4', text => (isRegion(text) ? text : undefined))
  const effective = (): string => (region ??= isGiven ? DEFAULT_REGION : regionOfEnvironment(problems))
  const service = read('endpoint', ENDPOINT_ACCEPTS, parseEndpoint) ?? endpointOf(effective())
  const sts = read('sts_endpoint', ENDPOINT_ACCEPTS, parseEndpoint)
  return { service, sts: () => sts ?? stsEndpointOf(effective()) }
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

function warningsFor(credentials: CredentialChoice): Message[] {
  if (credentials.kind !== 'token' || valueOf('project_id') === '') return []
  return [message`project_id has no effect beside token: a token is already for one project`]
}

/** The runner hands an input over as INPUT_<NAME> in upper case; an empty value counts as unset. */
function valueOf(name: InputName): string {
  const declaration: InputDeclaration = INPUTS[name]
  return getInput(name) || (declaration.default ?? '')
}

/** A misspelled input would silently drop a check. */
function misspelledInputs(): Message[] {
  return Object.keys(process.env)
    .filter(variable => variable.startsWith('INPUT_'))
    .map(variable => variable.slice('INPUT_'.length).toLowerCase())
    .filter(name => !INPUT_NAMES.some(known => known === name))
    .flatMap(name => {
      const meant = misspelled(name, INPUT_NAMES)
      return meant === undefined
        ? []
        : [message`${quoted(name)} is not an input of this action: use ${meant}`]
    })
}

/** v3 is asked first, as this gate's users know it; v1 is the current one, v4 an older one (API reference, section 2). */
const API_VERSIONS: Readonly<Record<string, readonly ApiVersion[]>> & {
  readonly auto: readonly ApiVersion[]
} = {
  auto: ['v3', 'v1', 'v4'],
  v3: ['v3'],
  v1: ['v1'],
  v4: ['v4'],
}

function parseApiVersion(text: string): readonly ApiVersion[] | undefined {
  return Object.hasOwn(API_VERSIONS, text) ? API_VERSIONS[text] : undefined
}

function describeValue(name: InputName, text: string): Message {
  if ('secret' in INPUTS[name]) return message`not valid (it has ${oddCharacter(text)})`
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
