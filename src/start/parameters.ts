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
export const PARAMETER_INPUTS = ['parameters', 'secret_parameters'] as const
type ParameterInput = (typeof PARAMETER_INPUTS)[number]

/** What is wrong with a line. */
type Fault = 'form' | 'end' | 'name' | 'forbidden' | 'branch' | 'twice' | 'length' | 'empty' | 'wrapped'

/** One parameter as an input gives it, with its first line, which counts from 1. */
interface ParameterLine extends Parameter {
  readonly input: ParameterInput
  readonly lineNo: number
  readonly fault: Fault | undefined
}

/** Both inputs, as they were read. */
export interface Parameters {
  readonly parameters: readonly Parameter[]
  readonly secretParameters: readonly Parameter[]
  readonly problems: readonly Message[]
}

/**
 * Reads the parameters of both inputs (contract section 7). No problem shows a value, nor any text of secret ones: only the
 * numbers of their lines.
 * @param isBranchGiven whether the input `branch` sets a parameter, too.
 */
export function readParameters(
  texts: Readonly<Record<ParameterInput, string>>,
  isBranchGiven: boolean,
): Parameters {
  const all = PARAMETER_INPUTS.flatMap(input => linesOf(input, texts[input]))
  const lines = all.map((line, at) => ({
    ...line,
    fault: line.fault ?? faultOf(line, all.slice(0, at), isBranchGiven),
  }))
  const problems = problemsOfLines(lines)
  if (Buffer.byteLength(texts.secret_parameters) > MAX_SECRET_BYTES)
    problems.push(message`secret_parameters must have 64 KB at most`)
  const of = (input: ParameterInput) =>
    lines.filter(line => line.input === input).map(({ name, value }) => ({ name, value }))
  return { parameters: of('parameters'), secretParameters: of('secret_parameters'), problems }
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
  const rows = Array.from(
    text.matchAll(/([^\r\n]*)(\r\n|[\r\n]|$)/g),
    ({ 1: row = '', index, 2: end = '' }) => ({
      row,
      from: index,
      to: index + row.length,
      next: index + row.length + end.length,
    }),
  )
  const lines: ParameterLine[] = []
  for (let at = 0; at < rows.length; at++) {
    const line = rows[at]?.row.trim() ?? ''
    if (line === '') continue
    const [equals, mark] = [line.indexOf('='), line.indexOf('<<')]
    const begin = { input, lineNo: at + 1, fault: undefined }
    if (mark >= 0 && (equals < 0 || mark < equals)) {
      const endAt = rows.findIndex(
        ({ row }, place) => place > at && row === line.slice(mark + 2) && row !== '',
      )
      const [first, last] = [
        rows[at + 1]?.from ?? text.length,
        rows[endAt < 0 ? rows.length - 1 : endAt - 1]?.to ?? 0,
      ]
      const value = text.slice(first, Math.max(first, last))
      lines.push({ ...begin, name: line.slice(0, mark), value, fault: endAt < 0 ? 'end' : undefined })
      at = endAt < 0 ? rows.length : endAt
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

/** What each line must be, and whether the name of a public parameter says more. */
const RULES: Readonly<Record<Fault, readonly [must: string, showsName: boolean]>> = {
  form: ['have NAME=value on each line (or NAME<<END, the lines of the value, END)', false],
  end: ['have the line END after NAME<<END and the lines of the value', false],
  wrapped: ['have a base64 text in one line: make it with base64 -w0', false],
  name: ['have names of 1 to 128 of A-Z, a-z, 0-9 and _, right before the "="', false],
  forbidden: [`not set ${FORBIDDEN_NAMES.join(', ')}, which the service does not allow`, true],
  branch: [`not set ${BRANCH_PARAMETER}, which the input branch sets`, false],
  twice: ['have each name once, over parameters and secret_parameters', true],
  length: [`have values of ${MAX_VALUE_CHARACTERS} characters at most`, true],
  empty: [
    'have a value for each name: it is empty where this job may not read the secret, and after the end of a base64 text over two lines (make it with base64 -w0)',
    false,
  ],
}

/** @returns a problem for each kind of fault that an input has. */
function problemsOfLines(lines: readonly ParameterLine[]): Message[] {
  return PARAMETER_INPUTS.flatMap(name =>
    problemsOf(
      name,
      lines.flatMap(({ input, lineNo, name: parameter, fault }) => {
        if (input !== name || fault === undefined) return []
        const [must, showsName] = RULES[fault]
        const shown = showsName && input === 'parameters' ? ` (${parameter})` : ''
        return [{ words: `must ${must}: not so in`, shown: [`line ${lineNo}${shown}`] }]
      }),
    ),
  )
}
