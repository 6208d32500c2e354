import type { HttpRequest } from '../http/http-client.ts'
import { CLOCK, timeLimit } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import { message, type Message } from '../util/message.ts'
import type { BuildId } from './client.ts'
import { authorize, type RequestTools } from './request-tools.ts'
import { readApiResponse } from './response.ts'

/**
 * @returns the request of StopTheJob. Source: its page (API reference, section 9b); the SDK has the number in the query, and
 * the page decides.
 */
export function stopJobRequest(endpoint: URL, { jobId, buildNo }: BuildId): HttpRequest {
  return {
    method: 'POST',
    url: new URL(`${endpoint.href.replace(/\/$/, '')}/v1/job/${jobId}/stop`),
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify({ build_no: buildNo }),
  }
}

/**
 * Asks the service to stop a build, once, whatever comes of it. Never rejects because of the network.
 * @param maxMs how long that may take, milliseconds.
 * @returns a sentence on what the service has said.
 */
export async function stopBuild(
  build: BuildId,
  tools: RequestTools & { readonly endpoint: URL },
  maxMs: number,
): Promise<Message> {
  const { credentials, http, nowMs, endpoint } = tools
  const limit = timeLimit(CLOCK, maxMs, new AbortController().signal)
  const authorized = await authorize(stopJobRequest(endpoint, build), credentials, limit.signal)
  const response = authorized.ok
    ? readApiResponse(await http.send(authorized.value, limit.signal), nowMs())
    : authorized
  limit.end()
  if (response.ok)
    return message`Build ${build.buildNo} was asked to stop, and the service has taken the request`
  const why = limit.signal.aborted
    ? [`no answer came within ${formatDuration(maxMs)}`]
    : response.error.message
  return message`Build ${build.buildNo} could not be stopped: ${why}; see it in CodeArts`
}
