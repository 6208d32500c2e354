import { chooseCredentials, secretVariables, type CredentialChoice } from './credentials/choice.ts'
import type { Expected, Patience } from './asked.ts'
import { MAX_BUILD_NO } from './codearts/fields.ts'
import { DEFAULT_REGION, endpointOf, isRegion, stsEndpointOf } from './codearts/regions.ts'
import { editDistance } from './edit-distance.ts'
import { isSecure } from './http/secure-url.ts'
import { shorten } from './report/text.ts'
import {
  DISCOVERY_MINUTES,
  numberIn,
  parseBuildNo,
  parseCommit,
  POLL_INTERVAL_SECONDS,
  rangeWords,
  TIMEOUT_MINUTES,
} from './waiting-inputs.ts'

/** The ways to ask the service for a record, as the input `api_version` names them. */
export type ApiVersion = 'v3' | 'v1' | 'v4'

/** What the workflow author asked for, checked: everything the gate needs to know. */
export interface Inputs {
  /** The build task ID, 32 letters and digits, as given. */
  readonly jobId: string
  /** The number of the build within its job, its newest build, or (undefined) the newest build of the commit. */
  readonly buildNo: number | 'latest' | undefined
  /** What the build must have built. */
  readonly expected: Expected
  /** How long to wait for the build; undefined does not wait. */
  readonly patience: Patience | undefined
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
}

/** The environment of the process, or a test's own. */
export type Environment = Readonly<Record<string, string | undefined>>

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

/** Where other Huawei tools leave the region: huaweicloud/auth-action, then Terraform. */
const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'] as const

/** More would not help anybody, and 1000 long lines are about what a job summary may have. */
const MAX_LOG_LINES = 1_000
const MAX_SHOWN_CHARACTERS = 80

/**
 * @returns the values of all secret inputs, valid or not, and of the secrets that the runner and other tools leave in the
 * environment: to be masked before anything is printed.
 */
export function secretInputs(environment: Environment): string[] {
  const inputs = inputNames().filter(name => 'secret' in INPUTS[name])
  const variables = secretVariables().map(variable => (environment[variable] ?? '').trim())
  return [...inputs.map(name => valueOf(environment, name)), ...variables]
}

/** The inputs, or every problem with every one of them: clauses that name the input, what it got and what it takes. */
export type InputsResult =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly problems: readonly string[]; readonly summary: boolean }

/** Reads and checks every input; contract section 1. A secret's value is in no problem. */
export function readInputs(environment: Environment): InputsResult {
  const problems = misspeltInputs(environment)
  const read: ReadInput = (name, takes, parse) => {
    const text = valueOf(environment, name)
    if (text === '') {
      if ('required' in INPUTS[name]) problems.push(`${name} is missing: it takes ${takes}`)
      return undefined
    }
    const value = parse(text)
    if (value === undefined) problems.push(`${name} is ${shown(name, text)}: it takes ${takes}`)
    return value
  }

  const jobId = read('job_id', 'the 32 letters and digits of the build task ID', parseJobId)
  const buildNo = read('build_no', BUILD_NO_TAKES, parseBuildNo)
  if (valueOf(environment, 'build_no') === '' && valueOf(environment, 'commit') === '')
    problems.push(`build_no is missing: it takes ${BUILD_NO_TAKES}, and may be left out when commit is given`)
  const region = read('region', 'a region name such as cn-north-4', parseRegion)
  const endpoint = read('endpoint', ENDPOINT_TAKES, parseEndpoint)
  const failUnlessSuccess = read('fail_unless_success', 'true or false', parseBoolean)
  const apiVersions = read('api_version', 'auto, v3, v1 or v4', parseApiVersion)
  const summary = read('summary', 'true or false', parseBoolean)
  const commit = read('commit', '7 to 64 hexadecimal digits', parseCommit)
  const branch = valueOf(environment, 'branch')
  const patience = readPatience(read)
  const logLines = read('log_lines', `a whole number from 0 to ${MAX_LOG_LINES} in digits`, parseLogLines)
  let knownRegion = region
  const effectiveRegion = (): string => (knownRegion ??= regionOfEnvironment(environment, problems))
  const effectiveEndpoint = endpoint ?? endpointOf(effectiveRegion())
  const stsEndpoint = read('sts_endpoint', ENDPOINT_TAKES, parseEndpoint)
  const credentials = chooseCredentials({
    environment,
    stsEndpoint: () => stsEndpoint ?? stsEndpointOf(effectiveRegion()),
    isGiven: name => valueOf(environment, name) !== '',
    read,
    problems,
  })

  if (problems.length > 0 || jobId === undefined || credentials === undefined) {
    return { ok: false, problems, summary: summary ?? true }
  }
  return {
    ok: true,
    inputs: {
      jobId,
      buildNo,
      expected: { commit, branch: branch === '' ? undefined : branch },
      patience,
      credentials,
      endpoint: effectiveEndpoint,
      failUnlessSuccess: failUnlessSuccess ?? true,
      apiVersions: apiVersions ?? API_VERSIONS.auto,
      summary: summary ?? true,
      logLines: logLines ?? Number(INPUTS.log_lines.default),
    },
  }
}

