// The committed dist/start with `wait: true`, where only a process shows what becomes of the build that it has started: crashes,
// disks that are full, kills and signals. The rest is in integration/start-wait.
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import type { Job } from '../../tools/fake-service/job.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { startFakeService, type FakeService } from '../../tools/fake-service/server.ts'
import { annotations } from '../../tools/runner/log-commands.ts'
import { parseOutputFile } from '../../tools/runner/output-file.ts'
import { runAction, type ActionRun, type RunOptions } from '../../tools/runner/run-action.ts'
import { preloads } from '../support/preloads/preloads.ts'

const JOB = jobOf('queues-runs-ends', 0).jobId
const TO_GATE = `Give 62 to the gate, with wait: true, and start no other one (job_id: ${JOB}/62)`
/** What nobody may read while a build runs: it would start another one, or call a fault of the service ours. */
const MISLEADING = /run the step again|start again|report it|check build_no/i

interface Served {
  readonly job?: Partial<Job>
  /** Answers in place of the service. */
  readonly respond?: (request: FakeServiceRequest) => Answer | undefined
}

function serve({ job, respond }: Served = {}): Promise<FakeService> {
  const served = { ...jobOf('queues-runs-ends', Date.now()), ...job }
  return startFakeService({ jobs: [served], ...(respond === undefined ? {} : { respond }) })
}

/** Serves a build that has ended when it is first read. */
function serveEnded(): Promise<FakeService> {
  const record = {
    codeci_job_id: JOB,
    build_no: 62,
    status: 'SUCCESS',
    finish_time: '2026-11-24T08:00:00.000+00:00',
  }
  return serve({
    respond: ({ path }) =>
      path.endsWith('/62/record-info') ? json(200, { success: true, result: record }) : undefined,
  })
}

function start(
  url: string,
  inputs: Readonly<Record<string, string>> = {},
  more: Partial<RunOptions> = {},
): Promise<ActionRun> {
  return runAction({
    killAfterMs: 30_000,
    ...more,
    action: 'start',
    inputs: {
      job_id: JOB,
      endpoint: url,
      token: tokenOf('valid'),
      wait: 'true',
      poll_interval_seconds: '1',
      ...inputs,
    },
  })
}

function errorsOf(run: ActionRun): string[] {
  return annotations(run.log)
    .filter(({ level }) => level === 'error')
    .map(({ title, message }) => `${title}: ${message}`)
}

/** A preload that copies the file of outputs to a folder after each write, under the number of the write: what a kill leaves there. */
const copiesTo = (folder: string): string =>
  `data:text/javascript,${encodeURIComponent(`
  const fs = process.getBuiltinModule('node:fs')
  const append = fs.appendFileSync
  let count = 0
  fs.appendFileSync = (file, ...rest) => {
    append(file, ...rest)
    if (file === process.env.GITHUB_OUTPUT) fs.copyFileSync(file, ${JSON.stringify(`${folder}/`)} + ++count)
  }
  process.getBuiltinModule('node:module').syncBuiltinESMExports()`)}`

