import { createHash } from 'node:crypto'
import { expectedSignature } from '../fake-service/signature.ts'
import type { FakeService } from '../fake-service/server.ts'
import type { Check } from '../tally.ts'
import { DIFFERENCES } from './differences.ts'

/** A request as the fake service received it. */
export type RecordedRequest = FakeService['requests'][number]

/** The same question, asked by the gate and by the SDK. */
export interface Twins {
  /** The name of the SDK's operation. */
  readonly question: string
  /** With which kind of credentials. */
  readonly credentials: string
  readonly gate: RecordedRequest
  readonly sdk: RecordedRequest
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
function factsOf(request: RecordedRequest): ReadonlyMap<string, string> {
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
 * Compares the requests of each pair, and what the service says of their signatures.
 * @returns a check of each pair: it differs as the table of differences says, in nothing more and nothing less.
 */
export function compareTwins(all: readonly Twins[]): readonly Check[] {
  const checks = all.map(({ question, credentials, gate, sdk }) => {
    const [ours, theirs] = [factsOf(gate), factsOf(sdk)]
    const found = [...new Set([...ours.keys(), ...theirs.keys()])]
      .map(fact => [fact, ours.get(fact) ?? null, theirs.get(fact) ?? null] as const)
      .filter(([, one, other]) => one !== other)
      .map(difference => JSON.stringify(difference))
    const listed = DIFFERENCES.filter(({ questions }) => questions.includes(question)).map(row =>
      JSON.stringify([row.fact, row.gate, row.sdk]),
    )
    // The service computes every signature by its page, and answers 401 to any other.
    const refused = Object.entries({ gate, sdk }).filter(([, { status }]) => status === 401)
    return {
      name: `${question} with ${credentials}: both signatures are right, and the table has every difference`,
      problems: [
        ...refused.map(([who]) => `the signature of the ${who} is refused`),
        ...found.filter(row => !listed.includes(row)).map(row => `not in the table: ${row}`),
        ...listed.filter(row => !found.includes(row)).map(row => `in the table, but not found: ${row}`),
      ],
    }
  })
  const asked = all.map(({ question }) => question)
  const notAsked = DIFFERENCES.flatMap(({ questions }) => questions).filter(name => !asked.includes(name))
  return [...checks, { name: 'the table of differences has only what was asked', problems: notAsked }]
}

function signedNames({ headers }: RecordedRequest): string[] {
  return (/SignedHeaders=([^,]+),/.exec(headers.authorization ?? '')?.[1] ?? '').split(';')
}

function wireOf({ method, path, headers, body }: RecordedRequest) {
  return { method, target: path, headers, body }
}
