import { message, type Message } from '../util/message.ts'
import { quoted } from './input-reader.ts'
import { BUILD_NO_ACCEPTS, parseBuildNo, parseJobId } from './parsers.ts'

/** One line of the input `job_id`: which build, and what the workflow calls it. */
export interface BuildLine {
  /** The ID of the job where the line gives no name. */
  readonly name: string
  readonly jobId: string
  /** The number that the line gives, or `latest`; undefined where it gives none. */
  readonly buildNo: number | 'latest' | undefined
}

/** The builds, and a problem for each line that is none: a clause. */
export interface BuildLines {
  readonly builds: readonly BuildLine[]
  readonly problems: readonly Message[]
}

/** What `job_id` accepts, for people. */
export const JOB_ID_ACCEPTS =
  'the 32 letters and digits of the build task ID, or several builds, one per line: [name: ]ID[/build_no]'
const NAME_ACCEPTS = '1 to 40 letters, digits, spaces, ., _ and -'
const MAX_BUILDS = 20

/** Reads the builds of `job_id`, one per line: `[name: ]ID[/build_no]` (contract section 6). Blank lines are ignored. */
export function parseBuildLines(text: string): BuildLines {
  const lines = text
    .split(/\r\n|[\r\n]/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (lines.length > MAX_BUILDS)
    return {
      builds: [],
      problems: [message`job_id has ${lines.length} lines: it accepts at most ${MAX_BUILDS} builds`],
    }
  const builds: BuildLine[] = []
  const problems: Message[] = []
  for (const line of lines) {
    const build = parseLine(line)
    if ('jobId' in build) builds.push(build)
    else if (lines.length === 1) problems.push(message`job_id is ${quoted(line)}: ${build}`)
    else problems.push(message`job_id has the line ${quoted(line)}: ${build}`)
  }
  return { builds, problems: [...problems, ...repeated(builds)] }
}

/** @returns the build, or why the line is none, a clause. */
function parseLine(line: string): BuildLine | Message {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon)).trim()
  const [id = '', ...rest] = line.slice(colon + 1).split('/')
  const jobId = parseJobId(id.trim())
  if (jobId === undefined) return message`it accepts ${JOB_ID_ACCEPTS}`
  if (colon >= 0 && !/^[\p{L}\p{N} ._-]{1,40}$/u.test(name)) return message`a name accepts ${NAME_ACCEPTS}`
  const number = rest.length === 0 ? undefined : parseBuildNo(rest.join('/').trim())
  if (rest.length > 0 && number === undefined)
    return message`a number after the ID accepts ${BUILD_NO_ACCEPTS}`
  return { name: name === '' ? jobId : name, jobId, buildNo: number }
}

/** @returns a problem for each name and each ID that is there twice. Letters that differ in case alone are the same name. */
function repeated(builds: readonly BuildLine[]): Message[] {
  const isTwice = (one: string, at: number, all: readonly string[]): boolean =>
    all.indexOf(one) < at && all.lastIndexOf(one) === at
  const ids = builds.map(({ jobId }) => jobId).filter(isTwice)
  const names = builds.map(({ name }) => name.normalize('NFC').toLowerCase()).filter(isTwice)
  return [
    ...ids.map(id => message`job_id has the ID ${quoted(id)} more than once: give each build once`),
    ...names
      .filter(name => !ids.some(id => id.toLowerCase() === name))
      .map(
        name =>
          message`job_id has the name ${quoted(name)} more than once (upper and lower case are the same)`,
      ),
  ]
}
