import type { Answer, FakeServiceRequest } from '../../../tools/fake-service/exchange.ts'
import { json } from '../../../tools/fake-service/exchange.ts'
import { ACCESS_KEYS } from '../../../tools/fake-service/access-keys.ts'
import { tokenOf } from '../../../tools/fake-service/credentials.ts'
import { serviceError } from '../../../tools/fake-service/errors.ts'
import type { FakeServiceOptions } from '../../../tools/fake-service/server.ts'
import { makeRecord, recordAnswer, type WireRecord } from '../../../tools/fake-service/record.ts'
import type { TimedBuild } from '../../../tools/fake-service/timed-build.ts'
import type { RunOptions } from '../../../tools/runner/run-action.ts'
import { SCENARIO_JOB_ID } from '../../../tools/fake-service/scenarios/scenario.ts'
import { preloads } from '../preloads/preloads.ts'
import type { ProxyMode } from '../servers/connect-proxy.ts'

/** A failure that a person may meet, and what it takes to make it. */
export interface Failure extends Pick<RunOptions, 'action' | 'cancel' | 'imports'> {
  /** What has gone wrong, in words: it names the row. */
  readonly fault: string
  /** Beside or in place of those of `USUAL_INPUTS`; empty is not given. */
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string | undefined>>
  /**
   * Where the service is: at the host of a region, behind a proxy (the default), at an `endpoint` on loopback, or nowhere: no
   * name has an address and no port is open.
   */
  readonly place?: 'region' | 'endpoint' | 'nowhere'
  /** The answers in the order of the requests; the last one is repeated. `undefined` leaves a request to the fake service. */
  readonly answers?: readonly ((request: FakeServiceRequest) => Answer | undefined)[]
  readonly service?: FakeServiceOptions
  /** How the connection to the service goes wrong. */
  readonly proxy?: ProxyMode
  /** What is wrong with the certificate of the service. */
  readonly certificate?: 'expired' | 'wrongHost' | 'untrusted'
}

/** Failures of one kind, under a heading of the page. */
export interface FailureGroup {
  readonly title: string
  readonly failures: readonly Failure[]
}

/** What every failure begins with: a build of the fake service, and a token that it knows. */
export const USUAL_INPUTS = { job_id: SCENARIO_JOB_ID, build_no: '61', token: tokenOf('valid') }
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const OTHER_COMMIT = 'e980b883c1590363818225ec649d7cf161f0d49c'
const THIRD_COMMIT = 'e980b88f0a1b2c3d4e5f60718293a4b5c6d7e8f9'
/** A wait of a minute, in which a build has a second to appear. */
const SOON = { wait: 'true', timeout_minutes: '1', discovery_minutes: '0.02' }
const WITH_KEYS = {
  token: '',
  access_key: ACCESS_KEYS.valid.accessKey,
  secret_key: ACCESS_KEYS.valid.secretKey,
}
const KEYLESS = {
  token: '',
  oidc_provider_urn: 'iam::60d3f8a2b7144c959e01c6d2f35a7b48:oidcProvider:github',
  oidc_agency_urn: 'iam::60d3f8a2b7144c959e01c6d2f35a7b48:agency:codearts-gate',
  oidc_audience: 'sts.huaweicloud.com',
}
const MAY_REQUEST_ID_TOKEN = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://oidc.test/github/id-token?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'u3Yk0bqWc8ZtJ1vNfXe6hLsRpA9mDgTo',
  GITHUB_REPOSITORY: 'octo-org/storefront',
  GITHUB_RUN_ID: '9123456789',
}

type Make = (request: FakeServiceRequest) => Answer

const gateway =
  (status: number, error_code: string, error_msg: string, headers?: Answer['headers']): Make =>
  ({ requestId }) => ({
    ...json(status, { error_msg, error_code, request_id: requestId }),
    ...(headers === undefined ? {} : { headers }),
  })
