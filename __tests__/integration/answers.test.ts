// What the service and others have answered in the field, over a whole run in this process. A case is a row: unit tests have the
// rest of each table.
import { describe, expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { json, type Answer, type FakeServiceRequest } from '../../tools/fake-service/exchange.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { BUILD_NO, JOB_ID, PASSING_RECORD } from '../support/builders/passing-build.ts'
import { runInProcess, type InProcessRun } from '../support/in-process/run-in-process.ts'

const MIB = 1024 * 1024
const NOT_THE_SERVICE = 'omething other than the service may have answered'

interface Setting {
  readonly inputs?: Readonly<Record<string, string>>
  /** In place of the token. */
  readonly isWithKeys?: boolean
  readonly log?: Answer
  readonly stages?: Answer
}

/** Runs the gate on these answers to requests for the record, one after the other, the last one again and again. */
async function gateOn(answers: readonly Answer[], setting: Setting = {}) {
  let requests = 0
  const notFound: Answer = { status: 404, body: '{"error_code":"X.404","error_msg":"none"}' }
  await using service = await startFakeService({
    respond: ({ path }) => {
      if (path.endsWith('/download-log')) return setting.log ?? notFound
      if (path.endsWith('/full-stages')) return setting.stages ?? notFound
      // The build before is asked for an estimate.
      if (!path.endsWith(`/${String(BUILD_NO)}/record-info`)) return notFound
      return answers[Math.min(requests++, answers.length - 1)] ?? notFound
    },
  })
  const credentials =
    setting.isWithKeys === true
      ? { access_key: 'AKIDEXAMPLE1234567', secret_key: 'sk-secret-0123456789abcdef' }
      : { token: TEST_TOKEN }
  const run = await runInProcess({
    inputs: {
      job_id: JOB_ID,
      build_no: String(BUILD_NO),
      endpoint: service.url,
      api_version: 'v3',
      ...credentials,
      ...setting.inputs,
    },
  })
  return { ...run, requests, error: errorIn(run) }
}

function errorIn({ log }: InProcessRun): string {
  return annotations(log).find(({ level }) => level === 'error')?.message ?? ''
}

const ok = (body: string): Answer => ({ status: 200, body })
const html = (status: number, body: string): Answer => ({
  status,
  headers: { 'Content-Type': 'text/html' },
  body,
})

/** A good answer whose record has these fields, each as it is spelled here, in place of its own. */
function recordWith(fields: Readonly<Record<string, string>>): string {
  const own = Object.entries(PASSING_RECORD).filter(([name]) => !Object.hasOwn(fields, name))
  const all = [...own.map(([name, value]) => [name, JSON.stringify(value)]), ...Object.entries(fields)]
  const record = all.map(([name = '', json]) => `${JSON.stringify(name)}:${json ?? ''}`).join(',')
  return `{"success":true,"result":{${record}}}`
}

const FAILED = ok(recordWith({ status: '"FAILURE"' }))

describe('the same key twice', () => {
  const good = recordWith({})
  test.each<readonly [string, string, string | undefined]>([
    ['the status, the good one last', good.replace('"status":', '"status":"FAILURE","status":'), 'status'],
    ['the status, escaped once', good.replace('"status":', '"st\\u0061tus":"FAILURE","status":'), 'status'],
    ['the sign of success', good.replace('"success":', '"success":false,"success":'), 'success'],
    ['the record', good.replace('"result":', '"result":{"status":"FAILURE"},"result":'), 'result'],
    ['the commit, twice the same', good.replace('"commit":', '"commit":"x","commit":'), 'commit'],
    ['within another field, where the last one counts', recordWith({ stages: '[{"a":1,"a":2}]' }), undefined],
  ])('%s', async (_, body, key) => {
    const { exitCode, outputs, error, requests } = await gateOn([ok(body)])
    expect([exitCode, outputs.get('reason'), requests]).toEqual(
      key === undefined ? [0, 'success', 1] : [1, 'invalid_response', 1],
    )
    if (key !== undefined) expect(error).toContain(`but its JSON has the key "${key}" twice`)
    if (key === undefined) expect(outputs.get('record')).toContain('"a":2')
  })
})

describe('a field of another type', () => {
  /** Values as the service spells them, and what the output has. */
  const VALUES: Readonly<Record<string, readonly (readonly [json: string, output?: string])[]>> = {
    repo_id: [['2111616838'], ['12345678901234567890'], ['"2111616838"', '2111616838'], ['null', '']],
    user_id: [['17'], ['-0'], ['true'], ['[17]'], ['1.0']],
    parent_record_id: [['0'], ['false'], ['{}'], ['{"id":1.50}']],
    daily_build_num: [
      ['20221011.29'],
      ['20221011.20'],
      ['20221011'],
      ['"20221011.20"', '20221011.20'],
      ['[]'],
    ],
    use_private_slave: [['false'], ['1e5'], ['"no"', 'no'], ['0'], ['0.0']],
    err_msg: [['[]'], ['{}'], ['["a",null]'], ['0'], ['"::error::x\\r\\n"', '::error::x\r\n']],
    commit_message: [
      ['{}'],
      ['["\\u00e9"]', '["é"]'],
      ['5'],
      ['"\\ud800 \\u2028"', '\ufffd \u2028'],
      ['true'],
    ],
    duration: [['"1e5"', '1e5'], ['1e5'], ['"soon"', 'soon'], ['{}'], ['-1'], ['1E400']],
    finish_time: [['1665477027000'], ['false'], ['[]'], ['{"at":1}'], ['"x"', 'x']],
    build_no: [['532'], ['"532"', '532'], ['null', '']],
    id: [['12345678901234567890'], ['-5'], ['""', '']],
  }
  const rounds = Math.max(...Object.values(VALUES).map(({ length }) => length))

  test.each(Array.from({ length: rounds }, (_, round) => round))(
    'passes, and reaches the outputs as it came: value %d of each',
    async round => {
      const chosen = Object.entries(VALUES).map(([name, values]) => {
        const [json, output = json] = values[round % values.length] ?? ['null', '']
        return { name, json, output }
      })
      const body = recordWith(Object.fromEntries(chosen.map(({ name, json }) => [name, json])))
      const { exitCode, outputs } = await gateOn([ok(body)])
      expect([exitCode, outputs.get('reason'), outputs.get('success')]).toEqual([0, 'success', 'true'])
      for (const { name, output } of chosen) expect([name, outputs.get(name)]).toEqual([name, output])
      for (const { name, json } of chosen)
        if (!json.includes('\\')) expect(outputs.get('record')).toContain(`"${name}":${json}`)
    },
  )

  test.each([
    ['status', '5'],
    ['status', '["SUCCESS"]'],
    ['branch', 'false'],
    ['build_no', '532.5'],
    ['id', 'true'],
  ])('is no record where the verdict depends on it: %s is %s', async (name, json) => {
    const { exitCode, outputs, error, requests } = await gateOn([ok(recordWith({ [name]: json }))])
    expect([exitCode, outputs.get('reason'), requests]).toEqual([1, 'invalid_response', 1])
    expect(error).toMatch(new RegExp(`but its field ${name} is (a|an) (number|boolean|array|object);`))
  })

  test('in both casings counts where both say the same, and is no record where they do not', async () => {
    const same = await gateOn([ok(recordWith({ buildNo: '532', err_msg: '{"a":1}', errMsg: '{"a":1}' }))])
    expect([same.exitCode, same.outputs.get('err_msg')]).toEqual([0, '{"a":1}'])
    const differ = await gateOn([ok(recordWith({ finishTime: 'null' }))])
    expect([differ.exitCode, differ.outputs.get('reason')]).toEqual([1, 'invalid_response'])
    expect(differ.error).toContain('but its fields finish_time and finishTime differ')
  })
})

describe('a code of 0', () => {
  test.each([
    ['0', '0.0', '"0"', '-0', '""'],
    ['"0"', '0', '0e9', '""', 'null'],
  ])(
    'is none, in whatever field: %s, %s, %s, %s, %s',
    async (...[error, err_code, errCode, error_code, errorCode]) => {
      const codes = Object.entries({ error, err_code, errCode, error_code, errorCode })
      const fields = codes.map(([name, json]) => `"${name}":${json},`).join('')
      const { exitCode, requests } = await gateOn([ok(recordWith({}).replace('{', `{${fields}`))])
      expect([exitCode, requests]).toEqual([0, 1])
    },
  )

  test.each(['1', '"00"', 'false', '0.1'])('is not %s', async code => {
    const body = recordWith({}).replace('{', `{"error_code":${code},`)
    const { exitCode, outputs, requests } = await gateOn([ok(body)])
    expect([exitCode, outputs.get('success'), requests]).toEqual([1, 'false', 1])
    expect(['service_error', 'invalid_response']).toContain(outputs.get('reason'))
  })
})

describe('a failed answer in a wait', () => {
  const RUNNING = ok(recordWith({ status: '"RUNNING"', finish_time: 'null' }))
  const inputs = { wait: 'true' }

  test('of a status that may pass does not end it', async () => {
    const statuses = [408, 429, 500, 502, 503, 504, 506, 507, 508, 510, 520, 522, 524, 529, 530, 599]
    const faults = statuses.map(status => html(status, '<html>x'))
    const { exitCode, outputs, requests } = await gateOn([RUNNING, ...faults, ok(recordWith({}))], { inputs })
    expect([exitCode, outputs.get('success'), requests]).toEqual([0, 'true', statuses.length + 2])
  })

  test.each([400, 401, 501, 505, 511])('of a status that lasts ends it: HTTP %d', async status => {
    const answers = [RUNNING, html(status, '<html>x'), ok(recordWith({}))]
    const { exitCode, outputs, requests } = await gateOn(answers, { inputs })
    expect([exitCode, outputs.get('success'), requests]).toEqual([1, 'false', 2])
    // What was read before stays in the outputs.
    expect(outputs.get('status')).toBe('RUNNING')
  })
})

/** [the answer, words of the annotation, words that it must not have, the number of requests] */
type WordsRow = readonly [string, Answer, readonly string[], readonly string[], number, Setting?]

describe('the words for what came back', () => {
  const TITLE = '<html><head><title>Zscaler: Access\n blocked by policy</title></head></html>'
  const named = 'HTML page titled "Zscaler: Access blocked by policy"'
  const isJson = (status: number, body: string): Answer => ({ status, body })
  const LOCKED = 'Incorrect IAM authentication information: AK access failed to reach the limit,forbidden'
  const membership = ['CodeArts project', 'has a problem', 'in trouble', '24 hours']

  test.each<WordsRow>([
    ...[401, 403, 404, 418].map((status): WordsRow => [
      `a page with ${String(status)}`,
      html(status, TITLE),
      [`HTTP ${String(status)}`, named, NOT_THE_SERVICE],
      membership,
      1,
    ]),
    ['a page with 511', html(511, TITLE), ['HTTP 511', named, NOT_THE_SERVICE], membership, 1],
    [
      'a bare title',
      html(403, '<title>Zscaler: Access blocked by policy</title>'),
      [named, NOT_THE_SERVICE],
      membership,
      1,
    ],
    ['a page with 503', html(503, TITLE), [named, NOT_THE_SERVICE, '; 4 tries)'], ['has a problem'], 4],
    [
      'a text with 403',
      isJson(403, 'Blocked by policy'),
      ['a body that begins with "Blocked by policy"', NOT_THE_SERVICE],
      membership,
      1,
    ],
    ['nothing with 403', isJson(403, ''), ['an empty body', NOT_THE_SERVICE], membership, 1],
    ['a long text', isJson(403, 'x'.repeat(30_000)), [`begins with "${'x'.repeat(80)}…"`], ['in all)'], 1],
    ...[400, 431].map((status): WordsRow => [
      `JSON with ${String(status)} and no code`,
      isJson(status, '{}'),
      ['does not accept the request', 'Check job_id'],
      ['has a problem', 'later', NOT_THE_SERVICE],
      1,
    ]),
    ['a page with 413', html(413, TITLE), ['does not accept the request', NOT_THE_SERVICE], ['later'], 1],
    [
      'a locked key with 403',
      isJson(403, JSON.stringify({ error_code: 'APIGW.0301', error_msg: LOCKED })),
      ['locked', 'Wait five minutes', LOCKED],
      ['24 hours', 'use access_key', 'get a new token'],
      1,
      { isWithKeys: true },
    ],
    [
      'a locked key with 401',
      isJson(401, JSON.stringify({ error_code: 'APIGW.0301', error_msg: LOCKED })),
      ['locked', 'Wait five minutes'],
      ['24 hours', 'use access_key', 'get a new token'],
      1,
      { isWithKeys: true },
    ],
    [
      'a message alone',
      isJson(401, '{"message":"The token has expired"}'),
      ['HTTP 401, "The token has expired"', '24 hours'],
      [],
      1,
    ],
    [
      'a code and a message',
      isJson(401, '{"code":"IAM.0011","message":"Go away"}'),
      [', IAM.0011 "Go away"'],
      [],
      1,
    ],
    [
      'a code and a message in an error',
      isJson(403, '{"error":{"code":"IAM.0002","message":"Go away","title":"Forbidden"}}'),
      [', IAM.0002 "Go away"', 'CodeArts project'],
      [],
      1,
    ],
    [
      'an error in quotation marks',
      isJson(400, '{"error_code":"CB.1","error_msg":"\\"boom\\""}'),
      [', CB.1 "boom"'],
      ['""'],
      1,
    ],
    [
      'a redirect',
      {
        status: 302,
        headers: {
          Location:
            'https://user:pass@obs.example/full.log?AWSAccessKeyId=AK&x-obs-security-token=ST&Signature=SIG#frag',
        },
        body: '',
      },
      ['a redirect to https://obs.example/full.log that is not followed'],
      ['user', 'pass@', 'AWSAccessKeyId', 'SIG', 'frag', '""', ',;', ', ('],
      1,
    ],
    [
      'a redirect to nowhere',
      { status: 302, headers: { Location: '' }, body: '' },
      ['HTTP 302, a redirect'],
      ['""', ',;', ', ('],
      1,
    ],
    [
      'a redirect without an address',
      { status: 302, body: '' },
      ['a redirect without an address'],
      [',;', ', ('],
      1,
    ],
    [
      'a redirect within the host',
      { status: 307, headers: { Location: '/login?token=SIG' }, body: '' },
      ['a redirect that is not followed'],
      ['SIG'],
      1,
    ],
    [
      'a redirect to data',
      { status: 302, headers: { Location: 'data:text/plain,SIG' }, body: '' },
      ['a redirect that is not followed'],
      ['SIG', 'data:'],
      1,
    ],
    [
      'a redirect to a URL in a URL',
      { status: 302, headers: { Location: 'blob:https://user:SIG@h.example/x' }, body: '' },
      ['a redirect that is not followed'],
      ['SIG', 'user'],
      1,
    ],
    [
      'a redirect with an error',
      { status: 302, headers: { Location: 'https://h.example/p?SIG' }, body: '{"error_code":"X.1"}' },
      ['that is not followed, X.1'],
      ['SIG'],
      1,
    ],
    [
      'a long pause',
      { status: 503, headers: { 'Retry-After': '3600' }, body: '{}' },
      ['and asked for a pause of 1 h'],
      ['of 4 tries'],
      1,
    ],
  ])('%s', async (_, answer, words, wrongWords, requests, setting = {}) => {
    const run = await gateOn([answer], setting)
    expect(run.exitCode).toBe(1)
    expect(run.requests).toBe(requests)
    for (const text of words) expect(run.error).toContain(text)
    for (const text of wrongWords) expect([run.error, run.summary].join('\n')).not.toContain(text)
    expect(run.error).not.toMatch(/undefined|NaN|Infinity|\[object/)
  })

  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'why a build failed',
      { status: '"SCHEDULE_FAILURE"', err_msg: '"no executor is free"' },
      ['SCHEDULE_FAILURE', 'the build says "no executor is free"'],
    ],
    ['a blank at the end', { status: '"SUCCESS "' }, ['; status "SUCCESS "']],
    ['a Cyrillic letter', { status: '"SU\\u0421CESS"' }, ['; status "SU\\u0421CESS"']],
    ['another case', { status: '"success"' }, ['; status "success"']],
    ['no word at all', { status: 'null' }, ['; status (none)']],
  ])('a status: %s', async (_, fields, words) => {
    const { exitCode, error } = await gateOn([ok(recordWith(fields))])
    expect(exitCode).toBe(1)
    for (const text of words) expect(error).toContain(text)
  })

  test.each(['[]', '{}'])('an err_msg of %s says nothing', async err_msg => {
    expect((await gateOn([ok(recordWith({ status: '"FAILURE"', err_msg }))])).error).not.toContain(
      'the build says',
    )
  })

  test('an API that no version has ends a wait at once, after the last version', async () => {
    const answer = isJson(404, '{"error_code":"APIGW.0101","error_msg":"The API does not exist"}')
    const { exitCode, outputs, requests } = await gateOn([answer], {
      inputs: { wait: 'true', api_version: 'auto' },
    })
    expect([exitCode, outputs.get('reason'), requests]).toEqual([1, 'not_found', 3])
  })

  test('a log behind a redirect is not shown, and nothing of the keys in its address', async () => {
    const Location = 'https://obs.example/full.log?AWSAccessKeyId=AK&x-obs-security-token=ST&Signature=SIG'
    const { log, summary } = await gateOn([FAILED], { log: { status: 302, headers: { Location }, body: '' } })
    for (const shown of [log, summary]) {
      expect(shown).toContain('The log of the build could not be read: ')
      expect(shown).toContain('https://obs.example/full.log')
      expect(shown).not.toMatch(/AWSAccessKeyId|Signature|SIG/)
    }
  })
})

