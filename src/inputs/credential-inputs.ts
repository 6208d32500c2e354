import type { CredentialChoice } from '../credentials/credentials.ts'
import type { JobIdentity } from '../credentials/oidc.ts'
import {
  parseAccessKey,
  parseAudience,
  parseProjectId,
  parseVisibleAscii,
  urnOf,
  type Parse,
} from './parsers.ts'

/** The inputs of each kind; only inputs of one kind may be given. */
const KINDS = {
  token: ['token'],
  access_keys: ['access_key', 'secret_key', 'security_token'],
  keyless: ['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience'],
} as const

type CredentialInput = (typeof KINDS)[keyof typeof KINDS][number] | 'project_id'

/** Where credentials are read from. */
export interface CredentialSources {
  /** The endpoint of the exchange, from the inputs or the region. */
  readonly stsEndpoint: () => URL
  readonly isGiven: (input: CredentialInput) => boolean
  /** Returns the checked value of an input; for an invalid one it adds a problem and returns undefined. */
  readonly read: <T>(input: CredentialInput, accepts: string, parse: Parse<T>) => T | undefined
  /** Collects the problems: each a clause that names the input or the variable, without a secret. */
  readonly problems: string[]
}

/** What another tool leaves in the environment of the steps after it. */
interface ToolVariables {
  readonly tool: string
  readonly accessKey: string
  readonly secretKey: string
  readonly securityToken?: string
  readonly projectId: string
}

/** In the order in which they are looked for (contract section 1). */
const TOOLS: readonly ToolVariables[] = [
  {
    tool: 'huaweicloud/auth-action',
    accessKey: 'HUAWEI_CLOUD_ACCESS_KEY_ID',
    secretKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
    projectId: 'HUAWEI_CLOUD_PROJECT_ID',
  },
  {
    tool: 'the SDKs',
    accessKey: 'HUAWEICLOUD_SDK_AK',
    secretKey: 'HUAWEICLOUD_SDK_SK',
    // The SDKs read it, too (auth/provider.py). Without it, temporary keys would be refused.
    securityToken: 'HUAWEICLOUD_SDK_SECURITY_TOKEN',
    projectId: 'HUAWEICLOUD_SDK_PROJECT_ID',
  },
  {
    tool: 'Terraform',
    accessKey: 'HW_ACCESS_KEY',
    secretKey: 'HW_SECRET_KEY',
    securityToken: 'HW_SECURITY_TOKEN',
    projectId: 'HW_PROJECT_ID',
  },
]

const ID_TOKEN_URL_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_URL'
const ID_TOKEN_BEARER_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'

const VISIBLE_ASCII = 'visible ASCII characters only'
const PROJECT_ID = 'a project ID: letters, digits, - and _'

/** @returns the secrets that other tools and the runner leave in the environment, used or not. */
export function environmentSecrets(): string[] {
  const variables = TOOLS.flatMap(({ accessKey, secretKey, securityToken }) => [
    accessKey,
    secretKey,
    ...(securityToken === undefined ? [] : [securityToken]),
  ])
  return [...variables, ID_TOKEN_BEARER_VARIABLE].map(environmentValue)
}

/** @returns the value of a variable, trimmed; empty for one that is not set. */
export function environmentValue(variable: string): string {
  return (process.env[variable] ?? '').trim()
}

/**
 * Finds the credentials: those of the inputs or, if there are none, the first set in the environment.
 * @returns undefined if a problem was added.
 */
export function chooseCredentials(sources: CredentialSources): CredentialChoice | undefined {
  const { isGiven, problems } = sources
  const given = Object.values(KINDS)
    .map(inputs => inputs.filter(isGiven))
    .filter(inputs => inputs.length > 0)
  // All are read, so that every problem is reported at once.
  const projectId = sources.read('project_id', PROJECT_ID, parseProjectId)
  const choices = [ofToken(sources), ofKeys(sources, projectId), ofUrns(sources, projectId)]
  if (given.length > 1) {
    const kinds = given.map(inputs => inputs.join(', ')).join(' and ')
    problems.push(`${kinds} are credentials of ${given.length} kinds: give only one kind`)
    return undefined
  }
  if (given.length === 0) return ofEnvironment(sources, projectId)
  return choices.find(choice => choice !== undefined)
}

function ofToken({ read }: CredentialSources): CredentialChoice | undefined {
  const token = read('token', `an IAM user token: ${VISIBLE_ASCII}`, parseVisibleAscii)
  return token === undefined ? undefined : { kind: 'token', token }
}

