import { QUESTIONS } from './questions.ts'

/** A way in which the gate's requests differ from the SDK's. */
export interface Difference {
  /** A fact of a request, as `factsOf` of twins.ts names it. */
  readonly fact: string
  /** What the gate sends; null for nothing. */
  readonly gate: string | null
  /** What the SDK sends; null for nothing. */
  readonly sdk: string | null
  /** The questions whose requests differ so, with every kind of credentials. */
  readonly questions: readonly string[]
  readonly reason: string
}

const GETS = QUESTIONS.map(({ name }) => name)
const JSON_GETS = GETS.filter(name => name !== 'DownloadBuildFullLog')
const EXCHANGE = ['AssumeAgencyWithOIDC']
const STOP = ['StopTheJob']
const START = ['ExecuteJob', ...STOP]

/**
 * Every difference between a request of the gate and the SDK's for the same question. `npm run check:sdk` fails on one that
 * is not here, and on a row that no longer occurs.
 */
export const DIFFERENCES: readonly Difference[] = [
  {
    fact: 'header user-agent',
    gate: 'codearts-build-gate/(version)',
    sdk: 'huaweicloud-usdk-python/3.0; (system, Python, ID of the installation)',
    questions: [...GETS, ...START],
    reason:
      'Each says who it is. The gate tells nothing about the machine, and keeps no ID of an installation.',
  },
  {
    fact: 'header user-agent',
    gate: 'codearts-build-gate/(version)',
    sdk: '(system, Python, ID of the installation)',
    questions: EXCHANGE,
    reason: 'As above; here the SDK leaves its own name out.',
  },
  {
    fact: 'header accept',
    gate: 'application/json',
    sdk: '*/*',
    questions: [...JSON_GETS, ...EXCHANGE, ...START],
    reason:
      'The gate reads nothing but JSON, and asks for it. The SDK sends what its HTTP library does by itself. For the log, a file, both send */*.',
  },
  {
    fact: 'header accept-encoding',
    gate: 'identity',
    sdk: 'gzip, deflate',
    questions: [...GETS, ...EXCHANGE, ...START],
    reason: 'The gate takes no compressed answer, so that its limits count the bytes that came.',
  },
  {
    fact: 'header content-type',
    gate: null,
    sdk: 'application/json',
    questions: GETS,
    reason:
      'A GET has no body that could have a type. The SDK sends one all the same, and has an option to leave it out (ignore_content_type_for_get_request).',
  },
  {
    fact: 'header content-type',
    gate: 'application/json',
    sdk: 'application/json;charset=UTF-8',
    questions: EXCHANGE,
    reason: 'JSON is UTF-8, and its media type has no charset (RFC 8259).',
  },
  {
    fact: 'signed header accept',
    gate: 'signed',
    sdk: null,
    questions: [...GETS, ...START],
    reason:
      'Both sign all headers that they know. Accept is added by the HTTP library of the SDK, after its signer.',
  },
  {
    fact: 'signed header content-type',
    gate: null,
    sdk: 'signed',
    questions: GETS,
    reason: 'The gate sends none with a GET.',
  },
  {
    fact: 'signed header user-agent',
    gate: null,
    sdk: 'signed',
    questions: [...GETS, ...START],
    reason:
      'The gate adds it when it sends, after signing. The service asks for host and x-sdk-date among the signed ones.',
  },
  {
    fact: 'order of the query',
    gate: 'start_time, end_time, page_index, page_size',
    sdk: 'end_time, page_index, page_size, start_time',
    questions: ['ListBuildInfoRecordByJobId'],
    reason:
      'The SDK sends the query in the order in which it signs it. The signature sorts it, so the order is free.',
  },
  {
    fact: 'body build_no',
    gate: '(number)',
    sdk: null,
    questions: STOP,
    reason:
      'The service’s page on StopTheJob has the number in the body, and the SDK sends it in the query. The page decides.',
  },
  { fact: 'query build_no', gate: null, sdk: '(number)', questions: STOP, reason: 'As above.' },
  { fact: 'order of the query', gate: '', sdk: 'build_no', questions: STOP, reason: 'As above.' },
  { fact: 'canonical query', gate: '', sdk: 'build_no=(number)', questions: STOP, reason: 'As above.' },
  {
    fact: 'canonical payload',
    gate: '(hash of the body)',
    sdk: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    questions: STOP,
    reason: 'As above.',
  },
  {
    fact: 'body duration_seconds',
    gate: null,
    sdk: '3600',
    questions: EXCHANGE,
    reason:
      'The SDK sends the default of the API. The gate leaves it out, and gets the same hour; with `oidc_token` it asks for as long as it may wait.',
  },
]
