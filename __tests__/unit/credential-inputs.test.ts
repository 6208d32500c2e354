import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { readInputs, secretInputs } from '../../src/inputs/action-inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { mainJobInputs, TEST_TOKEN, type InputValues } from '../support/builders/environment.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

type Environment = Readonly<Record<string, string | undefined>>

const PROVIDER = 'iam::60d3f8a2b7144c959e01c6d2f35a7b48:oidcProvider:github'
const AGENCY = 'iam::60d3f8a2b7144c959e01c6d2f35a7b48:agency:codearts-gate'
const KEYLESS = { oidc_provider_urn: PROVIDER, oidc_agency_urn: AGENCY }

/** Reads the main job with other credentials than its token. */
function read(inputs: InputValues, variables: Environment = {}) {
  return withEnvironment({ ...mainJobInputs({ token: undefined, ...inputs }), ...variables }, readInputs)
}

function chosen(inputs: InputValues, variables: Environment = {}) {
  const result = read(inputs, variables)
  if (!result.ok) throw new Error(result.problems.map(rawText).join('; '))
  return result.inputs.credentials
}

function problems(inputs: InputValues, variables: Environment = {}): readonly string[] {
  const result = read(inputs, variables)
  return result.ok ? [] : result.problems.map(rawText)
}

describe('one kind of credentials', () => {
  test('a token', () => {
    expect(chosen({ token: TEST_TOKEN })).toEqual({ kind: 'token', token: TEST_TOKEN })
  })

  test('access keys', () => {
    expect(chosen({ access_key: 'AK', secret_key: 'SK' })).toEqual({
      kind: 'access_keys',
      keys: { accessKey: 'AK', secretKey: 'SK', securityToken: undefined, projectId: undefined },
      source: 'the inputs access_key and secret_key',
      isFromEnvironment: false,
    })
  })

  test('temporary access keys of a project', () => {
    const inputs = { access_key: 'AK', secret_key: 'SK', security_token: 'ST', project_id: 'abc123' }
    expect(chosen(inputs)).toMatchObject({
      keys: { accessKey: 'AK', secretKey: 'SK', securityToken: 'ST', projectId: 'abc123' },
    })
  })

  test('keyless', () => {
    const variables = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.example.com/token?api-version=2.0',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
      GITHUB_REPOSITORY: 'octo-org/storefront',
      GITHUB_RUN_ID: '17',
    }
    const choice = chosen(
      { ...KEYLESS, oidc_audience: 'sts.huaweicloud.com', region: 'ap-southeast-3' },
      variables,
    )
    expect(choice).toEqual({
      kind: 'keyless',
      providerUrn: PROVIDER,
      agencyUrn: AGENCY,
      audience: 'sts.huaweicloud.com',
      stsEndpoint: new URL('https://sts.ap-southeast-3.myhuaweicloud.com'),
      idTokenUrl: 'https://runner.example.com/token?api-version=2.0',
      idTokenBearer: 'bearer',
      sessionName: 'codearts-build-gate-octo-org-storefront-17',
    })
  })

  test.each([
    [{ sts_endpoint: 'https://sts.example.com/prefix/' }, {}, 'https://sts.example.com/prefix'],
    [{}, { HUAWEI_CLOUD_REGION: 'cn-east-3' }, 'https://sts.cn-east-3.myhuaweicloud.com/'],
    [{ region: 'eu-west-101' }, {}, 'https://sts.eu-west-101.myhuaweicloud.eu/'],
    [{}, {}, 'https://sts.cn-north-4.myhuaweicloud.com/'],
  ])('the exchange is at %j %j', (inputs, variables, href) => {
    const choice = chosen({ ...KEYLESS, ...inputs }, variables)
    expect(choice.kind === 'keyless' && choice.stsEndpoint.href).toBe(href)
  })
})

