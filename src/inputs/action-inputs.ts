import type { ApiVersion } from '../codearts/client.ts'
import type { NamedQuery, WaitOptions } from '../gate/build-query.ts'
import { message } from '../util/message.ts'
import { parseBuildLines, type BuildLine } from './build-lines.ts'
import { CONNECTION_INPUTS, InputReader, readSource, type InputDeclaration } from './input-reader.ts'
import {
  BOOLEAN,
  BUILD_NO,
  DISCOVERY_MINUTES,
  LOG_LINES,
  POLL_INTERVAL_SECONDS,
  TIMEOUT_MINUTES,
  type Kind,
} from './parsers.ts'
import { chooseCredentials, environmentSecrets } from './credential-inputs.ts'
import { readEndpoints } from './regions.ts'
import { TASK_ACCEPTS } from './task-address.ts'

/** The checked inputs: everything that the gate needs to know. */
export type Inputs = Extract<ReturnType<typeof readInputs>, { ok: true }>['inputs']

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

/** Reads and checks every input (contract section 1), or gives every problem with them: the input, what it must be, what it got. */
export function readInputs() {
  const reader = new InputReader(INPUTS)
  const { read, problems, warnings } = reader
  const lines = read('job_id', { accepts: TASK_ACCEPTS, parse: parseBuildLines }) ?? {
    builds: [],
    problems: [],
  }
  problems.push(...lines.problems)
  const builds = readBuilds(reader, lines.builds)
  const wait = readWait(reader)
  const service = readEndpoints(reader, lines.builds)
  const failUnlessSuccess = read('fail_unless_success', BOOLEAN) ?? true
  const apiVersions = read('api_version', API_VERSION) ?? API_VERSIONS
  const display = readDisplay(reader)
  const credentials = chooseCredentials(reader, service, wait?.timeoutMs)
  if (problems.length > 0 || credentials === undefined)
    return { ok: false, problems, summary: display.summary } as const
  const { endpoint, place } = service
  const rest = { wait, credentials, endpoint, place, failUnlessSuccess, apiVersions, ...display, warnings }
  return { ok: true, inputs: { builds, ...rest } } as const
}

/** A line of `job_id` may give a number of its own; the input `build_no` is for those that do not. */
function readBuilds(reader: Reader, lines: readonly BuildLine[]): NamedQuery[] {
  const { read, problems } = reader
  const buildNo = read('build_no', BUILD_NO)
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
        : message`build_no is missing: give ${BUILD_NO.accepts}; or give commit, and the build is found by it`,
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

/** All of these are checked whether the step waits or not. They have defaults, so only a bad value is undefined. */
function readWait(reader: Reader): WaitOptions | undefined {
  const times = readWaitTimes(reader)
  const discovery = reader.read('discovery_minutes', DISCOVERY_MINUTES)
  return times && discovery !== undefined ? { ...times, discoveryMs: discovery * 60_000 } : undefined
}

/** Reads whether and how long a step waits, which both actions have inputs for; undefined does not wait. */
export function readWaitTimes({
  read,
}: InputReader<'wait' | 'timeout_minutes' | 'poll_interval_seconds'>):
  Omit<WaitOptions, 'discoveryMs'> | undefined {
  const wait = read('wait', BOOLEAN)
  const minutes = read('timeout_minutes', TIMEOUT_MINUTES)
  const seconds = read('poll_interval_seconds', POLL_INTERVAL_SECONDS)
  if (wait !== true || minutes === undefined || seconds === undefined) return undefined
  return { timeoutMs: minutes * 60_000, longestPauseMs: seconds * 1_000 }
}

/** Reads what else is read and shown of a build, which both actions have inputs for. */
export function readDisplay({ read }: InputReader<'summary' | 'log_lines' | 'artifacts'>) {
  return {
    summary: read('summary', BOOLEAN) ?? true,
    logLines: read('log_lines', LOG_LINES) ?? 0,
    artifacts: read('artifacts', BOOLEAN) ?? false,
  }
}

/** v3 first, because users of the gate know it; v1 is the current one, v4 an older one (API reference, section 2). */
export const API_VERSIONS: readonly ApiVersion[] = ['v3', 'v1', 'v4']

/** The versions to ask, in this order, until one knows the build. */
const API_VERSION: Kind<readonly ApiVersion[]> = {
  accepts: 'auto, v3, v1 or v4',
  parse: text => {
    const versions = API_VERSIONS.filter(one => text === 'auto' || text === one)
    return versions.length === 0 ? undefined : versions
  },
}
