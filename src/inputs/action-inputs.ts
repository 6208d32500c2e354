import type { ApiVersion } from '../codearts/client.ts'
import type { NamedQuery, WaitOptions } from '../gate/build-query.ts'
import { message, type Message } from '../util/message.ts'
import type { CredentialChoice } from '../credentials/credentials.ts'
import type { Place } from '../util/place.ts'
import { parseBuildLines, type BuildLine } from './build-lines.ts'
import { CONNECTION_INPUTS, InputReader, readSource, type InputDeclaration } from './input-reader.ts'
import { BUILD_NO_ACCEPTS, parseBuildNo } from './parsers.ts'
import { chooseCredentials, environmentSecrets } from './credential-inputs.ts'
import { readEndpoints } from './regions.ts'
import { TASK_ACCEPTS } from './task-address.ts'

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
  /** What messages say of the service that is asked. */
  readonly place: Place
  /** Whether a build that did not succeed fails the step. */
  readonly failUnlessSuccess: boolean
  /** The versions of the API to ask, in this order, until one knows the build. */
  readonly apiVersions: readonly ApiVersion[]
  /** Whether the job summary is written. */
  readonly summary: boolean
  /** How many last lines of a failed build's log are shown, 0 to 1000. */
  readonly logLines: number
  /** Whether what the builds made is read, once they pass. */
  readonly artifacts: boolean
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
  artifacts: { default: 'false' },
} as const satisfies Readonly<Record<string, InputDeclaration>>

type InputName = keyof typeof INPUTS
type Reader = InputReader<InputName>

/** @returns every secret that must be masked before anything is printed: of the inputs and of the environment. */
export function secretInputs(): string[] {
  return [...new InputReader(INPUTS).secrets, ...environmentSecrets()]
}

/** The inputs, or every problem with every one of them: the input, what it must be, what it got. */
export type InputsResult =
  | { readonly ok: true; readonly inputs: Inputs }
  | { readonly ok: false; readonly problems: readonly Message[]; readonly summary: boolean }

/** Reads and checks every input; contract section 1. A secret's value is in no problem. */
export function readInputs(): InputsResult {
  const reader = new InputReader(INPUTS)
  const { read, problems, warnings } = reader
  const lines = read('job_id', TASK_ACCEPTS, parseBuildLines) ?? { builds: [], problems: [] }
  problems.push(...lines.problems)
  const builds = readBuilds(reader, lines.builds)
  const wait = readWait(reader)
  const { endpoint, place, stsEndpoint, addressRegion } = readEndpoints(reader, lines.builds)
  const failUnlessSuccess = readBoolean(reader, 'fail_unless_success') ?? true
  const apiVersions = read('api_version', 'auto, v3, v1 or v4', parseApiVersion) ?? API_VERSIONS
  const display = readDisplay(reader)
  const credentials = chooseCredentials(reader, stsEndpoint, { addressRegion, neededMs: wait?.timeoutMs })
  if (problems.length > 0 || credentials === undefined)
    return { ok: false, problems, summary: display.summary }
  const rest = { wait, credentials, endpoint, place, failUnlessSuccess, apiVersions, ...display }
  return { ok: true, inputs: { builds, ...rest, warnings } }
}

/** A line of `job_id` may give a number of its own; the input `build_no` is for those that do not. */
function readBuilds(reader: Reader, lines: readonly BuildLine[]): NamedQuery[] {
  const { read, problems } = reader
  const buildNo = read('build_no', BUILD_NO_ACCEPTS, parseBuildNo)
  const jobId = reader.text('job_id')
  const isSeveral = /[\r\n]/.test(jobId)
  if (typeof buildNo === 'number' && (isSeveral || lines.some(line => line.buildNo !== undefined)))
    problems.push(
      isSeveral
        ? message`build_no must be latest with several builds, not ${buildNo}: write numbers into job_id, as ID/NUMBER`
        : message`build_no must be left out where job_id has a number, not ${buildNo}`,
    )
  const isNumberMissing =
    lines.length === 0 ? !jobId.includes('/') : lines.some(line => line.buildNo === undefined)
  if (isNumberMissing && reader.text('build_no') === '' && reader.text('commit') === '')
    problems.push(
      isSeveral
        ? message`build_no is missing: give latest, or a number for each build in job_id (ID/NUMBER), or commit`
        : message`build_no is missing: give ${BUILD_NO_ACCEPTS}; or give commit, and the build is found by it`,
    )
  const expected = readSource(reader)
  return lines.map(({ name, jobId, url, buildNo: own = buildNo }) => ({
    name,
    jobId,
    buildNo: own,
    expected,
    url,
  }))
}