describe('the name of a session', () => {
  const nameOf = (repository: string, runId: string): string => {
    const choice = chosen(KEYLESS, { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: runId })
    return choice.kind === 'keyless' ? choice.sessionName : ''
  }

  test('has 2 to 128 letters, digits, - and _, whatever the runner says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ maxLength: 200 }),
        (repository, id) => {
          expect(nameOf(repository, id)).toMatch(/^[0-9A-Za-z_][0-9A-Za-z_-]{0,126}[0-9A-Za-z_]$/)
        },
      ),
    )
  })

  test('keeps its end, which tells runs apart', () => {
    expect(nameOf('o/'.padEnd(200, 'x'), '123456789')).toMatch(/^x{118}-123456789$/)
  })
})

describe('two kinds', () => {
  test.each<[InputValues, string]>([
    [
      { token: 'T', access_key: 'AK', secret_key: 'SK' },
      'credentials of 2 kinds are given: keep only token, or access_key and secret_key',
    ],
    [
      { token: 'T', ...KEYLESS },
      'credentials of 2 kinds are given: keep only token, or oidc_provider_urn and oidc_agency_urn',
    ],
    [
      { access_key: 'AK', secret_key: 'SK', ...KEYLESS, token: 'T' },
      'credentials of 3 kinds are given: keep only token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn',
    ],
  ])('%j', (inputs, problem) => {
    expect(problems(inputs)).toEqual([problem])
  })

  test('are no problem when one is in the environment', () => {
    const variables = { HW_ACCESS_KEY: 'AK', HW_SECRET_KEY: 'SK' }
    expect(chosen({ token: 'T' }, variables).kind).toBe('token')
    expect(chosen(KEYLESS, variables).kind).toBe('keyless')
  })
})

function missing(input: string, given: string): string {
  return `${input} is missing: give it together with ${given} (a secret that is not set is empty)`
}

describe('half a pair', () => {
  test.each<[InputValues, readonly string[]]>([
    [{ access_key: 'AK' }, [missing('secret_key', 'access_key')]],
    [{ secret_key: 'SK' }, [missing('access_key', 'secret_key')]],
    [
      { security_token: 'ST' },
      [missing('access_key', 'security_token'), missing('secret_key', 'security_token')],
    ],
    [{ oidc_provider_urn: PROVIDER }, [missing('oidc_agency_urn', 'oidc_provider_urn')]],
    [{ oidc_agency_urn: AGENCY }, [missing('oidc_provider_urn', 'oidc_agency_urn')]],
    [
      { oidc_audience: 'A' },
      [missing('oidc_provider_urn', 'oidc_audience'), missing('oidc_agency_urn', 'oidc_audience')],
    ],
  ])('%j names the other half', (inputs, expected) => {
    expect(problems(inputs)).toEqual(expected)
    // The environment is no help: a half given is a pair meant.
    expect(problems(inputs, { HW_ACCESS_KEY: 'AK', HW_SECRET_KEY: 'SK' })).toEqual(expected)
  })

  test.each([
    ['HUAWEI_CLOUD_ACCESS_KEY_ID', 'HUAWEI_CLOUD_SECRET_ACCESS_KEY'],
    ['HUAWEICLOUD_SDK_SK', 'HUAWEICLOUD_SDK_AK'],
    ['HW_ACCESS_KEY', 'HW_SECRET_KEY'],
  ])('%s names the other variable', (given, missing) => {
    expect(problems({}, { [given]: 'x' })).toEqual([
      `the variable ${missing} is missing: set it together with ${given}, or set neither`,
    ])
  })
})

