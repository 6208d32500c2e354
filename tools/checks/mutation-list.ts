/** An edit that would make the gate unsafe. */
export interface Mutation {
  readonly name: string
  readonly file: string
  /** A text that the file has exactly once. */
  readonly from: string
  readonly to: string
  /** Patterns of the test files that must turn red. */
  readonly tests: readonly string[]
  /** The tests among them whose names match; all without it. For edits that would let the others hang. */
  readonly only?: string
}

/** The edits by which a gate like this one has been, or could be, opened by accident. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'the top-level await dropped',
    file: 'src/run.ts',
    from: ': await gate.judge()',
    to: ': (gate.judge() as unknown as Ending)',
    tests: ['endings', 'unplanned'],
  },
  {
    name: 'the red start dropped',
    file: 'src/start-red.ts',
    from: 'process.exitCode = 1',
    to: 'void process.exitCode',
    tests: ['unplanned'],
  },
  {
    name: 'startsWith in place of the exact word',
    file: 'src/verdict.ts',
    from: 'status === PASSING_STATUS',
    to: 'status.startsWith(PASSING_STATUS)',
    tests: ['verdict'],
  },
  {
    name: 'lower-casing in place of the exact word',
    file: 'src/verdict.ts',
    from: 'status === PASSING_STATUS',
    to: 'status.toLowerCase() === PASSING_STATUS.toLowerCase()',
    tests: ['verdict'],
  },
  {
    name: 'not a failure in place of the exact word',
    file: 'src/verdict.ts',
    from: 'status === PASSING_STATUS',
    to: "(PASSING_STATUS as string) !== '' && status !== 'FAILURE'",
    tests: ['verdict'],
  },
  {
    name: 'the success of the envelope ignored',
    file: 'src/codearts/answer.ts',
    from: "if (succeeded !== undefined && succeeded !== true) return says('success')",
    to: '',
    tests: ['answer'],
  },
  {
    name: 'a missing sign of success ignored',
    file: 'src/codearts/answer.ts',
    from: "if (succeeded !== true && status !== 'success') return 'its envelope does not say that it succeeded'",
    to: '',
    tests: ['answer'],
  },
  {
    name: 'an error code beside a record ignored',
    file: 'src/codearts/answer.ts',
    from: "if (code === '' && !failed && !isFilled(value['error'])) return undefined",
    to: 'if (!failed) return undefined',
    tests: ['answer'],
  },
  {
    name: 'the HTTP status ignored',
    file: 'src/codearts/answer.ts',
    from: "if (result.ok && result.status !== 200) return invalid(answer, 'only HTTP 200 carries a result')",
    to: '',
    tests: ['answer'],
  },
  {
    name: 'redirects followed',
    file: 'src/http/request.ts',
    from: "request.once('response', resolve)",
    to: `request.once('response', message => {
        const { location } = message.headers
        if (location === undefined) resolve(message)
        else httpRequest(new URL(location, url), options).once('response', resolve).on('error', reject).end()
      })`,
    tests: ['network'],
  },
  {
    name: 'the deadline dropped',
    file: 'src/http/request.ts',
    from: 'exchange.timeOut()',
    to: 'void exchange',
    tests: ['faults.test'],
    only: 'chunked: a body that drips for ever',
  },
  {
    name: 'the cap dropped',
    file: 'src/http/request.ts',
    from: 'if (length + piece.length > maxBodyBytes)',
    to: 'if (length < 0)',
    tests: ['faults.test'],
    only: 'one byte more than 2 MiB',
  },
  {
    name: 'an error swallowed while reading the body',
    file: 'src/http/request.ts',
    from: 'return complete && errored === null',
    to: 'return complete || errored !== undefined',
    tests: ['faults.test'],
  },
  {
    name: 'success written before the end',
    file: 'src/report/report.ts',
    from: '      outputs.setReason(ending.reason)\n',
    to: '      outputs.setReason(ending.reason)\n      if (ending.success) outputs.succeed()\n',
    tests: ['endings'],
  },
  {
    name: 'the mask printed after the first line',
    file: 'src/run.ts',
    from: '  hideSecrets(environment, report)\n\n',
    to: "  report.log.info('Reading the inputs')\n  hideSecrets(environment, report)\n\n",
    tests: ['secrets-never-shown'],
  },
  {
    name: 'the text of the summary not escaped',
    file: 'src/report/text.ts',
    from: 'return text.replace(/[&<>"\'`]/gu, character => `&#${String(character.codePointAt(0))};`)',
    to: 'return text',
    tests: ['text', 'hostile-record', 'summary.test'],
  },
  {
    name: 'a loopback test by prefix',
    file: 'src/http/secure-url.ts',
    from: '/^127(\\.[0-9]{1,3}){3}$/.test(hostname)',
    to: "hostname.startsWith('127.')",
    tests: ['inputs'],
  },
  {
    name: 'a blank line of a log left blank in the summary',
    file: 'src/report/text.ts',
    from: '? `${line}&#32;` : line',
    to: '? line : line',
    tests: ['log-line', 'summary.test'],
  },
  {
    name: 'a secret looked for with its colours',
    file: 'src/codearts/log.ts',
    from: 'const plain = withoutSgr(searched)',
    to: "const plain = withoutSgr('') + searched",
    tests: ['diagnosis'],
  },
  {
    name: 'any build_record_id in a path',
    file: 'src/diagnosis.ts',
    from: 'if (!isRecordId(recordId))',
    to: "if (!isRecordId(recordId) && recordId === '')",
    tests: ['diagnosis'],
  },
  {
    name: 'a build that passes asked about again',
    file: 'src/diagnosis.ts',
    from: "const FAILED: readonly string[] = ['failed',",
    to: "const FAILED: readonly string[] = ['success', 'failed',",
    tests: ['diagnosis'],
  },
  {
    name: 'a log that was cut shown as if it were whole',
    file: 'src/http/request.ts',
    from: "if (!sink.take(piece)) return { ok: true, streamed: 'part' }",
    to: "if (!sink.take(piece)) return { ok: true, streamed: 'whole' }",
    tests: ['receive'],
  },
  {
    name: 'a 401 tried again',
    file: 'src/codearts/errors.ts',
    from: '[408, 429,',
    to: '[401, 408, 429,',
    tests: ['credentials'],
  },
  {
    name: 'temporary keys not masked',
    file: 'src/credentials/oidc.ts',
    from: '[keys.accessKey, keys.secretKey, keys.securityToken]',
    to: '[keys.accessKey]',
    tests: ['credentials'],
  },
  {
    name: 'the bearer of the runner sent without TLS',
    file: 'src/credentials/oidc.ts',
    from: '!isSecure(url)',
    to: 'isSecure(url) === undefined',
    tests: ['credentials'],
  },
  {
    name: 'a tunnel taken from whatever a proxy answers',
    file: 'src/http/tunnel.ts',
    from: 'if (statusCode === 200 && early.length === 0)',
    to: 'if (statusCode >= 100 && early.length === 0)',
    tests: ['proxy'],
  },
  {
    name: 'the check of certificates left to the environment',
    file: 'src/http/request.ts',
    from: 'rejectUnauthorized: true,',
    to: "rejectUnauthorized: (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') as true,",
    tests: ['tls', 'proxy'],
  },
  {
    name: 'pieces of a secret that no seed stands in',
    file: 'src/secrets.ts',
    from: 'const step = this.#length - SEED_LENGTH + 1',
    to: 'const step = this.#length - SEED_LENGTH + 2',
    tests: ['secrets.test'],
  },
]