const page =
  (status: number, title: string): Make =>
  () => ({
    status,
    headers: { 'Content-Type': 'text/html' },
    body: `<!DOCTYPE html><html><head><title>${title}</title></head><body></body></html>`,
  })
const named = (status: number, code: string, words: string): Make => serviceError(status, code, words)

const idsIn = (path: string): readonly [jobId: string, buildNo: string] => {
  const [, jobId = SCENARIO_JOB_ID, buildNo = '61'] =
    /([0-9a-z]{32})\/([0-9]+)\/record-info$/.exec(path) ?? []
  return [jobId, buildNo]
}
/** A record of the build that is asked for; its stages and its log are not there. */
const record =
  (fields: WireRecord): Make =>
  ({ path }) => {
    if (!path.endsWith('/record-info'))
      return named(404, 'CB.00031006', 'The build record does not exist')({} as FakeServiceRequest)
    const [codeci_job_id, buildNo] = idsIn(path)
    const build_record_id = `c41e9f37-05ab-4d62-8f1c-${buildNo.padStart(12, '0')}`
    return recordAnswer(
      makeRecord({
        codeci_job_id,
        build_no: Number(buildNo),
        id: `${codeci_job_id}-${buildNo}`,
        build_record_id,
        ...fields,
      }),
      'v3',
    )
  }
/** By the path of the request: the first that its path contains. */
const byPath =
  (makers: Readonly<Record<string, Make>>) =>
  (request: FakeServiceRequest): Answer | undefined =>
    Object.entries(makers).find(([part]) => request.path.includes(part))?.[1](request)

const RUNNING = { status: 'RUNNING', finish_time: null, duration: null }
const NO_SUCH_BUILD = named(422, 'CB.00031006', 'The build record does not exist')
const NO_SUCH_API = gateway(
  404,
  'APIGW.0101',
  'The API does not exist or has not been published in the environment',
)
const BUSY = gateway(502, 'APIGW.0201', 'Backend unavailable')
const TOKEN_EXPIRED = gateway(
  401,
  'APIGW.0301',
  'Incorrect IAM authentication information: token expires, expires_at: 2026-11-23T08:00:00.000000Z',
)
const NOT_ALLOWED = gateway(403, 'APIGW.0302', 'The IAM user is not allowed to access the API')

const HOUR_MS = 60 * 60 * 1_000
const built = (buildNo: number, commit: string | null, changes: Partial<TimedBuild> = {}): TimedBuild => {
  const endedMs = Date.now() - (70 - buildNo) * HOUR_MS
  return {
    buildNo,
    createdMs: endedMs - 1_000,
    startedMs: endedMs - 1_000,
    endedMs,
    status: 'SUCCESS',
    commit,
    branch: 'main',
    ...changes,
  }
}
const task = (...builds: readonly TimedBuild[]): FakeServiceOptions => ({
  jobs: [{ jobId: SCENARIO_JOB_ID, builds }],
})
const BY_COMMIT = { build_no: '', commit: COMMIT }

/** What the service says of the builds of a task that are judged together; the names are those of the lines. */
const several = (lines: readonly (readonly [line: string, maker: Make])[]) => ({
  inputs: { job_id: lines.map(([line]) => line).join('\n'), build_no: '' },
  answers: [
    (request: FakeServiceRequest) => lines.find(([line]) => request.path.includes(idOf(line)))?.[1](request),
  ],
})
const idOf = (line: string): string => /[0-9a-z]{32}/.exec(line)?.[0] ?? ''
const line = (name: string, at: number): string =>
  `${name === '' ? '' : `${name}: `}${SCENARIO_JOB_ID.slice(0, 30)}${String(at).padStart(2, '0')}/${60 + at}`

const FAILED = { status: 'FAILURE', err_msg: 'Step "Build with Maven" ended with exit code 1' }

