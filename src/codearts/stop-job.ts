import { describeError } from '../util/api-error.ts'
import { CLOCK, timeLimit } from '../util/clock.ts'
import { formatDuration } from '../util/duration.ts'
import { message, type Message } from '../util/message.ts'
import type { BuildId } from './client.ts'
import { postOf } from './execute-job.ts'
import type { RequestTools } from './request-tools.ts'

/**
 * Asks the service to stop a build, once, whatever comes of it: StopTheJob of the API reference, section 9b (the SDK has the
 * number in the query, and the page of the API decides). Never rejects because of the network.
 * @param maxMs how long that may take, milliseconds.
 * @returns a sentence on what the service has said.
 */
export async function stopBuild(
  build: BuildId,
  tools: RequestTools & { readonly endpoint: URL },
  maxMs: number,
): Promise<Message> {
  const { queue, http, endpoint } = tools
  const limit = timeLimit(CLOCK, maxMs, new AbortController().signal)
  const { signal } = limit
  const response = await queue.sender({ signal, mayRepeat: () => false })<never>(
    postOf(endpoint, `/v1/job/${build.jobId}/stop`, { build_no: build.buildNo }),
    authorized => http.send(authorized, signal),
  )
  limit.end()
  if (response.ok)
    return message`Build ${build.buildNo} was asked to stop, and the service has taken the request`
  const why = limit.signal.aborted
    ? [`no answer came within ${formatDuration(maxMs)}`]
    : describeError(response.error)
  return message`Build ${build.buildNo} could not be stopped: ${why}; see it in CodeArts`
}
