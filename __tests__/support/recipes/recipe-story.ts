import { expect } from '@jest/globals'
import { ACCESS_KEYS } from '../../../tools/fake-service/access-keys.ts'
import { startServiceWith, type RegionalService } from '../servers/regional-service.ts'
import { createWorkplace, type RecipeRun, type Trouble, type Workplace } from './recipe-shell.ts'
import { RECIPES, type Recipe } from './recipes.ts'

const JOB_ID = 'cb5fa20de5fd4cf8be681d4bd6fdd2f6'
const { accessKey, secretKey } = ACCESS_KEYS.valid
/** Short enough that hardly any part of a secret could slip through, long enough to be in no other text. */
const PIECE_CHARACTERS = 6
/** What a job that comes after the gate prints. */
const NEXT_JOB = 'The next job runs'
/** What a person would take for a pass. */
const PASS = /passes|✅/

/** Services in which the build of a commit ended in each way. */
export interface Services extends AsyncDisposable {
  readonly SUCCESS: RegionalService
  readonly FAILURE: RegionalService
}

/** Starts services for the commit of a workplace; every workplace with the same files has the same. */
export async function startServices({ commit }: Workplace): Promise<Services> {
  const [SUCCESS, FAILURE] = await Promise.all(
    (['SUCCESS', 'FAILURE'] as const).map(status => startServiceWith(JOB_ID, commit, status)),
  )
  if (SUCCESS === undefined || FAILURE === undefined) throw new Error('A service did not start')
  return {
    SUCCESS,
    FAILURE,
    async [Symbol.asyncDispose]() {
      await Promise.all([SUCCESS, FAILURE].map(service => service[Symbol.asyncDispose]()))
    },
  }
}

/** @returns the recipe of a page, with the commit that is checked out, and with credentials that the service knows. */
export function recipeIn(
  page: string,
  name: keyof typeof RECIPES,
  { commit }: Workplace,
  { idToken }: RegionalService,
): Recipe {
  return RECIPES[name](page, { accessKey, secretKey, commit, idToken })
}

/** Runs a recipe and, behind it, what a next job would run. */
export async function runRecipe(
  workplace: Workplace,
  recipe: Recipe,
  service: RegionalService,
  trouble?: Trouble,
): Promise<RecipeRun & { hasGoneOn: boolean }> {
  const before = service.requests.length
  const script = `${recipe.script}\necho '${NEXT_JOB}'\n`
  const variables = { ...recipe.variables, ...service.variables }
  const ended = await workplace.run([...recipe.shell, '-c', script], variables, trouble)
  expect(service.requests.length > before).toBe(trouble === undefined)
  return { ...ended, hasGoneOn: ended.stdout.includes(NEXT_JOB) }
}

/**
 * A recipe passes, fails and passes again in one workspace, and nothing of a pass is left to see; it never runs an old copy.
 * @param shell the shell with its options, in place of the CI server's.
 */
export async function expectStory(
  name: keyof typeof RECIPES,
  page: string,
  services: Services,
  shell?: Recipe['shell'],
): Promise<void> {
  using workplace = createWorkplace()
  const start = (status: 'SUCCESS' | 'FAILURE', trouble?: Trouble) => {
    const recipe = recipeIn(page, name, workplace, services[status])
    return runRecipe(workplace, { ...recipe, shell: shell ?? recipe.shell }, services[status], trouble)
  }
  for (const status of ['SUCCESS', 'FAILURE', 'SUCCESS'] as const) {
    const isSuccess = status === 'SUCCESS'
    const { exitCode, stdout, stderr, hasGoneOn } = await start(status)
    // Besides the lines that `-x` shows, nobody has anything to say.
    expect([exitCode === 0, hasGoneOn, stderr.replace(/^\+.*\n/gm, '')]).toEqual([isSuccess, isSuccess, ''])
    for (const secret of [accessKey, secretKey, services[status].idToken])
      expect(piecesIn(stdout + stderr, secret)).toEqual([])
    // A command that no runner reads would hide nothing.
    expect(stdout).not.toMatch(/^::/m)
    if (!isSuccess) expect(stdout + workplace.leftBehind()).not.toMatch(PASS)
  }
  for (const trouble of ['clone fails', 'rm fails'] as const) {
    const { exitCode, stdout } = await start('SUCCESS', trouble)
    expect([trouble, exitCode === 0, stdout]).toEqual([trouble, false, ''])
    // What `rm` cannot remove is left.
    if (trouble === 'clone fails') expect(workplace.leftBehind()).not.toMatch(PASS)
  }
}

/** @returns the pieces of a secret that a text has. */
function piecesIn(text: string, secret: string): string[] {
  return Array.from({ length: secret.length - PIECE_CHARACTERS + 1 }, (_, at) =>
    secret.slice(at, at + PIECE_CHARACTERS),
  ).filter(piece => text.includes(piece))
}
