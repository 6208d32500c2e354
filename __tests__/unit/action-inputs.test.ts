import { validateHeaderValue } from 'node:http'
import { isIPv4 } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { type INPUTS, readInputs, secretInputs, type Inputs } from '../../src/inputs/action-inputs.ts'
import { shownText } from '../../src/report/redact.ts'
import { rawText } from '../../src/util/message.ts'
import { inputsOf, mainJobInputs, TEST_TOKEN, type InputValues } from '../support/builders/environment.ts'
import { BUILD_NO, JOB_ID } from '../support/builders/passing-build.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the inputs of the main job with some changed, in an environment with some variables more. */
function read(changes: InputValues, variables: Environment = {}) {
  return withEnvironment({ ...mainJobInputs(changes), ...variables }, readInputs)
}

/** @returns what was read. @throws Error with the problems when it was refused. */
function taken(changes: InputValues, variables?: Environment): Inputs {
  const result = read(changes, variables)
  if (!result.ok) throw new Error(result.problems.map(rawText).join('; '))
  return result.inputs
}

/** @returns every problem; none when the inputs were taken. */
function problems(changes: InputValues, variables?: Environment): readonly string[] {
  const result = read(changes, variables)
  return result.ok ? [] : result.problems.map(rawText)
}

/** Expects one problem that names the input, and says what it must be before what it got. */
function expectRefused(name: keyof typeof INPUTS, text: string, accepts: string): void {
  const [problem, ...others] = problems({ [name]: text })
  expect(others).toEqual([])
  expect(problem?.startsWith(`${name} must be ${accepts}`)).toBe(true)
  expect(problem).toMatch(/, not /)
}

const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789 \t\r\n.-+eE_xX')) }),
)

describe('the main job', () => {
  test('needs three inputs; every other one has its default', () => {
    const { endpoint, ...others } = taken({})
    expect(others).toEqual({
      builds: [
        {
          name: JOB_ID,
          jobId: JOB_ID,
          buildNo: BUILD_NO,
          expected: { commit: undefined, branch: undefined, tag: undefined },
          url: '',
        },
      ],
      wait: undefined,
      credentials: { kind: 'token', token: TEST_TOKEN },
      place: { host: 'cloudbuild-ext.cn-north-4.myhuaweicloud.com', region: 'cn-north-4', isDefault: true },
      failUnlessSuccess: true,
      logLines: 50,
      artifacts: false,
      apiVersions: ['v3', 'v1', 'v4'],
      summary: true,
      warnings: [],
    })
    expect(endpoint.href).toBe('https://cloudbuild-ext.cn-north-4.myhuaweicloud.com/')
  })

  test('each required input that is missing is a problem of its own', () => {
    const result = withEnvironment({}, readInputs)
    expect({ ...result, problems: result.ok ? [] : result.problems.map(rawText) }).toEqual({
      ok: false,
      summary: true,
      problems: [
        'job_id is missing: give the 32 letters and digits of the build task’s ID or the https:// address of its page',
        'build_no is missing: give a whole number from 1 to 2147483647, or latest; or give commit, and the build is found by it',
        expect.stringMatching(/^no credentials are given: the job must name the environment /),
      ],
    })
  })
})

/** Inputs of the kinds of credentials that exclude a token; credential-inputs.test.ts has them. */
type OtherCredential =
  | 'access_key'
  | 'secret_key'
  | 'security_token'
  | `oidc_${'provider_urn' | 'agency_urn' | 'audience' | 'token'}`

