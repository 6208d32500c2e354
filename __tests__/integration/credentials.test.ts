// What a run says of its credentials, and what it shows of secrets: in this process. That each kind passes is in dist/credentials.
import { describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { json, type Answer } from '../../tools/fake-service/exchange.ts'
import { keylessJob, TRUST } from '../../tools/fake-service/oidc.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { AS_SERVED, endOf, oneRun, PASSES, type Respond, shownBy } from '../support/in-process/one-run.ts'
import { PASSING_RECORD } from '../support/builders/passing-build.ts'

const { valid, notAllowed } = ACCESS_KEYS
const KEYS = { access_key: valid.accessKey, secret_key: valid.secretKey }
const TERRAFORM = { HW_ACCESS_KEY: notAllowed.accessKey, HW_SECRET_KEY: notAllowed.secretKey }

function expectNothingOf(secret: string, shown: string): void {
  for (let at = 0; at + 8 <= secret.length; at++) expect(shown).not.toContain(secret.slice(at, at + 8))
}

describe('what a run says of its credentials', () => {
  test('secrets that are all empty: that they are in runs from forks and of Dependabot', async () => {
    const run = await oneRun({ inputs: { token: '', access_key: '', secret_key: ' ' } })
    expect(run.errors).toEqual([
      expect.stringMatching(
        /^no credentials are given: the job must name the environment .*; secrets are empty in runs from forks and Dependabot;/,
      ),
    ])
  })

  test('keys of the environment: one line of the log, and the error names them', async () => {
    const source = 'the variables HW_ACCESS_KEY and HW_SECRET_KEY (Terraform)'
    const passed = await oneRun({
      ...AS_SERVED,
      inputs: { token: '' },
      env: { HW_ACCESS_KEY: valid.accessKey, HW_SECRET_KEY: valid.secretKey },
    })
    expect(endOf(passed)).toEqual(PASSES)
    expect(passed.log.split('\n').filter(line => line.includes('HW_'))).toEqual([
      `The credentials are from ${source}`,
    ])
    const refused = await oneRun({ ...AS_SERVED, inputs: { token: '' }, env: TERRAFORM })
    expect(endOf(refused)).toEqual([1, 'forbidden'])
    expect(refused.errors).toEqual([expect.stringContaining(`The keys are from ${source}`)])
    expect(refused.log).toContain(`\nThe credentials are from ${source}\n`)
    const unknown = await oneRun({
      ...AS_SERVED,
      inputs: { token: '' },
      env: { ...TERRAFORM, HW_SECRET_KEY: 'x' },
    })
    expect(endOf(unknown)).toEqual([1, 'unauthorized'])
    expect(unknown.errors).toEqual([expect.stringContaining(`Check ${source}`)])
  })

  test('keys of the inputs are not named in the log', async () => {
    const run = await oneRun({ ...AS_SERVED, inputs: KEYS })
    expect(endOf(run)).toEqual(PASSES)
    expect(run.log).not.toContain('The credentials are from')
  })

  test('an invalid region is the one problem, whatever the environment has', async () => {
    const run = await oneRun({
      inputs: { region: 'Peking', endpoint: '' },
      env: { HUAWEI_CLOUD_REGION: 'nowhere', HW_REGION_NAME: '/' },
    })
    expect(run.errors).toEqual(['region must be a region name such as cn-north-4, not "Peking"'])
  })

  test('project_id beside token: a warning, and it is not sent', async () => {
    const run = await oneRun({ inputs: { token: TEST_TOKEN, project_id: 'abc' } })
    expect(endOf(run)).toEqual(PASSES)
    expect(annotations(run.log)).toMatchObject([
      {
        level: 'warning',
        message: 'project_id has no effect beside token: a token is already for one project',
      },
    ])
    expect(run.requests[0]?.headers).not.toHaveProperty('x-project-id')
  })
})

describe('secrets', () => {
  test('the user of a proxy is no mask, and is not shown', async () => {
    const env = { HTTPS_PROXY: 'http://main:Sup3rSecretPw@127.0.0.1:9' }
    const inputs = { branch: 'main', endpoint: 'https://codearts.test' }
    const run = await oneRun({ inputs, env, run: { debug: true } })
    expect(endOf(run)).toEqual([1, 'unreachable'])
    expect(run.masks).not.toContain('main')
    expect(run.masks).toContain('Sup3rSecretPw')
    expect(shownBy(run)).not.toMatch(/main[:@]|Sup3rSecret/)
    expect(run.errors).toEqual([expect.stringContaining('the proxy 127.0.0.1:9')])
  })

  test('a short password of a proxy is no mask', async () => {
    const run = await oneRun({
      env: { HTTPS_PROXY: 'http://svc:main@127.0.0.1:9' },
      inputs: { endpoint: 'https://codearts.test' },
    })
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
    const run = await oneRun({ inputs: KEYS, respond, run: { debug: true } })
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
    [
      'in the words of an error of the service',
      json(500, { error_code: 'STS5.1', error_msg: `gave ${SK} of ${AK}` }),
    ],
    [
      'under names of another spelling',
      json(401, { data: { accessKey: AK, secretKey: SK }, message: `${AK}/${SK}` }),
    ],
    ['of another shape', json(200, { credentials: [KEYS_GIVEN], Token: SK })],
    ['in JSON within a text', json(403, JSON.stringify({ message: SK, credentials: KEYS_GIVEN }))],
    ['in text that is no JSON', { status: 502, body: `<html><title>${SK}</title>${AK}</html>` }],
    ['in a code', json(400, { error_code: SK, error_msg: AK })],
  ])('keys that an exchange gives %s', async (_, answer) => {
    const run = await oneRun({
      inputs: url => keylessJob(url).inputs,
      env: url => keylessJob(url).env,
      respond: ({ path }) => (path.startsWith('/v5') ? answer : undefined),
      run: { debug: true },
    })
    expect(run.exitCode).toBe(1)
    expect(run.errors).toHaveLength(1)
    expect(run.errors[0]).toContain('The OIDC token could not be exchanged for temporary keys')
    for (const key of [SK, AK]) expectNothingOf(key, shownBy(run))
  })

  test('claims of a token are code in the summary, and nothing links', async () => {
    const subject = 'repo:octo-org/storefront:ref:refs/heads/@octocat_#12_https://evil.example'
    const run = await oneRun({
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

test('an exchange that always gives expired keys is given up after two', async () => {
  const run = await oneRun({
    inputs: url => keylessJob(url).inputs,
    env: url => keylessJob(url).env,
    service: { oidc: { keyLifetimeSeconds: -60 } },
    respond: () => undefined,
  })
  expect(endOf(run)).toEqual([1, 'invalid_response'])
  expect(run.errors).toEqual([expect.stringContaining('The temporary keys had expired when they came')])
  expect(run.requests.filter(({ path }) => path.includes('assume'))).toHaveLength(2)
})