/** @returns the outputs as each write of a run leaves them, in order. */
async function outputsAfterEachWrite(): Promise<readonly ReadonlyMap<string, string>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'writes-'))
  try {
    await using service = await serveEnded()
    const run = await start(service.url, {}, { imports: [copiesTo(folder)] })
    expect(run.exitCode).toBe(0)
    return readdirSync(folder)
      .sort((one, other) => Number(one) - Number(other))
      .map(
        file =>
          new Map(
            parseOutputFile(readFileSync(join(folder, file), 'utf8')).map(({ name, value }) => [name, value]),
          ),
      )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('a build that was started', () => {
  test.concurrent('a crash says that it runs', async () => {
    await using service = await serveEnded()
    const run = await start(service.url, {}, { imports: [preloads.throwsLate] })
    expect(run.exitCode).toBe(1)
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      success: 'false',
      reason: 'internal_error',
      build_no: '62',
    })
    expect(errorsOf(run)).toEqual([expect.stringContaining(`, and build 62 is running. ${TO_GATE}`)])
    expect(errorsOf(run).join() + run.summary).not.toMatch(MISLEADING)
    expect(run.summary).toMatch(/give 62 to the gate/i)
  })

  test.concurrent(
    'a disk that is full, and a SIGKILL, after any write',
    async () => {
      const writes = await outputsAfterEachWrite()
      const last = writes.length
      const firstUnknown = writes.findIndex(outputs => outputs.get('started') === 'unknown')
      expect([firstUnknown > 0, last > 40]).toEqual([true, true])
      const kinds = new Set<string | undefined>()
      for (const outputs of writes.slice(firstUnknown)) {
        const started = outputs.get('started')
        kinds.add(started)
        expect(started === 'unknown' || outputs.get('build_no') === '62').toBe(true)
      }
      expect(kinds).toEqual(new Set(['unknown', 'true']))
      expect(writes.map(outputs => outputs.get('success') === 'true').indexOf(true)).toBe(last - 1)

      // As real ends: ahead of the number, behind it, among the fields of the record, and at the very end.
      for (const count of [5, 7, 11, Math.floor(last / 2), last - 2, last]) {
        await using service = await serveEnded()
        const full = await start(
          service.url,
          {},
          { imports: [preloads.fullDisk], env: { TEST_FAILS_FROM: String(count) } },
        )
        expect(full.exitCode).toBe(1)
        expect(errorsOf(full)).toEqual([
          expect.stringMatching(
            /The outputs could not be written, and build 62 (is running|has ended)\. Give 62/,
          ),
        ])
        expect(errorsOf(full).join() + full.summary).not.toMatch(MISLEADING)
      }
      for (const count of [firstUnknown + 1, Math.floor(last / 2), last - 1]) {
        await using service = await serveEnded()
        const killed = await start(
          service.url,
          {},
          { imports: [preloads.killedAfterWrite], env: { TEST_KILLED_AFTER: String(count) } },
        )
        expect(killed).toMatchObject({ exitCode: null, signal: 'SIGKILL' })
        expect([...killed.outputs.keys()]).toEqual([...(writes[count - 1]?.keys() ?? [])])
        expect([killed.outputs.get('started'), killed.outputs.get('success')]).toEqual([
          writes[count - 1]?.get('started'),
          'false',
        ])
      }
    },
    60_000,
  )
})

/** Passes requests on to a service, and its answers to a start back after a pause. */
async function startRelay(
  target: string,
  pauseMs: number,
): Promise<AsyncDisposable & { readonly url: string }> {
  const relay = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(message)
    const { method = '', url = '', headers } = message
    const token = String(headers['x-auth-token'])
    const answer = await fetch(target + url, {
      method,
      body: body === '' ? null : body,
      headers: { 'X-Auth-Token': token },
    })
    if (url.endsWith('/execute')) await new Promise(resolve => setTimeout(resolve, pauseMs))
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text())
  }
  const server = createServer((message, response) => {
    relay(message, response).catch(() => response.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

// Side by side, because they wait.
describe('a cancel while the build runs', () => {
  const stopsOf = (service: FakeService) => service.requests.filter(({ path }) => path.endsWith('/stop'))

  test.concurrent('is over within 8 s where the service hangs to stop', async () => {
    await using service = await serve({ job: { stop: 'hangs' } })
    const run = await start(
      service.url,
      { stop_on_cancel: 'true' },
      { cancel: { whenLogHas: 'has the status', signal: 'SIGTERM' } },
    )
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(run.log).toContain('Build 62 could not be stopped: no answer came within')
    expect(run.summary).toContain('could not be stopped')
    expect(stopsOf(service)).toHaveLength(1)
    expect(run.afterCancelMs).toBeLessThan(8_000)
  })

  test.concurrent('while the answer to the start is on its way stops that build, too', async () => {
    await using service = await serve()
    await using relay = await startRelay(service.url, 2_000)
    const run = await start(
      relay.url,
      { stop_on_cancel: 'true' },
      { cancel: { whenLogHas: 'add-mask', signal: 'SIGINT', afterMs: 700 } },
    )
    expect(Object.fromEntries(run.outputs)).toMatchObject({
      started: 'true',
      reason: 'cancelled',
      build_no: '62',
    })
    expect(stopsOf(service)).toHaveLength(1)
    expect(service.requests.map(({ method }) => method)).toEqual(['POST', 'POST'])
    expect(run.afterCancelMs).toBeLessThan(8_000)
  })

  test.concurrent('never stops a build that has ended, or that this step did not start', async () => {
    await using service = await serveEnded()
    const late = await start(
      service.url,
      { stop_on_cancel: 'true' },
      { imports: [preloads.cancelledLate], env: { TEST_AFTER_WORDS: ' passes[.]' } },
    )
    expect([late.exitCode, late.outputs.get('reason')]).toEqual([1, 'cancelled'])
    await using refusing = await serve({
      respond: ({ method }) => (method === 'POST' ? { status: 502, body: '' } : undefined),
    })
    const unknown = await start(refusing.url, { stop_on_cancel: 'true' })
    expect(unknown.outputs.get('started')).toBe('unknown')
    expect([...stopsOf(service), ...stopsOf(refusing)]).toEqual([])
  })
})