describe('white space and empty values', () => {
  const given = {
    job_id: JOB_ID,
    build_no: '61',
    token: TEST_TOKEN,
    region: 'ap-southeast-3',
    endpoint: 'https://codearts.example',
    fail_unless_success: 'false',
    api_version: 'v1',
    summary: 'false',
    commit: '7c1b9e0',
    branch: 'release/1.x',
    tag: 'v1.2.3',
    wait: 'true',
    timeout_minutes: '5',
    poll_interval_seconds: '7',
    discovery_minutes: '1',
    log_lines: '7',
    artifacts: 'true',
    project_id: 'abc',
    sts_endpoint: 'https://sts.example',
  } as const satisfies Readonly<Record<Exclude<keyof typeof INPUTS, OtherCredential>, string>>

  test.each(Object.entries(given))('blanks around %s are trimmed', (name, value) => {
    expect(JSON.stringify(taken({ ...given, [name]: ` \t\r\n\u00a0${value}\n\n ` }))).toBe(
      JSON.stringify(taken(given)),
    )
  })

  test.each(Object.keys(given))('an empty or blank %s is the same as none', name => {
    const none = JSON.stringify(read({ ...given, [name]: undefined }))
    expect(JSON.stringify(read({ ...given, [name]: '' }))).toBe(none)
    expect(JSON.stringify(read({ ...given, [name]: ' \r\n\t' }))).toBe(none)
  })
})

describe('job_id', () => {
  test.each([JOB_ID, JOB_ID.toUpperCase(), '0'.repeat(32), 'Zz'.repeat(16)])('%j is sent as given', jobId => {
    expect(taken({ job_id: jobId }).builds[0]?.jobId).toBe(jobId)
  })

  test.each([
    JOB_ID.slice(1),
    `${JOB_ID}0`,
    `${JOB_ID.slice(1)}-`,
    `${JOB_ID.slice(1)}/`,
    `${JOB_ID.slice(4)}/../`,
    `${JOB_ID.slice(3)}%2f`,
    `${JOB_ID.slice(1)}０`,
    `${JOB_ID.slice(1)}é`,
  ])('%j is refused', jobId => {
    expectRefused('job_id', jobId, 'the 32 letters and digits')
  })
})

describe('build_no', () => {
  test.each([
    ['1', 1],
    ['61', 61],
    ['2147483647', 2_147_483_647],
  ])('%j is taken', (text, buildNo) => {
    expect(taken({ build_no: text }).builds[0]?.buildNo).toBe(buildNo)
  })

  test.each([
    ...['0', '00', '-1', '+1', '1.0', '1.', '.5', '1e3', '0x10', '0b1', '1_000', '1,000', '1 2', '1\n2'],
    ...['2147483648', '9999999999', '99999999999999999999', '20221011.29', 'NaN', 'Infinity', '#61', 'x'],
    ...['６１', '٦١', '²', 'Ⅷ', '1\u200b', '1\0'],
  ])('%j is refused', text => {
    expectRefused('build_no', text, 'a whole number from 1 to 2147483647')
  })

  test('no text but ASCII digits is taken, and no number out of range', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const result = read({ build_no: text })
        if (!result.ok) return
        expect(text.trim()).toMatch(/^[0-9]+$/)
        expect(result.inputs.builds[0]?.buildNo).toBe(Number(text))
        expect(result.inputs.builds[0]?.buildNo).toBeGreaterThanOrEqual(1)
        expect(result.inputs.builds[0]?.buildNo).toBeLessThanOrEqual(2_147_483_647)
      }),
    )
  })
})

