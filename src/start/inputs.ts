import type { BuildOrder } from '../codearts/execute-job.ts'
import type { WaitOptions } from '../gate/build-query.ts'
import { readDisplay, readWaitTimes } from '../inputs/action-inputs.ts'
import { chooseCredentials, environmentSecrets } from '../inputs/credential-inputs.ts'
import {
  CONNECTION_INPUTS,
  InputReader,
  quoted,
  readSource,
  type InputDeclaration,
} from '../inputs/input-reader.ts'
import { BOOLEAN } from '../inputs/parsers.ts'
import { readEndpoints } from '../inputs/regions.ts'
import { readBuildTask } from '../inputs/task-address.ts'
import { branchName, tagName } from '../util/git-refs.ts'
import type { AddSecret } from '../util/logging.ts'
import { message } from '../util/message.ts'
import { readParameters, secretTexts, seemsSecret } from './parameters.ts'

/** Every input, as start/action.yml declares it; a test holds the two together. */
export const START_INPUTS = {
  job_id: { required: true },
  commit: {},
  branch: {},
  tag: {},
  parameters: {},
  secret_parameters: {},
  wait: { default: 'false' },
  timeout_minutes: { default: '60' },
  poll_interval_seconds: { default: '15' },
  fail_unless_success: { default: 'true' },
  stop_on_cancel: { default: 'false' },
  ...CONNECTION_INPUTS,
  summary: { default: 'true' },
  log_lines: { default: '50' },
  artifacts: { default: 'false' },
} as const satisfies Readonly<Record<string, InputDeclaration>>

type Reader = InputReader<keyof typeof START_INPUTS>

/** Hides every secret, before anything is printed: in inputs that are not valid, too. */
export function hideStartSecrets(add: AddSecret): void {
  const reader: Reader = new InputReader(START_INPUTS)
  for (const value of [...reader.secrets, ...environmentSecrets()]) add(value, 'credential')
  for (const value of secretTexts(reader.text('secret_parameters'))) add(value, 'password')
  for (const { value } of readAllParameters(reader).guessed) add(value, 'unmasked')
}

/**
 * @returns the parameters, and as `guessed` the public ones that version 1.1.0 took for secret, but for what says what is built
 * (contract section 7).
 */
function readAllParameters({ text }: Reader) {
  const [branch, tag, jobId] = [branchName(text('branch')), tagName(text('tag')), text('job_id')]
  const known = [branch, tag, text('commit'), ...(jobId.match(/[0-9a-z]{32}/gi) ?? [])]
  const isKnown = (value: string): boolean =>
    known.some(one => one.toLowerCase() === branchName(tagName(value)).toLowerCase())
  const texts = { parameters: text('parameters'), secret_parameters: text('secret_parameters') }
  const read = readParameters(texts, text('branch') !== '')
  return { ...read, guessed: read.parameters.filter(one => seemsSecret(one) && !isKnown(one.value)) }
}

/** The checked inputs of a start. */
export type StartInputs = Extract<ReturnType<typeof readStartInputs>, { ok: true }>['inputs']

/** Reads and checks every input, or gives every problem with them; contract sections 1 and 7. No problem shows a parameter's value. */
export function readStartInputs() {
  const reader: Reader = new InputReader(START_INPUTS)
  const { problems, warnings } = reader
  const task = readBuildTask(reader)
  const { commit, branch, tag } = readSource(reader)
  checkRefs(reader)
  const given = (['commit', 'branch', 'tag'] as const).filter(name => reader.text(name) !== '')
  if (given.length > 1) problems.push([`${given.join(' and ')} are given: one at most can say what is built`])
  const { parameters, secretParameters, guessed, problems: ofParameters } = readAllParameters(reader)
  problems.push(...ofParameters)
  const names = guessed.map(({ name }) => name).join(', ')
  if (names !== '')
    warnings.push([
      `Move what is secret from parameters to secret_parameters: by their names, ${names} may be, and parameters are not masked`,
    ])
  const service = readEndpoints(reader, task === undefined ? [] : [task])
  const times = readWaitTimes(reader)
  const credentials = chooseCredentials(reader, service, times?.timeoutMs)
  const failUnlessSuccess = reader.read('fail_unless_success', BOOLEAN) ?? true
  const display = readDisplay(reader)
  const stopOnCancel = reader.read('stop_on_cancel', BOOLEAN) ?? false
  if (stopOnCancel && reader.text('wait').toLowerCase() !== 'true')
    problems.push([
      'stop_on_cancel must be false without wait: true, because the step then ends when the build has started',
    ])
  if (problems.length > 0 || task === undefined || credentials === undefined)
    return { ok: false, problems } as const
  const { jobId, url } = task
  const order: BuildOrder = { jobId, commit, branch, tag, parameters, secretParameters }
  // The build was started: it is waited for as long as the limit allows.
  const wait: WaitOptions | undefined = times && { ...times, discoveryMs: Infinity }
  const { endpoint, place } = service
  const rest = { credentials, warnings, wait, stopOnCancel, failUnlessSuccess, ...display }
  return { ok: true, inputs: { order, url, endpoint, place, ...rest } } as const
}

/** The service would look for a branch or tag of that name. */
function checkRefs(reader: Reader): void {
  for (const [name, prefix, other] of [
    ['branch', 'refs/heads/', 'tag'],
    ['tag', 'refs/tags/', 'branch'],
  ] as const) {
    const text = reader.text(name)
    if (!text.startsWith('refs/') || text.startsWith(prefix)) continue
    const advice = text.startsWith('refs/pull/')
      ? 'of a pull request give the branch github.head_ref'
      : `give the input ${other} or commit`
    reader.problems.push(message`${name} must be a ${name}, which ${quoted(text)} is not: ${advice}`)
  }
}
