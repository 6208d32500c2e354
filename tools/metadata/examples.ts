import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isJsonObject, type JsonObject } from '../json.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A block of YAML in a page, as a whole workflow. */
export interface Example {
  /** Where it begins: `README.md:12`. */
  readonly where: string
  readonly workflow: string
}

/** The required inputs, for examples without them. */
const REQUIRED_INPUTS = { job_id: 'cb5fa20de5fd4cf8be681d4bd6fdd2f6', build_no: 61, token: 'TOKEN' }

/** Inputs of the action that starts a build alone. */
const START_INPUTS = ['parameters', 'secret_parameters', 'stop_on_cancel']

/**
 * @returns every block of YAML for workflows in the pages for users. A part of a workflow is completed to a workflow.
 * @throws Error if a block is not YAML, or not a known part of a workflow.
 */
export function readExamples(): Example[] {
  return globSync(['*.md', 'docs/**/*.md', '.github/**/*.md'], { cwd: ROOT })
    .sort()
    .flatMap(page => examplesOf(page, readFileSync(join(ROOT, page), 'utf8')))
}

/** @returns the examples of one page. */
export function examplesOf(page: string, markdown: string): Example[] {
  return Array.from(markdown.matchAll(/^```ya?ml\n(.*?)^```/gms), ({ index, 1: yaml = '' }) => ({
    where: `${page}:${markdown.slice(0, index).split('\n').length + 1}`,
    // Gitea and Forgejo need the whole address, which GitHub does not accept.
    yaml: yaml.replaceAll('uses: https://github.com/', 'uses: '),
  }))
    .filter(({ yaml }) => !isOfAnotherServer(parse(yaml)))
    .map(({ where, yaml }) => ({ where, workflow: asWorkflow(where, yaml) }))
}

/** What GitHub's tools do not know: jobs of GitLab at the top, with a `script` or `id_tokens`; a `task` of Azure Pipelines. */
function isOfAnotherServer(value: unknown): boolean {
  if (!isJsonObject(value)) return false
  const has = (node: unknown, ...names: string[]): boolean =>
    isJsonObject(node) && names.some(name => name in node)
  const { steps } = value
  if (Array.isArray(steps)) return steps.some(step => has(step, 'task'))
  return Object.values(value).some(job => has(job, 'script', 'id_tokens'))
}

function asWorkflow(where: string, yaml: string): string {
  const value: unknown = parse(yaml)
  if (Array.isArray(value)) return workflowOf(yaml, `    steps:\n${earlierSteps(yaml)}${indented(yaml, 6)}`)
  if (!isJsonObject(value)) throw new Error(`${where}: neither a mapping nor a list`)
  if ('jobs' in value) return 'on' in value ? yaml : `${triggersOf(yaml)}${yaml}`
  if ('steps' in value) return workflowOf(yaml, indented(yaml, 4))
  if ('permissions' in value) return workflowOf(yaml, `${indented(yaml, 4)}    steps:\n      - run: echo\n`)
  return workflowOf(yaml, `    steps:\n${gateWith(value, yaml)}`)
}

/** A fragment of the `with:` of a gate, or of a start, completed with the required inputs. */
function gateWith(value: JsonObject, yaml: string): string {
  const isStart = START_INPUTS.some(name => name in value)
  const missing = Object.entries(REQUIRED_INPUTS).filter(
    ([name]) => !(name in value) && !(isStart && name === 'build_no'),
  )
  return [
    `      - uses: OWNER/codearts-build-gate${isStart ? '/start' : ''}@v1\n        with:\n`,
    indented(yaml, 10),
    ...missing.map(([name, input]) => `          ${name}: ${input}\n`),
  ].join('')
}

function workflowOf(yaml: string, job: string): string {
  return `${triggersOf(yaml)}jobs:\n  example:\n    runs-on: ubuntu-latest\n${job}`
}

/** The triggers that an example assumes: the inputs that it reads, and the event. */
function triggersOf(yaml: string): string {
  const inputs = new Set(Array.from(yaml.matchAll(/\binputs\.(\w+)/g), ([, name = '']) => name))
  return [
    'on:\n',
    /\bgithub\.event\.pull_request\b/.test(yaml) ? '  pull_request:\n' : '',
    '  workflow_dispatch:\n',
    inputs.size === 0 ? '' : '    inputs:\n',
    ...[...inputs].map(name => `      ${name}:\n        description: Something\n`),
  ].join('')
}

/** Steps whose outputs an example reads without showing them. */
function earlierSteps(yaml: string): string {
  const read = new Set(Array.from(yaml.matchAll(/\bsteps\.([\w-]+)\.outputs\b/g), ([, id = '']) => id))
  const shown = new Set(Array.from(yaml.matchAll(/\bid: ([\w-]+)/g), ([, id = '']) => id))
  return [...read]
    .filter(id => !shown.has(id))
    .map(id => `      - id: ${id}\n        run: echo\n`)
    .join('')
}

function indented(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces))
}