describe('token', () => {
  const allVisible = Array.from({ length: 0x7f - 0x21 }, (_, at) => String.fromCharCode(0x21 + at)).join('')

  test('every visible ASCII character is taken', () => {
    expect(taken({ token: allVisible }).credentials).toEqual({ kind: 'token', token: allVisible })
  })

  test.each([
    ['abc def', 'a space'],
    ['abc\tdef', 'a space'],
    ['abc\u00a0def', 'a space'],
    ['abc\ndef', 'a line end'],
    ['abc\rdef', 'a line end'],
    ['abc\r\nX-Evil: 1', 'a line end'],
    ['abc\0def', 'another character'],
    ['abc\u007fdef', 'another character'],
    ['abcédef', 'another character'],
    ['abc\u202edef', 'another character'],
    ['abc😀def', 'another character'],
    ['＊＊＊', 'another character'],
  ])('%j is refused, and not shown', (token, odd) => {
    expect(problems({ token })).toEqual([
      `token must be an IAM user token, visible ASCII characters only; it has ${odd}`,
    ])
  })

  test('whatever is taken, a header can carry', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const result = read({ token: text })
        if (!result.ok || result.inputs.credentials.kind !== 'token') return
        validateHeaderValue('X-Auth-Token', result.inputs.credentials.token)
      }),
    )
  })

  test('is in no problem, whatever it is and whatever else is wrong', () => {
    // No problem says "~é" by itself, so that what is found is the token's.
    const secret = fc.string({ unit: 'binary', minLength: 1 }).map(text => `~é${text}~`)
    fc.assert(
      fc.property(secret, token => {
        const said = problems({ token, job_id: 'x', build_no: 'x', region: 'x', endpoint: 'x', tokn: token })
        expect(said).toHaveLength(6)
        expect(said.join('\n')).not.toContain('~é')
      }),
    )
  })

  test('is given for masking even when it is refused', () => {
    const secrets = withEnvironment(inputsOf({ job_id: 'a', token: 'not valid' }), secretInputs)
    expect(secrets.filter(secret => secret !== '')).toEqual(['not valid'])
  })
})

describe('region', () => {
  test.each([
    ['cn-north-4', 'cloudbuild-ext.cn-north-4.myhuaweicloud.com'],
    ['ap-southeast-3', 'cloudbuild-ext.ap-southeast-3.myhuaweicloud.com'],
    ['eu-west-101', 'build-backend.eu-west-101.myhuaweicloud.eu'],
  ])('%s is asked at %s', (region, host) => {
    expect(taken({ region }).endpoint.href).toBe(`https://${host}/`)
  })

  test.each([
    ...['CN-NORTH-4', 'cn-north', 'north-4', 'cn_north_4', 'cn-north-4-', 'cn--4', 'cn-north-4444', 'auto'],
    ...['evil.example/#', 'cn-north-4.evil.example', 'cn-north-4/', 'cn-north-4#', 'cn-north-4:1', '../x'],
    ...['x@evil-north-4', 'cn-north-4\n', 'cn-north-4\nx', 'сn-north-4', 'cn-north-４'].filter(
      text => text.trim() !== 'cn-north-4',
    ),
  ])('%j is refused', region => {
    expectRefused('region', region, 'a region name such as cn-north-4')
  })

  test('no text leads to a host that is not the service’s', () => {
    const nearlyRegion = fc
      .tuple(hostileText, fc.constantFrom('cn-north-4', 'eu-west-101', ''), hostileText)
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(nearlyRegion, region => {
        const result = read({ region })
        if (!result.ok) return
        const { href } = result.inputs.endpoint
        expect(href).toMatch(/^https:\/\/[a-z-]+\.[a-z0-9-]+\.myhuaweicloud\.(com|eu)\/$/)
      }),
    )
  })

  const hostIn = (region: string): string => `cloudbuild-ext.${region}.myhuaweicloud.com`
  test.each([
    ['the input wins', { region: 'cn-east-3' }, 'cn-south-1', 'cn-north-1', 'cn-east-3'],
    ['then HUAWEI_CLOUD_REGION', {}, 'cn-south-1', 'cn-north-1', 'cn-south-1'],
    ['then HW_REGION_NAME', {}, undefined, 'cn-north-1', 'cn-north-1'],
    ['an empty variable is none', {}, '', ' cn-north-1\n', 'cn-north-1'],
    ['then the service’s home', {}, ' ', '', 'cn-north-4'],
    ['an input keeps an odd variable out', { region: 'cn-east-3' }, 'evil.example', undefined, 'cn-east-3'],
  ])('%s', (_, changes, HUAWEI_CLOUD_REGION, HW_REGION_NAME, region) => {
    const { endpoint } = taken(changes, { HUAWEI_CLOUD_REGION, HW_REGION_NAME })
    expect(endpoint.hostname).toBe(hostIn(region))
  })

  test.each(['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'])(
    'an odd text in %s is refused by that name',
    variable => {
      expect(problems({}, { [variable]: 'evil.example/' })).toEqual([
        `the variable ${variable} must be a region name such as cn-north-4, not "evil.example/"`,
      ])
    },
  )
})

