import { json } from './exchange.ts'
import type { Answer, ApiVersion } from './exchange.ts'

/** A build record as it is sent: scenarios may put anything into it. */
export type WireRecord = Readonly<Record<string, unknown>>

const FINISHED_BUILD = {
  id: '5f0c6a4e-2d71-4b83-9a35-0c1e7d94b6f2',
  build_project_id: '8d2f1b60-7c4a-4e19-b3d8-6a5f09c27e41',
  build_record_id: 'c41e9f37-05ab-4d62-8f1c-000000000001',
  parent_record_id: null,
  devcloud_project_id: '2b7f4c90e1d34a58967c0f3e5a1d8b26',
  codeci_job_id: '48c66c6002964721be537cdc6ce0297b',
  user_id: '9e3a7d10c5b24f68a1f0b47c2d6e8593',
  build_no: 1,
  daily_build_num: '20261124.3',
  execution_id: 'j_Qm4xT7vK',
  repo_name: 'storefront',
  repo_id: '2111930475',
  branch: 'main',
  tag: null,
  commit: '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d',
  commit_message: 'Keep the basket when the session is renewed',
  commit_create_time: '2026-11-24T07:58:11.000+00:00',
  trigger_type: 'MANUAL',
  build_type: 'branch',
  status: 'SUCCESS',
  domain_id: '60d3f8a2b7144c959e01c6d2f35a7b48',
  create_time: '2026-11-24T08:00:02.000+00:00',
  schedule_time: '2026-11-24T08:00:03.000+00:00',
  queued_time: '2026-11-24T08:00:03.000+00:00',
  start_time: '2026-11-24T08:00:05.000+00:00',
  runnable_time: '2026-11-24T08:00:04.000+00:00',
  finish_time: '2026-11-24T08:02:18.000+00:00',
  duration: 133204,
  record_status: null,
  use_private_slave: 0,
  region: 'cn-north-4',
  err_msg: null,
  build_config_type: 'YAML',
}

/** @returns a record with the 33 documented fields, of a build that ended in SUCCESS; the given fields replace its own. */
export function makeRecord(overrides: WireRecord = {}): WireRecord {
  return { ...FINISHED_BUILD, ...overrides }
}

/** @returns the `build_record_id` of a scenario's build, by which its stages and its log are requested. */
export function recordIdOf(buildNo: number): string {
  return `c41e9f37-05ab-4d62-8f1c-${String(buildNo).padStart(12, '0')}`
}

/** @returns the record with its names in camelCase, as one page of the service's documents has them. */
export function inCamelCase(record: WireRecord): WireRecord {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
}

/** @returns the answer that carries a record, in the envelope of that version of the API. */
export function recordAnswer(record: unknown, version: ApiVersion): Answer {
  return version === 'v3'
    ? json(200, { success: true, result: record })
    : json(200, { result: record, error: null, status: 'success' })
}

/** @returns whether the service would accept the text as a `build_record_id`. */
export function isRecordId(text: string): boolean {
  return /^[0-9a-z-]{36}$/.test(text)
}
