import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { keylessJob, TRUST } from '../../tools/fake-service/oidc.ts'
import { startFakeService, type FakeService, type FakeServiceOptions } from '../../tools/fake-service/server.ts'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun, type RunOptions } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { ownNamespace } from '../support/own-namespace.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'

// What users met, about inputs, credentials, outputs and ends: each with its neighbours, as a user sees it.

type Values = Readonly<Record<string, string>>
type Respond = NonNullable<FakeServiceOptions['respond']>

/** One run of dist/; what is left out is that of a build that passes, asked for with a token. */
interface Given {
  readonly inputs?: Values | ((url: string) => Values)
  readonly env?: RunOptions['env'] | ((url: string) => Values)
  readonly service?: Omit<FakeServiceOptions, 'respond'>
  readonly respond?: Respond
  readonly run?: Omit<RunOptions, 'inputs' | 'env'>
}

interface Ended extends ActionRun {
  readonly requests: FakeService['requests']
  readonly errors: readonly string[]
  readonly masks: readonly string[]
}

async function gate({ inputs = {}, env = {}, service, respond, run }: Given): Promise<Ended> {
  await using fakeService = await startFakeService({ respond: respond ?? recordOf({}), ...service })
  const { url, requests } = fakeService
  const given = typeof inputs === 'function' ? inputs(url) : inputs
  const hasOther = ['token', 'access_key', 'oidc_provider_urn'].some(name => name in given)
  const own = { job_id: JOB_ID, build_no: String(BUILD_NO), endpoint: url, ...(hasOther ? {} : { token: TEST_TOKEN }) }
  const ended = await runAction({
    inputs: { ...own, ...given },
    env: typeof env === 'function' ? env(url) : env,
    killAfterMs: 15_000,
    ...run,
  })
  const errors = annotations(ended.log).filter(({ level }) => level === 'error')
  const masks = findCommands(ended.log).filter(({ name }) => name === 'add-mask')
  return {
    ...ended,
    requests: [...requests],
    errors: errors.map(({ message }) => message),
    masks: masks.map(({ data }) => data),
  }
}

/** Answers with the record of a build that passes, with these fields changed. */
function recordOf(fields: object): Respond {
  return () => json(200, { success: true, result: { ...PASSING_RECORD, ...fields } })
}

function endOf({ exitCode, outputs }: ActionRun) {
  return [exitCode, outputs.get('reason')]
}

/** Everything that a run shows to people, but for masks. */
function shownBy({ log, summary, stderr }: ActionRun): string {
  return [...log.split('\n').filter(line => !line.startsWith('::add-mask::')), summary, stderr].join('\n')
}

function expectNothingOf(secret: string, shown: string): void {
  for (let at = 0; at + 8 <= secret.length; at++) expect(shown).not.toContain(secret.slice(at, at + 8))
}

