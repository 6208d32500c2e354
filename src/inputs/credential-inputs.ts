import type { CredentialChoice } from '../credentials/credentials.ts'
import { message } from '../util/message.ts'
import {
  environmentValue,
  isVariableName,
  parseSecret,
  type ConnectionInput,
  type ConnectionReader,
} from './input-reader.ts'
import * as kinds from './parsers.ts'
import { REGION_VARIABLES, type Service } from './regions.ts'

/** The inputs of each kind of credentials. Only one kind may be given; its first two are needed together. */
const KINDS: readonly (readonly ConnectionInput[])[] = [
  ['token'],
  ['access_key', 'secret_key', 'security_token'],
  ['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience', 'oidc_token'],
]

/** What other tools leave in the environment of the steps after them, in the order in which it is looked for (contract section 1). */
const TOOLS = [
  {
    tool: 'huaweicloud/auth-action',
    accessKey: 'HUAWEI_CLOUD_ACCESS_KEY_ID',
    secretKey: 'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
    securityToken: '',
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
] as const

const ID_TOKEN_BEARER_VARIABLE = 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'

/** @returns the secrets that other tools and the runner leave in the environment, used or not. */
export function environmentSecrets(): string[] {
  const variables = TOOLS.flatMap(tool => [tool.accessKey, tool.secretKey, tool.securityToken])
  return [...variables, ID_TOKEN_BEARER_VARIABLE]
    .map(environmentValue)
    .filter(value => value !== '' && !isVariableName(value))
}

/**
 * Finds the credentials: those of the inputs or, if there are none, the first set in the environment.
 * @param neededMs how long they are needed, in milliseconds; undefined for a few requests.
 * @returns undefined if a problem was added.
 */
export function chooseCredentials(
  reader: ConnectionReader,
  service: Service,
  neededMs: number | undefined,
): CredentialChoice | undefined {
  const { read, problems } = reader
  // All are read, so that every problem is reported at once.
  const projectId = read('project_id', kinds.PROJECT_ID)
  const token = readToken(reader)
  const keys = readKeys(reader, projectId)
  const keyless = readKeyless(reader, projectId, service, neededMs)
  const isGiven = (input: ConnectionInput): boolean => reader.text(input) !== ''
  const given = KINDS.map(inputs => ({ inputs, names: inputs.filter(isGiven).join(' and ') })).filter(
    ({ names }) => names !== '',
  )
  const [only, ...others] = given
  if (only === undefined) return ofEnvironment(reader, projectId, service)
  if (others.length > 0) {
    const all = given.map(({ names }) => names).join(', or ')
    problems.push([`credentials of ${given.length} kinds are given: keep only ${all}`])
    return undefined
  }
  for (const input of only.inputs.slice(0, 2).filter(half => !isGiven(half)))
    problems.push([
      `${input} is missing: give it together with ${only.names} (a secret that is not set is empty)`,
    ])
  return token ?? keys ?? keyless
}

function readToken(reader: ConnectionReader): CredentialChoice | undefined {
  const token = reader.read('token', kinds.named('an IAM user token', kinds.VISIBLE_ASCII))
  if (token === undefined) return undefined
  if (reader.text('project_id') !== '')
    reader.warnings.push(message`project_id has no effect beside token: a token is already for one project`)
  return { kind: 'token', token }
}

function readKeys({ read }: ConnectionReader, projectId: string | undefined): CredentialChoice | undefined {
  const accessKey = read('access_key', kinds.named('an access key ID (AK)', kinds.ACCESS_KEY))
  const secretKey = read('secret_key', kinds.named('a secret access key (SK)', kinds.VISIBLE_ASCII))
  const securityToken = read('security_token', kinds.named('a security token', kinds.VISIBLE_ASCII))
  if (accessKey === undefined || secretKey === undefined) return undefined
  return {
    kind: 'access_keys',
    keys: { accessKey, secretKey, securityToken, projectId },
    source: 'the inputs access_key and secret_key',
    isFromEnvironment: false,
  }
}

function readKeyless(
  { read, text, problems }: ConnectionReader,
  projectId: string | undefined,
  { stsEndpoint }: Service,
  neededMs: number | undefined,
): CredentialChoice | undefined {
  const providerUrn = read('oidc_provider_urn', kinds.PROVIDER_URN)
  const agencyUrn = read('oidc_agency_urn', kinds.AGENCY_URN)
  const audience = read('oidc_audience', kinds.AUDIENCE)
  const givenToken = read('oidc_token', kinds.ID_TOKEN)
  if (text('oidc_token') !== '' && audience !== undefined)
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
  { problems }: ConnectionReader,
  inputProjectId: string | undefined,
  { addressRegion }: Service,
): CredentialChoice | undefined {
  const isSet = (variable: string): boolean => environmentValue(variable) !== ''
  const variables = TOOLS.find(({ accessKey, secretKey }) => isSet(accessKey) || isSet(secretKey))
  if (variables === undefined) {
    // It comes first, because it explains why other inputs are missing, too.
    if (isSet('TF_BUILD')) problems.unshift([NOTHING_GIVEN + IN_AZURE_PIPELINES + WHAT_TO_GIVE])
    else problems.push([NOTHING_GIVEN + WHAT_TO_GIVE])
    return undefined
  }
  const check = (variable: string, kind: kinds.Kind<string>, other?: string): string | undefined => {
    const text = environmentValue(variable)
    if (text !== '') return parseSecret(`the variable ${variable}`, text, kind, problems)
    if (other !== undefined)
      problems.push(
        message`the variable ${variable} is missing: set it together with ${other}, or set neither`,
      )
    return undefined
  }
  const accessKey = check(variables.accessKey, kinds.ACCESS_KEY, variables.secretKey)
  const secretKey = check(variables.secretKey, kinds.VISIBLE_ASCII, variables.accessKey)
  const securityToken = check(variables.securityToken, kinds.VISIBLE_ASCII)
  // The input decides; without it, only the tool that left the keys does, unless the environment is that of another region.
  const isElsewhere =
    addressRegion !== undefined &&
    REGION_VARIABLES.some(name => isSet(name) && environmentValue(name) !== addressRegion)
  const projectId = inputProjectId ?? (isElsewhere ? undefined : check(variables.projectId, kinds.PROJECT_ID))
  if (accessKey === undefined || secretKey === undefined) return undefined
  return {
    kind: 'access_keys',
    keys: { accessKey, secretKey, securityToken, projectId },
    source: `the variables ${variables.accessKey} and ${variables.secretKey} (${variables.tool})`,
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
