import { recordKey } from './builds.ts'
import { noSuchBuild, serviceError } from './errors.ts'
import { isRecordId } from './record.ts'
import type { Route } from './router.ts'

/** `ShowBuildRecordFullStages`: the stages of one build. */
export const FULL_STAGES_ROUTE: Route = {
  method: 'GET',
  pattern: /^\/v1\/record\/(?<recordId>[^/]+)\/full-stages$/,
  handle(request, { recordId = '' }, builds) {
    if (!isRecordId(recordId)) return serviceError(400, 'CB.00060200', 'Invalid param')()
    return (builds.get(recordKey(recordId))?.stages ?? noSuchBuild)(request, 'v1')
  },
}
