import { isJsonObject } from '../json.ts'
import { noSuchBuild, serviceError } from './errors.ts'
import { json, type Answer } from './exchange.ts'
import type { Job, NowMs } from './job.ts'
import type { Route } from './router.ts'
import type { TimedBuild } from './timed-build.ts'

/** When builds were stopped, by `stopKey`: milliseconds since 1970. */
export type Stops = Map<string, number>

/** @returns the key of a build among those that were stopped. */
function stopKey(jobId: string, buildNo: number): string {
  return `${jobId}/${buildNo}`
}

/** @returns a build as it is since it was stopped. */
export function afterStop(jobId: string, build: TimedBuild, stops: Stops): TimedBuild {
  const stoppedMs = stops.get(stopKey(jobId, build.buildNo))
  if (stoppedMs === undefined) return build
  return { ...build, startedMs: Math.min(build.startedMs, stoppedMs), endedMs: stoppedMs, status: 'ABORTED' }
}

/** `StopTheJob`: the build ends at once. Source: its page (API reference, section 9b); a finished one is refused (3.2). */
export function stopJobRoute(jobs: readonly Job[], nowMs: NowMs, stops: Stops): Route {
  return {
    method: 'POST',
    pattern: /^\/v1\/job\/(?<jobId>[^/]+)\/stop$/,
    handle(request, { jobId = '' }) {
      const buildNo = buildNoIn(request.body)
      if (buildNo === undefined) return serviceError(400, 'CB.00060200', 'Invalid param')()
      const job = jobs.find(known => known.jobId === jobId)
      const build = job?.builds.find(known => known.buildNo === buildNo && known.createdMs <= nowMs())
      if (job === undefined || build === undefined) return noSuchBuild(request, 'v1')
      if (job.stop === 'hangs') return { status: 200, body: never() }
      if (job.stop === 'refuses') return serviceError(403, 'CB.00060302', 'No permission to stop the build')()
      if (build.endedMs <= nowMs())
        return serviceError(400, 'DEV.CB.032302', 'The task status has been refreshed')()
      stops.set(stopKey(jobId, buildNo), nowMs())
      return stopped
    },
  }
}

const stopped: Answer = json(200, { status: 'success' })

function buildNoIn(body: string): number | undefined {
  try {
    const order: unknown = JSON.parse(body)
    const buildNo = isJsonObject(order) ? order['build_no'] : undefined
    return typeof buildNo === 'number' && Number.isInteger(buildNo) ? buildNo : undefined
  } catch {
    return undefined
  }
}

/** A body of which nothing ever comes: the head of the answer goes out with its first piece. */
async function* never(): AsyncGenerator<Uint8Array> {
  await new Promise(() => undefined)
  yield new Uint8Array()
}
