import { randomBytes } from 'node:crypto'
import { ACCESS_KEYS } from '../fake-service/access-keys.ts'
import { gatewayError, serviceError } from '../fake-service/errors.ts'
import type { Answer as ServiceAnswer, FakeServiceRequest } from '../fake-service/exchange.ts'
import { CODES } from '../fake-service/scenarios/codes.ts'
import { startFakeService, type FakeService } from '../fake-service/server.ts'
import { askSdk, type Answer, type Call, type SdkKeys } from './client.ts'
import type { Check } from '../tally.ts'
import { pathsOf } from './models.ts'
import { callFor, OPERATIONS } from './questions.ts'
import { startCall } from './start.ts'

interface Expected {
  readonly name: string
  readonly call: Call
  readonly status: number
  readonly code: string
  readonly message: string
}

/** A job that the fake service does not know. */
const UNKNOWN_JOB = '00000000000000000000000000000000'

/** Errors that the fake service has for some of its endpoints alone: here it gives them for any path. */
const ANYWHERE: readonly (readonly [
  number,
  string,
  string,
  (status: number, code: string, message: string) => (request: FakeServiceRequest) => ServiceAnswer,
])[] = [
  [404, 'APIGW.0101', 'The API does not exist or has not been published in the environment', gatewayError],
  [429, 'APIGW.0308', 'The throttling threshold has been reached', gatewayError],
  [500, 'CB.00060101', 'Internal service exception', serviceError],
]

/** Makes the SDK get every error of every endpoint, and checks its exception. */
export async function errorChecks(): Promise<readonly Check[]> {
  await using service = await startFakeService()
  const checks = [...(await meet(service, [...documentedErrors(service), ...refusals(service)]))]
  for (const [status, code, message, make] of ANYWHERE) {
    await using failing = await startFakeService({ respond: make(status, code, message) })
    const calls = everyCall(failing, () => ACCESS_KEYS.valid, true)
    checks.push(...(await meet(failing, expecting(calls, status, code, message))))
  }
  return [...checks, await throttlingIsLost()]
}

/** Every documented code, as an answer to a question for a record. */
function documentedErrors(service: FakeService): Expected[] {
  return CODES.map(({ name, shows, jobId, buildNo }) => {
    const [code = '', status] = /^(.*)-([0-9]+)$/.exec(name)?.slice(1) ?? []
    return {
      name: `the scenario ${name}`,
      call: callFor(`/v3/jobs/${jobId}/${buildNo}/record-info`, service.url, ACCESS_KEYS.valid, true),
      status: Number(status),
      code,
      message: shows,
    }
  })
}

/** The errors of each endpoint: unknown keys, keys without access, and a missing job or build. */
function refusals(service: FakeService): Expected[] {
  // Another key for each: one that fails too often is locked.
  const unknownKeys = () => ({
    accessKey: randomBytes(10).toString('hex').toUpperCase(),
    secretKey: 'x'.repeat(40),
  })
  const unknownBuild = everyCall(service, () => ACCESS_KEYS.valid, false).map(call => ({
    ...call,
    arguments: {
      ...call.arguments,
      ...('job_id' in call.arguments ? { job_id: UNKNOWN_JOB } : { record_id: '0'.repeat(36) }),
    },
  }))
  return [
    ...expecting(
      everyCall(service, unknownKeys, false),
      401,
      'APIGW.0301',
      'Incorrect IAM authentication information: Get secretKey failed',
    ),
    ...expecting(
      everyCall(service, () => ACCESS_KEYS.notAllowed, false),
      403,
      'APIGW.0302',
      'The IAM user is not allowed to access the API',
    ),
    ...unknownBuild.flatMap(call => {
      // The code of v1 has another prefix than that of the other versions.
      const isV1 = OPERATIONS[call.operation]?.path.startsWith('/v1/') === true
      const code = isV1 ? 'DEVCB.00031006' : 'CB.00031006'
      return expecting([call], 422, code, 'The build record does not exist')
    }),
  ]
}

/**
 * By default the SDK loses the contents of an answer with 429: its exception has the code "429" and no request ID. Once this
 * fails, the SDK reads such an answer, and `readsThrottling` can go.
 */
async function throttlingIsLost(): Promise<Check> {
  const respond = gatewayError(429, 'APIGW.0308', 'The throttling threshold has been reached')
  await using service = await startFakeService({ respond })
  const [path = ''] = pathsOf(UNKNOWN_JOB)
  const [answer] = await askSdk([callFor(path, service.url, ACCESS_KEYS.valid)])
  const { code, requestId } = answer?.error ?? {}
  const isLost = code === '429' && requestId === ''
  return {
    name: 'the SDK as it comes reads nothing of an answer with 429',
    problems: isLost ? [] : [JSON.stringify(answer)],
  }
}

async function meet(service: FakeService, expected: readonly Expected[]): Promise<readonly Check[]> {
  const before = service.requests.length
  const answers = await askSdk(expected.map(({ call }) => call))
  return expected.map(({ name, status, code, message }, at) => {
    const request = service.requests[before + at]
    const wanted: Answer = {
      type: status < 500 ? 'ClientRequestException' : 'ServerResponseException',
      error: { status, code, message, requestId: request?.requestId ?? 'none was sent' },
    }
    const [got, want] = [JSON.stringify(answers[at]), JSON.stringify(wanted)]
    return {
      name: `${name}: the SDK's exception has it`,
      problems: got === want ? [] : [`${got}, not ${want}`],
    }
  })
}

function expecting(calls: readonly Call[], status: number, code: string, message: string): Expected[] {
  return calls.map(call => ({ name: `${call.operation}: ${status} ${code}`, call, status, code, message }))
}

function everyCall(service: FakeService, keys: () => SdkKeys, readsThrottling: boolean): readonly Call[] {
  const asked = pathsOf(UNKNOWN_JOB).map(path => callFor(path, service.url, keys(), readsThrottling))
  return [...asked, startCall(service, UNKNOWN_JOB, keys(), readsThrottling)]
}