describe('a region input is the only one that counts', () => {
  test.each(['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'])(
    'an invalid one is the one problem, whatever %s has',
    variable => {
      for (const region of ['x', 'evil.example/', 'CN-NORTH-4'])
        expect(problems({ region }, { [variable]: 'evil.example/' })).toEqual([
          `region must be a region name such as cn-north-4, not "${region}"`,
        ])
    },
  )

  test('the region of the environment is not looked at where endpoint and sts_endpoint are given', () => {
    const variables = { HUAWEI_CLOUD_REGION: 'evil.example/' }
    expect(problems({ endpoint: 'https://codearts.example' }, variables)).toEqual([])
  })
})

describe('project_id beside a token', () => {
  const warningsOf = (changes: InputValues, variables?: Environment): string[] =>
    taken(changes, variables).warnings.map(rawText)

  test('is ignored, with a warning', () => {
    expect(warningsOf({ project_id: 'abc' })).toEqual([
      'project_id has no effect beside token: a token is already for one project',
    ])
  })

  test('is checked all the same', () => {
    expectRefused('project_id', 'a/b', 'a project ID')
  })

  test.each<[string, InputValues, Environment]>([
    ['with a project ID of the environment', {}, { HUAWEI_CLOUD_PROJECT_ID: 'p', HW_PROJECT_ID: 'p' }],
    ['with an empty project_id', { project_id: ' ' }, {}],
    ['with access keys', { token: '', access_key: 'AK', secret_key: 'SK', project_id: 'p' }, {}],
    [
      'with keys of the environment',
      { token: '', project_id: 'p' },
      { HW_ACCESS_KEY: 'AK', HW_SECRET_KEY: 'SK' },
    ],
  ])('there is no warning %s', (_, changes, variables) => {
    expect(warningsOf(changes, variables)).toEqual([])
  })
})

