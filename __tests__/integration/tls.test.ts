import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import {
  badClaims,
  createTestAuthority,
  selfSignedCertificate,
  type ServerCertificate,
  type TestAuthority,
} from '../../tools/runner/certificates.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { answer } from '../support/faults/answers.ts'
import type { Peer } from '../support/faults/faults.ts'
import { BUILD_NO, JOB_ID } from '../support/builders/passing-build.ts'
import { preloads, timeFactor } from '../support/preloads/preloads.ts'

const PASSING = {
  write: async (peer: Peer, body: Buffer) => {
    await peer.send(answer(body))
  },
}

let authority: TestAuthority
let stranger: TestAuthority

beforeAll(async () => {
  authority = await createTestAuthority()
  stranger = await createTestAuthority()
})

afterAll(async () => {
  await Promise.all([authority[Symbol.asyncDispose](), stranger[Symbol.asyncDispose]()])
})

type Variables = Readonly<Record<string, string>>

describe('a certificate of an authority that NODE_EXTRA_CA_CERTS names', () => {
  test.each(['127.0.0.1', 'localhost'])('is taken for %s', async host => {
    const { run, server } = await gateOver(await authority.issue(), trusting(authority), host)
    expect(annotations(run.log)).toEqual([])
    expect(run.stderr).toBe('')
    expect(run.exitCode).toBe(0)
    expect(server).toEqual({ connections: 1, requests: 1 })
  })
})

const OWN_AUTHORITY = 'set NODE_EXTRA_CA_CERTS to a file with its certificate'
const DATES = 'Check the clock of this machine, and the dates of the certificate'

/** In every environment that trusts the authority: what is wrong is the certificate itself. */
const BAD_CERTIFICATES: readonly [
  name: string,
  issue: () => Promise<ServerCertificate>,
  environment: () => Variables,
  code: string,
  remedy: string,
][] = [
  [
    'of an unknown authority',
    () => authority.issue(),
    () => ({}),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    OWN_AUTHORITY,
  ],
  [
    'of another authority',
    () => authority.issue(),
    () => trusting(stranger),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    OWN_AUTHORITY,
  ],
  [
    'that expired',
    () => authority.issue(badClaims.expired),
    () => trusting(authority),
    'CERT_HAS_EXPIRED',
    DATES,
  ],
  [
    'that is not valid yet',
    () => authority.issue(badClaims.notYetValid),
    () => trusting(authority),
    'CERT_NOT_YET_VALID',
    DATES,
  ],
  [
    'for another host',
    () => authority.issue(badClaims.wrongHost),
    () => trusting(authority),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'Check the host name in endpoint',
  ],
  [
    'that signed itself',
    () => selfSignedCertificate(),
    () => trusting(authority),
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    OWN_AUTHORITY,
  ],
]

describe('a certificate is refused, after one try and before any request,', () => {
  test.each(BAD_CERTIFICATES)('%s', async (_name, issue, environment, code, remedy) => {
    const { run, server } = await gateOver(await issue(), environment())
    expectRefused(run, code, remedy)
    expect(run.stderr).toBe('')
    expect(server).toEqual({ connections: 1, requests: 0 })
  })

  test.each(BAD_CERTIFICATES)(
    '%s, and the environment cannot turn that off',
    async (_name, issue, environment, code, remedy) => {
      const variables = { ...environment(), NODE_TLS_REJECT_UNAUTHORIZED: '0' }
      const { run, server } = await gateOver(await issue(), variables)
      expectRefused(run, code, remedy)
      expect(server).toEqual({ connections: 1, requests: 0 })
    },
  )
})

describe('a file in NODE_EXTRA_CA_CERTS that Node could not use is named', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'extra-ca-'))
    await writeFile(join(folder, 'words.pem'), 'not a certificate\n')
  })

  afterAll(() => rm(folder, { recursive: true }))

  test.each([
    ['missing.pem', 'which could not be read (ENOENT)'],
    ['words.pem', 'which has no certificate in PEM form'],
    ['', 'which is not a file'],
  ])('"%s", %s', async (name, words) => {
    const path = join(folder, name)
    const { run, server } = await gateOver(await authority.issue(), { NODE_EXTRA_CA_CERTS: path })
    expectRefused(run, 'UNABLE_TO_', 'Set NODE_EXTRA_CA_CERTS to a file that this step can read')
    expect(annotations(run.log)[0]?.message).toContain(`and NODE_EXTRA_CA_CERTS names ${path}, ${words}`)
    expect(server).toEqual({ connections: 1, requests: 0 })
  })

  test('unless it has nothing to do with what went wrong', async () => {
    const variables = { NODE_EXTRA_CA_CERTS: join(folder, 'missing.pem') }
    await using server = await startFaultServer({
      level: 'connection',
      write: peer => {
        peer.reset()
      },
    })
    const run = await runDist(server.url.replace('http:', 'https:'), variables, [preloads.shortenTime])
    expect(annotations(run.log)[0]?.message).not.toContain('NODE_EXTRA_CA_CERTS')
  })
})

