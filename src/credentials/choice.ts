import type { SigningKeys } from './access-keys.ts'
import type { Agency, JobIdentity } from './oidc.ts'

/** The one kind of credentials that a run uses. */
export type CredentialChoice =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'access_keys'
      readonly keys: SigningKeys
      /** Where they were found, in words: inputs, or the variables of another tool. */
      readonly source: string
    }
  | {
      readonly kind: 'keyless'
      readonly agency: Agency
      readonly job: JobIdentity
      readonly projectId: string | undefined
    }

/** The inputs of each kind; none of one kind may stand beside one of another. */
const KINDS = {
  token: ['token'],
  access_keys: ['access_key', 'secret_key', 'security_token'],
  keyless: ['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience'],
} as const

type CredentialInput = (typeof KINDS)[keyof typeof KINDS][number] | 'project_id'

/** Where credentials are looked for. */
export interface CredentialSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The endpoint of the exchange, from the inputs or the region. */
  readonly stsEndpoint: () => URL
  readonly isGiven: (input: CredentialInput) => boolean
  /** Gives the checked value of an input; for one that is not right it adds a problem and gives undefined. */
  readonly read: <T>(
    input: CredentialInput,
    takes: string,
    parse: (text: string) => T | undefined,
  ) => T | undefined
  /** Takes every problem: a clause that names the input or the variable, and never shows a secret. */
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

/** In the order in which they count (contract section 1). */
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
    // Read by the SDKs themselves (auth/provider.py); without it temporary keys would be refused.
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

const VISIBLE_ASCII = 'visible ASCII characters alone'
const PROJECT_ID = 'a project ID: letters, digits, - and _'

type Parse = (text: string) => string | undefined

/** @returns the variables of the environment whose values are secrets, used or not. */
export function secretVariables(): string[] {
  const ofTools = TOOLS.flatMap(({ accessKey, secretKey, securityToken }) => [
    accessKey,
    secretKey,
    ...(securityToken === undefined ? [] : [securityToken]),
  ])
  return [...ofTools, ID_TOKEN_BEARER_VARIABLE]
}

/**
 * Finds the one kind of credentials: that of the inputs or, without any there, the first set in the environment.
 * @returns undefined when a problem was added.
 */
export function chooseCredentials(sources: CredentialSources): CredentialChoice | undefined {
  const { isGiven, problems } = sources
  const given = Object.values(KINDS)
    .map(inputs => inputs.filter(isGiven))
    .filter(inputs => inputs.length > 0)
  // All are read, whatever comes of it: every problem is reported at once.
  const projectId = sources.read('project_id', PROJECT_ID, projectIdOf)
  const choices = [ofToken(sources), ofKeys(sources, projectId), ofUrns(sources, projectId)]
  if (given.length > 1) {
    const kinds = given.map(inputs => inputs.join(', ')).join(' and ')
    problems.push(`${kinds} are credentials of ${given.length} kinds: give those of one kind alone`)
    return undefined
  }
  if (given.length === 0) return ofEnvironment(sources, projectId)
  return choices.find(choice => choice !== undefined)
}

function ofToken({ read }: CredentialSources): CredentialChoice | undefined {
  const token = read('token', `an IAM user token: ${VISIBLE_ASCII}`, visibleAscii)
  return token === undefined ? undefined : { kind: 'token', token }
}

function ofKeys(sources: CredentialSources, projectId: string | undefined): CredentialChoice | undefined {
  const { read } = sources
  const accessKey = read('access_key', `an access key ID (AK): ${VISIBLE_ASCII}, no comma`, accessKeyId)
  const secretKey = read('secret_key', `a secret access key (SK): ${VISIBLE_ASCII}`, visibleAscii)
  const securityToken = read('security_token', `a security token: ${VISIBLE_ASCII}`, visibleAscii)
  reportMissingHalf(sources, KINDS.access_keys, ['access_key', 'secret_key'])
  if (accessKey === undefined || secretKey === undefined) return undefined
  const keys = { accessKey, secretKey, securityToken, projectId }
  return { kind: 'access_keys', keys, source: 'the inputs access_key and secret_key' }
}

function ofUrns(sources: CredentialSources, projectId: string | undefined): CredentialChoice | undefined {
  const { read, stsEndpoint, environment } = sources
  const providerUrn = read(
    'oidc_provider_urn',
    'the URN of an OIDC identity provider, iam::ACCOUNT_ID:oidcProvider:NAME',
    text => (isUrn(text, 'oidcProvider') ? text : undefined),
  )
  const agencyUrn = read('oidc_agency_urn', 'the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME', text =>
    isUrn(text, 'agency') ? text : undefined,
  )
  const audience = read('oidc_audience', 'a text without control characters', text =>
    /^\P{Cc}+$/u.test(text) ? text : undefined,
  )
  reportMissingHalf(sources, KINDS.keyless, ['oidc_provider_urn', 'oidc_agency_urn'])
  if (providerUrn === undefined || agencyUrn === undefined) return undefined
  return {
    kind: 'keyless',
    agency: { providerUrn, agencyUrn, audience, stsEndpoint: stsEndpoint() },
    job: jobIdentityOf(environment),
    projectId,
  }
}

