import type { Problem } from './codearts/answer.ts'
import type { BuildId, CodeArtsBuild } from './codearts/client.ts'
import type { BuildRecord } from './codearts/record.ts'
import type { Ending } from './ending.ts'
import type { Log } from './log.ts'
import { judge, type BuildReason } from './verdict.ts'

export interface GateTools {
  readonly service: CodeArtsBuild
  readonly log: Log
  /** Called with each state of the record as it is read: outputs do not wait for the verdict. */
  readonly onRecord: (record: BuildRecord) => void
}

/** The whole story: read the build's record, and judge it. */
export async function runGate(build: BuildId, { service, log, onRecord }: GateTools): Promise<Ending> {
  const look = await service.readRecord(build)
  if (!look.ok) return unread(build, look.problem)

  const { record, apiVersion } = look
  onRecord(record)
  log.info(
    `Build ${build.buildNo} of job ${build.jobId} has the status ${statusOf(record)} (read through API ${apiVersion})`,
  )
  const verdict = judge(record)
  const advice = verdict.reason === 'success' ? undefined : ADVICE[verdict.reason]
  return {
    ...verdict,
    record,
    warnings: identityWarnings(build, record),
    sentence:
      `Build ${build.buildNo} of job ${build.jobId} ${OUTCOME[verdict.reason]}: its status is ${statusOf(record)}` +
      `${verdict.success ? '' : sourceOf(record)}; commit: not checked; branch: not checked${advice === undefined ? '' : `; ${advice}`}`,
    ...(advice === undefined ? {} : { advice }),
  }
}

const OUTCOME: Readonly<Record<BuildReason, string>> = {
  success: 'passes',
  failed: 'failed',
  aborted: 'was aborted',
  timed_out: 'timed out in CodeArts',
  running: 'is not over',
  unknown_status: 'ended with a status that is not known',
}

const ADVICE: Readonly<Record<Exclude<BuildReason, 'success'>, string>> = {
  failed: 'see the log of the build in CodeArts, mend it and build again',
  aborted: 'run the build again in CodeArts',
  timed_out: 'see the log of the build in CodeArts, and run it again',
  running: 'run this step when the build is over',
  unknown_status: 'only SUCCESS passes: see the build in CodeArts',
}

function unread({ jobId, buildNo }: BuildId, { reason, cameBack, hint }: Problem): Ending {
  const sentence = `Asked for build ${buildNo} of job ${jobId}: ${cameBack}; ${hint}`
  return { success: false, reason, sentence, advice: hint, warnings: [] }
}

/** The service's own published example answers with another job and build than were asked for, so this is no error. */
function identityWarnings({ jobId, buildNo }: BuildId, { fields }: BuildRecord): string[] {
  const otherJob = fields.codeci_job_id !== '' && fields.codeci_job_id !== jobId
  const otherBuild = fields.build_no !== '' && Number(fields.build_no) !== buildNo
  if (!otherJob && !otherBuild) return []
  return [
    `Asked for build ${buildNo} of job ${jobId}, and the record says that it is build ` +
      `${fields.build_no || '(none)'} of job ${fields.codeci_job_id || '(none)'}`,
  ]
}

/** @returns what was built, as far as it is known: ` (commit 7c1b9e0…, branch main)`. */
function sourceOf({ fields }: BuildRecord): string {
  const known = (['commit', 'branch'] as const).filter(name => fields[name] !== '')
  return known.length === 0 ? '' : ` (${known.map(name => `${name} ${fields[name]}`).join(', ')})`
}

function statusOf({ fields }: BuildRecord): string {
  return fields.status === '' ? '(none)' : fields.status
}
