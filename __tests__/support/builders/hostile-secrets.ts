import { BUILD_NO, JOB_ID, PASSING_RECORD } from './passing-build.ts'

/**
 * Secrets that are also words of answers, of records and of requests: whoever takes them out before judging judges something
 * else. Each may be a token, an access key (no comma) or a password.
 */
export const HOSTILE_SECRETS: readonly string[] = [
  ...['error', 'success', 'status', 'result', 'commit', 'branch', 'id', 'error_code', 'err_msg'],
  ...['SUCCESS', 'FAILURE', 'true', 'null', 'main', '1', '7', '"', '{', ':'],
  ...[PASSING_RECORD.commit, PASSING_RECORD.branch, PASSING_RECORD.build_record_id, String(BUILD_NO), JOB_ID],
  'CB.00060200',
]
