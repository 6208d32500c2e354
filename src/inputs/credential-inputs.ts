import type { CredentialChoice } from '../credentials/credentials.ts'
import { message, type Message } from '../util/message.ts'
import { isVariableName, secretProblem, type ConnectionInput, type ConnectionReader } from './input-reader.ts'
import {
  parseAccessKey,
  parseAudience,
  parseIdToken,
  parseProjectId,
  parseVisibleAscii,
  urnOf,
  type Parse,
} from './parsers.ts'

/** The inputs of each kind of credentials. Only one kind may be given; its first two are needed together. */
const KINDS: readonly (readonly ConnectionInput[])[] = [
  ['token'],
  ['access_key', 'secret_key', 'security_token'],
  ['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience', 'oidc_token'],
]

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

const ID_TOKEN_BEARER_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'

/** Other Huawei tools leave the region there: huaweicloud/auth-action, then Terraform. */
export const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'] as const

const VISIBLE_ASCII = 'visible ASCII characters only'
const ACCESS_KEY = `${VISIBLE_ASCII}, without a comma`
const PROJECT_ID = 'a project ID (letters, digits, - and _)'

/** @returns the secrets that other tools and the runner leave in the environment, used or not. */
export function environmentSecrets(): string[] {
  const variables = TOOLS.flatMap(tool => [tool.accessKey, tool.secretKey, tool.securityToken])
  return [...variables.filter(name => name !== undefined), ID_TOKEN_BEARER_VARIABLE]
    .map(environmentValue)
    .filter(value => !isVariableName(value))
}

/** @returns the value of a variable, trimmed; empty for one that is not set. */
export function environmentValue(variable: string): string {
  return (process.env[variable] ?? '').trim()
}

/** What the choice of credentials depends on, besides their inputs. */
export interface CredentialNeeds {
  /** The region that the address of a build task names: a project of another region is not used. */
  readonly addressRegion?: string | undefined
  /** How long they are needed, in milliseconds; undefined for a few requests. */
  readonly neededMs?: number | undefined
}

/**
 * Finds the credentials: those of the inputs or, if there are none, the first set in the environment.
 * @param stsEndpoint the endpoint of the exchange, from the inputs or the region.
 * @returns undefined if a problem was added.
 */
export function chooseCredentials(
  reader: ConnectionReader,
  stsEndpoint: () => URL,
  { addressRegion, neededMs }: CredentialNeeds = {},
): CredentialChoice | undefined {
  const { read, problems } = reader
  // All are read, so that every problem is reported at once.
  const projectId = read('project_id', PROJECT_ID, parseProjectId)
  const token = readToken(reader)
  const keys = readKeys(reader, projectId)
  const keyless = readKeyless(reader, projectId, stsEndpoint, neededMs)
  const isGiven = (input: ConnectionInput): boolean => reader.text(input) !== ''
  const kinds = KINDS.map(inputs => ({ inputs, given: inputs.filter(isGiven).join(' and ') })).filter(
    ({ given }) => given !== '',
  )
  const [only, ...others] = kinds
  if (only === undefined) return ofEnvironment(problems, projectId, addressRegion)
  if (others.length > 0) {
    const all = kinds.map(({ given }) => given).join(', or ')
    problems.push([`credentials of ${kinds.length} kinds are given: keep only ${all}`])
    return undefined
  }
  for (const input of only.inputs.slice(0, 2).filter(half => !isGiven(half)))
    problems.push([
      `${input} is missing: give it together with ${only.given} (a secret that is not set is empty)`,
    ])
  return token ?? keys ?? keyless
}

function readToken(reader: ConnectionReader): CredentialChoice | undefined {
  const token = reader.read('token', `an IAM user token, ${VISIBLE_ASCII}`, parseVisibleAscii)
  if (token === undefined) return undefined
  if (reader.text('project_id') !== '')
    reader.warnings.push(message`project_id has no effect beside token: a token is already for one project`)
  return { kind: 'token', token }
}

function readKeys({ read }: ConnectionReader, projectId: string | undefined): CredentialChoice | undefined {
  const accessKey = read('access_key', `an access key ID (AK), ${ACCESS_KEY}`, parseAccessKey)
  const secretKey = read('secret_key', `a secret access key (SK), ${VISIBLE_ASCII}`, parseVisibleAscii)
  const securityToken = read('security_token', `a security token, ${VISIBLE_ASCII}`, parseVisibleAscii)
  if (accessKey === undefined || secretKey === undefined) return undefined
  return {
    kind: 'access_keys',
    keys: { accessKey, secretKey, securityToken, projectId },
    source: 'the inputs access_key and secret_key',
    isFromEnvironment: false,
  }
}

