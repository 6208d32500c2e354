import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { serviceError } from '../../tools/fake-service/errors.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { isJsonObject } from '../../tools/json.ts'
import {
  createTestAuthority,
  TEST_HOST,
  type ServerCertificate,
  type TestAuthority,
} from '../../tools/runner/certificates.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { listOf } from '../support/builders/listed-builds.ts'
import { runInProcess, type InProcessRun } from '../support/in-process/run-in-process.ts'

// The workflows in the pages of earlier versions, as they stand, against the bundles of today: same hosts, through a proxy. That
// they fail where they should is tried in this process.

const SUPPORT = join(import.meta.dirname, '../support')
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const HOSTS = [
  'cloudbuild-ext.cn-north-4.myhuaweicloud.com',
  'sts.cn-north-4.myhuaweicloud.com',
  'codearts.example.com',
  TEST_HOST,
]

/** What the expressions of the workflows stand for. */
const VALUES: Readonly<Record<string, string>> = {
  'github.sha': COMMIT,
  'github.event.pull_request.head.sha || github.sha': COMMIT,
  'secrets.HUAWEI_ACCESS_KEY': 'K7QZ2MWLTDXR9BVAHCE4',
  'secrets.HUAWEI_SECRET_KEY': 'vT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt',
  'secrets.HUAWEI_START_ACCESS_KEY': 'K7QZ2MWLTDXR9BVAHCE5',
  'secrets.HUAWEI_START_SECRET_KEY': 'wT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt',
  'secrets.HUAWEI_GATE_ACCESS_KEY': 'K7QZ2MWLTDXR9BVAHCE4',
  'secrets.HUAWEI_GATE_SECRET_KEY': 'vT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt',
  'secrets.REGISTRY_TOKEN': 'registry-token-of-somebody',
  'secrets.CODEARTS_TOKEN': tokenOf('valid'),
  'steps.sign-in.outputs.access_key': 'HSTA0123456789ABCDEF',
  'steps.sign-in.outputs.secret_key': 'aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3a',
  'steps.sign-in.outputs.security_token': 'hQpjbi1ub3J0aC03iLongEnough',
  'matrix.job_id': 'cb5fa20de5fd4cf8be681d4bd6fdd2f6',
  'inputs.build_no': '61',
  'steps.start.outputs.build_no': '61',
  'needs.build.outputs.build_no': '61',
}

type Values = Readonly<Record<string, string>>

interface Step {
  readonly action: 'gate' | 'start'
  readonly inputs: Values
  readonly env: Values
}

/** The steps of both actions in a piece of YAML, with what earlier steps leave for them. */
function stepsIn(node: unknown): Step[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(stepsIn)
  const used = isJsonObject(node) ? /\/codearts-build-gate(\/start)?@/.exec(String(node['uses'])) : null
  if (!isJsonObject(node) || used === null) return inner
  const action = used[1] === undefined ? 'gate' : 'start'
  return [{ action, inputs: filledIn(node['with']), env: filledIn(node['env']) }, ...inner]
}

function filledIn(values: unknown): Values {
  if (!isJsonObject(values)) return {}
  const filled = Object.entries(values).map(([name, value]) => [
    name,
    String(value).replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
      const known = VALUES[expression]
      if (known === undefined) throw new Error(`nothing stands for ${expression}`)
      return known
    }),
  ])
  return Object.fromEntries(filled) as Values
}

/** Every step of the pages of a version, in the order of the pages' names. */
function stepsOfVersion(version: string): (Step & { page: string; yaml: string })[] {
  const folder = join(SUPPORT, `pages-${version}`)
  const pages = globSync('**/*.md', { cwd: folder }).sort()
  return pages.flatMap(page => {
    const blocks = readFileSync(join(folder, page), 'utf8').matchAll(/^```ya?ml\n(.*?)^```/gms)
    return Array.from(blocks, ([, yaml = '']) => yaml).flatMap(yaml =>
      stepsIn(parse(yaml)).map(step => ({ page, yaml, ...step })),
    )
  })
}