const OF_A_BUILD: readonly Failure[] = [
  { fault: 'The build failed, and says why', answers: [record(FAILED)] },
  { fault: 'The build failed, and says nothing', answers: [record({ status: 'FAILURE' })] },
  { fault: 'The build could not start', answers: [record({ status: 'SCHEDULE_FAILURE' })] },
  { fault: 'The build was stopped', answers: [record({ status: 'ABORTED' })] },
  { fault: 'The build took longer than CodeArts lets it', answers: [record({ status: 'timeout' })] },
  { fault: 'A status that looks like SUCCESS', answers: [record({ status: 'SUCCESS ' })] },
  { fault: 'No status', answers: [record({ status: null })] },
  { fault: 'The build runs, and the step does not wait', answers: [record(RUNNING)] },
  { fault: 'Another commit', inputs: { commit: OTHER_COMMIT }, answers: [record({})] },
  {
    fault: 'A failed build of another commit: two problems',
    inputs: { commit: OTHER_COMMIT },
    answers: [record(FAILED)],
  },
  { fault: 'No commit in the record', inputs: { commit: COMMIT }, answers: [record({ commit: null })] },
  {
    fault: 'Commit, branch and tag are all others',
    inputs: { commit: OTHER_COMMIT, branch: 'release', tag: 'v1.2.3' },
    answers: [record({ tag: 'v1.2.4' })],
  },
  {
    fault: 'The merge commit of a pull request',
    inputs: { commit: OTHER_COMMIT },
    env: { GITHUB_REF: 'refs/pull/12/merge', GITHUB_SHA: OTHER_COMMIT, GITHUB_EVENT_NAME: 'pull_request' },
    answers: [record({})],
  },
  { fault: 'Another branch', inputs: { branch: 'release' }, answers: [record({})] },
  {
    fault: 'A branch is expected, and the build is of a tag',
    inputs: { branch: 'main' },
    answers: [record({ branch: null, tag: 'v1.2.3' })],
  },
  {
    fault: 'A branch is expected, and the record shows neither',
    inputs: { branch: 'main' },
    answers: [record({ branch: null })],
  },
  {
    fault: 'The ref of a pull request as branch',
    inputs: { branch: 'refs/pull/12/merge' },
    answers: [record({})],
  },
  { fault: 'Another tag', inputs: { tag: 'v1.2.3' }, answers: [record({ branch: null, tag: 'v1.2.4' })] },
  {
    fault: 'A tag is expected, and the build is of a branch',
    inputs: { tag: 'v1.2.3' },
    answers: [record({})],
  },
  { fault: 'The ref of a branch as tag', inputs: { tag: 'refs/heads/main' }, answers: [record({})] },
  {
    fault: 'The build failed, and fail_unless_success is false (a warning)',
    inputs: { fail_unless_success: 'false' },
    answers: [record(FAILED)],
  },
]

const WAITING: readonly Failure[] = [
  { fault: 'The build still runs at the limit', inputs: SOON, answers: [record(RUNNING)] },
  { fault: 'Polls fail until the limit', inputs: SOON, answers: [record(RUNNING), BUSY] },
  { fault: 'The build does not come', inputs: SOON, answers: [NO_SUCH_BUILD] },
  {
    fault: 'No build of the commit comes',
    inputs: { ...BY_COMMIT, ...SOON },
    service: task(built(60, OTHER_COMMIT)),
  },
  {
    fault: 'No build of the merge commit of a pull request comes',
    inputs: { ...BY_COMMIT, ...SOON },
    env: { GITHUB_REF: 'refs/pull/12/merge', GITHUB_SHA: COMMIT, GITHUB_EVENT_NAME: 'pull_request' },
    service: task(built(60, OTHER_COMMIT)),
  },
  {
    fault: 'The limit ends a wait for a build that is not there',
    inputs: { ...SOON, discovery_minutes: '10' },
    answers: [NO_SUCH_BUILD],
  },
  {
    fault: 'Cancelled while the build runs',
    inputs: { ...SOON, timeout_minutes: '600' },
    answers: [record(RUNNING)],
    cancel: { whenLogHas: 'Waiting for', signal: 'SIGINT' },
  },
  {
    fault: 'Cancelled while the build is not there',
    inputs: { ...SOON, timeout_minutes: '600', discovery_minutes: '600' },
    answers: [NO_SUCH_BUILD],
    cancel: { whenLogHas: 'Waiting for', signal: 'SIGINT' },
  },
]