function readKeyless(
  reader: ConnectionReader,
  projectId: string | undefined,
  stsEndpoint: () => URL,
  neededMs: number | undefined,
): CredentialChoice | undefined {
  const { read, problems } = reader
  const provider = 'the URN of an OIDC identity provider, iam::ACCOUNT_ID:oidcProvider:NAME'
  const agency = 'the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME'
  const providerUrn = read('oidc_provider_urn', provider, urnOf('oidcProvider'))
  const agencyUrn = read('oidc_agency_urn', agency, urnOf('agency'))
  const audience = read('oidc_audience', 'a text without control characters', parseAudience)
  const givenToken = read(
    'oidc_token',
    'an OIDC token, a JWT of three parts with dots between them',
    parseIdToken,
  )
  if (reader.text('oidc_token') !== '' && audience !== undefined)
    problems.push([
      'oidc_audience must be left out where oidc_token is given: the token has its audience already',
    ])
  if (providerUrn === undefined || agencyUrn === undefined) return undefined
  return {
    kind: 'keyless',
    providerUrn,
    agencyUrn,
    audience,
    stsEndpoint: stsEndpoint(),
    sessionName: sessionNameOf(environmentValue('GITHUB_REPOSITORY'), environmentValue('GITHUB_RUN_ID')),
    projectId,
    idTokenUrl: environmentValue('ACTIONS_ID_TOKEN_REQUEST_URL'),
    idTokenBearer: environmentValue(ID_TOKEN_BEARER_VARIABLE),
    givenToken,
    neededMs,
  }
}

/** @returns the keys of the first tool that has set any of its variables; without an input, its project ID too. */
function ofEnvironment(
  problems: Message[],
  inputProjectId: string | undefined,
  addressRegion: string | undefined,
): CredentialChoice | undefined {
  const isSet = (variable: string): boolean => environmentValue(variable) !== ''
  const variables = TOOLS.find(({ accessKey, secretKey }) => isSet(accessKey) || isSet(secretKey))
  if (variables === undefined) {
    // It comes first, because it explains why other inputs are missing, too.
    if (isSet('TF_BUILD')) problems.unshift([NOTHING_GIVEN + IN_AZURE_PIPELINES + WHAT_TO_GIVE])
    else problems.push([NOTHING_GIVEN + WHAT_TO_GIVE])
    return undefined
  }
  const { tool, accessKey: keyVariable, secretKey: secretVariable } = variables
  const check = (variable: string, parse: Parse<string>, accepts: string): string | undefined => {
    const text = environmentValue(variable)
    const value = parse(text)
    const other = variable === keyVariable ? secretVariable : keyVariable
    const problem =
      text === ''
        ? message`the variable ${variable} is missing: set it together with ${other}, or set neither`
        : secretProblem(`the variable ${variable}`, text, accepts, value !== undefined)
    if (problem === undefined) return value
    problems.push(problem)
    return undefined
  }
  const optional: typeof check = (variable, ...how) => (isSet(variable) ? check(variable, ...how) : undefined)
  const accessKey = check(keyVariable, parseAccessKey, ACCESS_KEY)
  const secretKey = check(secretVariable, parseVisibleAscii, VISIBLE_ASCII)
  const securityToken = optional(variables.securityToken ?? '', parseVisibleAscii, VISIBLE_ASCII)
  // The input decides; without it, only the tool that left the keys does, unless the environment is that of another region.
  const isElsewhere =
    addressRegion !== undefined &&
    REGION_VARIABLES.some(name => isSet(name) && environmentValue(name) !== addressRegion)
  const projectId =
    inputProjectId ?? (isElsewhere ? undefined : optional(variables.projectId, parseProjectId, PROJECT_ID))
  if (accessKey === undefined || secretKey === undefined) return undefined
  return {
    kind: 'access_keys',
    keys: { accessKey, secretKey, securityToken, projectId },
    source: `the variables ${keyVariable} and ${secretVariable} (${tool})`,
    isFromEnvironment: true,
  }
}

const NOTHING_GIVEN = 'no credentials are given: '
const IN_AZURE_PIPELINES =
  'in Azure Pipelines set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, because it removes every INPUT_* variable before the ' +
  'tools of a script run, and set the inputs inside the script; elsewhere '
const WHAT_TO_GIVE =
  'the job must name the environment that holds the secrets (environment: NAME); secrets are empty in runs from forks and ' +
  'Dependabot; give token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn, or set the variables ' +
  TOOLS.map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`).join(', or ')

/**
 * @returns the name of the agency's session in the audit log of the account: the repository and the run, in the characters
 * that a session name may have. Of a name longer than 128 characters the end is kept, which has the ID of the run.
 */
function sessionNameOf(repository: string, runId: string): string {
  const name = `codearts-build-gate-${repository}-${runId}`.replace(/[^0-9A-Za-z_-]+/g, '-')
  return name.slice(-128).replace(/^-+|-+$/g, '')
}
