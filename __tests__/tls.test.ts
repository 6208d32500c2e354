import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { annotations } from '../tools/runner/log-commands.ts'
import { runAction } from '../tools/runner/run-action.ts'
import {
  badClaims,
  createTestAuthority,
  selfSignedCertificate,
  type ServerCertificate,
  type TestAuthority,
} from './support/certificates.ts'
import { TEST_TOKEN } from './support/environment.ts'
import { startFaultServer } from './support/fault-server.ts'
import { answer } from './support/faults/answers.ts'
import type { Peer } from './support/faults.ts'
import { BUILD_NO, JOB_ID } from './support/passing-build.ts'
import { preloads } from './support/preloads.ts'

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

/** In every environment that trusts the authority: what is wrong is the certificate itself. */
const BAD_CERTIFICATES: readonly [
  name: string,
  issue: () => Promise<ServerCertificate>,
  environment: () => Variables,
  code: string,
][] = [
  [
    'of an unknown authority',
    () => authority.issue(),
    () => ({}),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  ],
  [
    'of another authority',
    () => authority.issue(),
    () => trusting(stranger),
    'UNABLE_TO_|CERT_SIGNATURE_FAILURE',
  ],
  ['that expired', () => authority.issue(badClaims.expired), () => trusting(authority), 'CERT_HAS_EXPIRED'],
  [
    'that is not valid yet',
    () => authority.issue(badClaims.notYetValid),
    () => trusting(authority),
    'CERT_NOT_YET_VALID',
  ],
  [
    'for another host',
    () => authority.issue(badClaims.wrongHost),
    () => trusting(authority),
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  [
    'that signed itself',
    () => selfSignedCertificate(),
    () => trusting(authority),
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  ],
]

describe('a certificate is refused, after one try and before any request,', () => {
  test.each(BAD_CERTIFICATES)('%s', async (_name, issue, environment, code) => {
    const { run, server } = await gateOver(await issue(), environment())
    expectRefused(run, code)
    expect(run.stderr).toBe('')
    expect(server).toEqual({ connections: 1, requests: 0 })
  })

  test.each(BAD_CERTIFICATES)(
    '%s, and the environment cannot turn that off',
    async (_name, issue, environment, code) => {
      const variables = { ...environment(), NODE_TLS_REJECT_UNAUTHORIZED: '0' }
      const { run, server } = await gateOver(await issue(), variables)
      expectRefused(run, code)
      expect(server).toEqual({ connections: 1, requests: 0 })
    },
  )
})

describe('no TLS', () => {
  test('a server that speaks HTTP alone gets no request', async () => {
    await using server = await startFaultServer(PASSING)
    const run = await runDist(server.url.replace('http:', 'https:'), {}, [preloads.shortenTime])
    expect(run.exitCode).toBe(1)
    expect(run.outputs.get('reason')).toBe('unreachable')
    expect(server.requests).toEqual([])
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
    env,
    imports,
    killAfterMs: 10_000,
  })
}

function expectRefused(run: Awaited<ReturnType<typeof runDist>>, code: string): void {
  expect(run.exitCode).toBe(1)
  expect(run.outputs.get('reason')).toBe('unreachable')
  const [annotation, ...more] = annotations(run.log)
  expect(more).toEqual([])
  expect(annotation?.level).toBe('error')
  expect(annotation?.message).toMatch(
    new RegExp(`the certificate of 127\\.0\\.0\\.1:\\d+ was refused \\((${code})`),
  )
  expect(annotation?.message).toContain('NODE_EXTRA_CA_CERTS')
}
