import { buildKey } from './builds.ts'
import { noSuchApi, noSuchBuild, serviceError } from './errors.ts'
import type { ApiVersion } from './exchange.ts'
import type { Route } from './router.ts'

/** `ShowRecordInfo` (v3), `ShowJobBuildRecordDetail` (v1) and `ShowRecordDetail` (v4): one build record. */
export const RECORD_INFO_ROUTES: readonly Route[] = [
  recordInfo('v3', /^\/v3\/jobs\/(?<jobId>[^/]+)\/(?<buildNo>[^/]+)\/record-info$/),
  recordInfo('v1', /^\/v1\/record\/(?<jobId>[^/]+)\/(?<buildNo>[^/]+)\/record-info$/),
  recordInfo('v4', /^\/v4\/jobs\/(?<jobId>[^/]+)\/(?<buildNo>[^/]+)\/record-info$/),
]

const LARGEST_BUILD_NO = 2_147_483_647

function recordInfo(version: ApiVersion, pattern: RegExp): Route {
  return {
    method: 'GET',
    pattern,
    handle(request, { jobId = '', buildNo = '' }, builds) {
      if (!/^[0-9a-z]{32}$/.test(jobId)) return serviceError(400, 'CB.00060201', 'Invalid task ID')()
      if (!isBuildNo(buildNo)) return serviceError(400, 'CB.00060200', 'Invalid param')()
      const build = builds.get(buildKey(jobId, buildNo))
      if (build === undefined) return noSuchBuild(request, version)
      return build.isIn(version) ? build.nextReply()(request, version) : noSuchApi(request)
    },
  }
}

function isBuildNo(text: string): boolean {
  return /^[1-9][0-9]*$/.test(text) && Number(text) <= LARGEST_BUILD_NO
}