describe('values', () => {
  test.each<[InputValues, string]>([
    [
      { secret_key: 'a b', access_key: 'AK' },
      'secret_key must be a secret access key (SK), visible ASCII characters only; it has a space',
    ],
    [
      { secret_key: 'SK', access_key: 'a,b' },
      'access_key must be an access key ID (AK), visible ASCII characters only, without a comma; it has a comma',
    ],
    [
      { secret_key: 'SK', access_key: 'AK', security_token: 'a\nb' },
      'security_token must be a security token, visible ASCII characters only; it has a line end',
    ],
    [
      { secret_key: 'SK', access_key: 'AK', project_id: 'a/b' },
      'project_id must be a project ID (letters, digits, - and _), not "a/b"',
    ],
    [
      { ...KEYLESS, oidc_provider_urn: AGENCY },
      `oidc_provider_urn must be the URN of an OIDC identity provider, iam::ACCOUNT_ID:oidcProvider:NAME, not "${AGENCY}"`,
    ],
    [
      { ...KEYLESS, oidc_agency_urn: 'codearts-gate' },
      'oidc_agency_urn must be the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME, not "codearts-gate"',
    ],
    [
      { ...KEYLESS, oidc_agency_urn: 'iam::a\u0000b:agency:gate' },
      'oidc_agency_urn must be the URN of a trust agency, iam::ACCOUNT_ID:agency:NAME, not "iam::a\u0000b:agency:gate"',
    ],
    [
      { ...KEYLESS, sts_endpoint: 'http://sts.example.com' },
      'sts_endpoint must be an https:// URL without user, password, query or fragment (http:// for this machine only), not "http://sts.example.com"',
    ],
    [
      { ...KEYLESS, sts_endpoint: 'https://user:hunter22@sts.example.com' },
      'sts_endpoint must be an https:// URL without user, password, query or fragment (http:// for this machine only), not a URL with one of them',
    ],
  ])('%j', (inputs, problem) => {
    expect(problems(inputs)).toEqual([problem])
  })

  test('all problems are reported at once', () => {
    expect(
      problems({ token: 'a b', access_key: 'c,d', project_id: '/', ...KEYLESS, job_id: 'x' }),
    ).toHaveLength(5)
  })

  test('no problem shows a secret', () => {
    const secret = fc.string({ unit: 'binary', minLength: 6 }).map(text => `~é${text}é~`)
    fc.assert(
      fc.property(secret, value => {
        const given = { token: value, access_key: value, secret_key: value, security_token: value }
        const variables = { HW_ACCESS_KEY: value, HW_SECRET_KEY: value, HW_SECURITY_TOKEN: value }
        expect([...problems(given), ...problems({}, variables)].join()).not.toContain('~é')
      }),
    )
  })
})