/** The same finished build of every build task, and whatever an exchange needs; nobody looks at credentials. */
function serviceWith(status: string): (request: FakeServiceRequest) => Answer | undefined {
  const finished = {
    status,
    commit: COMMIT,
    branch: 'main',
    daily_build_num: '20261124.1',
    finish_time: '2026-11-24T07:30:27.000+00:00',
  }
  const row = { job_running_status: 'Finished', state: status, commit_id: COMMIT }
  return request => {
    const { path } = request
    if (path === '/github') return json(200, { value: 'eyJh.eyJz.c2ln' })
    if (path.startsWith('/v5')) {
      const expiration = new Date(Date.now() + 3_600_000).toISOString()
      return json(200, {
        credentials: {
          access_key_id: 'HSTB0123',
          secret_access_key: 'k'.repeat(40),
          security_token: 't'.repeat(40),
          expiration,
        },
      })
    }
    if (path === '/v1/job/execute') {
      if (status !== 'SUCCESS') return serviceError(403, 'CB.00020001', 'no permission')()
      return json(200, {
        octopus_job_name: 'j_1',
        actual_build_number: '61',
        daily_build_number: '20261124.1',
      })
    }
    if (path.endsWith('/running-status'))
      return json(200, { status: 'success', error: null, result: { is_running: false, last_build_no: '61' } })
    const jobId = /[0-9a-z]{32}/.exec(path)?.[0] ?? ''
    const record = { ...finished, id: `record-of-${jobId}`, codeci_job_id: jobId }
    return (
      listOf([{ no: 61, row, record }])(request) ?? json(200, { status: 'success', error: null, result: [] })
    )
  }
}

let authority: TestAuthority
let certificate: ServerCertificate
const trustedBefore = getCACertificates('default')
beforeAll(async () => {
  authority = await createTestAuthority()
  certificate = await authority.issue({ names: HOSTS })
  setDefaultCACertificates([...trustedBefore, authority.caPem])
})
afterAll(async () => {
  setDefaultCACertificates(trustedBefore)
  await authority[Symbol.asyncDispose]()
})

/** Starts an action: in this process, or through dist/. */
type Runner = (options: Pick<RunOptions, 'action' | 'inputs' | 'env'>) => Promise<InProcessRun>

/** Runs the action as that step does, with a runner that has what the page asks for. */
async function runStep(step: ReturnType<typeof stepsOfVersion>[number], status: string, runner: Runner) {
  const { action, yaml, inputs, env } = step
  await using service = await startFakeService({
    tls: certificate,
    respond: serviceWith(status),
  })
  await using proxy = await startConnectProxy({
    hosts: Object.fromEntries(HOSTS.map(host => [host, service.port])),
  })
  const signedIn = {
    HUAWEI_CLOUD_ACCESS_KEY_ID: 'K7QZ2MWLTDXR9BVAHCE4',
    HUAWEI_CLOUD_SECRET_ACCESS_KEY: 'vT3xGdQ9sKfYb5RmLw2ZpHcJ8nUaE7iXoVk4DyCt',
    HUAWEI_CLOUD_REGION: 'cn-north-4',
  }
  const run = await runner({
    action,
    inputs,
    env: {
      ...env,
      HTTPS_PROXY: proxy.url,
      NODE_EXTRA_CA_CERTS: authority.caFile,
      ...(yaml.includes('huaweicloud/auth-action@') ? signedIn : {}),
      ...(yaml.includes('id-token: write')
        ? {
            ACTIONS_ID_TOKEN_REQUEST_URL: `https://${TEST_HOST}/github`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer-of-the-job',
          }
        : {}),
    },
  })
  return { run, requests: [...service.requests] }
}

/** What a step leaves behind on a build that passed, or that was started. */
const PASSED = {
  gate: { success: 'true', commit: COMMIT, daily_build_num: '20261124.1' },
  start: { success: 'true', build_no: '61', execution_id: 'j_1' },
}

/** How many steps the pages of each version have: gates and starts. */
const VERSIONS = [
  ['1.0.0', 13, 0],
  ['1.1.0', 13, 2],
] as const

describe.each(VERSIONS)('the pages of %s', (version, gates, starts) => {
  const steps = stepsOfVersion(version)

  test('have all of their steps', () => {
    const countOf = (wanted: Step['action']) => steps.filter(({ action }) => action === wanted).length
    expect([countOf('gate'), countOf('start')]).toEqual([gates, starts])
  })

  describe.each(steps.map((step, at) => [at + 1, step.page, step.action, step] as const))(
    'step %i (%s: %s)',
    (_at, _page, action, step) => {
      test('passes', async () => {
        const { run, requests } = await runStep(step, 'SUCCESS', runAction)
        expect([run.exitCode, run.outputs.get('reason')]).toEqual([0, 'success'])
        expect(Object.fromEntries(run.outputs)).toMatchObject(PASSED[action])
        if (action === 'gate') expect(run.log).not.toContain('::warning')
        expect(requests.length).toBeGreaterThan(0)
      })

      test('fails on a build that failed, or that may not be started, unless it only warns', async () => {
        const { run } = await runStep(step, 'FAILURE', runInProcess)
        expect([run.exitCode, run.outputs.get('reason'), run.outputs.get('success')]).toEqual([
          step.inputs['fail_unless_success'] === 'false' ? 0 : 1,
          action === 'gate' ? 'failed' : 'forbidden',
          'false',
        ])
      })
    },
  )
})
