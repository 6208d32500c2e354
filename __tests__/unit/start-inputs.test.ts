import { describe, expect, test } from '@jest/globals'
import { hideStartSecrets, readStartInputs } from '../../src/start/inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { inputsOf, TEST_TOKEN, type InputValues } from '../support/builders/environment.ts'
import { JOB_ID } from '../support/builders/passing-build.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

const environment = (changes: InputValues) => inputsOf({ job_id: JOB_ID, token: TEST_TOKEN, ...changes })

function taken(changes: InputValues) {
  const read = withEnvironment(environment(changes), readStartInputs)
  if (!read.ok) throw new Error(read.problems.map(rawText).join('; '))
  return read.inputs
}

function problems(changes: InputValues): string[] {
  const read = withEnvironment(environment(changes), readStartInputs)
  return read.ok ? [] : read.problems.map(rawText)
}

describe('what is built', () => {
  test('is left to the build task without commit, branch and tag', () => {
    expect(taken({}).order).toEqual({
      jobId: JOB_ID,
      commit: undefined,
      branch: undefined,
      tag: undefined,
      parameters: [],
      secretParameters: [],
    })
    expect(taken({}).endpoint.href).toBe('https://cloudbuild-ext.cn-north-4.myhuaweicloud.com/')
  })

  test.each([
    [{ commit: '7c1b9e0' }, { commit: '7c1b9e0' }],
    [{ branch: ' refs/heads/main ' }, { branch: 'main' }],
    [{ tag: 'refs/tags/v1' }, { tag: 'v1' }],
  ])('is what %j says', (inputs, wanted) => {
    expect(taken(inputs).order).toMatchObject(wanted)
  })

  test.each([
    [{ commit: '7c1b9e0', branch: 'main' }, 'commit and branch are given'],
    [{ branch: 'main', tag: 'v1' }, 'branch and tag are given'],
    [{ commit: '7c1b9e0', branch: 'main', tag: 'v1' }, 'commit and branch and tag are given'],
    [{ commit: 'main', tag: 'v1' }, 'commit and tag are given'],
  ])('is not clear with %j', (inputs, words) => {
    expect(problems(inputs)).toContainEqual(`${words}: one at most can say what is built`)
  })

  test.each([
    [
      { branch: 'refs/pull/12/merge' },
      'branch must be a branch, which "refs/pull/12/merge" is not: of a pull request give the branch github.head_ref',
    ],
    [
      { branch: 'refs/tags/v1' },
      'branch must be a branch, which "refs/tags/v1" is not: give the input tag or commit',
    ],
    [{ branch: 'refs/' }, 'branch must be a branch, which "refs/" is not: give the input tag or commit'],
    [
      { tag: 'refs/heads/main' },
      'tag must be a tag, which "refs/heads/main" is not: give the input branch or commit',
    ],
    [
      { tag: 'refs/pull/12/head' },
      'tag must be a tag, which "refs/pull/12/head" is not: of a pull request give the branch github.head_ref',
    ],
  ])('is no ref of another kind: %j', (inputs, wanted) => {
    expect(problems(inputs)).toEqual([wanted])
  })

  test.each(['main', '7c1b9', '7c1b9e0z', 'g'.repeat(40)])('is no commit "%s"', commit => {
    expect(problems({ commit })).toEqual([`commit must be 7 to 64 hexadecimal digits, not "${commit}"`])
  })
})

describe('the build task', () => {
  const page = `https://devcloud.cn-east-3.huaweicloud.com/detail/history/${JOB_ID}`

  test('is an ID or an address, whose region is asked', () => {
    expect(taken({ job_id: `${page}?x` })).toMatchObject({ order: { jobId: JOB_ID } })
    expect(taken({ job_id: page }).endpoint.host).toBe('cloudbuild-ext.cn-east-3.myhuaweicloud.com')
  })

  test.each([
    [`${page}/33`, `must be ID/NUMBER, because`],
    [
      `${JOB_ID}/33`,
      'must be the 32 letters and digits of the build task’s ID or the https:// address of its page, not',
    ],
    [`${JOB_ID}\n${JOB_ID}`, 'must be the 32 letters and digits of the build task’s ID'],
  ])('is not %j', (job_id, words) => {
    expect(problems({ job_id })).toEqual([expect.stringContaining(`job_id ${words}`)])
  })

  test('may not be missing', () => {
    expect(problems({ job_id: '' })).toEqual([
      'job_id is missing: give the 32 letters and digits of the build task’s ID or the https:// address of its page',
    ])
  })
})

