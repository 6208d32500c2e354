import { buildKey } from './builds.ts'
import { noSuchBuild } from './errors.ts'
import { json, type Answer, type ApiVersion } from './exchange.ts'
import type { Route } from './router.ts'

/** `ShowNewOutput` (v1) and `ShowOutputInfo` (v3): what one build made. */
export const OUTPUT_ROUTES: readonly Route[] = [
  output('v1', /^\/v1\/job\/(?<jobId>[^/]+)\/(?<buildNo>[^/]+)\/output$/),
  output('v3', /^\/v3\/jobs\/(?<jobId>[^/]+)\/(?<buildNo>[^/]+)\/output-info$/),
]

/** @returns the answer of a list of artifacts, which the service documents as maps; without any, of a build that made none. */
export function outputAnswer(
  result: unknown = { package_info: null, package_infos: {}, image_infos: {} },
): Answer {
  return json(200, { result, error: null, status: 'success' })
}

function output(version: ApiVersion, pattern: RegExp): Route {
  return {
    method: 'GET',
    pattern,
    handle(request, { jobId = '', buildNo = '' }, builds) {
      const build = builds.get(buildKey(jobId, buildNo))
      if (build === undefined) return noSuchBuild(request, version)
      return build.outputs?.(request, version) ?? outputAnswer()
    },
  }
}