const FINDING: readonly Failure[] = [
  {
    fault: 'No build of the commit',
    inputs: BY_COMMIT,
    service: task(built(59, THIRD_COMMIT), built(60, OTHER_COMMIT)),
  },
  {
    fault: 'No build of the commit, and a build without a commit',
    inputs: { ...BY_COMMIT, branch: 'main' },
    service: task(built(59, OTHER_COMMIT), built(60, null)),
  },
  { fault: 'No build in 30 days', inputs: BY_COMMIT, service: task() },
  { fault: 'latest of a task that was never built', inputs: { build_no: 'latest' }, service: task() },
  {
    fault: 'A newer build runs that may be of the commit',
    inputs: BY_COMMIT,
    service: task(
      built(59, COMMIT),
      built(60, COMMIT, { endedMs: Number.POSITIVE_INFINITY, commitShownMs: Number.POSITIVE_INFINITY }),
    ),
  },
  {
    fault: 'An abbreviated commit of two builds',
    inputs: { build_no: '', commit: 'e980b88' },
    service: task(built(59, THIRD_COMMIT), built(60, OTHER_COMMIT)),
  },
  {
    fault: 'A list that is not whole',
    inputs: BY_COMMIT,
    answers: [
      byPath({
        '/list': () =>
          json(200, {
            result: { page_index: '0', total_page: '1', total_record: '7', job_build_states: [] },
            error: null,
            status: 'success',
          }),
      }),
    ],
  },
  {
    fault: 'The list has a build of the commit whose record is not there',
    inputs: BY_COMMIT,
    service: task(built(60, COMMIT)),
    answers: [byPath({ 'record-info': NO_SUCH_BUILD })],
  },
  {
    fault: 'The record is of another build than the one that was found',
    inputs: { build_no: 'latest' },
    service: task(built(60, COMMIT)),
    answers: [byPath({ 'record-info': record({ build_no: 59 }) })],
  },
]