const TIMEOUT_MINUTES: NumberRange = { min: 0, max: 1_440, isAboveMin: true }
export const POLL_INTERVAL_SECONDS: NumberRange = { min: 1, max: 300 }
const DISCOVERY_MINUTES: NumberRange = { min: 0, max: 1_440 }

/** All of these are checked whether the step waits or not. They have defaults, so only a bad value is undefined. */
function readWait(reader: Reader): WaitOptions | undefined {
  const times = readWaitTimes(reader)
  const discovery = readNumber(reader, 'discovery_minutes', DISCOVERY_MINUTES)
  return times === undefined || discovery === undefined
    ? undefined
    : { ...times, discoveryMs: discovery * 60_000 }
}

/** Reads whether and how long a step waits, which both actions have inputs for. */
export function readWaitTimes(
  reader: InputReader<'wait' | 'timeout_minutes' | 'poll_interval_seconds'>,
): Omit<WaitOptions, 'discoveryMs'> | undefined {
  const wait = readBoolean(reader, 'wait')
  const minutes = readNumber(reader, 'timeout_minutes', TIMEOUT_MINUTES)
  const seconds = readNumber(reader, 'poll_interval_seconds', POLL_INTERVAL_SECONDS)
  if (wait !== true || minutes === undefined || seconds === undefined) return undefined
  return { timeoutMs: minutes * 60_000, longestPauseMs: seconds * 1_000 }
}

/** Reads what else is read and shown of a build, which both actions have inputs for. */
export function readDisplay(reader: InputReader<'summary' | 'log_lines' | 'artifacts'>) {
  const accepts = `a whole number from 0 to ${MAX_LOG_LINES}`
  return {
    summary: readBoolean(reader, 'summary') ?? true,
    logLines: reader.read('log_lines', accepts, parseLogLines) ?? 0,
    artifacts: readBoolean(reader, 'artifacts') ?? false,
  }
}

/** The toolkit's rule for booleans (`getBooleanInput`): YAML 1.2's spellings and no others. */
export function readBoolean<Name extends string>(
  { read }: InputReader<Name>,
  name: Name,
): boolean | undefined {
  return read(name, 'true or false', text => {
    if (['true', 'True', 'TRUE'].includes(text)) return true
    return ['false', 'False', 'FALSE'].includes(text) ? false : undefined
  })
}

/** The range of a numeric input, including both ends unless `isAboveMin`. */
interface NumberRange {
  readonly min: number
  readonly max: number
  readonly isAboveMin?: true
}

/** Reads a decimal number within the range, in digits: no exponent, no unit. */
function readNumber<Name extends string>(
  { read }: InputReader<Name>,
  name: Name,
  range: NumberRange,
): number | undefined {
  const { min, max, isAboveMin = false } = range
  const accepts = isAboveMin
    ? `a decimal number above ${min}, at most ${max}`
    : `a decimal number from ${min} to ${max}`
  return read(name, accepts, text => {
    if (!/^[0-9]+(\.[0-9]+)?$/.test(text)) return undefined
    const value = Number(text)
    return (isAboveMin ? value > min : value >= min) && value <= max ? value : undefined
  })
}

/** 1000 long lines are about what fits into a job summary. */
const MAX_LOG_LINES = 1_000

function parseLogLines(text: string): number | undefined {
  const lines = /^[0-9]{1,4}$/.test(text) ? Number(text) : Infinity
  return lines <= MAX_LOG_LINES ? lines : undefined
}

/** v3 first, because users of the gate know it; v1 is the current one, v4 an older one (API reference, section 2). */
export const API_VERSIONS: readonly ApiVersion[] = ['v3', 'v1', 'v4']

function parseApiVersion(text: string): readonly ApiVersion[] | undefined {
  if (text === 'auto') return API_VERSIONS
  const version = API_VERSIONS.find(one => one === text)
  return version === undefined ? undefined : [version]
}
