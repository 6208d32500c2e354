import { parse, stringify } from 'yaml'
import { TRUST } from '../../../tools/fake-service/oidc.ts'
import { readPage } from '../markdown-page.ts'

/** What a CI server knows when it starts a recipe. */
export interface Server {
  readonly accessKey: string
  readonly secretKey: string
  readonly commit: string
  /** A token of its own that the service trusts, for keyless recipes. */
  readonly idToken: string
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
  'GitLab CI, keyless': (page, server) => gitlab(page, server, keylessPipeline(page)),
  Jenkins: jenkins,
  'Jenkins, keyless': (page, server) => jenkins(page, server, blockWith(page, 'groovy', 'OIDC')),
  'Azure Pipelines': azure,
} satisfies Readonly<Record<string, RecipeOf>>

interface GitLabJob {
  readonly variables: Readonly<Record<string, string>>
  readonly script: readonly string[]
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>
}

/** @returns the pipeline of GitLab in the page, as it is printed. */
export function gitlabPipeline(page: string): string {
  return blockWith(page, 'yaml', 'stages:')
}

/** @returns the pipeline with what the page prints for keyless in place of the keys. */
export function keylessPipeline(page: string): string {
  const pipeline = parse(gitlabPipeline(page)) as Record<string, GitLabJob>
  const keyless = parse(blockWith(page, 'yaml', 'id_tokens:')) as Record<string, GitLabJob>
  for (const [name, { variables, ...more }] of Object.entries(keyless)) {
    const known = pipeline[name]
    if (known === undefined) throw new Error(`The pipeline has no job ${name}`)
    pipeline[name] = { ...known, ...more, variables: { ...withoutKeys(known.variables), ...variables } }
  }
  return stringify(pipeline)
}

/** GitLab puts variables in for `$NAME`, and runs the lines of a script one after the other until one fails. */
function gitlab(page: string, server: Server, pipeline = gitlabPipeline(page)): Recipe {
  const known: Readonly<Record<string, string>> = {
    CI_COMMIT_SHA: server.commit,
    CODEARTS_ACCESS_KEY: server.accessKey,
    CODEARTS_SECRET_KEY: server.secretKey,
  }
  const { 'codearts-gate': gate } = parse(pipeline) as Record<'codearts-gate', GitLabJob>
  const tokens = Object.entries(gate.id_tokens ?? {}).map(([name, { aud }]) => [
    name,
    aud === TRUST.audience ? server.idToken : `a token for ${aud}`,
  ])
  return {
    shell: ['bash', '-eo', 'pipefail'],
    script: gate.script.join('\n'),
    variables: {
      ...known,
      ...trusted(filledIn(gate.variables, /\$(\w+)/g, known)),
      ...(Object.fromEntries(tokens) as Record<string, string>),
    },
  }
}

/**
 * Jenkins shows every line that it runs (`-x`), with what stands in its variables.
 * @param keyless what stands in place of the keys.
 */
function jenkins(page: string, server: Server, keyless?: string): Recipe {
  const pipeline = blockWith(page, 'groovy', 'pipeline')
  const known: Readonly<Record<string, string>> = {
    'env.GIT_COMMIT': server.commit,
    'codearts-access-key': server.accessKey,
    'codearts-secret-key': server.secretKey,
    'codearts-id-token': server.idToken,
  }
  const variablesIn = (text: string): Record<string, string> => {
    const assignments = text.matchAll(
      /^ *(INPUT_\w+) = (?:'(.*)'|"\$\{(env\.\w+)\}"|credentials\('(.*)'\))$/gm,
    )
    const variables = Array.from(assignments, ([, name = '', literal, variable, credential]) => [
      name,
      literal ?? known[variable ?? credential ?? ''] ?? '',
    ])
    return Object.fromEntries(variables) as Record<string, string>
  }
  const variables = variablesIn(pipeline)
  const [, script = ''] = /sh '''(.*?)'''/s.exec(pipeline) ?? []
  return {
    shell: ['sh', '-xe'],
    script,
    variables:
      keyless === undefined ? variables : trusted({ ...withoutKeys(variables), ...variablesIn(keyless) }),
  }
}

function withoutKeys(variables: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(variables).filter(([name]) => !/^INPUT_(?:ACCESS|SECRET)_KEY$/.test(name))
  return Object.fromEntries(kept)
}

/** @returns the variables with the account and the provider of the fake service in place of those that the page prints. */
function trusted(variables: Readonly<Record<string, string>>): Record<string, string> {
  const account = TRUST.providerUrn.split(':')[2] ?? ''
  const named = Object.entries(variables).map(([name, value]) => [
    name,
    value.replace(/^iam::ACCOUNT_ID:oidcProvider:.*/, TRUST.providerUrn).replace('ACCOUNT_ID', account),
  ])
  return Object.fromEntries(named) as Record<string, string>
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