describe('endpoint', () => {
  test.each([
    ['https://codearts.example', 'https://codearts.example/'],
    ['https://codearts.example/', 'https://codearts.example/'],
    ['https://codearts.example/prefix', 'https://codearts.example/prefix'],
    ['https://codearts.example/a/b/', 'https://codearts.example/a/b'],
    ['https://codearts.example/a//', 'https://codearts.example/a'],
    ['HTTPS://CodeArts.Example:8443', 'https://codearts.example:8443/'],
    ['https://127.0.0.1.nip.io', 'https://127.0.0.1.nip.io/'],
    ['http://localhost:8080', 'http://localhost:8080/'],
    ['http://LOCALHOST/prefix/', 'http://localhost/prefix'],
    ['http://127.0.0.1:8080/prefix', 'http://127.0.0.1:8080/prefix'],
    ['http://127.255.255.254', 'http://127.255.255.254/'],
    ['http://127.1', 'http://127.0.0.1/'],
    ['http://0x7f.1', 'http://127.0.0.1/'],
    ['http://0177.0.0.1', 'http://127.0.0.1/'],
    ['http://2130706433', 'http://127.0.0.1/'],
    ['http://[::1]:8080', 'http://[::1]:8080/'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]/'],
  ])('%s is %s', (text, href) => {
    expect(taken({ endpoint: text }).endpoint.href).toBe(href)
  })

  test('wins over any region', () => {
    const changes = { endpoint: 'https://codearts.example', region: 'cn-east-3' }
    expect(taken(changes, { HUAWEI_CLOUD_REGION: 'cn-south-1' }).endpoint.hostname).toBe('codearts.example')
  })

  test.each([
    ...[
      'http://codearts.example',
      'http://127.0.0.1.nip.io',
      'http://127.evil.example',
      'http://127.0.0.evil',
    ],
    ...['http://localhost.evil.example', 'http://notlocalhost', 'http://evil.example/127.0.0.1'],
    ...['http://128.0.0.1', 'http://126.255.255.255', 'http://0.0.0.0', 'http://10.0.0.1', 'http://0x80.1'],
    ...[
      'http://[::2]',
      'http://[::]',
      'http://[::ffff:127.0.0.1]',
      'http://[::1',
      'http://127.0.0.1.evil.example',
    ],
    ...[
      'http://127.0.0.1\\.evil.example',
      'http://evil.example\\127.0.0.1',
      'http://127.0.0.1%2eevil.example',
    ],
    ...[
      'ftp://codearts.example',
      'file:///etc/hosts',
      'javascript:alert(1)',
      'data:text/plain,x',
      'ws://localhost',
    ],
    ...[
      'codearts.example',
      '//codearts.example',
      'https://',
      'https:codearts.example',
      'https:/codearts.example',
    ],
    ...[
      'https://code arts.example',
      'https://codearts.example/\nx',
      'https://code\tarts.example',
      'https:\\\\x.example',
    ],
    ...[
      'https://codearts.example:99999',
      'https://codearts.example:x',
      'https://code%00arts.example',
      'https://[x]',
    ],
  ])('%j is refused', endpoint => {
    expectRefused('endpoint', endpoint, 'an https:// URL without user, password, query or fragment')
    expect(problems({ endpoint })[0]).not.toContain('with one of them')
  })

  test('http:// is taken for loopback alone', () => {
    const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}[a-z0-9]$/)
    const stranger = fc
      .tuple(fc.constantFrom('127.', '127.0.0.1.', 'localhost.', '127.0.0.1-', 'localhost-', ''), label)
      .map(([start, name]) => `http://${start}${name}.example`)
    const octet = fc.integer({ min: 0, max: 300 })
    const numbers = fc.tuple(octet, octet, octet, octet).map(octets => `http://${octets.join('.')}`)
    fc.assert(
      fc.property(
        fc.oneof(
          stranger,
          numbers,
          hostileText.map(text => `http://${text}`),
        ),
        endpoint => {
          const result = read({ endpoint })
          if (!result.ok) return
          const { hostname } = result.inputs.endpoint
          const isLoopback =
            ['localhost', '[::1]'].includes(hostname) || (isIPv4(hostname) && hostname.startsWith('127.'))
          expect([endpoint, isLoopback]).toEqual([endpoint, true])
        },
      ),
    )
  })

  test.each([
    'https://user:SECRET@codearts.example',
    'https://SECRET@codearts.example',
    'https://:SECRET@codearts.example',
    'https://@codearts.example/SECRET',
    'http://user:SECRET@127.0.0.1',
    'http://127.0.0.1@evil.example/SECRET',
    'http://127.0.0.1\\@evil.example/SECRET',
    'ftp://user:SECRET@codearts.example',
    'user:SECRET@codearts.example',
    'https://user:SECRET%40codearts.example@',
    'https://codearts.example?key=SECRET',
    'https://codearts.example/?SECRET',
    'https://codearts.example#SECRET',
    'https://codearts.example/a/#SECRET',
    'https:\\\\user:SECRET@codearts.example',
    'https://user:SECRET@codearts.example\nx',
  ])('%j is refused, and what may be secret in it is not shown', endpoint => {
    expect(problems({ endpoint })).toEqual([
      expect.stringMatching(
        /^endpoint must be an https:\/\/ URL without user, password, query or fragment .*, not a URL with one of them$/,
      ),
    ])
  })

  test('%-signs, ports and every other part: no user or password is ever shown', () => {
    const password = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).map(text => `~~${text}`)
    const scheme = fc.constantFrom('https://', 'http://', 'https:', '', 'HTTPS://', 'x://')
    fc.assert(
      fc.property(scheme, password, (start, secret) => {
        const said = problems({ endpoint: `${start}user:${secret}@codearts.example` })
        expect(said).toHaveLength(1)
        expect(said[0]).not.toContain('~~')
      }),
    )
  })
})

