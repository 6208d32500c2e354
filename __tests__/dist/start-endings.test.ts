// How the committed dist/start ends: passes, is refused, crashes, is cancelled late, and what it shows of secrets.
import { describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { keylessJob } from '../../tools/fake-service/oidc.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { startFakeService, type FakeService } from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun, type RunOptions } from '../../tools/runner/run-action.ts'
import { preloads } from '../support/preloads/preloads.ts'

const JOB = 'queues-runs-ends'

type Changes = Omit<RunOptions, 'action'>

async function serve(): Promise<FakeService & { readonly jobId: string }> {
  const startMs = Date.now()
  const job = jobOf(JOB, startMs)
  // Its time is as short as the pauses of a gate that waits.
  const nowMs = () => startMs + (Date.now() - startMs) * 20
  const service = await startFakeService({ jobs: [job], nowMs })
  return Object.create(service, { jobId: { value: job.jobId } }) as FakeService & { jobId: string }
}

async function start(service: FakeService & { jobId: string }, changes: Changes = {}): Promise<ActionRun> {
  const credentials: Readonly<Record<string, string>> =
    changes.env === undefined ? { token: tokenOf('valid') } : {}
  return runAction({
    killAfterMs: 15_000,
    ...changes,
    action: 'start',
    inputs: { job_id: service.jobId, endpoint: service.url, ...credentials, ...changes.inputs },
  })
}

function errorsOf(run: ActionRun): string[] {
  return annotations(run.log)
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`)
}

describe('a build that starts', () => {
  test('has its number, its other names and one line in the log; then the gate waits for it', async () => {
    await using service = await serve()
    const run = await start(service, {
      inputs: {
        branch: 'refs/heads/release',
        parameters: 'ENV=prod\n\n  LEVEL=a=b ',
        secret_parameters: 'PAT<<E\n1\n2\nE',
      },
    })
    expect(run).toMatchObject({ exitCode: 0, signal: null, stderr: '', summary: '' })
    expect(Object.fromEntries(run.outputs)).toEqual({
      build_no: '62',
      daily_build_number: expect.stringMatching(/^20[0-9]{6}\.62$/),
      execution_id: 'j_Qm4xT7v62',
      started: 'true',
      url: '',
      reason: 'success',
      success: 'true',
    })
    expect(run.outputNames.at(-1)).toBe('success')
    expect(run.stdout.split('\n').filter(line => line !== '' && !line.startsWith('::add-mask'))).toEqual([
      expect.stringMatching(
        `^Build 62 of build task ${service.jobId} has started; daily number: [0-9.]+; branch: release; parameters: ENV, LEVEL; secret parameters: 1$`,
      ),
    ])
    const parameters = { codeBranch: 'release', ENV: 'prod', LEVEL: 'a=b', PAT: '1\n2' }
    expect(service.starts).toEqual([{ jobId: service.jobId, buildNo: 62, scm: {}, parameters }])

    const gate = await runAction({
      inputs: {
        job_id: service.jobId,
        build_no: run.outputs.get('build_no') ?? '',
        branch: 'release',
        wait: 'true',
        token: tokenOf('valid'),
        endpoint: service.url,
      },
      imports: [preloads.shortenTime],
      env: { TEST_TIME_FACTOR: '10' },
    })
    expect(gate.exitCode).toBe(0)
    expect(gate.outputs.get('execution_id')).toBe(run.outputs.get('execution_id'))
  })

  test.each([
    [{ commit: '7C1B9E0' }, { build_commit_id: '7C1B9E0' }],
    [{ tag: 'refs/tags/v1.2.3' }, { build_tag: 'v1.2.3' }],
    [{}, {}],
  ])('of %j sends %j, and no parameters', async (inputs, scm) => {
    await using service = await serve()
    expect((await start(service, { inputs })).exitCode).toBe(0)
    expect(service.starts).toEqual([{ jobId: service.jobId, buildNo: 62, scm, parameters: {} }])
    expect(Object.keys(JSON.parse(service.requests[0]?.body ?? '{}') as object)).toEqual(
      Object.keys(scm).length === 0 ? ['job_id'] : ['job_id', 'scm'],
    )
  })

  test('may be asked for with access keys, which sign the body', async () => {
    await using service = await serve()
    const { accessKey, secretKey } = ACCESS_KEYS.valid
    const env = { HW_ACCESS_KEY: accessKey, HW_SECRET_KEY: secretKey }
    const run = await start(service, { env, inputs: { parameters: 'TEXT=ünï ☃' } })
    expect(run.exitCode).toBe(0)
    expect(run.log).toContain(
      'The credentials are from the variables HW_ACCESS_KEY and HW_SECRET_KEY (Terraform)',
    )
    expect(service.starts).toMatchObject([{ parameters: { TEXT: 'ünï ☃' } }])
  })

  test('may be asked for without keys', async () => {
    await using service = await serve()
    const { inputs, env } = keylessJob(service.url)
    expect((await start(service, { inputs, env })).exitCode).toBe(0)
    expect(service.starts).toHaveLength(1)
  })

  test('needs no runner', async () => {
    await using service = await serve()
    const run = await start(service, {
      env: { GITHUB_ACTIONS: undefined, GITHUB_OUTPUT: undefined, GITHUB_STEP_SUMMARY: undefined },
      inputs: { token: tokenOf('valid') },
    })
    expect(run.exitCode).toBe(0)
    expect(run.stdout).toMatch(
      /^Build 62 of build task [^:]*;[^\n]*; no commit, branch or tag was asked for: the build task decides\n$/,
    )
  })
})

describe('a request that is refused', () => {
  test.each([
    [tokenOf('expired'), 'unauthorized', 'Get a new token'],
    [tokenOf('notAllowed'), 'forbidden', 'with a role that may execute it'],
  ])('%s', async (token, reason, remedy) => {
    await using service = await serve()
    const run = await start(service, { inputs: { token } })
    expect([run.exitCode, run.outputs.get('reason'), run.outputs.get('build_no')]).toEqual([1, reason, ''])
    expect(errorsOf(run)).toEqual([expect.stringContaining(', and no build was started. ')])
    expect(errorsOf(run)[0]).toContain(remedy)
    expect(service.starts).toEqual([])
    expect(service.requests).toHaveLength(1)
  })

  test('inputs are all checked, and nothing is sent', async () => {
    await using service = await serve()
    const run = await start(service, {
      inputs: { job_id: 'x', branch: 'main', tag: 'v1', parameters: 'PATH=/bin\nno name', parametres: 'A=1' },
    })
    expect([run.exitCode, run.outputs.get('reason')]).toEqual([1, 'invalid_input'])
    expect(errorsOf(run)).toEqual([
      expect.stringMatching(
        /^CodeArts Build Start: invalid_input: INPUT_PARAMETRES is not an input of this action: use parameters;/,
      ),
    ])
    expect(errorsOf(run)[0]?.split('\n').slice(1)).toEqual([
      'job_id must be the 32 letters and digits of the build task’s ID or the https:// address of its page, not "x"',
      'branch and tag are given: one at most can say what is built',
      'parameters must not set LD_PRELOAD, LD_LIBRARY_PATH, PATH, path, BASH_ENV, GIT_SSH_COMMAND, which the service does not allow: not so in line 1 (PATH)',
      'parameters must have NAME=value on each line (or NAME<<END, the lines of the value, END): not so in line 2. (no request was sent)',
    ])
    expect(service.requests).toEqual([])
  })
})

describe('an end that nobody planned', () => {
  test.each([
    ['an error after the build has started', preloads.throwsLate, 'thrown after the verdict'],
    ['a promise that never settles', preloads.neverSettles, 'the process ended before the step had a result'],
    ['an uncaught error', preloads.throwsLater, 'injected: thrown while the request was under way'],
    ['a rejection that nobody handles', preloads.rejectsLater, 'injected: rejected while'],
    ['a call of process.exit()', preloads.exitsEarly, 'the process ended before the step had a result'],
  ])('%s fails, and says what may have started', async (_, preload, words) => {
    await using service = await serve()
    const run = await start(service, { imports: [preload] })
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(run.outputs.get('success')).toBe('false')
    const [error = '', ...others] = errorsOf(run)
    expect(others).toEqual([])
    expect(error).toContain(words)
    const reason = run.outputs.get('reason')
    if (reason === 'unknown')
      expect(error).toMatch(
        /, and (build 62 is running\. Give 62 to the gate|a build may have started\. Before you)/,
      )
    else {
      expect([reason, service.starts]).toEqual(['internal_error', []])
      expect(error).toContain(', and no build was started. ')
    }
  })

  test('after the build has started keeps its number', async () => {
    await using service = await serve()
    const run = await start(service, { imports: [preloads.throwsLate] })
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      build_no: '62',
      reason: 'unknown',
      success: 'false',
      started: 'true',
    })
    expect(run.summary).toContain('Give 62 to the gate')
    expect(run.log + run.summary).not.toMatch(/report it|start again|[Rr]un the step again/)
  })

  test('that nothing of the action hears of fails all the same', async () => {
    await using service = await serve()
    const run = await start(service, { imports: [preloads.exitsUnheard] })
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(run.outputs.get('success')).not.toBe('true')
  })

  test('a cancel after the answer fails, and keeps the number', async () => {
    await using service = await serve()
    const run = await start(service, { imports: [preloads.cancelledLate] })
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      build_no: '62',
      reason: 'cancelled',
      success: 'false',
    })
    expect(errorsOf(run)).toEqual([
      expect.stringMatching(
        /cancelled: The step was cancelled, and build 62 is running\. Cancelling does not stop it\. Give 62 to the gate, with wait: true, /,
      ),
    ])
  })

  test('outputs that cannot be written fail the step before anything is sent', async () => {
    await using service = await serve()
    const run = await start(service, { inputs: { token: tokenOf('valid') }, env: { GITHUB_OUTPUT: '/' } })
    expect(run.exitCode).toBe(1)
    expect(errorsOf(run)).toEqual([
      expect.stringMatching(
        /internal_error: The outputs could not be written, and no build was started\. Check that .*GITHUB_OUTPUT names: it is a folder/,
      ),
    ])
    expect(service.requests).toEqual([])
  })

  test.each([3, 4])('a disk that is full from write %i on starts nothing', async count => {
    await using service = await serve()
    const env = { TEST_FAILS_FROM: String(count) }
    const run = await start(service, {
      inputs: { token: tokenOf('valid') },
      imports: [preloads.fullDisk],
      env,
    })
    expect([run.exitCode, service.starts]).toEqual([1, []])
    expect(errorsOf(run)).toEqual([
      expect.stringContaining('internal_error: The outputs could not be written, and no build was started. '),
    ])
  })

  test.each([5, 6, 7, 8, 9, 10, 11])(
    'a disk that is full from write %i on says which build runs',
    async count => {
      await using service = await serve()
      const env = { TEST_FAILS_FROM: String(count) }
      const run = await start(service, {
        inputs: { token: tokenOf('valid') },
        imports: [preloads.fullDisk],
        env,
      })
      expect(run.exitCode).toBe(1)
      const [error = '', ...others] = errorsOf(run)
      expect(others).toEqual([])
      expect(error).toContain(
        'unknown: The outputs could not be written, and build 62 is running. Give 62 to the gate, with wait: true, ',
      )
      expect(error + run.summary).not.toMatch(/report it|start again|[Rr]un the step again/)
      expect(service.starts).toHaveLength(1)
    },
  )

  test('a SIGKILL after any write leaves no started build without its number, or without "unknown"', async () => {
    const seen: string[] = []
    for (let count = 1; count < 30; count++) {
      await using service = await serve()
      const env = { TEST_KILLED_AFTER: String(count) }
      const run = await start(service, {
        inputs: { token: tokenOf('valid') },
        imports: [preloads.killedAfterWrite],
        env,
      })
      if (run.exitCode === 0) break
      expect(run.signal).toBe('SIGKILL')
      const [started, buildNo] = [run.outputs.get('started') ?? '', run.outputs.get('build_no') ?? '']
      seen.push(`${service.starts.length}: ${started} ${buildNo}`)
      if (service.starts.length > 0) expect(started === 'unknown' || buildNo === '62').toBe(true)
      else expect(buildNo).toBe('')
    }
    expect(seen.length).toBeGreaterThan(8)
    expect(new Set(seen)).toEqual(
      new Set(['0:  ', '0: false ', '0: unknown ', '1: unknown ', '1: unknown 62', '1: true 62']),
    )
  })
})

describe('secrets', () => {
  const PASSWORD = 'correct-horse-battery-staple'
  const LINES = 'first line of it\n  second line of it'
  const secrets = `DB=${PASSWORD}\nAPI=k1-0123456789\nBLOCK<<END\n${LINES}\nEND\nSHORT=zq7`
  const values = [PASSWORD, 'k1-0123456789', 'first line of it', '  second line of it']
  const shownOf = (run: ActionRun): string =>
    [...run.log.split('\n').filter(line => !line.startsWith('::add-mask::')), run.summary].join('\n')

  test('of secret_parameters are masked, and shown nowhere, also not where the service repeats them', async () => {
    for (const status of [200, 400, 500]) {
      await using service = await startFakeService({
        respond: ({ body }) => ({
          status,
          body: JSON.stringify({
            error_code: 'CB.1',
            error_msg: `You sent ${body} and ${encodeURIComponent(body)}`,
          }),
        }),
      })
      const run = await runAction({
        action: 'start',
        debug: true,
        inputs: {
          job_id: jobOf(JOB, 0).jobId,
          token: tokenOf('valid'),
          endpoint: service.url,
          parameters: 'LEVEL=debug-level-of-all\nCACHE_KEY=key-of-the-cache',
          secret_parameters: secrets.replace('\nSHORT=zq7', ''),
        },
      })
      expect(run.exitCode).toBe(1)
      for (const secret of values) {
        expect(run.log).toContain(`::add-mask::${secret}`)
        for (const spelled of [secret, encodeURIComponent(secret)])
          expect(shownOf(run)).not.toContain(spelled)
      }
      for (const value of ['debug-level', 'key-of-the-cache']) {
        expect(run.log).not.toContain(value)
        expect(run.summary).not.toContain(value)
      }
      expect(shownOf(run)).toContain('You sent')
      expect(shownOf(run)).toContain(
        'Move what is secret from parameters to secret_parameters: by their names, CACHE_KEY may be',
      )
      expect(run.log.indexOf('::add-mask::k1')).toBeLessThan(run.log.indexOf('::error'))
    }
  })

  test('that are short leave code and request ID alone', async () => {
    await using service = await startFakeService({
      respond: () => ({ status: 400, body: JSON.stringify({ error_code: 'CB.1', error_msg: 'A is ZQ7' }) }),
    })
    const run = await runAction({
      action: 'start',
      inputs: {
        job_id: jobOf(JOB, 0).jobId,
        token: tokenOf('valid'),
        endpoint: service.url,
        secret_parameters: secrets,
      },
    })
    expect(shownOf(run)).toMatch(/HTTP 400 with CB\.1 \(its words are not shown.*; request ID [0-9a-f]{32}\)/)
    expect(shownOf(run)).not.toMatch(/zq7/i)
  })

  test('are hidden where the inputs are not valid', async () => {
    const run = await runAction({
      action: 'start',
      debug: true,
      inputs: { job_id: 'x', secret_parameters: `${secrets}\nMY-TOKEN=my-0123456789\nSECOND\nhalf/of+it==` },
    })
    expect(run.outputs.get('reason')).toBe('invalid_input')
    for (const secret of [...values, 'my-0123456789', 'SECOND', 'half/of', 'MY-TOKEN'])
      expect(shownOf(run)).not.toContain(secret)
    expect(run.log).toContain('::add-mask::my-0123456789\n')
  })

  test('are not guessed: no public value is masked, and none of ours is hidden but by its name', async () => {
    await using service = await serve()
    const run = await start(service, {
      inputs: {
        branch: 'octocat-team',
        parameters:
          'AUTHOR=octocat-team\nBYPASS_CHECKS=disabled\nCACHE_KEY=octocat-team\nAPI_TOKEN=has started',
      },
    })
    expect(run.exitCode).toBe(0)
    expect(run.log.match(/^::add-mask::.*$/gm)).toEqual([`::add-mask::${tokenOf('valid')}`])
    expect(run.log).toContain('branch: octocat-team; parameters: AUTHOR, BYPASS_CHECKS, CACHE_KEY, API_TOKEN')
    expect(run.log).toContain('by their names, API_TOKEN may be')
    expect(run.log).not.toContain('has started')
  })
})
