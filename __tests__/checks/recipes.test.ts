// The recipes as they are printed, in every shell that may run them, and GitLab's in an engine that runs its pipelines.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import { createWorkplace, type Trouble } from '../support/recipe-shell.ts'
import { expectStory, recipeIn, startServices, type Services } from '../support/recipe-story.ts'
import { gitlabPipeline } from '../support/recipes.ts'

const PAGE = 'docs/recipes.md'
const GITLAB_CI_LOCAL = join(import.meta.dirname, '../../node_modules/gitlab-ci-local/dist/index.js')
const { accessKey, secretKey } = ACCESS_KEYS.valid
const KEYS = [`CODEARTS_ACCESS_KEY=${accessKey}`, `CODEARTS_SECRET_KEY=${secretKey}`].flatMap(variable => [
  '--variable',
  variable,
])

describe('scripts', () => {
  let services: Services

  beforeAll(async () => {
    using workplace = createWorkplace()
    services = await startServices(workplace)
  })

  afterAll(async () => {
    await services[Symbol.asyncDispose]()
  })

  describe.each(['any CI server', 'Jenkins', 'Azure Pipelines'] as const)('the recipe of %s', name => {
    test.each(['sh', 'sh -e', 'dash', 'dash -e', 'bash', 'bash -e'])(
      'passes, fails and passes again in one workspace: %s',
      async command => {
        using workplace = createWorkplace()
        const [shell = '', ...options] = command.split(' ')
        const recipe = { ...recipeIn(PAGE, name, workplace), shell: [shell, ...options] as const }
        await expectStory(workplace, recipe, services)
      },
    )
  })
})

test('gitlab-ci-local: the pipeline passes, fails and passes again, and deploys nothing after a failure', async () => {
  using workplace = createWorkplace({ '.gitlab-ci.yml': gitlabPipeline(PAGE) })
  await using services = await startServices(workplace)
  const run = async (status: keyof Services & string, trouble?: Trouble) => {
    const ended = await workplace.run(
      [process.execPath, GITLAB_CI_LOCAL, '--force-shell-executor', ...KEYS],
      services[status].variables,
      trouble,
    )
    const hasDeployed = ended.stdout.includes(`> Deploying ${workplace.commit}`)
    return { ...ended, hasDeployed, left: workplace.leftBehind() }
  }

  for (const status of ['SUCCESS', 'FAILURE', 'SUCCESS'] as const) {
    const isSuccess = status === 'SUCCESS'
    const { exitCode, stdout, stderr, hasDeployed, left } = await run(status)
    expect([exitCode, hasDeployed]).toEqual([isSuccess ? 0 : 1, isSuccess])
    expect(left.match(/^## .*/gm)).toEqual([
      expect.stringContaining(isSuccess ? 'the build passes' : 'the build failed'),
    ])
    for (const unwanted of ['detached HEAD', accessKey, secretKey])
      expect(stdout + stderr).not.toContain(unwanted)
  }
  const { exitCode, hasDeployed, left } = await run('SUCCESS', 'clone fails')
  expect([exitCode, hasDeployed, left.match(/^## .*/gm)]).toEqual([1, false, null])
})