describe.each([
  ['fail_unless_success', (inputs: Inputs) => inputs.failUnlessSuccess],
  ['summary', (inputs: Inputs) => inputs.summary],
] as const)('the boolean %s', (name, valueIn) => {
  test.each([
    ['true', true],
    ['True', true],
    ['TRUE', true],
    ['false', false],
    ['False', false],
    ['FALSE', false],
  ])('%j is %j', (text, value) => {
    expect(valueIn(taken({ [name]: text }))).toBe(value)
  })

  test.each([
    'yes',
    'no',
    'on',
    'off',
    'y',
    'n',
    '1',
    '0',
    'tRUE',
    'fAlse',
    'truee',
    'null',
    '~',
    '"true"',
    'ｔrue',
  ])('%j is refused', text => {
    expectRefused(name, text, 'true or false')
  })
})

describe('api_version', () => {
  test.each([
    ['auto', ['v3', 'v1', 'v4']],
    ['v3', ['v3']],
    ['v1', ['v1']],
    ['v4', ['v4']],
  ])('%j asks %j', (text, versions) => {
    expect(taken({ api_version: text }).apiVersions).toEqual(versions)
  })

  test.each([
    'V3',
    '3',
    'v2',
    'v5',
    'v3,v1',
    'v3 v1',
    'AUTO',
    'latest',
    'constructor',
    '__proto__',
    'toString',
  ])('%j is refused', text => {
    expectRefused('api_version', text, 'auto, v3, v1 or v4')
  })
})

/** @returns the problem with a name that is none of ours. */
function misspelled(name: string, meant: string): string {
  return `INPUT_${name.toUpperCase()} is not an input of this action: use ${meant}; if your workflow does not set it, it is an input of an action around this one, which runners based on act pass on`
}