const OF_THE_SERVICE: readonly Failure[] = [
  { fault: 'No such build', answers: [NO_SUCH_BUILD] },
  {
    fault: 'No such build in a region that was given',
    inputs: { region: 'ap-southeast-3' },
    answers: [NO_SUCH_BUILD],
  },
  { fault: 'No such build at an endpoint', place: 'endpoint', answers: [NO_SUCH_BUILD] },
  {
    fault: 'No such build in one version, no such API in the others',
    answers: [NO_SUCH_API, NO_SUCH_BUILD, NO_SUCH_API],
  },
  { fault: 'No such API in any version', answers: [NO_SUCH_API] },
  { fault: 'A page that says 404', place: 'endpoint', answers: [page(404, 'Not Found')] },
  { fault: 'The token has expired', answers: [TOKEN_EXPIRED] },
  {
    fault: 'The token is of another region',
    answers: [gateway(401, 'APIGW.0307', 'The token must be updated')],
  },
  { fault: 'A 401 without a code', answers: [() => json(401, {})] },
  {
    fault: 'The access keys are wrong',
    inputs: WITH_KEYS,
    answers: [
      gateway(401, 'APIGW.0301', 'Incorrect IAM authentication information: verify aksk signature fail'),
    ],
  },
  {
    fault: 'The access key is locked',
    inputs: WITH_KEYS,
    answers: [
      gateway(
        401,
        'APIGW.0301',
        'Incorrect IAM authentication information: AK access failed to reach the limit,forbidden',
      ),
    ],
  },
  {
    fault: 'The access keys are refused, and this machine has another time',
    inputs: WITH_KEYS,
    answers: [
      gateway(401, 'APIGW.0301', 'Incorrect IAM authentication information: signature expired', {
        Date: 'Sat, 01 Jan 2028 00:00:00 GMT',
      }),
    ],
  },
  { fault: 'The user of the token may not view the task', answers: [NOT_ALLOWED] },
  { fault: 'The user of the access keys may not view the task', inputs: WITH_KEYS, answers: [NOT_ALLOWED] },
  {
    fault: 'Too many requests, four times',
    answers: [
      gateway(
        429,
        'APIGW.0308',
        'The throttling threshold has been reached: policy user over ratelimit,limit:120,time:1 minute',
      ),
    ],
  },
  {
    fault: 'Too many requests, and a pause of five minutes is asked for',
    answers: [
      gateway(429, 'APIGW.0308', 'The throttling threshold has been reached', { 'Retry-After': '300' }),
    ],
  },
  { fault: 'An error of the service', answers: [named(500, 'CB.00060101', 'Internal service exception')] },
  { fault: 'An error that is not documented', answers: [named(500, 'CB.00099999', 'Something is wrong')] },
  { fault: 'An error with status 200', answers: [named(200, 'CB.00060101', 'Internal service exception')] },
  { fault: 'A parameter is refused', answers: [named(400, 'CB.00060200', 'Invalid param')] },
  { fault: 'The task ID is refused', answers: [named(400, 'CB.00060201', 'Invalid task ID')] },
  { fault: 'A 400 without a code', answers: [() => json(400, { message: 'Bad request' })] },
  { fault: 'A page that says 502', place: 'endpoint', answers: [page(502, 'Bad Gateway')] },
]

const ODD_ANSWERS: readonly Failure[] = [
  { fault: 'A page to sign in', answers: [page(200, 'Sign in')] },
  {
    fault: 'A redirect',
    answers: [
      () => ({ status: 302, headers: { Location: 'https://auth.example.com/login?next=1' }, body: '' }),
    ],
  },
  { fault: 'An answer that does not say success', answers: [() => json(200, { result: makeRecord() })] },
  { fault: 'An answer without a record', answers: [() => json(200, { success: true, result: null })] },
  { fault: 'A status that is a number', answers: [record({ status: 1 })] },
  {
    fault: 'The same key twice',
    answers: [() => ({ status: 200, body: '{"success":true,"success":true,"result":{}}' })],
  },
  {
    fault: 'An encoding that was not requested',
    answers: [() => ({ status: 200, headers: { 'Content-Encoding': 'gzip' }, body: 'x' })],
  },
]

const OF_THE_NETWORK: readonly Failure[] = [
  { fault: 'The host of the default region has no address', place: 'nowhere', imports: [preloads.noAddress] },
  {
    fault: 'The host of a misspelled region has no address',
    place: 'nowhere',
    inputs: { region: 'cn-nroth-4' },
    imports: [preloads.noAddress],
  },
  {
    fault: 'The host of the endpoint has no address',
    place: 'nowhere',
    inputs: { endpoint: 'https://codearts.test' },
    imports: [preloads.noAddress],
  },
  { fault: 'The connection is refused', place: 'nowhere', inputs: { endpoint: 'http://127.0.0.1:9' } },
  { fault: 'The connection is cut', proxy: 'cut-after-open' },
  { fault: 'The service says nothing', proxy: 'silent-after-open' },
  { fault: 'A certificate of an unknown issuer', certificate: 'untrusted' },
  { fault: 'A certificate that has expired', certificate: 'expired' },
  { fault: 'A certificate of another host', certificate: 'wrongHost' },
  { fault: 'No TLS on that port', proxy: 'bytes-behind-200' },
  { fault: 'The proxy wants a password', proxy: 'always-407' },
  { fault: 'The proxy does not reach the host', proxy: 'answers-502' },
  {
    fault: 'The address of the proxy has a password with an @',
    place: 'nowhere',
    env: { HTTPS_PROXY: 'http://user:p@ss/word@127.0.0.1:9' },
  },
]