describe('without credentials in the inputs', () => {
  const AUTH_ACTION = {
    HUAWEI_CLOUD_ACCESS_KEY_ID: 'AK1',
    HUAWEI_CLOUD_SECRET_ACCESS_KEY: 'SK1',
    HUAWEI_CLOUD_PROJECT_ID: 'P1',
  }
  const SDK = {
    HUAWEICLOUD_SDK_AK: 'AK2',
    HUAWEICLOUD_SDK_SK: 'SK2',
    HUAWEICLOUD_SDK_SECURITY_TOKEN: 'ST2',
    HUAWEICLOUD_SDK_PROJECT_ID: 'P2',
  }
  const TERRAFORM = {
    HW_ACCESS_KEY: 'AK3',
    HW_SECRET_KEY: 'SK3',
    HW_SECURITY_TOKEN: 'ST3',
    HW_PROJECT_ID: 'P3',
  }

  test.each([
    [
      'huaweicloud/auth-action first',
      { ...TERRAFORM, ...SDK, ...AUTH_ACTION },
      { accessKey: 'AK1', secretKey: 'SK1', securityToken: undefined, projectId: 'P1' },
      'the variables HUAWEI_CLOUD_ACCESS_KEY_ID and HUAWEI_CLOUD_SECRET_ACCESS_KEY (huaweicloud/auth-action)',
    ],
    [
      'then the SDKs',
      { ...TERRAFORM, ...SDK },
      { accessKey: 'AK2', secretKey: 'SK2', securityToken: 'ST2', projectId: 'P2' },
      'the variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (the SDKs)',
    ],
    [
      'then Terraform',
      TERRAFORM,
      { accessKey: 'AK3', secretKey: 'SK3', securityToken: 'ST3', projectId: 'P3' },
      'the variables HW_ACCESS_KEY and HW_SECRET_KEY (Terraform)',
    ],
  ])('%s', (_, variables, keys, source) => {
    expect(chosen({}, variables)).toEqual({ kind: 'access_keys', keys, source, isFromEnvironment: true })
  })

  test('blanks around a variable are dropped, and a blank one is none', () => {
    const variables = { HW_ACCESS_KEY: ' AK3\n', HW_SECRET_KEY: '\tSK3 ', HUAWEICLOUD_SDK_AK: ' ' }
    expect(chosen({}, variables)).toMatchObject({ keys: { accessKey: 'AK3', secretKey: 'SK3' } })
  })

  test('a project comes from no other tool than the keys', () => {
    const variables = { HW_ACCESS_KEY: 'AK3', HW_SECRET_KEY: 'SK3', HUAWEI_CLOUD_PROJECT_ID: 'P1' }
    expect(chosen({}, variables)).toMatchObject({ keys: { projectId: undefined } })
  })

  test('nor from the environment when the keys are inputs', () => {
    const choice = chosen({ access_key: 'AK', secret_key: 'SK' }, { ...AUTH_ACTION, ...TERRAFORM })
    expect(choice).toMatchObject({
      keys: { accessKey: 'AK', securityToken: undefined, projectId: undefined },
    })
  })

  test('nor from the environment when the run is keyless', () => {
    expect(chosen(KEYLESS, AUTH_ACTION)).toMatchObject({ projectId: undefined })
  })

  test('an input says which project is meant', () => {
    expect(chosen({ project_id: 'P9' }, AUTH_ACTION)).toMatchObject({
      keys: { accessKey: 'AK1', projectId: 'P9' },
    })
  })

  test('a value that is not right is named, and not shown', () => {
    const variables = { HW_ACCESS_KEY: 'AK3', HW_SECRET_KEY: 'hun ter22', HW_PROJECT_ID: 'a/b' }
    expect(problems({}, variables)).toEqual([
      'the variable HW_SECRET_KEY must be visible ASCII characters only; it has a space',
      'the variable HW_PROJECT_ID must be a project ID (letters, digits, - and _)',
    ])
  })

  const NAMES_ALL =
    'the job must name the environment that holds the secrets (environment: NAME); secrets are empty in runs from forks and ' +
    'Dependabot; give token, or access_key and secret_key, or oidc_provider_urn and oidc_agency_urn, or set the variables ' +
    'HUAWEI_CLOUD_ACCESS_KEY_ID and HUAWEI_CLOUD_SECRET_ACCESS_KEY, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, ' +
    'or HW_ACCESS_KEY and HW_SECRET_KEY'

  test('none anywhere names the likely causes, then all that could be given', () => {
    expect(problems({})).toEqual([`no credentials are given: ${NAMES_ALL}`])
  })

  test('none anywhere in Azure Pipelines, which removes inputs, comes first and says so', () => {
    expect(problems({ job_id: '', build_no: '' }, { TF_BUILD: 'True' })).toEqual([
      'no credentials are given: in Azure Pipelines set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, because it removes every ' +
        'INPUT_* variable before the tools of a script run, and set the inputs inside the script; elsewhere ' +
        NAMES_ALL,
      expect.stringMatching(/^job_id is missing/),
      expect.stringMatching(/^build_no is missing/),
    ])
    expect(problems({}, { TF_BUILD: 'True', HUAWEICLOUD_SDK_AK: 'AK', HUAWEICLOUD_SDK_SK: 'SK' })).toEqual([])
  })
})

describe('the name of a variable in place of a credential', () => {
  const NAMES = [
    ...['$CODEARTS_ACCESS_KEY', '${CODEARTS_ACCESS_KEY}', '$(CODEARTS_ACCESS_KEY)', '$(codearts.access-key)'],
    ...['%CODEARTS_ACCESS_KEY%', '${{ secrets.CODEARTS_ACCESS_KEY }}', '${{secrets.X}}', '$x', '${env.X}'],
  ]
  const of = (name: string, value: string): string =>
    `${name} has the name of a variable in place of its value: check that ${value} is set for this step, and how a variable is written here`

  test.each(NAMES)('%s is said, and not masked', value => {
    expect(problems({ token: value })).toEqual([of('token', value)])
    expect(problems({ access_key: value, secret_key: value, security_token: value })).toEqual(
      ['access_key', 'secret_key', 'security_token'].map(name => of(name, value)),
    )
    expect(problems({ ...KEYLESS, oidc_token: value })).toEqual([of('oidc_token', value)])
    const variables = { HW_ACCESS_KEY: 'AK', HW_SECRET_KEY: value, HW_SECURITY_TOKEN: value }
    expect(problems({}, variables)).toEqual(
      ['HW_SECRET_KEY', 'HW_SECURITY_TOKEN'].map(name => of(`the variable ${name}`, value)),
    )
    const secrets = withEnvironment({ ...mainJobInputs({ token: value }), ...variables }, secretInputs)
    expect(secrets).not.toContain(value)
    expect(secrets).toContain('AK')
  })

  test.each([
    '$',
    '$1abc',
    '$a-b',
    '${}',
    '$()',
    '%%',
    '%a',
    'a%b%',
    'x$NAME',
    '$NAME$OTHER',
    '${{ a }} b',
    '$NÄME',
  ])('%j is none', value => {
    expect(problems({ token: value }).join()).not.toContain('the name of a variable')
    expect(withEnvironment(mainJobInputs({ token: value }), secretInputs)).toContain(value)
  })
})