describe('a misspelled input', () => {
  test.each([
    ['jobid', 'job_id'],
    ['job-id', 'job_id'],
    ['jib_id', 'job_id'],
    ['job', undefined],
    ['buildno', 'build_no'],
    ['build_num', 'build_no'],
    ['build_number', undefined],
    ['tokn', 'token'],
    ['tokens', 'token'],
    ['regoin', 'region'],
    ['end_point', 'endpoint'],
    ['fail_unless_sucess', 'fail_unless_success'],
    ['fail_unles_succes', 'fail_unless_success'],
    ['api_versions', 'api_version'],
    ['sumary', 'summary'],
    ['summmmmary', undefined],
    // One edit for names of up to 5 letters, two for longer ones.
    ...['wit', 'waits', 'wiat', 'wailt', 'bait'].map(name => [name, 'wait'] as const),
    ...['wiats', 'want_', 'wa', 'await_', 'main', 'wayne'].map(name => [name, undefined] as const),
    ...['tags', 'ta', 'atg', 'ag', 'bag', 'tab'].map(name => [name, 'tag'] as const),
    ...['tggs', 'gat', 't', 'target', 'stages'].map(name => [name, undefined] as const),
    ...['tokne', 'toke', 'tolken', 'taken'].map(name => [name, 'token'] as const),
    ...['tkne', 'toks', 'spoken'].map(name => [name, undefined] as const),
    ...['comit', 'committ', 'comimt', 'commits', 'comma'].map(name => [name, 'commit'] as const),
    ...['brnach', 'branhcs', 'banch'].map(name => [name, 'branch'] as const),
    ...['region_id', 'commit_shas', 'branches_x', 'sha1', 'name'].map(name => [name, undefined] as const),
    ['working-directory', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j means %j', (name, meant) => {
    expect(problems({ [name]: 'x' })).toEqual(meant === undefined ? [] : [misspelled(name, meant)])
  })

  test('is one without a value too', () => {
    expect(problems({ tokn: '' })).toEqual([misspelled('tokn', 'token')])
  })

  describe('under a name that says what it is', () => {
    const OTHERS = [
      ...['commit_sha', 'commit_id', 'commit_hash', 'sha', 'commit-sha', 'commit-id', 'commit-hash'].map(
        name => [name, 'commit'] as const,
      ),
      ...['branch_name', 'branch-name'].map(name => [name, 'branch'] as const),
      ...['tag_name', 'tag-name'].map(name => [name, 'tag'] as const),
    ]
    const VALUES: InputValues = { commit: '7c1b9e0', branch: 'main', tag: 'v1' }

    test.each(OTHERS)('%s means %s, where that is empty', (name, meant) => {
      expect(problems({ [name]: 'x' })).toEqual([misspelled(name, meant)])
      expect(problems({ [name]: 'x', [meant]: ' ' })).toEqual([misspelled(name, meant)])
      expect(problems({ [name]: 'x', [meant]: VALUES[meant] })).toEqual([])
    })

    test.each(OTHERS.map(([name]) => name))('%s drops nothing where it is empty itself', name => {
      expect(problems({ [name]: ' ' })).toEqual([])
    })
  })

  test.each([
    ['fail-unless-success', 'fail_unless_success'],
    ['poll-interval-second', 'poll_interval_seconds'],
    ['oidc-provider-url', 'oidc_provider_urn'],
    ['log-lines', 'log_lines'],
  ])('with - for _, %s means %s', (name, meant) => {
    expect(problems({ [name]: 'x' })).toEqual([misspelled(name, meant)])
  })

  test('is looked for among INPUT_ variables alone', () => {
    expect(problems({}, { TOKN: 'x', INPUTTOKN: 'x', input_tokn: 'x', MY_INPUT_TOKN: 'x' })).toEqual([])
  })
})

describe('several problems', () => {
  test('are all said at once, in one go through every input', () => {
    const result = read(
      {
        job_id: 'x',
        build_no: '0',
        token: 'a b',
        access_key: 'a,b',
        secret_key: 'a b',
        security_token: 'a b',
        project_id: '/',
        oidc_provider_urn: 'x',
        oidc_agency_urn: 'x',
        oidc_audience: '\0x\0y',
        oidc_token: 'x',
        sts_endpoint: 'x',
        region: 'x',
        endpoint: 'x',
        fail_unless_success: 'x',
        api_version: 'x',
        summary: 'x',
        log_lines: 'x',
        artifacts: 'x',
        commit: 'x',
        branch: 'refs/heads/',
        tag: 'refs/tags/',
        wait: 'x',
        timeout_minutes: 'x',
        poll_interval_seconds: 'x',
        discovery_minutes: 'x',
        commitish: 'x',
        sumary: 'x',
      },
      { HW_REGION_NAME: 'y' },
    )
    expect(result.ok ? [] : result.problems.map(problem => rawText(problem).split(' ')[0])).toEqual([
      'INPUT_SUMARY',
      ...['job_id', 'build_no', 'commit', 'branch', 'tag'],
      ...['wait', 'timeout_minutes', 'poll_interval_seconds', 'discovery_minutes'],
      ...[
        'region',
        'endpoint',
        'sts_endpoint',
        'fail_unless_success',
        'api_version',
        'summary',
        'log_lines',
        'artifacts',
      ],
      ...['project_id', 'token', 'access_key', 'secret_key', 'security_token'],
      ...['oidc_provider_urn', 'oidc_agency_urn', 'oidc_audience', 'oidc_token', 'credentials'],
    ])
  })

  test('a long value is shown up to its 80th character, once secrets were taken out of it', () => {
    const result = read({ job_id: 'x'.repeat(100_000) })
    expect(result.ok ? [] : shownText(result.problems[0] ?? [], text => text)).toBe(
      `job_id must be the 32 letters and digits of the build task’s ID or the https:// address of its page, not "${'x'.repeat(80)}… (100000 characters in all)"`,
    )
  })

  test.each([
    ['false', false],
    ['true', true],
    ['x', true],
    ['', true],
  ])('the summary of a refusal is written unless it was turned off: %j', (text, summary) => {
    expect(read({ job_id: 'x', summary: text })).toMatchObject({ ok: false, summary })
  })
})