function ofKeys(sources: CredentialSources, projectId: string | undefined): CredentialChoice | undefined {
  const { read } = sources
  const accessKey = read('access_key', `an access key ID (AK): ${VISIBLE_ASCII}, no comma`, parseAccessKey)
  const secretKey = read('secret_key', `a secret access key (SK): ${VISIBLE_ASCII}`, parseVisibleAscii)
  const securityToken = read('security_token', `a security token: ${VISIBLE_ASCII}`, parseVisibleAscii)
  reportMissingHalf(sources, KINDS.access_keys, ['access_key', 'secret_key'])
  if (accessKey === undefined || secretKey === undefined) return undefined
  const keys = { accessKey, secretKey, securityToken, projectId }
  return {
    kind: 'access_keys',
    keys,
    source: 'the inputs access_key and secret_key',
    isFromEnvironment: false,
  }
}

function ofUrns(sources: CredentialSources, projectId: string | undefined): CredentialChoice | undefined {
  const { read, stsEndpoint } = sources
  const provider = 'the URN of an OIDC identity provider, iam::ACCOUNT_ID:oidcProvider:NAME'
  const agency = 'the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME'
  const providerUrn = read('oidc_provider_urn', provider, urnOf('oidcProvider'))
  const agencyUrn = read('oidc_agency_urn', agency, urnOf('agency'))
  const audience = read('oidc_audience', 'a text without control characters', parseAudience)
  reportMissingHalf(sources, KINDS.keyless, ['oidc_provider_urn', 'oidc_agency_urn'])
  if (providerUrn === undefined || agencyUrn === undefined) return undefined
  return {
    kind: 'keyless',
    agency: { providerUrn, agencyUrn, audience, stsEndpoint: stsEndpoint() },
    job: jobIdentity(),
    projectId,
  }
}

/** Adds a problem for each missing half of a pair, if any input of its kind is given. */
function reportMissingHalf(
  { isGiven, problems }: CredentialSources,
  inputs: readonly CredentialInput[],
  pair: readonly CredentialInput[],
): void {
  const given = inputs.filter(isGiven)
  if (given.length === 0) return
  for (const input of pair.filter(half => !isGiven(half)))
    problems.push(`${input} is missing: ${given.join(' and ')} cannot be used without it`)
}

function ofEnvironment(
  { problems }: CredentialSources,
  inputProjectId: string | undefined,
): CredentialChoice | undefined {
  const value = (variable = ''): string => environmentValue(variable)
  const variables = TOOLS.find(tool => value(tool.accessKey) !== '' || value(tool.secretKey) !== '')
  if (variables === undefined) {
    problems.push(NOTHING_GIVEN)
    return undefined
  }
  const check = (variable: string, parse: Parse<string>, accepts = VISIBLE_ASCII): string | undefined => {
    const checked = parse(value(variable))
    if (value(variable) === '')
      problems.push(
        `the variable ${variable} is missing: its other half cannot be used without it (${variables.tool})`,
      )
    else if (checked === undefined)
      problems.push(`the variable ${variable} is not valid: it accepts ${accepts}`)
    return checked
  }
  const optional = (
    variable: string | undefined,
    parse: Parse<string>,
    accepts?: string,
  ): string | undefined =>
    variable === undefined || value(variable) === '' ? undefined : check(variable, parse, accepts)
  const accessKey = check(variables.accessKey, parseAccessKey, `${VISIBLE_ASCII}, no comma`)
  const secretKey = check(variables.secretKey, parseVisibleAscii)
  const securityToken = optional(variables.securityToken, parseVisibleAscii)
  // The input decides; without it, only the tool that left the keys does.
  const projectId = inputProjectId ?? optional(variables.projectId, parseProjectId, PROJECT_ID)
  if (accessKey === undefined || secretKey === undefined) return undefined
  return {
    kind: 'access_keys',
    keys: { accessKey, secretKey, securityToken, projectId },
    source: `the variables ${variables.accessKey} and ${variables.secretKey} (${variables.tool})`,
    isFromEnvironment: true,
  }
}

const NOTHING_GIVEN =
  'no credentials are given: give token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn, or set ' +
  `the variables ${TOOLS.map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`).join(', ')} ` +
  '(secrets are empty in runs for pull requests from forks and in runs that Dependabot starts)'

/** A job has the URL and the bearer only with `permissions: id-token: write`. */
function jobIdentity(): JobIdentity {
  return {
    idTokenUrl: environmentValue(ID_TOKEN_URL_VARIABLE),
    idTokenBearer: environmentValue(ID_TOKEN_BEARER_VARIABLE),
    sessionName: sessionNameOf(environmentValue('GITHUB_REPOSITORY'), environmentValue('GITHUB_RUN_ID')),
  }
}

/**
 * @returns the name of the agency's session in the audit log of the account: the repository and the run, in the characters
 * that a session name may have. Of a name longer than 128 characters the end is kept, which has the ID of the run.
 */
function sessionNameOf(repository: string, runId: string): string {
  const name = `codearts-build-gate-${repository}-${runId}`.replace(/[^0-9A-Za-z_-]+/g, '-')
  return name.slice(-128).replace(/^-+|-+$/g, '')
}