const longest = 'x'.repeat(8_192)
const BASE64_76 = 'QUJD'.repeat(19)
const BASE64_64 = 'QUJD'.repeat(16)

type Pairs = readonly (readonly [string, string])[]
const TAKEN: readonly (readonly [string, Pairs])[] = [
  ['A=1', [['A', '1']]],
  [
    'A=1\r\nB=2\rC=3',
    [
      ['A', '1'],
      ['B', '2'],
      ['C', '3'],
    ],
  ],
  [
    '\n  A=1  \n\n B_2=x y \n',
    [
      ['A', '1'],
      ['B_2', 'x y'],
    ],
  ],
  ['A=1=2', [['A', '1=2']]],
  ['A= 1', [['A', ' 1']]],
  ['A=1<<2', [['A', '1<<2']]],
  [`${'n'.repeat(128)}=1`, [['n'.repeat(128), '1']]],
  [`A=${longest}`, [['A', longest]]],
  [
    'a=1\nA=2',
    [
      ['a', '1'],
      ['A', '2'],
    ],
  ],
  [
    'Path=1\npath_=2\nPATHS=3',
    [
      ['Path', '1'],
      ['path_', '2'],
      ['PATHS', '3'],
    ],
  ],
  ['codeBranch=main', [['codeBranch', 'main']]],
  [
    'A<<END\nline 1\nB=2\nEND\nC=3',
    [
      ['A', 'line 1\nB=2'],
      ['C', '3'],
    ],
  ],
  ['  A<<END  \n  kept  \r\n\tas it is \n\nEND', [['A', '  kept  \r\n\tas it is \n']]],
  ['A<<END\n END\nEND ok\nEND', [['A', ' END\nEND ok']]],
  ['A<<E=1\nx\nE=1', [['A', 'x']]],
  [`A<<END\n${BASE64_76}\nQQ==\nEND`, [['A', `${BASE64_76}\nQQ==`]]],
  [
    `A=${BASE64_76}\nB=QQ`,
    [
      ['A', BASE64_76],
      ['B', 'QQ'],
    ],
  ],
]

const FORM = 'have NAME=value on each line (or NAME<<END, the lines of the value, END)'
const NAME = 'have names of 1 to 128 of A-Z, a-z, 0-9 and _, right before the "="'
const FORBIDDEN =
  'not set LD_PRELOAD, LD_LIBRARY_PATH, PATH, path, BASH_ENV, GIT_SSH_COMMAND, which the service does not allow'
const WRAPPED = 'have a base64 text in one line: make it with base64 -w0'
const END = 'have the line END after NAME<<END and the lines of the value'
const TWICE = 'have each name once, over parameters and secret_parameters'

