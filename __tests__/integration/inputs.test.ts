// What a run makes of its inputs, as a user sees it: in this process. The rules of each input are in unit/action-inputs.
import { describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import {
  endOf,
  oneRun,
  type Given,
  PASSES,
  answerWithRecord,
  shownBy,
} from '../support/in-process/one-run.ts'
import { JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'

const COMMIT_WITH_DIGITS = '7c1b123405d5f83a26b0e7419c8d52f6a3190be7'

describe('a run ends as it should', () => {
  test.each<[string, Given, readonly [number, string]]>([
    [
      'an error whose field is called as the password of a proxy',
      {
        env: { HTTPS_PROXY: 'http://svc:error@127.0.0.1:9' },
        respond: () =>
          json(200, { success: true, error: 'boom', error_code: 'CB.00060200', result: PASSING_RECORD }),
      },
      [1, 'service_error'],
    ],
    [
      'a commit that has the password of a proxy in it',
      {
        inputs: { commit: COMMIT_WITH_DIGITS },
        env: { HTTP_PROXY: 'http://u:1234@127.0.0.1:9', HTTPS_PROXY: 'http://u:1234@127.0.0.1:9' },
        respond: answerWithRecord({ commit: COMMIT_WITH_DIGITS }),
      },
      PASSES,
    ],
    [
      'a branch that begins as the password of a proxy does',
      {
        inputs: { branch: 'production' },
        env: { HTTPS_PROXY: 'http://svc:Production2024!@127.0.0.1:9' },
        respond: answerWithRecord({ branch: 'production' }),
      },
      PASSES,
    ],
    [
      'branch: refs/heads/main',
      { inputs: { branch: 'refs/heads/main' }, respond: answerWithRecord({ branch: 'main' }) },
      PASSES,
    ],
    [
      'a record of refs/heads/main',
      { inputs: { branch: 'main' }, respond: answerWithRecord({ branch: 'refs/heads/main' }) },
      PASSES,
    ],
    [
      'refs/heads/main on both sides',
      { inputs: { branch: 'refs/heads/main' }, respond: answerWithRecord({ branch: 'refs/heads/main' }) },
      PASSES,
    ],
    [
      'tag: refs/tags/v1',
      { inputs: { tag: 'refs/tags/v1' }, respond: answerWithRecord({ tag: 'v1' }) },
      PASSES,
    ],
    [
      'a record of refs/tags/v1',
      { inputs: { tag: 'v1' }, respond: answerWithRecord({ tag: 'refs/tags/v1' }) },
      PASSES,
    ],
    [
      'a branch in other letters',
      { inputs: { branch: 'Main' }, respond: answerWithRecord({ branch: 'main' }) },
      [1, 'branch_mismatch'],
    ],
    [
      'a tag of that name',
      { inputs: { branch: 'main' }, respond: answerWithRecord({ branch: 'refs/tags/main' }) },
      [1, 'branch_mismatch'],
    ],
    [
      'another tag',
      { inputs: { tag: 'v1' }, respond: answerWithRecord({ tag: 'v1.0' }) },
      [1, 'tag_mismatch'],
    ],
    ['no tag', { inputs: { tag: 'v1' }, respond: answerWithRecord({ tag: null }) }, [1, 'tag_mismatch']],
    [
      'a branch in place of the tag',
      { inputs: { tag: 'v1' }, respond: answerWithRecord({ branch: 'v1' }) },
      [1, 'tag_mismatch'],
    ],
    [
      'another tag of a build that runs',
      {
        inputs: { tag: 'v1' },
        respond: answerWithRecord({ tag: 'v2', status: 'RUNNING', finish_time: null }),
      },
      [1, 'tag_mismatch'],
    ],
    [
      'another tag, and only a warning',
      { inputs: { tag: 'v1', fail_unless_success: 'false' }, respond: answerWithRecord({ tag: 'v2' }) },
      [0, 'tag_mismatch'],
    ],
    ['branch: refs/heads/', { inputs: { branch: 'refs/heads/' } }, [1, 'invalid_input']],
    ['tag: refs/tags/', { inputs: { tag: 'refs/tags/' } }, [1, 'invalid_input']],
    [
      'INPUT_ variables of other programs',
      { env: { INPUT_MAIN: 'x', INPUT_FOO: 'x', INPUT_WHO_TO_GREET: 'x', INPUT_TARGET: 'x' } },
      PASSES,
    ],
    ['a misspelled input', { inputs: { comit: 'abcdef0' } }, [1, 'invalid_input']],
    ['a misspelled input without a value', { inputs: { tga: '' } }, [1, 'invalid_input']],
    ['a sixth of a minute', { inputs: { wait: 'true', timeout_minutes: '0.16666666666666666' } }, PASSES],
    ['an odd region of the environment beside endpoint', { env: { HUAWEI_CLOUD_REGION: 'nowhere' } }, PASSES],
  ])('%s', async (_, given, end) => {
    const run = await oneRun(given)
    expect(endOf(run)).toEqual(end)
    expect(run.errors).toHaveLength(run.exitCode === 0 ? 0 : 1)
    if (end[1] === 'invalid_input') expect(run.requests).toEqual([])
    else expect(run.requests).toHaveLength(1)
  })

  test('outputs have the branch, the tag and the commit as they came', async () => {
    const fields = { branch: 'refs/heads/main', tag: 'refs/tags/v1', commit: COMMIT_WITH_DIGITS }
    const { outputs } = await oneRun({
      inputs: { branch: 'main', tag: 'v1', commit: COMMIT_WITH_DIGITS.slice(0, 9).toUpperCase() },
      env: { HTTP_PROXY: 'http://u:1234@127.0.0.1:9', HTTPS_PROXY: 'http://u:main@127.0.0.1:9' },
      respond: answerWithRecord(fields),
    })
    expect(Object.fromEntries(outputs)).toMatchObject({ ...fields, success: 'true' })
  })
})

const { valid } = ACCESS_KEYS

describe('the address of a page', () => {
  const page = `https://devcloud.ap-southeast-3.huaweicloud.com/cloudbuild/project/${'p'.repeat(32)}/build/detail/history/${JOB_ID}`

  test('names the task, gives the output url, and is not asked for anything', async () => {
    for (const respond of [
      answerWithRecord({}),
      answerWithRecord({ status: 'FAILURE' }),
      () => json(404, {}),
    ]) {
      const run = await oneRun({ inputs: { job_id: `${page}?token=hunter2#top` }, respond })
      expect(run.outputs.get('url')).toBe(page)
      expect(JSON.parse(run.outputs.get('builds') ?? '')).toMatchObject([
        { job_id: JOB_ID, name: JOB_ID, url: page },
      ])
      expect(run.requests.every(({ path }) => /^\/v[134]\//.test(path))).toBe(true)
      expect(shownBy(run)).not.toContain('hunter2')
    }
    const [plain, refused] = [await oneRun({}), await oneRun({ inputs: { job_id: `${page}/33` } })]
    expect([plain.outputs.get('url'), refused.outputs.get('url')]).toEqual(['', ''])
    expect([endOf(refused), refused.requests]).toEqual([[1, 'invalid_input'], []])
  })

  test('says which region is asked', async () => {
    const run = await oneRun({
      inputs: { job_id: page, endpoint: '' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:9' },
      run: { debug: true },
    })
    expect(run.log).toContain('Asking https://cloudbuild-ext.ap-southeast-3.myhuaweicloud.com/')
  })
})

describe('what is wrong with inputs stands in the first 120 characters of its line', () => {
  test.each<[string, Given, string]>([
    ['a boolean', { inputs: { wait: 'yes' } }, 'wait must be true or false, not "yes"'],
    [
      'no task',
      { inputs: { job_id: '' } },
      'job_id is missing: give the 32 letters and digits of the build task’s ID or the https:// address of its page',
    ],
    [
      'no number',
      { inputs: { build_no: '' } },
      'build_no is missing: give a whole number from 1 to 2147483647, or latest; or give commit',
    ],
    [
      'two tasks without a number',
      { inputs: { job_id: `${JOB_ID}\n${'1'.repeat(32)}`, build_no: '' } },
      'build_no is missing: give latest, or a number for each build in job_id (ID/NUMBER), or commit',
    ],
    [
      'an empty number after an address',
      { inputs: { job_id: `https://codearts.example/detail/history/${JOB_ID}/` } },
      'job_id must be ID/NUMBER, because a number or a / after the ID in an address is not read',
    ],
    [
      'the name of a variable in place of a key',
      { inputs: { access_key: '$CODEARTS_ACCESS_KEY', secret_key: valid.secretKey } },
      'access_key has the name of a variable in place of its value: check that $CODEARTS_ACCESS_KEY is set for this step',
    ],
    [
      'half a pair of the environment',
      { inputs: { token: '' }, env: { HUAWEICLOUD_SDK_AK: valid.accessKey } },
      'the variable HUAWEICLOUD_SDK_SK is missing: set it together with HUAWEICLOUD_SDK_AK, or set neither',
    ],
    [
      'no credentials',
      { inputs: { token: '' } },
      'no credentials are given: the job must name the environment that holds the secrets (environment: NAME)',
    ],
    [
      'no credentials in Azure Pipelines',
      { inputs: { token: '' }, env: { TF_BUILD: 'True' } },
      'no credentials are given: in Azure Pipelines set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK',
    ],
    [
      'an input of an outer action',
      { inputs: { tags: 'x' } },
      'INPUT_TAGS is not an input of this action: use tag;',
    ],
    [
      'a name that says what it is',
      { inputs: { commit_sha: COMMIT_WITH_DIGITS } },
      'INPUT_COMMIT_SHA is not an input of this action: use commit;',
    ],
  ])('%s', async (_, given, words) => {
    const run = await oneRun(given)
    expect([endOf(run), run.requests]).toEqual([[1, 'invalid_input'], []])
    expect(words.length).toBeLessThanOrEqual(120)
    expect(run.errors).toEqual([expect.stringContaining(words)])
    expect(run.errors[0]?.startsWith(words)).toBe(true)
    expect(run.masks).not.toContain('$CODEARTS_ACCESS_KEY')
  })

  test('a line each, in one annotation, and in the summary', async () => {
    const run = await oneRun({
      inputs: { wait: 'yes', tag: 'refs/tags/', branch: 'a\n::error::b', log_lines: '\n::warning::c' },
    })
    const lines = [
      'tag must be the name of a tag, not "refs/tags/"',
      'wait must be true or false, not "yes"',
      'log_lines must be a whole number from 0 to 1000, not "::warning::c"',
    ]
    expect(run.errors).toEqual([lines.join('\n')])
    expect(annotations(run.log)).toHaveLength(1)
    expect(run.summary).toContain(
      'tag must be the name of a tag, not <code>refs/tags/</code><br>\nwait must be true or false, not <code>yes</code><br>\n',
    )
    const plain = await oneRun({
      inputs: { wait: 'yes', tag: 'refs/tags/' },
      env: { GITHUB_ACTIONS: 'false' },
    })
    expect(plain.log).toContain(
      `Error: CodeArts Build Gate: invalid_input: ${lines.slice(0, 2).join('\n')}\n`,
    )
  })
})
