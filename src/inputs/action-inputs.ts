import type { ApiVersion } from '../codearts/client.ts'
import type { Expected, NamedQuery, WaitOptions } from '../gate/build-query.ts'
import { message, type Message } from '../util/message.ts'
import type { CredentialChoice } from '../credentials/credentials.ts'
import { JOB_ID_ACCEPTS, parseBuildLines } from './build-lines.ts'
import { CONNECTION_INPUTS, InputReader, type InputDeclaration, type ReadInput } from './input-reader.ts'
import {
  describeRange,
  DISCOVERY_MINUTES,
  MAX_LOG_LINES,
  numberIn,
  parseBoolean,
  parseLogLines,
  POLL_INTERVAL_SECONDS,
  TIMEOUT_MINUTES,
} from './gate-parsers.ts'
import { BUILD_NO_ACCEPTS, parseBranch, parseBuildNo, parseCommit, parseTag } from './parsers.ts'

/** The checked inputs: everything that the gate needs to know. */
export interface Inputs {
  /** The builds to judge, one or more. */
  readonly builds: readonly NamedQuery[]
  /** How long to wait for the build; undefined does not wait. */
  readonly wait: WaitOptions | undefined
  /** The credentials that were given, or that another tool left. */
  readonly credentials: CredentialChoice
  /** The base URL of the service, without a slash at its end, without query or fragment. */
  readonly endpoint: URL
  /** Whether a build that did not succeed fails the step. */
  readonly failUnlessSuccess: boolean
  /** The versions of the API to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  /** Whether the job summary is written. */
  readonly summary: boolean
  /** How many last lines of a failed build's log are shown, 0 to 1000. */
  readonly logLines: number
  /** Warnings on inputs that have no effect, a sentence each. */
  readonly warnings: readonly Message[]
}

/** Every input, as action.yml declares it; a test compares the two. */
export const INPUTS = {
  job_id: { required: true },
  build_no: {},
  commit: {},
  branch: {},
  tag: {},
  wait: { default: 'false' },
  timeout_minutes: { default: '60' },
  poll_interval_seconds: { default: '15' },
  discovery_minutes: { default: '5' },
  fail_unless_success: { default: 'true' },
  ...CONNECTION_INPUTS,
  api_version: { default: 'auto' },
  summary: { default: 'true' },
  log_lines: { default: '50' },
} as const satisfies Readonly<Record<string, InputDeclaration>>

type InputName = keyof typeof INPUTS

/**
 * @returns the values of all secret inputs, valid or not, and of the secrets that the runner and other tools leave in the
 * environment: to be masked before anything is printed.
 */
export function secretInputs(): string[] {
  return new InputReader<InputName>(INPUTS).secrets
}

/** The inputs, or every problem with every one of them: clauses that name the input, what it got and what it accepts. */
export type InputsResult =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly problems: readonly Message[]; readonly summary: boolean }

/** Reads and checks every input; contract section 1. A secret's value is in no problem. */
export function readInputs(): InputsResult {
  const reader = new InputReader<InputName>(INPUTS)
  const { read, problems } = reader
  const builds = readBuilds(reader)
  const wait = readWait(read)
  const endpoints = reader.endpoints()
  const failUnlessSuccess = read('fail_unless_success', 'true or false', parseBoolean) ?? true
  const apiVersions = read('api_version', 'auto, v3, v1 or v4', parseApiVersion) ?? API_VERSIONS.auto
  const summary = read('summary', 'true or false', parseBoolean) ?? true
  const logLines =
    read('log_lines', `a whole number from 0 to ${MAX_LOG_LINES} in digits`, parseLogLines) ?? 0
  const credentials = reader.credentials(endpoints.sts)
  if (problems.length > 0 || credentials === undefined) return { ok: false, problems, summary }
  const warnings = reader.warnings(credentials)
  const endpoint = endpoints.service
  const rest = { wait, credentials, endpoint, failUnlessSuccess, apiVersions, summary, logLines, warnings }
  return { ok: true, inputs: { builds, ...rest } }
}

/** A line of `job_id` may give a number of its own; the input `build_no` is for those that do not. */
function readBuilds(reader: InputReader<InputName>): NamedQuery[] {
  const { read, problems } = reader
  const lines = read('job_id', JOB_ID_ACCEPTS, parseBuildLines) ?? { builds: [], problems: [] }
  problems.push(...lines.problems)
  const buildNo = read('build_no', BUILD_NO_ACCEPTS, parseBuildNo)
  const isSeveral = lines.builds.length > 1
  const [given] = lines.builds.filter(line => line.buildNo !== undefined)
  if (typeof buildNo === 'number' && (isSeveral || given !== undefined))
    problems.push(
      message`build_no is ${buildNo}: ${isSeveral ? 'with several builds' : 'with a number in job_id'} it accepts only latest`,
    )
  const isNumberMissing =
    lines.builds.length === 0
      ? !reader.text('job_id').includes('/')
      : lines.builds.some(line => line.buildNo === undefined)
  if (isNumberMissing && reader.text('build_no') === '' && reader.text('commit') === '')
    problems.push(
      message`build_no is missing: it accepts ${BUILD_NO_ACCEPTS}, and may be left out when commit is given`,
    )
  const expected: Expected = {
    commit: read('commit', '7 to 64 hexadecimal digits', parseCommit),
    branch: read('branch', 'the name of a branch', parseBranch),
    tag: read('tag', 'the name of a tag', parseTag),
  }
  return lines.builds.map(line => ({ ...line, buildNo: line.buildNo ?? buildNo, expected }))
}

/** All of these are checked whether the step waits or not. They have defaults, so only a bad value is undefined. */
function readWait(read: ReadInput<InputName>): WaitOptions | undefined {
  const wait = read('wait', 'true or false', parseBoolean)
  const minutes = read('timeout_minutes', describeRange(TIMEOUT_MINUTES), numberIn(TIMEOUT_MINUTES))
  const seconds = read(
    'poll_interval_seconds',
    describeRange(POLL_INTERVAL_SECONDS),
    numberIn(POLL_INTERVAL_SECONDS),
  )
  const discovery = read('discovery_minutes', describeRange(DISCOVERY_MINUTES), numberIn(DISCOVERY_MINUTES))
  if (wait !== true || minutes === undefined || seconds === undefined || discovery === undefined)
    return undefined
  return { timeoutMs: minutes * 60_000, longestPauseMs: seconds * 1_000, discoveryMs: discovery * 60_000 }
}

/** v3 first, because users of the gate know it; v1 is the current one, v4 an older one (API reference, section 2). */
const API_VERSIONS: Readonly<Record<string, readonly ApiVersion[]>> & {
  readonly auto: readonly ApiVersion[]
} = {
  auto: ['v3', 'v1', 'v4'],
  v3: ['v3'],
  v1: ['v1'],
  v4: ['v4'],
}

function parseApiVersion(text: string): readonly ApiVersion[] | undefined {
  return Object.hasOwn(API_VERSIONS, text) ? API_VERSIONS[text] : undefined
}