const KEYLESS_FAILURES: readonly Failure[] = [
  { fault: 'The job may not request an OIDC token', inputs: KEYLESS },
  {
    fault: 'The trust policy does not allow the job',
    inputs: KEYLESS,
    env: MAY_REQUEST_ID_TOKEN,
    service: { oidc: { subject: 'repo:octo-org/storefront:pull_request' } },
  },
  { fault: 'Another audience', inputs: { ...KEYLESS, oidc_audience: 'other' }, env: MAY_REQUEST_ID_TOKEN },
  {
    fault: 'GitHub gives no OIDC token',
    inputs: KEYLESS,
    env: { ...MAY_REQUEST_ID_TOKEN, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'another' },
  },
  {
    fault: 'The exchange is not answered',
    inputs: { ...KEYLESS, sts_endpoint: 'http://127.0.0.1:9' },
    env: MAY_REQUEST_ID_TOKEN,
  },
  {
    fault: 'The agency may not view the task',
    inputs: KEYLESS,
    env: MAY_REQUEST_ID_TOKEN,
    answers: [byPath({ 'record-info': NOT_ALLOWED })],
  },
]

const LONG_NAME = 'storefront backend of the northern store'

const SEVERAL: readonly Failure[] = [
  {
    fault: 'One of two failed',
    ...several([
      [line('backend', 1), record(FAILED)],
      [line('frontend', 2), record({})],
    ]),
  },
  {
    fault: 'Two failed for the same reason',
    ...several([
      [line('backend', 1), record({ status: 'FAILURE' })],
      [line('frontend', 2), record({ status: 'FAILURE' })],
    ]),
  },
  {
    fault: 'Two failed for two reasons',
    ...several([
      [line('backend', 1), record(FAILED)],
      [line('frontend', 2), NO_SUCH_BUILD],
      [line('docs', 3), record({})],
    ]),
  },
  {
    fault: 'Two without names',
    ...several([
      [line('', 1), record({ status: 'ABORTED' })],
      [line('', 2), record({})],
    ]),
  },
  {
    fault: 'A name of 40 characters',
    ...several([
      [line(LONG_NAME, 1), record(FAILED)],
      [line('frontend', 2), record({})],
    ]),
  },
  {
    fault: 'Twenty failed, with names of 40 characters',
    ...several(
      Array.from(
        { length: 20 },
        (_, at) =>
          [
            line(`${LONG_NAME.slice(0, 37)} ${String(at + 1).padStart(2, '0')}`, at + 1),
            record({ status: 'FAILURE' }),
          ] as const,
      ),
    ),
  },
  {
    fault: 'One failed, and another one is no longer waited for',
    ...several([
      [line('backend', 1), record(FAILED)],
      [line('frontend', 2), record(RUNNING)],
    ]),
    extra: { wait: 'true' },
  },
  {
    fault: 'The credentials are refused for both',
    ...several([
      [line('backend', 1), TOKEN_EXPIRED],
      [line('frontend', 2), TOKEN_EXPIRED],
    ]),
  },
  {
    fault: 'Two builds of the gate have one record',
    ...several([
      [line('backend', 1), record({ build_record_id: 'c41e9f37-05ab-4d62-8f1c-000000000061' })],
      [line('frontend', 2), record({ build_record_id: 'c41e9f37-05ab-4d62-8f1c-000000000061' })],
    ]),
  },
].map(({ extra = {}, ...failure }: Failure & { readonly extra?: Record<string, string> }) => ({
  ...failure,
  inputs: { ...failure.inputs, ...extra },
}))

