/** The record that the service publishes as its example, with what it is asked for: a build that passes. */

export const JOB_ID = '68491d9bc97b4774adb93e29b46d2dc6'
export const BUILD_NO = 532

/** All 33 documented fields, as in the example, but for a commit and its message, which the example leaves null. */
export const PASSING_RECORD = {
  id: 'eb9d73c7-61b3-4823-b476-a7c00c493b8a',
  build_project_id: '31581e9f-5772-4053-a50c-d5690578c8fd',
  build_record_id: '9d6169b9-022d-458c-9dc8-48cc94cc4083',
  parent_record_id: null,
  devcloud_project_id: 'b4d3971c3988463b865f6f920846149e',
  codeci_job_id: JOB_ID,
  user_id: 'ae22fd035f354cfa8d82a3f1c8940446',
  build_no: BUILD_NO,
  daily_build_num: '20221011.29',
  execution_id: 'j_YE1bu9Z7',
  repo_name: 'maven',
  repo_id: '2111616838',
  branch: 'buildflow_env',
  tag: null,
  commit: '7f3c1c7f0a7b4f5f8a4e3f0d2b1c9e8d7a6b5c4d',
  commit_message: 'Release 1.4.2',
  commit_create_time: '2022-10-11T08:28:42.000+00:00',
  trigger_type: 'MANUAL',
  build_type: 'branch',
  status: 'SUCCESS',
  domain_id: '60021bab32fd450aa2cb89226f425e06',
  create_time: '2022-10-11T08:28:42.000+00:00',
  schedule_time: '2022-10-11T08:28:45.000+00:00',
  queued_time: '2022-10-11T08:28:45.000+00:00',
  start_time: '2022-10-11T08:28:47.000+00:00',
  runnable_time: '2022-10-11T08:16:04.000+00:00',
  finish_time: '2022-10-11T08:30:27.000+00:00',
  duration: 100_068,
  record_status: null,
  use_private_slave: 0,
  region: 'cn-north-7',
  err_msg: null,
  build_config_type: 'YAML',
} as const

/** The names of the fields, by the type that is documented for them. */
export const NUMBER_FIELDS = ['build_no', 'duration', 'use_private_slave'] as const
export const TEXT_FIELDS = Object.keys(PASSING_RECORD).filter(
  name => !(NUMBER_FIELDS as readonly string[]).includes(name),
)

/** The whole answer in the envelope of v3, and in the one of v1 and v4. */
const PASSING_ANSWER = { success: true, result: PASSING_RECORD } as const
export const PASSING_ANSWER_V1 = { status: 'success', error: null, result: PASSING_RECORD } as const

/** `PASSING_ANSWER` as the service sends it: every fault is a way of spoiling these bytes. */
export const PASSING_BODY = Buffer.from(JSON.stringify(PASSING_ANSWER))