describe('the end of the log of a build that failed', () => {
  const GBK = Buffer.from('\xb1\xe0\xd2\xeb\xca\xa7\xb0\xdc', 'latin1')
  const progress = (bytes: number): string =>
    '\rReceiving objects:  42 % (42/100)'.repeat(Math.ceil(bytes / 34))
  const bytesOf = (...parts: (string | Buffer)[]): Buffer =>
    Buffer.concat(parts.map(part => Buffer.from(part)))
  const KIB16 = 16 * 1024

  /** [what, the log, what of it is shown, what is not] */
  type LogRow = readonly [string, string | Buffer, readonly string[], readonly (string | RegExp)[]]

  test.each<LogRow>([
    [
      '1.1 MiB of progress at the end',
      `ERROR: the real error\n${progress(1.1 * MIB)}\n`,
      ['The last line of', 'Receiving objects:  42 %'],
      ['empty'],
    ],
    [
      '5 KB of progress that ends in an error',
      `a\n${progress(5_000)}\rfatal: early EOF\n`,
      ['fatal: early EOF', 'The last 2 lines'],
      ['Receiving'],
    ],
    [
      'progress with CRLF',
      `${progress(500)}\r\nfatal: early EOF\r\n`,
      ['Receiving objects:  42 %', 'The last 2 lines'],
      ['\\r'],
    ],
    ['blank lines at the end', `ERROR: boom\n${'\n'.repeat(60)}`, ['ERROR: boom', 'The last line of'], []],
    [
      'blank lines of CRLF and blanks',
      `ERROR: boom\r\n${' \r\n'.repeat(60)}`,
      ['ERROR: boom', 'The last line of'],
      [],
    ],
    ['GBK', bytesOf('[ERROR] ', GBK, '\n'), ['[ERROR] 编译失败'], ['\\xb1']],
    [
      'GB18030 of four bytes',
      bytesOf('😀\n', Buffer.from('\x94\x39\xfc\x36!\n', 'latin1')),
      ['😀!', 'The last 2 lines'],
      ['\\x'],
    ],
    [
      'each line in its own encoding',
      bytesOf('构建\n', GBK, '\n', Buffer.from('a\xff\n', 'latin1')),
      ['构建', '编译失败', 'a\\xff'],
      [],
    ],
    [
      'blank lines alone',
      '\n \r\n\t\n\r\r\n',
      ['has only blank lines'],
      ['The log of the build is empty', '<pre>'],
    ],
    ['nothing', '', ['The log of the build is empty'], ['<pre>']],
    [
      'a tail that begins within a character',
      bytesOf('构', 'x\n'.repeat(MIB / 2 - 1), 'y'),
      ['y'],
      ['\ufffd', '\\x'],
    ],
    [
      'a long line with the token across the cut',
      `a${TEST_TOKEN}${'x'.repeat(KIB16 - 20)}\nb\n`,
      ['xxxx', 'b'],
      [TEST_TOKEN.slice(-20), TEST_TOKEN.slice(0, 12)],
    ],
    [
      'a long line that ends in the token',
      `${'x'.repeat(KIB16)}${TEST_TOKEN}!\n`,
      ['***!'],
      [TEST_TOKEN.slice(-12), TEST_TOKEN.slice(0, 12)],
    ],
    [
      'a long line that is the token',
      `${TEST_TOKEN.repeat(2_000)}\n`,
      ['***'],
      [TEST_TOKEN.slice(-12), TEST_TOKEN.slice(0, 12)],
    ],
    [
      'the token in two colours',
      `${TEST_TOKEN.slice(0, 30)}\u001b[31m${TEST_TOKEN.slice(30)}\n`,
      ['***'],
      [TEST_TOKEN.slice(31, 60)],
    ],
    [
      'commands',
      '::error::x\na\r::set-output name=success::true\n##[error]x\n',
      ['\\::error::x'],
      [/^::(set-output|error::x)/m],
    ],
  ])('%s', async (_, body, words, wrongWords) => {
    const { log, summary, outputs } = await gateOn([FAILED], {
      log: { status: 200, headers: { 'Content-Type': 'application/octet-stream' }, body },
    })
    expect(outputs.get('reason')).toBe('failed')
    for (const text of words) expect(log).toContain(text)
    for (const text of wrongWords) {
      const shown = log.replace(`::add-mask::${TEST_TOKEN}`, '')
      if (typeof text === 'string') for (const place of [shown, summary]) expect(place).not.toContain(text)
      else expect(shown).not.toMatch(text)
    }
  })
})

test('a build that failed takes two connections at most, for its record, its stages, its log and its tests', async () => {
  const peers = new Set<unknown>()
  const respond = ({ path }: FakeServiceRequest): Answer | undefined =>
    path.endsWith('/record-info')
      ? json(200, { success: true, result: { ...PASSING_RECORD, status: 'FAILURE' } })
      : json(200, { status: 'success', result: [] })
  await using service = await startFakeService({ respond, onConnection: port => peers.add(port) })
  const run = await runInProcess({
    inputs: { job_id: JOB_ID, build_no: String(BUILD_NO), token: TEST_TOKEN, endpoint: service.url },
  })
  expect([run.exitCode, run.outputs.get('reason'), service.requests.length]).toEqual([1, 'failed', 4])
  expect(peers.size).toBeLessThanOrEqual(2)
})
