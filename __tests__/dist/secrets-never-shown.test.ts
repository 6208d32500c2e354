import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { createRedactor } from '../../src/report/redact.ts'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { gateInProcess } from '../support/in-process/gate-in-process.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { preloads } from '../support/preloads/preloads.ts'
import {
  runInProcess,
  type InProcessOptions,
  type InProcessRun,
} from '../support/in-process/run-in-process.ts'
import { createReportInProcess } from '../support/in-process/report-in-process.ts'
import { stepOfOneBuild } from '../support/builders/step-result.ts'

/** A piece of a token as long as this gives something away. */
const PIECE_CHARACTERS = 12

const ALPHANUMERICS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A token with everything that a spelling can change: letters of both cases, and signs that are escaped somewhere. */
const TOKEN = `MIIFxgYJKoZIhvcNAQ-"quoted\\back/slash&amp<tag>'tick\`%41+plus=${TEST_TOKEN}`

interface Answer {
  readonly status: number
  readonly statusText?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

const inProcess = createReportInProcess()
let answer: Answer = { status: 200, body: '' }
let server: Server
let endpoint: string
let requests = 0
let seenTokens: unknown[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++
    seenTokens.push(request.headers['x-auth-token'])
    response
      .writeHead(answer.status, answer.statusText ?? 'Said', {
        'Content-Length': Buffer.byteLength(answer.body),
        ...answer.headers,
      })
      .end(answer.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  inProcess[Symbol.dispose]()
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

/** How an echo may spell a token. */
const SPELLINGS: Readonly<Record<string, (token: string) => string>> = {
  'as it is': token => token,
  'in a sentence': token => `The token ${token} has expired`,
  'in a header that is quoted': token => `{"X-Auth-Token":["${token}"]}`,
  'in JSON within a text': token => JSON.stringify({ token }),
  'in JSON within JSON within a text': token => JSON.stringify(JSON.stringify({ token })),
  'in JSON with its slashes escaped': token => JSON.stringify(token).replaceAll('/', '\\/'),
  'in JSON with signs as \\u00xx': token =>
    JSON.stringify(token).replace(/[<>&']/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`),
  'encoded for a URL': token => encodeURIComponent(token),
  'encoded for a form': token => new URLSearchParams({ token }).toString(),
  'escaped for HTML': token =>
    token.replace(
      /[&<>"']/g,
      sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;',
    ),
  'in upper case': token => token.toUpperCase(),
  'in lower case': token => token.toLowerCase(),
  'broken over two lines': token => `${token.slice(0, 31)}\n${token.slice(31)}`,
  'broken over two lines by CRLF': token => `${token.slice(0, 31)}\r\n${token.slice(31)}`,
  ...Object.fromEntries(
    [20, 64, 76].map(columns => [
      `wrapped at ${columns} columns`,
      (token: string) => token.replace(new RegExp(`.{${columns}}`, 'g'), '$&\n'),
    ]),
  ),
  'cut at its end': token => token.slice(0, -9),
  'without its beginning': token => token.slice(17),
  'in the middle, stars around': token => `***${token.slice(20, 50)}***`,
  'twice, without a gap': token => token + token,
}

/** Where a service may echo it; headers take what fits on a line of Latin-1. */
const PLACES: Readonly<Record<string, (echo: string) => Answer>> = {
  'error_msg of a 401': echo => json(401, { error_code: 'APIGW.0301', error_msg: echo }),
  error_code: echo => json(400, { error_code: echo, error_msg: 'x' }),
  request_id: echo => json(500, { error_code: 'CB.1', error_msg: 'x', request_id: echo }),
  'message of success false': echo => json(200, { success: false, message: echo }),
  'the envelope’s status': echo => json(200, { status: echo, result: PASSING_RECORD }),
  'an error object': echo => json(200, { status: 'fail', error: { code: echo, message: echo } }),
  'an error of another shape': echo => json(200, { status: 'success', error: [{ [echo]: echo }] }),
  'JSON within a JSON text': echo => json(403, JSON.stringify({ error_code: 'APIGW.0302', error_msg: echo })),
  'a text field of the record': echo =>
    json(200, { success: true, result: { ...PASSING_RECORD, commit_message: echo, branch: echo } }),
  'the record’s status': echo => json(200, { success: true, result: { ...PASSING_RECORD, status: echo } }),
  'the record’s job': echo =>
    json(200, { success: true, result: { ...PASSING_RECORD, codeci_job_id: echo } }),
  'a field that was added': echo =>
    json(200, { success: true, result: { ...PASSING_RECORD, added: { deep: [echo] } } }),
  'the name of a field': echo => json(200, { success: true, result: { ...PASSING_RECORD, [echo]: 1 } }),
  'escaped as \\u00xx throughout': echo => ({
    status: 400,
    body: `{"error_code":"CB.1","error_msg":"${Array.from(echo, escapedUnit).join('')}"}`,
  }),
  'an HTML page': echo => ({ status: 200, body: `<html><p>${echo}</p></html>` }),
  'a text of an error': echo => ({ status: 502, body: echo }),
  'the header x-request-id': echo => ({ ...json(404, {}), headers: { 'X-Request-Id': onOneLine(echo) } }),
  'the header Location': echo => ({
    status: 302,
    headers: { Location: `https://elsewhere.test/?token=${onOneLine(echo)}` },
    body: '',
  }),
  'the header Content-Encoding': echo => ({
    ...json(200, {}),
    headers: { 'Content-Encoding': onOneLine(echo) },
  }),
  'other headers': echo => ({
    ...json(401, {}),
    headers: { 'WWW-Authenticate': onOneLine(echo), 'Retry-After': onOneLine(echo), Date: onOneLine(echo) },
  }),
  'the words of the status line': echo => ({ ...json(500, {}), statusText: onOneLine(echo) }),
}

describe('in every spelling', () => {
  test.each(Object.entries(PLACES))(
    'a token that comes back in %s is not shown',
    async (_place, answerWith) => {
      const found: string[] = []
      for (const [spelling, spell] of Object.entries(SPELLINGS)) {
        answer = answerWith(spell(TOKEN))
        requests = 0
        const { log, summary } = await gateWith(TOKEN)
        expect(requests).toBeGreaterThan(0)
        const leaked = leaks(TOKEN, { log: withoutMasks(log), summary })
        found.push(...leaked.map(leak => `${spelling}: ${leak}`))
      }
      expect(found).toEqual([])
    },
  )
})

describe('a run with debug logging', () => {
  const places = Object.entries(PLACES)
  /** Answers with the token in every spelling. */
  const inEverySpelling = (answerWith: (echo: string) => Answer): Answer =>
    answerWith(
      Object.values(SPELLINGS)
        .map(spell => spell(TOKEN))
        .join(' '),
    )

  test.each(places)('shows no token that comes back in %s', async (_place, answerWith) => {
    answer = inEverySpelling(answerWith)
    seenTokens = []
    const run = await runWith({ token: TOKEN })
    expect(seenTokens.length).toBeGreaterThan(0)
    expect(new Set(seenTokens)).toEqual(new Set([TOKEN]))
    expectHidden(run, [TOKEN])
  })

  test.each(places.filter((_, at) => at % 4 === 0))(
    'shows none through dist/ that comes back in %s',
    async (_place, answerWith) => {
      answer = inEverySpelling(answerWith)
      expectHidden(await runDist({ token: TOKEN }), [TOKEN])
    },
  )

  test.each([
    ['passes', { success: true, result: PASSING_RECORD }, 0],
    ['fails', { success: true, result: { ...PASSING_RECORD, status: 'FAILURE' } }, 1],
  ])('shows none when the build %s', async (_name, body, exitCode) => {
    answer = json(200, body)
    const run = await runDist({ token: TOKEN })
    expect(run.exitCode).toBe(exitCode)
    expectHidden(run, [TOKEN])
  })

  test.each([
    ['job_id', { job_id: TOKEN }],
    ['build_no', { build_no: TOKEN }],
    ['region', { region: TOKEN }],
    ['endpoint', { endpoint: `ftp://${TEST_TOKEN}` }],
    ['api_version', { api_version: TOKEN }],
    ['fail_unless_success', { fail_unless_success: TOKEN }],
    ['an input that is misspelled', { tokn: TOKEN }],
  ])('shows none that was given as %s too', async (_name, inputs) => {
    const run = await runWith({ token: 'endpoint' in inputs ? TEST_TOKEN : TOKEN, ...inputs })
    expect(run.exitCode).toBe(1)
    expect(run.outputs.get('reason')).toBe('invalid_input')
    expectHidden(run, [TOKEN, TEST_TOKEN])
  })

  test('shows none that is in the path of the endpoint', async () => {
    answer = json(200, { success: true, result: PASSING_RECORD })
    const run = await runWith({ token: TEST_TOKEN, endpoint: `${endpoint}/${TEST_TOKEN}` })
    expectHidden(run, [TEST_TOKEN])
  })

  test.each([preloads.throwsLater, preloads.rejectsLater, preloads.exitsEarly, preloads.neverSettles])(
    'shows none when the run ends unplanned (%s)',
    async preload => {
      answer = json(200, { success: true, result: PASSING_RECORD })
      const run = await runDist({ token: TOKEN }, [preload])
      expect(run.exitCode).toBe(1)
      expect(run.outputs.get('reason')).toBe('internal_error')
      expectHidden(run, [TOKEN])
    },
  )
})

describe('a token that no header can carry', () => {
  test.each([
    ['a space', 'MIIFirstHalfOfToken MIISecondHalfOfToken'],
    ['a tab', 'MIIFirstHalfOfToken\tMIISecondHalfOfToken'],
    ['a line end', 'MIIFirstHalfOfToken\nMIISecondHalfOfToken'],
    ['CRLF', 'MIIFirstHalfOfToken\r\nMIISecondHalfOfToken'],
    ['another header', 'MIIFirstHalfOfToken\r\nX-Injected: MIISecondHalfOfToken'],
    ['letters beyond ASCII', 'MIIFirstHalfÖfToken-密码密码密码密码密码密码'],
    ['a line separator', 'MIIFirstHalfOfToken\u2028MIISecondHalfOfToken'],
    ['a NUL', 'MIIFirstHalfOfToken\u0001MIISecondHalfOfToken'],
  ])('is refused, masked line by line, and not shown: %s', async (_name, token) => {
    requests = 0
    const run = await runWith({ token })
    expect(run.exitCode).toBe(1)
    expect(requests).toBe(0)
    expect(run.outputs.get('reason')).toBe('invalid_input')
    const lines = token.split(/[\r\n]+/)
    expect(masksOf(run.log)).toEqual(lines)
    expect(annotations(run.log)).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(
          'token must be an IAM user token, visible ASCII characters only; it has ',
        ) as unknown,
      }),
    ])
    expectHidden(run, lines)
  })

  test('blanks and line ends around a token do not count', async () => {
    answer = json(200, { success: true, result: PASSING_RECORD })
    seenTokens = []
    const run = await runWith({ token: `\n  ${TEST_TOKEN} \r\n` })
    expect(run.exitCode).toBe(0)
    expect(seenTokens).toEqual([TEST_TOKEN])
    expect(masksOf(run.log)).toEqual([TEST_TOKEN])
  })
})

describe('without a runner', () => {
  test.each([
    ['a token that is refused', 401, { token: TEST_TOKEN }],
    ['a token that is good', 200, { token: TEST_TOKEN }],
    ['a token that no header can carry', 200, { token: `${TEST_TOKEN} ${TEST_TOKEN}` }],
  ])('nothing prints %s, not even a mask', async (_name, status, inputs) => {
    answer = json(status, { error_msg: TEST_TOKEN, success: status === 200, result: PASSING_RECORD })
    const run = await runWith(inputs, { env: { GITHUB_ACTIONS: undefined } })
    expect(run.log).not.toBe('')
    expect(findCommands(run.log)).toEqual([])
    expect(run.log).not.toContain('::')
    expect(leaks(TEST_TOKEN, shownBy(run))).toEqual([])
  })
})

describe('any token', () => {
  const tokens = fc.oneof(
    // As IAM gives them: a signed message in Base64, with `-` in place of `/`.
    fc.string({ unit: fc.constantFrom(...signs(`${ALPHANUMERICS}-+=`)), minLength: 12, maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...signs('0123456789abcdef')), minLength: 32, maxLength: 64 }),
    fc.string({ unit: fc.constantFrom(...signs('0123456789')), minLength: 13, maxLength: 15 }),
    // Whatever a header can carry.
    fc.string({ unit: fc.constantFrom(...visibleAscii()), minLength: 12, maxLength: 80 }),
  )
  const spellings = fc.constantFrom(...Object.values(SPELLINGS))

  test('is taken out of text in every spelling', () => {
    fc.assert(
      fc.property(tokens, spellings, fc.string(), fc.string(), (token, spell, ahead, behind) => {
        const { add, redact } = createRedactor(() => undefined)
        add(token)
        const redacted = redact(`${ahead}\n${spell(token)}\n${behind}`)
        expect(leaks(token, { redacted })).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  test('is nowhere in what a run shows', async () => {
    await fc.assert(
      fc.asyncProperty(
        tokens,
        fc.constantFrom(...Object.values(PLACES)),
        spellings,
        async (token, place, spell) => {
          answer = place(spell(token))
          const { log, summary } = await gateWith(token)
          expect(leaks(token, { log: withoutMasks(log), summary })).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  test('of digits alone is not shown when it comes back as numbers', async () => {
    const token = '482915730264819'
    for (const body of [
      { error_code: Number(token), error_msg: Number(token) },
      { success: true, result: { ...PASSING_RECORD, build_no: Number(token), duration: Number(token) } },
      { success: true, result: { ...PASSING_RECORD, added: Number(token) } },
    ]) {
      answer = json(200, body)
      const { log, summary } = await gateWith(token)
      expect(leaks(token, { log: withoutMasks(log), summary })).toEqual([])
    }
  })
})

function json(status: number, body: unknown): Answer {
  return { status, body: JSON.stringify(body) }
}

function escapedUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function onOneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}

function signs(text: string): string[] {
  return Array.from(text)
}

function visibleAscii(): string[] {
  return Array.from({ length: 0x7e - 0x20 }, (_, index) => String.fromCharCode(0x21 + index))
}

const asked = (inputs: Readonly<Record<string, string>>) => ({
  debug: true,
  inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), endpoint, api_version: 'v3', ...inputs },
})

function runWith(
  inputs: Readonly<Record<string, string>>,
  options: InProcessOptions = {},
): Promise<InProcessRun> {
  return runInProcess({ ...asked(inputs), ...options })
}

async function runDist(
  inputs: Readonly<Record<string, string>>,
  imports: readonly string[] = [preloads.shortenTime],
): Promise<ActionRun> {
  const run = await runAction({ ...asked(inputs), imports })
  expect(run.stderr).toBe('')
  return run
}

/** The gate and its report with debug logging, in this process. */
async function gateWith(token: string) {
  return inProcess.run(
    async report => {
      const ending = await gateInProcess(endpoint, token, report)
      report.end(stepOfOneBuild(ending), false)
      report.writeSummary(stepOfOneBuild(ending), [])
    },
    { RUNNER_DEBUG: '1' },
  )
}

function masksOf(log: string): string[] {
  return findCommands(log)
    .filter(({ name }) => name === 'add-mask')
    .map(({ data }) => data)
}

/** The masks come first, ahead of anything else; they are the one place where the runner wants to read a secret. */
function withoutMasks(log: string): string {
  const masks = findCommands(log).filter(({ name }) => name === 'add-mask')
  expect(masks.length).toBeGreaterThan(0)
  expect(masks.map(({ lineNumber }) => lineNumber)).toEqual(masks.map((_, index) => index + 1))
  return log.split('\n').slice(masks.length).join('\n')
}

/** Everything for people; outputs are what the service sent, byte for byte. */
function shownBy({ stdout, log, summary, state }: InProcessRun): Record<string, string> {
  return { stdout, log, summary, state }
}

function expectHidden(run: InProcessRun, secrets: readonly string[]): void {
  const places = { ...shownBy(run), log: withoutMasks(run.log), stdout: withoutMasks(run.stdout) }
  for (const secret of secrets) expect(leaks(secret, places)).toEqual([])
}

/**
 * @returns where a piece of the secret stands, as it is or in a spelling that is read without effort: escapes undone,
 * line ends and blanks left out, letters of either case.
 */
function leaks(secret: string, places: Readonly<Record<string, string>>): string[] {
  const pieces = piecesOf(secret.toLowerCase())
  return Object.entries(places).flatMap(([place, text]) =>
    readings(text)
      .map(reading => reading.toLowerCase())
      .flatMap(reading => {
        const at = firstPieceIn(reading, pieces)
        return at < 0 ? [] : [`${place}: ${reading.slice(Math.max(0, at - 20), at + 40)}`]
      })
      .slice(0, 1),
  )
}

function piecesOf(secret: string): ReadonlySet<string> {
  const pieces = new Set<string>()
  for (let at = 0; at + PIECE_CHARACTERS <= secret.length; at++)
    pieces.add(secret.slice(at, at + PIECE_CHARACTERS))
  return pieces
}

function firstPieceIn(text: string, pieces: ReadonlySet<string>): number {
  for (let at = 0; at + PIECE_CHARACTERS <= text.length; at++)
    if (pieces.has(text.slice(at, at + PIECE_CHARACTERS))) return at
  return -1
}

function readings(text: string): string[] {
  return [
    text,
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    htmlRead(text),
    jsonRead(htmlRead(text)),
    jsonRead(jsonRead(htmlRead(text))),
    text.replace(/\\[rn]|%0[ad]|\s/gi, ''),
  ]
}

function htmlRead(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}

function jsonRead(text: string): string {
  return text
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\(["\\/])/g, '$1')
}