/** What is refused, why, and the lines, with what is shown of them for public parameters. */
const REFUSED: readonly (readonly [string, string, string, string?])[] = [
  ['A', FORM, 'line 1'],
  ['\n\nA=1\nB', FORM, 'line 2'],
  ['A\nB\nC', FORM, 'line 1, line 2, line 3'],
  ['A\nB\n\nC\nD\nE=1\nF', FORM, 'line 1, line 2, line 4 and 2 more'],
  ['=1', NAME, 'line 1'],
  ['A =1', NAME, 'line 1'],
  ['A <<END\n1\nEND', NAME, 'line 1'],
  ['A-B=1', NAME, 'line 1'],
  ['Ä=1', NAME, 'line 1'],
  [`${'n'.repeat(129)}=1`, NAME, 'line 1'],
  ['A=1\nB=2\nA=3', TWICE, 'line 3', 'line 3 (A)'],
  [`A=${longest}x`, 'have values of 8192 characters at most', 'line 1', 'line 1 (A)'],
  [`A<<END\n${longest}\nx\nEND`, 'have values of 8192 characters at most', 'line 1', 'line 1 (A)'],
  ['A<<END\nx', END, 'line 1'],
  ['A<<END\nx\n END', END, 'line 1'],
  ['A<<', END, 'line 1'],
  ['A<<\n\nB=1', END, 'line 1'],
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path'].map(
    name => [`${name}=1`, FORBIDDEN, 'line 1', `line 1 (${name})`] as const,
  ),
  [`A=${BASE64_76}\nrest=`, WRAPPED, 'line 2'],
  [`A=${BASE64_76}\nrest==`, WRAPPED, 'line 2'],
  [`A=${BASE64_64}\n\nrest=`, WRAPPED, 'line 3'],
  [`A=${BASE64_64}\n${BASE64_64}\nre+st=`, WRAPPED, 'line 2, line 3'],
  [`A=${BASE64_76}\nrest`, WRAPPED, 'line 2'],
]

describe.each(['parameters', 'secret_parameters'] as const)('%s', input => {
  const isSecret = input === 'secret_parameters'
  const of = (text: string, more: InputValues = {}) => {
    const { parameters, secretParameters } = taken({ [input]: text, ...more }).order
    return isSecret ? secretParameters : parameters
  }
  const problemsOf = (text: string, more: InputValues = {}) => problems({ [input]: text, ...more })

  test.each(TAKEN)('%j are taken', (text, wanted) => {
    expect(of(text)).toEqual(wanted.map(([name, value]) => ({ name, value })))
  })

  test.each(REFUSED)('%j are refused', (text, must, lines, shown = lines) => {
    expect(problemsOf(text)).toEqual([`${input} must ${must}: not so in ${isSecret ? lines : shown}`])
  })

  test('do not repeat what branch sets', () => {
    const words = `${input} must not set codeBranch, which the input branch sets: not so in line 1`
    expect(problemsOf('codeBranch=main', { branch: 'main' })).toEqual([words])
    expect(problemsOf('codeBranch=main', { tag: 'v1' })).toEqual([])
  })

  test('are all checked', () => {
    expect(problemsOf('A\nPATH=1\nB=1\nB=2')).toHaveLength(3)
  })

  test.each(['A=', 'A= ', 'A==', 'A===', 'A<<END\nEND'])(
    '%j have a value only where an empty one is meant',
    text => {
      const found = problemsOf(`${text}\nB=1`)
      if (!isSecret) expect(found).toEqual([])
      else
        expect(found).toEqual([
          expect.stringMatching(/^secret_parameters must have a value .*base64 -w0\): not so in line 1$/),
        ])
    },
  )
})

test('no name is there twice over both', () => {
  expect(problems({ parameters: 'A=1', secret_parameters: 'B=1\nA=2' })).toEqual([
    `secret_parameters must ${TWICE}: not so in line 2`,
  ])
})

test('secret_parameters have 64 KB at most', () => {
  const lines = Array.from(
    { length: 16 },
    (_, at) => `${String.fromCharCode(65 + at)}=${'é'.repeat(2_000)}\n`,
  ).join('')
  const text = `${lines}Z=${'x'.repeat(65_536 - Buffer.byteLength(lines) - 2)}`
  expect(problems({ secret_parameters: text })).toEqual([])
  expect(problems({ secret_parameters: `${text}x` })).toEqual(['secret_parameters must have 64 KB at most'])
})