const COMMIT_WITH_DIGITS = '7c1b123405d5f83a26b0e7419c8d52f6a3190be7'
const PASSES = [0, 'success'] as const

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
        respond: recordOf({ commit: COMMIT_WITH_DIGITS }),
      },
      PASSES,
    ],
    [
      'a branch that begins as the password of a proxy does',
      {
        inputs: { branch: 'production' },
        env: { HTTPS_PROXY: 'http://svc:Production2024!@127.0.0.1:9' },
        respond: recordOf({ branch: 'production' }),
      },
      PASSES,
    ],
    ['branch: refs/heads/main', { inputs: { branch: 'refs/heads/main' }, respond: recordOf({ branch: 'main' }) }, PASSES],
    [
      'a record of refs/heads/main',
      { inputs: { branch: 'main' }, respond: recordOf({ branch: 'refs/heads/main' }) },
      PASSES,
    ],
    [
      'refs/heads/main on both sides',
      { inputs: { branch: 'refs/heads/main' }, respond: recordOf({ branch: 'refs/heads/main' }) },
      PASSES,
    ],
    ['tag: refs/tags/v1', { inputs: { tag: 'refs/tags/v1' }, respond: recordOf({ tag: 'v1' }) }, PASSES],
    ['a record of refs/tags/v1', { inputs: { tag: 'v1' }, respond: recordOf({ tag: 'refs/tags/v1' }) }, PASSES],
    ['a branch in other letters', { inputs: { branch: 'Main' }, respond: recordOf({ branch: 'main' }) }, [1, 'branch_mismatch']],
    ['a tag of that name', { inputs: { branch: 'main' }, respond: recordOf({ branch: 'refs/tags/main' }) }, [1, 'branch_mismatch']],
    ['another tag', { inputs: { tag: 'v1' }, respond: recordOf({ tag: 'v1.0' }) }, [1, 'tag_mismatch']],
    ['no tag', { inputs: { tag: 'v1' }, respond: recordOf({ tag: null }) }, [1, 'tag_mismatch']],
    ['a branch in place of the tag', { inputs: { tag: 'v1' }, respond: recordOf({ branch: 'v1' }) }, [1, 'tag_mismatch']],
    [
      'another tag of a build that runs',
      { inputs: { tag: 'v1' }, respond: recordOf({ tag: 'v2', status: 'RUNNING', finish_time: null }) },
      [1, 'tag_mismatch'],
    ],
    [
      'another tag, and only a warning',
      { inputs: { tag: 'v1', fail_unless_success: 'false' }, respond: recordOf({ tag: 'v2' }) },
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
    const run = await gate(given)
    expect(endOf(run)).toEqual(end)
    expect(run.errors).toHaveLength(run.exitCode === 0 ? 0 : 1)
    if (end[1] === 'invalid_input') expect(run.requests).toEqual([])
    else expect(run.requests).toHaveLength(1)
  })

  test('outputs have the branch, the tag and the commit as they came', async () => {
    const fields = { branch: 'refs/heads/main', tag: 'refs/tags/v1', commit: COMMIT_WITH_DIGITS }
    const { outputs } = await gate({
      inputs: { branch: 'main', tag: 'v1', commit: COMMIT_WITH_DIGITS.slice(0, 9).toUpperCase() },
      env: { HTTP_PROXY: 'http://u:1234@127.0.0.1:9', HTTPS_PROXY: 'http://u:main@127.0.0.1:9' },
      respond: recordOf(fields),
    })
    expect(Object.fromEntries(outputs)).toMatchObject({ ...fields, success: 'true' })
  })
})

const { valid, notAllowed } = ACCESS_KEYS
const KEYS = { access_key: valid.accessKey, secret_key: valid.secretKey }
const TERRAFORM = { HW_ACCESS_KEY: notAllowed.accessKey, HW_SECRET_KEY: notAllowed.secretKey }
/** Leaves the answers to the fake service itself, which looks at credentials. */
const AS_SERVED = { respond: () => undefined, service: { records: { [`${JOB_ID}/${BUILD_NO}`]: PASSING_RECORD } } }

