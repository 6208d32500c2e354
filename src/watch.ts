import type { Expected } from './asked.ts'
import type { Clock } from './clock.ts'
import { unusable } from './codearts/answer.ts'
import type { Asking } from './codearts/ask.ts'
import type { BuildId, CodeArtsBuild, Look } from './codearts/client.ts'
import type { BuildRecord } from './codearts/record.ts'
import { ageOf, expectationFrom, outlookFor, type Expectation } from './expectation.ts'
import { KnownIdentity, strangerIn, type SeenBuild } from './identity.ts'
import type { Log } from './log.ts'
import { judge } from './verdict.ts'
import type { Sight, Wait, WaitEnd } from './wait.ts'
import { statusOf } from './words.ts'

export interface WatchTools {
  readonly clock: Clock
  readonly service: CodeArtsBuild
  readonly log: Log
  /** Called with each state of the record as it is read: outputs do not wait for the verdict. */
  readonly onRecord: (record: BuildRecord) => void
}

/** A build to watch. */
export interface Watched extends BuildId {
  readonly expected: Expected
  /** Whether the action found the number itself: nobody but the record can then say which build it is. */
  readonly isFound: boolean
  /** What was seen of it while it was looked for. */
  readonly seen?: SeenBuild | undefined
}

/** Reads a build until it is over, or known to be the wrong one. @returns its record as it was last read. */
export function watchBuild(build: Watched, wait: Wait, tools: WatchTools): Promise<WaitEnd<BuildRecord>> {
  const identity = build.seen?.identity ?? new KnownIdentity()
  let firstLook = build.seen?.look
  let last: BuildRecord | undefined
  let expectation: Expectation | undefined
  let hasGuide = false

  const see = async (asking: Asking): Promise<Sight<BuildRecord>> => {
    const look: Look = firstLook ?? (await tools.service.readRecord(build, asking))
    firstLook = undefined
    if (!look.ok) return { kind: 'problem', value: look }
    const { record, apiVersion } = look
    const stranger = (build.isFound ? strangerIn(build, record) : undefined) ?? identity.changeIn(record)
    if (stranger !== undefined) return { kind: 'problem', value: unusable(stranger) }
    if (JSON.stringify(record.whole) !== JSON.stringify(last?.whole)) tools.onRecord(record)
    const line = `${named(build)} has the status ${statusOf(record)} (read through API ${apiVersion})`
    if (last === undefined) tools.log.info(line)
    else tools.log.debug(line)
    last = record

    if (judge(record, build.expected).reason !== 'running') {
      return { kind: 'over', value: record, state: statusOf(record) }
    }
    if (!hasGuide && wait.patience !== undefined) {
      hasGuide = true
      expectation = await readGuide(build, asking, tools)
    }
    return stillGoing(look, wait, expectation)
  }
  return wait.until(`build ${build.buildNo}`, see)
}

/** A verdict is not kept waiting for a guess. */
const MAX_GUIDE_MS = 2_000

/** One request for the build before, forgiven if it fails: it only makes the wait shorter. */
async function readGuide(
  { jobId, buildNo }: BuildId,
  { signal }: Asking,
  { service, log, clock }: WatchTools,
): Promise<Expectation | undefined> {
  if (buildNo === 1) return undefined
  const timeUp = new AbortController()
  const takeBack = clock.after(MAX_GUIDE_MS, () => {
    timeUp.abort()
  })
  const asking = { maxTries: 1, signal: AbortSignal.any([signal, timeUp.signal]) }
  const look = await service.readRecord({ jobId, buildNo: buildNo - 1 }, asking)
  takeBack()
  if (look.ok) return expectationFrom(look.record, buildNo - 1)
  log.debug(`How long the build will take is not known, because ${look.problem.cameBack}`)
  return undefined
}

function stillGoing(
  { record, dateMs }: Extract<Look, { ok: true }>,
  wait: Wait,
  expectation: Expectation | undefined,
): Sight<BuildRecord> {
  const ageMs = ageOf(record, dateMs) ?? wait.elapsedMs
  // A build that is still queued has its whole duration ahead of it.
  const isStarted = record.fields.start_time !== ''
  const expectedMs = isStarted ? expectation?.durationMs : undefined
  return {
    kind: 'going',
    value: record,
    state: statusOf(record),
    outlook: isStarted ? outlookFor(ageMs, expectation) : '',
    pauseMs: wait.pauseAtAge(ageMs, expectedMs),
  }
}

function named({ jobId, buildNo }: BuildId): string {
  return `Build ${buildNo} of job ${jobId}`
}
