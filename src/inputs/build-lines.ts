import { message } from '../util/message.ts'
import { problemsOf, quoted, type Fault } from './input-reader.ts'
import { BUILD_NO } from './parsers.ts'
import { isAddress, parseBuildTask, shownTask, type BuildTask } from './task-address.ts'

/** One line of the input `job_id`: which build, and what the workflow calls it. */
export interface BuildLine extends BuildTask {
  /** The ID of the build task where the line gives no name. */
  readonly name: string
  /** The number that the line gives, or `latest`; undefined where it gives none. */
  readonly buildNo: number | 'latest' | undefined
}

const NAME_ACCEPTS = 'must give a name of 1 to 40 letters, digits, spaces, ., _ or - before the colon, not'
const MAX_BUILDS = 20

/**
 * Reads the builds of `job_id`, one per line: `[name: ]ID[/build_no]` or `[name: ]ADDRESS` (contract section 6). Blank lines
 * are ignored.
 */
export function parseBuildLines(text: string) {
  const lines = text
    .split(/\r\n|[\r\n]/)
    .map(line => line.trim())
    .filter(line => line !== '')
  if (lines.length > MAX_BUILDS)
    return {
      builds: [],
      problems: [message`job_id must list at most ${MAX_BUILDS} builds, not ${lines.length}`],
    }
  const read = lines.map(parseLine)
  const builds = read.filter(one => 'jobId' in one)
  const faults = [...read.filter(one => 'words' in one), ...repeated(builds)]
  return { builds, problems: problemsOf('job_id', faults) }
}

function parseLine(line: string): BuildLine | Fault {
  const colon = isAddress(line) ? -1 : line.indexOf(':')
  const name = line.slice(0, Math.max(0, colon)).trim()
  const what = line.slice(colon + 1).trim()
  // An address has slashes, too; a number behind one would be a page of its own.
  const slash = isAddress(what) ? -1 : what.indexOf('/')
  const task = parseBuildTask(slash < 0 ? what : what.slice(0, slash).trim())
  if ('words' in task) return slash < 0 ? task : { ...task, shown: shownTask(line) }
  if (colon >= 0 && !/^[\p{L}\p{N} ._-]{1,40}$/u.test(name))
    return { words: NAME_ACCEPTS, shown: quoted(name) }
  const buildNo = slash < 0 ? undefined : BUILD_NO.parse(what.slice(slash + 1).trim())
  if (slash >= 0 && buildNo === undefined)
    return { words: `must have ${BUILD_NO.accepts}, after the ID and /, not`, shown: quoted(line) }
  return { name: name === '' ? task.jobId : name, ...task, buildNo }
}

/** @returns a fault for each name and each ID that is there twice. Letters that differ in case alone are the same name. */
function repeated(builds: readonly BuildLine[]): Fault[] {
  const isTwice = (one: string, at: number, all: readonly string[]): boolean =>
    all.indexOf(one) < at && all.lastIndexOf(one) === at
  const ids = builds.map(({ jobId }) => jobId).filter(isTwice)
  const names = builds.map(({ name }) => name.normalize('NFC').toLowerCase()).filter(isTwice)
  const [sameId, sameName] = [
    'must list each build task once; more than once it has',
    'must give each build a name of its own, in upper or lower case; more than once it has',
  ]
  return [
    ...ids.map(id => ({ words: sameId, shown: quoted(id) })),
    ...names
      .filter(name => !ids.some(id => id.toLowerCase() === name))
      .map(name => ({ words: sameName, shown: quoted(name) })),
  ]
}
