import { describe, expect, test } from '@jest/globals'
import { HOSTILE_BUILD } from '../support/builders/hostile-build.ts'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { log, type Scenario } from '../../tools/fake-service/scenarios/scenario.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { runInProcess, type InProcessRun } from '../support/in-process/run-in-process.ts'

const TOKEN = tokenOf('valid')

interface Variation {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Through the committed dist/; in this process when left out. */
  readonly isOfDist?: boolean
}

async function run(scenario: Scenario, { inputs = {}, env = {}, isOfDist = false }: Variation = {}) {
  await using service = await startFakeService({ scenarios: [scenario] })
  const { jobId, buildNo } = scenario
  const own = { job_id: jobId, build_no: String(buildNo), token: TOKEN, endpoint: service.url }
  const ended: InProcessRun = await (isOfDist ? runAction : runInProcess)({
    inputs: { ...own, ...inputs },
    env,
  })
  return { ...ended, paths: service.requests.map(({ path }) => path) }
}

const namesOf = (text: string): string[] => findCommands(text).map(({ name }) => name)

describe('a build that failed', () => {
  test('is explained in the log and in the summary, after the verdict', async () => {
    const { exitCode, outputs, log, summary, paths } = await run(scenarioOf('failure'), { isOfDist: true })
    expect(exitCode).toBe(1)
    expect(outputs.get('reason')).toBe('failed')
    expect(paths).toHaveLength(4)
    expect(namesOf(log)).toEqual(['add-mask', 'error', 'group', 'endgroup'])
    expect(annotations(log)).toMatchObject([{ level: 'error', title: 'CodeArts Build Gate: failed' }])
    expect(annotations(log)[0]?.message).toContain(
      '; commit 7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d; branch main)',
    )
    expect(log).toContain('Stages: Pre-processing SUCCESS 1.9 s,')
    const tests = '3 of 218 failed, 1 error'
    expect(log).toContain(
      `\nTests: ${tests} (Build with Maven: 3 of 200 failed; Contract tests: 0 of 18 failed, 1 error)\n`,
    )
    expect(summary).toContain(`<p><b>Tests:</b> ${tests}</p>`)
    expect(summary).toContain(
      '<td>❌</td><td><code>Contract tests</code></td><td>18</td><td>0</td><td>1</td>',
    )
    expect(log).toContain('\u001b[1;31mBUILD FAILURE\u001b[m\u001b[0m\n')
    expect(summary).toContain('[INFO] BUILD FAILURE\n')
    expect(summary).toContain('<b><code>Build with Maven</code></b>')
  })

  test('shows as many lines as were asked for', async () => {
    const two = await run(scenarioOf('failure'), { inputs: { log_lines: '2' } })
    expect(two.summary).toContain('The last 2 lines')
    const none = await run(scenarioOf('failure'), { inputs: { log_lines: '0' } })
    expect(none.paths).toHaveLength(3)
    expect(none.summary).not.toContain('<pre>')
  })

  test('fails just as well when nothing more can be learned', async () => {
    const { exitCode, outputs, log, summary } = await run(scenarioOf('diagnosis-in-trouble'), {
      isOfDist: true,
    })
    expect(exitCode).toBe(1)
    expect(outputs.get('reason')).toBe('failed')
    expect(annotations(log)).toHaveLength(1)
    expect(log).toMatch(/^The stages of the build could not be read: /m)
    expect(log).toMatch(/^The log of the build could not be read: /m)
    expect(summary).toContain('The log of the build could not be read: ')
  })

  test('says nothing of tests that it has none of, and that all passed where they did', async () => {
    for (const name of ['no-stages-no-log', 'diagnosis-in-trouble', 'failure-tests-as-text']) {
      const { log, summary, paths } = await run(scenarioOf(name))
      expect(paths).toHaveLength(4)
      expect(log + summary).not.toMatch(/tests/i)
    }
    const passed = await run(scenarioOf('failure-tests-passed'))
    expect(passed.log).toContain('\nTests: all 218 passed\n')
    expect(passed.summary).toContain('<b>Tests:</b> all 218 passed')
  })

  test('is a warning with fail_unless_success: false, whether or not more can be learned', async () => {
    for (const name of ['failure', 'diagnosis-in-trouble', 'no-stages-no-log']) {
      const { exitCode, outputs, log } = await run(scenarioOf(name), {
        inputs: { fail_unless_success: 'false' },
      })
      expect(exitCode).toBe(0)
      expect(outputs.get('success')).toBe('false')
      expect(annotations(log)).toMatchObject([{ level: 'warning' }])
    }
  })

  test('is shown without commands where no runner reads the log', async () => {
    const { log } = await run(scenarioOf('failure'), { env: { GITHUB_ACTIONS: undefined } })
    expect(findCommands(log)).toEqual([])
    expect(log).toContain('The last 37 lines of the build’s log')
    expect(log).not.toContain(TOKEN)
  })

  test('commands nothing through its stages and its log, and shows no secret', async () => {
    const lines = [
      '::error::x',
      ' \u001b[31m::set-output name=success::true',
      '##[error]x',
      'a\r::stop-commands::t',
      TOKEN,
    ]
    const build = { ...HOSTILE_BUILD, log: log(lines.join('\n')) }
    const { exitCode, outputs, log: text, summary } = await run(build, { isOfDist: true })
    expect(exitCode).toBe(1)
    expect(outputs.get('success')).toBe('false')
    expect(namesOf(text)).toEqual(['add-mask', 'warning', 'error', 'group', 'endgroup'])
    expect(text.replace(`::add-mask::${TOKEN}`, '')).not.toContain(TOKEN)
    expect(summary).not.toContain(TOKEN)
  })
})

