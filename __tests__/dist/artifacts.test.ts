import { describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { gatewayError } from '../../tools/fake-service/errors.ts'
import type { Answer, FakeServiceRequest, Reply } from '../../tools/fake-service/exchange.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { outputAnswer } from '../../tools/fake-service/output.ts'
import { artifact } from '../../tools/fake-service/scenarios/what-was-built.ts'
import { startFakeService, type FakeServiceOptions } from '../../tools/fake-service/server.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { BUILD_NO, PASSING_RECORD } from '../support/builders/passing-build.ts'
import {
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from '../support/in-process/run-in-process.ts'
import { gate, jobId, linesOf } from '../support/several-builds.ts'

type Runner = (options: Omit<InProcessOptions, 'timeFactor' | 'deadlineMs'>) => Promise<InProcessRun>

interface Variation extends Omit<InProcessOptions, 'inputs'> {
  readonly inputs?: Readonly<Record<string, string>>
  readonly respond?: (request: FakeServiceRequest) => Answer | undefined
}

/** Runs the gate with `artifacts: true` on a build of the fake service: in this process, or as the runner is given. */
async function run(
  name: string,
  { inputs = {}, respond, ...more }: Variation = {},
  runner: Runner = runInProcess,
) {
  await using service = await startFakeService(respond === undefined ? {} : { respond })
  const { jobId, buildNo } = scenarioOf(name)
  const own = { job_id: jobId, build_no: String(buildNo), token: tokenOf('valid'), endpoint: service.url }
  const ended = await runner({
    inputs: { ...own, artifacts: 'true', ...inputs },
    ...more,
  })
  return { ...ended, end: endOf(ended), paths: service.requests.map(({ path }) => path) }
}

const endOf = ({ exitCode, outputs }: InProcessRun) => [
  exitCode,
  outputs.get('success'),
  outputs.get('reason'),
]
const listOf = (outputs: ReadonlyMap<string, string>): unknown => JSON.parse(outputs.get('artifacts') ?? '')
const errorOf = (log: string): string =>
  annotations(log)
    .filter(({ level }) => level === 'error')
    .map(({ message }) => message)
    .join('\n')

describe('a build that passes', () => {
  test('with two packages and an image costs two requests', async () => {
    const { end, outputs, log, summary, paths } = await run('artifacts', {}, runAction)
    expect(end).toEqual([0, 'true', 'success'])
    const { jobId, buildNo } = scenarioOf('artifacts')
    expect(paths).toEqual([`/v3/jobs/${jobId}/${buildNo}/record-info`, `/v1/job/${jobId}/${buildNo}/output`])
    expect(listOf(outputs)).toEqual([
      {
        kind: 'package',
        name: 'storefront-4.2.1.jar',
        version: '4.2.1',
        type: 'jar',
        uri: 'https://devrepo.example.com/releases/storefront/4.2.1/storefront-4.2.1.jar',
      },
      {
        kind: 'package',
        name: 'storefront-docs.zip',
        version: '4.2.1',
        type: 'zip',
        uri: 'https://devrepo.example.com/releases/storefront/4.2.1/storefront-docs.zip',
      },
      {
        kind: 'image',
        name: 'octo/storefront',
        version: '4.2.1',
        type: 'image',
        uri: expect.stringMatching(/^swr\.cn-north-4\.example\.com\/octo\/storefront@sha256:[0-9a-f]{64}$/),
      },
    ])
    expect(log).toContain('\nArtifact: package storefront-docs.zip 4.2.1 zip, https://devrepo.example.com/')
    expect(log.indexOf('\nArtifact: ')).toBeLessThan(log.indexOf('\nThe build passes'))
    expect(summary).toContain('<tr><td>image</td><td><code>octo/storefront</code></td>')
    expect(summary).not.toContain('<a')
  })

  test('is asked about through v3 where v1 has no list: three requests', async () => {
    const { end, outputs, paths } = await run('artifacts-v3')
    expect(end).toEqual([0, 'true', 'success'])
    expect(paths.map(path => path.split('/').at(-1))).toEqual(['record-info', 'output', 'output-info'])
    expect(listOf(outputs)).toMatchObject([{ kind: 'package', name: 'storefront-4.2.1.jar' }])
  })

  test('may have made nothing', async () => {
    const { end, outputs, summary, paths } = await run('success')
    expect([end, paths.length, outputs.get('artifacts')]).toEqual([[0, 'true', 'success'], 2, '[]'])
    expect(summary).toContain('<b>Artifacts:</b> none')
  })

  test('is not asked about without the input', async () => {
    const { end, outputs, summary, paths } = await run('artifacts', { inputs: { artifacts: '' } })
    expect([end, paths.length, outputs.get('artifacts')]).toEqual([[0, 'true', 'success'], 1, '[]'])
    expect(summary).not.toContain('Artifact')
  })
})

describe('a list that cannot be read', () => {
  test.each(['true', 'false'])('fails the step with fail_unless_success: %s', async fail_unless_success => {
    const { end, outputs, log, summary } = await run(
      'artifacts-unreadable',
      {
        inputs: { fail_unless_success },
      },
      runAction,
    )
    expect(end).toEqual([1, 'false', 'invalid_response'])
    expect(outputs.get('artifacts')).toBe('[]')
    expect(outputs.get('status')).toBe('SUCCESS')
    expect(JSON.parse(outputs.get('builds') ?? '')).toMatchObject([
      { success: false, reason: 'invalid_response', status: 'SUCCESS' },
    ])
    expect(errorOf(log)).toContain('the uri of one package is neither a text nor a number')
    expect(annotations(log)).toHaveLength(1)
    expect(log).not.toMatch(/The build passes\. /)
    expect(summary).toContain('## ❌ CodeArts Build Gate: the answer was not valid')
  })

  test('is tried four times, within the time of a wait too', async () => {
    const unavailable = gatewayError(502, 'APIGW.0201', 'Backend unavailable')
    const { end, paths } = await run('artifacts', {
      inputs: { wait: 'true' },
      respond: request => (request.path.endsWith('/output') ? unavailable(request) : undefined),
    })
    expect(end).toEqual([1, 'false', 'service_error'])
    expect(paths).toHaveLength(1 + 4)
  })

  test('is waited for beyond timeout_minutes', async () => {
    let asked = 0
    const busy = gatewayError(429, 'APIGW.0308', 'The throttling threshold has been reached')
    const { end, outputs, paths } = await run('artifacts', {
      inputs: { wait: 'true', timeout_minutes: '0.02' },
      // The pauses are more than the limit of 1.2 s.
      respond: request => (request.path.endsWith('/output') && asked++ < 2 ? busy(request) : undefined),
    })
    expect([end, paths.length]).toEqual([[0, 'true', 'success'], 4])
    expect(listOf(outputs)).toHaveLength(3)
  })

  // That all tries together have 60 s is in unit/what-was-built.test.ts.
  test('ends the step where no answer is ever complete', async () => {
    const { end, log, paths } = await run('artifacts', {
      deadlineMs: 80,
      respond: request => (request.path.endsWith('/output') ? { status: 200, body: endless() } : undefined),
    })
    expect(end).toEqual([1, 'false', 'unreachable'])
    expect(paths.length).toBeLessThanOrEqual(1 + 4)
    expect(errorOf(log)).toMatch(
      /^The build passes, but what it made could not be read\. .*no complete answer came within/,
    )
  })

  test('a cancel ends at once', async () => {
    const { end, outputs, log, afterCancelMs } = await run(
      'artifacts',
      {
        respond: request => (request.path.endsWith('/output') ? { status: 200, body: endless() } : undefined),
        cancel: { whenLogHas: 'has the status SUCCESS', signal: 'SIGINT', afterMs: 300 },
      },
      runAction,
    )
    expect(end).toEqual([1, 'false', 'cancelled'])
    expect(outputs.get('artifacts')).toBe('[]')
    expect(errorOf(log)).toMatch(
      /^The step was cancelled before it had read what the build made\. .*\(build 15 of build task /,
    )
    expect(afterCancelMs).toBeLessThan(1_000)
  })
})

/** Never ends, and sends nothing. */
async function* endless(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{')
  await new Promise(resolve => setTimeout(resolve, 600_000).unref())
}

test.each(['failure', 'running', 'unknown-build'])(
  'a build that does not pass has no list: %s',
  async name => {
    for (const fail_unless_success of ['true', 'false']) {
      const { outputs, paths } = await run(name, { inputs: { fail_unless_success } })
      expect(outputs.get('success')).toBe('false')
      expect(outputs.get('artifacts')).toBe('[]')
      expect(paths.filter(path => path.includes('output'))).toEqual([])
    }
  },
)

describe('three builds', () => {
  const made =
    (name: string): Reply =>
    () =>
      outputAnswer({ packageInfos: { a: artifact({ name }) } })

  /** Three build tasks, each with a build that has ended. */
  const tasks = (outputs: readonly Reply[], statuses: readonly string[]): FakeServiceOptions => ({
    jobs: outputs.map((reply, at) => ({
      jobId: jobId(at),
      builds: [
        {
          ...{ buildNo: BUILD_NO, createdMs: 0, startedMs: 0, endedMs: 1, branch: 'main' },
          ...{ status: statuses[at] ?? 'SUCCESS', commit: PASSING_RECORD.commit, outputs: reply },
        },
      ],
    })),
  })
  const inputs = { artifacts: 'true' }

  test('that pass have one list, with their names, for six requests', async () => {
    const { run: ended, requests } = await gate(
      linesOf(3),
      tasks([made('x'), () => outputAnswer(), made('y')], []),
      { inputs },
    )
    expect([endOf(ended), requests.length]).toEqual([[0, 'true', 'success'], 6])
    expect(listOf(ended.outputs)).toMatchObject([
      { build: 'b0', kind: 'package', name: 'x' },
      { build: 'b2', kind: 'package', name: 'y' },
    ])
    expect(ended.log).toContain('\nb2: Artifact: package y ')
    expect(ended.summary).toContain('<tr><td><code>b2</code></td><td>package</td>')
  })

  test('of which one failed have none, and no list is asked for', async () => {
    const lists = [made('x'), made('y'), made('z')]
    const { run: ended, requests } = await gate(linesOf(3), tasks(lists, ['SUCCESS', 'FAILURE']), { inputs })
    expect([endOf(ended), ended.outputs.get('artifacts')]).toEqual([[1, 'false', 'failed'], '[]'])
    expect(requests.filter(({ path }) => path.includes('output'))).toEqual([])
  })

  test('of which one has a list that cannot be read do not pass', async () => {
    const refused = gatewayError(403, 'APIGW.0302', 'The user may not call the API')
    const { run: ended } = await gate(linesOf(3), tasks([made('x'), refused, made('z')], []), { inputs })
    expect([endOf(ended), ended.outputs.get('artifacts')]).toEqual([[1, 'false', 'forbidden'], '[]'])
    expect(JSON.parse(ended.outputs.get('builds') ?? '')).toMatchObject([
      { success: true, reason: 'success' },
      { success: false, reason: 'forbidden', status: 'SUCCESS' },
      { success: true, reason: 'success' },
    ])
    expect(errorOf(ended.log)).toMatch(/^1 of 3 builds did not pass: b1 \(forbidden\)/)
  })
})