describe('oidc_token', () => {
  const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwcm9qZWN0X3BhdGg6YS9iIn0.c2lnbmF0dXJl'

  test('is exchanged in place of a token of the runner', () => {
    expect(chosen({ ...KEYLESS, oidc_token: TOKEN })).toMatchObject({
      kind: 'keyless',
      givenToken: TOKEN,
      neededMs: undefined,
      sessionName: 'codearts-build-gate',
    })
  })

  test('gives keys for as long as the step may wait', () => {
    const wait = { wait: 'true', timeout_minutes: '90' }
    expect(chosen({ ...KEYLESS, ...wait, oidc_token: TOKEN })).toMatchObject({
      neededMs: 5_400_000,
    })
  })

  test('needs both URNs, and has its audience already', () => {
    expect(problems({ oidc_token: TOKEN })).toEqual([
      missing('oidc_provider_urn', 'oidc_token'),
      missing('oidc_agency_urn', 'oidc_token'),
    ])
    expect(problems({ ...KEYLESS, oidc_token: TOKEN, oidc_audience: 'a' })).toEqual([
      'oidc_audience must be left out where oidc_token is given: the token has its audience already',
    ])
    expect(problems({ ...KEYLESS, oidc_token: TOKEN, token: 'T' })).toEqual([
      'credentials of 2 kinds are given: keep only token, or oidc_provider_urn and oidc_agency_urn and oidc_token',
    ])
  })

  test.each([
    ['abc', ''],
    ['a.b', ''],
    ['a.b.c.d', ''],
    ['a.b c.d', '; it has a space'],
    ['a.b.c\n', ''],
    [`a.${'b'.repeat(20_000)}.c`, ''],
  ])('%j is refused, and not shown', (token, odd) => {
    const result = problems({ ...KEYLESS, oidc_token: token })
    expect(result).toEqual(
      token.endsWith('\n')
        ? []
        : [`oidc_token must be an OIDC token, a JWT of three parts with dots between them${odd}`],
    )
  })

  test('is masked', () => {
    expect(withEnvironment(mainJobInputs({ oidc_token: TOKEN }), secretInputs)).toContain(TOKEN)
  })
})

test('all that is secret in inputs and environment is known ahead, and neither region nor project', () => {
  const variables = {
    HUAWEI_CLOUD_ACCESS_KEY_ID: 's5',
    HUAWEI_CLOUD_SECRET_ACCESS_KEY: 's6',
    HUAWEICLOUD_SDK_AK: 's7',
    HUAWEICLOUD_SDK_SK: 's8',
    HUAWEICLOUD_SDK_SECURITY_TOKEN: 's9',
    HW_ACCESS_KEY: ' s10',
    HW_SECRET_KEY: 's11 ',
    HW_SECURITY_TOKEN: 's12',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 's13',
    HUAWEI_CLOUD_REGION: 'cn-north-4',
    HUAWEI_CLOUD_PROJECT_ID: 'p',
    HW_PROJECT_ID: 'p',
  }
  const inputs = {
    ...{ token: 's1', access_key: 's2', secret_key: 's3' },
    security_token: 's4',
    oidc_token: 's14',
  }
  const secrets = withEnvironment({ ...mainJobInputs(inputs), ...variables }, secretInputs)
  expect(secrets.sort()).toEqual(Array.from({ length: 14 }, (_, at) => `s${at + 1}`).sort())
})
