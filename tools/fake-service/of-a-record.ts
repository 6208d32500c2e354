import { recordKey } from './builds.ts'
import { noSuchBuild, serviceError } from './errors.ts'
import { isRecordId } from './record.ts'
import type { Route } from './router.ts'

/** `ShowBuildRecordFullStages`, the stages of one build, and `DownloadBuildFullLog`, its whole log as a file. */
export const RECORD_ROUTES: readonly Route[] = [
  route(/^\/v1\/record\/(?<recordId>[^/]+)\/full-stages$/, 'stages'),
  route(/^\/v1\/log\/(?<recordId>[^/]+)\/download-log$/, 'log'),
]

function route(pattern: RegExp, part: 'stages' | 'log'): Route {
  return {
    method: 'GET',
    pattern,
    handle(request, { recordId = '' }, builds) {
      if (!isRecordId(recordId)) return serviceError(400, 'CB.00060200', 'Invalid param')()
      return (builds.get(recordKey(recordId))?.[part] ?? noSuchBuild)(request, 'v1')
    },
  }
}
