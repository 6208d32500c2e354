import { buildKey } from './builds.ts'
import { noSuchBuild, serviceError } from './errors.ts'
import { json } from './exchange.ts'
import type { Route } from './router.ts'

/** `ShowReportSummary`: the results of the unit tests of one build. */
export const REPORT_SUMMARY_ROUTE: Route = {
  method: 'GET',
  pattern: /^\/v1\/report\/(?<jobId>[^/]+)\/summary$/,
  handle(request, { jobId = '' }, builds) {
    const buildNo = request.query.get('build_no')
    if (buildNo === null) return serviceError(400, 'CB.00060200', 'Invalid param')()
    const build = builds.get(buildKey(jobId, buildNo))
    if (build === undefined) return noSuchBuild(request, 'v1')
    return (
      build.tests?.(request, 'v1') ??
      json(200, { result: { summary: null, sub_summarys: [] }, error: null, status: 'success' })
    )
  },
}
