import { createHash } from 'node:crypto'
import type { ApiVersion, BuildId, ServiceAccount } from '../codearts/client.ts'
import { buildNoOf } from '../codearts/json.ts'
import type { BuildRecord, RecordField } from '../codearts/record.ts'
import { message, quote, type Message } from '../util/message.ts'

/** The fields that name one build, and never change. */
const IDENTITY_FIELDS = [
  'codeci_job_id',
  'build_no',
  'build_record_id',
  'id',
] as const satisfies RecordField[]

/** Those of them that no two builds have in common. */
const UNIQUE_FIELDS = ['build_record_id', 'id'] as const satisfies RecordField[]

type Identity = Map<RecordField, string>

/** A value of a record is as long as an answer may be, and a search reads some hundred records for each build. */
const MAX_KEPT_CHARACTERS = 100

/** @returns a value for comparisons: itself, or its hash where it is long. */
function keyOf(value: string): string {
  return value.length <= MAX_KEPT_CHARACTERS ? value : createHash('sha256').update(value).digest('hex')
}

/** What has come for one build of the gate. */
interface Line {
  readonly jobId: string
  /** Whether the service has answered for it, if only that there is no such build. */
  hasAnswer: boolean
  /** Whether the service has given a record or a list of it. */
  isGiven: boolean
  /** The version of the API that gave a record of it. */
  apiVersion?: ApiVersion
  /** The identity of every build of the task whose record came, by its number: the earliest known value of each field. */
  readonly identities: Map<number, Identity>
  /** The record of the build that is judged, as it was last read. */
  record?: BuildRecord
  /** Why none of its records is its own, a clause. */
  dispute?: Message
}

/**
 * What a run has read, in one account: for each build of the gate whether the service has answered for it and which records
 * came, and which versions of the API are not there. A record counts as evidence for one build alone (contract section 3).
 */
export class Evidence implements ServiceAccount {
  readonly #lines: readonly Line[]
  readonly #apiVersions: readonly ApiVersion[]
  readonly #onRecord: (record: BuildRecord, at: number) => void
  readonly #missingApis = new Set<ApiVersion>()
  #hasAnswered = false

  /**
   * @param jobIds the build task of each build of the gate, in the order of the input; no two are the same.
   * @param apiVersions the versions of the API that may be asked for a record, in this order.
   * @param onRecord called with the record of a build that is judged, each time that it is read.
   */
  constructor(
    jobIds: readonly string[],
    apiVersions: readonly ApiVersion[],
    onRecord: (record: BuildRecord, at: number) => void,
  ) {
    this.#lines = jobIds.map(jobId => ({ jobId, hasAnswer: false, isGiven: false, identities: new Map() }))
    this.#apiVersions = apiVersions
    this.#onRecord = onRecord
  }

  /** Whether the service has answered at all, if only that there is no such build. */
  get hasAnswered(): boolean {
    return this.#hasAnswered
  }

  /** Whether there is a record of its own for each build of the gate. */
  get isComplete(): boolean {
    return (
      this.#lines.length > 0 &&
      this.#lines.every(({ record, dispute }) => record !== undefined && dispute === undefined)
    )
  }

  versionsFor(jobId: string): readonly ApiVersion[] {
    const { apiVersion } = this.#lineOf(jobId)
    if (apiVersion !== undefined) return [apiVersion]
    const left = this.#apiVersions.filter(version => !this.#missingApis.has(version))
    return left.length === 0 ? this.#apiVersions : left
  }

  isMissing(apiVersion: ApiVersion): boolean {
    return this.#missingApis.has(apiVersion)
  }

