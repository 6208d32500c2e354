import type { Asked, Patience } from './asked.ts'
import type { BuildRecord } from './codearts/record.ts'
import type { Ending } from './ending.ts'
import { findBuild, type FindTools } from './find.ts'
import { strangerIn } from './identity.ts'
import { judge } from './verdict.ts'
import { Wait, type WaitEnd, type WaitTools } from './wait.ts'
import { watchBuild, type Watched, type WatchTools } from './watch.ts'
import { askedWords, cancelWords, problemWords, timeoutWords, verdictWords } from './words.ts'

export interface GateTools extends FindTools, WatchTools, WaitTools {
  /** Undefined takes one look and waits for nothing. */
  readonly patience: Patience | undefined
}

/** The whole story: find the build, wait for it to end, judge it. */
export async function runGate(asked: Asked, tools: GateTools): Promise<Ending> {
  const wait = new Wait(tools.patience, tools)
  try {
    const search = await findBuild(asked, wait, tools)
    if (search.kind !== 'over') return unjudged(askedWords(asked), search, undefined, wait)
    const found = search.value
    if (!found.ok) {
      const words = problemWords(askedWords(asked), found)
      return { ...RED, ...words, reason: found.reason, warnings: wait.faultWarnings() }
    }

    const { jobId, expected } = asked
    const { buildNo, isFound, seen } = found
    const build = { jobId, buildNo, expected, isFound, seen }
    const watch = await watchBuild(build, wait, tools)
    const record = watch.kind === 'over' ? watch.value : watch.last
    const ending =
      watch.kind === 'over' ? judged(build, watch.value) : unjudged(askedWords(build), watch, record, wait)
    const strangers = record === undefined ? [] : identityWarnings(build, record)
    return { ...ending, warnings: [...strangers, ...found.warnings, ...wait.faultWarnings()] }
  } finally {
    wait.end()
  }
}

const RED = { success: false, warnings: [] } as const

function judged(build: Watched, record: BuildRecord): Ending {
  const { expected } = build
  const verdict = judge(record, expected)
  return { ...verdict, ...verdictWords(build, record, expected, verdict.reason), record, warnings: [] }
}

/** What is said of a build on which there is no verdict: an error, the limit, a cancel. */
function unjudged(
  asked: string,
  end: Exclude<WaitEnd<unknown>, { kind: 'over' }>,
  record: BuildRecord | undefined,
  wait: Wait,
): Ending {
  const warnings = wait.faultWarnings()
  if (end.kind === 'problem') {
    const { reason } = end.problem
    return { ...RED, ...problemWords(asked, end.problem), reason, record, warnings }
  }
  const wordsOf = end.kind === 'cancelled' ? cancelWords : timeoutWords
  return { ...RED, ...wordsOf(asked, record, wait), reason: end.kind, record, warnings }
}

/** The service's own published example answers with another job and build than were asked for, so this is no error. */
function identityWarnings({ jobId, buildNo, ...build }: Watched, record: BuildRecord): string[] {
  const stranger = strangerIn({ jobId, buildNo }, record)
  return stranger === undefined || build.isFound
    ? []
    : [`Asked for build ${buildNo} of job ${jobId}, and ${stranger}`]
}