describe('what a run says of its credentials', () => {
  test('secrets that are all empty: that they are in runs from forks and of Dependabot', async () => {
    const run = await gate({ inputs: { token: '', access_key: '', secret_key: ' ' } })
    expect(run.errors).toEqual([
      expect.stringMatching(
        /^no credentials are given: the job must name the environment .*; secrets are empty in runs from forks and Dependabot;/,
      ),
    ])
  })

  test('keys of the environment: one line of the log, and the error names them', async () => {
    const source = 'the variables HW_ACCESS_KEY and HW_SECRET_KEY (Terraform)'
    const passed = await gate({
      ...AS_SERVED,
      inputs: { token: '' },
      env: { HW_ACCESS_KEY: valid.accessKey, HW_SECRET_KEY: valid.secretKey },
    })
    expect(endOf(passed)).toEqual(PASSES)
    expect(passed.log.split('\n').filter(line => line.includes('HW_'))).toEqual([`The credentials are from ${source}`])
    const refused = await gate({ ...AS_SERVED, inputs: { token: '' }, env: TERRAFORM })
    expect(endOf(refused)).toEqual([1, 'forbidden'])
    expect(refused.errors).toEqual([expect.stringContaining(`The keys are from ${source}`)])
    expect(refused.log).toContain(`\nThe credentials are from ${source}\n`)
    const unknown = await gate({ ...AS_SERVED, inputs: { token: '' }, env: { ...TERRAFORM, HW_SECRET_KEY: 'x' } })
    expect(endOf(unknown)).toEqual([1, 'unauthorized'])
    expect(unknown.errors).toEqual([expect.stringContaining(`Check ${source}`)])
  })

  test('keys of the inputs are not named in the log', async () => {
    const run = await gate({ ...AS_SERVED, inputs: KEYS })
    expect(endOf(run)).toEqual(PASSES)
    expect(run.log).not.toContain('The credentials are from')
  })

  test('an invalid region is the one problem, whatever the environment has', async () => {
    const run = await gate({
      inputs: { region: 'Peking', endpoint: '' },
      env: { HUAWEI_CLOUD_REGION: 'nowhere', HW_REGION_NAME: '/' },
    })
    expect(run.errors).toEqual([
      'region must be a region name such as cn-north-4, not "Peking"',
    ])
  })

  test('project_id beside token: a warning, and it is not sent', async () => {
    const run = await gate({ inputs: { token: TEST_TOKEN, project_id: 'abc' } })
    expect(endOf(run)).toEqual(PASSES)
    expect(annotations(run.log)).toMatchObject([
      { level: 'warning', message: 'project_id has no effect beside token: a token is already for one project' },
    ])
    expect(run.requests[0]?.headers).not.toHaveProperty('x-project-id')
  })
})