const BUILD_NO_TAKES = `a whole number from 1 to ${MAX_BUILD_NO} in digits, or latest`

/** Reads one input; a value that does not parse becomes a problem that says what the input takes. */
type ReadInput = <T>(name: InputName, takes: string, parse: (text: string) => T | undefined) => T | undefined

/** All of these are checked whether the step waits or not. They have defaults, so only a bad value is undefined. */
function readPatience(read: ReadInput): Patience | undefined {
  const wait = read('wait', 'true or false', parseBoolean)
  const minutes = read('timeout_minutes', rangeWords(TIMEOUT_MINUTES), numberIn(TIMEOUT_MINUTES))
  const seconds = read(
    'poll_interval_seconds',
    rangeWords(POLL_INTERVAL_SECONDS),
    numberIn(POLL_INTERVAL_SECONDS),
  )
  const discovery = read('discovery_minutes', rangeWords(DISCOVERY_MINUTES), numberIn(DISCOVERY_MINUTES))
  if (wait !== true || minutes === undefined || seconds === undefined || discovery === undefined)
    return undefined
  return { timeoutMs: minutes * 60_000, longestPauseMs: seconds * 1_000, discoveryMs: discovery * 60_000 }
}

function inputNames(): InputName[] {
  return Object.keys(INPUTS) as InputName[]
}

/** The runner hands an input over as INPUT_<NAME> in upper case; an empty value is the same as none. */
function valueOf(environment: Environment, name: InputName): string {
  const declaration: InputDeclaration = INPUTS[name]
  const given = (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim()
  return given === '' ? (declaration.default ?? '') : given
}

/** A misspelt input would silently drop a check, so one that is nearly a declared one is refused. */
function misspeltInputs(environment: Environment): string[] {
  const declared = inputNames()
  return Object.keys(environment)
    .filter(variable => variable.startsWith('INPUT_'))
    .map(variable => variable.slice('INPUT_'.length).toLowerCase())
    .filter(name => !declared.some(known => known === name))
    .flatMap(name => {
      const meant = declared.find(known => editDistance(known, name) <= 2)
      return meant === undefined ? [] : [`${quoted(name)} is not an input of this action: use ${meant}`]
    })
}

function regionOfEnvironment(environment: Environment, problems: string[]): string {
  for (const variable of REGION_VARIABLES) {
    const region = (environment[variable] ?? '').trim()
    if (region === '') continue
    if (isRegion(region)) return region
    problems.push(
      `region, from the variable ${variable}, is ${quoted(region)}: it takes a region name such as cn-north-4`,
    )
    break
  }
  return DEFAULT_REGION
}

function parseJobId(text: string): string | undefined {
  return /^[0-9A-Za-z]{32}$/.test(text) ? text : undefined
}

function parseLogLines(text: string): number | undefined {
  const lines = /^[0-9]{1,4}$/.test(text) ? Number(text) : Infinity
  return lines <= MAX_LOG_LINES ? lines : undefined
}

function parseRegion(text: string): string | undefined {
  return isRegion(text) ? text : undefined
}

/** The toolkit's rule for booleans (`getBooleanInput`): YAML 1.2's spellings and no others. */
function parseBoolean(text: string): boolean | undefined {
  if (['true', 'True', 'TRUE'].includes(text)) return true
  return ['false', 'False', 'FALSE'].includes(text) ? false : undefined
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

const ENDPOINT_TAKES =
  'an https:// URL without user, password, query or fragment (http:// for localhost, 127.0.0.0/8 and [::1] alone)'

function parseEndpoint(text: string): URL | undefined {
  // The URL parser drops line ends and tabs inside a URL and turns `\` into `/`: nothing that it would mend is taken.
  if (!/^https?:\/\/[^/\s\\?#@][^\s\\?#@]*$/i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!isSecure(url)) return undefined
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

function shown(name: InputName, text: string): string {
  if ('secret' in INPUTS[name]) return `not fit for a header (it has ${oddCharacter(text)})`
  // What a URL carries besides its host may be a password or a key.
  if (['endpoint', 'sts_endpoint'].includes(name) && /[@?#]/.test(text))
    return 'a URL with user, password, query or fragment'
  return quoted(text)
}

function oddCharacter(secret: string): string {
  if (/[\r\n]/.test(secret)) return 'a line end'
  if (/\s/.test(secret)) return 'a blank'
  if (secret.includes(',')) return 'a comma'
  return 'a character outside of visible ASCII'
}

function quoted(text: string): string {
  return `"${shorten(text, MAX_SHOWN_CHARACTERS)}"`
}
