import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createWorkplace } from '../support/recipe-shell.ts'
import { expectStory, recipeIn, runRecipe, startServices, type Services } from '../support/recipe-story.ts'

// The recipes as they are printed, as their CI servers start them. `npm run check:recipes` runs them in other shells, too.

const PAGE = 'docs/recipes.md'
const EARLIER_PAGE = '__tests__/support/pages-1.1.0/docs/recipes.md'

let services: Services

beforeAll(async () => {
  using workplace = createWorkplace()
  services = await startServices(workplace)
})

afterAll(async () => {
  await services[Symbol.asyncDispose]()
})

test.each(['any CI server', 'GitLab CI', 'Jenkins', 'Azure Pipelines'] as const)(
  'the recipe of %s passes, fails and passes again in one workspace',
  async name => {
    using workplace = createWorkplace()
    await expectStory(workplace, recipeIn(PAGE, name, workplace), services)
  },
)

test.each(['any CI server', 'GitLab CI'] as const)('the recipe of %s leaves one summary', async name => {
  using workplace = createWorkplace()
  const recipe = recipeIn(PAGE, name, workplace)
  for (const status of ['SUCCESS', 'FAILURE'] as const) await runRecipe(workplace, recipe, services[status])
  expect(workplace.leftBehind().match(/^## .*/gm)).toEqual([expect.stringContaining('the build failed')])
})

describe.each(['any CI server', 'GitLab CI', 'Jenkins'] as const)('the recipe of %s in 1.1.0', name => {
  test.each([
    ['passes', 'SUCCESS', 0],
    ['fails', 'FAILURE', 1],
  ] as const)('%s for %s', async (_, status, exitCode) => {
    using workplace = createWorkplace()
    const ended = await runRecipe(workplace, recipeIn(EARLIER_PAGE, name, workplace), services[status])
    expect([ended.exitCode, ended.hasGoneOn]).toEqual([exitCode, exitCode === 0])
  })
})
