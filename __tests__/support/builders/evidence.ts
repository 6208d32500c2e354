import type { ApiVersion } from '../../../src/codearts/client.ts'
import { Evidence } from '../../../src/gate/evidence.ts'
import type { BuildRecord } from '../../../src/codearts/record.ts'
import { JOB_ID } from './passing-build.ts'

/** What a test may say of the account of a run; by default it is on the build of `passing-build.ts`, and v3 alone is asked. */
interface EvidenceOptions {
  readonly jobIds?: readonly string[]
  readonly apiVersions?: readonly ApiVersion[]
  readonly onRecord?: (record: BuildRecord, at: number) => void
}

/** @returns the account of a run that has read nothing yet. */
export function newEvidence({
  jobIds = [JOB_ID],
  apiVersions = ['v3'],
  onRecord = () => undefined,
}: EvidenceOptions = {}): Evidence {
  return new Evidence(jobIds, apiVersions, onRecord)
}
