import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readPage } from '../support/markdown-page.ts'
import { createWorkplace } from '../support/recipes/recipe-shell.ts'
import {
  expectStory,
  recipeIn,
  runRecipe,
  startServices,
  type Services,
} from '../support/recipes/recipe-story.ts'
import { RECIPES } from '../support/recipes/recipes.ts'

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

test('every example names its region or its endpoint', () => {
  const examples = readPage(PAGE).codeBlocks.filter(({ code }) => /job_id\b/i.test(code))
  const silent = examples.filter(({ code }) => !/\b(?:INPUT_)?(?:region|endpoint)\b/i.test(code))
  expect([examples.length > 0, silent]).toEqual([true, []])
})

test.each(Object.keys(RECIPES) as (keyof typeof RECIPES)[])(
  'the recipe of %s passes, fails and passes again in one workspace',
  async name => {
    await expectStory(name, PAGE, services)
  },
)

test.each(['any CI server', 'GitLab CI'] as const)('the recipe of %s leaves one summary', async name => {
  using workplace = createWorkplace()
  for (const service of [services.SUCCESS, services.FAILURE])
    await runRecipe(workplace, recipeIn(PAGE, name, workplace, service), service)
  expect(workplace.leftBehind().match(/^## .*/gm)).toEqual([expect.stringContaining('the build failed')])
})

describe.each(['any CI server', 'GitLab CI', 'Jenkins'] as const)('the recipe of %s in 1.1.0', name => {
  test.each([
    ['passes', 'SUCCESS', 0],
    ['fails', 'FAILURE', 1],
  ] as const)('%s for %s', async (_, status, exitCode) => {
    using workplace = createWorkplace()
    const service = services[status]
    const ended = await runRecipe(workplace, recipeIn(EARLIER_PAGE, name, workplace, service), service)
    expect([ended.exitCode, ended.hasGoneOn]).toEqual([exitCode, exitCode === 0])
  })
})
