import { BRANCH_PARAMETER, type Parameter } from '../codearts/execute-job.ts'
import { chooseCredentials, environmentSecrets } from '../inputs/credential-inputs.ts'
import { CONNECTION_INPUTS, InputReader, readSource, type InputDeclaration } from '../inputs/input-reader.ts'
import { readEndpoints } from '../inputs/regions.ts'
import { readBuildTask } from '../inputs/task-address.ts'
import type { SecretKind } from '../util/logging.ts'
import { message } from '../util/message.ts'

/** Every input, as start/action.yml declares it; a test holds the two together. */
export const START_INPUTS = {
  job_id: { required: true },
  commit: {},
  branch: {},
  tag: {},
  parameters: {},
  ...CONNECTION_INPUTS,
} as const satisfies Readonly<Record<string, InputDeclaration>>

/** The limits of the service. Source: its page on ExecuteJob (API reference, section 3.1). */
const PARAMETER_NAME = /^[A-Za-z0-9_]{1,128}$/
const MAX_VALUE_CHARACTERS = 8_192
const FORBIDDEN_NAMES = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'BASH_ENV', 'GIT_SSH_COMMAND', 'path']

/** Parameters whose value is kept from view. */
const SECRET_NAME = /pass|pwd|token|secret|key|cred|auth|private/i

type Reader = InputReader<keyof typeof START_INPUTS>

/** @returns every secret that must be masked before anything is printed, in inputs that are not valid, too. */
export function secretStartInputs(): { readonly value: string; readonly kind: SecretKind }[] {
  const reader: Reader = new InputReader(START_INPUTS)
  const secrets = linesOf(reader).filter(({ name }) => SECRET_NAME.test(name))
  return [
    ...[...reader.secrets, ...environmentSecrets()].map(value => ({ value, kind: 'credential' }) as const),
    ...secrets.map(({ value }) => ({ value, kind: 'password' }) as const),
  ]
}

/** Reads and checks every input, or gives every problem with them; contract sections 1 and 7. No problem shows a parameter's value. */
export function readStartInputs() {
  const reader: Reader = new InputReader(START_INPUTS)
  const { problems, warnings } = reader
  const task = readBuildTask(reader)
  const source = readSource(reader)
  const given = (['commit', 'branch', 'tag'] as const).filter(name => reader.text(name) !== '')
  if (given.length > 1) problems.push([`${given.join(' and ')} are given: one at most can say what is built`])
  const lines = linesOf(reader)
  for (const line of lines) {
    const problem = problemOf(line, lines, given.includes('branch'))
    if (problem !== undefined) problems.push(message`parameters, line ${line.lineNo}, ${problem}`)
  }
  const parameters = lines.map(({ name, value }) => ({ name, value }))
  const { endpoint, stsEndpoint, addressRegion } = readEndpoints(reader, task === undefined ? [] : [task])
  const credentials = chooseCredentials(reader, stsEndpoint, { addressRegion })
  if (problems.length > 0 || task === undefined || credentials === undefined)
    return { ok: false, problems } as const
  const { jobId } = task
  return { ok: true, inputs: { jobId, ...source, parameters, endpoint, credentials, warnings } } as const
}

/** A line of the input `parameters` that is not blank; `lineNo` counts from 1. */
interface Line extends Parameter {
  readonly lineNo: number
  readonly hasName: boolean
}

function linesOf(reader: Reader): Line[] {
  const lines = reader.text('parameters').split(/\r\n|\r|\n/)
  return lines.flatMap((line, at) => {
    const text = line.trim()
    const end = text.indexOf('=')
    const [name, value] = [text.slice(0, Math.max(end, 0)), text.slice(end + 1)]
    return text === '' ? [] : [{ name, value, lineNo: at + 1, hasName: end >= 0 }]
  })
}

/** @returns what is wrong with a line, a clause. What is no name is not shown: it may be the second line of a secret. */
function problemOf({ name, value, hasName, lineNo }: Line, lines: readonly Line[], isBranchGiven: boolean) {
  if (!hasName) return message`has no "=": it accepts NAME=value, and a value has no line ends`
  if (!PARAMETER_NAME.test(name)) return message`has a name that is not 1 to 128 of A-Z, a-z, 0-9 and _`
  if (FORBIDDEN_NAMES.includes(name)) return message`sets ${name}, which the service does not allow`
  if (isBranchGiven && name === BRANCH_PARAMETER) return message`sets ${name}, which the input branch sets`
  const first = lines.find(line => line.name === name)?.lineNo ?? lineNo
  if (first < lineNo) return message`sets ${name}, which line ${first} sets`
  if (value.length <= MAX_VALUE_CHARACTERS) return undefined
  return message`gives ${name} ${value.length} characters: it accepts ${MAX_VALUE_CHARACTERS} at most`
}
