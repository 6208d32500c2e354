import { parse } from 'yaml'
import { readPage } from './markdown-page.ts'

/** What a CI server knows when it starts a recipe. */
export interface Server {
  readonly accessKey: string
  readonly secretKey: string
  readonly commit: string
}

/** The lines of a recipe, and what its CI server starts them with. */
export interface Recipe {
  /** The shell with its options, as the server starts it; the script comes as its last argument, after `-c`. */
  readonly shell: readonly [string, ...string[]]
  readonly script: string
  readonly variables: Readonly<Record<string, string>>
}

type RecipeOf = (page: string, server: Server) => Recipe

/** The recipes of a page by the name of their CI server; `page` is its path from the root. */
export const RECIPES = {
  'any CI server': (page, server) => ({
    shell: ['sh', '-e'],
    script: blockWith(page, 'sh', 'dist/index.js'),
    variables: { INPUT_ACCESS_KEY: server.accessKey, INPUT_SECRET_KEY: server.secretKey },
  }),
  'GitLab CI': gitlab,
  Jenkins: jenkins,
  'Azure Pipelines': azure,
} satisfies Readonly<Record<string, RecipeOf>>

/** @returns the pipeline of GitLab in the page, as it is printed. */
export function gitlabPipeline(page: string): string {
  return blockWith(page, 'yaml', 'stages:')
}

/** GitLab puts variables in for `$NAME`, and runs the lines of a script one after the other until one fails. */
function gitlab(page: string, server: Server): Recipe {
  const known: Readonly<Record<string, string>> = {
    CI_COMMIT_SHA: server.commit,
    CODEARTS_ACCESS_KEY: server.accessKey,
    CODEARTS_SECRET_KEY: server.secretKey,
  }
  const pipeline = parse(gitlabPipeline(page)) as {
    'codearts-gate': { variables: Record<string, string>; script: string[] }
  }
  const { variables, script } = pipeline['codearts-gate']
  return {
    shell: ['bash', '-eo', 'pipefail'],
    script: script.join('\n'),
    variables: { ...known, ...filledIn(variables, /\$(\w+)/g, known) },
  }
}

/** Jenkins shows every line that it runs (`-x`), with what stands in its variables. */
function jenkins(page: string, server: Server): Recipe {
  const pipeline = blockWith(page, 'groovy', 'pipeline')
  const known: Readonly<Record<string, string>> = {
    'env.GIT_COMMIT': server.commit,
    'codearts-access-key': server.accessKey,
    'codearts-secret-key': server.secretKey,
  }
  const assignments = pipeline.matchAll(
    /^ *(INPUT_\w+) = (?:'(.*)'|"\$\{(env\.\w+)\}"|credentials\('(.*)'\))$/gm,
  )
  const variables = Array.from(assignments, ([, name = '', text, variable, credential]) => [
    name,
    text ?? known[variable ?? credential ?? ''] ?? '',
  ])
  const [, script = ''] = /sh '''(.*?)'''/s.exec(pipeline) ?? []
  return {
    shell: ['sh', '-xe'],
    script,
    variables: Object.fromEntries(variables) as Record<string, string>,
  }
}

/** Azure puts secrets in for `$(NAME)`, and takes every `INPUT_*` away from a script (azure-pipelines-task-lib does). */
function azure(page: string, server: Server): Recipe {
  const known: Readonly<Record<string, string>> = {
    CODEARTS_ACCESS_KEY: server.accessKey,
    CODEARTS_SECRET_KEY: server.secretKey,
  }
  const { steps } = parse(blockWith(page, 'yaml', '- bash:')) as {
    steps: { bash?: string; env?: Record<string, string> }[]
  }
  const gate = steps.find(({ bash = '' }) => bash.includes('dist/index.js'))
  const kept = filledIn(gate?.env ?? {}, /\$\((\w+)\)/g, known)
  return {
    shell: ['bash', '--noprofile', '--norc'],
    script: gate?.bash ?? '',
    variables: {
      BUILD_SOURCEVERSION: server.commit,
      ...Object.fromEntries(Object.entries(kept).filter(([name]) => !name.startsWith('INPUT_'))),
    },
  }
}

function filledIn(
  variables: Readonly<Record<string, string>>,
  pattern: RegExp,
  known: Readonly<Record<string, string>>,
): Record<string, string> {
  const filled = Object.entries(variables).map(([name, value]) => [
    name,
    value.replace(pattern, (_, variable: string) => known[variable] ?? ''),
  ])
  return Object.fromEntries(filled) as Record<string, string>
}

function blockWith(page: string, language: string, text: string): string {
  const found = readPage(page).codeBlocks.filter(
    block => block.language === language && block.code.includes(text),
  )
  if (found.length !== 1)
    throw new Error(`${found.length} blocks of ${language} in ${page} have "${text}", instead of one`)
  return found[0]?.code ?? ''
}
