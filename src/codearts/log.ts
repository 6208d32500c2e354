import type { IncomingHttpHeaders } from 'node:http'
import { withoutSgr } from '../ansi.ts'
import type { BodySink } from '../http/request.ts'
import { shorten } from '../report/text.ts'
import { readAnswer } from './answer.ts'
import { LastBytes } from './last-bytes.ts'
import { lastLines, type LogTail } from './log-lines.ts'
import { authorizedGet } from './request.ts'
import type { OneTry } from './stages.ts'

export type LogResult =
  | { readonly ok: true; readonly tail: LogTail }
  /** `why` is a clause: "the service answered HTTP 404 …". */
  | { readonly ok: false; readonly why: string }

/** A log may have hundreds of megabytes; a bigger one is not read to its end, and nothing is shown as its last lines. */
const MAX_LOG_BYTES = 512 * 1024 * 1024
/** The lines that are shown are looked for in the last mebibyte: the most that a job summary may have. */
const TAIL_BYTES = 1024 * 1024
const MAX_LINE_CHARACTERS = 1_000
/** Secrets are looked for a good deal beyond what is shown of a line, so that none is cut in two before it is found. */
const MAX_SEARCHED_CHARACTERS = 20_000

/**
 * Reads the end of a build's log, once, in constant memory: DownloadBuildFullLog. Never rejects for what the network or
 * the service does.
 * @param recordId a record's `build_record_id` that `isRecordId` accepts.
 */
export async function readLogTail(recordId: string, maxLines: number, tools: OneTry): Promise<LogResult> {
  const last = new LastBytes(TAIL_BYTES)
  const sink: BodySink = {
    // An error comes as JSON, with whatever status.
    accepts: ({ status, headers }) => status === 200 && !isJson(headers),
    take: piece => {
      last.add(piece)
      return last.total <= MAX_LOG_BYTES
    },
  }
  const authorized = await authorizedGet(tools, `/v1/log/${recordId}/download-log`, {
    signal: tools.signal,
    accept: '*/*',
  })
  if (!authorized.ok) return { ok: false, why: authorized.problem.cameBack }
  const result = await tools.http.receive(authorized.request, sink, tools.signal)
  if ('streamed' in result) {
    if (result.streamed === 'part')
      return { ok: false, why: `its end was not reached within ${size(MAX_LOG_BYTES)}` }
    const lines = lastLines(last.bytes(), last.isCut, maxLines)
    return {
      ok: true,
      tail: { lines: lines.map(line => clean(line, tools.reading.redact)), totalBytes: last.total },
    }
  }
  if (!result.ok && last.total > 0) {
    return {
      ok: false,
      why: `its end was not reached: ${result.fault.detail} after ${size(last.total)} of it`,
    }
  }
  const reading = readAnswer(result, tools.reading)
  return { ok: false, why: reading.ok ? 'the service answered with JSON instead' : reading.problem.cameBack }
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return /^\s*application\/([a-z.]+\+)?json\b/i.test(headers['content-type'] ?? '')
}

/** A secret is found whatever colours are in the middle of it; a line that has one loses its colours. */
function clean(line: string, redact: (text: string) => string): string {
  const searched = line.slice(0, MAX_SEARCHED_CHARACTERS)
  const plain = withoutSgr(searched)
  const redacted = redact(plain)
  return shorten(redacted === plain ? searched : redacted, MAX_LINE_CHARACTERS, line.length)
}

function size(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}