const ARTIFACTS = { artifacts: 'true' }
const passedAnd = (output: Make) => byPath({ '/output': output, '/': record({}) })

const OF_ARTIFACTS: readonly Failure[] = [
  { fault: 'The list may not be read', inputs: ARTIFACTS, answers: [passedAnd(NOT_ALLOWED)] },
  { fault: 'The list is not there', inputs: ARTIFACTS, answers: [passedAnd(NO_SUCH_BUILD)] },
  {
    fault: 'What comes is no list',
    inputs: ARTIFACTS,
    answers: [passedAnd(() => json(200, { status: 'success', error: null, result: { packages: {} } }))],
  },
]

const PAGES = 'https://devcloud.cn-north-4.huaweicloud.com/cloudbuild/detail/history'

const OF_INPUTS: readonly Failure[] = [
  { fault: 'Nothing is given', inputs: { job_id: '', build_no: '', token: '' } },
  { fault: 'No credentials', inputs: { token: '' } },
  { fault: 'A boolean that is none', inputs: { wait: 'yes' } },
  { fault: 'Two inputs are wrong', inputs: { wait: 'yes', log_lines: 'all' } },
  { fault: 'A misspelled input', inputs: { commit_sha: COMMIT } },
  { fault: 'A misspelled input that an outer action may have left', inputs: { tags: 'v1' } },
  { fault: 'No number and no commit', inputs: { build_no: '' } },
  { fault: 'A short ID', inputs: { job_id: '48c66c60' } },
  { fault: 'Two kinds of credentials', inputs: { access_key: 'A' } },
  {
    fault: 'Two build tasks without a number',
    inputs: { job_id: `${SCENARIO_JOB_ID}\n${'1'.repeat(32)}`, build_no: '' },
  },
  { fault: 'Lines with the same fault', inputs: { job_id: 'a: x\nb: y\nc: z\nd: v', build_no: 'latest' } },
  { fault: 'An address without an ID', inputs: { job_id: `${PAGES}?id=7`, build_no: '61' } },
  { fault: 'An address with a number behind the ID', inputs: { job_id: `${PAGES}/${SCENARIO_JOB_ID}/61` } },
  {
    fault: 'An address of another region',
    inputs: { job_id: `${PAGES}/${SCENARIO_JOB_ID}`, region: 'cn-east-3', endpoint: '' },
  },
  {
    fault: 'Half a pair of the environment',
    inputs: { token: '' },
    env: { HUAWEICLOUD_SDK_AK: 'AKEXAMPLE00000000000' },
  },
  {
    fault: 'No input in Azure Pipelines',
    inputs: { job_id: '', build_no: '', token: '' },
    env: { TF_BUILD: 'True' },
  },
  { fault: 'An OIDC token that is none', inputs: { ...KEYLESS, oidc_audience: '', oidc_token: 'none' } },
  { fault: 'A variable that nothing replaced', inputs: { ...WITH_KEYS, access_key: '$CODEARTS_ACCESS_KEY' } },
]

const OF_THE_STEP: readonly Failure[] = [
  { fault: 'The outputs cannot be written', answers: [record({})], env: { GITHUB_OUTPUT: '/' } },
  {
    fault: 'A crash',
    answers: [record({})],
    imports: [preloads.throwsLate],
  },
  {
    fault: 'Cancelled behind the verdict',
    answers: [record({})],
    imports: [preloads.cancelledLate],
  },
]

const START_INPUTS = { job_id: SCENARIO_JOB_ID, token: tokenOf('valid'), build_no: '' }
const started = (failure: Failure): Failure => ({
  ...failure,
  action: 'start',
  inputs: { ...START_INPUTS, ...failure.inputs },
})

