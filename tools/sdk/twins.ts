import { createHash } from 'node:crypto'
import { expectedSignature } from '../fake-service/signature.ts'
import type { FakeService } from '../fake-service/server.ts'
import type { RequestToSign } from './client.ts'
import { DIFFERENCES } from './differences.ts'

/** A request as the fake service received it. */
export type RecordedRequest = FakeService['requests'][number]

/** The same question, asked by the gate and by the SDK. */
export interface Twins {
  /** The name of the question. */
  readonly question: string
  /** With which kind of credentials. */
  readonly credentials: string
  readonly gate: RecordedRequest
  readonly sdk: RecordedRequest
  /** The secret key that both signed with; undefined where neither signs. */
  readonly secretKey: string | undefined
}

/** What changes from request to request, by header: only its form is compared. */
const FORMS: Readonly<Record<string, (value: string) => string>> = {
  'x-sdk-date': value => value.replace(/^\d{8}T\d{6}Z$/, '(date)'),
  'content-length': value => value.replace(/^\d+$/, '(bytes)'),
  'user-agent': value =>
    value
      .replace(/^codearts-build-gate\/\d+\.\d+\.\d+$/, 'codearts-build-gate/(version)')
      .replace(/(^|; )os\/.*$/, '$1(system, Python, ID of the installation)'),
  authorization: value =>
    value
      .replace(/ Access=[A-Z0-9]{20,30},/, ' Access=(key),')
      .replace(/ SignedHeaders=[a-z;-]+,/, ' SignedHeaders=(names),')
      .replace(/ Signature=[0-9a-f]{64}$/, ' Signature=(signature)'),
}

/** @returns the facts of a request by their names. */
export function factsOf(request: RecordedRequest): ReadonlyMap<string, string> {
  const [path = '', query] = request.path.split('?', 2)
  const facts = new Map([
    ['method', request.method],
    ['path', path],
  ])
  const pairs = query === undefined ? [] : query.split('&').map(pair => pair.split('=', 2))
  facts.set('order of the query', pairs.map(([name]) => name).join(', '))
  for (const [name = '', value = ''] of pairs) facts.set(`query ${name}`, value)
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? '').toLowerCase()
    const value = request.rawHeaders[at + 1] ?? ''
    if (facts.has(`header ${name}`)) throw new Error(`the header ${name} was sent twice`)
    facts.set(`header ${name}`, FORMS[name]?.(value) ?? value)
  }
  if (request.headers.authorization !== undefined) {
    const names = signedNames(request)
    for (const name of names) facts.set(`signed header ${name}`, 'signed')
    const lines = expectedSignature(wireOf(request), names, '').canonicalRequest.split('\n')
    facts.set('canonical path', lines[1] ?? '')
    facts.set('canonical query', lines[2] ?? '')
    // Two ways of writing the same JSON have two hashes; what is in it is compared below.
    const hash = createHash('sha256').update(request.body).digest('hex')
    const payload = lines.at(-1) ?? ''
    facts.set('canonical payload', request.body !== '' && payload === hash ? '(hash of the body)' : payload)
  }
  if (request.body !== '') {
    for (const [name, value] of Object.entries(JSON.parse(request.body) as object)) {
      facts.set(`body ${name}`, name === 'id_token' ? '(token)' : JSON.stringify(value))
    }
  }
  // Each pair stops a build of its own.
  if (path.endsWith('/stop'))
    for (const [name, value] of facts)
      if (/query|body/.test(name)) facts.set(name, value.replace(/^(build_no=)?\d+$/, '$1(number)'))
  return facts
}

/**
 * @returns what is wrong with the twins, given the table of differences: differences that it does not have, and rows that
 * no twins show.
 */
export function compareTwins(all: readonly Twins[]): string[] {
  const found = new Map<string, Set<string>>()
  const everyCredentials = new Map<string, Set<string>>()
  for (const { question, credentials, gate, sdk } of all) {
    entryOf(everyCredentials, question).add(credentials)
    const [ours, theirs] = [factsOf(gate), factsOf(sdk)]
    for (const fact of new Set([...ours.keys(), ...theirs.keys()])) {
      const [one, other] = [ours.get(fact) ?? null, theirs.get(fact) ?? null]
      if (one !== other) entryOf(found, JSON.stringify([fact, one, other, question])).add(credentials)
    }
  }
  const listed = new Set(
    DIFFERENCES.flatMap(({ fact, gate, sdk, questions }) =>
      questions.map(question => JSON.stringify([fact, gate, sdk, question])),
    ),
  )
  const problems: string[] = []
  for (const [key, credentials] of found) {
    const [, , , question = ''] = JSON.parse(key) as readonly string[]
    const every = everyCredentials.get(question)?.size
    if (!listed.has(key)) problems.push(`not in the table: ${key}`)
    else if (credentials.size !== every) problems.push(`only with ${[...credentials].join(', ')}: ${key}`)
  }
  for (const key of listed) if (!found.has(key)) problems.push(`in the table, but not found: ${key}`)
  return problems
}

/** @returns what is wrong with the signature of a request, by the service's page on signatures. */
export function signatureProblems(request: RecordedRequest, secretKey: string): string[] {
  const { signature } = expectedSignature(wireOf(request), signedNames(request), secretKey)
  return signatureOf(request) === signature ? [] : [`its signature is not ${signature}`]
}

/** @returns the request for the SDK's signer: with the headers that were signed, and no others. */
export function toSign(request: RecordedRequest, secretKey: string): RequestToSign {
  const [path = '', search] = request.path.split('?', 2)
  const names = signedNames(request)
  return {
    method: request.method,
    path,
    query: [...new URLSearchParams(search)],
    headers: Object.fromEntries(names.map(name => [name, String(request.headers[name])])),
    body: request.body === '' ? null : request.body,
    accessKey: /Access=([^,]+),/.exec(request.headers.authorization ?? '')?.[1] ?? '',
    secretKey,
  }
}

/** @returns the canonical form of a request, by the service's page on signatures. */
export function canonicalRequestOf(request: RecordedRequest): string {
  return expectedSignature(wireOf(request), signedNames(request), '').canonicalRequest
}

function signedNames({ headers }: RecordedRequest): string[] {
  return (/SignedHeaders=([^,]+),/.exec(headers.authorization ?? '')?.[1] ?? '').split(';')
}

function signatureOf({ headers }: RecordedRequest): string | undefined {
  return /Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '')?.[1]
}

function wireOf({ method, path, headers, body }: RecordedRequest) {
  return { method, target: path, headers, body }
}

function entryOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set()
  map.set(key, known)
  return known
}
