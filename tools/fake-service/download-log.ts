import { recordKey } from './builds.ts'
import { noSuchBuild, serviceError } from './errors.ts'
import { isRecordId } from './record.ts'
import type { Route } from './router.ts'

/** `DownloadBuildFullLog`: the whole log of one build, as a file. */
export const DOWNLOAD_LOG_ROUTE: Route = {
  method: 'GET',
  pattern: /^\/v1\/log\/(?<recordId>[^/]+)\/download-log$/,
  handle(request, { recordId = '' }, builds) {
    if (!isRecordId(recordId)) return serviceError(400, 'CB.00060200', 'Invalid param')()
    return (builds.get(recordKey(recordId))?.log ?? noSuchBuild)(request, 'v1')
  },
}
