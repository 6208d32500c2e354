// The page with the words of every failure. `node __tests__/support/messages/messages-page.ts` writes it anew, with the words of the
// bundles as they are: what 1.1.0 said stays as the page has it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAILURES } from './failures.ts'
import { createFailureLab } from './print-failure.ts'

const PATH = join(import.meta.dirname, '../../../docs/development/messages.md')

/** The words of one failure. */
interface Words {
  /** Those of 1.1.0; `(as now)` would be a repetition. */
  readonly before: string
  readonly now: string
}

/** What the page has in place of an annotation where there is none. */
export const NO_ANNOTATION = '(none: the step passes)'
const NOT_IN_1_1_0 = '(was not there)'

const INTRODUCTION = `# Messages

For those who change a message: the annotation of every failure, as version 1.1.0 printed it and as it is now. \`__tests__/contract/messages.test.ts\` makes every failure happen
with the bundles in \`dist/\`, and compares. After a change, \`npm run messages\` writes this page anew: read it aloud as a whole.

The rules:

- First what is wrong, then what to do, in short sentences of plain English. Last, in brackets, the details: which build of which build task, the region and whether it is the
  default, the HTTP status, the service's code and words, request IDs, tries.
- Of one build, and of rejected inputs, the first 120 characters have no ID, status or code in them, and are enough to begin with.
- Nothing is said twice. What several versions of the API answered alike is said once, with the request ID of each.
- A _build task_ is never a _job_. Text from outside stands in quotation marks, and none within its like.
- An annotation has at most 4,000 characters as the toolkit writes it. It is cut from the details.

Ports, times, request IDs and the number of polls differ from run to run: here they are replaced.
`

/** @returns the words of every failure that the page has, by the fault. */
export function readMessages(): ReadonlyMap<string, Words> {
  const rows = readFileSync(PATH, 'utf8').matchAll(/^\| (?!Failure|---)(.+?) \| (.+) \| (.+) \|$/gm)
  return new Map(
    Array.from(rows, ([, fault = '', before = '', now = '']) => [
      fault,
      { before: plain(before), now: plain(now) },
    ]),
  )
}

/** @returns the page with these words. */
export function renderPage(messages: ReadonlyMap<string, Words>): string {
  const sections = FAILURES.map(({ title, failures }) => {
    const rows = failures.map(({ fault }) => {
      const { before = '', now = '' } = messages.get(fault) ?? {}
      return `| ${fault} | ${cell(before)} | ${cell(now)} |`
    })
    return `## ${title}\n\n| Failure | 1.1.0 | Now |\n| --- | --- | --- |\n${rows.join('\n')}\n`
  })
  return [INTRODUCTION, ...sections].join('\n')
}

/** As code: nothing in it is markup then. */
function cell(text: string): string {
  return `\`${text.replaceAll('|', '\\|').replaceAll('\n', ' ⏎ ')}\``
}

function plain(shown: string): string {
  return shown.slice(1, -1).replaceAll(' ⏎ ', '\n').replaceAll('\\|', '|')
}

async function writePage(): Promise<void> {
  const before = readMessages()
  const messages = new Map<string, Words>()
  await using lab = await createFailureLab()
  for (const failure of FAILURES.flatMap(({ failures }) => failures)) {
    const { annotation } = await lab.print(failure)
    messages.set(failure.fault, {
      before: before.get(failure.fault)?.before ?? NOT_IN_1_1_0,
      now: annotation === '' ? NO_ANNOTATION : annotation,
    })
  }
  writeFileSync(PATH, renderPage(messages))
}

if (process.argv[1] === import.meta.filename) await writePage()