describe('no TLS that can be spoken ends after one try, with the words of OpenSSL', () => {
  test('a server that speaks HTTP alone gets no request', async () => {
    let connections = 0
    let requests = 0
    const server = createHttpServer(() => requests++).on('connection', () => connections++)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const run = await runDist(`https://127.0.0.1:${port}`, {}, [preloads.shortenTime])
    server.close()
    expectTlsError(run, /wrong version number|packet length too long/)
    expect({ connections, requests }).toEqual({ connections: 1, requests: 0 })
  })

  test('a server that speaks TLS 1.1 alone', async () => {
    let connections = 0
    const { key, cert } = await authority.issue()
    // OpenSSL 3 speaks versions this old at its lowest level of security alone.
    const options = {
      key,
      cert,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    } as const
    const server = createTlsServer(options)
    server.on('connection', () => connections++).on('tlsClientError', () => undefined)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const run = await runDist(`https://127.0.0.1:${port}`, trusting(authority), [preloads.shortenTime])
    server.close()
    expectTlsError(run, /alert protocol version|unsupported protocol/)
    expect(connections).toBe(1)
  })

  test('a server that sends an alert', async () => {
    // A fatal alert of TLS 1.2: handshake_failure (RFC 5246, section 7.2).
    const write = async (peer: Peer) => {
      await peer.send(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]))
    }
    await using server = await startFaultServer({ level: 'connection', write })
    const run = await runDist(server.url.replace('http:', 'https:'), {}, [preloads.shortenTime])
    expectTlsError(run, /alert handshake failure/)
    expect(server.connections).toBe(1)
  })

  test('but one that resets the connection is tried again', async () => {
    await using server = await startFaultServer({
      level: 'connection',
      write: peer => {
        peer.reset()
      },
    })
    const run = await runDist(server.url.replace('http:', 'https:'), {}, [preloads.shortenTime])
    expect(run.outputs.get('reason')).toBe('unreachable')
    expect(server.connections).toBe(4)
  })

  test('http:// for a host that is not loopback is refused before any connection', async () => {
    const run = await runDist('http://codearts.test', {})
    expect(run.exitCode).toBe(1)
    expect(run.outputs.get('reason')).toBe('invalid_input')
  })
})

function trusting({ caFile }: TestAuthority): Variables {
  return { NODE_EXTRA_CA_CERTS: caFile }
}

async function gateOver(tls: ServerCertificate, variables: Variables, host = '127.0.0.1') {
  await using server = await startFaultServer(PASSING, { tls })
  const run = await runDist(server.url.replace('127.0.0.1', host), variables)
  return { run, server: { connections: server.connections, requests: server.requests.length } }
}

function runDist(endpoint: string, env: Variables, imports: readonly string[] = []) {
  return runAction({
    inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint },
    env: { ...timeFactor({}), ...env },
    imports,
    killAfterMs: 10_000,
  })
}

function expectTlsError(run: ActionRun, words: RegExp): void {
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('reason')).toBe('unreachable')
  const message = annotations(run.log)[0]?.message ?? ''
  expect(message).toMatch(words)
  expect(message).toMatch(/^No TLS connection could be made\. Check that endpoint/)
  expect(message).toMatch(/the TLS connection to 127\.0\.0\.1:\d+ failed \([a-z0-9/. ]+\)/)
}

function expectRefused(run: ActionRun, code: string, remedy: string): void {
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('reason')).toBe('unreachable')
  const [annotation, ...more] = annotations(run.log)
  expect(more).toEqual([])
  expect(annotation?.level).toBe('error')
  expect(annotation?.message).toMatch(
    new RegExp(`the certificate of 127\\.0\\.0\\.1:\\d+ was refused \\((${code})`),
  )
  expect(annotation?.message).toContain(remedy)
  expect(annotation?.message.includes('NODE_EXTRA_CA_CERTS')).toBe(remedy.includes('NODE_EXTRA_CA_CERTS'))
}