describe('the address of a page', () => {
  const page = `https://devcloud.ap-southeast-3.huaweicloud.com/cloudbuild/project/${'p'.repeat(32)}/build/detail/history/${JOB_ID}`

  test('names the task, gives the output url, and is not asked for anything', async () => {
    for (const respond of [recordOf({}), recordOf({ status: 'FAILURE' }), () => json(404, {})]) {
      const run = await gate({ inputs: { job_id: `${page}?token=hunter2#top` }, respond })
      expect(run.outputs.get('url')).toBe(page)
      expect(JSON.parse(run.outputs.get('builds') ?? '')).toMatchObject([{ job_id: JOB_ID, name: JOB_ID, url: page }])
      expect(run.requests.every(({ path }) => /^\/v[134]\//.test(path))).toBe(true)
      expect(shownBy(run)).not.toContain('hunter2')
    }
    const [plain, refused] = [await gate({}), await gate({ inputs: { job_id: `${page}/33` } })]
    expect([plain.outputs.get('url'), refused.outputs.get('url')]).toEqual(['', ''])
    expect([endOf(refused), refused.requests]).toEqual([[1, 'invalid_input'], []])
  })

  test('says which region is asked', async () => {
    const run = await gate({
      inputs: { job_id: page, endpoint: '' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:9' },
      run: { imports: [preloads.shortenTime], debug: true },
    })
    expect(run.log).toContain('Asking https://cloudbuild-ext.ap-southeast-3.myhuaweicloud.com/')
  })
})

describe('what is wrong with inputs stands in the first 120 characters of its line', () => {
  test.each<[string, Given, string]>([
    ['a boolean', { inputs: { wait: 'yes' } }, 'wait must be true or false, not "yes"'],
    ['no task', { inputs: { job_id: '' } }, 'job_id is missing: give the 32 letters and digits of the build task’s ID or the https:// address of its page'],
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
    ['an input of an outer action', { inputs: { tags: 'x' } }, 'INPUT_TAGS is not an input of this action: use tag;'],
    ['a name that says what it is', { inputs: { commit_sha: COMMIT_WITH_DIGITS } }, 'INPUT_COMMIT_SHA is not an input of this action: use commit;'],
  ])('%s', async (_, given, words) => {
    const run = await gate(given)
    expect([endOf(run), run.requests]).toEqual([[1, 'invalid_input'], []])
    expect(words.length).toBeLessThanOrEqual(120)
    expect(run.errors).toEqual([expect.stringContaining(words)])
    expect(run.errors[0]?.startsWith(words)).toBe(true)
    expect(run.masks).not.toContain('$CODEARTS_ACCESS_KEY')
  })

  test('a line each, in one annotation, and in the summary', async () => {
    const run = await gate({ inputs: { wait: 'yes', tag: 'refs/tags/', branch: 'a\n::error::b', log_lines: '\n::warning::c' } })
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
    const plain = await gate({ inputs: { wait: 'yes', tag: 'refs/tags/' }, env: { GITHUB_ACTIONS: 'false' } })
    expect(plain.log).toContain(`Error: CodeArts Build Gate: invalid_input: ${lines.slice(0, 2).join('\n')}\n`)
  })
})

describe('secrets', () => {
  test('the user of a proxy is no mask, and is not shown', async () => {
    const env = { HTTPS_PROXY: 'http://main:Sup3rSecretPw@127.0.0.1:9' }
    const inputs = { branch: 'main', endpoint: 'https://codearts.test' }
    const run = await gate({ inputs, env, run: { imports: [preloads.shortenTime], debug: true } })
    expect(endOf(run)).toEqual([1, 'unreachable'])
    expect(run.masks).not.toContain('main')
    expect(run.masks).toContain('Sup3rSecretPw')
    expect(shownBy(run)).not.toMatch(/main[:@]|Sup3rSecret/)
    expect(run.errors).toEqual([expect.stringContaining('the proxy 127.0.0.1:9')])
  })

  test('a short password of a proxy is no mask', async () => {
    const run = await gate({ env: { HTTPS_PROXY: 'http://svc:main@127.0.0.1:9' }, inputs: { endpoint: 'https://codearts.test' }, run: { imports: [preloads.shortenTime] } })
    expect(run.masks).toEqual([TEST_TOKEN, Buffer.from('svc:main').toString('base64')])
  })

  test('signatures that are under way at once', async () => {
    const signatures: string[] = []
    const respond: Respond = ({ path, headers }) => {
      if (path.endsWith('/record-info'))
        return json(200, { success: true, result: { ...PASSING_RECORD, status: 'FAILURE' } })
      const { authorization = '' } = headers
      signatures.push(/Signature=(\w+)/.exec(authorization)?.[1] ?? '')
      return json(400, { error_code: 'X.1', error_msg: `bad ${signatures.join(' ')} ${authorization}` })
    }
    const run = await gate({ inputs: KEYS, respond, run: { debug: true } })
    expect(new Set(signatures).size).toBe(3)
    expect(run.log).toContain('Signature=***')
    for (const signature of signatures) expectNothingOf(signature, shownBy(run))
  })

  const SK = 'vT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt'
  const AK = 'HSTA0123456789ABCDEF'
  const KEYS_GIVEN = { access_key_id: AK, secret_access_key: SK, security_token: `${SK}${AK}${SK}` }
  test.each<[string, Answer]>([
    ['within an error, with 200', json(200, { error: { credentials: KEYS_GIVEN } })],
    ['in a list of errors, with 403', json(403, { error: [KEYS_GIVEN] })],
    ['in the words of a refusal, with 200', json(200, { success: false, message: `gave ${SK}` })],
    ['in the words of a refusal, with 400', json(400, { success: false, message: `gave ${SK}` })],
    ['in the words of an error of the service', json(500, { error_code: 'STS5.1', error_msg: `gave ${SK} of ${AK}` })],
    ['under names of another spelling', json(401, { data: { accessKey: AK, secretKey: SK }, message: `${AK}/${SK}` })],
    ['of another shape', json(200, { credentials: [KEYS_GIVEN], Token: SK })],
    ['in JSON within a text', json(403, JSON.stringify({ message: SK, credentials: KEYS_GIVEN }))],
    ['in text that is no JSON', { status: 502, body: `<html><title>${SK}</title>${AK}</html>` }],
    ['in a code', json(400, { error_code: SK, error_msg: AK })],
  ])('keys that an exchange gives %s', async (_, answer) => {
    const run = await gate({
      inputs: url => keylessJob(url).inputs,
      env: url => keylessJob(url).env,
      respond: ({ path }) => (path.startsWith('/v5') ? answer : undefined),
      run: { debug: true, imports: [preloads.shortenTime] },
    })
    expect(run.exitCode).toBe(1)
    expect(run.errors).toHaveLength(1)
    expect(run.errors[0]).toContain('The OIDC token could not be exchanged for temporary keys')
    for (const key of [SK, AK]) expectNothingOf(key, shownBy(run))
  })

  test('claims of a token are code in the summary, and nothing links', async () => {
    const subject = 'repo:octo-org/storefront:ref:refs/heads/@octocat_#12_https://evil.example'
    const run = await gate({
      inputs: url => keylessJob(url).inputs,
      env: url => keylessJob(url).env,
      ...AS_SERVED,
      service: { oidc: { subject } },
    })
    expect(endOf(run)).toEqual([1, 'unauthorized'])
    for (const claim of [subject, TRUST.audience, TRUST.issuer])
      expect(run.summary).toContain(`<code>${claim}</code>`)
  })
})

describe('an exchange of credentials', () => {
  const keyless = (respond: Respond, keyLifetimeSeconds: number): Given => ({
    inputs: url => keylessJob(url).inputs,
    env: url => keylessJob(url).env,
    service: { oidc: { keyLifetimeSeconds } },
    respond,
  })
  const kindsOf = (requests: FakeService['requests']) =>
    requests.map(({ path }) => /id-token|assume|record-info|full-stages|download-log/.exec(path)?.[0])

  test('that always gives expired keys is given up after two', async () => {
    const run = await gate(keyless(() => undefined, -60))
    expect(endOf(run)).toEqual([1, 'invalid_response'])
    expect(run.errors).toEqual([expect.stringContaining('The temporary keys had expired when they came')])
    expect(kindsOf(run.requests).filter(kind => kind === 'assume')).toHaveLength(2)
  })

  test('is one for the stages and the log of a failed build', async () => {
    const respond: Respond = ({ path }) => {
      if (path.endsWith('/record-info'))
        return json(200, { success: true, result: { ...PASSING_RECORD, status: 'FAILURE' } })
      return /full-stages|download-log/.test(path) ? json(200, { status: 'success', result: [] }) : undefined
    }
    const { requests } = await gate({ ...keyless(respond, 3_600), run: { imports: [LATER_BEHIND_THE_RECORD] } })
    const kinds = kindsOf(requests)
    expect(kinds.slice(0, 5)).toEqual(['id-token', 'assume', 'record-info', 'id-token', 'assume'])
    expect(kinds.slice(5).sort()).toEqual(['download-log', 'full-stages'])
  })
})

/** A preload: once the record was read the clock is 57 minutes ahead, when keys for an hour have to be renewed. */
const LATER_BEHIND_THE_RECORD = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel'
  const now = Date.now
  let aheadMs = 0
  Date.now = () => now() + aheadMs
  subscribe('http.client.response.finish', ({ request }) => {
    if (request.path.endsWith('/record-info')) aheadMs = 57 * 60_000
  })`)}`

/** Answers with each of these in turn, and with the last one from then on; of the build before, there is none. */
function inTurn(...answers: readonly (Answer | object)[]): Respond {
  let at = 0
  return ({ path }) => {
    if (path.includes(`/${BUILD_NO - 1}/`)) return NO_BUILD
    const answer = answers[Math.min(at++, answers.length - 1)] ?? {}
    return 'body' in answer && 'status' in answer && typeof answer.status === 'number'
      ? (answer as Answer)
      : json(200, { success: true, result: { ...PASSING_RECORD, ...answer } })
  }
}

const RUNNING = { status: 'RUNNING', finish_time: null }
const RUNNING_TWO = { ...RUNNING, branch: 'two', err_msg: 'late' }
const NO_API = json(404, { error_code: 'APIGW.0101', error_msg: 'The API does not exist' })
const NO_ADDRESS = json(404, { error_code: 'CB.00060214', error_msg: 'no such address' })
const NO_BUILD = json(404, { error_code: 'DEVCB.00031006', error_msg: 'no such build' })
const NO_PAGE: Answer = { status: 404, headers: { 'Content-Type': 'text/html' }, body: '<title>Not Found</title>' }
const WAIT = { wait: 'true', poll_interval_seconds: '1' }
const QUICKLY = { imports: [preloads.shortenTime] }

describe('while waiting, an API that is not there', () => {
  test.each<[string, Values, readonly Answer[], number]>([
    ['APIGW.0101 of every version', {}, [NO_API], 3],
    ['CB.00060214 of every version', {}, [NO_ADDRESS], 3],
    ['each of the two', {}, [NO_API, NO_ADDRESS, NO_API], 3],
    ['APIGW.0101 of the one version that is asked', { api_version: 'v4' }, [NO_API], 1],
    ['a 404 that is no JSON, on two polls', {}, [NO_PAGE], 6],
    ['a 404 that is no JSON among others, on two polls', {}, [NO_API, NO_PAGE, NO_API], 4],
    ['APIGW.0101 for the newest number', { build_no: 'latest' }, [NO_API], 1],
    ['CB.00060214 for the newest number', { build_no: 'latest' }, [NO_ADDRESS], 1],
    ['a 404 that is no JSON for the newest number', { build_no: 'latest' }, [NO_PAGE], 2],
    ['APIGW.0101 for the list', { build_no: '', commit: 'abcdef0' }, [NO_API], 1],
    ['CB.00060214 for the list', { build_no: '', commit: 'abcdef0' }, [NO_ADDRESS], 1],
    ['a 404 that is no JSON for the list', { build_no: '', commit: 'abcdef0' }, [NO_PAGE], 2],
  ])('ends it at once: %s', async (_, inputs, answers, requestCount) => {
    const run = await gate({ inputs: { ...WAIT, ...inputs }, respond: inTurnsOf(answers), run: QUICKLY })
    expect(endOf(run)).toEqual([1, 'not_found'])
    expect(run.requests).toHaveLength(requestCount)
    expect(run.errors).toHaveLength(1)
  })

  test.each<[string, readonly Answer[]]>([
    ['a version that knows the API and not the build', [NO_API, NO_BUILD, NO_API]],
    ['a page once', [NO_PAGE, NO_PAGE, NO_PAGE, NO_BUILD]],
    ['a page on every other poll', [NO_PAGE, NO_PAGE, NO_PAGE, NO_BUILD, NO_BUILD, NO_BUILD, NO_PAGE]],
  ])('may be waited for: %s', async (_, answers) => {
    const run = await gate({ inputs: WAIT, respond: inTurn(...answers, NO_BUILD, NO_BUILD, NO_BUILD, {}), run: QUICKLY })
    expect(endOf(run)).toEqual(PASSES)
  })

  test.each<[string, readonly Answer[]]>([
    ['APIGW.0101', [NO_API, NO_API, NO_API, NO_API]],
    ['CB.00060214', [NO_ADDRESS, NO_ADDRESS]],
    ['a 404 that is no JSON', [NO_PAGE, NO_PAGE, NO_PAGE]],
    ['one after the other', [NO_API, NO_PAGE, NO_ADDRESS, NO_PAGE]],
  ])('is a fault like any other after a first record: %s', async (_, answers) => {
    const run = await gate({ inputs: WAIT, respond: inTurn(RUNNING, ...answers, {}), run: QUICKLY })
    expect(endOf(run)).toEqual(PASSES)
    expect(run.requests).toHaveLength(answers.length + 3)
  })
})

/** Answers with these over and over. */
function inTurnsOf(answers: readonly Answer[]): Respond {
  let at = 0
  return () => answers[at++ % answers.length]
}

describe('outputs have what was last read, on every way out', () => {
  const changing = (last: Answer | object): Respond =>
    inTurn({ ...RUNNING, status: 'PENDING', branch: 'one' }, RUNNING_TWO, last)

  test.each<[string, Given, string]>([
    ['a refusal', { respond: changing(json(403, { error_code: 'APIGW.0302', error_msg: 'no' })) }, 'forbidden'],
    ['a redirect', { respond: changing({ status: 302, headers: { Location: 'https://x.test/' }, body: '' }) }, 'invalid_response'],
    ['a record of another build', { respond: changing({ id: 'other' }) }, 'invalid_response'],
    ['a field of a wrong type', { respond: changing({ status: 17 }) }, 'invalid_response'],
    ['the limit of the wait', { inputs: { timeout_minutes: '1' }, respond: changing(RUNNING_TWO) }, 'wait_timeout'],
    [
      'the limit of the wait, with faults',
      { inputs: { timeout_minutes: '1' }, respond: changing(json(503, {})) },
      'wait_timeout',
    ],
    ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
      signal =>
        [
          signal,
          { respond: changing(RUNNING_TWO), run: { ...QUICKLY, cancel: { whenLogHas: 'RUNNING', signal } } },
          'cancelled',
        ] as [string, Given, string],
    ),
  ])('%s', async (_, { inputs, ...given }, reason) => {
    const run = await gate({ run: QUICKLY, ...given, inputs: { ...WAIT, ...(inputs as Values | undefined) } })
    expect(endOf(run)).toEqual([1, reason])
    expect(Object.fromEntries(run.outputs)).toMatchObject({ status: 'RUNNING', branch: 'two', err_msg: 'late', success: 'false' })
    expect(run.outputs.get('record')).toContain('"err_msg":"late"')
    expect(run.errors).toHaveLength(1)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s before anything was read sets the two', async signal => {
    const run = await gate({
      inputs: { wait: 'true' },
      respond: () => NO_BUILD,
      run: { ...QUICKLY, cancel: { whenLogHas: 'not there yet', signal } },
    })
    expect(endOf(run)).toEqual([1, 'cancelled'])
    expect(new Set(run.outputNames)).toEqual(new Set(['success', 'reason', 'url', 'builds', 'artifacts']))
  })
})

describe('outputs that cannot be written', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outputs-'))
    await writeFile(join(folder, 'read-only'), '')
  })
  afterAll(() => rm(folder, { recursive: true }))

  const readOnly = (): Given => ({
    env: { GITHUB_OUTPUT: join(folder, 'read-only') },
    // Root may write to any file, but to none of a file system that is mounted for reading.
    run: { through: ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"', join(folder, 'read-only')] },
    inputs: { region: 'x' },
  })
  const toFile = (file: () => string) => (): Given => ({ env: { GITHUB_OUTPUT: file() } })

  test.each<[string, () => Given, RegExp]>([
    ['the disk is full', toFile(() => '/dev/full'), /ENOSPC/],
    ['it is a folder', toFile(() => folder), /it is a folder/],
    ['it is not there', toFile(() => join(folder, 'missing')), /the runner has not made it/],
    ['its folder is not there', toFile(() => join(folder, 'missing/file')), /the runner has not made it/],
    ...(ownNamespace(':') === undefined ? [] : [['it may only be read', readOnly, /EROFS/] as [string, () => Given, RegExp]]),
  ])('fail the step, with words that say so: %s', async (_, given, words) => {
    for (const respond of [recordOf({}), recordOf({ status: 'FAILURE' })]) {
      const run = await gate({ ...given(), respond })
      expect(run.exitCode).toBe(1)
      expect(annotations(run.log)).toHaveLength(1)
      expect(run.errors).toEqual([
        expect.stringMatching(
          /^The step cannot pass, because its outputs could not be written\. Check that the disk of the runner is not full, and that the file can be written\. \(the file that GITHUB_OUTPUT names: .*\)$/,
        ),
      ])
      expect(run.errors[0]).toMatch(words)
      expect(run.log).not.toContain('set-output')
    }
  })
})

test('a build that failed takes two connections at most, for its record, its stages, its log and its tests', async () => {
  const peers = new Set<unknown>()
  const respond = ({ path }: FakeServiceRequest): Answer | undefined =>
    path.endsWith('/record-info')
      ? json(200, { success: true, result: { ...PASSING_RECORD, status: 'FAILURE' } })
      : json(200, { status: 'success', result: [] })
  await using service = await startFakeService({ respond, onConnection: port => peers.add(port) })
  const run = await runAction({
    inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint: service.url },
  })
  expect([endOf(run), service.requests.length]).toEqual([[1, 'failed'], 4])
  expect(peers.size).toBeLessThanOrEqual(2)
})