  enterMissing(apiVersion: ApiVersion): void {
    // An API that has given a record and then disappears is a fault like any other (contract section 5).
    if (!this.#lines.some(line => line.apiVersion === apiVersion)) this.#missingApis.add(apiVersion)
  }

  enterAnswer(jobId: string): void {
    this.#hasAnswered = true
    this.#lineOf(jobId).hasAnswer = true
  }

  enterGiven(jobId: string, apiVersion?: ApiVersion): void {
    const line = this.#lineOf(jobId)
    line.isGiven = true
    if (apiVersion !== undefined) line.apiVersion = apiVersion
  }

  isGiven(jobId: string): boolean {
    return this.#lineOf(jobId).isGiven
  }

  /** @returns whether the service has answered for the build of this task. */
  hasAnswerFor(jobId: string): boolean {
    return this.#lineOf(jobId).hasAnswer
  }

  /** @returns the record of the build of this task that is judged, as it was last read. */
  recordOf(jobId: string): BuildRecord | undefined {
    return this.#lineOf(jobId).record
  }

  /** @returns why no record of this task is its own, a clause; undefined where nothing speaks against them. */
  disputeOf(jobId: string): Message | undefined {
    return this.#lineOf(jobId).dispute
  }

  /**
   * Enters the identity of a record, and compares it with all that came before. A field that one of two records lacks is
   * compared with that of any other.
   * @param isFound whether the action found the number itself: only the record can then say which build it is.
   * @returns why the record is not one of this build, a clause; undefined where it is.
   */
  objectionTo(build: BuildId, record: BuildRecord, isFound: boolean): Message | undefined {
    const line = this.#lineOf(build.jobId)
    const mismatch = isFound ? identityMismatch(build, record) : undefined
    const change = this.#changeOf(line, build.buildNo, record)
    // Looked for in any case: the other build has no record of its own either.
    const dispute = this.#dispute(line, build.buildNo, record)
    return mismatch ?? change ?? dispute ?? line.dispute
  }

  /** Takes a record of the build that is judged, to which there was no objection. */
  enterRecord(jobId: string, record: BuildRecord): void {
    const line = this.#lineOf(jobId)
    line.record = record
    this.#onRecord(record, this.#lines.indexOf(line))
  }

  #lineOf(jobId: string): Line {
    const line = this.#lines.find(one => one.jobId === jobId)
    if (line === undefined) throw new Error('the gate is not on this build task')
    return line
  }

  #changeOf(line: Line, buildNo: number, { fields }: BuildRecord): Message | undefined {
    const known: Identity = line.identities.get(buildNo) ?? new Map<RecordField, string>()
    const given = IDENTITY_FIELDS.filter(name => fields[name] !== '')
    for (const name of given) {
      const before = known.get(name)
      if (before !== undefined && before !== keyOf(fields[name]))
        return message`between two polls the ${name} of the record changed from ${quote(before, 80)} to ${quote(fields[name], 80)}`
    }
    for (const name of given) known.set(name, keyOf(fields[name]))
    line.identities.set(buildNo, known)
    return undefined
  }

  /** Looks for another build that has the same record. Where it is one of the gate, neither has a record of its own. */
  #dispute(line: Line, buildNo: number, { fields }: BuildRecord): Message | undefined {
    for (const other of this.#lines) {
      const isOther = other !== line
      const shared = UNIQUE_FIELDS.find(name =>
        // No identity has an empty field.
        Array.from(other.identities).some(
          ([no, identity]) => (isOther || no !== buildNo) && identity.get(name) === keyOf(fields[name]),
        ),
      )
      const why =
        isOther && fields.codeci_job_id === other.jobId
          ? message`the service gave a record of build task ${other.jobId} as that of build task ${line.jobId}`
          : shared &&
            message`the service gave records with the same ${shared} (${quote(fields[shared], 80)}) for two builds`
      if (why === undefined) continue
      line.dispute = why
      other.dispute = why
      return why
    }
    return undefined
  }
}

/** @returns which other build a record names, a clause; undefined if it names the requested one, or none. */
export function identityMismatch({ jobId, buildNo }: BuildId, { fields }: BuildRecord): Message | undefined {
  const isOtherJob = fields.codeci_job_id !== '' && fields.codeci_job_id !== jobId
  const isOtherBuild = fields.build_no !== '' && buildNoOf(fields.build_no.replace(/\.0+$/, '')) !== buildNo
  if (!isOtherJob && !isOtherBuild) return undefined
  const shown = (value: string) => quote(value === '' ? '(none)' : value, 80)
  return message`the record says that it is build ${shown(fields.build_no)} of build task ${shown(fields.codeci_job_id)}`
}
