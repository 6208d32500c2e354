// Hands whatever may come to the parts that read it, and looks for what must never be: `npm run fuzz -- --seconds N`.
//   --seconds N   how long to look, in all; 60 when left out
//   --seed N      begins where a find began
//   --only NAME   one target alone
// A find is printed with the smallest input that shows it; it becomes a test. (jazzer.js 4, which would be led by coverage,
// ships a program that wants glibc 2.38, and Debian 12 has 2.36; its older versions fetch theirs from outside of npm.)
// The last line counts: `N passed, N failed`.
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { INPUT_READER } from './inputs.ts'
import { JSON_PARSER } from './json.ts'
import { REDACTION } from './secrets.ts'
import { SIGNER } from './signer.ts'
import type { Target } from './target.ts'
import { NEUTRALISER } from './text.ts'
import { ANSWER_READER } from './verdict.ts'

const TARGETS: readonly Target[] = [JSON_PARSER, ANSWER_READER, NEUTRALISER, INPUT_READER, REDACTION, SIGNER]

/** Inputs between two looks at the clock. */
const ROUND = 500

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
})
const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only)
if (targets.length === 0) throw new Error(`--only takes one of ${TARGETS.map(({ name }) => name).join(', ')}`)

const finds = targets.filter(
  target => !holds(target, wholeNumber('seconds', values.seconds) / targets.length),
)
console.log(`\n${targets.length - finds.length} passed, ${finds.length} failed`)
if (finds.length > 0) process.exitCode = 1

/** @returns whether no input was found within that time that breaks the target. */
function holds({ name, property }: Target, seconds: number): boolean {
  const endMs = performance.now() + seconds * 1_000
  let seed = values.seed === undefined ? Date.now() % 2 ** 31 : wholeNumber('seed', values.seed)
  let inputs = 0
  do {
    const details = fc.check(property, { seed, numRuns: ROUND })
    inputs += details.numRuns
    if (details.failed) {
      console.log(`FAILED  ${name}, after ${inputs} inputs, with --only ${name} --seed ${seed}`)
      console.log(fc.defaultReportMessage(details))
      return false
    }
    seed = (seed + 1) % 2 ** 31
  } while (performance.now() < endMs)
  console.log(`ok  ${name}: ${inputs} inputs`)
  return true
}

function wholeNumber(name: string, text: string): number {
  if (!/^[0-9]{1,10}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}"`)
  return Number(text)
}
