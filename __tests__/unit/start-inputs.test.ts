import { describe, expect, test } from '@jest/globals'
import { readStartInputs, secretStartInputs } from '../../src/start/inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { inputsOf, TEST_TOKEN, type InputValues } from '../support/environment.ts'
import { JOB_ID } from '../support/passing-build.ts'
import { withEnvironment } from '../support/with-environment.ts'

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
    expect(taken({})).toMatchObject({ jobId: JOB_ID, commit: undefined, branch: undefined, tag: undefined })
    expect(taken({}).parameters).toEqual([])
    expect(taken({}).endpoint.href).toBe('https://cloudbuild-ext.cn-north-4.myhuaweicloud.com/')
  })

  test.each([
    [{ commit: '7c1b9e0' }, { commit: '7c1b9e0' }],
    [{ branch: ' refs/heads/main ' }, { branch: 'main' }],
    [{ tag: 'refs/tags/v1' }, { tag: 'v1' }],
  ])('is what %j says', (inputs, wanted) => {
    expect(taken(inputs)).toMatchObject(wanted)
  })

  test.each([
    [{ commit: '7c1b9e0', branch: 'main' }, 'commit and branch are given'],
    [{ branch: 'main', tag: 'v1' }, 'branch and tag are given'],
    [{ commit: '7c1b9e0', branch: 'main', tag: 'v1' }, 'commit and branch and tag are given'],
    [{ commit: 'main', tag: 'v1' }, 'commit and tag are given'],
  ])('is not clear with %j', (inputs, words) => {
    expect(problems(inputs)).toContainEqual(`${words}: one at most can say what is built`)
  })

  test.each(['main', '7c1b9', '7c1b9e0z', 'g'.repeat(40)])('is no commit "%s"', commit => {
    expect(problems({ commit })).toEqual([`commit must be 7 to 64 hexadecimal digits, not "${commit}"`])
  })
})

describe('the build task', () => {
  const page = `https://devcloud.cn-east-3.huaweicloud.com/detail/history/${JOB_ID}`

  test('is an ID or an address, whose region is asked', () => {
    expect(taken({ job_id: `${page}?x` })).toMatchObject({ jobId: JOB_ID })
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

describe('parameters', () => {
  const of = (parameters: string, more: InputValues = {}) => taken({ parameters, ...more }).parameters
  const problemsOf = (parameters: string, more: InputValues = {}) => problems({ parameters, ...more })
  const longest = 'x'.repeat(8_192)

  test.each([
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
    ['A=', [['A', '']]],
    ['A=1=2', [['A', '1=2']]],
    ['A= 1', [['A', ' 1']]],
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
  ])('%j are taken', (text, wanted) => {
    expect(of(text)).toEqual(wanted.map(([name, value]) => ({ name, value })))
  })

  const NAME = 'has a name that is not 1 to 128 of A-Z, a-z, 0-9 and _'
  test.each([
    ['A', 'line 1, has no "=": it accepts NAME=value, and a value has no line ends'],
    ['\n\nA=1\nB', 'line 2, has no "=": it accepts NAME=value, and a value has no line ends'],
    ['=1', `line 1, ${NAME}`],
    ['A =1', `line 1, ${NAME}`],
    ['A-B=1', `line 1, ${NAME}`],
    ['Ä=1', `line 1, ${NAME}`],
    [`${'n'.repeat(129)}=1`, `line 1, ${NAME}`],
    ['A=1\nB=2\nA=3', 'line 3, sets A, which line 1 sets'],
    [`A=${longest}x`, 'line 1, gives A 8193 characters: it accepts 8192 at most'],
    ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path'].map(name => [
      `${name}=1`,
      `line 1, sets ${name}, which the service does not allow`,
    ]),
  ])('%j are refused', (text = '', words = '') => {
    expect(problemsOf(text)).toEqual([`parameters, ${words}`])
  })

  test('do not repeat what branch sets', () => {
    const words = 'parameters, line 1, sets codeBranch, which the input branch sets'
    expect(problemsOf('codeBranch=main', { branch: 'main' })).toEqual([words])
    expect(problemsOf('codeBranch=main', { tag: 'v1' })).toEqual([])
  })

  test('are all checked', () => {
    expect(problemsOf('A\nPATH=1\nB=1\nB=2')).toHaveLength(3)
  })
})

describe('secrets', () => {
  const secrets = (parameters: string) =>
    withEnvironment(environment({ parameters }), secretStartInputs)
      .filter(({ kind }) => kind === 'password')
      .map(({ value }) => value)

  test.each([
    'DB_PASSWORD',
    'passphrase',
    'API_TOKEN',
    'secret',
    'accessKey',
    'CREDENTIALS',
    'npm_auth',
    'PWD',
    'PRIVATE',
    'my-token',
  ])('are the values of %s', name => {
    expect(secrets(`LEVEL=1\n${name}= v=1 `)).toEqual([' v=1'])
  })

  test('are not those of other names', () => {
    expect(secrets('ENV=prod\nLEVEL=debug\ncodeBranch=main')).toEqual([])
  })

  test('are the credentials, too', () => {
    const all = withEnvironment(environment({}), secretStartInputs)
    expect(all).toContainEqual({ value: TEST_TOKEN, kind: 'credential' })
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
