import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { readPage, type CodeBlock } from '../support/markdown-page.ts'
import { createWorkplace, type Recipe, type RecipeRun } from '../support/recipe-shell.ts'

const JOB_ID = 'cb5fa20de5fd4cf8be681d4bd6fdd2f6'
const MINUTE_MS = 60_000
const TOKEN = tokenOf('valid')
const { accessKey, secretKey } = ACCESS_KEYS.valid
/** Short enough that hardly any part of a secret could slip through, long enough to be in no other text. */
const PIECE_CHARACTERS = 6

/** What a CI server knows when it starts a recipe. */
interface Server {
  readonly accessKey: string
  readonly secretKey: string
  readonly commit: string
}

const RECIPES: Readonly<Record<string, (server: Server) => Recipe>> = {
  'any CI server': server => ({
    shell: ['sh', '-e'],
    script: blockWith(readPage('docs/recipes.md').codeBlocks, 'sh', 'dist/index.js'),
    variables: { INPUT_ACCESS_KEY: server.accessKey, INPUT_SECRET_KEY: server.secretKey },
  }),
  'GitLab CI': gitlab,
  Jenkins: jenkins,
}

/** GitLab puts variables in for `$NAME`, and runs the lines of a script one after the other until one fails. */
function gitlab(server: Server): Recipe {
  const known: Readonly<Record<string, string>> = {
    CI_COMMIT_SHA: server.commit,
    CODEARTS_ACCESS_KEY: server.accessKey,
    CODEARTS_SECRET_KEY: server.secretKey,
  }
  const pipeline = parse(blockWith(readPage('docs/recipes.md').codeBlocks, 'yaml', 'stages:')) as {
    'codearts-gate': { variables: Record<string, string>; script: string[] }
  }
  const { variables, script } = pipeline['codearts-gate']
  const expanded = Object.entries(variables).map(([name, value]) => [
    name,
    value.replace(/\$(\w+)/g, (_, variable: string) => known[variable] ?? ''),
  ])
  return {
    shell: ['bash', '-eo', 'pipefail'],
    script: script.join('\n'),
    variables: { ...known, ...(Object.fromEntries(expanded) as Record<string, string>) },
  }
}

/** Jenkins shows every line that it runs (`-x`), with what stands in its variables. */
function jenkins(server: Server): Recipe {
  const pipeline = blockWith(readPage('docs/recipes.md').codeBlocks, 'groovy', 'pipeline')
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

function blockWith(blocks: readonly CodeBlock[], language: string, text: string): string {
  const found = blocks.filter(block => block.language === language && block.code.includes(text))
  if (found.length !== 1)
    throw new Error(`${found.length} blocks of ${language} have "${text}", instead of one`)
  return found[0]?.code ?? ''
}

/** Runs a recipe against a service in which the build of the commit ended with that status. */
async function run(
  name: string,
  status: string,
  kind: 'keys' | 'token',
): Promise<RecipeRun & { summary: string }> {
  using workplace = createWorkplace()
  const endedMs = Date.now() - MINUTE_MS
  const times = { createdMs: endedMs - MINUTE_MS, startedMs: endedMs - MINUTE_MS, endedMs }
  const build = { buildNo: 61, ...times, status, commit: workplace.commit, branch: 'main' }
  await using service = await startFakeService({ jobs: [{ jobId: JOB_ID, builds: [build] }] })
  const hasKeys = kind === 'keys'
  const recipe = RECIPES[name]?.({
    accessKey: hasKeys ? accessKey : '',
    secretKey: hasKeys ? secretKey : '',
    commit: workplace.commit,
  })
  if (recipe === undefined) throw new Error(`There is no recipe of ${name}`)
  const more = { INPUT_ENDPOINT: service.url, ...(hasKeys ? {} : { INPUT_TOKEN: TOKEN }) }
  const ended = await workplace.run({ ...recipe, variables: { ...recipe.variables, ...more } })
  expect(service.requests.length).toBeGreaterThan(0)
  const { GITHUB_STEP_SUMMARY: file } = recipe.variables
  const summary = file === undefined ? '' : readFileSync(join(workplace.folder, file), 'utf8')
  return { ...ended, summary }
}

/** @returns the pieces of a secret that a text has. */
function piecesIn(text: string, secret: string): string[] {
  return Array.from({ length: secret.length - PIECE_CHARACTERS + 1 }, (_, at) =>
    secret.slice(at, at + PIECE_CHARACTERS),
  ).filter(piece => text.includes(piece))
}

describe.each(Object.keys(RECIPES))('the recipe of %s', name => {
  describe.each(['keys', 'token'] as const)('with %s', kind => {
    test.each([
      ['SUCCESS', 0, 'passes'],
      ['FAILURE', 1, 'failed'],
    ])('a build that ended in %s exits %i', async (status, exitCode, word) => {
      const ended = await run(name, status, kind)
      expect(ended).toMatchObject({ exitCode })
      expect(ended.stdout).toContain(`Build 61 of job ${JOB_ID} ${word}`)
      const said = ended.stdout + ended.stderr
      for (const secret of [TOKEN, accessKey, secretKey]) expect(piecesIn(said, secret)).toEqual([])
      // A command that no runner reads would hide nothing.
      expect(said).not.toMatch(/^::/m)
    })
  })
})

test('the recipe of GitLab CI leaves the summary as an artifact', async () => {
  const { summary } = await run('GitLab CI', 'FAILURE', 'keys')
  expect(summary).toContain('CodeArts Build Gate: the build failed')
})
