import type { BuildId, ReadLook } from './codearts/client.ts'
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

/** A build whose record was read before it is watched. */
export interface SeenBuild {
  readonly identity: KnownIdentity
  /** Its record, where it was read in the poll that found it. */
  readonly look: ReadLook | undefined
}

/** What the polls of one build have shown of its identity: the earliest known value of each name. */
export class KnownIdentity {
  readonly #values = new Map<RecordField, string>()

  /**
   * Compares a record with all records before it. A name that one of them lacks is still compared with any other.
   * @returns how the record names another build than an earlier one, a clause; undefined when it does not, and then its
   * names count from now on.
   */
  changeIn({ fields }: BuildRecord): string | undefined {
    for (const name of NAMES) {
      const known = this.#values.get(name)
      if (known !== undefined && fields[name] !== '' && fields[name] !== known)
        return `between two polls the record’s ${name} changed from ${known} to ${fields[name]}`
    }
    for (const name of NAMES) {
      if (fields[name] !== '' && !this.#values.has(name)) this.#values.set(name, fields[name])
    }
    return undefined
  }
}
