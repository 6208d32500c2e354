import './reflect-metadata.ts'
import { webcrypto } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** A server's private key and certificate, both PEM, as `node:tls` takes them. */
export interface ServerCertificate {
  readonly key: string
  readonly cert: string
}

/** The contents of a certificate; the defaults make a valid one. */
export interface CertificateClaims {
  /** The host names and IP addresses that it is valid for. */
  readonly names?: readonly string[]
  readonly notBefore?: Date
  readonly notAfter?: Date
}

/** A certificate authority for one test. Only clients that get its certificate trust it. */
export interface TestAuthority extends AsyncDisposable {
  /** Its certificate, PEM: the `ca` of a TLS client. */
  readonly caPem: string
  /** A file that holds `caPem`, for NODE_EXTRA_CA_CERTS; it is deleted when the authority is disposed. */
  readonly caFile: string
  /** @returns a certificate signed by this authority. */
  issue(claims?: CertificateClaims): Promise<ServerCertificate>
}

/** A host name that is not loopback, so that a client sends it through a proxy; it resolves nowhere. */
export const TEST_HOST = 'codearts.test'

/** The default names in a certificate: every name under which tests reach a server. */
const GOOD_NAMES: readonly string[] = ['localhost', '127.0.0.1', TEST_HOST]

const DAY_MS = 24 * 60 * 60 * 1000
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * @returns a new authority with a key and a name of its own: of two with the same name, OpenSSL may take one for the
 * other. It is a matter of milliseconds.
 */
export async function createTestAuthority(): Promise<TestAuthority> {
  const authorityName = `CN=Test authority ${webcrypto.randomUUID()}`
  const keys = await createKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: authorityName,
    keys,
    ...validity({}),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  })
  const caPem = certificate.toString('pem')
  const folder = await mkdtemp(join(tmpdir(), 'test-authority-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, caPem)

  return {
    caPem,
    caFile,
    issue: claims => issue(claims ?? {}, authorityName, keys.privateKey),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** @returns a self-signed certificate with valid names and dates. */
export async function selfSignedCertificate(): Promise<ServerCertificate> {
  const keys = await createKeys()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Stranger',
    keys,
    ...validity({}),
    signingAlgorithm: ALGORITHM,
    extensions: [subjectAlternativeNames(GOOD_NAMES)],
  })
  return { key: await privateKeyPem(keys), cert: certificate.toString('pem') }
}

/** Claims that a client must refuse, each for the reason in its name. */
export const badClaims = {
  /** Ended yesterday. */
  expired: { notBefore: daysFromNow(-30), notAfter: daysFromNow(-1) },
  /** Begins tomorrow. */
  notYetValid: { notBefore: daysFromNow(1), notAfter: daysFromNow(30) },
  /** Issued for another host. */
  wrongHost: { names: ['elsewhere.test'] },
} as const satisfies Record<string, CertificateClaims>

async function issue(
  claims: CertificateClaims,
  authorityName: string,
  signingKey: webcrypto.CryptoKey,
): Promise<ServerCertificate> {
  const keys = await createKeys()
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=Test server',
    issuer: authorityName,
    publicKey: keys.publicKey,
    signingKey,
    ...validity(claims),
    signingAlgorithm: ALGORITHM,
    extensions: [subjectAlternativeNames(claims.names ?? GOOD_NAMES)],
  })
  return { key: await privateKeyPem(keys), cert: certificate.toString('pem') }
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
}

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
}

function subjectAlternativeNames(names: readonly string[]): SubjectAlternativeNameExtension {
  return new SubjectAlternativeNameExtension(
    names.map(name => ({ type: /^[\d.]+$/.test(name) ? ('ip' as const) : ('dns' as const), value: name })),
  )
}

function validity({ notBefore, notAfter }: CertificateClaims): { notBefore: Date; notAfter: Date } {
  return { notBefore: notBefore ?? daysFromNow(-1), notAfter: notAfter ?? daysFromNow(30) }
}

function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS)
}