test('no problem shows a text of secret_parameters', () => {
  const text = `NAME_OF_IT=value-of-it\nNAME_OF_IT=value-two\n${BASE64_76}\nPATH=some-path\nODD-NAME=odd-value\nLAST<<MARK\nin-block`
  const shown = problems({ secret_parameters: text }).join('\n')
  for (const part of ['NAME_OF', 'value-', 'QUJD', 'some-', 'ODD', 'odd', 'LAST', 'MARK', 'in-block'])
    expect(shown).not.toContain(part)
})

describe('secrets', () => {
  const secretsOf = (changes: InputValues) => {
    const secrets: { readonly value: string; readonly kind: string | undefined }[] = []
    withEnvironment(environment(changes), () => {
      hideStartSecrets((value, kind) => secrets.push({ value, kind }))
    })
    return secrets
  }
  const valuesOf = (kind: string, changes: InputValues) =>
    secretsOf(changes)
      .filter(one => one.kind === kind)
      .map(({ value }) => value)

  test('are the values of secret_parameters, as passwords', () => {
    const text = 'A=one \nB<<END\n two\nthree\nEND\nC=four'
    expect(valuesOf('password', { secret_parameters: text })).toEqual(['one', ' two\nthree', 'four'])
    expect(valuesOf('password', { parameters: text })).toEqual([])
  })

  test('are all parts of lines that are not valid', () => {
    const text = `A=${BASE64_76}\nre+st=\nfree text\nB<<END\nunended`
    const found = valuesOf('password', { secret_parameters: text, job_id: 'x' })
    for (const part of [BASE64_76, 're+st=', 'free text', 'unended']) expect(found).toContain(part)
  })

  test.each([
    'DB_PASSWORD',
    'API_TOKEN',
    'secret',
    'MY_KEY_2',
    'npm_auth',
    'PWD',
    'PRIVATE',
    'A_cred',
    'PASS',
    'DBPASSWORD',
    'githubtoken',
    'X_CLIENTSECRET_1',
  ])('are the values of parameters called %s, unmasked, and a warning says to move them', name => {
    expect(valuesOf('unmasked', { parameters: `LEVEL=1\n${name}= v=1 ` })).toEqual([' v=1'])
    expect(taken({ parameters: `LEVEL=1\n${name}=v` }).warnings.map(rawText)).toEqual([
      `Move what is secret from parameters to secret_parameters: by their names, ${name} may be, and parameters are not masked`,
    ])
  })

  test.each([
    'ENV',
    'AUTHOR',
    'BYPASS_CHECKS',
    'accessKey',
    'CREDENTIALS',
    'passphrase',
    'TOKENS',
    'KEYS',
    'MONKEY',
    'codeBranch',
  ])('are not those of %s', name => {
    expect(valuesOf('unmasked', { parameters: `${name}=octocat-team` })).toEqual([])
    expect(taken({ parameters: `${name}=octocat-team` }).warnings).toEqual([])
  })

  test.each<InputValues>([
    { commit: '7c1b9e04d5f83a26', parameters: 'CACHE_KEY=7C1B9E04d5f83a26' },
    { branch: 'refs/heads/main', parameters: 'CACHE_KEY=main' },
    { branch: 'main', parameters: 'CACHE_KEY=refs/heads/main' },
    { tag: 'v1.2', parameters: 'CACHE_KEY=v1.2' },
    { parameters: `CACHE_KEY=${JOB_ID}` },
  ])('are not the commit, branch, tag or task: %j', changes => {
    expect(valuesOf('unmasked', changes)).toEqual([])
  })

  test('are the credentials, too', () => {
    expect(secretsOf({})).toContainEqual({ value: TEST_TOKEN, kind: 'credential' })
  })
})

test('a misspelled input is refused, and what the gate has besides is left alone', () => {
  expect(problems({ comit: '7c1b9e0' })).toEqual([
    expect.stringMatching(/^INPUT_COMIT is not an input of this action: use commit;/),
  ])
  expect(problems({ 'branch-name': 'main' })).toEqual([
    expect.stringMatching(/^INPUT_BRANCH-NAME is not an input of this action: use branch;/),
  ])
  expect(problems({ build_no: '7', wait: 'true' })).toEqual([])
})
