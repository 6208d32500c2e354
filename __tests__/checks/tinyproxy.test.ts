// The committed dist/ through a real proxy, Debian's tinyproxy, over real TLS; with and without user and password.
// The client never sends loopback through a proxy, so the service is asked for under a name that resolves nowhere.
// tinyproxy passes that name on to a second proxy (its `upstream`), which maps it to loopback.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createTestAuthority, TEST_HOST, type TestAuthority } from '../../tools/runner/certificates.ts'
import { startConnectProxy } from '../support/servers/connect-proxy.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { masked } from '../../tools/runner/shown-log.ts'
import { recordAnswer } from '../../tools/fake-service/record.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'

const PROGRAM = 'tinyproxy'
const STARTS_WITHIN_MS = 10_000
const USER = 'builder'
/** Letters, digits, `-`, `.` and `_` are all that tinyproxy takes in a password; one of them is escaped in the URL. */
const PASSWORD = 'Pr0xy-Passw0rd'
const USER_INFO = `${USER}:Pr0xy%2DPassw0rd`

interface Tinyproxy extends AsyncDisposable {
  /** `127.0.0.1:port`. */
  readonly host: string
  /** @returns everything that it logged so far. */
  log(): Promise<string>
}

/**
 * Starts tinyproxy on a free loopback port.
 *
 * @param upstreamPort the port of the proxy that knows the test host.
 * @param isProtected whether it wants `USER` and `PASSWORD`.
 * @throws Error when it does not start; the message has its log.
 */
async function startTinyproxy(upstreamPort: number, isProtected: boolean): Promise<Tinyproxy> {
  const folder = await mkdtemp(join(tmpdir(), 'tinyproxy-'))
  const port = await freePort()
  const logFile = join(folder, 'log')
  const configuration = join(folder, 'tinyproxy.conf')
  await writeFile(logFile, '')
  await writeFile(
    configuration,
    [
      `Port ${port}`,
      'Listen 127.0.0.1',
      'Allow 127.0.0.1',
      'Timeout 60',
      `LogFile "${logFile}"`,
      'LogLevel Info',
      'MaxClients 20',
      `Upstream http 127.0.0.1:${upstreamPort} "${TEST_HOST}"`,
      // Ports to which CONNECT is allowed; without the line it is every port.
      'ConnectPort 443',
      ...(isProtected ? [`BasicAuth ${USER} ${PASSWORD}`] : []),
      '',
    ].join('\n'),
  )
  const child = spawn(PROGRAM, ['-d', '-c', configuration], { stdio: 'ignore' })
  const ended = new Promise<string>(resolve => {
    child.on('error', error => {
      resolve(error.message)
    })
    child.on('exit', code => {
      resolve(`it ended with exit code ${String(code)}`)
    })
  })
  const log = () => readFile(logFile, 'utf8')
  const failure = await Promise.race([ended, listening(port)])
  if (failure !== undefined) throw new Error(`${PROGRAM} did not start: ${failure}\n${await log()}`)

  return {
    host: `127.0.0.1:${port}`,
    log,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

/** @returns undefined once the port takes connections, or why it does not. */
async function listening(port: number): Promise<string | undefined> {
  const until = performance.now() + STARTS_WITHIN_MS
  while (performance.now() < until) {
    const isOpen = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {
        resolve(false)
      })
      socket.on('connect', () => {
        socket.destroy()
        resolve(true)
      })
    })
    if (isOpen) return undefined
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return `nothing listens on port ${port} after ${STARTS_WITHIN_MS / 1000} s`
}

/** What a run through the proxy has to come to. */
interface Check {
  readonly name: string
  /** Starts tinyproxy with user and password. */
  readonly isProtected?: true
  /** The user and password that the client has, as they stand in the URL. */
  readonly userInfo?: string
  readonly status?: string
  /** Whether the client trusts the service's certificate. */
  readonly isStranger?: true
  /** The port in the endpoint; 443 when left out. */
  readonly port?: number
  readonly exitCode: 0 | 1
  readonly reason: string
  /** Part of the one error annotation. */
  readonly words?: string
  /** How often tinyproxy has to see a CONNECT; also how many connections come, one each. */
  readonly connects: number
  /** The requests that reach the service. */
  readonly requests: 0 | 1 | 4
}

