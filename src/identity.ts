import type { BuildId } from './codearts/client.ts'
import type { BuildRecord, RecordField } from './codearts/record.ts'

/** What names one build for ever. */
const NAMES: readonly RecordField[] = ['codeci_job_id', 'build_no', 'build_record_id', 'id']

/** @returns what a record says instead of the job and the build that were asked for, a clause; undefined when it agrees. */
export function strangerIn({ jobId, buildNo }: BuildId, { fields }: BuildRecord): string | undefined {
  const otherJob = fields.codeci_job_id !== '' && fields.codeci_job_id !== jobId
  const otherBuild = fields.build_no !== '' && Number(fields.build_no) !== buildNo
  if (!otherJob && !otherBuild) return undefined
  return `the record says that it is build ${fields.build_no || '(none)'} of job ${fields.codeci_job_id || '(none)'}`
}

/** @returns how a later record names another build than an earlier one, a clause; undefined when both are of one build. */
export function changeOfIdentity(earlier: BuildRecord, later: BuildRecord): string | undefined {
  const name = NAMES.find(field => {
    const [before, after] = [earlier.fields[field], later.fields[field]]
    return before !== '' && after !== '' && before !== after
  })
  if (name === undefined) return undefined
  return `between two looks the record’s ${name} changed from ${earlier.fields[name]} to ${later.fields[name]}`
}