/** Starts build 61 of the task, and answers every other request so. */
const startAnd = (maker: Make) =>
  byPath({
    '/job/execute': () =>
      json(200, {
        result: {
          octopus_job_name: 'j_Qm4xT7v61',
          actual_build_number: '61',
          daily_build_number: '20261124.61',
        },
        error: null,
        status: 'success',
      }),
    '/': maker,
  })

const STARTING: readonly Failure[] = [
  { fault: 'No such build task', answers: [named(422, 'DEVCB.00031006', 'The build task does not exist')] },
  { fault: 'The token has expired before the start', answers: [TOKEN_EXPIRED] },
  { fault: 'The user may not execute the task', answers: [NOT_ALLOWED] },
  { fault: 'A parameter is refused by the service', answers: [named(400, 'CB.00060200', 'Invalid param')] },
  {
    fault: 'Too many requests to start',
    answers: [gateway(429, 'APIGW.0308', 'The throttling threshold has been reached')],
  },
  {
    fault: 'An error of the service at the start',
    answers: [named(500, 'CB.00060101', 'Internal service exception')],
  },
  {
    fault: 'An answer without a number',
    answers: [() => json(200, { result: {}, error: null, status: 'success' })],
  },
  { fault: 'The connection is cut behind the request', proxy: 'cut-after-open' },
  { fault: 'The host has no address', place: 'nowhere', imports: [preloads.noAddress] },
  {
    fault: 'Inputs of the start are wrong',
    inputs: { branch: 'main', tag: 'v1', parameters: 'PATH=/bin\nno name' },
  },
  { fault: 'The outputs of the start cannot be written', service: task(), env: { GITHUB_OUTPUT: '/' } },
  {
    fault: 'With wait: the build that was started fails',
    inputs: { wait: 'true' },
    answers: [startAnd(record(FAILED))],
  },
  {
    fault: 'With wait: somebody stops the build that was started',
    inputs: { wait: 'true' },
    answers: [startAnd(record({ status: 'ABORTED' }))],
  },
  {
    fault: 'With wait: the build that was started takes longer than CodeArts lets it',
    inputs: { wait: 'true' },
    answers: [startAnd(record({ status: 'timeout' }))],
  },
  {
    fault: 'With wait: the build still runs at the limit',
    inputs: { wait: 'true', timeout_minutes: '1' },
    answers: [startAnd(record(RUNNING))],
  },
  {
    fault: 'With wait: the token expires while the build runs',
    inputs: { wait: 'true' },
    answers: [startAnd(TOKEN_EXPIRED)],
  },
  {
    fault: 'With wait: cancelled while the build runs',
    inputs: { wait: 'true', timeout_minutes: '600' },
    answers: [startAnd(record(RUNNING))],
    cancel: { whenLogHas: 'Waiting for', signal: 'SIGINT' },
  },
  {
    fault: 'With stop_on_cancel: cancelled while the build runs',
    inputs: { wait: 'true', stop_on_cancel: 'true', timeout_minutes: '600' },
    answers: [startAnd(record(RUNNING))],
    cancel: { whenLogHas: 'Waiting for', signal: 'SIGINT' },
  },
].map(failure => started(failure as Failure))

/** All failures, as docs/development/messages.md lists them. */
export const FAILURES: readonly FailureGroup[] = [
  { title: 'What the record says', failures: OF_A_BUILD },
  { title: 'Waiting', failures: WAITING },
  { title: 'Finding the build', failures: FINDING },
  { title: 'What the service says', failures: OF_THE_SERVICE },
  { title: 'Answers that are no use', failures: ODD_ANSWERS },
  { title: 'The network', failures: OF_THE_NETWORK },
  { title: 'Keyless', failures: KEYLESS_FAILURES },
  { title: 'Several builds', failures: SEVERAL },
  { title: 'What was built', failures: OF_ARTIFACTS },
  { title: 'Inputs', failures: OF_INPUTS },
  { title: 'The step itself', failures: OF_THE_STEP },
  { title: 'Starting a build', failures: STARTING },
]