const CHECKS: readonly Check[] = [
  { name: 'a build that passes', exitCode: 0, reason: 'success', connects: 1, requests: 1 },
  {
    name: 'a build that failed',
    status: 'FAILURE',
    exitCode: 1,
    reason: 'failed',
    words: '; status FAILURE',
    // The record, the stages, the log and the test results.
    connects: 2,
    requests: 4,
  },
  {
    name: 'a certificate that nobody trusts',
    isStranger: true,
    exitCode: 1,
    reason: 'unreachable',
    words: 'NODE_EXTRA_CA_CERTS',
    connects: 1,
    requests: 0,
  },
  {
    name: 'a port that the proxy does not allow',
    port: 8443,
    exitCode: 1,
    reason: 'unreachable',
    words: 'refused the tunnel (HTTP 403)',
    connects: 1,
    requests: 0,
  },
  {
    name: 'user and password',
    isProtected: true,
    userInfo: USER_INFO,
    exitCode: 0,
    reason: 'success',
    connects: 1,
    requests: 1,
  },
  {
    name: 'a wrong password',
    isProtected: true,
    userInfo: `${USER}:wrong-password`,
    exitCode: 1,
    reason: 'unreachable',
    words: 'refused the tunnel (HTTP 401)',
    connects: 1,
    requests: 0,
  },
  {
    name: 'no user and password',
    isProtected: true,
    exitCode: 1,
    reason: 'unreachable',
    words: 'refused the tunnel (HTTP 407)',
    connects: 1,
    requests: 0,
  },
]

let authority: TestAuthority
beforeAll(async () => {
  authority = await createTestAuthority()
})
afterAll(async () => {
  await authority[Symbol.asyncDispose]()
})

test.each(CHECKS)('$name', async check => {
  const record = { ...PASSING_RECORD, status: check.status ?? 'SUCCESS' }
  await using service = await startFakeService({
    tls: await authority.issue(),
    respond: () => recordAnswer(record, 'v3'),
  })
  await using upstream = await startConnectProxy({ hosts: { [TEST_HOST]: service.port } })
  await using proxy = await startTinyproxy(upstream.port, check.isProtected === true)

  const userInfo = check.userInfo === undefined ? '' : `${check.userInfo}@`
  const run = await runAction({
    inputs: {
      job_id: JOB_ID,
      build_no: String(BUILD_NO),
      token: TEST_TOKEN,
      endpoint: `https://${TEST_HOST}${check.port === undefined ? '' : `:${check.port}`}`,
    },
    env: {
      HTTPS_PROXY: `http://${userInfo}${proxy.host}`,
      ...(check.isStranger === true ? {} : { NODE_EXTRA_CA_CERTS: authority.caFile }),
    },
    imports: [preloads.shortenTime],
    killAfterMs: 30_000,
  })
  expect(run).toMatchObject({ exitCode: check.exitCode, stderr: '' })
  expect(run.outputs.get('reason')).toBe(check.reason)
  const errors = annotations(run.log).filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(check.exitCode)
  if (check.words !== undefined) expect(errors[0]?.message).toContain(check.words)
  const connects = (await proxy.log()).match(new RegExp(`CONNECT ${TEST_HOST}:`, 'g')) ?? []
  expect(connects).toHaveLength(check.connects)
  expect(service.requests).toHaveLength(check.requests)
  const [user, ...passwords] = userInfoOf(check)
  // A user name is no secret, and is not shown either.
  if (user !== undefined) expect(masks(run)).not.toContain(user)
  expect(masks(run)).toEqual(expect.arrayContaining(passwords))
  for (const part of userInfoOf(check)) expect(shown(run)).not.toContain(part)
})

function userInfoOf({ userInfo }: Check): string[] {
  return userInfo === undefined ? [] : userInfo.split(':').map(part => decodeURIComponent(part))
}

function masks({ log }: ActionRun): string[] {
  return findCommands(log).flatMap(({ name, data }) => (name === 'add-mask' ? [data] : []))
}

function shown({ log, summary, outputs }: ActionRun): string {
  return [masked(log), summary, ...outputs.values()].join('\n')
}