/** Adds a problem for a half of a pair that is missing while any input of its kind is given. */
function reportMissingHalf(
  { isGiven, problems }: CredentialSources,
  inputs: readonly CredentialInput[],
  pair: readonly CredentialInput[],
): void {
  const given = inputs.filter(isGiven)
  if (given.length === 0) return
  for (const input of pair.filter(half => !isGiven(half))) {
    problems.push(`${input} is missing: ${given.join(' and ')} cannot do without it`)
  }
}

function ofEnvironment(
  { environment, problems }: CredentialSources,
  inputProjectId: string | undefined,
): CredentialChoice | undefined {
  const value = (variable: string | undefined): string =>
    (variable === undefined ? '' : (environment[variable] ?? '')).trim()
  const variables = TOOLS.find(tool => value(tool.accessKey) !== '' || value(tool.secretKey) !== '')
  if (variables === undefined) {
    problems.push(NOTHING_GIVEN)
    return undefined
  }

  const check = (variable: string, parse: Parse, takes = VISIBLE_ASCII): string | undefined => {
    const text = value(variable)
    const checked = parse(text)
    if (text === '')
      problems.push(`the variable ${variable} is missing beside its other half (${variables.tool})`)
    else if (checked === undefined) problems.push(`the variable ${variable} is not right: it takes ${takes}`)
    return checked
  }
  const accessKey = check(variables.accessKey, accessKeyId, `${VISIBLE_ASCII}, no comma`)
  const secretKey = check(variables.secretKey, visibleAscii)
  const optional = (variable: string | undefined, parse: Parse, takes?: string): string | undefined =>
    variable === undefined || value(variable) === '' ? undefined : check(variable, parse, takes)
  const securityToken = optional(variables.securityToken, visibleAscii)
  // An input says which project is meant; otherwise only the tool that left the keys may.
  const projectId = inputProjectId ?? optional(variables.projectId, projectIdOf, PROJECT_ID)
  if (accessKey === undefined || secretKey === undefined) return undefined
  return {
    kind: 'access_keys',
    keys: { accessKey, secretKey, securityToken, projectId },
    source: `the variables ${variables.accessKey} and ${variables.secretKey} (${variables.tool})`,
  }
}

const NOTHING_GIVEN =
  'no credentials are given: they take token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn; ' +
  `without these inputs the variables ${TOOLS.map(({ accessKey, secretKey }) => `${accessKey} and ${secretKey}`).join(', ')} count`

/** The runner gives a job the URL and the bearer only with `permissions: id-token: write`. */
function jobIdentityOf(environment: CredentialSources['environment']): JobIdentity {
  const repository = environment['GITHUB_REPOSITORY'] ?? ''
  const runId = environment['GITHUB_RUN_ID'] ?? ''
  return {
    idTokenUrl: environment[ID_TOKEN_URL_VARIABLE] ?? '',
    idTokenBearer: environment[ID_TOKEN_BEARER_VARIABLE] ?? '',
    sessionName: sessionNameOf(repository, runId),
  }
}

/**
 * @returns what the agency's session is called in the audit log of the account: where the job ran, in the letters that a
 * session name may have, 2 to 128 of them. The end, which tells runs apart, is what is kept.
 */
function sessionNameOf(repository: string, runId: string): string {
  const name = `codearts-build-gate-${repository}-${runId}`.replace(/[^0-9A-Za-z_-]+/g, '-')
  return name.slice(-128).replace(/^-+|-+$/g, '')
}

function visibleAscii(text: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(text) ? text : undefined
}

/** A comma would end it within the header that it is sent in. */
function accessKeyId(text: string): string | undefined {
  return text.includes(',') ? undefined : visibleAscii(text)
}

function projectIdOf(text: string): string | undefined {
  return /^[0-9A-Za-z_-]{1,64}$/.test(text) ? text : undefined
}

function isUrn(text: string, type: 'oidcProvider' | 'agency'): boolean {
  const [scheme, service, account = '', kind, ...name] = text.split(':')
  return (
    scheme === 'iam' && service === '' && account !== '' && kind === type && /^\P{Cc}+$/u.test(name.join(':'))
  )
}
