import { BRANCH_PARAMETER, type Parameter } from '../codearts/execute-job.ts'
import { problemsOf } from '../inputs/input-reader.ts'
import { message, type Message } from '../util/message.ts'

/** The limits of the service. Source: its page on ExecuteJob (API reference, section 3.1). */
const PARAMETER_NAME = /^[A-Za-z0-9_]{1,128}$/
const MAX_VALUE_CHARACTERS = 8_192
const FORBIDDEN_NAMES = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'PATH', 'path', 'BASH_ENV', 'GIT_SSH_COMMAND']

/** Contract section 7: the redactor searches all that is shown for every secret. */
const MAX_SECRET_BYTES = 64 * 1024

/** The inputs that give parameters: those of the second are secret. */
const PARAMETER_INPUTS = ['parameters', 'secret_parameters'] as const
type ParameterInput = (typeof PARAMETER_INPUTS)[number]

/** What each line must be. */
const RULES = {
  form: 'have NAME=value on each line (or NAME<<END, the lines of the value, END)',
  end: 'have the line END after NAME<<END and the lines of the value',
  wrapped: 'have a base64 text in one line: make it with base64 -w0',
  name: 'have names of 1 to 128 of A-Z, a-z, 0-9 and _, right before the "="',
  forbidden: `not set ${FORBIDDEN_NAMES.join(', ')}, which the service does not allow`,
  branch: `not set ${BRANCH_PARAMETER}, which the input branch sets`,
  twice: 'have each name once, over parameters and secret_parameters',
  length: `have values of ${MAX_VALUE_CHARACTERS} characters at most`,
  empty:
    'have a value for each name: it is empty where this job may not read the secret, and after the end of a base64 text over two lines (make it with base64 -w0)',
} as const
type Fault = keyof typeof RULES

/** The faults of which the name of a public parameter says more. */
const NAMED_FAULTS: readonly Fault[] = ['forbidden', 'twice', 'length']

/** One parameter as an input gives it, with its first line, which counts from 1. */
interface ParameterLine extends Parameter {
  readonly input: ParameterInput
  readonly lineNo: number
  readonly fault: Fault | undefined
}

/**
 * Reads the parameters of both inputs (contract section 7). No problem shows a value, nor any text of secret ones: only the
 * numbers of their lines.
 * @param isBranchGiven whether the input `branch` sets a parameter, too.
 */
export function readParameters(texts: Readonly<Record<ParameterInput, string>>, isBranchGiven: boolean) {
  const all = PARAMETER_INPUTS.flatMap(input => linesOf(input, texts[input]))
  const lines = all.map((line, at) => ({
    ...line,
    fault: line.fault ?? faultOf(line, all.slice(0, at), isBranchGiven),
  }))
  const of = (input: ParameterInput) => lines.filter(line => line.input === input)
  const problems: Message[] = PARAMETER_INPUTS.flatMap(input =>
    problemsOf(input, of(input).flatMap(shownFault)),
  )
  if (Buffer.byteLength(texts.secret_parameters) > MAX_SECRET_BYTES)
    problems.push(message`secret_parameters must have 64 KB at most`)
  const [parameters = [], secretParameters = []] = PARAMETER_INPUTS.map(input =>
    of(input).map(({ name, value }): Parameter => ({ name, value })),
  )
  return { parameters, secretParameters, problems }
}

function shownFault({ input, name, lineNo, fault }: ParameterLine) {
  if (fault === undefined) return []
  const shown = input === 'parameters' && NAMED_FAULTS.includes(fault) ? ` (${name})` : ''
  return [{ words: `must ${RULES[fault]}: not so in`, shown: [`line ${lineNo}${shown}`] }]
}

/** @returns every text of `secret_parameters` that may be a secret, also where the input is not valid. */
export function secretTexts(text: string): string[] {
  return linesOf('secret_parameters', text).flatMap(({ name, value }) =>
    // Of a base64 text over several lines, what looks like a name is a part of the secret.
    PARAMETER_NAME.test(name) && !isEmpty(value) ? [value] : [value, `${name}=${value}`, name],
  )
}

/** Words by which version 1.1.0 knew a secret, as a whole part of a name. */
const SECRET_PART = /^(pass|pwd|token|secret|key|cred|auth|private)$|(password|token|secret)$/i

/** @returns whether the name of a public parameter is that of a secret (contract section 7). */
export function seemsSecret({ name, value }: Parameter): boolean {
  return value !== '' && name.split('_').some(part => SECRET_PART.test(part))
}

/** Lines are trimmed; blank ones are none. `NAME<<END` begins a value that ends before the line `END`. */
function linesOf(input: ParameterInput, text: string): ParameterLine[] {
  // The rows stand at even places, and behind each its line end.
  const parts = text.split(/(\r\n|[\r\n])/)
  const lines: ParameterLine[] = []
  for (let at = 0; at < parts.length; at += 2) {
    const line = parts[at]?.trim() ?? ''
    if (line === '') continue
    const [equals, mark] = [line.indexOf('='), line.indexOf('<<')]
    const begin = { input, lineNo: at / 2 + 1, fault: undefined }
    if (mark >= 0 && (equals < 0 || mark < equals)) {
      const end = line.slice(mark + 2)
      const endAt = parts.findIndex(
        (row, place) => place > at && place % 2 === 0 && row === end && row !== '',
      )
      const value = parts.slice(at + 2, endAt < 0 ? undefined : endAt - 1).join('')
      lines.push({ ...begin, name: line.slice(0, mark), value, fault: endAt < 0 ? 'end' : undefined })
      at = endAt < 0 ? parts.length : endAt
    } else if (equals >= 0)
      lines.push({ ...begin, name: line.slice(0, equals), value: line.slice(equals + 1) })
    else lines.push({ ...begin, name: '', value: line, fault: isWrapped(lines.at(-1)) ? 'wrapped' : 'form' })
  }
  return lines
}

/** `base64` ends a line after 76 characters, PEM after 64. */
function isWrapped(line: ParameterLine | undefined): boolean {
  return /^[A-Za-z0-9+/_-]{64}(?:[A-Za-z0-9+/_-]{12})?$/.test(line?.value ?? '')
}

function isEmpty(value: string): boolean {
  return /^=*$/.test(value)
}

/** @param before the lines before it, of both inputs. */
function faultOf(
  line: ParameterLine,
  before: readonly ParameterLine[],
  isBranchGiven: boolean,
): Fault | undefined {
  const { input, name, value } = line
  const last = before.at(-1)
  if (isEmpty(value) && last?.input === input && isWrapped(last)) return 'wrapped'
  if (!PARAMETER_NAME.test(name)) return 'name'
  if (FORBIDDEN_NAMES.includes(name)) return 'forbidden'
  if (isBranchGiven && name === BRANCH_PARAMETER) return 'branch'
  if (before.some(one => one.name === name)) return 'twice'
  if (value.length > MAX_VALUE_CHARACTERS) return 'length'
  return isEmpty(value) && input === 'secret_parameters' ? 'empty' : undefined
}
