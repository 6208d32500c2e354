import { RECORD_FIELDS, type BuildRecord, type RecordField } from '../codearts/record.ts'
import { setOutputs } from './output-file.ts'
import type { NamedQuery } from '../gate/build-query.ts'
import type { BuiltArtifact, GateResult, JudgedBuild, StepResult } from '../gate/reasons.ts'

/** Every output, as action.yml declares them; a test holds the two together. */
export const OUTPUT_NAMES: readonly string[] = [
  ...Object.keys(RECORD_FIELDS),
  'record',
  'success',
  'reason',
  'duration_seconds',
  'url',
  'builds',
  'artifacts',
]

/**
 * The outputs of the step. Every value is what came, byte for byte (half of a surrogate pair is written as U+FFFD), and is
 * on disk when the call returns; the last value of a name wins. `success` is `false` in every write but that of `succeed`.
 * All methods throw an `OutputsError` when the file cannot be written.
 */
export type Outputs = ReturnType<typeof createOutputs>

/** @returns the outputs of this step; without `GITHUB_OUTPUT` there are none, and nothing is written. */
export function createOutputs() {
  let builds: readonly BuildOutput[] = []
  let artifacts: readonly BuiltArtifact[] = []
  let lastWritten: string | undefined
  let known: readonly (readonly [field: RecordField, value: string])[] = []

  const fieldsOf = (record: BuildRecord | undefined): Partial<BuildRecord['fields']> => {
    const missing = known.filter(([field]) => (record?.fields[field] ?? '') === '')
    return { ...record?.fields, ...Object.fromEntries(missing) }
  }
  const writeRecord = (record: BuildRecord, url: string): void => {
    const json = JSON.stringify(record.whole)
    if (json === lastWritten) return
    const duration_seconds = secondsOf(record.fields.duration)
    setOutputs({ ...fieldsOf(record), record: json, duration_seconds, url })
    lastWritten = json
  }
  const toJSON = (): string =>
    JSON.stringify(builds.map(build => entryOf(build, fieldsOf(build.result.record))))

  return {
    /** Takes the builds that the gate is on; until then there is none. */
    setBuilds: (queries: readonly NamedQuery[]): void => {
      builds = queries.map(({ name, jobId, url }) => ({ name, jobId, url, result: CRASHED }))
    },
    /** Takes what is known of the one build without its record: it stands where the record has nothing. */
    setKnown: (fields: Partial<Record<RecordField, string>>): void => {
      known = Object.entries(fields) as [RecordField, string][]
    },
    /**
     * Takes a record. Of one build alone the first is written at once; a later one is kept until `setResult`, so that a
     * wait in which the record changes at each poll writes two records and not thousands. Of several builds none is written
     * before it is known which one decides.
     * @param at the place of the build, from 0.
     */
    setRecord: (record: BuildRecord, at: number): void => {
      const build = builds[at]
      if (build === undefined) throw new Error(`there is no build ${at}`)
      builds = builds.with(at, { ...build, result: { ...build.result, record } })
      if (builds.length === 1 && lastWritten === undefined) writeRecord(record, build.url)
    },
    /** Writes the record of the build that decided and the reason, and `builds` and `artifacts` unless `succeed` will. */
    setResult: (result: StepResult): void => {
      builds = result.builds
      artifacts = result.artifacts ?? []
      const { success, record, reason, url } = result
      if (record !== undefined) writeRecord(record, url)
      setOutputs({ reason, url, ...(success ? {} : { builds: toJSON(), artifacts: '[]' }) })
    },
    /** Writes the reason `internal_error`, and the builds as they were last seen. */
    setCrash: (): void => {
      builds = builds.map(build => ({ ...build, result: { ...build.result, ...CRASHED } }))
      const [only, ...others] = builds
      const { url, result } = only !== undefined && others.length === 0 ? only : NO_BUILD
      if (result.record !== undefined) writeRecord(result.record, url)
      setOutputs({ reason: 'internal_error', url, builds: toJSON(), artifacts: '[]' })
    },
    /** Sets `artifacts` and `builds`, and then `success` to `true`: the very last write. */
    succeed: (): void => {
      setOutputs({ artifacts: JSON.stringify(artifacts), builds: toJSON() })
      setOutputs({ success: 'true' })
    },
  }
}

/** One build of the output `builds`. */
interface BuildOutput extends Pick<JudgedBuild, 'name' | 'jobId' | 'url'> {
  readonly result: Pick<GateResult, 'success' | 'reason' | 'record'>
}

/** What is said of a build until it has a result. */
const CRASHED = { success: false, reason: 'internal_error' } as const

const NO_BUILD: Pick<BuildOutput, 'url' | 'result'> = { url: '', result: CRASHED }

/** @returns a build as contract section 6 has it: `success` is a boolean, every other value as the output of its name. */
function entryOf(
  { name, jobId, url, result: { success, reason } }: BuildOutput,
  fields: Partial<BuildRecord['fields']>,
) {
  const { build_no = '', status = '', commit = '', branch = '', tag = '' } = fields
  const { duration = '', daily_build_num = '' } = fields
  const duration_seconds = secondsOf(duration)
  const seen = { status, commit, branch, tag, duration, duration_seconds, daily_build_num }
  return { name, job_id: jobId, build_no, success, reason, ...seen, url }
}

/**
 * @param durationMs milliseconds, as the service gives a duration (its published example says 100068 of a build that took
 * 100 s): a decimal number as text. Any other text is none.
 * @returns the duration in seconds as a decimal number without an exponent, to the microsecond; empty for none.
 */
export function secondsOf(durationMs: string): string {
  if (!/^-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?$/i.test(durationMs)) return ''
  const seconds = Number(durationMs) / 1_000
  return Math.abs(seconds) < 1e15 ? seconds.toFixed(6).replace(/\.?0+$/, '') : ''
}