test('a build that passes is asked about once', async () => {
  const { exitCode, paths } = await run(scenarioOf('success'))
  expect(exitCode).toBe(0)
  expect(paths).toHaveLength(1)
})

test('an error is not explained', async () => {
  const scenario = { ...scenarioOf('failure'), replies: [() => json(403, {})] as const }
  const { exitCode, paths } = await run(scenario)
  expect(exitCode).toBe(1)
  expect(paths).toHaveLength(1)
})

test.each(['-1', '1001', '5.0', 'many', '１'])('log_lines is refused: %s', async log_lines => {
  const { exitCode, outputs, log, paths } = await run(scenarioOf('failure'), { inputs: { log_lines } })
  expect(exitCode).toBe(1)
  expect(outputs.get('reason')).toBe('invalid_input')
  expect(log).toContain(`log_lines must be a whole number from 0 to 1000, not "${log_lines}"`)
  expect(paths).toEqual([])
})

const MIB = 1024 * 1024

test.each([
  ['that is not UTF-8', Buffer.alloc(MIB, '\xff', 'latin1')],
  ['in GBK', Buffer.alloc(MIB, Buffer.from('\xb1\xe0\xd2\xeb\xca\xa7\xb0\xdc', 'latin1'))],
  ['of lines of a byte', Buffer.alloc(MIB, 'x\n')],
  ['of half characters', Buffer.alloc(MIB, '\xe6\x9e', 'latin1')],
])('a log of 1 MiB %s costs less than 128 MiB of memory', async (_, body) => {
  const { jobId, buildNo } = scenarioOf('failure')
  await using service = await startFakeService({
    respond: ({ path }) =>
      path.endsWith('/download-log')
        ? { status: 200, headers: { 'Content-Type': 'text/plain' }, body }
        : undefined,
  })
  const ended = await runAction({
    inputs: {
      job_id: jobId,
      build_no: String(buildNo),
      token: TOKEN,
      endpoint: service.url,
      log_lines: '1000',
    },
    measureMemory: true,
  })
  expect([ended.outputs.get('reason'), ended.summary]).toEqual([
    'failed',
    expect.stringContaining('1.0 MiB in all'),
  ])
  expect(ended.peakMemoryBytes).toBeLessThan(128 * MIB)
})
