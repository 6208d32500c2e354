// The recipes as they are printed, in every shell that may run them, and GitLab's in an engine that runs its pipelines.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ACCESS_KEYS } from '../../tools/fake-service/access-keys.ts'
import type { RegionalService } from '../support/servers/regional-service.ts'
import { createWorkplace, type Trouble, type Workplace } from '../support/recipes/recipe-shell.ts'
import { expectStory, recipeIn, startServices, type Services } from '../support/recipes/recipe-story.ts'
import { gitlabPipeline, keylessPipeline } from '../support/recipes/recipes.ts'

const PAGE = 'docs/recipes.md'
const GITLAB_CI_LOCAL = join(import.meta.dirname, '../../node_modules/gitlab-ci-local/dist/index.js')
const { accessKey, secretKey } = ACCESS_KEYS.valid

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
        const [shell = '', ...options] = command.split(' ')
        await expectStory(name, PAGE, services, [shell, ...options])
      },
    )
  })
})

describe('gitlab-ci-local', () => {
  /** Runs a pipeline as it is printed, and says whether its last job ran, and what the workspace holds then. */
  async function run(
    workplace: Workplace,
    service: RegionalService,
    variables: Readonly<Record<string, string>>,
    trouble?: Trouble,
  ) {
    const given = Object.entries(variables).flatMap(([name, value]) => ['--variable', `${name}=${value}`])
    const ended = await workplace.run(
      [process.execPath, GITLAB_CI_LOCAL, '--force-shell-executor', ...given],
      service.variables,
      trouble,
    )
    const summaries = workplace.leftBehind().match(/^## .*/gm)
    return { ...ended, summaries, hasDeployed: ended.stdout.includes(`> Deploying ${workplace.commit}`) }
  }

  test('the pipeline passes, fails and passes again, and deploys nothing after a failure', async () => {
    using workplace = createWorkplace({ '.gitlab-ci.yml': gitlabPipeline(PAGE) })
    await using services = await startServices(workplace)
    const keys = { CODEARTS_ACCESS_KEY: accessKey, CODEARTS_SECRET_KEY: secretKey }
    for (const status of ['SUCCESS', 'FAILURE', 'SUCCESS'] as const) {
      const ended = await run(workplace, services[status], keys)
      const [exitCode, heading] = status === 'SUCCESS' ? [0, 'the build passes'] : [1, 'the build failed']
      expect([ended.exitCode, ended.hasDeployed]).toEqual([exitCode, exitCode === 0])
      expect(ended.summaries).toEqual([expect.stringContaining(heading)])
      for (const unwanted of ['detached HEAD', accessKey, secretKey])
        expect(ended.stdout + ended.stderr).not.toContain(unwanted)
    }
    const { exitCode, hasDeployed, summaries } = await run(workplace, services.SUCCESS, keys, 'clone fails')
    expect([exitCode, hasDeployed, summaries]).toEqual([1, false, null])
  })

  test('the keyless pipeline passes', async () => {
    using workplace = createWorkplace({ '.gitlab-ci.yml': keylessPipeline(PAGE) })
    await using services = await startServices(workplace)
    const service = services.SUCCESS
    const { variables } = recipeIn(PAGE, 'GitLab CI, keyless', workplace, service)
    const {
      INPUT_OIDC_TOKEN: token = '',
      INPUT_OIDC_PROVIDER_URN: urn = '',
      INPUT_OIDC_AGENCY_URN: agency = '',
    } = variables
    const { exitCode, hasDeployed } = await run(workplace, service, {
      INPUT_OIDC_TOKEN: token,
      INPUT_OIDC_PROVIDER_URN: urn,
      INPUT_OIDC_AGENCY_URN: agency,
    })
    expect([exitCode, hasDeployed]).toEqual([0, true])
  })
})
